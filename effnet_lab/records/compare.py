"""What may be compared, what is matched, and whether a difference is more than noise.

Plots, tables, reports and widgets ask here and decide none of it themselves. Accuracies are
fractions.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from .._validate import require_number
from ..arch.budget import TOLERANCE
from .labels import BASE
from .runs import RunPlan, RunRecord
from .statistics import CONFIDENCE, METRICS, Result
from .two_way import Margin, TwoWay, against_one, of_all_pairs, two_way

# What a difference is said to be.
WITHIN_NOISE, BEYOND_NOISE = "within noise", "more than noise"
UNTESTED, NOTHING_SHARED = "one seed: no test", "no seed in common: no test"


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
    """How far the first result is ahead of the second, and how surely.

    Parameters
    ----------
    first, second
        The two.
    value
        The difference, given the same seeds: that of the means, where both have the same ones.
    confidence
        With which all differences that were asked for together lie within their margins.
    error
        Standard error of the difference; None without a test.
    margin
        Half of the interval; None without a test.
    reason
        Why there is no test; empty if there is one.
    """

    first: Result
    second: Result
    value: float
    confidence: float
    error: float | None = None
    margin: float | None = None
    reason: str = ""

    @property
    def interval(self) -> tuple[float, float] | None:
        """Its ends; None without a test."""
        return None if self.margin is None else (self.value - self.margin, self.value + self.margin)

    @property
    def errors(self) -> float | None:
        """How many standard errors the margin is; None without a test, or without a spread."""
        return self.margin / self.error if self.margin is not None and self.error else None

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


@dataclass(frozen=True)
class Comparison:
    """A study: results that are judged together, and the differences between them.

    An accuracy is taken for the sum of what its network (with its recipe) brings, what its seed
    brings, and a rest. The seed's part falls out of a difference, because both have it; how far
    rests spread is estimated from all runs of the study, not from the few of two networks. And what
    is looked at together is asked for together: the more differences there are, the likelier luck
    makes one of them large, so the margins are as wide as it takes for all to hold at once.

    Parameters
    ----------
    results
        All of them. Those on other data, or after other numbers of pictures, are a study of their
        own.
    confidence
        Of all differences of one question together.
    """

    results: tuple[Result, ...]
    confidence: float

    def spread(self, result: Result) -> float | None:
        """Return the standard deviation of a rest, in the study that a result belongs to.

        None if there is nothing to tell it from: one seed alone.
        """
        return self._places[id(result)][0].spread

    def against(self, base: Result, others: Iterable[Result] | None = None) -> list[Difference]:
        """Compare others, by default all, with one result, in their order."""
        chosen = self.results if others is None else others
        return self._differences([(r, base) for r in chosen if r is not base], against_one)

    def pairs(self, among: Iterable[Result] | None = None) -> list[Difference]:
        """Compare every two results, of some or of all, the better one first."""
        ranked = best_first(self.results if among is None else among)
        return self._differences(list(combinations(ranked, 2)), of_all_pairs)

    def lead(self, among: Iterable[Result] | None = None) -> list[Difference]:
        """Compare the best result with each other one, the next best first.

        Whoever names a winner has looked at all pairs: the margins are theirs.
        """
        return self._differences(self._with_best(among), of_all_pairs)

    def may_be_best(self, among: Iterable[Result] | None = None) -> list[Difference]:
        """Compare the best result with each other one, the next best first, to leave some out.

        The margins answer no more than which of the others may in truth be the best: one that is
        told apart is not. For that they may be narrower than those of `lead`.
        """
        return self._differences(self._with_best(among), partial(against_one, two_sided=False))

    def _with_best(self, among: Iterable[Result] | None) -> list[tuple[Result, Result]]:
        best, *others = best_first(self.results if among is None else among)
        return [(best, other) for other in others]

    def _differences(
        self, pairs: Sequence[tuple[Result, Result]], margin_of: Margin
    ) -> list[Difference]:
        """Compare pairs, those of one study as one question."""
        reasons = [self._why_no_test(*pair) for pair in pairs]
        contrasts: dict[TwoWay, list[NDArray[np.float64]]] = {}
        for (first, second), reason in zip(pairs, reasons, strict=True):
            if not reason:
                (fit, one), (_, other) = self._places[id(first)], self._places[id(second)]
                contrasts.setdefault(fit, []).append(fit.contrast(one, other))
        margins = {
            fit: margin_of(fit, np.array(rows), self.confidence) for fit, rows in contrasts.items()
        }
        found = []
        for (first, second), reason in zip(pairs, reasons, strict=True):
            if reason:
                value = first.mean - second.mean
                found.append(Difference(first, second, value, self.confidence, reason=reason))
                continue
            (fit, one), (_, other) = self._places[id(first)], self._places[id(second)]
            value, error = fit.difference(one, other)
            margin = margins[fit] * error
            found.append(Difference(first, second, value, self.confidence, error, margin))
        return found

    def _why_no_test(self, first: Result, second: Result) -> str:
        if reason := why_not(first, second):
            return f"not comparable: {reason}"
        (fit, one), (_, other) = self._places[id(first)], self._places[id(second)]
        if not fit.freedom:
            return UNTESTED
        return "" if fit.links(one, other) else NOTHING_SHARED

    @cached_property
    def _places(self) -> dict[int, tuple[TwoWay, int]]:
        """By a result's identity: the fit of its study, and its place there."""
        studies: dict[object, list[Result]] = {}
        for result in self.results:
            key = result.metric, result.plan.fingerprint, result.pictures
            studies.setdefault(key, []).append(result)
        return {
            id(result): (fit, place)
            for found in studies.values()
            for fit in [two_way([result.by_seed for result in found])]
            for place, result in enumerate(found)
        }


def compare(found: Iterable[Result], *, confidence: float = CONFIDENCE) -> Comparison:
    """Set the results of a study beside each other.

    Parameters
    ----------
    found
        All results of the study, not only those that are compared: each helps to tell how far runs
        spread.
    confidence
        Of all differences of one question together.

    Raises
    ------
    ValueError
        If the confidence is not between 0 and 1.
    """
    require_number("confidence", confidence, 1e-6, 1 - 1e-6)
    return Comparison(tuple(found), confidence)


def from_bases(found: Iterable[Result]) -> list[Difference]:
    """Compare each result with its base, where it has one, in their order."""
    study = compare(found)
    bases = {id(result): base_of(result, study.results) for result in study.results}
    made = {
        id(difference.first): difference
        for base in study.results
        for difference in study.against(base, [r for r in study.results if bases[id(r)] is base])
    }
    return [made[id(result)] for result in study.results if id(result) in made]
