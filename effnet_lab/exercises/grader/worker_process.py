"""A worker as its grader sees it: started, asked with a time limit, ended with all it started."""

import contextlib
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

import effnet_lab

from .frames import FrameError, read_frame, write_frame

_BOOT = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from effnet_lab.exercises.grader.worker import main; main()"
)


#: Variables of the grader's environment that a worker gets, too.
_KEPT = ("PATH", "SYSTEMROOT", "OMP_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a notebook may take.

    Parameters
    ----------
    start, notebook, cell, probe
        Seconds: until a worker is ready, for all cells, for one of them, for one draw of a task.
    memory
        Bytes of address space.
    output
        Bytes of printed text that are kept.
    drops
        How many cells that hang or end the process are left out before giving up.
    """

    start: float = 60.0
    notebook: float = 60.0
    cell: float = 20.0
    probe: float = 10.0
    memory: int = 6 * 2**30
    output: int = 10_000
    drops: int = 3


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


def worker_command() -> list[str]:
    """Return the command line that starts a worker. A sandbox would go in front of it."""
    root = Path(effnet_lab.__file__).resolve().parent.parent
    return [sys.executable, "-I", "-X", "utf8", "-c", _BOOT, str(root)]


def worker_environment(folder: Path) -> dict[str, str]:
    """Return a worker's environment: its own folder for everything, nothing of the grader's."""
    place = str(folder)
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    own = dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP", "IPYTHONDIR"), place)
    fixed = {"LANG": "C.UTF-8", "MPLBACKEND": "Agg", "PYTHONDONTWRITEBYTECODE": "1"}
    return {**kept, **own, **fixed}


class Worker:
    """A worker in a private folder; use it in a `with`.

    Parameters
    ----------
    limits
        What it may take.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.folder = Path(tempfile.mkdtemp(prefix="effnet-worker-"))
        self.process = subprocess.Popen(
            worker_command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.folder,
            env=worker_environment(self.folder),
            start_new_session=os.name == "posix",
        )
        self.printed = bytearray()
        self.printed_in_all = 0
        self._number = 0
        self._requests: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._replies: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=work, args=(stream,), daemon=True)
            for work, stream in (
                (self._write, self.process.stdin),
                (self._read, self.process.stdout),
                (self._drain, self.process.stderr),
            )
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
            reply = self._replies.get(timeout=seconds)
        except queue.Empty:
            self.kill()
            raise WorkerLostError("timeout", f"did not end within {seconds:.3g} s") from None
        if not isinstance(reply, dict) or reply.get("id") != self._number:
            self.kill()
            raise WorkerLostError("died", "ended the Python process, or broke its connection")
        return reply

    def _write(self, stream: BinaryIO) -> None:
        with stream, contextlib.suppress(OSError, ValueError):
            while (request := self._requests.get()) is not None:
                write_frame(stream, request)

    def _read(self, stream: BinaryIO) -> None:
        read = 0
        with stream, contextlib.suppress(EOFError, FrameError, OSError, ValueError):
            while read <= self._number:  # one that talks without being asked is not listened to
                self._replies.put(read_frame(stream))
                read += 1
        self._replies.put(None)

    def _drain(self, stream: BinaryIO) -> None:
        with stream, contextlib.suppress(OSError, ValueError):
            while chunk := os.read(stream.fileno(), 2**16):
                self.printed_in_all += len(chunk)
                self.printed += chunk[: self.limits.output - len(self.printed)]

    def kill(self) -> None:
        """End the process and whatever it has started; only once, as others may get its number."""
        if self.process.returncode is not None:
            return
        with contextlib.suppress(OSError):
            if os.name == "posix":
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                self.process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self._requests.put(None)
        self.kill()
        for thread in self._threads:
            thread.join(1)  # not for ever: what it started and let go may hold the pipe
        shutil.rmtree(self.folder, ignore_errors=True)
