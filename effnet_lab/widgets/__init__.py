"""Widgets: each a pure `render(state)` and a thin shell, `panel.Panel`.

Those that run torch, for a learner's own block and for training, load it on first use.
"""

from .._lazy import lazy_names, names_of
from .conv_costs import conv_costs
from .kernel_steps import kernel_steps
from .pareto_explorer import pareto_explorer
from .resolution_probe import RESOLUTIONS, resolution_probe
from .scaling_lab import scaling_lab

#: Where the public names live that bring torch.
_HOME = names_of(
    {
        "mbconv": "calibrate mbconv_explorer photograph_features picture_gates",
        "monitor": "training_monitor",
    }
)

__all__ = [
    "RESOLUTIONS",
    "conv_costs",
    "kernel_steps",
    "pareto_explorer",
    "resolution_probe",
    "scaling_lab",
    *sorted(_HOME),
]

__getattr__, __dir__ = lazy_names(__name__, _HOME)
