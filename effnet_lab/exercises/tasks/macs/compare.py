"""Which of two networks is more accurate, and whether it is more than luck: Welch's interval."""

import math
from operator import add
from random import Random
from statistics import fmean
from typing import Any

from ...._slips import Function
from ... import About, Case, Task, slip
from .accuracies import ROUNDING, Values, std, variance
from .mean_and_std import TASK as MEAN_AND_STD


def cases(random: Random) -> list[Case]:
    def seeds(count: int) -> list[float]:
        centre, spread = random.choice((600, 608, 615)), random.choice((3, 6, 20))
        return [(centre + random.randint(-spread, spread)) / 10 for _ in range(count)]

    t = round(random.uniform(2.2, 4.5), 3)
    even, half = float(random.randint(55, 80)), random.choice((1.0, 2.0))
    first, second = [even, even], [even - 3 * half, even - half]
    return [
        *(dict(first=seeds(n), second=seeds(m), t=t) for n, m in ((2, 2), (3, 5), (3, 4), (8, 6))),
        dict(first=first, second=second, t=2.0),  # an end of the interval is exactly zero
        dict(first=second, second=first, t=2.0),
    ]


def compare(
    first: Values,
    second: Values,
    t: float,
    *,
    squared: Function = lambda own, both: variance(own),
    count: Function = lambda own, both: len(own),
    root: Function = lambda a, b: math.sqrt(a + b),
    times: Function = lambda t: t,
    ends: Function = lambda low, high: (low, high),
    sign: Function = lambda low, high, *both: (low > 0) - (high < 0),
) -> dict[str, Any]:
    both = (first, second)
    error = root(*(squared(own, both) / count(own, both) for own in both))
    difference = fmean(first) - fmean(second)
    low, high = difference - times(t) * error, difference + times(t) * error
    verdict = ("within noise", "first", "second")[sign(low, high, *both)]
    return {**dict(zip(("low", "high"), ends(low, high), strict=True)), "verdict": verdict}


def by_bars(low: float, high: float, first: Values, second: Values) -> int:
    return (abs(low + high) / 2 > std(first) + std(second)) * (1 if low + high > 0 else -1)


def pooled(own: Values, both: tuple[Values, Values]) -> float:
    return sum((len(v) - 1) * variance(v) for v in both) / (sum(map(len, both)) - 2)


def paired(own: Values, both: tuple[Values, Values]) -> float:
    return variance([a - b for a, b in zip(*both, strict=False)]) / 2


RIGHT = "Your interval is right, your verdict"

TASK = Task(
    right=compare,
    uses=(MEAN_AND_STD,),
    rel=ROUNDING,
    absolute=ROUNDING,
    cases=cases,
    example=dict(first=[71.2, 70.4, 72.6], second=[69.0, 68.1, 69.3], t=2.8),
    about=About("A winner, or within noise", points=14, difficulty=3, importance=5, minutes=14),
    hints=(
        "Three steps: the difference of the means, its standard error, and the interval of t "
        "errors to either side.",
        "For each of the two: the squared standard deviation (with n - 1), divided by the number "
        "of its seeds. Add both, and take the root.",
        "If the whole interval lies above zero, the first has more. If it lies below, the second "
        "has. Otherwise it contains zero.",
    ),
    slips=(
        slip("verdict-by-means", sign=lambda low, high, *both: 1 if low + high > 0 else -1).says(
            f"{RIGHT} looks at the means alone. If the interval contains zero: within noise."
        ),
        slip("verdict-by-bars", sign=by_bars).says(
            f"{RIGHT} looks at whether bars of one standard deviation overlap, not at the interval."
        ),
        slip("verdict-of-one-side", sign=lambda low, high, *both: -(high < 0))
        .either(sign=lambda low, high, *both: int(low > 0))
        .says(f"{RIGHT} is one of two: an interval lies above zero, below it, or contains it."),
        slip("verdict-of-loser", sign=lambda low, high, *both: (high < 0) - (low > 0)).says(
            f"{RIGHT} names the loser: above zero the first has more."
        ),
        slip("zero-at-the-end", sign=lambda low, high, *both: (low >= 0) - (high <= 0)).says(
            "An interval that ends at zero contains it: within noise."
        ),
        slip("turned-round", ends=lambda low, high: (-high, -low)).says(
            "Your interval is that of second - first; asked for is first - second."
        ),
        slip("exchanged-first-second").says(
            "You compare the other way round: asked for is first - second, and who is ahead then."
        ),
        slip("errors-added", root=lambda a, b: math.sqrt(a) + math.sqrt(b)).says(
            "You add the two standard errors. Their squares add up; take the root of the sum."
        ),
        slip("no-root", root=add).says(
            "You forgot the root: the squares add up, and the root of the sum is the error."
        ),
        slip("population", squared=lambda own, both: variance(own, 0)).says(
            "Your standard deviations divide by the number of seeds; divide by one less."
        ),
        slip("stds-not-squared", squared=lambda own, both: std(own)).says(
            "You divide the standard deviations by the numbers of seeds without squaring them."
        ),
        slip("pooled", squared=pooled).says(
            "Student's formula gives both one spread. One may scatter more: keep the two apart."
        ),
        slip("paired", squared=paired, count=lambda own, both: min(map(len, both))).says(
            "You pair seeds that have nothing in common: each network has a spread of its own."
        ),
        slip("spread-of-single-seeds", count=lambda *_: 1).says(
            "Your interval has the spread of single seeds: divide each square by its seeds' number."
        ),
        slip("all-seeds-together", count=lambda own, both: sum(map(len, both))).says(
            "You divide by the number of all seeds together. Divide each by that of its own seeds."
        ),
        slip("number-of-first", count=lambda own, both: len(both[0])).says(
            "You divide both by the number of seeds of the first. Each has a number of its own."
        ),
        slip("no-t", times=lambda t: 1).says("You leave t out: that is one standard error."),
        slip("two-for-t", times=lambda t: 1.96)
        .either(times=lambda t: 2.0)
        .says(
            "You take 2, or 1.96, in place of t. With few seeds the spread is a guess: t is larger."
        ),
        slip("t-under-the-root", times=math.sqrt).says("t belongs outside of the root."),
        slip("half-on-each-side", times=lambda t: t / 2).says(
            "You put half of it on each side. The whole of t times the error goes to either side."
        ),
    ),
    also_right=(
        """
def compare(first, second, t):
    errors = [np.std(values, ddof=1) / np.sqrt(len(values)) for values in (first, second)]
    middle, half = np.mean(first) - np.mean(second), t * math.hypot(*errors)
    verdict = ["second", "within noise", "first"][1 + (middle - half > 0) - (middle + half < 0)]
    return {"low": middle - half, "high": middle + half, "verdict": verdict}
""",
    ),
)
