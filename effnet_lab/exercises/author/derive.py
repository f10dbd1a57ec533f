"""Exercises are derived from solutions: `effnet-lab exercise derive`.

By hand one writes the question (a cell "NAME-task") and the solution ("NAME"); a task's card, its
check, what nbgrader must know, and texts that follow from records are written here. nbgrader's own
converter then takes out what stands between the solution marks and every written answer. Nothing
but the notebook is looked at, so nothing else of a solution's folder can get into `exercises/`. The
same source gives the same bytes.
"""

import json
import logging
import re
import tempfile
from pathlib import Path
from typing import Any

from ..._files import write_atomically
from ..assignment import Assignment, Written
from ..task import Task

#: What a question begins with, as it was written here before.
_CARD = re.compile(r"\A## [^\n]*\n\n\*(Difficulty|In your own words)[^\n]*\*\n\n")

Notebook = dict[str, Any]


def completed(notebook: Notebook, assignment: Assignment) -> Notebook:
    """Return a solution notebook with all that can be derived: cards, checks, metadata.

    Raises
    ------
    ValueError
        If the cell of a question or an answer is missing.
    """
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    checks: dict[str, Any] = {}
    for written in assignment.written:
        for name, text in written.cells().items():
            cells[name]["source"] = text.splitlines(keepends=True)
    for part in assignment.parts:
        question, answer = f"{part.cell}-task", _answer_of(part)
        for name in (question, answer):
            if name not in cells:
                raise ValueError(f"{assignment.folder} has no cell {name!r} for {part.name}")
        text = _CARD.sub("", "".join(cells[question]["source"]))
        cells[question]["source"] = f"{part.card}\n\n{text}".splitlines(keepends=True)
        cells[question]["metadata"] = _marks(question, locked=True)
        if isinstance(part, Task):
            cells[answer]["metadata"] = _marks(answer, solution=True)
            checks[answer] = _check_cell(part)
        else:
            cells[answer]["metadata"] = _marks(answer, solution=True, points=part.points)
    kept = [
        cell for cell in notebook["cells"] if cell["id"] not in {c["id"] for c in checks.values()}
    ]
    placed = [one for cell in kept for one in (cell, checks.get(cell["id"])) if one]
    return {**notebook, "cells": placed}


def _answer_of(part: Task | Written) -> str:
    return part.cell if isinstance(part, Task) else f"{part.cell}-answer"


def _marks(
    name: str, *, locked: bool = False, solution: bool = False, points: float | None = None
) -> Notebook:
    graded = {"grade": points is not None, "grade_id": name, "locked": locked}
    worth = {} if points is None else {"points": points}
    return {
        "nbgrader": {**graded, **worth, "schema_version": 3, "solution": solution, "task": False}
    }


def _check_cell(task: Task) -> Notebook:
    name = f"{task.cell}-check"
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": _marks(name, locked=True, points=task.points),
        "outputs": [],
        "source": [f'check("{task.name}")'],
    }


def exercise_text(solution: Path) -> str:
    """Return the exercise of a solution notebook, as the text of its file.

    Raises
    ------
    RuntimeError
        If nbgrader cannot convert it, or is not installed.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        source = place / "source" / solution.stem / solution.name
        source.parent.mkdir(parents=True)
        source.write_bytes(solution.read_bytes())
        _generate(place, solution.stem)
        made = place / "release" / solution.stem / solution.name
        if not made.exists():
            raise RuntimeError(f"nbgrader made no exercise of {solution.name}; see its log above")
        return notebook_text(json.loads(made.read_text(encoding="utf-8")))


def notebook_text(notebook: Any) -> str:
    """Write a notebook as Jupyter does, with ids and without outputs."""
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _generate(course: Path, assignment: str) -> None:
    try:
        from nbgrader.converters import GenerateAssignment
        from nbgrader.coursedir import CourseDirectory
        from traitlets.config import Config
    except ImportError as error:
        raise RuntimeError("nbgrader is missing; install effnet-lab[dev]") from error
    config = Config()
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.source_directory = "source"
    config.CourseDirectory.release_directory = "release"
    config.CourseDirectory.assignment_id = assignment
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    config.NbConvertBase.log_level = logging.ERROR
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
    converter.log.setLevel(logging.ERROR)
    converter.start()


def derive(assignment: Assignment, folder: Path | None = None) -> bool:
    """Complete an assignment's solution and write its exercise anew; return whether one changed.

    Raises
    ------
    RuntimeError, ValueError
        As for `exercise_text` and `completed`.
    """
    solution, target = (assignment.notebook(kind, folder) for kind in ("solutions", "exercises"))
    notebook = completed(json.loads(solution.read_text(encoding="utf-8")), assignment)
    changed = _written(solution, notebook_text(notebook))
    return _written(target, exercise_text(solution)) or changed


def _written(path: Path, text: str) -> bool:
    """Write a file if that changes it; return whether it does."""
    if path.exists() and path.read_bytes() == text.encode():
        return False
    write_atomically(path, text.encode())
    return True
