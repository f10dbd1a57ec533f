"""The MBConv explorer: `features` runs a block on a photograph, `explorer` is the widget."""

from .explorer import mbconv_explorer
from .features import calibrate, photograph_features, picture_gates

__all__ = ["calibrate", "mbconv_explorer", "photograph_features", "picture_gates"]
