"""Accuracies in percent, as the tasks draw them, and their spread."""

import math
from collections.abc import Sequence
from random import Random
from statistics import fmean
from typing import TypeAlias

Values: TypeAlias = Sequence[float]

#: Two results may differ by this much: rounding, nothing more.
ROUNDING = 1e-9

#: Generic slips of small numbers that are none.
ROUNDED_ALIKE = dict.fromkeys(("rounded-down", "rounded-up"), "often the same as rounded")


def accuracies(random: Random, count: int) -> list[float]:
    """Draw those of one network's seeds, all different."""
    centre = random.randint(520, 860)
    return [tenths / 10 for tenths in random.sample(range(centre - 25, centre + 25), count)]


def variance(values: Values, less: int = 1) -> float:
    """Return the mean of squares, with a number of values that counts less."""
    mean = fmean(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - less)


def std(values: Values) -> float:
    """Return the standard deviation of a sample."""
    return math.sqrt(variance(values))
