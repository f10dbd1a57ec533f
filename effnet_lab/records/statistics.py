"""What runs say, and how surely: means over seeds, intervals of differences, rank correlations.

No torch here, and nothing but numpy beside the standard library. Accuracies are fractions.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, stdev, variance
from typing import NamedTuple

import numpy as np

from .._validate import require_choice, require_int, require_number
from ..arch import NetworkSpec, Totals
from .runs import Recipe, RunPlan, RunRecord

#: Of the intervals, if nothing else is asked for.
CONFIDENCE = 0.95

#: Networks within this factor of the cheapest count as matched: a tenth off on either side.
MATCHED = 1.1 / 0.9


# ------------------------------------------------------------------ runs, averaged over seeds


#: What a `Result` averages, and its name for people.
METRICS = {"test_accuracy": "test accuracy", "val_accuracy": "validation accuracy"}


@dataclass(frozen=True, slots=True)
class Result:
    """One network, trained one way, with several seeds.

    Parameters
    ----------
    family
        Its label.
    runs
        One for each seed.
    metric
        What `accuracies` are: "test_accuracy" or "val_accuracy".
    """

    family: str
    runs: tuple[RunRecord, ...]
    metric: str

    @property
    def accuracies(self) -> tuple[float, ...]:
        """One for each seed."""
        return tuple(getattr(run, self.metric) for run in self.runs)

    @property
    def plan(self) -> RunPlan:
        """The plan of the first run; the others differ from it in the seed."""
        return self.runs[0].plan

    @property
    def spec(self) -> NetworkSpec:
        """The network."""
        return self.plan.spec

    @property
    def recipe(self) -> Recipe:
        """How it was trained."""
        return self.plan.recipe

    @property
    def pictures(self) -> int:
        """On how many training pictures, in all."""
        return self.plan.pictures

    @property
    def training(self) -> tuple[str, Recipe, int]:
        """Data, recipe and pictures: what must be equal for networks to be compared."""
        return self.plan.fingerprint, self.recipe, self.pictures

    @property
    def cost(self) -> Totals:
        """Parameters, MACs and activations."""
        return self.runs[0].cost

    @property
    def macs(self) -> int:
        """Multiply-accumulates for one picture."""
        return self.cost.macs

    @property
    def n(self) -> int:
        """The number of seeds."""
        return len(self.accuracies)

    @property
    def mean(self) -> float:
        """Mean accuracy."""
        return fmean(self.accuracies)

    @property
    def std(self) -> float | None:
        """Standard deviation over seeds (of a sample: n - 1); None for a single seed."""
        return stdev(self.accuracies) if self.n > 1 else None


def results(
    records: Iterable[RunRecord], metric: str = "test_accuracy", family: str | None = None
) -> list[Result]:
    """Average finished runs over seeds: those that differ in nothing else, names aside.

    A run that is given twice counts once. The order is that of the first run of each.

    Parameters
    ----------
    records
        Runs; those that did not finish are left out.
    metric
        "test_accuracy" or "val_accuracy".
    family
        A label for all; by default each record's own.

    Raises
    ------
    ValueError
        If the metric is something else.
    """
    require_choice("metric", metric, METRICS)
    groups: dict[tuple[str, RunPlan], dict[str, RunRecord]] = {}
    for record in records:
        if record.status == "finished" and getattr(record, metric) is not None:
            label = record.family if family is None else family
            group = groups.setdefault((label, _but_for_seed(record.plan)), {})
            group[record.key] = record
    return [Result(label, tuple(runs.values()), metric) for (label, _), runs in groups.items()]


def result_of(record: RunRecord, found: Iterable[Result]) -> Result | None:
    """Return the result that a run belongs to, or None."""
    wanted = _but_for_seed(record.plan)
    return next((r for r in found if _but_for_seed(r.plan) == wanted), None)


def base_of(result: Result, found: Iterable[Result]) -> Result | None:
    """Return what a result is compared with: the family "base" that was trained the same way.

    If there is none, but one base in all, it is that one: so recipes are compared. None for a
    base itself, and where the choice is not clear.
    """
    bases = [other for other in found if other.family == "base"]
    if result in bases:
        return None
    same = [other for other in bases if other.training == result.training]
    choice = same or bases
    return choice[0] if len(choice) == 1 else None


def matched(found: Iterable[Result], factor: float = MATCHED) -> list[list[Result]]:
    """Group results that cost about the same MACs, cheapest group first, best result first.

    Within a group the dearest costs at most `factor` times the cheapest, and all were trained on
    the same number of pictures of the same data.
    """
    groups: dict[tuple[str, int], list[list[Result]]] = {}
    for result in sorted(found, key=lambda r: r.cost.macs):
        rows = groups.setdefault((result.plan.fingerprint, result.plan.pictures), [[]])
        if rows[-1] and result.cost.macs > factor * rows[-1][0].cost.macs:
            rows.append([])
        rows[-1].append(result)
    ranked = [sorted(row, key=lambda r: -r.mean) for rows in groups.values() for row in rows]
    return sorted((row for row in ranked if len(row) > 1), key=lambda row: row[0].cost.macs)


def pooled_std(samples: Iterable[Sequence[float]]) -> float | None:
    """Return the standard deviation within samples, over all of them; None if all are single."""
    repeated = [sample for sample in samples if len(sample) > 1]
    freedom = sum(len(sample) - 1 for sample in repeated)
    if not freedom:
        return None
    return math.sqrt(sum((len(s) - 1) * variance(s) for s in repeated) / freedom)


def _but_for_seed(plan: RunPlan) -> RunPlan:
    return replace(plan, seed=0, spec=replace(plan.spec, name="-"))


# ------------------------------------------------------------------ differences of means


class Difference(NamedTuple):
    """A difference of two means and its interval; `n` are the numbers of values."""

    value: float
    low: float
    high: float
    n: tuple[int, int]
    confidence: float

    @property
    def within_noise(self) -> bool:
        """Whether the interval covers zero: the values do not tell the two apart."""
        return self.low <= 0 <= self.high


def welch(
    first: Sequence[float], second: Sequence[float], confidence: float = CONFIDENCE
) -> Difference:
    """Return mean(first) - mean(second) with Welch's t interval.

    The two may have different variances. With n = 3 each, about four degrees of freedom are
    left, so the interval is wide; it must be.

    Raises
    ------
    ValueError
        If either has fewer than two values, or the confidence is not between 0 and 1.

    Notes
    -----
    Welch 1947, "The generalization of 'Student's' problem when several different population
    variances are involved".
    """
    for name, values in (("first", first), ("second", second)):
        if len(values) < 2:
            raise ValueError(f"{name} has {len(values)} values; an interval needs 2 or more")
    require_number("confidence", confidence, 1e-6, 1 - 1e-6)
    value = fmean(first) - fmean(second)
    parts = [variance(values) / len(values) for values in (first, second)]
    width = 0.0
    if sum(parts) > 0:
        freedom = sum(parts) ** 2 / sum(
            part**2 / (len(values) - 1) for part, values in zip(parts, (first, second), strict=True)
        )
        width = t_quantile((1 + confidence) / 2, freedom) * math.sqrt(sum(parts))
    return Difference(value, value - width, value + width, (len(first), len(second)), confidence)


def t_quantile(probability: float, freedom: float) -> float:
    """Return the value that Student's t stays below with this probability.

    Parameters
    ----------
    probability
        Between 0 and 1.
    freedom
        Degrees of freedom, positive; need not be whole.

    Raises
    ------
    ValueError
        If a number is out of range.
    """
    require_number("probability", probability, 1e-9, 1 - 1e-9)
    require_number("freedom", freedom, 0.5, 1e9)
    if probability < 0.5:
        return -t_quantile(1 - probability, freedom)
    low, high = 0.0, 1.0
    while t_probability(high, freedom) < probability:
        low, high = high, 2 * high
    for _ in range(200):
        middle = (low + high) / 2
        if not low < middle < high:  # no number lies between
            break
        if t_probability(middle, freedom) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def t_probability(value: float, freedom: float) -> float:
    """Return the probability that Student's t with so many degrees of freedom is below a value."""
    tail = _incomplete_beta(freedom / (freedom + value * value), freedom / 2) / 2
    return 1 - tail if value > 0 else tail


def _incomplete_beta(x: float, a: float) -> float:
    """Return the regularised incomplete beta function I_x(a, 1/2), for x from 0 to 1."""
    b = 0.5
    if x in (0.0, 1.0):
        return x
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(scale + a * math.log(x) + b * math.log1p(-x))
    # The continued fraction converges fast on one side of the mean; symmetry gives the other.
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(x, a, b) / a
    return 1 - front * _beta_fraction(1 - x, b, a) / b


def _beta_fraction(x: float, a: float, b: float) -> float:
    """Evaluate the continued fraction of the incomplete beta function by Lentz's method.

    Numerical Recipes, section 6.4.
    """
    tiny = 1e-300
    c, d = 1.0, 1 / ((1 - (a + b) * x / (a + 1)) or tiny)
    value = d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / ((1 + term * d) or tiny)
            c = (1 + term / c) or tiny
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value


# ------------------------------------------------------------------ rankings


class RankCorrelation(NamedTuple):
    """Spearman's rank correlation of `n` pairs, with a bootstrap interval."""

    value: float
    low: float
    high: float
    n: int
    confidence: float


def spearman(first: Sequence[float], second: Sequence[float]) -> float:
    """Return Spearman's rank correlation, from -1 to 1; ties share the mean of their ranks.

    Raises
    ------
    ValueError
        If the lengths differ or are below two, or all values on one side are equal.
    """
    if len(first) != len(second) or len(first) < 2:
        raise ValueError(f"{len(first)} values against {len(second)}; it takes two or more pairs")
    x, y = (ranks(values) - (len(values) + 1) / 2 for values in (first, second))
    scale = math.sqrt(float(x @ x) * float(y @ y))
    if scale == 0:
        raise ValueError("all values on one side are equal, so there is no ranking")
    return float(x @ y) / scale


def ranks(values: Sequence[float]) -> np.ndarray:
    """Return the rank of each value, from 1; ties share the mean of their ranks."""
    array = np.asarray(values, dtype=float)
    below = (array[None, :] < array[:, None]).sum(1)
    equal = (array[None, :] == array[:, None]).sum(1)
    mean_ranks: np.ndarray = below + (equal + 1) / 2
    return mean_ranks


def rank_correlation(
    first: Sequence[float],
    second: Sequence[float],
    confidence: float = CONFIDENCE,
    resamples: int = 2000,
    seed: int = 0,
) -> RankCorrelation:
    """Return Spearman's rank correlation with a percentile bootstrap interval over the pairs.

    Parameters
    ----------
    first, second
        Two values for each network, such as its accuracy after short and after long training.
    confidence
        Of the interval.
    resamples
        How often the pairs are drawn anew, with replacement. Draws whose values are all equal
        have no ranking and are left out.
    seed
        Of the draws: the same seed, the same interval.

    Raises
    ------
    ValueError
        As `spearman`; or if there are fewer than four pairs, which no bootstrap can judge.
    """
    value = spearman(first, second)
    if len(first) < 4:
        raise ValueError(f"there are {len(first)} pairs; a bootstrap interval needs 4 or more")
    require_number("confidence", confidence, 1e-6, 1 - 1e-6)
    require_int("resamples", resamples, 100, 10**6)
    random = np.random.default_rng(seed)
    x, y = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    drawn = []
    for _ in range(resamples):
        chosen = random.integers(len(x), size=len(x))
        if np.ptp(x[chosen]) > 0 and np.ptp(y[chosen]) > 0:
            drawn.append(spearman(x[chosen].tolist(), y[chosen].tolist()))
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return RankCorrelation(value, float(low), float(high), len(first), confidence)


def paired(first: Iterable[Result], second: Iterable[Result]) -> list[tuple[Result, Result]]:
    """Pair the same networks under the same recipe in two studies, whatever data and pictures.

    What one study holds more than once is left out, because it has no single partner.
    """
    sides = [_by_network(first), _by_network(second)]
    return [(sides[0][key], sides[1][key]) for key in sides[0] if key in sides[1]]


def _by_network(found: Iterable[Result]) -> dict[tuple[NetworkSpec, Recipe], Result]:
    groups: dict[tuple[NetworkSpec, Recipe], list[Result]] = {}
    for result in found:
        key = (replace(result.spec, name="-"), result.plan.recipe)
        groups.setdefault(key, []).append(result)
    return {key: group[0] for key, group in groups.items() if len(group) == 1}
