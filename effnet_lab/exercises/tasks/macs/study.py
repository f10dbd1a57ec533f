"""A study: networks trained with the same seeds, and a difference between two of them."""

import math
from collections.abc import Mapping
from random import Random
from statistics import fmean
from typing import Any

import numpy as np

from ...._slips import Function
from ... import Case
from .accuracies import Values, std

#: The accuracies of each network of a study, in the order of their seeds.
Study = Mapping[str, Values]

NAMES = ("base", "depth", "width", "resolution", "compound", "paper")


def draw_case(random: Random, networks: int, seeds: int) -> Case:
    """Draw a study in which seeds matter, and more so than the rest."""
    brought = [random.randint(-15, 15) for _ in range(seeds)]
    study = {
        name: [(centre + seed + random.randint(-6, 6)) / 10 for seed in brought]
        for name in random.sample(NAMES, networks)
        for centre in [random.choice((600, 608, 616))]
    }
    first, second = random.sample([*study], 2)
    return dict(study=study, first=first, second=second, errors=round(random.uniform(2.3, 4.2), 2))


def rests(runs: np.ndarray) -> Any:
    """Return what neither the network nor the seed of a run brings."""
    return runs - runs.mean(1, keepdims=True) - runs.mean(0) + runs.mean()


def around_networks(runs: np.ndarray) -> Any:
    return runs - runs.mean(1, keepdims=True)


def compare(
    study: Study,
    first: str,
    second: str,
    errors: float,
    *,
    rest: Function = rests,
    freedom: Function = lambda networks, seeds: (networks - 1) * (seeds - 1),
    of: Function = lambda study, two: [*study.values()],
    root: Function = math.sqrt,
    terms: Function = lambda seeds, networks: 2 / seeds,
    own: Function | None = None,
    times: Function = lambda errors: errors,
    sign: Function = lambda low, high, *two: (low > 0) - (high < 0),
) -> dict[str, Any]:
    two, runs = (study[first], study[second]), np.array(of(study, (study[first], study[second])))
    spread = root(float((rest(runs) ** 2).sum()) / freedom(*runs.shape))
    error = own(*two) if own else spread * math.sqrt(terms(len(two[0]), len(runs)))
    difference = fmean(two[0]) - fmean(two[1])
    low, high = difference - times(errors) * error, difference + times(errors) * error
    verdict = ("within noise", first, second)[sign(low, high, *two)]
    return {"low": low, "high": high, "verdict": verdict}


def by_bars(low: float, high: float, first: Values, second: Values) -> int:
    return (abs(low + high) / 2 > std(first) + std(second)) * (1 if low + high > 0 else -1)


def welch(first: Values, second: Values) -> float:
    return math.hypot(std(first), std(second)) / math.sqrt(len(first))
