"""`effnet-lab exercise`: working copies of the graded exercises, their grades, their authors."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .parameters import PATH, Read, examples

if TYPE_CHECKING:
    from ..exercises.assignment import Assignment


@click.group()
def exercise() -> None:
    """Start, reset, list or grade exercises; write your own."""


def _assignment(text: str) -> "Assignment":
    from ..exercises.assignment import find_assignment

    return find_assignment(text)


def _assignments() -> list[str]:
    from ..exercises.assignment import ASSIGNMENTS

    return [assignment.folder for assignment in ASSIGNMENTS.values()]


def _notebook(text: str) -> Path:
    """Return the notebook at a path, or in the working copy of the assignment of that name."""
    from ..exercises.notebook import notebook_at
    from ..exercises.working_copy import working_copy

    path = Path(text)
    if not path.exists():
        with suppress(ValueError):  # no assignment either: the path is what there is none of
            path = working_copy(_assignment(text)).folder
    return notebook_at(path)


assignment = click.argument("assignment", type=Read("assignment", _assignment, _assignments))


@exercise.command(epilog=examples("exercise start 01", "exercise start mbconv"))
@assignment
def start(assignment: "Assignment") -> None:
    """Copy an exercise into work/, unless it is there already."""
    from ..exercises.working_copy import start

    copy, new = start(assignment)
    state = "is yours to work in" if new else "is there already: nothing was changed"
    click.echo(f"{copy.notebook} {state}")


@exercise.command(epilog=examples("exercise reset 01"))
@assignment
def reset(assignment: "Assignment") -> None:
    """Start anew; the old copy is kept under a dated name."""
    from ..exercises.working_copy import reset

    copy, backup = reset(assignment)
    if backup:
        click.echo(f"the old copy is now {backup}")
    click.echo(f"{copy.notebook} is new")


@exercise.command(epilog=examples("exercise status"))
def status() -> None:
    """List all exercises and how far they are."""
    from ..exercises.learner.progress import read_progress
    from ..exercises.working_copy import working_copies

    progress, aside = read_progress()
    if aside:
        click.echo(f"the progress could not be read; it is now {aside}")
    for copy in working_copies():
        points = progress.points(copy.assignment)
        state = "started" if copy.started else "not started"
        if any(task.name in progress.tasks for task in copy.assignment.tasks):
            state = f"{points:g} of {copy.assignment.points:g} points checked"
        click.echo(f"{copy.assignment.folder:22}{state}")


@exercise.command(
    epilog=examples(
        "exercise grade 01",
        "exercise grade work/01_counting_cost",
        "exercise grade handed_in.ipynb --assignment 01",
    )
)
@click.argument("notebook", type=Read("notebook", str, _assignments))
@click.option(
    "--assignment",
    type=Read("assignment", _assignment, _assignments),
    help="Which one it is; by default the notebook says so.",
)
@click.option("--seed", type=int, help="Of the inputs; by default another each time.")
def grade(notebook: str, assignment: "Assignment | None", seed: int | None) -> None:
    """Grade a notebook in a process of its own: in a sandbox, where there is one (bubblewrap).

    NOTEBOOK is a file, its folder, or such as 01: the working copy of that exercise. Without a
    sandbox it can do whatever you can; the sheet says so. For others' notebooks see `class grade`.
    """
    from ..exercises.grader.grading import grade

    try:
        click.echo(grade(_notebook(notebook), seed, assignment=assignment, trust=True))
    except (OSError, ValueError) as error:
        raise click.UsageError(str(error)) from error


# For authors

several = click.argument("assignments", nargs=-1)


def _chosen(assignments: tuple[str, ...]) -> list[str]:
    return list(assignments) or _assignments()


@exercise.command(epilog=examples("exercise new my_task"))
@click.argument("folder", type=PATH)
def new(folder: Path) -> None:
    """Make an assignment of your own: a folder with one task that runs."""
    from ..exercises.author.derive import derive
    from ..exercises.author.template import write_template

    derive(write_template(folder))
    click.echo(f"{folder} is yours to change; then: effnet-lab exercise derive {folder}")


@exercise.command(epilog=examples("exercise derive 01", "exercise derive my_task"))
@several
def derive(assignments: tuple[str, ...]) -> None:
    """Complete solutions and derive exercises from them; all of the course by default."""
    from ..exercises.author.derive import derive

    for name in _chosen(assignments):
        found = _assignment(name)
        click.echo(f"{found.folder} {'derived' if derive(found) else 'is as it was'}")


@exercise.command(epilog=examples("exercise audit 01", "exercise audit my_task --seeds 5"))
@several
@click.option(
    "--seeds", type=click.IntRange(1), default=20, help="Draws of inputs, each by itself."
)
def audit(assignments: tuple[str, ...], seeds: int) -> None:
    """Prove the checks: feed all slips back, other answers, and changes of the solution."""
    from ..exercises.author.audit import audit_all

    names, off = _chosen(assignments), 0
    for text, problems in audit_all(names, seeds):
        click.echo(text)
        off += problems
    click.echo(f"{len(names)} assignments audited; {off or 'nothing'} off")
    if off:
        raise click.exceptions.Exit(1)
