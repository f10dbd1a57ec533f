"""The report as one page that needs nothing else, and its numbers as CSV and JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from ...exercises.assignment import Assignment
from ...view.picture import Cell, Picture, table_html
from ..course import Course, short_name
from ..page import escaped, page, printable
from ..results import csv_text, write_text
from ..store import Store
from . import pictures
from .findings import Asked, Findings, InventoryFindings, Item, findings, inventory_findings
from .similarity import FEWEST as FEWEST_COMPARED
from .similarity import Pair
from .statistics import SMALL

_STYLE = """
body { max-width: 60em; }
figure { margin: 1em 0 !important; }
section { margin-top: 3em; }
summary { cursor: pointer; }
.scroll { overflow-x: auto; }
.scroll td, .scroll th { overflow-wrap: normal; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22em), 1fr));
  gap: 0 1.5em; border-top: 1px solid GrayText; }
.sides pre { font: 13px/1.45 ui-monospace, monospace; }
"""

_ALIKE = """\
<p>Code is compared as runs of tokens, without comments, layout and names of the learner's own; what
the exercise gives does not count, and what many wrote counts little, because short right answers
are alike by nature. <em>Alike</em> is the share of two learners' code, so weighted, that is the
same; <em>rare tokens</em> is how much that is. The limit is drawn from this class: well above what
its submissions usually share with their nearest (Tukey's fence, in log odds). In synthetic classes
it leaves nearly all honest pairs alone; a real class may be another. <strong>A pair above it is a
reason to read both, never a proof: they may have learned together, or from one page.</strong> The
next few are below it, to show what is common here. Copies of a few lines, or by a large part of the
class, are not found in this way.</p>
"""


def write_report(course: Course, only: Assignment | None = None) -> Path:
    """Write the page and its numbers into the course's folder; return the page's path.

    Parameters
    ----------
    course
        Whose.
    only
        The assignment to report; by default all that are graded.

    Raises
    ------
    ValueError
        If nothing was graded and nobody answered the inventory.
    """
    chosen = [only] if only else course.assignments
    graded = [one for one in chosen if (course.grades(one) / "sheets").is_dir()]
    name = short_name(only) if only else "class"
    found = [findings(Store(course, one)) for one in graded]
    asked = inventory_findings(course)
    if not found and asked is None:
        names = ", ".join(one.folder for one in chosen)
        raise ValueError(f"nothing is graded of {names}; effnet-lab class grade comes first")
    target = course.folder / "report"
    whole = {"inventory": asked and asdict(asked), "assignments": [asdict(one) for one in found]}
    files = {
        f"{name}.html": _page(course, found, asked),
        f"{name}.json": json.dumps(whole, indent=1, ensure_ascii=False) + "\n",
        f"{name}-items.csv": csv_text(_items_csv(found)),
        f"{name}-slips.csv": csv_text(_slips_csv(found)),
        f"{name}-pairs.csv": csv_text(_pairs_csv(found)),
    }
    target.mkdir(exist_ok=True)
    for file, text in files.items():
        write_text(target / file, text)
    return target / f"{name}.html"


def _items_csv(found: Sequence[Findings]) -> Iterator[Mapping[str, object]]:
    for one in found:
        for item in one.items:
            low, high = item.discrimination[1:] if item.discrimination else (None, None)
            value = item.discrimination and item.discrimination.value
            numbers = {"discrimination": value, "low": low, "high": high}
            yield {"assignment": one.folder, **asdict(item), **numbers}


def _slips_csv(found: Sequence[Findings]) -> Iterator[Mapping[str, object]]:
    for one in found:
        yield from ({"assignment": one.folder, **asdict(row)} for row in one.slips)


def _pairs_csv(found: Sequence[Findings]) -> Iterator[Mapping[str, object]]:
    for one in found:
        for pair in (*one.similarity.pairs, *one.similarity.with_course):
            numbers = asdict(pair)
            del numbers["fragments"]
            yield {"assignment": one.folder, **numbers}


# ------------------------------------------------------------------ the page


def _page(course: Course, found: Sequence[Findings], asked: InventoryFindings | None) -> str:
    body = [f"<p>{escaped(course.title)}, {escaped(course.term)}</p>"]
    for one in found:
        body += [f"<section><h2>{escaped(one.folder)}: {escaped(one.title)}</h2>"]
        body += [*_points(one), *_slips(one), *_items(one), *_similar(one), "</section>"]
    if asked:
        body += ["<section><h2>Concept inventory</h2>", *_inventory(asked), "</section>"]
    return page("The class as a whole", "\n".join(body), style=_STYLE, pictures=True)


def _points(found: Findings) -> Iterator[str]:
    handed = len(found.totals)
    yield (
        f"<p>{handed} graded, {len(found.missing)} not handed in, {len(found.failed)} not graded, "
        f"{len(found.late)} late.{_still_open(found)}</p>"
    )
    for words, names in (
        ("Not handed in", found.missing),
        ("Not graded", found.failed),
        ("Late", [f"{who} ({days} d)" for who, days in found.late.items()]),
    ):
        if names:
            yield f"<p><strong>{words}:</strong> {escaped(', '.join(names))}</p>"
    yield from _drawn(pictures.totals(found))


def _still_open(found: Findings) -> str:
    return f" {found.open} answers in words are not marked yet." if found.open else ""


def _slips(found: Findings) -> Iterator[str]:
    yield "<h3>Slips</h3>"
    if not found.slips:
        yield "<p>None was made.</p>"
        return
    yield from _drawn(pictures.slips(found.slips))
    rows = [
        {
            "slip": one.slip,
            "task": one.title,
            "submissions": f"{one.count} of {one.of}",
            "treated in": one.section,
            "what most of them were told": one.message,
        }
        for one in found.slips
    ]
    yield _table("Slips, of those who attempted the task", rows)


def _items(found: Findings) -> Iterator[str]:
    yield "<h3>Tasks</h3>"
    yield from _drawn(pictures.tasks(found), pictures.discriminations(found))
    if (n := len(found.totals)) < SMALL:
        yield (
            f"<p><strong>With {n} submissions</strong> correlations say little: do not drop a task "
            "for one of them alone.</p>"
        )
    yield _table("All tasks: submissions by points", list(map(_item, found.items)))


def _item(one: Item) -> dict[str, Cell]:
    return {
        "task": one.title,
        "points": one.points,
        "full": one.full,
        "part": one.part,
        "none": one.none,
        "not attempted": one.not_attempted,
        "share": _percent(one.share),
        "discrimination": str(one.discrimination or ""),
        "treated in": one.section,
    }


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


def _drawn(*made: Picture | None) -> Iterator[str]:
    yield from (picture.to_html() for picture in made if picture)


def _similar(found: Findings) -> Iterator[str]:
    yield "<h3>Submissions that look alike</h3>"
    alike = found.similarity
    if not alike.best:
        yield (
            f"<p>{alike.compared} submissions have code of their own; {FEWEST_COMPARED} are needed "
            "to tell what is rare.</p>"
        )
        return
    yield _ALIKE
    yield pictures.closeness(found).to_html()
    for words, pairs in (("Two learners", alike.pairs), ("With the course", alike.with_course)):
        above = sum(pair.suspicious for pair in pairs)
        yield f"<h4>{words}: {above} above the limit</h4>"
        yield from map(_pair, pairs)


def _pair(pair: Pair) -> str:
    names = (pair.one, pair.other)
    sides = "".join(
        f'<div class="sides">{"".join(map(_side, names, fragment))}</div>'
        for fragment in pair.fragments
    )
    mark = "▲ above" if pair.suspicious else "below"
    return (
        f"<details><summary>{escaped(pair.one)} and {escaped(pair.other)}: alike {pair.alike:.2f}, "
        f"{pair.tokens:.0f} rare tokens ({mark} the limit)</summary>{sides}</details>"
    )


def _side(name: str, code: str) -> str:
    return f"<div><small>{escaped(name)}</small><pre>{escaped(code)}</pre></div>"


def _inventory(found: InventoryFindings) -> Iterator[str]:
    before, after = found.answered
    gain = f"Normalised gain: {found.gain}" if found.gain else "There is no normalised gain yet"
    yield (
        f"<p>{before} answered before, {after} after, {found.both} both times. <strong>{gain}"
        "</strong>: of what these could still gain, the share that they did (Hake 1998; 95% "
        "bootstrap interval over learners).</p>"
    )
    yield pictures.inventory(found).to_html()
    rows = [_asked(number, one) for number, one in enumerate(found.asked, 1)]
    yield _table("The questions, and the commonest wrong choice of each", rows)


def _asked(number: int, one: Asked) -> dict[str, Cell]:
    wrong = [most and f"{most[0]} ({most[1]:.0%})" for most in one.commonest]
    return {
        "question": f"{number}. {one.question.text}",
        "right before": _percent(one.right[0]),
        "right after": _percent(one.right[1]),
        "commonest misconception before": wrong[0],
        "after": wrong[1],
        "treated in": one.question.where,
    }


def _table(caption: str, rows: Sequence[Mapping[str, Cell]]) -> str:
    shown = tuple(
        tuple((printable(cell) or None) if isinstance(cell, str) else cell for cell in row.values())
        for row in rows
    )
    return f'<div class="scroll">{table_html(tuple(rows[0]), shown, escaped(caption))}</div>'
