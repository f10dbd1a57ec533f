"""Tables of stages: drawn, scaled, and followed layer by layer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, TypeAlias

from ...._slips import Function
from ....arch.scaling import conv_size, round_channels, round_repeats
from ... import slip

#: "kind", "channels", "kernel", "stride" and "layers".
Stage: TypeAlias = Mapping[str, Any]

#: What the question shows.
SMALL = [
    dict(kind="dense", channels=16, kernel=3, stride=2, layers=1),
    dict(kind="depthwise", channels=16, kernel=3, stride=1, layers=2),
    dict(kind="dense", channels=16, kernel=1, stride=1, layers=1),
]


def draw_stages(random: Random, *rows: tuple[str, int, int]) -> list[dict[str, Any]]:
    """Draw stages of these kinds, strides and numbers of layers; the first one is dense."""
    stages: list[dict[str, Any]] = []
    channels = 8 * random.randint(1, 3)
    for kind, stride, layers in rows:
        channels += 8 * random.randint(1, 2) if kind == "dense" and stages else 0
        rest = dict(kernel=random.choice((3, 5)), stride=stride, layers=layers)
        stages.append(dict(kind=kind, channels=channels, **rest))
    return stages


@dataclass(frozen=True)
class Layer:
    """A layer of a scaled table; `step` are all strides before it, multiplied."""

    kind: str
    kernel: int
    in_channels: float
    out_channels: float
    in_size: int
    out_size: int
    stride: int
    step: int
    first: bool

    @property
    def weights(self) -> float:
        """Its weights: a depthwise layer's filters see one channel."""
        inputs = 1 if self.kind == "depthwise" else self.in_channels
        return self.kernel**2 * inputs * self.out_channels

    @property
    def macs(self) -> float:
        """Its weights, at each place of its output."""
        return self.weights * self.out_size**2


def walk(
    stages: Sequence[Stage],
    size: int = 1,
    width: float = 1.0,
    depth: float = 1.0,
    resolution: float = 1.0,
    *,
    channels: Function = round_channels,
    layers: Function = round_repeats,
    side: Function = round,
    smaller: Function = conv_size,
    picture: Function = lambda width: 3,
    every_layer_strides: bool = False,
    inputs_stay: bool = False,
) -> Iterator[Layer]:
    """Follow a picture through a scaled table; behind * stand ways to scale it wrongly."""
    seen, now, step = picture(width), side(size * resolution), 1
    for stage in stages:
        out, before = channels(stage["channels"], width), seen
        for number in range(layers(stage["layers"], depth)):
            stride = stage["stride"] if number == 0 or every_layer_strides else 1
            after = smaller(now, stride) if stride > 1 else now
            inputs = before if inputs_stay else seen
            yield Layer(
                stage["kind"], stage["kernel"], inputs, out, now, after, stride, step, number == 0
            )
            seen, now, step = out, after, step * stride


#: Slips of all tasks that follow a table.
RULES = (
    slip("layers-nearest", layers=lambda n, depth: round(n * depth)).says(
        "You round the number of layers to the nearest one: use scaled_layers."
    ),
    slip("layers-down", layers=lambda n, depth: int(n * depth)).says(
        "You round the number of layers down: use scaled_layers."
    ),
    slip("every-layer-strides", every_layer_strides=True).says(
        "You stride in every layer of a stage: only its first one does."
    ),
)
