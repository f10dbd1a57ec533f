"""Tasks and assignments: what is asked, tried out and judged.

A task is three pure functions. `inputs(seed)` gives plain data; `probe(namespace, inputs)` calls
what the learner wrote and returns what came of it; `judge(inputs, answer)` compares that with the
reference and names the slip. The first and the last run where they can be trusted; only the probe,
which knows no answers, runs beside the learner's code.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from random import Random
from typing import Any

from ..view.result import CheckResult
from .plain import Plain
from .probing import Inputs, Outcome, Probe, attempt, during, learners_line
from .time_limit import TimeUpError, time_limit

#: What `check` tries in a notebook.
PUBLIC_SEEDS = (0, 1, 2)

#: How many draws of inputs a grader tries.
DRAWS = 3

#: Seconds after which what a notebook checks is stopped.
TIME_LIMIT = 10.0

PROBES = "effnet_lab.exercises.probes"


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be written, checked automatically.

    Parameters
    ----------
    name
        Module of the assignment, dot, task: "mbconv.squeeze_excite".
    title
        A few words.
    points
        To be had.
    needs
        Names that the learner's notebook must define.
    inputs
        Seed -> plain data; other seeds give other data.
    probe
        A function of a module in `exercises.probes`.
    judge
        Compares an answer, right or odd, with the reference. Points are filled in afterwards
        where it gives none.
    hints
        In steps; never the whole answer.
    difficulty, importance
        1 to 5.
    minutes
        That a learner may need.

    Raises
    ------
    ValueError
        If a value is out of range, or the probe lies where a worker could not find it.
    """

    name: str
    title: str
    points: float
    needs: tuple[str, ...]
    inputs: Callable[[int], Inputs]
    probe: Probe
    judge: Callable[[Inputs, Plain], CheckResult]
    hints: tuple[str, str, str]
    difficulty: int = 2
    importance: int = 3
    minutes: int = 10

    def __post_init__(self) -> None:
        for name in ("difficulty", "importance"):
            value = getattr(self, name)
            if value not in range(1, 6):
                raise ValueError(f"{name} of {self.name} is {value!r}; it must be 1 to 5")
        if not self.points > 0:
            raise ValueError(f"points of {self.name} is {self.points!r}; it must be above 0")
        if len(self.hints) != 3:
            raise ValueError(f"{self.name} has {len(self.hints)} hints; there must be 3")
        if not self.needs:
            raise ValueError(f"{self.name} needs no name; name what the learner writes")
        if not self.probe.__module__.startswith(f"{PROBES}."):
            raise ValueError(
                f"the probe of {self.name} is in {self.probe.__module__}; it must be a function "
                f"in {PROBES}, which a grader's worker may import"
            )

    @property
    def cell(self) -> str:
        """The id of its solution cell; with "-task" or "-check" that of the others."""
        return self.name.partition(".")[2].replace("_", "-")

    @property
    def card(self) -> str:
        """Markdown that the task's question begins with."""
        dots = [f"{'●' * n}{'○' * (5 - n)}" for n in (self.difficulty, self.importance)]
        return (
            f"## {self.title}\n\n*Difficulty {dots[0]} · Importance {dots[1]} · "
            f"{self.points:g} points · about {self.minutes} minutes*"
        )


@dataclass(frozen=True, slots=True)
class Written:
    """Something to be answered in words, graded by hand with the rubric in the notebook.

    Parameters
    ----------
    name
        Module of the assignment, dot, name; its cell has this id with hyphens and "-answer".
    title, points, minutes
        As for tasks.
    """

    name: str
    title: str
    points: float
    minutes: int = 10

    @property
    def cell(self) -> str:
        """The id of the answer's cell; that of the question ends in "-task"."""
        return self.name.partition(".")[2].replace("_", "-") + "-answer"

    @property
    def card(self) -> str:
        """Markdown that the question begins with."""
        return (
            f"## {self.title}\n\n*In your own words · {self.points:g} points, graded by hand · "
            f"about {self.minutes} minutes*"
        )


@dataclass(frozen=True, slots=True)
class Assignment:
    """A notebook of tasks.

    Parameters
    ----------
    name
        That of its module; one of `NAMES`.
    title
        A few words.
    lesson
        Stem of the lesson's file, to be worked through before; None if it needs none of its own.
    tasks, written
        Worth 100 points together.
    allowed
        Modules of effnet_lab that the notebook may import, with all that these import themselves.
        Never one from which an answer could be read off.

    Raises
    ------
    ValueError
        If points do not add up to 100, or a task has a name of another assignment.
    """

    name: str
    title: str
    lesson: str | None
    tasks: tuple[Task, ...]
    written: tuple[Written, ...]
    allowed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        total = self.points + self.points_by_hand
        if total != 100:
            raise ValueError(f"{self.name} has {total:g} points in all; there must be 100")
        names = [part.name for part in self.parts]
        if len(set(names)) < len(names) or any(n.partition(".")[0] != self.name for n in names):
            raise ValueError(
                f"tasks of {self.name} are {', '.join(names)}; each must be {self.name}.SOMETHING"
            )

    @property
    def parts(self) -> "tuple[Task | Written, ...]":
        """All that is asked."""
        return (*self.tasks, *self.written)

    @property
    def number(self) -> int:
        """From 1."""
        return NAMES.index(self.name) + 1

    @property
    def folder(self) -> str:
        """Name of its folder, and of its notebook without ending: "02_mbconv"."""
        return f"{self.number:02d}_{self.name}"

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
        return sum(part.minutes for part in self.parts)


# ------------------------------------------------------------------ the registry

#: All assignments, in order. Each is `ASSIGNMENT` in a module of that name in `assignments/`.
NAMES = (
    "counting_cost", "mbconv", "b0", "one_dimension", "compound", "recipe", "macs", "search",
    "capstone",
)  # fmt: skip


class _Assignments(Mapping[str, Assignment]):
    """Assignments by name; a module is imported when it is asked for."""

    def __getitem__(self, name: str) -> Assignment:
        if name not in self:
            raise KeyError(name)
        found = import_module(f"{__package__}.tasks.{name}").ASSIGNMENT
        assert isinstance(found, Assignment)
        return found

    def __iter__(self) -> Iterator[str]:
        return (name for name in NAMES if name in self)

    def __contains__(self, name: object) -> bool:
        return name in NAMES and find_spec(f"{__package__}.tasks.{name}") is not None

    def __len__(self) -> int:
        return len(list(iter(self)))


ASSIGNMENTS: Mapping[str, Assignment] = _Assignments()


def find_assignment(text: str) -> Assignment:
    """Return the assignment of a number or name: "2", "02", "mbconv" or "02_mbconv".

    Raises
    ------
    ValueError
        If there is none.
    """
    wanted = str(text).strip().lower().rstrip("/")
    for name in ASSIGNMENTS:
        number = f"{NAMES.index(name) + 1:02d}"
        if wanted.zfill(2) == number or wanted in (name, f"{number}_{name}"):
            return ASSIGNMENTS[name]
    known = ", ".join(f"{NAMES.index(name) + 1:02d}_{name}" for name in ASSIGNMENTS)
    raise ValueError(f"assignment is {text!r}; it must be one of {known}")


def find_task(name: str) -> Task:
    """Return the task of a name such as "mbconv.squeeze_excite".

    Raises
    ------
    ValueError
        If there is none.
    """
    module = str(name).partition(".")[0]
    if module not in ASSIGNMENTS:
        tasks = [task.name for one in ASSIGNMENTS.values() for task in one.tasks]
        meant = [task for task in tasks if task.partition(".")[2] == name]
        known = " or ".join(meant) or f"one that begins with {' or '.join(ASSIGNMENTS)}"
        raise ValueError(f"task is {name!r}; it must be {known}")
    for task in ASSIGNMENTS[module].tasks:
        if task.name == name:
            return task
    known = ", ".join(task.name for task in ASSIGNMENTS[module].tasks)
    raise ValueError(f"task is {name!r}; it must be one of {known}")


# ------------------------------------------------------------------ running


def draws(seed: int, count: int = DRAWS) -> tuple[int, ...]:
    """Return the seeds of a grader's inputs, made from one that is kept secret."""
    return tuple(Random(seed).sample(range(1000, 2**31), count))


def run_task(
    task: Task, namespace: Mapping[str, Any], seeds: Sequence[int] = PUBLIC_SEEDS
) -> CheckResult:
    """Try out and judge what a namespace defines: the first failure, or a success."""
    return first_failure(
        judged(task, inputs, attempt(task.probe, task.needs, namespace, inputs))
        for inputs in map(task.inputs, seeds)
    )


def run_in_time(
    task: Task, namespace: Mapping[str, Any], seeds: Sequence[int] = PUBLIC_SEEDS
) -> CheckResult:
    """Do as `run_task` does, but stop what does not end; a grader's worker has its own limit."""
    try:
        with time_limit(TIME_LIMIT):
            return run_task(task, namespace, seeds)
    except TimeUpError as stopped:
        line, call = learners_line(stopped.__traceback__, namespace), during(stopped)
        where = f" It was stopped in {line}" if line else ""
        return CheckResult(
            "incorrect",
            f"{call or 'It'} did not end within {TIME_LIMIT:g} s: does a loop never end?{where}",
            "timeout", max_points=task.points, broken=True,
        )  # fmt: skip


def first_failure(results: Iterator[CheckResult]) -> CheckResult:
    """Return the first result that is not correct, else the last; nothing after it is run."""
    result = None
    for result in results:
        if not result.passed:
            return result
    if result is None:
        raise ValueError("there are no results: a task is judged on one draw of inputs at least")
    return result


def judged(task: Task, inputs: Inputs, outcome: Outcome) -> CheckResult:
    """Turn what came of a probe into a result with the task's points."""
    if outcome["kind"] == "answer":
        result = _judged_answer(task, inputs, outcome["answer"])
    else:
        result = _NO_ANSWER[outcome["kind"]](task, outcome)
    if result.max_points:
        return result
    points = task.points if result.passed else 0.0
    return replace(result, points=points, max_points=task.points)


def _judged_answer(task: Task, inputs: Inputs, answer: Plain) -> CheckResult:
    try:
        return task.judge(inputs, answer)
    except Exception as error:  # a mistake of ours must not stop a batch, nor give points
        return CheckResult(
            "incorrect",
            f"The check of {task.name} failed on this answer ({type(error).__name__}: "
            f"{str(error)[:200]}). Please report it.",
            "check-failed",
            broken=True,
        )


def _missing(task: Task, outcome: Outcome) -> CheckResult:
    told = f"{outcome['name']} is not defined: is its cell there, and was it run?"
    return CheckResult("not attempted", outcome.get("reason") or told)


def _stub(task: Task, outcome: Outcome) -> CheckResult:
    return CheckResult("not attempted", f"{task.needs[0]} is not written yet.")


def _raised(task: Task, outcome: Outcome) -> CheckResult:
    call = outcome["during"] or task.needs[0]
    said = f": {outcome['message']}" if outcome["message"] else ""
    line = f" ({outcome['line']})" if outcome["line"] else ""
    message = f"{call} raised {outcome['error']}{said}{line}."
    return CheckResult("incorrect", message, "error", broken=True)


def _odd(task: Task, outcome: Outcome) -> CheckResult:
    during = outcome["during"] or task.needs[0]
    return CheckResult(
        "incorrect",
        f"{during} gives {outcome['what']}. Return numbers, text, lists, dicts with text as keys, "
        "or arrays of numbers.",
        "odd-type",
    )


def _lost(task: Task, outcome: Outcome) -> CheckResult:
    return CheckResult("incorrect", outcome["reason"], outcome["kind"], broken=True)


_NO_ANSWER: dict[str, Callable[[Task, Outcome], CheckResult]] = {
    "missing": _missing,
    "stub": _stub,
    "raised": _raised,
    "odd": _odd,
    "timeout": _lost,
    "died": _lost,
}
