"""Assignment 04, one dimension at a time: what a factor costs after rounding, and what it buys.

The references are `arch.scaling` and `arch.convolution`, which scale and price whole networks, too.
"""

import json
import math
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import pairwise
from random import Random
from statistics import fmean
from typing import Any, NamedTuple

from ...arch.convolution import conv_price
from ...arch.scaling import conv_size, round_channels, round_repeats
from ...view.result import CheckResult
from ..judging import Case, Slip, judge_calls, part
from ..plain import Plain
from ..probes import one_dimension as probes
from ..probing import Inputs
from ..task import Assignment, Task, Written

# ------------------------------------------------------------------ channels


def _channels_inputs(seed: int) -> Inputs:
    """Draw a case for each part of the rule; the ideal counts are those that tell slips apart."""
    random = Random(seed)
    ninths = random.randint(1, 4)
    four = 8 * random.randint(3, 6) + 4 + random.choice((1, -1))
    asked = partial(_asked, random)
    return {
        "cases": [
            asked(random.choice((10, 11))),  # 8 would lose more than a tenth
            asked(random.choice((17.75, 26.5, 35.5))),  # nearly a tenth is lost
            asked(random.choice((17.875, 26.75, 35.75))),  # a little more than a tenth is lost
            asked(8 * random.randint(4, 6) + random.randint(1, 2)),  # a little above a multiple
            asked(16 * random.randint(3, 6) + 4, divisor=8),  # halfway between two multiples
            asked(8 * random.randint(7, 12) + 5),  # nearer to the multiple above
            asked(four, divisor=4),
            asked(5 * random.randint(5, 9) + 2.5, divisor=5),
            # Exactly a tenth is lost.
            {"channels": 16 * ninths, "width": 1.25, "divisor": 18 * ninths},
            {"channels": random.choice((16, 24)), "width": 0.1},
        ]
    }


def _asked(random: Random, ideal: float, **divisor: int) -> dict[str, Any]:
    """Return channels and a width whose product is exactly so much."""
    widths = [w for w in (0.125, 0.25, 0.5, 0.75, 1.25, 1.5, 1.75) if (ideal / w).is_integer()]
    width = random.choice([w for w in widths if ideal / w * w == ideal])
    return {"channels": int(ideal / width), "width": width, **divisor}


def _by_rule(nearest: Any, one_more: Any) -> Any:
    """Return a rounding in which a part of the rule may be another one."""

    def rounding(channels: int, width: float, divisor: int = 8) -> int:
        ideal = channels * width
        rounded: int = nearest(ideal, divisor)
        return rounded + divisor if one_more(rounded, ideal, channels) else rounded

    return rounding


def _nearest(ideal: float, divisor: int) -> int:
    return int(ideal + divisor / 2) // divisor * divisor


def _nearest_even(ideal: float, divisor: int) -> int:
    return round(ideal / divisor) * divisor


def _below(ideal: float, divisor: int) -> int:
    return int(ideal // divisor) * divisor


def _not_zero(nearest: Any) -> Any:
    return lambda ideal, divisor: max(divisor, nearest(ideal, divisor))


def _loses(rounded: int, ideal: float, channels: int) -> bool:
    return rounded < 0.9 * ideal


def _never(rounded: int, ideal: float, channels: int) -> bool:
    return False


def _share_lost(case: Case) -> str:
    ideal = case["channels"] * case["width"]
    return f"You keep the nearest multiple although it loses more than a tenth of {ideal:g}."


_HALVES = (
    "You use round(), which takes halves to the even number. Here halves go up: add half a "
    "divisor, then round down."
)

_CHANNELS_SLIPS = (
    Slip("tenth-ignored", _share_lost, _by_rule(_not_zero(_nearest), _never)),
    Slip("tenth-ignored-halves", _share_lost, _by_rule(_not_zero(_nearest_even), _never)),
    Slip(
        "no-channels-left",
        "Your rounding may leave too few channels, or none at all. If the nearest multiple is less "
        "than 0.9 times what was asked for, take the next one.",
        _by_rule(_nearest, _never),
    ),
    Slip(
        "no-channels-left-halves",
        "Your rounding may leave too few channels, or none at all. If the nearest multiple is less "
        "than 0.9 times what was asked for, take the next one.",
        _by_rule(_nearest_even, _never),
    ),
    Slip(
        "always-up",
        "You always round up. Take the nearest multiple, and go up only if that loses more than a "
        "tenth.",
        lambda channels, width, divisor=8: math.ceil(channels * width / divisor) * divisor,
    ),
    Slip(
        "always-down",
        "You always round down. Take the nearest multiple.",
        _by_rule(_not_zero(_below), _never),
    ),
    Slip(
        "down-unless-tenth",
        "You take the multiple below unless that loses a tenth. Take the nearest one, above or "
        "below.",
        _by_rule(_below, _loses),
    ),
    Slip("halves-to-even", _HALVES, _by_rule(_nearest_even, _loses)),
    Slip(
        "tenth-of-original",
        "You compare with the channels before scaling. What must not be lost is a tenth of what "
        "was asked for, channels × width.",
        _by_rule(_nearest, lambda rounded, ideal, channels: rounded < 0.9 * channels),
    ),
    Slip(
        "tenth-of-rounded",
        "Your tenth is one of the rounded count; it is one of what was asked for: the rounded "
        "count is below 0.9 times that.",
        _by_rule(_nearest, lambda rounded, ideal, channels: ideal > 1.1 * rounded),
    ),
    Slip(
        "tenth-itself",
        "You take one multiple more if exactly a tenth is lost; only more than a tenth is too "
        "much.",
        _by_rule(_nearest, lambda rounded, ideal, channels: rounded <= 0.9 * ideal),
    ),
    Slip(
        "fraction-cut-off",
        lambda case: f"You cut {case['channels'] * case['width']:g} off to "
        f"{int(case['channels'] * case['width'])} before you round to a multiple: round once.",
        lambda channels, width, divisor=8: round_channels(int(channels * width), 1, divisor),
    ),
    Slip(
        "divisor-ignored",
        lambda case: f"You round to multiples of 8 though divisor is {case.get('divisor', 8)}.",
        lambda channels, width, divisor=8: round_channels(channels, width),
    ),
    Slip(
        "no-multiple",
        lambda case: f"You round to a whole number. Channels come in multiples of "
        f"{case.get('divisor', 8)}.",
        lambda channels, width, divisor=8: round(channels * width),
    ),
    Slip(
        "no-multiple-cut",
        lambda case: f"You cut off to a whole number. Channels come in multiples of "
        f"{case.get('divisor', 8)}.",
        lambda channels, width, divisor=8: int(channels * width),
    ),
    Slip(
        "not-rounded",
        lambda case: f"You do not round. Channels come in multiples of {case.get('divisor', 8)}.",
        lambda channels, width, divisor=8: float(channels * width),
    ),
)  # fmt: skip


def _channels(channels: int, width: float, divisor: int = 8) -> int:
    return round_channels(channels, width, divisor)


def _judge_channels(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls("scaled_channels", inputs["cases"], answer, _channels, _CHANNELS_SLIPS)


# ------------------------------------------------------------------ layers


def _layers_inputs(seed: int) -> Inputs:
    """Draw lists of repeats; no product is a whole number that floats miss, such as 10 × 1.1."""
    random = Random(seed)
    few = random.sample((1, 2, 3, 4), 3)
    return {
        "cases": [
            {"layers": random.sample((2, 3, 5), 2), "depth": 1.0},
            {"layers": few, "depth": random.choice((1.1, 1.15, 1.2))},
            {"layers": [2, 3, 1], "depth": 1.5},  # one product is whole, others are halves
            {"layers": [1, *few, 5], "depth": random.choice((0.3, 0.45))},
            {"layers": [4, 1, 3, 6], "depth": random.choice((2.25, 2.4, 3.1))},
        ]
    }


def _layers(layers: Sequence[int], depth: float) -> list[int]:
    return [round_repeats(n, depth) for n in layers]


def _each(change: Any) -> Any:
    return lambda layers, depth: [change(n, depth) for n in layers]


def _asks_for(case: Case, rounding: Callable[[float], float]) -> str:
    """Name the first stage that gets too little."""
    depth = case["depth"]
    short = (n for n in case["layers"] if rounding(n * depth) < math.ceil(n * depth))
    number = next(short, 1)
    return f"{number} × {depth:g} = {number * depth:g} layers"


def _too_few(how: str, rounding: Callable[[float], float]) -> Callable[[Case], str]:
    return lambda case: (
        f"You round {how}. {_asks_for(case, rounding)}: every part of a layer becomes a whole one."
    )


_LAYERS_SLIPS = (
    Slip(
        "nearest",
        _too_few("to the nearest number", round),
        _each(lambda n, depth: round(n * depth)),
    ),
    Slip(
        "nearest-at-least-one",
        _too_few("to the nearest number", round),
        _each(lambda n, depth: max(1, round(n * depth))),
    ),
    Slip(
        "down",
        _too_few("down", int),
        _each(lambda n, depth: int(n * depth)),
    ),
    Slip(
        "down-at-least-one",
        _too_few("down", int),
        _each(lambda n, depth: max(1, int(n * depth))),
    ),
    Slip(
        "one-more-always",
        "You add a layer even where the product is a whole number already.",
        _each(lambda n, depth: int(n * depth) + 1),
    ),
    Slip(
        "factor-rounded",
        lambda case: (
            f"You round the factor up to {math.ceil(case['depth'])} and multiply: round "
            "up after you multiply."
        ),
        _each(lambda n, depth: n * math.ceil(depth)),
    ),
    Slip(
        "not-rounded",
        "You do not round. There is no part of a layer: every stage gets whole ones.",
        _each(lambda n, depth: float(n * depth)),
    ),
    Slip(
        "floats",
        "The numbers are right, but they are floats. A number of layers is an int; math.ceil "
        "gives one.",
        _each(lambda n, depth: float(math.ceil(n * depth))),
    ),
    Slip(
        "total",
        "You return one number for the whole network; return the layers of each stage.",
        lambda layers, depth: sum(_layers(layers, depth)),
    ),
    Slip(
        "total-scaled",
        "You return one number, rounded once; each stage rounds up by itself.",
        lambda layers, depth: math.ceil(sum(layers) * depth),
    ),
    Slip("unchanged", "You return the layers as they were.", _each(lambda n, depth: n)),
    Slip(
        "single-layers-kept",
        "You leave stages with a single layer alone; they are scaled like all others.",
        _each(lambda n, depth: n if n == 1 else math.ceil(n * depth)),
    ),
)


def _judge_layers(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "scaled_layers", inputs["cases"], part(answer, "results"), _layers, _LAYERS_SLIPS,
        after=part(answer, "after"),
    )  # fmt: skip


# ------------------------------------------------------------------ tables of stages

Stage = dict[str, Any]


def _draw_stages(random: Random, rows: Sequence[tuple[str, int, int]]) -> list[Stage]:
    """Draw stages of these kinds, strides and numbers of layers; the first one is dense."""
    stages: list[Stage] = []
    channels = 8 * random.randint(1, 3)
    for kind, stride, layers in rows:
        dense = kind == "dense"
        channels += 8 * random.randint(1, 2) if dense and stages else 0
        stages.append(
            {
                "kind": kind, "channels": channels, "kernel": random.choice((3, 5)),
                "stride": stride, "layers": layers,
            }
        )  # fmt: skip
    return stages


class _Layer(NamedTuple):
    """A layer of a scaled table: what it receives and puts out; `first` of its stage or not."""

    kind: str
    in_channels: float
    out_channels: float
    kernel: int
    in_size: int
    out_size: int
    first: bool

    @property
    def weights(self) -> float:
        inputs = 1 if self.kind == "depthwise" else self.in_channels
        return self.kernel**2 * inputs * self.out_channels

    @property
    def macs(self) -> float:
        return self.weights * self.out_size**2


class _Rules(NamedTuple):
    """How a table is scaled and walked through; a slip changes one of these."""

    channels: Callable[[int, float], float] = _channels
    layers: Callable[[int, float], int] = round_repeats
    side: Callable[[int, float], int] = lambda size, resolution: round(size * resolution)
    smaller: Callable[[int, int], int] = conv_size
    picture: Callable[[float], float] = lambda width: 3
    every_layer_strides: bool = False
    inputs_stay: bool = False


_RULES = _Rules()


def _walk(
    stages: Sequence[Stage], size: int, width: float = 1.0, depth: float = 1.0,
    resolution: float = 1.0, rules: _Rules = _RULES,
) -> Iterator[_Layer]:  # fmt: skip
    """Follow a picture through a scaled table, layer by layer."""
    channels, side = rules.picture(width), rules.side(size, resolution)
    for stage in stages:
        out, before = rules.channels(stage["channels"], width), channels
        for number in range(rules.layers(stage["layers"], depth)):
            strides = number == 0 or rules.every_layer_strides
            after = rules.smaller(side, stage["stride"]) if strides else side
            seen = before if rules.inputs_stay else channels
            yield _Layer(stage["kind"], seen, out, stage["kernel"], side, after, number == 0)
            channels, side = out, after


def _macs(
    stages: Sequence[Stage], size: int, width: float = 1.0, depth: float = 1.0,
    resolution: float = 1.0,
) -> int:  # fmt: skip
    return sum(_price(layer) for layer in _walk(stages, size, width, depth, resolution))


def _price(layer: _Layer) -> int:
    inputs, outputs = int(layer.in_channels), int(layer.out_channels)
    groups = inputs if layer.kind == "depthwise" else 1
    return conv_price(inputs, outputs, layer.kernel, layer.out_size, groups)[1]


# ------------------------------------------------------------------ MACs of a scaled table


def _macs_inputs(seed: int) -> Inputs:
    random = Random(seed)
    draw = partial(_draw_stages, random)
    odd = 2 * random.randint(5, 9) + 1
    width = random.choice((1.2, 1.3, 1.7))
    deep = random.choice((1.25, 1.3))  # 2 layers ask for 2.5 or 2.6, 3 for 3.75 or 3.9
    # Sides such as 28.8 and 26.4: one pixel more or less is one more or less after a stride of 2.
    nearly = _sharper(*random.choice(((24, 1.2), (33, 1.3), (52, 0.9))))
    hardly = _sharper(*random.choice(((24, 1.1), (33, 1.4), (28, 1.3))))
    three = (("dense", 2, 1), ("depthwise", 1, 2), ("dense", 2, 2))
    four = (("dense", 1, 1), ("depthwise", 2, 3), ("dense", 1, 2), ("dense", 2, 1))
    return {
        "cases": [
            {"stages": draw((("dense", 1, 1),)), "size": odd},
            {"stages": draw((("dense", 2, 1), ("depthwise", 1, 1))), "size": odd + 1},
            {"stages": draw(three), "size": odd, "width": width},
            {"stages": draw(three), "size": odd + 1, "depth": deep},
            {"stages": draw(three), **nearly},
            {"stages": draw(three), **hardly},
            {"stages": draw(four), **nearly, "width": 2 * width, "depth": 1 / deep},
        ]
    }  # fmt: skip


def _sharper(size: int, resolution: float) -> dict[str, Any]:
    return {"size": size, "resolution": resolution}


def _macs_by(rules: _Rules = _RULES, count: Any = None) -> Any:
    """Return a count under other rules, or of something else in each layer."""

    def wrong(
        stages: Sequence[Stage], size: int, width: float = 1.0, depth: float = 1.0,
        resolution: float = 1.0,
    ) -> float:  # fmt: skip
        layers = _walk(stages, size, width, depth, resolution, rules)
        total: float = sum(count(layer) if count else layer.macs for layer in layers)
        return total

    return wrong


def _without(*names: str) -> Any:
    return lambda **case: _macs(**{k: v for k, v in case.items() if k not in names})


def _ideal_macs(
    stages: Sequence[Stage], size: int, width: float = 1.0, depth: float = 1.0,
    resolution: float = 1.0,
) -> float:  # fmt: skip
    return _macs(stages, size) * depth * width**2 * resolution**2


_MACS_SLIPS = (
    Slip(
        "ideal",
        "You multiply the MACs by depth × width² × resolution². That is what was asked for; build "
        "the rounded layers and count what they cost.",
        lambda **case: float(_ideal_macs(**case)),
    ),
    Slip(
        "ideal-rounded",
        "You multiply the MACs by depth × width² × resolution². That is what was asked for; build "
        "the rounded layers and count what they cost.",
        lambda **case: round(_ideal_macs(**case)),
    ),
    Slip(
        "ideal-cut",
        "You multiply the MACs by depth × width² × resolution². That is what was asked for; build "
        "the rounded layers and count what they cost.",
        lambda **case: int(_ideal_macs(**case)),
    ),
    Slip(
        "depthwise-as-dense",
        "You count depthwise layers like dense ones. A depthwise layer has one filter for each "
        "channel, which sees this channel alone.",
        _macs_by(count=lambda layer: layer._replace(kind="dense").macs),
    ),
    Slip(
        "dense-as-depthwise",
        "You count dense layers like depthwise ones. In a dense layer each output sees every "
        "input channel.",
        _macs_by(count=lambda layer: layer._replace(kind="depthwise").macs),
    ),
    Slip(
        "wider-picture",
        "You widen the picture, too: red, green and blue stay three channels.",
        _macs_by(_RULES._replace(picture=lambda width: 3 * width)),
    ),
    Slip(
        "rounded-picture",
        "You round the picture's channels to a multiple of 8: red, green and blue stay three.",
        _macs_by(_RULES._replace(picture=lambda width: _channels(3, width))),
    ),
    Slip(
        "channels-not-rounded",
        "Your channels are not multiples of 8: use scaled_channels.",
        _macs_by(_RULES._replace(channels=lambda channels, width: channels * width)),
    ),
    Slip(
        "channels-cut",
        "Your channels are not multiples of 8: use scaled_channels.",
        _macs_by(_RULES._replace(channels=lambda channels, width: int(channels * width))),
    ),
    Slip(
        "layers-nearest",
        "You round the number of layers to the nearest one: use scaled_layers.",
        _macs_by(_RULES._replace(layers=lambda layers, depth: round(layers * depth))),
    ),
    Slip(
        "layers-down",
        "You round the number of layers down: use scaled_layers.",
        _macs_by(_RULES._replace(layers=lambda layers, depth: int(layers * depth))),
    ),
    Slip("width-ignored", "You leave the width out.", _without("width")),
    Slip("depth-ignored", "You leave the depth out.", _without("depth")),
    Slip("resolution-ignored", "You leave the resolution out.", _without("resolution")),
    Slip(
        "one-layer-each",
        "You count one layer for each stage, whatever its number of layers.",
        _macs_by(count=lambda layer: layer.macs if layer.first else 0),
    ),
    Slip(
        "every-layer-strides",
        "You stride in every layer of a stage: only its first one does.",
        _macs_by(_RULES._replace(every_layer_strides=True)),
    ),
    Slip(
        "inputs-stay",
        "All layers of a stage get the channels that its first one gets; the others get what the "
        "layer before put out.",
        _macs_by(_RULES._replace(inputs_stay=True)),
    ),
    Slip(
        "rounds-sizes-down",
        "You round the sides of feature maps down: a last, incomplete step of the window counts.",
        _macs_by(_RULES._replace(smaller=lambda size, stride: size // stride)),
    ),
    Slip(
        "sizes-stay",
        "You give every layer the size of the picture: a stride makes what follows smaller.",
        _macs_by(_RULES._replace(smaller=lambda size, stride: size)),
    ),
    Slip(
        "strides-late",
        "You count a layer with stride at the size of its input: count the places of its output.",
        _macs_by(count=lambda layer: layer.weights * layer.in_size**2),
    ),
    Slip(
        "resolution-cut",
        "You cut the side of the picture off: round it to the nearest pixel.",
        _macs_by(_RULES._replace(side=lambda size, resolution: int(size * resolution))),
    ),
    Slip(
        "resolution-up",
        "You round the side of the picture up: round it to the nearest pixel.",
        _macs_by(_RULES._replace(side=lambda size, resolution: math.ceil(size * resolution))),
    ),
    Slip(
        "parameters",
        "These are the parameters: each weight is used at every place of the output.",
        _macs_by(count=lambda layer: layer.weights),
    ),
)


def _judge_macs(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "scaled_macs", inputs["cases"], part(answer, "results"), _macs, _MACS_SLIPS,
        after=part(answer, "after"),
    )  # fmt: skip


# ------------------------------------------------------------------ receptive field


def _field_inputs(seed: int) -> Inputs:
    random = Random(seed)
    draw = partial(_draw_stages, random)
    deep = random.choice((1.25, 1.3))
    many = draw((("dense", 2, 1), ("depthwise", 2, 3), ("dense", 1, 2), ("depthwise", 2, 2)))
    points = draw((("dense", 2, 2), ("dense", 1, 1), ("depthwise", 3, 2)))
    points[1]["kernel"] = 1
    return {
        "cases": [
            {"stages": draw((("dense", 1, 1),))},
            {"stages": draw((("dense", 1, 2),))},
            {"stages": draw((("dense", 2, 1), ("depthwise", 1, 2)))},
            {"stages": points},
            {"stages": many},
            {"stages": many, "depth": deep},
            {"stages": points, "depth": 1.8},
        ]
    }


def _field(stages: Sequence[Stage], depth: float = 1.0, rules: _Rules = _RULES) -> int:
    side, step = 1, 1
    for stage in stages:
        for number in range(rules.layers(stage["layers"], depth)):
            side += (stage["kernel"] - 1) * step
            step *= stage["stride"] if number == 0 or rules.every_layer_strides else 1
    return side


class _Seen(NamedTuple):
    """What a slip may add up: a layer's kernel and stride, steps before and after it."""

    kind: str
    kernel: int
    stride: int
    before: int
    after: int


def _seen(stages: Sequence[Stage], depth: float) -> Iterator[_Seen]:
    step = 1
    for stage in stages:
        for number in range(round_repeats(stage["layers"], depth)):
            stride = stage["stride"] if number == 0 else 1
            before, step = step, step * stride
            yield _Seen(stage["kind"], stage["kernel"], stride, before, step)


def _field_from(wider: Any, start: int = 1) -> Any:
    """Return a receptive field in which layers add something else."""

    def wrong(stages: Sequence[Stage], depth: float = 1.0) -> int:
        total: int = start + sum(wider(layer) for layer in _seen(stages, depth))
        return total

    return wrong


def _summed_strides(stages: Sequence[Stage], depth: float = 1.0) -> int:
    side, step = 1, 1
    for layer in _seen(stages, depth):
        side += (layer.kernel - 1) * step
        step += layer.stride - 1
    return side


def _last_stride(stages: Sequence[Stage], depth: float = 1.0) -> int:
    side, step = 1, 1
    for stage in stages:
        for _ in range(round_repeats(stage["layers"], depth)):
            side += (stage["kernel"] - 1) * step
            step = stage["stride"]
    return side


_FIELD_SLIPS = (
    Slip(
        "strides-ignored",
        "You leave the strides out: after one, a step to the next pixel of the map is a longer "
        "step in the picture.",
        _field_from(lambda layer: layer.kernel - 1),
    ),
    Slip(
        "own-stride-first",
        "You count a layer's own stride before its window. The window lies on the map that the "
        "layer reads; its stride matters to the layers after it.",
        _field_from(lambda layer: (layer.kernel - 1) * layer.after),
    ),
    Slip(
        "stride-of-this-layer-only",
        "You multiply by the layer's own stride alone. What counts are the strides of all layers "
        "before it, multiplied.",
        _field_from(lambda layer: (layer.kernel - 1) * layer.stride),
    ),
    Slip(
        "stride-of-one-before",
        "You multiply by the stride of one layer before. All strides before it count, multiplied.",
        _last_stride,
    ),
    Slip(
        "strides-added",
        "You add the strides up. Two strides of 2 make steps of 4 pixels because they multiply; "
        "three make steps of 8.",
        _summed_strides,
    ),
    Slip(
        "kernel-whole",
        "Each layer adds its whole kernel in your count. One pixel of the window is there already: "
        "it adds kernel - 1.",
        _field_from(lambda layer: layer.kernel * layer.before),
    ),
    Slip(
        "kernel-whole-from-zero",
        "Each layer adds its whole kernel in your count. Begin with one pixel; a layer adds "
        "kernel - 1.",
        _field_from(lambda layer: layer.kernel * layer.before, start=0),
    ),
    Slip(
        "half-kernel",
        "You widen one side only: a window reaches kernel // 2 steps to both sides.",
        _field_from(lambda layer: layer.kernel // 2 * layer.before),
    ),
    Slip(
        "starts-at-zero",
        "You begin with 0. Before any layer, an output is one pixel and sees one pixel.",
        _field_from(lambda layer: (layer.kernel - 1) * layer.before, start=0),
    ),
    Slip(
        "every-layer-strides",
        "You stride in every layer of a stage: only its first one does.",
        lambda stages, depth=1.0: _field(
            stages, depth, _RULES._replace(every_layer_strides=True)
        ),
    ),
    Slip(
        "depth-ignored",
        "You leave the depth out: a deeper stage sees more.",
        lambda stages, depth=1.0: _field(stages),
    ),
    Slip(
        "one-layer-each",
        "You count one layer for each stage, whatever its number of layers.",
        lambda stages, depth=1.0: _field([{**stage, "layers": 1} for stage in stages], 1),
    ),
    Slip(
        "layers-nearest",
        "You round the number of layers to the nearest one: use scaled_layers.",
        lambda stages, depth=1.0: _field(
            stages, depth, _RULES._replace(layers=lambda layers, depth: round(layers * depth))
        ),
    ),
    Slip(
        "layers-down",
        "You round the number of layers down: use scaled_layers.",
        lambda stages, depth=1.0: _field(
            stages, depth, _RULES._replace(layers=lambda layers, depth: int(layers * depth))
        ),
    ),
    Slip(
        "depthwise-left-out",
        "You leave depthwise layers out. They keep channels apart, but look at neighbouring "
        "pixels as dense ones do.",
        _field_from(lambda layer: 0 if layer.kind == "depthwise"
                    else (layer.kernel - 1) * layer.before),
    ),
    Slip(
        "step",
        "That is the step between two outputs, all strides multiplied; asked for is how much of "
        "the picture one output sees.",
        lambda stages, depth=1.0: list(_seen(stages, depth))[-1].after,
    ),
    Slip(
        "area",
        "That is the number of pixels in the square; return its side.",
        lambda stages, depth=1.0: _field(stages, depth) ** 2,
    ),
)  # fmt: skip


def _judge_field(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "receptive_field", inputs["cases"], part(answer, "results"),
        lambda stages, depth=1.0: _field(stages, depth), _FIELD_SLIPS, after=part(answer, "after"),
    )  # fmt: skip


# ------------------------------------------------------------------ within a budget

#: Percents that are tried.
_LEAST, _MOST = 25, 400


def _within_inputs(seed: int) -> Inputs:
    """Draw tables and budgets; among them one that nothing meets, and one that all do."""
    random = Random(seed)
    draw = partial(_draw_stages, random)
    dense = draw((("dense", 1, 1),))
    coarse = draw((("dense", 4, 1),))
    three = draw((("dense", 4, 1), ("depthwise", 2, 2), ("dense", 1, 1)))
    wide = draw((("dense", 4, 1), ("dense", 1, 2), ("depthwise", 1, 1)))
    size = 4 * random.randint(26, 40)  # a multiple of 4: no side is halfway between two pixels
    small, large, wider = random.randint(40, 70), random.randint(130, 170), random.randint(180, 240)

    def budget(stages: list[Stage], dimension: str, percent: int, factor: float = 1.0) -> int:
        return int(_macs(stages, size, **{dimension: percent / 100}) * factor)

    rows = (
        (coarse, "resolution", budget(coarse, "resolution", large) - 1),
        (dense, "width", budget(dense, "width", wider)),  # exactly what something costs
        (coarse, "width", budget(coarse, "width", small, 1.02)),
        (three, "width", budget(three, "width", large, 1.02)),
        (three, "resolution", budget(three, "resolution", small)),
        (wide, "width", budget(wide, "width", large, 1.05)),
        (dense, "resolution", budget(dense, "resolution", _LEAST) - 1),
        (dense, "resolution", budget(dense, "resolution", _LEAST)),
        (dense, "resolution", budget(dense, "resolution", 450)),
    )
    return {
        "cases": [
            {"stages": stages, "size": size, "budget": macs, "dimension": dimension}
            for stages, dimension, macs in rows
        ]
    }


class _Costs(NamedTuple):
    """What the percents of a dimension cost, and the percent that nothing is scaled by."""

    macs: dict[int, int]
    budget: int
    now: int

    @property
    def within(self) -> list[int]:
        return [percent for percent, macs in self.macs.items() if macs <= self.budget]


def _costs(stages: Sequence[Stage], size: int, budget: int, *dimensions: str) -> _Costs:
    macs = _prices(json.dumps(stages), size, dimensions)
    return _Costs(macs, budget, macs[100])


@lru_cache(maxsize=64)  # each slip asks for them again
def _prices(table: str, size: int, dimensions: tuple[str, ...]) -> dict[int, int]:
    stages = json.loads(table)
    return {
        percent: _macs(stages, size, **dict.fromkeys(dimensions, percent / 100))
        for percent in range(_LEAST, _MOST + 1)
    }


def _within(stages: Sequence[Stage], size: int, budget: int, dimension: str) -> int:
    return max(_costs(stages, size, budget, dimension).within, default=0)


def _from_costs(choose: Callable[[_Costs], Plain]) -> Any:
    """Return a choice by other means."""
    return lambda stages, size, budget, dimension: choose(_costs(stages, size, budget, dimension))


def _first_of_stair(costs: _Costs) -> int:
    best = max(costs.within, default=0)
    return min((p for p in costs.within if costs.macs[p] == costs.macs[best]), default=0)


def _square_root(costs: _Costs) -> int:
    return int(100 * math.sqrt(costs.budget / costs.now))


_WITHIN_SLIPS = (
    Slip(
        "strictly-below",
        "You leave out what costs exactly the budget: that is within it.",
        _from_costs(
            lambda costs: max((p for p in costs.within if costs.macs[p] < costs.budget), default=0)
        ),
    ),
    Slip(
        "nearest",
        "You take what comes nearest to the budget, even if it costs more. A budget is a limit.",
        _from_costs(
            lambda costs: min(costs.macs, key=lambda p: (abs(costs.macs[p] - costs.budget), -p))
        ),
    ),
    Slip(
        "nearest-first",
        "You take what comes nearest to the budget, even if it costs more. A budget is a limit.",
        _from_costs(lambda costs: min(costs.macs, key=lambda p: abs(costs.macs[p] - costs.budget))),
    ),
    Slip(
        "first-over",
        "You return the first percent that costs too much; return the last one that does not.",
        _from_costs(
            lambda costs: next((p for p in costs.macs if costs.macs[p] > costs.budget), _MOST)
        ),
    ),
    Slip(
        "first-of-stair",
        "You return the smallest percent with these MACs. Rounding gives several percents the same "
        "network: return the largest.",
        _from_costs(_first_of_stair),
    ),
    Slip(
        "smallest",
        "You return the first percent that fits; return the largest that does.",
        _from_costs(lambda costs: min(costs.within, default=0)),
    ),
    Slip(
        "square-root",
        "You take the square root of what the budget allows. That is the ideal factor; rounded "
        "layers cost something else: try percents and count.",
        _from_costs(_square_root),
    ),
    Slip(
        "square-root-bounded",
        "You take the square root of what the budget allows. That is the ideal factor; rounded "
        "layers cost something else: try percents and count.",
        _from_costs(lambda costs: min(_MOST, max(_LEAST, _square_root(costs)))),
    ),
    Slip(
        "proportional",
        "You divide the budget by the MACs, as if they grew in proportion: try percents and count.",
        _from_costs(lambda costs: int(100 * costs.budget / costs.now)),
    ),
    Slip(
        "never-smaller",
        "You try only factors of 100 percent and more. A small budget may need a smaller network.",
        _from_costs(lambda costs: max((p for p in costs.within if p >= 100), default=0)),
    ),
    Slip(
        "at-least-100",
        "You keep at 100 percent at least. A small budget may need a smaller network.",
        _from_costs(lambda costs: max((p for p in costs.within if p >= 100), default=100)),
    ),
    Slip(
        "tens",
        "You try tens of percent only: try every whole percent.",
        _from_costs(lambda costs: max((p for p in costs.within if p % 10 == 0), default=0)),
    ),
    Slip(
        "factor",
        "You return a factor; return whole percents, an int.",
        _from_costs(lambda costs: max(costs.within, default=0) / 100),
    ),
    Slip(
        "macs",
        "You return the MACs; return the percent that leads to them.",
        _from_costs(lambda costs: max((costs.macs[p] for p in costs.within), default=0)),
    ),
    Slip(
        "least-if-nothing",
        f"You return {_LEAST} where even that costs too much: return 0 there.",
        _from_costs(lambda costs: max(costs.within, default=_LEAST)),
    ),
    Slip(
        "always-resolution",
        "You scale the resolution though `dimension` says width.",
        lambda stages, size, budget, dimension: _within(stages, size, budget, "resolution"),
    ),
    Slip(
        "always-width",
        "You scale the width though `dimension` says resolution.",
        lambda stages, size, budget, dimension: _within(stages, size, budget, "width"),
    ),
    Slip(
        "both",
        "You scale width and resolution together: only `dimension` is scaled.",
        lambda stages, size, budget, dimension: max(
            _costs(stages, size, budget, "width", "resolution").within, default=0
        ),
    ),
)  # fmt: skip


def _judge_within(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "largest_within", inputs["cases"], part(answer, "results"), _within, _WITHIN_SLIPS,
        after=part(answer, "after"),
    )  # fmt: skip


# ------------------------------------------------------------------ gains


def _gains_inputs(seed: int) -> Inputs:
    random = Random(seed)
    return {
        "cases": [
            {"records": _draw_records(random, (1.0, 2.0), 1)},
            {"records": _draw_records(random, (1.0, random.choice((3.0, 4.0))), 3)},
            {"records": _draw_records(random, (1.0, 1.9, 4.2), 3)},
            {"records": _draw_records(random, (1.0, 1.5, 4.5, 8.0), 2)},
        ]
    }


def _draw_records(random: Random, factors: Sequence[float], seeds: int) -> list[dict[str, Any]]:
    """Draw a family whose accuracy grows ever less; its networks stand in no order.

    Neither the first seed nor the best one is the mean, and no gain is nearly nothing.
    """
    base, accuracy = 100_000 * random.randint(10, 60), 50.0 + random.randint(0, 10)
    records = []
    for number, factor in enumerate(factors):
        accuracy += random.randint(20, 40) / 10 / (number + 1) if number else 0
        spread = [
            round(random.choice((-1, 1)) * random.randint(1, 9) / 20, 2) for _ in range(seeds)
        ]
        accuracies = [round(accuracy + s, 2) for s in spread]
        if seeds > 1:
            accuracies[0] = round(min(accuracies[1:]) - 0.05 * (number + 1) - 0.15, 2)
        records.append({"macs": int(base * factor), "accuracies": accuracies})
    order = {2: (1, 0), 3: (1, 2, 0), 4: (2, 0, 3, 1)}[len(records)]
    return [records[place] for place in order]


def _steps(records: Sequence[Case], average: Any = fmean) -> Iterator[tuple[float, float]]:
    """Yield ratio of MACs and gain in accuracy from each network to the next dearer one."""
    rows = sorted((row["macs"], average(row["accuracies"])) for row in records)
    for (macs, accuracy), (more, better) in pairwise(rows):
        yield more / macs, better - accuracy


def _gains(records: Sequence[Case]) -> list[float]:
    return [gain / math.log2(ratio) for ratio, gain in _steps(records)]


def _each_step(gain: Any, average: Any = fmean) -> Any:
    return lambda records: [float(gain(r, g)) for r, g in _steps(records, average)]


def _per_doubling(ratio: float, gain: float) -> float:
    return gain / math.log2(ratio)


def _as_they_stand(records: Sequence[Case]) -> list[float]:
    return [
        (fmean(b["accuracies"]) - fmean(a["accuracies"])) / math.log2(b["macs"] / a["macs"])
        for a, b in pairwise(records)
    ]


def _from_first(records: Sequence[Case]) -> list[float]:
    first, *others = sorted(records, key=lambda row: row["macs"])
    return [
        (fmean(row["accuracies"]) - fmean(first["accuracies"]))
        / math.log2(row["macs"] / first["macs"])
        for row in others
    ]


_GAINS_SLIPS = (
    Slip(
        "whole-steps",
        "These are the gains of whole steps. A step of 4 times the MACs is two doublings: divide "
        "by log2 of the ratio.",
        _each_step(lambda ratio, gain: gain),
    ),
    Slip(
        "divided-by-ratio",
        "You divide by the ratio of the MACs. The number of doublings is its log2: a ratio of 4 "
        "is two.",
        _each_step(lambda ratio, gain: gain / ratio),
    ),
    Slip(
        "half-the-ratio",
        "You take half the ratio as the number of doublings. It is log2 of the ratio: 8 times the "
        "MACs are three doublings, not four.",
        _each_step(lambda ratio, gain: gain / (ratio / 2)),
    ),
    Slip(
        "natural-logarithm",
        "You use the natural logarithm; the number of doublings is the logarithm to base 2.",
        _each_step(lambda ratio, gain: gain / math.log(ratio)),
    ),
    Slip(
        "base-ten",
        "You use the logarithm to base 10; the number of doublings is the one to base 2.",
        _each_step(lambda ratio, gain: gain / math.log10(ratio)),
    ),
    Slip(
        "multiplied",
        "You multiply by the number of doublings; a gain for each of them is a quotient.",
        _each_step(lambda ratio, gain: gain * math.log2(ratio)),
    ),
    Slip(
        "as-they-stand",
        "You take the networks in the order of the list. Put them in the order of their MACs.",
        _as_they_stand,
    ),
    Slip(
        "dearest-first",
        "Your gains are in the wrong order: the cheapest step comes first.",
        lambda records: _gains(records)[::-1],
    ),
    Slip(
        "from-the-first",
        "You compare every network with the cheapest one. A step leads from a network to the next "
        "dearer one.",
        _from_first,
    ),
    Slip(
        "best-seed",
        "You take the best seed of each network. The best of several is better by luck: take the "
        "mean.",
        _each_step(_per_doubling, max),
    ),
    Slip(
        "first-seed",
        "You take the first seed alone. Take the mean over seeds.",
        _each_step(_per_doubling, lambda accuracies: accuracies[0]),
    ),
    Slip(
        "summed-seeds",
        "You add the seeds up: take their mean.",
        _each_step(_per_doubling, sum),
    ),
    Slip(
        "percent-of-before",
        "You give gains in percent of the accuracy before; asked for are percentage points, a "
        "plain difference.",
        lambda records: [
            gain / math.log2(ratio) / before * 100
            for (ratio, gain), before in zip(
                _steps(records),
                [fmean(r["accuracies"]) for r in sorted(records, key=lambda row: row["macs"])],
                strict=False,
            )
        ],
    ),
    Slip(
        "single-number",
        "You return one number for all steps; return one for each.",
        lambda records: _from_first(records)[-1],
    ),
)


def _judge_gains(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "gains", inputs["cases"], part(answer, "results"), _gains, _GAINS_SLIPS, rel=1e-6,
        absolute=1e-9, after=part(answer, "after"),
    )  # fmt: skip


# ------------------------------------------------------------------ the assignment

TASKS = (
    Task(
        name="one_dimension.scaled_channels",
        title="Channels in multiples of eight",
        points=15,
        needs=("scaled_channels",),
        inputs=_channels_inputs,
        probe=probes.scaled_channels,
        judge=_judge_channels,
        hints=(
            "Work out channels × width first, and do not round it. Then find the nearest multiple "
            "of the divisor.",
            "int(x + 0.5) rounds to whole numbers, halves up. For multiples of a divisor add half "
            "a divisor, and see how many whole divisors there are.",
            "Compare the multiple with 0.9 × (channels × width). If it is smaller, add one "
            "divisor: so even a multiple of 0 becomes one.",
        ),
        difficulty=2,
        importance=4,
        minutes=10,
    ),
    Task(
        name="one_dimension.scaled_layers",
        title="Layers come whole",
        points=5,
        needs=("scaled_layers",),
        inputs=_layers_inputs,
        probe=probes.scaled_layers,
        judge=_judge_layers,
        hints=(
            "Each stage is rounded by itself: go through the list.",
            "A fraction of a layer, however small, becomes a whole one.",
            "math.ceil rounds up and gives an int.",
        ),
        difficulty=1,
        importance=4,
        minutes=4,
    ),
    Task(
        name="one_dimension.scaled_macs",
        title="What a factor really costs",
        points=20,
        needs=("scaled_macs",),
        inputs=_macs_inputs,
        probe=probes.scaled_macs,
        judge=_judge_macs,
        hints=(
            "Two loops: over the stages, and over the layers of a stage. Keep the channels and the "
            "side that the next layer gets in two variables.",
            "Only the first layer of a stage strides; after it, the stride is 1 and the channels "
            "that come in are those that go out.",
            "A layer costs kernel² × out × side² MACs, with the side of its output; a dense one "
            "that times the channels that come in. The picture has 3 channels whatever the width.",
        ),
        difficulty=4,
        importance=5,
        minutes=20,
    ),
    Task(
        name="one_dimension.receptive_field",
        title="How much one output sees",
        points=15,
        needs=("receptive_field",),
        inputs=_field_inputs,
        probe=probes.receptive_field,
        judge=_judge_field,
        hints=(
            "Keep two numbers: the side of what is seen, and the step, in pixels of the picture, "
            "between two neighbours on the current map. Both begin with 1.",
            "A window of side k reaches k - 1 steps further than a single pixel.",
            "For each layer: first widen the side, with the step as it is; then multiply the step "
            "by the layer's stride.",
        ),
        difficulty=3,
        importance=4,
        minutes=12,
    ),
    Task(
        name="one_dimension.largest_within",
        title="As much as the budget allows",
        points=15,
        needs=("largest_within",),
        inputs=_within_inputs,
        probe=probes.largest_within,
        judge=_judge_within,
        hints=(
            "No formula knows the rounding. Try percents, and count with scaled_macs.",
            "Go up through all percents, and remember each one that fits; the last one stays. "
            "Begin with 0 to remember.",
            "scaled_macs(stages, size, **{dimension: percent / 100}) gives the factor to the "
            "argument that `dimension` names.",
        ),
        difficulty=3,
        importance=4,
        minutes=12,
    ),
    Task(
        name="one_dimension.gains",
        title="What each doubling bought",
        points=15,
        needs=("gains",),
        inputs=_gains_inputs,
        probe=probes.gains,
        judge=_judge_gains,
        hints=(
            "Make pairs first, of MACs and mean accuracy, and sort them into a new list.",
            "A step from one pair to the next has a gain in points and a ratio of MACs. How many "
            "doublings is a ratio of 8?",
            "math.log2(ratio) is the number of doublings; divide the gain by it.",
        ),
        difficulty=2,
        importance=4,
        minutes=12,
    ),
)

WRITTEN = (
    Written(
        name="one_dimension.four_times",
        title="Four times the MACs: deeper, wider or sharper?",
        points=15,
        minutes=15,
    ),
)

ASSIGNMENT = Assignment(
    "one_dimension", "One dimension at a time", "04_one_dimension_at_a_time", TASKS, WRITTEN
)
