"""Probes of assignment 04, one dimension at a time."""

from collections.abc import Mapping
from typing import Any

from ..plain import Plain
from ..probing import Inputs, call_cases, call_each


def scaled_channels(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `scaled_channels` for each case."""
    return call_each(namespace, "scaled_channels", inputs["cases"])


def scaled_layers(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `scaled_layers` for each case; report the lists as they are afterwards, too."""
    return call_cases(namespace, "scaled_layers", inputs)


def scaled_macs(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `scaled_macs` for each case; report the tables as they are afterwards, too."""
    return call_cases(namespace, "scaled_macs", inputs)


def receptive_field(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `receptive_field` for each case; report the tables as they are afterwards, too."""
    return call_cases(namespace, "receptive_field", inputs)


def largest_within(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `largest_within` for each case; report the tables as they are afterwards, too."""
    return call_cases(namespace, "largest_within", inputs)


def gains(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `gains` for each case; report the records as they are afterwards, too."""
    return call_cases(namespace, "gains", inputs)
