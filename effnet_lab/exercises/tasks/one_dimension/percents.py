"""What each percent of a dimension costs."""

import json
from collections.abc import Callable
from functools import cache
from math import sqrt
from typing import Any, NamedTuple

from .stages import walk

#: Percents that are tried.
LEAST, MOST = 25, 400


class Costs(NamedTuple):
    """What the percents of a dimension cost."""

    macs: dict[int, float]
    budget: int

    def largest(self, keeps: Callable[[int], bool] = lambda p: True, nothing: int = 0) -> int:
        """Return the largest percent within the budget, of those that a rule keeps."""
        return max((p for p in self.within if keeps(p)), default=nothing)

    @property
    def within(self) -> list[int]:
        """All percents within the budget."""
        return [percent for percent, macs in self.macs.items() if macs <= self.budget]

    @property
    def ideal(self) -> int:
        """What the budget would allow if nothing were rounded."""
        return int(100 * sqrt(self.budget / self.macs[100]))

    def off(self, percent: int) -> float:
        """Return how far a percent is from the budget."""
        return abs(self.macs[percent] - self.budget)

    def first_like(self, best: int) -> int:
        """Return the smallest percent that costs the same; 0 if there is none."""
        return min((p for p in self.within if self.macs[p] == self.macs[best]), default=0)


@cache  # each slip asks for them again
def prices(table: str, size: int, dimensions: tuple[str, ...]) -> dict[int, float]:
    stages, found = json.loads(table), {}
    for percent in range(LEAST, MOST + 1):
        factors: Any = dict.fromkeys(dimensions, percent / 100)
        found[percent] = sum(layer.macs for layer in walk(stages, size, **factors))
    return found
