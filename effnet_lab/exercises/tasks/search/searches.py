"""What hangs on no draws in a search: how often it evaluates, and what it returns."""

import math
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

from ...._slips import Slip
from ... import slip
from ...judging import matches, what_is_off
from ...plain import plain
from ...probing import texts_apart
from .networks import best_of, returned, worst_of
from .signs import Seen, Trial, anywhere, sign, signs


def counted(evaluations: Callable[[Trial], int]) -> Seen:
    return anywhere(lambda t: t["count"] == evaluations(t))


COUNTED = "{call} calls evaluate {count} times; it should be {samples}. "

COUNTS = (
    sign("never-evaluated", counted(lambda t: 0), reward=lambda *_: 0.5).says(
        f"{COUNTED}Only evaluate can tell how good an architecture is."
    ),
    sign("one-too-many", counted(lambda t: t["samples"] + 1), rounds=lambda n, _: n + 1).says(
        f"{COUNTED}Does a loop run once too often, or is the best one evaluated again at the end?"
    ),
    sign("one-too-few", counted(lambda t: t["samples"] - 1), rounds=lambda n, _: n - 1).says(
        f"{COUNTED}Does a loop end too early?"
    ),
    sign(
        "wrong-count", anywhere(lambda t: t["count"] != t["samples"]), rounds=lambda n, _: n - 3
    ).says(
        f"{COUNTED}Evaluate each network once, when it is drawn, one that was seen before, too; "
        "and keep its reward beside it."
    ),
)


def part(place: int, explained: bool = True) -> Seen:
    """Return what is seen if one of the two is wrong, and the slip explains it in all trials."""

    def wanted(trial: Trial, **options: Any) -> Any:
        history, population = trial["history"], trial.get("population", 0)
        return plain(returned(history, population, **options)[place])

    def same(trial: Trial, **options: Any) -> bool:
        return matches(trial["result"][place], wanted(trial, **options), rel=1e-9)

    def seen(slip: Slip, trials: Sequence[Trial]) -> Trial | None:
        trials = [t for t in trials if "counts" not in t]  # else nothing is told of the result
        wrong = [t for t in trials if not same(t)]
        if not wrong or (explained and not all(same(t, **slip.options) for t in trials)):
            return None
        got, right = wrong[0]["result"][place], wanted(wrong[0])
        name = ("the best architecture", "the curve")[place]
        texts = texts_apart(right, got)
        said = f"{name} should be {texts[0]}, and is {texts[1]}."
        off = "" if got is None else what_is_off(right, got)
        return {**wrong[0], "said": f"{wrong[0]['call']}: {said}", "off": off}

    return seen


_ALONE = "That is the architecture with its reward; return the architecture alone."
_SO_FAR = "Asked for is the best reward so far, which never falls."


def _after(first: float, rewards: Sequence[float]) -> list[float]:
    return list(accumulate(rewards, max, initial=first))


BESTS = (
    sign(
        "no-pair",
        anywhere(lambda t: not isinstance(r := t.get("result", [0, 0]), list) or len(r) != 2),
        both=lambda best, *_: best,
    ).says(
        "{call} gives {result!s:.160}. Return two, the best architecture and the curve: neither "
        "the best architecture alone nor the curve alone."
    ),
    *signs(
        part(0),
        slip("turned-round", both=lambda best, curve, *_: [curve, best]).says(
            "You give the curve first; the best architecture comes first."
        ),
        slip("nothing-above-zero", best=lambda h: best_of([(None, 0.0), *h])[0]).says(
            "No reward is above 0 there, and you have kept none. Rewards may be negative: begin "
            "with the first network, or with -math.inf."
        ),
        slip("worst-returned", best=lambda h: worst_of(h)[0]).says(
            "That is the one of the lowest reward; a high reward is good."
        ),
        slip("last-returned", best=lambda h: h[-1][0]).says(
            "That is the one that was evaluated last; return the one of the highest reward. (Are "
            "all one dict that is changed again and again? Then make a new one for each.)"
        ),
        slip("first-returned", best=lambda h: h[0][0]).says(
            "That is the one that was evaluated first; return the one of the highest reward."
        ),
        slip("reward-returned", best=lambda h: best_of(h)[1]).says(
            "That is the best reward; return the architecture that got it."
        ),
        slip("place-returned", best=lambda h: h.index(best_of(h))).says(
            "That is the place of the best one; return the architecture itself."
        ),
        slip("best-and-reward", best=lambda h: best_of(h)).says(_ALONE),
        slip("reward-and-best", best=lambda h: best_of(h)[::-1]).says(_ALONE),
    ),
)

CURVES = signs(
    part(1),
    slip("each-reward", curve=list).says(f"These are the rewards one by one. {_SO_FAR}"),
    slip("sorted", curve=sorted).says(f"You sort the rewards. {_SO_FAR}"),
    slip("running-minimum", curve=lambda r: list(accumulate(r, min))).says(
        "That is the lowest reward so far; a high reward is good."
    ),
    slip("from-zero", curve=lambda r: _after(0.0, r)[1:]).says(
        "It begins at 0, which nobody got. Rewards may be negative: begin with the first one."
    ),
    slip("one-in-front", curve=lambda r: _after(-math.inf, r)).says(
        "It has one value too many, in front; it begins with the first reward."
    ),
    slip("one-behind", curve=lambda r: _after(-math.inf, r)[:-1]).says(
        "It is one step behind: each value is the best before the evaluation, not after it."
    ),
    slip("best-everywhere", curve=lambda r: [max(r)] * len(r)).says(
        "That is the best reward of all, again and again. Nobody knows it before it is found: each "
        "value is the best up to there."
    ),
    slip("improvements", curve=lambda r: sorted({*accumulate(r, max)})).says(
        "You note only those that are better than all before. The curve has one value for each "
        "evaluation, so some are there several times."
    ),
)

#: The last rows of a task: what no slip explains.
WRONG = (
    sign("wrong-best", part(0, explained=False), best=lambda h: {}).says("{off}"),
    sign("wrong-curve", part(1, explained=False), curve=lambda r: r[:1]).says("{off}"),
)
