"""What is kept of each graded submission: one file a learner, whole or not at all."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from .._files import keep_backup, write_atomically
from ..exercises.assignment import Assignment
from .course import Course, Learner

#: What is written of the whole class, and is old as soon as one score is.
TABLES = ("grades.csv", "moodle.csv", "canvas.csv", "sheets.json")


@dataclass(frozen=True, slots=True)
class Record:
    """A graded submission.

    Parameters
    ----------
    learner
        The id.
    key
        Hash of all that the sheet follows from: notebook, seed, checks.
    source
        Name of the file.
    number
        By which the platform knows the learner.
    submitted, told_by, marked
        When (ISO 8601, None if nobody knows), what tells so, and whether the platform says late.
    sheet
        `ScoreSheet.to_dict`.
    answers
        Written answers, by the name of what was asked.
    code
        Sources of its code cells, to be compared with others'.
    failed
        Why it could not be graded; empty if it was. It is tried again the next time.
    """

    learner: str
    key: str
    source: str
    number: str
    submitted: str | None
    told_by: str
    marked: bool | None
    sheet: Mapping[str, Any]
    answers: Mapping[str, str]
    code: Sequence[str] = ()
    failed: str = ""

    @property
    def time(self) -> datetime | None:
        """When it was handed in."""
        return datetime.fromisoformat(self.submitted) if self.submitted else None


class Store:
    """The records of an assignment in this term.

    Those of another term are moved aside, never mixed up.

    Parameters
    ----------
    course, assignment
        Whose.
    """

    def __init__(self, course: Course, assignment: Assignment) -> None:
        self.course, self.assignment = course, assignment
        self.folder = course.grades(assignment)
        mark = self.folder / "term.txt"
        if mark.exists() and (before := mark.read_text("utf-8").strip()) != course.term:
            keep_backup(self.folder.rename(self.folder.with_name(f"{self.folder.name} {before}")))
        if not mark.exists():
            write_atomically(mark, f"{course.term}\n".encode())

    def path(self, learner: str) -> Path:
        """Return the file of a learner."""
        return self.folder / "sheets" / f"{learner}.json"

    def read(self, learner: str) -> Record | None:
        """Return a learner's record; None if there is none, or none that can be read."""
        try:
            return Record(**json.loads(self.path(learner).read_bytes()))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, record: Record) -> None:
        """Keep a record."""
        text = json.dumps(asdict(record), indent=1, ensure_ascii=False)
        # A notebook may hold half of a surrogate pair, which UTF-8 cannot.
        write_atomically(self.path(record.learner), f"{text}\n".encode(errors="replace"))

    def drop(self, learner: str) -> bool:
        """Take away what no longer holds, and the tables with it; return whether there was any."""
        pages = (self.path(learner), self.folder / "feedback" / f"{learner}.html")
        there = any(path.exists() for path in pages)
        for path in (*pages, *(self.folder / name for name in TABLES if there)):
            path.unlink(missing_ok=True)
        return there

    def drop_all_but(self, learners: set[str]) -> list[str]:
        """Take away the records of all others; return whose."""
        names = {
            path.stem
            for kind in ("sheets/*.json", "feedback/*.html")
            for path in self.folder.glob(kind)
        }
        return [name for name in sorted(names - learners) if self.drop(name)]

    def records(self) -> list[tuple[Learner, Record | None]]:
        """Return all learners of the roster with their records."""
        return [(learner, self.read(learner.id)) for learner in self.course.roster]


def key_of(content: bytes, seed: int, assignment: Assignment, trust: bool) -> str:
    """Return the hash of all that a sheet follows from."""
    parts = (content, str(seed).encode(), str(trust).encode(), _checks(assignment.home))
    return hashlib.sha256(b"\0".join(hashlib.sha256(one).digest() for one in parts)).hexdigest()


@cache
def _checks(home: Path) -> bytes:
    """Hash the code that judges: with other checks, all is graded again."""
    rooms = Path(__file__).parent.parent
    files = [
        *(rooms / "exercises").rglob("*.py"),
        *(rooms / "blocks").glob("*.py"),
        *home.glob("*.py"),
    ]
    whole = hashlib.sha256()
    for path in sorted(set(files)):
        whole.update(path.read_bytes())
    return whole.digest()
