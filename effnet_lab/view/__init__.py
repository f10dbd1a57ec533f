"""Pictures of records and prices; no torch. Names load on first use, and matplotlib with them."""

from .._lazy import lazy_names

#: Where each public name lives.
_HOME = {
    "LiveCurve": "plots.live",
    "Picture": "picture",
    "accuracy_vs_macs": "plots.accuracy",
    "cost_bars": "plots.accuracy",
    "pareto_front": "plots.accuracy",
    "training_curves": "plots.accuracy",
}

__all__ = sorted(_HOME)

__getattr__, __dir__ = lazy_names(__name__, _HOME)
