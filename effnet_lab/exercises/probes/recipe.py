"""Probes of assignment 06, quick training.

Each reports its cases as they are after the calls, too: what was given may not be changed.
"""

from collections.abc import Mapping
from typing import Any

from ..plain import Plain
from ..probing import Inputs, call_cases


def learning_rate(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `learning_rate` for each case."""
    return call_cases(namespace, "learning_rate", inputs)


def augment(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `augment` for each case."""
    return call_cases(namespace, "augment", inputs)


def normalise(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `normalise` for each case."""
    return call_cases(namespace, "normalise", inputs)


def drop_rates(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `drop_rates` for each case."""
    return call_cases(namespace, "drop_rates", inputs)


def smoothed_loss(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `smoothed_loss` for each case."""
    return call_cases(namespace, "smoothed_loss", inputs)


def choose_recipe(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `choose_recipe` for each case."""
    return call_cases(namespace, "choose_recipe", inputs)
