"""The one arithmetic of an architecture: from a spec to the exact layers, and how specs scale.

`resolve` is the only place where a channel count, a repeat count, a squeeze width, a feature-map
size or a drop-path rate is worked out. `cost` prices what it returns, `nn.model` builds it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from .._validate import require_number
from .specs import NetworkSpec


class ConvSpec(NamedTuple):
    """The stem or the head: one convolution with normalisation and activation."""

    in_channels: int
    out_channels: int
    kernel: int
    stride: int
    in_size: int
    out_size: int


class BlockSpec(NamedTuple):
    """One block, every number worked out.

    `number` counts all blocks from 0. `stage` counts as the paper's Table 1 does: the stem is
    stage 1, the first row of blocks stage 2. Sizes are sides of square feature maps, in pixels.
    `expanded_channels` are those of the middle, which a bottleneck has narrower than its ends.
    `squeeze_channels` is 0 where there is no squeeze-and-excitation. `kind` is the network's
    `NetworkSpec.block`.
    """

    number: int
    stage: int
    kernel: int
    stride: int
    in_channels: int
    expanded_channels: int
    out_channels: int
    squeeze_channels: int
    in_size: int
    out_size: int
    drop_path_rate: float
    kind: str = "mbconv"

    @property
    def has_expand(self) -> bool:
        """Whether an MBConv block widens its input first, with a 1x1 convolution."""
        return self.expanded_channels != self.in_channels

    @property
    def has_skip(self) -> bool:
        """Whether the input itself is added to the output: only where shapes agree.

        (Where they do not, a bottleneck adds a 1x1 convolution of it.)
        """
        return self.stride == 1 and self.in_channels == self.out_channels


class ResolvedNetwork(NamedTuple):
    """Every layer of a network, in order."""

    spec: NetworkSpec
    stem: ConvSpec
    blocks: tuple[BlockSpec, ...]
    head: ConvSpec


def round_channels(channels: int, width_mult: float, divisor: int = 8) -> int:
    """Scale a channel count and round it to a multiple of `divisor`, as the official code does.

    To the nearest multiple, at least one; one more if that lost over 10% of the ideal value.

    Examples
    --------
    >>> round_channels(32, 1.1), round_channels(16, 1.2), round_channels(24, 0.75)
    (32, 24, 24)

    Notes
    -----
    Source: tensorflow/tpu, efficientnet_model.py, ``round_filters``.
    """
    ideal = channels * width_mult
    rounded = max(divisor, int(ideal + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * ideal else rounded


def round_repeats(layers: int, depth_mult: float) -> int:
    """Scale a repeat count and round it up (tensorflow/tpu, ``round_repeats``).

    Examples
    --------
    >>> [round_repeats(n, 1.1) for n in (1, 2, 3, 4)]
    [2, 3, 4, 5]
    """
    return math.ceil(layers * depth_mult)


def resolve(spec: NetworkSpec) -> ResolvedNetwork:
    """Work out every layer of `spec`.

    Returns
    -------
    ResolvedNetwork
        Stem, blocks and head with channels, strides, squeeze widths, sizes in pixels and
        drop-path rates. Block i of N has the rate ``drop_path_rate * i / N`` with i from 0, over
        all blocks (tensorflow/tpu, efficientnet_model.py).
    """
    ends_width = 1.0 if spec.fixed_ends else spec.width_mult
    divisor = spec.channel_divisor
    stem_out = round_channels(spec.stem_channels, ends_width, divisor)
    size = conv_size(spec.resolution, spec.stem_stride)
    stem = ConvSpec(3, stem_out, 3, spec.stem_stride, spec.resolution, size)
    blocks = tuple(_blocks(spec, stem_out, size))
    last = blocks[-1]
    head_out = round_channels(spec.head_channels, ends_width, divisor)
    head = ConvSpec(last.out_channels, head_out, 1, 1, last.out_size, last.out_size)
    return ResolvedNetwork(spec, stem, blocks, head)


def _blocks(spec: NetworkSpec, channels: int, size: int) -> Iterator[BlockSpec]:
    repeats = stage_repeats(spec)
    total, number = sum(repeats), 0
    for row, (stage, layers) in enumerate(zip(spec.stages, repeats, strict=True)):
        out = round_channels(stage.channels, spec.width_mult, spec.channel_divisor)
        stride = stage.stride
        for _ in range(layers):
            # The squeeze width follows the block's input, not its expanded channels.
            squeeze = max(1, int(channels * stage.se_ratio)) if stage.se_ratio else 0
            out_size = conv_size(size, stride)
            rate = spec.drop_path_rate * number / total
            middle = channels * stage.expand
            if spec.block == "bottleneck":
                middle = round_channels(out, 1 / stage.expand, spec.channel_divisor)
            yield BlockSpec(
                number=number,
                stage=row + 2,
                kernel=stage.kernel,
                stride=stride,
                in_channels=channels,
                expanded_channels=middle,
                out_channels=out,
                squeeze_channels=squeeze,
                in_size=size,
                out_size=out_size,
                drop_path_rate=rate,
                kind=spec.block,
            )
            # Only the first block of a stage strides and changes the width.
            number, channels, size, stride = number + 1, out, out_size, 1


def stage_repeats(spec: NetworkSpec) -> list[int]:
    """Return the number of blocks in each stage after scaling and rounding."""
    ends = (0, len(spec.stages) - 1) if spec.fixed_ends else ()
    return [
        stage.layers if row in ends else round_repeats(stage.layers, spec.depth_mult)
        for row, stage in enumerate(spec.stages)
    ]


def conv_size(size: int, stride: int) -> int:
    """Output side of a padded convolution with an odd kernel, for either kind of padding."""
    return -(-size // stride)


class Multipliers(NamedTuple):
    """Factors over a baseline. `macs` is ``depth * width**2 * resolution**2`` where ideal."""

    width: float
    depth: float
    resolution: float
    macs: float


MAX_PHI = 20.0

#: More would be no small step from a baseline.
MAX_COEFFICIENT = 4.0


@dataclass(frozen=True, slots=True)
class CompoundCoefficients:
    """alpha (depth), beta (width) and gamma (resolution), each raised to the power phi.

    Raises
    ------
    ValueError
        If a coefficient is outside 1 to 4.

    Notes
    -----
    Source: Tan & Le 2019, equation 3; the defaults are the paper's, found by a grid search on
    B0. Their product ``alpha * beta**2 * gamma**2`` is 1.92, not 2.
    """

    alpha: float = 1.2
    beta: float = 1.1
    gamma: float = 1.15

    def __post_init__(self) -> None:
        for name in ("alpha", "beta", "gamma"):
            require_number(name, getattr(self, name), 1, MAX_COEFFICIENT)

    def multipliers(self, phi: float = 1.0) -> Multipliers:
        """Return the ideal multipliers at `phi`.

        Raises
        ------
        ValueError
            If `phi` is outside -20 to 20.
        """
        require_number("phi", phi, -MAX_PHI, MAX_PHI)
        width, depth, resolution = self.beta**phi, self.alpha**phi, self.gamma**phi
        return Multipliers(width, depth, resolution, depth * width**2 * resolution**2)


PAPER_COEFFICIENTS = CompoundCoefficients()


def scaled(
    spec: NetworkSpec,
    width: float = 1.0,
    depth: float = 1.0,
    resolution: float = 1.0,
    name: str | None = None,
) -> NetworkSpec:
    """Scale a spec by factors of its own width, depth and resolution.

    Parameters
    ----------
    spec
        The baseline.
    width, depth, resolution
        Factors; 1 leaves a dimension alone. The resolution is rounded to whole pixels; channels
        and layers are rounded by `resolve`.
    name
        A name for the result; by default the baseline's.

    Raises
    ------
    ValueError
        If a factor is outside 0.01 to 32, or what it leads to is out of range.
    """
    for label, value in (("width", width), ("depth", depth), ("resolution", resolution)):
        require_number(label, value, 0.01, 32)
    return replace(
        spec,
        name=name or spec.name,
        width_mult=spec.width_mult * width,
        depth_mult=spec.depth_mult * depth,
        resolution=max(1, round(spec.resolution * resolution)),
    )


def compound_scaled(
    spec: NetworkSpec,
    phi: float,
    coefficients: CompoundCoefficients = PAPER_COEFFICIENTS,
    name: str | None = None,
) -> NetworkSpec:
    """Scale width, depth and resolution together by one number, `phi`.

    Raises
    ------
    ValueError
        If `phi` or what it leads to is out of range.
    """
    width, depth, resolution, _ = coefficients.multipliers(phi)
    return scaled(spec, width, depth, resolution, name)


def compound_grid(
    step: float = 0.05, target: float = 2.0, tolerance: float = 0.1
) -> list[CompoundCoefficients]:
    """List the candidates of the paper's grid search at phi = 1.

    All multiples of `step` from 1 up with ``abs(alpha * beta**2 * gamma**2 - target)`` at most
    `tolerance`.

    Raises
    ------
    ValueError
        If `step` is outside 0.01 to 1, `target` outside 1 to 8, or `tolerance` outside 0 to 1.
    """
    require_number("step", step, 0.01, 1)
    require_number("target", target, 1, 8)
    require_number("tolerance", tolerance, 0, 1)

    def values(highest: float) -> list[float]:
        """Multiples of the step from 1 up to what the budget allows one coefficient alone."""
        steps = math.floor((min(highest, MAX_COEFFICIENT) - 1) / step + 1e-9)
        return [round(1 + step * n, 9) for n in range(steps + 1)]

    most = target + tolerance
    candidates = (
        CompoundCoefficients(alpha, beta, gamma)
        for alpha in values(most)
        for beta in values(math.sqrt(most))
        for gamma in values(math.sqrt(most))
    )
    slack = tolerance + 1e-9
    return [c for c in candidates if abs(c.multipliers().macs - target) <= slack]
