"""Probes of assignment 09, the capstone.

Each reports its cases as they are after the calls, too: what was given may not be changed.
"""

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from typing import Any

from ..plain import Plain, type_name
from ..probing import Inputs, call_cases


def fit_latency(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `fit_latency` for each case."""
    return call_cases(namespace, "fit_latency", inputs)


def predict_latency(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `predict_latency` for each case."""
    return call_cases(namespace, "predict_latency", inputs)


def worst_error(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `worst_error` for each case."""
    return call_cases(namespace, "worst_error", inputs)


def weight_kilobytes(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `weight_kilobytes` for each case."""
    return call_cases(namespace, "weight_kilobytes", inputs)


def over_budget(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `over_budget` for each case."""
    return call_cases(namespace, "over_budget", inputs)


def choose(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `choose` for each case."""
    return call_cases(namespace, "choose", inputs)


def design(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `design`, and take the network that it gives apart into its fields.

    Its name is left out, as nothing depends on it.
    """
    spec = namespace["design"]()
    is_spec = is_dataclass(spec) and not isinstance(spec, type)
    fields = asdict(spec) if is_spec else {}
    fields.pop("name", None)
    return {"type": type_name(spec), "fields": fields}
