"""Probes of assignment 02, MBConv."""

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from ..plain import Plain, plain, same
from ..probing import Inputs, call, call_each


def squeeze_width(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `squeeze_width` for each case."""
    return call_each(namespace, "squeeze_width", inputs["cases"])


def same_padding(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `same_padding` for each case."""
    return call_each(namespace, "same_padding", inputs["cases"])


def squeeze_excite(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `squeeze_excite` on tensors for each case."""
    return _call_on_tensors(namespace, "squeeze_excite", inputs["cases"])


def batch_norm(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `batch_norm` on tensors for each case."""
    return _call_on_tensors(namespace, "batch_norm", inputs["cases"])


def drop_path(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `drop_path` on tensors for each case."""
    return _call_on_tensors(namespace, "drop_path", inputs["cases"])


def mbconv(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `mbconv` on tensors for each case."""
    return _call_on_tensors(namespace, "mbconv", inputs["cases"])


def _call_on_tensors(
    namespace: Mapping[str, Any], name: str, cases: Iterable[Mapping[str, Any]]
) -> Plain:
    """Call a learner's function for each case; report which arguments it changes, too."""
    import torch  # not above: to list the assignments must not take a second

    results, changed = [], []
    for case in cases:
        given = _tensors(copy.deepcopy(case))
        shown = {key: _shown(value) for key, value in case.items()}
        with torch.no_grad(), torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            results.append(call({name: _given(namespace[name], given)}, name, **shown))
        changed.append([key for key in case if not same(plain(given[key]), case[key])])
    return {"results": results, "changed": changed}


def _given(function: Callable[..., Any], tensors: Mapping[str, Any]) -> Callable[..., Any]:
    """Return a function that gets tensors, whatever it is called with."""
    return lambda **shown: function(**tensors)


def _tensors(value: Any) -> Any:
    """Return plain data with tensors in place of arrays, which share their memory."""
    import torch

    if isinstance(value, np.ndarray):
        return torch.from_numpy(value)
    if isinstance(value, dict):
        return {key: _tensors(item) for key, item in value.items()}
    return value


class _Shown(str):
    """Text that is shown without quotes where a call is written out."""

    def __repr__(self) -> str:
        return str(self)


def _shown(value: Any) -> Any:
    """Return what to write for an argument where the call raised an error."""
    if isinstance(value, dict):
        return _Shown(f"{{{', '.join(value)}}}")
    if isinstance(value, np.ndarray):
        shape = tuple(value.shape)
        return value.tolist() if value.ndim == 1 else _Shown(f"tensor of shape {shape}")
    return value
