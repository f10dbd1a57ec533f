"""MACs of a whole table of layers."""

from random import Random

from ...._slips import Function
from ....arch.convolution import conv_price
from ....arch.scaling import conv_size
from ... import About, Case, Task, slip
from .conv_macs import TASK as CONV_MACS
from .layers import SIDES, stay, symmetric, table


def cases(random: Random) -> list[Case]:
    many = random.randint(4, 6)
    from_3 = [table(random, 3, *strides) for strides in ((1,), (1, 2), (2, 2, 1, 2, 1))]
    return [*from_3, dict(**table(random, many, 2, 1, 2), channels=many)]


def network_macs(
    layers: list[dict[str, int]],
    size: int,
    channels: int = 3,
    *,
    side: Function = conv_size,
    after: Function = conv_size,
    passes: Function = lambda channels, out: out,
    before: int = 1,
) -> int:
    total = 0
    for layer in layers:
        out, kernel, stride, groups = layer.values()
        macs = conv_price(channels, out, kernel, side(size, stride), groups)[1]
        total = macs + before * total
        channels, size = passes(channels, out), after(size, stride)
    return total


EXAMPLE = [
    {"out": 16, "kernel": 3, "stride": 2, "groups": 1},
    {"out": 16, "kernel": 3, "stride": 1, "groups": 16},
]

TASK = Task(
    right=network_macs,
    uses=(CONV_MACS,),
    cases=cases,
    example=dict(layers=EXAMPLE, size=32),
    about=About(
        "MACs of a whole table of layers", points=15, difficulty=3, importance=4, minutes=12
    ),
    hints=(
        "Walk through the table. Two things change on the way: how many channels there are, and "
        "how large the pictures are.",
        "Keep both in variables. Count a layer first, then update them for the next one.",
        "After a layer there are layer['out'] channels, and the side is the old one divided by "
        "layer['stride'], rounded up.",
    ),
    slips=(
        *SIDES,
        slip("stride-alone", after=stay).says(
            "You shrink the picture by each layer's own stride only; others have shrunk it already."
        ),
        slip("channels-stay", passes=lambda channels, out: channels).says(
            "You give every layer the channels of the picture; each gets those that came before it."
        ),
        slip("ignored-channels").says("You begin with 3 channels, whatever `channels` says."),
        slip(
            "no-groups",
            lambda layers, **case: network_macs([{**row, "groups": 1} for row in layers], **case),
        ).says("You leave the groups out: a depthwise layer has as many groups as channels."),
        slip("last-layer", before=0).says("That is the last layer alone: add all layers up."),
        slip("first-of-layers").says("That is the first layer: does your loop return too early?"),
        slip("parameters", side=lambda *_: 1).says("These are the parameters of all layers."),
    ),
    equivalent=symmetric(
        "conv_macs({}, {}, kernel, size, stride, groups)", "channels", "layer['out']"
    ),
    also_right=(
        """def network_macs(layers, size, channels=3):
    if not layers:
        return 0
    (out, kernel, stride, groups), rest = layers[0].values(), layers[1:]
    here = conv_macs(channels, out, kernel, size, stride, groups)
    return here + network_macs(rest, -(-size // stride), out)""",
    ),
)
