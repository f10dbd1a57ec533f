"""Probes of assignment 05: all that runs beside the learner's code, and knows no answers."""

from collections.abc import Callable, Mapping
from functools import partial
from math import ceil
from typing import Any

from ...plain import Plain
from ...probing import Inputs, call

#: What `cost` gets the powers of.
ORDER = ("beta", "alpha", "gamma")


def scaled_to_budget(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `scaled_to_budget` for each network."""
    find = partial(call, namespace, "scaled_to_budget")
    return {"results": [tried(find, **case) for case in inputs["cases"]], "after": inputs["cases"]}


def tried(find: Callable[..., Plain], cost: Any, budget: int, **given: float) -> Plain:
    """Return the phi that is found, whether it fits, and how often a cost was asked for."""
    count, asked = counted(cost), []

    def counting(width: float, depth: float, resolution: float) -> int:
        asked.append(1)
        return count(width, depth, resolution)

    phi = find(counting, budget=budget, **given)
    is_near = type(phi) in (int, float) and abs(phi) < 20
    fits = is_near and count(*(given[name] ** phi for name in ORDER)) <= budget
    often = "never" if not asked else "too often" if len(asked) > 100 else "seldom enough"
    return {"phi": phi, "fits": fits, "asks": often}


def counted(network: Mapping[str, Any]) -> Callable[[float, float, float], int]:
    """Return what a network of plain convolutions costs when it is scaled and rounded up."""

    def cost(width: float, depth: float, resolution: float) -> int:
        side, macs = round(network["size"] * resolution), 0
        for channels, layers in network["stages"]:
            out = 8 * ceil(channels * width / 8)
            macs += 9 * out * out * ceil(layers * depth) * side * side
        return macs

    return cost
