"""What a separable convolution leaves of a standard one's cost."""

from operator import add, mul

from ...._slips import Function
from ....arch.convolution import Convolution, separable
from ... import About, Task, slip
from .layers import convolutions


def separable_share(
    in_channels: int,
    out_channels: int,
    kernel: int,
    *,
    halves: Function = add,
    window: Function = lambda kernel: kernel**2,
) -> float:
    whole = Convolution(in_channels, out_channels, kernel, size=8).macs
    depthwise, pointwise = separable(in_channels, out_channels, kernel, size=8)
    narrower = kernel**2 / window(kernel)
    return float(halves(depthwise.macs / whole, narrower * pointwise.macs / whole))


TASK = Task(
    right=separable_share,
    rel=1e-6,
    cases=lambda random: convolutions(random, "size", "stride", "groups"),
    example=dict(in_channels=256, out_channels=256, kernel=3),
    about=About("What a separable convolution leaves", points=15, importance=4, minutes=8),
    hints=(
        "Count three layers at one place of the output: the standard one, the depthwise one, the "
        "pointwise one.",
        "The depthwise half has one window for each input channel. The pointwise half has one "
        "weight for each pair of an input and an output.",
        "Add the two halves, and divide by the standard layer. Most of it cancels out.",
    ),
    slips=(
        slip("inverse").says(
            "That is how many times as much the standard layer costs; the share is one over it."
        ),
        slip("exchanged-in_channels-out_channels").says(
            "You divide by the input channels where the output channels belong."
        ),
        slip("kernel-not-squared", window=int).says(
            lambda case: f"A window of side {case['kernel']} has {case['kernel'] ** 2} pixels."
        ),
        slip("product", halves=mul).says("The costs of the two halves are added, not multiplied."),
        slip("depthwise-only", halves=lambda d, p: d).says("That is the depthwise half alone."),
        slip("pointwise-only", halves=lambda d, p: p).says("That is the pointwise half alone."),
        slip("complement").says("That is the share that is saved, not the share that remains."),
    ),
    also_right=(
        "separable_share = lambda in_channels, out_channels, kernel: 1 / out_channels + kernel**-2",
    ),
)
