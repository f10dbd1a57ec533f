"""Widgets: each a pure `render(state)` and a thin shell. Names load on first use."""

from importlib import import_module
from typing import Any

#: Where each public name lives.
_HOME = {
    "conv_costs": "conv_costs",
    "kernel_steps": "kernel_steps",
    "resolution_probe": "resolution_probe",
    "scaling_lab": "scaling_lab",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Not kept: the module of a widget has the widget's name, and the import sets it too.
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
