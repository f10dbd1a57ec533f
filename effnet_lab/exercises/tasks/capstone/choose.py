"""Choose from what fits: limits first, then the best, then what cannot be told from it."""

from collections.abc import Mapping, Sequence
from math import inf
from operator import itemgetter, le, lt
from random import Random
from statistics import fmean, median
from typing import Any

from ...._slips import Function
from ... import About, Case, Task, slip
from ...plain import Plain
from .candidates import THREE, draw_selection
from .over_budget import TASK as OVER_BUDGET
from .over_budget import Costs, always, over_budget


def cases(random: Random) -> list[Case]:
    none_fits = draw_selection(random, 3, least=101)
    return [none_fits, *(draw_selection(random, count) for count in (3, 4, 5, 6, 7, 8, 8, 8, 8))]


def choose(
    candidates: Sequence[Mapping[str, Any]],
    limits: Costs,
    noise: float,
    *,
    fits: Function = lambda costs, limits: not over_budget(costs, limits),
    value: Function = fmean,
    of_all: bool = False,
    near: Function = lt,
    width: Function = lambda noise, best: noise,
    key: Function = lambda c: c["costs"]["macs"],
    gives: Function = itemgetter("name"),
) -> Plain:
    fitting = [c for c in candidates if fits(c["costs"], limits)]
    best = max([value(c["accuracies"]) for c in (candidates if of_all else fitting)], default=0)
    close = [c for c in fitting if near(best - value(c["accuracies"]), width(noise, best))]
    return gives(min(close, key=key)) if close else None


def limits_last(candidates: Sequence[Mapping[str, Any]], limits: Costs, noise: float) -> Plain:
    chosen = choose(candidates, {}, noise, gives=dict)
    return None if over_budget(chosen["costs"], limits) else chosen["name"]


FIRST = "You {}. First leave out every candidate that exceeds any of its limits; then compare."
NOISE = "You keep what is {} below the best. It must be less than `noise` percentage points."
SEEDS = "You compare the {} of each candidate. Take the mean of all its seeds."
CLOSE = "Of those in question you take the {}; take the one with the fewest MACs."

TASK = Task(
    right=choose,
    uses=(OVER_BUDGET,),
    cases=cases,
    example=dict(candidates=THREE, limits=dict(macs=400, milliseconds=5), noise=1.5),
    about=About("Choose from what fits", points=16, difficulty=3, importance=5, minutes=14),
    hints=(
        "Three steps, each with what the step before has left: those within all limits, those "
        "close to the best, the cheapest. over_budget does the first.",
        "If nothing is left after the first step, return None. Else work out the best mean of "
        "those that are left, not of all.",
        "Keep those with best - mean < noise; min(kept, key=...) with the MACs as key gives "
        "the candidate, and its name is asked for.",
    ),
    slips=(
        slip("noise-ignored", key=lambda c: -fmean(c["accuracies"])).says(
            "You take the highest mean. Some cannot be told from it: take the one of fewest MACs."
        ),
        slip("cheapest", width=lambda n, best: inf).says(
            "You take the cheapest of all that fit, even if it is `noise` or more below the best."
        ),
        slip("exactly-noise", near=le).says(NOISE.format("exactly `noise`")),
        slip("twice", width=lambda n, best: 2 * n).says(NOISE.format("up to twice the noise")),
        slip("half", width=lambda n, best: n / 2).says(NOISE.format("up to half the noise")),
        slip("percent", width=lambda n, best: n * best / 100).says(NOISE.format("some percent")),
        slip("no-limits", fits=always).says(FIRST.format("do not look at the limits")),
        slip("one-limit", fits=lambda costs, limits: costs["macs"] <= limits["macs"])
        .either(fits=lambda costs, limits: len(over_budget(costs, limits)) < len(limits))
        .says(FIRST.format("keep candidates that are within one of their limits")),
        slip("limit-itself", fits=lambda costs, most: all(costs[n] < most[n] for n in most)).says(
            "Exactly the limit is allowed: only what costs more exceeds it."
        ),
        slip("best", of_all=True).says(FIRST.format("take the best, which exceeds a limit")),
        slip("limits-last", limits_last).says(
            FIRST.format("choose first, and look at the limits of the chosen one only")
        ),
        slip("best-seed", value=max).says(SEEDS.format("best seed")),
        slip("worst-seed", value=min).says(SEEDS.format("worst seed")),
        slip("first-seed", value=itemgetter(0)).says(SEEDS.format("first seed")),
        slip("sum", value=sum).says(SEEDS.format("sum, which grows with the number of seeds,")),
        slip("median", value=median).says(SEEDS.format("median")),
        slip("first-listed", key=always).says(CLOSE.format("first listed")),
        slip("dearest", key=lambda c: -c["costs"]["macs"]).says(CLOSE.format("one with most MACs")),
        slip("smallest", key=lambda c: c["costs"]["kilobytes"]).says(CLOSE.format("smallest")),
        slip("fastest", key=lambda c: c["costs"]["milliseconds"]).says(CLOSE.format("fastest")),
        slip("summed", key=lambda c: sum(c["costs"].values())).says(
            CLOSE.format("one whose costs add up to least, though they have different units")
        ),
        slip("row", gives=dict).says("You return the whole row of a candidate; return its name."),
        slip("over", lambda **case: choose(**case) or choose(**{**case, "limits": {}})).says(
            "Where no candidate fits, return None; this one would not run on the device."
        ),
    ),
    also_right=(
        """
def choose(candidates, limits, noise):
    fits = [c for c in candidates if all(c["costs"][n] <= limits[n] for n in limits)]
    for c in sorted(fits, key=lambda c: c["costs"]["macs"]):
        if np.mean(c["accuracies"]) + noise > max(np.mean(f["accuracies"]) for f in fits):
            return c["name"]
""",
    ),
)
