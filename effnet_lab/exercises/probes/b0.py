"""Probes of assignment 03, EfficientNet-B0 from a table."""

import copy
from collections.abc import Mapping
from typing import Any

from ..plain import Plain, plain, same
from ..probing import Inputs, call


def blocks_of(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `blocks_of` for each case."""
    return _called(namespace, "blocks_of", inputs)


def map_sides(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `map_sides` for each case."""
    return _called(namespace, "map_sides", inputs)


def drop_rates(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `drop_rates` for each case."""
    return _called(namespace, "drop_rates", inputs)


def stage_params(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `stage_params` for each case."""
    return _called(namespace, "stage_params", inputs)


def network_macs(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `network_macs` for each case."""
    return _called(namespace, "network_macs", inputs)


def best_strides(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `best_strides` for each case."""
    return _called(namespace, "best_strides", inputs)


def _called(namespace: Mapping[str, Any], name: str, inputs: Inputs) -> Plain:
    """Call a learner's function for each case; report which arguments it changes, too."""
    results, changed = [], []
    for case in inputs["cases"]:
        given = copy.deepcopy(case)
        results.append(call(namespace, name, **given))
        changed.append([key for key in case if not same(plain(given[key]), case[key])])
    return {"results": results, "changed": changed}
