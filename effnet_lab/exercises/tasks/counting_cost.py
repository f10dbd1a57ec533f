"""Assignment 01, counting cost: parameters, MACs, bytes and activations of convolutions.

The references are `arch.convolution`, which prices whole networks, too.
"""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, NamedTuple

from ...arch.convolution import BYTES, Convolution, conv_price, separable
from ...arch.scaling import conv_size
from ...view.result import CheckResult
from ..judging import Case, Slip, judge_calls, part
from ..plain import Plain
from ..probes import counting_cost as probes
from ..probing import Inputs
from ..task import Assignment, Task, Written

# ------------------------------------------------------------------ parameters


def _params_inputs(seed: int) -> Inputs:
    random = Random(seed)
    a, b, c, d = random.sample(range(2, 12), 4)
    groups, m, n = random.sample(range(2, 6), 3)
    wide = random.randint(6, 20)
    large = random.choice((5, 7))
    return {
        "cases": [
            {"in_channels": a, "out_channels": b, "kernel": 3},
            {"in_channels": c, "out_channels": d, "kernel": large},
            {"in_channels": b, "out_channels": c, "kernel": 3, "bias": True},
            {"in_channels": groups * m, "out_channels": groups * n, "kernel": 3, "groups": groups},
            {"in_channels": wide, "out_channels": 2 * wide, "kernel": 3, "groups": wide},
            {
                "in_channels": wide, "out_channels": wide, "kernel": 5, "groups": wide,
                "bias": True,
            },
        ]
    }  # fmt: skip


def _params(
    in_channels: int, out_channels: int, kernel: int, groups: int = 1, bias: bool = False
) -> int:
    weights = conv_price(in_channels, out_channels, kernel, 1, groups)[0]
    return weights + out_channels * bias


def _all_see_all(case: Case) -> str:
    return (
        f"You leave the groups out: an output sees only the {case['in_channels']} / "
        f"{case.get('groups', 1)} inputs of its own group."
    )


_PARAMS_SLIPS = (
    Slip(
        "kernel-not-squared",
        lambda case: f"The kernel is a square: {case['kernel']} × {case['kernel']} weights, not "
        f"{case['kernel']}.",
        lambda in_channels, out_channels, kernel, groups=1, bias=False: kernel
        * (in_channels // groups) * out_channels + bias * out_channels,
    ),
    Slip(
        "groups-ignored",
        _all_see_all,
        lambda groups=1, **case: _params(**case),
    ),
    Slip(
        "groups-divide-twice",
        "You divide by the groups twice. Each output sees the inputs of its group, but there are "
        "still as many outputs.",
        lambda in_channels, out_channels, kernel, groups=1, bias=False: kernel**2
        * (in_channels // groups) * (out_channels // groups) + bias * out_channels,
    ),
    Slip(
        "groups-multiply",
        "You multiply by the groups. Groups make a layer cheaper: an output sees fewer inputs.",
        lambda in_channels, out_channels, kernel, groups=1, bias=False: kernel**2
        * in_channels * out_channels * groups + bias * out_channels,
    ),
    Slip(
        "bias-ignored",
        "You leave the bias out: one number more for each output channel.",
        lambda bias=False, **case: _params(**case),
    ),
    Slip(
        "bias-always",
        "You add a bias where there is none: it is there only with bias=True.",
        lambda bias=False, **case: _params(**case, bias=True),
    ),
    Slip(
        "bias-is-one-number",
        "A bias is one number for each output channel, not one for the layer.",
        lambda bias=False, **case: _params(**case) + bias,
    ),
    Slip(
        "bias-of-inputs",
        "A bias belongs to an output channel, not to an input channel.",
        lambda bias=False, **case: _params(**case) + bias * case["in_channels"],
    ),
    Slip(
        "one-kernel-for-each-output",
        "You leave the input channels out: each output has a kernel for every input that it sees.",
        lambda in_channels, out_channels, kernel, groups=1, bias=False: kernel**2
        * out_channels + bias * out_channels,
    ),
    Slip(
        "one-kernel-for-each-input",
        "You leave the output channels out: each of them has kernels of its own.",
        lambda in_channels, out_channels, kernel, groups=1, bias=False: kernel**2
        * (in_channels // groups) + bias * out_channels,
    ),
)  # fmt: skip


def _judge_params(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls("conv_params", inputs["cases"], answer, _params, _PARAMS_SLIPS)


# ------------------------------------------------------------------ MACs


def _macs_inputs(seed: int) -> Inputs:
    random = Random(seed)
    a, b, c, d = random.sample(range(2, 12), 4)
    groups, m, n = random.sample(range(2, 6), 3)
    wide = random.randint(6, 20)
    even, odd = 2 * random.randint(3, 8), 2 * random.randint(3, 8) + 1
    return {
        "cases": [
            {"in_channels": a, "out_channels": b, "kernel": 3, "size": odd},
            {"in_channels": c, "out_channels": d, "kernel": 5, "size": even},
            {"in_channels": b, "out_channels": d, "kernel": 3, "size": even, "stride": 2},
            {"in_channels": d, "out_channels": a, "kernel": 5, "size": odd, "stride": 2},
            {"in_channels": a, "out_channels": c, "kernel": 1, "size": odd + 15, "stride": 4},
            {
                "in_channels": groups * m, "out_channels": groups * n, "kernel": 3, "size": odd,
                "groups": groups,
            },
            {
                "in_channels": wide, "out_channels": wide, "kernel": 5, "size": odd, "stride": 2,
                "groups": wide,
            },
        ]
    }  # fmt: skip


def _macs(
    in_channels: int, out_channels: int, kernel: int, size: int, stride: int = 1, groups: int = 1
) -> int:
    return conv_price(in_channels, out_channels, kernel, conv_size(size, stride), groups)[1]


def _macs_at(side: Any) -> Any:
    """Return a count in which the output's side, or its pixels, are worked out in another way."""

    def count(
        in_channels: int, out_channels: int, kernel: int, size: int, stride: int = 1,
        groups: int = 1,
    ) -> float:  # fmt: skip
        weights: int = conv_price(in_channels, out_channels, kernel, 1, groups)[0]
        pixels: float = side(size, stride, kernel)
        return weights * pixels

    return count


def _moves(case: Case) -> str:
    size, stride = case["size"], case.get("stride", 1)
    return (
        f"With stride {stride} the output has a side of {conv_size(size, stride)} pixels, not "
        f"{size}: count the places of the output."
    )


_MACS_SLIPS = (
    Slip("stride-ignored", _moves, _macs_at(lambda size, stride, kernel: size**2)),
    Slip(
        "rounds-down",
        lambda case: (
            f"You round the side of the output down. The last, incomplete step counts: "
            f"{case['size']} / {case.get('stride', 1)} is rounded up to "
            f"{conv_size(case['size'], case.get('stride', 1))}."
        ),
        _macs_at(lambda size, stride, kernel: (size // stride) ** 2),
    ),
    Slip(
        "not-rounded",
        lambda case: (
            f"There is no part of a pixel: {case['size']} / {case.get('stride', 1)} is "
            f"rounded up to {conv_size(case['size'], case.get('stride', 1))}."
        ),
        _macs_at(lambda size, stride, kernel: (size / stride) ** 2),
    ),
    Slip(
        "stride-not-squared",
        "The stride shortens both sides of the output, not only one.",
        _macs_at(lambda size, stride, kernel: size * conv_size(size, stride)),
    ),
    Slip(
        "size-not-squared",
        "The output is a square: its side counts twice.",
        _macs_at(lambda size, stride, kernel: conv_size(size, stride)),
    ),
    Slip(
        "no-padding",
        lambda case: (
            "You count only places where the window fits into the picture. It is padded "
            f"with zeros: the output's side is size / stride, rounded up, here "
            f"{conv_size(case['size'], case.get('stride', 1))}."
        ),
        _macs_at(lambda size, stride, kernel: ((size - kernel) // stride + 1) ** 2),
    ),
    Slip(
        "parameters",
        "These are the parameters: each weight is used once at every place of the output.",
        _macs_at(lambda size, stride, kernel: 1),
    ),
    Slip(
        "groups-ignored",
        _all_see_all,
        lambda groups=1, **case: _macs(**case),
    ),
    Slip(
        "two-for-a-mac",
        "You count two operations for each MAC: a multiplication and its addition are one MAC.",
        lambda **case: 2 * _macs(**case),
    ),
    Slip(
        "one-input-channel",
        "You leave the input channels out: each place takes a product for every input channel.",
        lambda in_channels, out_channels, kernel, size, stride=1, groups=1: _macs(
            1, out_channels, kernel, size, stride
        ),
    ),
)


def _judge_macs(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls("conv_macs", inputs["cases"], answer, _macs, _MACS_SLIPS)


# ------------------------------------------------------------------ separable


def _share_inputs(seed: int) -> Inputs:
    random = Random(seed)
    a, b, c = random.sample(range(4, 40), 3)
    return {
        "cases": [
            {"in_channels": a, "out_channels": b, "kernel": 3},
            {"in_channels": b, "out_channels": c, "kernel": 5},
            {"in_channels": c, "out_channels": a, "kernel": random.choice((7, 9))},
        ]
    }


def _share(in_channels: int, out_channels: int, kernel: int) -> float:
    whole = Convolution(in_channels, out_channels, kernel, size=8)
    return sum(s.macs for s in separable(in_channels, out_channels, kernel, 8)) / whole.macs


_SHARE_SLIPS = (
    Slip(
        "inverse",
        "That is how many times as much the standard layer costs; the share is one over it.",
        lambda **case: 1 / _share(**case),
    ),
    Slip(
        "inputs-for-outputs",
        "You divide by the input channels where the output channels belong: the depthwise half "
        "saves the sum over all outputs.",
        lambda in_channels, out_channels, kernel: 1 / in_channels + 1 / kernel**2,
    ),
    Slip(
        "kernel-not-squared",
        lambda case: f"A window of side {case['kernel']} has {case['kernel'] ** 2} pixels.",
        lambda in_channels, out_channels, kernel: 1 / out_channels + 1 / kernel,
    ),
    Slip(
        "product",
        "The two halves run one after the other: their costs are added, not multiplied.",
        lambda in_channels, out_channels, kernel: 1 / out_channels / kernel**2,
    ),
    Slip(
        "depthwise-only",
        "That is the depthwise half alone; the pointwise half follows it.",
        lambda in_channels, out_channels, kernel: 1 / out_channels,
    ),
    Slip(
        "pointwise-only",
        "That is the pointwise half alone; the depthwise half comes before it.",
        lambda in_channels, out_channels, kernel: 1 / kernel**2,
    ),
    Slip(
        "saved",
        "That is the share that is saved; asked for is the share that remains.",
        lambda **case: 1 - _share(**case),
    ),
    Slip(
        "percent",
        "That is in percent; return the share itself, between 0 and 1.",
        lambda **case: 100 * _share(**case),
    ),
    Slip(
        "depthwise-on-outputs",
        "Your depthwise half has as many kernels as there are outputs. It comes first, and filters "
        "the input channels.",
        lambda in_channels, out_channels, kernel: (kernel**2 * out_channels
        + in_channels * out_channels) / (kernel**2 * in_channels * out_channels),
    ),
)  # fmt: skip


def _judge_share(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls("separable_share", inputs["cases"], answer, _share, _SHARE_SLIPS, rel=1e-6)


# ------------------------------------------------------------------ bytes moved


def _intensity_inputs(seed: int) -> Inputs:
    random = Random(seed)
    a, b, c, d = random.sample(range(4, 40), 4)
    groups, m, n = random.sample(range(2, 6), 3)
    size = 2 * random.randint(3, 9) + 1
    return {
        "cases": [
            {"in_channels": a, "out_channels": b, "kernel": 3, "size": size},
            {"in_channels": c, "out_channels": d, "kernel": 1, "size": size + 1},
            {"in_channels": b, "out_channels": c, "kernel": 5, "size": size, "stride": 2},
            {
                "in_channels": groups * m, "out_channels": groups * n, "kernel": 3,
                "size": size + 1, "groups": groups,
            },
            {
                "in_channels": d, "out_channels": d, "kernel": 3, "size": size, "stride": 2,
                "groups": d,
            },
        ]
    }  # fmt: skip


class _Traffic(NamedTuple):
    """What a layer reads, holds and writes, in numbers; and its MACs."""

    inputs: int
    weights: int
    outputs: int
    macs: int


def _traffic(
    in_channels: int, out_channels: int, kernel: int, size: int, stride: int = 1, groups: int = 1
) -> _Traffic:
    layer = Convolution(in_channels, out_channels, kernel, size, stride, groups)
    return _Traffic(in_channels * size**2, layer.params, layer.activations, layer.macs)


def _intensity(**case: int) -> float:
    return Convolution(**case).arithmetic_intensity


def _intensity_from(formula: Any) -> Any:
    def wrong(**case: int) -> float:
        value: float = formula(_traffic(**case), case)
        return value

    return wrong


_INTENSITY_SLIPS = (
    Slip(
        "macs-for-flops",
        "You count one operation for each MAC; a FLOP is a multiplication or an addition, so there "
        "are two.",
        _intensity_from(lambda t, case: t.macs / BYTES / (t.inputs + t.weights + t.outputs)),
    ),
    Slip(
        "numbers-for-bytes",
        "You divide by the numbers moved; each takes four bytes.",
        _intensity_from(lambda t, case: 2 * t.macs / (t.inputs + t.weights + t.outputs)),
    ),
    Slip(
        "no-weights",
        "You leave the weights out: they have to be fetched, too.",
        _intensity_from(lambda t, case: 2 * t.macs / BYTES / (t.inputs + t.outputs)),
    ),
    Slip(
        "no-input",
        "You leave the input out: it has to be fetched, too.",
        _intensity_from(lambda t, case: 2 * t.macs / BYTES / (t.weights + t.outputs)),
    ),
    Slip(
        "no-output",
        "You leave the output out: it has to be written, too.",
        _intensity_from(lambda t, case: 2 * t.macs / BYTES / (t.inputs + t.weights)),
    ),
    Slip(
        "output-as-large-as-input",
        lambda case: f"You let the output be as large as the input; with stride "
        f"{case.get('stride', 1)} its side is {conv_size(case['size'], case.get('stride', 1))}.",
        _intensity_from(
            lambda t, case: 2 * t.macs / BYTES
            / (t.inputs + t.weights + case["out_channels"] * case["size"] ** 2)
        ),
    ),
    Slip(
        "input-as-large-as-output",
        lambda case: f"You let the input be as small as the output; the input has a side of "
        f"{case['size']}.",
        _intensity_from(
            lambda t, case: 2 * t.macs / BYTES / (t.weights + t.outputs
            + case["in_channels"] * conv_size(case["size"], case.get("stride", 1)) ** 2)
        ),
    ),
    Slip(
        "weights-of-all-groups",
        "Your weights leave the groups out, though your MACs do not.",
        _intensity_from(
            lambda t, case: 2 * t.macs / BYTES
            / (t.inputs + t.weights * case.get("groups", 1) + t.outputs)
        ),
    ),
    Slip(
        "inverse",
        "That is bytes for each FLOP; asked for are FLOPs for each byte.",
        lambda **case: 1 / _intensity(**case),
    ),
)  # fmt: skip


def _judge_intensity(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls("intensity", inputs["cases"], answer, _intensity, _INTENSITY_SLIPS, rel=1e-6)


# ------------------------------------------------------------------ a table of layers


def _draw_table(random: Random, channels: int, strides: Sequence[int]) -> list[dict[str, int]]:
    """Draw layers of which every second one is depthwise."""
    layers = []
    for number, stride in enumerate(strides):
        depthwise = number % 2 == 1
        out = channels if depthwise else channels + random.randint(3, 9)
        layers.append(
            {
                "out": out, "kernel": random.choice((3, 5)), "stride": stride,
                "groups": channels if depthwise else 1,
            }
        )  # fmt: skip
        channels = out
    return layers


def _tables(random: Random) -> list[tuple[list[dict[str, int]], int, int]]:
    """Draw tables with the side and the channels of their input: one layer, then several."""
    size = 2 * random.randint(4, 9) + 1
    many = random.randint(4, 6)
    return [
        (_draw_table(random, 3, (1,)), size, 3),
        (_draw_table(random, 3, (1, 2)), size + 1, 3),
        (_draw_table(random, many, (2, 1, 2)), size + 12, many),
        (_draw_table(random, 3, (2, 2, 1, 2, 1)), size + 20, 3),
    ]


def _network_inputs(seed: int) -> Inputs:
    cases: list[dict[str, Any]] = []
    for layers, size, channels in _tables(Random(seed)):
        case: dict[str, Any] = {"layers": layers, "size": size}
        cases.append(case if channels == 3 else case | {"channels": channels})
    return {"cases": cases}


class _Step(NamedTuple):
    """A layer of a table with what it receives and puts out."""

    in_channels: int
    out_channels: int
    kernel: int
    groups: int
    in_size: int
    out_size: int

    def macs_at(self, size: int) -> int:
        return conv_price(self.in_channels, self.out_channels, self.kernel, size, self.groups)[1]


def _walk(
    layers: Sequence[Case], size: int, channels: int, smaller: Any = conv_size
) -> Iterator[_Step]:  # fmt: skip
    """Follow a picture through a table."""
    for layer in layers:
        out_size = smaller(size, layer["stride"])
        yield _Step(channels, layer["out"], layer["kernel"], layer["groups"], size, out_size)
        channels, size = layer["out"], out_size


def _network(layers: Sequence[Case], size: int, channels: int = 3) -> int:
    return sum(step.macs_at(step.out_size) for step in _walk(layers, size, channels))


def _network_slip(count: Any, smaller: Any = conv_size) -> Any:
    def wrong(layers: Sequence[Case], size: int, channels: int = 3) -> float:
        total: float = sum(count(s, channels, size) for s in _walk(layers, size, channels, smaller))
        return total

    return wrong


def _dense(step: _Step) -> int:
    return conv_price(step.in_channels, step.out_channels, step.kernel, step.out_size)[1]


_NETWORK_SLIPS = (
    Slip(
        "size-stays",
        "You give every layer the size of the picture; each gets what the layer before it put out.",
        _network_slip(lambda s, channels, size: s.macs_at(size)),
    ),
    Slip(
        "stride-alone",
        "You shrink the picture by each layer's own stride only; the layers before it have shrunk "
        "it already.",
        lambda layers, size, channels=3: sum(
            step.macs_at(conv_size(size, layer["stride"]))
            for step, layer in zip(_walk(layers, size, channels), layers, strict=True)
        ),
    ),
    Slip(
        "strides-late",
        "You count a layer with stride at the size of its input: count the places of its output.",
        _network_slip(lambda s, channels, size: s.macs_at(s.in_size)),
    ),
    Slip(
        "rounds-down",
        "You round sizes down: a last, incomplete step of the window counts.",
        _network_slip(
            lambda s, channels, size: s.macs_at(s.out_size), lambda size, stride: size // stride
        ),
    ),
    Slip(
        "channels-stay",
        "You give every layer the channels of the picture; each gets the outputs of the layer "
        "before it.",
        _network_slip(
            lambda s, channels, size: s._replace(in_channels=channels).macs_at(s.out_size)
        ),
    ),
    Slip(
        "default-channels",
        "You begin with 3 channels though `channels` says how many there are.",
        lambda layers, size, channels=3: _network(layers, size, 3),
    ),
    Slip(
        "groups-ignored",
        "You leave the groups out: a depthwise layer has as many groups as channels.",
        _network_slip(lambda s, channels, size: _dense(s)),
    ),
    Slip(
        "last-layer-only",
        "That is the last layer alone: add all layers up.",
        lambda layers, size, channels=3: [
            step.macs_at(step.out_size) for step in _walk(layers, size, channels)
        ][-1],
    ),
    Slip(
        "first-layer-only",
        "That is the first layer alone: does your loop return too early?",
        lambda layers, size, channels=3: _network(layers[:1], size, channels),
    ),
    Slip(
        "parameters",
        "These are the parameters of all layers.",
        _network_slip(lambda s, channels, size: s.macs_at(1)),
    ),
)


def _judge_network(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "network_macs", inputs["cases"], part(answer, "results"), _network, _NETWORK_SLIPS,
        after=part(answer, "after"),
    )  # fmt: skip


# ------------------------------------------------------------------ memory


def _memory_inputs(seed: int) -> Inputs:
    random = Random(seed)
    batches = random.sample(range(2, 40), 3)
    (one, size, _), *_, (many, large, _) = _tables(random)
    odd = _tables(random)[2]
    return {
        "cases": [
            {"layers": one, "size": size, "batch": 1},
            {"layers": odd[0], "size": odd[1], "batch": batches[0], "training": True},
            {"layers": odd[0], "size": odd[1], "batch": batches[1]},
            {"layers": many, "size": large, "batch": batches[2], "training": True},
            {"layers": many, "size": large, "batch": batches[0], "training": False},
        ]
    }


def _outputs(layers: Sequence[Case], size: int, smaller: Any = conv_size) -> list[int]:
    return [s.out_channels * s.out_size**2 for s in _walk(layers, size, 3, smaller)]


def _memory(layers: Sequence[Case], size: int, batch: int, training: bool = False) -> int:
    kept = _outputs(layers, size)
    return BYTES * batch * (sum(kept) if training else max(kept))


_MEMORY_SLIPS = (
    Slip(
        "numbers-for-bytes",
        "That is how many numbers are kept; each takes four bytes.",
        lambda **case: _memory(**case) // BYTES,
    ),
    Slip(
        "always-all",
        "You keep all layers in both cases. Without training one layer at a time is enough: the "
        "largest.",
        lambda layers, size, batch, training=False: _memory(layers, size, batch, True),
    ),
    Slip(
        "always-one",
        "You keep one layer in both cases. In training all are kept, until the weights have been "
        "corrected.",
        lambda layers, size, batch, training=False: _memory(layers, size, batch),
    ),
    Slip(
        "swapped",
        "You have the two cases the wrong way round: training keeps all layers.",
        lambda layers, size, batch, training=False: _memory(layers, size, batch, not training),
    ),
    Slip(
        "batch-ignored",
        "You leave the batch out: each of its pictures has activations of its own.",
        lambda layers, size, batch, training=False: _memory(layers, size, 1, training),
    ),
    Slip(
        "batch-in-training-only",
        "You count the batch in training only; pictures are recognised together, too.",
        lambda layers, size, batch, training=False: _memory(
            layers, size, batch if training else 1, training
        ),
    ),
    Slip(
        "last-layer",
        "Without training you keep the last layer; the memory must hold the largest.",
        lambda layers, size, batch, training=False: (
            _memory(layers, size, batch, True) if training
            else BYTES * batch * _outputs(layers, size)[-1]
        ),
    ),
    Slip(
        "size-stays",
        "You give every layer the size of the picture: a stride makes what follows smaller.",
        lambda layers, size, batch, training=False: _bytes_of(
            [layer["out"] * size**2 for layer in layers], batch, training
        ),
    ),
    Slip(
        "rounds-down",
        "You round sizes down: a last, incomplete step of the window counts.",
        lambda layers, size, batch, training=False: _bytes_of(
            _outputs(layers, size, lambda size, stride: size // stride), batch, training
        ),
    ),
    Slip(
        "strides-late",
        "You count a layer with stride at the size of its input; what it puts out is smaller.",
        lambda layers, size, batch, training=False: _bytes_of(
            [s.out_channels * s.in_size**2 for s in _walk(layers, size, 3)], batch, training
        ),
    ),
    Slip(
        "size-not-squared",
        "An output has rows and columns: its side counts twice.",
        lambda layers, size, batch, training=False: _bytes_of(
            [s.out_channels * s.out_size for s in _walk(layers, size, 3)], batch, training
        ),
    ),
    Slip(
        "picture-counted",
        "You count the picture itself, too; asked for is what the layers put out.",
        lambda layers, size, batch, training=False: _bytes_of(
            [3 * size**2, *_outputs(layers, size)], batch, training
        ),
    ),
)  # fmt: skip


def _bytes_of(kept: list[int], batch: int, training: bool) -> int:
    return BYTES * batch * (sum(kept) if training else max(kept))


def _judge_memory(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "activation_bytes", inputs["cases"], part(answer, "results"), _memory, _MEMORY_SLIPS,
        after=part(answer, "after"),
    )  # fmt: skip


# ------------------------------------------------------------------ the assignment

TASKS = (
    Task(
        name="counting_cost.conv_params",
        title="Parameters of a convolution",
        points=10,
        needs=("conv_params",),
        inputs=_params_inputs,
        probe=probes.conv_params,
        judge=_judge_params,
        hints=(
            "Begin with a single output channel. Which numbers does its window multiply by?",
            "For each input channel that it sees, one output channel has a square of weights. "
            "With groups it sees a part of the input channels.",
            "Weights: kernel, kernel, inputs of one group, outputs, all multiplied. A bias adds "
            "one number for each output.",
        ),
        difficulty=1,
        importance=5,
        minutes=6,
    ),
    Task(
        name="counting_cost.conv_macs",
        title="MACs of a convolution",
        points=15,
        needs=("conv_macs",),
        inputs=_macs_inputs,
        probe=probes.conv_macs,
        judge=_judge_macs,
        hints=(
            "Each weight is used once at each place of the output. You can count the weights.",
            "How many places has the output? Its side is size / stride, and 15 pixels in steps of "
            "2 make 8 places.",
            "Rounding up without floats: -(-size // stride). Square it, and multiply by the "
            "weights.",
        ),
        difficulty=2,
        importance=5,
        minutes=8,
    ),
    Task(
        name="counting_cost.separable_share",
        title="What a separable convolution leaves",
        points=15,
        needs=("separable_share",),
        inputs=_share_inputs,
        probe=probes.separable_share,
        judge=_judge_share,
        hints=(
            "Count three layers at one place of the output: the standard one, the depthwise one, "
            "the pointwise one.",
            "The depthwise half has one window for each input channel. The pointwise half has one "
            "weight for each pair of an input and an output.",
            "Add the two halves, and divide by the standard layer. Most of it cancels out.",
        ),
        difficulty=2,
        importance=4,
        minutes=8,
    ),
    Task(
        name="counting_cost.intensity",
        title="FLOPs for each byte moved",
        points=15,
        needs=("intensity",),
        inputs=_intensity_inputs,
        probe=probes.intensity,
        judge=_judge_intensity,
        hints=(
            "Three things move: the input, the weights, the output. Count the numbers in each.",
            "Only the output gets smaller with a stride; the input still has size × size pixels.",
            "Two FLOPs for each MAC above, four bytes for each number below. Your functions from "
            "before count the MACs and the weights.",
        ),
        difficulty=3,
        importance=3,
        minutes=12,
    ),
    Task(
        name="counting_cost.network_macs",
        title="MACs of a whole table of layers",
        points=15,
        needs=("network_macs",),
        inputs=_network_inputs,
        probe=probes.network_macs,
        judge=_judge_network,
        hints=(
            "Walk through the table. Two things change on the way: how many channels there are, "
            "and how large the pictures are.",
            "Keep both in variables. Count a layer first, then update them for the next one.",
            "After a layer there are layer['out'] channels, and the side is the old one divided by "
            "layer['stride'], rounded up.",
        ),
        difficulty=3,
        importance=4,
        minutes=12,
    ),
    Task(
        name="counting_cost.activation_bytes",
        title="Memory for activations",
        points=15,
        needs=("activation_bytes",),
        inputs=_memory_inputs,
        probe=probes.activation_bytes,
        judge=_judge_memory,
        hints=(
            "Make a list first: how many numbers does each layer put out for one picture?",
            "In training all of the list is in memory at once, else one entry at a time.",
            "sum in training, max otherwise; then the pictures of the batch, then four bytes each.",
        ),
        difficulty=3,
        importance=3,
        minutes=12,
    ),
)

WRITTEN = (
    Written(
        name="counting_cost.three_numbers",
        title="Three numbers for one network",
        points=15,
        minutes=12,
    ),
)

ASSIGNMENT = Assignment("counting_cost", "Counting cost", "01_counting_cost", TASKS, WRITTEN)
