"""Matching budgets: scale a spec until what it actually costs meets a target."""

import math
from collections.abc import Iterator
from typing import Literal

from .._validate import require_int, require_number
from .cost import cost, multipliers
from .scaling import MAX_PHI, CompoundCoefficients, Multipliers, scaled, stage_repeats
from .specs import NetworkSpec

#: A network meets a budget if its actual MACs are no further off than this share of it.
TOLERANCE = 0.1

Direction = Literal["width", "depth", "resolution"] | CompoundCoefficients


def scaled_to_macs(
    spec: NetworkSpec,
    target_macs: int,
    direction: Direction,
    tolerance: float = TOLERANCE,
    *,
    may_exceed: bool = True,
) -> NetworkSpec:
    """Scale along one direction until the *actual* MACs meet a target.

    Along one dimension, the multiplier whose MACs come closest is taken. Compound scaling has
    three to choose: of all networks within `tolerance` of the target it is the one whose actual
    width, depth and resolution come closest to the ideal multipliers. (The nominal ones may be
    far from these: rounding repeats up makes small networks jump in depth.)

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
    may_exceed
        Whether a network may cost more than the target; else the target is a limit.

    Raises
    ------
    ValueError
        If `direction` is unknown, the target is not positive, no network comes within
        `tolerance`, or all exceed the target and must not; the message tells how close one comes.
    """
    require_int("target_macs", target_macs, 1, 10**15)
    require_number("tolerance", tolerance, 0, 1)
    if isinstance(direction, CompoundCoefficients):
        ideal = _ideal(spec, target_macs, direction)
        candidates = _near_compound(spec, ideal)
    else:
        ideal = None
        candidates = _along(spec, target_macs, direction)
    excesses = [(cost(found).macs / target_macs - 1, found) for found in candidates]
    errors = [(abs(excess), found) for excess, found in excesses if may_exceed or excess <= 0]
    if not errors:
        raise ValueError(
            f"scaling {spec.name} by {direction} costs more than {target_macs:,} MACs at least"
        )
    closest = min(error for error, _ in errors)
    if closest > tolerance:
        raise ValueError(
            f"scaling {spec.name} by {direction} comes within {closest:.0%} of "
            f"{target_macs:,} MACs at best; tolerance is {tolerance:.0%}"
        )
    # The budget counts beside the shape, so that of equally shaped networks the nearest is taken.
    misfits = [
        (error + (_distance(spec, found, ideal) if ideal else 0.0), found)
        for error, found in errors
        if error <= tolerance
    ]
    return min(misfits, key=lambda misfit: misfit[0])[1]


def meets(macs: int, target_macs: float, tolerance: float = TOLERANCE) -> bool:
    """Whether actual MACs are within `tolerance` of a target."""
    return abs(macs / target_macs - 1) <= tolerance


def _along(spec: NetworkSpec, target_macs: int, direction: str) -> Iterator[NetworkSpec]:
    """Specs along one dimension, cheapest first, in steps finer than the rounding."""
    if direction not in ("width", "depth", "resolution"):
        raise ValueError(
            f"direction is {direction!r}; it must be 'width', 'depth', 'resolution' "
            "or CompoundCoefficients"
        )
    # In fiftieths; a resolution is whole pixels anyway.
    unit = spec.resolution if direction == "resolution" else 50
    for step in range(1, 32 * unit + 1):
        candidate = _scaled_if_valid(spec, **{direction: step / unit})
        if candidate is not None:
            yield candidate
            if cost(candidate).macs > 2 * target_macs:
                return


def _scaled_if_valid(spec: NetworkSpec, **factors: float) -> NetworkSpec | None:
    """Scale, or return None beyond the ranges in which a spec is valid."""
    try:
        return scaled(spec, **factors)  # type: ignore[arg-type]  # none of them is the name
    except ValueError:
        return None


def _ideal(spec: NetworkSpec, target_macs: int, coefficients: CompoundCoefficients) -> Multipliers:
    """Return the multipliers that would meet the target if nothing were rounded."""
    step = coefficients.multipliers().macs
    if step == 1:
        raise ValueError("alpha, beta and gamma are all 1; compound scaling needs one above 1")
    phi = math.log(target_macs / cost(spec).macs, step)
    return coefficients.multipliers(max(-MAX_PHI, min(MAX_PHI, phi)))


def _near_compound(spec: NetworkSpec, ideal: Multipliers) -> Iterator[NetworkSpec]:
    """Specs around the ideal compound multipliers, and the baseline itself."""
    yield spec
    for depth in _distinct_depths(spec, ideal.depth):
        for width in _around(ideal.width, 12):
            for resolution in _around(ideal.resolution, 6):
                candidate = _scaled_if_valid(spec, width=width, depth=depth, resolution=resolution)
                if candidate is not None:
                    yield candidate


def _around(ideal: float, steps: int) -> list[float]:
    """Factors from a third below to a third above, closer than rounding can tell apart."""
    return [round(ideal * 1.33 ** (n / steps), 3) for n in range(-steps, steps + 1)]


def _distinct_depths(spec: NetworkSpec, ideal: float) -> list[float]:
    """Depth multipliers up to twice the ideal one, one for each way in which repeats round."""
    found: dict[tuple[int, ...], float] = {}
    for step in range(1, round(100 * max(2.0, 2 * ideal)) + 1):
        candidate = _scaled_if_valid(spec, depth=step / 100)
        if candidate is not None:
            found[tuple(stage_repeats(candidate))] = step / 100
    return list(found.values())


def _distance(spec: NetworkSpec, scaled_spec: NetworkSpec, ideal: Multipliers) -> float:
    """How far the actual shape is from the ideal, in logarithms of width, depth and resolution."""
    actual = multipliers(scaled_spec, spec)[1]
    return math.dist(
        [math.log(value) for value in actual[:3]], [math.log(value) for value in ideal[:3]]
    )
