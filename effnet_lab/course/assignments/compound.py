"""Assignment 05, compound scaling: the formula, the grid, noise, B1 to B7, and a budget.

The reference for formula and grid is `arch.scaling`, from which the lesson is made, too.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import count
from random import Random
from statistics import fmean, median, pstdev, stdev
from typing import Any

from ...arch.scaling import CompoundCoefficients, compound_grid
from ..judging import Case, Slip, judge_calls, matches, part, what_is_off
from ..plain import Plain
from ..probes import compound as probes
from ..probing import Inputs, call_text, value_text
from ..result import CheckResult
from ..tasks import Assignment, Task, Written

# ------------------------------------------------------------------ multipliers


def _draw_coefficients(random: Random) -> dict[str, float]:
    """Draw three that are far enough from each other to tell them apart."""
    alpha, beta, gamma = random.sample((1.1, 1.15, 1.2, 1.25, 1.3, 1.4), 3)
    return {"alpha": alpha, "beta": beta, "gamma": gamma}


def _multipliers_inputs(seed: int) -> Inputs:
    random = Random(seed)
    phis = (2, random.choice((3, 4)), random.choice((0.5, 1.5)), random.choice((2.3, 3.7)), -1)
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
)  # fmt: skip


def _judge_multipliers(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "multipliers", inputs["cases"], answer, _multipliers, _MULTIPLIERS_SLIPS, rel=1e-6
    )


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
    missing = [c for case, got in zip(cases, sets, strict=True) for c in _grid(**case) - got]
    extra = [c for case, got in zip(cases, sets, strict=True) for c in got - _grid(**case)]
    if extra and not missing and all(min(c) < 1 for c in extra):
        return "below-one", "No coefficient may be below 1: that would shrink a dimension."
    if missing and not extra:
        return _missing_slip(cases, sets)
    return None, ""


def _missing_slip(
    cases: Sequence[Case], sets: Sequence[set[Combination]]
) -> tuple[str | None, str]:
    edges = [
        (case, c) for case, got in zip(cases, sets, strict=True) for c in _grid(**case) - got
    ]  # fmt: skip
    if all(_on_edge(case, c) for case, c in edges):
        return "edge", (
            "That is exactly on the edge, and belongs to the grid; but floats are not exact "
            "(2.1 - 2 gives a little more than 0.1). Allow for a tiny difference, or round."
        )
    limit = max((max(c) for got in sets for c in got), default=0.0)
    if all(max(c) > limit + _SLACK for _, c in edges):
        return "stops-early", (
            f"Your values end at {limit:g}. One coefficient may be larger if the others are 1."
        )
    return None, ""


def _on_edge(case: Case, combination: Combination) -> bool:
    distance = abs(_product(*combination) - case.get("target", 2.0))
    return bool(abs(distance - case.get("tolerance", 0.1)) < _SLACK)


# ------------------------------------------------------------------ the best, within noise

Records = Sequence[Case]

#: Of two means, in standard errors of their difference.
_ERRORS = 2.0


def _choose_inputs(seed: int) -> Inputs:
    """Draw records until they tell each slip from the right choice, and from all other slips."""
    random = Random(seed)
    functions = [_choice, *(slip.gives for slip in _CHOOSE_SLIPS)]
    cases: list[dict[str, Any]] = []
    alike = [tuple(range(len(functions)))]  # groups of functions that gave the same so far
    for attempt in count():
        if not alike:
            break
        # Small ones first: messages show them whole.
        records = _draw_records(random, 2 if attempt < 40 else random.randint(3, 7))
        if not _is_clear(records):
            continue
        asked = {number for group in alike for number in group}
        gives = {number: repr(functions[number](records=records)) for number in asked}
        groups = [_equal(group, gives) for group in alike]
        if any(len(parts) > 1 for parts in groups):
            cases.append({"records": records})
            alike = [group for parts in groups for group in parts if len(group) > 1]
    return {"cases": sorted(cases, key=lambda case: len(case["records"]))}


def _equal(group: Sequence[int], gives: Mapping[int, str]) -> list[tuple[int, ...]]:
    """Split a group into parts that give the same."""
    parts: dict[str, list[int]] = {}
    for number in group:
        parts.setdefault(gives[number], []).append(number)
    return [tuple(members) for members in parts.values()]


def _draw_records(random: Random, number: int) -> list[dict[str, Any]]:
    best, records = random.uniform(60, 70), []
    for name in random.sample("ABCDEFGHIJ", number):
        mean, seeds = best - random.uniform(0, 2.2), random.randint(2, min(4, number))
        val, test = (
            [round(random.gauss(centre, 0.6), 2) for _ in range(seeds)]
            for centre in (mean, best - random.uniform(0, 2.2))
        )
        records.append({"name": name, "val": val, "test": test})
    return records


def _is_clear(records: Records) -> bool:
    """Whether no candidate is at the limit between a tie and none, nor two of them best."""
    spread = _pooled(records)
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
            records, spread=lambda rows: _std([value for r in rows for value in r["val"]])
        ),
    ),
    Slip(
        "mean-of-spreads",
        "You average standard deviations. Add the squares of all distances first, then divide, "
        "then take the root.",
        lambda records: _choice(records, spread=lambda rows: fmean(_std(r["val"]) for r in rows)),
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


def _judge_choose(inputs: Inputs, answer: Plain) -> CheckResult:
    results = part(answer, "results")
    if isinstance(results, list):
        if any(isinstance(result, str) for result in results):
            return CheckResult(
                "incorrect",
                "choose gives a name alone. Return a dict with 'best', the name, and 'ties', the "
                "names that are as good as far as the runs tell.",
                "name-alone",
            )
        results = [_sorted_ties(result) for result in results]
    return judge_calls(
        "choose", inputs["cases"], results, _choice, _CHOOSE_SLIPS, after=part(answer, "after")
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
    cases: list[dict[str, float]] = [_draw_network(random, {}) for _ in range(2)]
    cases += [_draw_network(random, _draw_coefficients(random)) for _ in range(3)]
    return {"cases": cases}


def _draw_network(random: Random, coefficients: dict[str, float]) -> dict[str, float]:
    """Draw multipliers near to, but not on, those of some phi; three different values of it."""
    phi = random.uniform(1, 5)
    shifts = random.sample((-0.9, -0.5, 0.1, 0.4, 0.8), 3)
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
    return judge_calls("fit_phi", inputs["cases"], answer, _fit, _FIT_SLIPS, rel=1e-6)


# ------------------------------------------------------------------ a budget

#: How far below the largest phi an answer may be, and how often it may ask for a cost.
_CLOSE, _MOST_ASKED = 0.001, 100

_LARGEST_PHI = 10.0


def _budget_inputs(seed: int) -> Inputs:
    """Draw networks and budgets; each slip leads well away from the right phi."""
    random = Random(seed)
    cases: list[dict[str, Any]] = []
    # Nearly all of what is searched; and one budget that is exactly what a network costs.
    wanted = (((1, 2), True), ((0.3, 0.9), False), ((2, 5), False), ((9.1, 9.7), False))
    while len(cases) < len(wanted):
        case = _draw_budget(random, *wanted[len(cases)])
        right = _edge(**case)
        others = [slip.gives(**case) for slip in _BUDGET_SLIPS]
        others += [_STRICT.gives(**case)] if not cases else []
        if 0.2 < right < 9.8 and all(abs(other - right) > 0.02 for other in others):
            cases.append(case)
    return {"cases": cases}


def _draw_budget(random: Random, phis: tuple[float, float], exact: bool) -> dict[str, Any]:
    stages = [[8 * random.randint(1, 6), random.randint(1, 4)] for _ in range(random.randint(2, 4))]
    network = {"stages": stages, "size": random.randint(30, 80)}
    coefficients = _draw_coefficients(random)
    budget = _cost_at(network, random.uniform(*phis), **coefficients)
    budget += 0 if exact else random.randint(1, budget // 10)
    return {"network": network, "budget": budget, **coefficients}


def _cost_at(network: Case, phi: float, alpha: float, beta: float, gamma: float) -> int:
    return probes.counted(network)(beta**phi, alpha**phi, gamma**phi)


def _edge(network: Case, budget: int, alpha: float, beta: float, gamma: float) -> float:
    """Return the phi up to which the cost is within the budget."""
    low, high = 0.0, _LARGEST_PHI
    if _cost_at(network, low, alpha, beta, gamma) > budget:
        return low
    for _ in range(60):
        middle = (low + high) / 2
        if _cost_at(network, middle, alpha, beta, gamma) <= budget:
            low = middle
        else:
            high = middle
    return low


def _times(network: Case, budget: int) -> float:
    return budget / probes.counted(network)(1, 1, 1)


_BUDGET_SLIPS = (
    Slip(
        "formula",
        "That is φ by the formula. Rounded networks cost something else: ask `cost`.",
        lambda network, budget, alpha, beta, gamma: _phi(
            _times(network, budget), alpha, beta, gamma
        ),
    ),
    Slip(
        "doublings",
        "That is how often the cost doubles; a step of φ multiplies it by something else, and "
        "rounding changes that, too: ask `cost`.",
        lambda network, budget, alpha, beta, gamma: math.log2(_times(network, budget)),
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
        "whole-steps",
        "You try whole numbers only; φ may be any number.",
        lambda **case: float(int(_edge(**case))),
    ),
    Slip(
        "tenths",
        "You try tenths only; come nearer, to within a thousandth.",
        lambda **case: int(10 * _edge(**case)) / 10,
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


def _judge_budget(inputs: Inputs, answer: Plain) -> CheckResult:
    cases = inputs["cases"]
    if not isinstance(answer, list) or len(answer) != len(cases):
        return CheckResult("incorrect", "scaled_to_budget gave no answers to read.", "odd")
    trials = list(zip(cases, (part(got, "phi") for got in answer), strict=True))
    for case, phi in trials:
        problem = _phi_problem(case, phi)
        if problem:
            slip, why = _budget_slip(trials)
            text = f"{_budget_call(case)}{problem} {why}"
            return CheckResult("incorrect", text.strip(), slip)
    asked = [part(got, "asked") for got in answer]
    if any(type(number) is not int for number in asked):
        return CheckResult("incorrect", "scaled_to_budget gave no answers to read.", "odd")
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
        over = f"costs {macs:,} MACs, above the budget."
        if phi - right <= 2 * _CLOSE:
            over += " Return the lower end of the interval, which is known to fit."
        return f": {wanted}, which {over}"
    return f": {wanted}."


def _budget_slip(trials: Sequence[tuple[Case, Plain]]) -> tuple[str | None, str]:
    for slip in (*_BUDGET_SLIPS, _STRICT):
        if all(
            matches(phi, float(slip.gives(**case)), 1e-9, _CLOSE) for case, phi in trials
        ):  # fmt: skip
            return slip.name, slip.explain(trials[0][0])
    return None, ""


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
            "picture: four times.",
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
            "fit; then try all combinations of three with loops.",
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
            "own candidate's mean, and add up len(val) - 1.",
            "A tie: best mean - mean < 2 * s * math.sqrt(1 / n + 1 / m), with the numbers of runs "
            "of the two.",
        ),
        difficulty=4,
        importance=5,
        minutes=20,
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
        minutes=12,
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
            "Ask what the middle costs. If it fits, it is the new lower end, else the new upper "
            "end.",
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
