"""A learner's page: what was found, and why."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..exercises.assignment import Assignment
from ..exercises.grader.score_sheet import ISOLATIONS
from ..view.cards import STATUSES
from .course import Course
from .marks import Line
from .page import escaped, page

_CARDS = {"not attempted": "todo", "incorrect": "wrong", "correct": "right"}


def feedback_page(course: Course, assignment: Assignment, line: Line) -> str:
    """Return the page of a learner who handed something in.

    Parameters
    ----------
    course, assignment
        Which one it is.
    line
        The learner's marks.
    """
    most = assignment.points + assignment.points_by_hand
    whose = escaped(f"{line.learner.name} ({line.learner.id})")
    total = escaped(f"{line.total:g} of {most:g} points{_so_far(line)}")
    head = (
        f"<p>{whose} · {escaped(course.title)}, {escaped(course.term)}</p>",
        f'<p class="total">{total}</p>',
    )
    title = f"{assignment.folder}: {assignment.title}"
    return page(title, "\n".join((*head, *_body(line))), _footer(assignment, line))


def _so_far(line: Line) -> str:
    off = f", with {line.lateness}"
    open_ = " so far; answers in words are not marked yet"
    return f"{off if line.percent_off else ''}{open_ if line.open else ''}"


def _body(line: Line) -> Iterator[str]:
    assert line.record is not None
    sheet = line.record.sheet
    if sheet["reason"]:
        yield f"<p>{escaped(sheet['reason'])}</p>"
    heads = "".join(f"<th>{word}</th>" for word in ("Task", "Points", "Status", "Remark"))
    yield f"<table><thead><tr>{heads}</tr></thead><tbody>"
    yield from (_row(row, line) for row in sheet["rows"])
    yield "</tbody></table>"
    if sheet["troubles"]:
        yield "<h2>Cells that did not run</h2><ul>"
        yield from (f"<li>{escaped(one)}</li>" for one in sheet["troubles"])
        yield "</ul>"
    titles = {row["task"]: row["title"] for row in sheet["rows"]}
    for name, answer in line.record.answers.items():
        if answer:
            yield f"<h2>{escaped(titles.get(name, name))}</h2><pre>{escaped(answer)}</pre>"
    if sheet["printed"]:
        yield f"<details><summary>Printed</summary><pre>{escaped(sheet['printed'])}</pre></details>"


def _row(row: Mapping[str, Any], line: Line) -> str:
    points, message = row["points"], row["message"]
    sign, word = "✎", row["status"]
    if mark := line.marks.get(row["task"]):
        points, message, word = mark.points, mark.comment, "marked"
    elif row["status"] in _CARDS and points is not None:
        partly = row["status"] == "incorrect" and points
        look = STATUSES["partial" if partly else _CARDS[row["status"]]]
        sign, word = look.icon, look.word.lower()
    got = "–" if points is None else f"{points:g}"
    cells = (
        escaped(row["title"]),
        f"{sign} {escaped(word)}",
        escaped(message).replace("\n", "<br>"),
    )
    return (
        f'<tr><th scope="row">{cells[0]}</th><td class="points">{got} of {row["max_points"]:g}</td>'
        f"<td>{cells[1]}</td><td>{cells[2]}</td></tr>"
    )


def _footer(assignment: Assignment, line: Line) -> str:
    assert line.record is not None
    sheet, record = line.record.sheet, line.record
    again = f"effnet-lab exercise grade {assignment.folder}.ipynb --seed {sheet['seed']}"
    said = [
        f"Graded from {record.source}"
        + (f", handed in {record.submitted} ({record.told_by})." if record.submitted else "."),
        f"The inputs follow from seed {sheet['seed']}, the same for all of this term; the same "
        f"result again: {again}",
    ]
    if sheet["isolation"]:
        said.append(ISOLATIONS[sheet["isolation"]])
    return "".join(f"<p>{escaped(one)}</p>" for one in said)
