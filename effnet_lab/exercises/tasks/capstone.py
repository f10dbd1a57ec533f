"""Assignment 09, the capstone: a network under limits on MACs, memory and latency.

Nothing is timed here, as a busy machine would change the grade: the milliseconds of a network are
those that the reference fit of `MEASURED` predicts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations
from random import Random
from statistics import fmean, median
from typing import Any, NamedTuple

import numpy as np

from ...arch import CIFAR_BASE, NetworkSpec, cost, resolve, scaled, stage_repeats
from ...arch.convolution import BYTES
from ...view.result import CheckResult
from ...view.tables import Table
from ..judging import Slip, judge_calls, matches, part
from ..plain import Plain, article
from ..probes import capstone as probes
from ..probing import Inputs
from ..task import Assignment, Task, Written

#: Results may differ by this much from the reference: rounding, nothing more.
_ROUNDING = 1e-9

#: A fit may differ by more: there are several ways to solve for it.
_SOLVED = 1e-7

#: A slip shows plainly where its number is off by more.
_PLAIN = 0.01

#: A layer: "macs" and "bytes", or "kernel", "in", "out" and "groups"; in the notebook all of them.
Layer = Mapping[str, int]
Network = Sequence[Layer]

_MILLION = 1e6


def _distinct(
    draw: Callable[[Random], list[dict[str, Any]]],
    right: Callable[..., Plain],
    slips: Sequence[Slip],
    seed: int,
) -> Inputs:
    """Draw cases until each slip shows plainly, and no two slips give the same for all of them."""
    random = Random(seed)
    for _ in range(5000):
        cases = draw(random)
        given = [[way(**case) for case in cases] for way in (right, *(s.gives for s in slips))]
        if not any(matches(one, other, rel=_PLAIN) for one, other in combinations(given, 2)):
            return {"cases": cases}
    raise RuntimeError("no draw of inputs tells all slips from each other and the right answer")


# ------------------------------------------------------------------ a model of latency


def _features(network: Network) -> list[float]:
    """Return what the model of latency knows of a network: MMACs, MB and layers."""
    macs = sum(layer["macs"] for layer in network)
    moved = sum(layer["bytes"] for layer in network)
    return [macs / _MILLION, moved / _MILLION, float(len(network))]


def _solved(table: Any, milliseconds: Sequence[float]) -> list[float]:
    return [float(c) for c in np.linalg.lstsq(np.array(table), np.array(milliseconds))[0]]


def _fit(networks: Sequence[Network], milliseconds: Sequence[float]) -> list[float]:
    return _solved([_features(network) for network in networks], milliseconds)


def _fit_on(features: Callable[[Network], list[float]]) -> Callable[..., Plain]:
    """Return the fit on other features."""
    return lambda networks, milliseconds: _solved(
        [features(network) for network in networks], milliseconds
    )


def _fit_by(solve: Callable[[np.ndarray, np.ndarray], Any]) -> Callable[..., Plain]:
    """Return another way of solving on the right features."""

    def fit(networks: Sequence[Network], milliseconds: Sequence[float]) -> Plain:
        table = np.array([_features(network) for network in networks])
        found = solve(table, np.array(milliseconds))
        return found if isinstance(found, list) else [float(c) for c in found]

    return fit


def _with_intercept(table: np.ndarray, times: np.ndarray) -> list[float]:
    return _solved(np.column_stack([table, np.ones(len(times))]), list(times))


def _one_at_a_time(table: np.ndarray, times: np.ndarray) -> Any:
    return (table * times[:, None]).sum(axis=0) / (table**2).sum(axis=0)


def _least_relative(table: np.ndarray, times: np.ndarray) -> list[float]:
    return _solved(table / times[:, None], [1.0] * len(times))


def _all_of_lstsq(table: np.ndarray, times: np.ndarray) -> list[Any]:
    solution, residuals, rank, singular = np.linalg.lstsq(table, times)
    return [solution, residuals, int(rank), singular]


_ORDER = (
    "Return the coefficients in this order: ms for a million MACs, ms for a megabyte, ms a layer."
)
_NO_INTERCEPT = (
    "You fit a constant term as well. A network without layers takes no time: there are three "
    "columns and nothing else."
)
_ALONE = (
    "You look at one column at a time, so each coefficient explains all of the time by itself. "
    "Fit the three together: put them side by side in one table."
)

_FIT_SLIPS = (
    Slip("intercept", _NO_INTERCEPT, _fit_by(_with_intercept)),
    Slip(
        "intercept-dropped",
        f"{_NO_INTERCEPT} To leave it out of the result changes nothing in the other three.",
        _fit_by(lambda table, times: _with_intercept(table, times)[:3]),
    ),
    Slip(
        "intercept-first",
        f"{_NO_INTERCEPT} The one that you leave out of the result is the last, too.",
        _fit_by(lambda table, times: _with_intercept(table, times)[-1:] +
                _with_intercept(table, times)[:-1]),
    ),
    Slip(
        "ones-for-layers",
        "Your third column is 1 for every network. It should hold the number of its layers.",
        _fit_on(lambda network: [*_features(network)[:2], 1.0]),
    ),
    Slip("bytes-first", f"The first two columns have changed places. {_ORDER}",
         _fit_on(lambda network: [_features(network)[i] for i in (1, 0, 2)])),
    Slip("layers-first", f"The layers come first in your result. {_ORDER}",
         _fit_on(lambda network: [_features(network)[i] for i in (2, 0, 1)])),
    Slip("reversed", f"Your result is the wrong way round. {_ORDER}",
         _fit_on(lambda network: _features(network)[::-1])),
    Slip(
        "raw-units",
        "Your first two coefficients are for a single MAC and a single byte. Divide both columns "
        "by a million before the fit.",
        _fit_on(lambda network: [*(x * _MILLION for x in _features(network)[:2]),
                                 float(len(network))]),
    ),
    Slip(
        "mebibytes",
        "A megabyte is a million bytes here, not 2**20.",
        _fit_on(lambda network: [f / d for f, d in zip(
            _features(network), (1, 2**20 / _MILLION, 1), strict=True)]),
    ),
    Slip(
        "mean-of-layers",
        "You take the mean over a network's layers. The layers run one after another: add them up.",
        _fit_on(lambda network: [f / len(network) for f in _features(network)[:2]]
                + [float(len(network))]),
    ),
    Slip(
        "largest-layer",
        "You look at the largest layer only. The layers run one after another: add them up.",
        _fit_on(lambda network: [max(layer["macs"] for layer in network) / _MILLION,
                                 max(layer["bytes"] for layer in network) / _MILLION,
                                 float(len(network))]),
    ),
    Slip("one-at-a-time", _ALONE, _fit_by(_one_at_a_time)),
    Slip("ratio-of-sums", f"You divide all the time by all of a column. {_ALONE}",
         _fit_by(lambda table, times: times.sum() / table.sum(axis=0))),
    Slip("mean-of-ratios", f"You take the mean of the ratios. {_ALONE}",
         _fit_by(lambda table, times: (times[:, None] / table).mean(axis=0))),
    Slip(
        "logarithms",
        "You fit logarithms: that says by which power the time grows. Asked for are milliseconds "
        "that add up, so fit the numbers themselves.",
        _fit_by(lambda table, times: _solved(np.log(table), list(np.log(times)))),
    ),
    Slip(
        "first-three",
        "You solve for three networks exactly, and the others do not count. Every measurement has "
        "its error: let all networks have a say (least squares).",
        _fit_by(lambda table, times: np.linalg.solve(table[:3], times[:3])),
    ),
    Slip(
        "relative",
        "You make the relative errors small. Asked for is the smallest sum of squared errors in "
        "milliseconds: leave the rows as they are.",
        _fit_by(_least_relative),
    ),
    Slip(
        "seconds",
        "You give seconds; the coefficients are in milliseconds.",
        _fit_by(lambda table, times: _solved(table, list(times / 1000))),
    ),
    Slip(
        "all-of-lstsq",
        "You return all that np.linalg.lstsq gives: the coefficients are the first of the four.",
        _fit_by(_all_of_lstsq),
    ),
)  # fmt: skip


def _fit_inputs(seed: int) -> Inputs:
    return _distinct(
        lambda random: [_measured(random, n) for n in (5, 6, 9)], _fit, _FIT_SLIPS, seed
    )


#: The networks' tables are this well conditioned at least, so that every way to solve agrees.
_CONDITION = 200


def _measured(random: Random, how_many: int) -> dict[str, Any]:
    """Draw networks with what they take: by a law, give or take a few percent."""
    while True:
        networks = [_network(random) for _ in range(how_many)]
        table = np.array([_features(network) for network in networks])
        times = table @ _coefficients(random)
        noisy = [round(float(t) * random.uniform(0.95, 1.05), 3) for t in times]
        if np.linalg.cond(table) < _CONDITION and min(_solved(table, noisy)) > 0:
            return {"networks": networks, "milliseconds": noisy}


def _network(random: Random) -> list[dict[str, int]]:
    """Draw layers that compute much and move little, or the other way round."""
    layers = []
    for _ in range(random.randint(2, 6)):
        layers.append(
            {
                "macs": 10_000 * random.randint(1, 100) * random.choice((1, 6)),
                "bytes": 4_000 * random.randint(5, 100) * random.choice((1, 3)),
            }
        )
    return layers


def _coefficients(random: Random) -> list[float]:
    """Draw milliseconds for a million MACs, a megabyte and a layer."""
    return [
        random.randint(20, 60) / 100,
        random.randint(90, 190) / 100,
        random.randint(10, 30) / 100,
    ]


def _judge_fit(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "fit_latency", inputs["cases"], part(answer, "results"), _fit, _FIT_SLIPS,
        rel=_SOLVED, absolute=_ROUNDING, after=part(answer, "after"),
    )  # fmt: skip


# ------------------------------------------------------------------ predicted milliseconds


def _predict(networks: Sequence[Network], coefficients: Sequence[float]) -> list[float]:
    return [float(np.dot(_features(network), coefficients)) for network in networks]


def _predict_on(features: Callable[[Network], Sequence[float]]) -> Callable[..., Plain]:
    """Return the prediction from other features."""
    return lambda networks, coefficients: [
        float(np.dot(features(network), coefficients)) for network in networks
    ]


def _for_each_layer(
    networks: Sequence[Network], coefficients: Sequence[float]
) -> list[list[float]]:
    return [_predict([[layer] for layer in network], coefficients) for network in networks]


_PREDICT_SLIPS = (
    Slip(
        "raw-units",
        "The coefficients are for a million MACs and for a megabyte: divide by a million first.",
        _predict_on(lambda network: [*(x * _MILLION for x in _features(network)[:2]),
                                     len(network)]),
    ),
    Slip(
        "mebibytes",
        "A megabyte is a million bytes here, not 2**20.",
        _predict_on(lambda network: [f / d for f, d in zip(
            _features(network), (1, 2**20 / _MILLION, 1), strict=True)]),
    ),
    Slip(
        "third-once",
        "You add the third coefficient once for each network. It is for each layer.",
        _predict_on(lambda network: [*_features(network)[:2], 1]),
    ),
    Slip(
        "third-left-out",
        "You leave the third coefficient out: each layer takes some time, however small it is.",
        _predict_on(lambda network: [*_features(network)[:2], 0]),
    ),
    Slip("macs-only", "You count the MACs only. Bytes and layers take time, too.",
         _predict_on(lambda network: [_features(network)[0], 0, 0])),
    Slip("bytes-first", "The first coefficient is for MACs, the second for bytes.",
         _predict_on(lambda network: [_features(network)[i] for i in (1, 0, 2)])),
    Slip("reversed", "The coefficients are the wrong way round: MACs, bytes, layers.",
         _predict_on(lambda network: _features(network)[::-1])),
    Slip("each-layer", "You give a time for each layer. Add up those of a network.",
         _for_each_layer),
    Slip("longest-layer", "You give the time of the longest layer. The layers run one after "
         "another: add them up.",
         lambda networks, coefficients: [
             max(times) for times in _for_each_layer(networks, coefficients)]),
    Slip("mean-layer", "You give the mean time of a layer. The layers run one after another: add "
         "them up.",
         lambda networks, coefficients: [
             fmean(times) for times in _for_each_layer(networks, coefficients)]),
    Slip("all-together", "You add up all networks. Return a list with one time for each.",
         lambda networks, coefficients: sum(_predict(networks, coefficients))),
    Slip("first-only", "You return the time of the first network. Return a list with one for each.",
         lambda networks, coefficients: _predict(networks, coefficients)[0]),
    Slip("seconds", "You give seconds; asked for are milliseconds.",
         lambda networks, coefficients: [t / 1000 for t in _predict(networks, coefficients)]),
)  # fmt: skip


def _predict_inputs(seed: int) -> Inputs:
    def draw(random: Random) -> list[dict[str, Any]]:
        return [
            {
                "networks": [_network(random) for _ in range(how_many)],
                "coefficients": _coefficients(random),
            }
            for how_many in (2, 1, 4)
        ]

    return _distinct(draw, _predict, _PREDICT_SLIPS, seed)


def _judge_predict(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "predict_latency", inputs["cases"], part(answer, "results"), _predict, _PREDICT_SLIPS,
        rel=_ROUNDING, absolute=_ROUNDING, after=part(answer, "after"),
    )  # fmt: skip


# ------------------------------------------------------------------ the worst error

_Values = Sequence[float]


def _errors(predicted: _Values, measured: _Values) -> list[float]:
    """Return the relative errors with their signs."""
    return [p / m - 1 for p, m in zip(predicted, measured, strict=True)]


def _worst(predicted: _Values, measured: _Values) -> float:
    return max(map(abs, _errors(predicted, measured)))


def _error_by(of_errors: Callable[[list[float]], float]) -> Callable[..., float]:
    """Return something else that is made of the relative errors."""
    return lambda predicted, measured: of_errors(_errors(predicted, measured))


def _differences(predicted: _Values, measured: _Values) -> list[float]:
    return [abs(p - m) for p, m in zip(predicted, measured, strict=True)]


def _of_worst_difference(predicted: _Values, measured: _Values) -> float:
    differences = _differences(predicted, measured)
    place = differences.index(max(differences))
    return differences[place] / measured[place]


_WORST_SLIPS = (
    Slip(
        "of-the-predicted",
        "You divide by the predicted time. An error is relative to what is true: divide by the "
        "measured one.",
        lambda predicted, measured: _worst(measured, predicted),
    ),
    Slip(
        "signed",
        "You let only too long predictions count. One that is far too short is as wrong: take "
        "absolute values.",
        _error_by(max),
    ),
    Slip(
        "signed-the-other-way",
        "You let only too short predictions count. One that is far too long is as wrong: take "
        "absolute values.",
        _error_by(lambda errors: -min(errors)),
    ),
    Slip("with-its-sign", "You give the worst error with its sign; asked for is its size.",
         _error_by(lambda errors: max(errors, key=abs))),
    Slip("mean", "That is the mean error. Asked for is the worst, for a limit must always hold.",
         _error_by(lambda errors: fmean(map(abs, errors)))),
    Slip("median", "That is the median error. Asked for is the worst.",
         _error_by(lambda errors: median(map(abs, errors)))),
    Slip("root-mean-square", "That is the root of the mean square. Asked for is the worst error.",
         _error_by(lambda errors: fmean(e * e for e in errors) ** 0.5)),
    Slip("smallest", "That is the smallest error. Asked for is the worst.",
         _error_by(lambda errors: min(map(abs, errors)))),
    Slip("squared", "That is the square of the error.",
         _error_by(lambda errors: max(e * e for e in errors))),
    Slip("percent", "You give percent. Asked for is a share: 0.25 for a quarter.",
         lambda predicted, measured: 100 * _worst(predicted, measured)),
    Slip(
        "milliseconds",
        "You give milliseconds. An error of 1 ms is much for 2 ms and little for 50: divide by the "
        "measured time.",
        lambda predicted, measured: max(_differences(predicted, measured)),
    ),
    Slip(
        "of-the-largest-difference",
        "You look for the largest difference in milliseconds first, and divide then. Divide first: "
        "the worst share may be that of a fast network.",
        _of_worst_difference,
    ),
    Slip(
        "sums",
        "You compare sums over all networks, in which errors cancel.",
        lambda predicted, measured: abs(sum(predicted) / sum(measured) - 1),
    ),
    Slip("of-the-mean", "You divide by the mean time. Divide each error by its own measured time.",
         lambda predicted, measured: max(_differences(predicted, measured)) / fmean(measured)),
    Slip("of-the-longest", "You divide by the longest time. Divide each error by its own measured "
         "time.",
         lambda predicted, measured: max(_differences(predicted, measured)) / max(measured)),
    Slip("ratio", "You give the ratio of the two times; the error is how far it is from 1.",
         lambda predicted, measured: max(p / m for p, m in zip(predicted, measured, strict=True))),
    Slip("all-errors", "You give the error of each network; asked for is the largest.",
         lambda predicted, measured: [abs(error) for error in _errors(predicted, measured)]),
)  # fmt: skip


def _worst_inputs(seed: int) -> Inputs:
    def draw(random: Random) -> list[dict[str, Any]]:
        return [_compared(random, how_many) for how_many in (3, 4, 6)]

    return _distinct(draw, _worst, _WORST_SLIPS, seed)


def _compared(random: Random, how_many: int) -> dict[str, Any]:
    measured = [random.randint(200, 4000) / 100 for _ in range(how_many)]
    predicted = [round(m * (1 + random.randint(-30, 30) / 100), 3) for m in measured]
    return {"predicted": predicted, "measured": measured}


def _judge_worst(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "worst_error", inputs["cases"], part(answer, "results"), _worst, _WORST_SLIPS,
        rel=_ROUNDING, absolute=_ROUNDING, after=part(answer, "after"),
    )  # fmt: skip


# ------------------------------------------------------------------ kilobytes of weights

#: Bytes of a scale, and of a bias, of one output channel.
_SCALE, _BIAS = 4, 4


def _kilobytes_with(
    weights: Callable[[Layer], float] | None = None,
    extras: Callable[[Layer, int], float] = lambda layer, bits: layer["out"] * (_SCALE + _BIAS),
    width: Callable[[int], float] = lambda bits: bits / 8,
    kilo: float = 1000,
) -> Callable[..., float]:
    """Return `weight_kilobytes` with habits; by default the right one.

    Parameters
    ----------
    weights
        Of a layer.
    extras
        Bytes of a layer beside its weights.
    width
        Bytes of a weight.
    kilo
        Bytes in a kilobyte.
    """

    def kilobytes(layers: Network, bits: int = 8) -> float:
        count_of = weights or _weights
        return sum(count_of(x) * width(bits) + extras(x, bits) for x in layers) / kilo

    return kilobytes


def _weights(layer: Layer) -> float:
    return layer["kernel"] ** 2 * layer["in"] / layer["groups"] * layer["out"]


_kilobytes = _kilobytes_with()

_EXTRAS = "Each output channel of each layer keeps a scale and a bias, of 4 bytes each."

_KILOBYTES_SLIPS = (
    Slip("1024", "A kilobyte is 1,000 bytes here, not 1,024.", _kilobytes_with(kilo=1024)),
    Slip("bytes", "You give bytes; a kilobyte is 1,000 of them.", _kilobytes_with(kilo=1)),
    Slip("megabytes", "You give megabytes; a kilobyte is 1,000 bytes.",
         _kilobytes_with(kilo=1_000_000)),
    Slip("bits-as-bytes", "You take a weight's bits for bytes: a byte has 8 bits.",
         _kilobytes_with(width=lambda bits: bits)),
    Slip("always-8-bits", "A weight takes one byte whatever bits is. Weights of 4 bits take half.",
         _kilobytes_with(width=lambda bits: 1)),
    Slip("whole-bytes", "You round a weight to whole bytes. Weights of 4 bits are stored two to a "
         "byte: do not use // here.",
         _kilobytes_with(width=lambda bits: bits // 8)),
    Slip("32-bits", "You take 4 bytes for a weight, as in a network of floats; it has `bits` bits.",
         _kilobytes_with(width=lambda bits: 4)),
    Slip(
        "groups-forgotten",
        "You forget the groups: a filter sees only the input channels of its group.",
        _kilobytes_with(lambda x: x["kernel"] ** 2 * x["in"] * x["out"]),
    ),
    Slip(
        "groups-twice",
        "You divide by the groups twice. A filter sees in / groups channels, and there are as many "
        "filters as output channels.",
        _kilobytes_with(lambda x: _weights(x) / x["groups"]),
    ),
    Slip(
        "groups-are-channels",
        "You take any grouped layer for a depthwise one. A filter sees in / groups channels, which "
        "may be more than one.",
        _kilobytes_with(
            lambda x: x["kernel"] ** 2 * x["out"] * (x["in"] if x["groups"] == 1 else 1)),
    ),
    Slip("kernel-not-squared", "The kernel is a square: it has kernel × kernel places.",
         _kilobytes_with(lambda x: _weights(x) / x["kernel"])),
    Slip("no-extras", f"You count the weights alone. {_EXTRAS}",
         _kilobytes_with(extras=lambda x, bits: 0)),
    Slip("one-extra", f"You count 4 bytes for each output channel. {_EXTRAS}",
         _kilobytes_with(extras=lambda x, bits: x["out"] * _SCALE)),
    Slip("one-scale-a-layer", f"You count one scale for the whole layer. {_EXTRAS}",
         _kilobytes_with(extras=lambda x, bits: _SCALE + x["out"] * _BIAS)),
    Slip("extras-once-a-layer", f"You count one scale and one bias for the whole layer. {_EXTRAS}",
         _kilobytes_with(extras=lambda x, bits: _SCALE + _BIAS)),
    Slip("extras-of-inputs", f"You count them for the input channels. {_EXTRAS}",
         _kilobytes_with(extras=lambda x, bits: x["in"] * (_SCALE + _BIAS))),
    Slip("extras-of-a-byte", f"You count one byte for each. {_EXTRAS}",
         _kilobytes_with(extras=lambda x, bits: 2 * x["out"])),
    Slip("extras-as-weights", f"You make scale and bias as narrow as the weights. {_EXTRAS}",
         _kilobytes_with(extras=lambda x, bits: 2 * x["out"] * bits / 8)),
    Slip("extras-in-bits", f"You divide their bytes by 8 as well. {_EXTRAS}",
         _kilobytes_with(extras=lambda x, bits: x["out"] * (_SCALE + _BIAS) / 8)),
    Slip("last-layer", "You give the last layer only; add up all of them.",
         lambda layers, bits=8: _kilobytes(layers[-1:], bits)),
    Slip("each-layer", "You give each layer by itself; add up all of them.",
         lambda layers, bits=8: [_kilobytes([layer], bits) for layer in layers]),
)  # fmt: skip


def _kilobytes_inputs(seed: int) -> Inputs:
    def draw(random: Random) -> list[dict[str, Any]]:
        return [
            {"layers": [_shape(random, 1)]},
            {"layers": [_shape(random, 0)], "bits": 16},
            {"layers": [_shape(random, 1), _shape(random, 2)], "bits": 4},
            {"layers": [_shape(random, g) for g in (1, 0, 4, 1)], "bits": 6},
            {"layers": [_shape(random, g) for g in (2, 1, 0)]},
        ]

    return _distinct(draw, _kilobytes, _KILOBYTES_SLIPS, seed)


def _shape(random: Random, groups: int) -> dict[str, int]:
    """Draw a layer with some groups; 0 stands for depthwise."""
    inputs, outputs = random.sample(range(5, 26), 2)
    depthwise = groups == 0
    return {
        "kernel": random.choice((3, 5)),
        "in": inputs * (groups or 1),
        "out": inputs if depthwise else outputs * groups,
        "groups": inputs if depthwise else groups,
    }


def _judge_kilobytes(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "weight_kilobytes", inputs["cases"], part(answer, "results"), _kilobytes,
        _KILOBYTES_SLIPS, rel=_ROUNDING, after=part(answer, "after"),
    )  # fmt: skip


# ------------------------------------------------------------------ over budget

_Costs = Mapping[str, float]


def _over(costs: _Costs, limits: _Costs) -> dict[str, float]:
    return {name: costs[name] / limit - 1 for name, limit in limits.items() if costs[name] > limit}


def _over_by(
    share: Callable[[float, float], Any],
    counts: Callable[[float, float], bool] = lambda spent, limit: spent > limit,
) -> Callable[..., Plain]:
    """Return another share of those that count."""
    return lambda costs, limits: {
        name: share(costs[name], limit)
        for name, limit in limits.items()
        if counts(costs[name], limit)
    }


def _excess(spent: float, limit: float) -> float:
    return spent / limit - 1


_KEPT = "A limit that is kept must not be in the result."

_OVER_SLIPS = (
    Slip("all", f"You put in every limit. {_KEPT}",
         _over_by(_excess, lambda spent, limit: True)),
    Slip("zeros", f"You put in 0 for what is within its limit. {_KEPT}",
         _over_by(lambda spent, limit: max(0.0, _excess(spent, limit)), lambda spent, limit: True)),
    Slip("equal-is-over", "Exactly the limit is allowed: only what costs more exceeds it.",
         _over_by(_excess, lambda spent, limit: spent >= limit)),
    Slip("turned-round", "You list what is below its limit; asked for is what is above.",
         _over_by(_excess, lambda spent, limit: spent < limit)),
    Slip("turned-round-positive", "You list what is below its limit; asked for is what is above.",
         _over_by(lambda spent, limit: 1 - spent / limit, lambda spent, limit: spent < limit)),
    Slip("of-the-cost", "You divide by the cost. The share is one of the limit: divide by that.",
         _over_by(lambda spent, limit: 1 - limit / spent)),
    Slip("ratio", "You give cost divided by limit; asked for is by what share it is *above* 1.",
         _over_by(lambda spent, limit: spent / limit)),
    Slip("percent", "You give percent. Asked for is a share: 0.25 for a quarter.",
         _over_by(lambda spent, limit: 100 * _excess(spent, limit))),
    Slip("difference", "You give the difference in the cost's own unit; divide it by the limit.",
         _over_by(lambda spent, limit: spent - limit)),
    Slip("negative", "The sign is wrong: what exceeds its limit is above it, so it is positive.",
         _over_by(lambda spent, limit: -_excess(spent, limit))),
    Slip("costs-themselves", "You give the costs; asked for is by what share they are too high.",
         _over_by(lambda spent, limit: spent)),
    Slip("names-only", "You give the names alone; return a dict with a share for each.",
         lambda costs, limits: list(_over(costs, limits))),
    Slip("truth-values", "You give truth values; return the share by which the limit is exceeded.",
         _over_by(lambda spent, limit: True)),
    Slip("worst-only", "You give the worst one only; all that are exceeded count.",
         lambda costs, limits: dict(sorted(
             _over(costs, limits).items(), key=lambda item: -item[1])[:1])),
    Slip("first-only", "You give the first one only; all that are exceeded count.",
         lambda costs, limits: dict(list(_over(costs, limits).items())[:1])),
    Slip("sum", "You give one number for all; return a dict with each of them.",
         lambda costs, limits: sum(_over(costs, limits).values())),
)  # fmt: skip

_COSTS = ("macs", "kilobytes", "milliseconds", "joules", "megabytes")


def _over_inputs(seed: int) -> Inputs:
    def draw(random: Random) -> list[dict[str, Any]]:
        # Hundredths of each limit that are spent. A name of the costs may have no limit.
        return [
            _spent(random, (random.randint(110, 190), random.randint(30, 90))),
            _spent(random, (100, random.randint(205, 290), 99), unlimited=1),
            _spent(random, random.sample((60, 90, 103, 140, 250), 4), unlimited=1),
            _spent(random, (random.randint(20, 99), 100, random.randint(20, 99))),
        ]

    return _distinct(draw, _over, _OVER_SLIPS, seed)


def _spent(random: Random, hundredths: Sequence[int], unlimited: int = 0) -> dict[str, Any]:
    names = random.sample(_COSTS, len(hundredths) + unlimited)
    limits = {name: 100 * random.randint(3, 90) for name in names}
    shares = [*hundredths, *[random.randint(10, 300)] * unlimited]
    costs = {n: limits[n] * share // 100 for n, share in zip(names, shares, strict=True)}
    limits = {name: limits[name] for name in names[: len(hundredths)]}
    mixed = random.sample(sorted(costs), len(costs))
    return {"costs": {name: costs[name] for name in mixed}, "limits": limits}


def _judge_over(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "over_budget", inputs["cases"], part(answer, "results"), _over, _OVER_SLIPS,
        rel=_ROUNDING, absolute=_ROUNDING, after=part(answer, "after"),
    )  # fmt: skip


# ------------------------------------------------------------------ choosing

_Candidate = Mapping[str, Any]


def _choose_with(
    value: Callable[[Sequence[float]], float] = fmean,
    fits: Callable[[_Costs, _Costs], bool] = lambda costs, limits: not _over(costs, limits),
    near: Callable[[float, float, float], bool] = lambda best, mean, noise: best - mean < noise,
    last: Callable[[Sequence[_Candidate]], _Candidate] = lambda close: min(close, key=_macs),
    best_of_all: bool = False,
    gives: Callable[[_Candidate], Plain] = lambda chosen: chosen["name"],
    nothing: Callable[[Sequence[_Candidate]], Plain] = lambda candidates: None,
) -> Callable[..., Plain]:
    """Return `choose` with habits; by default the right one.

    Parameters
    ----------
    value
        What the accuracies of a candidate's seeds count for.
    fits
        Whether costs are within limits.
    near
        Whether a mean is too close to the best one to be told from it.
    last
        Which one of those is taken.
    best_of_all
        Whether the best is looked for among all candidates, those over a limit included.
    gives
        What is returned of it.
    nothing
        What is returned where no candidate fits.
    """

    def choose(candidates: Sequence[_Candidate], limits: _Costs, noise: float) -> Plain:
        fitting = [c for c in candidates if fits(c["costs"], limits)]
        if not fitting:
            return nothing(candidates)
        best = max(value(c["accuracies"]) for c in (candidates if best_of_all else fitting))
        close = [c for c in fitting if near(best, value(c["accuracies"]), noise)]
        return gives(last(close)) if close else None

    return choose


def _macs(candidate: _Candidate) -> float:
    return float(candidate["costs"]["macs"])


def _mean(candidate: _Candidate) -> float:
    return fmean(candidate["accuracies"])


def _any(*_: object) -> bool:
    return True


_choose = _choose_with()

_LIMITS_FIRST = "First leave out every candidate that exceeds any of its limits; then compare."

_CHOOSE_SLIPS = (
    Slip(
        "noise-ignored",
        "You take the highest mean. Candidates that are less than `noise` below it cannot be told "
        "from it: of all these take the one with the fewest MACs.",
        _choose_with(last=lambda close: max(close, key=_mean)),
    ),
    Slip(
        "cheapest",
        "You take the cheapest of all that fit. Only those that are less than `noise` below the "
        "best are in question.",
        _choose_with(near=_any),
    ),
    Slip("limits-ignored", f"You do not look at the limits. {_LIMITS_FIRST}",
         _choose_with(fits=_any)),
    Slip("macs-limit-only", f"You look at the limit of the MACs only. {_LIMITS_FIRST}",
         _choose_with(fits=lambda costs, limits: costs["macs"] <= limits["macs"])),
    Slip("any-limit-kept",
         f"You keep candidates that are within one of their limits. {_LIMITS_FIRST}",
         _choose_with(fits=lambda costs, limits: len(_over(costs, limits)) < len(limits))),
    Slip("limit-not-allowed", "Exactly the limit is allowed: only what costs more exceeds it.",
         _choose_with(fits=lambda costs, limits: all(costs[n] < limits[n] for n in limits))),
    Slip(
        "best-over-budget",
        f"You compare with the best of all, which exceeds a limit. {_LIMITS_FIRST}",
        _choose_with(best_of_all=True),
    ),
    Slip(
        "limits-last",
        f"You choose first, and look at the limits of the chosen one only. {_LIMITS_FIRST}",
        lambda candidates, limits, noise: _limits_last(candidates, limits, noise),
    ),
    Slip(
        "exactly-noise",
        "A candidate that is exactly `noise` below the best is no longer in question: only those "
        "that are less than that below.",
        _choose_with(near=lambda best, mean, noise: best - mean <= noise),
    ),
    Slip(
        "twice-noise",
        "You let candidates count that are up to twice the noise below the best.",
        _choose_with(near=lambda best, mean, noise: best - mean < 2 * noise),
    ),
    Slip(
        "half-noise",
        "You let only candidates count that are up to half of the noise below the best.",
        _choose_with(near=lambda best, mean, noise: best - mean < noise / 2),
    ),
    Slip(
        "noise-in-percent",
        "You take `noise` for a percentage of the best. It is in percentage points: take it away.",
        _choose_with(near=lambda best, mean, noise: mean > best * (1 - noise / 100)),
    ),
    Slip("best-seed", "You compare the best seed of each candidate. Take the mean of all its "
         "seeds.",
         _choose_with(value=max)),
    Slip("worst-seed", "You compare the worst seed of each candidate. Take the mean of all its "
         "seeds.",
         _choose_with(value=min)),
    Slip("first-seed", "You compare the first seed of each candidate. Take the mean of all its "
         "seeds.",
         _choose_with(value=lambda accuracies: accuracies[0])),
    Slip("sum-of-seeds", "You compare sums, which grow with the number of seeds: take the mean.",
         _choose_with(value=sum)),
    Slip("median", "You compare medians; asked for is the mean.", _choose_with(value=median)),
    Slip("first-listed", "Of those in question you take the first listed. Take the one with the "
         "fewest MACs.",
         _choose_with(last=lambda close: close[0])),
    Slip("last-listed", "Of those in question you take the last listed. Take the one with the "
         "fewest MACs.",
         _choose_with(last=lambda close: close[-1])),
    Slip("dearest", "Of those in question you take the one with the most MACs; take the cheapest.",
         _choose_with(last=lambda close: max(close, key=_macs))),
    Slip("worst-of-close", "Of those in question you take the least accurate. Take the one with "
         "the fewest MACs.",
         _choose_with(last=lambda close: min(close, key=_mean))),
    Slip("cheapest-in-kilobytes", "You take the one with the fewest kilobytes; take the one with "
         "the fewest MACs.",
         _choose_with(last=lambda close: min(close, key=lambda c: c["costs"]["kilobytes"]))),
    Slip("cheapest-in-milliseconds", "You take the fastest one; take the one with the fewest MACs.",
         _choose_with(last=lambda close: min(close, key=lambda c: c["costs"]["milliseconds"]))),
    Slip("whole-candidate", "You return the candidate's whole row; return its name.",
         _choose_with(gives=dict)),
    Slip("list-of-one", "You return a list; return the name itself.",
         _choose_with(gives=lambda chosen: [chosen["name"]])),
    Slip("none-as-text", "Where no candidate fits, return None itself, not text.",
         _choose_with(nothing=lambda candidates: "None")),
    Slip("empty-text", "Where no candidate fits, return None.",
         _choose_with(nothing=lambda candidates: "")),
    Slip("best-although-over", "Where no candidate fits, return None; the best would not run on "
         "the device.",
         _choose_with(nothing=lambda candidates: max(candidates, key=_mean)["name"])),
    Slip("cheapest-although-over", "Where no candidate fits, return None; the cheapest would not "
         "run on the device either.",
         _choose_with(nothing=lambda candidates: min(candidates, key=_macs)["name"])),
)  # fmt: skip


def _limits_last(candidates: Sequence[_Candidate], limits: _Costs, noise: float) -> Plain:
    best = max(map(_mean, candidates))
    chosen = min((c for c in candidates if best - _mean(c) < noise), key=_macs)
    return None if _over(chosen["costs"], limits) else chosen["name"]


#: Limits that the costs below are hundredths of.
_LIMITED = ("macs", "kilobytes", "milliseconds")

#: How far below the best that fits, in quarters of `noise`; and what is spent, in hundredths.
_Cast = Sequence[tuple[int, int, int, int]]

_CASTS: tuple[_Cast, ...] = (
    # one that is close enough; the best; one exactly `noise` below; one far below; one over
    ((3, 60, 100, 80), (0, 95, 90, 75), (4, 50, 55, 60), (9, 40, 45, 50), (-6, 70, 130, 70)),
    # the best of those that fit is far ahead; one is over every limit
    ((0, 100, 70, 60), (5, 40, 40, 40), (7, 90, 80, 70), (-2, 120, 60, 60), (-4, 125, 130, 140)),
    # several are close, each closer one with more MACs
    ((3, 45, 90, 99), (2, 55, 98, 97), (1, 70, 50, 45), (0, 90, 90, 90), (6, 30, 30, 30)),
    # none fits
    ((0, 105, 50, 50), (2, 80, 160, 60), (5, 60, 60, 101)),
)


def _random_cast(random: Random) -> _Cast:
    """Draw candidates that are close together, no two with equally many MACs."""
    size = 7
    macs = random.sample(range(40, 112), size)
    within = [*range(30, 100, 7), 100, 100, 100, 115, 140]
    return [
        (random.randint(-1, 9), share, random.choice(within), random.choice(within))
        for share in macs
    ]


def _choose_inputs(seed: int) -> Inputs:
    def draw(random: Random) -> list[dict[str, Any]]:
        casts = [*_CASTS, *(_random_cast(random) for _ in range(5))]
        return [_selection(random, cast) for cast in casts]

    return _distinct(draw, _choose, _CHOOSE_SLIPS, seed)


def _selection(random: Random, cast: _Cast) -> dict[str, Any]:
    """Draw candidates whose means are exact in binary, so that exactly `noise` means just that."""
    names = random.sample("ABCDEFGHJKLMNPQRSTUVWXYZ", len(cast))
    limits = {name: 100 * random.randint(11, 90) for name in _LIMITED}
    best, noise = random.randint(240, 300) / 4, random.choice((1.0, 1.5, 2.0))
    candidates = []
    for name, (below, *shares) in zip(names, cast, strict=True):
        costs = {n: limits[n] * share // 100 for n, share in zip(_LIMITED, shares, strict=True)}
        mean = best - below * noise / 4
        candidates.append({"name": name, "costs": costs, "accuracies": _around(random, mean)})
    random.shuffle(candidates)
    return {"candidates": candidates, "limits": limits, "noise": noise}


def _around(random: Random, mean: float) -> list[float]:
    """Draw the accuracies of two or four seeds that have a mean."""
    apart = [random.randint(1, 12) / 4 for _ in range(random.choice((1, 2)))]
    values = [mean + sign * distance for distance in apart for sign in (1, -1)]
    if len(values) == 4:  # no longer the same distances to either side, and another median
        shift = random.choice((-1.25, -0.75, 0.75, 1.25))
        values = [values[0] + 3 * shift, *(value - shift for value in values[1:])]
    random.shuffle(values)
    return values


def _judge_choose(inputs: Inputs, answer: Plain) -> CheckResult:
    return judge_calls(
        "choose", inputs["cases"], part(answer, "results"), _choose, _CHOOSE_SLIPS,
        after=part(answer, "after"),
    )  # fmt: skip


# ------------------------------------------------------------------ the device

#: Width, depth and resolution, in multiples of `CIFAR_BASE`; and milliseconds, measured by
#: `nn.measure.latency_ms` with one thread: the least of many medians, as whatever else runs on a
#: machine can only make it slower. The notebook shows the same table.
MEASURED = (
    (1, 1, 1, 1.73), (1, 1, 2, 2.07), (1, 1, 4, 3.29), (0.5, 1, 2, 1.88), (2, 1, 2, 2.45),
    (2, 1, 3, 3.40), (4, 1, 2, 3.50), (6, 1, 2, 6.42), (1, 2, 2, 3.85), (2, 2, 2, 4.70),
    (1, 3, 1, 4.79), (0.5, 4, 2, 7.08),
)  # fmt: skip

#: What the device allows, in multiples of what the base needs on pictures of the full size.
SHARES = {"macs": 1.5, "kilobytes": 1.25, "milliseconds": 1.25}

#: The share of the MACs that a design must spend at least.
LEAST_SPENT = 0.8

#: Side of the last feature map, at least.
LEAST_MAP = 2

PICTURE, CLASSES = 32, 10

#: A network of more blocks than this is not even priced.
_MOST_BLOCKS = 500

BASE = scaled(CIFAR_BASE, resolution=PICTURE / CIFAR_BASE.resolution, name="base")

#: A design has as many blocks as the base, at least.
LEAST_BLOCKS = len(resolve(BASE).blocks)


def layers_of(spec: NetworkSpec) -> list[dict[str, int]]:
    """Return the convolutions and linear layers of a network, as the notebook does."""
    return [
        {
            "macs": row.macs,
            "bytes": BYTES * (
                row.in_channels * row.in_size**2 + row.macs // row.out_size**2 + row.activations
            ),
            "kernel": row.kernel,
            "in": row.in_channels,
            "out": row.out_channels,
            "groups": row.in_channels if row.kind == "depthwise" else 1,
        }
        for row in cost(spec).layers
        if row.kind != "norm"
    ]  # fmt: skip


@cache
def coefficients() -> list[float]:
    """Return the fit of `MEASURED`."""
    networks = [layers_of(scaled(CIFAR_BASE, w, d, r)) for w, d, r, _ in MEASURED]
    return _fit(networks, [milliseconds for *_, milliseconds in MEASURED])


def costs_of(spec: NetworkSpec) -> dict[str, float]:
    """Return what a network costs on the device."""
    layers = layers_of(spec)
    return {
        "macs": cost(spec).macs,
        "kilobytes": _kilobytes(layers),
        "milliseconds": _predict([layers], coefficients())[0],
    }


@cache
def limits() -> dict[str, float]:
    """Return what a network may cost on the device."""
    needs = costs_of(BASE)
    return {name: share * needs[name] for name, share in SHARES.items()}


# ------------------------------------------------------------------ a design


class _Condition(NamedTuple):
    """Something that a design must fulfil, and what to say if it does not."""

    name: str
    yours: str
    wanted: str
    met: bool
    points: float
    says: str


def _form(spec: NetworkSpec) -> list[_Condition]:
    """Return the conditions that make a design a fair one."""
    picture = spec.resolution == PICTURE and spec.num_classes == CLASSES
    blocks = resolve(spec).blocks
    mbconv = sum(block.kind == "mbconv" for block in blocks)
    side = blocks[-1].out_size
    spent = cost(spec).macs / limits()["macs"]
    shape = f"{spec.resolution} × {spec.resolution} pixels, {spec.num_classes:,} classes"
    wanted = f"{PICTURE} × {PICTURE} pixels, {CLASSES} classes"
    return [
        _Condition(
            "pictures", shape, wanted, picture, 1,
            f"It is made for {shape}; asked for are {wanted}.",
        ),
        _Condition(
            "blocks", f"{mbconv} MBConv blocks", f"{LEAST_BLOCKS} at least",
            mbconv >= LEAST_BLOCKS, 1,
            f"It has {mbconv} MBConv blocks; there must be {LEAST_BLOCKS} at least.",
        ),
        _Condition(
            "map", f"last map {side} × {side}", f"{LEAST_MAP} × {LEAST_MAP} at least",
            side >= LEAST_MAP, 1,
            f"Its strides leave a last feature map of {side} × {side}, where there is nothing to "
            f"see of places any more; keep {LEAST_MAP} × {LEAST_MAP} at least.",
        ),
        _Condition(
            "spent", f"{spent:.1%} of the MACs", f"{LEAST_SPENT:.0%} at least",
            spent >= LEAST_SPENT, 2,
            f"It spends only {spent:.1%} of the MACs that it may. A network far below its budget "
            f"learns less than it could: spend {LEAST_SPENT:.0%} at least.",
        ),
    ]  # fmt: skip


def _amount(name: str, value: float) -> str:
    """Write a cost for a person."""
    if name == "macs":
        return f"{value / _MILLION:.3f} M MACs"
    return f"{value:.2f} kB" if name == "kilobytes" else f"{value:.3f} ms"


def _advice(spec: NetworkSpec) -> dict[str, str]:
    layers = len(layers_of(spec))
    return {
        "macs": "Where maps are large, each channel is dear: look at what each layer costs.",
        "kilobytes": "Most weights are where there are many channels: look at the last stage and "
        "at the head.",
        "milliseconds": f"It has {layers} layers, and each takes some time, however small it is: "
        "a deep, narrow network is slow even with few MACs.",
    }


def _within(spec: NetworkSpec, fair: bool) -> list[_Condition]:
    """Return the limits of the device; they give points to a fair design only."""
    costs, advice = costs_of(spec), _advice(spec)
    over = _over(costs, limits())
    conditions = []
    for name, most in limits().items():
        yours, limit = _amount(name, costs[name]), _amount(name, most)
        above = f"{over.get(name, 0.0):.1%} over the limit of {limit}"
        says = f"It needs {yours}, {above}. {advice[name]}"
        points = 5 if fair else 0
        conditions.append(
            _Condition(f"over-{name}", yours, f"{limit} at most", name not in over, points, says)
        )
    return conditions


def _judge_design(inputs: Inputs, answer: Plain) -> CheckResult:
    kind, data = part(answer, "type"), part(answer, "fields")
    if kind != NetworkSpec.__name__ or not isinstance(data, dict):
        return _no_spec(kind)
    whole = {"name": "design", **data}
    try:
        spec = NetworkSpec.from_dict(whole)
    except ValueError as error:
        return CheckResult("incorrect", f"design() gives no valid network: {error}.", "invalid")
    if not _has_all_keys(whole, spec.to_dict()):  # what is missing is not made up here
        return _no_spec(kind)
    return _judge_spec(spec)


def _has_all_keys(data: Mapping[str, Any], whole: Mapping[str, Any]) -> bool:
    rows = zip(data["stages"], whole["stages"], strict=True)
    return data.keys() == whole.keys() and all(row.keys() == all_of.keys() for row, all_of in rows)


def _no_spec(kind: Plain) -> CheckResult:
    what = article(kind) if isinstance(kind, str) and kind.isidentifier() else "something else"
    return CheckResult(
        "incorrect",
        f"design() gives {what}; it should give a NetworkSpec, as scaled and replace do.",
        "no-spec",
    )


def _judge_spec(spec: NetworkSpec) -> CheckResult:
    blocks = sum(stage_repeats(spec))
    if blocks > _MOST_BLOCKS:
        says = f"design() has {blocks:,} blocks, which no small device can run."
        return CheckResult("incorrect", says, "too-many-blocks")
    if _is_base(spec):
        return CheckResult(
            "incorrect",
            "design() has the layers of the base. Design one of your own: other widths, kernels, "
            "expansions or numbers of blocks.",
            "the-base",
        )
    form = _form(spec)
    fair = all(condition.met for condition in form)
    return _scored([*form, *_within(spec, fair)])


def _is_base(spec: NetworkSpec) -> bool:
    same_pictures = replace(spec, resolution=PICTURE, num_classes=CLASSES)
    return cost(same_pictures).layers == cost(BASE).layers


def _scored(conditions: Sequence[_Condition]) -> CheckResult:
    details = Table(
        "What was asked for",
        ("yours", "asked for", "met", "points"),
        tuple((c.yours, c.wanted, "yes" if c.met else "no", c.points * c.met) for c in conditions),
    )
    points = sum(condition.points for condition in conditions if condition.met)
    unmet = [condition for condition in conditions if not condition.met]
    if not unmet:
        says = "The design meets every condition and every limit."
        return CheckResult("correct", says, None, points, _DESIGN_POINTS, details)
    first = unmet[0]
    # What another picture makes of the costs would only mislead.
    told = unmet[:1] if first.name == "pictures" else unmet
    says = " ".join(condition.says for condition in told)
    if not any(condition.points for condition in conditions[-len(SHARES) :]):
        says += " A limit that is kept gives points as soon as the design is a fair one."
    return CheckResult("incorrect", says, first.name, points, _DESIGN_POINTS, details)


#: One each for picture, blocks and map, two for spending, five for each limit.
_DESIGN_POINTS = 20


def _design_inputs(seed: int) -> Inputs:
    """Give nothing that matters: a design is the same whenever it is looked at."""
    return {"look": seed}


# ------------------------------------------------------------------ the assignment

TASKS = (
    Task(
        name="capstone.fit_latency",
        title="A model of latency",
        points=14,
        needs=("fit_latency",),
        inputs=_fit_inputs,
        probe=probes.fit_latency,
        judge=_judge_fit,
        hints=(
            "Make a table first, one row for each network: its MACs in millions, its bytes in "
            "millions, and how many layers it has.",
            "np.linalg.lstsq(table, milliseconds) finds the coefficients of the columns with the "
            "least sum of squared errors. It returns four things.",
            "The coefficients are the first of the four, an array in the order of the columns; "
            ".tolist() makes a list of it. Add no column of ones.",
        ),
        difficulty=3,
        importance=5,
        minutes=15,
    ),
    Task(
        name="capstone.predict_latency",
        title="Predict the milliseconds",
        points=6,
        needs=("predict_latency",),
        inputs=_predict_inputs,
        probe=probes.predict_latency,
        judge=_judge_predict,
        hints=(
            "It is the fit the other way round: the same three numbers of a network, now with "
            "known coefficients.",
            "Multiply millions of MACs by the first coefficient, megabytes by the second, the "
            "number of layers by the third; add the three.",
            "A function of its own that gives the three numbers of a network serves this task and "
            "the one before.",
        ),
        difficulty=2,
        importance=4,
        minutes=7,
    ),
    Task(
        name="capstone.worst_error",
        title="How far off it can be",
        points=6,
        needs=("worst_error",),
        inputs=_worst_inputs,
        probe=probes.worst_error,
        judge=_judge_worst,
        hints=(
            "zip(predicted, measured) gives the pairs. What is the error of one pair?",
            "Take the difference without its sign, and divide it by the measured time of the pair.",
            "max of these shares. Divide before you look for the largest.",
        ),
        difficulty=1,
        importance=4,
        minutes=6,
    ),
    Task(
        name="capstone.weight_kilobytes",
        title="What the weights take",
        points=10,
        needs=("weight_kilobytes",),
        inputs=_kilobytes_inputs,
        probe=probes.weight_kilobytes,
        judge=_judge_kilobytes,
        hints=(
            "How many weights has one filter? How many filters are there?",
            "A filter has kernel × kernel places in each of the in / groups channels that it sees; "
            "there is a filter for each output channel.",
            "Bytes of a layer: weights * bits / 8 + 8 * out. Add up the layers.",
        ),
        difficulty=2,
        importance=4,
        minutes=10,
    ),
    Task(
        name="capstone.over_budget",
        title="Over budget, and by how much",
        points=8,
        needs=("over_budget",),
        inputs=_over_inputs,
        probe=probes.over_budget,
        judge=_judge_over,
        hints=(
            "Go through the limits; the cost of the same name is costs[name].",
            "Keep a name only if its cost is larger than its limit. Equal is not larger.",
            "The share is (cost - limit) / limit.",
        ),
        difficulty=1,
        importance=4,
        minutes=7,
    ),
    Task(
        name="capstone.choose",
        title="Choose from what fits",
        points=16,
        needs=("choose",),
        inputs=_choose_inputs,
        probe=probes.choose,
        judge=_judge_choose,
        hints=(
            "Three steps, each with what the step before has left: those within all limits, those "
            "close to the best, the cheapest. over_budget does the first.",
            "If nothing is left after the first step, return None. Else work out the best mean of "
            "those that are left, not of all.",
            "Keep those with best - mean < noise; min(kept, key=...) with the MACs as key gives "
            "the candidate, and its name is asked for.",
        ),
        difficulty=3,
        importance=5,
        minutes=14,
    ),
    Task(
        name="capstone.design",
        title="Your design",
        points=_DESIGN_POINTS,
        needs=("design",),
        inputs=_design_inputs,
        probe=probes.design,
        judge=_judge_design,
        hints=(
            "Begin with the base and change one thing: replace(base, stages=...) with one row "
            "altered. Look at costs_of(...) after each step: which limit comes first?",
            "MACs are spent where maps are large, in the first stages; kilobytes where channels "
            "are many, in the last stage and the head; milliseconds by each layer. Which of the "
            "three have you left, and where could you spend it?",
            "To double the number of layers is too slow, and to widen everything takes too many "
            "kilobytes. Widen the first stages, or expand more there, or take 5x5 kernels; leave "
            "the last stage and the head as they are.",
        ),
        difficulty=4,
        importance=5,
        minutes=25,
    ),
)

WRITTEN = (Written("capstone.report", "The report", 20, minutes=40),)

#: What describes, prices and times a network: the course asks for none of it here.
_ALLOWED = (
    "effnet_lab.arch", "effnet_lab._validate",
    "effnet_lab.arch.budget", "effnet_lab.arch.convolution", "effnet_lab.arch.cost",
    "effnet_lab.arch.scaling", "effnet_lab.arch.specs", "effnet_lab.nn", "effnet_lab.nn.layers",
    "effnet_lab.nn.measure", "effnet_lab.nn.model",
)  # fmt: skip

ASSIGNMENT = Assignment("capstone", "A network for a small device", None, TASKS, WRITTEN, _ALLOWED)
