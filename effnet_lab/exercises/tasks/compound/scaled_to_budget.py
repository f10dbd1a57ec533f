"""The largest phi whose counted cost is within a budget."""

from math import floor
from operator import gt, lt
from random import Random
from statistics import fmean
from typing import Any

from ...._slips import Slip
from ... import About, Case, Task, slip
from ...plain import Plain
from . import probes
from .budgets import CLOSE, by_formula, doublings, drawn_case, halved, halving

#: Of the network in the notebook.
SMALL = {"stages": [[16, 1], [24, 2], [40, 3]], "size": 64}


def cases(random: Random) -> list[Case]:
    ranges = ((1, 2), (0.3, 0.9), (1, 3), (2, 5), (9.1, 9.7))  # of 0 to 10, which is searched
    return [drawn_case(random, random.uniform(*phis)) for phis in ranges]


def scaled_to_budget(
    cost: Any, budget: int, alpha: float, beta: float, gamma: float, *, find: Any = None, **how: Any
) -> Plain:
    given: Any = dict(budget=budget, alpha=alpha, beta=beta, gamma=gamma)
    find = find or halving(**how)
    return find(cost, **given) if callable(cost) else probes.tried(find, cost, **given)


def note(case: Case, got: Plain, slip: Slip | None) -> str:
    """Say what is right, and what is off with a phi that no slip explains."""
    if type(phi := got["phi"]) not in (int, float):
        return "Return a single number."
    right, why = scaled_to_budget(**case)["phi"] + CLOSE / 2, ""
    if not slip and got["asks"] == "never":
        why = "You never ask `cost`, the function that yours is given."
    elif not slip and not got["fits"] and phi < right + 0.1:
        why = "Yours costs too much: return the lower end, which is known to fit."
    return f"Right is {right:.4f} or up to {CLOSE:g} less. {why}".strip()


GETS = "cost(width, depth, resolution) gets β**φ, α**φ, γ**φ"
ENOUGH = "the interval ends short enough, and not too many costs are asked for"
#: How often an interval may have been halved; or once more, where its last middle is returned.
TIMES = (9, 12, 13, 14, 16, 17, 19, 20, 23, 24, 29, 30, 39, 40)
LOWER_END = "Return the lower end of the interval, which is known to fit."

TASK = Task(
    right=scaled_to_budget,
    probe=probes.scaled_to_budget,
    absolute=0.51 * CLOSE,
    cases=cases,
    note=note,
    example=dict(cost=SMALL, budget=2_288_517_120, alpha=1.2, beta=1.1, gamma=1.15),
    about=About(
        "φ for a budget that is counted", points=15, difficulty=3, importance=4, minutes=12
    ),
    hints=(
        "Keep an interval: its lower end is known to fit, its upper end not. Begin with 0 and 10.",
        "Ask what the middle costs: call cost, the function that you are given. If it fits, "
        "it is the new lower end, else the new upper end.",
        "Twenty halvings make 10 shorter than 0.0001. Return the end that is known to fit.",
    ),
    slips=(
        slip("formula", find=by_formula).says(
            "That is φ by the formula. Rounded networks cost something else: ask `cost`."
        ),
        slip("doublings", find=doublings).says(
            "That is how often the cost doubles; a step multiplies it by something else."
        ),
        slip("depth-and-width-swapped", order=("alpha", "beta", "gamma")).says(
            f"You have depth and width the wrong way round: {GETS}."
        ),
        slip("width-and-resolution-swapped", order=("gamma", "alpha", "beta")).says(
            f"You have width and resolution the wrong way round: {GETS}."
        ),
        slip("another-order", order=("alpha", "gamma", "beta")).says(
            f"{GETS}; you give it others."
        ),
        slip("times-phi", scale=lambda base, phi: base * phi).says(
            f"You multiply the coefficients by φ. Each step multiplies once more: {GETS}."
        ),
        slip("no-interest", scale=lambda base, phi: 1 + (base - 1) * phi).says(
            f"You add the excess over 1 for each step. Each step multiplies once more: {GETS}."
        ),
        *(
            slip(what, times=24 + n, end=lambda low, _, n=n: floor(low * n) / n).says(
                f"You try {what} only; come nearer, to within a thousandth."
            )
            for n, what in ((1, "whole numbers"), (10, "tenths"), (100, "hundredths"))
        ),
        slip("rounded", end=lambda low, high: round(low, 1))
        .either(end=lambda low, high: round(low, 2))
        .either(end=lambda low, high: round(low, 3))
        .says(f"You round, and rounding up leads above the budget. {LOWER_END}"),
        halved("upper-end", max, (12, 24)).says(
            f"You come near, but from above: you return the upper end of the interval. {LOWER_END}"
        ),
        halved("middle", lambda *ends: fmean(ends), TIMES).says(
            f"You return the middle of the interval, which may cost too much. {LOWER_END}"
        ),
        *(
            slip(f"halved-{n}-times", times=n).says(
                f"Your interval is still {10 / 2**n:.4g} long: halve it on, to below a thousandth."
            )
            for n in range(1, 11)
        ),
        slip("ends-exchanged", fits=gt).says(
            "You keep the wrong half: if the middle fits, it is the new lower end, else the upper."
        ),
        slip("where-it-began", times=0)
        .either(times=0, end=max)
        .says("You return where the search began."),
        slip("strictly-below", fits=lt).says("Keep what costs exactly the budget."),
        slip("ends-at-the-formula", top=by_formula).says(
            "You search no further than to φ by the formula. A larger φ may fit: search up to 10."
        ),
        slip("ends-at-the-doublings", top=doublings).says(
            "You search no further than to the number of doublings: search up to 10."
        ),
        slip(
            "small-cost",
            find=lambda cost, **given: scaled_to_budget(probes.counted(SMALL), **given),
        ).says("You ask `small_cost`, the example. Ask `cost`, which your function is given."),
        slip("asks-too-often", times=101).says(
            "The answers are right, but your function asks for a cost too often: 15 times will do."
        ),
    ),
    also_right=(
        "def scaled_to_budget(cost, budget, alpha, beta, gamma):\n"
        "    phi = 0\n"
        "    for step in [0.1**n for n in range(5)]:\n"
        "        while cost(*(base ** (phi + step) for base in (beta, alpha, gamma))) <= budget:\n"
        "            phi += step\n"
        "    return phi",
    ),
    equivalent={
        **{f"range(20) -> range(20 {sign} 1)": ENOUGH for sign in "+-"},
        **{f"{was} -> {new}": ENOUGH for was, new in ((20, 21), (20, 19), (0, -1), (10, 11))},
    },
)
