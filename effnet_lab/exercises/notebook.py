"""Reading a learner's notebook: whatever was done to the file, there are cells or a reason."""

import contextlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .assignment import ASSIGNMENTS, NAMES, Assignment, find_assignment

_MAX_BYTES = 100 * 2**20

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
    if path.stat().st_size > _MAX_BYTES:
        raise BadNotebookError(f"the file is larger than {_MAX_BYTES // 2**20} MB")
    try:
        found = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise BadNotebookError("the file is no notebook: it is not JSON") from None
    cells = found.get("cells") if isinstance(found, dict) else None
    if not isinstance(cells, list):
        raise BadNotebookError("the file is no notebook: it has no list of cells")
    read = [_cell(number, cell) for number, cell in enumerate(cells, 1) if isinstance(cell, dict)]
    if not any(cell.kind == "code" for cell in read):
        raise BadNotebookError("the notebook has no code cells")
    return read


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
    checks = re.findall(r"check\(\s*[\"'](\w+)\.\w+[\"']\s*\)", "\n".join(c.source for c in cells))
    for name in sorted(set(checks), key=checks.count, reverse=True):
        with contextlib.suppress(ValueError):
            return find_assignment(name)
    example = ASSIGNMENTS[NAMES[0]].folder
    raise ValueError(
        f"{path.name} does not say which assignment it is; give it a name such as "
        f"{example}.ipynb, or say which with --assignment"
    )
