"""What a grader found: a row for each task, and a total."""

import html
from dataclasses import asdict, dataclass
from typing import Any, Literal

from ...view.cards import STATUSES, card_html, fold_html
from ...view.picture import table_html

RowStatus = Literal["not attempted", "incorrect", "correct", "by hand"]

#: What keeps a notebook away from the machine.
Isolation = Literal["bubblewrap", "container", "none"]

ISOLATIONS: dict[Isolation, str] = {
    "bubblewrap": "Run in a sandbox (bubblewrap).",
    "container": "Run in a container.",
    "none": "Run WITHOUT a sandbox: it could read and change whatever its grader can.",
}

#: Each status of a row as a status of a card, from which it takes its sign and its word.
_CARDS = {"not attempted": "todo", "incorrect": "wrong", "correct": "right"}


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One task.

    Parameters
    ----------
    task, title
        Its name, and in words.
    points
        None if they are given by hand.
    max_points
        To be had.
    status
        How it stands.
    message
        Why. It may hold text that the learner wrote.
    slip
        The mistake's name, if it is a known one.
    """

    task: str
    title: str
    points: float | None
    max_points: float
    status: RowStatus
    message: str
    slip: str | None = None


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """The outcome of grading one notebook: prints as text, shows itself as a table.

    Parameters
    ----------
    assignment
        Name of its folder, such as "02_mbconv".
    notebook
        The file's name.
    rows
        One for each task and written answer.
    reason
        Why nothing could be run; empty if something could.
    troubles
        What happened to single cells.
    printed
        The beginning of what the notebook printed.
    seed
        From which the inputs were drawn; the same one gives the same sheet.
    seconds
        That it took.
    isolation
        What kept the notebook away from the machine; None if it was not run.
    """

    assignment: str
    notebook: str
    rows: tuple[ScoreRow, ...]
    reason: str = ""
    troubles: tuple[str, ...] = ()
    printed: str = ""
    seed: int = 0
    seconds: float = 0.0
    isolation: Isolation | None = None

    @property
    def points(self) -> float:
        """Points given automatically."""
        return sum(row.points for row in self.rows if row.points is not None)

    @property
    def max_points(self) -> float:
        """Points that can be had automatically."""
        return sum(row.max_points for row in self.rows if row.points is not None)

    @property
    def by_hand(self) -> float:
        """Points that are given by hand."""
        return sum(row.max_points for row in self.rows if row.points is None)

    @property
    def total(self) -> str:
        """The total in words."""
        total = f"{self.points:g} of {self.max_points:g} points"
        return f"{total}; {self.by_hand:g} more are graded by hand" if self.by_hand else total

    def to_dict(self) -> dict[str, Any]:
        """Return the sheet as data for JSON."""
        return asdict(self) | {
            "points": self.points,
            "max_points": self.max_points,
            "by_hand": self.by_hand,
        }

    def __str__(self) -> str:
        lines = [f"{self.assignment}: {self.notebook}", *([f"! {self.reason}"] * bool(self.reason))]
        width = max(len(row.title) for row in self.rows)
        for row in self.rows:
            sign, word = _look(row)
            lines.append(f"{sign} {row.title:{width}}  {_points(row):>9}  {word}")
            if row.message and (row.slip or row.status != "correct"):
                lines.append(f"    {row.message}")
        lines += [f"! {trouble}" for trouble in self.troubles]
        return "\n".join([*lines, *filter(None, [self._isolation_text]), self.total])

    @property
    def _isolation_text(self) -> str:
        return ISOLATIONS[self.isolation] if self.isolation else ""

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        rows = tuple(
            (row.title, _points(row), " ".join(_look(row)), row.message) for row in self.rows
        )
        table = table_html(("task", "points", "status", "remark"), rows, html.escape(self.notebook))
        items = "".join(f"<li>{html.escape(trouble)}</li>" for trouble in self.troubles)
        body = table + (f"<ul>{items}</ul>" if items else "")
        if self.reason:
            body = f"<p>{html.escape(self.reason)}</p>{body}"
        if self._isolation_text:
            body += f"<p>{self._isolation_text}</p>"
        if self.printed:
            body += fold_html("Printed", f"<pre>{html.escape(self.printed)}</pre>")
        status = (
            "right" if self.points == self.max_points else "partial" if self.points else "wrong"
        )
        return card_html(status, f"{self.assignment}: {self.total}", body, word="Score sheet")


def _points(row: ScoreRow) -> str:
    return f"{'–' if row.points is None else f'{row.points:g}'} of {row.max_points:g}"


def _look(row: ScoreRow) -> tuple[str, str]:
    """Return the sign and the word that say how a row stands."""
    if row.status == "by hand":
        return "✎", "graded by hand"
    partly = row.status == "incorrect" and row.points
    card = STATUSES["partial" if partly else _CARDS[row.status]]
    return card.icon, card.word.lower()
