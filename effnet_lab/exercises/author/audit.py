"""Tests of the tests: `effnet-lab exercise audit`.

Every slip of a task, written and generic, is fed back as an answer and must be named; answers that
are wrong in ways that no slip explains must be rejected with the right message, other right ones
accepted, and small changes to the solution itself noticed.
"""

import contextlib
import copy
import io
import os
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from ..._slips import Slip
from ...view.result import CheckResult
from ..assignment import Assignment, find_assignment
from ..generic_slips import generic_slips
from ..judging import matches
from ..notebook import Cell, read_cells
from ..task import Task, run_in_time
from ..telling import outcomes
from .mutants import POWER, bounded_power, mutants

SEEDS = range(20)

#: Slips of each task, at least.
LEAST_SLIPS = 8

LEAST_RIGHT = 1

Namespace = dict[str, Any]

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
        self.cells = read_cells(assignment.notebook("solutions", course))

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

    def judge_function(self, task: Task, function: object, seeds: Sequence[int]) -> CheckResult:
        """Judge a function in place of a task's solution."""
        return judge(task, {**self.solved, task.required[0]: function}, seeds)


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


# ------------------------------------------------------------------ answers for every task


def _unwritten(*args: object, **kwargs: object) -> object:
    raise NotImplementedError


def spoiling(right: Callable[..., Any], spoiled: list[object] | None = None) -> Callable[..., Any]:
    """Return a function that is right, and then changes each argument that it can change.

    Parameters
    ----------
    right
        The function.
    spoiled
        What was changed is added to it.
    """

    def function(*args: Any, **kwargs: Any) -> Any:
        result = copy.deepcopy(right(*args, **kwargs))
        changed = [value for value in (*args, *kwargs.values()) if _spoil(value)]
        if spoiled is not None:
            spoiled.extend(changed)
        return result

    return function


def _spoil(value: Any) -> bool:
    if isinstance(value, list) and value:
        value.append(copy.deepcopy(value[-1]))
    elif isinstance(value, dict) and value:
        value[next(iter(value))] = None
    elif isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
        value += 1
    elif hasattr(value, "add_") and getattr(value, "is_leaf", False):  # a tensor
        value.detach().copy_(value == 0)
    else:
        return False
    return True


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

    def add(self, task: Task, what: str, problem: str) -> None:
        """Count one; it went well if there is no problem."""
        self.total += 1
        self.good += not problem
        if problem:
            self.off.append(f"{task.name}: {what} {problem}")


#: What an audit counts, and how it is told.
TALLIES = {
    "written": "written slips named",
    "generic": "generic slips named",
    "wrong": "other wrong answers rejected with the right message",
    "right": "right answers accepted",
    "mutants": "changes of the solution noticed",
}


@dataclass(slots=True)
class Audit:
    """What came of the audit of one assignment.

    Parameters
    ----------
    assignment
        Which one.
    tallies
        For each of `TALLIES`.
    explained
        Changes of a solution that were not noticed, with the reason why they change no result.
    formal
        What is missing, or listed in vain.
    """

    assignment: Assignment
    tallies: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in TALLIES})
    explained: list[str] = field(default_factory=list)
    formal: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        """All that is off, in words; empty if the checks are proven."""
        return [*(line for tally in self.tallies.values() for line in tally.off), *self.formal]

    def __str__(self) -> str:
        counts = [(said, self.tallies[name]) for name, said in TALLIES.items()]
        lines = [self.assignment.folder]
        lines += [f"  {said:52} {tally.good}/{tally.total}" for said, tally in counts]
        if self.explained:
            lines += ["  changes that change no result:", *(f"    {e}" for e in self.explained)]
        if self.problems:
            lines += ["  OFF:", *(f"    {problem}" for problem in self.problems)]
        return "\n".join(lines)


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
    """
    bench, found = Workbench(assignment, course), Audit(assignment)
    for task in assignment.tasks:
        found.formal += _missing(task)
        _audit_slips(found, bench, task, seeds)
        _audit_wrong(found, bench, task, seeds)
        _audit_right(found, bench, task, seeds)
        if with_mutants:
            _audit_mutants(found, bench, task, seeds)
    return found


def _missing(task: Task) -> Iterator[str]:
    slips = Counter(one.name for one in (*task.slips, *task.generic_slips))
    if len(slips) < LEAST_SLIPS:
        yield f"{task.name} has {len(slips)} slips; there must be {LEAST_SLIPS}"
    if len(task.also_right) < LEAST_RIGHT:
        yield f"{task.name} has {len(task.also_right)} other right answers: too few"
    yield from (f"{task.name}: slip {name!r} is there twice" for name, n in slips.items() if n > 1)
    known = {one.name for one in generic_slips(task.right, task.example)}
    yield from (f"{task.name}: no generic slip {name!r}" for name in task.no_slips.keys() - known)


def _audit_slips(found: Audit, bench: Workbench, task: Task, seeds: Sequence[int]) -> None:
    """Feed each slip back; each seed by itself, as a slip must be seen on all of them."""
    for one in task.written_slips:
        results = _results(bench, task, one, seeds)
        problems = (_naming_problem(result, one.name) for result in results)
        found.tallies["written"].add(task, f"slip {one.name}", next(filter(None, problems), ""))
    if task.judge:
        _audit_generic_answers(found, bench, task, seeds)
        return
    right = [outcomes(task.reference, task.inputs(seed)["cases"]) for seed in seeds]
    for one in task.generic_slips:
        given = [outcomes(one.gives, task.inputs(seed)["cases"]) for seed in seeds if one.gives]
        if None in given or _same(task, given, right):
            continue  # cannot be made here, or changes nothing
        results = _results(bench, task, one, seeds)
        if all(result.broken for result in results):
            continue  # nobody can write it: a learner's function is called in another way
        problem = _generic_problem(task, one, given, results, seeds)
        if problem is not None:
            found.tallies["generic"].add(task, f"slip {one.name}", problem)


def _audit_generic_answers(
    found: Audit, bench: Workbench, task: Task, seeds: Sequence[int]
) -> None:
    """Feed the solution back with generic slips; a judge of its own need only reject them."""
    right = bench.solved[task.required[0]]
    if not callable(right):
        return
    for one in generic_slips(right, task.example):
        results = [bench.judge_function(task, one.gives, [seed]) for seed in seeds]
        if one.name in task.no_slips or all(result.broken for result in results):
            continue
        accepted = any(result.passed for result in results)
        found.tallies["generic"].add(task, f"slip {one.name}", "is accepted" if accepted else "")


def _results(bench: Workbench, task: Task, one: Slip, seeds: Sequence[int]) -> list[CheckResult]:
    assert one.gives is not None
    answer = task.as_answer(one.gives)
    return [bench.judge_function(task, answer, [seed]) for seed in seeds]


def _naming_problem(result: CheckResult, name: str) -> str:
    if result.passed:
        return "is accepted"
    if result.slip != name:
        return f"is called {result.slip}: {result.message}"
    return ""


def _generic_problem(
    task: Task,
    one: Slip,
    given: Sequence[Any],
    results: Sequence[CheckResult],
    seeds: Sequence[int],
) -> str | None:
    """Return what is off; None if it is always the same as a slip that comes before it."""
    names = {result.slip for result in results}
    if len(names) == 1 and one.name not in names:
        other = next(
            (o for o in (*task.written_slips, *task.generic_slips) if o.name in names), None
        )
        if (
            other
            and other.gives
            and _same(
                task, given, [outcomes(other.gives, task.inputs(seed)["cases"]) for seed in seeds]
            )
        ):
            return None
    return next(filter(None, (_naming_problem(result, one.name) for result in results)), "")


def _same(task: Task, one: Sequence[Any], other: Sequence[Any]) -> bool:
    return all(
        b is not None and matches(a, b, task.rel, task.absolute)
        for a, b in zip(one, other, strict=True)
    )


def _audit_wrong(found: Audit, bench: Workbench, task: Task, seeds: Sequence[int]) -> None:
    tally = found.tallies["wrong"]
    for code, says in task.wrong:
        results = [bench.judge(task, code, [seed]) for seed in seeds]
        problems = (_rejection_problem(result, says) for result in results)
        tally.add(task, f"answer that must be told {says!r}", next(filter(None, problems), ""))
    unwritten = bench.judge_function(task, _unwritten, seeds)
    tally.add(task, "what is not written", _not_attempted_problem(unwritten))
    if callable(right := bench.solved[task.required[0]]):
        inputs = [task.inputs(seed) for seed in seeds]
        if any(_can_be_spoiled(value) for one in inputs for value in one.values()):
            spoiled: list[object] = []
            result = bench.judge_function(task, spoiling(right, spoiled), seeds)
            problem = _naming_problem(result, "changes-input") if spoiled else ""
            tally.add(task, "a right answer that changes its arguments", problem)


def _can_be_spoiled(cases: Any) -> bool:
    """Whether an argument of a case is a list, a dict or an array."""
    return isinstance(cases, list) and any(
        isinstance(value, (list, dict, np.ndarray)) and len(value)
        for case in cases
        if isinstance(case, dict)
        for value in case.values()
    )


def _not_attempted_problem(result: CheckResult) -> str:
    return "" if result.status == "not attempted" else f"is {result.status}: {result.message}"


def _rejection_problem(result: CheckResult, says: str) -> str:
    if result.passed:
        return "is accepted"
    if result.slip in ("check-failed", "cell"):
        return result.message
    if says.lower() not in result.message.lower():
        return f"is told: {result.message}"
    return ""


def _audit_right(found: Audit, bench: Workbench, task: Task, seeds: Sequence[int]) -> None:
    for number, code in enumerate((bench.solution(task), *task.also_right)):
        result = bench.judge(task, code, seeds)
        problem = "" if result.passed else f"is rejected: {result.message}"
        which = f"right answer {number}" if number else "the solution"
        found.tallies["right"].add(task, which, problem)
    if not task.judge and (task.rel or task.absolute):
        result = bench.judge_function(task, task.as_answer(_short(task.right)), seeds)
        problem = "" if result.passed else f"is rejected: {result.message}"
        found.tallies["right"].add(task, "the reference with 32 bits", problem)


def _short(right: Callable[..., Any]) -> Callable[..., Any]:
    """Return a reference that is given, and returns, floats of 32 bits."""

    def short(value: Any) -> Any:
        if isinstance(value, list):
            return [short(item) for item in value]
        if isinstance(value, dict):
            return {key: short(item) for key, item in value.items()}
        return float(np.float32(value)) if isinstance(value, float) else value

    return lambda *args, **case: short(right(*args, **short(case)))


def _audit_mutants(found: Audit, bench: Workbench, task: Task, seeds: Sequence[int]) -> None:
    reasons = dict(task.equivalent)
    for change, source in mutants(bench.solution(task)):
        survives = bench.judge(task, source, seeds).passed
        reason = reasons.pop(change, "")
        if survives and reason:
            found.explained.append(f"{task.name}: {change}: {reason}")
            continue
        found.tallies["mutants"].add(task, change, "is not noticed" if survives else "")
        if reason:
            found.formal.append(f"{task.name}: {change} is noticed; it is not equivalent")
    found.formal += [f"{task.name}: there is no change {change!r}" for change in reasons]


def audit_all(names: Sequence[str], seeds: int) -> Iterator[tuple[str, int]]:
    """Audit assignments on all cores; yield what is to be told of each, and how much is off.

    Parameters
    ----------
    names
        As for `find_assignment`.
    seeds
        On how many draws of inputs.
    """
    # One process for each core; each starts afresh, because torch's threads do not survive a fork.
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), _one_thread) as executor:
        yield from executor.map(partial(_told, seeds=seeds), names)


def _one_thread() -> None:
    import torch

    torch.set_num_threads(1)


def _told(name: str, seeds: int) -> tuple[str, int]:
    found = audit(find_assignment(name), range(seeds))
    return str(found), len(found.problems)
