"""Layers come whole: each stage gets at least what it asked for (the official rounding)."""

from collections.abc import Sequence
from math import ceil
from random import Random

from ...._slips import Function
from ....arch.scaling import round_repeats
from ... import About, Case, Task, slip


def cases(random: Random) -> list[Case]:
    """Draw repeats; no product is a whole number that floats miss, such as 10 × 1.1."""
    few = random.sample((1, 2, 3, 4), 3)
    return [
        dict(layers=random.sample((2, 3, 5), 2), depth=1.0),
        dict(layers=few, depth=random.choice((1.1, 1.15, 1.2))),
        dict(layers=[2, 3, 1], depth=1.5),  # one product is whole, others are halves
        dict(layers=[1, *few, 5], depth=random.choice((0.3, 0.45))),
        dict(layers=[4, 1, 3, 6], depth=random.choice((2.25, 2.4, 3.1))),
    ]


def scaled_layers(
    layers: Sequence[int], depth: float, *, each: Function = round_repeats
) -> list[float]:
    return [each(number, depth) for number in layers]


EVERY = "You round {} instead of up: every part of a layer becomes a whole one."

TASK = Task(
    right=scaled_layers,
    cases=cases,
    example=dict(layers=[1, 2, 4], depth=1.2),
    about=About("Layers come whole", points=5, difficulty=1, importance=4, minutes=4),
    hints=(
        "Each stage is rounded by itself: go through the list.",
        "A fraction of a layer, however small, becomes a whole one.",
        "math.ceil rounds up and gives an int.",
    ),
    slips=(
        slip("nearest", each=lambda n, depth: round(n * depth))
        .either(each=lambda n, depth: max(1, round(n * depth)))
        .says(EVERY.format("to the nearest number")),
        slip("down", each=lambda n, depth: int(n * depth))
        .either(each=lambda n, depth: max(1, int(n * depth)))
        .says(EVERY.format("down")),
        slip("one-more-always", each=lambda n, depth: int(n * depth) + 1).says(
            "You add a layer even where the product is a whole number already."
        ),
        slip("factor-rounded", each=lambda n, depth: n * ceil(depth)).says(
            "You round the factor up and multiply: round up after you multiply."
        ),
        slip("not-rounded", each=lambda n, depth: float(n * depth)).says(
            "You do not round. There is no part of a layer: every stage gets whole ones."
        ),
        slip("floats", each=lambda n, depth: float(ceil(n * depth))).says(
            "The numbers are right, but they are floats. A number of layers is an int."
        ),
        slip("summed").says("You return one number for all; return the layers of each stage."),
        slip("total-scaled", lambda layers, depth: ceil(sum(layers) * depth)).says(
            "You return one number, rounded once; each stage rounds up by itself."
        ),
        slip("unchanged", each=lambda n, depth: n).says("You return the layers as they were."),
        slip("single-layers-kept", each=lambda n, depth: n if n == 1 else ceil(n * depth)).says(
            "You leave stages with a single layer alone; they are scaled like all others."
        ),
    ),
    also_right=(
        "scaled_layers = lambda layers, depth: [-int(-number * depth // 1) for number in layers]",
    ),
)
