"""What a network is and what it costs: standard library only, instant."""

from .budget import Direction, scaled_to_macs
from .cost import KINDS, LayerCost, NetworkCost, Totals, cost, multipliers
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

__all__ = [
    "B0",
    "B0_STAGES",
    "CIFAR_BASE",
    "KINDS",
    "LITE0",
    "PAPER_COEFFICIENTS",
    "VARIANTS",
    "BlockSpec",
    "CompoundCoefficients",
    "ConvSpec",
    "Direction",
    "LayerCost",
    "Multipliers",
    "NetworkCost",
    "NetworkSpec",
    "ResolvedNetwork",
    "StageSpec",
    "Totals",
    "compound_grid",
    "compound_scaled",
    "cost",
    "multipliers",
    "resolve",
    "round_channels",
    "round_repeats",
    "scaled",
    "scaled_to_macs",
    "stage_repeats",
]
