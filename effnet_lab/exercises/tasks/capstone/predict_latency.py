"""Predict the milliseconds of networks."""

from collections.abc import Sequence
from math import inf
from random import Random
from statistics import fmean
from typing import Any

from ...._slips import Function
from ... import About, Case, Task, slip
from .layers import ADD, FEW, MEBIBYTES, Networks, draw_coefficients, draw_network, features


def cases(random: Random) -> list[Case]:
    drawn = [[draw_network(random) for _ in range(count)] for count in (2, 1, 4)]
    return [dict(networks=some, coefficients=draw_coefficients(random)) for some in drawn]


def predict_latency(networks: Networks, coefficients: Sequence[float], **seen: Any) -> Any:
    return (features(networks, **seen) @ coefficients).tolist()


def of_layers(of: Function) -> Function:
    return lambda networks, coefficients: [
        of(predict_latency([[layer] for layer in network], coefficients)) for network in networks
    ]


TASK = Task(
    right=predict_latency,
    cases=cases,
    rel=1e-9,
    example=dict(networks=FEW[:2], coefficients=[0.1, 0.5, 0.2]),
    about=About("Predict the milliseconds", points=6, importance=4, minutes=7),
    hints=(
        "It is the fit the other way round: the same three numbers of a network, now with "
        "known coefficients.",
        "Multiply millions of MACs by the first coefficient, megabytes by the second, the "
        "number of layers by the third; add the three.",
        "A function of its own that gives the three numbers of a network serves this task and "
        "the one before.",
    ),
    slips=(
        slip("raw-units", units=(1, 1, 1)).says(
            "The coefficients are for a million MACs and for a megabyte: divide by a million first."
        ),
        MEBIBYTES,
        slip("seconds", units=(1e9, 1e9, 1e3)).says(
            "You give seconds; asked for are milliseconds."
        ),
        slip("macs", units=(1e6, inf, inf)).says("You count MACs only. Add bytes and layers."),
        slip("third-once", layers=lambda network: 1).says(
            "You add the third coefficient once for each network. It is for each layer."
        ),
        slip("third-left-out", layers=lambda network: 0).says(
            "You leave the third coefficient out: each layer takes some time, however small it is."
        ),
        slip("order", order=(1, 0, 2))
        .either(order=(2, 1, 0))
        .says("The coefficients are the wrong way round: the first coefficient is for MACs."),
        slip("each-layer", of_layers(list)).says("You give a time for each layer. Add them up."),
        slip("longest-layer", of_layers(max)).says(f"You give that of the longest layer. {ADD}"),
        slip("mean-layer", of_layers(fmean)).says(f"You give the mean time of a layer. {ADD}"),
        slip("first-only").says("You return the time of the first network. Return one for each."),
        slip("summed").says("You add up all networks. Return a list with one time for each."),
    ),
    also_right=(
        "predict_latency = lambda networks, coefficients: [sum(np.dot(coefficients, "
        "[x['macs'] / 1e6, x['bytes'] / 1e6, 1]) for x in n) for n in networks]",
    ),
)
