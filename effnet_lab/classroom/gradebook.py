"""Scores to and from nbgrader's gradebook, through its own API."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from ..exercises.assignment import Assignment
from ..exercises.task import Task
from .marks import Line, Mark, hash_of, lines_of, read_marks, write_marks
from .store import Store


@contextmanager
def _opened(database: Path) -> Iterator[Any]:
    try:
        from nbgrader.api import Gradebook
    except ImportError as error:
        raise RuntimeError("nbgrader is missing; install effnet-lab[dev]") from error
    before = os.environ["PATH"]
    os.environ["PATH"] = path_with_alembic()
    try:
        # nbgrader's own use of SQLAlchemy warns: nothing that a teacher could change.
        with warnings.catch_warnings(), Gradebook(f"sqlite:///{database.absolute()}") as book:
            warnings.filterwarnings("ignore", message="Object of type <Submitted")
            yield book
    finally:
        os.environ["PATH"] = before


def path_with_alembic() -> str:
    """Return a PATH for nbgrader, which calls alembic by its bare name."""
    scripts = {
        str(Path(str(file.locate())).resolve().parent)
        for file in distribution("alembic").files or ()
        if file.stem == "alembic" and file.parent.name in ("bin", "Scripts")
    }
    return os.pathsep.join([*scripts, os.environ["PATH"]])


def export_scores(store: Store, database: Path) -> int:
    """Write the scores of an assignment into a gradebook; return how many learners it has now.

    Points of checks become automatic scores, marks of written answers manual ones. What the
    gradebook has of other assignments and learners stays as it is.

    Raises
    ------
    RuntimeError
        If nbgrader is not installed.
    """
    lines = [line for line in lines_of(store) if line.record]
    with _opened(database) as book:
        _add_assignment(book, store)
        for line in lines:
            first, _, last = line.learner.name.rpartition(" ")
            book.update_or_create_student(
                line.learner.id, first_name=first, last_name=last, email=line.learner.email
            )
            when = line.record and line.record.time
            stamp = {"timestamp": _utc(when)} if when else {}
            book.update_or_create_submission(store.assignment.folder, line.learner.id, **stamp)
            _export(book, store.assignment, line)
        book.db.commit()
    return len(lines)


def _export(book: Any, assignment: Assignment, line: Line) -> None:
    assert line.record is not None
    name = assignment.folder
    for row in line.record.sheet["rows"]:
        where = (_cells(assignment)[row["task"]], name, name, line.learner.id)
        grade, mark = book.find_grade(*where), line.marks.get(row["task"])
        waits = row["status"] == "by hand" and mark is None
        grade.auto_score = None if waits or mark else row["points"] or 0.0
        grade.manual_score = mark.points if mark else None
        grade.needs_manual_grade = waits
        if mark:
            book.find_comment(*where).manual_comment = mark.comment


def _utc(when: datetime) -> datetime:
    return when.astimezone(UTC).replace(tzinfo=None)  # nbgrader keeps times without a zone


def _add_assignment(book: Any, store: Store) -> None:
    assignment, name = store.assignment, store.assignment.folder
    due = store.course.due.get(name)
    cells = _cells(assignment)
    book.update_or_create_assignment(name, **({"duedate": _utc(due)} if due else {}))
    book.update_or_create_notebook(name, name)
    for part in assignment.parts:
        kind = "code" if isinstance(part, Task) else "markdown"
        book.update_or_create_grade_cell(
            cells[part.name], name, name, max_score=part.points, cell_type=kind
        )
        if kind == "markdown":
            book.update_or_create_solution_cell(cells[part.name], name, name)


def _cells(assignment: Assignment) -> dict[str, str]:
    """Return the ids of the graded cells, by what is asked in them."""
    return {
        part.name: f"{part.cell}-{'check' if isinstance(part, Task) else 'answer'}"
        for part in assignment.parts
    }


@dataclass(frozen=True, slots=True)
class Imported:
    """What came from a gradebook.

    Parameters
    ----------
    marks
        How many marks of written answers were taken over.
    differences
        Where nbgrader's automatic scores are others than ours, in words.
    """

    marks: int
    differences: tuple[str, ...]


def import_scores(store: Store, database: Path) -> Imported:
    """Take over the marks of written answers from a gradebook, and compare all other scores.

    Automatic scores are never taken over: a learner's notebook can set them there.

    Raises
    ------
    ValueError
        If there is no such gradebook, or it lacks the assignment.
    RuntimeError
        If nbgrader is not installed.
    """
    if not database.is_file():
        raise ValueError(f"there is no gradebook {database}")
    marks, taken, differences = read_marks(store), 0, []
    scores, cells = _scores(database, store.assignment.folder), _cells(store.assignment)
    for learner, record in store.records():
        for row in record.sheet["rows"] if record else ():
            auto, manual, comment = scores.get((learner.id, cells[row["task"]]), (None, None, ""))
            text = record.answers.get(row["task"]) if record else None
            if row["points"] is not None and auto not in (None, row["points"]):
                told = f"nbgrader {auto:g}, here {row['points']:g}"
                differences.append(f"{learner.id}, {row['task']}: {told}")
            elif row["points"] is None and manual is not None and text:
                points = min(max(manual, 0.0), row["max_points"])
                mark = Mark(points, comment, hash_of(text))
                marks.marks.setdefault(learner.id, {})[row["task"]] = mark
                taken += 1
    write_marks(store, marks)
    return Imported(taken, tuple(differences))


def _scores(
    database: Path, assignment: str
) -> dict[tuple[str, str], tuple[float | None, float | None, str]]:
    """Return automatic score, manual score and comment by learner and cell."""
    found = {}
    with _opened(database) as book:
        if assignment not in [one.name for one in book.assignments]:
            raise ValueError(f"{database} has no assignment {assignment}")
        for submission in book.assignment_submissions(assignment):
            for notebook in submission.notebooks:
                said = {one.name: one.comment or "" for one in notebook.comments}
                for grade in notebook.grades:
                    key = submission.student.id, grade.name
                    found[key] = grade.auto_score, grade.manual_score, said.get(grade.name, "")
    return found
