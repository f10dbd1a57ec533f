"""Static twins: picture and table of each widget, for pages on which nothing has run.

Lessons are committed without outputs, so a reader of the page alone would see no widget. Under each
widget's cell stands a Markdown cell that begins with ``<!-- twin -->``; what follows is made here
from what the widget above it shows. It is open; the live widget folds it (`widgets/live.js`).
``python -m effnet_lab.lessons.twins notebooks/*.ipynb`` runs the lessons and writes these cells and
their pictures anew.
"""

import argparse
import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from .._files import write_atomically

MARK = "<!-- twin -->"

#: Beside the lessons.
FOLDER = "pictures"

Cell = Mapping[str, Any]


class Twin(NamedTuple):
    """A twin cell: its place among the cells, its text, and the picture that it shows."""

    place: int
    markdown: str
    picture_name: str
    picture: str


def twins(cells: Sequence[Cell], lesson: str) -> Iterator[Twin]:
    """Yield the twins that a lesson should have.

    Parameters
    ----------
    cells
        The cells of the executed lesson.
    lesson
        Its file's name without ending; pictures are named after it.

    Raises
    ------
    ValueError
        If a twin cell does not follow a cell that shows a widget, or a widget has no twin.
    """
    for index, cell in enumerate(cells):
        static = _static_html(cell)
        follows = cells[index + 1] if index + 1 < len(cells) else {}
        marked = str(follows.get("source", "")).startswith(MARK)
        if bool(static) != marked:
            problem = "has no twin" if static else "shows no widget, but a twin follows"
            raise ValueError(f"{lesson}: the cell {cell['id']!r} {problem}")
        if static:
            yield _twin(index + 1, static, f"{lesson[:2]}-{follows['id']}.svg")


def write_twins(path: Path) -> list[str]:
    """Run a lesson and write its twin cells and pictures; return the pictures' names.

    Raises
    ------
    ValueError
        As for `twins`.
    """
    import nbformat
    from nbclient import NotebookClient

    executed: Any = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    where = {"metadata": {"path": str(path.parent)}}
    NotebookClient(executed, timeout=300, resources=where).execute()
    lesson = json.loads(path.read_text(encoding="utf-8"))
    names = []
    for twin in twins(executed.cells, path.stem):
        lesson["cells"][twin.place]["source"] = twin.markdown.splitlines(keepends=True)
        target = path.parent / FOLDER / twin.picture_name
        target.parent.mkdir(exist_ok=True)
        write_atomically(target, twin.picture.encode())
        names.append(twin.picture_name)
    text = json.dumps(lesson, indent=1, ensure_ascii=False) + "\n"
    write_atomically(path, text.encode())
    return names


def _static_html(cell: Cell) -> str:
    """Return what a cell's widget shows where nothing runs; empty if it has no such widget."""
    for output in cell.get("outputs", []):
        page = str(output.get("data", {}).get("text/html", ""))
        if 'class="effnet-panel-static"' in page:
            return page
    return ""


def _twin(index: int, static: str, name: str) -> Twin:
    svg = _between(static, r"<svg\b.*</svg>")
    alt = html.unescape(_between(svg, r'(?<=aria-label=")[^"]*'))
    summary = _between(static, r"<figcaption>.*</figcaption>")
    markdown = "\n".join(
        [
            MARK,
            '<details open class="effnet-twin"><summary>Without a running kernel</summary>',
            "",
            html.unescape(re.sub("<[^>]+>", "", summary)),
            "",
            f"![{alt}]({FOLDER}/{name})",
            "",
            "<details><summary>Data as a table</summary>",
            _between(static, r"<table>.*</table>"),
            "</details>",
            "</details>",
        ]
    )
    return Twin(index, markdown, name, _standalone(svg))


def _between(page: str, pattern: str) -> str:
    found = re.search(pattern, page, flags=re.DOTALL)
    if found is None:
        raise ValueError(f"a widget's static page lacks {pattern!r}")
    return found[0]


def _standalone(svg: str) -> str:
    """Make a file of an SVG element: a size of its own, black on white."""
    head, rest = re.match(r"(<svg\b[^>]*)>(.*)", svg, flags=re.DOTALL).groups()  # type: ignore[union-attr]
    _, _, width, height = map(float, _between(head, r'(?<=viewBox=")[^"]*').split())
    head = re.sub(r'\s(?:xmlns|width|height|style|color)="[^"]*"', "", head)
    head += (
        f' xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" color="black"'
        f' style="background: white; font-family: sans-serif"'
    )
    return f"{head}>{rest}\n"


def main(argv: Sequence[str] | None = None) -> None:
    """Write the twins of the lessons named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m effnet_lab.lessons.twins", description=__doc__)
    parser.add_argument("lessons", nargs="+", type=Path)
    for path in parser.parse_args(argv).lessons:
        print(path.name, *write_twins(path))


if __name__ == "__main__":
    main()
