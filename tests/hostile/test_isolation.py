"""What keeps a notebook away where there is no bubblewrap, or where it can make no rooms."""

import os
import shutil
import sys

import psutil
import pytest

from effnet_lab.exercises.grader import grading, isolation, sandbox
from effnet_lab.exercises.grader.grading import grade
from effnet_lab.exercises.grader.isolation import (
    NoSandboxError,
    container_engine,
    find_isolation,
    why_not_bubblewrap,
)
from effnet_lab.exercises.grader.sandbox import Sandbox, remove
from effnet_lab.exercises.grader.worker_process import Limits

from .rows import EXERCISE, NAME, ROOT, Row

SHORT = Limits(cells=40, cell=15, probe=5, memory=2**30, processes=24)

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="watches processes in /proc")
needs_bubblewrap = pytest.mark.skipif(bool(why_not_bubblewrap()), reason=why_not_bubblewrap())

#: A daemon that can be known again, a deep folder, and too much memory, in a child.
SECONDS = f"4321.{os.getpid()}"
CELLS = (
    f"import subprocess\nsubprocess.Popen(['setsid', '-f', 'sleep', '{SECONDS}'])",
    "import os\nhere = os.getcwd()\nfor _ in range(1500):\n    os.mkdir('d'); os.chdir('d')\n"
    "os.chdir(here)",
    "import os\nchild = os.fork()\nx = []\nwhile child == 0: x.append(b'x' * 10**7)\n"
    "os.waitpid(child, 0)",
)


def daemons():
    found = psutil.process_iter(["cmdline"])
    return [p for p in found if SECONDS in (p.info["cmdline"] or [])]


def graded(tmp_path, row, **options):
    path = tmp_path / f"{NAME}.ipynb"
    path.write_bytes(row.bytes)
    return grade(path, 7, limits=SHORT, **options)


@pytest.fixture
def no_bubblewrap(monkeypatch):
    monkeypatch.setattr(isolation, "why_not_bubblewrap", lambda: "bubblewrap is not installed")
    monkeypatch.setattr(isolation, "container_engine", lambda: "")


def test_without_a_sandbox_nothing_is_run_unless_it_is_trusted(no_bubblewrap, tmp_path):
    with pytest.raises(NoSandboxError, match=r"not installed.*--trust-submissions"):
        graded(tmp_path, Row("", ()))
    sheet = graded(tmp_path, Row("", ()), trust=True)
    assert (sheet.points, sheet.isolation) == (85, "none")
    for text in (str(sheet), sheet._repr_html_()):
        assert "WITHOUT a sandbox" in text
    assert sheet.to_dict()["isolation"] == "none"


@needs_linux
def test_without_a_sandbox_nothing_is_left_behind_either(no_bubblewrap, tmp_path, monkeypatch):
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    monkeypatch.setattr(grading, "_judge", grading.Judge())
    sheet = graded(tmp_path, Row("", CELLS), trust=True)
    assert (sheet.points, sheet.isolation) == (85, "none")
    assert "took more than 1.07 GB" in str(sheet)
    assert len(list(place.iterdir())) == 1  # the judge's
    assert daemons() == []


@needs_bubblewrap
def test_where_no_rooms_can_be_made_each_notebook_has_a_sandbox(tmp_path, monkeypatch):
    """As where AppArmor allows bubblewrap to make namespaces, and nobody else."""
    popen = Sandbox._popen
    monkeypatch.setattr(
        Sandbox, "_popen", lambda self, command, *more: popen(self, [*command[:-1], "one"], *more)
    )
    monkeypatch.setattr(sandbox, "_open", {})
    each_has_its_own(tmp_path, "bubblewrap")


def each_has_its_own(tmp_path, kind):
    tests = str(ROOT / "tests")
    look = f"import os; print(os.getuid(), os.listdir('/tmp'), os.path.exists({tests!r}))"
    kill = "import os\nfor n in (1, 9, 19):\n    try: os.kill(1, n)\n    except OSError: pass"
    attack = (look, "open('/tmp/x', 'w')", kill, *CELLS)
    sheet = graded(tmp_path, Row("", attack, EXERCISE, 0))
    assert (sheet.points, sheet.isolation) == (0, kind)
    assert "took more than 1.07 GB" in str(sheet)
    assert sheet.printed.split()[0] != "0"
    assert daemons() == []
    again = graded(tmp_path, Row("", (look,)))
    assert again.points == 85
    assert "'x'" not in again.printed  # nothing of the notebook before
    assert "True" not in again.printed
    assert sandbox.opened() == []


@pytest.mark.slow
def test_where_there_is_a_container_it_is_used(tmp_path, monkeypatch):
    if not container_engine():
        pytest.skip("CONTAINERS ARE NOT TESTED: neither podman nor docker works here")
    monkeypatch.setattr(isolation, "why_not_bubblewrap", lambda: "bubblewrap is not installed")
    each_has_its_own(tmp_path, "container")


@needs_bubblewrap
def test_a_sandbox_that_is_lost_is_replaced(tmp_path):
    assert graded(tmp_path, Row("", ())).points == 85
    for one in sandbox.opened():
        one.process.kill()
        one.process.wait()
    assert graded(tmp_path, Row("", ())).points == 85


def test_the_reason_is_found_out_by_trying(monkeypatch):
    find = isolation.why_not_bubblewrap.__wrapped__
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert "apt install bubblewrap" in find()
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(isolation, "bubblewrap_command", lambda shown: ["false"])
    assert "does not work here" in find()
    monkeypatch.setattr(isolation, "bubblewrap_command", lambda shown: ["/no/such/program"])
    assert "does not start" in find()


def test_what_is_found_is_used():
    assert find_isolation(trust=True) == ("none" if why_not_bubblewrap() else "bubblewrap")


def test_deep_folders_are_removed(tmp_path):
    deep = tmp_path / "deep"
    deep.mkdir()
    here = os.getcwd()
    os.chdir(deep)
    for _ in range(1500):
        os.mkdir("d")
        os.chdir("d")
    os.chdir(here)
    remove(str(deep))
    assert not deep.exists()
