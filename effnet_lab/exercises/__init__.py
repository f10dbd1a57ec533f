"""What an exercise is, and what learners, graders and authors do with it."""

from typing import TYPE_CHECKING

from .._lazy import lazy_names, names_of

if TYPE_CHECKING:  # for authors' tasks: what they are made of is checked, too
    from .._slips import Case as Case
    from .._slips import slip as slip
    from .assignment import Assignment as Assignment
    from .assignment import Written as Written
    from .task import About as About
    from .task import Task as Task

#: Where each public name lives: what a learner's notebook needs, and what an author's tasks need.
_HOME = names_of(
    {
        "assignment": "Assignment Written",
        "learner.exercise": "certificate check hint progress solution",
        "._slips": "Case slip",
        "task": "About Task",
    }
)

__all__ = sorted(_HOME)

__getattr__, __dir__ = lazy_names(__name__, _HOME)
