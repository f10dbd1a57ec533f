"""Accuracy = network + seed + rest: least squares in a two-way layout, and how wide margins are.

Seeds are blocks: what a seed brings falls out of the difference of two networks that share it. How
far rests spread is estimated from all runs together.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

#: Digits of an accuracy that arithmetic leaves right.
_DIGITS = 12


@dataclass(frozen=True, slots=True, eq=False)
class TwoWay:
    """A fitted study of n networks and some seeds.

    Parameters
    ----------
    effects
        One for each network, then one for each seed; only differences mean something.
    covariance
        Of the effects, over the variance of a rest.
    known
        Projects a contrast of effects on those that seeds in common can tell.
    spread
        Standard deviation of a rest; None without freedom.
    freedom
        Degrees of freedom of the spread.
    """

    effects: NDArray[np.float64]
    covariance: NDArray[np.float64]
    known: NDArray[np.float64]
    spread: float | None
    freedom: int

    def contrast(self, first: int, second: int) -> NDArray[np.float64]:
        """Return the row that takes one network's effect from another's."""
        row = np.zeros(len(self.effects))
        row[first], row[second] = 1, -1
        return row

    def links(self, first: int, second: int) -> bool:
        """Whether seeds in common, or a chain of them, link two networks."""
        row = self.contrast(first, second)
        return bool(abs(self.known @ row - row).max() < 1e-6)

    def difference(self, first: int, second: int) -> tuple[float, float]:
        """Return the difference of two networks, and its standard error."""
        row = self.contrast(first, second)
        error = (self.spread or 0.0) * math.sqrt(row @ self.covariance @ row)
        return round(float(row @ self.effects), _DIGITS), error


def two_way(study: Sequence[Mapping[int, float]]) -> TwoWay:
    """Fit a study: for each network, seed -> accuracy."""
    seeds = sorted({seed for runs in study for seed in runs})
    runs = [(place, seed) for place, network in enumerate(study) for seed in network]
    layout = np.zeros((len(runs), len(study) + len(seeds)))
    for row, (place, seed) in zip(layout, runs, strict=True):
        row[place] = row[len(study) + seeds.index(seed)] = 1
    accuracies = np.array([study[place][seed] for place, seed in runs])
    covariance = np.asarray(np.linalg.pinv(layout.T @ layout), dtype=np.float64)
    effects = covariance @ layout.T @ accuracies
    rests = np.round(accuracies - layout @ effects, _DIGITS)
    freedom = len(runs) - int(np.linalg.matrix_rank(layout))
    spread = math.sqrt(rests @ rests / freedom) if freedom else None
    return TwoWay(effects, covariance, covariance @ layout.T @ layout, spread, freedom)


#: Finds the margin, in standard errors, of differences that are looked at together: from the fit,
#: their contrasts (one a row) and the confidence with which all must hold at once.
Margin = Callable[[TwoWay, NDArray[np.float64], float], float]


def of_all_pairs(fit: TwoWay, contrasts: NDArray[np.float64], confidence: float) -> float:
    """Return the margin of all pairs of some networks: Tukey 1953, Kramer 1956."""
    return _studentized_range(int(contrasts.any(axis=0).sum()), fit.freedom, confidence)


def against_one(
    fit: TwoWay, contrasts: NDArray[np.float64], confidence: float, *, two_sided: bool = True
) -> float:
    """Return the margin of several networks against one: Dunnett 1955.

    One-sided, it tells which may be the best (Gupta 1965, Hsu 1984).
    """
    covariance = contrasts @ fit.covariance @ contrasts.T
    errors = np.sqrt(covariance.diagonal())
    correlations = np.round(covariance / np.outer(errors, errors), 9)
    return _largest_t(tuple(map(tuple, correlations.tolist())), fit.freedom, confidence, two_sided)


@cache
def _studentized_range(networks: int, freedom: int, confidence: float) -> float:
    from scipy.stats import studentized_range  # it takes most of a second

    return float(studentized_range.ppf(confidence, networks, freedom)) / math.sqrt(2)


@cache
def _largest_t(
    correlations: tuple[tuple[float, ...], ...], freedom: int, confidence: float, two_sided: bool
) -> float:
    """Return what the largest of several t values (two-sided: of their sizes) stays below."""
    from scipy.optimize import brentq
    from scipy.stats import multivariate_t, t

    together, many = multivariate_t(shape=correlations, df=freedom, seed=0), len(correlations)

    def miss(limit: float) -> float:
        ends = np.full(many, limit)
        return float(together.cdf(ends, lower_limit=-ends if two_sided else None)) - confidence

    # The limit of one t value is the least, and Bonferroni's the most that it can be.
    least, most = (t.isf((1 - confidence) / (1 + two_sided) / n, freedom) for n in (1, many))
    return float(least) if many == 1 else float(brentq(miss, least, most, xtol=1e-4))
