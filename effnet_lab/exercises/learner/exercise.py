"""For the learner in an exercise: check, hint, solution, progress, certificate.

`check` looks at what the notebook defines; nothing is handed in. In a grader's worker a stand-in
takes this module's place, whose functions do nothing.
"""

import contextlib
import html
import io
import re
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...view.cards import STATUSES, card_html, card_text, fold_html
from ...view.result import CheckResult
from ..assignment import (
    ASSIGNMENTS,
    Assignment,
    Written,
    find_part,
    find_task,
    find_with_assignment,
)
from ..grader.borrowed import borrowed
from ..notebook import BadNotebookError, Cell, read_cells, written_answer
from ..task import Task, run_in_time
from ..working_copy import working_copy
from .certificate import write_certificate
from .progress import Progress, TaskProgress, read_progress, under_nbgrader, update

__all__ = ["certificate", "check", "hint", "progress", "solution"]

#: Words that an answer of one's own has at least, before a model answer is shown.
_LEAST_WORDS = 40

#: Lines printed by the learner's code that are shown above a card.
_MOST_LINES = 10


@dataclass(frozen=True, slots=True)
class Card:
    """A card that shows itself, and its text.

    Parameters
    ----------
    status
        One of `view.cards.STATUSES`.
    title
        One sentence.
    body
        What stands below it, as text and as HTML.
    body_html
        The same as HTML.
    word
        In place of the status's own.
    """

    status: str
    title: str
    body: str = ""
    body_html: str = ""
    word: str = ""

    def _repr_html_(self) -> str:
        return card_html(self.status, self.title, self.body_html, word=self.word)

    def __repr__(self) -> str:
        text = card_text(self.status, self.title, self.body)
        return text.replace(STATUSES[self.status].word, self.word, 1) if self.word else text


def check(name: str) -> CheckResult | float:
    """Check a task of this notebook; the result shows itself as a card.

    Where nbgrader runs the notebook the card is shown, and the points are returned as a number,
    which nbgrader takes for the score; any other value it would take for all points.

    Parameters
    ----------
    name
        Such as "mbconv.squeeze_excite".

    Raises
    ------
    ValueError
        If there is no such task.
    """
    task, assignment = find_with_assignment(name)
    printed = io.StringIO()
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),  # nbgrader takes a line there for a failure
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        result = _checked(task, assignment.allowed, sys._getframe(1).f_globals)
    _show_printed(printed.getvalue())
    if under_nbgrader():
        _display(result)
        return result.points
    _remember(task, lambda mine: mine.add(result))
    return result


def _display(result: CheckResult) -> None:
    from IPython.display import display

    display(result)  # type: ignore[no-untyped-call]


def _checked(task: Task, allowed: Sequence[str], namespace: dict[str, Any]) -> CheckResult:
    """Try a task out; what a grader would not run is not right here either."""
    result = run_in_time(task, namespace)
    taken = borrowed(namespace, task.required, allowed) if result.passed else None
    if taken is None:
        return result
    return CheckResult(
        "incorrect",
        f"The answers are right, but they come from {taken}, which this exercise may not use; a "
        "grader refuses it. Write it yourself.",
        "borrowed",
        max_points=task.points,
    )


def _show_printed(text: str) -> None:
    lines = text.splitlines()
    for line in lines[:_MOST_LINES]:
        print(line[:200])
    if len(lines) > _MOST_LINES:
        print(f"... and {len(lines) - _MOST_LINES:,} more lines")


def _remember(task: Task, change: Callable[[TaskProgress], None]) -> TaskProgress:
    """Note something in the progress; not being able to is no reason to stop."""
    try:
        mine, aside = update(task, change)
    except OSError as error:
        print(f"Your progress could not be saved: {error}")
        mine = TaskProgress()
        change(mine)
        return mine
    _tell_aside(aside)
    return mine


def _tell_aside(aside: Path | None) -> None:
    if aside is not None:
        print(f"Your progress could not be read; a new file begins, the old one is {aside}")


def hint(name: str) -> Card:
    """Show the next hint for a task; there are three.

    Raises
    ------
    ValueError
        If there is no such task.
    """
    task = find_task(name)

    def next_one(mine: TaskProgress) -> None:
        mine.hints = min(mine.hints + 1, len(task.hints))

    number = _remember(task, next_one).hints
    text = task.hints[number - 1]
    before = task.hints[: number - 1]
    items = "".join(f"<li>{html.escape(one)}</li>" for one in before)
    return Card(
        "hint",
        text,
        "\n".join(before),
        fold_html("Hints before", f"<ol>{items}</ol>") if before else "",
        f"Hint {number} of {len(task.hints)}",
    )


def solution(name: str, *, really: bool = False) -> "Card | ModelAnswer":
    """Show the solution of a task, after having been asked twice.

    Of a question to be answered in words it is a model answer, and how points are given, once an
    answer of your own stands in the notebook, saved.

    Parameters
    ----------
    name
        Such as "mbconv.squeeze_excite".
    really
        Show it; your progress notes that it was shown.

    Raises
    ------
    ValueError
        If there is no such task.
    """
    task, assignment = find_part(name)
    if isinstance(task, Written):
        return _model_answer(task, assignment)
    if not really:
        return Card(
            "solution",
            "Have you had all three hints? It is noted in your progress that you saw the solution. "
            f'To see it: solution("{name}", really=True)',
        )
    code = _solution_code(task, assignment)
    if code is None:
        return Card("solution", "Your teacher keeps the solutions.")

    def seen(mine: TaskProgress) -> None:
        mine.solution = True

    _remember(task, seen)
    page = f"<pre>{html.escape(code)}</pre>"
    return Card("solution", f"One way to write {task.required[0]}.", code, page)


def _solution_code(task: Task, assignment: Assignment) -> str | None:
    """Return a task's solution, if the folder of solutions is at hand."""
    for cell in _cells(assignment.notebook, "solutions"):
        if task.cell in cell.names:
            lines = cell.source.splitlines()
            return "\n".join(line for line in lines if not line.strip().startswith("### "))
    return None


def _cells(place: Callable[..., Path], *which: str) -> list[Cell]:
    """Return the cells of a notebook; none if it is not at hand."""
    try:
        return read_cells(place(*which))
    except (BadNotebookError, OSError, RuntimeError):
        return []


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """A model answer that shows itself, and how points are given.

    Parameters
    ----------
    text
        Markdown.
    """

    text: str

    def _repr_markdown_(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text


def _model_answer(asked: Written, assignment: Assignment) -> "Card | ModelAnswer":
    here = Path.cwd() / f"{assignment.folder}.ipynb"
    mine = here if here.exists() else working_copy(assignment).notebook
    own = written_answer(_cells(lambda: mine), f"{asked.cell}-answer")
    if (words := len(own.split())) < _LEAST_WORDS:
        return Card(
            "todo",
            f"Write an answer of your own first, and save the notebook: in {mine.name} it has "
            f"{words} words; a model answer is shown beside {_LEAST_WORDS} or more.",
        )
    texts = {name: c.source for c in _cells(assignment.notebook, "solutions") for name in c.names}
    if f"{asked.cell}-answer" not in texts:
        return Card("solution", "Your teacher keeps the solutions.")
    points = re.findall(r"\*\(([^*]*\bpoints?\b[^*]*)\)\*", texts[f"{asked.cell}-task"])
    rubric = "\n".join(f"{number}. {one}" for number, one in enumerate(points, 1))
    return ModelAnswer(
        f"### A model answer\n\nYours may say it otherwise, or other things that are right.\n\n"
        f"{texts[f'{asked.cell}-answer']}\n\n### How points are given\n\n{rubric}\n"
    )


# ------------------------------------------------------------------ how far


@dataclass(frozen=True, slots=True)
class Overview:
    """How far a learner is, with a bar for each assignment.

    Parameters
    ----------
    progress
        What was done.
    assignments
        Which ones to show.
    """

    progress: Progress
    assignments: tuple[Assignment, ...]

    def _rows(self) -> list[tuple[str, float, float, str]]:
        return [
            (f"{a.number:02d} {a.title}", self.progress.points(a), a.points, self._remark(a))
            for a in self.assignments
        ]

    def _remark(self, assignment: Assignment) -> str:
        done = [self.progress.of(task) for task in assignment.tasks]
        right = sum(task.status == "correct" for task in done)
        shown = sum(task.solution for task in done)
        seen = f", {shown} solution{'s' * (shown > 1)} seen" if shown else ""
        return f"{right} of {len(done)} tasks{seen}"

    def _repr_html_(self) -> str:
        rows = "".join(_bar_row(*row) for row in self._rows())
        table = f'<table style="width: 100%"><tbody>{rows}</tbody></table>'
        return self._card(table)._repr_html_()

    def _title(self) -> str:
        got = sum(self.progress.points(a) for a in self.assignments)
        return f"{got:g} of {sum(a.points for a in self.assignments):g} points checked so far."

    def __repr__(self) -> str:
        width = max((len(row[0]) for row in self._rows()), default=0)
        lines = []
        for title, points, most, remark in self._rows():
            filled = round(20 * points / most)
            bar = "█" * filled + "░" * (20 - filled)
            lines.append(f"{title:{width}}  {bar}  {points:g} of {most:g} points, {remark}")
        return repr(self._card(text="\n".join(lines)))

    def _card(self, page: str = "", text: str = "") -> Card:
        return Card("exercise", self._title(), text, page, "Progress")


def _bar_row(title: str, points: float, most: float, remark: str) -> str:
    part = 100 * points / most
    bar = (
        f'<div role="progressbar" aria-label="{html.escape(title)}" aria-valuemin="0" '
        f'aria-valuemax="{most:g}" aria-valuenow="{points:g}" style="border: 1px solid '
        'currentColor; height: 0.8em; min-width: 6em"><div style="height: 100%; '
        f"width: {part:.0f}%; background: var(--jp-success-color1, currentColor)"
        '"></div></div>'
    )
    return (
        f'<tr><th scope="row" style="text-align: left">{html.escape(title)}</th>'
        f'<td style="width: 30%">{bar}</td>'
        f'<td style="text-align: left">{points:g} of {most:g} points, {html.escape(remark)}</td>'
        "</tr>"
    )


def progress() -> Overview:
    """Show how far you are in all assignments."""
    found, aside = read_progress()
    _tell_aside(aside)
    return Overview(found, tuple(ASSIGNMENTS.values()))


def certificate(name: str) -> Card:
    """Write a certificate, once 80% of all points that are checked are there.

    Parameters
    ----------
    name
        Yours, as it shall stand there.

    Raises
    ------
    ValueError
        If the name is empty.
    """
    found, aside = read_progress()
    _tell_aside(aside)
    path, message = write_certificate(name, found, tuple(ASSIGNMENTS.values()))
    if path is None:
        return Card("todo", message, word="Not yet")
    return Card("right", message, str(path), f"<p>{html.escape(str(path))}</p>", "Certificate")
