"""Pictures of records and prices; no torch. Names load on first use, and matplotlib with them."""

from .._lazy import lazy_names

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

__getattr__, __dir__ = lazy_names(__name__, _HOME)
