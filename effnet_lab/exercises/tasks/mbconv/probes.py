"""Probes that call a function with tensors, and take nothing else back."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...plain import NotPlainError, Plain
from ...probing import Inputs, call_each


def squeeze_excite(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `squeeze_excite` for each case."""
    return call_with_tensors(namespace, inputs, "squeeze_excite")


def batch_norm(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `batch_norm` for each case."""
    return call_with_tensors(namespace, inputs, "batch_norm")


def drop_path(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `drop_path` for each case."""
    return call_with_tensors(namespace, inputs, "drop_path")


def mbconv(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `mbconv` for each case."""
    return call_with_tensors(namespace, inputs, "mbconv")


def call_with_tensors(namespace: Mapping[str, Any], inputs: Inputs, name: str) -> Plain:
    """Do as `probing.call_cases`, with tensors in place of arrays."""
    import torch  # not above: to list the assignments must not take a second

    cases = tensors(inputs["cases"])
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return {
            "results": call_each({name: _checked(namespace[name])}, name, cases),
            "after": cases,
        }


def _checked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the same function, which must give no arrays: what calls it next would fail."""

    def called(**case: Any) -> Any:
        value = function(**case)
        if any(isinstance(one, np.ndarray) for one in (value, *_items(value))):
            raise NotPlainError("a numpy array in place of a tensor")
        return value

    return called


def _items(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else ()


def tensors(value: Any) -> Any:
    """Return plain data with tensors in place of arrays; they share their memory."""
    import torch

    if isinstance(value, np.ndarray):
        return torch.from_numpy(value)
    if isinstance(value, dict):
        return {key: tensors(item) for key, item in value.items()}
    return [tensors(item) for item in value] if isinstance(value, list) else value
