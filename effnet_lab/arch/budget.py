"""Matching budgets: scale a spec until what it actually costs meets a target."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from ._validate import require_int, require_number
from .cost import cost
from .scaling import CompoundCoefficients, compound_scaled, scaled
from .specs import NetworkSpec

Direction = Literal["width", "depth", "resolution"] | CompoundCoefficients


def scaled_to_macs(
    spec: NetworkSpec, target_macs: int, direction: Direction, tolerance: float = 0.1
) -> NetworkSpec:
    """Scale along one direction until the *actual* MACs come closest to a target.

    Rounding makes nominal multipliers lie, so budgets are matched by what the network costs.

    Parameters
    ----------
    spec
        The baseline.
    target_macs
        Multiply-accumulates for one picture.
    direction
        "width", "depth", "resolution", or coefficients for compound scaling.
    tolerance
        Largest relative distance from the target.

    Raises
    ------
    ValueError
        If `direction` is unknown, the target is not positive, or no multiplier comes within
        `tolerance`; the message tells how close one comes.
    """
    require_int("target_macs", target_macs, 1, 10**15)
    require_number("tolerance", tolerance, 0, 1)
    best, best_error = spec, math.inf
    for candidate in _candidates(spec, direction):
        macs = cost(candidate).macs
        error = abs(macs / target_macs - 1)
        if error < best_error:
            best, best_error = candidate, error
        if macs > 2 * target_macs:
            break
    if best_error > tolerance:
        raise ValueError(
            f"scaling {spec.name} by {direction} comes within {best_error:.0%} of "
            f"{target_macs:,} MACs at best; tolerance is {tolerance:.0%}"
        )
    return best


def _candidates(spec: NetworkSpec, direction: Direction) -> Iterator[NetworkSpec]:
    """Specs along a direction, cheapest first, in steps finer than the rounding."""
    if isinstance(direction, CompoundCoefficients):
        for step in range(-400, 1001):
            yield compound_scaled(spec, step / 100, direction)
    elif direction == "resolution":
        for pixels in range(1, 32 * spec.resolution):
            yield replace(spec, resolution=pixels)
    elif direction in ("width", "depth"):
        for step in range(2, 400):
            factor = round(step * 0.02 if step < 200 else 4 * 1.014 ** (step - 200), 3)
            yield scaled(spec, **{direction: factor})
    else:
        raise ValueError(
            f"direction is {direction!r}; it must be 'width', 'depth', 'resolution' "
            "or CompoundCoefficients"
        )
