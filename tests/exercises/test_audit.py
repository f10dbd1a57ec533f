"""The audit itself: that it finds what is off, and what it changes in a solution."""

import shutil
import signal
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from effnet_lab.exercises import task as tasks
from effnet_lab.exercises.author.audit import Workbench, audit, judge, main
from effnet_lab.exercises.author.generated_answers import STUB, generated
from effnet_lab.exercises.author.mutants import bounded_power, mutants
from effnet_lab.exercises.task import ASSIGNMENTS, find_task
from effnet_lab.exercises.time_limit import time_limit

ROOT = Path(__file__).parent.parent.parent
COST = ASSIGNMENTS["counting_cost"]
NAME = "counting_cost.separable_share"
DEF = "def separable_share(in_channels, out_channels, kernel):\\n    return "


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
    began = time.monotonic()
    endless = "def separable_share(in_channels, out_channels, kernel):\n    while True: pass"
    assert bench.judge(find_task(NAME), endless, [1]).slip == "timeout"
    assert time.monotonic() - began < 5


def test_a_timer_set_before_goes_on():
    before = signal.getitimer(signal.ITIMER_REAL)[0]
    with time_limit(5):
        assert signal.getitimer(signal.ITIMER_REAL)[0] <= 5
    after = signal.getitimer(signal.ITIMER_REAL)[0]
    assert (after > 0) == (before > 0)


# Generated answers


def one(name, right, *args):
    """What a generated answer gives, and whether it was wrong."""
    task = find_task(NAME)
    found = next(g for g in generated(task, {"separable_share": right}) if g.name == name)
    return found.namespace["separable_share"](*args), found.applies


def test_generated_answers_know_whether_they_are_wrong():
    assert one("right, as float", lambda x: 3, 1) == (3.0, True)
    assert one("right, as float", lambda x: 3.5, 1) == (3.5, False)
    assert one("right, as text", lambda x: 3, 1) == ("3", True)
    assert one("right, in a list", lambda x: 3, 1) == ([3], True)
    assert one("twice the right value", lambda x: 3, 1) == (6, True)
    assert one("twice the right value", lambda x: "a", 1) == ("a", False)
    assert one("right, as truth value", lambda x: [], 1) == ([], False)
    result, wrong = one("right, with a dimension too much", lambda x: torch.zeros(2), 1)
    assert wrong
    assert result.shape == (1, 2)


@pytest.mark.parametrize(
    "argument",
    [[1, 2], {"a": 1}, np.arange(3.0), torch.ones(2)],
    ids=["list", "dict", "array", "tensor"],
)
def test_arguments_are_changed_in_place(argument):
    before = repr(argument)
    result, wrong = one("right, then changes its arguments", lambda x: 7, argument)
    assert (result, wrong) == (7, True)
    assert repr(argument) != before


def test_what_cannot_be_changed_is_no_wrong_answer():
    assert one("right, then changes its arguments", lambda x: 7, 3) == (7, False)
    assert one("changes its arguments, then right", lambda x: len(x), [1]) == (2, True)
    assert one("changes its arguments, then right", lambda x: 7, [1]) == (7, False)


def test_values_and_classes_get_answers_of_their_own():
    names = [g.name for g in generated(find_task(NAME), {"separable_share": 0.5})]
    assert names == ["is None", "is 0", "is 1", "is text", "is a list"]
    names = [g.name for g in generated(find_task(NAME), {"separable_share": torch.nn.ReLU})]
    assert STUB in names
    assert not any(name.startswith("right") for name in names)


# The audit finds what is off


@pytest.fixture
def course(tmp_path):
    """A course in which the answers to assignment 01 can be changed."""
    for folder in ("solutions/01_counting_cost", "tests/exercises"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "test_*")
        )
    return tmp_path


def off(course, extra, **options):
    path = course / "tests/exercises/answers_counting_cost.py"
    path.write_text(f"{path.read_text()}\n{extra.replace('NAME', repr(NAME))}\n")
    return audit(COST, [0, 1], with_mutants="mutants" in options, course=course).problems


@pytest.mark.parametrize(
    ("extra", "problem"),
    [
        (
            f'WRONG[NAME]["accepted"] = Wrong("{DEF}1 / out_channels + 1 / kernel**2", "x")',
            "accepted is accepted",
        ),
        (f'WRONG[NAME]["silent"] = Wrong("{DEF}0.5", "a purple cow")', "does not say 'a purple"),
        ('WRONG[NAME]["typo"] = Wrong("def (", "invalid")', "The cell raised SyntaxError"),
        (f'RIGHT[NAME]["rejected"] = "{DEF}0.5"', "rejected is rejected: separable_share("),
        ('del WRONG[NAME]["only the visible example"]', "has no wrong answer 'only the visible"),
        ("RIGHT[NAME] = {}", "has 0 other right answers; there must be 2"),
        ("WRONG[NAME] = {}", "has 0 wrong answers; there must be 8"),
        ('RIGHT["counting_cost.typo"] = {}', "answers to counting_cost.typo, which is no task"),
        ('SKIPPED = {NAME: {"typo": "why"}}', "no generated answer 'typo' to skip"),
    ],
)
def test_the_audit_finds(course, extra, problem):
    problems = off(course, extra)
    assert any(problem in line for line in problems), problems
    assert all(NAME in line or "no task" in line for line in problems)


def test_the_audit_finds_changes_that_are_not_noticed_or_wrongly_explained(course):
    extra = (
        'EQUIVALENT["counting_cost.network_macs"] = {}\n'
        'EQUIVALENT[NAME] = {"typo": "why", "depthwise + pointwise -> depthwise - pointwise": "so"}'
    )
    problems = off(course, extra, mutants=True)
    assert len(problems) == 3
    assert any("conv_macs(layer['out'], channels" in p and "is not noticed" in p for p in problems)
    assert any("there is no change 'typo'" in p for p in problems)
    assert any("pointwise is noticed; it is not equivalent" in p for p in problems)


def test_a_weak_check_is_found(course):
    """One lucky input, with equal channels and a kernel of one, lets mistakes pass."""
    task = find_task(NAME)
    inputs = {"cases": [{"in_channels": 4, "out_channels": 4, "kernel": 1}]}
    weak = replace(task, inputs=lambda seed: inputs)
    tasks = tuple(weak if other is task else other for other in COST.tasks)
    found = audit(replace(COST, tasks=tasks), [0, 1], course=course)
    assert found.mutants.good < found.mutants.total
    assert found.planted.good < found.planted.total


def test_the_audit_prints_its_score(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert main(["counting_cost", "--seeds", "2"]) == 0
    out = capsys.readouterr().out
    assert "planted wrong answers rejected with the right message  82/82" in out
    assert "changes of the solution noticed                        130/130" in out
    assert out.endswith("1 assignments audited; nothing off\n")


def test_the_audit_fails_where_something_is_off(capsys, monkeypatch, course):
    (course / "exercises").mkdir()
    (course / "exercises" / "README.md").touch()
    path = course / "tests/exercises/answers_counting_cost.py"
    path.write_text(f"{path.read_text()}\nRIGHT = {{}}\n")
    monkeypatch.chdir(course)
    assert main(["01", "--seeds", "1"]) == 1
    out = capsys.readouterr().out
    assert "OFF:" in out
    assert "6 off" in out


def test_answers_are_judged_without_a_word(capsys):
    bench = Workbench(COST, ROOT)
    loud = {**bench.solved, "separable_share": lambda **case: print("loud") or 0.5}
    assert not judge(find_task(NAME), loud, [0]).passed
    assert capsys.readouterr().out == ""
