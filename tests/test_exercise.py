"""What the learner has: check, hint, solution, progress, certificate."""

import json
import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from effnet_lab._learner import progress_path
from effnet_lab.exercises.assignment import find_task
from effnet_lab.exercises.grader.borrowed import borrowed
from effnet_lab.exercises.learner.exercise import certificate, check, hint, progress, solution
from effnet_lab.exercises.learner.progress import TaskProgress, read_progress, update
from effnet_lab.exercises.notebook import TEXT_STUB
from effnet_lab.exercises.task import PUBLIC_SEEDS
from effnet_lab.view.result import CheckResult

ROOT = Path(__file__).parent.parent
NAME = "counting_cost.conv_params"
TASK = find_task(NAME)

RIGHT = """
def conv_params(in_channels, out_channels, kernel, groups=1, bias=False):
    return kernel**2 * (in_channels // groups) * out_channels + bias * out_channels
"""


@pytest.fixture(autouse=True)
def path(tmp_path, monkeypatch):
    """Progress of its own, and one assignment."""
    monkeypatch.setenv("EFFNET_LAB_PROGRESS", str(tmp_path / "progress.json"))
    monkeypatch.setattr("effnet_lab.exercises.assignment.NAMES", ("counting_cost",))
    return tmp_path / "progress.json"


def in_notebook(code, **names):
    """Run code as a cell would, and return what its last line is."""
    namespace = {"__name__": "__main__", "check": check, **names}
    *body, last = code.strip().splitlines()
    exec("\n".join(body), namespace)
    return eval(last, namespace)


def known(name=NAME):
    return read_progress()[0].tasks.get(name)


# check


def test_check_looks_at_the_callers_names():
    assert in_notebook(f"{RIGHT}\ncheck('{NAME}')").passed
    assert in_notebook(f"check('{NAME}')").status == "not attempted"


def test_check_shows_expected_and_got_and_the_slip():
    wrong = RIGHT.replace("kernel**2", "kernel")
    result = in_notebook(f"{wrong}\ncheck('{NAME}')")
    assert re.search(r"expected \d+, got \d+\. The kernel is a square: 3 × 3", repr(result))
    assert "0 of 10 points" in result._repr_html_()
    assert "<details" in result._repr_html_()


BORROWED = {
    "imported before": f"""
from effnet_lab import cost
def helper(network): return cost(network)
{RIGHT.rstrip()} + 0 * (helper is None)
""",
    "imported inside": RIGHT.replace("    return", "    import effnet_lab.arch.cost\n    return"),
    "another library": RIGHT.replace("    return", "    if kernel < 0: import timm\n    return"),
}


@pytest.mark.parametrize("code", BORROWED.values(), ids=BORROWED)
def test_what_a_grader_refuses_is_not_right_in_the_notebook_either(code):
    result = in_notebook(f"{code}\ncheck('{NAME}')")
    assert (result.status, result.slip, result.points) == ("incorrect", "borrowed", 0)
    assert "which this exercise may not use" in result.message


def test_what_the_function_does_not_use_may_be_imported():
    besides = "from effnet_lab import cost, B0"
    method = RIGHT.replace("    return", "    if kernel < 0: kernel.cost()\n    return")
    assert in_notebook(f"{besides}\n{method}\ncheck('{NAME}')").passed


def test_what_is_allowed_may_be_imported_from_its_package():
    import effnet_lab

    def design():
        import effnet_lab.arch

        return effnet_lab.arch.CIFAR_BASE

    namespace = {"design": design, "effnet_lab": effnet_lab, "check": check}
    assert borrowed(namespace, ["design"], ["effnet_lab.arch"]) is None
    assert borrowed(namespace, ["design"]) == "effnet_lab.arch"
    assert borrowed(namespace, ["check"]) is None


def test_a_check_ends_where_the_learners_code_does_not(monkeypatch):
    monkeypatch.setattr("effnet_lab.exercises.task.TIME_LIMIT", 0.2)
    endless = RIGHT.replace("    return", "    while kernel: pass\n    return")
    result = in_notebook(f"{endless}\ncheck('{NAME}')")
    assert result.slip == "timeout"
    assert "kernel=3) did not end within 0.2 s: does a loop never end?" in result.message
    assert "It was stopped in line 2 of its cell" in result.message


def test_check_refuses_an_unknown_name():
    with pytest.raises(ValueError, match="task is 'x'; it must be one that begins with"):
        check("x")


def test_what_the_learner_prints_is_shown_in_part(capsys):
    wordy = RIGHT.replace("return", "print('called', kernel); return")
    in_notebook(f"{wordy}\ncheck('{NAME}')")
    lines = capsys.readouterr().out.splitlines()
    calls = [case for seed in PUBLIC_SEEDS for case in TASK.inputs(seed)["cases"]]
    assert lines[0] == "called 3"
    assert lines[-1] == f"... and {len(calls) - 10} more lines"
    assert len(lines) == 11


def test_the_learners_warnings_are_not_errors():
    warns = RIGHT.replace("return", "import warnings; warnings.warn('x'); return")
    assert in_notebook(f"{warns}\ncheck('{NAME}')").passed


# hint and solution


def test_hints_come_one_after_the_other():
    shown = [repr(hint(NAME)) for _ in range(4)]
    for text, one in zip(TASK.hints, shown, strict=False):
        assert text in one
    assert "[→ Hint 1 of 3]" in shown[0]
    assert shown[3] == shown[2]
    assert TASK.hints[0] in hint(NAME)._repr_html_()
    assert known().hints == 3


def test_a_solution_is_shown_only_after_asking_twice():
    assert 'solution("counting_cost.conv_params", really=True)' in repr(solution(NAME))
    assert known() is None
    shown = solution(NAME, really=True)
    assert "def conv_params(" in repr(shown)
    assert "SOLUTION" not in repr(shown)
    assert "<pre>def conv_params(" in shown._repr_html_()
    assert known().solution


def test_without_the_folder_of_solutions_the_teacher_keeps_them(monkeypatch, tmp_path):
    monkeypatch.setattr("effnet_lab.exercises.assignment.course_folder", lambda: tmp_path)
    assert "Your teacher keeps the solutions" in repr(solution(NAME, really=True))
    assert known() is None


def saved(folder, answer):
    """Save the exercise with an answer in words."""
    notebook = nbformat.read(ROOT / "exercises/01_counting_cost/01_counting_cost.ipynb", 4)
    (cell,) = (cell for cell in notebook.cells if cell.id == "three-numbers-answer")
    assert cell.source == TEXT_STUB
    cell.source = answer or cell.source
    nbformat.write(notebook, folder / "01_counting_cost.ipynb")


def test_a_model_answer_is_shown_beside_one_of_ones_own(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("effnet_lab.exercises.assignment.course_folder", lambda: ROOT)
    for answer, words in (("", 0), ("Both count.", 2)):
        saved(tmp_path, answer)
        shown = repr(solution("counting_cost.three_numbers", really=True))
        assert "Write an answer of your own first, and save the notebook" in shown
        assert f"it has {words} words" in shown
        assert "multiply-accumulates" not in shown
    saved(tmp_path, "0.39 is right, for it counts a multiplication and an addition as one. " * 4)
    shown = solution("counting_cost.three_numbers")._repr_markdown_()
    assert "1. The first table counts multiply-accumulates (MACs)" in shown
    assert "4. 4 points: one each for the unit" in shown.split("How points are given")[1]
    for refuses in (hint, check):
        with pytest.raises(ValueError, match="three_numbers is answered in words"):
            refuses("counting_cost.three_numbers")


# progress


def test_the_best_result_stays():
    in_notebook(f"{RIGHT}\ncheck('{NAME}')")
    in_notebook(f"check('{NAME}')")
    mine = known()
    assert (mine.status, mine.points, mine.checks) == ("correct", 10, 2)


def test_progress_shows_a_bar_for_each_assignment():
    in_notebook(f"{RIGHT}\ncheck('{NAME}')")
    solution(NAME, really=True)
    shown = progress()
    assert "10 of 85 points checked so far" in repr(shown)
    assert "01 Counting cost  ██░░" in repr(shown)
    assert "1 of 6 tasks, 1 solution seen" in repr(shown)
    page = shown._repr_html_()
    assert 'role="progressbar" aria-label="01 Counting cost" aria-valuemin="0"' in page
    assert 'aria-valuemax="85" aria-valuenow="10"' in page


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"tasks": {"a.b": {"status": "great"}}}',
        b'{"tasks": 3}',
        b'{"tasks": {"a.b": 3}}',
        b'{"tasks": {"a.b": {"checks": "many"}}}',
        b"[" * 100_000,
    ],
)
def test_a_progress_that_cannot_be_read_is_put_aside(path, content, capsys):
    path.write_bytes(content)
    hint(NAME)
    (aside,) = path.parent.glob("progress.*.json")
    assert aside.read_bytes() == content
    assert f"the old one is {aside}" in capsys.readouterr().out
    assert known().hints == 1


def test_what_a_later_version_adds_does_no_harm(path):
    path.write_text(json.dumps({"version": 2, "tasks": {NAME: {"checks": 4, "mood": "fine"}}}))
    assert known() == TaskProgress(checks=4)


def test_a_progress_that_cannot_be_written_stops_nothing(monkeypatch, capsys):
    def refuse(*args):
        raise PermissionError("read-only")

    monkeypatch.setattr("effnet_lab._learner.write_atomically", refuse)
    assert in_notebook(f"{RIGHT}\ncheck('{NAME}')").passed
    assert "Your progress could not be saved: read-only" in capsys.readouterr().out


def test_progress_lies_in_work_unless_told_otherwise(monkeypatch, path, tmp_path):
    assert progress_path() == path
    monkeypatch.delenv("EFFNET_LAB_PROGRESS")
    monkeypatch.chdir(tmp_path)
    assert progress_path() == ROOT / "work" / "progress.json"


# certificate


def solve(*names):
    result = CheckResult("correct", "x", points=15, max_points=15)
    for name in names:
        update(find_task(f"counting_cost.{name}"), lambda mine: mine.add(result))


def test_a_certificate_needs_four_fifths_of_the_points(path):
    solve("conv_macs", "intensity", "network_macs", "activation_bytes")
    assert "You have 60 of 85 points; 8 more are needed" in repr(certificate("Kim"))
    assert not path.with_name("certificate.html").exists()
    solve("separable_share")
    solution("counting_cost.intensity", really=True)
    card = certificate("<b>Kim</b>")
    assert "75 of 85 points: your certificate is written." in repr(card)
    page = path.with_name("certificate.html").read_text()
    assert "&lt;b&gt;Kim&lt;/b&gt;" in page
    assert "<b>" not in page
    assert "The solution was shown for 1 of 6 tasks." in page
    certificate("Lee")
    assert len(list(path.parent.glob("certificate*.html"))) == 2


def test_a_certificate_needs_a_name():
    with pytest.raises(ValueError, match="name is empty"):
        certificate(" ")


# In a real kernel


def test_an_exercise_runs_in_jupyter_untouched_and_solved(tmp_path, path):
    name = "01_counting_cost/01_counting_cost.ipynb"
    untouched = executed(ROOT / "exercises" / name, tmp_path)
    solved = executed(ROOT / "solutions" / name, tmp_path)
    for notebook, state in ((untouched, "Not attempted"), (solved, "Correct")):
        checks = [cell for cell in notebook.cells if cell.id.endswith("-check")]
        assert len(checks) == 6
        for cell in checks:
            (output,) = cell.outputs
            assert state in output.data["text/html"]
            assert state in output.data["text/plain"]
    assert "85 of 85 points" in solved.cells[-1].outputs[0].data["text/plain"]
    assert json.loads(path.read_text())["tasks"][NAME]["checks"] == 2


def executed(source, folder):
    notebook = nbformat.read(source, as_version=4)
    client = NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(folder)}})
    client.execute(env=dict(os.environ))
    return notebook
