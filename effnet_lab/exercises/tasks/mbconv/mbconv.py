"""The whole block, with given weights, in training and at test time."""

from random import Random
from typing import Any

from ....blocks.reference import mbconv
from ....blocks.slips import BLOCK_SLIPS, MISSING_NORM, flagged
from ... import About, Case, Task
from . import batch_norm, drop_path, same_padding, squeeze_excite
from .probes import mbconv as probe
from .tensors import REL, Draw, as_answer

#: Input and output channels, expansion, kernel, units of squeeze-excite, side, pictures; the rest
#: goes to the call. All parts, and what is left out, are met at test time and in training.
BLOCKS: tuple[tuple[tuple[int, ...], dict[str, Any]], ...] = (
    ((2, 3, 3, 3, 2, 4, 1), {}),
    ((3, 3, 2, 3, 1, 6, 2), {"stride": 2}),
    ((2, 3, 3, 5, 2, 7, 2), {"stride": 2, "training": False}),
    ((2, 2, 1, 5, 0, 6, 2), {}),
    ((3, 3, 2, 3, 2, 4, 3), {"training": True, "rate": 0.35}),
    ((2, 3, 4, 3, 2, 4, 3), {"training": True, "rate": 0.45}),
    ((3, 3, 2, 3, 2, 5, 3), {"stride": 1, "training": False, "rate": 0.3}),
    ((3, 3, 3, 3, 2, 4, 2), {"training": True}),
)


def cases(random: Random) -> list[Case]:
    draw = Draw(random)

    def case(numbers: tuple[int, ...], more: dict[str, Any]) -> Case:
        size, count = numbers[5:]
        kept = {"kept": draw.kept(count)} if "rate" in more else {}
        x = draw.pictures(count, numbers[0], size, size)
        return {"x": x, "weights": draw.block(*numbers[:5]), **more, **kept}

    return [case(*block) for block in BLOCKS]


FIRST_OF_THREE = "batch_norm returns three tensors; the first is the output."

TASK = Task(
    right=mbconv,
    rel=REL,
    absolute=1e-4,
    cases=cases,
    probe=probe,
    note=lambda case, got, known: FIRST_OF_THREE if isinstance(got, list) else "",
    uses=(same_padding.TASK, squeeze_excite.TASK, batch_norm.TASK, drop_path.TASK),
    as_answer=as_answer,
    example={},
    about=About("The whole block", points=20, difficulty=4, importance=5, minutes=20),
    hints=(
        "Go through the lesson's steps: expand, depthwise, squeeze-excite, project; each but "
        "squeeze-excite is normalised. Which of them are activated?",
        "F.pad(y, (before, after, before, after)) pads rows and columns. A depthwise convolution "
        "is F.conv2d(y, weight, stride=stride, groups=y.shape[1]).",
        "Keep x until the end. Only where stride is 1 and the channels agree: drop the branch "
        "with drop_path (if kept is given), then add x.",
    ),
    errors=(
        (
            r"groups=1, weight of size \[(\d+), 1, .* but got \1 channels",
            "A depthwise convolution has as many groups as channels: groups=y.shape[1].",
        ),
        (r"must be Tensor, not tuple|got \(tuple,|'tuple' object has no|'tuple'$", FIRST_OF_THREE),
        (
            r"^(?!.*kept=).*('NoneType' object (is not subscriptable|has no attribute '(view|"
            r"reshape|float|unsqueeze)')|for \*: .*NoneType)",
            "Where kept is None, nothing is dropped: call drop_path only if it is given.",
        ),
        (
            r"non-singleton dimension 1|stride=2.*non-singleton dimension [23]",
            "Do you add the input where there is no skip? There is one only with stride 1, and "
            "with as many channels out as in.",
        ),
        (
            "non-singleton dimension [23]",
            "Has the depthwise convolution made the map smaller? Then pad it before.",
        ),
    ),
    slips=(
        *BLOCK_SLIPS,
        MISSING_NORM,
        flagged("norms-as-at-test-time").says(
            "Your normalisations do not know of training: hand training on to batch_norm."
        ),
        flagged("norms-as-in-training").says(
            "Your normalisations work as in training at test time, too: hand training on to "
            "batch_norm."
        ),
        # Zeros before and after swapped give the same: the last column of zeros is never seen.
        flagged("symmetric-padding").says(
            "With stride 2 your zeros shift the places: before the map there are as many as for "
            "stride 1, kernel // 2. Do you hand the stride on to same_padding? And does what "
            "comes before stand first in F.pad's pairs (left, right, above, below)?"
        ),
        flagged("padding-by-axis").says(
            "F.pad takes left, right, above, below: first the two sides of the last axis, then "
            "those of the one before it."
        ),
        flagged("drops-the-sum").says(
            "You drop the skip with the branch. Drop the branch only, then add the input: a "
            "picture whose branch is dropped passes unchanged."
        ),
        flagged("drops-without-skip").says(
            "You drop branches where there is no skip: nothing would be left of these pictures."
        ),
        flagged("drops-at-test-time").says(
            "You drop branches at test time, too, not in training only."
        ),
        flagged("never-drops").says(
            "In training you do not drop the branches that are not kept: use drop_path."
        ),
        flagged("no-rescaling").says(
            "You drop branches without rescaling those that are kept, as drop_path does it."
        ),
    ),
    also_right=(
        """
def mbconv(x, weights, stride=1, training=False, kept=None, rate=0.0):
    def normed(name, y):
        n = weights[name + "_norm"]
        mean, var = n["mean"].clone(), n["var"].clone()
        return F.batch_norm(y, mean, var, n["weight"], n["bias"], training, 0.01, 0.001)
    y = F.silu(normed("expand", F.conv2d(x, weights["expand"]))) if "expand" in weights else x
    wide, _, k, _ = weights["depthwise"].shape
    zeros = max(k - (y.shape[-1] % stride or stride), 0)
    y = torch.nn.ZeroPad2d([zeros // 2, zeros - zeros // 2] * 2)(y)
    y = F.silu(normed("depthwise", F.conv2d(y, weights["depthwise"], None, stride, 0, 1, wide)))
    y = squeeze_excite(y, weights) if "gate" in weights else y
    y = normed("project", F.conv2d(y, weights["project"]))
    if x.shape != y.shape or stride > 1:
        return y
    return x + (y * (kept / (1 - rate))[:, None, None, None] if training and rate else y)
""",
    ),
    equivalent={
        **dict.fromkeys(("0.0 -> 1.0", "0.0 -> -1.0"), "without kept nothing is dropped"),
        **dict.fromkeys(("1 -> 2 (2)", "1 -> 2 (4)"), "maps and kernels are square"),
    },
)
