"""FLOPs of a convolution for each byte moved."""

from operator import attrgetter

from ...._slips import Function
from ....arch.convolution import BYTES, Convolution
from ... import About, Task, slip
from .conv_macs import TASK as CONV_MACS
from .conv_params import TASK as CONV_PARAMS
from .layers import UNSIGNED, convolutions, symmetric


def intensity(
    in_channels: int,
    out_channels: int,
    kernel: int,
    size: int,
    stride: int = 1,
    groups: int = 1,
    *,
    operations: int = 2,
    width: int = BYTES,
    weights: Function = attrgetter("params"),
    read: Function = lambda c: c.in_channels * c.size**2,
    written: Function = attrgetter("activations"),
) -> float:
    layer = Convolution(in_channels, out_channels, kernel, size, stride, groups)
    moved = width * (weights(layer) + read(layer) + written(layer))
    return float(operations * layer.macs / moved)


def none(layer: Convolution) -> int:
    return 0


TASK = Task(
    right=intensity,
    uses=(CONV_PARAMS, CONV_MACS),
    rel=1e-6,
    cases=convolutions,
    example=dict(in_channels=64, out_channels=64, kernel=3, size=56),
    about=About("FLOPs for each byte moved", points=15, difficulty=3, minutes=12),
    hints=(
        "Three things move: the input, the weights, the output. Count the numbers in each.",
        "Only the output gets smaller with a stride; the input still has size × size pixels.",
        "Two FLOPs for each MAC above, four bytes for each number below. Your functions from "
        "before count the MACs and the weights.",
    ),
    slips=(
        slip("macs-for-flops", operations=1).says(
            "You count one operation for each MAC; it multiplies and adds, so there are two."
        ),
        slip("numbers-for-bytes", width=1).says(
            "You divide by the numbers moved; each takes four bytes."
        ),
        slip("no-weights", weights=none).says(
            "You leave the weights out: they have to be fetched, too."
        ),
        slip("no-input", read=none).says("You leave the input out: it has to be fetched, too."),
        slip("no-output", written=none).says(
            "You leave the output out: it has to be written, too."
        ),
        slip("large-output", written=lambda c: c.out_channels * c.size**2).says(
            "You let the output be as large as the input; a stride of {stride} makes it smaller."
        ),
        slip("small-input", read=lambda c: c.in_channels * c.out_size**2).says(
            "You let the input be as small as the output; the input has a side of {size}."
        ),
        slip("weights-of-all-groups", weights=lambda c: c.params * c.groups).says(
            "Your weights leave the groups out, though your MACs do not."
        ),
        slip("inverse").says("That is bytes for each FLOP; asked for are FLOPs for each byte."),
    ),
    equivalent=UNSIGNED
    | symmetric("conv_macs({}, {}, kernel, size, stride, groups)")
    | symmetric("conv_params({}, {}, kernel, groups)"),
    also_right=(
        """def intensity(in_channels, out_channels, kernel, size, stride=1, groups=1):
    out, w = -(-size // stride), kernel**2 * (in_channels // groups) * out_channels
    return w * out**2 / (in_channels * size**2 + w + out_channels * out**2) / 2""",
    ),
)
