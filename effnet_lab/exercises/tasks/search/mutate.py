"""A mutation: one slot gets another choice. Slots and choices are drawn evenly."""

from functools import partial
from random import Random

from ... import About, Case, Task, slip
from ...probing import Inputs
from . import probes
from .draws import MANY, Shares, uneven, written
from .networks import SMALL, changeable, drawn, drawn_space, mutate, others
from .signs import GENERATOR, STRANGE, Trial, judge_signs, sign, signs


def cases(random: Random) -> Inputs:
    def case(*sizes: int) -> Case:
        space = drawn_space(random, *sizes)
        parent = drawn(dict(reversed(space.items())), random)  # its slots are in another order
        return dict(parent=parent, space=space, seed=random.randrange(10**6), children=MANY)

    # In the second one slot has one other choice, another has five: each must change as often.
    return {"cases": [case(2, 3, 4), case(1, 2, 1, 6), case(3, 1, 4, 3)]}


def _chances(trial: Trial) -> Shares:
    parent, slots = trial["parent"], changeable(trial["space"])
    new = {slot: others(trial["space"][slot], parent[slot]) for slot in slots}
    pairs = [(slot, choice) for slot in slots for choice in new[slot]]
    return {written({**parent, s: c}): 1 / len(slots) / len(new[s]) for s, c in pairs}


SLIPS = (
    STRANGE,
    *signs(
        uneven(_chances, lambda t, rng, **options: mutate(t["parent"], t["space"], rng, **options)),
        slip("never-changed", choice=lambda choices, own, rng: own).says(
            "All children of {parent} are equal to it. One slot must get another of its choices."
        ),
        slip("own-choice-drawn", choice=lambda choices, own, rng: rng.choice(choices)).says(
            "Some children of {parent} are equal to it. The new choice must be another one: leave "
            "the parent's own out before you draw."
        ),
        slip(
            "single-choice-drawn",
            slot=lambda space, rng: rng.choice(list(space)),
            choice=lambda choices, own, rng: rng.choice(others(choices, own) or choices),
        ).says(
            "Some children of {parent} are equal to it. One slot has a single choice, so it cannot "
            "change: draw among the slots that have more."
        ),
        slip("always-the-same-slot", slot=lambda space, rng: changeable(space)[0]).says(
            "All children of {parent} differ from it in the same slot. Any slot with more than one "
            "choice may be the one that changes: draw it."
        ),
        slip(
            "slots-by-number-of-choices",
            slot=lambda space, rng: rng.choice([s for s in space for _ in space[s][1:]]),
        ).says(
            "{call}: you draw among all possible children, so that a slot with many choices "
            "changes most. Draw the slot first, then its choice."
        ),
    ),
    sign("uneven", uneven(_chances), choice=lambda choices, own, _: others(choices, own)[0])
    .either(generator=lambda rng: Random(0))
    .says(
        "{share:.0%} of {count} children of {parent} are {network}; it should be {chance:.0%}. A "
        "mutation changes exactly one slot: any with more than one choice may be the one that "
        "changes, all equally likely. Its new choice is drawn among all that the parent does not "
        "have. Use the generator that is given, and make none of your own."
    ),
    *GENERATOR,
)

TASK = Task(
    right=mutate,
    cases=cases,
    probe=probes.children,
    judge=partial(judge_signs, "mutate", SLIPS),
    slips=SLIPS,
    example=dict(parent=dict(kernel=5, expand=3, layers=2, skip="identity"), space=SMALL),
    about=About("A mutation", points=12, importance=4),
    hints=(
        "Three steps: draw the slot, draw its new choice, put it into a copy.",
        "Some slots cannot change, and one choice of a slot is no change. Leave both out of the "
        "lists before you draw from them.",
        "dict(parent) is a copy. [choice for choice in space[slot] if ...] leaves out what the "
        "parent has, and rng.choice draws from a list.",
    ),
    also_right=(
        """
def mutate(parent, space, rng):
    others = {slot: [c for c in space[slot] if c != parent[slot]] for slot in sorted(space)}
    slot, choices = rng.choice([pair for pair in others.items() if pair[1]])
    return {**parent, slot: choices[int(rng.random() * len(choices))]}
""",
    ),
)
