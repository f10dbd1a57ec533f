"""What a network is and what it costs: standard library only, instant."""

from .._lazy import lazy_names, names_of
from .budget import Direction, scaled_to_macs
from .convolution import Convolution, arithmetic_intensity, block_convolutions, separable
from .cost import KINDS, LayerCost, NetworkCost, Totals, cost, cost_if_full, multipliers
from .scaling import (
    PAPER_COEFFICIENTS,
    BlockSpec,
    CompoundCoefficients,
    ConvSpec,
    Multipliers,
    ResolvedNetwork,
    compound_grid,
    compound_scaled,
    resolve,
    round_channels,
    round_repeats,
    scaled,
    stage_repeats,
)
from .specs import B0, B0_STAGES, CIFAR_BASE, LITE0, VARIANTS, NetworkSpec, StageSpec

#: Where the public names live that pricing a network does not need.
_HOME = names_of(
    {
        "block": "BlockSetting single_block",
        "facts": "FACTS IMAGENET ONE_RECIPE TABLE_2 TABLE_3 TABLE_7",
    }
)

__all__ = [
    "B0",
    "B0_STAGES",
    "BlockSpec",
    "CIFAR_BASE",
    "CompoundCoefficients",
    "ConvSpec",
    "Convolution",
    "Direction",
    "KINDS",
    "LITE0",
    "LayerCost",
    "Multipliers",
    "NetworkCost",
    "NetworkSpec",
    "PAPER_COEFFICIENTS",
    "ResolvedNetwork",
    "StageSpec",
    "Totals",
    "VARIANTS",
    "arithmetic_intensity",
    "block_convolutions",
    "compound_grid",
    "compound_scaled",
    "cost",
    "cost_if_full",
    "multipliers",
    "resolve",
    "round_channels",
    "round_repeats",
    "scaled",
    "scaled_to_macs",
    "separable",
    "stage_repeats",
    *sorted(_HOME),
]

__getattr__, __dir__ = lazy_names(__name__, _HOME)
