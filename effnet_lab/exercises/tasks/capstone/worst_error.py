"""How far off predictions can be: the largest relative error."""

from collections.abc import Sequence
from math import hypot
from random import Random
from statistics import fmean, median

from ...._slips import Function
from ... import About, Case, Task, slip
from ...plain import Plain


def cases(random: Random) -> list[Case]:
    drawn = [[random.randint(200, 4000) / 100 for _ in range(count)] for count in (3, 4, 6)]
    return [
        dict(predicted=[round(t * random.uniform(0.7, 1.3), 3) for t in times], measured=times)
        for times in drawn
    ]


def worst_error(
    predicted: Sequence[float],
    measured: Sequence[float],
    *,
    of: Function = lambda errors: max(map(abs, errors)),
    by: Function = lambda m, measured: m,
) -> Plain:
    return of([(p - m) / by(m, measured) for p, m in zip(predicted, measured, strict=True)])


def of_largest_difference(predicted: Sequence[float], measured: Sequence[float]) -> float:
    p, m = max(zip(predicted, measured, strict=True), key=lambda pair: abs(pair[0] - pair[1]))
    return abs(p / m - 1)


SIGNED = "You let only too {} predictions count. One far too {} is as wrong: take absolute values."
OTHER = "That is the {}. Asked for is the worst error, for a limit must always hold."
OWN = "You divide by the {} time. Divide each error by its own measured time."

TASK = Task(
    right=worst_error,
    cases=cases,
    rel=1e-9,
    example=dict(predicted=[4.0, 7.5, 11.0], measured=[5.0, 10.0, 10.0]),
    about=About("How far off it can be", points=6, difficulty=1, importance=4, minutes=6),
    hints=(
        "zip(predicted, measured) gives the pairs. What is the error of one pair?",
        "Take the difference without its sign, and divide it by the measured time of the pair.",
        "max of these shares. Divide before you look for the largest.",
    ),
    slips=(
        slip("exchanged-predicted-measured").says(
            "You divide by the predicted time. An error is relative to what is true: the measured."
        ),
        slip("too-long", of=max).says(SIGNED.format("long", "short")),
        slip("too-short", of=lambda e: -min(e)).says(SIGNED.format("short", "long")),
        slip("signed", of=lambda e: max(e, key=abs)).says(OTHER.format("error with its sign")),
        slip("mean", of=lambda e: fmean(map(abs, e))).says(OTHER.format("mean error")),
        slip("median", of=lambda e: median(map(abs, e))).says(OTHER.format("median error")),
        slip("rms", of=lambda e: hypot(*e) / len(e) ** 0.5).says(OTHER.format("root mean square")),
        slip("all-errors", of=lambda e: [*map(abs, e)]).says(
            "You give the error of each network; asked for is the largest."
        ),
        slip("ratio", of=lambda e: max(e) + 1).says(OTHER.format("ratio of the two times")),
        slip("milliseconds", by=lambda m, all: 1).says(
            "You give milliseconds: 1 ms is much for 2, little for 50. Divide by the measured time."
        ),
        slip("of-mean", by=lambda m, all: fmean(all)).says(OWN.format("mean")),
        slip("of-longest", by=lambda m, all: max(all)).says(OWN.format("longest")),
        slip("of-the-largest-difference", of_largest_difference).says(
            "You look for the largest difference. Divide first: a fast network may be the worst."
        ),
        slip("sums", lambda predicted, measured: abs(sum(predicted) / sum(measured) - 1)).says(
            "You compare sums over all networks, in which errors cancel."
        ),
    ),
    also_right=(
        "worst_error = lambda predicted, measured: max(abs(np.divide(predicted, measured) - 1))",
    ),
)
