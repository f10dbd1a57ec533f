"""Probes of assignment 01, counting cost."""

from collections.abc import Mapping
from typing import Any

from ..plain import Plain
from ..probing import Inputs, call_cases, call_each


def conv_params(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `conv_params` for each case."""
    return call_each(namespace, "conv_params", inputs["cases"])


def conv_macs(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `conv_macs` for each case."""
    return call_each(namespace, "conv_macs", inputs["cases"])


def separable_share(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `separable_share` for each case."""
    return call_each(namespace, "separable_share", inputs["cases"])


def intensity(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `intensity` for each case."""
    return call_each(namespace, "intensity", inputs["cases"])


def network_macs(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `network_macs` for each case; report the tables as they are afterwards, too."""
    return call_cases(namespace, "network_macs", inputs)


def activation_bytes(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `activation_bytes` for each case; report the tables as they are afterwards, too."""
    return call_cases(namespace, "activation_bytes", inputs)
