"""A sandbox as its grader sees it: started once for an assignment, asked for a worker each time."""

import atexit
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from ..assignment import Assignment
from .isolation import (
    INSIDE,
    ROOT,
    bubblewrap_command,
    container_command,
    container_engine,
    home_inside,
    layout,
)
from .score_sheet import Isolation

_BOOT = (
    "import sys; sys.path.append(sys.argv.pop(1)); "
    "from effnet_lab.exercises.grader.{} import main; main()"
)

#: Seconds until a sandbox is there, and until it has forked or loaded something.
_START = 60.0

#: Seconds after which its server has noticed that a worker has ended.
_SOON = 1.0

_MOST_BYTES = 2**16


class SandboxError(RuntimeError):
    """A sandbox could not be started, or has ended: no notebook is to blame."""


class Sandbox:
    """A process that forks workers, each in a room of its own, with all around them.

    Parameters
    ----------
    assignment
        What its workers need is that assignment's.
    kind
        What keeps it away from the machine.

    Attributes
    ----------
    rooms
        Whether workers are kept away from one another, so that there may be many.

    Raises
    ------
    SandboxError
        If it cannot be started.
    """

    def __init__(self, assignment: Assignment, kind: Isolation) -> None:
        self.kind, self.rooms = kind, False
        self.home = str(assignment.home) if kind == "none" else home_inside(assignment)
        own = kind != "bubblewrap"
        self.folder = tempfile.mkdtemp(prefix="effnet-worker-") if own else None
        self._news = threading.Condition()
        self._said: dict[tuple[str, Any], dict[str, Any]] = {}
        self._number = 0
        started = threading.Event()
        # It ends with the thread that starts it, so that thread must stay.
        arguments = (assignment, started)
        threading.Thread(target=self._run, args=arguments, daemon=True).start()
        started.wait()
        try:
            if not hasattr(self, "_socket"):
                raise SandboxError("the sandbox could not be started")
            self.rooms = bool(self._await("ready", True)["rooms"])
        except SandboxError:
            self.close()
            raise

    def _run(self, assignment: Assignment, started: threading.Event) -> None:
        try:
            start = self._start_container if self.kind == "container" else self._start
            self._socket = start(assignment)
        except OSError:
            return  # whoever waits finds no socket
        finally:
            started.set()
        self._listen()

    def _start(self, assignment: Assignment) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            around = [] if self.folder else bubblewrap_command(layout(assignment))
            root, mode = (str(ROOT), "bare") if self.folder else (INSIDE, "rooms")
            server = [*python_command("fork_server", root), str(theirs.fileno()), mode]
            environment = worker_environment(self.folder or "/tmp")
            self._popen([*around, *server], environment, self.folder, [theirs.fileno()])
        return ours

    def _start_container(self, assignment: Assignment) -> socket.socket:
        assert self.folder is not None
        os.chmod(self.folder, 0o755)
        path = f"{self.folder}/control"
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind(path)
            os.chmod(path, 0o777)
            listener.listen(1)
            listener.settimeout(_START)
            environment = worker_environment("/tmp")
            shown = layout(assignment)
            around = container_command(container_engine(), shown, environment, self.folder)
            self._popen([*around, *python_command("fork_server", INSIDE), path, "one"])
            connection, _ = listener.accept()
        connection.settimeout(None)
        return connection

    def _popen(
        self,
        command: list[str],
        environment: dict[str, str] | None = None,
        folder: str | None = None,
        files: Sequence[int] = (),
    ) -> None:
        self.process = subprocess.Popen(
            command,
            pass_fds=files,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked for more."""
        return self.process.poll() is None

    def load(self, modules: Sequence[str]) -> None:
        """Import libraries, so that workers have them from the start."""
        self._ask({"do": "load", "modules": list(modules)}, "loaded", tuple(modules))

    def fork(self, limits: Mapping[str, int], files: Sequence[int]) -> int:
        """Start a worker; return its number.

        Parameters
        ----------
        limits
            See `room.set_limits`, and `memory` and `processes` of all that it starts together.
        files
            Its ends of three pipes: requests, replies, and what it prints.
        """
        with self._news:
            self._number += 1
            number = self._number
        asked = {"do": "fork", "number": number, "limits": dict(limits)}
        said = self._ask(asked, "forked", number, files)
        if "error" in said:
            raise SandboxError(f"a room in the sandbox could not be made: {said['error']}")
        return number

    def kill(self, number: int) -> None:
        """End a worker and all that it has started, and wait until it is gone."""
        with contextlib.suppress(SandboxError):
            self._ask({"do": "kill", "number": number}, "ended", number)
        with self._news:
            for word in ("forked", "ended"):
                self._said.pop((word, number), None)

    def why_ended(self, number: int) -> str:
        """Return why a worker ended: "memory" or "processes" if it took too much of that.

        Raises
        ------
        SandboxError
            If it did not end by itself, but with the sandbox.
        """
        try:
            return str(self._await("ended", number, _SOON)["why"])
        except SandboxError:
            if not self.is_alive:
                raise
            return ""

    # ------------------------------------------------------------------ messages

    def _ask(
        self, message: dict[str, Any], answer: str, value: Any, files: Sequence[int] = ()
    ) -> dict[str, Any]:
        try:
            socket.send_fds(self._socket, [json.dumps(message).encode()], files)
        except OSError as error:
            raise SandboxError(f"the sandbox has ended: {error}") from None
        return self._await(answer, value)

    def _listen(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while message := self._socket.recv(_MOST_BYTES):
                said = json.loads(message)
                name, value = next(iter(said.items()))
                with self._news:
                    self._said[name, tuple(value) if isinstance(value, list) else value] = said
                    self._news.notify_all()
        self.process.wait()
        with self._news:
            self._news.notify_all()

    def _await(self, name: str, value: Any, seconds: float = _START) -> dict[str, Any]:
        with self._news:
            self._news.wait_for(
                lambda: (name, value) in self._said or self.process.returncode is not None, seconds
            )
            if (name, value) not in self._said:
                raise SandboxError("the sandbox does not answer")
            return self._said[name, value]

    def close(self) -> None:
        """End it, and all that ever started in it."""
        if hasattr(self, "_socket"):
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)  # the server ends, and all below it
            self._socket.close()
        if hasattr(self, "process"):
            try:
                self.process.wait(1 if self.kind == "bubblewrap" else 10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.folder is not None:
            remove(self.folder)


def python_command(module: str, root: str) -> list[str]:
    """Return the command that starts a module's `main` in a new Python, nothing of the user's."""
    return [sys.executable, "-I", "-X", "utf8", "-c", _BOOT.format(module), root]


def worker_environment(place: str) -> dict[str, str]:
    """Return a worker's environment: its own folder for everything, nothing of the grader's."""
    own = dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP", "IPYTHONDIR", "MPLCONFIGDIR"), place)
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    fixed = {
        "LANG": "C.UTF-8",
        "MPLBACKEND": "Agg",
        "OMP_NUM_THREADS": "1",  # graders work in parallel, and a fork keeps no threads
        "PATH": os.pathsep.join((os.path.dirname(sys.executable), os.defpath)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "USER": "learner",
    }
    return {**kept, **own, **fixed}


def remove(folder: str) -> None:
    """Remove a folder, however deep a learner's code has made it."""
    try:
        shutil.rmtree(folder)
    except (OSError, RecursionError):
        with contextlib.suppress(OSError):
            subprocess.run(["rm", "-rf", "--", folder], stderr=subprocess.DEVNULL, check=False)


# ------------------------------------------------------------------ one for all

_open: dict[tuple[Any, ...], Sandbox] = {}
_opening = threading.Lock()


def open_sandbox(assignment: Assignment, kind: Isolation) -> Sandbox:
    """Return a sandbox for one more worker: the same one again, if its workers have rooms.

    Raises
    ------
    SandboxError
        If it cannot be started.
    """
    key = (os.getpid(), kind, assignment.home, assignment.allowed)
    with _opening:
        found = _open.get(key)
        if found is None or not found.is_alive:
            if found is not None:
                found.close()
            found = Sandbox(assignment, kind)
            if found.rooms:
                _open[key] = found
        return found


def opened() -> list[Sandbox]:
    """Return the sandboxes that are kept for more workers."""
    return [sandbox for (process, *_), sandbox in _open.items() if process == os.getpid()]


@atexit.register
def _close_all() -> None:
    for sandbox in opened():
        sandbox.close()
