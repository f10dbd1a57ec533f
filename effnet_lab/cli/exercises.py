"""`effnet-lab exercise`: working copies of the graded exercises, and their grades."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .parameters import Read, examples

if TYPE_CHECKING:
    from ..exercises.task import Assignment


@click.group()
def exercise() -> None:
    """Start, reset, list or grade exercises."""


def _assignment(text: str) -> "Assignment":
    from ..exercises.task import find_assignment

    return find_assignment(text)


def _assignments() -> list[str]:
    from ..exercises.task import ASSIGNMENTS

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


@exercise.command(epilog=examples("exercise grade 01", "exercise grade work/01_counting_cost"))
@click.argument("notebook", type=Read("notebook", str, _assignments))
@click.option("--seed", type=int, help="Of the inputs; by default another each time.")
def grade(notebook: str, seed: int | None) -> None:
    """Grade a notebook in a process of its own.

    NOTEBOOK is a file, its folder, or such as 01: the working copy of that exercise.
    """
    from ..exercises.grader.grading import grade

    try:
        click.echo(grade(_notebook(notebook), seed))
    except (OSError, ValueError) as error:
        raise click.UsageError(str(error)) from error
