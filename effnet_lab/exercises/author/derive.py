"""Exercises are derived from solutions: `make exercises`.

nbgrader's own converter takes out what stands between the solution marks and every written answer.
Nothing but the notebook is looked at, so nothing else of a solution's folder can get into
`exercises/`. The same source gives the same bytes.
"""

import argparse
import json
import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..._files import write_atomically
from ..task import ASSIGNMENTS, Assignment, find_assignment
from ..working_copy import course_folder


def exercise_text(solution: Path) -> str:
    """Return the exercise of a solution notebook, as the text of its file.

    Raises
    ------
    RuntimeError
        If nbgrader cannot convert it, or is not installed.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        source = place / "source" / solution.stem / solution.name
        source.parent.mkdir(parents=True)
        source.write_bytes(solution.read_bytes())
        _generate(place, solution.stem)
        made = place / "release" / solution.stem / solution.name
        if not made.exists():
            raise RuntimeError(f"nbgrader made no exercise of {solution.name}; see its log above")
        return notebook_text(json.loads(made.read_text(encoding="utf-8")))


def notebook_text(notebook: Any) -> str:
    """Write a notebook as Jupyter does, with ids and without outputs."""
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _generate(course: Path, assignment: str) -> None:
    try:
        from nbgrader.converters import GenerateAssignment
        from nbgrader.coursedir import CourseDirectory
        from traitlets.config import Config
    except ImportError as error:
        raise RuntimeError("nbgrader is missing; install effnet-lab[dev]") from error
    config = Config()
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.source_directory = "source"
    config.CourseDirectory.release_directory = "release"
    config.CourseDirectory.assignment_id = assignment
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    config.NbConvertBase.log_level = logging.ERROR
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
    converter.log.setLevel(logging.ERROR)
    converter.start()


def derive(assignment: Assignment, folder: Path | None = None) -> bool:
    """Write an assignment's exercise anew; return whether that changed it.

    Raises
    ------
    RuntimeError
        As for `exercise_text`.
    """
    root = folder or course_folder()
    name = Path(assignment.folder) / f"{assignment.folder}.ipynb"
    target = root / "exercises" / name
    new = exercise_text(root / "solutions" / name).encode()
    if target.exists() and target.read_bytes() == new:
        return False
    write_atomically(target, new)
    return True


def main(argv: Sequence[str] | None = None) -> None:
    """Derive the exercises named on the command line, or all."""
    parser = argparse.ArgumentParser(
        prog="python -m effnet_lab.exercises.author.derive", description=__doc__
    )
    parser.add_argument("assignments", nargs="*", help="such as 02 (default: all)")
    for name in parser.parse_args(argv).assignments or ASSIGNMENTS:
        assignment = find_assignment(name)
        print(assignment.folder, "derived" if derive(assignment) else "is as it was")


if __name__ == "__main__":
    main()
