"""The parts of MBConv: padded convolution, conv-norm-activation, squeeze-excite, stochastic depth.

Pictures are `(N, C, H, W)` tensors; the network keeps them in channels-last memory, which is
what convolutions on a CPU want.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..arch import NetworkSpec

ACTIVATION_LAYERS = {"silu": nn.SiLU, "relu": nn.ReLU, "relu6": nn.ReLU6}


@dataclass(frozen=True, slots=True)
class LayerOptions:
    """What all layers of a network share; see `NetworkSpec` for the meaning of each."""

    activation: str = "silu"
    padding: str = "same"
    norm_eps: float = 1e-3
    norm_momentum: float = 0.01

    @classmethod
    def of(cls, spec: NetworkSpec) -> Self:
        """Take the options from a network spec."""
        return cls(spec.activation, spec.padding, spec.norm_eps, spec.norm_momentum)


DEFAULT_OPTIONS = LayerOptions()


class PointwiseConv2d(nn.Conv2d):
    """A 1x1 convolution: the same matrix product at every pixel.

    In channels-last memory the pixels lie one behind the other, so that it is one product of
    matrices; torch's own way through its convolutions takes longer in training.
    """

    def __init__(self, in_channels: int, out_channels: int, bias: bool = False) -> None:
        super().__init__(in_channels, out_channels, 1, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """Map `(N, in, H, W)` to `(N, out, H, W)`."""
        pixels = x.permute(0, 2, 3, 1)  # (N, H, W, in)
        return F.linear(pixels, self.weight.flatten(1), self.bias).permute(0, 3, 1, 2)


class PaddedConv2d(nn.Conv2d):
    """A convolution without bias whose output side is ``ceil(input / stride)``.

    With padding "same" the extra pixels go right and bottom when they cannot be split evenly, as
    in TensorFlow; at stride 2 on an even input that shifts the grid by one pixel against
    "symmetric", ``kernel // 2`` on each side.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel: int,
        stride: int,
        groups: int,
        padding: str,
    ) -> None:
        super().__init__(
            in_channels, out_channels, kernel, stride, kernel // 2, groups=groups, bias=False
        )
        # At stride 1 an odd kernel pads evenly either way.
        self.may_be_uneven = padding == "same" and stride > 1

    def forward(self, x: Tensor) -> Tensor:
        """Map `(N, in, H, W)` to `(N, out, ceil(H / stride), ceil(W / stride))`."""
        if not self.may_be_uneven:
            return super().forward(x)
        top, bottom = self._same_padding(x.shape[-2])
        left, right = self._same_padding(x.shape[-1])
        x = F.pad(x, (left, right, top, bottom))  # (N, in, H + top + bottom, W + left + right)
        return F.conv2d(x, self.weight, None, self.stride, 0, self.dilation, self.groups)

    def _same_padding(self, size: int) -> tuple[int, int]:
        kernel, stride = self.kernel_size[0], self.stride[0]
        total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        return total // 2, total - total // 2


class ConvNormAct(nn.Sequential):
    """Convolution, batch normalisation and, unless it is a linear projection, an activation."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel: int,
        stride: int = 1,
        groups: int = 1,
        *,
        activated: bool = True,
        options: LayerOptions = DEFAULT_OPTIONS,
    ) -> None:
        super().__init__()
        self.conv = (
            PointwiseConv2d(in_channels, out_channels)
            if kernel == stride == groups == 1
            else PaddedConv2d(in_channels, out_channels, kernel, stride, groups, options.padding)
        )
        self.norm = nn.BatchNorm2d(out_channels, options.norm_eps, options.norm_momentum)
        if activated:
            self.act = ACTIVATION_LAYERS[options.activation]()


def pooled(x: Tensor) -> Tensor:
    """Average each channel over its pixels: `(N, C, H, W)` to `(N, C, 1, 1)`.

    The same numbers as `mean` gives, but its gradient is divided before it is spread over the
    pixels, not after.
    """
    return x.sum((2, 3), keepdim=True) / (x.shape[2] * x.shape[3])


class SqueezeExcite(nn.Module):
    """Weigh each channel by a gate computed from the whole picture (Hu et al. 2018).

    `reduce` squeezes to `squeeze_channels` units, `expand` goes back; the gate is a sigmoid.
    """

    def __init__(self, channels: int, squeeze_channels: int, activation: str = "silu") -> None:
        super().__init__()
        self.reduce = PointwiseConv2d(channels, squeeze_channels, bias=True)
        self.act = ACTIVATION_LAYERS[activation]()
        self.expand = PointwiseConv2d(squeeze_channels, channels, bias=True)

    def gates(self, x: Tensor) -> Tensor:
        """Return one gate between 0 and 1 for each channel, `(N, C, 1, 1)`."""
        squeezed = self.act(self.reduce(pooled(x)))  # (N, squeeze, 1, 1)
        return torch.sigmoid(self.expand(squeezed))  # (N, C, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map `(N, C, H, W)` to the same shape."""
        return x * self.gates(x)


class RandomDrop(nn.Module):
    """In training, set parts of a tensor to zero at random; what is kept is divided by its share.

    So nothing needs rescaling at test time.

    Parameters
    ----------
    rate
        Probability that a part is dropped; at least 0 and below 1.
    """

    #: Source of randomness, on the CPU; by default torch's own.
    generator: torch.Generator | None = None

    def __init__(self, rate: float) -> None:
        super().__init__()
        if not 0 <= rate < 1:
            raise ValueError(f"rate is {rate!r}; it must be at least 0 and below 1")
        self.rate = rate

    def parts(self, x: Tensor) -> Sequence[int]:
        """Return the shape of what is drawn for `x`, one number for each part."""
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Map a tensor to the same shape."""
        if not self.training or self.rate == 0:
            return x
        survival = 1 - self.rate
        kept = torch.empty(self.parts(x)).bernoulli_(survival, generator=self.generator)  # 0 or 1
        return x * (kept.to(x) / survival)

    def extra_repr(self) -> str:
        """Show the rate when printed."""
        return f"rate={self.rate:.4g}"


class Dropout(RandomDrop):
    """Drop single values (Srivastava et al. 2014)."""

    def parts(self, x: Tensor) -> Sequence[int]:
        """Every value is drawn for by itself."""
        return x.shape


class StochasticDepth(RandomDrop):
    """Drop the whole residual branch of a picture (Huang et al. 2016).

    It is drawn for each picture by itself: `(N, C, H, W)` needs N numbers.
    """

    def parts(self, x: Tensor) -> Sequence[int]:
        """Every picture is drawn for as a whole."""
        return (len(x), 1, 1, 1)
