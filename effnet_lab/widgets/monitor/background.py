"""A training in a process of its own, while the notebook stays free.

Its random numbers and threads are its own, too. What it tells comes through a pipe.
"""

import math
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, NamedTuple

from ...arch import NetworkSpec
from ...records.runs import Budget, Recipe, RunRecord
from ...training.dataset import DataSet
from ...view.plots.live import PAUSE, Moment

if TYPE_CHECKING:
    from ...training.train import TrainingState

#: Seconds that a worker has to end its run when it was asked to; then it is killed.
GRACE = 30.0


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is to train: the arguments of `quick_train`."""

    spec: NetworkSpec
    data: DataSet
    budget: Budget
    seed: int
    recipe: Recipe
    threads: int | None = None


class Failure(NamedTuple):
    """Why a training left no record."""

    why: str


#: What a listener hears: moments, then one of the other two, once.
Message = Moment | RunRecord | Failure

#: What a worker says when it has come up, and what it is told to stop by.
_UP, _STOP = "up", "stop"


class BackgroundTraining:
    """A training in a process of its own; a thread of this process listens to it.

    The process ends with its training, when it is stopped, and when this process ends in any way.

    Parameters
    ----------
    job
        What to train.
    hear
        Called on the thread with each message.
    """

    def __init__(self, job: Job, hear: Callable[[Message], None]) -> None:
        self._job, self._hear = job, hear
        self._stop = threading.Event()
        # Neither forked, which torch's threads do not survive, nor one of a pool.
        context = multiprocessing.get_context("spawn")
        self._pipe, self._far_end = context.Pipe()
        self._process = context.Process(target=_work, args=(self._far_end,), daemon=True)
        self._thread = threading.Thread(target=self._listen, name="training", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int | None:
        """The worker's process id; None until there is one."""
        return self._process.pid

    def stop(self) -> None:
        """End the training: its record comes within moments; before its first step there is none.

        A worker that does not answer is killed.
        """
        self._stop.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the process has ended and everything was heard; tell whether it has."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _listen(self) -> None:
        try:
            self._process.start()
        except OSError as error:
            self._hear(Failure(f"no process could be started for it: {error}"))
            return
        last = None
        try:
            self._far_end.close()  # so that the pipe ends with the worker
            last = self._messages()
        finally:
            self._pipe.close()
            if last is None:
                self._process.join(1)  # a worker that dies by itself has its own reason
            self._process.kill()
            self._process.join()
        self._hear(self._death() if last is None else last)

    def _messages(self) -> RunRecord | Failure | None:
        """Pass moments on; return what came last, or None if the worker has died."""
        begun, deadline = False, math.inf
        try:
            while True:
                if self._stop.is_set() and deadline == math.inf:
                    if not begun:
                        return Failure("it was stopped before its first step")
                    self._pipe.send(_STOP)
                    deadline = time.monotonic() + GRACE
                if time.monotonic() > deadline:
                    return Failure(f"its process did not stop within {GRACE:.0f} s and was ended")
                if not self._pipe.poll(0.1):
                    continue
                message = self._pipe.recv()
                if isinstance(message, Failure):
                    return message
                if isinstance(message, Moment):
                    begun = True
                    self._hear(message)
                elif message == _UP:
                    self._pipe.send(self._job)
                else:
                    return RunRecord.from_json(message)
        except (EOFError, OSError):
            return None

    def _death(self) -> Failure:
        code = self._process.exitcode or 0
        how = f"exit code {code}"
        if code < 0:
            how = f"by {signal.Signals(-code).name}"
            if -code == getattr(signal, "SIGKILL", None):
                how += ", as when memory runs out"
        return Failure(f"its process has died ({how})")


def _work(pipe: Connection) -> None:
    """Be a worker: this runs in a process of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the kernel's to handle
    threading.Thread(target=_end_with_parent, daemon=True).start()
    carry_out(pipe)


def carry_out(pipe: Connection) -> None:
    """Ask for a job, do it, and tell how it goes and what comes of it."""
    from ...training.train import quick_train  # torch: only here

    pipe.send(_UP)
    job: Job = pipe.recv()
    try:
        record = quick_train(
            job.spec,
            job.data,
            job.budget,
            job.seed,
            recipe=job.recipe,
            threads=job.threads,
            monitor=_Teller(pipe),
        )
        # As text: torch's version, which it holds, would bring torch into the kernel.
        pipe.send(record.to_json())
    except Exception as error:
        pipe.send(Failure(f"{type(error).__name__}: {error}"))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)  # nobody waits for the record


class _Teller:
    """In the worker: tells where the training stands, and hears when it is to stop."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._next = 0.0

    def update(self, state: "TrainingState") -> None:
        """Tell the state if it is time to; stop as the learner's Ctrl-C would."""
        if self._pipe.poll():
            self._pipe.recv()
            raise KeyboardInterrupt
        if time.monotonic() >= self._next or state.status != "running":
            self._pipe.send(Moment.of(state))
            self._next = time.monotonic() + PAUSE

    def close(self) -> None:
        """Do nothing: the record comes by itself."""
