"""Assignment 02, MBConv: its parts and the whole block, as functions of tensors and weights.

The references are written in numpy, in double precision; tests hold them against `nn.MBConv`. Each
has options, by which it goes wrong: a slip is the reference with some of them changed, and two
slips at once are the reference with both changed.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from math import ceil, floor
from operator import not_
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...view.result import CheckResult
from ...view.tables import Table
from ..judging import Case, Slip, judge_calls, judge_changed, matches, part
from ..plain import Plain
from ..probes import mbconv as probes
from ..probing import Inputs, value_text
from ..task import Assignment, Task, Written

Array = NDArray[np.float64]
Weights = Mapping[str, Any]

#: A call's case, what is right, and what came.
Trial = tuple[Case, Plain, Plain]

#: What the inputs that are off may have in common: in words, and whether a case is of this kind.
Kinds = Sequence[tuple[str, Callable[[Case], bool]]]

#: Learners work in single precision; inputs are such that no error grows beyond a tenth of this.
_REL, _ABSOLUTE = 1e-4, 2e-5

# ------------------------------------------------------------------ habits


@dataclass(frozen=True, slots=True)
class _Habit:
    """A way to go wrong: options of a reference that are not what they should be."""

    name: str
    says: str | Callable[[Case], str]
    options: Mapping[str, Any]


def _habit(name: str, says: str | Callable[[Case], str], /, **options: Any) -> _Habit:
    return _Habit(name, says, options)


def _slips(reference: Callable[..., Plain], habits: Sequence[_Habit]) -> tuple[Slip, ...]:
    """Return each habit as a slip, then each two that can be had at once."""
    pairs = (
        _both(one, other)
        for one, other in combinations(habits, 2)
        if one.options.keys().isdisjoint(other.options)
    )
    return tuple(
        Slip(habit.name, habit.says, partial(reference, **habit.options))
        for habit in (*habits, *pairs)
    )


def _both(one: _Habit, other: _Habit) -> _Habit:
    def says(case: Case) -> str:
        first, second = (
            habit.says if isinstance(habit.says, str) else habit.says(case)
            for habit in (one, other)
        )
        return first if first == second else f"Two things: (1) {first} (2) {second}"

    return _Habit(f"{one.name}-and-{other.name}", says, {**one.options, **other.options})


def _always(training: bool) -> bool:
    return True


def _never(training: bool) -> bool:
    return False


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
            {"in_channels": 4 * fours[2] + 35, "expand": expands[2], "se_ratio": 0.5},
            {"in_channels": 4 * fours[0] + 1, "expand": expands[3], "se_ratio": 0.25},
            {"in_channels": few, "expand": expands[3], "se_ratio": 0.125},
            {"in_channels": 8 * fours[1], "expand": 1, "se_ratio": 0.125},
            {"in_channels": 4 * fours[2], "expand": expands[0], "se_ratio": 0.0},
        ]
    }


def _width(
    in_channels: int, expand: int, se_ratio: float = 0.25, *,
    of: Callable[[int, int], float] = lambda inputs, expand: inputs,
    ratio: float | None = None, rounded: Callable[[float], float] = floor, least: int = 1,
    none_at_0: bool = True, kind: type = int,
) -> Plain:  # fmt: skip
    if se_ratio == 0 and none_at_0:
        return kind(0)
    units = of(in_channels, expand) * (se_ratio if ratio is None else ratio)
    return kind(max(least, rounded(units)))


def _expanded(inputs: int, expand: int) -> int:
    return inputs * expand


def _round_down(case: Case) -> str:
    ratio, inputs = case.get("se_ratio", 0.25), case["in_channels"]
    units = ratio * inputs
    shown = f"{ratio:g} × {inputs} = {units:g}" if units % 1 else "a part of a unit"
    return f"{shown} is rounded down."


_QUARTER = "You always take a quarter, whatever se_ratio says."

_WIDTH_HABITS = (
    _habit(
        "se-on-expanded-width",
        lambda case: (
            f"Your squeeze width follows the expanded channels, {_expanded_text(case)}. The ratio "
            f"is of the block's {case['in_channels']} input channels."
        ),
        of=_expanded,
    ),
    _habit(
        "no-least",
        "Where the ratio leaves less than one unit, there is one: without any, no gate could be "
        "computed.",
        least=0,
    ),
    _habit(
        "one-at-ratio-0",
        "With se_ratio = 0 the block has no squeeze-excite, so there are 0 units.",
        none_at_0=False,
    ),
    _habit(
        "rounds-to-nearest",
        lambda case: f"You round to the nearest unit; {_round_down(case)}",
        rounded=lambda units: floor(units + 0.5),
    ),
    _habit(
        "rounds-to-even",
        lambda case: f"You round to the nearest unit; {_round_down(case)}",
        rounded=round,
    ),
    _habit(
        "rounds-up",
        lambda case: f"You round up; {_round_down(case)}",
        rounded=ceil,
    ),
    _habit(
        "not-rounded",
        lambda case: f"There is no part of a unit: {_round_down(case)}",
        rounded=float, kind=float,
    ),
    _habit("float", "Units are counted: return an int; int(...) makes one of it.", kind=float),
    _habit("always-a-quarter", _QUARTER, ratio=0.25, none_at_0=False),
    _habit("always-a-quarter-or-none", _QUARTER, ratio=0.25),
    _habit(
        "multiples-of-8",
        "You round to a multiple of 8, as channels are rounded. Squeeze widths are not.",
        rounded=lambda units: floor(units + 4) // 8 * 8, least=8,
    ),
    _habit(
        "expanded-width",
        "These are the expanded channels, on which the gates act; asked for are the units between "
        "the two layers that compute the gates.",
        of=_expanded, ratio=1.0, none_at_0=False,
    ),
    _habit(
        "divided-by-expand",
        "You divide by the expansion. The ratio is of the input channels as they are.",
        of=lambda inputs, expand: inputs / expand,
    ),
)  # fmt: skip

_WIDTH_SLIPS = _slips(_width, _WIDTH_HABITS)


def _expanded_text(case: Case) -> str:
    inputs, expand = case["in_channels"], case["expand"]
    return f"{expand} × {inputs} = {expand * inputs}"


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


def _lacks(size: int, kernel: int, stride: int) -> int:
    """Return how far the last window reaches beyond the row; negative if it ends before."""
    return (-(-size // stride) - 1) * stride + kernel - size


def _halves(zeros: int) -> Plain:
    return [zeros // 2, zeros - zeros // 2]


def _padding(
    size: int, kernel: int, stride: int = 1, *, lacks: Callable[[int, int, int], int] = _lacks,
    least: int | None = 0, split: Callable[[int], Plain] = _halves,
) -> Plain:  # fmt: skip
    zeros = lacks(size, kernel, stride)
    return split(zeros if least is None else max(least, zeros))


def _places(case: Case) -> str:
    size, stride = case["size"], case.get("stride", 1)
    return f"{-(-size // stride)} places ({size} / {stride}, rounded up)"


_PADDING_HABITS = (
    _habit(
        "symmetric",
        lambda case: (
            "You pad kernel // 2 on each side whatever the stride"
            + (f", here {case['stride']}" if case.get("stride", 1) > 1 else "")
            + ". With a stride the last window begins earlier: pad only what it lacks."
        ),
        lacks=lambda size, kernel, stride: kernel - 1,
    ),
    _habit(
        "stride-divides-size",
        lambda case: (
            "kernel - stride holds only where the stride divides the size. Here the output has "
            f"{_places(case)}."
        ),
        lacks=lambda size, kernel, stride: kernel - stride,
    ),
    _habit(
        "rest-of-0",
        "Where the stride divides the size, nothing is left over, and your number of zeros is "
        "too large: the last window begins a whole stride before the end.",
        lacks=lambda size, kernel, stride: kernel - size % stride,
    ),
    _habit(
        "extra-before",
        "You put the extra zero before; it goes after (right and below), as in TensorFlow.",
        split=lambda zeros: _halves(zeros)[::-1],
    ),
    _habit(
        "negative",
        "There cannot be fewer than no zeros: a window that ends inside the row lacks none.",
        least=None,
    ),
    _habit(
        "rounds-down",
        lambda case: f"You round the places down. The output has {_places(case)}.",
        lacks=lambda size, kernel, stride: (size // stride - 1) * stride + kernel - size,
    ),
    _habit(
        "last-place-forgotten",
        "You count a step too much: from the first place to the last there is one step fewer than "
        "there are places.",
        lacks=lambda size, kernel, stride: _lacks(size, kernel, stride) + stride,
    ),
    _habit(
        "not-split",
        "These are all zeros on each side; half go before, half after.",
        split=lambda zeros: [zeros, zeros],
    ),
    _habit(
        "all-after",
        "You put all zeros after; half of them go before.",
        split=lambda zeros: [0, zeros],
    ),
    _habit(
        "half-on-each-side",
        "You lose a zero where their number is odd: the extra one goes after.",
        split=lambda zeros: [zeros // 2, zeros // 2],
    ),
    _habit(
        "sum",
        "That is how many zeros there are; return how many go before, and how many after.",
        split=lambda zeros: zeros,
    ),
    _habit(
        "float",
        "Zeros are counted: return whole numbers. // divides and rounds down.",
        split=lambda zeros: [float(side) for side in _halves(zeros)],
    ),
    _habit(
        "half-a-zero",
        "There is no half of a zero. // divides and rounds down; where their number is odd, the "
        "extra one goes after.",
        split=lambda zeros: [zeros / 2, zeros / 2],
    ),
    _habit(
        "none",
        "You pad nothing: then the output would be smaller than size / stride, rounded up.",
        lacks=lambda size, kernel, stride: 0,
    ),
)  # fmt: skip

_PADDING_SLIPS = _slips(_padding, _PADDING_HABITS)


def _judge_padding(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls("same_padding", inputs["cases"], answer, _padding, _PADDING_SLIPS)


# ------------------------------------------------------------------ judging tensors


def _nothing_to_add(*_: object) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class _Judge:
    """Judges a function of tensors: says how many numbers are off, and shows the first of them.

    Parameters
    ----------
    function
        Its name.
    right, slips
        As for `judge_calls`.
    shown
        Describes a case.
    parts
        Names of the tensors, where several are returned.
    absolute
        How far numbers may be off.
    advice
        Of an error that torch raised, and the case: what it means here, or nothing.
    otherwise
        Of all trials, and which of them are wrong, where no slip explains them: what can be said.
    """

    function: str
    right: Callable[..., Plain]
    slips: Sequence[Slip]
    shown: Callable[[Case], str]
    parts: Sequence[str] = ()
    absolute: float = _ABSOLUTE
    advice: Callable[[Mapping[str, Any], Case], str] = _nothing_to_add
    otherwise: Callable[[Sequence[Trial], Sequence[int]], str] = _nothing_to_add

    def __call__(self, inputs: Inputs, answer: Plain) -> CheckResult:
        """Judge what the probe handed back."""
        cases, results = inputs["cases"], part(answer, "results")
        raised = _raised(part(answer, "raised"), len(cases))
        if raised:
            return _error(raised, self.advice(raised, cases[raised["case"]]))
        wanted = [self.right(**case) for case in cases]
        once = iter(wanted)
        found = judge_calls(
            self.function, cases, results, lambda **case: next(once),
            self.slips if _alike(results, wanted) else (),
            rel=_REL, absolute=self.absolute,
        )  # fmt: skip
        if found.slip == "odd":
            return found
        trials = list(zip(cases, wanted, results, strict=True))
        said = [_difference(want, got, self.absolute, self.parts) for _, want, got in trials]
        calls = [self.shown(case) for case in cases]
        rows = tuple((call, text or "the same") for call, text in zip(calls, said, strict=True))
        found = replace(found, details=Table("What was tried", ("input", "your output"), rows))
        wrong = [place for place, text in enumerate(said) if text]
        if not wrong:
            return judge_changed(calls, part(answer, "changed"), "make new tensors") or found
        why = self.explained(found.slip, trials, wrong)
        first = wrong[0]
        return replace(found, message=f"{calls[first]}: {said[first]}. {why}".strip())

    def explained(
        self, name: str | None, trials: Sequence[Trial], wrong: Sequence[int]
    ) -> str:  # fmt: skip
        case, _, got = trials[wrong[0]]
        if got is None:
            return "Does it end with return?"
        slip = next((slip for slip in self.slips if slip.name == name), None)
        if slip:
            return slip.explain(case)
        return self.of_a_part(trials, wrong) or self.otherwise(trials, wrong)

    def of_a_part(self, trials: Sequence[Trial], wrong: Sequence[int]) -> str:
        """Explain the first tensor that is off, where no slip explains all of them."""
        case, want, got = trials[wrong[0]]
        whole = all(isinstance(got, list) and len(got) == len(self.parts) for _, _, got in trials)
        if not self.parts or not whole:
            return ""
        places = range(len(self.parts))
        off = next(n for n in places if not matches(got[n], want[n], _REL, self.absolute))
        for slip in self.slips:
            given = ((got[off], slip.gives(**case)[off]) for case, _, got in trials)
            if all(matches(*both, _REL, self.absolute) for both in given):
                return f"As to {self.parts[off]}: {slip.explain(case)}"
        return ""


def _alike(got: Plain, wanted: Plain) -> bool:
    """Whether an answer has tensors of as many axes as it should: if not, no slip explains it."""
    if isinstance(wanted, list):
        return isinstance(got, list) and len(got) == len(wanted) and all(map(_alike, got, wanted))
    return isinstance(got, np.ndarray) and got.ndim == np.ndim(wanted)


def _raised(told: Plain, cases: int) -> dict[str, Any]:
    """Return what a probe tells of an error; nothing if that cannot be read."""
    texts = ("error", "message", "line", "during", "function")
    if not isinstance(told, dict) or not all(isinstance(told.get(name), str) for name in texts):
        return {}
    case = told.get("case")
    return told if type(case) is int and 0 <= case < cases else {}


def _error(raised: Mapping[str, Any], advice: str) -> CheckResult:
    line = f" ({raised['line']})" if raised["line"] else ""
    message = f"{raised['during']} raised {raised['error']}: {raised['message']}{line}."
    return CheckResult("incorrect", f"{message} {advice}".strip(), "error", broken=True)


def _sizes(raised: Mapping[str, Any]) -> tuple[int, ...]:
    """Return the axis along which two tensors did not fit, and their sizes, the larger first."""
    text = r"size of tensor a \((\d+)\) must match .* b \((\d+)\) at non-singleton dimension (\d)"
    found = re.search(text, raised["message"])
    return (int(found[3]), *sorted((int(found[1]), int(found[2])), reverse=True)) if found else ()


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


_TRAINING: Kinds = (
    ("in training", lambda case: bool(case.get("training"))),
    ("at test time", lambda case: not case.get("training")),
)


def _in_common(kinds: Kinds, trials: Sequence[Trial], wrong: Sequence[int]) -> str:
    """Say what the inputs that are off have in common, and no other has."""
    for kind, holds in kinds:
        if [place for place, trial in enumerate(trials) if holds(trial[0])] == list(wrong):
            return f"Off are all inputs {kind}, and no others."
    return ""


def _number(value: Any) -> str:
    return f"{float(value) + 0.0:.5g}"  # no zero with a minus


def _kind_text(value: Plain) -> str:
    if isinstance(value, np.ndarray):
        return f"a tensor of shape {_shape_text(value)}"
    if isinstance(value, list) and any(isinstance(item, np.ndarray) for item in value):
        return f"{len(value)} tensors"
    if isinstance(value, str) and value == probes.NUMPY_ARRAY:
        return value
    return "nothing" if value is None else value_text(value, 40)


def _shape_text(array: NDArray[Any]) -> str:
    return str(tuple(array.shape))


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


def _excite(
    x: Any, weights: Weights, *, pool: Callable[[Array], Array] = _mean,
    inner: Callable[[Array], Array] = _silu, outer: Callable[[Array], Array] = _sigmoid,
    first_bias: bool = True, second_bias: bool = True,
    result: Callable[[Array, Array], Array] = lambda x, gates: x * gates,
) -> Array:  # fmt: skip
    x = _wide(x)
    biases = [weights["reduce_bias"] if first_bias else None]
    biases += [weights["gate_bias"] if second_bias else None]
    units = inner(_pointwise(pool(x), weights["reduce"], biases[0]))
    return result(x, outer(_pointwise(units, weights["gate"], biases[1])))


_ONE_SIDE = "You average over one of the two sides only; a channel has height and width."
_GATES_ALONE = "These are the gates alone; the channels are multiplied by them."

_EXCITE_HABITS = (
    _habit(
        "relu-for-silu",
        "Between the two convolutions you use ReLU; EfficientNet uses SiLU there, too.",
        inner=_relu,
    ),
    _habit(
        "no-silu",
        "SiLU is missing between the two convolutions: without it they are one linear map.",
        inner=_same,
    ),
    _habit(
        "sigmoid-for-silu",
        "Between the two convolutions stands SiLU, x × sigmoid(x); the sigmoid alone comes at the "
        "end.",
        inner=_sigmoid,
    ),
    _habit(
        "swapped",
        "SiLU and sigmoid are swapped: SiLU stands between the convolutions, the sigmoid makes "
        "the gates.",
        inner=_sigmoid, outer=_silu,
    ),
    _habit(
        "silu-for-sigmoid",
        "Your gates come from a SiLU; a sigmoid keeps them between 0 and 1.",
        outer=_silu,
    ),
    _habit(
        "no-sigmoid",
        "The sigmoid is missing at the end: a gate lies between 0 and 1.",
        outer=_same,
    ),
    _habit(
        "softmax",
        "You let the gates add up to one (softmax). Each channel's gate is a sigmoid of its own.",
        outer=lambda y: np.exp(y) / np.exp(y).sum(1, keepdims=True),
    ),
    _habit(
        "hard-sigmoid",
        "Your gate is a hard sigmoid, as in MobileNetV3; EfficientNet uses the sigmoid itself.",
        outer=lambda y: np.clip(y / 6 + 0.5, 0, 1),
    ),
    _habit(
        "max-pooling",
        "You squeeze to each channel's largest number; squeezing takes the average.",
        pool=lambda x: x.max((2, 3), keepdims=True),
    ),
    _habit(
        "sum-pooling",
        "You squeeze to each channel's sum; divide by its pixels: squeezing takes the average.",
        pool=lambda x: x.sum((2, 3), keepdims=True),
    ),
    _habit(
        "mean-over-batch",
        "You average over the pictures of the batch, too. Each picture has gates of its own.",
        pool=lambda x: x.mean((0, 2, 3), keepdims=True),
    ),
    _habit(
        "no-pooling",
        "You do not squeeze: a gate is computed at each pixel. Average each channel over height "
        "and width first.",
        pool=_same,
    ),
    _habit("mean-over-rows", _ONE_SIDE, pool=lambda x: x.mean(2, keepdims=True)),
    _habit("mean-over-columns", _ONE_SIDE, pool=lambda x: x.mean(3, keepdims=True)),
    _habit(
        "no-biases",
        "You leave the biases out. No normalisation follows here, so both convolutions have one.",
        first_bias=False, second_bias=False,
    ),
    _habit(
        "no-first-bias", "You leave the first convolution's bias out.", first_bias=False
    ),
    _habit(
        "no-second-bias", "You leave the second convolution's bias out.", second_bias=False
    ),
    _habit("gates-only", _GATES_ALONE, result=lambda x, gates: gates),
    _habit(
        "gates-spread", _GATES_ALONE, result=lambda x, gates: np.broadcast_to(gates, x.shape)
    ),
    _habit(
        "gates-added",
        "You add the gates to the channels. They are factors: multiply.",
        result=lambda x, gates: x + gates,
    ),
    _habit(
        "gated-and-added",
        "You add the input once more, as a skip. The block's skip comes later; here the channels "
        "are only multiplied.",
        result=lambda x, gates: x + x * gates,
    ),
    _habit(
        "averages-gated",
        "You multiply the averages by the gates; the gates belong to the feature maps themselves.",
        result=lambda x, gates: _mean(x) * gates,
    ),
    _habit(
        "half",
        "It gives half of what comes in, whatever the weights are.",
        result=lambda x, gates: x / 2,
    ),
    _habit(
        "unchanged",
        "It gives what comes in: the gates are not used.",
        result=lambda x, gates: x,
    ),
)  # fmt: skip

_EXCITE_SLIPS = _slips(_excite, _EXCITE_HABITS)


def _excite_text(case: Case) -> str:
    units = _units_text(case["weights"])
    return f"squeeze_excite(x of shape {_shape_text(case['x'])}, weights of {units})"


def _units_text(weights: Weights) -> str:
    units = len(weights["reduce"])
    return f"{units} unit{'s' * (units != 1)}"


def _excite_advice(raised: Mapping[str, Any], case: Case) -> str:
    if "3D (unbatched) or 4D (batched) input to conv2d" in raised["message"]:
        return (
            "The averages have lost height and width; keepdim=True in mean keeps both, as sides "
            "of 1."
        )
    return ""


_judge_excite = _Judge(
    "squeeze_excite", _excite, _EXCITE_SLIPS, _excite_text, advice=_excite_advice
)

# ------------------------------------------------------------------ batch normalisation

NORM_EPS = 1e-3

#: Share of the old running average that is kept: TensorFlow's momentum.
NORM_KEPT = 0.99

_TORCH_EPS, _TORCH_KEPT = 1e-5, 0.9

_PIXELS, _ONE_PICTURE, _ALL_CHANNELS = (0, 2, 3), (2, 3), (0, 1, 2, 3)


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
    weight: bool = True, bias: bool = True, of_batch: Callable[[bool], bool] = bool,
    axes: Sequence[int] = _PIXELS, ddof: int = 0, updated: bool = False,
    moves: Callable[[bool], bool] = bool, kept: float = NORM_KEPT,
    average_axes: Sequence[int] = _PIXELS, average_ddof: int | None = None,
) -> list[Array]:  # fmt: skip
    """Normalise; return the output and the running averages after it.

    The first two lines of options decide how numbers are normalised, `of_batch` to `updated` by
    which mean and variance, and the rest how the running averages move.
    """
    x, old = _wide(x), [_wide(norm["mean"]), _wide(norm["var"])]
    running = old
    if moves(training):
        new = _moments(x, average_axes, ddof if average_ddof is None else average_ddof)
        running = [
            kept * before + (1 - kept) * now.ravel() for before, now in zip(old, new, strict=True)
        ]
    mean, var = map(_channels, running if updated and training else old)
    if of_batch(training) and not updated:
        mean, var = _moments(x, axes, ddof)
    y = (x - mean) / root(var, eps)
    y = y * _channels(_wide(norm["weight"])) if weight else y
    return [y + _channels(_wide(norm["bias"])) if bias else y, *running]


def _moments(x: Array, axes: Sequence[int], ddof: int) -> list[Array]:
    """Return mean and variance; `ddof` is how many numbers fewer the variance is divided by."""
    over = tuple(axes)
    return [
        np.asarray(x.mean(over, keepdims=True)),
        np.asarray(x.var(over, ddof=ddof, keepdims=True)),
    ]


def _channels(vector: Array) -> Array:
    return vector[None, :, None, None]


_NORM_HABITS = (
    _habit(
        "torch-eps",
        f"Your eps is torch's own, 0.00001; EfficientNet's is {NORM_EPS:g}.",
        eps=_TORCH_EPS,
    ),
    _habit(
        "no-eps", f"You leave eps out; {NORM_EPS:g} is added to the variance.", eps=0.0
    ),
    _habit(
        "eps-outside",
        "You add eps to the root; it is added to the variance, under the root.",
        root=lambda var, eps: np.sqrt(var) + eps,
    ),
    _habit(
        "no-root",
        "You divide by the variance; divide by its square root, the spread.",
        root=lambda var, eps: var + eps,
    ),
    _habit(
        "momentum-reversed",
        f"Your momentum is the wrong way round: the average keeps {NORM_KEPT:.0%} of what it was, "
        f"and takes {1 - NORM_KEPT:.0%} of what is new.",
        kept=1 - NORM_KEPT,
    ),
    _habit(
        "torch-momentum",
        f"You keep {_TORCH_KEPT:.0%} of the old average, which is torch's own setting; "
        f"EfficientNet keeps {NORM_KEPT:.0%}.",
        kept=_TORCH_KEPT,
    ),
    _habit(
        "torch-settings",
        f"Both settings are torch's own. EfficientNet's eps is {NORM_EPS:g}, not 0.00001, and it "
        f"keeps {NORM_KEPT:.0%} of the old average, not {_TORCH_KEPT:.0%}.",
        eps=_TORCH_EPS, kept=_TORCH_KEPT,
    ),
    _habit(
        "averages-stay",
        "Your running averages stay as they are; in training they move.",
        moves=_never,
    ),
    _habit(
        "averages-replaced",
        "Your running averages become those of the last batch; they move only a little towards "
        "them.",
        kept=0.0,
    ),
    _habit(
        "averages-always-move",
        "Your running averages move at test time, too; they do so in training only.",
        moves=_always,
    ),
    _habit(
        "always-batch",
        "You take mean and variance from the batch at test time, too. There the running averages "
        "are used.",
        of_batch=_always,
    ),
    _habit(
        "always-training",
        "At test time you do what belongs to training: there the running averages are used, and "
        "stay as they are.",
        of_batch=_always, moves=_always,
    ),
    _habit(
        "never-batch",
        "You normalise by the running averages in training, too. There mean and variance are "
        "those of the batch.",
        of_batch=_never,
    ),
    _habit(
        "never-training",
        "In training you do what belongs to test time: there mean and variance are those of the "
        "batch, and the running averages move.",
        of_batch=_never, moves=_never,
    ),
    _habit(
        "training-flipped",
        "You have the two cases the wrong way round: the batch's own mean and variance belong to "
        "training.",
        of_batch=not_, moves=not_,
    ),
    _habit(
        "updated-averages",
        "In training you move the running averages first and normalise by them. Normalise by the "
        "batch's own mean and variance.",
        of_batch=bool, updated=True,
    ),
    _habit(
        "unbiased-variance",
        "Your variance divides by one number less than there are (torch's var does so unless "
        "correction=0).",
        ddof=1,
    ),
    _habit(
        "unbiased-average",
        "Your running variance takes in a variance that divides by one number less than there "
        "are. (nn.BatchNorm2d does so; here it is the variance that you normalise by.)",
        average_ddof=1,
    ),
    _habit(
        "by-picture",
        "You normalise each picture by itself; mean and variance are those of all pictures of the "
        "batch.",
        axes=_ONE_PICTURE,
    ),
    _habit(
        "over-channels",
        "You take one mean and one variance of all channels together. Each channel has its own.",
        axes=_ALL_CHANNELS, average_axes=_ALL_CHANNELS,
    ),
    _habit(
        "no-bias",
        "You leave the learned number out that is added at the end, the bias.",
        bias=False,
    ),
    _habit(
        "no-weight",
        "You leave the learned number out that the result is multiplied by, the weight.",
        weight=False,
    ),
    _habit(
        "nothing-learned",
        "You leave out what is learned: multiply by the weight, then add the bias.",
        weight=False, bias=False,
    ),
)  # fmt: skip

_NORM_SLIPS = _slips(_norm, _NORM_HABITS)


def _norm_text(case: Case) -> str:
    training = f", training={case['training']}" if "training" in case else ""
    return f"batch_norm(x of shape {_shape_text(case['x'])}, norm{training})"


def _norm_advice(raised: Mapping[str, Any], case: Case) -> str:
    _, channels, _, columns = case["x"].shape
    if _sizes(raised) == (3, *sorted((columns, channels), reverse=True)):
        return (
            "What has one number for each channel runs along the columns of a map here, because "
            "the last axis comes first in broadcasting. Give it the shape (C, 1, 1)."
        )
    return ""


_judge_norm = _Judge(
    "batch_norm", _norm, _NORM_SLIPS, _norm_text,
    ("the output", "the running mean", "the running variance"), advice=_norm_advice,
    otherwise=partial(_in_common, _TRAINING),
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


def _along(axis: int) -> Callable[[Array, Array], Array]:
    """Return a mask whose truth values run along an axis of `(N, C, H, W)`."""
    shape = [-1 if place == axis else 1 for place in range(4)]
    return lambda y, kept: y * np.reshape(_wide(kept), shape)


_BY_PICTURE = _along(0)


def _drop(
    y: Any, kept: Any, rate: float, training: bool, *,
    mask: Callable[[Array, Any], Array] = _BY_PICTURE, drops: Callable[[bool], bool] = bool,
    factor: Callable[[Any, float], float] = lambda kept, rate: 1 / (1 - rate),
    scales: Callable[[bool], bool] = bool,
    at_test_time: Callable[[float], float] = lambda rate: 1.0,
) -> Array:  # fmt: skip
    y, kept = _wide(y), np.asarray(kept)
    y = mask(y, kept) if drops(training) else y
    y = y * factor(kept, rate) if scales(training) else y
    return y if training else _wide(y * at_test_time(rate))


def _of_1(*_: object) -> float:
    return 1.0


_DROP_HABITS = (
    _habit(
        "no-rescaling",
        "You do not rescale: on average the branch would be smaller in training than at test time. "
        "Divide what is kept by the survival probability.",
        factor=_of_1,
    ),
    _habit(
        "rescaled-at-test-time",
        "You make the branch smaller at test time, in place of larger in training. Here nothing is "
        "left to do at test time.",
        factor=_of_1, at_test_time=lambda rate: 1 - rate,
    ),
    _habit(
        "multiplied",
        "You multiply by the survival probability. Divide by it: what is kept makes up for what "
        "is dropped.",
        factor=lambda kept, rate: 1 - rate,
    ),
    _habit(
        "divided-by-rate",
        "You divide by the rate of dropping; the survival probability is one minus it.",
        factor=lambda kept, rate: 1 / rate,
    ),
    _habit(
        "mean-of-mask",
        "You divide by the share that happened to be kept. The survival probability is one minus "
        "the rate, whatever was drawn.",
        factor=lambda kept, rate: 1 / float(np.mean(kept)),
    ),
    _habit(
        "drops-at-test-time",
        "You drop at test time, too: there every branch passes as it is.",
        drops=_always, scales=_always,
    ),
    _habit(
        "only-drops-at-test-time",
        "You drop at test time, too: there every branch passes as it is.",
        drops=_always,
    ),
    _habit(
        "drops-unscaled-always",
        "You drop at test time, too, and you do not rescale. At test time every branch passes as "
        "it is; in training, divide what is kept by the survival probability.",
        drops=_always,
        factor=_of_1,
    ),
    _habit(
        "scaled-at-test-time",
        "You divide at test time, too: there every branch passes as it is.",
        scales=_always,
    ),
    _habit(
        "flipped",
        "You have the two cases the wrong way round: paths are dropped in training.",
        drops=not_, scales=not_,
    ),
    _habit(
        "never-drops", "You drop nothing in training.", drops=_never, scales=_never
    ),
    _habit(
        "only-scales", "You rescale in training, but drop nothing.", drops=_never
    ),
    _habit(
        "mask-inverted",
        "You drop what should be kept: kept is true for the branches that stay.",
        mask=lambda y, kept: _BY_PICTURE(y, ~kept),
    ),
    _habit(
        "by-column",
        "Your mask runs along the columns of a map, because the last axis comes first in "
        "broadcasting. It belongs to the pictures: shape (N, 1, 1, 1).",
        mask=_along(3),
    ),
    _habit(
        "by-channel",
        "Your mask runs along the channels. A path is dropped for a whole picture: shape "
        "(N, 1, 1, 1).",
        mask=_along(1),
    ),
    _habit(
        "pictures-left-out",
        "You leave the dropped pictures out. They stay in the batch, with a branch of zeros.",
        mask=lambda y, kept: y[kept],
    ),
)  # fmt: skip

_DROP_SLIPS = _slips(_drop, _DROP_HABITS)


def _drop_text(case: Case) -> str:
    return (
        f"drop_path(y of shape {_shape_text(case['y'])}, kept={case['kept'].tolist()}, "
        f"rate={case['rate']:g}, training={case['training']})"
    )


def _own_draw(trials: Sequence[Trial], wrong: Sequence[int]) -> str:
    """Whether each number is dropped, or kept and rescaled, but other ones than should be."""
    for case, want, got in (trials[place] for place in wrong):
        if not case["training"] or not isinstance(got, np.ndarray) or got.shape != want.shape:
            return ""
        passed = np.isclose(got, _wide(case["y"]) / (1 - case["rate"]), _REL, _ABSOLUTE)
        if not np.all(passed | np.isclose(got, 0)):
            return ""
    return (
        "You rescale what is kept, but drop other branches than kept says. The draw has been made: "
        "do not draw again."
    )


_judge_drop = _Judge("drop_path", _drop, _DROP_SLIPS, _drop_text, otherwise=_own_draw)

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
    return {"cases": cases, "helpers": _helper_inputs(seed)}


def _depthwise(x: Array, weight: Any, stride: int, pads: Sequence[Sequence[int]]) -> Array:
    """Filter each channel; `pads` are the zeros above and below, then left and right."""
    kernel = np.shape(weight)[-1]
    (above, below), (left, right) = pads
    count, channels, height, width = x.shape
    padded = np.zeros((count, channels, above + height + below, left + width + right))
    padded[:, :, above : above + height, left : left + width] = x
    windows = np.lib.stride_tricks.sliding_window_view(padded, (kernel, kernel), (2, 3))
    seen = windows[:, :, ::stride, ::stride]
    return _wide(np.einsum("nchwij,cij->nchw", seen, _wide(weight)[:, 0]))


#: Places where squeeze-excite does not belong.
_EARLY = ("before-depthwise", "before-activation")


class _Block:
    """An MBConv at work, with habits: each is the name of one way to go wrong."""

    def __init__(
        self, weights: Weights, stride: int, training: bool, habits: Mapping[str, bool]
    ) -> None:
        self.weights, self.stride, self.training = weights, stride, training
        self.habits = habits

    def __call__(self, x: Array, kept: NDArray[np.bool_] | None, rate: float) -> Array:
        y = self.gated(self.widened(x), "before-depthwise")
        y = self.normed("depthwise", self.filtered(y), gates="before-activation")
        y = self.gated(y, "in-place")
        y = _pointwise(y, self.weights["project"])
        if "stride-on-projection" in self.habits:
            y = y[:, :, :: self.stride, :: self.stride]
        return self.joined(x, y, kept, rate)

    def widened(self, x: Array) -> Array:
        if "expand" not in self.weights:
            return x
        if "stride-on-expansion" in self.habits:
            x = x[:, :, :: self.stride, :: self.stride]
        return self.normed("expand", _pointwise(x, self.weights["expand"]))

    def filtered(self, y: Array) -> Array:
        weight = self.weights["depthwise"]
        for_stride = 1 if "pads-for-stride-1" in self.habits else self.stride
        before, after = _padding(y.shape[-1], np.shape(weight)[-1], for_stride)
        pads = [[before, after]] * 2
        if "pads-by-axis" in self.habits:
            pads = [[after, after], [before, before]]
        return _depthwise(y, weight, 1 if "no-stride" in self.habits else self.stride, pads)

    def normed(self, name: str, y: Array, gates: str = "nowhere") -> Array:
        """Normalise and activate; `gates` is a place for squeeze-excite between the two."""
        if f"activation-before-{name}-norm" in self.habits:
            return self.norm(name, self.act(y))
        y = self.gated(self.norm(name, y), gates)
        return y if f"linear-{name}" in self.habits else self.act(y)

    def norm(self, name: str, y: Array) -> Array:
        if f"no-{name}-norm" in self.habits:
            return y
        training = self.training and "norms-as-at-test-time" not in self.habits
        training = training or "norms-as-in-training" in self.habits
        eps = _TORCH_EPS if "torch-eps" in self.habits else NORM_EPS
        return _norm(y, self.weights[f"{name}_norm"], training, eps=eps)[0]

    def act(self, y: Array) -> Array:
        return _relu(y) if "relu" in self.habits else _silu(y)

    def gated(self, y: Array, place: str) -> Array:
        """Apply squeeze-excite if this is its place, right or wrong."""
        chosen = next((name for name in _EARLY if f"gates-{name}" in self.habits), "in-place")
        unused = "reduce" not in self.weights or "no-gates" in self.habits
        return y if unused or place != chosen else _excite(y, self.weights)

    def joined(
        self, x: Array, y: Array, kept: NDArray[np.bool_] | None, rate: float
    ) -> Array:  # fmt: skip
        late = "norm-after-add" in self.habits
        y = y if late else self.norm("project", y)
        y = self.activated(y, "projection")
        skips = self.stride == 1 and x.shape[1] == y.shape[1]
        drops = kept is not None and self.dropping(skips)
        first, last = (False, drops) if "drops-the-sum" in self.habits else (drops, False)
        y = self.dropped(y, kept, rate) if first else y
        y = x + y if skips and "no-skip" not in self.habits else y
        y = self.dropped(y, kept, rate) if last else y
        y = self.norm("project", y) if late else y
        return self.activated(self.activated(y, "skip") if skips else y, "add")

    def activated(self, y: Array, place: str) -> Array:
        """Activate where nothing should be."""
        if f"relu-after-{place}" in self.habits:
            return _relu(y)
        return self.act(y) if f"activation-after-{place}" in self.habits else y

    def dropping(self, skips: bool) -> bool:
        if "never-drops" in self.habits:
            return False
        return (skips or "drops-without-skip" in self.habits) and (
            self.training or "drops-at-test-time" in self.habits
        )

    def dropped(self, y: Array, kept: Any, rate: float) -> Array:
        return _drop(y, kept, 0.0 if "no-rescaling" in self.habits else rate, True)


def _mbconv(
    x: Any, weights: Weights, stride: int = 1, training: bool = False, kept: Any = None,
    rate: float = 0.0, **habits: bool,
) -> Array:  # fmt: skip
    return _Block(weights, stride, training, habits)(_wide(x), kept, rate)


def _block_habit(name: str, says: str, *habits: str) -> _Habit:
    return _Habit(name, says, dict.fromkeys(habits or (name,), True))


_ACTIVATED = (
    "You activate after the projection. It stays linear: in few channels, what is pressed to zero "
    "is lost."
)
_ACTIVATED_SUM = "You activate the sum, as a ResNet does. It leaves the block as it is."
_LINEAR = "An activation is missing: SiLU comes after the normalisation of the {}."
_NORMED = "A normalisation is missing: the {} has one, too."
_ORDERED = (
    "You activate before you normalise{}. The order is convolution, normalisation, activation."
)
_SKIPPED = "The skip is missing: with stride 1, and as many channels out as in, the input is added."

_BLOCK_HABITS = (
    _block_habit("activation-after-projection", _ACTIVATED),
    _block_habit("relu-after-projection", _ACTIVATED),
    _block_habit("activation-after-skip", _ACTIVATED_SUM),
    _block_habit("activation-after-add", _ACTIVATED_SUM),
    _block_habit("relu-after-skip", _ACTIVATED_SUM),
    _block_habit("relu-after-add", _ACTIVATED_SUM),
    _block_habit("relu", "You use ReLU after the normalisations; EfficientNet uses SiLU."),
    _block_habit("linear-expand", _LINEAR.format("expansion")),
    _block_habit("linear-depthwise", _LINEAR.format("depthwise convolution")),
    _block_habit(
        "activation-before-norm", _ORDERED.format(""),
        "activation-before-expand-norm", "activation-before-depthwise-norm",
    ),
    _block_habit("activation-before-expand-norm", _ORDERED.format(" after the expansion")),
    _block_habit(
        "activation-before-depthwise-norm", _ORDERED.format(" after the depthwise convolution")
    ),
    _block_habit(
        "no-norms",
        "The normalisations are missing: expansion, depthwise convolution and projection have one "
        "each.",
        "no-expand-norm", "no-depthwise-norm", "no-project-norm",
    ),
    _block_habit("no-expand-norm", _NORMED.format("expansion")),
    _block_habit("no-depthwise-norm", _NORMED.format("depthwise convolution")),
    _block_habit("no-project-norm", _NORMED.format("projection")),
    _block_habit(
        "norm-after-add",
        "You normalise after the add, and so rescale the input, too. Normalise the projection, "
        "then add the input as it is.",
    ),
    _block_habit(
        "norms-as-at-test-time",
        "Your normalisations do not know of training: hand training on to batch_norm.",
    ),
    _block_habit(
        "norms-as-in-training",
        "Your normalisations work as in training at test time, too: hand training on to "
        "batch_norm.",
    ),
    _block_habit(
        "torch-eps", f"Your normalisations have torch's own eps, 0.00001, in place of {NORM_EPS:g}."
    ),
    _block_habit("no-gates", "Squeeze-excite is left out, although its weights are given."),
    _block_habit(
        "gates-before-depthwise",
        "Squeeze-excite comes too early: it weighs what the depthwise convolution puts out.",
    ),
    _block_habit(
        "gates-before-activation",
        "Squeeze-excite comes too early: what the depthwise convolution puts out is normalised and "
        "activated first.",
    ),
    _block_habit(
        # Zeros before and after swapped give the same: the last column of zeros is never seen.
        "pads-for-stride-1",
        "With stride 2 your zeros shift the places: before the map there are as many as for stride "
        "1, kernel // 2. Do you hand the stride on to same_padding? And does what comes before "
        "stand first in F.pad's pairs (left, right, above, below)?",
    ),
    _block_habit(
        "pads-by-axis",
        "F.pad takes left, right, above, below: first the two sides of the last axis, then those "
        "of the one before it.",
    ),
    _block_habit("no-stride", "You do not hand the stride on to the depthwise convolution."),
    _block_habit(
        "stride-on-expansion",
        "Your expansion has a stride, too. Only the depthwise convolution has one.",
    ),
    _block_habit(
        "stride-on-projection",
        "Your projection has a stride, too. Only the depthwise convolution has one.",
    ),
    _block_habit("no-skip", _SKIPPED),
    _block_habit("no-skip-nor-drop", _SKIPPED, "no-skip", "never-drops"),
    _block_habit(
        "drops-the-sum",
        "You drop the skip with the branch. Drop the branch only, then add the input: a picture "
        "whose branch is dropped passes unchanged.",
    ),
    _block_habit(
        "drops-without-skip",
        "You drop branches where there is no skip: nothing would be left of these pictures.",
    ),
    _block_habit(
        "drops-at-test-time", "You drop branches at test time, too; that belongs to training."
    ),
    _block_habit(
        "never-drops", "In training you do not drop the branches that are not kept: use drop_path."
    ),
    _block_habit(
        "no-rescaling",
        "You drop branches without rescaling those that are kept, as drop_path does it.",
    ),
)  # fmt: skip

_BLOCK_SLIPS = _slips(_mbconv, _BLOCK_HABITS)


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


def _has_skip(case: Case) -> bool:
    same_channels = case["x"].shape[1] == len(case["weights"]["project"])
    return case.get("stride", 1) == 1 and bool(same_channels)


_KINDS: Kinds = (
    ("with stride 2", lambda case: case.get("stride", 1) == 2),
    ("with a skip", _has_skip),
    ("without a skip", lambda case: not _has_skip(case)),
    ("with squeeze-excite", lambda case: "reduce" in case["weights"]),
    ("that are widened", lambda case: "expand" in case["weights"]),
    *_TRAINING,
    ("in training with kept", lambda case: bool(case.get("training")) and "kept" in case),
    (
        "in training with kept and a skip",
        lambda case: bool(case.get("training")) and "kept" in case and _has_skip(case),
    ),
)


def _of_block(trials: Sequence[Trial], wrong: Sequence[int]) -> str:
    got = trials[wrong[0]][2]
    if isinstance(got, list) and len(got) == 3:
        return "batch_norm returns three tensors; the first is the output."
    return _in_common(_KINDS, trials, wrong)


def _block_advice(raised: Mapping[str, Any], case: Case) -> str:
    text, function = raised["message"], raised["function"]
    if re.search(r"groups=1, weight of size \[(\d+), 1, .* but got \1 channels", text):
        return "A depthwise convolution has as many groups as channels: groups=y.shape[1]."
    if function == "mbconv" and re.search(_FORGOTTEN_0, text):
        return "batch_norm returns three tensors; the first is the output."
    if "NoneType" in text and case.get("kept") is None and raised.get("empty") == ["kept"]:
        return "Where kept is None, nothing is dropped: call drop_path only if it is given."
    return _sum_advice(_sizes(raised), case) if function == "mbconv" else ""


def _sum_advice(sizes: tuple[int, ...], case: Case) -> str:
    """Say why input and output could not be added: axis and sizes tell."""
    (_, inputs, _, side), weights = case["x"].shape, case["weights"]
    outputs, kernel = len(weights["project"]), weights["depthwise"].shape[-1]
    strided = -(-side // case.get("stride", 1))
    along_sides = sizes[:1] in ((2,), (3,))
    if sizes == (1, *sorted((inputs, outputs), reverse=True)) or (
        along_sides and sizes[1:] == (side, strided)
    ):
        return (
            "You add the input where there is no skip: there is one only with stride 1, and with "
            "as many channels out as in."
        )
    if along_sides and sizes[1:] == (side, side - kernel + 1) and _has_skip(case):
        return "The depthwise convolution has made the map smaller: pad it before."
    return ""


#: What torch and Python say of a tuple, or a list, where a tensor should be.
_FORGOTTEN_0 = (
    r"must be Tensor, not (tuple|list)|got \((tuple|list),|'(tuple|list)' object has no attribute|"
    r"'Tensor' and '(tuple|list)'|'(tuple|list)' and 'Tensor'"
)

_judge_outputs = _Judge(
    "mbconv", _mbconv, _BLOCK_SLIPS, _block_text, absolute=1e-4, advice=_block_advice,
    otherwise=_of_block,
)  # fmt: skip

_NOT_WRITTEN = NotImplementedError.__name__

#: What a learner's `mbconv` may call, and the references.
_HELPERS: dict[str, Callable[..., Plain]] = {
    "same_padding": _padding, "squeeze_excite": _excite, "batch_norm": _norm, "drop_path": _drop
}  # fmt: skip


def _helper_inputs(seed: int) -> dict[str, Any]:
    """Return a few small inputs for each helper, such as `mbconv` has for it."""
    return {
        "same_padding": _padding_inputs(seed)["cases"][1:6],
        "squeeze_excite": _excite_inputs(seed)["cases"][1:2],
        "batch_norm": _norm_inputs(seed)["cases"][:2],
        "drop_path": _drop_inputs(seed)["cases"][:3],
    }


def _judge_block(inputs: Inputs, answer: Plain) -> CheckResult:
    told = _read_helpers(part(answer, "helpers"))
    if told is None:
        return CheckResult("incorrect", "mbconv gave no answers that could be read.", "odd")
    raised = _raised(part(answer, "raised"), len(inputs["cases"]))
    if raised and raised["error"] == _NOT_WRITTEN and raised["function"] in _HELPERS:
        text = f"mbconv calls {raised['function']}, which is not written yet: write it first."
        return CheckResult("incorrect", text, "helper-not-written", broken=True)
    found = _judge_outputs(inputs, answer)
    if found.passed or found.slip in ("odd", "changes-input"):
        return found
    for name, right in _HELPERS.items():
        given = told.get(name, _NOT_WRITTEN)
        wanted = [right(**case) for case in inputs["helpers"][name]]
        if given != _NOT_WRITTEN and not _agrees(given, wanted):
            text = f"{found.message} Your {name} is not right yet: mend it first, with its check."
            return replace(found, message=text, slip="wrong-helper")
    return found


def _read_helpers(told: Plain) -> dict[str, Any] | None:
    try:
        read = json.loads(told)
    except (TypeError, ValueError):
        return None
    return read if isinstance(read, dict) else None


def _agrees(told: Any, wanted: Plain) -> bool:
    """Whether what a helper gave, told in lists, is right."""
    if isinstance(wanted, list):
        return (
            isinstance(told, list) and len(told) == len(wanted) and all(map(_agrees, told, wanted))
        )
    try:
        given = np.asarray(told, dtype=np.float64)
    except (TypeError, ValueError):
        return False
    return given.shape == np.shape(wanted) and np.allclose(given, wanted, _REL, _ABSOLUTE)


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
            "Go through the lesson's steps: expand, depthwise, squeeze-excite, project; each but "
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
