"""The live training monitor: switches of a recipe, Start and Stop, and the curve while it grows.

A `scene` is all that it knows; what is said and drawn (`picture`) are pure functions of it.
`widget` joins them, the `controls`, and the process that trains (`background`).
"""

from .widget import training_monitor

__all__ = ["training_monitor"]
