"""How much one output sees: the receptive field of a table of stages."""

from collections.abc import Sequence
from math import prod
from random import Random
from typing import Any

from ...._slips import Function
from ... import About, Case, Task, slip
from .stages import RULES, SMALL, Stage, draw_stages, walk


def cases(random: Random) -> list[Case]:
    many = ("dense", 2, 1), ("depthwise", 2, 3), ("dense", 1, 2), ("depthwise", 2, 2)
    deep = draw_stages(random, *many)
    points = draw_stages(random, ("dense", 2, 2), ("dense", 1, 1), ("depthwise", 3, 2))
    points[1]["kernel"] = 1
    return [
        dict(stages=draw_stages(random, ("dense", 1, 1))),
        dict(stages=draw_stages(random, ("dense", 1, 2))),
        dict(stages=draw_stages(random, ("dense", 2, 1), ("depthwise", 1, 2))),
        dict(stages=points),
        dict(stages=deep),
        dict(stages=deep, depth=random.choice((1.25, 1.3))),
        dict(stages=points, depth=1.8),
    ]


def receptive_field(
    stages: Sequence[Stage],
    depth: float = 1,
    *,
    wider: Function = lambda layer: (layer.kernel - 1) * layer.step,
    start: int = 1,
    **rules: Any,
) -> Any:
    return start + sum(map(wider, walk(stages, depth=depth, **rules)))


def _stepping(step: Function) -> Function:
    """Return a receptive field in which the steps grow in another way."""

    def wrong(stages: Sequence[Stage], depth: float = 1) -> int:
        side, now = 1, 1
        for stage in stages:
            for layer in walk([stage], depth=depth):
                side, now = side + (layer.kernel - 1) * now, step(now, layer, stage)
        return side

    return wrong


_WHOLE = "Each layer adds its whole kernel in your count. "

TASK = Task(
    right=receptive_field,
    cases=cases,
    example=dict(stages=SMALL),
    about=About("How much one output sees", points=15, difficulty=3, importance=4, minutes=12),
    hints=(
        "Keep two numbers: the side of what is seen, and the step, in pixels of the picture, "
        "between two neighbours on the current map. Both begin with 1.",
        "A window of side k reaches k - 1 steps further than a single pixel.",
        "For each layer: first widen the side, with the step as it is; then multiply the step "
        "by the layer's stride.",
    ),
    slips=(
        *RULES,
        slip("strides-ignored", wider=lambda x: x.kernel - 1).says(
            "You leave the strides out: after one, a step on the map is longer in the picture."
        ),
        slip("own-stride-first", wider=lambda x: (x.kernel - 1) * x.step * x.stride).says(
            "You count a layer's own stride before its window. The window lies on the map that the "
            "layer reads; its stride matters to the layers after it."
        ),
        slip("stride-of-this-layer-only", wider=lambda x: (x.kernel - 1) * x.stride).says(
            "You multiply by the layer's own stride alone. All strides before it count, multiplied."
        ),
        slip("stride-of-one-before", _stepping(lambda now, layer, stage: stage["stride"])).says(
            "You multiply by the stride of one layer before. All before it count, multiplied."
        ),
        slip("strides-added", _stepping(lambda now, layer, stage: now + layer.stride - 1)).says(
            "You add the strides up; they multiply. Three strides of 2 make steps of 8 pixels."
        ),
        slip("kernel-whole", wider=lambda x: x.kernel * x.step).says(
            f"{_WHOLE}One pixel of the window is there already: it adds kernel - 1."
        ),
        slip("kernel-whole-from-zero", wider=lambda x: x.kernel * x.step, start=0).says(
            f"{_WHOLE}Begin with one pixel; a layer adds kernel - 1."
        ),
        slip("half-kernel", wider=lambda x: x.kernel // 2 * x.step).says(
            "You widen one side only: a window reaches kernel // 2 steps to both sides."
        ),
        slip("starts-at-zero", start=0).says(
            "You begin with 0. Before any layer, an output is one pixel and sees one pixel."
        ),
        slip("one-layer-each", layers=lambda n, depth: 1).says(
            "You count one layer for each stage, whatever its number of layers."
        ),
        slip("no-depthwise", wider=lambda x: (x.kind == "dense") * (x.kernel - 1) * x.step).says(
            "You leave depthwise layers out. They, too, look at neighbouring pixels."
        ),
        slip("step", lambda stages, depth=1: prod(x["stride"] for x in stages)).says(
            "That is the step between two outputs; asked for is how much one output sees."
        ),
        slip("area", lambda **case: receptive_field(**case) ** 2).says(
            "That is the number of pixels in the square; return its side."
        ),
    ),
    also_right=(
        """
def receptive_field(stages, depth=1):
    side, step = 1, 1
    for stage in stages:
        wider, n = stage["kernel"] - 1, scaled_layers([stage["layers"]], depth)[0]
        side += wider * step * (1 + stage["stride"] * (n - 1))
        step *= stage["stride"]
    return side
""",
    ),
)
