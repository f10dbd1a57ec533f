"""Marks: those of written answers, and with the checked points what a learner has in all."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from .._files import write_atomically
from .course import Learner
from .store import Record, Store


@dataclass(frozen=True, slots=True)
class Mark:
    """What a teacher gave for a written answer.

    Parameters
    ----------
    points
        Given.
    comment
        For the learner, in lines.
    answer
        Hash of the text it is for: it does not outlive another submission.
    """

    points: float
    comment: str
    answer: str

    def is_for(self, text: str) -> bool:
        """Whether this is the text that was marked."""
        return self.answer == hash_of(text)


def hash_of(text: str) -> str:
    """Return the hash of an answer's text."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]


@dataclass(slots=True)
class Marks:
    """All marks of an assignment, and the comments that are used again; `essays.json`.

    Parameters
    ----------
    marks
        By learner, then by what was asked.
    comments
        By what was asked; a line such as "+2 Says why." gives two points.
    """

    marks: dict[str, dict[str, Mark]] = field(default_factory=dict)
    comments: dict[str, list[str]] = field(default_factory=dict)

    def of(self, record: Record) -> dict[str, Mark]:
        """Return the marks that belong to a submission."""
        mine = self.marks.get(record.learner, {})
        return {
            name: mark
            for name, mark in mine.items()
            if (text := record.answers.get(name)) and mark.is_for(text)
        }


def read_marks(store: Store) -> Marks:
    """Read the marks of an assignment.

    Raises
    ------
    ValueError
        If they are there and cannot be read: nothing is written over them.
    """
    path = store.folder / "essays.json"
    if not path.exists():
        return Marks()
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
        marks = {
            learner: {name: Mark(**mark) for name, mark in mine.items()}
            for learner, mine in found["marks"].items()
        }
        return Marks(marks, {name: list(some) for name, some in found["comments"].items()})
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise ValueError(f"{path} cannot be read ({error!r}); mend it or move it away") from None


def write_marks(store: Store, marks: Marks) -> None:
    """Save the marks of an assignment."""
    text = json.dumps(asdict(marks), indent=1, ensure_ascii=False) + "\n"
    write_atomically(store.folder / "essays.json", text.encode(errors="replace"))


@dataclass(frozen=True, slots=True)
class Line:
    """A learner's marks.

    Parameters
    ----------
    learner, record
        Whose; None without a submission.
    marks
        Of written answers, those that belong to this submission.
    written, written_of
        Points for written answers, so far; to be had.
    open
        Written answers that nobody has marked.
    days_late, percent_off
        Days begun after the due time, and what they cost.
    """

    learner: Learner
    record: Record | None
    marks: Mapping[str, Mark]
    written: float = 0.0
    written_of: float = 0.0
    open: tuple[str, ...] = ()
    days_late: int = 0
    percent_off: float = 0.0

    @property
    def checked(self) -> float:
        """Points given automatically."""
        return float(self.record.sheet["points"]) if self.record else 0.0

    @property
    def checked_of(self) -> float:
        """Points that can be had automatically."""
        return float(self.record.sheet["max_points"]) if self.record else 0.0

    @property
    def total(self) -> float:
        """All points so far, less what being late costs."""
        return round((self.checked + self.written) * (1 - self.percent_off / 100), 2)

    @property
    def lateness(self) -> str:
        """What being late costs, in words."""
        days = f"{self.days_late} day{'s' * (self.days_late != 1)} late"
        return f"{self.percent_off:g}% taken off, {days}"

    @property
    def status(self) -> str:
        """One of "graded", "essays open", "not graded", "no submission"."""
        if self.record is None:
            return "no submission"
        return "not graded" if self.record.failed else "essays open" if self.open else "graded"


def lines_of(store: Store) -> list[Line]:
    """Return the marks of all learners on the roster."""
    marks = read_marks(store)
    return [
        Line(learner, None, {}) if record is None else _line(store, learner, record, marks)
        for learner, record in store.records()
    ]


def _line(store: Store, learner: Learner, record: Record, marks: Marks) -> Line:
    own, late = marks.of(record), store.course.late
    days = late.days(store.course.due.get(store.assignment.folder), record.time, record.marked)
    return Line(
        learner,
        record,
        own,
        sum(mark.points for mark in own.values()),
        store.assignment.points_by_hand,
        tuple(name for name, text in record.answers.items() if text and name not in own),
        days,
        late.percent(days),
    )
