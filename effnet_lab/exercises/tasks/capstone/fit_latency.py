"""A model of latency: fit its three coefficients."""

from collections.abc import Sequence
from random import Random
from statistics import fmean
from typing import Any

import numpy as np

from ...._slips import Function
from ... import About, Case, Task, slip
from ...plain import Plain
from .layers import ADD, FEW, MEBIBYTES, Networks, draw_coefficients, draw_network, features


def cases(random: Random) -> list[Case]:
    """Draw networks with what they take: by a law, give or take a few percent."""
    laws = [draw_coefficients(random) for _ in range(4)]
    # Where layers overlap, each takes a bit less than what its bytes and MACs say.
    laws[-1][-1] *= -1
    return [drawn(random, count, law) for count, law in zip((5, 6, 9, 6), laws, strict=True)]


def drawn(random: Random, count: int, law: Sequence[float]) -> Case:
    networks: list[Any] = []
    times: list[float] = []
    while len(times) < count:
        one = draw_network(random)
        (time,) = features([one]) @ law * random.uniform(0.97, 1.03)
        if time > 0.05:
            networks.append(one)
            times.append(round(float(time), 3))
    return dict(networks=networks, milliseconds=times)


def fit_latency(
    networks: Networks,
    milliseconds: Sequence[float],
    *,
    solve: Function = np.linalg.lstsq,
    result: Function = lambda found: found[0].tolist(),
    **seen: Any,
) -> Plain:
    return result(solve(features(networks, **seen), np.array(milliseconds)))


def with_constant(table: Any, times: Any) -> Any:
    return np.linalg.lstsq(np.column_stack([table, np.ones(len(times))]), times)[0]


def without_negative(table: Any, times: Any) -> Any:
    """Fit again with the columns alone that have a positive coefficient."""
    kept = np.linalg.lstsq(table, times)[0] > 0
    found = np.zeros(3)
    found[kept] = np.linalg.lstsq(table[:, kept], times)[0]
    return found


TASK = Task(
    right=fit_latency,
    cases=cases,
    rel=1e-7,
    example=dict(networks=FEW, milliseconds=[0.9, 1.3, 1.9, 1.6]),
    about=About("A model of latency", points=14, difficulty=3, importance=5, minutes=15),
    hints=(
        "Make a table first, one row for each network: its MACs in millions, its bytes in "
        "millions, and how many layers it has.",
        "np.linalg.lstsq(table, milliseconds) finds the coefficients of the columns with the "
        "least sum of squared errors. It returns four things.",
        "The coefficients are the first of the four, an array in the order of the columns; "
        ".tolist() makes a list of it. Add no column of ones.",
    ),
    slips=(
        slip("constant", solve=lambda *both: [with_constant(*both)])
        .either(solve=lambda *both: [np.roll(with_constant(*both), 1)])
        .either(solve=lambda *both: [with_constant(*both)[:3]])
        .says(
            "You fit a constant term as well: there are three columns, no more. To drop it "
            "afterwards changes nothing in the other three."
        ),
        slip("ones-for-layers", layers=lambda network: 1).says(
            "Your third column is 1 for every network. It should hold the number of its layers."
        ),
        slip("order", order=(1, 0, 2))
        .either(order=(2, 0, 1))
        .says("The columns have changed places; the order is a million MACs, a megabyte, a layer."),
        slip("raw-units", units=(1, 1, 1)).says(
            "You fit single MACs and bytes. Divide both columns by a million before the fit."
        ),
        MEBIBYTES,
        slip("seconds", units=(1e3, 1e3, 1e-3)).says("You give seconds, not milliseconds."),
        slip("mean-of-layers", of=fmean).says(f"You take the mean of a network's layers. {ADD}"),
        slip("largest-layer", of=max).says(f"You look at the largest layer only. {ADD}"),
        slip("one-at-a-time", solve=lambda table, times: [times @ table / (table**2).sum(0)])
        .either(solve=lambda table, times: [times.sum() / table.sum(0)])
        .either(solve=lambda table, times: [(times[:, None] / table).mean(0)])
        .says(
            "You look at one column at a time. Fit all three: put them side by side in one table."
        ),
        slip("logarithms", solve=lambda *both: np.linalg.lstsq(*map(np.log, both))).says(
            "You fit logarithms. Milliseconds are to add up, so fit the numbers themselves."
        ),
        slip("never-negative", solve=lambda *both: [np.abs(np.linalg.lstsq(*both)[0])])
        .either(solve=lambda *both: [np.maximum(np.linalg.lstsq(*both)[0], 0)])
        .either(solve=lambda *both: [without_negative(*both)])
        .says(
            "You let no coefficient be negative. That may well be wanted, but least squares gives "
            "what it gives: return it."
        ),
        slip("first-three", solve=lambda table, t: [np.linalg.solve(table[:3], t[:3])]).says(
            "You solve for three networks exactly: let all networks have a say (least squares)."
        ),
        slip("relative", solve=lambda table, t: np.linalg.lstsq(table / t[:, None], t / t)).says(
            "You make the relative errors small; asked for are those in milliseconds, squared."
        ),
        slip("all-of-lstsq", result=list).says(
            "You return all that np.linalg.lstsq gives: the coefficients are the first of the four."
        ),
    ),
    no_slips={"sorted": "often just another order"},
    also_right=(
        "fit_latency = lambda networks, milliseconds: 1e6 * np.linalg.pinv(["
        "[sum(x['macs'] for x in n), sum(x['bytes'] for x in n), 1e6 * len(n)] for n in networks]) "
        "@ milliseconds",
    ),
)
