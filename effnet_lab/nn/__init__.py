"""The same network in torch."""

from .layers import ConvNormAct, LayerOptions, SqueezeExcite, StochasticDepth
from .model import EfficientNet, MBConv

__all__ = [
    "ConvNormAct",
    "EfficientNet",
    "LayerOptions",
    "MBConv",
    "SqueezeExcite",
    "StochasticDepth",
]
