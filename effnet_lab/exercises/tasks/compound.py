"""Assignment 05, compound scaling: the formula, the grid, noise, B1 to B7, and a budget.

The reference for formula and grid is `arch.scaling`, from which the lesson is made, too.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from functools import cache, lru_cache, wraps
from itertools import combinations, permutations
from random import Random
from statistics import fmean, median, pstdev, stdev
from typing import Any

from ...arch.scaling import CompoundCoefficients, compound_grid
from ...view.result import CheckResult
from ..judging import Case, Slip, judge_calls, matches, part, what_is_off
from ..plain import Plain
from ..probes import compound as probes
from ..probing import Inputs, call_text, value_text
from ..task import Assignment, Task, Written

# ------------------------------------------------------------------ for several tasks


def _kept(draw: Callable[[int], list[dict[str, Any]]]) -> Callable[[int], Inputs]:
    """Make inputs of cases that take a while to draw: keep the last ones, hand out copies."""
    kept = lru_cache(maxsize=32)(draw)

    @wraps(draw)
    def inputs(seed: int) -> Inputs:
        return {"cases": deepcopy(kept(seed))}

    return inputs


def _about_keys(
    result: CheckResult, function: str, cases: Sequence[Case], got: Plain, keys: Sequence[str]
) -> CheckResult:
    """Say so if a dict has other keys than were asked for; else return the result as it is."""
    results = got if isinstance(got, list) else []
    for case, found in zip(cases, results, strict=False):
        if isinstance(found, dict) and set(found) != set(keys):
            has, wanted = (", ".join(map(repr, names)) for names in (found, keys))
            text = (
                f"{call_text(function, **case)} gives a dict with the keys {has or 'of none'}. "
                f"They must be {wanted}, letter for letter."
            )
            return replace(result, status="incorrect", message=text, slip="keys")
    return result


# ------------------------------------------------------------------ multipliers


def _draw_coefficients(random: Random) -> dict[str, float]:
    """Draw three that are far enough from each other to tell them apart."""
    alpha, beta, gamma = random.sample((1.1, 1.15, 1.2, 1.25, 1.3, 1.4), 3)
    return {"alpha": alpha, "beta": beta, "gamma": gamma}


def _multipliers_inputs(seed: int) -> Inputs:
    random = Random(seed)
    # Each way to make whole steps of them leads to other numbers.
    phis = (2, random.choice((3, 4)), random.choice((0.4, 1.4)), random.choice((2.7, 3.7)), -1.5)
    return {"cases": [{**_draw_coefficients(random), "phi": phi} for phi in phis]}


def _multipliers(alpha: float, beta: float, gamma: float, phi: float) -> dict[str, float]:
    found = CompoundCoefficients(alpha, beta, gamma).multipliers(phi)
    return {
        "depth": found.depth, "width": found.width, "resolution": found.resolution,
        "macs": found.macs,
    }  # fmt: skip


def _with_macs(macs: Callable[[float, float, float, float], float]) -> Any:
    """Return multipliers whose MACs are worked out in another way, from d, w, r and phi."""

    def wrong(alpha: float, beta: float, gamma: float, phi: float) -> dict[str, float]:
        found = _multipliers(alpha, beta, gamma, phi)
        found["macs"] = float(macs(found["depth"], found["width"], found["resolution"], phi))
        return found

    return wrong


def _with_power(power: Callable[[float, float], float]) -> Any:
    """Return multipliers in which the power is another operation."""

    def wrong(alpha: float, beta: float, gamma: float, phi: float) -> dict[str, float]:
        d, w, r = (float(power(base, phi)) for base in (alpha, beta, gamma))
        return {"depth": d, "width": w, "resolution": r, "macs": d * w**2 * r**2}

    return wrong


_SCALED = ("depth", "width", "resolution")


def _exchanged(*order: str) -> Any:
    """Return the right multipliers under one another's names; the MACs are right."""

    def wrong(**case: float) -> dict[str, float]:
        right = _multipliers(**case)
        return {**right, **{name: right[other] for name, other in zip(_SCALED, order, strict=True)}}

    return wrong


def _rounded_multipliers(names: Sequence[str], digits: int) -> Any:
    return lambda **case: {
        name: round(value, digits) if name in names else value
        for name, value in _multipliers(**case).items()
    }


_ROUNDED_MULTIPLIERS = tuple(
    Slip(
        f"rounded-{which}-{digits}",
        "You round. Return the numbers as they are: rounding is for what is printed.",
        _rounded_multipliers(names, digits),
    )
    for which, names in (("all", (*_SCALED, "macs")), ("scaled", _SCALED), ("macs", ("macs",)))
    for digits in range(5)
)

_MULTIPLIERS_SLIPS = (
    Slip(
        "times-phi",
        "You multiply by φ. Each step multiplies by the coefficient once more: raise it to the "
        "power φ.",
        _with_power(lambda base, phi: base * phi),
    ),
    Slip(
        "interest-without-interest",
        "You add a coefficient's excess over 1 for each step. Each step multiplies what the steps "
        "before have made.",
        _with_power(lambda base, phi: 1 + (base - 1) * phi),
    ),
    Slip(
        "power-the-wrong-way",
        "You raise φ to the power of the coefficient; it is the other way round.",
        _with_power(lambda base, phi: abs(phi) ** base),
    ),
    Slip(
        "whole-steps-only",
        "You cut φ off to whole steps; it may be any number.",
        _with_power(lambda base, phi: base ** int(phi)),
    ),
    Slip(
        "whole-steps-below",
        "You cut φ off to whole steps; it may be any number.",
        _with_power(lambda base, phi: base ** math.floor(phi)),
    ),
    Slip(
        "whole-steps-above",
        "You round φ up to whole steps; it may be any number.",
        _with_power(lambda base, phi: base ** math.ceil(phi)),
    ),
    Slip(
        "nearest-whole-step",
        "You round φ to whole steps; it may be any number.",
        _with_power(lambda base, phi: base ** round(phi)),
    ),
    Slip(
        "steps-counted",
        "You go φ whole steps, one after the other. φ may be any number, also a negative one: "
        "take a power.",
        _with_power(lambda base, phi: base ** max(int(phi), 0)),
    ),
    Slip(
        "sign-ignored",
        "You leave out the sign of φ; a negative φ makes the network smaller.",
        _with_power(lambda base, phi: base ** abs(phi)),
    ),
    Slip(
        "phi-ignored",
        "You leave φ out: these are the multipliers of a single step.",
        _with_power(lambda base, phi: base),
    ),
    Slip(
        "macs-without-squares",
        "Your MACs leave the squares out: width and resolution count twice each.",
        _with_macs(lambda d, w, r, phi: d * w * r),
    ),
    Slip(
        "macs-all-squared",
        "Your MACs square the depth, too: twice the layers are only twice the work.",
        _with_macs(lambda d, w, r, phi: (d * w * r) ** 2),
    ),
    Slip(
        "macs-square-only-width",
        "Your MACs do not square the resolution: twice the side are four times the pixels.",
        _with_macs(lambda d, w, r, phi: d * w**2 * r),
    ),
    Slip(
        "macs-square-only-resolution",
        "Your MACs do not square the width: inputs and outputs both become more.",
        _with_macs(lambda d, w, r, phi: d * w * r**2),
    ),
    Slip(
        "macs-double",
        "Your MACs double with each step. That is what the constraint wishes; these coefficients "
        "multiply them by α·β²·γ².",
        _with_macs(lambda d, w, r, phi: 2**phi),
    ),
    Slip(
        "macs-of-one-step",
        "Your MACs are those of a single step: α·β²·γ² takes the power φ, too.",
        lambda alpha, beta, gamma, phi: {
            **_multipliers(alpha, beta, gamma, phi), "macs": alpha * beta**2 * gamma**2,
        },
    ),
    Slip(
        "macs-sum",
        "Your MACs are a sum; growing in one dimension multiplies what the others have made.",
        _with_macs(lambda d, w, r, phi: d + w**2 + r**2),
    ),
    Slip(
        "width-and-resolution-swapped",
        "You have width and resolution the wrong way round: β is for width, γ for resolution.",
        lambda alpha, beta, gamma, phi: _multipliers(alpha, gamma, beta, phi),
    ),
    Slip(
        "depth-and-width-swapped",
        "You have depth and width the wrong way round: α is for depth, β for width.",
        lambda alpha, beta, gamma, phi: _multipliers(beta, alpha, gamma, phi),
    ),
    Slip(
        "depth-and-resolution-swapped",
        "You have depth and resolution the wrong way round: α is for depth, γ for resolution.",
        lambda alpha, beta, gamma, phi: _multipliers(gamma, beta, alpha, phi),
    ),
    Slip(
        "depth-and-width-named-wrongly",
        "Your MACs are right, but depth and width stand under each other's names: α is for depth, "
        "β for width.",
        _exchanged("width", "depth", "resolution"),
    ),
    Slip(
        "depth-and-resolution-named-wrongly",
        "Your MACs are right, but depth and resolution stand under each other's names: α is for "
        "depth, γ for resolution.",
        _exchanged("resolution", "width", "depth"),
    ),
    *_ROUNDED_MULTIPLIERS,
)  # fmt: skip


def _judge_multipliers(inputs: Inputs, answer: Plain) -> CheckResult:
    cases = inputs["cases"]
    result = judge_calls("multipliers", cases, answer, _multipliers, _MULTIPLIERS_SLIPS, rel=1e-6)
    return _about_keys(result, "multipliers", cases, answer, (*_SCALED, "macs"))


# ------------------------------------------------------------------ phi for a factor


def _product(alpha: float, beta: float, gamma: float) -> float:
    return alpha * beta**2 * gamma**2


def _phi_inputs(seed: int) -> Inputs:
    random = Random(seed)
    times = (2, random.choice((3, 5, 10)), random.choice((1.5, 20, 98.0)), 0.5)
    cases: list[Case] = [{"times": t, **_draw_coefficients(random)} for t in times]
    coefficients = _draw_coefficients(random)  # and a phi that is rounded down
    return {"cases": [*cases, {"times": round(_product(**coefficients) ** 2.3, 2), **coefficients}]}


def _phi(times: float, alpha: float, beta: float, gamma: float) -> float:
    return math.log(times) / math.log(CompoundCoefficients(alpha, beta, gamma).multipliers().macs)


def _phi_with(product: Callable[[float, float, float], float]) -> Any:
    return lambda times, alpha, beta, gamma: math.log(times) / math.log(product(alpha, beta, gamma))


_PHI_SLIPS = (
    Slip(
        "doublings",
        "You count doublings. A step multiplies the MACs by α·β²·γ², which is not 2.",
        lambda times, alpha, beta, gamma: math.log2(times),
    ),
    Slip(
        "no-squares",
        "Your step leaves the squares out: width and resolution count twice each.",
        _phi_with(lambda alpha, beta, gamma: alpha * beta * gamma),
    ),
    Slip(
        "all-squared",
        "Your step squares α, too: twice the layers are only twice the work.",
        _phi_with(lambda alpha, beta, gamma: (alpha * beta * gamma) ** 2),
    ),
    Slip(
        "papers-coefficients",
        "You take the paper's coefficients, whatever is given.",
        lambda times, alpha, beta, gamma: _phi(times, 1.2, 1.1, 1.15),
    ),
    Slip(
        "paper-printed",
        "You take 1.92, the step of the paper's coefficients, whatever is given.",
        lambda times, alpha, beta, gamma: math.log(times) / math.log(1.92),
    ),
    Slip(
        "quotient",
        "You divide by the step. Steps multiply: how often times itself makes it so much? That is "
        "a quotient of logarithms.",
        lambda times, alpha, beta, gamma: times / (alpha * beta**2 * gamma**2),
    ),
    Slip(
        "logarithm-of-the-step-forgotten",
        "You divide a logarithm by the step itself: take the logarithm of the step, too.",
        lambda times, alpha, beta, gamma: math.log(times) / (alpha * beta**2 * gamma**2),
    ),
    Slip(
        "brackets-of-the-product",
        "Brackets are missing: α·β²·γ² is divided by as a whole, inside of the logarithm.",
        lambda times, alpha, beta, gamma: math.log(times) / math.log(alpha) * beta**2 * gamma**2,
    ),
    Slip(
        "brackets-and-logarithm-of-the-product",
        "Brackets are missing: α·β²·γ² is divided by as a whole, and it is its logarithm that you "
        "divide by.",
        lambda times, alpha, beta, gamma: math.log(times) / alpha * beta**2 * gamma**2,
    ),
    Slip(
        "brackets-of-the-sum",
        "Brackets are missing: divide by the sum of the logarithms as a whole.",
        lambda times, alpha, beta, gamma: (
            math.log(times) / math.log(alpha) + 2 * math.log(beta) + 2 * math.log(gamma)
        ),
    ),
    Slip(
        "product-of-logarithms",
        "You multiply logarithms. The logarithm of a product is the sum of the logarithms.",
        lambda times, alpha, beta, gamma: (
            math.log(times) / (math.log(alpha) * math.log(beta) ** 2 * math.log(gamma) ** 2)
        ),
    ),
    Slip(
        "inverse",
        "You have the logarithms the wrong way round: that of the factor goes above.",
        lambda **case: 1 / _phi(**case),
    ),
    Slip(
        "logarithm-alone",
        "You take the logarithm of the factor alone; divide it by that of one step.",
        lambda times, alpha, beta, gamma: math.log(times),
    ),
    Slip(
        "logarithm-of-the-quotient",
        "You take the logarithm of a quotient; it is the quotient of two logarithms.",
        lambda times, alpha, beta, gamma: math.log(times / (alpha * beta**2 * gamma**2)),
    ),
    Slip(
        "rounded",
        "You round to whole steps; φ may be any number.",
        lambda **case: float(round(_phi(**case))),
    ),
    Slip(
        "rounded-up",
        "You round up to whole steps; φ may be any number.",
        lambda **case: float(math.ceil(_phi(**case))),
    ),
    Slip(
        "cut-off",
        "You cut off to whole steps; φ may be any number.",
        lambda **case: float(int(_phi(**case))),
    ),
    Slip(
        "rounded-down",
        "You round down to whole steps; φ may be any number.",
        lambda **case: float(math.floor(_phi(**case))),
    ),
    Slip(
        "by-depth",
        "You let the depth alone reach the factor: one step multiplies by all three.",
        lambda times, alpha, beta, gamma: math.log(times) / math.log(alpha),
    ),
)


def _judge_phi(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls("phi_for", inputs["cases"], answer, _phi, _PHI_SLIPS, rel=1e-6)


# ------------------------------------------------------------------ the grid

#: Grids in which some products lie on the edge, where floats miss; none lies almost on it.
_SMALL_GRIDS = ((0.2, 2.0, 0.2), (0.2, 2.5, 0.1), (0.2, 1.5, 0.3), (0.15, 2.0, 0.1))
_LARGE_GRIDS = (
    (0.1, 1.5, 0.1),
    (0.1, 3.0, 0.1),
    (0.1, 2.5, 0.1),
    (0.15, 3.0, 0.2),
    (0.1, 1.5, 0.3),
)

_SLACK = 1e-9

Combination = tuple[float, float, float]


def _grid_inputs(seed: int) -> Inputs:
    random = Random(seed)
    grids = [*random.sample(_SMALL_GRIDS, 2), *random.sample(_LARGE_GRIDS, 2)]
    cases = [dict(zip(("step", "target", "tolerance"), grid, strict=True)) for grid in grids]
    return {"cases": [*cases[:2], {"step": 0.1}, {"step": 0.15, "tolerance": 0.2}, *cases[2:]]}


@cache
def _grid(step: float, target: float = 2.0, tolerance: float = 0.1) -> frozenset[Combination]:
    found = compound_grid(step, target, tolerance)
    return frozenset(_rounded((c.alpha, c.beta, c.gamma)) for c in found)


def _rounded(combination: Sequence[float]) -> Combination:
    alpha, beta, gamma = (round(value, 6) for value in combination)
    return alpha, beta, gamma


def _grid_with(keeps: Any, product: Any = _product, least: int = 0) -> Any:
    """Return the combinations that another rule keeps; `keeps` gets product, target, tolerance."""

    @cache
    def wrong(step: float, target: float = 2.0, tolerance: float = 0.1) -> set[Combination]:
        steps = int((target + tolerance - 1) / step + _SLACK)
        values = [1 + step * n for n in range(least, steps + 1)]
        triples = [(a, b, c) for a in values for b in values for c in values]
        return {_rounded(t) for t in triples if keeps(product(*t), target, tolerance)}

    return wrong


def _near(product: float, target: float, tolerance: float) -> bool:
    return abs(product - target) <= tolerance + _SLACK


def _in_order(*order: int) -> Any:
    """Return the right combinations with their numbers in another order."""
    return lambda **case: {_rounded([c[place] for place in order]) for c in _grid(**case)}


def _of_the_right(keeps: Callable[[float, float, float], bool]) -> Any:
    """Return a part of the right combinations."""
    return lambda **case: {c for c in _grid(**case) if keeps(*c)}


_GRID_SLIPS = (
    Slip(
        "no-squares",
        "You test α·β·γ: width and resolution count twice each, α·β²·γ².",
        _grid_with(_near, lambda a, b, c: a * b * c),
    ),
    Slip(
        "all-squared",
        "You square α, too: twice the layers are only twice the work.",
        _grid_with(_near, lambda a, b, c: (a * b * c) ** 2),
    ),
    Slip(
        "only-below",
        "You keep no product above the target: the tolerance goes to both sides.",
        _grid_with(lambda p, *near: _near(p, *near) and p <= near[0] + _SLACK),
    ),
    Slip(
        "only-above",
        "You keep no product below the target: the tolerance goes to both sides.",
        _grid_with(lambda p, *near: _near(p, *near) and p >= near[0] - _SLACK),
    ),
    Slip(
        "all-below",
        "You keep every product that is small enough. It must not be too small, either: such "
        "candidates would lose because they cost less.",
        _grid_with(lambda p, target, tolerance: p <= target + tolerance + _SLACK),
    ),
    Slip(
        "no-ones",
        "Your values begin above 1. A coefficient of 1 leaves its dimension as it is: that must be "
        "tried, too.",
        _grid_with(_near, least=1),
    ),
    Slip(
        "relative",
        "Your tolerance is a share of the target; it is a plain difference.",
        _grid_with(lambda p, target, tolerance: _near(p / target, 1, tolerance)),
    ),
    Slip(
        "relative-to-the-larger",
        "Your tolerance is a share of the larger number, as in math.isclose; it is a plain "
        "difference.",
        _grid_with(
            lambda p, target, tolerance: abs(p - target) <= tolerance * max(p, target) + _SLACK
        ),
    ),
    Slip(
        "each-set-of-numbers-once",
        "The order counts: [1.1, 1.2, 1.3] and [1.3, 1.2, 1.1] are two combinations. Let each "
        "coefficient run through all its values.",
        _of_the_right(lambda a, b, c: a <= b <= c),
    ),
    Slip(
        "each-set-of-different-numbers-once",
        "The order counts, and coefficients may be equal. Let each coefficient run through all "
        "its values.",
        _of_the_right(lambda a, b, c: a < b < c),
    ),
    Slip(
        "none-equal",
        "Coefficients may be equal. Let each coefficient run through all its values.",
        _of_the_right(lambda a, b, c: len({a, b, c}) == 3),
    ),
    Slip(
        "target-ignored",
        "You test for a product of 2 and a tolerance of 0.1, whatever is given.",
        lambda step, target=2.0, tolerance=0.1: _grid(step),
    ),
    Slip(
        "tolerance-ignored",
        "You leave the tolerance as it is by default, whatever is given.",
        lambda step, target=2.0, tolerance=0.1: _grid(step, target),
    ),
    Slip(
        "step-ignored",
        "You go in steps of 0.1, whatever is given.",
        lambda step, target=2.0, tolerance=0.1: _grid(0.1, target, tolerance),
    ),
    Slip(
        "alpha-second",
        "Your combinations have another order: α comes first, then β, then γ.",
        _in_order(1, 0, 2),
    ),
    Slip(
        "alpha-last",
        "Your combinations have another order: α comes first, then β, then γ.",
        _in_order(1, 2, 0),
    ),
)  # fmt: skip


def _judge_grid(inputs: Inputs, answer: Plain) -> CheckResult:
    cases = inputs["cases"]
    if not isinstance(answer, list) or len(answer) != len(cases):
        return CheckResult("incorrect", "candidates gave no answers that could be read.", "odd")
    lists = [_combinations(got) for got in answer]
    for case, got, found in zip(cases, answer, lists, strict=True):
        if found is None:
            return CheckResult(
                "incorrect",
                f"{call_text('candidates', **case)} gives {value_text(got, 60)}. Return a list of "
                "lists of three numbers, [alpha, beta, gamma].",
                "unreadable",
            )
    return _judge_lists(cases, [found for found in lists if found is not None])


def _combinations(got: Plain) -> list[Combination] | None:
    """Read a list of three numbers each; None if it is something else."""
    rows = got.tolist() if hasattr(got, "tolist") else got
    if not isinstance(rows, list):
        return None
    for row in rows:
        if not isinstance(row, list) or len(row) != 3:
            return None
        if not all(type(value) in (int, float) and abs(value) < 1e6 for value in row):
            return None  # neither is infinite or not a number
    return [_rounded(row) for row in rows]


def _judge_lists(cases: Sequence[Case], lists: Sequence[list[Combination]]) -> CheckResult:
    sets = [set(found) for found in lists]
    for case, found, got in zip(cases, lists, sets, strict=True):
        wanted = _grid(**case)
        if got != wanted:
            slip, why = _grid_slip(cases, sets)
            both = f"expected {len(wanted)} combinations, got {len(got)}"
            text = f"{call_text('candidates', **case)}: {both}. {_example(wanted, got)} {why}"
            return CheckResult("incorrect", text.strip(), slip)
        if len(found) > len(got):
            twice = next(c for c in found if found.count(c) > 1)
            text = f"{call_text('candidates', **case)}: {value_text(list(twice))} is there twice."
            return CheckResult("incorrect", text, "twice")
    return CheckResult(
        "correct", f"candidates is right for all {len(cases)} grids tried."
    )  # fmt: skip


def _example(wanted: frozenset[Combination], got: set[Combination]) -> str:
    """Name the first combination that is missing, or too much, with its product."""
    for where, others in ((wanted - got, "is missing"), (got - wanted, "does not belong")):
        if where:
            first = min(where)
            return f"{value_text(list(first))} {others}: α·β²·γ² = {_product(*first):.6g}."
    return ""


def _grid_slip(cases: Sequence[Case], sets: Sequence[set[Combination]]) -> tuple[str | None, str]:
    for slip in _GRID_SLIPS:
        if all(slip.gives(**case) == got for case, got in zip(cases, sets, strict=True)):
            return slip.name, slip.explain(cases[0])
    trials = list(zip(cases, sets, strict=True))
    missing = [(case, c, got) for case, got in trials for c in _grid(**case) - got]
    extra = [c for case, got in trials for c in got - _grid(**case)]
    if extra and not missing and all(min(c) < 1 for c in extra):
        return "below-one", "No coefficient may be below 1: that would shrink a dimension."
    if missing and not extra:
        slip_name, why = _missing_slip(missing)
        if slip_name:
            return slip_name, why
    return _slip_beside_edges(trials)


_FLOATS = (
    "belongs to the grid; but floats are not exact (2.1 - 2 gives a little more than 0.1). Allow "
    "for a tiny difference, or round."
)


def _missing_slip(
    missing: Sequence[tuple[Case, Combination, set[Combination]]],
) -> tuple[str | None, str]:
    """Explain what is missing, in each case with all that was found."""
    early = [_stops_before(c, got) for _, c, got in missing]
    edges = [_on_edge(case, c) for case, c, _ in missing]
    if all(early):
        ends = {f"{max(map(max, got)):g}" for _, _, got in missing}
        most = f" of {ends.pop()}" if len(ends) == 1 else ""
        return "stops-early", (
            f"Your values end too early: one coefficient may be larger than yours{most}, if the "
            "others are 1."
        )
    if all(edges):
        return "edge", f"That is exactly on the edge, and {_FLOATS}"
    if all(one or other for one, other in zip(early, edges, strict=True)):
        return "edge-and-stops-early", (
            f"Two things are wrong. What lies exactly on the edge {_FLOATS} And your values end "
            "too early: one coefficient may be larger if the others are 1."
        )
    return None, ""


def _stops_before(combination: Combination, got: set[Combination]) -> bool:
    """Whether a combination has a larger number than any that was found."""
    return bool(got) and max(combination) > max(map(max, got)) + _SLACK


def _slip_beside_edges(trials: Sequence[tuple[Case, set[Combination]]]) -> tuple[str | None, str]:
    """Name a slip that explains all but combinations exactly on the edge: two things are wrong."""
    for slip in _GRID_SLIPS:
        given = [(case, set(slip.gives(**case)), got) for case, got in trials]
        if all(_same_inside(*one) for one in given) and not all(
            _same_inside(case, gives, set(_grid(**case))) for case, gives, _ in given
        ):
            return slip.name, f"{slip.explain(trials[0][0])} Besides, what is on the edge {_FLOATS}"
    return None, ""


def _same_inside(case: Case, first: set[Combination], second: set[Combination]) -> bool:
    """Whether two sets differ at most by combinations on the edge."""
    return all(_on_edge(case, c) for c in first ^ second)


def _on_edge(case: Case, combination: Combination) -> bool:
    distance = abs(_product(*combination) - case.get("target", 2.0))
    return bool(abs(distance - case.get("tolerance", 0.1)) < _SLACK)


# ------------------------------------------------------------------ the best, within noise

Records = Sequence[Case]

#: Of two means, in standard errors of their difference.
_ERRORS = 2.0


#: Numbers of runs of two candidates, so few that messages show the records whole.
_FEW_RUNS = ((2, 2), (2, 3), (3, 2), (2, 4), (4, 2), (3, 4), (4, 3), (2, 5), (5, 2))

#: How many records are drawn at a time, to choose from.
_DRAWN = 80


@_kept
def _choose_inputs(seed: int) -> list[dict[str, Any]]:
    """Draw records that tell each slip from the right choice, and from all other slips.

    As far as two candidates can; and those with a message once more with many candidates, where a
    program must go through them.
    """
    random = Random(seed)
    named = [_choice, *(slip.gives for slip in _CHOOSE_SLIPS)]
    functions = [*named, *_NOT_NAMED]
    few, left = _telling_records(random, _few_runs, functions, _pairs(len(functions)))
    many, also_left = _telling_records(random, _many_runs, functions, _pairs(len(named)))
    cases, left = few + many, left | also_left
    while left:
        found, left = _telling_records(random, _many_runs, functions, left)
        cases += found
    return sorted(cases, key=_size)


def _pairs(number: int) -> set[tuple[int, int]]:
    return set(combinations(range(number), 2))


def _size(case: Case) -> tuple[int, int]:
    records = case["records"]
    return len(records), sum(len(record["val"]) for record in records)


def _telling_records(
    random: Random,
    draw_runs: Callable[[Random], Sequence[int]],
    functions: Sequence[Callable[..., Plain]],
    alike: set[tuple[int, int]],
) -> tuple[list[dict[str, Any]], set[tuple[int, int]]]:
    """Draw some records; return the few that tell most, and the pairs that none tells apart."""
    drawn = [_draw_records(random, draw_runs(random)) for _ in range(_DRAWN)]
    clear = [records for records in drawn if _is_clear(records)]
    asked = sorted({number for pair in alike for number in pair})
    apart = []
    for records in clear:
        gives = {number: repr(functions[number](records=records)) for number in asked}
        apart.append({pair for pair in alike if gives[pair[0]] != gives[pair[1]]})
    left = set(alike)
    cases: list[list[dict[str, Any]]] = []
    while True:
        best = max(range(len(clear)), key=lambda number: len(apart[number]))
        if not apart[best]:
            return [{"records": records} for records in cases], left
        cases.append(clear[best])
        left -= apart[best]
        apart = [pairs & left for pairs in apart]


def _few_runs(random: Random) -> Sequence[int]:
    return random.choice(_FEW_RUNS)


def _many_runs(random: Random) -> Sequence[int]:
    return [random.randint(2, 4) for _ in range(random.randint(3, 6))]


def _draw_records(random: Random, runs: Sequence[int]) -> list[dict[str, Any]]:
    """Draw a candidate for each number of runs; one digit after the point, to check by hand."""
    best, records = random.uniform(60, 70), []
    for name, number in zip(random.sample("ABCDEFGHIJ", len(runs)), runs, strict=True):
        val, test = (
            [round(random.gauss(best - behind, 0.6), 1) for _ in range(number)]
            for behind in (random.uniform(0, 2.2), random.uniform(0, 2.2))
        )
        records.append({"name": name, "val": val, "test": test})
    return records


def _is_clear(records: Records) -> bool:
    """Whether no candidate is at the limit between a tie and none, nor two of them best."""
    spread = _pooled(records)
    if not spread:
        return False
    best, *others = sorted(records, key=_mean, reverse=True)
    gaps = [(_mean(best) - _mean(r)) / _error(spread, best, r) for r in others]
    return min(gaps) > 0.05 and all(abs(gap - _ERRORS) > 0.05 for gap in gaps)


def _mean(record: Case) -> float:
    return fmean(record["val"])


def _squares(values: Sequence[float]) -> float:
    """Return the sum of the squares of the distances from the mean."""
    mean = fmean(values)
    return sum((value - mean) ** 2 for value in values)


def _std(values: Sequence[float]) -> float:
    return math.sqrt(_squares(values) / (len(values) - 1))


def _std_by_n(values: Sequence[float]) -> float:
    """Return numpy's standard deviation as it is by default."""
    return math.sqrt(_squares(values) / len(values))


def _pooled(records: Records) -> float:
    squares = sum(_squares(record["val"]) for record in records)
    return math.sqrt(squares / sum(len(record["val"]) - 1 for record in records))


def _error(spread: float, best: Case, other: Case) -> float:
    return spread * math.sqrt(1 / len(best["val"]) + 1 / len(other["val"]))


def _choice(
    records: Records, average: Any = _mean, spread: Any = _pooled, error: Any = _error,
    factor: float = _ERRORS,
) -> dict[str, Any]:  # fmt: skip
    """Return the best candidate and those that are too close to it; a slip changes a part."""
    best = max(records, key=average)
    limit = factor * spread(records)
    ties = [
        r["name"] for r in records
        if r is not best and average(best) - average(r) < error(limit, best, r)
    ]  # fmt: skip
    return {"best": best["name"], "ties": sorted(ties)}


def _on_test(records: Records) -> dict[str, Any]:
    return _choice([{**record, "val": record["test"]} for record in records])


def _on_both(records: Records) -> dict[str, Any]:
    return _choice([{**record, "val": record["val"] + record["test"]} for record in records])


def _population(records: Records) -> float:
    """Return the spread with n where n - 1 belongs."""
    squares = sum(_squares(record["val"]) for record in records)
    return math.sqrt(squares / sum(len(record["val"]) for record in records))


def _own_error(limit: float, best: Case, other: Case) -> float:
    """Return the error from the two candidates' own spreads; `limit` is the factor alone."""
    parts = [_std(r["val"]) ** 2 / len(r["val"]) for r in (best, other)]
    return limit * math.sqrt(sum(parts))


def _with_error(
    terms: Callable[[int, int, Records], float], spread: Any = _pooled, factor: float = _ERRORS
) -> Any:
    """Return the choice with another root; `terms` gets the best's and the other's runs."""

    def wrong(records: Records) -> dict[str, Any]:
        def error(limit: float, best: Case, other: Case) -> float:
            return limit * math.sqrt(terms(len(best["val"]), len(other["val"]), records))

        return _choice(records, spread=spread, error=error, factor=factor)

    return wrong


def _with_spread(spread: Callable[[Records], float]) -> Any:
    return lambda records: _choice(records, spread=spread)


def _mean_runs(records: Records) -> float:
    return fmean(len(record["val"]) for record in records)


def _every(records: Records) -> list[float]:
    return [value for record in records for value in record["val"]]


def _less_one(records: Records) -> float:
    """Return the spread with one run less in all, not one for each candidate."""
    runs = len(_every(records))
    return math.sqrt(sum(_squares(record["val"]) for record in records) / (runs - 1))


def _from_grand_mean(records: Records) -> float:
    """Return the spread around the mean of all runs, divided as the pooled one."""
    runs = _every(records)
    return math.sqrt(_squares(runs) / (len(runs) - len(records)))


def _all_but_worst(records: Records) -> dict[str, Any]:
    """Return the candidate with the lowest mean; no other is below it, so that all are ties."""
    worst = min(records, key=_mean)
    return {"best": worst["name"], "ties": sorted(r["name"] for r in records if r is not worst)}


def _overlapping(records: Records) -> dict[str, Any]:
    best = max(records, key=_mean)
    ties = [r["name"] for r in records if r is not best and max(r["val"]) >= min(best["val"])]
    return {"best": best["name"], "ties": sorted(ties)}


def _with_ties(ties: Callable[[Records, str, list[str]], Iterable[str]]) -> Any:
    """Return the right choice with other ties."""

    def wrong(records: Records) -> dict[str, Any]:
        right = _choice(records)
        found = ties(records, right["best"], right["ties"])
        return {"best": right["best"], "ties": sorted(found)}

    return wrong


_CHOOSE_SLIPS = (
    Slip(
        "test-pictures",
        "You choose by the test pictures. They are for a last look, once, at what was chosen: "
        "choose by 'val'.",
        _on_test,
    ),
    Slip(
        "all-pictures",
        "You mix test pictures into the choice. They are for a last look, once, at what was "
        "chosen: choose by 'val'.",
        _on_both,
    ),
    Slip(
        "best-run",
        "You compare the best runs. The best of several is better by luck: compare means.",
        lambda records: _choice(records, average=lambda r: max(r["val"])),
    ),
    Slip(
        "medians",
        "You compare medians; compare means.",
        lambda records: _choice(records, average=lambda r: median(r["val"])),
    ),
    Slip(
        "worst",
        "You take the candidate with the lowest mean.",
        lambda records: _choice(records, average=lambda r: -_mean(r)),
    ),
    Slip(
        "worst-and-all-others",
        "You take the candidate with the lowest mean; all others are above it, and so never two "
        "errors below.",
        _all_but_worst,
    ),
    Slip(
        "population-spread",
        "You divide by the number of runs. Each candidate's mean was made from the same runs: "
        "divide by the runs less one for each candidate.",
        lambda records: _choice(records, spread=_population),
    ),
    Slip(
        "spread-of-all",
        "Your spread is that of all runs together, which holds the differences between candidates, "
        "too. Take each run's distance from its own candidate's mean.",
        lambda records: _choice(
            records, spread=lambda rows: _std(_every(rows))
        ),
    ),
    Slip(
        "population-spread-of-all",
        "Your spread is that of all runs together, which holds the differences between candidates, "
        "too. Take each run's distance from its own candidate's mean.",
        _with_spread(lambda rows: _std_by_n(_every(rows))),
    ),
    Slip(
        "distance-from-the-mean-of-all",
        "You take each run's distance from the mean of all runs, which holds the differences "
        "between candidates, too. Take it from its own candidate's mean.",
        _with_spread(_from_grand_mean),
    ),
    Slip(
        "one-less-in-all",
        "You divide by all runs less one. Each candidate has a mean of its own: take off one for "
        "each of them.",
        _with_spread(_less_one),
    ),
    Slip(
        "mean-of-spreads",
        "You average standard deviations. Add the squares of all distances first, then divide, "
        "then take the root.",
        lambda records: _choice(records, spread=lambda rows: fmean(_std(r["val"]) for r in rows)),
    ),
    Slip(
        "mean-of-population-spreads",
        "You average standard deviations, made with n where n - 1 belongs (numpy's std does so "
        "unless it gets ddof=1). Add the squares of all distances first, then divide, then take "
        "the root.",
        _with_spread(lambda rows: fmean(_std_by_n(r["val"]) for r in rows)),
    ),
    Slip(
        "mean-of-population-variances",
        "You average variances that are made with n where n - 1 belongs (numpy's var does so "
        "unless it gets ddof=1). Besides, a candidate with more runs tells more: add the squares "
        "of all distances, and divide once.",
        _with_spread(lambda rows: math.sqrt(fmean(_std_by_n(r["val"]) ** 2 for r in rows))),
    ),
    Slip(
        "mean-of-variances",
        "You give each candidate's variance the same weight; one with more runs tells more. Add "
        "the squares of all distances, and divide once.",
        _with_spread(lambda rows: math.sqrt(fmean(_std(r["val"]) ** 2 for r in rows))),
    ),
    Slip(
        "variance",
        "You forget to take the root of the pooled variance.",
        lambda records: _choice(records, spread=lambda rows: _pooled(rows) ** 2),
    ),
    Slip(
        "spread-of-single-runs",
        "You compare with the spread of single runs. A mean of several is surer: s times the root "
        "of 1/n + 1/m.",
        lambda records: _choice(records, error=lambda limit, best, other: limit),
    ),
    Slip(
        "error-of-one-mean",
        "You count the uncertainty of one of the two means only: the best one is uncertain, too.",
        lambda records: _choice(
            records, error=lambda limit, best, other: limit / math.sqrt(len(other["val"]))
        ),
    ),
    Slip(
        "error-of-the-best",
        "You count the uncertainty of the best mean only: the other one is uncertain, too.",
        lambda records: _choice(
            records, error=lambda limit, best, other: limit / math.sqrt(len(best["val"]))
        ),
    ),
    Slip(
        "n-of-the-best-for-both",
        "You take the best's number of runs for both means. They may have different numbers of "
        "runs: 1/n + 1/m, with each one's own.",
        _with_error(lambda n, m, records: 2 / n),
    ),
    Slip(
        "n-of-the-other-for-both",
        "You take the other candidate's number of runs for both means. They may have different "
        "numbers of runs: 1/n + 1/m, with each one's own.",
        _with_error(lambda n, m, records: 2 / m),
    ),
    Slip(
        "n-of-the-first-record",
        "Your number of runs is always that of the first record. Candidates may have different "
        "numbers of runs: 1/n + 1/m, with those of the two means.",
        _with_error(lambda n, m, records: 2 / len(records[0]["val"])),
    ),
    Slip(
        "n-of-the-last-record",
        "Your number of runs is always that of the last record: is it left over from a loop? "
        "Take 1/n + 1/m, with those of the two means.",
        _with_error(lambda n, m, records: 2 / len(records[-1]["val"])),
    ),
    Slip(
        "mean-number-of-runs",
        "You take one number of runs for all, their mean. Take 1/n + 1/m, with those of the two "
        "means.",
        _with_error(lambda n, m, records: 2 / _mean_runs(records)),
    ),
    Slip(
        "one-over-the-sum",
        "1/n + 1/m is not 1/(n + m): two means are less sure than one of all their runs.",
        _with_error(lambda n, m, records: 1 / (n + m)),
    ),
    Slip(
        "two-over-the-sum",
        "1/n + 1/m is not 2/(n + m): add the two fractions.",
        _with_error(lambda n, m, records: 2 / (n + m)),
    ),
    Slip(
        "no-root-of-the-fractions",
        "You forget to take the root of 1/n + 1/m.",
        _with_error(lambda n, m, records: (1 / n + 1 / m) ** 2),
    ),
    Slip(
        "root-of-the-spread",
        "Your root is over s, too: s must be squared there, or stand before the root.",
        lambda records: _choice(records, spread=lambda rows: math.sqrt(_pooled(rows))),
    ),
    Slip(
        "errors-added",
        "You add the two means' errors; independent errors add as squares: s times the root of "
        "1/n + 1/m.",
        lambda records: _choice(
            records,
            error=lambda limit, best, other: limit * sum(
                1 / math.sqrt(len(r["val"])) for r in (best, other)
            ),
        ),
    ),
    Slip(
        "one-error",
        "You allow for one standard error; a tie is a difference of less than two.",
        lambda records: _choice(records, factor=1.0),
    ),
    Slip(
        "own-spreads",
        "You take the spread of the two candidates alone. From so few runs it is a poor guess: "
        "pool the spread of all candidates.",
        lambda records: _choice(records, spread=lambda rows: 1.0, error=_own_error),
    ),
    Slip(
        "overlap",
        "You call it a tie if runs overlap; that says little about the means, and less the more "
        "runs there are.",
        _overlapping,
    ),
    Slip(
        "best-among-ties",
        "You list the best candidate among its own ties; list the others only.",
        _with_ties(lambda records, best, ties: [*ties, best]),
    ),
    Slip(
        "told-apart",
        "You list those that can be told apart from the best; list those that cannot.",
        _with_ties(
            lambda records, best, ties: [
                r["name"] for r in records if r["name"] not in (*ties, best)
            ]
        ),
    ),
    Slip(
        "no-ties",
        "You never list a tie; some candidates are within noise of the best.",
        _with_ties(lambda records, best, ties: []),
    ),
)  # fmt: skip


#: What has no message of its own, and must not be taken for a slip that has: two slips at once.
_NOT_NAMED = (
    *(
        _with_error(terms, factor=1.0)
        for terms in (
            lambda n, m, records: 2 / n,
            lambda n, m, records: 2 / m,
            lambda n, m, records: 1 / m,
            lambda n, m, records: 2 / max(n, m),
            lambda n, m, records: 2 / min(n, m),
            lambda n, m, records: 1.0,
        )
    ),
    *(
        _with_error(lambda n, m, records: 1 / n + 1 / m, spread, factor=1.0)
        for spread in (_population, lambda rows: fmean(_std(r["val"]) for r in rows))
    ),
    *(
        _with_error(lambda n, m, records: 1 / (n + m), spread)
        for spread in (_population, lambda rows: fmean(_std(r["val"]) for r in rows))
    ),
    _with_error(lambda n, m, records: 2 / max(n, m)),
    _with_error(lambda n, m, records: 2 / min(n, m)),
    _with_error(lambda n, m, records: 1 / (n * m)),
    _with_error(lambda n, m, records: 1 / (n + m), factor=1.0),
)


def _judge_choose(inputs: Inputs, answer: Plain) -> CheckResult:
    cases, results = inputs["cases"], part(answer, "results")
    results = [_sorted_ties(one) for one in results] if isinstance(results, list) else results
    found = judge_calls(
        "choose", cases, results, _choice, _CHOOSE_SLIPS, after=part(answer, "after")
    )
    if not isinstance(results, list) or len(results) != len(cases) or found.slip == "changes-input":
        return found
    if any(isinstance(result, str) for result in results):
        text = (
            "choose gives a name alone. Return a dict with 'best', the name, and 'ties', the "
            "names that are as good as far as the runs tell."
        )
        return replace(found, message=text, slip="name-alone")
    if any(_holds_records(result) for result in results):
        text = (
            "choose gives whole records. Return names: 'best' is the record's \"name\", and 'ties' "
            "a list of names."
        )
        return replace(found, message=text, slip="whole-records")
    found = _about_keys(found, "choose", cases, results, ("best", "ties"))
    worked_out = "" if found.passed or found.slip == "keys" else _numbers_behind(cases, results)
    return replace(found, message=f"{found.message} {worked_out}".strip())


def _holds_records(result: Plain) -> bool:
    """Whether the best, or a tie, is a dict where a name belongs."""
    ties = part(result, "ties")
    names = [part(result, "best"), *(ties if isinstance(ties, list) else ())]
    return any(isinstance(name, dict) for name in names)


def _numbers_behind(cases: Sequence[Case], results: Sequence[Plain]) -> str:
    """Say, of the first wrong choice, the numbers from which the right one follows."""
    for case, got in zip(cases, results, strict=True):
        right = _choice(**case)
        if not matches(got, right):
            named = {record["name"]: record for record in case["records"]}
            return _numbers_of(named, right, got)
    return ""


def _numbers_of(named: Mapping[str, Case], right: Case, got: Plain) -> str:
    best, chosen, ties = named[right["best"]], part(got, "best"), part(got, "ties")
    if not isinstance(ties, list) or not isinstance(chosen, str) or chosen not in named:
        return ""
    if chosen != best["name"]:
        means = [f"{_mean(named[name]):.2f} for {name}" for name in (chosen, best["name"])]
        return f"The means of 'val' are {means[0]}, and {means[1]}."
    wrong = [name for name in named if (name in ties) != (name in right["ties"])]
    if not wrong or wrong[0] == chosen:
        return ""
    spread = _pooled(list(named.values()))
    error = _error(spread, best, named[wrong[0]])
    behind = _mean(best) - _mean(named[wrong[0]])
    verdict = "less than two: a tie" if behind < _ERRORS * error else "not less than two: no tie"
    return (
        f"In numbers: s is {spread:.3f}; {wrong[0]} is {behind:.3f} behind {chosen}, with a "
        f"standard error of {error:.3f}. That is {behind / error:.2f} standard errors, {verdict}."
    )


def _sorted_ties(result: Plain) -> Plain:
    """Put the ties in order, as any will do."""
    ties = part(result, "ties")
    if isinstance(ties, list) and all(isinstance(name, str) for name in ties):
        return {**result, "ties": sorted(ties)}
    return result


# ------------------------------------------------------------------ phi of a released network


def _fit_inputs(seed: int) -> Inputs:
    random = Random(seed)
    # In each network another dimension lags behind, or is ahead.
    orders = random.sample(list(permutations(range(3))), 5)
    chosen = [{}, {}, *(_draw_coefficients(random) for _ in range(3))]
    return {"cases": [_draw_network(random, *one) for one in zip(orders, chosen, strict=True)]}


def _draw_network(
    random: Random, order: Sequence[int], coefficients: dict[str, float]
) -> dict[str, float]:
    """Draw multipliers near to, but not on, those of some phi; three different values of it."""
    phi = random.uniform(1, 5)
    three = sorted(random.sample((-0.9, -0.5, 0.1, 0.4, 0.8), 3))
    shifts = [three[place] for place in order]
    bases = [coefficients.get(n, b) for n, b in (("alpha", 1.2), ("beta", 1.1), ("gamma", 1.15))]
    depth, width, resolution = (
        round(base ** (phi + shift), 3) for base, shift in zip(bases, shifts, strict=True)
    )
    return {"depth": depth, "width": width, "resolution": resolution, **coefficients}


def _logs(
    depth: float, width: float, resolution: float, alpha: float = 1.2, beta: float = 1.1,
    gamma: float = 1.15,
) -> list[tuple[float, float]]:  # fmt: skip
    """Return the logarithms of each coefficient and of what was released."""
    pairs = ((alpha, depth), (beta, width), (gamma, resolution))
    return [(math.log(base), math.log(value)) for base, value in pairs]


def _least_squares(logs: Sequence[tuple[float, float]]) -> float:
    return sum(c * m for c, m in logs) / sum(c * c for c, m in logs)


def _spread(logs: Sequence[tuple[float, float]]) -> float:
    each = [m / c for c, m in logs]
    return max(each) - min(each)


def _fitted(phi: Any = _least_squares, spread: Any = _spread) -> Any:
    def fit(**case: float) -> dict[str, float]:
        logs = _logs(**case)
        return {"phi": float(phi(logs)), "spread": float(spread(logs))}

    return fit


def _without_logs(logs: Sequence[tuple[float, float]]) -> float:
    """Fit the multipliers themselves: the least sum of squares, by golden sections."""

    def misfit(phi: float) -> float:
        return sum((math.exp(c * phi) - math.exp(m)) ** 2 for c, m in logs)

    low, high = -5.0, 15.0
    for _ in range(200):
        third = (high - low) / 3
        if misfit(low + third) < misfit(high - third):
            high -= third
        else:
            low += third
    return (low + high) / 2


def _each_phi(logs: Sequence[tuple[float, float]]) -> list[float]:
    return [m / c for c, m in logs]


def _by_macs(logs: Sequence[tuple[float, float]]) -> float:
    """Return the phi at which the formula gives the MACs."""
    weights = (1, 2, 2)
    return sum(w * m for w, (_, m) in zip(weights, logs, strict=True)) / sum(
        w * c for w, (c, _) in zip(weights, logs, strict=True)
    )


def _rounded_fit(digits: int, both: bool) -> Any:
    """Return phi to a few digits, as a search in steps finds it; or both numbers."""
    return _fitted(
        lambda logs: round(_least_squares(logs), digits),
        (lambda logs: round(_spread(logs), digits)) if both else _spread,
    )


def _between(first: int, second: int) -> Callable[[Sequence[tuple[float, float]]], float]:
    """Return the spread as the difference of two dimensions that are always the same."""
    return lambda logs: _each_phi(logs)[first] - _each_phi(logs)[second]


def _from_fit(logs: Sequence[tuple[float, float]]) -> float:
    phi = _least_squares(logs)
    return max(abs(each - phi) for each in _each_phi(logs))


_fit = _fitted()

_FIT_SLIPS = (
    Slip(
        "mean",
        "Your φ is the mean of the three. The least squares give more weight to a dimension that "
        "grows faster: its logarithm says more about φ.",
        _fitted(lambda logs: fmean(_each_phi(logs))),
    ),
    Slip(
        "median",
        "Your φ is the one in the middle; fit all three by least squares.",
        _fitted(lambda logs: median(_each_phi(logs))),
    ),
    Slip(
        "middle-of-the-range",
        "Your φ is halfway between the least and the largest; fit all three by least squares.",
        _fitted(lambda logs: (max(_each_phi(logs)) + min(_each_phi(logs))) / 2),
    ),
    Slip(
        "sums",
        "Your φ is a quotient of sums. Weigh each term with ln of its coefficient, above and "
        "below: that is where the sum of squares is least.",
        _fitted(lambda logs: sum(m for _, m in logs) / sum(c for c, _ in logs)),
    ),
    Slip(
        "not-divided-by-squares",
        "Below belong the squares of the coefficients' logarithms.",
        _fitted(lambda logs: sum(c * m for c, m in logs) / sum(c for c, _ in logs)),
    ),
    Slip(
        "divided-by-the-square-of-the-sum",
        "Below belongs the sum of the squares; you take the square of the sum.",
        _fitted(lambda logs: sum(c * m for c, m in logs) / sum(c for c, _ in logs) ** 2),
    ),
    Slip(
        "minus",
        "Your φ has the wrong sign: look at the signs in your derivative again.",
        _fitted(lambda logs: -_least_squares(logs)),
    ),
    *(
        Slip(
            f"searched-{digits}",
            f"Your φ is right to {digits} digits after the point only. Did you search for it in "
            "steps? No search is needed: set the derivative by φ to zero.",
            _rounded_fit(digits, both=False),
        )
        for digits in (1, 2, 3, 4)
    ),
    *(
        Slip(
            f"rounded-{digits}",
            "You round. Return the numbers as they are: rounding is for what is printed.",
            _rounded_fit(digits, both=True),
        )
        for digits in (1, 2, 3, 4)
    ),
    Slip(
        "without-logarithms",
        "You fit the multipliers themselves. Fit their logarithms, in which φ is a factor.",
        _fitted(_without_logs),
    ),
    Slip(
        "by-macs",
        "Your φ gives the right MACs by the formula. Asked for is the one that is nearest to the "
        "three multipliers.",
        _fitted(_by_macs),
    ),
    Slip(
        "by-depth",
        "Your φ is that of the depth alone; fit all three.",
        _fitted(lambda logs: _each_phi(logs)[0]),
    ),
    Slip(
        "papers-coefficients",
        "You take the paper's coefficients, whatever is given.",
        lambda depth, width, resolution, **others: _fit(
            depth=depth, width=width, resolution=resolution
        ),
    ),
    Slip(
        "spread-negative",
        "Your spread is the least of the three φ less the largest: it is the other way round.",
        _fitted(spread=lambda logs: -_spread(logs)),
    ),
    *(
        Slip(
            f"spread-of-{_SCALED[first]}-and-{_SCALED[second]}",
            f"Your spread is always the φ of the {_SCALED[first]} less that of the "
            f"{_SCALED[second]}. Which of the three is largest, and which least, is not the same "
            "for all networks.",
            _fitted(spread=_between(first, second)),
        )
        for first, second in permutations(range(3), 2)
    ),
    Slip(
        "spread-of-depth-and-width-without-sign",
        "Your spread is always between the φ of the width and that of the depth. Which of the "
        "three is largest, and which least, is not the same for all networks.",
        _fitted(spread=lambda logs: abs(_between(0, 1)(logs))),
    ),
    Slip(
        "spread-from-fit",
        "Your spread is the largest distance from the fitted φ; it is the largest of the three φ "
        "less the smallest.",
        _fitted(spread=_from_fit),
    ),
    Slip(
        "spread-deviation",
        "Your spread is a standard deviation; it is the largest of the three φ less the smallest.",
        _fitted(spread=lambda logs: stdev(_each_phi(logs))),
    ),
    Slip(
        "spread-population",
        "Your spread is a standard deviation; it is the largest of the three φ less the smallest.",
        _fitted(spread=lambda logs: pstdev(_each_phi(logs))),
    ),
    Slip(
        "spread-of-residuals",
        "Your spread is one of what is left over in the logarithms; it is one of the three φ.",
        _fitted(spread=lambda logs: _range([m - c * _least_squares(logs) for c, m in logs])),
    ),
)


def _range(values: Sequence[float]) -> float:
    return max(values) - min(values)


def _judge_fit(inputs: Inputs, answer: Plain) -> CheckResult:
    cases = inputs["cases"]
    result = judge_calls("fit_phi", cases, answer, _fit, _FIT_SLIPS, rel=1e-6)
    return _about_keys(result, "fit_phi", cases, answer, ("phi", "spread"))


# ------------------------------------------------------------------ a budget

#: How far below the largest phi an answer may be, and how often it may ask for a cost.
_CLOSE, _MOST_ASKED = 0.001, 100

_LARGEST_PHI = 10.0

#: Of the network in the notebook.
_SMALL = {"stages": [[16, 1], [24, 2], [40, 3]], "size": 64}

#: From so many halvings on, the rest of the interval is shorter than what is asked for.
_ENOUGH_HALVINGS = 14


@_kept
def _budget_inputs(seed: int) -> list[dict[str, Any]]:
    """Draw networks and budgets that lead each slip well away from the right phi."""
    random = Random(seed)
    while True:
        cases = [
            _draw_clear(random, (1, 2), exact=True, shown=(*_BUDGET_SLIPS, _STRICT)),
            _draw_clear(random, (0.3, 0.9)),
            # Rounding has made its baseline dear, so that it grows more slowly than the formula.
            _draw_clear(random, (1, 3), spare=7, shown=(*_BUDGET_SLIPS, *_FORMULA_ENDS)),
            _draw_clear(random, (2, 5)),
            _draw_clear(random, (9.1, 9.7)),  # nearly all of what is searched
        ]
        edges = [_edge(**case) for case in cases]
        if _tell_rounding(edges) and _tell_halvings(edges):
            return cases


def _tell_rounding(edges: Sequence[float]) -> bool:
    """Whether rounding leads above a budget, to however many digits that matter."""
    return all(any(round(edge, digits) > edge for edge in edges) for digits in (1, 2, 3))


def _tell_halvings(edges: Sequence[float]) -> bool:
    """Whether each halving keeps the lower half for some, the upper one for others.

    Else the ends and the middle of intervals of different lengths could not be told apart.
    """
    halves = [
        {math.floor(edge / _LARGEST_PHI * 2**halvings) % 2 for edge in edges}
        for halvings in range(1, _ENOUGH_HALVINGS + 1)
    ]
    return all(len(found) == 2 for found in halves)


def _draw_clear(
    random: Random,
    phis: tuple[float, float],
    *,
    exact: bool = False,
    spare: int = 0,
    shown: Sequence[Slip] = (),
) -> dict[str, Any]:
    """Draw a network and a budget; `exact` if a phi costs just that."""
    while True:
        case = _draw_budget(random, phis, exact, spare)
        right = _edge(**case)
        others = (slip.gives(**case) for slip in shown or _BUDGET_SLIPS)
        if abs(_by_formula(**case) - _doublings(**case)) < 0.02:
            continue
        if 0.2 < right < 9.8 and all(abs(other - right) > 0.02 for other in others):
            return case


def _draw_budget(
    random: Random, phis: tuple[float, float], exact: bool, spare: int
) -> dict[str, Any]:
    """Draw a network; `spare` channels of each stage are there from rounding up."""
    stages = [
        [8 * random.randint(2, 6) - spare, random.randint(1, 4)]
        for _ in range(random.randint(2, 4))
    ]
    network = {"stages": stages, "size": random.randint(30, 80)}
    coefficients = _draw_coefficients(random)
    budget = _cost_at(network, random.uniform(*phis), **coefficients)
    budget += 0 if exact else random.randint(1, budget // 10)
    return {"network": network, "budget": budget, **coefficients}


def _cost_at(network: Case, phi: float, alpha: float, beta: float, gamma: float) -> int:
    return probes.counted(network)(beta**phi, alpha**phi, gamma**phi)


def _edge(network: Case, budget: int, alpha: float, beta: float, gamma: float) -> float:
    """Return the phi up to which the cost is within the budget."""
    return _largest(lambda phi: _cost_at(network, phi, alpha, beta, gamma), budget)


def _largest(cost: Callable[[float], float], budget: int) -> float:
    """Halve the interval from 0 to 10; return its lower end."""
    low, high = 0.0, _LARGEST_PHI
    for _ in range(40):  # until it is far shorter than what is asked for
        middle = (low + high) / 2
        if cost(middle) <= budget:
            low = middle
        else:
            high = middle
    return low


def _times(network: Case, budget: int) -> float:
    return budget / probes.counted(network)(1, 1, 1)


def _by_formula(network: Case, budget: int, alpha: float, beta: float, gamma: float) -> float:
    return float(_phi(_times(network, budget), alpha, beta, gamma))


def _doublings(network: Case, budget: int, **others: float) -> float:
    return math.log2(_times(network, budget))


def _with_scale(scale: Callable[[float, float], float]) -> Any:
    """Return the largest phi if another operation takes the power's place."""

    def wrong(network: Case, budget: int, alpha: float, beta: float, gamma: float) -> float:
        cost = probes.counted(network)
        return _largest(
            lambda phi: cost(scale(beta, phi), scale(alpha, phi), scale(gamma, phi)), budget
        )

    return wrong


def _halved(halvings: int, end: float) -> Any:
    """Return a place in the interval after a few halvings: 0 its lower end, 1 its upper one."""

    def wrong(**case: Any) -> float:
        length = _LARGEST_PHI / 2**halvings
        return float((math.floor(_edge(**case) / length) + end) * length)

    return wrong


_BUDGET_SLIPS = (
    Slip(
        "formula",
        "That is φ by the formula. Rounded networks cost something else: ask `cost`.",
        _by_formula,
    ),
    Slip(
        "doublings",
        "That is how often the cost doubles; a step of φ multiplies it by something else, and "
        "rounding changes that, too: ask `cost`.",
        _doublings,
    ),
    Slip(
        "depth-and-width-swapped",
        "You have depth and width the wrong way round: cost(width, depth, resolution) gets "
        "β**φ, α**φ, γ**φ.",
        lambda network, budget, alpha, beta, gamma: _edge(network, budget, beta, alpha, gamma),
    ),
    Slip(
        "width-and-resolution-swapped",
        "You have width and resolution the wrong way round: cost(width, depth, resolution) gets "
        "β**φ, α**φ, γ**φ.",
        lambda network, budget, alpha, beta, gamma: _edge(network, budget, alpha, gamma, beta),
    ),
    Slip(
        "order-of-names",
        "cost(width, depth, resolution) gets β**φ, α**φ, γ**φ; you give it others.",
        lambda network, budget, alpha, beta, gamma: _edge(network, budget, gamma, alpha, beta),
    ),
    Slip(
        "times-phi",
        "You multiply the coefficients by φ. Each step multiplies once more: cost(width, depth, "
        "resolution) gets β**φ, α**φ, γ**φ.",
        _with_scale(lambda base, phi: base * phi),
    ),
    Slip(
        "interest-without-interest",
        "You add a coefficient's excess over 1 for each step. Each step multiplies once more: "
        "cost(width, depth, resolution) gets β**φ, α**φ, γ**φ.",
        _with_scale(lambda base, phi: 1 + (base - 1) * phi),
    ),
    Slip(
        "whole-steps",
        "You try whole numbers only; φ may be any number.",
        lambda **case: float(int(_edge(**case))),
    ),
    Slip(
        "tenths",
        "You try tenths only; come nearer, to within a thousandth.",
        lambda **case: int(10 * _edge(**case)) / 10,
    ),
    Slip(
        "ends-exchanged",
        "You keep the wrong half: if the middle fits, it is the new lower end; if it does not, the "
        "new upper end.",
        lambda **case: 0.0 if _edge(**case) >= _LARGEST_PHI / 2 else _LARGEST_PHI,
    ),
    Slip("lower-bound", "You return where the search began.", lambda **case: 0.0),
    Slip("upper-bound", "You return where the search began.", lambda **case: _LARGEST_PHI),
)

#: Shows only where a budget is exactly what a network costs.
_STRICT = Slip(
    "strictly-below",
    "You leave out what costs exactly the budget: that is within it.",
    lambda network, budget, **others: _edge(network, budget - 1, **others),
)

#: Show only where a network grows more slowly than by the formula.
_FORMULA_ENDS = (
    Slip(
        "ends-at-the-formula",
        "You search no further than to φ by the formula. Rounding may also make a larger φ fit: "
        "search up to 10.",
        lambda **case: min(_edge(**case), _by_formula(**case)),
    ),
    Slip(
        "ends-at-the-doublings",
        "You search no further than to the number of doublings. A larger φ may fit, too: search "
        "up to 10.",
        lambda **case: min(_edge(**case), _doublings(**case)),
    ),
)

#: Shows only if the cost that is given is never asked for.
_OTHER_COST = Slip(
    "small-cost",
    "You ask `small_cost`, the network of the example. Ask `cost`, which your function is given.",
    lambda network, **others: _edge(_SMALL, **others),
)

_ROUGH_SLIPS = (
    Slip(
        "hundredths",
        "You try hundredths only; come nearer, to within a thousandth.",
        lambda **case: int(100 * _edge(**case)) / 100,
    ),
    *(
        Slip(
            f"halved-{halvings}-times",
            f"Your interval is still {_LARGEST_PHI / 2**halvings:.4g} long: halve it until it is "
            "shorter than a thousandth.",
            _halved(halvings, 0),
        )
        for halvings in range(1, _ENOUGH_HALVINGS)
    ),
    *(
        Slip(
            f"middle-after-{halvings}",
            "You return the middle of the interval, which may cost too much. Return its lower end, "
            "which is known to fit.",
            _halved(halvings, 0.5),
        )
        for halvings in range(1, _ENOUGH_HALVINGS)
    ),
    *(
        Slip(
            f"upper-end-after-{halvings}",
            "You return the upper end of the interval, which costs too much. Return its lower end, "
            "which is known to fit.",
            _halved(halvings, 1),
        )
        for halvings in range(1, _ENOUGH_HALVINGS)
    ),
)


def _judge_budget(inputs: Inputs, answer: Plain) -> CheckResult:
    cases = inputs["cases"]
    if not isinstance(answer, list) or len(answer) != len(cases):
        return CheckResult("incorrect", "scaled_to_budget gave no answers to read.", "odd")
    trials = list(zip(cases, (part(got, "phi") for got in answer), strict=True))
    asked = [part(got, "asked") for got in answer]
    if any(type(number) is not int for number in asked):
        return CheckResult("incorrect", "scaled_to_budget gave no answers to read.", "odd")
    for case, phi in trials:
        problem = _phi_problem(case, phi)
        if problem:
            slip, why = _budget_slip(trials, max(asked))
            text = f"{_budget_call(case)}{problem} {why}"
            return CheckResult("incorrect", text.strip(), slip)
    if max(asked) > _MOST_ASKED:
        return CheckResult(
            "incorrect",
            f"The answers are right. {_budget_call(cases[asked.index(max(asked))])} asks for a "
            f"cost {max(asked):,} times, though. Halve an interval: about 15 times are enough.",
            "asks-too-often",
        )
    return CheckResult(
        "correct",
        f"scaled_to_budget is right for all {len(cases)} networks tried, and asks for a cost "
        f"{max(asked)} times at most.",
    )


def _budget_call(case: Case) -> str:
    shown = {name: value for name, value in case.items() if name != "network"}
    network = case["network"]
    return (
        f"For stages {value_text(network['stages'])} (channels, layers) on {network['size']} "
        f"pixels, {call_text('scaled_to_budget', **shown).replace('(', '(cost, ', 1)}"
    )


def _phi_problem(case: Case, phi: Plain) -> str:
    """Say what is wrong with a phi; empty if nothing is."""
    right = _edge(**case)
    if type(phi) not in (int, float) or not math.isfinite(phi):
        off = what_is_off(right, phi) or "Return a single number."
        return f" gives {value_text(phi, 60)}. {off}"
    wanted = f"expected {right:.4f} or up to {_CLOSE:g} less, got {phi:.6g}"
    if abs(phi) <= 2 * _LARGEST_PHI and phi > right - _CLOSE - _SLACK:
        network, budget = case["network"], case["budget"]
        coefficients = {name: case[name] for name in ("alpha", "beta", "gamma")}
        macs = _cost_at(network, phi, **coefficients)
        if macs <= budget:
            return ""
        return f": {wanted}, which costs {macs:,} MACs, above the budget."
    return f": {wanted}."


def _budget_slip(trials: Sequence[tuple[Case, Plain]], most_asked: int) -> tuple[str | None, str]:
    """Name a slip that explains all answers; rough ones must be met exactly, if they can be."""
    if any(type(phi) not in (int, float) for _, phi in trials):
        return None, ""
    if most_asked == 0:
        never = "You never ask `cost`, the function that yours is given."
        return _met((_OTHER_COST, *_BUDGET_SLIPS), trials, _CLOSE) or ("never-asks", never)
    return (
        _met((*_BUDGET_SLIPS, _STRICT, *_FORMULA_ENDS), trials, _CLOSE)
        or _met(_ROUGH_SLIPS, trials, _SLACK)
        or _rounded_phi(trials)
        or _just_above(trials)
        or (None, "")
    )


def _met(
    slips: Sequence[Slip], trials: Sequence[tuple[Case, Plain]], absolute: float
) -> tuple[str, str] | None:
    for slip in slips:
        if all(matches(phi, float(slip.gives(**case)), 1e-9, absolute) for case, phi in trials):
            return slip.name, slip.explain(trials[0][0])
    return None


def _just_above(trials: Sequence[tuple[Case, Plain]]) -> tuple[str, str] | None:
    if all(0 < phi - _edge(**case) < _CLOSE for case, phi in trials):
        return "just-above", (
            "You come near enough, but from above. Return the lower end of the interval, which is "
            "known to fit."
        )
    return None


def _rounded_phi(trials: Sequence[tuple[Case, Plain]]) -> tuple[str, str] | None:
    for digits in range(5):
        if all(
            phi == round(phi, digits) and abs(phi - _edge(**case)) < 0.5 / 10**digits + _CLOSE
            for case, phi in trials
        ):
            return "rounded", (
                "You round, and rounding up leads above the budget. Return the lower end of the "
                "interval as it is."
            )
    return None


# ------------------------------------------------------------------ the assignment

TASKS = (
    Task(
        name="compound.multipliers",
        title="One number sets three",
        points=10,
        needs=("multipliers",),
        inputs=_multipliers_inputs,
        probe=probes.multipliers,
        judge=_judge_multipliers,
        hints=(
            "φ is a number of steps; each step multiplies each dimension by its coefficient.",
            "Three powers: alpha**phi, beta**phi, gamma**phi. Which of them is the width?",
            "Twice the layers: twice the work. Twice the channels, or twice the side of the "
            "picture: four times. The keys are lower case, 'macs' as well.",
        ),
        difficulty=1,
        importance=5,
        minutes=6,
    ),
    Task(
        name="compound.phi_for",
        title="How far to go",
        points=10,
        needs=("phi_for",),
        inputs=_phi_inputs,
        probe=probes.phi_for,
        judge=_judge_phi,
        hints=(
            "By how much does one step multiply the MACs? Two steps by the square of it.",
            "You look for the exponent: step**phi = times. Take the logarithm on both sides.",
            "φ is the logarithm of one number divided by the logarithm of another.",
        ),
        difficulty=2,
        importance=4,
        minutes=6,
    ),
    Task(
        name="compound.candidates",
        title="The grid of candidates",
        points=20,
        needs=("candidates",),
        inputs=_grid_inputs,
        probe=probes.candidates,
        judge=_judge_grid,
        hints=(
            "List the values that one coefficient may have, from 1 to the largest that could "
            "fit; then let each of the three run through all of them, in three loops.",
            "1 + step * n for n = 0, 1, 2 ... is more exact than adding the step again and again. "
            "The largest value is reached where the other two coefficients are 1.",
            "Floats: 2.1 - 2 <= 0.1 is False. Test with tolerance + 1e-9, or round the difference "
            "to nine digits.",
        ),
        difficulty=3,
        importance=4,
        minutes=15,
    ),
    Task(
        name="compound.choose",
        title="The best, within noise",
        points=15,
        needs=("choose",),
        inputs=_choose_inputs,
        probe=probes.choose,
        judge=_judge_choose,
        hints=(
            "In steps: the mean of each candidate, the best of them, the pooled spread s, then one "
            "comparison for each of the others.",
            "For s go through all candidates: add up the squares of each run's distance from its "
            "own candidate's mean, and add up len(val) - 1. (numpy's var and std divide by n: "
            "ddof=1 makes it n - 1. A mean of variances will not do if numbers of runs differ.)",
            "A tie: best mean - mean < 2 * s * math.sqrt(1 / n + 1 / m), with the numbers of runs "
            "of the two, n and m.",
        ),
        difficulty=4,
        importance=5,
        minutes=25,
    ),
    Task(
        name="compound.fit_phi",
        title="Which φ is B7?",
        points=15,
        needs=("fit_phi",),
        inputs=_fit_inputs,
        probe=probes.fit_phi,
        judge=_judge_fit,
        hints=(
            "In logarithms the formula is a product: ln d = φ · ln α. Make a list of pairs "
            "(ln α, ln d), (ln β, ln w), (ln γ, ln r).",
            "The sum of squares (y - φ · x)² over the pairs is least where its derivative by φ is "
            "zero: the sum of x · (y - φ · x) is zero.",
            "So φ is the sum of x · y over the sum of x · x. For the spread, y / x is what each "
            "dimension asks for by itself.",
        ),
        difficulty=3,
        importance=3,
        minutes=15,
    ),
    Task(
        name="compound.scaled_to_budget",
        title="φ for a budget that is counted",
        points=15,
        needs=("scaled_to_budget",),
        inputs=_budget_inputs,
        probe=probes.scaled_to_budget,
        judge=_judge_budget,
        hints=(
            "Keep an interval: its lower end is known to fit, its upper end not. Begin with 0 and "
            "10.",
            "Ask what the middle costs: call cost, the function that you are given. If it fits, "
            "it is the new lower end, else the new upper end.",
            "Twenty halvings make 10 shorter than 0.0001. Return the end that is known to fit.",
        ),
        difficulty=3,
        importance=4,
        minutes=12,
    ),
)

WRITTEN = (
    Written(
        name="compound.whose_coefficients",
        title="Whose coefficients are these?",
        points=15,
        minutes=14,
    ),
)

ASSIGNMENT = Assignment("compound", "Compound scaling", "05_compound_scaling", TASKS, WRITTEN)
