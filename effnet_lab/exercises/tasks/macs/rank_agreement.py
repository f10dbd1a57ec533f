"""Whether a short training ranks networks as a long one does: Spearman's correlation."""

from itertools import combinations
from operator import eq
from random import Random
from statistics import correlation, fmean

import numpy as np

from ...._slips import Function
from ... import About, Case, Task, slip
from .accuracies import ROUNDED_ALIKE, ROUNDING, Values, accuracies


def cases(random: Random) -> list[Case]:
    def ties(count: int) -> list[float]:
        return random.choices(accuracies(random, count - 2), k=count)

    return [
        dict(first=accuracies(random, 4), second=accuracies(random, 4)),
        dict(first=accuracies(random, 7), second=accuracies(random, 7)),
        dict(first=ties(5), second=accuracies(random, 5)),
        dict(first=ties(8), second=ties(8)),
    ]


def mean_ranks(values: Values) -> list[float]:
    return [sum(o < v for o in values) + (values.count(v) + 1) / 2 for v in values]


def listed_ranks(values: Values) -> list[float]:
    order = argsort(values)
    return [order.index(i) for i in range(len(values))]


def argsort(values: Values) -> list[int]:
    return sorted(range(len(values)), key=values.__getitem__)


def rank_agreement(
    first: Values, second: Values, *, rank: Function = mean_ranks, agree: Function = correlation
) -> float:
    return float(agree(rank(first), rank(second)))


def formula(a: Values, b: Values) -> float:
    squares = sum((x - y) ** 2 for x, y in zip(a, b, strict=True))
    return 1 - 6 * squares / (len(a) ** 3 - len(a))


def kendall(a: Values, b: Values) -> float:
    """Return the pairs in the same order less those in the other, as a share of all."""
    pairs = combinations(zip(a, b, strict=True), 2)
    return fmean(float(np.sign((p[0] - q[0]) * (p[1] - q[1]))) for p, q in pairs)


TIES = (
    "Networks of equal accuracy share the mean of their places: the second and third of equal "
    "value both have rank 2.5."
)
MOVED = "all ranks move by the same amount, which leaves the correlation as it is"

TASK = Task(
    right=rank_agreement,
    rel=ROUNDING,
    absolute=ROUNDING,
    cases=cases,
    example=dict(first=[50.2, 54.0, 57.1], second=[68.3, 74.1, 71.8]),
    about=About("Does the order hold?", points=16, difficulty=4, importance=3, minutes=16),
    hints=(
        "Two steps: turn each list into ranks, then correlate the ranks. A function of its own "
        "for the ranks helps.",
        "Count for each value how many are smaller, and how many are equal (itself included). "
        "Equal values share the mean of the places that follow the smaller ones.",
        "With s smaller and e equal values the rank is s + (e + 1) / 2. The correlation: take the "
        "mean rank away, then sum of products over root of the product of the sums of squares (or "
        "np.corrcoef).",
    ),
    slips=(
        slip("values-not-ranks", rank=list).says(
            "You correlate the accuracies themselves. Only their order counts: correlate the ranks."
        ),
        slip("ties-as-listed", rank=listed_ranks).says(
            f"You rank equal values as they are listed. {TIES}"
        ),
        slip("ties-lowest", rank=lambda v: [sum(o < x for o in v) for x in v]).says(
            f"You give equal values the lowest of their places. {TIES}"
        ),
        slip("ties-highest", rank=lambda v: [sum(o <= x for o in v) for x in v]).says(
            f"You give equal values the highest of their places. {TIES}"
        ),
        slip("ties-dense", rank=lambda v: [sorted({*v}).index(x) for x in v]).says(
            f"You number the different values and leave no place out. {TIES}"
        ),
        slip("argsort-once", rank=argsort).says(
            "You correlate the order of sorting (argsort), which says which network comes at each "
            "place. A rank says at which place each network comes."
        ),
        slip("formula", agree=formula).says(
            "You use the formula with the sum of squares. It holds only where no two values are "
            "equal; take the correlation of the ranks themselves."
        ),
        slip("negative").says(
            "The sign is wrong: one side is ranked from the best, the other from the worst."
        ),
        slip("squared", agree=lambda a, b: correlation(a, b) ** 2).says(
            "That is the square of the correlation; its sign is lost."
        ),
        slip("kendall", agree=kendall).says(
            "You count pairs in the same order (Kendall's tau); correlate the ranks themselves."
        ),
        slip("same-places", agree=lambda a, b: fmean(map(eq, a, b))).says(
            "You count the networks that keep their place. One that moves by one place should "
            "count for more than one that moves by five: correlate the ranks."
        ),
        slip("n-mixed", agree=lambda a, b: correlation(a, b) * len(a) / (len(a) - 1))
        .either(agree=lambda a, b: correlation(a, b) * (len(a) - 1) / len(a))
        .says(
            "Covariance and standard deviations must divide by the same number: by n everywhere, "
            "or by n - 1 everywhere."
        ),
    ),
    no_slips=ROUNDED_ALIKE,
    equivalent={
        "np.corrcoef(ranks(first), ranks(second)) -> np.corrcoef(ranks(second), ranks(first))": (
            "a correlation is the same from either side"
        ),
        "equal + 1 -> equal - 1": MOVED,
        "1 -> 2 (2)": MOVED,
        "1 -> 0 (2)": MOVED,
    },
    also_right=(
        """
def rank_agreement(first, second):
    def ranks(values):
        values, place, count = np.unique(values, return_inverse=True, return_counts=True)
        return (np.cumsum(count) - (count - 1) / 2)[place]
    a, b = ranks(first), ranks(second)
    return np.mean((a - a.mean()) * (b - b.mean())) / (a.std() * b.std())
""",
    ),
)
