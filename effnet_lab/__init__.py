"""effnet-lab: EfficientNet from the inside.

Public names are loaded on first use, so that ``import effnet_lab`` is instant and a lesson can
write ``from effnet_lab import B0, cost, EfficientNet``.
"""

from ._lazy import lazy_names

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
        "training.data": ("load_data",),
        "training.sweep": ("sweep",),
        "training.train": ("quick_train",),
        "records.runs": ("Budget", "Recipe", "RunPlan", "RunRecord", "RunStore", "recorded"),
    }.items()
    for name in names
}  # fmt: skip

__all__ = ["__version__", *sorted(_HOME)]

__getattr__, __dir__ = lazy_names(__name__, _HOME)
