"""Reading a learner's notebook: whatever was done to the file, there are cells or a reason."""

import errno
import json
import os
import re
import stat
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .assignment import ASSIGNMENTS, NAMES, Assignment

#: What is more than this is no notebook of a learner's: bytes, lists and dicts, cells, and
#: characters of all code cells.
_MAX_BYTES = 32 * 2**20
_MAX_PARTS = 1_000_000
_MAX_CELLS = 2_000
_MAX_SOURCE = 2_000_000

#: What nbgrader puts in place of a written answer.
TEXT_STUB = "YOUR ANSWER HERE"


class BadNotebookError(ValueError):
    """A file is no notebook that could be run; the message says why."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell, whatever its metadata say.

    Parameters
    ----------
    number
        From 1, all cells counted.
    kind
        "code", "markdown" or another.
    source
        Its text.
    names
        Its id, and that of nbgrader.
    """

    number: int
    kind: str
    source: str
    names: frozenset[str]


def notebook_at(path: Path) -> Path:
    """Return a notebook, or the only one in a folder.

    Raises
    ------
    ValueError
        If there is none, or there are several.
    """
    if path.is_file():
        return path
    if not path.is_dir():
        raise ValueError(f"there is no {path}")
    found = sorted(path.glob("*.ipynb"))
    same_name = [one for one in found if one.stem == path.name]
    if len(found) == 1 or same_name:
        return (same_name or found)[0]
    which = "no notebook" if not found else f"{len(found)} notebooks: name one of them"
    raise ValueError(f"{path} holds {which}")


def read_cells(path: Path) -> list[Cell]:
    """Read a notebook's cells.

    Raises
    ------
    BadNotebookError
        If the file is no notebook, or has no code cells.
    OSError
        If it cannot be read.
    """
    content = _content(path)
    if content.count(b"[") + content.count(b"{") > _MAX_PARTS:
        raise BadNotebookError(f"the file holds more than {_MAX_PARTS:,} lists")
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise BadNotebookError("the file is no notebook: it is not JSON") from None
    cells = found.get("cells") if isinstance(found, dict) else None
    if not isinstance(cells, list):
        raise BadNotebookError("the file is no notebook: it has no list of cells")
    if len(cells) > _MAX_CELLS:
        raise BadNotebookError(f"the notebook has {len(cells):,} cells: more than {_MAX_CELLS:,}")
    read = [_cell(number, cell) for number, cell in enumerate(cells, 1) if isinstance(cell, dict)]
    if not any(cell.kind == "code" for cell in read):
        raise BadNotebookError("the notebook has no code cells")
    if sum(len(cell.source) for cell in read) > _MAX_SOURCE:
        raise BadNotebookError(f"its cells hold more than {_MAX_SOURCE:,} characters")
    return read


def _content(path: Path) -> bytes:
    """Read a plain file: no link to another, no pipe that never ends, no device."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        number = os.open(path, flags | getattr(os, "O_BINARY", 0))
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise BadNotebookError("the file is a link to another one") from None
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise BadNotebookError("it is no file, but a device, a pipe or a folder")
    with open(number, "rb") as file:
        content = file.read(_MAX_BYTES + 1)
    if len(content) > _MAX_BYTES:
        raise BadNotebookError(f"the file is larger than {_MAX_BYTES // 2**20} MB")
    return content


def _cell(number: int, cell: dict[str, Any]) -> Cell:
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    metadata = cell.get("metadata")
    grader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    names = [cell.get("id"), grader.get("grade_id") if isinstance(grader, dict) else None]
    return Cell(
        number,
        str(cell.get("cell_type", "")),
        source if isinstance(source, str) else "",
        frozenset(name for name in names if isinstance(name, str)),
    )


def written_answer(cells: list[Cell], name: str) -> str:
    """Return what stands in a written answer's cell; empty if nothing was written."""
    texts = [c.source.strip() for c in cells if c.kind == "markdown" and name in c.names]
    return next((text for text in texts if text and text != TEXT_STUB), "")


def which_assignment(path: Path, cells: list[Cell]) -> Assignment:
    """Tell which assignment a notebook is: by the name of its file, of its folder, or its checks.

    Raises
    ------
    ValueError
        If none of these says so.
    """
    for text in (path.stem, path.parent.name):
        for name in ASSIGNMENTS:
            if f"{NAMES.index(name) + 1:02d}_{name}" in text:
                return ASSIGNMENTS[name]
    checks = re.findall(r"check\([ \t]*[\"'](\w+)\.\w+[\"']", "\n".join(c.source for c in cells))
    for name, _ in Counter(checks).most_common():
        if name in ASSIGNMENTS:  # a teacher's own is code that a notebook must not choose
            return ASSIGNMENTS[name]
    example = ASSIGNMENTS[NAMES[0]].folder
    raise ValueError(
        f"{path.name} does not say which assignment it is; give it a name such as "
        f"{example}.ipynb, or say which with --assignment"
    )
