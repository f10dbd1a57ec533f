"""The choice within noise, each part of which may go another way; and records to choose from."""

from collections.abc import Sequence
from itertools import chain
from math import sqrt
from random import Random
from statistics import fmean, pstdev, pvariance, variance
from typing import Any, TypeAlias

from ...._slips import Function
from ... import Case

#: Accuracies of a candidate's runs.
Runs: TypeAlias = list[float]


def drawn_records(random: Random) -> list[dict[str, Any]]:
    """Draw a few candidates with a few runs each."""
    best, records = random.uniform(60, 70), []
    for name in random.sample("ABCDEFGHIJ", random.randint(2, 6)):
        runs, means = range(random.randint(2, 4)), [best - random.uniform(0, 2.2) for _ in "vt"]
        val, test = ([round(random.gauss(mean, 0.6), 2) for _ in runs] for mean in means)
        records.append(dict(name=name, val=val, test=test))
    return records


def squares(runs: Runs) -> float:
    """Return the sum of the squared distances from the mean."""
    mean = sum(runs) / len(runs)
    return sum((run - mean) ** 2 for run in runs)


def std(runs: Runs, less: int = 1) -> float:
    return sqrt(squares(runs) / (len(runs) - less))


def pooled(runs: list[Runs], less: int | None = None) -> float:
    count = sum(map(len, runs)) - (len(runs) if less is None else less)
    return sqrt(sum(map(squares, runs)) / count)


BY_N = "You average {} by n (numpy's {} does so unless it gets ddof=1)"
WEIGHT = "You give each candidate's variance the same weight; one with more runs tells more"

#: Ways to get the spread wrong, and what is wrong in them.
SPREADS: tuple[tuple[str, str, Function], ...] = (
    ("by-n", "You divide by the number of runs", lambda all: pooled(all, 0)),
    ("one-less-in-all", "You divide by all runs less one", lambda all: pooled(all, 1)),
    ("of-all", "You take the spread of all runs together", lambda all: std([*chain(*all)])),
    ("of-all-n", "You take the spread of all runs together", lambda all: std([*chain(*all)], 0)),
    ("far", "You take distances from the mean of all runs", lambda r: std([*chain(*r)], len(r))),
    ("mean-std", "You average standard deviations", lambda all: fmean(map(std, all))),
    ("mean-std-n", BY_N.format("standard deviations", "std"), lambda all: fmean(map(pstdev, all))),
    ("mean-variance", WEIGHT, lambda all: sqrt(fmean(map(variance, all)))),
    ("mean-var-n", BY_N.format("variances", "var"), lambda all: sqrt(fmean(map(pvariance, all)))),
    ("variance", "You forget to take the root of the variance", lambda all: pooled(all) ** 2),
    ("root-of-root", "Your root is over s, too", lambda all: sqrt(pooled(all))),
)


def choose(
    records: Sequence[Case],
    errors: float,
    *,
    keys: Sequence[str] = ("val",),
    average: Function = fmean,
    pick: Function = max,
    spread: Function = pooled,
    terms: Function = lambda n, m, each: 1 / n + 1 / m,
    error: Function | None = None,
    allowed: Function = lambda errors: errors,
    listed: Function = lambda ties, others, best: ties,
) -> dict[str, Any]:
    runs = {r["name"]: [run for key in keys for run in r[key]] for r in records}
    means, counts = {n: average(runs[n]) for n in runs}, [*map(len, runs.values())]
    best, wide = pick(means, key=means.__getitem__), spread([*runs.values()])

    def error_of(other: str) -> Any:
        if error:
            return error(runs[best], runs[other])
        return wide * sqrt(terms(len(runs[best]), len(runs[other]), counts))

    others = [name for name in runs if name != best]
    most = allowed(errors)
    ties = [name for name in others if means[best] - means[name] < most * error_of(name)]
    return {"best": best, "ties": sorted(listed(ties, others, best))}
