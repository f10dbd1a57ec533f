"""The choice within noise, each part of which may go another way; and records to choose from."""

from collections.abc import Callable, Sequence
from itertools import chain
from math import sqrt
from random import Random
from statistics import fmean
from typing import Any, TypeAlias

from ... import Case

#: Accuracies of a candidate's runs, and a spread made of those of all candidates.
Runs: TypeAlias = list[float]
Spread: TypeAlias = Callable[[list[Runs]], float]


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


#: Ways to get the spread wrong, and what is wrong in them.
SPREADS: tuple[tuple[str, str, Spread], ...] = (
    ("by-n", "You divide by the number of runs", lambda all: pooled(all, 0)),
    ("one-less-in-all", "You divide by all runs less one", lambda all: pooled(all, 1)),
    ("of-all", "You take the spread of all runs together", lambda all: std([*chain(*all)])),
    ("of-all-n", "You take the spread of all runs together", lambda all: std([*chain(*all)], 0)),
    ("far", "You take distances from the mean of all runs", lambda r: std([*chain(*r)], len(r))),
    ("mean-std", "You average standard deviations", lambda all: fmean(map(std, all))),
    (
        "mean-std-by-n",
        "You average standard deviations by n (numpy's std does so unless it gets ddof=1)",
        lambda all: fmean(std(runs, 0) for runs in all),
    ),
    (
        "mean-variance",
        "You give each candidate's variance the same weight; one with more runs tells more",
        lambda all: sqrt(fmean(std(runs) ** 2 for runs in all)),
    ),
    (
        "mean-variance-by-n",
        "You average variances by n (numpy's var does so unless it gets ddof=1)",
        lambda all: sqrt(fmean(std(runs, 0) ** 2 for runs in all)),
    ),
    ("variance", "You forget to take the root of the variance", lambda all: pooled(all) ** 2),
    ("root-of-root", "Your root is over s, too", lambda all: sqrt(pooled(all))),
)


def choose(
    records: Sequence[Case],
    *,
    keys: Sequence[str] = ("val",),
    average: Callable[[Runs], float] = fmean,
    pick: Callable[..., str] = max,
    spread: Spread = pooled,
    terms: Callable[[int, int, list[int]], float] = lambda n, m, each: 1 / n + 1 / m,
    error: Callable[[Runs, Runs], float] | None = None,
    errors: float = 2,
    listed: Callable[[list[str], list[str], str], list[str]] = lambda ties, others, best: ties,
) -> dict[str, Any]:
    runs = {r["name"]: [run for key in keys for run in r[key]] for r in records}
    means, counts = {n: average(runs[n]) for n in runs}, [*map(len, runs.values())]
    best, wide = pick(means, key=means.__getitem__), spread([*runs.values()])

    def error_of(other: str) -> float:
        if error:
            return error(runs[best], runs[other])
        return wide * sqrt(terms(len(runs[best]), len(runs[other]), counts))

    others = [name for name in runs if name != best]
    ties = [name for name in others if means[best] - means[name] < errors * error_of(name)]
    return {"best": best, "ties": sorted(listed(ties, others, best))}
