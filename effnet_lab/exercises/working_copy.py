"""The learner's own copies of exercises, in `work/`: nothing here ever writes over one."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from .._files import keep_backup
from .._learner import WORK, course_folder
from .assignment import ASSIGNMENTS, Assignment


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """A learner's copy of an exercise.

    Parameters
    ----------
    assignment
        Of what.
    folder
        Where it is, or would be.
    """

    assignment: Assignment
    folder: Path

    @property
    def notebook(self) -> Path:
        """The notebook to work in."""
        return self.folder / f"{self.assignment.folder}.ipynb"

    @property
    def started(self) -> bool:
        """Whether there is one."""
        return self.folder.exists()


def working_copy(assignment: Assignment, course: Path | None = None) -> WorkingCopy:
    """Return where the working copy of an assignment is, or would be."""
    root = course or course_folder()
    return WorkingCopy(assignment, root / WORK / assignment.folder)


def start(assignment: Assignment, course: Path | None = None) -> tuple[WorkingCopy, bool]:
    """Copy an exercise into `work/`, unless it is there; return it, and whether it is new.

    Raises
    ------
    RuntimeError
        If there is no such exercise in the course's folder.
    """
    root = course or course_folder()
    copy = working_copy(assignment, root)
    if copy.started:
        return copy, False
    source = assignment.notebook("exercises", root).parent
    if not source.is_dir():
        raise RuntimeError(f"there is no {source}")
    copy.folder.parent.mkdir(parents=True, exist_ok=True)
    # Beside its place first, then moved there: no half of a copy is ever taken for one.
    half = copy.folder.with_name(f".{copy.folder.name}.{os.getpid()}.tmp")
    shutil.rmtree(half, ignore_errors=True)
    try:
        shutil.copytree(source, half, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        half.rename(copy.folder)
    except OSError:
        if not copy.folder.exists():
            raise
        return copy, False  # someone else was faster
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return copy, True


def reset(assignment: Assignment, course: Path | None = None) -> tuple[WorkingCopy, Path | None]:
    """Start anew; return the new copy, and where the old one is now, if there was one."""
    root = course or course_folder()
    copy = working_copy(assignment, root)
    backup = keep_backup(copy.folder)
    return start(assignment, root)[0], backup


def working_copies(course: Path | None = None) -> list[WorkingCopy]:
    """Return where the working copies of all assignments are, or would be."""
    root = course or course_folder()
    return [working_copy(assignment, root) for assignment in ASSIGNMENTS.values()]
