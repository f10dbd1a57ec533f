"""Written answers beside their rubric: what the page of `class essays` shows and keeps."""

import hashlib
import re
from dataclasses import dataclass
from threading import Lock
from typing import Any

from ..._validate import require_number
from ...exercises.assignment import Assignment, Written
from ...exercises.notebook import BadNotebookError, read_cells
from ..marks import Mark, hash_of, read_marks, write_marks
from ..store import Record, Store

#: Characters of a comment, and how many comments are kept for use again.
_LONGEST = 5000
_MOST_COMMENTS = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in words as its marker sees it.

    Parameters
    ----------
    part
        Which one.
    question, rubric
        Texts; the rubric is the teacher's own, or the model answer.
    """

    part: Written
    question: str
    rubric: str

    @property
    def comments(self) -> list[str]:
        """Comments to begin with: each part of the question with its points."""
        points = re.findall(r"\*\((\d+) points?\b", self.question)
        return [f"+{value} Part {number}." for number, value in enumerate(points, 1)]


class Essays:
    """The written answers of a class; every mark is on disk before it is confirmed.

    Parameters
    ----------
    store
        Whose.
    blind
        Without names, and in an order that tells none.
    """

    def __init__(self, store: Store, blind: bool = False) -> None:
        self.store, self.blind = store, blind
        self.marks = read_marks(store)
        self.asked = {one.part.name: one for one in _asked(store)}
        records = [(one.name, record) for one, record in store.records() if record]
        self._answers: dict[str, list[tuple[str, Record]]] = {
            name: self._ordered(name, [pair for pair in records if pair[1].answers.get(name)])
            for name in self.asked
        }
        self._lock = Lock()

    def _ordered(self, name: str, found: list[tuple[str, Record]]) -> list[tuple[str, Record]]:
        if not self.blind:
            return found

        def drawn(pair: tuple[str, Record]) -> bytes:
            text = f"{self.store.course.secret}/{name}/{pair[1].learner}"
            return hashlib.sha256(text.encode()).digest()

        return sorted(found, key=drawn)

    @property
    def open(self) -> int:
        """How many answers are not marked."""
        return sum(
            name not in self.marks.of(record)
            for name, found in self._answers.items()
            for _, record in found
        )

    def to_dict(self) -> dict[str, Any]:
        """Return what the page shows."""
        return {
            "title": f"{self.store.assignment.folder}, {self.store.course.term}",
            "questions": [
                {
                    "name": name,
                    "title": one.part.title,
                    "points": one.part.points,
                    "question": one.question,
                    "rubric": one.rubric,
                    "comments": self.marks.comments.get(name, one.comments),
                    "answers": [self._answer(name, *pair) for pair in self._answers[name]],
                }
                for name, one in self.asked.items()
            ],
        }

    def _answer(self, name: str, who: str, record: Record) -> dict[str, Any]:
        mark = self.marks.of(record).get(name)
        return {
            "who": "" if self.blind else f"{who} ({record.learner})",
            "text": record.answers[name],
            "points": mark and mark.points,
            "comment": mark.comment if mark else "",
        }

    def mark(self, name: str, number: int, points: float, comment: str) -> None:
        """Give points and a comment for an answer, and save that.

        Parameters
        ----------
        name, number
            Which question, and which of its answers as shown, from 0.
        points, comment
            Given.

        Raises
        ------
        ValueError
            If there is no such answer, or the points cannot be had.
        """
        found = self._answers.get(name, [])
        if not isinstance(number, int) or not 0 <= number < len(found):
            raise ValueError(f"answer is {name!r} {number!r}; there are {len(found)}")
        require_number("points", points, 0, self.asked[name].part.points)
        if not isinstance(comment, str) or len(comment) > _LONGEST:
            raise ValueError(f"comment is too long; it must be text of {_LONGEST} characters")
        record = found[number][1]
        mark = Mark(points, comment, hash_of(record.answers[name]))
        with self._lock:
            self.marks.marks.setdefault(record.learner, {})[name] = mark
            write_marks(self.store, self.marks)

    def keep_comments(self, name: str, comments: list[str]) -> None:
        """Keep the comments of a question for use again.

        Raises
        ------
        ValueError
            If there is no such question, or they are no short list of texts.
        """
        fine = isinstance(comments, list) and all(
            isinstance(one, str) and len(one) <= _LONGEST for one in comments
        )
        if name not in self.asked or not fine or len(comments) > _MOST_COMMENTS:
            raise ValueError(f"comments of {name!r} must be {_MOST_COMMENTS} texts at most")
        with self._lock:
            self.marks.comments[name] = comments
            write_marks(self.store, self.marks)


def _asked(store: Store) -> list[Asked]:
    assignment = store.assignment
    texts = _texts(assignment)
    asked = []
    for part in assignment.written:
        variant = store.course.variants.get(part.name)
        if variant:
            asked.append(Asked(part, variant.question, variant.rubric))
        else:
            rubric = texts.get(f"{part.cell}-answer", "")
            asked.append(Asked(part, texts.get(f"{part.cell}-task", ""), rubric))
    return asked


def _texts(assignment: Assignment) -> dict[str, str]:
    """Return the texts of a solution's cells; of the exercise's where solutions are not at hand."""
    for kind in ("solutions", "exercises"):
        try:
            cells = read_cells(assignment.notebook(kind))
        except (BadNotebookError, OSError, RuntimeError):
            continue
        return {name: cell.source for cell in cells for name in cell.names}
    return {}
