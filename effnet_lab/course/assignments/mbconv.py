"""Assignment 02, MBConv: its parts and the whole block, as functions of tensors and weights.

The references are written in numpy, in double precision; tests hold them against `nn.MBConv`. A
slip is the reference with one habit changed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...view.tables import Table
from ..judging import Case, Slip, judge_calls, judge_changed, matches, part, what_is_off
from ..plain import Plain
from ..probes import mbconv as probes
from ..probing import Inputs, value_text
from ..result import CheckResult
from ..tasks import Assignment, Task, Written

Array = NDArray[np.float64]
Weights = Mapping[str, Any]

#: Learners work in single precision; inputs are such that no error grows beyond a tenth of this.
_REL, _ABSOLUTE = 1e-4, 2e-5

# ------------------------------------------------------------------ squeeze width


def _width_inputs(seed: int) -> Inputs:
    random = Random(seed)
    fours = random.sample(range(3, 12), 3)
    expands = random.sample((3, 4, 5, 6, 8), 4)
    few = random.choice((3, 5, 6, 7))
    return {
        "cases": [
            {"in_channels": 4 * fours[0], "expand": expands[0]},
            {"in_channels": 4 * fours[1] + 3, "expand": expands[1]},
            {"in_channels": 4 * fours[2] + 3, "expand": expands[2], "se_ratio": 0.5},
            {"in_channels": 4 * fours[0] + 1, "expand": expands[3], "se_ratio": 0.25},
            {"in_channels": few, "expand": expands[3], "se_ratio": 0.125},
            {"in_channels": 8 * fours[1], "expand": 1, "se_ratio": 0.125},
            {"in_channels": 4 * fours[2], "expand": expands[0], "se_ratio": 0.0},
        ]
    }


def _width(in_channels: int, expand: int, se_ratio: float = 0.25) -> int:
    return max(1, int(in_channels * se_ratio)) if se_ratio else 0


def _width_by(units: Callable[[int, int, float], float]) -> Callable[..., Plain]:
    """Return a width that is worked out in another way where there are gates."""

    def width(in_channels: int, expand: int, se_ratio: float = 0.25) -> Plain:
        return units(in_channels, expand, se_ratio) if se_ratio else 0

    return width


_WIDTH_SLIPS = (
    Slip(
        "se-on-expanded-width",
        lambda case: (
            "Your squeeze width follows the expanded channels: "
            f"{_on_expanded(**case)} units instead of {_width(**case)}. The ratio is of the "
            f"block's {case['in_channels']} input channels."
        ),
        lambda **case: _on_expanded(**case),
    ),
    Slip(
        "se-on-expanded-width-at-least-nothing",
        lambda case: (
            "Your squeeze width follows the expanded channels: "
            f"{int(case['in_channels'] * case['expand'] * case.get('se_ratio', 0.25))} units "
            f"instead of {_width(**case)}. The ratio is of the block's {case['in_channels']} input "
            "channels."
        ),
        lambda in_channels, expand, se_ratio=0.25: int(in_channels * expand * se_ratio),
    ),
    Slip(
        "no-least",
        "Where the ratio leaves less than one unit, there is one: without any, no gate could be "
        "computed.",
        _width_by(lambda inputs, expand, ratio: int(inputs * ratio)),
    ),
    Slip(
        "one-at-ratio-0",
        "With se_ratio = 0 the block has no squeeze-excite, so there are 0 units.",
        lambda in_channels, expand, se_ratio=0.25: max(1, int(in_channels * se_ratio)),
    ),
    Slip(
        "rounds-to-nearest",
        lambda case: f"You round to the nearest unit; {_share_text(case)} is rounded down.",
        _width_by(lambda inputs, expand, ratio: max(1, int(inputs * ratio + 0.5))),
    ),
    Slip(
        "rounds-to-even",
        lambda case: f"You round to the nearest unit; {_share_text(case)} is rounded down.",
        _width_by(lambda inputs, expand, ratio: max(1, round(inputs * ratio))),
    ),
    Slip(
        "rounds-up",
        lambda case: f"You round up; {_share_text(case)} is rounded down.",
        _width_by(lambda inputs, expand, ratio: -int(-inputs * ratio // 1)),
    ),
    Slip(
        "not-rounded",
        lambda case: f"There is no part of a unit: {_share_text(case)} is rounded down.",
        _width_by(lambda inputs, expand, ratio: max(1.0, inputs * ratio)),
    ),
    Slip(
        "always-a-quarter",
        "You always take a quarter, whatever se_ratio says.",
        lambda in_channels, expand, se_ratio=0.25: _width(in_channels, expand),
    ),
    Slip(
        "multiples-of-8",
        "You round to a multiple of 8, as channels are rounded. Squeeze widths are not.",
        _width_by(lambda inputs, expand, ratio: max(8, int(inputs * ratio + 4) // 8 * 8)),
    ),
    Slip(
        "expanded-width",
        "These are the expanded channels, on which the gates act; asked for are the units between "
        "the two layers that compute the gates.",
        lambda in_channels, expand, se_ratio=0.25: in_channels * expand,
    ),
    Slip(
        "divided-by-expand",
        "You divide by the expansion. The ratio is of the input channels as they are.",
        _width_by(lambda inputs, expand, ratio: max(1, int(inputs * ratio / expand))),
    ),
)


def _on_expanded(in_channels: int, expand: int, se_ratio: float = 0.25) -> int:
    return _width(in_channels * expand, 1, se_ratio)


def _share_text(case: Case) -> str:
    ratio = case.get("se_ratio", 0.25)
    return f"{ratio:g} × {case['in_channels']} = {ratio * case['in_channels']:g}"


def _judge_width(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls("squeeze_width", inputs["cases"], answer, _width, _WIDTH_SLIPS)


# ------------------------------------------------------------------ padding


def _padding_inputs(seed: int) -> Inputs:
    random = Random(seed)
    evens = [2 * n for n in random.sample(range(3, 15), 4)]
    three = 3 * random.randint(3, 9)
    return {
        "cases": [
            {"size": evens[0], "kernel": 3, "stride": 1},
            {"size": evens[3], "kernel": 5},
            {"size": evens[1], "kernel": 3, "stride": 2},
            {"size": evens[2], "kernel": 7, "stride": 2},
            {"size": evens[3] + 1, "kernel": 5, "stride": 2},
            {"size": evens[0] + 1, "kernel": 3, "stride": 2},
            {"size": evens[1], "kernel": 1, "stride": 2},
            {"size": three + 1, "kernel": random.choice((5, 7)), "stride": 3},
            {"size": three + 2, "kernel": random.choice((3, 9)), "stride": 3},
            {"size": 4 * evens[2], "kernel": random.choice((7, 9)), "stride": 4},
        ]
    }


def _padding(size: int, kernel: int, stride: int = 1) -> list[int]:
    return _split(max(0, _zeros(size, kernel, stride)))


def _zeros(size: int, kernel: int, stride: int) -> int:
    """Pixels that the last window reaches beyond the picture; negative if it ends before."""
    return (-(-size // stride) - 1) * stride + kernel - size


def _split(zeros: int) -> list[int]:
    return [zeros // 2, zeros - zeros // 2]


def _places(case: Case) -> str:
    size, stride = case["size"], case.get("stride", 1)
    return f"{size} / {stride}, rounded up, is {-(-size // stride)} places"


_PADDING_SLIPS = (
    Slip(
        "symmetric",
        lambda case: f"You pad kernel // 2 on each side whatever the stride. With stride "
        f"{case.get('stride', 1)} that shifts the places: pad only what the last window lacks.",
        lambda size, kernel, stride=1: [kernel // 2, kernel // 2],
    ),
    Slip(
        "kernel-minus-one",
        "You leave the stride out: with a stride the last window begins earlier, and lacks less.",
        lambda size, kernel, stride=1: _split(kernel - 1),
    ),
    Slip(
        "stride-divides-size",
        lambda case: f"kernel - stride holds only where the stride divides the size. Here the "
        f"output has {_places(case)}.",
        lambda size, kernel, stride=1: _split(kernel - stride),
    ),
    Slip(
        "stride-divides-size-from-zero",
        lambda case: f"kernel - stride holds only where the stride divides the size. Here the "
        f"output has {_places(case)}.",
        lambda size, kernel, stride=1: _split(max(0, kernel - stride)),
    ),
    Slip(
        "extra-before",
        "You put the extra zero before; it goes after (right and below), as in TensorFlow.",
        lambda size, kernel, stride=1: _padding(size, kernel, stride)[::-1],
    ),
    Slip(
        "negative",
        "There cannot be fewer than no zeros: a window that ends inside the picture lacks none.",
        lambda size, kernel, stride=1: _split(_zeros(size, kernel, stride)),
    ),
    Slip(
        "rounds-down",
        lambda case: f"You round the places down. The output has {_places(case)}.",
        lambda size, kernel, stride=1: _split(
            max(0, (size // stride - 1) * stride + kernel - size)
        ),
    ),
    Slip(
        "last-place-forgotten",
        "You count a step too much: from the first place to the last there is one step fewer than "
        "there are places.",
        lambda size, kernel, stride=1: _split(max(0, -(-size // stride) * stride + kernel - size)),
    ),
    Slip(
        "not-split",
        "These are all zeros on each side; half go before, half after.",
        lambda size, kernel, stride=1: [max(0, _zeros(size, kernel, stride))] * 2,
    ),
    Slip(
        "all-after",
        "You put all zeros after; half of them go before.",
        lambda size, kernel, stride=1: [0, max(0, _zeros(size, kernel, stride))],
    ),
    Slip(
        "half-on-each-side",
        "You lose a zero where their number is odd: the extra one goes after.",
        lambda size, kernel, stride=1: [max(0, _zeros(size, kernel, stride)) // 2] * 2,
    ),
    Slip(
        "sum",
        "That is how many zeros there are; return how many go before, and how many after.",
        lambda size, kernel, stride=1: max(0, _zeros(size, kernel, stride)),
    ),
    Slip(
        "none",
        "You pad nothing: then the output would be smaller than size / stride, rounded up.",
        lambda size, kernel, stride=1: [0, 0],
    ),
)  # fmt: skip


def _judge_padding(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls("same_padding", inputs["cases"], answer, _padding, _PADDING_SLIPS)


# ------------------------------------------------------------------ judging tensors


def _judge_tensors(
    function: str, inputs: Inputs, answer: Plain, right: Callable[..., Plain],
    slips: Sequence[Slip], shown: Callable[[Case], str], parts: Sequence[str] = (),
    absolute: float = _ABSOLUTE,
) -> CheckResult:  # fmt: skip
    """Judge a function of tensors: say how many numbers are off, and show the first of them.

    `shown` describes a case; `parts` names the tensors, where there are several.
    """
    cases, results = inputs["cases"], part(answer, "results")
    wanted = [right(**case) for case in cases]
    once = iter(wanted)
    found = judge_calls(
        function, cases, results, lambda **case: next(once), slips, rel=_REL, absolute=absolute
    )
    if found.slip == "odd":
        return found
    trials = list(zip(cases, wanted, results, strict=True))
    said = [_difference(want, got, absolute, parts) for _, want, got in trials]
    rows = tuple((shown(c), text or "the same") for c, text in zip(cases, said, strict=True))
    found = replace(found, details=Table("What was tried", ("input", "your output"), rows))
    wrong = [place for place, text in enumerate(said) if text]
    if not wrong:
        calls = [shown(case) for case in cases]
        return judge_changed(calls, part(answer, "changed"), "make new tensors") or found
    case, want, got = trials[wrong[0]]
    why = next((slip.explain(case) for slip in slips if slip.name == found.slip), "")
    why = why or _plainly_off(want, got)
    return replace(found, message=f"{shown(case)}: {said[wrong[0]]}. {why}".strip())


def _difference(wanted: Plain, got: Plain, absolute: float, parts: Sequence[str] = ()) -> str:
    """Say in which numbers an answer differs; empty if it does not."""
    if matches(got, wanted, _REL, absolute):
        return ""
    if parts and isinstance(got, list) and len(got) == len(wanted):
        pairs = zip(parts, wanted, got, strict=True)
        said = ((name, _difference(want, one, absolute)) for name, want, one in pairs)
        return next(f"in {name}, {text}" for name, text in said if text)
    if not isinstance(wanted, np.ndarray) or not isinstance(got, np.ndarray):
        return f"it gives {_kind_text(got)} in place of {_kind_text(wanted)}"
    if got.shape != wanted.shape:
        return f"the shape is {_shape_text(got)}, not {_shape_text(wanted)}"
    if got.dtype.kind == "b":
        return "it gives truth values in place of numbers"
    off = ~np.isclose(got, wanted, rtol=_REL, atol=absolute)
    first = tuple(map(int, np.argwhere(off)[0]))
    count = f"{int(off.sum())} of {off.size} numbers are off"
    return f"{count}; at {list(first)} expected {_number(wanted[first])}, got {_number(got[first])}"


def _number(value: Any) -> str:
    return f"{float(value) + 0.0:.5g}"  # no zero with a minus


def _kind_text(value: Plain) -> str:
    if isinstance(value, np.ndarray):
        return f"a tensor of shape {_shape_text(value)}"
    if isinstance(value, list) and any(isinstance(item, np.ndarray) for item in value):
        return f"{len(value)} tensors"
    return "nothing" if value is None else value_text(value, 40)


def _shape_text(array: NDArray[Any]) -> str:
    return str(tuple(array.shape))


def _plainly_off(wanted: Plain, got: Plain) -> str:
    return "" if isinstance(got, np.ndarray) else what_is_off(wanted, got)


def _wide(value: Any) -> Array:
    """Return an array in double precision."""
    return np.asarray(value, dtype=np.float64)


def _narrow(value: Any) -> NDArray[np.float32]:
    """Return an array in single precision, as torch has it."""
    return np.asarray(value, dtype=np.float32)


def _drawn(
    random: np.random.Generator, shape: Sequence[int], spread: float = 1.0
) -> NDArray[np.float32]:
    """Draw numbers of both signs that are not close to zero: nothing is left out by accident."""
    sizes = random.uniform(0.3, 1.0, shape) * spread
    return _narrow(sizes * random.choice((-1.0, 1.0), shape))


def _pictures(random: np.random.Generator, shape: Sequence[int]) -> NDArray[np.float32]:
    """Draw feature maps whose means and spreads differ from channel to channel."""
    centres = _drawn(random, (*shape[:2], 1, 1))
    spreads = random.uniform(0.2, 0.6, (1, shape[1], 1, 1))
    return _narrow(centres + spreads * random.standard_normal(shape))


# ------------------------------------------------------------------ squeeze-excite


def _gate_weights(random: np.random.Generator, channels: int, units: int) -> dict[str, Any]:
    return {
        "reduce": _drawn(random, (units, channels, 1, 1), 2.0),
        "reduce_bias": _drawn(random, (units,)),
        "gate": _drawn(random, (channels, units, 1, 1), 2.0),
        "gate_bias": _drawn(random, (channels,)),
    }


def _excite_inputs(seed: int) -> Inputs:
    random = np.random.default_rng(seed)
    shapes = [(1, 2, 2, 1), (2, 3, 1, 3), (2, 4, 3, 2), (3, 5, 2, 4)]
    units = (3, 2, 3, 2)
    return {
        "cases": [
            {"x": _pictures(random, shape), "weights": _gate_weights(random, shape[1], n)}
            for shape, n in zip(shapes, units, strict=True)
        ]
    }


def _silu(x: Array) -> Array:
    return x * _sigmoid(x)


def _sigmoid(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)))


def _relu(x: Array) -> Array:
    return np.maximum(x, 0)


def _same(x: Array) -> Array:
    return x


def _mean(x: Array) -> Array:
    return np.asarray(x.mean((2, 3), keepdims=True))


def _pointwise(x: Array, weight: Any, bias: Any = None) -> Array:
    y = _wide(np.einsum("nchw,oc->nohw", x, _wide(weight)[:, :, 0, 0]))
    return y if bias is None else y + _wide(bias)[:, None, None]


def _gates(
    x: Array, weights: Weights, pool: Callable[[Array], Array] = _mean,
    inner: Callable[[Array], Array] = _silu, outer: Callable[[Array], Array] = _sigmoid,
    biases: Sequence[str] = ("reduce_bias", "gate_bias"),
) -> Array:  # fmt: skip
    def bias(name: str) -> Any:
        return weights[name] if name in biases else None

    units = inner(_pointwise(pool(x), weights["reduce"], bias("reduce_bias")))
    return outer(_pointwise(units, weights["gate"], bias("gate_bias")))


def _excite(x: Any, weights: Weights, **habits: Any) -> Array:
    return _wide(x) * _gates(_wide(x), weights, **habits)


def _excite_with(**habits: Any) -> Callable[..., Plain]:
    return lambda x, weights: _excite(x, weights, **habits)


_EXCITE_SLIPS = (
    Slip(
        "relu-for-silu",
        "Between the two convolutions you use ReLU; EfficientNet uses SiLU there, too.",
        _excite_with(inner=_relu),
    ),
    Slip(
        "no-silu",
        "SiLU is missing between the two convolutions: without it they are one linear map.",
        _excite_with(inner=_same),
    ),
    Slip(
        "sigmoid-for-silu",
        "Between the two convolutions stands SiLU, x × sigmoid(x); the sigmoid alone comes at the "
        "end.",
        _excite_with(inner=_sigmoid),
    ),
    Slip(
        "swapped",
        "SiLU and sigmoid are swapped: SiLU stands between the convolutions, the sigmoid makes "
        "the gates.",
        _excite_with(inner=_sigmoid, outer=_silu),
    ),
    Slip(
        "silu-for-sigmoid",
        "Your gates come from a SiLU; a sigmoid keeps them between 0 and 1.",
        _excite_with(outer=_silu),
    ),
    Slip(
        "no-sigmoid",
        "The sigmoid is missing at the end: a gate lies between 0 and 1.",
        _excite_with(outer=_same),
    ),
    Slip(
        "softmax",
        "You let the gates add up to one (softmax). Each channel's gate is a sigmoid of its own.",
        _excite_with(outer=lambda y: np.exp(y) / np.exp(y).sum(1, keepdims=True)),
    ),
    Slip(
        "hard-sigmoid",
        "Your gate is a hard sigmoid, as in MobileNetV3; EfficientNet uses the sigmoid itself.",
        _excite_with(outer=lambda y: np.clip(y / 6 + 0.5, 0, 1)),
    ),
    Slip(
        "max-pooling",
        "You squeeze to each channel's largest number; squeezing takes the average.",
        _excite_with(pool=lambda x: x.max((2, 3), keepdims=True)),
    ),
    Slip(
        "sum-pooling",
        "You squeeze to each channel's sum; divide by its pixels: squeezing takes the average.",
        _excite_with(pool=lambda x: x.sum((2, 3), keepdims=True)),
    ),
    Slip(
        "mean-over-batch",
        "You average over the pictures of the batch, too. Each picture has gates of its own.",
        _excite_with(pool=lambda x: x.mean((0, 2, 3), keepdims=True)),
    ),
    Slip(
        "no-pooling",
        "You do not squeeze: a gate is computed at each pixel. Average each channel over height "
        "and width first.",
        _excite_with(pool=_same),
    ),
    Slip(
        "mean-over-rows",
        "You average over one of the two sides only; a channel has height and width.",
        _excite_with(pool=lambda x: x.mean(2, keepdims=True)),
    ),
    Slip(
        "mean-over-columns",
        "You average over one of the two sides only; a channel has height and width.",
        _excite_with(pool=lambda x: x.mean(3, keepdims=True)),
    ),
    Slip(
        "no-biases",
        "You leave the biases out. No normalisation follows here, so both convolutions have one.",
        _excite_with(biases=()),
    ),
    Slip(
        "no-first-bias",
        "You leave the first convolution's bias out.",
        _excite_with(biases=("gate_bias",)),
    ),
    Slip(
        "no-second-bias",
        "You leave the second convolution's bias out.",
        _excite_with(biases=("reduce_bias",)),
    ),
    Slip(
        "gates-only",
        "These are the gates alone; the channels are multiplied by them.",
        lambda x, weights: _gates(_wide(x), weights),
    ),
    Slip(
        "gates-spread",
        "These are the gates alone; the channels are multiplied by them.",
        lambda x, weights: np.broadcast_to(_gates(_wide(x), weights), x.shape),
    ),
    Slip(
        "gates-added",
        "You add the gates to the channels. They are factors: multiply.",
        lambda x, weights: _wide(x) + _gates(_wide(x), weights),
    ),
    Slip(
        "gated-and-added",
        "You add the input once more, as a skip. The block's skip comes later; here the channels "
        "are only multiplied.",
        lambda x, weights: _wide(x) + _excite(x, weights),
    ),
    Slip(
        "averages-gated",
        "You multiply the averages by the gates; the gates belong to the feature maps themselves.",
        lambda x, weights: _mean(_wide(x)) * _gates(_wide(x), weights),
    ),
    Slip(
        "half",
        "It gives half of what comes in, whatever the weights are.",
        lambda x, weights: _wide(x) / 2,
    ),
    Slip(
        "unchanged",
        "It gives what comes in: the gates are not used.",
        lambda x, weights: _wide(x),
    ),
)


def _excite_text(case: Case) -> str:
    units = _units_text(case["weights"])
    return f"squeeze_excite(x of shape {_shape_text(case['x'])}, weights of {units})"


def _units_text(weights: Weights) -> str:
    units = len(weights["reduce"])
    return f"{units} unit{'s' * (units != 1)}"


def _judge_excite(inputs: Inputs, answer: Plain) -> CheckResult:
    return _judge_tensors(
        "squeeze_excite", inputs, answer, _excite, _EXCITE_SLIPS, _excite_text
    )  # fmt: skip


# ------------------------------------------------------------------ batch normalisation

NORM_EPS = 1e-3

#: Share of the old running average that is kept: TensorFlow's momentum.
NORM_KEPT = 0.99

_PIXELS = (0, 2, 3)


def _norm_weights(
    random: np.random.Generator, channels: int, least: float = 0.04, most: float = 0.2
) -> dict[str, Any]:
    return {
        "weight": _drawn(random, (channels,), 1.5),
        "bias": _drawn(random, (channels,)),
        "mean": _drawn(random, (channels,)),
        "var": _narrow(random.uniform(least, most, channels)),
    }


def _norm_inputs(seed: int) -> Inputs:
    random = np.random.default_rng(seed)

    def case(*shape: int, **more: bool) -> dict[str, Any]:
        scale = random.uniform(0.3, 1.0, (1, shape[1], 1, 1))
        scale[:, 0] = 0.1  # where the variance is small, eps shows
        x = _narrow(scale * _pictures(random, shape))
        return {"x": x, "norm": _norm_weights(random, shape[1]), **more}

    return {
        "cases": [
            case(1, 2, 1, 2),
            case(2, 3, 1, 2, training=True),
            case(3, 2, 2, 3, training=False),
            case(2, 4, 3, 2, training=True),
        ]
    }


def _norm(
    x: Any, norm: Weights, training: bool = False, *, eps: float = NORM_EPS,
    root: Callable[[Array, float], Array] = lambda var, eps: np.sqrt(var + eps),
    batch: bool | None = None, learned: Sequence[str] = ("weight", "bias"), ddof: int = 0,
    running: Callable[..., list[Array]] | None = None,
) -> list[Array]:  # fmt: skip
    """Normalise; return the output and the running averages after it.

    `batch` says whose mean and variance are used, if that does not depend on `training`. `running`
    gives the running averages from old, new and training.
    """
    x, old = _wide(x), [_wide(norm["mean"]), _wide(norm["var"])]
    new = [x.mean(_PIXELS), x.var(_PIXELS, ddof=ddof)]
    mean, var = new if (training if batch is None else batch) else old
    y = (x - _channels(mean)) / root(_channels(var), eps)
    if "weight" in learned:
        y = y * _channels(_wide(norm["weight"]))
    if "bias" in learned:
        y = y + _channels(_wide(norm["bias"]))
    return [y, *(running or _running)(old, new, training)]


def _running(
    old: Sequence[Array], new: Sequence[Array], training: bool, kept: float = NORM_KEPT
) -> list[Array]:
    if not training:
        return list(old)
    return [kept * before + (1 - kept) * now for before, now in zip(old, new, strict=True)]


def _channels(vector: Array) -> Array:
    return vector[None, :, None, None]


def _norm_with(**habits: Any) -> Callable[..., Plain]:
    return lambda x, norm, training=False: _norm(x, norm, training, **habits)


def _normed_by_updated(x: Any, norm: Weights, training: bool = False) -> Plain:
    _, mean, var = _norm(x, norm, training)
    return [_norm(x, {**norm, "mean": mean, "var": var})[0], mean, var]


def _unbiased_average(x: Any, norm: Weights, training: bool = False) -> Plain:
    return [*_norm(x, norm, training)[:2], _norm(x, norm, training, ddof=1)[2]]


def _norm_by_picture(x: Any, norm: Weights, training: bool = False) -> Plain:
    y, mean, var = _norm(x, norm, training)
    if training:
        y = np.concatenate([_norm(picture[None], norm, True)[0] for picture in _wide(x)])
    return [y, mean, var]


_NORM_SLIPS = (
    Slip(
        "torch-eps",
        f"Your eps is torch's own, 0.00001; EfficientNet's is {NORM_EPS:g}.",
        _norm_with(eps=1e-5),
    ),
    Slip(
        "no-eps",
        f"You leave eps out; {NORM_EPS:g} is added to the variance.",
        _norm_with(eps=0.0),
    ),
    Slip(
        "eps-outside",
        "You add eps to the root; it is added to the variance, under the root.",
        _norm_with(root=lambda var, eps: np.sqrt(var) + eps),
    ),
    Slip(
        "no-root",
        "You divide by the variance; divide by its square root, the spread.",
        _norm_with(root=lambda var, eps: var + eps),
    ),
    Slip(
        "momentum-reversed",
        f"Your momentum is the wrong way round: the average keeps {NORM_KEPT:.0%} of what it was, "
        f"and takes {1 - NORM_KEPT:.0%} of what is new.",
        _norm_with(running=lambda old, new, training: _running(old, new, training, 1 - NORM_KEPT)),
    ),
    Slip(
        "torch-momentum",
        f"You keep 90% of the old average, which is torch's own setting; EfficientNet keeps "
        f"{NORM_KEPT:.0%}.",
        _norm_with(running=lambda old, new, training: _running(old, new, training, 0.9)),
    ),
    Slip(
        "averages-stay",
        "Your running averages stay as they are; in training they move.",
        _norm_with(running=lambda old, new, training: list(old)),
    ),
    Slip(
        "averages-replaced",
        "Your running averages become those of the last batch; they move only a little towards "
        "them.",
        _norm_with(running=lambda old, new, training: list(new if training else old)),
    ),
    Slip(
        "averages-always-move",
        "Your running averages move at test time, too; they do so in training only.",
        _norm_with(running=lambda old, new, training: _running(old, new, True)),
    ),
    Slip(
        "always-batch",
        "You take mean and variance from the batch at test time, too. There the running averages "
        "are used.",
        _norm_with(batch=True),
    ),
    Slip(
        "always-training",
        "At test time you do what belongs to training: there the running averages are used, and "
        "stay as they are.",
        lambda x, norm, training=False: _norm(x, norm, True),
    ),
    Slip(
        "never-batch",
        "You normalise by the running averages in training, too. There mean and variance are "
        "those of the batch.",
        _norm_with(batch=False),
    ),
    Slip(
        "never-training",
        "In training you do what belongs to test time: there mean and variance are those of the "
        "batch, and the running averages move.",
        lambda x, norm, training=False: _norm(x, norm, False),
    ),
    Slip(
        "training-flipped",
        "You have the two cases the wrong way round: the batch's own mean and variance belong to "
        "training.",
        lambda x, norm, training=False: _norm(x, norm, not training),
    ),
    Slip(
        "updated-averages",
        "In training you move the running averages first and normalise by them. Normalise by the "
        "batch's own mean and variance.",
        _normed_by_updated,
    ),
    Slip(
        "unbiased-variance",
        "Your variance divides by one number less than there are (torch's var does so unless "
        "correction=0).",
        _norm_with(ddof=1),
    ),
    Slip(
        "unbiased-average",
        "Your running variance takes in a variance that divides by one number less than there "
        "are. (nn.BatchNorm2d does so; here it is the variance that you normalise by.)",
        _unbiased_average,
    ),
    Slip(
        "by-picture",
        "You normalise each picture by itself; mean and variance are those of all pictures of the "
        "batch.",
        _norm_by_picture,
    ),
    Slip(
        "no-bias",
        "You leave the learned number out that is added at the end, the bias.",
        _norm_with(learned=("weight",)),
    ),
    Slip(
        "no-weight",
        "You leave the learned number out that the result is multiplied by, the weight.",
        _norm_with(learned=("bias",)),
    ),
    Slip(
        "nothing-learned",
        "You leave out what is learned: multiply by the weight, then add the bias.",
        _norm_with(learned=()),
    ),
)


def _norm_text(case: Case) -> str:
    training = f", training={case['training']}" if "training" in case else ""
    return f"batch_norm(x of shape {_shape_text(case['x'])}, norm{training})"


def _judge_norm(inputs: Inputs, answer: Plain) -> CheckResult:
    return _judge_tensors(
        "batch_norm", inputs, answer, _norm, _NORM_SLIPS, _norm_text,
        ("the output", "the running mean", "the running variance"),
    )  # fmt: skip


# ------------------------------------------------------------------ drop path

#: None of these is the share of pictures dropped out of 3, 4 or 5.
_RATES = (0.12, 0.17, 0.29, 0.37, 0.46, 0.54, 0.63, 0.72)


def _kept(random: np.random.Generator, count: int) -> NDArray[np.bool_]:
    """Draw which branches are kept: one at least, and not all."""
    kept = np.zeros(count, dtype=bool)
    kept[random.permutation(count)[: random.integers(1, count)]] = True
    return kept


def _drop_inputs(seed: int) -> Inputs:
    random = np.random.default_rng(seed)
    rates = [float(rate) for rate in random.permutation(_RATES)]
    # As many channels and columns as pictures: a mask along the wrong axis raises no error.
    counts = [3, *map(int, random.permutation((3, 4, 5))), 4]
    masks = [_kept(random, count) for count in counts]
    return {
        "cases": [
            {
                "y": _pictures(random, (count, count, height, count)), "kept": kept,
                "rate": rate, "training": training,
            }
            for count, height, kept, rate, training in zip(
                counts, (1, 2, 1, 3, 2), masks, rates, (True, True, False, True, True),
                strict=False,
            )
        ]
    }  # fmt: skip


def _drop(y: Any, kept: Any, rate: float, training: bool) -> Array:
    return _dropped(y, kept) / (1 - rate) if training else _wide(y)


def _dropped(y: Any, kept: Any, axis: int = 0) -> Array:
    shape = [-1 if place == axis else 1 for place in range(4)]
    return _wide(y) * np.reshape(_wide(kept), shape)


def _drop_with(dropped: Callable[[Any, Any, float], Any]) -> Callable[..., Plain]:
    """Return a drop path that does something else in training."""
    return lambda y, kept, rate, training: dropped(y, kept, rate) if training else _wide(y)


_DROP_SLIPS = (
    Slip(
        "no-rescaling",
        "You do not rescale: on average the branch would be smaller in training than at test time. "
        "Divide what is kept by the survival probability.",
        _drop_with(lambda y, kept, rate: _dropped(y, kept)),
    ),
    Slip(
        "rescaled-at-test-time",
        "You make the branch smaller at test time, in place of larger in training. Here nothing is "
        "left to do at test time.",
        lambda y, kept, rate, training: _dropped(y, kept) if training else _wide(y) * (1 - rate),
    ),
    Slip(
        "multiplied",
        "You multiply by the survival probability. Divide by it: what is kept makes up for what "
        "is dropped.",
        _drop_with(lambda y, kept, rate: _dropped(y, kept) * (1 - rate)),
    ),
    Slip(
        "divided-by-rate",
        "You divide by the rate of dropping; the survival probability is one minus it.",
        _drop_with(lambda y, kept, rate: _dropped(y, kept) / rate),
    ),
    Slip(
        "mean-of-mask",
        "You divide by the share that happened to be kept. The survival probability is one minus "
        "the rate, whatever was drawn.",
        _drop_with(lambda y, kept, rate: _dropped(y, kept) / np.mean(kept)),
    ),
    Slip(
        "drops-at-test-time",
        "You drop at test time, too: there every branch passes as it is.",
        lambda y, kept, rate, training: _drop(y, kept, rate, True),
    ),
    Slip(
        "drops-unscaled-always",
        "You drop at test time, too, and you do not rescale. At test time every branch passes as "
        "it is; in training, divide what is kept by the survival probability.",
        lambda y, kept, rate, training: _dropped(y, kept),
    ),
    Slip(
        "scaled-at-test-time",
        "You divide at test time, too: there every branch passes as it is.",
        lambda y, kept, rate, training: (
            _drop(y, kept, rate, True) if training else _wide(y) / (1 - rate)
        ),
    ),
    Slip(
        "flipped",
        "You have the two cases the wrong way round: paths are dropped in training.",
        lambda y, kept, rate, training: _drop(y, kept, rate, not training),
    ),
    Slip(
        "never-drops",
        "You drop nothing in training.",
        lambda y, kept, rate, training: _wide(y),
    ),
    Slip(
        "only-scales",
        "You rescale in training, but drop nothing.",
        _drop_with(lambda y, kept, rate: _wide(y) / (1 - rate)),
    ),
    Slip(
        "mask-inverted",
        "You drop what should be kept: kept is true for the branches that stay.",
        _drop_with(lambda y, kept, rate: _drop(y, ~np.asarray(kept), rate, True)),
    ),
    Slip(
        "by-column",
        "Your mask runs along the columns of a map, because the last axis comes first in "
        "broadcasting. It belongs to the pictures: shape (N, 1, 1, 1).",
        _drop_with(lambda y, kept, rate: _dropped(y, kept, 3) / (1 - rate)),
    ),
    Slip(
        "by-channel",
        "Your mask runs along the channels. A path is dropped for a whole picture: shape "
        "(N, 1, 1, 1).",
        _drop_with(lambda y, kept, rate: _dropped(y, kept, 1) / (1 - rate)),
    ),
    Slip(
        "pictures-left-out",
        "You leave the dropped pictures out. They stay in the batch, with a branch of zeros.",
        _drop_with(lambda y, kept, rate: _wide(y)[np.asarray(kept)] / (1 - rate)),
    ),
)


def _drop_text(case: Case) -> str:
    return (
        f"drop_path(y of shape {_shape_text(case['y'])}, kept={case['kept'].tolist()}, "
        f"rate={case['rate']:g}, training={case['training']})"
    )


def _judge_drop(inputs: Inputs, answer: Plain) -> CheckResult:
    return _judge_tensors("drop_path", inputs, answer, _drop, _DROP_SLIPS, _drop_text)


# ------------------------------------------------------------------ the whole block


def _block_weights(
    random: np.random.Generator, inputs: int, outputs: int, expand: int, kernel: int, units: int
) -> dict[str, Any]:
    wide = inputs * expand
    weights: dict[str, Any] = {}
    if expand > 1:
        weights["expand"] = _drawn(random, (wide, inputs, 1, 1))
        weights["expand_norm"] = _norm_weights(random, wide, 0.5, 2.0)
    weights["depthwise"] = _drawn(random, (wide, 1, kernel, kernel), 1 / kernel)
    weights["depthwise_norm"] = _norm_weights(random, wide, 0.5, 2.0)
    if units:
        weights |= _gate_weights(random, wide, units)
    weights["project"] = _drawn(random, (outputs, wide, 1, 1))
    weights["project_norm"] = _norm_weights(random, outputs, 0.5, 2.0)
    return weights


#: Input and output channels, expansion, kernel, units of squeeze-excite, side, pictures; the rest
#: goes to the call. All parts, and what is left out, are met at test time and in training.
_BLOCKS: tuple[tuple[tuple[int, ...], dict[str, Any]], ...] = (
    ((2, 3, 3, 3, 2, 4, 1), {}),
    ((3, 3, 2, 3, 2, 5, 2), {"stride": 1}),
    ((3, 3, 2, 3, 1, 6, 2), {"stride": 2}),
    ((2, 3, 3, 5, 2, 7, 2), {"stride": 2, "training": False}),
    ((3, 3, 1, 3, 2, 4, 2), {}),
    ((2, 2, 3, 5, 0, 4, 2), {}),
    ((3, 3, 2, 3, 2, 4, 3), {"training": True, "rate": 0.35}),
    ((2, 2, 1, 3, 0, 5, 4), {"training": True, "rate": 0.2}),
    ((2, 3, 4, 3, 2, 4, 3), {"training": True, "rate": 0.45}),
    ((3, 3, 2, 3, 2, 4, 3), {"training": False, "rate": 0.3}),
    ((3, 3, 2, 3, 2, 6, 3), {"training": True, "stride": 2, "rate": 0.15}),
    ((3, 3, 3, 3, 2, 4, 2), {"training": True}),
)


def _block_inputs(seed: int) -> Inputs:
    random = np.random.default_rng(seed)
    cases = []
    for (inputs, outputs, expand, kernel, units, size, count), more in _BLOCKS:
        case = {
            "x": _pictures(random, (count, inputs, size, size)),
            "weights": _block_weights(random, inputs, outputs, expand, kernel, units),
            **more,
        }
        if "rate" in more:
            case["kept"] = _kept(random, count)
        cases.append(case)
    return {"cases": cases}


def _depthwise(x: Array, weight: Any, stride: int, pads: Sequence[int]) -> Array:
    kernel = np.shape(weight)[-1]
    padded = np.pad(x, ((0, 0), (0, 0), tuple(pads), tuple(pads)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kernel, kernel), (2, 3))
    seen = windows[:, :, ::stride, ::stride]
    return _wide(np.einsum("nchwij,cij->nchw", seen, _wide(weight)[:, 0]))


class _Block:
    """An MBConv at work, with habits: each is the name of one way to go wrong."""

    def __init__(self, weights: Weights, training: bool, habits: Sequence[str]) -> None:
        self.weights, self.training, self.habits = weights, training, habits

    def __call__(
        self, x: Array, stride: int, kept: NDArray[np.bool_] | None, rate: float
    ) -> Array:  # fmt: skip
        y = x
        if "expand" in self.weights:
            y = self.bent("expand", _pointwise(y, self.weights["expand"]))
        if "gates-before-depthwise" in self.habits:
            y = self.gated(y)
        kernel = np.shape(self.weights["depthwise"])[-1]
        pads = [kernel // 2] * 2 if "symmetric" in self.habits else _padding(
            x.shape[-1], kernel, stride
        )  # fmt: skip
        y = self.bent("depthwise", _depthwise(y, self.weights["depthwise"], stride, pads))
        if "gates-before-depthwise" not in self.habits:
            y = self.gated(y)
        return self.joined(x, _pointwise(y, self.weights["project"]), stride, kept, rate)

    def joined(
        self, x: Array, y: Array, stride: int, kept: NDArray[np.bool_] | None, rate: float
    ) -> Array:
        late = "norm-after-add" in self.habits
        y = y if late else self.normed("project", y)
        if "activation-after-projection" in self.habits:
            y = self.act(y)
        skips = stride == 1 and x.shape[1] == y.shape[1]
        drops = kept is not None and self.dropping(skips)
        if "drops-the-sum" in self.habits and skips and drops:
            return _drop(x + y, kept, rate, True)
        if drops:
            dropped = _dropped(y, kept)
            y = dropped if "no-rescaling" in self.habits else dropped / (1 - rate)
        y = x + y if skips and "no-skip" not in self.habits else y
        y = self.normed("project", y) if late else y
        return self.act(y) if "activation-after-add" in self.habits else y

    def dropping(self, skips: bool) -> bool:
        if "never-drops" in self.habits:
            return False
        if "drops-without-skip" in self.habits:
            return self.training
        return skips and (self.training or "drops-at-test-time" in self.habits)

    def bent(self, name: str, y: Array) -> Array:
        """Normalise and activate."""
        if f"linear-{name}" in self.habits:
            return self.normed(name, y)
        if "activation-before-norm" in self.habits:
            return self.normed(name, self.act(y))
        return self.act(self.normed(name, y))

    def normed(self, name: str, y: Array) -> Array:
        if f"no-{name}-norm" in self.habits:
            return y
        training = self.training and "norms-as-at-test-time" not in self.habits
        training = training or "norms-as-in-training" in self.habits
        eps = 1e-5 if "torch-eps" in self.habits else NORM_EPS
        return _norm(y, self.weights[f"{name}_norm"], training, eps=eps)[0]

    def act(self, y: Array) -> Array:
        return _relu(y) if "relu" in self.habits else _silu(y)

    def gated(self, y: Array) -> Array:
        unused = "reduce" not in self.weights or "no-gates" in self.habits
        return y if unused else _excite(y, self.weights)


def _mbconv(
    x: Any, weights: Weights, stride: int = 1, training: bool = False, kept: Any = None,
    rate: float = 0.0, *, habits: Sequence[str] = (),
) -> Array:  # fmt: skip
    return _Block(weights, training, habits)(_wide(x), stride, kept, rate)


def _block_with(*habits: str) -> Callable[..., Plain]:
    return lambda **case: _mbconv(**case, habits=habits)


def _block_slip(name: str, says: str, *habits: str) -> Slip:
    return Slip(name, says, _block_with(*(habits or (name,))))


_LINEAR = (
    "An activation is missing: SiLU comes after the normalisation of the expansion, and after that "
    "of the depthwise convolution."
)
_NORMED = (
    "A normalisation is missing: expansion, depthwise convolution and projection have one each."
)
_SKIPPED = "The skip is missing: with stride 1, and as many channels out as in, the input is added."

_BLOCK_SLIPS = (
    _block_slip(
        "activation-after-projection",
        "You activate after the projection. It stays linear: in few channels, what is pressed to "
        "zero is lost.",
    ),
    _block_slip(
        "activation-after-add",
        "You activate the sum, as a ResNet does. It leaves the block as it is.",
    ),
    _block_slip(
        "relu", "You use ReLU after the normalisations; EfficientNet uses SiLU."
    ),
    _block_slip("linear-expand", _LINEAR),
    _block_slip("linear-depthwise", _LINEAR),
    _block_slip("linear-twice", _LINEAR, "linear-expand", "linear-depthwise"),
    _block_slip(
        "activation-before-norm",
        "You activate before you normalise. The order is convolution, normalisation, activation.",
    ),
    _block_slip("no-expand-norm", _NORMED),
    _block_slip("no-depthwise-norm", _NORMED),
    _block_slip("no-project-norm", _NORMED),
    _block_slip(
        "norm-after-add",
        "You normalise after the add, and so rescale the input, too. Normalise the projection, "
        "then add the input as it is.",
    ),
    _block_slip(
        "norms-as-at-test-time",
        "Your normalisations do not know of training: hand training on to batch_norm.",
    ),
    _block_slip(
        "norms-as-in-training",
        "Your normalisations work as in training at test time, too: hand training on to "
        "batch_norm.",
    ),
    _block_slip(
        "torch-eps", f"Your normalisations have torch's own eps, 0.00001, in place of {NORM_EPS:g}."
    ),
    _block_slip("no-gates", "Squeeze-excite is left out, although its weights are given."),
    _block_slip(
        "gates-before-depthwise",
        "Squeeze-excite comes too early: it weighs what the depthwise convolution puts out.",
    ),
    _block_slip(
        "symmetric",
        "You pad kernel // 2 on each side. With stride 2 that shifts the places: use same_padding.",
    ),
    _block_slip(
        "no-skip",
        _SKIPPED,
    ),
    _block_slip("no-skip-nor-drop", _SKIPPED, "no-skip", "never-drops"),
    _block_slip(
        "drops-the-sum",
        "You drop the skip with the branch. Drop the branch only, then add the input: a picture "
        "whose branch is dropped passes unchanged.",
    ),
    _block_slip(
        "drops-without-skip",
        "You drop branches where there is no skip: nothing would be left of these pictures.",
    ),
    _block_slip(
        "drops-at-test-time", "You drop branches at test time, too; that belongs to training."
    ),
    _block_slip(
        "never-drops", "In training you do not drop the branches that are not kept: use drop_path."
    ),
    _block_slip(
        "no-rescaling",
        "You drop branches without rescaling those that are kept: use drop_path.",
    ),
)  # fmt: skip


def _block_text(case: Case) -> str:
    weights, stride = case["weights"], case.get("stride", 1)
    outputs, wide = weights["project"].shape[:2]
    inputs, kernel = case["x"].shape[1], weights["depthwise"].shape[-1]
    widened = f"{wide} → " if wide != inputs else ""
    units = _units_text(weights) if "reduce" in weights else "no squeeze-excite"
    more = ", training" if case.get("training") else ""
    more += f", kept={case['kept'].tolist()}, rate={case['rate']:g}" if "kept" in case else ""
    return (
        f"mbconv, {inputs} → {widened}{outputs} channels, {kernel} × {kernel}, stride {stride}, "
        f"{units}, x of shape {_shape_text(case['x'])}{more}"
    )


def _judge_block(inputs: Inputs, answer: Plain) -> CheckResult:
    return _judge_tensors(
        "mbconv", inputs, answer, _mbconv, _BLOCK_SLIPS, _block_text, absolute=1e-4
    )


# ------------------------------------------------------------------ the assignment

TASKS = (
    Task(
        name="mbconv.squeeze_width",
        title="How many units squeeze-excite has",
        points=8,
        needs=("squeeze_width",),
        inputs=_width_inputs,
        probe=probes.squeeze_width,
        judge=_judge_width,
        hints=(
            "A quarter of what? The lesson asks this, too: a block that widens 16 channels to 96 "
            "has 4 units.",
            "Round down first, and only then see to it that there is at least one.",
            "int(...) rounds a positive number down, max(1, ...) gives at least one; a ratio of 0 "
            "comes before both.",
        ),
        difficulty=1,
        importance=4,
        minutes=5,
    ),
    Task(
        name="mbconv.same_padding",
        title="Where the zeros go",
        points=12,
        needs=("same_padding",),
        inputs=_padding_inputs,
        probe=probes.same_padding,
        judge=_judge_padding,
        hints=(
            "Draw a row of 7 pixels and put down windows of 3 pixels in steps of 2, so that there "
            "are 4. How far do they reach, from the first pixel of the first to the last of the "
            "last?",
            "The last of n windows begins (n - 1) × stride after the first, and is kernel wide. "
            "What goes beyond size is zeros.",
            "Places: -(-size // stride). Zeros: (places - 1) * stride + kernel - size, but not "
            "below 0. Half of them, rounded down, go before.",
        ),
        difficulty=3,
        importance=3,
        minutes=12,
    ),
    Task(
        name="mbconv.squeeze_excite",
        title="Squeeze and excite",
        points=18,
        needs=("squeeze_excite",),
        inputs=_excite_inputs,
        probe=probes.squeeze_excite,
        judge=_judge_excite,
        hints=(
            "Three steps: an average for each channel of each picture, gates from the averages, "
            "channels times gates. Look at the shape after each.",
            "x.mean((2, 3), keepdim=True) has the shape (N, C, 1, 1). F.conv2d(y, weight, bias) "
            "then does a 1 × 1 convolution with weights that are given.",
            "SiLU stands between the two convolutions, torch.sigmoid after the second. The product "
            "with x spreads each gate over its map by itself.",
        ),
        difficulty=2,
        importance=5,
        minutes=12,
    ),
    Task(
        name="mbconv.batch_norm",
        title="Normalise a batch",
        points=16,
        needs=("batch_norm",),
        inputs=_norm_inputs,
        probe=probes.batch_norm,
        judge=_judge_norm,
        hints=(
            "First decide which mean and variance to use. All that follows is the same in training "
            "and at test time; only the running averages are not.",
            "A channel's mean is over pictures, rows and columns: x.mean((0, 2, 3)). Its variance "
            "is the mean of the squared distances from it.",
            "mean.view(-1, 1, 1) fits onto (N, C, H, W). Divide by torch.sqrt(var + 0.001). New "
            "average: 0.99 times the old one plus 0.01 times the batch's.",
        ),
        difficulty=3,
        importance=4,
        minutes=15,
    ),
    Task(
        name="mbconv.drop_path",
        title="Drop paths",
        points=12,
        needs=("drop_path",),
        inputs=_drop_inputs,
        probe=probes.drop_path,
        judge=_judge_drop,
        hints=(
            "At test time there is nothing to do. What may happen to a picture's branch in "
            "training? Two things.",
            "kept has N numbers, y has the shape (N, C, H, W). Give kept the shape (N, 1, 1, 1), "
            "so that each number meets its own picture.",
            "kept.view(-1, 1, 1, 1) times y, divided by the probability with which a branch "
            "survives. That is not the rate.",
        ),
        difficulty=2,
        importance=4,
        minutes=8,
    ),
    Task(
        name="mbconv.mbconv",
        title="The whole block",
        points=20,
        needs=("mbconv",),
        inputs=_block_inputs,
        probe=probes.mbconv,
        judge=_judge_block,
        hints=(
            "Follow the picture: expand, depthwise, squeeze-excite, project; each but "
            "squeeze-excite is normalised. Which of them are activated?",
            "F.pad(y, (before, after, before, after)) pads rows and columns. A depthwise "
            "convolution is F.conv2d(y, weight, stride=stride, groups=y.shape[1]).",
            "Keep x until the end. Only where stride is 1 and the channels agree: drop the branch "
            "with drop_path (if kept is given), then add x.",
        ),
        difficulty=4,
        importance=5,
        minutes=20,
    ),
)

WRITTEN = (
    Written(
        name="mbconv.wide_and_linear",
        title="Wide first, linear last",
        points=14,
        minutes=12,
    ),
)

ASSIGNMENT = Assignment(
    "mbconv", "MBConv, step by step", "02_mbconv_step_by_step", TASKS, WRITTEN
)  # fmt: skip
