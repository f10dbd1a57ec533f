"""What a separable convolution leaves of a standard one's cost."""

from random import Random

from ....arch.convolution import Convolution, separable
from ...slips import Case, slip
from ...task import Task


def cases(random: Random) -> list[Case]:
    a, b, c = random.sample(range(4, 40), 3)
    return [
        dict(in_channels=a, out_channels=b, kernel=3),
        dict(in_channels=b, out_channels=c, kernel=5),
        dict(in_channels=c, out_channels=a, kernel=random.choice((7, 9))),
    ]


def separable_share(in_channels: int, out_channels: int, kernel: int) -> float:
    whole = Convolution(in_channels, out_channels, kernel, size=8)
    return sum(s.macs for s in separable(in_channels, out_channels, kernel, 8)) / whole.macs


TASK = Task(
    right=separable_share,
    rel=1e-6,
    cases=cases,
    example=dict(in_channels=32, out_channels=256, kernel=3),
    title="What a separable convolution leaves",
    points=15,
    importance=4,
    minutes=8,
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
            "You divide by the input channels where the output channels belong: the depthwise half "
            "saves the sum over all outputs."
        ),
        slip("complement").says(
            "That is the share that is saved; asked for is the share that remains."
        ),
        slip(
            "product", lambda in_channels, out_channels, kernel: 1 / out_channels / kernel**2
        ).says("The two halves run one after the other: their costs are added, not multiplied."),
    ),
    also_right=(
        "def separable_share(in_channels, out_channels, kernel):\n"
        "    return 1 / out_channels + 1 / kernel**2",
    ),
)
