"""Tasks: what is asked, tried out and judged.

A task is data: a reference, a draw of cases, and slips. From these follow its inputs (cases that
tell all slips apart), its probe (one call for each case) and its judge (which compares, and names
the slip). A task that needs more brings a probe or a judge of its own. Inputs and judge work where
they can be trusted; only the probe, which knows no answers, runs beside the learner's code.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from inspect import signature
from random import Random
from types import MappingProxyType
from typing import Any, TypeAlias

from .._slips import Case, Function, Slip
from ..view.result import CheckResult
from .generic_slips import generic_slips
from .judging import Note, judge_calls, matches, part
from .plain import Plain, plain
from .probing import Inputs, Outcome, Probe, attempt, call_cases, during, learners_line, lending
from .telling import PLAINLY, STOPS, telling_cases
from .time_limit import TimeUpError, time_limit

#: What `check` tries in a notebook.
PUBLIC_SEEDS = (0, 1, 2)

#: How many draws of inputs a grader tries.
DRAWS = 3

#: Seconds after which what a notebook checks is stopped.
TIME_LIMIT = 10.0

Judge: TypeAlias = Callable[[Inputs, Plain], CheckResult]


@dataclass(frozen=True)
class About:
    """What a learner is told of a task, or of a question to be answered in words.

    Parameters
    ----------
    title
        A few words.
    points
        Its weight in the assignment, which has 100 points in all.
    difficulty, importance
        1 to 5.
    minutes
        That a learner may need.

    Raises
    ------
    ValueError
        If a value is out of range.
    """

    title: str
    points: float
    difficulty: int = 2
    importance: int = 3
    minutes: int = 10

    def __post_init__(self) -> None:
        for name in ("difficulty", "importance"):
            value = getattr(self, name)
            if value not in range(1, 6):
                raise ValueError(f"{name} of {self.title} is {value!r}; it must be 1 to 5")
        if not self.points > 0:
            raise ValueError(f"points of {self.title} is {self.points!r}; it must be above 0")

    @property
    def worth(self) -> str:
        """Points and minutes in words."""
        return f"{self.points:g} points · about {self.minutes} minutes"


@dataclass(frozen=True)
class Task:
    """Something to be written, checked automatically.

    Parameters
    ----------
    right
        The reference, named as the learner's function. What stands behind `*` are options, by
        which it goes wrong.
    cases
        Draws the keyword arguments of each call of a check, smallest call first; or all inputs of
        a probe, as a dict.
    slips
        Known ways to go wrong. Those of `generic_slips` come after them by themselves.
    example
        The call that the question shows.
    about
        Its title, points and minutes; how hard it is.
    hints
        In steps; never the whole answer.
    rel, absolute
        How far floats may be from the reference's; none at all if both are 0. If they may, those
        of 32 bits (torch's) may be off by what that takes: see `judging.matches`.
    normal
        Brings a result to one form before it is compared, where several are right, such as any
        order of a list. What it cannot read, and raises an error for, is compared as it is.
    probe
        A function of the folder's `probes.py`; by default `right`'s name is called for each case.
    note
        What more `judging.judge_calls` is to say of a wrong answer.
    judge
        In place of `judging.judge_calls`. Points that it gives are scaled to the task's.
    errors
        Patterns of what is told of an error that was raised, each with what it means here.
    uses
        Tasks whose functions this one calls: if it is wrong, one that is wrong itself is named,
        and what it gives with right ones counts.
    needs
        Names that the learner's notebook must define; by default that of `right`.
    as_answer
        Turns a slip's function into one that a learner might have written, for the audit; by
        default it is one already.
    also_right
        Other right answers, as code: for the audit.
    wrong
        Answers that are wrong in ways that no slip explains, as code, each with what must be said.
    equivalent
        Small changes of the solution that change no result, each with the reason.
    no_slips
        Generic slips that are none here, each with the reason.
    name
        Assignment, dot, name of the task's file. Filled in by the assignment.

    Raises
    ------
    ValueError
        If there are not three hints.
    """

    right: Function
    cases: Callable[[Random], list[Case] | Inputs]
    slips: tuple[Slip, ...]
    example: Case
    about: About
    hints: tuple[str, str, str]
    rel: float = 0.0
    absolute: float = 0.0
    normal: Callable[[Plain], Plain] | None = None
    probe: Probe | None = None
    note: Note | None = None
    judge: Judge | None = None
    errors: tuple[tuple[str, str], ...] = ()
    uses: tuple["Task", ...] = ()
    needs: tuple[str, ...] = ()
    as_answer: Callable[[Function], Any] = field(default=lambda function: function)
    also_right: tuple[str, ...] = ()
    wrong: tuple[tuple[str, str], ...] = ()
    equivalent: Mapping[str, str] = field(default_factory=dict)
    no_slips: Mapping[str, str] = field(default_factory=dict)
    name: str = ""

    def __post_init__(self) -> None:
        if len(self.hints) != 3:
            raise ValueError(f"{self.title} has {len(self.hints)} hints; there must be 3")

    @property
    def title(self) -> str:
        """A few words."""
        return self.about.title

    @property
    def points(self) -> float:
        """To be had."""
        return self.about.points

    @property
    def function(self) -> str:
        """The name of what the learner writes."""
        return self.right.__name__

    @property
    def required(self) -> tuple[str, ...]:
        """All names that the learner's notebook must define."""
        return self.needs or (self.function,)

    @property
    def cell(self) -> str:
        """The id of its solution cell; with "-task" or "-check" that of the others."""
        return self.name.rpartition(".")[2].replace("_", "-")

    @property
    def card(self) -> str:
        """Markdown that the task's question begins with."""
        scales = {"Difficulty": self.about.difficulty, "Importance": self.about.importance}
        dots = [f"{name} {'●' * n}{'○' * (5 - n)}" for name, n in scales.items()]
        return f"## {self.title}\n\n*{' · '.join(dots)} · {self.about.worth}*"

    # -------------------------------------------------------------- slips and inputs

    @cached_property
    def reference(self) -> Function:
        """What is right, in its normal form."""
        return self._formed(self.right)

    @cached_property
    def written_slips(self) -> tuple[Slip, ...]:
        """Its own slips, each with its function."""
        generic = tuple(generic_slips(self.right, self.example))
        return self._formed_slips(way for one in self.slips for way in one.of(self.right, generic))

    @cached_property
    def generic_slips(self) -> tuple[Slip, ...]:
        """The slips that its signature and results give, but for those that it words itself."""
        left_out = {*self.no_slips, *(one.name for one in self.slips)}
        found = generic_slips(self.right, self.example)
        return self._formed_slips(one for one in found if one.name not in left_out)

    def _formed_slips(self, slips: Iterable[Slip]) -> tuple[Slip, ...]:
        return tuple(map(self._formed_slip, slips)) if self.normal else tuple(slips)

    def _formed_slip(self, one: Slip) -> Slip:
        def wraps(function: Function) -> Function:
            assert one.wraps is not None
            return self._formed(one.wraps(function))

        gives = one.gives and self._formed(one.gives)
        return replace(one, gives=gives, wraps=one.wraps and wraps)

    def _formed(self, function: Function) -> Function:
        if not self.normal:
            return function
        return wraps(function)(lambda *args, **case: self._form(function(*args, **case)))

    def _form(self, result: Plain) -> Plain:
        try:
            return self.normal(result) if self.normal else result
        except STOPS:
            return result

    @cached_property
    def _drawn(self) -> dict[int, Inputs]:
        return {}

    def inputs(self, seed: int) -> Inputs:
        """Return the inputs of a check: plain data, others for each seed."""
        if seed not in self._drawn:
            self._drawn[seed] = self._inputs(seed)
        return self._drawn[seed]

    def _inputs(self, seed: int) -> Inputs:
        drawn = self.cases(Random(seed))
        if isinstance(drawn, dict):
            return drawn

        def draw(random: Random) -> list[Case]:
            cases = self.cases(random)
            assert isinstance(cases, list)
            return cases

        cases = telling_cases(
            draw, self.reference, self.written_slips, self.generic_slips, self._differ, seed
        )
        return {"cases": plain(cases)}  # copies: no two calls are given the same list

    def _differ(self, wanted: Plain, got: Plain) -> bool:
        return not matches(got, wanted, max(PLAINLY, 10 * self.rel), 10 * self.absolute)

    # -------------------------------------------------------------- trying and judging

    def probed(self, namespace: Mapping[str, Any], inputs: Inputs) -> object:
        """Try out what a namespace defines."""
        if self.probe:
            return self.probe(namespace, inputs)
        return call_cases(namespace, inputs, self.function)

    def lent(self, *args: Any, **kwargs: Any) -> Plain:
        """Answer a call as a right function of the learner's would: options are not for it.

        Raises
        ------
        TypeError
            If the arguments are not those that it takes.
        """
        whole = signature(self.right)
        taken = [one for one in whole.parameters.values() if one.kind is not one.KEYWORD_ONLY]
        bound = whole.replace(parameters=taken).bind(*args, **kwargs)
        return plain(self.right(*bound.args, **bound.kwargs))

    @cached_property
    def builds_on(self) -> dict[str, "Task"]:
        """The tasks whose functions this one calls, through others too, by function."""
        found: dict[str, Task] = {}
        for used in self.uses:
            found |= used.builds_on | {used.function: used}
        return found

    def judged(self, inputs: Inputs, answer: Plain) -> CheckResult:
        """Compare an answer, right or odd, with the reference."""
        if self.judge:
            return self.judge(inputs, answer)
        results = part(answer, "results")
        return judge_calls(
            self.function,
            inputs["cases"],
            [self._form(one) for one in results] if isinstance(results, list) else results,
            self.reference,
            (*self.written_slips, *self.generic_slips),
            rel=self.rel,
            absolute=self.absolute,
            after=part(answer, "after"),
            note=self.note,
        )


# ------------------------------------------------------------------ running


def draws(seed: int, count: int = DRAWS) -> tuple[int, ...]:
    """Return the seeds of a grader's inputs, made from one that is kept secret."""
    return tuple(Random(seed).sample(range(1000, 2**31), count))


#: Where every function is the learner's own.
NOBODY: Mapping[str, Task] = MappingProxyType({})


def run_task(
    task: Task, namespace: dict[str, Any], seeds: Sequence[int] = PUBLIC_SEEDS
) -> CheckResult:
    """Try out and judge what a namespace defines: the first failure, or a success."""

    def results(
        one: Task, seeds: Sequence[int], lenders: Mapping[str, Task] = NOBODY
    ) -> Iterator[CheckResult]:
        functions = {name: lender.lent for name, lender in lenders.items()}
        for inputs in map(one.inputs, seeds):
            with lending(namespace, functions):
                outcome = attempt(one.probed, one.required, namespace, inputs)
            yield judged(one, inputs, outcome)

    return first_failure_of(task, results, seeds)


def first_failure_of(
    task: Task,
    results: Callable[..., Iterator[CheckResult]],
    seeds: Sequence[int],
) -> CheckResult:
    """Return the first failure of a task, or a success; a task it uses may be to blame.

    An error costs points once: where what a task builds on is wrong, it is tried again with right
    functions in their place. So it is right if it is right by itself, whatever the others give.

    Parameters
    ----------
    task
        Which one.
    results
        Tries and judges a task on the inputs of each seed; as a third argument it takes the tasks
        that lend their functions, by name.
    seeds
        Of the inputs.
    """

    def is_wrong(used: Task) -> bool:
        return first_failure(results(used, seeds[:1])).status == "incorrect"

    result = first_failure(results(task, seeds))
    if result.status != "incorrect" or result.slip == "changes-input":
        return result
    wrong = {name: used for name, used in task.builds_on.items() if is_wrong(used)}
    if not wrong:
        return result
    first = next(iter(wrong))
    lenders = {name: used for name, used in wrong.items() if not used.probe}  # plain calls alone
    again = first_failure(results(task, seeds, lenders)) if lenders else result
    if again.passed:
        said = f"{task.function} is right, but for your {first}, whose error counts there alone."
        return replace(again, message=f"{said} Mend it first, with its check.", slip="wrong-helper")
    blame = f"Your {first} is not right yet: mend it first, with its check."
    if lenders and not again.broken:  # what is wrong besides
        return replace(again, message=f"With a right {first}: {again.message} {blame}")
    return replace(result, message=f"{result.message} {blame}", slip="wrong-helper")


def run_in_time(
    task: Task, namespace: dict[str, Any], seeds: Sequence[int] = PUBLIC_SEEDS
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
            "timeout",
            max_points=task.points,
            broken=True,
        )


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
    earned, most = float(result.passed), 1.0
    if result.max_points:  # a judge that gives a part of the points does so in its own measure
        earned, most = result.points, result.max_points
    return replace(result, points=earned * task.points / most, max_points=task.points)


def _judged_answer(task: Task, inputs: Inputs, answer: Plain) -> CheckResult:
    try:
        return task.judged(inputs, answer)
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
    called = outcome["function"]
    if called in [used.function for used in task.uses]:
        told = f"{task.function} calls {called}, which is not written yet: write it first."
        return CheckResult("incorrect", told, "helper-not-written", broken=True)
    return CheckResult("not attempted", f"{task.required[0]} is not written yet.")


#: What is said where the call itself fails, before any line of the learner's.
_NAMES = "Leave the names of what a function takes as they are given: the check calls it by them."


def _raised(task: Task, outcome: Outcome) -> CheckResult:
    call = outcome["during"] or task.required[0]
    said = f": {outcome['message']}" if outcome["message"] else ""
    line = f" ({outcome['line']})" if outcome["line"] else ""
    message = f"{call} raised {outcome['error']}{said}{line}."
    not_called = outcome["error"] == "TypeError" and not outcome["line"]
    known = (*task.errors, *([("", _NAMES)] if not_called else ()))
    meant = next((text for pattern, text in known if re.search(pattern, message)), "")
    return CheckResult("incorrect", f"{message} {meant}".strip(), "error", broken=True)


def _odd(task: Task, outcome: Outcome) -> CheckResult:
    during = outcome["during"] or task.required[0]
    message = f"{during} gives {outcome['what']}."
    if "in place of" not in message:  # else a probe has said what it should be
        message += " Return numbers, text, lists, dicts with text as keys, or arrays of numbers."
    return CheckResult("incorrect", message, "odd-type")


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
