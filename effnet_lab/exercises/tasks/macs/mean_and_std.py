"""The mean of some seeds, and their spread."""

import math
from collections.abc import Callable
from random import Random
from statistics import fmean, median, pstdev, stdev, variance

from ... import About, Case, Task, slip
from .accuracies import ROUNDING, Values, accuracies


def cases(random: Random) -> list[Case]:
    return [dict(accuracies=accuracies(random, count)) for count in (2, 3, 5, 4, 1)]


def mean_and_std(
    accuracies: Values,
    *,
    mean: Callable[[Values], float] = fmean,
    spread: Callable[[Values], float] = stdev,
    single: float | None = None,
) -> list[float | None]:
    return [mean(accuracies), spread(accuracies) if len(accuracies) > 1 else single]


def mean_distance(values: Values) -> float:
    return fmean(abs(value - fmean(values)) for value in values)


TASK = Task(
    right=mean_and_std,
    rel=ROUNDING,
    cases=cases,
    example=dict(accuracies=[71.2, 70.4, 72.6]),
    about=About("A mean and its spread", points=8, difficulty=1, importance=5, minutes=6),
    hints=(
        "The mean is the sum divided by the number. How far is each value from it?",
        "Square the distances and add them up. Divide by one less than the number of values, "
        "and take the root.",
        "statistics.stdev does it, and so does np.std, told that ddof is 1. What do they make "
        "of a single value? Deal with that first.",
    ),
    slips=(
        slip("single-has-a-spread", single=0.0)
        .either(single=math.nan)
        .says(
            "One value has no spread that could be seen. That is not the same as a spread of 0: "
            "return None in its place."
        ),
        slip("population", spread=pstdev).says(
            "You divide the squares by the number of values. The seeds are a sample of all seeds "
            "that there are, and their own mean lies closest to them: divide by one less."
        ),
        slip("variance", spread=variance).says(
            "That is the variance, in points squared; its square root is the standard deviation."
        ),
        slip("standard-error", spread=lambda v: stdev(v) / math.sqrt(len(v))).says(
            "That is the standard error, the uncertainty of the mean. Asked for is the spread of "
            "single seeds: do not divide by the root of their number."
        ),
        slip("range", spread=lambda v: max(v) - min(v)).says(
            "That is the distance between the best and the worst seed; it grows with their number."
        ),
        slip("half-range", spread=lambda v: (max(v) - min(v)) / 2).says(
            "That is half the distance between the best and the worst seed; it looks at two of "
            "them only."
        ),
        slip("absolute-deviation", spread=mean_distance).says(
            "That is the mean distance from the mean; the standard deviation is the root of a "
            "mean of squares."
        ),
        slip("median", mean=median).says(
            "Your first number is the median, the value in the middle; asked for is the mean."
        ),
        slip("best", mean=max).says("Your first number is the best seed, not the mean of all."),
        slip("turned-round").says("You return the standard deviation first; the mean comes first."),
        slip("first-only").says("That is the mean alone; return mean and standard deviation."),
        slip("last-only").says(
            "That is the standard deviation alone; return the mean and the standard deviation."
        ),
    ),
    wrong=(
        (
            """
import statistics
def mean_and_std(accuracies):
    return statistics.mean(accuracies), statistics.stdev(accuracies)
""",
            "StatisticsError",
        ),
    ),
    also_right=(
        """
def mean_and_std(accuracies):
    n, total = len(accuracies), sum(accuracies)
    if n == 1:
        return total, None
    return total / n, (sum((n * v - total) ** 2 for v in accuracies) / n**2 / (n - 1)) ** 0.5
""",
    ),
)
