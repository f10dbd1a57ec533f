"""`python -m benchmarks.classroom`: a class graded by `class grade`, and by nbgrader's autograde.

Synthetic submissions of one assignment; those that are honest are graded by both, in one run: ours
with its sandbox, where this machine has one. Both go through the same notebooks in batches that
take turns, so that a busy machine slows both.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from effnet_lab.classroom.bulk import grade_class
from effnet_lab.classroom.course import init_course, read_course
from effnet_lab.classroom.gradebook import path_with_alembic
from effnet_lab.classroom.store import Store
from effnet_lab.classroom.synthetic import KINDS, Synthetic, synthetic_class, write_class
from effnet_lab.exercises.assignment import Assignment, find_assignment

#: Shares of a class: right, partly right, wrong, untouched, hostile.
SHARES = (0.3, 0.35, 0.15, 0.05, 0.15)

_CONFIG = """
c = get_config()
c.CourseDirectory.root = {root!r}
c.Exchange.root = {exchange!r}
c.CourseDirectory.db_url = {database!r}
"""


def nbgrader(folder: Path, *arguments: str) -> None:
    """Call nbgrader in a course of its own; see `nbgrader_course`.

    Raises
    ------
    RuntimeError
        If it fails.
    """
    own = {name: str(folder / "home") for name in ("JUPYTER_CONFIG_DIR", "IPYTHONDIR")}
    own |= {"PATH": path_with_alembic(), "EFFNET_LAB_PROGRESS": str(folder / "progress.json")}
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"nbgrader {' '.join(arguments)}: {done.stderr[-2000:]}")


def nbgrader_course(folder: Path, assignment: Assignment) -> Path:
    """Set up a course of nbgrader with an assignment; return where its gradebook is."""
    source = folder / "source" / assignment.folder
    source.mkdir(parents=True)
    (source / f"{assignment.folder}.ipynb").write_bytes(
        assignment.notebook("solutions").read_bytes()
    )
    database, exchange = folder / "gradebook.db", folder / "exchange"
    exchange.mkdir(mode=0o777)
    (folder / "nbgrader_config.py").write_text(
        _CONFIG.format(root=str(folder), exchange=str(exchange), database=f"sqlite:///{database}")
    )
    nbgrader(folder, "generate_assignment", assignment.folder)
    return database


def time_ours(folder: Path, assignment: Assignment, made: Mapping[str, Synthetic]) -> float:
    """Grade a class; return the seconds.

    Raises
    ------
    RuntimeError
        If a score is not as intended.
    """
    init_course(folder, [assignment], term="term")
    submitted = write_class(folder, assignment, made)
    course, began = read_course(folder), time.perf_counter()
    grade_class(course, assignment, submitted, trust=True, progress=False)
    seconds = time.perf_counter() - began
    if off := unintended(folder, assignment, made):
        raise RuntimeError(f"scores not as intended: {'; '.join(off)}")
    return seconds


def unintended(folder: Path, assignment: Assignment, made: Mapping[str, Synthetic]) -> list[str]:
    """Return where a score is another than was intended."""
    off = []
    for learner, record in Store(read_course(folder), assignment).records():
        rows = {row["task"]: row["points"] for row in record.sheet["rows"]} if record else {}
        for task, points in made[learner.id].points.items():
            if rows.get(task) != points:
                kind = made[learner.id].kind
                off.append(f"{learner.id} ({kind}), {task}: {rows.get(task)}, not {points}")
    return off


def time_theirs(folder: Path, assignment: Assignment, made: Mapping[str, Synthetic]) -> float:
    """Autograde a class with nbgrader; return the seconds."""
    folder.mkdir()
    nbgrader_course(folder, assignment)
    write_class(folder, assignment, made)
    began = time.perf_counter()
    nbgrader(folder, "autograde", assignment.folder)
    return time.perf_counter() - began


def main() -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.classroom", description=__doc__)
    parser.add_argument("--submissions", type=int, default=200)
    parser.add_argument("--assignment", type=find_assignment, default=find_assignment("02"))
    parser.add_argument("--batches", type=int, default=2, help="of the honest ones, in turns")
    given = parser.parse_args()
    counts = {
        kind: round(given.submissions * share) for kind, share in zip(KINDS, SHARES, strict=True)
    }
    made = dict(synthetic_class(given.assignment, counts))
    honest = [who for who, one in made.items() if one.kind != "hostile"]
    with tempfile.TemporaryDirectory() as place:
        ours = theirs = 0.0
        for turn in range(given.batches):
            batch = {who: made[who] for who in honest[turn :: given.batches]}
            ours += time_ours(Path(place, f"ours{turn}"), given.assignment, batch)
            theirs += time_theirs(Path(place, f"theirs{turn}"), given.assignment, batch)
        whole = time_ours(Path(place, "all"), given.assignment, made)
    print(f"{'':32}{'submissions':>12}{'seconds':>10}{'a minute':>10}{'times':>8}")
    rows = (
        ("nbgrader autograde, honest", len(honest), theirs),
        ("class grade, honest", len(honest), ours),
        ("class grade, hostile ones too", len(made), whole),
    )
    for name, count, seconds in rows:
        times = theirs / len(honest) / (seconds / count)
        print(f"{name:32}{count:12}{seconds:10.1f}{60 * count / seconds:10.1f}{times:8.1f}")
    print("every score as intended")


if __name__ == "__main__":
    main()
