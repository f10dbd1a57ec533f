"""The inventory as a notebook, and what a class answers: data that nobody runs, worth no points."""

import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..._files import write_atomically
from ...exercises.assignment import Assignment
from ...exercises.author.derive import notebook_text
from ...exercises.notebook import BadNotebookError, read_cells
from ..course import Course
from ..files import RefusedError, opened
from ..store import Store
from ..submissions import Found, find_submissions
from .questions import Question, questions

#: When it is given.
TIMES = ("before", "after")

#: Learner -> question -> letter.
Answers = Mapping[str, Mapping[str, str]]

_ABOUT = """\
# Concept inventory, {when} the course

*Twelve questions, about ten minutes. No points: your teacher sees what the class as a whole knows \
{when} the course.*

Answer by yourself, without looking anything up. Write the letter of one choice between the \
quotes: `""` becomes `"b"`. Leave empty what you do not know. Save the notebook, and hand it in; \
it need not be run.
"""


def part(when: str) -> Assignment:
    """Return its name and folder, as of an assignment with nothing to check."""
    return Assignment(f"Concept inventory, {when}", (), home=Path(f"inventory_{when}"))


def notebook(when: str) -> str:
    """Return the text of the notebook that learners get, without keys."""
    cells = [_cell("markdown", "title", _ABOUT.format(when=when))]
    for number, one in enumerate(questions(), 1):
        choices = "\n".join(f"- **{letter}** · {text}" for letter, text in one.choices.items())
        cells.append(
            _cell("markdown", f"{one.name}-task", f"## {number}\n\n{one.text}\n\n{choices}")
        )
        cells.append(_cell("code", f"{one.name}-answer", f'{one.name} = ""  # a, b, c or d'))
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return notebook_text({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def _cell(kind: str, name: str, text: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": name.replace("_", "-"), "metadata": {}}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return {**cell, "source": text.strip().splitlines(keepends=True)}


def read_answers(content: bytes) -> dict[str, str]:
    """Return the letters that a notebook gives; what is no letter of a choice is left out."""
    with tempfile.NamedTemporaryFile(suffix=".ipynb") as file:
        file.write(content)
        file.flush()
        try:
            cells = read_cells(Path(file.name))
        except BadNotebookError:
            return {}
    code = "\n".join(cell.source for cell in cells if cell.kind == "code")
    found = {one.name: _letter(one, code) for one in questions()}
    return {name: letter for name, letter in found.items() if letter}


def _letter(question: Question, code: str) -> str:
    pattern = rf"^[ \t]*{question.name}[ \t]*=[ \t]*[\"']?[ \t]*([a-d])\b"
    letters = re.findall(pattern, code, re.MULTILINE | re.IGNORECASE)
    return letters[-1].lower() if letters else ""


def collect(course: Course, source: Path, when: str) -> Found:
    """Read the answers of a class, and keep them; whoever hands nothing in has none.

    Parameters
    ----------
    course
        Whose roster says who is who.
    source
        A folder or a zip, as for `grade_class`.
    when
        One of `TIMES`.

    Raises
    ------
    ValueError
        If the submissions or the roster cannot be understood.
    OSError
        If something cannot be read or written.
    """
    answers = {}
    with opened(source) as files:
        found = find_submissions(course, part(when), files)
        for one in found.submissions:
            try:
                answers[one.learner.id] = read_answers(one.entry.read())
            except RefusedError:
                answers[one.learner.id] = {}
    text = json.dumps(answers, indent=1) + "\n"
    write_atomically(Store(course, part(when)).folder / "answers.json", text.encode())
    return found


def kept_answers(course: Course, when: str) -> Answers:
    """Return what was collected in this term; nothing if nothing was."""
    path = Store(course, part(when)).folder / "answers.json"
    return json.loads(path.read_bytes()) if path.exists() else {}
