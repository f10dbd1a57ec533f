"""Candidates that were trained: what each costs, and how accurate its seeds are."""

from random import Random
from typing import Any

from ... import Case

#: What the question shows.
THREE = [
    dict(name="deep", costs=dict(macs=300, milliseconds=7), accuracies=[74.0, 75.5]),
    dict(name="wide", costs=dict(macs=390, milliseconds=4), accuracies=[70.5, 72.5]),
    dict(name="slim", costs=dict(macs=280, milliseconds=4), accuracies=[71.0, 70.0]),
]


def draw_selection(random: Random, count: int, least: int = 35) -> Case:
    """Draw candidates that spend so many hundredths of a limit at least."""
    limits = {name: 100 * random.randint(11, 90) for name in ("macs", "kilobytes", "milliseconds")}
    best, noise = random.randint(240, 300) / 4, random.choice((0.5, 1.0, 2.0, 3.0))

    def candidate(name: str, macs: int) -> dict[str, Any]:
        others = random.choices((40, 50, 60, 70, 80, 90, 100, 100, 108), k=2)
        shares = [max(least, share) for share in (macs, *others)]
        costs = {n: limits[n] * share // 100 for n, share in zip(limits, shares, strict=True)}
        below = random.choice((0, 1, 2, 3, 4, 4, 6, 9, 12)) - 4 * (max(shares) > 100)
        return dict(name=name, costs=costs, accuracies=seeds(random, best - below * noise / 4))

    names = random.sample("ABCDEFGHJKLMNPQRSTUVWXYZ", count)
    macs = random.sample(range(least, 112), count)  # no two have equally many
    return dict(candidates=[*map(candidate, names, macs)], limits=limits, noise=noise)


def seeds(random: Random, mean: float) -> list[float]:
    """Draw two to four accuracies whose mean is exact in binary, as what is to be told from it."""
    apart = [random.randint(-12, 12) / 4 for _ in range(random.randint(1, 3))]
    return random.sample([mean + a for a in (*apart, -sum(apart))], len(apart) + 1)
