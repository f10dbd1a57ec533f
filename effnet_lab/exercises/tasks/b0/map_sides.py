"""How large the maps are that come out of the stem and of each stage."""

from itertools import accumulate
from operator import floordiv, truediv
from typing import Any

from ...._slips import Function
from ....arch.scaling import conv_size
from ... import About, Task, slip
from .blocks_of import blocks_of
from .tables import B0, Network, draw_pictures


def map_sides(
    network: Network,
    size: int,
    *,
    smaller: Function = conv_size,
    stem: Function = lambda stride: stride,
    rows: Function = list,
    stage: Function = lambda row: row["stride"],
    along: Function = accumulate,
    shown: Function = lambda sides: sides[1:],
) -> Any:
    strides = [stem(network["stem_stride"]), *map(stage, rows(network["rows"]))]
    return shown(list(along(strides, smaller, initial=size)))


TASK = Task(
    right=map_sides,
    cases=draw_pictures,
    example=dict(network=B0, size=224),
    about=About("How large the maps are", points=8, difficulty=1, importance=4, minutes=6),
    hints=(
        "A stage has one stride, that of its first block. What does it do to the side of the map "
        "that comes in?",
        "Make a list of all strides first, the stem's before those of the rows. Then walk along "
        "it.",
        "Rounding up without floats: -(-size // stride). What comes out of one stage goes into "
        "the next.",
    ),
    slips=(
        slip("rounds-down", smaller=floordiv).says(
            "You round down. The last, incomplete step of a window counts: sides are rounded up."
        ),
        slip("not-rounded", smaller=truediv).says("There is no part of a pixel: round sides up."),
        slip("rounds-to-nearest", smaller=lambda side, stride: round(side / stride)).says(
            "You round to the nearest number; sides are rounded up."
        ),
        slip("stride-in-all", stage=lambda row: row["stride"] ** row["layers"]).says(
            "You apply a stage's stride once for each of its blocks; only the first has it."
        ),
        slip("inputs", shown=lambda sides: sides[:-1]).says(
            "These are the sides that go into the stages; asked for are those that come out."
        ),
        slip("without-first").says("You leave the stem out of the list; it comes first."),
        slip("stem-keeps-size", stem=lambda stride: 1).says("You leave the stem's stride out."),
        slip("stem-always-halves", stem=lambda stride: 2).says(
            'Your stem always halves the side; "stem_stride" says whether it does.'
        ),
        slip("each-by-itself", along=lambda s, f, initial: [0, *(f(initial, n) for n in s)]).says(
            "You shrink the picture by each stage's own stride only; earlier ones shrink it, too."
        ),
        slip("picture-first", shown=lambda sides: sides).says(
            "Your list begins with the picture; it begins with what the stem puts out."
        ),
        slip("last-only").says("That is the last map alone; return the sides of all."),
        slip("for-each-block", rows=lambda rows: blocks_of(rows, 1)).says(
            "You give a side for each block; asked for is one for each stage."
        ),
    ),
    also_right=(
        """
def map_sides(network, size):
    import math
    strides = [network["stem_stride"], *(row["stride"] for row in network["rows"])]
    return [-(-size // math.prod(strides[: n + 1])) for n in range(len(strides))]
""",
    ),
)
