"""One convolution and what it costs: the formula that `cost` uses for whole networks.

Conventions as in `cost`: no bias (normalisation follows and has its own), square kernels and
pictures, one picture at a time. Zeros of the padding are multiplied like any other value.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .._validate import require_int
from .scaling import BlockSpec, conv_size

#: Bytes of a number in fp32.
BYTES = 4


def conv_price(
    in_channels: int, out_channels: int, kernel: int, out_size: int, groups: int = 1
) -> tuple[int, int, int]:
    """Return the parameters, MACs and activations of a convolution; nothing is checked.

    A filter for each output channel, over the input channels of its group; each weight is used
    once for each output pixel.
    """
    weights = kernel * kernel * (in_channels // groups) * out_channels
    pixels = out_size * out_size
    return weights, weights * pixels, out_channels * pixels


@dataclass(frozen=True, slots=True)
class Convolution:
    """One convolution without bias, padded so that stride 1 keeps the size.

    Parameters
    ----------
    in_channels, out_channels
        Multiples of `groups`.
    kernel
        Side of the square kernel, in pixels; odd.
    size
        Side of the square input, in pixels.
    stride
        Steps of the kernel, in pixels.
    groups
        1: each output channel sees all inputs (standard). `in_channels`: each input channel is
        filtered by itself (depthwise). Between: outputs see the inputs of their group.

    Raises
    ------
    ValueError
        If a value is out of range, or the groups do not divide both channel counts.

    Examples
    --------
    >>> layer = Convolution(64, 64, kernel=3, size=56)
    >>> layer.params, layer.macs, layer.activations
    (36864, 115605504, 200704)
    >>> round(layer.arithmetic_intensity, 1)
    131.9
    """

    in_channels: int
    out_channels: int
    kernel: int
    size: int
    stride: int = 1
    groups: int = 1

    def __post_init__(self) -> None:
        require_int("in_channels", self.in_channels, 1, 65_536)
        require_int("out_channels", self.out_channels, 1, 65_536)
        require_int("kernel", self.kernel, 1, 15)
        if self.kernel % 2 == 0:
            raise ValueError(f"kernel is {self.kernel}; it must be an odd number from 1 to 15")
        require_int("size", self.size, 1, 4096)
        require_int("stride", self.stride, 1, 4)
        require_int("groups", self.groups, 1, self.in_channels)
        if self.in_channels % self.groups or self.out_channels % self.groups:
            raise ValueError(
                f"groups is {self.groups}; it must divide in_channels ({self.in_channels}) "
                f"and out_channels ({self.out_channels})"
            )

    @property
    def out_size(self) -> int:
        """Side of the output, in pixels."""
        return conv_size(self.size, self.stride)

    @property
    def params(self) -> int:
        """Weights of all filters; there is no bias."""
        return self._price[0]

    @property
    def macs(self) -> int:
        """Multiply-accumulates for one picture."""
        return self._price[1]

    @property
    def activations(self) -> int:
        """Output elements for one picture."""
        return self._price[2]

    @property
    def bytes_moved(self) -> int:
        """Bytes if input, weights and output are each moved once, in fp32, for one picture."""
        return BYTES * (self.in_channels * self.size**2 + self.params + self.activations)

    @property
    def arithmetic_intensity(self) -> float:
        """Floating-point operations (two for each MAC) for each byte moved."""
        return arithmetic_intensity([self])

    @property
    def _price(self) -> tuple[int, int, int]:
        return conv_price(
            self.in_channels, self.out_channels, self.kernel, self.out_size, self.groups
        )


def arithmetic_intensity(layers: Iterable[Convolution]) -> float:
    """Return the operations for each byte moved of layers that run one after another.

    What one layer writes the next one reads again.
    """
    layers = tuple(layers)
    return 2 * sum(layer.macs for layer in layers) / sum(layer.bytes_moved for layer in layers)


def separable(
    in_channels: int, out_channels: int, kernel: int, size: int, stride: int = 1
) -> tuple[Convolution, Convolution]:
    """Return a depthwise-separable convolution: depthwise over places, pointwise over channels.

    The same shapes as the standard convolution, for ``1 / out_channels + 1 / kernel**2`` of its
    MACs and parameters.

    Raises
    ------
    ValueError
        If a value is out of range.

    Notes
    -----
    Source: Howard et al. 2017, MobileNets (arXiv 1704.04861), section 3.1.
    """
    depthwise = Convolution(in_channels, in_channels, kernel, size, stride, groups=in_channels)
    return depthwise, Convolution(in_channels, out_channels, 1, depthwise.out_size)


def block_convolutions(block: BlockSpec) -> dict[str, Convolution]:
    """Return the convolutions of an MBConv block over pictures, by kind.

    "expand" is missing where there is none; squeeze-and-excitation works on single pixels and is
    left out.

    Raises
    ------
    ValueError
        If it is a block of another kind.
    """
    if block.kind != "mbconv":
        raise ValueError(f"the block's kind is {block.kind!r}; it must be 'mbconv'")
    wide = block.expanded_channels
    layers = {
        "expand": Convolution(block.in_channels, wide, 1, block.in_size),
        "depthwise": Convolution(wide, wide, block.kernel, block.in_size, block.stride, wide),
        "project": Convolution(wide, block.out_channels, 1, block.out_size),
    }
    if not block.has_expand:
        del layers["expand"]
    return layers
