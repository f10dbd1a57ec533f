"""A learner's page: what was found, and why.

It holds text that the learner wrote, so nothing in it is code: all is escaped, and its policy
allows no script, no picture and no other address.
"""

import base64
import hashlib
import html
from collections.abc import Iterator, Mapping
from typing import Any

from ..exercises.assignment import Assignment
from ..exercises.grader.score_sheet import ISOLATIONS
from ..view.cards import STATUSES
from .course import Course
from .marks import Line

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52em; margin: 2em auto; padding: 0 1em;
  background: Canvas; color: CanvasText; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4em .8em .4em 0;
  border-bottom: 1px solid GrayText; }
td.points { white-space: nowrap; }
pre { white-space: pre-wrap; border-left: 3px solid GrayText; padding-left: 1em;
  font: inherit; }
.total { font-size: 1.3em; font-weight: bold; }
footer { margin-top: 2em; border-top: 1px solid GrayText; font-size: .9em; }
"""

_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{learner} · {course}, {term}</p>
<p class="total">{total}</p>
{body}
</main>
<footer>{footer}</footer>
</body>
</html>
"""

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
    return _PAGE.format(
        policy=html.escape(_POLICY),
        style=_STYLE,
        title=_text(f"{assignment.folder}: {assignment.title}"),
        learner=_text(f"{line.learner.name} ({line.learner.id})"),
        course=_text(course.title),
        term=_text(course.term),
        total=_text(f"{line.total:g} of {most:g} points{_so_far(line)}"),
        body="\n".join(_body(line)),
        footer=_footer(assignment, line),
    )


def _text(text: str) -> str:
    """Escape text; what is no letter, sign or line break is shown as a replacement."""
    kept = "".join(
        c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in str(text)
    )
    return html.escape(kept)


def _so_far(line: Line) -> str:
    off = f", with {line.lateness}"
    open_ = " so far; answers in words are not marked yet"
    return f"{off if line.percent_off else ''}{open_ if line.open else ''}"


def _body(line: Line) -> Iterator[str]:
    assert line.record is not None
    sheet = line.record.sheet
    if sheet["reason"]:
        yield f"<p>{_text(sheet['reason'])}</p>"
    heads = "".join(f"<th>{word}</th>" for word in ("Task", "Points", "Status", "Remark"))
    yield f"<table><thead><tr>{heads}</tr></thead><tbody>"
    yield from (_row(row, line) for row in sheet["rows"])
    yield "</tbody></table>"
    if sheet["troubles"]:
        yield "<h2>Cells that did not run</h2><ul>"
        yield from (f"<li>{_text(one)}</li>" for one in sheet["troubles"])
        yield "</ul>"
    titles = {row["task"]: row["title"] for row in sheet["rows"]}
    for name, answer in line.record.answers.items():
        if answer:
            yield f"<h2>{_text(titles.get(name, name))}</h2><pre>{_text(answer)}</pre>"
    if sheet["printed"]:
        yield f"<details><summary>Printed</summary><pre>{_text(sheet['printed'])}</pre></details>"


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
    cells = (_text(row["title"]), f"{sign} {_text(word)}", _text(message).replace("\n", "<br>"))
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
    return "".join(f"<p>{_text(one)}</p>" for one in said)
