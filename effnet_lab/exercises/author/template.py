"""What a teacher's own assignment begins with: `effnet-lab exercise new`."""

from pathlib import Path

from ..assignment import Assignment, load_assignment
from .derive import Notebook, notebook_text

_INIT = '''"""An assignment of your own."""

from effnet_lab.exercises import Assignment

ASSIGNMENT = Assignment(title="{title}", contents=("{name}",))
'''

_TASK = '''"""MACs a second: a task to be replaced by your own."""

from random import Random

from effnet_lab.exercises import About, Case, Task, slip


def cases(random: Random) -> list[Case]:
    """Draw the calls of one check, smallest first."""
    draws = [(random.randint(10, 90), random.randint(2, 9)) for _ in range(4)]
    return [dict(macs=1_000_000 * m, milliseconds=ms) for m, ms in sorted(draws)]


def {name}(macs: int, milliseconds: float, *, second: int = 1000) -> float:
    """Return what is right; what stands behind * are options, by which it goes wrong."""
    return macs / milliseconds * second


TASK = Task(
    right={name},
    cases=cases,
    example=dict(macs=386_000_000, milliseconds=50),
    rel=1e-9,
    about=About("{title}", points=1, minutes=5),
    hints=(
        "How many MACs are done in one millisecond?",
        "A second has 1,000 milliseconds.",
        "Divide the MACs by the milliseconds, and multiply by 1,000.",
    ),
    slips=(
        slip("a-millisecond", second=1).says("That is for a millisecond; asked for is a second."),
        slip("a-minute", second=60_000).says("That is for a minute; asked for is a second."),
        slip("product", lambda macs, milliseconds: macs * milliseconds).says(
            "You multiply by the time; a rate is divided by it."
        ),
    ),
    also_right=("{name} = lambda macs, milliseconds: 1000 * macs / milliseconds",),
)
'''

_QUESTION = """A network takes `macs` multiply-accumulates. Your machine takes `milliseconds` for
them. How many does it do in a second?

Return a number. For example, `{name}(386_000_000, 50)` is 7,720,000,000."""

_SOLUTION = '''def {name}(macs, milliseconds):
    """Return the MACs that are done in a second."""
    ### BEGIN SOLUTION
    return macs / milliseconds * 1000
    ### END SOLUTION'''

_IMPORTS = "from effnet_lab.exercises import certificate, check, hint, progress, solution"


def write_template(folder: Path) -> Assignment:
    """Write an assignment with one task that runs; return it.

    Parameters
    ----------
    folder
        To be made; its name is that of the assignment and of the task.

    Raises
    ------
    ValueError
        If the name is no Python name in lower case.
    FileExistsError
        If the folder is there already.
    """
    name = folder.resolve().name
    if not (name.isidentifier() and name.islower()):
        raise ValueError(f"name is {name!r}; it must be a Python name in lower case: my_task")
    words = {"name": name, "title": name.replace("_", " ").capitalize()}
    folder.mkdir(parents=True)
    (folder / "solutions").mkdir()
    (folder / "__init__.py").write_text(_INIT.format(**words), encoding="utf-8")
    (folder / f"{name}.py").write_text(_TASK.format(**words), encoding="utf-8")
    notebook = folder / "solutions" / f"{name}.ipynb"
    notebook.write_text(notebook_text(_notebook(name, words)), encoding="utf-8")
    return load_assignment(folder)


def _notebook(name: str, words: dict[str, str]) -> Notebook:
    cell = name.replace("_", "-")
    return {
        "cells": [
            _cell("title", "markdown", f"# {words['title']}"),
            _cell("imports", "code", _IMPORTS),
            _cell(f"{cell}-task", "markdown", _QUESTION.format(**words)),
            _cell(cell, "code", _SOLUTION.format(**words)),
            _cell("progress", "code", "progress()"),
        ],
        "metadata": {
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(name: str, kind: str, source: str) -> Notebook:
    code: Notebook = {"execution_count": None, "outputs": []} if kind == "code" else {}
    made: Notebook = {
        "cell_type": kind,
        "id": name,
        "metadata": {},
        "source": source.splitlines(True),
        **code,
    }
    return dict(sorted(made.items()))
