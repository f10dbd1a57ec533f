"""How far a learner is: a plain local file, of which nothing is ever lost."""

import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from ..._learner import progress_path, read_kept, write_kept
from ...view.result import CheckResult, CheckStatus
from ..assignment import Assignment
from ..task import Task

#: Set by nbgrader in the kernel in which it runs a learner's notebook.
NBGRADER = "NBGRADER_EXECUTION"

_ORDER: tuple[CheckStatus, ...] = ("not attempted", "incorrect", "correct")


@dataclass(slots=True)
class TaskProgress:
    """What a learner has done with one task.

    Parameters
    ----------
    status, points
        The best so far.
    checks, hints
        How many were asked for.
    solution
        Whether the solution was shown.
    last
        When something was done last, in local time.
    """

    status: CheckStatus = "not attempted"
    points: float = 0.0
    checks: int = 0
    hints: int = 0
    solution: bool = False
    last: str = ""

    def add(self, result: CheckResult) -> None:
        """Count a check; the best result stays."""
        self.checks += 1
        self.status = max(self.status, result.status, key=_ORDER.index)
        self.points = max(self.points, result.points)


@dataclass(slots=True)
class Progress:
    """What a learner has done with all tasks, by name.

    Parameters
    ----------
    tasks
        Those that were tried.
    """

    tasks: dict[str, TaskProgress] = field(default_factory=dict)

    def of(self, task: Task) -> TaskProgress:
        """Return what was done with a task."""
        return self.tasks.get(task.name, TaskProgress())

    def points(self, assignment: Assignment) -> float:
        """Return the points of an assignment so far, those given by hand left out."""
        return sum(min(self.of(task).points, task.points) for task in assignment.tasks)


def under_nbgrader() -> bool:
    """Whether nbgrader runs this notebook: the progress here is the teacher's, and left alone."""
    return NBGRADER in os.environ


def read_progress(path: Path | None = None) -> tuple[Progress, Path | None]:
    """Read the progress; a file that cannot be read is put aside.

    Returns
    -------
    progress, aside
        `aside` is where such a file is now.
    """
    if under_nbgrader():
        return Progress(), None
    return read_kept(path or progress_path(), _parsed, Progress())


def _parsed(found: Any) -> Progress:
    known = {part.name: part.type for part in fields(TaskProgress)}
    tasks = {}
    for name, values in found["tasks"].items():
        # What a later version has added is left out, but a value of another type is no progress.
        task = TaskProgress(**{key: value for key, value in values.items() if key in known})
        if task.status not in _ORDER or task.points < 0 or task.checks < 0 or task.hints < 0:
            raise ValueError(f"{name} has impossible values")
        tasks[name] = task
    return Progress(tasks)


def update(
    task: Task, change: Callable[[TaskProgress], None], path: Path | None = None
) -> tuple[TaskProgress, Path | None]:
    """Change what is known of one task; return it, and where an unreadable file was put.

    The file is read again just before, so that two notebooks can be open at once.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    path = path or progress_path()
    progress, aside = read_progress(path)
    mine = progress.tasks.setdefault(task.name, TaskProgress())
    change(mine)
    if under_nbgrader():
        return mine, None
    mine.last = time.strftime("%Y-%m-%d %H:%M:%S")
    write_kept(path, asdict(progress))
    return mine, aside
