"""The audit itself: that it finds what is off, and what it changes in a solution."""

import signal
from pathlib import Path

import numpy as np
import pytest
import torch

from effnet_lab.exercises import task as tasks
from effnet_lab.exercises.assignment import ASSIGNMENTS, find_task, load_assignment
from effnet_lab.exercises.author.audit import Workbench, audit, audit_all, judge, spoiling
from effnet_lab.exercises.author.mutants import bounded_power, mutants
from effnet_lab.exercises.author.template import write_template
from effnet_lab.exercises.time_limit import time_limit

ROOT = Path(__file__).parent.parent.parent
COST = ASSIGNMENTS["counting_cost"]
NAME = "counting_cost.separable_share"


def changes(source):
    return {mutant.change for mutant in mutants(source)}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = a + b", {"a + b -> a - b", "drop x = a + b"}),
        ("a * b", {"a * b -> a // b", "a * b -> power(a, b)", "drop a * b"}),
        ("a // b", {"a // b -> a / b", "a // b -> a * b", "drop a // b"}),
        ("a ** 2", {"a ** 2 -> a * 2", "2 -> 3", "2 -> 1", "drop a ** 2"}),
        ("a < b", {"a < b -> a <= b", "a < b -> a >= b", "drop a < b"}),
        ("a and b", {"a and b -> a or b", "drop a and b"}),
        ("not a", {"not a -> a", "drop not a"}),
        ("f(a, b)", {"f(a, b) -> f(b, a)", "drop f(a, b)"}),
        ("f(a, b=1)", {"f(a, b=1) -> f(a)", "1 -> 2", "1 -> 0", "drop f(a, b=1)"}),
        ("range(n)", {"range(n) -> range(n + 1)", "range(n) -> range(n - 1)", "drop range(n)"}),
        ("x += y", {"x += y -> x -= y", "drop x += y"}),
        ("a if b else c", {"a if b else c -> c if b else a", "drop a if b else c"}),
        ("x = True", {"True -> False", "drop x = True"}),
    ],
)
def test_small_changes(source, expected):
    assert changes(source) == expected


def test_conditions_are_negated_and_loops_dropped():
    found = changes("if a:\n    pass\nfor x in y:\n    pass")
    assert found == {"drop if a:", "if a: -> if not a:", "drop for x in y:"}


def test_what_does_not_run_is_left_alone():
    source = 'def f(x: "a + 1" = None) -> int | 3:\n    """1 + 1"""\n    return x'
    assert changes(source) == {"drop return x"}


def test_the_same_change_at_two_places_has_two_names():
    assert changes("x = 1\ny = 1") >= {"1 -> 2", "1 -> 2 (2)"}


def test_changed_sources_differ_and_run():
    source = Workbench(COST, ROOT).solution(find_task(NAME))
    found = list(mutants(source))
    assert len({mutant.source for mutant in found}) == len(found) > 15
    for mutant in found:
        compile(mutant.source, "<mutant>", "exec")


def test_powers_stay_small():
    assert bounded_power(2, 10) == 1024
    assert bounded_power(0.5, 2) == 0.25
    with pytest.raises(OverflowError, match="too large"):
        bounded_power(9, 10**9)


def test_a_mutant_that_hangs_is_stopped(monkeypatch):
    monkeypatch.setattr(tasks, "TIME_LIMIT", 0.2)
    bench = Workbench(COST, ROOT)
    endless = "def separable_share(in_channels, out_channels, kernel):\n    while True: pass"
    assert bench.judge(find_task(NAME), endless, [1]).slip == "timeout"


def test_a_timer_set_before_goes_on():
    before = signal.getitimer(signal.ITIMER_REAL)[0]
    with time_limit(5):
        assert signal.getitimer(signal.ITIMER_REAL)[0] <= 5
    after = signal.getitimer(signal.ITIMER_REAL)[0]
    assert (after > 0) == (before > 0)


# What is made for every task


@pytest.mark.parametrize(
    "argument",
    [[1, 2], {"a": 1}, np.arange(3.0), torch.ones(2)],
    ids=["list", "dict", "array", "tensor"],
)
def test_arguments_are_changed_after_the_answer(argument):
    before = repr(argument)
    assert spoiling(repr)(argument) == before
    assert repr(argument) != before


# The audit finds what is off


@pytest.fixture
def own(tmp_path):
    """An assignment of one's own, with a changed task file."""

    def changed(old="", new=""):
        folder = tmp_path / "my_task"
        write_template(folder)
        path = folder / "my_task.py"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        return load_assignment(folder)

    return changed


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("    also", '    wrong=(("my_task = lambda **k: 1", "a cow"),),\n    also', "is told"),
        ("    also", '    wrong=(("def (", "invalid"),),\n    also', "raised SyntaxError"),
        ("1000 * macs /", "7 * macs /", "right answer 1 is rejected: my_task("),
        ("also_right=(", "also_right=() and (", "has 0 other right answers"),
        ("    also", '    no_slips={"typo": "why"},\n    also', "no generic slip 'typo'"),
        ("    also", '    equivalent={"typo": "why"},\n    also', "there is no change 'typo'"),
        ("rel=1e-9", "rel=0.09", "1000 -> 1001 is not noticed"),
    ],
)
def test_the_audit_finds(own, old, new, problem):
    problems = audit(own(old, new), [0, 1]).problems
    assert any(problem in line for line in problems), problems


def test_the_audit_finds_nothing_in_what_is_right(own):
    assert not audit(own(), [0, 1]).problems


@pytest.mark.parametrize("seconds", ["second=1000", "second=1000 * 1"])
def test_a_slip_that_is_right_cannot_be_told(own, seconds):
    assignment = own("second=1)", f"{seconds})")
    with pytest.raises(RuntimeError, match="the right answer and a-millisecond give the same"):
        audit(assignment, [0])


def test_two_slips_that_are_one_cannot_be_told(own):
    assignment = own('slip("a-minute", second=60_000)', 'slip("again", second=1)')
    with pytest.raises(RuntimeError, match="a-millisecond and again give the same"):
        audit(assignment, [0])


@pytest.mark.slow
def test_the_audit_tells_its_score(monkeypatch):
    monkeypatch.chdir(ROOT)
    ((text, off),) = audit_all(["counting_cost"], 2)
    assert off == 0
    assert "changes of the solution noticed" in text
    assert "OFF:" not in text


def test_answers_are_judged_without_a_word(capsys):
    bench = Workbench(COST, ROOT)
    loud = {**bench.solved, "separable_share": lambda **case: print("loud") or 0.5}
    assert not judge(find_task(NAME), loud, [0]).passed
    assert capsys.readouterr().out == ""
