"""Parameters of a convolution. The reference is what prices whole networks."""

from random import Random

from ...._slips import Function
from ....arch.convolution import conv_price
from ... import About, Case, Task, slip
from .layers import convolutions


def cases(random: Random) -> list[Case]:
    drawn = convolutions(random, "size", "stride")
    return [*drawn, {**drawn[0], "bias": True}, {**drawn[-1], "bias": True}]


def conv_params(
    in_channels: int,
    out_channels: int,
    kernel: int,
    groups: int = 1,
    bias: bool = False,
    *,
    weights: Function = lambda i, o, k, groups: conv_price(i, o, k, 1, groups)[0],
    biases: Function = lambda i, o, bias: o * bias,
) -> int:
    counted: int = weights(in_channels, out_channels, kernel, groups)
    return counted + int(biases(in_channels, out_channels, bias))


TASK = Task(
    right=conv_params,
    cases=cases,
    example=dict(in_channels=3, out_channels=32, kernel=3),
    about=About("Parameters of a convolution", points=10, difficulty=1, importance=5, minutes=6),
    hints=(
        "Begin with a single output channel. Which numbers does its window multiply by?",
        "For each input channel that it sees, one output channel has a square of weights. "
        "With groups it sees a part of the input channels.",
        "Weights: kernel, kernel, inputs of one group, outputs, all multiplied. A bias adds "
        "one number for each output.",
    ),
    slips=(
        slip("kernel-not-squared", weights=lambda i, o, k, groups: k * (i // groups) * o).says(
            "The kernel is a square: {kernel} × {kernel} weights, not {kernel}."
        ),
        slip("groups-twice", weights=lambda i, o, k, g: k**2 * (i // g) * (o // g)).says(
            "You divide by the groups twice. There are as many outputs as without."
        ),
        slip("groups-multiply", weights=lambda i, o, k, groups: k**2 * i * o * groups).says(
            "You multiply by the groups. Groups make a layer cheaper: an output sees fewer inputs."
        ),
        slip("no-inputs", weights=lambda i, o, k, groups: k**2 * o).says(
            "You leave the input channels out: each output has a kernel for every input it sees."
        ),
        slip("no-outputs", weights=lambda i, o, k, groups: k**2 * (i // groups)).says(
            "You leave the output channels out: each of them has kernels of its own."
        ),
        slip("ignored-bias").says("You leave the bias out: one number for each output channel."),
        slip("bias-always", biases=lambda i, o, bias: o).says(
            "You add a bias where there is none: it is there only with bias=True."
        ),
        slip("bias-is-one-number", biases=lambda i, o, bias: bias).says(
            "A bias is one number for each output channel, not one for the layer."
        ),
        slip("bias-of-inputs", biases=lambda i, o, bias: i * bias).says(
            "A bias belongs to an output channel, not to an input channel."
        ),
    ),
    also_right=(
        "conv_params = lambda in_channels, out_channels, kernel, groups=1, bias=False: "
        "out_channels * (in_channels // groups * kernel**2 + bool(bias))",
    ),
)
