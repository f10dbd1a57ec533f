"""What quantised weights take, with scales and biases."""

from operator import itemgetter
from random import Random

from ...._slips import Function, Slip
from ... import About, Case, Task, slip
from .layers import Network, convolution


def cases(random: Random) -> list[Case]:
    """Draw layers by their groups; 0 stands for depthwise."""
    asked = ([1], 8), ([0], 16), ([1, 2], 4), ([1, 0, 4, 1], 6)
    drawn = [dict(layers=[draw_layer(random, n) for n in some], bits=bits) for some, bits in asked]
    return [*drawn, dict(layers=drawn[-1]["layers"])]


def draw_layer(random: Random, groups: int) -> dict[str, int]:
    kernel, (inputs, outputs) = random.choice((3, 5)), random.sample(range(5, 26), 2)
    if groups:
        return convolution(kernel, inputs * groups, outputs * groups, groups)
    return convolution(kernel, inputs, inputs, inputs)


def weight_kilobytes(
    layers: Network,
    bits: int = 8,
    *,
    places: Function = lambda kernel: kernel**2,
    channels: Function = lambda x: x["in"] / x["groups"],
    width: Function = lambda bits: bits / 8,
    extras: Function = lambda x, bits: x["out"] * (4 + 4),
    kilo: float = 1000,
) -> float:
    sizes = (places(x["kernel"]) * channels(x) * x["out"] * width(bits) for x in layers)
    return float(sum(sizes) + sum(extras(x, bits) for x in layers)) / kilo


def extras(name: str, of: Function, what: str) -> Slip:
    says = f"You {what}. Each output channel of each layer has a scale and a bias, of 4 bytes each."
    return slip(name, extras=of).says(says)


GROUPS = "You {}. A filter sees in / groups channels, which may be more than one."

TASK = Task(
    right=weight_kilobytes,
    cases=cases,
    rel=1e-9,
    example=dict(layers=[convolution(1, 12, 20, 1), convolution(3, 20, 20, 20)]),
    about=About("What the weights take", points=10, importance=4),
    hints=(
        "How many weights has one filter? How many filters are there?",
        "A filter has kernel × kernel places in each of the in / groups channels that it sees; "
        "there is a filter for each output channel.",
        "Bytes of a layer: weights * bits / 8 + 8 * out. Add up the layers.",
    ),
    slips=(
        slip("1024", kilo=1024).says("A kilobyte is 1,000 bytes here, not 1,024."),
        slip("thousandfold").says("You give bytes; a kilobyte is 1,000 of them."),
        slip("bits-as-bytes", width=int).says("You take bits for bytes: a byte has 8 bits."),
        slip("whole-bytes", width=lambda bits: bits // 8).says(
            "You round to whole bytes. Weights of 4 bits are two to a byte: do not use // here."
        ),
        slip("32-bits", width=lambda bits: 4).says("You take 4 bytes, as in a network of floats."),
        slip("no-groups", channels=itemgetter("in")).says(GROUPS.format("forget the groups")),
        slip("groups-twice", channels=lambda x: x["in"] / x["groups"] ** 2).says(
            GROUPS.format("divide by the groups twice")
        ),
        slip("depthwise", channels=lambda x: x["in"] if x["groups"] == 1 else 1).says(
            GROUPS.format("take any grouped layer for a depthwise one")
        ),
        slip("kernel", places=int).says("The kernel is a square: it has kernel × kernel places."),
        extras("no-extras", lambda x, bits: 0, "count the weights alone"),
        extras("one-extra", lambda x, bits: 4 * x["out"], "count 4 bytes for each output channel"),
        extras("scale", lambda x, bits: 4 + 4 * x["out"], "count one scale for the whole layer"),
        extras("layer", lambda x, bits: 8, "count one scale and one bias for the whole layer"),
        extras("of-inputs", lambda x, bits: 8 * x["in"], "count them for the input channels"),
        extras("bits", lambda x, bits: x["out"], "divide their bytes by 8 as well"),
        extras("narrow", lambda x, b: x["out"] * b / 4, "make both as narrow as the weights"),
        extras("shrunk", lambda x, b: x["out"] * b, "shrink both with `bits`"),
        extras("narrow-scale", lambda x, b: x["out"] * (b / 8 + 4), "let one have `bits` bits"),
        extras("shrunk-scale", lambda x, b: x["out"] * (b / 2 + 4), "shrink one with `bits`"),
        slip("last-of-layers").says("You give the last layer only; add up all of them."),
    ),
    also_right=(
        "weight_kilobytes = lambda layers, bits=8: sum(x['out'] * (64 + bits * x['kernel'] ** 2 "
        "* x['in'] / x['groups']) for x in layers) / 8000",
    ),
    equivalent={
        "layer['in'] // layer['groups'] -> layer['in'] / layer['groups']": "they divide evenly"
    },
)
