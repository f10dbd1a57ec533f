"""The questions of lesson 02."""

from collections.abc import Sequence

from torch import nn

from ...arch import B0
from ...arch.block import BlockSetting
from ...view.ledger import STEPS, block_layers
from ..questions import Question, predict, quiz

#: The block of the lesson: 16 channels in and out, as in B0's early stages.
_SETTING = BlockSetting(16, 16, expand=6, kernel=3, stride=1, se_ratio=0.25)


def share_of_1x1() -> Question:
    weights = {step: sum(x.params for x in block_layers(_SETTING, 56, [step])) for step in STEPS}
    pointwise, every = weights["expand"] + weights["project"], sum(weights.values())
    wide, ends, window = _SETTING.wide, _SETTING.in_channels, _SETTING.kernel**2
    return predict(
        f"The block widens {ends} channels to {wide} and narrows them to {ends} again. What share "
        "of its parameters sits in the two 1x1 steps, expand and project? (Squeeze-excite has "
        "somewhat fewer than the depthwise step.)",
        answer=100 * pointwise / every,
        unit="%",
        why=f"Expand has {ends} · {wide} + 2 · {wide} = {weights['expand']:,} parameters, project "
        f"{wide} · {ends} + 2 · {ends} = {weights['project']:,}, depthwise {window} · {wide} + "
        f"2 · {wide} = {weights['depthwise']:,}, squeeze-excite {weights['squeeze_excite']:,}: "
        f"{pointwise:,} of {every:,}.",
    )


def momentum() -> Question:
    new = B0.norm_momentum
    return quiz(
        f"The official TensorFlow code says momentum {1 - new:g}. What goes into torch?",
        answer=f"{new:g}",
        choices={
            f"{1 - new:g}": "Then the average would be almost wholly that of the last batch.",
            f"{new:g}": "The share of the new value: one minus the share of the old.",
            "it does not matter": "It does at test time, when the average is all there is.",
        },
    )


def squeeze_of_wide() -> Question:
    wide, right, wrong = _SETTING.wide, _SETTING.in_channels // 4, _SETTING.wide // 4

    def params(units: int) -> int:
        return 2 * wide * units + units + wide  # two 1 x 1 convolutions with biases

    return predict(
        f"{wrong} units, a quarter of the {wide} wide channels, in place of {right}: how many "
        "times the parameters would squeeze-excite have?",
        answer=params(wrong) / params(right),
        unit="x",
        why=f"{wide} · {right} + {right} down and {right} · {wide} + {wide} back make "
        f"{params(right):,}; with {wrong} in place of {right} it is {params(wrong):,}. The weights "
        f"are {wrong // right} times as many, one bias for each gate stays.",
    )


def skip_at_stride_2() -> Question:
    return quiz(
        "Some blocks of B0 have stride 2. Do they keep their skip?",
        answer="yes" if _SETTING._replace(stride=2).has_skip else "no",
        choices={
            "yes": "The output is half as wide and half as high. How would you add the two?",
            "no": "Sizes differ, so the two cannot be added. Nor can they if the channels differ.",
            "yes, with a 1x1 convolution": "ResNet does this. MBConv leaves the skip out.",
        },
    )


def silent_mistakes(right: type[nn.Module], planted: Sequence[type[nn.Module]]) -> Question:
    """Ask about the lesson's own blocks: the right one, and those with a mistake."""
    sizes = [sum(p.numel() for p in cls(*_SETTING).parameters()) for cls in (right, *planted)]
    silent = sum(size == sizes[0] for size in sizes[1:])
    return quiz(
        "How many of the six would a count of the parameters have missed?",
        answer=f"{silent} of {len(planted)}",
        choices={
            "2 of 6": "Which of the six add or take away weights?",
            "4 of 6": "Only the squeeze width and the groups change what there is to count.",
            "none": "A normalisation that moves takes its parameters along.",
        },
    )
