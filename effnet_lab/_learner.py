"""A learner's own small files, in `work/`: written whole, and never lost."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from ._files import keep_backup, write_atomically

#: Where the progress is, instead of `work/progress.json`; the other files are beside it.
VARIABLE = "EFFNET_LAB_PROGRESS"

#: Where the learner's own files are; git ignores it.
WORK = "work"

Kept = TypeVar("Kept")


def course_folder(start: Path | None = None) -> Path:
    """Return the folder of the course: the nearest one that holds `exercises/`.

    Parameters
    ----------
    start
        Looked at first, then the folders above it, then the checkout of this package. By default
        the current folder.

    Raises
    ------
    RuntimeError
        If there is none.
    """
    here = (start or Path.cwd()).resolve()
    checkout = Path(__file__).resolve().parents[1]
    for folder in (here, *here.parents, checkout):
        if (folder / "exercises" / "README.md").is_file():
            return folder
    raise RuntimeError(
        f"there are no exercises in {here} or above; go to the folder of the course first"
    )


def progress_path() -> Path:
    """Return where the progress is kept."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    try:
        return course_folder() / WORK / "progress.json"
    except RuntimeError:  # a notebook somewhere else
        return Path.cwd() / "progress.json"


def read_kept(path: Path, parse: Callable[[Any], Kept], nothing: Kept) -> tuple[Kept, Path | None]:
    """Read what a file keeps; one that cannot be read is put aside.

    Parameters
    ----------
    path
        A JSON file; there may be none.
    parse
        Turns its content into what is wanted, or fails.
    nothing
        Returned if there is nothing to read.

    Returns
    -------
    kept, aside
        `aside` is where an unreadable file is now.
    """
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return nothing, None
    try:
        return parse(json.loads(text)), None
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return nothing, keep_backup(path)


def write_kept(path: Path, content: Mapping[str, Any]) -> None:
    """Write what a file keeps.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    text = json.dumps({"version": 1, **content}, indent=1, ensure_ascii=False)
    write_atomically(path, f"{text}\n".encode())
