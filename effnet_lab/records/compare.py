"""What may be compared, what is matched, and whether a difference is more than noise.

Plots, tables, reports and widgets ask here and decide none of it themselves. Accuracies are
fractions.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from statistics import variance

from .._validate import require_number
from ..arch.budget import TOLERANCE
from .labels import BASE
from .runs import RunPlan, RunRecord
from .statistics import CONFIDENCE, METRICS, Result

#: The margin in standard errors where the spread is pooled: the rule that lesson 05 explains.
POOLED_ERRORS = 2.0

# What a difference is said to be.
WITHIN_NOISE, BEYOND_NOISE, UNTESTED = "within noise", "more than noise", "one seed: no test"


# ------------------------------------------------------------------ what may be compared


def why_not(first: Result, second: Result) -> str:
    """Say why two results may not be compared; empty if they may.

    They must be of one metric, on the same data, after equally many pictures. Where the networks
    are not matched, the recipe must be the same: otherwise a difference has two causes.
    """
    one, other = first.plan, second.plan
    if first.metric != second.metric:
        return f"{METRICS[first.metric]} against {METRICS[second.metric]}"
    if one.fingerprint != other.fingerprint:
        return f"trained on {_data(one)} and {_data(other)}"
    if one.pictures != other.pictures:
        return f"trained on {one.pictures:,} and {other.pictures:,} pictures"
    if one.recipe != other.recipe and not is_matched(first, second):
        return "trained by different recipes, at different MACs"
    return ""


def require_one_data_set(records: Iterable[RunRecord]) -> str:
    """Return the name of the data that all records are on.

    Raises
    ------
    ValueError
        If there are no records, or they are on different data.
    """
    found = {_data(record.plan): record.plan.data for record in records}
    if not found:
        raise ValueError("there are no records")
    if len(found) > 1:
        raise ValueError(
            f"the records are on different data: {', '.join(sorted(found))}; only runs on the "
            "same data can be compared"
        )
    return found.popitem()[1]


def require_one_length(records: Iterable[RunRecord]) -> None:
    """Refuse records that were trained on different numbers of pictures.

    Raises
    ------
    ValueError
        If there are such.
    """
    lengths = sorted({record.plan.pictures for record in records})
    if len(lengths) > 1:
        raise ValueError(
            f"there are runs of {', '.join(f'{n:,}' for n in lengths)} pictures; only runs of one "
            "length can be compared"
        )


def base_of(result: Result, found: Iterable[Result]) -> Result | None:
    """Return what a result is compared with: the family "base" that was trained the same way.

    If there is none, but a single base that it may be compared with, it is that one: so recipes
    are compared. None for a base itself, and where the choice is not clear.
    """
    if result.family == BASE:
        return None
    bases = [other for other in found if other.family == BASE and not why_not(result, other)]
    choice = [base for base in bases if base.training == result.training] or bases
    return choice[0] if len(choice) == 1 else None


def _data(plan: RunPlan) -> str:
    return f"{plan.data} ({plan.fingerprint[:8]})"


# ------------------------------------------------------------------ what is matched


def is_matched(first: Result, second: Result) -> bool:
    """Whether both can meet one budget: `arch.budget.TOLERANCE` above and below it at most."""
    low, high = sorted([first.macs, second.macs])
    return (1 - TOLERANCE) * high <= (1 + TOLERANCE) * low


def matched(found: Iterable[Result]) -> list[list[Result]]:
    """Group results that are matched in MACs, cheapest group first, best result first.

    Within a group all were trained on the same number of pictures of the same data. What matches
    nothing else is left out.
    """
    groups: dict[tuple[str, int], list[list[Result]]] = {}
    for result in sorted(found, key=lambda r: r.macs):
        rows = groups.setdefault((result.plan.fingerprint, result.pictures), [[]])
        if rows[-1] and not is_matched(rows[-1][0], result):
            rows.append([])
        rows[-1].append(result)
    several = (row for rows in groups.values() for row in rows if len(row) > 1)
    return [best_first(row) for row in sorted(several, key=lambda row: row[0].macs)]


def one_of_each_family(found: Iterable[Result], macs: float) -> list[Result]:
    """Return of each family the result whose MACs are nearest to a budget, best result first."""
    nearest: dict[str, Result] = {}
    for result in sorted(found, key=lambda r: abs(math.log(r.macs / macs))):
        nearest.setdefault(result.family, result)
    return best_first(nearest.values())


def best_first(found: Iterable[Result]) -> list[Result]:
    """Sort results by their means."""
    return sorted(found, key=lambda r: -r.mean)


# ------------------------------------------------------------------ differences


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean of the first result minus mean of the second, and how surely.

    Parameters
    ----------
    first, second
        The two.
    confidence
        Of the interval.
    error
        Standard error of the difference; None without a test.
    margin
        Half of the interval; None without a test.
    reason
        Why there is no test; empty if there is one.
    """

    first: Result
    second: Result
    confidence: float
    error: float | None = None
    margin: float | None = None
    reason: str = ""

    @property
    def value(self) -> float:
        """The difference of the means."""
        return self.first.mean - self.second.mean

    @property
    def interval(self) -> tuple[float, float] | None:
        """Its ends; None without a test."""
        return None if self.margin is None else (self.value - self.margin, self.value + self.margin)

    @property
    def n(self) -> tuple[int, int]:
        """The numbers of seeds."""
        return self.first.n, self.second.n

    @property
    def told_apart(self) -> bool:
        """Whether a test tells the two apart: its interval does not cover zero."""
        return self.margin is not None and abs(self.value) > self.margin

    @property
    def within_noise(self) -> bool:
        """Whether there is a test, and it does not tell the two apart."""
        return self.margin is not None and not self.told_apart

    @property
    def verdict(self) -> str:
        """In words: `WITHIN_NOISE`, `BEYOND_NOISE`, or why there is no test."""
        return self.reason or (WITHIN_NOISE if self.within_noise else BEYOND_NOISE)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Results that are looked at together, and the differences between them.

    What a reader sees together is asked for together (`against`, `of_the_best`, `pairs`), so that
    a method may allow for the number of differences. Today each interval stands for itself.

    Parameters
    ----------
    results
        All of them.
    pooled
        Whether the spread of a run is estimated from all of them together.
    confidence
        Of the intervals.
    """

    results: tuple[Result, ...]
    pooled: bool
    confidence: float

    @property
    def spread(self) -> float | None:
        """Standard deviation of a run within its result, pooled; None if all are single."""
        repeated = [result.accuracies for result in self.results if result.n > 1]
        freedom = sum(len(values) - 1 for values in repeated)
        if not freedom:
            return None
        squares = sum((len(values) - 1) * variance(values) for values in repeated)
        return math.sqrt(squares / freedom)

    def between(self, first: Result, second: Result) -> Difference:
        """Return the difference of two of the results."""
        if reason := why_not(first, second):
            return Difference(first, second, self.confidence, reason=f"not comparable: {reason}")
        if self.pooled and (spread := self.spread) is not None:
            error = spread * math.sqrt(1 / first.n + 1 / second.n)
            return Difference(first, second, self.confidence, error, POOLED_ERRORS * error)
        if self.pooled or min(first.n, second.n) < 2:
            return Difference(first, second, self.confidence, reason=UNTESTED)
        error, margin = _welch(first.accuracies, second.accuracies, self.confidence)
        return Difference(first, second, self.confidence, error, margin)

    def against(self, base: Result) -> list[Difference]:
        """Compare each other result with one, in their order."""
        return [self.between(result, base) for result in self.results if result is not base]

    def of_the_best(self) -> list[Difference]:
        """Compare the best result with each other one, the next best first."""
        best, *others = best_first(self.results)
        return [self.between(best, other) for other in others]

    def lead(self) -> Difference | None:
        """Compare the best result with the next best, if there is one."""
        return next(iter(self.of_the_best()), None)

    def pairs(self) -> list[Difference]:
        """Compare every two results, the better one first."""
        return [self.between(*pair) for pair in combinations(best_first(self.results), 2)]


def compare(
    found: Iterable[Result], *, pooled: bool = False, confidence: float = CONFIDENCE
) -> Comparison:
    """Set results beside each other.

    Parameters
    ----------
    found
        Such as the families at one budget.
    pooled
        Whether the spread of a single run is estimated from all of them together, and a margin is
        `POOLED_ERRORS` standard errors; otherwise each difference has Welch's t interval, from
        its own two results alone. With n = 3 each, that leaves about four degrees of freedom, so
        the interval is wide; it must be.
    confidence
        Of the intervals.

    Raises
    ------
    ValueError
        If the confidence is not between 0 and 1.

    Notes
    -----
    Welch 1947, "The generalization of 'Student's' problem when several different population
    variances are involved".
    """
    require_number("confidence", confidence, 1e-6, 1 - 1e-6)
    return Comparison(tuple(found), pooled, confidence)


def from_bases(found: Iterable[Result]) -> list[Difference]:
    """Compare each result with its base, where it has one, in their order."""
    study = compare(found)
    return [
        study.between(result, base)
        for result in study.results
        if (base := base_of(result, study.results)) is not None
    ]


@cache
def _welch(
    first: tuple[float, ...], second: tuple[float, ...], confidence: float
) -> tuple[float, float]:
    """Return the standard error of a difference of means, and half of Welch's interval."""
    from scipy.stats import t  # it takes most of a second

    samples = first, second
    parts = [variance(values) / len(values) for values in samples]
    error = math.sqrt(sum(parts))
    if error == 0:
        return 0.0, 0.0
    freedom = error**4 / sum(
        part**2 / (len(values) - 1) for part, values in zip(parts, samples, strict=True)
    )
    return error, error * float(t.ppf((1 + confidence) / 2, freedom))
