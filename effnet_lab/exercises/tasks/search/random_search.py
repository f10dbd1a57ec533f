"""Random search: draw, evaluate, keep the best."""

from collections.abc import Callable
from functools import partial
from itertools import product
from random import Random
from typing import Any

from ... import About, Case, Task
from ...probing import Inputs
from . import probes
from .draws import MANY, Shares, uneven, written
from .networks import SMALL, Space, aging_evolution, drawn, drawn_space, search_case
from .searches import BESTS, COUNTS, CURVES, WRONG
from .signs import GENERATOR, STRANGE, Trial, judge_signs, sign


def cases(random: Random) -> Inputs:
    def case(samples: int, low: int, high: int, *sizes: int) -> Case:
        return search_case(random, range(low, high), drawn_space(random, *sizes), samples)

    # Rewards so low that none comes near to zero, of both signs, and all above zero; many draws.
    searches = [case(samples, -900, -100, 3, 4, 2) for samples in (7, 9, 11)]
    searches += [case(12, -500, 500, 4, 1, 3, 2), case(19, 300, 900, 5, 3, 4)]
    many = case(MANY, -900, 900, 1, 2, 3)
    return {"function": "random_search", "cases": [*searches, many]}


def random_search(
    space: Space, evaluate: Callable[[Any], float], samples: int, rng: Random, **options: Any
) -> Any:
    return aging_evolution(space, evaluate, 2 * samples, 0, samples, rng, **options)


def _chances(trial: Trial) -> Shares:
    every = list(product(*trial["space"].values()))
    return {written(dict(zip(trial["space"], one, strict=True))): 1 / len(every) for one in every}


SLIPS = (
    *COUNTS,
    STRANGE,
    sign("uneven", uneven(_chances), first=lambda space, *_: drawn(space, Random(0)))
    .either(first=lambda space, rng, _: {s: rng.choice(few[1:] or few) for s, few in space.items()})
    .says(
        "{share:.0%} of {count} samples are {network}; it should be {chance:.0%}. Draw a new one "
        "each time: each slot among all its choices, all equally likely, and independently of the "
        "other slots. A generator that is made anew in the loop gives the same numbers each time."
    ),
    *GENERATOR,
    *BESTS,
    *CURVES,
    *WRONG,
)

TASK = Task(
    right=random_search,
    cases=cases,
    probe=probes.searches,
    judge=partial(judge_signs, "random_search", SLIPS),
    slips=SLIPS,
    example=dict(space=SMALL, samples=3),
    about=About("Random search", points=14, importance=4, minutes=12),
    hints=(
        "A loop of `samples` rounds: draw an architecture, evaluate it, keep both.",
        "A random architecture is a new dict: for each slot of the space rng.choice of its "
        "choices.",
        "Keep the rewards in a list. itertools.accumulate with max gives the best so far, and "
        "the place of the largest reward tells which architecture it was.",
    ),
    also_right=(
        """
def random_search(space, evaluate, samples, rng):
    tried = [{slot: rng.choice(space[slot]) for slot in space} for _ in range(samples)]
    rewards = [evaluate(architecture) for architecture in tried]
    return tried[rewards.index(max(rewards))], [max(rewards[: n + 1]) for n in range(samples)]
""",
    ),
)
