"""The questions of lesson 02."""

from collections.abc import Sequence

from torch import nn

from ...arch import B0
from ...arch.block import BlockSetting, single_block
from ...view.ledger import STEPS, block_layers
from ..questions import Question, predict, quiz

#: The block of the lesson: 16 channels in and out, as in B0's early stages.
_SETTING = BlockSetting(16, 16, expand=6, kernel=3, stride=1, se_ratio=0.25)


def share_of_1x1() -> Question:
    weights = {step: sum(x.params for x in block_layers(_SETTING, 56, [step])) for step in STEPS}
    return predict(
        "What share of the block's parameters sits in the two 1x1 steps, expand and project?",
        answer=100 * (weights["expand"] + weights["project"]) / sum(weights.values()),
        unit="%",
        why=", ".join(f"{step}: {n:,}" for step, n in weights.items()) + ".",
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


def squeeze_width() -> Question:
    block, _ = single_block(_SETTING, size=56)
    return predict(
        "The block widens 16 channels to 96, and se_ratio is a quarter. How many units are "
        "between?",
        answer=block.squeeze_channels,
        unit="units",
        why="A quarter of the 16 inputs. Of the 96 wide channels it would be 24.",
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
