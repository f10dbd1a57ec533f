"""Draws that should be even: how often each network comes, in many draws."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, TypeAlias

from ...._slips import Slip
from .signs import Seen, Trial

#: Draws, and how far the share of a network may be from its chance. A right answer is further off
#: with a probability of at most 2 exp(-2 · 600 · 0.15²), which is 4e-12 (Hoeffding).
MANY, FAR_OFF = 600, 0.15

#: How often networks come, or are likely to come, by what is written of them.
Shares: TypeAlias = Mapping[str, float]


def written(network: Mapping[str, Any]) -> str:
    """Write a network in the same way whatever the order of its slots."""
    return str({slot: network[slot] for slot in sorted(network)})


def _shares(networks: Sequence[Any]) -> Shares:
    return {one: n / len(networks) for one, n in Counter(map(written, networks)).items()}


def _far(one: Shares, other: Shares) -> str | None:
    """Return the network whose share is another one; first one that should never come."""
    shares = {network: (one.get(network, 0), other.get(network, 0)) for network in {**one, **other}}
    off = {n: abs(a - b) for n, (a, b) in shares.items() if abs(a - b) > FAR_OFF or a * b == 0}
    return max(off, key=lambda network: (network not in other, off[network]), default=None)


def uneven(chances: Callable[[Trial], Shares], draw: Callable[..., Any] | None = None) -> Seen:
    """Return what is seen if chances are not kept, and `draw` by the slip's options explains it."""

    def explained(trial: Trial, slip: Slip) -> bool:
        rng, made = Random(0), trial["made"]
        slipped = [draw(trial, rng, **slip.options) for _ in made] if draw else made
        return not _far(_shares(made), _shares(slipped))

    def seen(slip: Slip, trials: Sequence[Trial]) -> Trial | None:
        for t in (many := [t for t in trials if t["count"] >= MANY]):
            shares, right = _shares(t["made"]), chances(t)
            if (one := _far(shares, right)) and all(explained(t, slip) for t in many):
                share, chance = shares.get(one, 0), right.get(one, 0)
                return {**t, "network": one, "share": share, "chance": chance}
        return None

    return seen
