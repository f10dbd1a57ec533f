"""Widgets: each a pure `render(state)` and a thin shell, `panel.Panel`.

The one for a learner's own block, which runs torch, is `explorer.mbconv_explorer`.
"""

from .conv_costs import conv_costs
from .kernel_steps import kernel_steps
from .pareto_explorer import pareto_explorer
from .resolution_probe import resolution_probe
from .scaling_lab import scaling_lab

__all__ = ["conv_costs", "kernel_steps", "pareto_explorer", "resolution_probe", "scaling_lab"]
