"""Assignments: a notebook of tasks, in a folder with one file a task.

Those of the course lie in `tasks/`; a teacher's own lie anywhere else, and are found by their path,
or by name where a folder above the notebook holds them.
"""

import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import ModuleType

from .._learner import course_folder
from .task import About, Task

#: The course's own assignments, in order.
NAMES = (
    "counting_cost",
    "mbconv",
    "b0",
    "one_dimension",
    "compound",
    "recipe",
    "macs",
    "search",
    "capstone",
)

_TASKS = Path(__file__).parent / "tasks"

#: What all tasks and written answers of an assignment are worth.
POINTS = 100


@dataclass(frozen=True)
class Written:
    """Something to be answered in words, graded by hand with the rubric in the notebook.

    Parameters
    ----------
    cell
        The id of the answer's cell, but for "-answer"; that of the question ends in "-task".
    about
        As for tasks.
    cells
        Returns cells of the notebook, by their ids, whose text follows from something else.
    name
        Assignment, dot, cell with underscores. Filled in by the assignment.
    """

    cell: str
    about: About
    cells: Callable[[], Mapping[str, str]] = dict
    name: str = ""

    @property
    def title(self) -> str:
        """A few words."""
        return self.about.title

    @property
    def points(self) -> float:
        """To be had."""
        return self.about.points

    @property
    def card(self) -> str:
        """Markdown that the question begins with."""
        worth = self.about.worth.replace(" · ", ", graded by hand · ")
        then = f'when yours is saved, `solution("{self.name}")` shows a model answer'
        return f"## {self.title}\n\n*In your own words · {worth} · {then}*"


@dataclass(frozen=True)
class Assignment:
    """A notebook of tasks; `ASSIGNMENT` in the `__init__.py` of its folder.

    Parameters
    ----------
    title
        A few words.
    contents
        What is asked, in order: names of the folder's task files, and written answers.
    lesson
        Stem of the lesson's file, to be worked through before; None if it needs none of its own.
    allowed
        Modules of effnet_lab that the notebook may import, with all that these import themselves.
        Never one from which an answer could be read off.
    sections
        Last part of a name -> heading of the lesson that treats it, without its minutes.
    package
        The package that the folder was loaded as, and the folder. Filled in by the loader.
    """

    title: str
    contents: tuple[str | Written, ...]
    lesson: str | None = None
    allowed: tuple[str, ...] = ()
    sections: Mapping[str, str] = field(default_factory=dict, hash=False)
    package: str = ""
    home: Path = Path()

    @property
    def name(self) -> str:
        """That of its folder."""
        return self.home.name

    @property
    def is_ours(self) -> bool:
        """Whether it is one of the course's own."""
        return self.home.parent == _TASKS

    @cached_property
    def parts(self) -> tuple[Task | Written, ...]:
        """All that is asked, with names and points out of 100.

        Raises
        ------
        ValueError
            If something is asked twice, or a file holds no task.
        """
        found = [self._part(one) for one in self.contents]
        names = [one.name for one in found]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.name} asks {', '.join(names)}; each must be there once")
        points = scaled_points([one.points for one in found])
        return tuple(
            replace(one, about=replace(one.about, points=share))
            for one, share in zip(found, points, strict=True)
        )

    def _part(self, one: "str | Written") -> Task | Written:
        if isinstance(one, Written):
            return replace(one, name=f"{self.name}.{one.cell.replace('-', '_')}")
        task = getattr(import_module(f"{self.package}.{one}"), "TASK", None)
        if not isinstance(task, Task):
            raise ValueError(f"{self.home / one}.py has no TASK")
        return replace(task, name=f"{self.name}.{one}")

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What is checked automatically."""
        return tuple(part for part in self.parts if isinstance(part, Task))

    @property
    def written(self) -> tuple[Written, ...]:
        """What is graded by hand."""
        return tuple(part for part in self.parts if isinstance(part, Written))

    def section(self, name: str) -> str:
        """Return where a lesson treats a task, in words: "lesson 01, Three counts"; or "".

        Parameters
        ----------
        name
            That of the task or question: "counting_cost.conv_params".
        """
        heading = self.sections.get(name.rpartition(".")[2])
        return f"lesson {str(self.lesson)[:2]}, {heading}" if heading else ""

    @property
    def number(self) -> int:
        """Its place among the course's own, from 1; 0 for a teacher's own."""
        return NAMES.index(self.name) + 1 if self.is_ours else 0

    @property
    def folder(self) -> str:
        """Name of its notebook without ending, and of the notebook's folder: "02_mbconv"."""
        return f"{self.number:02d}_{self.name}" if self.is_ours else self.name

    def notebook(self, kind: str, course: Path | None = None) -> Path:
        """Return where its notebook is, or would be.

        Parameters
        ----------
        kind
            "solutions" or "exercises".
        course
            The course's folder; a teacher's own assignment has both beside its tasks.

        Raises
        ------
        RuntimeError
            As `course_folder`.
        """
        name = f"{self.folder}.ipynb"
        if not self.is_ours:
            return self.home / kind / name
        return (course or course_folder()) / kind / self.folder / name

    @property
    def points(self) -> float:
        """Points that are given automatically."""
        return sum(task.points for task in self.tasks)

    @property
    def points_by_hand(self) -> float:
        """Points that a teacher gives."""
        return sum(part.points for part in self.written)

    @property
    def minutes(self) -> int:
        """That a learner may need in all."""
        return sum(part.about.minutes for part in self.parts)


def scaled_points(weights: list[float]) -> list[float]:
    """Return whole points in proportion to weights, 100 in all: the largest remainders gain.

    Examples
    --------
    >>> scaled_points([1, 1, 1])
    [34, 33, 33]
    """
    shares = [weight * POINTS / sum(weights) for weight in weights]
    points = [int(share) for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda n: points[n] - shares[n])
    for place in by_remainder[: POINTS - sum(points)]:
        points[place] += 1
    return [float(point) if point % 1 else point for point in points]


# ------------------------------------------------------------------ finding


def load_assignment(folder: Path) -> Assignment:
    """Return the assignment of a folder.

    Raises
    ------
    ValueError
        If the folder holds none.
    """
    home = folder.resolve()
    module = _package_of(home)
    found = getattr(module, "ASSIGNMENT", None)
    if not isinstance(found, Assignment):
        raise ValueError(f"{home / '__init__.py'} has no ASSIGNMENT")
    return replace(found, package=module.__name__, home=home)


def _package_of(home: Path) -> ModuleType:
    """Import a folder as a package; one outside of the course under a name of its own."""
    if home.parent == _TASKS:
        return import_module(f"{__package__}.tasks.{home.name}")
    name = f"assignment_{home.name}_{abs(hash(home)):x}"
    if name in sys.modules:
        return sys.modules[name]
    init = home / "__init__.py"
    spec = importlib.util.spec_from_file_location(
        name, init, submodule_search_locations=[str(home)]
    )
    if not init.is_file() or spec is None or spec.loader is None:
        raise ValueError(f"{home} is no assignment: it has no __init__.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


class _Assignments(Mapping[str, Assignment]):
    """The course's own assignments by name; each is loaded when it is asked for."""

    def __init__(self) -> None:
        self._loaded: dict[str, Assignment] = {}

    def __getitem__(self, name: str) -> Assignment:
        if name not in NAMES:
            raise KeyError(name)
        if name not in self._loaded:
            self._loaded[name] = load_assignment(_TASKS / name)
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


ASSIGNMENTS: Mapping[str, Assignment] = _Assignments()


def find_assignment(text: str) -> Assignment:
    """Return the assignment of a number, a name or a path: "2", "02", "mbconv", "02_mbconv", "./x".

    A name that the course does not have is looked for as a folder in the current one and above.

    Raises
    ------
    ValueError
        If there is none.
    """
    wanted = str(text).strip().rstrip("/")
    for name in NAMES:
        number = f"{NAMES.index(name) + 1:02d}"
        if wanted.zfill(2) == number or wanted.lower() in (name, f"{number}_{name}"):
            return ASSIGNMENTS[name]
    for folder in _possible_homes(wanted):
        if (folder / "__init__.py").is_file():
            return load_assignment(folder)
    known = ", ".join(f"{number:02d}_{name}" for number, name in enumerate(NAMES, 1))
    raise ValueError(
        f"assignment is {text!r}; it must be one of {known}, or the folder of one of your own"
    )


def _possible_homes(wanted: str) -> Iterator[Path]:
    if not wanted:
        return
    yield Path(wanted)
    if Path(wanted).name == wanted:
        here = Path.cwd()
        for folder in (here, *here.parents):
            yield folder if folder.name == wanted else folder / wanted


def find_task(name: str) -> Task:
    """Return the task of a name such as "mbconv.squeeze_excite", or "path/to/folder.task".

    Raises
    ------
    ValueError
        If there is none.
    """
    found, _ = find_with_assignment(name)
    return found


def find_with_assignment(name: str) -> tuple[Task, Assignment]:
    """Return the task of a name, and its assignment.

    Raises
    ------
    ValueError
        If there is none, or it is to be answered in words.
    """
    found, assignment = find_part(name)
    if isinstance(found, Written):
        raise ValueError(f"{name} is answered in words: nothing checks it, and it has no hints")
    return found, assignment


def find_part(name: str) -> tuple[Task | Written, Assignment]:
    """Return the task, or the question to be answered in words, of a name; and its assignment.

    Raises
    ------
    ValueError
        If there is none.
    """
    where, _, which = str(name).rpartition(".")
    if not where:
        meant = [f"{one}.{name}" for one in NAMES if name in ASSIGNMENTS[one].contents]
        known = " or ".join(meant) or f"one that begins with {' or '.join(NAMES)}"
        raise ValueError(f"task is {name!r}; it must be {known}")
    assignment = find_assignment(where)
    for part in assignment.parts:
        if part.name.rpartition(".")[2] == which:
            return part, assignment
    known = ", ".join(part.name for part in assignment.parts)
    raise ValueError(f"task is {name!r}; it must be one of {known}")
