"""What a class's scores say, with intervals over its learners."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Fewer learners than this no bootstrap can judge; below `SMALL` a report says how little is known.
FEWEST, SMALL = 10, 50

_CONFIDENCE, _RESAMPLES = 0.95, 2000

Numbers = NDArray[np.float64]


class Estimate(NamedTuple):
    """A value with a 95% bootstrap interval over learners; without one where these are too few."""

    value: float
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        value = f"{self.value:+.2f}"
        between = "" if self.low is None else f" ({self.low:+.2f} to {self.high:+.2f})"
        return f"{value}{between}".replace("-", "−")


def estimate(
    first: Numbers, second: Numbers, of: Callable[[Numbers, Numbers], Any]
) -> Estimate | None:
    """Return a statistic of pairs of numbers; None where it has no value.

    Parameters
    ----------
    first, second
        Shape ``(learners,)``.
    of
        Works along the last axis, and gives NaN where there is no value.
    """
    value = float(of(first, second)) if len(first) else np.nan
    if not np.isfinite(value):
        return None
    if len(first) < FEWEST:
        return Estimate(value)
    drawn = np.random.default_rng(0).integers(0, len(first), (_RESAMPLES, len(first)))
    ends = [(1 - _CONFIDENCE) / 2, (1 + _CONFIDENCE) / 2]
    low, high = np.nanquantile(of(first[drawn], second[drawn]), ends)
    return Estimate(value, float(low), float(high))


def correlation(first: Numbers, second: Numbers) -> Any:
    """Return Pearson's correlation along the last axis; NaN where one side does not vary."""
    one, other = (x - x.mean(-1, keepdims=True) for x in (first, second))
    spread = np.sqrt((one**2).sum(-1) * (other**2).sum(-1))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(spread > 1e-9, (one * other).sum(-1) / spread, np.nan)


def normalised_gain(before: Numbers, after: Numbers) -> Any:
    """Return what a class gained of what it could, from shares of right answers.

    Source: Hake 1998, American Journal of Physics 66, 64: (after - before) / (1 - before), of the
    class's means.
    """
    left = 1 - before.mean(-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(left > 1e-9, (after.mean(-1) - before.mean(-1)) / left, np.nan)
