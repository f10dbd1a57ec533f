"""What a teacher gets of a graded class: tables, sheets, a page a learner, and a log of reasons."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
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
        "grades.csv": _csv(_grades(lines)),
        "moodle.csv": _csv(_moodle(lines, store)),
        "canvas.csv": _csv(_canvas(lines, store)),
        "sheets.json": json.dumps(sheets, indent=1, ensure_ascii=False) + "\n",
        "log.txt": "".join(f"{line}\n" for line in _log(lines, troubles)),
    }
    for line in lines:
        if line.record:
            page = feedback_page(store.course, store.assignment, line)
            files[f"feedback/{line.learner.id}.html"] = page
    for name, text in files.items():
        _write(store.folder / name, text)
    return _summary(lines, troubles, store)


def _write(path: Path, text: str) -> None:
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


def _csv(rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([[_cell(one) for one in row] for row in rows])
    return text.getvalue()


def _cell(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula, and no shell for an escape."""
    if isinstance(value, float):
        return f"{value:g}"
    if not isinstance(value, str):
        return value
    text = shown(value, 1000)
    return f"'{text}" if text.lstrip()[:1] in tuple("=+-@|%") and text.strip() else text


def _grades(lines: Sequence[Line]) -> Iterator[Sequence[object]]:
    yield ("id", "name", "email", "status", "total", "checked", "checked of", "written",
           "written of", "submitted", "told by", "days late", "percent off", "remark")  # fmt: skip
    for line in lines:
        record = line.record
        late = (record.submitted or "", record.told_by) if record else ("", "")
        remark = record.failed or record.sheet["reason"] if record else ""
        yield (line.learner.id, line.learner.name, line.learner.email, line.status, line.total,
               line.checked, line.checked_of, line.written, line.written_of, *late,
               line.days_late, line.percent_off, remark)  # fmt: skip


def _moodle(lines: Sequence[Line], store: Store) -> Iterator[Sequence[object]]:
    """Yield what both of Moodle's imports read: the grading worksheet's, and the gradebook's."""
    yield ("Identifier", "Full name", "ID number", "Email address", "Grade", "Maximum grade",
           "Feedback comments")  # fmt: skip
    for line in lines:
        number = line.learner.moodle or (line.record.number if line.record else "")
        grade = line.total if line.record else ""
        yield (f"Participant {number}" if number else "", line.learner.name, line.learner.id,
               line.learner.email, grade, _points(store), _told(line))  # fmt: skip


def _canvas(lines: Sequence[Line], store: Store) -> Iterator[Sequence[object]]:
    yield "Student", "ID", "SIS User ID", "SIS Login ID", "Section", store.assignment.folder
    yield "    Points Possible", "", "", "", "", _points(store)
    for line in lines:
        number = line.learner.canvas or (line.record.number if line.record else "")
        grade = line.total if line.record else ""
        yield line.learner.name, number, line.learner.id, line.learner.email, "", grade


def _points(store: Store) -> float:
    return float(store.assignment.points + store.assignment.points_by_hand)


def _told(line: Line) -> str:
    if line.record is None:
        return ""
    off = f"; {line.percent_off:g}% off: {line.days_late} days late" if line.days_late else ""
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
    out += [f"! {shown(one, 400)}" for one in troubles]
    return "\n".join([*out, f"{store.folder / 'grades.csv'}"])
