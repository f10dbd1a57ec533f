"""Who handed in what: the download layouts of nbgrader, Moodle and Canvas, found out from names.

| layout | a notebook's name | the time |
|---|---|---|
| nbgrader | `STUDENT/ASSIGNMENT/x.ipynb` | `timestamp.txt` beside it |
| Moodle | `Full Name_12345_assignsubmission_file_/x.ipynb` | the file's |
| Canvas | `namefirst_LATE_12345_67890_x.ipynb` | whether it is late |
| plain | `ID.ipynb` or `ID/x.ipynb` | the file's |

A notebook never says whose it is, nor which assignment.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ..exercises.assignment import Assignment
from .course import Course, Learner, short_name
from .files import Entry, Files, RefusedError, shown


@dataclass(frozen=True, slots=True)
class Handed:
    """What a name says.

    Parameters
    ----------
    who
        An id or a name.
    number
        By which the platform knows the learner; empty if it does not say.
    folder
        Of the assignment; empty if the name does not say.
    marked
        Whether the platform calls it late; None if it does not say.
    """

    who: str
    number: str = ""
    folder: str = ""
    marked: bool | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """A learner's notebook.

    Parameters
    ----------
    learner
        Whose.
    entry
        The file.
    handed
        What its name says.
    submitted
        When; None if nobody knows.
    told_by
        What tells when.
    """

    learner: Learner
    entry: Entry
    handed: Handed
    submitted: datetime | None
    told_by: str


@dataclass(frozen=True, slots=True)
class Found:
    """All submissions of an assignment.

    Parameters
    ----------
    layout
        Its name.
    submissions
        One a learner, in the roster's order.
    troubles
        What somebody must look at, in words: refused, unknown, twice.
    missing
        Who handed in nothing.
    """

    layout: str
    submissions: tuple[Submission, ...]
    troubles: tuple[str, ...]
    missing: tuple[Learner, ...]


# ------------------------------------------------------------------ layouts

_MOODLE = re.compile(r"(?P<who>.+?)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)(?:_.*)?")
_CANVAS = re.compile(r"(?P<who>[^_]+)(?P<late>_late)?_(?P<number>\d+)_\d+_.+", re.IGNORECASE)


def _moodle(parts: Sequence[str]) -> Handed | None:
    for part in parts:
        if match := _MOODLE.fullmatch(part):
            return Handed(match["who"], match["number"])
    return None


def _canvas(parts: Sequence[str]) -> Handed | None:
    match = _CANVAS.fullmatch(parts[-1])
    return match and Handed(match["who"], match["number"], marked=bool(match["late"]))


def _nbgrader(parts: Sequence[str]) -> Handed | None:
    return Handed(parts[-3], folder=parts[-2]) if len(parts) >= 3 else None


def _plain(parts: Sequence[str]) -> Handed | None:
    return Handed(parts[-2] if len(parts) > 1 else parts[-1].removesuffix(".ipynb"))


_LAYOUTS: dict[str, Callable[[Sequence[str]], Handed | None]] = {
    "Moodle": _moodle,
    "Canvas": _canvas,
    "nbgrader": _nbgrader,
    "plain": _plain,
}


def layout_of(names: Iterable[Sequence[str]]) -> str:
    """Return the name of the layout in which most notebooks lie; those with marks come first."""
    found = list(names)
    counts = {
        name: sum(read(parts) is not None for parts in found) for name, read in _LAYOUTS.items()
    }
    if marked := max(counts["Moodle"], counts["Canvas"]):
        return "Moodle" if counts["Moodle"] == marked else "Canvas"
    return "nbgrader" if counts["nbgrader"] else "plain"


# ------------------------------------------------------------------ whose


def letters(name: str) -> str:
    """Return the letters and digits of a name alone: without case, accents, spaces and signs."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(c for c in plain if c.isalnum()).casefold()


class _Roster:
    """Finds learners by number, id or name."""

    def __init__(self, learners: Sequence[Learner], layout: str) -> None:
        self.by: dict[str, dict[str, list[Learner]]] = {
            kind: defaultdict(list) for kind in ("number", "id", "name")
        }
        for one in learners:
            number = {"Moodle": one.moodle, "Canvas": one.canvas or one.id}.get(layout, "")
            self.by["number"][number].append(one)
            self.by["id"][one.id.casefold()].append(one)
            for order in _orders(one.name):
                self.by["name"][order].append(one)

    def find(self, handed: Handed) -> list[Learner]:
        """Return who that is: one, or nobody, or several."""
        keys = (
            ("number", handed.number),
            ("id", handed.who.casefold()),
            ("name", letters(handed.who)),
        )
        return next((found for kind, key in keys if key and (found := self.by[kind].get(key))), [])


def _orders(name: str) -> set[str]:
    """Return a name's letters, whichever of its words comes first: platforms turn names round."""
    words = name.replace(",", " ").split()
    return {letters("".join(words[n:] + words[:n])) for n in range(len(words))}


# ------------------------------------------------------------------ all of them


def find_submissions(course: Course, assignment: Assignment, files: Files) -> Found:
    """Find each learner's submission.

    Raises
    ------
    ValueError
        If there are no notebooks, or only those of other assignments.
    """
    roster = course.roster  # first of all: without one nothing can be found
    notebooks = [one for one in files.entries if one.name.lower().endswith(".ipynb")]
    submitted = [one for one in notebooks if "submitted" in one.parts]
    if not notebooks and not files.refused:
        raise ValueError("there are no notebooks (.ipynb) in the submissions")
    layout = layout_of(one.parts for one in submitted or notebooks)
    read = _LAYOUTS[layout]
    troubles = [f"refused: {one}" for one in files.refused]
    handed = {one: found for one in submitted or notebooks if (found := read(one.parts))}
    troubles += [
        f"not understood: {shown(one.name)}"
        for one in notebooks
        if one not in handed and not submitted
    ]
    if layout == "nbgrader":
        handed = _of_assignment(handed, assignment)
    mine, unknown = _by_learner(handed, _Roster(course.roster, layout))
    times = {one.parts[:-1]: one for one in files.entries if one.parts[-1] == "timestamp.txt"}
    submissions = []
    for learner in roster:
        if entries := mine.get(learner.id):
            entry = _counted(entries, assignment)
            troubles += _told_twice(learner, entries, entry)
            when = _when(course, layout, entry, times.get(entry.parts[:-1]), handed[entry])
            submissions.append(Submission(learner, entry, handed[entry], *when))
    troubles += unknown + _without_notebook(course, files, read, layout, mine)
    missing = tuple(one for one in roster if one.id not in mine)
    return Found(layout, tuple(submissions), tuple(troubles), missing)


def _of_assignment(handed: Mapping[Entry, Handed], assignment: Assignment) -> dict[Entry, Handed]:
    """Keep what lies in a folder of the assignment's name, or in the only folder there is."""
    names = {assignment.folder, assignment.name, short_name(assignment), str(assignment.number)}
    folders = {one.folder for one in handed.values()}
    wanted = {folder for folder in folders if folder.casefold() in names}
    if not wanted and len(folders) > 1:
        others = ", ".join(shown(one) for one in sorted(folders))
        raise ValueError(f"the submissions are of {others}; none is called {assignment.folder}")
    return {entry: one for entry, one in handed.items() if one.folder in (wanted or folders)}


def _by_learner(
    handed: Mapping[Entry, Handed], roster: _Roster
) -> tuple[dict[str, list[Entry]], list[str]]:
    mine: dict[str, list[Entry]] = defaultdict(list)
    unknown = []
    for entry, one in handed.items():
        found = roster.find(one)
        if len(found) == 1:
            mine[found[0].id].append(entry)
        elif found:
            who = " and ".join(learner.id for learner in found)
            unknown.append(
                f"whose is {shown(entry.name)}? {who} have this name; give them numbers in the "
                "roster (columns moodle, canvas)"
            )
        else:
            unknown.append(f"not on the roster: {shown(one.who)} ({shown(entry.name)})")
    return mine, unknown


def _counted(entries: Sequence[Entry], assignment: Assignment) -> Entry:
    """Return the one that counts: with the assignment's name, the latest of these."""
    named = [one for one in entries if assignment.folder in one.parts[-1]]
    return max(
        named or entries, key=lambda one: (one.time.timestamp() if one.time else 0.0, one.name)
    )


def _told_twice(learner: Learner, entries: Sequence[Entry], counted: Entry) -> list[str]:
    if len(entries) == 1:
        return []
    others = ", ".join(shown(one.name) for one in entries if one is not counted)
    return [
        f"{learner.id} handed in {len(entries)} notebooks: {shown(counted.name)} counts, not "
        f"{others}"
    ]


def _without_notebook(
    course: Course,
    files: Files,
    read: Callable[[Sequence[str]], Handed | None],
    layout: str,
    mine: Mapping[str, list[Entry]],
) -> list[str]:
    """Say who handed in something, but no notebook."""
    if layout not in ("Moodle", "Canvas"):
        return []
    roster, told = _Roster(course.roster, layout), []
    for entry in files.entries:
        one = read(entry.parts)
        found = roster.find(one) if one else []
        if len(found) == 1 and found[0].id not in mine and not entry.name.endswith(".ipynb"):
            told.append(f"{found[0].id} handed in no notebook, but {shown(entry.name)}")
    return told


# ------------------------------------------------------------------ when


def _when(
    course: Course, layout: str, entry: Entry, stamp: Entry | None, handed: Handed
) -> tuple[datetime | None, str]:
    """Return when something was handed in, and what tells so."""
    if stamp is not None:
        time = _stamped(stamp)
        return time, "timestamp.txt" if time else "unknown: timestamp.txt cannot be read"
    if handed.marked is False:
        return None, "Canvas: not late"
    by = "Canvas: late; " if handed.marked else ""
    if entry.time is None or not course.late.file_times:
        return None, f"{by}unknown"
    return entry.time, f"{by}time of the file"


def _stamped(entry: Entry) -> datetime | None:
    """Read nbgrader's time stamp: "2026-03-01 12:00:00.000000 UTC", or ISO 8601."""
    try:
        text = entry.read()[:100].decode("utf-8").strip()
    except (RefusedError, UnicodeDecodeError):
        return None
    clock, _, zone = text.rpartition(" ")
    try:
        if re.fullmatch(r"[A-Za-z][A-Za-z_/+-]*", zone):
            return datetime.fromisoformat(clock).replace(tzinfo=ZoneInfo(zone))
        time = datetime.fromisoformat(text)
    except (ValueError, OSError, KeyError):  # a zone that is not known is a KeyError
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
