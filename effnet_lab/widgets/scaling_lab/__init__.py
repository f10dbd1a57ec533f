"""The Scaling lab: scale a baseline in width, depth and resolution, and see what it becomes.

`bench` is what is fixed for a baseline, `readout` the values that a network has in a picture that
`template` lays out once, and `lab` the widget.
"""

from .lab import scaling_lab

__all__ = ["scaling_lab"]
