"""Graded in a process of its own: whatever a notebook does, there is a score sheet with reasons."""

import copy
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from effnet_lab.exercises.assignment import ASSIGNMENTS
from effnet_lab.exercises.grader import sandbox
from effnet_lab.exercises.grader.grading import grade
from effnet_lab.exercises.grader.isolation import find_isolation
from effnet_lab.exercises.grader.sandbox import SandboxError, worker_environment
from effnet_lab.exercises.grader.score_sheet import ScoreRow, ScoreSheet
from effnet_lab.exercises.grader.worker import Guard
from effnet_lab.exercises.grader.worker_process import Limits, WorkerLostError, start_worker

ROOT = Path(__file__).parent.parent
TASKS = ROOT / "effnet_lab" / "exercises" / "tasks"
SOLUTION = json.loads(
    (ROOT / "solutions/01_counting_cost/01_counting_cost.ipynb").read_text(encoding="utf-8")
)
NAME = "01_counting_cost.ipynb"

#: Short, but long enough for a busy machine.
SHORT = Limits(cells=20, cell=3, probe=2)

#: The task that no other function of the solution needs.
SHARE = "counting_cost.separable_share"
DEF = "def separable_share(in_channels, out_channels, kernel):\n    "


def code(source):
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}


def solved(*last, first=()):
    """The solution notebook with more cells."""
    notebook = copy.deepcopy(SOLUTION)
    notebook["cells"] = [*map(code, first), *notebook["cells"], *map(code, last)]
    return notebook


@pytest.fixture
def graded(tmp_path):
    def graded(notebook, name=NAME, **options):
        path = tmp_path / name
        content = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
        path.write_bytes(content)
        sheet = grade(path, **{"seed": 7, "limits": SHORT, "trust": True, **options})
        # Whatever happened, the sheet can be shown and stored.
        assert sheet.total in str(sheet)
        assert sheet.total in sheet._repr_html_()
        json.dumps(sheet.to_dict())
        return sheet

    return graded


def row(sheet, task=SHARE):
    return next(row for row in sheet.rows if row.task == task)


# Honest notebooks


def test_the_solution_gets_all_points(graded):
    sheet = graded(SOLUTION)
    assert sheet.total == "85 of 85 points; 15 more are graded by hand"
    assert {r.status for r in sheet.rows} == {"correct", "by hand"}
    assert "words, to be graded by hand" in row(sheet, "counting_cost.three_numbers").message
    assert sheet.seconds < 10


def test_a_seed_gives_the_same_sheet_again_and_none_gives_another_draw(graded):
    wrong = solved(f"{DEF}return 0.5")
    first = graded(wrong, seed=None)
    again, other = graded(wrong, seed=first.seed), graded(wrong, seed=first.seed + 1)
    assert row(again) == row(first) != row(other)


def test_a_known_slip_is_named(graded):
    sheet = graded(solved(f"{DEF}return 1 / out_channels / kernel**2"))
    assert sheet.points == 70
    assert row(sheet).slip == "product"
    assert "expected" in row(sheet).message
    assert "added, not multiplied" in row(sheet).message


def test_a_slip_costs_its_own_task_and_no_other(graded):
    wrong = "def conv_macs(*args, **kwargs):\n    return 1"
    sheet = graded(solved(wrong))
    assert sheet.points == 70
    assert "mend it first" not in row(sheet, "counting_cost.conv_macs").message
    told = row(sheet, "counting_cost.intensity").message
    assert "intensity is right, but for your conv_macs" in told
    assert told in str(sheet)


def test_what_builds_on_a_wrong_function_must_be_right_itself(graded):
    wrong = "def conv_macs(*args, **kwargs):\n    return 1\nnetwork_macs = conv_macs"
    sheet = graded(solved(wrong))
    assert sheet.points == 55
    told = row(sheet, "counting_cost.network_macs").message
    assert "Your conv_macs is not right yet" in told


def test_magics_and_top_level_await_work(graded):
    cell = "%time 1 + 1\n!echo from the shell\nimport asyncio\nawait asyncio.sleep(0)"
    sheet = graded(solved(f"{cell}\n%matplotlib inline"), limits=Limits())
    assert not sheet.troubles
    assert "from the shell" in sheet.printed


def test_torch_may_be_used(graded):
    answer = f"import torch\n{DEF}return torch.tensor(1 / out_channels + 1 / kernel**2)"
    assert graded(solved(answer), limits=Limits()).points == 85


def test_written_answers_are_shown_as_such(graded):
    notebook = copy.deepcopy(SOLUTION)
    for cell in notebook["cells"]:
        if cell["id"] == "three-numbers-answer":
            cell["source"] = ["YOUR ANSWER HERE"]
    unwritten = row(graded(notebook), "counting_cost.three_numbers")
    assert (unwritten.status, unwritten.points) == ("not attempted", None)


# Damaged notebooks


def without(notebook, *names):
    return {**notebook, "cells": [c for c in notebook["cells"] if c["id"] not in names]}


def stripped(notebook):
    cells = [{"cell_type": c["cell_type"], "source": c["source"]} for c in notebook["cells"]]
    return {"cells": cells}


HARMLESS = {
    "metadata stripped": stripped(SOLUTION),
    "cells reversed": {**SOLUTION, "cells": SOLUTION["cells"][::-1]},
    "cells copied": {**SOLUTION, "cells": SOLUTION["cells"] * 2},
    "odd cells": {
        **SOLUTION,
        "cells": [
            None,
            3,
            {},
            {"cell_type": "code"},
            {"cell_type": "code", "source": {"a": 1}},
            {"cell_type": 5, "source": [1, None], "metadata": []},
            *SOLUTION["cells"],
        ],
    },
    "checks deleted": {
        **SOLUTION,
        "cells": [c for c in SOLUTION["cells"] if not c["id"].endswith("-check")],
    },
    "byte order mark": b"\xef\xbb\xbf" + json.dumps(SOLUTION).encode(),
}


@pytest.mark.parametrize("what", HARMLESS)
def test_what_does_no_harm_costs_nothing(graded, what):
    assert graded(HARMLESS[what]).points == 85


BAD = {
    "not JSON": (b"{'cells':", "The file is no notebook: it is not JSON."),
    "empty": (b"", "it is not JSON."),
    "bytes": (bytes(range(256)), "it is not JSON."),
    "too deep": (b"[" * 100_000, "it is not JSON."),
    "a list": (b"[]", "it has no list of cells."),
    "cells missing": ({"nbformat": 4}, "it has no list of cells."),
    "no cells": ({"cells": []}, "The notebook has no code cells."),
    "prose only": ({"cells": [{"cell_type": "markdown", "source": "x"}]}, "has no code cells."),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_notebook_gets_a_sheet_with_the_reason(graded, what):
    content, reason = BAD[what]
    sheet = graded(content)
    assert sheet.points == 0
    assert reason in sheet.reason
    assert {r.status for r in sheet.rows} == {"not attempted"}
    assert reason in row(sheet).message
    assert reason in str(sheet)


def test_a_deleted_cell_costs_its_own_task(graded):
    sheet = graded(without(SOLUTION, "separable-share"))
    assert sheet.points == 70
    assert row(sheet).status == "not attempted"
    assert row(sheet).message.startswith("separable_share is not defined")


def test_a_failing_cell_is_named_where_its_name_is_missing(graded):
    notebook = without(SOLUTION, "separable-share")
    for source, why in (
        ("def separable_share(:\n    3", "SyntaxError: invalid syntax"),
        ("1 / 0\nseparable_share = 3", "ZeroDivisionError: division by zero"),
    ):
        sheet = graded({"cells": [*notebook["cells"], code(source)]})
        number = len(notebook["cells"]) + 1
        assert f"Cell {number}, which has separable_share, stopped with {why}" in row(sheet).message
        assert f"Cell {number} stopped with {why}" in sheet.troubles[0]
        assert sheet.points == 70


def test_the_last_of_two_definitions_counts_and_that_is_said(graded):
    sheet = graded(solved(f"{DEF}raise NotImplementedError()"))
    assert row(sheet).status == "not attempted"
    assert (
        "separable_share is defined in cells 10 and 26; the last one counts." in row(sheet).message
    )


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Kim-01_counting_cost (2).ipynb", True),
        ("homework.ipynb", True),
        ("02_mbconv.ipynb", "mbconv" not in ASSIGNMENTS),
    ],
)
def test_the_assignment_is_told_by_name_or_checks(graded, name, found):
    assert (graded(SOLUTION, name).assignment == "01_counting_cost") is found


def test_a_notebook_that_does_not_say_what_it_is_is_refused(graded):
    with pytest.raises(ValueError, match=r"x\.ipynb does not say which assignment it is"):
        graded({"cells": [code("1")]}, "x.ipynb")
    assert graded({"cells": [code("1")]}, "x.ipynb", assignment=ASSIGNMENTS["counting_cost"])


# Notebooks that do not behave

CELLS = {
    "endless loop": ("while True: pass", "did not end within 3 s, and was left out"),
    "sys.exit": ("import sys; sys.exit(3)", "stopped with SystemExit: 3"),
    "os._exit": ("import os; os._exit(0)", "ended the Python process"),
    "input": ("name = input('Name? ')", "stopped with EOFError"),
    "KeyboardInterrupt": ("raise KeyboardInterrupt", "stopped with KeyboardInterrupt"),
    "syntax error": ("a = = 3", "stopped with SyntaxError"),
    "an exception that cannot be printed": (
        "class X(BaseException):\n    def __str__(self): raise SystemExit\nraise X()",
        "stopped with X",
    ),
    "closes its connections": ("import os; os.closerange(3, 100)", "broke its connection"),
    "writes into its connections": (
        "import os, struct\nfor n in range(3, 20):\n    try: os.write(n, bytes(100))\n"
        "    except OSError: pass",
        "broke its connection",
    ),
    "patches what everything uses": (
        "import builtins\nbuiltins.len = lambda x: 6\nbuiltins.isinstance = lambda *a: True",
        "broke its connection",
    ),
}


FATAL = ("endless loop", "os._exit", *list(CELLS)[-3:])


@pytest.mark.parametrize("what", FATAL)
def test_a_cell_that_ends_or_stops_python_costs_itself_only(graded, what):
    source, trouble = CELLS[what]
    sheet = graded(solved(source))
    assert sheet.points == 85
    assert sheet.troubles[0].startswith("Cell 26 ")
    assert trouble in sheet.troubles[0]


def test_cells_that_fail_cost_themselves_only(graded):
    failing = {what: CELLS[what] for what in CELLS if what not in FATAL}
    sheet = graded(solved(*(source for source, _ in failing.values())))
    assert sheet.points == 85
    for (_, trouble), told in zip(failing.values(), sheet.troubles, strict=True):
        assert trouble in told


#: What else a cell may do, without harm to those after it.
QUIET = (
    "import sys\nsys.stdout = sys.stderr = None",
    "import os\nfor n in (0, 1, 2): os.close(n)",
    "import os, shutil\nopen('numpy.py', 'w').write('1 / 0')\nimport sys; sys.path.insert(0, '.')",
    "import threading\nthreading.Thread(target=lambda: [0 for _ in iter(int, 1)]).start()",
    "exit()",
    "class X:\n    def __repr__(self): raise SystemExit\nX()",
    "import os, shutil\nshutil.rmtree(os.getcwd())",
)


def test_what_else_a_cell_may_do_costs_nothing(graded):
    sheet = graded(solved(first=QUIET))
    assert sheet.points == 85, str(sheet)


def test_a_notebook_that_breaks_its_own_python_gets_a_reason(graded):
    forget = (
        "import sys\nfor name in list(sys.modules):\n    if name != 'sys': del sys.modules[name]"
    )
    sheet = graded(solved(first=[forget]))
    assert "Cell 11, which has separable_share, stopped with" in row(sheet).message


FUNCTIONS = {
    "endless loop": ("while True: pass", "did not end within 2 s"),
    "sys.exit": ("import sys; sys.exit(3)", "raised SystemExit: 3"),
    "os._exit": ("import os; os._exit(0)", "ended the Python process"),
    "killed": ("import os; os.kill(os.getpid(), 9)", "ended the Python process"),
    "KeyboardInterrupt": ("raise KeyboardInterrupt", "raised KeyboardInterrupt"),
    "GeneratorExit": ("raise GeneratorExit", "raised GeneratorExit"),
    "recursion": ("return (lambda f: f(f))(lambda f: f(f))", "raised RecursionError"),
    "memory": ("return len([0] * 10**11)", "raised MemoryError"),
    "huge array": ("import numpy as np; return np.zeros(2 * 10**8)", "an array that is too large"),
    "huge integer": ("return 10**100_000", "an integer of more than 300 digits"),
    "holds itself": ("a = []; a.append(a); return a", "something too deep"),
    "equal to everything": (
        "return type('E', (), {'__eq__': lambda *a: True, '__hash__': None})()",
        "gives an E",
    ),
    "lies about its type": (
        "return type('C', (), {'__class__': property(lambda self: float)})()",
        "gives a C",
    ),
    "a number that lies": (
        "return type('N', (float,), {'__eq__': lambda *a: True, '__hash__': None})(5)",
        "got 5.0",
    ),
    "hostile array": (
        "return type('A', (), {'__array__': lambda *a: [][0], '__repr__': lambda s: [][0]})()",
        "gives an A",
    ),
    "writes endlessly": (
        "import os\n    while True:\n        for n in range(3, 20):\n"
        "            try: os.write(n, b'x' * 100_000)\n            except OSError: pass",
        "broke its connection",
    ),
}


NAMES = [task.function for task in ASSIGNMENTS["counting_cost"].tasks]


@pytest.mark.parametrize("start", range(0, len(FUNCTIONS), len(NAMES)))
def test_functions_that_fail_cost_their_own_tasks(graded, start):
    """One for each task, so that each is also what the others must not suffer from."""
    cases = list(FUNCTIONS.values())[start : start + len(NAMES)]
    bodies = [
        f"def {name}(*args, **kwargs):\n    {body}"
        for name, (body, _) in zip(NAMES, cases, strict=False)
    ]
    sheet = graded(solved(*bodies))
    for found, (_, message) in zip(sheet.rows, cases, strict=False):
        assert (found.status, found.points) == ("incorrect", 0), message
        assert message in found.message


def test_a_function_that_ends_python_leaves_the_other_tasks_alone(graded):
    sheet = graded(solved(f"{DEF}import os; os._exit(0)"))
    assert sheet.points == 70
    assert "separable_share ended the Python process" in row(sheet).message


def test_the_worker_cannot_make_its_own_results(graded):
    """The worker's own code may be changed by the learner: right answers are still needed."""
    forged = (
        "import effnet_lab.exercises.grader.worker as w\n"
        "w.attempt = lambda *a: {'kind': 'answer', 'answer': {'results': [1] * 6, 'after': []}}"
    )
    sheet = graded(solved(forged))
    assert sheet.points == 0
    odd = (
        "import effnet_lab.exercises.grader.worker as w\nw.attempt = lambda *a: {'kind': 'correct'}"
    )
    assert "no answer that can be read" in row(graded(solved(odd))).message


def test_two_hundred_megabytes_printed_are_kept_in_part(graded):
    sheet = graded(solved("for _ in range(2000): print('x' * 100_000)"))
    assert sheet.points == 85
    assert 10_000 <= len(sheet.printed) < 10_100
    assert "more bytes" in sheet.printed[-40:]


def test_too_many_cells_that_hang_end_it(graded):
    limits = Limits(cells=20, cell=0.7, probe=3, drops=1)
    sheet = graded(solved(first=["while True: pass"] * 3), limits=limits)
    assert sheet.points == 0
    assert sheet.reason == "2 cells hang or end the process; the rest was not run."
    assert sheet.reason in row(sheet).message


def test_all_cells_together_have_a_limit_too(graded):
    limits = Limits(cells=2, cell=20, probe=3, drops=0)
    sheet = graded(solved(first=["import time; time.sleep(1.2)"] * 2), limits=limits)
    assert "Cell 2 did not end within 0." in sheet.troubles[0]


def test_nothing_is_left_behind(graded, monkeypatch, tmp_path):
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    seconds = f"1234.{os.getpid()}"  # so that it is known again
    graded(SOLUTION)  # so that what serves all notebooks is there already
    before = psutil.Process().children(recursive=True)
    kept = set(place.iterdir())
    sheet = graded(solved(f"import subprocess\nsubprocess.Popen(['sleep', '{seconds}'])"))
    assert sheet.points == 85
    assert set(place.iterdir()) == kept
    left = [p for p in psutil.process_iter(["cmdline"]) if seconds in (p.info["cmdline"] or [])]
    assert [p for p in left if p.status() != psutil.STATUS_ZOMBIE] == []
    assert [p for p in psutil.Process().children(recursive=True) if p not in before] == []


# What may be imported

BARRED = [
    "from effnet_lab.arch.convolution import conv_price",
    "from effnet_lab import cost",
    "import effnet_lab.nn.model",
    "from effnet_lab.exercises.tasks import counting_cost",
    "import importlib; importlib.import_module('effnet_lab.exercises.task')",
    "import timm",
    "import efficientnet_pytorch",
]


def test_the_references_cannot_be_imported(graded):
    sheet = graded(solved(*BARRED))
    assert sheet.points == 85
    assert len(sheet.troubles) == len(BARRED)
    for trouble in sheet.troubles:
        assert "may not be imported in this exercise: write it yourself" in trouble
    assert "it may use effnet_lab.exercises" in sheet.troubles[0]


def test_an_answer_that_imports_the_reference_gets_no_points(graded):
    body = "from effnet_lab.arch.convolution import Convolution\n    return 0.5"
    sheet = graded(solved(DEF + body))
    assert row(sheet).points == 0
    assert "may not be imported" in row(sheet).message


def test_what_an_assignment_allows_can_be_imported_with_its_parents():
    finder = SimpleNamespace(find_spec=lambda *args: "found")
    guard = Guard(["effnet_lab.arch.block"], [finder])
    for name in ("effnet_lab.arch.block", "effnet_lab.arch", "effnet_lab", "numpy"):
        assert guard.find_spec(name) == "found"
    for name in ("effnet_lab.arch.cost", "effnet_lab.arch.block.x", "torchvision.models"):
        assert guard.find_spec(name) is None


@pytest.mark.parametrize("home", sorted(TASKS.glob("*/probes.py")))
def test_a_worker_loads_neither_torch_nor_a_reference(home):
    package = f"effnet_lab.exercises.tasks.{home.parent.name}"
    code = (
        "import sys; from effnet_lab.exercises.grader.worker import load_probes; "
        f"load_probes({package!r}, {str(home.parent)!r}); "
        "own = sorted(name for name in sys.modules if name.startswith('effnet_lab')); "
        "print(*own, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    *modules, torch = done.stdout.split()
    assert torch == "False"
    own = {"effnet_lab", "effnet_lab._lazy", "effnet_lab.exercises"}
    parts = ("plain", "probing", "grader", "grader.frames", "grader.worker")
    parts = {f"effnet_lab.exercises.{name}" for name in parts}
    assert set(modules) == own | parts | {package, f"{package}.probes"}


def test_a_worker_sees_nothing_of_the_graders_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_TOKEN", "x")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("PATH", "/home/teacher/bin", prepend=os.pathsep)
    environment = worker_environment(str(tmp_path))
    assert not {"SECRET_TOKEN", "PYTHONPATH"} & environment.keys()
    assert environment["HOME"] == environment["TMPDIR"] == str(tmp_path)
    assert "teacher" not in environment["PATH"]


def test_a_sandbox_that_does_not_start_is_no_fault_of_the_notebook(graded, monkeypatch):
    monkeypatch.setattr(sandbox, "_open", {})
    monkeypatch.setattr(sandbox, "python_command", lambda *_: [sys.executable, "-c", "1 / 0"])
    with pytest.raises(SandboxError, match="does not answer"):
        graded(SOLUTION)


def test_a_worker_has_limits():
    home, kind = ASSIGNMENTS["counting_cost"], find_isolation(trust=True)
    limits = replace(SHORT, memory=2**30)
    with start_worker(home, kind, limits, (), 30) as worker:
        source = "import resource as r; print(*r.getrlimit(r.RLIMIT_AS)); 1 / 0"
        assert worker.ask(10, do="cell", source=source) == {
            "id": 2,
            "error": "ZeroDivisionError: division by zero",
        }
        with pytest.raises(WorkerLostError, match=r"did not end within 0\.3 s"):
            worker.ask(0.3, do="cell", source="while True: pass")
    if sys.platform == "linux":
        assert f"{4 * 2**30} {4 * 2**30}" in worker.printed.decode()


# The sheet


def sheet(**values):
    rows = (
        ScoreRow("a.b", "First", 68, 80, "incorrect", "<script>alert(1)</script>"),
        ScoreRow("a.c", "By hand", None, 20, "by hand", "12 words, to be graded by hand."),
    )
    return ScoreSheet("01_a", "<b>.ipynb", rows, **values)


def test_a_sheet_says_what_is_to_be_had():
    assert sheet().total == "68 of 80 points; 20 more are graded by hand"
    assert (sheet().points, sheet().max_points, sheet().by_hand) == (68, 80, 20)
    assert sheet().to_dict()["rows"][0]["task"] == "a.b"


def test_a_row_says_in_a_word_how_it_stands():
    nothing = ScoreSheet("01_a", "b.ipynb", (ScoreRow("a.b", "F", 0, 80, "incorrect", "No."),))
    assert "◐ First     68 of 80  partly correct" in str(sheet())
    assert "✎ By hand    – of 20  graded by hand" in str(sheet())
    assert "✘ F    0 of 80  not yet" in str(nothing)


def test_what_a_learner_wrote_is_escaped():
    full = sheet(troubles=("<script>1</script>",), printed="<script>2</script>", reason="<i>")
    page = full._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;2" in page
    assert "<i>" not in page
    assert "<b>." not in page


def test_nothing_that_a_learner_wrote_can_steer_a_terminal(graded):
    sheet = graded(solved(f"{DEF}raise ValueError('\\x1b[31mred\\x07')", "print('\\x1b[2J')"))
    assert "\x1b" not in str(sheet) + sheet.printed
    assert "\x07" not in str(sheet)
    assert "[31mred" in row(sheet).message
