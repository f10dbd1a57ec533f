"""Parameters of a convolution. The reference is what prices whole networks."""

from collections.abc import Callable
from random import Random

from ....arch.convolution import conv_price
from ...slips import Case, slip
from ...task import Task


def cases(random: Random) -> list[Case]:
    a, b, c, d = random.sample(range(2, 12), 4)
    groups, m, n = random.sample(range(2, 6), 3)
    wide = random.randint(6, 20)
    return [
        dict(in_channels=a, out_channels=b, kernel=3),
        dict(in_channels=c, out_channels=d, kernel=random.choice((5, 7))),
        dict(in_channels=b, out_channels=c, kernel=3, bias=True),
        dict(in_channels=groups * m, out_channels=groups * n, kernel=3, groups=groups),
        dict(in_channels=wide, out_channels=2 * wide, kernel=3, groups=wide),
        dict(in_channels=wide, out_channels=wide, kernel=5, groups=wide, bias=True),
    ]


def conv_params(
    in_channels: int,
    out_channels: int,
    kernel: int,
    groups: int = 1,
    bias: bool = False,
    *,
    biases: Callable[[int, int], int] = lambda inputs, outputs: outputs,
) -> int:
    weights = conv_price(in_channels, out_channels, kernel, 1, groups)[0]
    return weights + biases(in_channels, out_channels) * bias


TASK = Task(
    right=conv_params,
    cases=cases,
    example=dict(in_channels=3, out_channels=32, kernel=3),
    title="Parameters of a convolution",
    points=10,
    difficulty=1,
    importance=5,
    minutes=6,
    hints=(
        "Begin with a single output channel. Which numbers does its window multiply by?",
        "For each input channel that it sees, one output channel has a square of weights. "
        "With groups it sees a part of the input channels.",
        "Weights: kernel, kernel, inputs of one group, outputs, all multiplied. A bias adds "
        "one number for each output.",
    ),
    slips=(
        slip(
            "kernel-not-squared",
            lambda in_channels, out_channels, kernel, groups=1, bias=False: (
                kernel * in_channels // groups * out_channels + bias * out_channels
            ),
        ).says("The kernel is a square: {kernel} × {kernel} weights, not {kernel}."),
        slip("ignored-groups").says(
            "You leave the groups out: an output sees only the {in_channels} / {groups} inputs "
            "of its own group."
        ),
        slip("ignored-bias").says(
            "You leave the bias out: one number more for each output channel."
        ),
        slip("bias-is-one-number", biases=lambda inputs, outputs: 1).says(
            "A bias is one number for each output channel, not one for the layer."
        ),
        slip("bias-of-inputs", biases=lambda inputs, outputs: inputs).says(
            "A bias belongs to an output channel, not to an input channel."
        ),
        slip("bias-always", lambda bias=False, **case: conv_params(**case, bias=True)).says(
            "You add a bias where there is none: it is there only with bias=True."
        ),
    ),
    also_right=(
        """
def conv_params(in_channels, out_channels, kernel, groups=1, bias=False):
    one = kernel**2 * (in_channels // groups) * (out_channels // groups)
    return groups * one + int(bias) * out_channels
""",
    ),
)
