"""Networks with a budget, and searches for the largest phi within it."""

from collections.abc import Iterable, Sequence
from functools import reduce
from math import log2
from operator import le
from random import Random
from typing import Any

from ...._slips import Function, Slip
from ... import Case, slip
from .coefficients import draw_coefficients
from .phi_for import phi_for
from .probes import ORDER, counted

#: How far below the largest phi an answer may be. The reference is in the middle of that.
CLOSE = 0.001


def drawn_case(random: Random, phi: float) -> Case:
    """Draw a network, and a budget that a phi uses up, or leaves a bit of."""
    spare = random.choice((0, 7))  # channels that rounding makes dear: it grows more slowly then
    widths = [8 * random.randint(2, 6) - spare for _ in range(random.randint(2, 4))]
    stages = [[width, random.randint(1, 4)] for width in widths]
    network, given = {"stages": stages, "size": random.randint(30, 80)}, draw_coefficients(random)
    budget = counted(network)(*(given[name] ** phi for name in ORDER))
    return dict(cost=network, budget=budget + random.choice((0, budget // 15)), **given)


def by_formula(cost: Any, budget: int, **given: Any) -> float:
    return phi_for(budget / cost(1, 1, 1), **given)


def doublings(cost: Any, budget: int, **given: float) -> float:
    return log2(budget / cost(1, 1, 1))


def halving(
    times: int = 24,
    end: Function = lambda low, high: low - CLOSE / 2,
    order: Sequence[str] = ORDER,
    scale: Function = pow,
    fits: Function = le,
    top: Function = lambda *given, **names: 10.0,
) -> Function:
    """Return a search that halves an interval, and returns its lower end, or another."""

    def find(cost: Any, budget: int, **given: float) -> Any:
        low, high = 0.0, top(cost, budget, **given)
        for _ in range(times):
            middle = (low + high) / 2
            within = fits(cost(*(scale(given[name], middle) for name in order)), budget)
            low, high = (middle, high) if within else (low, middle)
        return end(low, high)

    return find


def halved(name: str, end: Function, times: Iterable[int]) -> Slip:
    """Return a slip that returns a wrong end of an interval, however often that was halved."""
    first, *others = times
    return reduce(
        lambda made, n: made.either(times=n, end=end), others, slip(name, times=first, end=end)
    )
