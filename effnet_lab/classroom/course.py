"""A course folder: one readable `class.toml`, a roster, and what is made from them.

`class.toml` and `roster.csv` are the teacher's to edit; whatever is wrong in them is told with the
value and what it may be.
"""

import csv
import hashlib
import os
import re
import secrets
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import Any

from .._files import write_atomically
from .._validate import require_number
from ..exercises.assignment import ASSIGNMENTS, Assignment, find_assignment
from .late import LatePolicy

SETTINGS = "class.toml"

_TEMPLATE = """\
# A course of effnet-lab. Keep this folder to yourself: what is graded follows from its secret.

title = "EfficientNet from the inside"

# With another term `class release` and `class grade` use another private seed.
term = "{term}"
secret = "{secret}"

# A CSV file with the columns id, name and email; where your system's files carry numbers in place
# of names, also moodle (participant) or canvas (user).
roster = "roster.csv"

assignments = [
{assignments}
]

# When an assignment is due: a day (then until its end) or a time, here or with its offset from UTC.
[due]
# {example} = 2026-03-01
# {example} = 2026-03-01T12:00:00+01:00

# What is taken off for each day begun after it, in percent of what was earned.
[late]
percent_a_day = 10   # 0 to 100
grace_minutes = 15   # 0 to 10080, a week
most_percent = 50    # 0 to 100
file_times = true    # where nothing else tells the time, believe a file's; not if it was copied
"""

_ESSAYS = """\
# Questions to be answered in words, of your own: `class release` puts them in place of the
# course's, and `class essays` shows your rubric, which no learner sees. One table for each term
# and question, such as
#
# ["{term}"."mbconv.wide_and_linear"]
# question = \"\"\"
# 1. ... *(8 points: two for each reason)*
# 2. ... *(6 points)*
# \"\"\"
# rubric = \"\"\"
# What a right answer says.
# \"\"\"
"""

#: What an id may be: it is the name of files.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")


@dataclass(frozen=True, slots=True)
class Learner:
    """One line of the roster.

    Parameters
    ----------
    id
        Letters, digits and ``._@+-``; unique, also where capitals are not told apart.
    name, email
        As the learning platform writes them.
    moodle, canvas
        Numbers by which these know the learner; empty if names are enough.
    """

    id: str
    name: str
    email: str = ""
    moodle: str = ""
    canvas: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """A question in words, and a rubric that only the teacher has."""

    question: str
    rubric: str = ""


@dataclass(frozen=True)
class Course:
    """What `class.toml` says.

    Parameters
    ----------
    folder
        That it lies in.
    title, term
        Words; the term is a part of file names.
    secret
        From which the seeds follow.
    roster_file
        Name of the roster's file.
    assignments
        The chosen ones.
    due
        Folder of an assignment -> when it is due, with a time zone.
    late
        What being late costs.
    """

    folder: Path
    title: str
    term: str
    secret: str = field(repr=False)
    roster_file: str = "roster.csv"
    assignments: tuple[Assignment, ...] = ()
    due: Mapping[str, datetime] = field(default_factory=dict)
    late: LatePolicy = field(default_factory=LatePolicy)

    def seed(self, assignment: Assignment) -> int:
        """Return the seed of an assignment in this term, the same for the whole class."""
        text = f"{self.secret}/{self.term}/{assignment.folder}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % 2**31

    def grades(self, assignment: Assignment) -> Path:
        """Return the folder of an assignment's grades."""
        return self.folder / "grades" / short_name(assignment)

    def chosen(self, assignment: Assignment) -> Assignment:
        """Return an assignment if it is one of this course's.

        Raises
        ------
        ValueError
            If it is not.
        """
        known = [one.folder for one in self.assignments]
        if assignment.folder not in known:
            raise ValueError(
                f"assignment is {assignment.folder!r}; this course has {', '.join(known)} "
                f"({self.folder / SETTINGS})"
            )
        return assignment

    @cached_property
    def roster(self) -> tuple[Learner, ...]:
        """The learners.

        Raises
        ------
        ValueError
            If the roster's file has another form.
        OSError
            If it cannot be read.
        """
        return read_roster(self.folder / self.roster_file)

    @cached_property
    def variants(self) -> Mapping[str, Variant]:
        """Own questions in words of this term, by the name of what they stand in for.

        Raises
        ------
        ValueError
            If `essays.toml` has another form.
        """
        path = self.folder / "essays.toml"
        found = _toml(path) if path.exists() else {}
        known = {one.name for assignment in self.assignments for one in assignment.written}
        return {
            name: _variant(name, table, known, path)
            for name, table in _table(found, self.term, path).items()
        }


def short_name(assignment: Assignment) -> str:
    """Return "02", or the name of a teacher's own assignment."""
    return f"{assignment.number:02d}" if assignment.is_ours else assignment.name


# ------------------------------------------------------------------ making one


def init_course(
    folder: Path, assignments: Sequence[Assignment] = (), term: str | None = None
) -> Course:
    """Make a course folder: settings, an empty roster, a place for own questions.

    Parameters
    ----------
    folder
        May be there already, without a course in it.
    assignments
        By default all of the course's own.
    term
        By default this half of the year.

    Raises
    ------
    ValueError
        If the folder holds a course, or the term is no name.
    """
    path = folder / SETTINGS
    if path.exists():
        raise ValueError(f"{path} is there already: edit it, or choose another folder")
    today = date.today()
    term = _term(term or f"{today.year}-{'spring' if today.month < 8 else 'autumn'}")
    chosen = [one.folder if one.is_ours else str(one.home) for one in assignments]
    chosen = chosen or [one.folder for one in ASSIGNMENTS.values()]
    text = _TEMPLATE.format(
        term=term,
        secret=secrets.token_hex(16),
        assignments="\n".join(f"    {_quoted(name)}," for name in chosen),
        example=_quoted(Path(chosen[0]).name),
    )
    files = {
        SETTINGS: text,
        "roster.csv": "id,name,email\n",
        "essays.toml": _ESSAYS.format(term=term),
        ".gitignore": "*\n",  # nothing of it belongs into a repository by accident
    }
    folder.mkdir(parents=True, exist_ok=True)
    os.chmod(folder, 0o700)
    for name, content in files.items():
        if not (folder / name).exists():
            write_atomically(folder / name, content.encode())
    return read_course(folder)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


# ------------------------------------------------------------------ reading one


def read_course(folder: Path) -> Course:
    """Read a course folder's settings.

    Raises
    ------
    ValueError
        If something in them is wrong: it names the value and what it may be.
    OSError
        If they cannot be read.
    """
    path = folder / SETTINGS
    if not path.is_file():
        raise ValueError(f"{folder} holds no {SETTINGS}; effnet-lab class init {folder} makes one")
    found = _toml(path)
    names = ("title", "term", "secret", "roster", "assignments", "due", "late")
    _require_known(found, names, path)
    assignments = _assignments(found.get("assignments", []), folder, path)
    secret = _text(found, "secret", path)
    if len(secret) < 16:
        raise ValueError(f"secret in {path} has {len(secret)} characters; it must have 16 or more")
    return Course(
        folder,
        _text(found, "title", path),
        _term(_text(found, "term", path)),
        secret,
        _text(found, "roster", path, "roster.csv"),
        assignments,
        _due(_table(found, "due", path), assignments, path),
        _late(_table(found, "late", path), path),
    )


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} cannot be read: {error}") from None


def _require_known(found: Mapping[str, Any], names: Sequence[str], path: Path) -> None:
    for name in found.keys() - set(names):
        raise ValueError(f"{path} has {name!r}; it must be one of {', '.join(names)}")


def _table(found: Mapping[str, Any], name: str, path: Path) -> Mapping[str, Any]:
    table = found.get(name, {})
    if not isinstance(table, dict):
        raise ValueError(f"{name} in {path} is {table!r}; it must be a table: [{name}]")
    return table


def _text(found: Mapping[str, Any], name: str, path: Path, default: str = "") -> str:
    value = found.get(name, default)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f'{name} in {path} is {value!r}; it must be text: {name} = "..."')
    return value.strip()


def _term(term: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}", term):
        raise ValueError(
            f"term is {term!r}; it must be 1 to 32 letters, digits, '.', '_' or '-': 2026-spring"
        )
    return term


def _assignments(names: Any, folder: Path, path: Path) -> tuple[Assignment, ...]:
    if not isinstance(names, list) or not names:
        raise ValueError(f"assignments in {path} is {names!r}; it must be a list of one or more")
    found = []
    for name in names:
        own = folder / str(name)
        try:
            found.append(find_assignment(str(own) if (own / "__init__.py").is_file() else name))
        except ValueError as error:
            raise ValueError(f"{error} ({path})") from None
    folders = [one.folder for one in found]
    if twice := [name for name in folders if folders.count(name) > 1]:
        raise ValueError(f"assignments in {path} has {twice[0]} twice; it must be there once")
    return tuple(found)


def _due(table: Mapping[str, Any], assignments: Sequence[Assignment], path: Path) -> dict[str, Any]:
    names = {key: one.folder for one in assignments for key in (one.folder, short_name(one))}
    _require_known(table, list(names), path)
    return {names[name]: _moment(name, value, path) for name, value in table.items()}


def _moment(name: str, value: Any, path: Path) -> datetime:
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time.max)
    if not isinstance(value, datetime):
        raise ValueError(
            f"due {name} in {path} is {value!r}; it must be a day or a time: 2026-03-01 or "
            "2026-03-01T12:00:00"
        )
    return value.astimezone()  # one without an offset is local time


def _late(table: Mapping[str, Any], path: Path) -> LatePolicy:
    _require_known(table, [one.name for one in fields(LatePolicy)], path)
    policy = LatePolicy(**table)
    for name, most in (("percent_a_day", 100), ("most_percent", 100), ("grace_minutes", 10080)):
        require_number(f"late.{name} in {path}", getattr(policy, name), 0, most)
    if not isinstance(policy.file_times, bool):
        raise ValueError(
            f"late.file_times in {path} is {policy.file_times!r}; it must be true or false"
        )
    return policy


def _variant(name: str, table: Any, known: set[str], path: Path) -> Variant:
    if name not in known:
        raise ValueError(f"{path} has {name!r}; it must be one of {', '.join(sorted(known))}")
    if not isinstance(table, dict):
        raise ValueError(f"{name} in {path} is {table!r}; it must be a table with a question")
    _require_known(table, ("question", "rubric"), path)
    rubric = _text(table, "rubric", path) if "rubric" in table else ""
    return Variant(_text(table, "question", path), rubric)


# ------------------------------------------------------------------ the roster


def read_roster(path: Path) -> tuple[Learner, ...]:
    """Read a roster: CSV with a header, separated by commas, semicolons or tabs.

    Raises
    ------
    ValueError
        If a column is missing, or an id is odd or there twice: it names the line.
    OSError
        If it cannot be read.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8: save it as 'CSV UTF-8' ({error})") from None
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.DictReader(text.splitlines(), delimiter=delimiter)
    reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
    for column in ("id", "name"):
        if column not in reader.fieldnames:
            raise ValueError(
                f"{path} has the columns {', '.join(reader.fieldnames) or '(none)'}; it must have "
                "id and name"
            )
    learners = tuple(_learners(reader, path))
    if not learners:
        raise ValueError(f"{path} has no learners; write a line for each: id,name,email")
    return learners


def _learners(reader: "csv.DictReader[str]", path: Path) -> Iterator[Learner]:
    seen: dict[str, int] = {}
    for row in reader:
        values = {one.name: (row.get(one.name) or "").strip() for one in fields(Learner)}
        if not any(values.values()):
            continue
        learner, line = Learner(**values), reader.line_num
        if not _ID.fullmatch(learner.id):
            raise ValueError(
                f"line {line} of {path}: id is {learner.id!r}; it must be 1 to 64 letters, digits "
                "or ._@+-, the first a letter or digit"
            )
        if not learner.name:
            raise ValueError(f"line {line} of {path}: {learner.id} has no name")
        if (before := seen.setdefault(learner.id.casefold(), line)) != line:
            raise ValueError(
                f"line {line} of {path}: id {learner.id!r} is there already, in line {before}"
            )
        yield learner
