"""`effnet-lab class`: a course folder, the learners' edition, and the marks of a class."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .parameters import PATH, Read, examples, together

if TYPE_CHECKING:
    from ..classroom.store import Store
    from ..exercises.assignment import Assignment


@click.group("class")
def classes() -> None:
    """Make a course, release it, and grade what a class hands in."""


def _assignment(text: str) -> "Assignment":
    from ..exercises.assignment import find_assignment

    return find_assignment(text)


def _names() -> list[str]:
    from ..exercises.assignment import ASSIGNMENTS

    return [assignment.folder for assignment in ASSIGNMENTS.values()]


_ASSIGNMENT = Read("assignment", _assignment, _names)

folder = click.argument("folder", metavar="DIR", type=PATH)
assignment = click.option(
    "--assignment", type=_ASSIGNMENT, required=True, help="Which one it is, such as 02."
)
folder_and_assignment = together(folder, assignment)


def _store(folder: Path, assignment: "Assignment") -> "Store":
    from ..classroom.course import read_course
    from ..classroom.store import Store

    course = read_course(folder)
    return Store(course, course.chosen(assignment))


@classes.command(epilog=examples("class init spring", "class init spring -a 01 -a 02"))
@folder
@click.option(
    "--assignment", "-a", "assignments", type=_ASSIGNMENT, multiple=True, help="By default all."
)
@click.option("--term", help="By default this half of the year.")
def init(folder: Path, assignments: tuple["Assignment", ...], term: str | None) -> None:
    """Make a course folder: settings, a roster, a place for questions of your own."""
    from ..classroom.course import SETTINGS, init_course

    made = init_course(folder, assignments, term)
    click.echo(f"{folder / SETTINGS}: {len(made.assignments)} assignments, term {made.term}")
    click.echo(f"write your learners into {folder / made.roster_file}, dates into {SETTINGS}")


@classes.command(epilog=examples("class release spring", "class release spring --out edition"))
@folder
@click.option(
    "--out", type=PATH, help="A .zip or a new folder; by default DIR/release/effnet-lab-TERM.zip."
)
def release(folder: Path, out: Path | None) -> None:
    """Write the learners' edition: without solutions and tests.

    The references of the checks stay readable in it, because instant feedback needs them.
    """
    from ..classroom.course import read_course
    from ..classroom.release import release

    click.echo(f"{release(read_course(folder), out)}")


@classes.command(
    epilog=examples(
        "class grade spring moodle.zip --assignment 02",
        "class grade spring submitted --assignment 02",
    )
)
@folder_and_assignment
@click.argument("submissions", type=PATH)
@click.option(
    "--trust-submissions",
    "trust",
    is_flag=True,
    help="Where there is no sandbox: run them all the same, as you.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Grade on the Dask cluster there, such as tcp://host:8786; needs effnet-lab[dask].",
)
@click.option("--progress/--no-progress", default=True, help="Show a bar.")
def grade(
    folder: Path,
    assignment: "Assignment",
    submissions: Path,
    scheduler: str | None,
    **options: Any,
) -> None:
    """Grade a class: what nbgrader collected, or Moodle's or Canvas' download, a zip or a folder.

    An interrupted run goes on where it was. The exit status is 0 if all is graded, 3 if somebody
    must look at something, 130 if it was stopped.
    """
    from ..classroom.bulk import grade_class
    from ..classroom.course import read_course

    if scheduler:
        from ..training.sweep import choose_workplace

        options["open_workers"] = choose_workplace(scheduler=scheduler).open
    outcome = grade_class(read_course(folder), assignment, submissions, **options)
    click.echo(f"{outcome.found.layout} layout; {outcome.graded} graded now")
    click.echo(outcome.summary)
    if outcome.stopped:
        click.echo("stopped; the same command goes on")
    raise click.exceptions.Exit(130 if outcome.stopped else 3 if outcome.troubles else 0)


@classes.command(epilog=examples("class essays spring --assignment 02 --blind"))
@folder_and_assignment
@click.option("--blind", is_flag=True, help="Without names, in an order that tells none.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0 for any that is free.")
@click.option("--browser/--no-browser", default=True, help="Open it.")
def essays(folder: Path, assignment: "Assignment", blind: bool, port: int, browser: bool) -> None:
    """Mark answers in words, on a page that only this machine can see."""
    import threading
    import webbrowser

    from ..classroom.essays.answers import Essays
    from ..classroom.essays.server import served
    from ..classroom.results import write_results

    store = _store(folder, assignment)
    marking = Essays(store, blind)
    with served(marking, port) as address:
        click.echo(f"{address}\nCtrl-C ends it; every mark is saved at once")
        if browser:
            webbrowser.open(address)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()
    click.echo(write_results(store))


@classes.command(epilog=examples("class inventory spring moodle.zip --when before"))
@folder
@click.argument("submissions", type=PATH)
@click.option("--when", type=click.Choice(["before", "after"]), required=True)
def inventory(folder: Path, submissions: Path, when: str) -> None:
    """Collect what a class answered to the concept inventory; no notebook is run."""
    from ..classroom.course import read_course
    from ..classroom.inventory.answers import collect, kept_answers

    course = read_course(folder)
    found = collect(course, submissions, when)
    answered = sum(map(bool, kept_answers(course, when).values()))
    click.echo(f"{found.layout} layout; {answered} of {len(course.roster)} answered")
    for text in found.troubles:
        click.echo(f"! {text}")
    raise click.exceptions.Exit(3 if found.troubles else 0)


@classes.command(epilog=examples("class report spring", "class report spring --assignment 02"))
@folder
@click.option("--assignment", type=_ASSIGNMENT, help="By default all that are graded.")
def report(folder: Path, assignment: "Assignment | None") -> None:
    """Show the class as a whole: points, slips, tasks, what looks alike, the inventory.

    One page that needs nothing else, and its numbers as CSV and JSON, in DIR/report/.
    """
    from ..classroom.course import read_course
    from ..classroom.report.render import write_report

    course = read_course(folder)
    click.echo(f"{write_report(course, course.chosen(assignment) if assignment else None)}")


@classes.command("export", epilog=examples("class export spring --assignment 02 gradebook.db"))
@folder_and_assignment
@click.argument("gradebook", type=PATH)
def export_(folder: Path, assignment: "Assignment", gradebook: Path) -> None:
    """Write the scores into nbgrader's gradebook."""
    from ..classroom.gradebook import export_scores

    count = export_scores(_store(folder, assignment), gradebook)
    click.echo(f"{gradebook}: scores of {count} learners")


@classes.command("import", epilog=examples("class import spring --assignment 02 gradebook.db"))
@folder_and_assignment
@click.argument("gradebook", type=PATH)
def import_(folder: Path, assignment: "Assignment", gradebook: Path) -> None:
    """Take marks of written answers over from nbgrader's gradebook; compare all other scores."""
    from ..classroom.gradebook import import_scores
    from ..classroom.results import write_results

    store = _store(folder, assignment)
    found = import_scores(store, gradebook)
    click.echo(f"{found.marks} marks taken over")
    for text in found.differences:
        click.echo(f"! {text}")
    click.echo(write_results(store))
