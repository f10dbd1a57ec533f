"""What a teacher gets of a graded class: tables, sheets, a page a learner, and a log of reasons."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .._files import write_atomically
from .feedback import feedback_page
from .files import shown
from .marks import Line, lines_of
from .store import Store

_STATUSES = ("graded", "essays open", "not graded", "no submission")


def write_results(store: Store, troubles: Sequence[str] = ()) -> str:
    """Write everything that follows from the records and marks; return a summary.

    Parameters
    ----------
    store
        Whose.
    troubles
        What else goes into the log.
    """
    lines = lines_of(store)
    sheets = [_sheet(line) for line in lines if line.record]
    files = {
        "grades.csv": csv_text(_grades(lines)),
        "moodle.csv": csv_text(_moodle(lines, store)),
        "canvas.csv": csv_text(_canvas(lines, store)),
        "sheets.json": json.dumps(sheets, indent=1, ensure_ascii=False) + "\n",
        "log.txt": "".join(f"{line}\n" for line in _log(lines, troubles)),
    }
    for line in lines:
        if line.record:
            page = feedback_page(store.course, store.assignment, line)
            files[f"feedback/{line.learner.id}.html"] = page
    for name, text in files.items():
        write_text(store.folder / name, text)
    return _summary(lines, troubles, store)


def write_text(path: Path, text: str) -> None:
    """Write a file if that changes it; what no text file may hold becomes a question mark."""
    content = text.encode(errors="replace")
    if not path.exists() or path.read_bytes() != content:
        write_atomically(path, content)


def _sheet(line: Line) -> dict[str, Any]:
    assert line.record is not None
    return {
        "learner": line.learner.id,
        "submission": line.record.source,
        "submitted": line.record.submitted,
        "answers": dict(line.record.answers),
        "marks": {name: asdict(mark) for name, mark in line.marks.items()},
        **line.record.sheet,
    }


# ------------------------------------------------------------------ tables


def csv_text(rows: Iterable[Mapping[str, object]]) -> str:
    """Return rows as CSV that no spreadsheet takes for formulas; they have the same columns."""
    text, found = io.StringIO(), [{name: _cell(one) for name, one in row.items()} for row in rows]
    writer = csv.DictWriter(text, list(found[0]) if found else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)
    return text.getvalue()


def _cell(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula, and no shell for an escape."""
    if isinstance(value, float):
        return f"{value:g}"
    if not isinstance(value, str):
        return value
    # Behind a sign that some spreadsheets take for the end of a cell, too.
    text = re.sub(r"([;,|]\s*)(?=[=+@-])", r"\1'", shown(value, 1000))
    first = unicodedata.normalize("NFKC", text.lstrip())[:1]
    return f"'{text}" if first and first in "=+-@|%" else text


def _grades(lines: Sequence[Line]) -> Iterator[Mapping[str, object]]:
    for line in lines:
        record = line.record
        yield {
            "id": line.learner.id,
            "name": line.learner.name,
            "email": line.learner.email,
            "status": line.status,
            "total": line.total,
            "checked": line.checked,
            "checked of": line.checked_of,
            "written": line.written,
            "written of": line.written_of,
            "submitted": record.submitted if record else None,
            "told by": record.told_by if record else None,
            "days late": line.days_late,
            "percent off": line.percent_off,
            "remark": record.failed or record.sheet["reason"] if record else None,
        }


def _moodle(lines: Sequence[Line], store: Store) -> Iterator[Mapping[str, object]]:
    """Yield what both of Moodle's imports read: the grading worksheet's, and the gradebook's."""
    for line in lines:
        number = line.learner.moodle or (line.record.number if line.record else "")
        yield {
            "Identifier": f"Participant {number}" if number else None,
            "Full name": line.learner.name,
            "ID number": line.learner.id,
            "Email address": line.learner.email,
            "Grade": line.total if line.record else None,
            "Maximum grade": _points(store),
            "Feedback comments": _told(line),
        }


def _canvas(lines: Sequence[Line], store: Store) -> Iterator[Mapping[str, object]]:
    own = ("ID", "SIS User ID", "SIS Login ID", "Section")
    points = {store.assignment.folder: _points(store)}
    yield {"Student": "    Points Possible", **dict.fromkeys(own), **points}
    for line in lines:
        number = line.learner.canvas or (line.record.number if line.record else "")
        values = (number, line.learner.id, line.learner.email, None)
        grade = {store.assignment.folder: line.total if line.record else None}
        yield {"Student": line.learner.name, **dict(zip(own, values, strict=True)), **grade}


def _points(store: Store) -> float:
    return float(store.assignment.points + store.assignment.points_by_hand)


def _told(line: Line) -> str:
    if line.record is None:
        return ""
    off = f"; {line.lateness}" if line.days_late else ""
    open_ = "; written answers are not marked yet" if line.open else ""
    return f"{line.checked:g} of {line.checked_of:g} checked, {line.written:g} written{off}{open_}"


# ------------------------------------------------------------------ words


def _log(lines: Sequence[Line], troubles: Sequence[str]) -> Iterator[str]:
    """Yield what somebody must look at, then the reason for each zero."""
    yield from (f"! {shown(one, 400)}" for one in troubles)
    for line in lines:
        if line.record is None:
            yield f"{line.learner.id}: no submission"
            continue
        sheet = line.record.sheet
        source = shown(line.record.source)
        yield f"{line.learner.id}: {_told(line)}, total {line.total:g} ({source})"
        if line.days_late or "unknown" in line.record.told_by:
            yield (
                f"    handed in {line.record.submitted or 'at an unknown time'} "
                f"({line.record.told_by})"
            )
        yield from (
            f"    {shown(text, 400)}" for text in (sheet["reason"], *sheet["troubles"]) if text
        )
        for row in sheet["rows"]:
            if row["points"] == 0:
                yield (
                    f"    0 of {row['max_points']:g} for {row['task']}: "
                    f"{shown(row['message'], 400)}"
                )


def _summary(lines: Sequence[Line], troubles: Sequence[str], store: Store) -> str:
    counts = {status: sum(line.status == status for line in lines) for status in _STATUSES}
    said = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    out = [f"{store.assignment.folder}, {store.course.term}: {said}"]
    if missing := [line.learner.id for line in lines if line.record is None]:
        out.append(f"without a submission: {', '.join(missing)}")
    if open_ := sum(len(line.open) for line in lines):
        out.append(
            f"{open_} written answers are not marked: effnet-lab class essays "
            f"{store.course.folder} --assignment {store.folder.name}"
        )
    by_file = sum("file" in line.record.told_by for line in lines if line.record and line.days_late)
    if by_file:
        out.append(
            f"{by_file} are late by the time of their file alone; if files were copied, set "
            "late.file_times = false"
        )
    bare = sum(line.record.sheet["isolation"] == "none" for line in lines if line.record)
    if bare:
        out.append(
            f"! {bare} notebooks ran WITHOUT A SANDBOX: they could read and change all that you can"
        )
    out += [f"! {shown(one, 400)}" for one in troubles]
    return "\n".join([*out, f"{store.folder / 'grades.csv'}"])
