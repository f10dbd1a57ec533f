"""Grading a notebook in a process of its own.

The learner's cells and the probes run in a worker, in a sandbox; inputs are drawn here, from a
seed that the worker never sees, and answers judged in a process of their own. Whatever the notebook
does, there is a score sheet with reasons: a cell or a task that hangs or ends the process costs
itself only, and all of it together has a limit, too.

What a probe tells of *how* a function works (that it leaves its arguments alone, how often it calls
what it is given) is told beside the learner's code. Somebody who forges it can pass such a rule,
and no other: right results are needed all the same.
"""

import re
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from ...view.result import CheckResult
from ..assignment import Assignment, Written
from ..notebook import BadNotebookError, Cell, read_cells, which_assignment, written_answer
from ..plain import NotPlainError, plain
from ..probing import Inputs, Outcome
from ..task import NOBODY, Task, draws, first_failure_of
from .isolation import find_isolation
from .judge import Judge
from .score_sheet import Isolation, ScoreRow, ScoreSheet
from .worker_process import Limits, Worker, WorkerLostError, start_worker

LIMITS = Limits()

#: Libraries that take long to import: a sandbox does so once, if a notebook names them.
_LARGE = {"torch": "torch", "matplotlib": "matplotlib.pyplot"}

#: Characters of a text that a worker gives, at most.
_MOST_TEXT = 300

#: Cells whose troubles are told, and characters of what is said of a task.
_MOST_TROUBLES, _MOST_REMARK = 50, 2000

#: Calls of functions that are lent, of one probe.
_MOST_BORROWED = 2000

_judge = Judge()


def grade(
    path: str | Path,
    seed: int | None = None,
    *,
    assignment: Assignment | None = None,
    limits: Limits = LIMITS,
    trust: bool = False,
) -> ScoreSheet:
    """Grade a notebook.

    Parameters
    ----------
    path
        The notebook.
    seed
        From which inputs are drawn; another one each time by default.
    assignment
        Which one it is; by default the notebook's name or its checks say so.
    limits
        What it may take.
    trust
        Go on where there is no sandbox: for notebooks that you would run yourself. The sheet says
        how its notebook was kept away (`ScoreSheet.isolation`).

    Raises
    ------
    NoSandboxError
        If there is no sandbox, and the notebook is not trusted.
    SandboxError
        If the sandbox ended, or did not start; the notebook is not to blame.
    ValueError
        If the notebook does not say which assignment it is.
    OSError
        If the file cannot be read.
    """
    path = Path(path)
    began = time.monotonic()
    seed = secrets.randbelow(2**31) if seed is None else seed
    try:
        cells, reason = read_cells(path), ""
    except BadNotebookError as error:
        cells, reason = [], _sentence(str(error))
    assignment = assignment or which_assignment(path, cells)
    kind = find_isolation(trust)
    with _Run(assignment, cells, limits, kind, reason, began + limits.notebook) as run:
        rows = tuple(_row(run, task, seed) for task in assignment.tasks)
        by_hand = tuple(_row_by_hand(cells, part) for part in assignment.written)
        return ScoreSheet(
            assignment.folder,
            _clean(path.name),
            (*rows, *by_hand),
            run.reason,
            tuple(run.trouble_texts()),
            _clean(run.printed, lines=True),
            seed,
            round(time.monotonic() - began, 2),
            kind,
        )


def _row(run: "_Run", task: Task, seed: int) -> ScoreRow:
    result = first_failure_of(task, run.results, draws(seed))
    message = _clean(result.message[:_MOST_REMARK])
    if result.status == "not attempted" or result.broken:
        message = f"{message} {_clean(run.remark(task))}".strip()
    return ScoreRow(
        task.name, task.title, result.points, task.points, result.status, message, result.slip
    )


def _row_by_hand(cells: list[Cell], part: Written) -> ScoreRow:
    words = len(written_answer(cells, f"{part.cell}-answer").split())
    if words:
        said = f"{words} words, to be graded by hand."
        return ScoreRow(part.name, part.title, None, part.points, "by hand", said)
    return ScoreRow(
        part.name, part.title, None, part.points, "not attempted", "Nothing is written yet."
    )


# ------------------------------------------------------------------ running


@dataclass(slots=True)
class _Run:
    """A notebook on its way through one worker after another."""

    assignment: Assignment
    cells: list[Cell]
    limits: Limits
    kind: Isolation
    reason: str
    deadline: float
    printed: str = ""
    #: Number of a cell -> why it is left out.
    dropped: dict[int, str] = field(default_factory=dict)
    #: Number of a cell -> the error that stopped it.
    errors: dict[int, str] = field(default_factory=dict)
    _worker: Worker | None = None
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> "_Run":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def results(
        self, task: Task, seeds: Sequence[int], lenders: Mapping[str, Task] = NOBODY
    ) -> Iterator[CheckResult]:
        """Try a task on each draw of inputs; other tasks may lend it right functions."""
        for seed in seeds:
            inputs = task.inputs(seed)
            outcome = self._outcome(task, inputs, lenders)
            seconds = min(self.limits.judge, max(1.0, self._left()))
            yield _judge(self.assignment, task, inputs, outcome, seconds)

    def _left(self) -> float:
        return self.deadline - time.monotonic()

    def _is_late(self) -> bool:
        """Whether the time is up; then nothing more is run."""
        if self._left() <= 0 and not self.reason:
            self.reason = f"Its {self.limits.notebook:g} s were used up; the rest was not tried."
            self._end()
        return self._left() <= 0

    def _outcome(self, task: Task, inputs: Inputs, lenders: Mapping[str, Task]) -> Outcome:
        worker = self._ready()
        if worker is None:
            return {"kind": "missing", "name": task.required[0], "reason": self.reason}
        ends = time.monotonic() + min(self.limits.probe, self._left())
        try:
            reply = worker.ask(
                ends - time.monotonic(),
                do="probe",
                probe=task.probe.__name__ if task.probe else "",
                function=task.function,
                needs=list(task.required),
                inputs=inputs,
                lent=list(lenders),
            )
            for _ in range(_MOST_BORROWED):
                if "call" not in reply:
                    break
                told = self._lend(lenders, reply["call"], ends - time.monotonic())
                reply = worker.ask(ends - time.monotonic(), **told)
        except WorkerLostError as lost:
            self._end()
            return {"kind": lost.kind, "reason": f"{task.required[0]} {lost.reason}."}
        if "call" in reply:
            self._end()  # it still waits for an answer
        return _checked(reply.get("outcome"))

    def _lend(self, lenders: Mapping[str, Task], call: Any, seconds: float) -> dict[str, Any]:
        """Answer a call from a worker, where anything may be."""
        match call:
            case {"name": str(name), "args": list(args), "kwargs": dict(kwargs)} if name in lenders:
                asked = {"args": args, "kwargs": kwargs}
                return _judge.lend(self.assignment, lenders[name], asked, seconds)
        return {"result": None, "error": "nothing of this name is lent"}

    def _ready(self) -> Worker | None:
        """Return a worker that has run the cells; None if there is no way to get one."""
        while not (self._is_late() or self.reason or self._worker):
            try:
                self._start()
            except WorkerLostError as lost:
                self._end()
                self.reason = f"Python could not be started: it {lost.reason}."
        return self._worker

    def _start(self) -> None:
        text = "\n".join(cell.source for cell in self.cells)
        load = [module for name, module in _LARGE.items() if name in text]
        seconds = self.limits.start
        started = start_worker(self.assignment, self.kind, self.limits, load, seconds)
        worker = self._worker = self._stack.enter_context(started)
        left = min(self.limits.cells, self._left())
        for cell in self.cells:
            if cell.kind != "code" or cell.number in self.dropped:
                continue
            began = time.monotonic()
            if not self._run_cell(worker, cell, min(left, self.limits.cell)):
                return
            left = max(0.0, left - (time.monotonic() - began))
        self._keep_printed(worker)

    def _run_cell(self, worker: Worker, cell: Cell, seconds: float) -> bool:
        """Run a cell; a cell that hangs or ends the process is left out from now on."""
        try:
            error = _text(worker.ask(seconds, do="cell", source=cell.source).get("error"))
        except WorkerLostError as lost:
            self.dropped[cell.number] = lost.reason
            self._keep_printed(worker)
            self._end()
            if not self._is_late() and len(self.dropped) > self.limits.drops:
                self.reason = (
                    f"{len(self.dropped)} cells hang or end the process; the rest was not run."
                )
            return False
        if error:
            self.errors[cell.number] = error
        else:
            self.errors.pop(cell.number, None)
        return True

    def _keep_printed(self, worker: Worker) -> None:
        if not self.printed:
            self.printed = bytes(worker.printed).decode("utf-8", "replace")
            if more := worker.printed_in_all - len(worker.printed):
                self.printed += f"\n... and {more:,} more bytes"

    def _end(self) -> None:
        self._stack.close()
        self._worker = None

    # -------------------------------------------------------------- words

    def trouble_texts(self) -> Iterator[str]:
        """Say what happened to single cells."""
        told = {n: f"{why}, and was left out" for n, why in self.dropped.items()}
        told |= {n: f"stopped with {why}" for n, why in self.errors.items() if n not in told}
        for number in sorted(told)[:_MOST_TROUBLES]:
            yield _clean(f"Cell {number} {told[number]}.")
        if len(told) > _MOST_TROUBLES:
            yield f"{len(told) - _MOST_TROUBLES:,} more cells did not end well."

    def remark(self, task: Task) -> str:
        """Say what may have kept a task from being there: a cell that failed, or a copy of it."""
        for name in task.required:
            here = [cell for cell in self.cells if _defines(cell, name)]
            for cell in here:
                if cell.number in self.dropped:
                    return f"Cell {cell.number}, which has {name}, {self.dropped[cell.number]}."
                if cell.number in self.errors:
                    why = self.errors[cell.number]
                    return f"Cell {cell.number}, which has {name}, stopped with {why}."
            if len(here) > 1:
                numbers = " and ".join(str(cell.number) for cell in here)
                return f"{name} is defined in cells {numbers}; the last one counts."
        return ""


def _defines(cell: Cell, name: str) -> bool:
    """Whether a cell seems to define a name; it need not be valid Python."""
    if cell.kind != "code":
        return False
    pattern = (
        rf"(?m)^[ \t]*(?:(?:(?:async[ \t]+)?def|class)[ \t]+{name}\b"
        rf"|{name}[ \t]*(?::[^=\n]*)?=[^=])"
    )
    return re.search(pattern, cell.source) is not None


#: Isolation of an outcome -> the texts that belong to it.
_TEXTS = {
    "missing": ("name",),
    "stub": ("function",),
    "odd": ("what", "during"),
    "raised": ("error", "message", "line", "during"),
}


def _checked(outcome: object) -> Outcome:
    """Return an outcome of the right form, whatever a worker made of it."""
    kind = outcome.get("kind") if isinstance(outcome, dict) else None
    if isinstance(outcome, dict) and isinstance(kind, str):
        if kind == "answer":
            with suppress(KeyError, NotPlainError):
                return {"kind": "answer", "answer": plain(outcome["answer"])}
        elif all(type(outcome.get(name)) is str for name in _TEXTS.get(kind, ("",))):
            return {"kind": kind, **{name: _text(outcome[name]) for name in _TEXTS[kind]}}
    return {"kind": "died", "reason": "The worker gave no answer that can be read."}


def _text(value: object) -> str:
    """Return a text of a worker's, cut to what may stand on a sheet."""
    return value[:_MOST_TEXT] if isinstance(value, str) else "something that cannot be read"


def _clean(text: str, lines: bool = False) -> str:
    """Leave out what could do something to a terminal: a learner may have written it."""
    kept = "\n\t" if lines else ""
    return "".join(c if c.isprintable() or c in kept else "\N{REPLACEMENT CHARACTER}" for c in text)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
