"""What an exercise is, and what learners, graders and authors do with it."""

from .._lazy import lazy_names, names_of

#: Where each public name lives: those that a learner's notebook needs.
_HOME = names_of({"learner.exercise": "certificate check hint progress solution"})

__all__ = sorted(_HOME)

__getattr__, __dir__ = lazy_names(__name__, _HOME)
