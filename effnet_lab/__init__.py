"""effnet-lab: EfficientNet from the inside.

Public names are loaded on first use, so that ``import effnet_lab`` is instant and a lesson can
write ``from effnet_lab import B0, cost, EfficientNet``.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

#: Where each public name lives.
_HOME = {
    name: module
    for module, names in {
        "arch": (
            "B0", "CIFAR_BASE", "LITE0", "VARIANTS", "CompoundCoefficients", "NetworkSpec",
            "StageSpec", "compound_grid", "compound_scaled", "cost", "multipliers", "resolve",
            "scaled", "scaled_to_macs",
        ),
        "nn": ("EfficientNet", "MBConv"),
        "experiments.data": ("load_data",),
        "experiments.sweep": ("sweep",),
        "experiments.train": ("quick_train",),
        "experiments.runs": ("Budget", "Recipe", "RunPlan", "RunRecord", "RunStore", "recorded"),
    }.items()
    for name in names
}  # fmt: skip

__all__ = ["__version__", *sorted(_HOME)]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
