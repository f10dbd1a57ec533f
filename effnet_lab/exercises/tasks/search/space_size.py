"""How many networks a search space holds."""

import math
from collections.abc import Callable, Iterable
from random import Random

from ... import About, Case, Task, slip
from .networks import SMALL, Space, drawn_space


def cases(random: Random) -> list[Case]:
    return [
        dict(space=drawn_space(random, 3, 4), stages=2),
        dict(space=drawn_space(random, 1, 2, random.randint(3, 4)), stages=3),
        dict(space=drawn_space(random, 2, 4, 5), stages=1),
        # Too many for a float to tell them apart.
        dict(space=drawn_space(random, 3, 5, random.randint(4, 6)), stages=random.randint(15, 17)),
    ]


def space_size(
    space: Space,
    stages: int,
    *,
    within: Callable[[Iterable[int]], int] = math.prod,
    across: Callable[[int, int], int] = pow,
) -> int:
    return across(within([len(choices) for choices in space.values()]), stages)


def cut_off(bits: int) -> Callable[[int, int], int]:
    """Return a power of which only so many bits are kept, as by numpy's integers."""
    half = 2 ** (bits - 1)
    return lambda ways, stages: (ways**stages + half) % (2 * half) - half


TASK = Task(
    right=space_size,
    cases=cases,
    example=dict(space=SMALL, stages=1),
    about=About("How many networks are there?", points=8, difficulty=1, minutes=5),
    hints=(
        "Begin with one stage and two slots, of 2 and 3 choices. Write all the ways down.",
        "Each choice of one slot goes with each choice of the others: their numbers multiply.",
        "math.prod of the numbers of choices is that of one stage. How many are two stages, "
        "if each way of the first goes with each way of the second?",
    ),
    slips=(
        slip("sum", within=sum).says(
            "Within a stage you add up the numbers of choices. Each choice of one slot goes with "
            "each choice of the others: multiply."
        ),
        slip("sum-times-stages", within=sum, across=lambda ways, stages: ways * stages).says(
            "That is how many choices are listed in all. Each choice goes with each choice of the "
            "other slots and stages: multiply."
        ),
        slip("slots", within=len).says(
            "You count the slots; what counts is how many choices each slot has."
        ),
        slip("choices-of-the-largest", within=max).says("You look at one slot only."),
        slip("times-stages", across=lambda ways, stages: ways * stages).says(
            "Each way of one stage goes with each way of the next: a power, not a multiple."
        ),
        slip("one-stage", across=lambda ways, stages: ways).says(
            "That is the number for one stage. Each of the stages chooses by itself."
        ),
        slip("power-turned-round", across=lambda ways, stages: stages**ways).says(
            "Base and exponent are exchanged: each stage brings in the same factor once more."
        ),
        slip("order-ignored", across=lambda ways, n: math.comb(ways + n - 1, n)).says(
            "You take networks for the same whose stages have the same choices in another order. A "
            "choice in the first stage is not the same network as that choice in the last."
        ),
        slip("each-way-once", across=math.perm).says(
            "You let each stage choose only what no other has chosen. The stages are independent."
        ),
        slip("through-a-float", across=lambda ways, stages: int(float(ways) ** stages)).says(
            "Only the first digits are right: on the way it was a float, which holds about 16 of "
            "them. Multiply ints (math.prod, **), and the result is exact."
        ),
        slip("overflow", across=cut_off(64))
        .either(across=cut_off(32))
        .says(
            "An integer of numpy's (np.prod) holds 64 bits at most; what is larger is cut off "
            "without a word. Multiply Python's ints (math.prod, **), which have no limit."
        ),
    ),
    also_right=(
        "def space_size(space, stages):\n"
        "    return math.prod(len(space[slot]) ** stages for slot in space)",
    ),
)
