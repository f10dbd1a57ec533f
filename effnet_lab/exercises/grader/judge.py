"""The process that judges what came from a learner's code: trusted, but under limits.

Answers are plain data, and still they may be such that comparing them takes for ever. Then it is
this process that ends, and not the grader; the task is not right, and all others are judged.
"""

import atexit
import contextlib
import os
import tempfile
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

from ...view.result import CheckResult
from ..assignment import Assignment, load_assignment
from ..probing import Inputs, Outcome
from ..task import Task, judged
from .frames import FrameError, read_frame, write_frame
from .worker_process import Limits, Started, Worker, WorkerLostError

#: Bytes of address space, beside what it has when it begins.
_MEMORY = 3 * 2**30

#: Seconds until it is there, with all that the tasks import.
_START = 60.0

#: What of a result is told.
_FIELDS = ("status", "message", "slip", "points", "max_points", "broken")


class Judge:
    """Judges in another process, one at a time; starts a new one where one was lost."""

    def __init__(self) -> None:
        self._worker: Worker | None = None
        self._owner = 0
        self._lock = threading.Lock()
        atexit.register(self._end)

    def __call__(
        self, assignment: Assignment, task: Task, inputs: Inputs, outcome: Outcome, seconds: float
    ) -> CheckResult:
        """Do as `task.judged` does, within some seconds."""
        try:
            told = self._ask(assignment, task, seconds, inputs=inputs, outcome=outcome)
        except (WorkerLostError, FrameError) as lost:
            return _not_judged(task, lost)
        return CheckResult(**told["result"])

    def lend(
        self, assignment: Assignment, task: Task, call: dict[str, Any], seconds: float
    ) -> dict[str, Any]:
        """Return what a task's reference gives for a learner's call: "result", and "error"."""
        try:
            lent: dict[str, Any] = self._ask(assignment, task, seconds, call=call)["lent"]
            return lent
        except (WorkerLostError, FrameError):
            return {"result": None, "error": f"{task.function} cannot be worked out for this"}

    def _ask(self, assignment: Assignment, task: Task, seconds: float, **more: Any) -> Any:
        with self._lock:
            if self._worker is None or self._owner != os.getpid():  # else it is a parent's
                self._worker = Worker(Started("judge", tempfile.gettempdir()), Limits())
                self._owner = os.getpid()
                self._worker.ask(_START, home=str(assignment.home))
            try:
                home = str(assignment.home)
                return self._worker.ask(seconds, home=home, task=_key(task), **more)
            except (WorkerLostError, FrameError):
                self._end()
                raise

    def _end(self) -> None:
        if self._worker and self._owner == os.getpid():
            self._worker.__exit__()
            self._worker = None


def _not_judged(task: Task, lost: Exception) -> CheckResult:
    why = "takes too long" if getattr(lost, "kind", "") == "timeout" else "takes too much"
    return CheckResult(
        "incorrect",
        f"What {task.function} gives is so large or odd that comparing it {why}.",
        "odd",
        max_points=task.points,
        broken=True,
    )


def _key(task: Task) -> str:
    """Return what both sides know a task by: one that another uses has no name of its own."""
    return task.name or task.function


@lru_cache
def _tasks(home: str) -> dict[str, Task]:
    tasks = load_assignment(Path(home)).tasks
    return {_key(one): one for task in tasks for one in (*task.builds_on.values(), task)}


def _answered(asked: dict[str, Any]) -> dict[str, Any]:
    tasks = _tasks(asked["home"])
    if "task" not in asked:
        return {}
    task = tasks[asked["task"]]
    if "call" in asked:
        return {"lent": _lent(task, asked["call"])}
    result = judged(task, asked["inputs"], asked["outcome"])
    return {"result": {name: getattr(result, name) for name in _FIELDS}}


def _lent(task: Task, call: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"result": task.lent(*call["args"], **call["kwargs"]), "error": ""}
    except Exception as error:  # the learner may have called it in any way
        return {"result": None, "error": f"{type(error).__name__}: {error}"[:200]}


def _set_limits() -> None:
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + _MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def main() -> None:
    """Answer what is asked on stdin; what the tasks print goes to stderr."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    asked: dict[str, Any] = {}
    with contextlib.suppress(EOFError):
        while asked := read_frame(requests):
            answer = _answered(asked)
            if "task" not in asked:
                _set_limits()
            write_frame(replies, {"id": asked["id"], **answer})
