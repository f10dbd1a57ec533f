"""How far the best of some seeds lies above the mean of all, on average."""

from collections.abc import Iterable
from itertools import combinations, product
from random import Random
from statistics import fmean, median

from ...._slips import Function, Slip
from ... import About, Case, Task, slip
from ...plain import Plain
from .accuracies import ROUNDED_ALIKE, ROUNDING, Values, accuracies, std


def cases(random: Random) -> list[Case]:
    sizes = ((3, 2), (5, 2), (5, 3), (6, 4), (4, 4), (4, 1))
    drawn = [dict(accuracies=accuracies(random, count), k=k) for count, k in sizes]
    low, high = sorted(accuracies(random, 2))
    return [*drawn, dict(accuracies=[low, low, high], k=2)]  # two seeds, one accuracy


def luck_of_the_best(
    accuracies: Values,
    k: int,
    *,
    choices: Function = combinations,
    best: Function = max,
    less: Function = fmean,
) -> float:
    return float(fmean(map(best, choices(accuracies, k))) - less(accuracies))


def neighbours(values: Values, k: int) -> Iterable[Values]:
    return (values[i : i + k] for i in range(len(values) - k + 1))


def is_close(case: Case, got: Plain, slip: Slip | None) -> str:
    if slip or not isinstance(got, float) or abs(got - luck_of_the_best(**case)) > 0.1:
        return ""
    return "It is close. Do you draw at random? There are few choices: go through all of them."


TASK = Task(
    right=luck_of_the_best,
    rel=ROUNDING,
    absolute=ROUNDING,
    cases=cases,
    note=is_close,
    example=dict(accuracies=[71.2, 70.4, 72.6], k=2),
    about=About("The luck of the best", points=14, importance=4),
    hints=(
        "With 3 seeds and k = 2 there are three choices. Write them down, and the better one of "
        "each.",
        "itertools.combinations gives all choices of k of the seeds.",
        "Take the largest of each choice, the mean of these, and from it the mean of all seeds.",
    ),
    slips=(
        slip("mean-not-subtracted", less=lambda values: 0).says(
            "That is the mean of the best ones. How far above the mean of all seeds is it?"
        ),
        slip("negative").says("The sign is wrong: the best is above the mean, so it is positive."),
        slip("best-of-all", choices=lambda values, k: [values]).says(
            "You take the best of all seeds, whatever k is. Who tries k seeds often misses it."
        ),
        slip("first-seeds", choices=lambda values, k: [values[:k]]).says(
            "You look at the first k seeds only. Any k of them may be those that were tried: take "
            "the mean over all choices."
        ),
        slip(
            "equal-seeds-once", choices=lambda v, k: combinations(set(v), min(k, len(set(v))))
        ).says(
            "You leave out a seed that has the accuracy of another one. They are two seeds: go "
            "through choices of places, not of values."
        ),
        slip("neighbours", choices=neighbours).says(
            "You choose seeds that stand next to each other. Any k of them may be those that were "
            "tried."
        ),
        slip("with-replacement", choices=lambda values, k: product(values, repeat=k)).says(
            "You let the same seed be drawn again. Nobody trains the same seed twice: go through "
            "choices of k different ones."
        ),
        slip("mean-of-the-top", choices=lambda v, k: [sorted(v)[-k:]], best=fmean).says(
            "You take the mean of the k best seeds. It is one seed that is reported: the best of "
            "the k that were tried."
        ),
        slip("median-subtracted", less=median).says(
            "You take away the median; the network's accuracy is the mean of its seeds."
        ),
        slip("worst-subtracted", best=lambda v: max(v) - min(v), less=lambda values: 0).says(
            "You take away the worst of the k; the network's accuracy is the mean of all its seeds."
        ),
        slip("one-too-many-seeds", choices=lambda v, k: combinations(v, min(k + 1, len(v)))).says(
            "You choose k + 1 seeds: k = 1 must give no luck at all."
        ),
        slip("one-seed-too-few", choices=lambda v, k: combinations(v, max(k - 1, 1))).says(
            "You choose k - 1 seeds."
        ),
        slip("standard-deviation", lambda accuracies, k: std(accuracies)).says(
            "That is the standard deviation, whatever k is. The luck grows with k."
        ),
    ),
    no_slips=ROUNDED_ALIKE,
    wrong=(
        (
            """
def luck_of_the_best(accuracies, k):
    random = np.random.default_rng(0)
    best = [max(random.choice(accuracies, k, replace=False)) for _ in range(2000)]
    return np.mean(best) - np.mean(accuracies)
""",
            "draw at random",
        ),
    ),
    also_right=(
        """
def luck_of_the_best(accuracies, k):
    n = len(accuracies)
    ways = [math.comb(place, k - 1) for place in range(n)]
    best = sum(way * value for way, value in zip(ways, sorted(accuracies)))
    return best / math.comb(n, k) - np.mean(accuracies)
""",
    ),
)
