"""A room of its own for one submission: made inside the sandbox, by the process that moves in.

The sandbox keeps all submissions away from the machine; a room keeps them away from each other and
from the server that forks them. It has its own processes, network, shared memory and `/tmp`, and no
`/proc`. Linux alone; whoever makes one has nothing to lose but what it was forked with.
"""

import ctypes
import os
import platform
import resource
import struct
from collections.abc import Callable, Mapping
from typing import Any

#: mount(2), unshare(2), prctl(2), capset(2).
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_REMOUNT, _MS_REC, _MS_PRIVATE = 1, 2, 4, 32, 2**14, 2**18
_NEW_ROOM = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000
_DUMPABLE, _SECCOMP, _PARENT_OF_ORPHANS, _NO_NEW_PRIVILEGES = 4, 22, 36, 38
_CAPABILITY_VERSION_3 = 0x20080522

#: Bytes and files of `/tmp`, and of `/dev/shm`.
_PLACE = "size=67108864,nr_inodes=20000,mode=700"

#: Of files that are open, at most: each may hold memory of the kernel's.
_MOST_OPEN = 256

#: As root, each room has a user of its own: from here on.
_FIRST_USER, _USERS = 100_000, 50_000

#: Machine -> its number for seccomp, and what is refused there: memory that no process's size
#: shows, other processes' memory, further rooms and mounts, and what the kernel is attacked with.
_CALLS = {
    "x86_64": (
        0xC000003E,
        {"clone": 56, "clone3": 435, "socket": 41},
        "29 64 68 101 155 165 166 248 249 250 272 298 304 308 310 311 319 321 323",
    ),
    "aarch64": (
        0xC00000B7,
        {"clone": 220, "clone3": 435, "socket": 198},
        "39 40 41 97 117 186 190 194 217 218 219 241 265 268 270 271 279 280 282",
    ),
}

#: The same on every machine, as all newer ones.
_NEWER_CALLS = "425 426 427 428 429 430 431 432 433 438 442 447"

_libc = ctypes.CDLL(None, use_errno=True)


def _done(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _prctl(option: int, value: int, pointer: Any = 0) -> None:
    _done(_libc.prctl(option, ctypes.c_ulong(value), pointer, 0, 0))


def become_nobody(number: int) -> None:
    """Stop being root, which no limit holds, and become a user that nobody else is."""
    if os.geteuid() != 0:
        return
    user = _FIRST_USER + number % _USERS
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    _prctl(_DUMPABLE, 1)


def enter(number: int) -> None:
    """Leave the other submissions: what is forked next is the first process of a new room.

    Raises
    ------
    OSError
        If the system does not allow it.
    """
    become_nobody(number)
    user, group = os.getuid(), os.getgid()
    _done(_libc.unshare(_NEW_ROOM))
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"1000 {user} 1"),
        ("gid_map", f"1000 {group} 1"),
        ("oom_score_adj", "1000"),  # where memory ends, this one goes, and not the server
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    _mount(b"/", None, _MS_REC | _MS_PRIVATE, b"")
    for place in (b"/tmp", b"/dev/shm"):
        _mount(place, b"tmpfs", _MS_NOSUID | _MS_NODEV, _PLACE.encode())
    _mount(b"/dev/pts", b"devpts", _MS_NOSUID, b"newinstance,ptmxmode=0666,mode=620")
    with open("/proc/cpuinfo", "rb") as file:  # all that libraries ask of it
        processor = file.read()
    _mount(b"/proc", b"tmpfs", _MS_NOSUID | _MS_NODEV, b"size=1m")
    with open("/proc/cpuinfo", "wb") as file:
        file.write(processor)
    _mount(b"/proc", b"tmpfs", _MS_REMOUNT | _MS_RDONLY | _MS_NOSUID | _MS_NODEV, b"size=1m")
    os.chdir("/tmp")


def _mount(place: bytes, kind: bytes | None, flags: int, options: bytes) -> None:
    _done(_libc.mount(kind or b"none", place, kind, ctypes.c_ulong(flags), options))


def give_up_rights(limits: Mapping[str, int]) -> None:
    """Give up all capabilities and many system calls, and limit the rest: nothing brings it back.

    Raises
    ------
    OSError
        If the system does not allow it.
    """
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    _done(_libc.capset(header, bytes(24)))
    _prctl(_NO_NEW_PRIVILEGES, 1)
    set_limits(limits)
    refuse_calls()


def limit_processes(most: int) -> None:
    """Limit processes and threads: of this room alone, as its user is known nowhere else."""
    resource.setrlimit(resource.RLIMIT_NPROC, (most, most))


def set_limits(limits: Mapping[str, int]) -> None:
    """Limit what each process may take: address space, computing, files, stopped programs."""
    for which, value in (
        (resource.RLIMIT_AS, limits["address_space"]),
        (resource.RLIMIT_CPU, limits["computing"]),
        (resource.RLIMIT_FSIZE, 2**27),
        (resource.RLIMIT_NOFILE, _MOST_OPEN),
        (resource.RLIMIT_CORE, 1),  # 0 would still be handed to a program of the machine's
    ):
        _, hard = resource.getrlimit(which)
        least = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (least, least))


def become_parent_of_orphans() -> None:
    """Make all that is started below a child of this process, whose parent ends, its own child."""
    _prctl(_PARENT_OF_ORPHANS, 1)


# ------------------------------------------------------------------ system calls

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS, _EAFNOSUPPORT = 1, 38, 97


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, value)


def _program() -> bytes:
    """Return a filter for seccomp: see `_CALLS`."""
    architecture, special, refused = _CALLS[platform.machine()]
    steps = [
        _step(_LOAD, 4),
        _step(_EQUAL, architecture, 1),
        _step(_RETURN, _KILL),
        _step(_LOAD, 0),
        _step(_AT_LEAST, 0x40000000, 0, 1),  # another numbering of the same machine
        _step(_RETURN, _REFUSE | _ENOSYS),
        _step(_EQUAL, special["clone3"], 0, 1),
        _step(_RETURN, _REFUSE | _ENOSYS),  # its flags cannot be seen; clone is used instead
    ]
    for call in map(int, f"{refused} {_NEWER_CALLS}".split()):
        steps += [_step(_EQUAL, call, 0, 1), _step(_RETURN, _REFUSE | _EPERM)]
    steps += [
        _step(_EQUAL, special["clone"], 0, 3),
        _step(_LOAD, 16),
        _step(_ANY_BIT, _NEW_ROOM | 0x80, 0, 7),
        _step(_RETURN, _REFUSE | _EPERM),
        _step(_EQUAL, special["socket"], 0, 5),
        _step(_LOAD, 16),  # its family: of the machine itself, or of the empty network
        *(_step(_EQUAL, family, 3 - n) for n, family in enumerate((1, 2, 10))),
        _step(_RETURN, _REFUSE | _EAFNOSUPPORT),
        _step(_RETURN, _ALLOW),
    ]
    return b"".join(steps)


def refuse_calls() -> None:
    """Refuse system calls that no exercise needs, on machines whose numbers are known."""
    if platform.machine() not in _CALLS:
        return
    program = _program()
    buffer = ctypes.create_string_buffer(program, len(program))
    pointer = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    _prctl(_SECCOMP, 2, ctypes.c_char_p(pointer))


def keep_only(*kept: int) -> None:
    """Close all files but the first three and a few more."""
    low = 3
    for number in sorted(kept):
        os.closerange(low, number)
        low = number + 1
    os.closerange(low, 65536)


def run_first(work: Callable[[], None]) -> None:
    """Run something in a process of its own, wait for it, and end with all that it left."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    while True:
        try:
            ended, _ = os.waitpid(-1, 0)
        except ChildProcessError:
            return
        if ended == child:
            return
