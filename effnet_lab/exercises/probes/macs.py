"""Probes of assignment 07, accuracy against MACs.

Each reports its cases as they are after the calls, too: what was given may not be changed.
"""

from collections.abc import Mapping
from typing import Any

from ..plain import Plain
from ..probing import Inputs, call_cases


def mean_and_std(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `mean_and_std` for each case."""
    return call_cases(namespace, "mean_and_std", inputs)


def pareto_front(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `pareto_front` for each case."""
    return call_cases(namespace, "pareto_front", inputs)


def matched_pairs(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `matched_pairs` for each case."""
    return call_cases(namespace, "matched_pairs", inputs)


def compare(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `compare` for each case."""
    return call_cases(namespace, "compare", inputs)


def rank_agreement(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `rank_agreement` for each case."""
    return call_cases(namespace, "rank_agreement", inputs)


def luck_of_the_best(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `luck_of_the_best` for each case."""
    return call_cases(namespace, "luck_of_the_best", inputs)
