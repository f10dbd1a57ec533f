"""MACs of a convolution for one picture."""

from operator import attrgetter

from ...._slips import Function
from ....arch.convolution import Convolution
from ... import About, Task, slip
from .conv_params import TASK as CONV_PARAMS
from .layers import UNSIGNED, convolutions, symmetric


def conv_macs(
    in_channels: int,
    out_channels: int,
    kernel: int,
    size: int,
    stride: int = 1,
    groups: int = 1,
    *,
    weights: Function = attrgetter("params"),
    side: Function = attrgetter("out_size"),
    places: Function = lambda side, size: side**2,
    operations: int = 1,
) -> float:
    layer = Convolution(in_channels, out_channels, kernel, size, stride, groups)
    macs: float = operations * weights(layer) * places(side(layer), size)
    return macs


TASK = Task(
    right=conv_macs,
    uses=(CONV_PARAMS,),
    cases=convolutions,
    example=dict(in_channels=3, out_channels=32, kernel=3, size=224, stride=2),
    about=About("MACs of a convolution", points=15, importance=5, minutes=8),
    hints=(
        "Each weight is used once at each place of the output. You can count the weights.",
        "How many places has the output? Its side is size / stride, and 15 pixels in steps of 2 "
        "make 8 places.",
        "Rounding up without floats: -(-size // stride). Square it, and multiply by the weights.",
    ),
    slips=(
        slip("ignored-stride").says(
            "With stride {stride} the output has a side of {size} / {stride} pixels, rounded up."
        ),
        slip("rounds-down", side=lambda c: c.size // c.stride).says(
            "You round the side of the output down. The last, incomplete step counts: round up."
        ),
        slip("not-rounded", side=lambda c: c.size / c.stride).says(
            "There is no part of a pixel: {size} / {stride} is rounded up."
        ),
        slip("stride-once", places=lambda side, size: side * size).says(
            "The stride shortens both sides of the output, not only one."
        ),
        slip("size-not-squared", places=lambda side, size: side).says(
            "The output is a square: its side counts twice."
        ),
        slip("no-padding", side=lambda c: (c.size - c.kernel) // c.stride + 1).says(
            "You count only places where the window fits; it is padded with zeros: all count."
        ),
        slip("parameters", places=lambda side, size: 1).says(
            "These are the parameters: each weight is used once at every place of the output."
        ),
        slip("two-for-a-mac", operations=2).says(
            "You count two operations for each MAC: a multiplication and its addition are one MAC."
        ),
        slip("no-inputs", weights=lambda c: c.params * c.groups // c.in_channels).says(
            "You leave the input channels out: each place takes a product for every input channel."
        ),
    ),
    equivalent=UNSIGNED | symmetric("conv_params({}, {}, kernel, groups)"),
    also_right=(
        "conv_macs = lambda in_channels, out_channels, kernel, size, stride=1, groups=1: "
        "conv_params(in_channels, out_channels, kernel, groups) * len(range(0, size, stride)) ** 2",
    ),
)
