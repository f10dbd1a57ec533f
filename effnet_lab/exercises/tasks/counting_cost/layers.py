"""Convolutions and tables of them: how they are drawn, and what goes wrong in several tasks."""

from operator import floordiv
from random import Random

from ... import Case, slip


def convolutions(random: Random, *but_for: str) -> list[Case]:
    """Draw convolutions without some arguments: standard, with a stride, with groups, depthwise."""
    a, b, c, d = random.sample(range(4, 20), 4)
    groups, m, n = random.sample(range(2, 6), 3)
    even = 2 * random.randint(5, 9)
    drawn = (
        dict(in_channels=a, out_channels=b, kernel=3, size=even + 1),
        dict(in_channels=c, out_channels=d, kernel=5, size=even, stride=2),
        dict(in_channels=b, out_channels=c, kernel=1, size=even + 9, stride=4),
        dict(in_channels=groups * m, out_channels=groups * n, kernel=3, size=even, groups=groups),
        dict(in_channels=d, out_channels=d, kernel=5, size=even + 1, stride=2, groups=d),
    )
    return [{k: v for k, v in one.items() if k not in but_for} for one in drawn]


def table(random: Random, channels: int, *strides: int) -> Case:
    """Draw a table of layers, of which every second one is depthwise, and a picture's side."""
    layers = []
    for number, stride in enumerate(strides):
        groups = channels if number % 2 else 1
        channels += 0 if number % 2 else random.randint(3, 9)
        kernel = random.choice((3, 5))
        layers.append({"out": channels, "kernel": kernel, "stride": stride, "groups": groups})
    return dict(layers=layers, size=random.randint(9, 40))


def stay(size: int, stride: int) -> int:
    return size


#: Slips of options `side`, at which a layer of a table is counted, and `after`, which it hands on.
SIDES = (
    slip("size-stays", side=stay, after=stay).says(
        "You give every layer the size of the picture: a stride makes what follows smaller."
    ),
    slip("strides-late", side=stay).says(
        "You count a layer with stride at the size of its input: count the places of its output."
    ),
    slip("rounds-down", side=floordiv, after=floordiv)
    .either(after=floordiv)
    .either(side=floordiv)
    .says("You round sizes down: a last, incomplete step of the window counts."),
)

UNSIGNED = {"-(-size // stride) -> -size // stride": "the side is squared: its sign is lost"}


def symmetric(call: str, one: str = "in_channels", other: str = "out_channels") -> dict[str, str]:
    """Return a change that is none: input and output channels are exchanged."""
    there, back = call.format(one, other), call.format(other, one)
    return {f"{there} -> {back}": "the two are multiplied, and both divide by the groups"}
