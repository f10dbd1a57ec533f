"""What runs say: means over seeds, and how well two rankings agree.

Accuracies are fractions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import fmean, stdev
from typing import Any, NamedTuple
from warnings import catch_warnings

import numpy as np
from numpy.typing import ArrayLike

from .._validate import require_choice, require_int, require_number
from ..arch import NetworkSpec, Totals
from .labels import Labels
from .runs import Recipe, RunPlan, RunRecord

#: Of the intervals, if nothing else is asked for.
CONFIDENCE = 0.95


# ------------------------------------------------------------------ runs, averaged over seeds


#: What a `Result` averages, and its name for people.
METRICS = {"test_accuracy": "test accuracy", "val_accuracy": "validation accuracy"}


@dataclass(frozen=True)
class Result:
    """One network, trained one way, with several seeds.

    Parameters
    ----------
    runs
        The records, one for each seed.
    metric
        What `accuracies` are: "test_accuracy" or "val_accuracy".
    """

    runs: tuple[RunRecord, ...]
    metric: str

    @cached_property
    def accuracies(self) -> tuple[float, ...]:
        """The `metric` of each run, a fraction from 0 to 1."""
        return tuple(getattr(run, self.metric) for run in self.runs)

    @property
    def by_seed(self) -> dict[int, float]:
        """The accuracy of each seed."""
        seeds = (run.plan.seed for run in self.runs)
        return dict(zip(seeds, self.accuracies, strict=True))

    @property
    def plan(self) -> RunPlan:
        """The plan of the first run; the others differ from it in the seed."""
        return self.runs[0].plan

    @property
    def labels(self) -> Labels:
        """What the runs stand for."""
        return self.plan.labels

    @property
    def family(self) -> str:
        """The family that the labels tell; empty if they tell none."""
        return self.labels.family

    @property
    def spec(self) -> NetworkSpec:
        """The network that all runs trained."""
        return self.plan.spec

    @property
    def recipe(self) -> Recipe:
        """How the network was trained."""
        return self.plan.recipe

    @property
    def pictures(self) -> int:
        """Training pictures that each run saw, repeated ones counted again."""
        return self.plan.pictures

    @property
    def training(self) -> tuple[str, Recipe, int]:
        """Data, recipe and pictures: what must be equal for networks to be compared."""
        return self.plan.fingerprint, self.recipe, self.pictures

    @property
    def cost(self) -> Totals:
        """Parameters, MACs and activations of the network."""
        return self.runs[0].cost

    @property
    def macs(self) -> int:
        """Multiply-accumulates for one picture."""
        return self.cost.macs

    @property
    def n(self) -> int:
        """The number of seeds."""
        return len(self.accuracies)

    @cached_property
    def mean(self) -> float:
        """Mean accuracy over seeds."""
        return fmean(self.accuracies)

    @cached_property
    def std(self) -> float | None:
        """Standard deviation over seeds (of a sample: n - 1); None for a single seed."""
        return stdev(self.accuracies) if self.n > 1 else None


def results(records: Iterable[RunRecord], metric: str = "test_accuracy") -> list[Result]:
    """Average finished runs over seeds: those that differ in nothing else, their names aside.

    A run that is given twice counts once. The order is that of the first run of each.

    Parameters
    ----------
    records
        Runs; those that did not finish are left out.
    metric
        "test_accuracy" or "val_accuracy".

    Raises
    ------
    ValueError
        If the metric is something else.
    """
    require_choice("metric", metric, METRICS)
    groups: dict[tuple[Labels, RunPlan], dict[str, RunRecord]] = {}
    for record in records:
        if record.status == "finished" and getattr(record, metric) is not None:
            plan = record.plan
            groups.setdefault((plan.labels, _but_for_seed(plan)), {})[record.key] = record
    return [Result(tuple(runs.values()), metric) for runs in groups.values()]


def result_of(record: RunRecord, found: Iterable[Result]) -> Result | None:
    """Return the result that a run belongs to, or None."""
    wanted = _but_for_seed(record.plan)
    return next((r for r in found if _but_for_seed(r.plan) == wanted), None)


def _but_for_seed(plan: RunPlan) -> RunPlan:
    """Return what two runs of one network, trained one way, have in common."""
    return replace(plan, seed=0, spec=replace(plan.spec, name="-"), labels=Labels())


# ------------------------------------------------------------------ rankings


#: Fewer pairs than this no bootstrap can judge.
FEWEST_PAIRS = 4


class RankCorrelation(NamedTuple):
    """Spearman's rank correlation of `n` pairs, with a bootstrap interval."""

    value: float
    low: float
    high: float
    n: int
    confidence: float

    @property
    def within_noise(self) -> bool:
        """Whether the interval covers zero: the pairs do not show that the rankings agree."""
        return self.low <= 0 <= self.high


def spearman(first: Sequence[float], second: Sequence[float]) -> float:
    """Return Spearman's rank correlation, from -1 to 1; ties share the mean of their ranks.

    Raises
    ------
    ValueError
        If the lengths differ or are below two, or all values on one side are equal.
    """
    if len(first) != len(second) or len(first) < 2:
        raise ValueError(f"{len(first)} values against {len(second)}; it takes two or more pairs")
    if 1 in (len(set(first)), len(set(second))):
        raise ValueError("all values on one side are equal, so there is no ranking")
    return float(_correlation_of_ranks(first, second))


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
        As `spearman`; or if there are fewer than `FEWEST_PAIRS`.
    """
    from scipy.stats import DegenerateDataWarning, bootstrap

    value = spearman(first, second)
    if len(first) < FEWEST_PAIRS:
        raise ValueError(
            f"there are {len(first)} pairs; a bootstrap interval needs {FEWEST_PAIRS} or more"
        )
    require_number("confidence", confidence, 1e-6, 1 - 1e-6)
    require_int("resamples", resamples, 100, 10**6)
    options = {"n_resamples": resamples, "paired": True, "method": "percentile", "rng": seed}
    with catch_warnings(action="ignore", category=DegenerateDataWarning):
        drawn = bootstrap((first, second), _correlation_of_ranks, **options)
    ends = [(1 - confidence) / 2, (1 + confidence) / 2]
    low, high = np.nanquantile(drawn.bootstrap_distribution, ends)
    return RankCorrelation(value, float(low), float(high), len(first), confidence)


def _correlation_of_ranks(first: ArrayLike, second: ArrayLike, axis: int = -1) -> Any:
    """Correlate the ranks along an axis; NaN where all values on one side are equal."""
    from scipy.stats import pearsonr, rankdata  # most of a second, so not before it is needed

    return pearsonr(rankdata(first, axis=axis), rankdata(second, axis=axis), axis=axis).statistic


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
