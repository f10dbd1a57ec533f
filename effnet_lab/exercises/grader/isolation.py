"""What keeps a learner's code away from the machine: bubblewrap, else a container, else nothing.

A sandbox is built of what a worker needs, and of nothing else: Python and its libraries, without
those in which answers can be looked up; of this package a few files; an empty `/tmp`. There is no
network in it, no home, no other submission, no process of the grader's, and no reference.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import effnet_lab

from ..assignment import Assignment
from .score_sheet import Isolation
from .worker import PACKAGE, PEERS, with_parents

ROOT = Path(effnet_lab.__file__).resolve().parent.parent

#: Where this package, and a teacher's own assignment, lie in a sandbox.
INSIDE, HOME_INSIDE = "/effnet", "/assignment"

#: The name of the machine there.
HOST_INSIDE = "sandbox"

#: Modules of this package that every worker needs.
_NEEDED = (
    f"{PACKAGE}._lazy",
    f"{PACKAGE}.exercises.plain",
    f"{PACKAGE}.exercises.probing",
    f"{PACKAGE}.exercises.learner",
    f"{PACKAGE}.exercises.grader.fork_server",
    f"{PACKAGE}.exercises.grader.frames",
    f"{PACKAGE}.exercises.grader.room",
    f"{PACKAGE}.exercises.grader.worker",
)

#: Of a system, or an installation of Python: programs and libraries, nothing of people's.
_PARTS = ("bin", "lib", "lib32", "lib64", "libexec", "pyvenv.cfg")
_SYSTEM = ("etc/alternatives", "etc/fonts", "etc/ld.so.cache", "etc/localtime")

#: An image with nothing in it, and limits that any user may set.
_IMAGE = "localhost/effnet-lab-empty"
_LOW_LIMITS = ("--ulimit=nofile=1024:1024", "--ulimit=nproc=1000:1000")

#: Seconds that a command may take which does nothing.
_PROBE = 20


class NoSandboxError(RuntimeError):
    """There is no sandbox on this machine; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a sandbox shows, all of it read-only.

    Parameters
    ----------
    shown
        Path in the sandbox -> file or folder of this machine.
    hidden
        Folders and files within these that are empty there.
    """

    shown: dict[str, Path]
    hidden: tuple[str, ...]


def layout(assignment: Assignment | None) -> Layout:
    """Return what a worker needs, of an assignment or of none."""
    system = [Path("/usr") / part for part in _PARTS]
    system += [Path("/") / part for part in (*_PARTS, "sbin", *_SYSTEM)]
    python = [Path(at) / part for at in (sys.base_prefix, sys.prefix) for part in _PARTS]
    libraries = [Path(at) for at in sys.path if Path(at).name in ("site-packages", "dist-packages")]
    found = [path for path in (*system, *python, *libraries) if path.exists()]
    shown = {str(path): path for path in found}
    for one in _modules(assignment):
        shown[f"{INSIDE}/{one.relative_to(ROOT).as_posix()}"] = one
    if assignment and not assignment.is_ours and (probes := assignment.home / "probes.py").exists():
        shown[f"{HOME_INSIDE}/probes.py"] = probes
    return Layout(shown, tuple(_answers(found)))


def home_inside(assignment: Assignment) -> str:
    """Return where an assignment's probes lie in a sandbox."""
    if not assignment.is_ours:
        return HOME_INSIDE
    return f"{INSIDE}/{assignment.home.relative_to(ROOT).as_posix()}"


def _modules(assignment: Assignment | None) -> Iterator[Path]:
    """Yield the files of this package that a worker needs."""
    allowed = assignment.allowed if assignment else ()
    for name in sorted(with_parents((*_NEEDED, *allowed))):
        place = ROOT.joinpath(*name.split("."))
        yield place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    if assignment and assignment.is_ours and (probes := assignment.home / "probes.py").exists():
        yield probes


def _answers(shown: list[Path]) -> Iterator[str]:
    """Yield whatever in the shown folders holds answers, or could: peers, and this course."""
    names = sorted({PACKAGE, *PEERS})
    for folder in shown:
        homes = [folder] if folder.name.endswith("-packages") else []
        homes += [*folder.glob("python3*/*-packages")]
        for file in (
            home / f"{name}{end}" for home in homes for name in names for end in ("", ".py")
        ):
            if file.exists():
                yield str(file)
        if ROOT.is_relative_to(folder) and not ROOT.name.endswith("-packages"):
            yield str(ROOT)


# ------------------------------------------------------------------ commands


def bubblewrap_command(shown: Layout) -> list[str]:
    """Return the command that runs another one in a sandbox of bubblewrap's.

    As root nothing but changing the user is left to it: see `room.enter`.
    """
    spaces = ["--unshare-all"]
    if os.geteuid() == 0:
        spaces = [f"--unshare-{one}" for one in ("ipc", "pid", "net", "uts", "cgroup-try")]
        spaces += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    command = ["bwrap", *spaces, "--die-with-parent", "--new-session", "--as-pid-1"]
    command += ["--unshare-uts", "--hostname", HOST_INSIDE]
    above = {str(one) for place in shown.shown for one in Path(place).parents} - {"/"}
    for place in sorted(above):  # readable for all, which those that it makes itself are not
        command += ["--dir", place]
    for place, source in sorted(shown.shown.items()):
        if source.is_symlink() and source.parent == Path("/"):
            command += ["--symlink", os.readlink(source), place]
        else:
            command += ["--ro-bind", str(source), place]
    for place in shown.hidden:
        if Path(place).is_dir():
            command += ["--tmpfs", place, "--remount-ro", place]
        else:
            command += ["--ro-bind", os.devnull, place]
    command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/dev/shm", "--remount-ro", "/dev"]
    return [*command, "--tmpfs", "/tmp", "--remount-ro", "/", "--chdir", "/tmp"]


def container_command(
    engine: str, shown: Layout, environment: Mapping[str, str], control: str = ""
) -> list[str]:
    """Return the command that runs another one in a container of podman's or docker's.

    The image is empty: what there is to see is this machine's, as in a sandbox of bubblewrap's.

    Parameters
    ----------
    engine
        "podman" or "docker".
    shown
        What is shown.
    environment
        All variables.
    control
        A folder that is shown under its own name.
    """
    command = [engine, "run", "--rm", "--network=none", "--read-only", "--cap-drop=all"]
    command += ["--security-opt=no-new-privileges", "--user=65534:65534", "--workdir=/tmp"]
    command += [f"--hostname={HOST_INSIDE}"]
    command += ["--pids-limit=500", "--shm-size=64m", "--tmpfs=/tmp:rw,size=64m,mode=1777"]
    command += [*_LOW_LIMITS, *(f"--env={name}={value}" for name, value in environment.items())]
    places = {**shown.shown, **({control: Path(control)} if control else {})}
    command += [f"--volume={source}:{place}:ro" for place, source in sorted(places.items())]
    empty = "ro,size=4k" + ",notmpcopyup" * (engine == "podman")  # else it shows what it hides
    for place in shown.hidden:
        folder = Path(place).is_dir()
        command += [f"--tmpfs={place}:{empty}" if folder else f"--volume=/dev/null:{place}:ro"]
    return [*command, _IMAGE]


# ------------------------------------------------------------------ finding out


@lru_cache
def why_not_bubblewrap() -> str:
    """Try it; return why it does not work, or nothing."""
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed (on Debian and Ubuntu: apt install bubblewrap)"
    command = [*bubblewrap_command(layout(None)), sys.executable, "-I", "-c", "print(1)"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PROBE, env={})
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap does not start: {error}"
    if done.stdout.strip() != "1":
        return f"bubblewrap does not work here: {done.stderr.strip()[:300]}"
    return ""


@lru_cache
def container_engine() -> str:
    """Try podman and docker; return the one that works, or nothing."""
    for engine in filter(shutil.which, ("podman", "docker")):
        run: Any = partial(subprocess.run, capture_output=True, timeout=3 * _PROBE)
        with suppress(OSError, subprocess.TimeoutExpired):
            if run([engine, "image", "inspect", _IMAGE]).returncode:
                run([engine, "import", "-", _IMAGE], input=bytes(10_240))  # an empty tar
            command = container_command(engine, layout(None), {})
            if run([*command, sys.executable, "-I", "-c", "print(1)"]).stdout.strip() == b"1":
                return str(engine)
    return ""


def find_isolation(trust: bool = False) -> Isolation:
    """Return the best isolation that works here.

    Parameters
    ----------
    trust
        Go on without one where there is none.

    Raises
    ------
    NoSandboxError
        If there is none, and the notebooks are not trusted.
    """
    why = why_not_bubblewrap() if sys.platform == "linux" else "bubblewrap is for Linux alone"
    if not why:
        return "bubblewrap"
    if sys.platform == "linux" and container_engine():
        return "container"
    if trust:
        return "none"
    raise NoSandboxError(
        f"no sandbox: {why}; and no container can be started. A notebook that is graded without "
        "one can read and change whatever you can. Install it; or, for notebooks that you would "
        "run yourself, use --trust-submissions"
    )
