"""A worker as its grader sees it: started, asked with a time limit, ended with all it started."""

import contextlib
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Literal, Protocol, TypeAlias, cast

from ..assignment import Assignment
from .frames import FrameError, read_frame, write_frame
from .isolation import ROOT
from .sandbox import open_sandbox, python_command, remove, worker_environment
from .score_sheet import Isolation

#: Bytes of address space that Python and torch take, beside what a notebook may fill.
_LIBRARIES = 3 * 2**30

#: Seconds of computing, of each process: a grader that is gone stops nothing any more.
_MOST_COMPUTING = 300


@dataclass(frozen=True, slots=True)
class Limits:
    """What a notebook may take.

    Parameters
    ----------
    start, cells, cell, probe, judge
        Seconds: until a worker is ready, for all cells, for one of them, for one draw of a task,
        and for judging what came of it.
    notebook
        Seconds for all of it, cells that are run again and judging included.
    memory
        Bytes that all its processes together may fill.
    processes
        How many it may have at once.
    output
        Bytes of printed text that are kept.
    drops
        How many cells that hang or end the process are left out before giving up.
    """

    start: float = 60.0
    cells: float = 60.0
    cell: float = 20.0
    probe: float = 10.0
    judge: float = 20.0
    notebook: float = 120.0
    memory: int = 3 * 2**30
    processes: int = 32
    output: int = 10_000
    drops: int = 3

    @property
    def gigabytes(self) -> float:
        """The memory in GB."""
        return self.memory / 1e9

    @property
    def of_processes(self) -> dict[str, int]:
        """What a sandbox is told: see `Sandbox.fork`."""
        return {
            "address_space": self.memory + _LIBRARIES,
            "computing": _MOST_COMPUTING,
            "memory": self.memory,
            "processes": self.processes,
        }


class WorkerLostError(RuntimeError):
    """A worker hung or ended; `kind` says which.

    Parameters
    ----------
    kind
        "timeout" or "died".
    reason
        One sentence without a subject, such as "did not end within 10 s".
    """

    def __init__(self, kind: Literal["timeout", "died"], reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason


#: What is said of a worker that took too much.
_TOOK = {
    "memory": "took more than {0.gigabytes:.3g} GB of memory, with all that it started",
    "processes": "started more than {0.processes} processes",
}


#: For requests, for replies, and for what is printed.
Streams: TypeAlias = tuple[BinaryIO, BinaryIO, BinaryIO]


class Place(Protocol):
    """Where a process runs: three pipes, for requests, replies and what it prints; and its end."""

    streams: Streams

    def end(self) -> None:
        """End all that it started, and leave nothing behind."""

    def why_ended(self) -> str:
        """Return a key of `_TOOK` if it was ended for that."""


class _Forked:
    """A place in a sandbox."""

    def __init__(
        self, assignment: Assignment, kind: Isolation, load: Sequence[str], limits: Limits
    ):
        self.sandbox = open_sandbox(assignment, kind)
        if load:
            self.sandbox.load(load)
        requests, replies, printed = (os.pipe() for _ in range(3))
        theirs = requests[0], replies[1], printed[1]
        ours = requests[1], replies[0], printed[0]
        try:
            self.number = self.sandbox.fork(limits.of_processes, theirs)
        except BaseException:
            for one in ours:
                os.close(one)
            raise
        finally:
            for one in theirs:
                os.close(one)
        self.streams: Streams = (
            os.fdopen(ours[0], "wb"),
            os.fdopen(ours[1], "rb"),
            os.fdopen(ours[2], "rb"),
        )

    def end(self) -> None:
        self.sandbox.kill(self.number)
        if not self.sandbox.rooms:
            self.sandbox.close()

    def why_ended(self) -> str:
        return self.sandbox.why_ended(self.number)


class Started:
    """A plain process of a module's `main`, which reads requests and writes replies.

    Parameters
    ----------
    module
        Of this folder.
    folder
        Where it works; by default one of its own, which is removed with it.
    """

    def __init__(self, module: str, folder: str = "") -> None:
        self.own = not folder
        self.folder = folder or tempfile.mkdtemp(prefix="effnet-worker-")
        self.process = subprocess.Popen(
            python_command(module, str(ROOT)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.folder,
            env=worker_environment(self.folder),
        )
        made = self.process.stdin, self.process.stdout, self.process.stderr
        assert None not in made
        self.streams = cast(Streams, made)

    def end(self) -> None:
        """End it, and remove its own folder."""
        self.process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        if self.own:
            remove(self.folder)

    def why_ended(self) -> str:
        """Return nothing: it is not watched."""
        return ""


class Worker:
    """A process that is asked one thing after the other; use it in a `with`.

    Parameters
    ----------
    place
        Where it runs.
    limits
        What it may take.
    """

    def __init__(self, place: Place, limits: Limits) -> None:
        self.place, self.limits = place, limits
        self.printed = bytearray()
        self.printed_in_all = 0
        self._number = 0
        self._ended = False
        self._requests: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._replies: queue.SimpleQueue[Any] = queue.SimpleQueue()
        ways = zip((self._write, self._read, self._drain), place.streams, strict=True)
        self._threads = [
            threading.Thread(target=work, args=(stream,), daemon=True) for work, stream in ways
        ]
        for thread in self._threads:
            thread.start()

    def ask(self, seconds: float, **request: Any) -> dict[str, Any]:
        """Send a request and return its reply.

        Raises
        ------
        WorkerLostError
            If there is no reply in time, or the process ended or said something else.
        """
        self._number += 1
        self._requests.put({"id": self._number, **request})
        try:
            reply = self._replies.get(timeout=max(0.0, seconds))
        except queue.Empty:
            self.kill()
            raise WorkerLostError("timeout", f"did not end within {seconds:.3g} s") from None
        number = reply.get("id") if isinstance(reply, dict) else None
        if not isinstance(reply, dict) or type(number) is not int or number != self._number:
            took = _TOOK.get(self.place.why_ended(), "")
            self.kill()
            why = took.format(self.limits) or "ended the Python process, or broke its connection"
            raise WorkerLostError("died", why)
        return reply

    def _write(self, stream: BinaryIO) -> None:
        with contextlib.suppress(OSError, ValueError), stream:
            while (request := self._requests.get()) is not None:
                write_frame(stream, request)

    def _read(self, stream: BinaryIO) -> None:
        read = 0
        with contextlib.suppress(EOFError, FrameError, OSError, ValueError), stream:
            while read <= self._number:  # one that talks without being asked is not listened to
                self._replies.put(read_frame(stream))
                read += 1
        self._replies.put(None)

    def _drain(self, stream: BinaryIO) -> None:
        with contextlib.suppress(OSError, ValueError), stream:
            while chunk := os.read(stream.fileno(), 2**16):
                self.printed_in_all += len(chunk)
                self.printed += chunk[: self.limits.output - len(self.printed)]

    def kill(self) -> None:
        """End the process and whatever it has started; only once."""
        if not self._ended:
            self._ended = True
            self.place.end()

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self._requests.put(None)
        self.kill()
        for thread in self._threads:
            thread.join(1)  # not for ever: what it started and let go may hold the pipe


def start_worker(
    assignment: Assignment, kind: Isolation, limits: Limits, load: Sequence[str], seconds: float
) -> Worker:
    """Return a worker that knows its assignment, and has run nothing yet.

    Parameters
    ----------
    assignment
        What its notebook is.
    kind
        What keeps it away from the machine.
    limits
        What it may take.
    load
        Libraries that its sandbox imports first, and keeps for the workers after it.
    seconds
        Until it is ready.

    Raises
    ------
    WorkerLostError
        If it is not.
    SandboxError
        If there is no place for it.
    """
    place: Place
    if sys.platform == "linux":
        place = forked = _Forked(assignment, kind, load, limits)
        home = forked.sandbox.home
    else:
        place, home = Started("worker"), str(assignment.home)
    worker = Worker(place, limits)
    try:
        allowed = list(assignment.allowed)
        worker.ask(seconds, do="begin", package=assignment.package, home=home, allowed=allowed)
    except BaseException:
        worker.__exit__()
        raise
    return worker
