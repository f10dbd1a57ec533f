"""What an exercise is, and what learners, graders and authors do with it."""

from .._lazy import lazy_names, names_of

#: Where each public name lives: what a learner's notebook needs, and what an author's tasks need.
_HOME = names_of(
    {
        "assignment": "Assignment Written",
        "learner.exercise": "certificate check hint progress solution",
        "slips": "Case slip",
        "task": "Task",
    }
)

__all__ = sorted(_HOME)

__getattr__, __dir__ = lazy_names(__name__, _HOME)
