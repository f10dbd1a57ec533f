"""What a factor really costs: MACs of a table that is scaled and rounded."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from random import Random
from typing import Any

from ...._slips import Function
from ....arch.scaling import round_channels
from ... import About, Case, Task, slip
from .stages import RULES, SMALL, Stage, draw_stages, walk


def cases(random: Random) -> list[Case]:
    odd, width = 2 * random.randint(5, 9) + 1, random.choice((1.2, 1.3, 1.7))
    deep = random.choice((1.25, 1.3))  # 2 layers ask for 2.5 or 2.6, 3 for 3.75 or 3.9
    # Sides such as 28.8 and 26.4: one pixel more or less is one more or less after a stride of 2.
    nearly = random.choice(((24, 1.2), (33, 1.3), (52, 0.9)))
    hardly = random.choice(((24, 1.1), (33, 1.4), (28, 1.3)))
    three = (("dense", 2, 1), ("depthwise", 1, 2), ("dense", 2, 2))
    four = (("dense", 1, 1), ("depthwise", 2, 3), ("dense", 1, 2), ("dense", 2, 1))

    def case(rows: Sequence[tuple[str, int, int]], size: int, **factors: float) -> dict[str, Any]:
        return dict(stages=draw_stages(random, *rows), size=size, **factors)

    return [
        case([("dense", 1, 1)], odd),
        case([("dense", 2, 1), ("depthwise", 1, 1)], odd + 1),
        case(three, odd, width=width),
        case(three, odd + 1, depth=deep),
        case(three, nearly[0], resolution=nearly[1]),
        case(three, hardly[0], resolution=hardly[1]),
        case(four, nearly[0], resolution=nearly[1], width=2 * width, depth=1 / deep),
    ]


def scaled_macs(
    stages: Sequence[Stage],
    size: int,
    width: float = 1,
    depth: float = 1,
    resolution: float = 1,
    *,
    count: Function = lambda layer: layer.macs,
    **rules: Any,
) -> Any:
    return sum(map(count, walk(stages, size, width, depth, resolution, **rules)))


def _ideal(end: Function) -> Function:
    return lambda stages, size, width=1, depth=1, resolution=1: end(
        scaled_macs(stages, size) * depth * width**2 * resolution**2
    )


TASK = Task(
    right=scaled_macs,
    cases=cases,
    example=dict(stages=SMALL, size=32),
    about=About("What a factor really costs", points=20, difficulty=4, importance=5, minutes=20),
    hints=(
        "Two loops: over the stages, and over the layers of a stage. Keep the channels and the "
        "side that the next layer gets in two variables.",
        "Only the first layer of a stage strides; after it, the stride is 1 and the channels "
        "that come in are those that go out.",
        "A layer costs kernel² × out × side² MACs, with the side of its output; a dense one "
        "that times the channels that come in. The picture has 3 channels whatever the width.",
    ),
    slips=(
        *RULES,
        slip("ideal", _ideal(float))
        .either(_ideal(round))
        .either(_ideal(int))
        .says(
            "You multiply the MACs by depth × width² × resolution². That is what was asked for; "
            "build the rounded layers and count what they cost."
        ),
        slip("depthwise-as-dense", count=lambda x: replace(x, kind="dense").macs).says(
            "You count depthwise layers like dense ones. A depthwise filter sees one channel."
        ),
        slip("dense-as-depthwise", count=lambda x: replace(x, kind="depthwise").macs).says(
            "You count dense layers like depthwise ones. A dense filter sees every input channel."
        ),
        slip("wider-picture", picture=lambda width: 3 * width).says(
            "You widen the picture, too: red, green and blue stay three channels."
        ),
        slip("rounded-picture", picture=lambda width: round_channels(3, width)).says(
            "You round the picture's channels to a multiple of 8: red, green and blue stay three."
        ),
        slip("channels-not-rounded", channels=lambda n, width: n * width)
        .either(channels=lambda n, width: int(n * width))
        .says("Your channels are not multiples of 8: use scaled_channels."),
        slip("one-layer-each", count=lambda x: x.first * x.macs).says(
            "You count one layer for each stage, whatever its number of layers."
        ),
        slip("inputs-stay", inputs_stay=True).says(
            "All layers of a stage get the channels that its first one gets; only that one does."
        ),
        slip("rounds-sizes-down", smaller=lambda size, stride: size // stride).says(
            "You round the sides of feature maps down: an incomplete step of the window counts."
        ),
        slip("sizes-stay", smaller=lambda size, stride: size).says(
            "You give every layer the size of the picture: a stride makes what follows smaller."
        ),
        slip("strides-late", count=lambda x: x.weights * x.in_size**2).says(
            "You count a layer with stride at the size of its input; count its output's places."
        ),
        slip("resolution-cut", side=int).says("You cut the side of the picture off: round it."),
        slip("resolution-up", side=ceil).says(
            "You round the side of the picture up, not to nearest."
        ),
        slip("parameters", count=lambda x: x.weights).says(
            "These are the parameters: each weight is used at every place of the output."
        ),
    ),
    also_right=(
        """
def scaled_macs(stages, size, width=1, depth=1, resolution=1):
    total, seen, side = 0, 3, round(size * resolution)
    for stage in stages:
        out, side = scaled_channels(stage["channels"], width), math.ceil(side / stage["stride"])
        n = math.ceil(stage["layers"] * depth)
        inputs = seen + (n - 1) * out if stage["kind"] == "dense" else n
        total, seen = total + stage["kernel"] ** 2 * out * inputs * side * side, out
    return total
""",
    ),
    equivalent={
        "scaled_channels(stage['channels'], width) -> scaled_channels(width, stage['channels'])": (
            "the two are only multiplied by each other"
        ),
    },
)
