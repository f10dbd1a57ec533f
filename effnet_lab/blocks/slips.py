"""The known ways to get MBConv wrong, and what is said of them.

Each is options of the block of `reference`, or of `variants.draw_slots` where it shows in the
weights already.
"""

from itertools import combinations
from math import erf, sqrt

import numpy as np

from .._slips import Slip, slip
from ..arch.block import BlockSetting
from .reference import TORCH_EPS, Activation, Array, mean, relu, sigmoid, silu, unchanged


def hard_sigmoid(x: Array) -> Array:
    """Return the sigmoid in three straight pieces, as in MobileNetV3."""
    return np.clip(x + 3, 0, 6) / 6


#: Activations in place of SiLU: what a slip is named after, how it is said, the function.
_OTHERS: tuple[tuple[str, str, Activation], ...] = (
    ("relu", "ReLU", relu),
    ("relu6", "ReLU6", lambda x: np.clip(x, 0, 6)),
    ("hard-swish", "hard swish", lambda x: x * hard_sigmoid(x)),
    ("gelu", "GELU", lambda x: x * (1 + np.vectorize(erf)(x / sqrt(2))) / 2),
)


def flagged(name: str, *ways: str) -> Slip:
    """Return a slip made by flags: for each way the flags, apart by blanks.

    Examples
    --------
    >>> flagged("no-skip").options
    {'no_skip': True}
    """
    flags = [dict.fromkeys(way.split(), True) for way in ways or (name.replace("-", "_"),)]
    made = slip(name, **flags[0])
    for other in flags[1:]:
        made = made.either(**other)
    return made


# ------------------------------------------------------------------ weights

MISSING_NORM = flagged(
    "missing-norm",
    *(
        " ".join(f"no_{part}_norm" for part in parts)
        for count in (1, 2, 3)
        for parts in combinations(("expand", "depthwise", "project"), count)
    ),
).says("A normalisation is missing: expansion, depthwise convolution and projection have one each.")

#: Slips that show in the weights a block has.
SHAPE_SLIPS = (
    flagged("se-on-expanded-width").says(
        "Squeeze-excite: your squeeze width follows the expanded channels ({wide} channels give "
        "{wrong_squeeze} units). It must follow the block's input: int({inputs} × {ratio:g}) = "
        "{squeeze}."
    ),
    flagged("missing-groups").says(
        "Depthwise convolution: the groups are missing, so that each output channel sees all "
        "{wide} input channels. With groups={wide}, the number of its channels, each channel is "
        "filtered by itself: weights of shape ({wide}, 1, {kernel}, {kernel})."
    ),
    flagged("groups-of-input-width").says(
        "Depthwise convolution: your groups are the block's {inputs} input channels. They must be "
        "the {wide} expanded channels, one group for each."
    ),
    flagged("wide-expansion-kernel", "expand_3x3", "expand_kxk").says(
        "Expansion: your kernel is larger than one pixel. The expansion is a 1x1 convolution; only "
        "the depthwise convolution looks at neighbours."
    ),
    flagged("expansion-at-ratio-1").says(
        "Expansion: with expand = 1 there is nothing to widen, and the block has no expansion "
        "layer. Yours keeps a 1x1 convolution there."
    ),
    flagged("expansion-from-output-width").says(
        "Expansion: your width is out_channels × expand. It must be in_channels × expand = "
        "{inputs} × {expand} = {wide}."
    ),
    flagged("conv-bias").says(
        "Convolutions before a batch normalisation need no bias: the normalisation subtracts it "
        "and adds a shift of its own. Use bias=False (squeeze-excite keeps its biases: no "
        "normalisation follows there)."
    ),
    MISSING_NORM,
    flagged("missing-se").says(
        "Squeeze-excite: with se_ratio = {ratio:g} two 1x1 convolutions (in_channels × se_ratio "
        "units and back) weigh the channels. Your block has none."
    ),
    flagged("se-at-ratio-0").says(
        "Squeeze-excite: with se_ratio = 0 the block has none. Yours keeps it."
    ),
    flagged("se-without-bias").says(
        "Squeeze-excite: its two 1x1 convolutions have biases, since no normalisation follows "
        "them. Yours have none."
    ),
    flagged("se-after-projection").says(
        "Squeeze-excite: yours weighs the {outputs} channels after the projection. It belongs "
        "between depthwise convolution and projection, on all {wide} channels."
    ),
    flagged(
        "projected-skip", "skip_conv", "skip_conv skip_conv_norm", "skip_conv skip_conv_bias"
    ).says(
        "Skip: where the shapes differ, your block sends the input through a 1x1 convolution, as a "
        "ResNet does. MBConv then has no skip at all."
    ),
)

# ------------------------------------------------------------------ squeeze-excite

#: Options of `reference.squeeze_excite`.
GATE_SLIPS = (
    *(
        slip(f"{name}-for-silu", inner=function).says(
            f"Between the two convolutions you use {said}; EfficientNet uses SiLU there, too."
        )
        for name, said, function in _OTHERS
    ),
    slip("no-silu", inner=unchanged).says(
        "SiLU is missing between the two convolutions: without it they are one linear map."
    ),
    slip("sigmoid-for-silu", inner=sigmoid).says(
        "Between the two convolutions stands SiLU, x × sigmoid(x); the sigmoid alone comes at the "
        "end."
    ),
    slip("swapped", inner=sigmoid, outer=silu).says(
        "SiLU and sigmoid are swapped: SiLU stands between the convolutions, the sigmoid makes the "
        "gates."
    ),
    slip("silu-for-sigmoid", outer=silu).says(
        "Your gates come from a SiLU; a sigmoid keeps them between 0 and 1."
    ),
    slip("no-sigmoid", outer=unchanged).says(
        "The sigmoid is missing at the end: a gate lies between 0 and 1."
    ),
    slip("softmax", outer=lambda y: np.exp(y) / np.exp(y).sum(1, keepdims=True)).says(
        "You let the gates add up to one (softmax). Each channel's gate is a sigmoid of its own."
    ),
    slip("hard-sigmoid", outer=hard_sigmoid).says(
        "Your gate is a hard sigmoid, as in MobileNetV3; EfficientNet uses the sigmoid itself."
    ),
    slip("max-pooling", pool=lambda x: x.max((2, 3), keepdims=True)).says(
        "You squeeze to each channel's largest number; squeezing takes the average."
    ),
    slip("sum-pooling", pool=lambda x: x.sum((2, 3), keepdims=True)).says(
        "You squeeze to each channel's sum; divide by its pixels: squeezing takes the average."
    ),
    slip("mean-over-batch", pool=lambda x: x.mean((0, 2, 3), keepdims=True)).says(
        "You average over the pictures of the batch, too. Each picture has gates of its own."
    ),
    slip("no-pooling", pool=unchanged).says(
        "You do not squeeze: a gate is computed at each pixel. Average each channel over height "
        "and width first."
    ),
    slip("mean-over-one-side", pool=lambda x: x.mean(2, keepdims=True))
    .either(pool=lambda x: x.mean(3, keepdims=True))
    .says("You average over one of the two sides only; a channel has height and width."),
    slip("no-biases", first_bias=False, second_bias=False).says(
        "You leave the biases out. No normalisation follows here, so both convolutions have one."
    ),
    slip("no-first-bias", first_bias=False).says("You leave the first convolution's bias out."),
    slip("no-second-bias", second_bias=False).says("You leave the second convolution's bias out."),
    slip("gates-only", result=lambda x, gates: gates)
    .either(result=lambda x, gates: np.broadcast_to(gates, x.shape))
    .says("These are the gates alone; the channels are multiplied by them."),
    slip("gates-added", result=lambda x, gates: x + gates).says(
        "You add the gates to the channels. They are factors: multiply."
    ),
    slip("gated-and-added", result=lambda x, gates: x + x * gates).says(
        "You add the input once more, as a skip. The block's skip comes later; here the channels "
        "are only multiplied."
    ),
    slip("averages-gated", result=lambda x, gates: mean(x) * gates).says(
        "You multiply the averages by the gates; the gates belong to the feature maps themselves."
    ),
    slip("half", result=lambda x, gates: x / 2).says(
        "It gives half of what comes in, whatever the weights are."
    ),
    slip("gates-unused", result=lambda x, gates: x).says(
        "It gives what comes in: the gates are not used."
    ),
)

# ------------------------------------------------------------------ outputs

_USED = [
    slip(f"{name}-for-silu", act=function)
    .either(act=function, gates={"inner": function})
    .says(
        f"You use {said}. EfficientNet uses SiLU, x × sigmoid(x), after the normalisations of "
        "expansion and depthwise convolution, and inside squeeze-excite."
    )
    for name, said, function in _OTHERS
]

#: Slips of the block itself, with the right parts.
BLOCK_SLIPS = (
    flagged("norm-after-add").says(
        "You normalise after the add, and so rescale the input, too. Normalise the projection, "
        "then add the input as it is: x + norm(project(y))."
    ),
    flagged(
        "activation-after-projection", "activation_after_projection", "relu_after_projection"
    ).says(
        "You activate after the projection; the projection is linear. An activation there would "
        "flatten the negative half of a few channels, which nothing restores. End with "
        "norm(project(y))."
    ),
    flagged(
        "activation-after-add",
        "activation_after_add",
        "activation_after_block",
        "relu_after_add",
        "relu_after_block",
    ).says(
        "You activate the sum, as a ResNet does. It leaves the block as it is: an activation would "
        "distort the input that the skip carries on."
    ),
    flagged("missing-skip", "no_skip", "no_skip never_drops").says(
        "The skip is missing: with stride 1, and as many channels out as in, the input is added."
    ),
    _USED[0],
    flagged(
        "missing-activation", "linear_expand", "linear_depthwise", "linear_expand linear_depthwise"
    )
    .either(act=unchanged, gates={"inner": unchanged})
    .says(
        "An activation is missing: SiLU comes after the normalisation of the expansion, and after "
        "that of the depthwise convolution."
    ),
    flagged(
        "activation-before-norm",
        "activation_before_expand_norm activation_before_depthwise_norm",
    ).says(
        "You activate before you normalise. The order is convolution, normalisation, activation."
    ),
    *(
        flagged(f"activation-before-{part}-norm").says(
            f"You activate before you normalise after the {said}. The order is convolution, "
            "normalisation, activation."
        )
        for part, said in (("expand", "expansion"), ("depthwise", "depthwise convolution"))
    ),
    flagged("se-unused", "no_gates").says(
        "Squeeze-excite is left out, or its gates are not used, although its weights are there."
    ),
    flagged("se-before-depthwise").says(
        "Squeeze-excite comes too early: it weighs what the depthwise convolution puts out."
    ),
    flagged("se-before-activation").says(
        "Squeeze-excite comes too early: what the depthwise convolution puts out is normalised and "
        "activated first."
    ),
    flagged(
        "stride-in-wrong-place",
        "stride_in_expand no_stride symmetric_padding",
        "stride_in_expand no_stride",
        "stride_in_project no_stride symmetric_padding",
        "stride_in_project no_stride",
    ).says(
        "The stride belongs to the depthwise convolution. Yours is in a 1x1 convolution, which "
        "then skips three pixels in four without looking at them."
    ),
    flagged("stride-in-expand").says(
        "Your expansion has a stride, too. Only the depthwise convolution has one."
    ),
    flagged("stride-in-project").says(
        "Your projection has a stride, too. Only the depthwise convolution has one."
    ),
    flagged("missing-stride", "no_stride symmetric_padding", "no_stride").says(
        "The stride has no effect: hand it on to the depthwise convolution."
    ),
    slip("norm-eps", eps=TORCH_EPS).says(
        "Your normalisations have torch's own eps, 0.00001, in place of 0.001."
    ),
)


def _in_block(one: Slip) -> Slip:
    """Return a slip of squeeze-excite as one of the block."""
    made = slip(f"se-{one.name}", gates=one.options).says(f"Squeeze-excite: {one.message}")
    for other in one.others:
        made = made.either(gates=other.options)
    return made


_SKIP_RULE = "Add it only if stride == 1 and in_channels == out_channels."

#: Slips that show in the outputs, with the right weights.
OUTPUT_SLIPS = (
    *BLOCK_SLIPS,
    *_USED[1:],
    flagged("skip-at-stride-2", "skip_if_same").says(
        "Skip at stride 2: the output is smaller than the input, so the two cannot be added. "
        + _SKIP_RULE
    ),
    flagged("skip-everywhere").says(
        "Skip everywhere: at stride 2 the sizes differ, and elsewhere the channels may, so the two "
        "cannot be added. " + _SKIP_RULE
    ),
    flagged("skip-where-channels-differ", "skip_if_still").says(
        "Skip where the channels differ: {inputs} and {outputs} channels cannot be added. "
        + _SKIP_RULE
    ),
    flagged("shrunken-skip", "skip_sliced", "skip_mean_pooled", "skip_max_pooled").says(
        "Skip at stride 2: your block adds a shrunken input to the output. At stride 2 the sizes "
        "differ, and MBConv has no skip. " + _SKIP_RULE
    ),
    flagged("symmetric-padding").says(
        "Padding at stride 2: yours starts a pixel too early, as kernel // 2 on all sides does. "
        'TensorFlow\'s "same" puts the odd pixel right and bottom: (kernel - stride) // 2 pixels '
        "before, the rest of kernel - stride after."
    ),
    flagged("missing-padding", "no_padding", "fixed_padding_1").says(
        "Padding: the depthwise convolution has none, so that each block loses pixels at its rim. "
        "At stride 1 the output must be as large as the input."
    ),
    *map(_in_block, GATE_SLIPS),
)


def fields(setting: BlockSetting) -> dict[str, int | float]:
    """Return what a slip's message may name."""
    return {
        "inputs": setting.in_channels,
        "outputs": setting.out_channels,
        "wide": setting.wide,
        "expand": setting.expand,
        "kernel": setting.kernel,
        "ratio": setting.se_ratio,
        "squeeze": squeeze_units(setting.in_channels, setting.se_ratio),
        "wrong_squeeze": squeeze_units(setting.wide, setting.se_ratio),
    }


def squeeze_units(channels: int, ratio: float) -> int:
    """Return the units of squeeze-excite that follow a number of channels."""
    return max(1, int(channels * ratio))
