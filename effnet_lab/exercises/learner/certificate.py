"""A page that says what was achieved, and how: no more than the progress file knows."""

import html
import time
from pathlib import Path

from ..._files import keep_backup, write_atomically
from ..._learner import progress_path
from ...view.picture import table_html
from ..assignment import Assignment
from .progress import Progress

#: Part of the points that are checked automatically.
NEEDED = 0.8


def write_certificate(
    name: str, progress: Progress, assignments: tuple[Assignment, ...], path: Path | None = None
) -> tuple[Path | None, str]:
    """Write a certificate beside the progress file, if there are points enough.

    Returns
    -------
    path, message
        No path if there are not.

    Raises
    ------
    ValueError
        If the name is empty.
    """
    if not name.strip():
        raise ValueError("name is empty; write yours, as it shall stand on the page")
    got = sum(map(progress.points, assignments))
    most = sum(a.points for a in assignments)
    if got < NEEDED * most:
        short = NEEDED * most - got
        return None, f"You have {got:g} of {most:g} points; {short:g} more are needed for a page."
    path = path or progress_path().with_name("certificate.html")
    keep_backup(path)
    write_atomically(path, _page(name, progress, assignments, got, most).encode())
    return path, f"{got:g} of {most:g} points: your certificate is written."


def _page(
    name: str, progress: Progress, assignments: tuple[Assignment, ...], got: float, most: float
) -> str:
    rows = tuple((a.title, f"{progress.points(a):g} of {a.points:g}") for a in assignments)
    tried = [progress.of(task) for a in assignments for task in a.tasks]
    shown = sum(task.solution for task in tried)
    looked = f" The solution was shown for {shown} of {len(tried)} tasks." if shown else ""
    who = html.escape(name.strip())
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>effnet-lab: {who}</title>'
        "<style>:root { color-scheme: light dark } body { font: 18px/1.5 system-ui, sans-serif; "
        "max-width: 34em; margin: 4em auto; padding: 0 1em; text-align: center } "
        "table { margin: 2em auto } td, th { padding: 0.2em 1em; text-align: left }</style>"
        f"<h1>{who}</h1><p>has worked through effnet-lab, EfficientNet from the inside, and solved "
        f"{got:g} of {most:g} points of its exercises.{looked}</p>"
        f"{table_html(('exercise', 'points'), rows)}"
        f"<p>{time.strftime('%Y-%m-%d')}. Counted by the learner's own computer; answers in words "
        "are not counted.</p></html>\n"
    )
