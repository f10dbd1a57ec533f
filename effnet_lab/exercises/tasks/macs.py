"""Assignment 07, accuracy against MACs: fronts, matched budgets, spread over seeds, rankings.

The references are those of `records.statistics` and of the plots where there are such.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations, pairwise, product
from random import Random
from statistics import fmean, median, pstdev, pvariance, stdev, variance
from typing import Any

from ...records.statistics import spearman
from ...view.plots.accuracy import pareto_front
from ...view.result import CheckResult
from ..judging import Case, Slip, judge_calls, matches, part
from ..plain import Plain
from ..probes import macs as probes
from ..probing import Inputs
from ..task import Assignment, Task, Written

#: Results may differ by this much from the reference: rounding, nothing more.
_ROUNDING = 1e-9


def _seeds(random: Random, count: int, spread: int = 25) -> list[float]:
    """Draw accuracies in percent, all different, of one network's seeds."""
    centre = random.randint(520, 860)
    return [tenths / 10 for tenths in random.sample(range(centre - spread, centre + spread), count)]


# ------------------------------------------------------------------ mean and spread


def _mean_inputs(seed: int) -> Inputs:
    random = Random(seed)
    return {"cases": [{"accuracies": _skewed(random, count)} for count in (2, 3, 5, 4, 1)]}


def _skewed(random: Random, count: int) -> list[float]:
    """Draw accuracies whose mean is not their median."""
    while True:
        values = _seeds(random, count)
        if count < 3 or abs(fmean(values) - median(values)) > 0.1:
            return values


def _summary(
    spread: Callable[[Sequence[float]], float],
    mean: Callable[[Sequence[float]], float] = fmean,
    single: float | None = None,
) -> Callable[[Sequence[float]], list[float | None]]:
    """Return the function that gives a mean and a spread, and `single` where there is one value."""

    def summary(accuracies: Sequence[float]) -> list[float | None]:
        return [mean(accuracies), spread(accuracies) if len(accuracies) > 1 else single]

    return summary


_mean_and_std = _summary(stdev)

_SINGLE = (
    "One value has no spread that could be seen. That is not the same as a spread of 0: return "
    "None in its place."
)
_SAMPLE = (
    "You divide the squares by the number of values. The seeds are a sample of all seeds that "
    "there are, and their own mean lies closest to them: divide by one less."
)

_MEAN_SLIPS = (
    Slip("single-is-zero", _SINGLE, _summary(stdev, single=0.0)),
    Slip("population", _SAMPLE, _summary(pstdev)),
    Slip("population-single-is-zero", f"{_SAMPLE} {_SINGLE}", _summary(pstdev, single=0.0)),
    Slip(
        "variance",
        "That is the variance, in points squared; its square root is the standard deviation.",
        _summary(variance),
    ),
    Slip(
        "standard-error",
        "That is the standard error, the uncertainty of the mean. Asked for is the spread of "
        "single seeds: do not divide by the root of their number.",
        _summary(lambda values: stdev(values) / math.sqrt(len(values))),
    ),
    Slip(
        "range",
        "That is the distance between the best and the worst seed; it grows with their number.",
        _summary(lambda values: max(values) - min(values)),
    ),
    Slip(
        "half-range",
        "That is half the distance between the best and the worst seed; it looks at two of them "
        "only.",
        _summary(lambda values: (max(values) - min(values)) / 2),
    ),
    Slip(
        "absolute-deviation",
        "That is the mean distance from the mean; the standard deviation is the root of a mean of "
        "squares.",
        _summary(lambda values: fmean(abs(value - fmean(values)) for value in values)),
    ),
    Slip(
        "median",
        "Your first number is the median, the value in the middle; asked for is the mean.",
        _summary(stdev, median),
    ),
    Slip("best", "Your first number is the best seed, not the mean of all.", _summary(stdev, max)),
    Slip(
        "turned-round",
        "You return the standard deviation first; the mean comes first.",
        lambda accuracies: _mean_and_std(accuracies)[::-1],
    ),
    Slip(
        "mean-only",
        "That is the mean alone; return the mean and the standard deviation.",
        lambda accuracies: fmean(accuracies),
    ),
    Slip(
        "std-only",
        "That is the standard deviation alone; return the mean and the standard deviation.",
        lambda accuracies: _mean_and_std(accuracies)[1],
    ),
)


def _judge_mean(inputs: Inputs, answer: Plain) -> CheckResult:
    results = part(answer, "results")
    result = judge_calls(
        "mean_and_std", inputs["cases"], results, _mean_and_std, _MEAN_SLIPS, rel=_ROUNDING,
        after=part(answer, "after"),
    )  # fmt: skip
    if result.passed or result.slip:
        return result
    *several, single = results
    # No number equals not-a-number, so a slip that gives it cannot be a variant.
    if _has_nan(single) and not any(map(_has_nan, several)):
        return replace(result, message=f"{result.message} {_SINGLE}", slip="single-is-nan")
    return result


def _has_nan(value: Plain) -> bool:
    values = value if isinstance(value, list) else [value]
    return any(type(item) is float and math.isnan(item) for item in values)


# ------------------------------------------------------------------ the front


def _front_inputs(seed: int) -> Inputs:
    random = Random(seed)
    return {"cases": [{"points": points} for points in _clouds(random)]}


def _clouds(random: Random) -> list[list[list[float]]]:
    """Draw points that are told apart by the rules for equal costs, accuracies and points."""
    cheap, middle, dear = _costs(random, 3)
    low, good, best = _scores(random, 3)
    return [
        [[middle, best], [dear, good], [cheap, low]],
        [[cheap, low], [middle, good], [middle, best]],
        [[dear, good], [cheap, low], [middle, good]],
        [[middle, good], [cheap, low], [middle, good], [dear, low]],
        _cloud(random),
    ]


def _costs(random: Random, count: int) -> list[float]:
    return sorted(value / 100 for value in random.sample(range(50, 1000), count))


def _scores(random: Random, count: int) -> list[float]:
    return sorted(value / 10 for value in random.sample(range(450, 850), count))


#: Accuracies by rank, cheapest network first: on the front are ranks 1, 5, 6 and 8.
_RISING = (1, 5, 2, 3, 6, 4, 8, 7)


def _cloud(random: Random) -> list[list[float]]:
    """Draw many points in disorder; the last of the front is there twice."""
    costs, scores = _costs(random, len(_RISING)), _scores(random, len(_RISING))
    points = [[cost, scores[rank - 1]] for cost, rank in zip(costs, _RISING, strict=True)]
    points.append(list(points[_RISING.index(8)]))
    while True:
        random.shuffle(points)
        on_front = pareto_front([(cost, score) for cost, score in points])
        if on_front not in (sorted(on_front), sorted(on_front, reverse=True)):
            return points


_Points = Sequence[Sequence[float]]


def _front(points: _Points) -> list[int]:
    return pareto_front([(cost, accuracy) for cost, accuracy in points])


def _unbeaten(beats: Callable[[Sequence[float], Sequence[float]], bool]) -> Any:
    """Return the function that keeps what no other point beats, in another sense."""

    def front(points: _Points) -> list[int]:
        kept = [
            i for i, point in enumerate(points)
            if not any(beats(other, point) for j, other in enumerate(points) if j != i)
        ]  # fmt: skip
        return sorted(kept, key=lambda i: points[i][0])

    return front


def _walk(order: Callable[[_Points], list[int]], is_better: Callable[..., bool]) -> Any:
    """Return the function that goes through the points once and keeps what is better."""

    def front(points: _Points) -> list[int]:
        kept: list[int] = []
        best = before = -math.inf
        for i in order(points):
            accuracy = points[i][1]
            if is_better(accuracy, best, before):
                kept.append(i)
            best, before = max(best, accuracy), accuracy
        return kept

    return front


def _cheapest_first(points: _Points) -> list[int]:
    return sorted(range(len(points)), key=lambda i: (points[i][0], -points[i][1]))


def _by_cost_alone(points: _Points) -> list[int]:
    return sorted(range(len(points)), key=lambda i: points[i][0])


def _as_listed(points: _Points) -> list[int]:
    return list(range(len(points)))


_EQUAL = "Equal networks do not beat each other: if one is on the front, the others are, too."
_NO_SORT = (
    "You go through the list as it stands, and compare each network with those before it. A "
    "cheaper one may come later: sort by cost first."
)

_FRONT_SLIPS = (
    Slip(
        "strictly-better-in-both",
        "You cross out only what is beaten in both numbers. As accurate for more MACs, or less "
        "accurate for the same MACs, is beaten, too.",
        _unbeaten(lambda q, p: q[0] < p[0] and q[1] > p[1]),
    ),
    Slip(
        "equal-cost",
        "You keep a network that costs the same as another and is less accurate.",
        _unbeaten(lambda q, p: q[0] < p[0] and q[1] >= p[1]),
    ),
    Slip(
        "equal-cost-and-equal",
        "You keep a network that costs the same as another and is less accurate, and lose one of "
        f"two equal ones. {_EQUAL}",
        _walk(_by_cost_alone, lambda accuracy, best, before: accuracy > best),
    ),
    Slip(
        "equal-accuracy",
        "You keep a network that costs more than another and is no more accurate.",
        _unbeaten(lambda q, p: q[0] <= p[0] and q[1] > p[1]),
    ),
    Slip(
        "equal-ones-beat-each-other",
        f"You let equal networks cross each other out. {_EQUAL}",
        _unbeaten(lambda q, p: q[0] <= p[0] and q[1] >= p[1]),
    ),
    Slip(
        "first-of-equal-ones",
        f"You keep only the first of several equal networks. {_EQUAL}",
        _walk(_cheapest_first, lambda accuracy, best, before: accuracy > best),
    ),
    Slip(
        "beaten-by-itself",
        "Nothing is left. Do you compare each network with itself? It is as cheap and as accurate "
        "as itself; to beat, one must be better in one of the two.",
        lambda points: [],
    ),
    Slip(
        "order-of-the-list",
        "The networks are right, their order is not: cheapest first.",
        lambda points: sorted(_front(points)),
    ),
    Slip(
        "dearest-first",
        "The networks are right, their order is not: cheapest first, not dearest.",
        lambda points: _front(points)[::-1],
    ),
    Slip(
        "dearest-first-stable",
        "The networks are right, their order is not: cheapest first, not dearest.",
        lambda points: sorted(_front(points), key=lambda i: -points[i][0]),
    ),
    Slip(
        "positions-after-sorting",
        "These are places in the sorted list. Give places in the list that came in.",
        lambda points: [_cheapest_first(points).index(i) for i in _front(points)],
    ),
    Slip(
        "positions-after-sorting-by-value",
        "These are places in the sorted list. Give places in the list that came in.",
        lambda points: [
            sorted(points, key=lambda point: (point[0], -point[1])).index(points[i])
            for i in _front(points)
        ],
    ),
    Slip(
        "points",
        "These are the points themselves; give their places in the list, counted from 0.",
        lambda points: [list(points[i]) for i in _front(points)],
    ),
    Slip(
        "counted-from-one",
        "You count places from 1; the first one is 0.",
        lambda points: [i + 1 for i in _front(points)],
    ),
    Slip(
        "only-the-neighbour",
        "You compare each network only with the next cheaper one. It must be better than the best "
        "of all that are cheaper.",
        _walk(_cheapest_first, lambda accuracy, best, before: accuracy > before),
    ),
    Slip(
        "not-sorted",
        _NO_SORT,
        _walk(_as_listed, lambda accuracy, best, before: accuracy > best),
    ),
    Slip(
        "not-sorted-equal",
        _NO_SORT,
        _walk(_as_listed, lambda accuracy, best, before: accuracy >= best),
    ),
    Slip(
        "beaten-ones",
        "These are the networks that are beaten; the front is what remains.",
        lambda points: [i for i in _by_cost_alone(points) if i not in _front(points)],
    ),
    Slip(
        "less-accuracy",
        "You look for little accuracy. Of the cost less is better, of the accuracy more.",
        _unbeaten(lambda q, p: q[0] <= p[0] and q[1] <= p[1] and q != p),
    ),
    Slip(
        "more-cost",
        "You look for high cost. Of the accuracy more is better, of the cost less.",
        _unbeaten(lambda q, p: q[0] >= p[0] and q[1] >= p[1] and q != p),
    ),
    Slip(
        "most-accurate-only",
        "That is the most accurate network alone. Cheaper ones are on the front, too, if nothing "
        "as cheap is as good.",
        lambda points: [max(_as_listed(points), key=lambda i: points[i][1])],
    ),
)


def _judge_front(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "pareto_front", inputs["cases"], part(answer, "results"), _front, _FRONT_SLIPS,
        after=part(answer, "after"),
    )  # fmt: skip


# ------------------------------------------------------------------ equal cost


def _network(name: str, factor: float, macs: int) -> dict[str, Any]:
    return {"name": name, "factor": factor, "macs": macs}


def _matched_inputs(seed: int) -> Inputs:
    random = Random(seed)
    base = 4 * random.randint(150_000, 400_000)
    return {
        "cases": [
            {"networks": _nearly_matched(random, base)},
            {"networks": _all_kinds(random, base)},
            {"networks": _exactly_matched(base), "tolerance": 0.25},
        ]
    }


def _nearly_matched(random: Random, base: int) -> list[dict[str, Any]]:
    """Draw three networks of the same factor: one pair is matched, the other two are not."""
    near = 1 + random.randint(30, 60) / 1000
    far = near * (1 + random.randint(140, 190) / 1000)
    return [
        _network("width x2", 2, round(2 * base * near)),
        _network("depth x2", 2, round(2 * base * far)),
        _network("resolution x2", 2, 2 * base),
    ]


def _all_kinds(random: Random, base: int) -> list[dict[str, Any]]:
    """Draw pairs that are matched, far off, or matched only if the dearer is what counts."""
    barely, clearly = 1.104 + random.random() / 1000, 1.107 + random.random() / 1000
    close = 1 + random.randint(20, 80) / 1000
    return [
        _network("base", 1, base),
        _network("width x2", 2, round(2 * base * clearly)),
        _network("resolution x2", 2, 2 * base),
        _network("depth x3", 3, 3 * base),
        _network("width x3", 3, round(3 * base * barely)),
        _network("wide, of few layers", 3, round(5 * base / close)),
        _network("compound x4", 4, 5 * base),
        _network("resolution x4", 4, round(5 * base * clearly)),
        _network("deep and narrow", 2, round(3 * base * (1.035 + random.random() / 50))),
    ]


def _exactly_matched(base: int) -> list[dict[str, Any]]:
    """Return networks of which one is exactly a quarter dearer than another, one a bit more."""
    return [
        _network("width x5", 5, 5 * base),
        _network("depth x4", 4, 4 * base),
        _network("compound x5", 5, 5 * base + base // 50),
        _network("resolution x6", 6, 6 * base + base // 2),
        _network("resolution x10", 10, 12 * base),
        _network("compound x10", 10, 10 * base),
    ]


_Networks = Sequence[Case]


def _is_matched(a: float, b: float, tolerance: float) -> bool:
    return max(a, b) <= min(a, b) * (1 + tolerance)


def _pairs_by(rule: Callable[[Case, Case, float], bool]) -> Any:
    """Return the function that gives the pairs, in the table's order, that keep to a rule."""

    def pairs(networks: _Networks, tolerance: float = 0.1) -> list[list[str]]:
        return [
            [a["name"], b["name"]] for a, b in combinations(networks, 2) if rule(a, b, tolerance)
        ]

    return pairs


def _pairs_by_macs(rule: Callable[[float, float, float], bool]) -> Any:
    return _pairs_by(lambda a, b, tolerance: rule(a["macs"], b["macs"], tolerance))


_matched = _pairs_by_macs(_is_matched)


def _matched_neighbours(networks: _Networks, tolerance: float = 0.1) -> list[list[str]]:
    pairs = pairwise(networks)
    return [
        [a["name"], b["name"]] for a, b in pairs if _is_matched(a["macs"], b["macs"], tolerance)
    ]


_WHICH_IS_HUNDRED = (
    "The cheaper one of the two is the hundred percent: the dearer may cost that much more than it."
)

_MATCHED_SLIPS = (
    Slip(
        "nominal-factor",
        "You compare the factors that the names promise. Rounding makes of them what it likes: "
        "compare the actual MACs.",
        _pairs_by(lambda a, b, tolerance: a["factor"] == b["factor"]),
    ),
    Slip(
        "nominal-factor-within",
        "You compare the factors that the names promise. Rounding makes of them what it likes: "
        "compare the actual MACs.",
        _pairs_by(lambda a, b, tolerance: _is_matched(a["factor"], b["factor"], tolerance)),
    ),
    Slip(
        "both-nominal-and-actual",
        "You ask for an equal factor, too. Networks of equal actual cost may be compared whatever "
        "was asked for when they were made.",
        _pairs_by(
            lambda a, b, tolerance: a["factor"] == b["factor"]
            and _is_matched(a["macs"], b["macs"], tolerance)
        ),
    ),
    Slip(
        "share-of-the-dearer",
        f"You take the difference as a share of the dearer one. {_WHICH_IS_HUNDRED}",
        _pairs_by_macs(lambda a, b, tolerance: abs(a - b) <= tolerance * max(a, b)),
    ),
    Slip(
        "share-of-the-first",
        "You take the difference as a share of the one that comes first in the table. "
        f"{_WHICH_IS_HUNDRED}",
        _pairs_by_macs(lambda a, b, tolerance: abs(a - b) <= tolerance * a),
    ),
    Slip(
        "share-of-the-second",
        "You take the difference as a share of the one that comes second in the table. "
        f"{_WHICH_IS_HUNDRED}",
        _pairs_by_macs(lambda a, b, tolerance: abs(a - b) <= tolerance * b),
    ),
    Slip(
        "share-of-the-mean",
        f"You take the difference as a share of the mean of the two. {_WHICH_IS_HUNDRED}",
        _pairs_by_macs(lambda a, b, tolerance: abs(a - b) <= tolerance * (a + b) / 2),
    ),
    Slip(
        "one-sided",
        "You take any network that is cheaper than the first of the pair for matched. Either may "
        "be the dearer one.",
        _pairs_by_macs(lambda a, b, tolerance: b <= a * (1 + tolerance)),
    ),
    Slip(
        "one-sided-dearer",
        "You take any network that is dearer than the first of the pair for matched. Either may "
        "be the dearer one.",
        _pairs_by_macs(lambda a, b, tolerance: a <= b * (1 + tolerance)),
    ),
    Slip(
        "not-the-limit-itself",
        "A network that is dearer by exactly the tolerance is matched: at most, not less than.",
        _pairs_by_macs(lambda a, b, tolerance: max(a, b) < min(a, b) * (1 + tolerance)),
    ),
    Slip(
        "default-tolerance",
        "You always allow a tenth, though `tolerance` says how much.",
        lambda networks, tolerance=0.1: _matched(networks),
    ),
    Slip(
        "tolerance-not-a-share",
        "No pair is matched in your answer. The tolerance is a share: 0.1 is ten percent of the "
        "cheaper one's MACs, not 0.1 MACs.",
        _pairs_by_macs(lambda a, b, tolerance: abs(a - b) <= tolerance),
    ),
    Slip(
        "each-pair-twice",
        "You give each pair twice; once is enough, the one first that comes first in the table.",
        lambda networks, tolerance=0.1: [
            [a["name"], b["name"]] for a, b in product(networks, networks)
            if a is not b and _is_matched(a["macs"], b["macs"], tolerance)
        ],
    ),
    Slip(
        "with-itself",
        "You pair each network with itself; a pair has two different ones.",
        lambda networks, tolerance=0.1: [
            [a["name"], b["name"]] for i, a in enumerate(networks) for b in networks[i:]
            if _is_matched(a["macs"], b["macs"], tolerance)
        ],
    ),
    Slip(
        "all-with-all",
        "You pair each network with itself, and give the other pairs twice.",
        lambda networks, tolerance=0.1: [
            [a["name"], b["name"]] for a, b in product(networks, networks)
            if _is_matched(a["macs"], b["macs"], tolerance)
        ],
    ),
    Slip(
        "only-neighbours",
        "You compare only networks that stand next to each other in the table; compare all pairs.",
        _matched_neighbours,
    ),
    Slip(
        "cheapest-first",
        "You sort by cost. Pairs come in the order of the table.",
        lambda networks, tolerance=0.1: _matched(
            sorted(networks, key=lambda network: network["macs"]), tolerance
        ),
    ),
    Slip(
        "against-the-first",
        "You compare all networks with the first one only; compare all pairs.",
        lambda networks, tolerance=0.1: [
            [networks[0]["name"], b["name"]] for b in networks[1:]
            if _is_matched(networks[0]["macs"], b["macs"], tolerance)
        ],
    ),
    Slip(
        "unmatched",
        "These are the pairs that are not matched.",
        _pairs_by_macs(lambda a, b, tolerance: not _is_matched(a, b, tolerance)),
    ),
)  # fmt: skip


def _judge_matched(inputs: Inputs, answer: Plain) -> CheckResult:
    cases, results = inputs["cases"], part(answer, "results")
    result = judge_calls(
        "matched_pairs", cases, results, _matched, _MATCHED_SLIPS, after=part(answer, "after")
    )
    if result.passed or not isinstance(results, list):
        return result
    notes = (_pair_in_question(case, got) for case, got in zip(cases, results, strict=False))
    note = next(filter(None, notes), "")
    return replace(result, message=f"{result.message} {note}".strip())


def _pair_in_question(case: Case, got: Plain) -> str:
    """Tell of the first pair on which an answer is wrong, with its numbers; empty if there is none.

    Tables are too long to be shown as a whole.
    """
    tolerance = case.get("tolerance", 0.1)
    listed = got if isinstance(got, list) else []
    for a, b in combinations(case["networks"], 2):
        names, is_matched = [a["name"], b["name"]], _is_matched(a["macs"], b["macs"], tolerance)
        said = any(matches(pair, names) or matches(pair, names[::-1]) for pair in listed)
        if is_matched != said:
            more = max(a["macs"], b["macs"]) / min(a["macs"], b["macs"]) - 1
            return (
                f"Look at {names[0]} with {a['macs']:,} MACs and {names[1]} with {b['macs']:,}: "
                f"the dearer costs {more:.1%} more, so at {tolerance:.0%} they are "
                f"{'matched' if is_matched else 'not matched'}."
            )
    return ""


# ------------------------------------------------------------------ a verdict


def _shifted(random: Random, pattern: Sequence[int], centre: int) -> list[float]:
    """Return a pattern of deviations in tenths around a centre in tenths, in a random order."""
    values = [(centre + tenths) / 10 for tenths in pattern]
    random.shuffle(values)
    return values


def _compare_inputs(seed: int) -> Inputs:
    random = Random(seed)
    centre = random.randint(550, 800)
    wide = random.randint(12, 18)
    half = random.choice((1.0, 2.0))
    even = float(random.randint(55, 80))
    return {
        "cases": [
            # Two seeds each: apart by more than their bars, and yet within noise.
            _pair(random, (-3, 3), centre + 14, (-2, 2), centre, 4.3),
            # Few against many, a wide spread against a narrow one: the second wins.
            _pair(random, (-6, 1, 5), centre, (-3, -2, 0, 2, 3), centre + random.randint(17, 25)),
            _pair(random, (-wide, wide - 4, 4), centre, (-2, -1, 1, 2), centre + 8, 3.1),
            # Many seeds: the bars overlap, and yet the first wins.
            _pair(random, (-5, -4, -2, 0, 1, 2, 3, 5), centre + 7, (-5, -3, -2, 1, 4, 5), centre),
            # An end of the interval is exactly zero, on either side.
            {"first": [even, even], "second": [even - 3 * half, even - half], "t": 2.0},
            {"first": [even - half, even + half], "second": [even + 2 * half] * 2, "t": 2.0},
        ]
    }


def _pair(
    random: Random, a: Sequence[int], at: int, b: Sequence[int], other: int, t: float = 2.4
) -> dict[str, Any]:
    return {"first": _shifted(random, a, at), "second": _shifted(random, b, other), "t": t}


_Values = Sequence[float]


def _error(first: _Values, second: _Values) -> float:
    """Return the standard error of the difference of two means."""
    return math.sqrt(variance(first) / len(first) + variance(second) / len(second))


def _verdict(low: float, high: float) -> str:
    if low > 0:
        return "first"
    return "second" if high < 0 else "within noise"


def _comparison(
    half: Callable[[_Values, _Values, float], float],
    verdict: Callable[[_Values, _Values, float, float], str] | None = None,
) -> Any:
    """Return the comparison with another half width, or another verdict."""

    def compare(first: _Values, second: _Values, t: float) -> dict[str, Any]:
        difference, width = fmean(first) - fmean(second), half(first, second, t)
        low, high = difference - width, difference + width
        said = verdict(first, second, low, high) if verdict else _verdict(low, high)
        return {"low": low, "high": high, "verdict": said}

    return compare


def _half(first: _Values, second: _Values, t: float) -> float:
    return t * _error(first, second)


_compare = _comparison(_half)


def _by_bars(first: _Values, second: _Values, low: float, high: float) -> str:
    """Judge by whether bars of one standard deviation overlap."""
    apart = abs(fmean(first) - fmean(second)) - stdev(first) - stdev(second)
    return _by_means(first, second, low, high) if apart > 0 else "within noise"


def _by_means(first: _Values, second: _Values, low: float, high: float) -> str:
    return "first" if fmean(first) > fmean(second) else "second"


def _by_best(first: _Values, second: _Values, low: float, high: float) -> str:
    return "first" if max(first) > max(second) else "second"


_OTHER = {"first": "second", "second": "first", "within noise": "within noise"}


def _pooled(first: _Values, second: _Values) -> float:
    """Return the standard error if both had the same variance (Student's)."""
    n, m = len(first), len(second)
    pooled = ((n - 1) * variance(first) + (m - 1) * variance(second)) / (n + m - 2)
    return math.sqrt(pooled * (1 / n + 1 / m))


def _turned_round(first: _Values, second: _Values, t: float) -> dict[str, Any]:
    right: dict[str, Any] = _compare(first, second, t)
    return right | {"low": -right["high"], "high": -right["low"]}


_COMPARE_SLIPS = (
    Slip(
        "verdict-by-means",
        "Your interval is right, your verdict looks at the means alone. An interval that contains "
        "zero does not tell the two apart: within noise.",
        _comparison(_half, _by_means),
    ),
    Slip(
        "verdict-by-bars",
        "Your interval is right, your verdict looks at whether the bars of one standard deviation "
        "overlap. Look at whether the interval contains zero.",
        _comparison(_half, _by_bars),
    ),
    Slip(
        "verdict-by-best",
        "Your interval is right, your verdict looks at the best seeds. Look at whether the "
        "interval contains zero.",
        _comparison(_half, _by_best),
    ),
    Slip(
        "verdict-turned-round",
        "Your interval is right, your verdict names the loser: above zero the first has more.",
        _comparison(_half, lambda first, second, low, high: _OTHER[_verdict(low, high)]),
    ),
    Slip(
        "zero-at-the-end",
        "An interval that ends at zero contains it: within noise.",
        _comparison(
            _half,
            lambda first, second, low, high: "first" if low >= 0
            else "second" if high <= 0 else "within noise",
        ),
    ),
    Slip(
        "turned-round",
        "Your interval is that of second - first; asked for is first - second.",
        _turned_round,
    ),
    Slip(
        "turned-round-with-verdict",
        "You compare the other way round: the interval is that of first - second, and above zero "
        "the first wins.",
        lambda first, second, t: _compare(second, first, t),
    ),
    Slip(
        "spread-of-single-seeds",
        "Your interval has the spread of single seeds. A mean is surer the more seeds it has: "
        "divide each squared standard deviation by its number of seeds.",
        _comparison(lambda a, b, t: t * math.sqrt(variance(a) + variance(b))),
    ),
    Slip(
        "errors-added",
        "You add the standard errors of the two means. It is their squares that add up; the root "
        "of the sum is the error of the difference.",
        _comparison(
            lambda a, b, t: t * (stdev(a) / math.sqrt(len(a)) + stdev(b) / math.sqrt(len(b)))
        ),
    ),
    Slip(
        "stds-added",
        "You add the standard deviations. It is their squares, each divided by its number of "
        "seeds, that add up.",
        _comparison(lambda a, b, t: t * (stdev(a) + stdev(b))),
    ),
    Slip(
        "population",
        "Your standard deviations divide by the number of seeds; divide by one less.",
        _comparison(lambda a, b, t: t * math.sqrt(pvariance(a) / len(a) + pvariance(b) / len(b))),
    ),
    Slip(
        "stds-not-squared",
        "You divide the standard deviations by the numbers of seeds without squaring them first.",
        _comparison(lambda a, b, t: t * math.sqrt(stdev(a) / len(a) + stdev(b) / len(b))),
    ),
    Slip(
        "no-root",
        "You forgot the root: the squares add up, and the root of the sum is the error.",
        _comparison(lambda a, b, t: t * (variance(a) / len(a) + variance(b) / len(b))),
    ),
    Slip(
        "no-t",
        "You leave t out: that is the standard error alone, and too narrow for an interval.",
        _comparison(lambda a, b, t: _error(a, b)),
    ),
    Slip(
        "two-for-t",
        "You take 1.96 in place of t. That is right for very many seeds; with few of them the "
        "spread itself is a guess, and t is larger.",
        _comparison(lambda a, b, t: 1.96 * _error(a, b)),
    ),
    Slip(
        "t-under-the-root",
        "t belongs outside of the root.",
        _comparison(lambda a, b, t: math.sqrt(t) * _error(a, b)),
    ),
    Slip(
        "half-on-each-side",
        "You put half of it on each side. The whole of t times the error goes to either side.",
        _comparison(lambda a, b, t: t * _error(a, b) / 2),
    ),
    Slip(
        "pooled",
        "You let both have the same spread (Student's formula). One may scatter more than the "
        "other: keep the two apart.",
        _comparison(lambda a, b, t: t * _pooled(a, b)),
    ),
    Slip(
        "all-seeds-together",
        "You divide by the number of all seeds together. Each squared standard deviation is "
        "divided by the number of its own seeds.",
        _comparison(lambda a, b, t: t * math.sqrt((variance(a) + variance(b)) / (len(a) + len(b)))),
    ),
    Slip(
        "number-of-first",
        "You divide both by the number of seeds of the first. Each has a number of its own.",
        _comparison(lambda a, b, t: t * math.sqrt((variance(a) + variance(b)) / len(a))),
    ),
)  # fmt: skip


def _judge_compare(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "compare", inputs["cases"], part(answer, "results"), _compare, _COMPARE_SLIPS,
        rel=_ROUNDING, absolute=_ROUNDING, after=part(answer, "after"),
    )  # fmt: skip


# ------------------------------------------------------------------ rankings


def _rank_inputs(seed: int) -> Inputs:
    random = Random(seed)
    return {
        "cases": [
            _two_trainings(random, (1, 2, 3, 4), 4),
            _two_trainings(random, (1, 2, 3, 4, 5, 6, 7), 7),
            _two_trainings(random, (1, 2, 2, 3, 4), 5),
            _two_trainings(random, (1, 2, 2, 2, 3, 4, 4, 5), 6),
        ]
    }


def _two_trainings(random: Random, order: Sequence[int], others: int) -> dict[str, Any]:
    """Draw accuracies of networks after a short and a long training.

    The first have the given order, up to a permutation; the second have `others` different values.
    """
    count = len(order)
    while True:
        short, long = _scores(random, max(order)), _scores(random, others)
        first = [short[rank - 1] for rank in order]
        second = [long[i % others] for i in range(count)]
        random.shuffle(first)
        random.shuffle(second)
        agree = spearman(first, second)
        if 0.2 < abs(agree) < 0.9 and abs(agree - _pearson(first, second)) > 0.01:
            return {"first": first, "second": second}


def _pearson(first: _Values, second: _Values) -> float:
    a, b = fmean(first), fmean(second)
    along = sum((x - a) * (y - b) for x, y in zip(first, second, strict=True))
    return along / math.sqrt(sum((x - a) ** 2 for x in first) * sum((y - b) ** 2 for y in second))


def _mean_ranks(values: _Values) -> list[float]:
    from scipy.stats import rankdata

    return [float(rank) for rank in rankdata(values)]


def _ranks_as_listed(values: _Values) -> list[float]:
    order = sorted(range(len(values)), key=lambda i: values[i])
    return [float(order.index(i)) for i in range(len(values))]


def _argsort(values: _Values) -> list[float]:
    return [float(i) for i in sorted(range(len(values)), key=lambda i: values[i])]


def _lowest_ranks(values: _Values) -> list[float]:
    return [float(sorted(values).index(value)) for value in values]


def _highest_ranks(values: _Values) -> list[float]:
    return [-float(sorted(values, reverse=True).index(value)) for value in values]


def _dense_ranks(values: _Values) -> list[float]:
    return [float(sorted(set(values)).index(value)) for value in values]


def _ranked_by(rank: Callable[[_Values], list[float]]) -> Any:
    return lambda first, second: _pearson(rank(first), rank(second))


def _by_formula(rank: Callable[[_Values], list[float]], scale: Any = None) -> Any:
    """Return the textbook's formula, 1 - 6 * sum of squares / (n (n² - 1)), on some ranks."""

    def agreement(first: _Values, second: _Values) -> float:
        n = len(first)
        squares = sum((x - y) ** 2 for x, y in zip(rank(first), rank(second), strict=True))
        return float(1 - 6 * squares / (scale(n) if scale else n * (n * n - 1)))

    return agreement


def _kendall(first: _Values, second: _Values) -> float:
    """Return the pairs in the same order less those in the other, as a share of all."""
    pairs = list(combinations(zip(first, second, strict=True), 2))
    signs = [(a[0] - b[0]) * (a[1] - b[1]) for a, b in pairs]
    return (sum(sign > 0 for sign in signs) - sum(sign < 0 for sign in signs)) / len(pairs)


def _same_places(first: _Values, second: _Values) -> float:
    pairs = zip(_mean_ranks(first), _mean_ranks(second), strict=True)
    return sum(a == b for a, b in pairs) / len(first)


_TIES = (
    "Networks of equal accuracy share the mean of their places: the second and third of equal "
    "value both have rank 2.5."
)
_FORMULA = (
    "You use the formula with the sum of squares. It holds only where no two values are equal; "
    "take the correlation of the ranks themselves."
)

_RANK_SLIPS = (
    Slip(
        "values-not-ranks",
        "You correlate the accuracies themselves. Only their order counts: correlate the ranks.",
        lambda first, second: _pearson(first, second),
    ),
    Slip("ties-as-listed", f"You rank equal values as they are listed. {_TIES}",
         _ranked_by(_ranks_as_listed)),
    Slip("ties-lowest", f"You give equal values the lowest of their places. {_TIES}",
         _ranked_by(_lowest_ranks)),
    Slip("ties-highest", f"You give equal values the highest of their places. {_TIES}",
         _ranked_by(_highest_ranks)),
    Slip("ties-dense", f"You number the different values and leave no place out. {_TIES}",
         _ranked_by(_dense_ranks)),
    Slip(
        "argsort-once",
        "You correlate the order of sorting (argsort), which says which network comes at each "
        "place. A rank says at which place each network comes.",
        _ranked_by(_argsort),
    ),
    Slip("formula", _FORMULA, _by_formula(_mean_ranks)),
    Slip("formula-as-listed", f"{_FORMULA} {_TIES}", _by_formula(_ranks_as_listed)),
    Slip("formula-lowest", f"{_FORMULA} {_TIES}", _by_formula(_lowest_ranks)),
    Slip("formula-dense", f"{_FORMULA} {_TIES}", _by_formula(_dense_ranks)),
    Slip(
        "turned-round",
        "The sign is wrong: one side is ranked from the best, the other from the worst.",
        lambda first, second: -spearman(first, second),
    ),
    Slip(
        "squared",
        "That is the square of the correlation; its sign is lost.",
        lambda first, second: spearman(first, second) ** 2,
    ),
    Slip(
        "kendall",
        "You count pairs in the same order (Kendall's tau); asked for is the correlation of ranks.",
        _kendall,
    ),
    Slip(
        "same-places",
        "You count the networks that keep their place. One that moves by one place should count "
        "for more than one that moves by five: correlate the ranks.",
        _same_places,
    ),
    Slip(
        "population-and-sample",
        "Covariance and standard deviations must divide by the same number: by n everywhere, or "
        "by n - 1 everywhere.",
        lambda first, second: spearman(first, second) * len(first) / (len(first) - 1),
    ),
    Slip(
        "sample-and-population",
        "Covariance and standard deviations must divide by the same number: by n everywhere, or "
        "by n - 1 everywhere.",
        lambda first, second: spearman(first, second) * (len(first) - 1) / len(first),
    ),
)  # fmt: skip


def _judge_rank(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "rank_agreement", inputs["cases"], part(answer, "results"), spearman, _RANK_SLIPS,
        rel=_ROUNDING, absolute=_ROUNDING, after=part(answer, "after"),
    )  # fmt: skip


# ------------------------------------------------------------------ the best of several


def _luck_inputs(seed: int) -> Inputs:
    random = Random(seed)
    sizes = ((3, 2), (5, 2), (5, 3), (7, 4), (6, 6), (4, 1))
    cases: list[dict[str, Any]] = [{"accuracies": _skewed(random, n), "k": k} for n, k in sizes]
    cases[1]["accuracies"].sort()  # so that the best is not among the first
    return {"cases": cases}


def _mean_best(values: _Values, k: int) -> float:
    return fmean(max(chosen) for chosen in combinations(values, k))


def _luck(accuracies: _Values, k: int) -> float:
    return _mean_best(accuracies, k) - fmean(accuracies)


def _windows(values: _Values, k: int) -> float:
    return fmean(max(values[i : i + k]) for i in range(len(values) - k + 1))


def _luck_of(best: Callable[[_Values, int], float]) -> Any:
    return lambda accuracies, k: best(accuracies, k) - fmean(accuracies)


_LUCK_SLIPS = (
    Slip(
        "mean-not-subtracted",
        "That is the mean of the best ones. How far above the mean of all seeds is it?",
        lambda accuracies, k: _mean_best(accuracies, k),
    ),
    Slip(
        "turned-round",
        "The sign is wrong: the best is above the mean, so the luck is positive.",
        lambda accuracies, k: -_luck(accuracies, k),
    ),
    Slip(
        "best-of-all",
        "You take the best of all seeds, whatever k is. Who tries k seeds often misses it.",
        _luck_of(lambda values, k: max(values)),
    ),
    Slip(
        "first-seeds",
        "You look at the first k seeds only. Any k of them may be those that were tried: take the "
        "mean over all choices.",
        _luck_of(lambda values, k: max(values[:k])),
    ),
    Slip(
        "neighbours",
        "You choose seeds that stand next to each other. Any k of them may be those that were "
        "tried.",
        _luck_of(_windows),
    ),
    Slip(
        "with-replacement",
        "You let the same seed be drawn again. Nobody trains the same seed twice: go through "
        "choices of k different ones.",
        _luck_of(lambda values, k: fmean(map(max, product(values, repeat=k)))),
    ),
    Slip(
        "mean-of-the-top",
        "You take the mean of the k best seeds. It is one seed that is reported: the best of the k "
        "that were tried.",
        _luck_of(lambda values, k: fmean(sorted(values)[-k:])),
    ),
    Slip(
        "median-subtracted",
        "You take away the median; the network's accuracy is the mean of its seeds.",
        lambda accuracies, k: _mean_best(accuracies, k) - median(accuracies),
    ),
    Slip(
        "worst-subtracted",
        "You take away the worst of the k; the network's accuracy is the mean of all its seeds.",
        lambda accuracies, k: fmean(max(c) - min(c) for c in combinations(accuracies, k)),
    ),
    Slip(
        "best-choice",
        "You take the luckiest choice of k seeds. Asked for is the mean over all choices.",
        _luck_of(lambda values, k: max(max(chosen) for chosen in combinations(values, k))),
    ),
    Slip(
        "one-seed-too-many",
        "You choose k + 1 seeds: k = 1 must give no luck at all.",
        _luck_of(lambda values, k: _mean_best(values, min(k + 1, len(values)))),
    ),
    Slip(
        "one-seed-too-few",
        "You choose k - 1 seeds.",
        _luck_of(lambda values, k: _mean_best(values, max(k - 1, 1))),
    ),
    Slip(
        "standard-deviation",
        "That is the standard deviation, whatever k is. The luck grows with k.",
        lambda accuracies, k: stdev(accuracies),
    ),
)


def _judge_luck(inputs: Inputs, answer: Plain) -> CheckResult:
    cases = inputs["cases"]
    result = judge_calls(
        "luck_of_the_best", cases, part(answer, "results"), _luck, _LUCK_SLIPS,
        rel=_ROUNDING, absolute=_ROUNDING, after=part(answer, "after"),
    )  # fmt: skip
    wanted = [_luck(**case) for case in cases]
    close = matches(part(answer, "results"), wanted, rel=0.1, absolute=0.1)
    if not result.passed and not result.slip and close:
        why = "It is close. Do you draw at random? There are few choices: go through all of them."
        return replace(result, message=f"{result.message} {why}", slip="random-draws")
    return result


# ------------------------------------------------------------------ the assignment

TASKS = (
    Task(
        name="macs.mean_and_std",
        title="A mean and its spread",
        points=8,
        needs=("mean_and_std",),
        inputs=_mean_inputs,
        probe=probes.mean_and_std,
        judge=_judge_mean,
        hints=(
            "The mean is the sum divided by the number. How far is each value from it?",
            "Square the distances and add them up. Divide by one less than the number of values, "
            "and take the root.",
            "statistics.stdev does it, and so does np.std, told that ddof is 1. What do they make "
            "of a single value? Deal with that first.",
        ),
        difficulty=1,
        importance=5,
        minutes=6,
    ),
    Task(
        name="macs.pareto_front",
        title="The Pareto front",
        points=16,
        needs=("pareto_front",),
        inputs=_front_inputs,
        probe=probes.pareto_front,
        judge=_judge_front,
        hints=(
            "Write the definition down as a function of two networks first: when does one beat the "
            "other? Try it on two equal ones.",
            "Keep each place whose network is beaten by none of the others. A network does not "
            "beat itself, because it is not better in one of the two.",
            "Sort the places that are left, not the networks: sorted(places, key=...) with the "
            "cost as key keeps equal ones in the list's order.",
        ),
        difficulty=3,
        importance=5,
        minutes=15,
    ),
    Task(
        name="macs.matched_pairs",
        title="Who may be compared with whom",
        points=14,
        needs=("matched_pairs",),
        inputs=_matched_inputs,
        probe=probes.matched_pairs,
        judge=_judge_matched,
        hints=(
            "Which of the numbers in a row is a promise, and which was counted?",
            "itertools.combinations(networks, 2) gives each pair once, in the table's order.",
            "Of two costs, max and min are the dearer and the cheaper. The dearer may be at most "
            "the cheaper one times 1 + tolerance.",
        ),
        difficulty=2,
        importance=4,
        minutes=10,
    ),
    Task(
        name="macs.compare",
        title="A winner, or within noise",
        points=14,
        needs=("compare",),
        inputs=_compare_inputs,
        probe=probes.compare,
        judge=_judge_compare,
        hints=(
            "Three steps: the difference of the means, its standard error, and the interval of t "
            "errors to either side.",
            "For each of the two: the squared standard deviation (with n - 1), divided by the "
            "number of its seeds. Add both, and take the root.",
            "If the whole interval lies above zero, the first has more. If it lies below, the "
            "second has. Otherwise it contains zero.",
        ),
        difficulty=3,
        importance=5,
        minutes=14,
    ),
    Task(
        name="macs.rank_agreement",
        title="Does the order hold?",
        points=16,
        needs=("rank_agreement",),
        inputs=_rank_inputs,
        probe=probes.rank_agreement,
        judge=_judge_rank,
        hints=(
            "Two steps: turn each list into ranks, then correlate the ranks. A function of its own "
            "for the ranks helps.",
            "Count for each value how many are smaller, and how many are equal (itself included). "
            "Equal values share the mean of the places that follow the smaller ones.",
            "With s smaller and e equal values the rank is s + (e + 1) / 2. The correlation: take "
            "the mean rank away, then sum of products over root of the product of the sums of "
            "squares (or np.corrcoef).",
        ),
        difficulty=4,
        importance=3,
        minutes=16,
    ),
    Task(
        name="macs.luck_of_the_best",
        title="The luck of the best",
        points=14,
        needs=("luck_of_the_best",),
        inputs=_luck_inputs,
        probe=probes.luck_of_the_best,
        judge=_judge_luck,
        hints=(
            "With 3 seeds and k = 2 there are three choices. Write them down, and the better one "
            "of each.",
            "itertools.combinations gives all choices of k of the seeds.",
            "Take the largest of each choice, the mean of these, and from it the mean of all "
            "seeds.",
        ),
        difficulty=2,
        importance=4,
        minutes=10,
    ),
)

WRITTEN = (Written("macs.four_claims", "Four claims of a study", 18, minutes=20),)

ASSIGNMENT = Assignment("macs", "Accuracy against MACs", "07_accuracy_vs_macs", TASKS, WRITTEN)
