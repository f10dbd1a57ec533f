"""Hostile and odd submissions: none fools, leaks, hangs, stays, crashes; honest ones lose nothing.

They run in the sandbox, as whoever runs the tests: by hand also as another user than root.
"""

import json
import os
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from effnet_lab.exercises.grader import sandbox
from effnet_lab.exercises.grader.grading import grade
from effnet_lab.exercises.grader.isolation import why_not_bubblewrap
from effnet_lab.exercises.grader.worker_process import Limits

from . import answering, exhausting, files, honest, stealing
from .rows import EXERCISE, NAME, ROOT, Row

pytestmark = pytest.mark.skipif(
    bool(why_not_bubblewrap()),
    reason=f"THE SANDBOX IS NOT TESTED: {why_not_bubblewrap()}",
)

LIMITS = Limits(cells=20, cell=2.5, probe=2.5, notebook=60, memory=2**30, processes=24, drops=2)
PATIENT = Limits()

#: What takes more than two seconds each, because something must be stopped.
SLOW = [row for row in exhausting.ROWS if "left out" in row.reason or "a function" in row.name]
QUICK = [row for row in exhausting.ROWS if row not in SLOW]


def named(rows):
    """Try all of them, a sample of every tenth in `make test`, too."""
    marks = [[pytest.mark.slow] * bool(number % 10) for number in range(len(rows))]
    params = [pytest.param(row, id=str(row), marks=m) for row, m in zip(rows, marks, strict=True)]
    return pytest.mark.parametrize("row", params)


@pytest.fixture
def graded(tmp_path):
    def graded(row, limits=LIMITS):
        path = tmp_path / f"{NAME}.ipynb"
        path.write_bytes(row.bytes)
        began = time.monotonic()
        sheet = grade(path, 7, limits=limits)
        assert time.monotonic() - began < limits.notebook + 10
        is_clean(sheet)
        assert nothing_runs()
        return sheet

    return graded


def is_clean(sheet):
    """Whatever happened, the sheet can be shown and stored, is short, and steers nothing."""
    page, text, data = sheet._repr_html_(), str(sheet), json.dumps(sheet.to_dict())
    assert "<script>alert" not in page
    assert not [c for c in text if not c.isprintable() and c != "\n"]
    assert max(map(len, (page, text, data))) < 150_000
    assert sheet.isolation == "bubblewrap"


def nothing_runs():
    """Of workers nothing is left: only servers are in the sandboxes, each warm and alone."""
    for one in sandbox.opened():
        around = psutil.Process(one.process.pid)
        deadline = time.monotonic() + 5
        while len(left := around.children(recursive=True)) > 1 and time.monotonic() < deadline:
            time.sleep(0.02)
        if len(left) > 1:
            return False
    return True


def as_intended(sheet, row):
    assert sheet.points == row.points, f"{sheet}\n{sheet.printed}"
    assert row.reason in str(sheet), f"{sheet}\n{sheet.printed}"
    assert "LOOT" not in sheet.printed, sheet.printed


@pytest.fixture(scope="module")
def secrets():
    """A secret in the grader's environment, and a service on its machine."""
    with socket.socket() as service, pytest.MonkeyPatch.context() as patch:
        service.bind(("127.0.0.1", 0))
        service.listen()
        patch.setenv("SECRET_TOKEN", "hunter2")
        yield {"PORT": service.getsockname()[1]}


@named(stealing.ROWS)
def test_nothing_is_stolen_or_forged(graded, secrets, row):
    first = f"PORT = {secrets['PORT']}"
    sheet = graded(Row(row.name, (first, *row.cells), row.content, row.points))
    as_intended(sheet, row)
    assert {one.points for one in sheet.rows} <= {0, None}


def test_one_submission_sees_nothing_of_another(tmp_path):
    """Not even while both are in the same sandbox."""
    cells = [cell for row in stealing.ROWS if "others" in row.name for cell in row.cells]
    waits = Row("victim", (*stealing.VICTIM.cells, "import time; time.sleep(3)"))
    thief = Row("thief", tuple(cells), EXERCISE, 0)
    for row in (waits, thief):
        (tmp_path / row.name).mkdir()
        (tmp_path / row.name / f"{NAME}.ipynb").write_bytes(row.bytes)
    with ThreadPoolExecutor() as pool:
        victim = pool.submit(grade, tmp_path / "victim" / f"{NAME}.ipynb", 7)
        time.sleep(0.5)
        as_intended(grade(tmp_path / "thief" / f"{NAME}.ipynb", 7, limits=LIMITS), thief)
        as_intended(victim.result(), waits)


@named(QUICK)
def test_nothing_is_exhausted(graded, row):
    as_intended(graded(row), row)


@pytest.mark.slow
@named(SLOW)
def test_nothing_hangs(graded, row):
    as_intended(graded(row), row)


@named(answering.ROWS)
def test_no_answer_breaks_the_judge(graded, row):
    as_intended(graded(row), row)


@named(files.ROWS)
def test_no_file_stops_the_grader(graded, row):
    as_intended(graded(row), row)


@named(honest.ROWS)
def test_honest_work_loses_nothing(graded, row):
    sheet = graded(row, PATIENT)
    as_intended(sheet, row)
    assert sheet.troubles == ()


def test_a_notebook_must_be_a_file(tmp_path):
    place = tmp_path / f"{NAME}.ipynb"
    links = {"solution": ROOT / f"solutions/{NAME}/{NAME}.ipynb", "device": "/dev/zero"}
    for what in ("pipe", "folder", *links):
        if what == "pipe":
            os.mkfifo(place)
        elif what == "folder":
            place.mkdir()
        else:
            place.symlink_to(links[what])
        sheet = grade(place, 7)
        assert sheet.points == 0, what
        assert "link to another" in sheet.reason or "no file" in sheet.reason
        place.rmdir() if what == "folder" else place.unlink()


def test_a_notebook_has_a_deadline(graded):
    limits = Limits(cells=6, cell=3, probe=3, notebook=6, drops=3)
    loops = [f"def {one}(*a, **k):\n    while True: pass" for one in ("conv_params", "conv_macs",
             "separable_share", "intensity", "network_macs", "activation_bytes")]  # fmt: skip
    began = time.monotonic()
    sheet = graded(Row("", tuple(loops)), limits)
    assert time.monotonic() - began < 12
    assert (sheet.points, sheet.reason) == (0, "Its 6 s were used up; the rest was not tried.")


def test_the_suite_is_large_enough():
    rows = (*stealing.ROWS, *exhausting.ROWS, *answering.ROWS, *files.ROWS, *honest.ROWS)
    assert len({row.name for row in rows}) == len(rows) >= 200


def test_nothing_was_planted():
    """After all of that the course is as it was."""
    assert not list(Path(ROOT).glob("**/planted.py"))
