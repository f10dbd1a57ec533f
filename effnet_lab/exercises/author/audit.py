"""Tests of the tests: `make exercises-audit`.

For each task, answers that are wrong in known ways must be rejected with the right message, other
right answers accepted, and small changes to the solution itself noticed. The answers lie in
`tests/exercises/answers_NAME.py`; some are made here for every task.
"""

import argparse
import contextlib
import importlib.util
import io
import os
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from ...view.result import CheckResult
from ..notebook import Cell, read_cells
from ..task import ASSIGNMENTS, Assignment, Task, find_assignment, run_in_time
from ..working_copy import course_folder
from .generated_answers import STUB, generated
from .mutants import POWER, bounded_power, mutants

SEEDS = range(20)

#: A wrong answer that every task must have.
VISIBLE_EXAMPLE = "only the visible example"

#: Planted wrong answers for each task, at least.
LEAST_WRONG = 8

LEAST_RIGHT = 2

Namespace = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong answer.

    Parameters
    ----------
    code
        In place of the task's solution cell.
    says
        What the message must contain.
    """

    code: str
    says: str


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to one assignment, by task.

    Parameters
    ----------
    wrong, right
        By task, then by what they do.
    equivalent
        Changes of the solution that change no result, each with the reason.
    skipped
        Generated wrong answers that are no mistake in this task, each with the reason.
    """

    wrong: Mapping[str, Mapping[str, Wrong]]
    right: Mapping[str, Mapping[str, str]]
    equivalent: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    skipped: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def read_answers(assignment: Assignment, course: Path | None = None) -> Answers:
    """Read the answers to an assignment from the tests.

    Raises
    ------
    RuntimeError
        If there are none.
    """
    folder = (course or course_folder()) / "tests" / "exercises"
    path = folder / f"answers_{assignment.name}.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if not path.is_file() or spec is None or spec.loader is None:
        raise RuntimeError(f"there are no answers to audit: {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    rest = (getattr(module, name, {}) for name in ("EQUIVALENT", "SKIPPED"))
    return Answers(module.WRONG, module.RIGHT, *rest)


# ------------------------------------------------------------------ trying an answer


class Workbench:
    """A solution notebook in which one answer at a time is replaced.

    Parameters
    ----------
    assignment
        Which one.
    course
        The course's folder.
    """

    def __init__(self, assignment: Assignment, course: Path | None = None) -> None:
        self.assignment = assignment
        folder = (course or course_folder()) / "solutions" / assignment.folder
        self.cells = read_cells(folder / f"{assignment.folder}.ipynb")

    @cached_property
    def solved(self) -> Namespace:
        """What the solution notebook defines; its checks are not run."""
        namespace: dict[str, Any] = {"__name__": "exercise", POWER: bounded_power}
        for cell in self.cells:
            if cell.kind == "code" and not _is_check(cell):
                _run(cell.source, namespace)
        return namespace

    def solution(self, task: Task) -> str:
        """Return the source of a task's solution cell."""
        return next(cell.source for cell in self.cells if task.cell in cell.names)

    def with_code(self, code: str) -> Namespace:
        """Return the solved notebook with other code run last.

        Raises
        ------
        Exception
            Whatever the code raises.
        """
        namespace = dict(self.solved)
        _run(code, namespace)
        return namespace

    def judge(self, task: Task, code: str, seeds: Sequence[int] = SEEDS) -> CheckResult:
        """Judge code in place of a task's solution cell: the first failure, or a success."""
        try:
            namespace = self.with_code(code)
        except Exception as error:
            return CheckResult("incorrect", f"The cell raised {error!r}", "cell", broken=True)
        return judge(task, namespace, seeds)


def _is_check(cell: Cell) -> bool:
    return any(name.endswith("-check") or name == "progress" for name in cell.names)


def _run(code: str, namespace: dict[str, Any]) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(code, "<cell>", "exec"), namespace)


def judge(task: Task, namespace: Namespace, seeds: Sequence[int]) -> CheckResult:
    """Judge a namespace quietly and within a time limit."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return run_in_time(task, namespace, seeds)


# ------------------------------------------------------------------ the audit


@dataclass(slots=True)
class Tally:
    """How many of something went as they should, and what did not.

    Parameters
    ----------
    good, total
        Counts.
    off
        What went wrong, in words.
    """

    good: int = 0
    total: int = 0
    off: list[str] = field(default_factory=list)

    def add(self, problem: str) -> None:
        """Count one; it went well if there is no problem."""
        self.total += 1
        self.good += not problem
        if problem:
            self.off.append(problem)


@dataclass(slots=True)
class Audit:
    """What came of the audit of one assignment.

    Parameters
    ----------
    assignment
        Which one.
    planted, made, right
        Wrong answers, planted and generated, rejected with the right message; right ones accepted.
    mutants
        Small changes of the solutions that were noticed; `off` holds survivors without a reason.
    explained
        Surviving changes with the reason why they change no result.
    formal
        What is missing from the answers.
    """

    assignment: Assignment
    planted: Tally = field(default_factory=Tally)
    made: Tally = field(default_factory=Tally)
    right: Tally = field(default_factory=Tally)
    mutants: Tally = field(default_factory=Tally)
    explained: list[str] = field(default_factory=list)
    formal: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        """All that is off, in words; empty if the checks are proven."""
        parts = (self.planted, self.made, self.right, self.mutants)
        return [*(line for part in parts for line in part.off), *self.formal]

    def __str__(self) -> str:
        lines = [
            self.assignment.folder,
            f"  planted wrong answers rejected with the right message  {_share(self.planted)}",
            f"  generated wrong answers rejected                       {_share(self.made)}",
            f"  right answers accepted                                 {_share(self.right)}",
            f"  changes of the solution noticed                        {_share(self.mutants)}",
        ]
        if self.explained:
            lines += ["  changes that change no result:", *(f"    {e}" for e in self.explained)]
        if self.problems:
            lines += ["  OFF:", *(f"    {problem}" for problem in self.problems)]
        return "\n".join(lines)


def _share(tally: Tally) -> str:
    return f"{tally.good}/{tally.total}"


def audit(
    assignment: Assignment,
    seeds: Sequence[int] = SEEDS,
    *,
    with_mutants: bool = True,
    course: Path | None = None,
) -> Audit:
    """Audit the checks of an assignment.

    Parameters
    ----------
    assignment
        Which one.
    seeds
        Each answer is judged on the inputs of each.
    with_mutants
        Whether to change the solutions, too.
    course
        The course's folder.

    Raises
    ------
    RuntimeError
        If there are no answers.
    """
    answers, bench = read_answers(assignment, course), Workbench(assignment, course)
    found = Audit(assignment)
    names = {task.name for task in assignment.tasks}
    for table in (answers.wrong, answers.right, answers.equivalent, answers.skipped):
        found.formal += [f"answers to {name}, which is no task" for name in table.keys() - names]
    for task in assignment.tasks:
        found.formal += _missing_answers(task, answers)
        _audit_planted(found, bench, task, answers, seeds)
        _audit_generated(found, bench, task, answers, seeds)
        _audit_right(found, bench, task, answers, seeds)
        if with_mutants:
            _audit_mutants(found, bench, task, answers, seeds)
    return found


def _missing_answers(task: Task, answers: Answers) -> Iterator[str]:
    wrong, right = answers.wrong.get(task.name, {}), answers.right.get(task.name, {})
    if len(wrong) < LEAST_WRONG:
        yield f"{task.name} has {len(wrong)} wrong answers; there must be {LEAST_WRONG}"
    if VISIBLE_EXAMPLE not in wrong:
        yield f"{task.name} has no wrong answer {VISIBLE_EXAMPLE!r}"
    if len(right) < LEAST_RIGHT:
        yield f"{task.name} has {len(right)} other right answers; there must be {LEAST_RIGHT}"


def _audit_planted(
    found: Audit, bench: Workbench, task: Task, answers: Answers, seeds: Sequence[int]
) -> None:
    for name, wrong in answers.wrong.get(task.name, {}).items():
        # Each seed by itself: a slip must be seen, and named, on all of them.
        results = [bench.judge(task, wrong.code, [seed]) for seed in seeds]
        problems = [_rejection_problem(result, wrong.says) for result in results]
        found.planted.add(_labelled(task, name, next(filter(None, problems), "")))


def _rejection_problem(result: CheckResult, says: str) -> str:
    if result.passed:
        return "is accepted"
    if result.slip in ("check-failed", "cell"):
        return result.message
    if says.lower() not in result.message.lower():
        return f"does not say {says!r}: {result.message}"
    return ""


def _audit_generated(
    found: Audit, bench: Workbench, task: Task, answers: Answers, seeds: Sequence[int]
) -> None:
    skipped = dict(answers.skipped.get(task.name, {}))
    for wrong in generated(task, bench.solved):
        results = [judge(task, wrong.namespace, [seed]) for seed in seeds]
        reason = skipped.pop(wrong.name, "")
        if not wrong.applies or reason:
            continue
        problems = [_rejection_problem(result, "") for result in results]
        if STUB in wrong.name and any(result.status != "not attempted" for result in results):
            problems.append(f"is {results[0].status}, not 'not attempted'")
        found.made.add(_labelled(task, wrong.name, next(filter(None, problems), "")))
    found.formal += [f"{task.name}: no generated answer {name!r} to skip" for name in skipped]


def _audit_right(
    found: Audit, bench: Workbench, task: Task, answers: Answers, seeds: Sequence[int]
) -> None:
    codes = {"the solution": bench.solution(task), **answers.right.get(task.name, {})}
    for name, code in codes.items():
        result = bench.judge(task, code, seeds)
        problem = "" if result.passed else f"is rejected: {result.message}"
        found.right.add(_labelled(task, name, problem))


def _audit_mutants(
    found: Audit, bench: Workbench, task: Task, answers: Answers, seeds: Sequence[int]
) -> None:
    reasons = dict(answers.equivalent.get(task.name, {}))
    for change, source in mutants(bench.solution(task)):
        survives = bench.judge(task, source, seeds).passed
        reason = reasons.pop(change, "")
        if survives and reason:
            found.explained.append(f"{task.name}: {change}: {reason}")
            continue
        found.mutants.add(_labelled(task, change, "is not noticed" if survives else ""))
        if reason:
            found.formal.append(f"{task.name}: {change} is noticed; it is not equivalent")
    found.formal += [f"{task.name}: there is no change {change!r}" for change in reasons]


def _labelled(task: Task, what: str, problem: str) -> str:
    return problem and f"{task.name}: {what} {problem}"


def main(argv: Sequence[str] | None = None) -> int:
    """Audit the assignments named on the command line, or all; 0 if nothing is off."""
    parser = argparse.ArgumentParser(
        prog="python -m effnet_lab.exercises.author.audit", description=__doc__
    )
    parser.add_argument("assignments", nargs="*", help="such as 02 (default: all)")
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="how many (default: 20)")
    args = parser.parse_args(argv)
    names = [find_assignment(name).name for name in args.assignments or ASSIGNMENTS]
    off = 0
    # One process for each core; each starts afresh, because torch's threads do not survive a fork.
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), _one_thread) as executor:
        for text, problems in executor.map(partial(_told, seeds=args.seeds), names):
            print(text, flush=True)
            off += problems
    print(f"{len(names)} assignments audited; {off or 'nothing'} off")
    return 1 if off else 0


def _one_thread() -> None:
    import torch

    torch.set_num_threads(1)


def _told(name: str, seeds: int) -> tuple[str, int]:
    """Audit an assignment; return what is to be told, and how much is off."""
    found = audit(ASSIGNMENTS[name], range(seeds))
    return str(found), len(found.problems)


if __name__ == "__main__":
    sys.exit(main())
