"""Aging evolution: the best of a tournament has a child, and the oldest leaves."""

from collections.abc import Sequence
from functools import partial
from random import Random
from typing import Any

from ...._slips import Slip
from ... import About, Case, Task, slip
from ...probing import Inputs
from . import mutate as mutation
from . import probes
from .networks import SMALL, aging_evolution, best_of, drawn, drawn_space, mutate, search_case
from .parents import PARENTS, steps
from .searches import BESTS, COUNTED, COUNTS, CURVES, WRONG, counted, part
from .signs import GENERATOR, STRANGE, Trial, judge_signs, sign, signs


def cases(random: Random) -> Inputs:
    # Without slots of few choices two networks are seldom alike by chance.
    space = drawn_space(random, 4, 4, 5, 4, 6)

    def case(values: range, samples: int, population: int, tournament: int) -> Case:
        sizes = dict(population=population, tournament=tournament)
        drawn = search_case(random, values, space, samples, **sizes)
        # The best is a child, and leaves before the end.
        rewards, child = drawn["rewards"], population + random.randint(2, 8)
        best = rewards.index(max(rewards))
        rewards[best], rewards[child] = rewards[child], rewards[best]
        return drawn

    # All living ones are in a tournament; or one, where five cannot be drawn; or some.
    some, negative = range(350, 900), range(-650, -100)
    searches = [case(some, 30, 5, 5), case(some, 25, 6, 6), case(some, 28, 4, 1)]
    return {"function": "aging_evolution", "cases": [*searches, case(negative, 24, 7, 3)]}


def _curve_of_the_living(best: Any, _: Any, history: Any, population: int) -> list[Any]:
    ends = range(1, len(history) + 1)
    return [best, [best_of(history[max(0, n - population) : n])[1] for n in ends]]


def _first_alike(slip: Slip, trials: Sequence[Trial]) -> Trial | None:
    """See that first populations are not drawn: they are alike, or have the same in a slot."""
    one, *more = (one for t in trials for one in t["made"][: t["population"]])
    fixed = {slot: one[slot] for slot in one if all(o[slot] == one[slot] for o in more)}
    spread = max(steps(t, 0, n) for t in trials for n in range(t["population"]))
    kinds = ("one and the same network", "a random network and its mutations", f"always {fixed}")
    kind = kinds[min(spread, 2)]
    return {**trials[0], "kind": kind} if fixed or spread < 2 else None


SLIPS = (
    sign(
        "population-on-top",
        counted(lambda t: t["samples"] + t["population"]),
        rounds=lambda samples, population: samples + population,
    ).says(f"{COUNTED}The first population counts, too: `samples` is the total."),
    sign(
        "children-not-evaluated",
        counted(lambda t: t["population"]),
        reward=lambda evaluate, one, is_child: 0.5 if is_child else evaluate(one),
    ).says(f"{COUNTED}Each child must be evaluated, too."),
    *COUNTS,
    STRANGE,
    sign(
        "population-not-random",
        _first_alike,
        first=lambda space, rng, h: h[0][0] if h else drawn(space, rng),
    )
    .either(first=lambda space, rng, h: mutate(h[0][0], space, rng) if h else drawn(space, rng))
    .either(first=lambda space, rng, h: {**drawn(space, rng), min(space): space[min(space)][0]})
    .says("{call}: the first population is {kind}. Draw each slot at random, for each network."),
    *PARENTS,
    *GENERATOR,
    *BESTS,
    *signs(
        part(0),
        slip("best-of-the-living", both=lambda _, curve, h, n: [best_of(h[-n:])[0], curve]).says(
            "That is the best of those that live at the end. The best of all has left before: keep "
            "all that were ever evaluated, or the best of them."
        ),
    ),
    *CURVES,
    *signs(
        part(1),
        slip("curve-of-the-living", both=_curve_of_the_living).says(
            "That is the best reward among the living. It may fall when the best one leaves; the "
            "best so far, of all that were ever evaluated, does not."
        ),
        slip("children-only", both=lambda best, curve, _, n: [best, curve[n:]]).says(
            "The curve has one value for each evaluation, those of the first population, too."
        ),
    ),
    *WRONG,
)

TASK = Task(
    right=aging_evolution,
    cases=cases,
    probe=probes.searches,
    judge=partial(judge_signs, "aging_evolution", SLIPS),
    slips=SLIPS,
    uses=(mutation.TASK,),
    example=dict(space=SMALL, population=3, tournament=3, samples=4),
    about=About("Aging evolution", points=20, difficulty=4, importance=5, minutes=24),
    hints=(
        "Two lists help: the history of all networks, and the living ones. Keep each network "
        "together with its reward, so that evaluate is called only once for it.",
        "The first rounds draw at random, until there are `population` networks. Every later round "
        "has four steps: tournament, best of it, mutation, and the oldest leaves.",
        "rng.sample(living, tournament) draws different ones, and max with a key finds the best. "
        "If each newcomer is appended at the end, living.pop(0) removes the oldest.",
    ),
    also_right=(
        """
def aging_evolution(space, evaluate, population, tournament, samples, rng):
    made, rewards = [], []
    for n in range(samples):
        living = rng.sample(range(n)[-population:], tournament) if n >= population else ()
        random_one = {slot: rng.choice(space[slot]) for slot in space}
        parent = made[max(living, key=rewards.__getitem__)] if living else None
        made.append(mutate(parent, space, rng) if parent else random_one)
        rewards.append(evaluate(made[-1]))
    return made[rewards.index(max(rewards))], list(accumulate(rewards, max))
""",
    ),
)
