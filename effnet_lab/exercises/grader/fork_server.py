"""What runs first in a sandbox: a warm Python that forks a worker for each submission, and watches.

It runs nothing of any learner's, knows no answers, and holds nothing that a worker may not see. It
is asked through a socket, in JSON: to load libraries, to fork, to end a worker.
"""

import json
import os
import select
import signal
import socket
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from . import room
from .worker import Session, new_shell

#: Seconds between two looks at what the workers take.
_LOOK = 0.05

_MOST_BYTES = 2**16


class ForkServer:
    """Forks workers and watches them, until its grader is gone.

    Parameters
    ----------
    control
        Messages from and to the grader.
    mode
        "rooms" if each worker is to have a room of its own, where the system allows it; "one" if
        there is to be one worker only; "bare" if it is in no sandbox, either.
    """

    def __init__(self, control: socket.socket, mode: str) -> None:
        self.control, self.mode = control, mode
        #: Number of a worker -> its process, and its limits.
        self.workers: dict[int, tuple[int, Mapping[str, int]]] = {}
        self.shell = new_shell()
        self.rooms = mode == "rooms" and self._has_rooms()

    def _has_rooms(self) -> bool:
        try:
            limits = {"address_space": 2**40, "computing": 10, "processes": 10}
            os.waitpid(self._fork_into_room(0, limits, []), 0)
        except OSError:
            return False
        return True

    def serve(self) -> None:
        """Answer until the grader is gone, or closes the socket; then end all workers."""
        self._tell(ready=True, rooms=self.rooms)
        try:
            self._serve()
        finally:
            for number in list(self.workers):
                self._end(number, "killed")

    def _serve(self) -> None:
        while True:
            waiting, _, _ = select.select([self.control], (), (), _LOOK if self.workers else None)
            if waiting:
                message, files, _, _ = socket.recv_fds(self.control, _MOST_BYTES, 3)
                if not message:
                    return
                self._do(json.loads(message), files)
            self._reap()
            for number, why in list(self._greedy()):
                self._end(number, why)

    def _tell(self, **message: Any) -> None:
        with suppress(OSError):  # the grader may be gone
            self.control.send(json.dumps(message).encode())

    def _do(self, asked: dict[str, Any], files: list[int]) -> None:
        match asked["do"]:
            case "load":
                for name in asked["modules"]:
                    with suppress(ImportError):
                        import_module(name)
                self._tell(loaded=asked["modules"])
            case "fork":
                try:
                    process = self._fork(asked["number"], asked["limits"], files)
                    self.workers[asked["number"]] = process, asked["limits"]
                    self._tell(forked=asked["number"])
                except OSError as error:
                    self._tell(forked=asked["number"], error=str(error))
                finally:
                    for one in files:
                        os.close(one)
            case "kill":
                self._end(asked["number"], "killed")

    # ------------------------------------------------------------------ forking

    def _fork(self, number: int, limits: Mapping[str, int], files: list[int]) -> int:
        """Return the first process of a worker; all that it starts ends with it."""
        if self.rooms:
            return self._fork_into_room(number, limits, files)
        process = os.fork()
        if process == 0:
            self._work(number, limits, files)
        return process

    def _fork_into_room(self, number: int, limits: Mapping[str, int], files: list[int]) -> int:
        reading, writing = os.pipe()
        mover = os.fork()
        if mover == 0:
            self._move(number, limits, files, writing)
        os.close(writing)
        os.waitpid(mover, 0)
        with open(reading, "rb") as pipe:
            told = pipe.read().decode()
        if not told.isdigit():
            raise OSError(told or "the room could not be made")
        return int(told)

    def _move(self, number: int, limits: Mapping[str, int], files: list[int], told: int) -> None:
        """Make a room, leave its first process there, and tell who it is."""
        try:
            room.enter(number)
            first = os.fork()
            if first == 0:
                self._settle(limits, files)
            os.write(told, str(first).encode())
        except BaseException as error:
            os.write(told, f"{type(error).__name__}: {error}"[:500].encode())
        os._exit(0)

    def _settle(self, limits: Mapping[str, int], files: list[int]) -> None:
        """Be the first process of a room: give up all rights, start the worker, end with it."""
        try:
            room.keep_only(*files)
            room.limit_processes(limits["processes"])  # one more fails where it is started
            room.give_up_rights(limits)
            if files:
                room.run_first(lambda: work(self.shell, files))
        finally:
            os._exit(0)

    def _work(self, number: int, limits: Mapping[str, int], files: list[int]) -> None:
        """Be the only worker."""
        try:
            room.keep_only(*files)
            if self.mode != "bare":
                with suppress(OSError):
                    os.chmod("/tmp", 0o1777)
                room.become_nobody(number)
            room.give_up_rights(limits)
            work(self.shell, files)
        finally:
            os._exit(0)

    # ------------------------------------------------------------------ watching

    def _end(self, number: int, why: str) -> None:
        if number not in self.workers:
            return
        process, _ = self.workers.pop(number)
        with suppress(OSError):
            os.kill(process, signal.SIGKILL)  # with a room all in it ends, too
            os.waitpid(process, 0)
        while not self.rooms and (left := self._family(process, _children())):
            for one in left:
                with suppress(OSError):
                    os.kill(one, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(-1, 0)
        self._tell(ended=number, why=why)

    def _family(self, process: int, children: Mapping[int, list[int]]) -> list[int]:
        """Return all processes of a worker; without rooms all that are below this one."""
        if self.rooms:
            return list(_below(process, children))
        return [one for one in _below(os.getpid(), children) if one != os.getpid()]

    def _reap(self) -> None:
        """Note which workers have ended by themselves."""
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG)[0]) != 0:
                for number, (process, _) in self.workers.items():
                    if process == ended:
                        del self.workers[number]
                        self._tell(ended=number, why="")
                        break

    def _greedy(self) -> Iterable[tuple[int, str]]:
        """Yield workers whose processes together take more than they may."""
        children = _children() if self.workers else {}
        for number, (process, limits) in self.workers.items():
            family = self._family(process, children)
            if len(family) > limits["processes"]:
                yield number, "processes"
            elif sum(map(_own_bytes, family)) > limits["memory"]:
                yield number, "memory"


def work(shell: Any, files: list[int]) -> None:
    """Answer a grader's requests; what the learner's code prints goes to the third file."""
    requests, replies, printed = files
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(printed, 1)
    os.dup2(printed, 2)
    with suppress(BaseException):  # its grader is told by the end of the process
        Session(os.fdopen(requests, "rb"), os.fdopen(replies, "wb"), shell).run()


def _children() -> dict[int, list[int]]:
    """Return the children of each process that can be seen."""
    children = defaultdict(list)
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError):
            text = place.read_text(errors="replace")  # the name in brackets may hold anything
            children[int(text.rpartition(")")[2].split()[1])].append(int(place.parent.name))
    return children


def _below(process: int, children: Mapping[int, list[int]]) -> Iterable[int]:
    todo = [process]
    while todo:
        yield (one := todo.pop())
        todo += children.get(one, ())


def _own_bytes(process: int) -> int:
    """Return the memory of a process that is in no file."""
    total = 0
    with suppress(OSError, ValueError):
        for line in Path(f"/proc/{process}/status").read_text(errors="replace").splitlines():
            name, _, rest = line.partition(":")
            if name in ("RssAnon", "RssShmem", "VmSwap", "VmPTE"):
                total += 1024 * int(rest.split()[0])
    return total


def main() -> None:
    """Serve the socket whose file number, or path, is given, in a mode."""
    _, control, mode = sys.argv
    room.become_parent_of_orphans()
    if control.isdigit():
        connection = socket.socket(fileno=int(control))
    else:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        connection.connect(control)
    with connection:
        ForkServer(connection, mode).serve()
