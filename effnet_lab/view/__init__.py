"""Pictures of records and prices; no torch. Names load on first use, and matplotlib with them."""

from importlib import import_module
from typing import Any

#: Where each public name lives.
_HOME = {
    "LiveCurve": "live",
    "Picture": "picture",
    "accuracy_vs_macs": "plots",
    "cost_bars": "plots",
    "pareto_front": "plots",
    "training_curves": "plots",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
