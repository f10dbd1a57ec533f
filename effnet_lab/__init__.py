"""effnet-lab: EfficientNet from the inside.

Public names are loaded on first use, so that ``import effnet_lab`` is instant and a lesson can
write ``from effnet_lab import B0, cost, EfficientNet``. `arch`, `view`, `widgets`, `lessons` and
`exercises` hand on theirs in the same way; lessons and exercises import from these six only.
"""

from ._lazy import lazy_names, names_of

__version__ = "0.2.0"

#: Where each public name lives.
_HOME = names_of(
    {
        "arch": "B0 CIFAR_BASE LITE0 VARIANTS CompoundCoefficients NetworkSpec StageSpec "
        "compound_grid compound_scaled cost multipliers resolve scaled scaled_to_macs",
        "nn": "ConvNormAct EfficientNet MBConv SqueezeExcite StochasticDepth",
        "nn.measure": "count_macs latency_ms torchinfo_macs",
        "nn.pretrained": "pretrained_lite0 probabilities_by_resolution",
        "records.labels": "Labels",
        "records.runs": "Budget Recipe RunPlan RunRecord RunStore recorded",
        "records.statistics": "paired rank_correlation results spearman",
        "training": "augment policy",
        "training.data": "load_data",
        "training.photograph": "photograph",
        "training.optimizer": "learning_rate",
        "training.steps": "Replica Stepper evaluate",
        "training.study": "scaling_families",
        "training.sweep": "sweep",
        "training.train": "Silent quick_train train",
        "blocks.feature_maps": "touched_pixels",
        "blocks.proof": "prove_mbconv",
    }
)

__all__ = ["__version__", *sorted(_HOME)]

__getattr__, __dir__ = lazy_names(__name__, _HOME)
