"""Blocks as they come out with one known slip: what a wrong block is compared with.

A variant is a set of habits, each the name of one way to go wrong; without habits it is the block
of the paper. If a learner's block has a variant's weights and gives its outputs in every setting,
then that is what the learner did.
"""

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import NamedTuple, TypeAlias

import torch
import torch.nn.functional as F
from torch import Tensor

from ..arch.block import BlockSetting
from .slots import Norm, Slot, Weight

Habits: TypeAlias = frozenset[str]
Slots: TypeAlias = dict[str, Slot]

NORM_EPS, NORM_MOMENTUM = 1e-3, 0.01
TORCH_NORM_EPS = 1e-5

ACTIVATIONS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "relu": F.relu,
    "relu6": F.relu6,
    "hardswish": F.hardswish,
    "gelu": F.gelu,
    "sigmoid": torch.sigmoid,
    "no-activation": lambda x: x,
}


class Slip(NamedTuple):
    """A known way to go wrong.

    `habits` lists the variants that show it. The message may use the names of `fields`.
    """

    name: str
    message: str
    habits: tuple[Habits, ...]


def _slip(name: str, message: str, *variants: str) -> Slip:
    """Each variant is written as its habits, apart by blanks; by default the slip's own name."""
    return Slip(name, message, tuple(frozenset(v.split()) for v in variants or (name,)))


#: Slips that show in the weights a block has.
SHAPE_SLIPS = (
    _slip(
        "se-on-expanded-width",
        "Squeeze-excite: your squeeze width follows the expanded channels ({wide} channels give "
        "{wrong_squeeze} units). It must follow the block's input: "
        "int({inputs} × {ratio:g}) = {squeeze}.",
    ),
    _slip(
        "missing-groups",
        "Depthwise convolution: the groups are missing, so that each output channel sees all "
        "{wide} input channels. With groups={wide}, the number of its channels, each channel is "
        "filtered by itself: weights of shape ({wide}, 1, {kernel}, {kernel}).",
    ),
    _slip(
        "groups-of-input-width",
        "Depthwise convolution: your groups are the block's {inputs} input channels. They must be "
        "the {wide} expanded channels, one group for each.",
    ),
    _slip(
        "wide-expansion-kernel",
        "Expansion: your kernel is larger than one pixel. The expansion is a 1x1 convolution; only "
        "the depthwise convolution looks at neighbours.",
        "expand-3x3", "expand-kxk",
    ),
    _slip(
        "expansion-at-ratio-1",
        "Expansion: with expand = 1 there is nothing to widen, and the block has no expansion "
        "layer. Yours keeps a 1x1 convolution there.",
    ),
    _slip(
        "expansion-from-output-width",
        "Expansion: your width is out_channels × expand. It must be in_channels × expand = "
        "{inputs} × {expand} = {wide}.",
    ),
    _slip(
        "conv-bias",
        "Convolutions before a batch normalisation need no bias: the normalisation subtracts it "
        "and adds a shift of its own. Use bias=False (squeeze-excite keeps its biases: no "
        "normalisation follows there).",
    ),
    _slip(
        "missing-norm",
        "Batch normalisation: each of expansion, depthwise convolution and projection has one; "
        "at least one of yours is missing.",
        *(
            " ".join(f"no-{role}-norm" for role in roles)
            for count in (1, 2, 3)
            for roles in combinations(("expand", "depthwise", "project"), count)
        ),
    ),
    _slip(
        "missing-se",
        "Squeeze-excite: with se_ratio = {ratio:g} two 1x1 convolutions (in_channels × se_ratio "
        "units and back) weigh the channels. Your block has none.",
        "no-se",
    ),
    _slip(
        "se-at-ratio-0",
        "Squeeze-excite: with se_ratio = 0 the block has none. Yours keeps it.",
    ),
    _slip(
        "se-without-bias",
        "Squeeze-excite: its two 1x1 convolutions have biases, since no normalisation follows "
        "them. Yours have none.",
    ),
    _slip(
        "se-after-projection",
        "Squeeze-excite: yours weighs the {outputs} channels after the projection. It belongs "
        "between depthwise convolution and projection, on all {wide} channels.",
    ),
    _slip(
        "projected-skip",
        "Skip: where the shapes differ, your block sends the input through a 1x1 convolution, as "
        "a ResNet does. MBConv then has no skip at all.",
        "skip-conv", "skip-conv skip-conv-norm", "skip-conv skip-conv-bias",
    ),
)  # fmt: skip

_POOLED_SKIP = (
    "Skip at stride 2: your block adds a shrunken input to the output. At stride 2 the sizes "
    "differ, and MBConv has no skip: add the input only if stride == 1 and in_channels == "
    "out_channels."
)
_SKIP_RULE = "Add it only if stride == 1 and in_channels == out_channels."

#: Slips that show in the outputs, with the right weights.
OUTPUT_SLIPS = (
    _slip(
        "norm-after-add",
        "Batch normalisation after the add: your last normalisation comes after the skip and "
        "rescales the input too. Normalise the projection first, then add the input untouched: "
        "x + norm(project(y)).",
    ),
    _slip(
        "activation-after-projection",
        "Activation after the projection: the projection is linear. An activation there would "
        "flatten the negative half of a few channels, which nothing restores. End with "
        "norm(project(y)).",
    ),
    _slip(
        "activation-after-add",
        "Activation after the add: the sum leaves the block as it is. An activation there (as in "
        "a ResNet) would distort the input that the skip carries on.",
        "activation-after-add", "activation-of-output",
    ),
    _slip(
        "skip-at-stride-2",
        "Skip at stride 2: the output is smaller than the input, so the two cannot be added. "
        + _SKIP_RULE,
        "skip-if-same-channels",
    ),
    _slip(
        "skip-everywhere",
        "Skip everywhere: at stride 2 the sizes differ, and elsewhere the channels may, so the two "
        "cannot be added. " + _SKIP_RULE,
    ),
    _slip(
        "skip-where-channels-differ",
        "Skip where the channels differ: {inputs} and {outputs} channels cannot be added. "
        + _SKIP_RULE,
        "skip-if-stride-1",
    ),
    _slip(
        "shrunken-skip", _POOLED_SKIP, "skip-sliced", "skip-mean-pooled", "skip-max-pooled"
    ),
    _slip(
        "missing-skip",
        "Skip missing: at stride 1, with as many output as input channels, the block's input is "
        "added to its output.",
        "no-skip",
    ),
    _slip(
        "other-activation",
        "Activation: your block uses {activation}. EfficientNet uses SiLU, x × sigmoid(x), after "
        "expansion and depthwise convolution and inside squeeze-excite.",
        "relu", "relu6", "hardswish", "gelu",
        "relu se-silu", "relu6 se-silu", "hardswish se-silu", "gelu se-silu",
    ),
    _slip(
        "missing-activation",
        "Activation: SiLU comes after the normalisation of the expansion and after that of the "
        "depthwise convolution. At least one of yours is missing.",
        "linear-expand", "linear-depthwise", "linear-expand linear-depthwise",
        "no-activation",
    ),
    _slip(
        "activation-before-norm",
        "Activation before the normalisation: the order is convolution, normalisation, activation.",
    ),
    _slip(
        "se-other-activation",
        "Squeeze-excite: between its two convolutions stands {activation}. EfficientNet uses "
        "SiLU there too.",
        "se-relu", "se-relu6", "se-gelu", "se-hardswish",
    ),
    _slip(
        "se-no-activation",
        "Squeeze-excite: SiLU is missing between its two convolutions. Without it they are one "
        "linear map.",
    ),
    _slip(
        "se-no-sigmoid",
        "Squeeze-excite: the sigmoid is missing. It turns what comes out of the second "
        "convolution into gates between 0 and 1.",
    ),
    _slip(
        "se-swapped",
        "Squeeze-excite: SiLU and sigmoid are swapped. SiLU comes between the two convolutions, "
        "the sigmoid makes the gates at the end.",
        "se-swapped", "se-sigmoid-twice", "se-silu-twice",
    ),
    _slip(
        "se-hard-gate",
        "Squeeze-excite: your gate is a hard sigmoid (MobileNetV3's). EfficientNet uses the "
        "sigmoid itself.",
    ),
    _slip(
        "se-adds",
        "Squeeze-excite: your gates are added to the channels. They are factors: multiply.",
    ),
    _slip(
        "se-unused",
        "Squeeze-excite: your block has its weights and does not use them; or its gates are not "
        "multiplied with the channels.",
        "se-unused", "se-gates-only",
    ),
    _slip(
        "se-max-pooling",
        "Squeeze-excite: your squeeze takes the largest pixel of each channel. It takes the mean.",
    ),
    _slip(
        "se-before-depthwise",
        "Squeeze-excite: yours comes before the depthwise convolution. It comes after it, before "
        "the projection.",
    ),
    _slip(
        "se-before-activation",
        "Squeeze-excite: yours comes before the activation of the depthwise convolution. It comes "
        "after it.",
    ),
    _slip(
        "stride-in-wrong-place",
        "Stride: it belongs to the depthwise convolution. Yours is in a 1x1 convolution, which "
        "then skips three pixels in four without looking at them.",
        "stride-in-expand", "stride-in-project",
    ),
    _slip(
        "missing-stride",
        "Stride: yours has no effect; the depthwise convolution must take it.",
        "no-stride",
    ),
    _slip(
        "norm-eps",
        "Batch normalisation: your eps is torch's own, 1e-5. EfficientNet's is 1e-3.",
    ),
    _slip(
        "symmetric-padding",
        "Padding at stride 2: yours starts a pixel too early, as kernel // 2 on all sides does. "
        "TensorFlow's \"same\" puts the odd pixel right and bottom: (kernel - stride) // 2 pixels "
        "before, the rest of kernel - stride after.",
    ),
    _slip(
        "missing-padding",
        "Padding: the depthwise convolution has none, so that each block loses pixels at its "
        "rim. At stride 1 the output must be as large as the input.",
        "no-padding", "fixed-padding-1",
    ),
)  # fmt: skip


def fields(setting: BlockSetting, habits: Habits) -> dict[str, str | int | float]:
    """Return what a slip's message may name."""
    inner = {habit.removeprefix("se-") for habit in habits}
    used = next((name for name in ACTIVATIONS if name in inner), "")
    shown = {"relu": "ReLU", "relu6": "ReLU6", "hardswish": "hard swish", "gelu": "GELU"}
    return {
        "inputs": setting.in_channels, "outputs": setting.out_channels, "wide": setting.wide,
        "expand": setting.expand, "kernel": setting.kernel, "ratio": setting.se_ratio,
        "squeeze": _squeeze(setting.in_channels, setting),
        "wrong_squeeze": _squeeze(setting.wide, setting), "activation": shown.get(used, used),
    }  # fmt: skip


# ------------------------------------------------------------------ weights


def draw_slots(
    setting: BlockSetting, habits: Habits = frozenset(), generator: torch.Generator | None = None
) -> Slots:
    """Return random weights of a block, statistics included, by the names of its parts."""
    return {
        name: _random_norm(shape[0], generator)
        if name.endswith("norm")
        else _random_weight(shape, bias, generator)
        for name, (shape, bias) in _shapes(setting, habits).items()
    }


def _shapes(setting: BlockSetting, habits: Habits) -> dict[str, tuple[tuple[int, ...], bool]]:
    """Name -> shape and bias of each part, in the order of use."""
    narrow, out, kernel = setting.in_channels, setting.out_channels, setting.kernel
    width = out if "expansion-from-output-width" in habits else narrow
    wide = width * setting.expand
    bias = "conv-bias" in habits
    parts: dict[str, tuple[tuple[int, ...], bool]] = {}
    if setting.expand != 1 or "expansion-at-ratio-1" in habits:
        side = 3 if "expand-3x3" in habits else kernel if "expand-kxk" in habits else 1
        parts |= _conv("expand", (wide, narrow, side, side), bias, habits)
    per_group = (
        wide if "missing-groups" in habits
        else wide // narrow if "groups-of-input-width" in habits else 1
    )  # fmt: skip
    parts |= _conv("depthwise", (wide, per_group, kernel, kernel), bias, habits)
    gates = _gate_shapes(setting, habits, out if "se-after-projection" in habits else wide)
    late = {} if "se-after-projection" not in habits else gates
    parts |= {} if late else gates
    parts |= _conv("project", (out, wide, 1, 1), bias, habits) | late
    if "skip-conv" in habits and not setting.has_skip:
        parts["shortcut"] = ((out, narrow, 1, 1), "skip-conv-bias" in habits)
        if "skip-conv-norm" in habits:
            parts["shortcut.norm"] = ((out,), True)
    return parts


def _conv(
    name: str, shape: tuple[int, ...], bias: bool, habits: Habits
) -> dict[str, tuple[tuple[int, ...], bool]]:
    norm = {} if f"no-{name}-norm" in habits else {f"{name}.norm": (shape[:1], True)}
    return {name: (shape, bias), **norm}


def _gate_shapes(
    setting: BlockSetting, habits: Habits, channels: int
) -> dict[str, tuple[tuple[int, ...], bool]]:
    wanted = setting.se_ratio > 0 or "se-at-ratio-0" in habits
    if not wanted or "no-se" in habits:
        return {}
    squeeze = _squeeze(setting.wide if "se-on-expanded-width" in habits else setting.in_channels,
                       setting)  # fmt: skip
    bias = "se-without-bias" not in habits
    return {
        "reduce": ((squeeze, channels, 1, 1), bias), "gate": ((channels, squeeze, 1, 1), bias)
    }  # fmt: skip


def _squeeze(channels: int, setting: BlockSetting) -> int:
    return max(1, int(channels * setting.se_ratio))


def _random_weight(
    shape: tuple[int, ...], bias: bool, generator: torch.Generator | None
) -> Weight:  # fmt: skip
    fan_in = shape[1] * shape[2] * shape[3]
    weight = torch.randn(shape, generator=generator, dtype=torch.float64) * fan_in**-0.5
    shift = torch.randn(shape[0], generator=generator, dtype=torch.float64) if bias else None
    return Weight(weight, shift)


def _random_norm(channels: int, generator: torch.Generator | None) -> Norm:
    """Return scale, shift and statistics; some variances are so small that eps shows."""

    def between(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(channels, generator=generator, dtype=torch.float64)

    return Norm(between(0.5, 1.5), between(-0.5, 0.5), between(-0.5, 0.5), between(0.02, 1.0))


# ------------------------------------------------------------------ outputs


def block_output(
    slots: Slots, setting: BlockSetting, x: Tensor, habits: Habits = frozenset(),
    trace: dict[str, Tensor] | None = None,
) -> Tensor:  # fmt: skip
    """Return what a block with these habits makes of `x`, in evaluation mode.

    Parameters
    ----------
    slots
        From `draw_slots`.
    setting, x, habits
        The block, its input `(N, in, H, W)`, and its ways to go wrong.
    trace
        Filled with the input of each part, by name.

    Raises
    ------
    RuntimeError
        If shapes do not fit, which is what some slips come to.
    """
    return _Block(slots, setting, habits, {} if trace is None else trace).run(x)


class _Block:
    def __init__(
        self, slots: Slots, setting: BlockSetting, habits: Habits, trace: dict[str, Tensor]
    ) -> None:
        self.slots, self.setting, self.habits, self.trace = slots, setting, habits, trace
        named = next((name for name in ACTIVATIONS if name in habits), None)
        self.act = ACTIVATIONS[named] if named else F.silu

    def run(self, x: Tensor) -> Tensor:
        y = x
        if "expand" in self.slots:
            stride = self.setting.stride if "stride-in-expand" in self.habits else 1
            y = self.conv("expand", y, stride)
            y = self.norm_act("expand", y)
        if "se-before-depthwise" in self.habits:
            y = self.gated(y)
        y = self.depthwise(y)
        if not self.habits & {"se-before-depthwise", "se-before-activation"}:
            y = self.gated(y)
        stride = self.setting.stride if "stride-in-project" in self.habits else 1
        y = self.conv("project", y, stride)
        return self.finish(x, y)

    def depthwise(self, x: Tensor) -> Tensor:
        moved = {"stride-in-expand", "stride-in-project", "no-stride"} & self.habits
        stride, kernel = 1 if moved else self.setting.stride, self.setting.kernel
        self.trace["depthwise"] = x
        before, after = self.padding(kernel, stride)
        padded = F.pad(x, (before, after, before, after))
        weight = self.slots["depthwise"][0]
        y = F.conv2d(padded, weight, None, stride, groups=len(weight))
        return self.norm_act("depthwise", y, "se-before-activation" in self.habits)

    def padding(self, kernel: int, stride: int) -> tuple[int, int]:
        """Return pixels before and after, for sizes that the stride divides."""
        if "no-padding" in self.habits:
            return 0, 0
        if "fixed-padding-1" in self.habits:
            return 1, 1
        if "symmetric-padding" in self.habits:
            return kernel // 2, kernel // 2
        before = (kernel - stride) // 2
        return before, kernel - stride - before

    def conv(self, name: str, x: Tensor, stride: int = 1) -> Tensor:
        self.trace[name] = x
        weight, bias = self.slots[name][:2]
        return F.conv2d(x, weight, bias, stride)

    def norm(self, name: str, x: Tensor) -> Tensor:
        slot = self.slots[f"{name}.norm"]
        assert isinstance(slot, Norm)
        self.trace[f"{name}.norm"] = x
        eps = TORCH_NORM_EPS if "norm-eps" in self.habits else NORM_EPS
        return F.batch_norm(x, slot.mean, slot.var, slot.weight, slot.bias, False, 0.0, eps)

    def norm_act(self, name: str, x: Tensor, gate_first: bool = False) -> Tensor:
        act = (lambda y: y) if f"linear-{name}" in self.habits else self.act
        if "activation-before-norm" in self.habits:
            return self.norm(name, act(x))
        y = self.norm(name, x)
        return act(self.gated(y) if gate_first else y)

    def gated(self, x: Tensor) -> Tensor:
        if "reduce" not in self.slots or "se-unused" in self.habits:
            return x
        pooled = x.amax((2, 3)) if "se-max-pooling" in self.habits else x.mean((2, 3))
        inner, outer = self.gate_functions()
        reduced = inner(self.conv("reduce", pooled[:, :, None, None]))
        gates = outer(self.conv("gate", reduced))
        if "se-gates-only" in self.habits:
            return gates.expand_as(x)
        return x + gates if "se-adds" in self.habits else x * gates

    def gate_functions(self) -> tuple[Callable[[Tensor], Tensor], Callable[[Tensor], Tensor]]:
        """Return what stands between the two convolutions, and what makes the gates."""
        act = F.silu if "se-silu" in self.habits else self.act
        choices: dict[str, tuple[Callable[[Tensor], Tensor], Callable[[Tensor], Tensor]]] = {
            "se-no-activation": (lambda y: y, torch.sigmoid),
            "se-no-sigmoid": (act, lambda y: y),
            "se-swapped": (torch.sigmoid, act),
            "se-sigmoid-twice": (torch.sigmoid, torch.sigmoid),
            "se-silu-twice": (act, act),
            "se-hard-gate": (act, F.hardsigmoid),
            **{f"se-{name}": (other, torch.sigmoid) for name, other in ACTIVATIONS.items()},
        }
        return next((f for name, f in choices.items() if name in self.habits),
                    (act, torch.sigmoid))  # fmt: skip

    def finish(self, x: Tensor, y: Tensor) -> Tensor:
        late = "norm-after-add" in self.habits
        y = y if late else self.norm("project", y)
        if "activation-after-projection" in self.habits:
            y = self.act(y)
        shortcut = self.shortcut(x)
        y = y if shortcut is None else shortcut + y
        y = self.norm("project", y) if late else y
        bent = shortcut is not None and "activation-after-add" in self.habits
        return self.act(y) if bent or "activation-of-output" in self.habits else y

    def shortcut(self, x: Tensor) -> Tensor | None:
        """Return what is added to the projection, if anything is."""
        same = self.setting.in_channels == self.setting.out_channels
        strided = self.setting.stride > 1
        if self.setting.has_skip:
            return None if "no-skip" in self.habits else x
        shrink: dict[str, Callable[[Tensor], Tensor]] = {
            "skip-sliced": lambda z: z[:, :, ::2, ::2],
            "skip-mean-pooled": lambda z: F.avg_pool2d(z, 2),
            "skip-max-pooled": lambda z: F.max_pool2d(z, 2),
        }
        for habit, smaller in shrink.items():
            if habit in self.habits and strided and same:
                return smaller(x)
        adds = (
            "skip-everywhere" in self.habits
            or ("skip-if-same-channels" in self.habits and same)
            or ("skip-if-stride-1" in self.habits and not strided)
        )
        return x if adds else None
