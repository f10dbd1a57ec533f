"""Probes of assignment 05, compound scaling."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from ..plain import Plain
from ..probing import Inputs, call, call_cases, call_each

Cost = Callable[[float, float, float], int]


def multipliers(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `multipliers` for each case."""
    return call_each(namespace, "multipliers", inputs["cases"])


def phi_for(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `phi_for` for each case."""
    return call_each(namespace, "phi_for", inputs["cases"])


def candidates(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `candidates` for each case."""
    return call_each(namespace, "candidates", inputs["cases"])


def choose(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `choose` for each case; report the records as they are afterwards, too."""
    return call_cases(namespace, "choose", inputs)


def fit_phi(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `fit_phi` for each case."""
    return call_each(namespace, "fit_phi", inputs["cases"])


def scaled_to_budget(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `scaled_to_budget` for each network; report how often it asked for a cost, too."""
    return [_within_budget(namespace, **case) for case in inputs["cases"]]


def _within_budget(
    namespace: Mapping[str, Any], network: Mapping[str, Any], **others: float
) -> Plain:
    count = counted(network)
    asked = 0

    def cost(width: float, depth: float, resolution: float) -> int:
        nonlocal asked
        asked += 1
        return count(width, depth, resolution)

    return {"phi": call(namespace, "scaled_to_budget", cost, **others), "asked": asked}


def counted(network: Mapping[str, Any]) -> Cost:
    """Return what a network of plain convolutions costs when it is scaled and rounded up."""

    def cost(width: float, depth: float, resolution: float) -> int:
        side = round(network["size"] * resolution)
        macs = 0
        for channels, layers in network["stages"]:
            out = 8 * math.ceil(channels * width / 8)
            macs += 9 * out * out * math.ceil(layers * depth) * side * side
        return macs

    return cost
