"""What a network is: a table of stages, and the settings that scale and finish it.

The tables read like those of the papers. Nothing here computes anything; `scaling.resolve`
turns a spec into the exact layers, which `cost` prices and `nn.model` builds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

from .._validate import require_choice, require_int, require_number

ACTIVATIONS = ("relu", "relu6", "silu")
PADDINGS = ("same", "symmetric")
BLOCKS = ("mbconv", "bottleneck")


@dataclass(frozen=True, slots=True)
class StageSpec:
    """One row of the stage table: `layers` blocks, the first of which takes the stride.

    Parameters
    ----------
    expand
        How many times wider the middle of an MBConv block is than its input: 6 in "MBConv6".
        With 1 there is no expansion layer. In a bottleneck block it is the other way round: how
        many times narrower the middle is than the output, 4 in ResNet-50.
    kernel
        Side of the square kernel in the middle, in pixels; odd.
    stride
        Stride of the first block; the others have stride 1.
    channels
        Output channels of each block, before `width_mult` and rounding.
    layers
        Blocks in the stage, before `depth_mult` and rounding.
    se_ratio
        Squeeze width of squeeze-and-excitation as a fraction of the block's *input* channels;
        0 leaves it out.

    Raises
    ------
    ValueError
        If a value is out of range; the message names it, the value and the range.
    """

    expand: int
    kernel: int
    stride: int
    channels: int
    layers: int
    se_ratio: float = 0.25

    def __post_init__(self) -> None:
        require_int("expand", self.expand, 1, 32)
        require_int("kernel", self.kernel, 1, 15)
        if self.kernel % 2 == 0:
            raise ValueError(f"kernel is {self.kernel}; it must be an odd number from 1 to 15")
        require_int("stride", self.stride, 1, 4)
        require_int("channels", self.channels, 1, 16_384)
        require_int("layers", self.layers, 1, 256)
        require_number("se_ratio", self.se_ratio, 0, 1)


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """A whole network: stem, stages, head, and the three multipliers that scale it.

    Parameters
    ----------
    name
        For people; two specs that differ in nothing else are the same network.
    stages
        Rows of the stage table.
    width_mult, depth_mult
        The paper's w and d: multiply channels and layers, which are then rounded.
    resolution
        Side of the square input picture, in pixels.
    num_classes
        Outputs of the classifier.
    stem_channels, stem_stride
        The first 3x3 convolution.
    head_channels
        The last 1x1 convolution, before pooling and classifier.
    fixed_ends
        Scale neither stem and head width nor the depth of the first and last stage
        (as EfficientNet-Lite does).
    channel_divisor
        Channels are rounded to multiples of this.
    activation
        "silu", "relu" or "relu6". (The gate of squeeze-and-excitation is always a sigmoid.)
    padding
        "same": as TensorFlow, extra pixels right and bottom at stride 2; "symmetric": ``k // 2``
        on each side, as torchvision.
    norm_eps, norm_momentum
        Of the batch normalisation; momentum in torch's sense (TensorFlow's 0.99 is 0.01 here).
    dropout
        Rate before the classifier.
    drop_path_rate
        Stochastic depth: the rate that grows linearly with the block's index from 0 towards
        this value (Huang et al. 2016; the official code calls it "drop connect").
    block
        "mbconv", or "bottleneck" for the residual block of ResNet-50, which narrows where MBConv
        widens and convolves over all channels; it has no squeeze-and-excitation.

    Raises
    ------
    ValueError
        If a value is out of range; the message names it, the value and the range.

    Notes
    -----
    Source: Tan & Le 2019 (arXiv 1905.11946v5), Table 1 and section 5.2.
    """

    name: str
    stages: tuple[StageSpec, ...]
    width_mult: float = 1.0
    depth_mult: float = 1.0
    resolution: int = 224
    num_classes: int = 1000
    stem_channels: int = 32
    stem_stride: int = 2
    head_channels: int = 1280
    fixed_ends: bool = False
    channel_divisor: int = 8
    activation: str = "silu"
    padding: str = "same"
    norm_eps: float = 1e-3
    norm_momentum: float = 0.01
    dropout: float = 0.2
    drop_path_rate: float = 0.2
    block: str = "mbconv"

    def __post_init__(self) -> None:
        if not isinstance(self.name, str):
            raise ValueError(f"name is {self.name!r}; it must be a string")
        object.__setattr__(self, "stages", _stage_rows(self.stages))
        if not isinstance(self.fixed_ends, bool):
            raise ValueError(f"fixed_ends is {self.fixed_ends!r}; it must be True or False")
        require_number("width_mult", self.width_mult, 0.01, 32)
        require_number("depth_mult", self.depth_mult, 0.01, 32)
        require_int("resolution", self.resolution, 1, 4096)
        require_int("num_classes", self.num_classes, 1, 100_000)
        require_int("stem_channels", self.stem_channels, 1, 16_384)
        require_int("stem_stride", self.stem_stride, 1, 4)
        require_int("head_channels", self.head_channels, 1, 65_536)
        require_int("channel_divisor", self.channel_divisor, 1, 64)
        require_choice("activation", self.activation, ACTIVATIONS)
        require_choice("padding", self.padding, PADDINGS)
        require_number("norm_eps", self.norm_eps, 1e-12, 1)
        require_number("norm_momentum", self.norm_momentum, 0, 1)
        require_number("dropout", self.dropout, 0, 0.95)
        require_number("drop_path_rate", self.drop_path_rate, 0, 0.95)
        require_choice("block", self.block, BLOCKS)
        if self.block == "bottleneck":
            for row, stage in enumerate(self.stages):
                if stage.se_ratio:
                    raise ValueError(
                        f"se_ratio of stage row {row} is {stage.se_ratio}; it must be 0, because "
                        "bottleneck blocks have no squeeze-and-excitation"
                    )

    def operator(self, stage: StageSpec) -> str:
        """Return a row's operator as the paper writes it, such as ``MBConv6, k5x5``."""
        name = {"mbconv": "MBConv", "bottleneck": "Bottleneck"}[self.block]
        return f"{name}{stage.expand}, k{stage.kernel}x{stage.kernel}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data that `from_dict` turns back into an equal spec."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild a spec from `to_dict`'s plain data.

        Raises
        ------
        ValueError
            If a field is unknown, missing or out of range.
        """
        try:
            unknown = set(data) - {field.name for field in fields(cls)}
            if unknown:
                raise ValueError(f"unknown field {min(unknown, key=str)!r} in a network spec")
            stages = tuple(StageSpec(**stage) for stage in data["stages"])
            return cls(**{**data, "stages": stages})
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a network spec: {error}") from None


def _stage_rows(stages: object) -> tuple[StageSpec, ...]:
    rows = tuple(stages) if isinstance(stages, Iterable) else (stages,)
    if not all(isinstance(row, StageSpec) for row in rows):
        raise ValueError(f"stages is {stages!r}; it must be a tuple of StageSpec")
    require_int("number of stages", len(rows), 1, 32)
    return rows


#: EfficientNet-B0, the searched baseline; rows 2-8 of Tan & Le 2019, Table 1.
#: Stage 1 is the stem and stage 9 the head; the stride belongs to the stage's first block.
B0_STAGES = (
    # expand  kernel    stride    channels      layers
    StageSpec(1, kernel=3, stride=1, channels=16, layers=1),
    StageSpec(6, kernel=3, stride=2, channels=24, layers=2),
    StageSpec(6, kernel=5, stride=2, channels=40, layers=2),
    StageSpec(6, kernel=3, stride=2, channels=80, layers=3),
    StageSpec(6, kernel=5, stride=1, channels=112, layers=3),
    StageSpec(6, kernel=5, stride=2, channels=192, layers=4),
    StageSpec(6, kernel=3, stride=1, channels=320, layers=1),
)

B0 = NetworkSpec("b0", B0_STAGES)

#: Lite: no squeeze-and-excitation, ReLU6, unscaled ends (tensorflow/tpu, efficientnet/lite).
LITE0 = NetworkSpec(
    "lite0",
    tuple(replace(stage, se_ratio=0.0) for stage in B0_STAGES),
    activation="relu6",
    fixed_ends=True,
)

#: Released coefficients: width, depth, resolution, dropout (tensorflow/tpu, efficientnet_builder).
_RELEASED = {
    "b0": (1.0, 1.0, 224, 0.2),
    "b1": (1.0, 1.1, 240, 0.2),
    "b2": (1.1, 1.2, 260, 0.3),
    "b3": (1.2, 1.4, 300, 0.3),
    "b4": (1.4, 1.8, 380, 0.4),
    "b5": (1.6, 2.2, 456, 0.4),
    "b6": (1.8, 2.6, 528, 0.5),
    "b7": (2.0, 3.1, 600, 0.5),
    "lite0": (1.0, 1.0, 224, 0.2),
    "lite1": (1.0, 1.1, 240, 0.2),
    "lite2": (1.1, 1.2, 260, 0.3),
    "lite3": (1.2, 1.4, 280, 0.3),
    "lite4": (1.4, 1.8, 300, 0.3),
}


def _released(name: str) -> NetworkSpec:
    width, depth, resolution, dropout = _RELEASED[name]
    return replace(
        LITE0 if name.startswith("lite") else B0,
        name=name,
        width_mult=width,
        depth_mult=depth,
        resolution=resolution,
        dropout=dropout,
    )


#: The released networks by name: b0-b7 and lite0-lite4.
VARIANTS: dict[str, NetworkSpec] = {name: _released(name) for name in _RELEASED}

#: A small baseline for pictures of up to 32x32 pixels, priced at 16x16. Two strides instead of
#: five, because five would leave a single pixel; channels in steps of 4, because steps of 8 are
#: half of its narrowest layer; no dropout or stochastic depth, because short training underfits.
CIFAR_BASE = NetworkSpec(
    "cifar_base",
    (
        # expand  kernel    stride    channels     layers
        StageSpec(1, kernel=3, stride=1, channels=8, layers=1),
        StageSpec(3, kernel=3, stride=2, channels=16, layers=2),
        StageSpec(4, kernel=3, stride=2, channels=36, layers=2),
    ),
    resolution=16,
    num_classes=10,
    stem_channels=12,
    stem_stride=1,
    head_channels=112,
    channel_divisor=4,
    padding="symmetric",
    norm_momentum=0.1,
    dropout=0.0,
    drop_path_rate=0.0,
)
