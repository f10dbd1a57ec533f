"""EfficientNet in torch, built from the block specs that `arch.resolve` works out."""

import math

import torch
from torch import Tensor, nn

from ..arch import BlockSpec, NetworkSpec, resolve
from .layers import (
    ACTIVATION_LAYERS,
    DEFAULT_OPTIONS,
    ConvNormAct,
    Dropout,
    LayerOptions,
    SqueezeExcite,
    StochasticDepth,
    pooled,
)


class MBConv(nn.Module):
    """Mobile inverted bottleneck with squeeze-and-excitation (Sandler et al. 2018; Tan & Le 2019).

    Expand 1x1, depthwise k x k (the stride is here), squeeze-excite, project 1x1 without an
    activation; then the input is added where shapes agree.

    Parameters
    ----------
    block
        One block of a resolved network.
    options
        Activation, padding and normalisation, shared by the whole network.
    """

    def __init__(self, block: BlockSpec, options: LayerOptions = DEFAULT_OPTIONS) -> None:
        super().__init__()
        wide = block.expanded_channels
        self.expand = (
            ConvNormAct(block.in_channels, wide, 1, options=options)
            if block.has_expand
            else nn.Identity()
        )
        self.depthwise = ConvNormAct(
            wide, wide, block.kernel, block.stride, groups=wide, options=options
        )
        self.squeeze_excite = (
            SqueezeExcite(wide, block.squeeze_channels, options.activation)
            if block.squeeze_channels
            else nn.Identity()
        )
        self.project = ConvNormAct(wide, block.out_channels, 1, activated=False, options=options)
        self.drop_path = StochasticDepth(block.drop_path_rate)
        self.has_skip = block.has_skip

    def forward(self, x: Tensor) -> Tensor:
        """Map `(N, in, H, W)` to `(N, out, ceil(H / stride), ceil(W / stride))`."""
        y: Tensor = self.expand(x)  # (N, expanded, H, W)
        y = self.depthwise(y)  # (N, expanded, H', W'): the sizes of the output
        y = self.squeeze_excite(y)  # (N, expanded, H', W')
        y = self.project(y)  # (N, out, H', W')
        return x + self.drop_path(y) if self.has_skip else y


class Bottleneck(nn.Module):
    """The residual bottleneck of ResNet-50 (He et al. 2016, arXiv 1512.03385, figure 5).

    Reduce 1x1, a convolution k x k over all channels (the stride is here, as in torchvision),
    restore 1x1 without an activation; the input is added, through a 1x1 convolution where shapes
    do not agree, and the sum is activated.

    Parameters
    ----------
    block
        One block of a resolved network.
    options
        Activation, padding and normalisation, shared by the whole network.
    """

    def __init__(self, block: BlockSpec, options: LayerOptions = DEFAULT_OPTIONS) -> None:
        super().__init__()
        inputs, middle, out = block.in_channels, block.expanded_channels, block.out_channels
        self.reduce = ConvNormAct(inputs, middle, 1, options=options)
        self.spatial = ConvNormAct(middle, middle, block.kernel, block.stride, options=options)
        self.restore = ConvNormAct(middle, out, 1, activated=False, options=options)
        self.drop_path = StochasticDepth(block.drop_path_rate)
        self.shortcut = (
            nn.Identity()
            if block.has_skip
            else ConvNormAct(inputs, out, 1, block.stride, activated=False, options=options)
        )
        self.act = ACTIVATION_LAYERS[options.activation]()

    def forward(self, x: Tensor) -> Tensor:
        """Map `(N, in, H, W)` to `(N, out, ceil(H / stride), ceil(W / stride))`."""
        y = self.reduce(x)  # (N, middle, H, W)
        y = self.spatial(y)  # (N, middle, H', W'): the sizes of the output
        y = self.restore(y)  # (N, out, H', W')
        activated: Tensor = self.act(self.shortcut(x) + self.drop_path(y))
        return activated


BLOCK_CLASSES = {"mbconv": MBConv, "bottleneck": Bottleneck}


class EfficientNet(nn.Module):
    """A network of the EfficientNet family.

    Parameters
    ----------
    spec
        What to build: `B0`, `VARIANTS["b3"]`, `CIFAR_BASE`, or any other `NetworkSpec`.

    Examples
    --------
    >>> from effnet_lab import B0, EfficientNet
    >>> EfficientNet(B0)(torch.zeros(2, 3, 224, 224)).shape
    torch.Size([2, 1000])
    """

    def __init__(self, spec: NetworkSpec) -> None:
        super().__init__()
        self.spec = spec
        _, stem, blocks, head = resolve(spec)
        options = LayerOptions.of(spec)
        self.stem = ConvNormAct(
            stem.in_channels, stem.out_channels, stem.kernel, stem.stride, options=options
        )
        self.blocks = nn.Sequential(
            *(BLOCK_CLASSES[block.kind](block, options) for block in blocks)
        )
        self.head = ConvNormAct(head.in_channels, head.out_channels, 1, options=options)
        self.dropout = Dropout(spec.dropout)
        self.classifier = nn.Linear(head.out_channels, spec.num_classes)
        initialise(self)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # not in torch's stubs

    def features(self, x: Tensor) -> Tensor:
        """Map pictures `(N, 3, H, W)` to feature maps `(N, head channels, h, w)`."""
        x = x.contiguous(memory_format=torch.channels_last)
        x = self.stem(x)  # (N, stem channels, H / stem stride, W / stem stride)
        x = self.blocks(x)  # (N, channels of the last stage, h, w)
        maps: Tensor = self.head(x)  # (N, head channels, h, w)
        return maps

    def forward(self, x: Tensor) -> Tensor:
        """Map pictures `(N, 3, H, W)` to logits `(N, num_classes)`."""
        maps = pooled(self.features(x)).flatten(1)  # (N, head channels)
        logits: Tensor = self.classifier(self.dropout(maps))
        return logits


def initialise(model: nn.Module) -> None:
    """Draw all weights as the official code does.

    Convolutions: normal with variance ``2 / fan_out``, where the fan-out of a grouped convolution
    counts the outputs of one group (torchvision's does not: for a depthwise layer its weights
    start far smaller). Classifier: uniform within ``1 / sqrt(classes)``. Biases: zero.
    Source: tensorflow/tpu, efficientnet_model.py.
    """
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            fan_out = math.prod(module.kernel_size) * module.out_channels // module.groups
            nn.init.normal_(module.weight, 0.0, math.sqrt(2 / fan_out))
        elif isinstance(module, nn.Linear):
            bound = 1 / math.sqrt(module.out_features)
            nn.init.uniform_(module.weight, -bound, bound)
        else:
            continue
        if module.bias is not None:
            nn.init.zeros_(module.bias)
