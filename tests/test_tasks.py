"""Plain data, probing, judging, frames, and the registry of tasks."""

import io
import json
import struct
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from effnet_lab._slips import slip
from effnet_lab.exercises.assignment import (
    ASSIGNMENTS,
    find_assignment,
    find_task,
    load_assignment,
    scaled_points,
)
from effnet_lab.exercises.grader.frames import FrameError, read_frame, write_frame
from effnet_lab.exercises.judging import judge_calls, matches, part, what_is_off
from effnet_lab.exercises.plain import NotPlainError, plain, same
from effnet_lab.exercises.probing import (
    attempt,
    call,
    call_each,
    call_text,
    texts_apart,
    value_text,
)
from effnet_lab.exercises.task import draws, first_failure, judged, run_task
from effnet_lab.view.result import CheckResult

TASK = find_task("counting_cost.conv_params")


# Plain data


class Liar(int):
    def __eq__(self, other):
        return True

    def __int__(self):
        return 864

    def __index__(self):
        return 864

    __hash__ = None


class LiarText(str):
    def __eq__(self, other):
        return True

    __hash__ = None


class LiarList(list):
    def __iter__(self):
        return iter([864])


@pytest.mark.parametrize(
    ("value", "kind", "same_as"),
    [
        (Liar(5), int, 5),
        (LiarText("a"), str, "a"),
        (LiarList([1, 2]), list, [1, 2]),
        ((1, (2.5, None)), list, [1, [2.5, None]]),
        (np.float32(0.5), float, 0.5),
        (np.int64(7), int, 7),
        (np.bool_(True), bool, True),
        (torch.tensor(3), int, 3),
        (torch.tensor(0.5, dtype=torch.bfloat16), float, 0.5),
        ({"a": np.int8(1)}, dict, {"a": 1}),
    ],
)
def test_what_is_plain_becomes_exact_types(value, kind, same_as):
    result = plain(value)
    assert type(result) is kind
    assert same(result, same_as)


@pytest.mark.parametrize(
    "value",
    [
        np.arange(6, dtype=np.int16).reshape(2, 3)[:, ::2],
        torch.arange(6.0).reshape(2, 3).T,
        torch.nn.Parameter(torch.ones(2, dtype=torch.float16)),
        np.ma.array([1.0, 2.0], mask=[True, False]),
    ],
)
def test_arrays_and_tensors_become_arrays_of_their_own(value):
    result = plain(value)
    assert type(result) is np.ndarray
    assert result.flags.c_contiguous
    assert not np.shares_memory(
        result, np.asarray(value.detach() if hasattr(value, "detach") else value)
    )


class Foo:
    @property
    def __class__(self):
        return int

    def __array__(self):
        raise SystemExit


def looped():
    value = []
    value.append(value)
    return value


def wide():
    value = [1] * 10
    for _ in range(15):
        value = [value] * 10
    return value


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (Foo(), "a Foo"),
        ({1, 2}, "a set"),
        (iter([1]), "a list_iterator"),
        (1j, "a complex"),
        ({1: 2}, "a dict with an int among its keys"),
        (np.array(["a"]), "an array of <U1"),
        (np.array([None]), "an array of object"),
        (torch.zeros(2, dtype=torch.complex64), "complex64"),
        (torch.zeros(2).to_sparse(), "a tensor that holds no plain numbers"),
        (looped(), "too deep"),
        (wide(), "too long"),
        (10**400, "an integer of more than 300 digits"),
        ("x" * 300_000, "text that is too long"),
        (
            np.lib.stride_tricks.as_strided(np.zeros(1), (10**9,), (0,)),
            "an array that is too large",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 60 else "",
)
def test_anything_else_is_refused_by_the_name_of_its_type(value, says):
    with pytest.raises(NotPlainError, match=says):
        plain([value])


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text()
    | hnp.arrays(st.sampled_from(["?", "<i8", "<f4", ">f8", "<u2"]), hnp.array_shapes(min_side=0)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40)
@given(PLAIN)
def test_frames_carry_plain_data_unchanged(value):
    stream = io.BytesIO()
    value = plain(value)
    write_frame(stream, value)
    write_frame(stream, [value])
    stream.seek(0)
    assert same(read_frame(stream), value)
    assert same(read_frame(stream), [value])
    with pytest.raises(EOFError):
        read_frame(stream)


def frame(header, blocks=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack(">II", len(text), len(blocks)) + text + blocks


def npy(array, **options):
    stream = io.BytesIO()
    np.save(stream, array, **options)
    return stream.getvalue()


LIE = npy(np.zeros(2)).replace(b"(2,), ", b"(9,), ")


@pytest.mark.parametrize(
    "content",
    [
        b"\0\0",
        frame({"tree": 1, "sizes": []})[:-1],
        struct.pack(">II", 2**31, 0),
        frame(b"{"),
        frame(b"[" * 10_000 + b"]" * 10_000),
        frame({"tree": 1}),
        frame({"tree": {"array": 0}, "sizes": []}),
        frame({"tree": {"other": 0}, "sizes": []}),
        frame({"tree": 1, "sizes": [-1]}),
        frame({"tree": 1, "sizes": [3]}, b"abcd"),
        frame({"tree": {"array": 0}, "sizes": [len(LIE)]}, LIE),
        *(
            frame({"tree": {"array": 0}, "sizes": [len(block)]}, block)
            for block in (
                npy(np.array([{}]), allow_pickle=True),
                npy(np.array(["a"])),
                b"\x93NUMPY",
            )
        ),
    ],
    ids=range(14),
)
def test_what_is_no_frame_is_refused(content):
    with pytest.raises(FrameError):
        read_frame(io.BytesIO(content))


# Probing


def tried(function, needs=("f",), inputs=None, probe=None):
    namespace = {"f": function} if function else {}
    probe = probe or (lambda ns, given: call(ns, "f", given["x"]))
    return attempt(probe, needs, namespace, inputs or {"x": [1]})


def test_an_attempt_gives_plain_answers():
    assert tried(lambda x: (x, np.int64(3))) == {"kind": "answer", "answer": [[1], 3]}


def test_an_attempt_changes_no_inputs():
    inputs = {"x": [1]}
    assert tried(lambda x: x.append(2), inputs=inputs)["answer"] is None
    assert inputs == {"x": [1]}


def raising(error):
    def function(*args, **kwargs):
        raise error

    return function


class AwkwardError(Exception):
    def __str__(self):
        raise SystemExit

    def __setattr__(self, name, value):
        raise KeyError


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (NotImplementedError(), {"kind": "stub"}),
        (ValueError("no\nmore"), {"kind": "raised", "error": "ValueError", "message": "no"}),
        (SystemExit(3), {"kind": "raised", "error": "SystemExit", "message": "3"}),
        (AwkwardError(), {"kind": "raised", "error": "AwkwardError", "message": ""}),
    ],
)
def test_an_attempt_reports_what_was_raised(error, outcome):
    found = tried(raising(error))
    assert outcome.items() <= found.items()
    if found.get("message"):
        assert found["during"] == "f([1])"


def test_a_keyboard_interrupt_is_for_the_notebook():
    with pytest.raises(KeyboardInterrupt):
        tried(raising(KeyboardInterrupt()))


def test_an_attempt_names_what_is_missing_or_odd():
    assert tried(None) == {"kind": "missing", "name": "f"}
    assert tried(lambda x: {1}) == {"kind": "odd", "what": "a set", "during": "f([1])"}


def test_an_error_shows_the_learners_own_line():
    namespace = {"__name__": "__main__"}
    exec(compile("def f(x):\n    y = 0\n    return x / y", "<cell>", "exec"), namespace)
    found = attempt(lambda ns, given: call(ns, "f", 1), ["f"], namespace, {})
    assert found["line"].startswith("line 3 of its cell")
    # Not where a library raised it.
    exec("import json\ndef f(x):\n    return json.loads('{')", namespace)
    assert "line 3" in attempt(lambda ns, given: call(ns, "f", 1), ["f"], namespace, {})["line"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1 / 3, "0.333333"),
        (3.0, "3.0"),
        (float("nan"), "nan"),
        (1e300, "1e+300"),
        ([1, 2.5], "[1, 2.5]"),
        ({"a": None}, "{'a': None}"),
        (np.arange(3), "array([0, 1, 2])"),
        (np.zeros((4, 5)), "an array of shape (4, 5)"),
        ("text", "'text'"),
    ],
)
def test_values_are_written_for_people(value, text):
    assert value_text(value) == text


@pytest.mark.parametrize(
    ("one", "other", "texts"),
    [
        (72.9, 72.9 + 1e-9, ("72.9", "72.900000001")),
        (1.0, 1 + 1e-7, ("1.0", "1.0000001")),
        ([72.9, 1.5], [72.9, 1.6], ("[72.9, 1.5]", "[72.9, 1.6]")),
        (0.1 + 0.2, 0.3, ("0.30000000000000004", "0.29999999999999999")),
        (6, 6.0, ("6", "6.0")),
        (0.1, 0.1, ("0.1", "0.1")),
    ],
)
def test_values_that_differ_are_written_so_that_one_sees_it(one, other, texts):
    assert texts_apart(one, other) == texts


def test_long_values_and_calls_are_cut_short():
    assert len(value_text(list(range(1000)))) <= 160
    assert call_text("f", 3, kernel=5) == "f(3, kernel=5)"
    assert call_each({"f": lambda a: a}, "f", [{"a": 1}, {"a": 2}]) == [1, 2]


# Judging


@pytest.mark.parametrize(
    ("got", "expected", "right"),
    [
        (3, 3, True),
        (3.0, 3, False),
        (True, 1, False),
        ("3", 3, False),
        (None, 0, False),
        (3, 3.0, True),
        (3.0001, 3.0, False),
        (3.00001, 3.0, True),
        (True, 1.0, False),
        (float("nan"), 3.0, False),
        (float("inf"), 3.0, False),
        (10**300, 3.0, False),
        ([1, 2], [1, 2], True),
        (np.array([1, 2]), [1, 2], True),
        ([1], [1, 2], False),
        (3, [3], False),
        ({"a": 1}, {"a": 1}, True),
        ({"a": 1, "b": 1}, {"a": 1}, False),
        ([1], {"a": 1}, False),
        (np.array([1.0]), np.array([1.0]), True),
        (np.array([[1.0]]), np.array([1.0]), False),
        (np.array([1]), np.array([1.0]), True),
        (np.array([1.0]), np.array([1]), False),
        (np.array([np.nan]), np.array([1.0]), False),
        ([1.0], np.array([1.0]), False),
        (np.array([True]), np.array([1]), False),
        (np.array([True]), np.array([True]), True),
        ("a", "a", True),
        (True, True, True),
        (1, True, False),
        (None, None, True),
    ],
)
def test_only_what_is_right_matches(got, expected, right):
    assert matches(got, expected, rel=1e-5) is right


CASES = [{"a": 2, "b": 3}, {"a": 4, "b": 5}, {"a": 6, "b": 8}]
SLIPS = (
    slip("adds", lambda a, b: a + b).says("{a} and {b} are added."),
    slip("breaks", lambda a, b: [][0]).says("It breaks."),
    slip("half", lambda a, b: a * b / 2).says("Half of it."),
)


def judge(answer, **options):
    return judge_calls("f", CASES, answer, lambda a, b: a * b, SLIPS, **options)


def test_a_right_answer_is_accepted():
    assert judge([6, 20, 48]).passed


@pytest.mark.parametrize(
    ("answer", "says", "slip"),
    [
        ([5, 9, 14], "f(a=2, b=3): expected 6, got 5. 2 and 3 are added.", "adds"),
        ([6, 9, 14], "f(a=4, b=5): expected 20, got 9.", None),
        ([6, 9, 48], "f(a=4, b=5): expected 20, got 9.", None),
        ([3.0, 10.0, 24.0], "Half of it.", "half"),
        ([6.0, 20.0, 48.0], "return an int: int(...) makes one of it", None),
        ([6, 20.0, 47], "f(a=6, b=8): expected 48, got 47.", None),
        ([None] * 3, "It gives nothing: does it end with return?", None),
        (["6", "20", "48"], "It gives text; return the number itself.", None),
        ([True] * 3, "a truth value", None),
        ([[6], [20], [48]], "It gives a list; return a single number.", None),
        ([7, 7, 7], "It gives the same for every input.", None),
        ([12, 40, 96], "Every time it is 2 times what it should be.", None),
        ([float("nan")] * 3, "That is no finite number.", None),
        ([np.array([6])] * 3, "It gives an array of shape (1,); return a single number.", None),
        ([6, 20], "gave no answers that could be read", "odd"),
        (None, "gave no answers that could be read", "odd"),
        ({"results": [6, 20, 48]}, "gave no answers that could be read", "odd"),
    ],
)
def test_a_wrong_answer_gets_its_reason(answer, says, slip):
    result = judge(answer)
    assert not result.passed
    assert says in result.message
    assert result.slip == slip


def test_of_arrays_it_is_said_how_many_numbers_are_off_and_the_first_is_shown():
    x = np.arange(24.0).reshape(1, 2, 3, 4)
    cases = [{"x": x, "twice": twice} for twice in (False, True, True)]

    def right(x, twice=False):
        return [x, len(x)]

    def says(answer, **more):
        return judge_calls("f", cases, answer, right, **more).message

    message = says([[x, 1], [np.where(x < 6, x, 2 * x), 1], [-x, 1]])
    assert message.startswith("f(x of shape (1, 2, 3, 4), twice=True)[0]: 18 of 24 numbers are off")
    assert "; at [0, 0, 1, 2] expected 6.0, got 12.0." in message
    assert message.endswith("Off are all calls with twice=True, and no others.")
    after = [{**case, "x": case["x"] + 1} for case in cases]
    assert "changes x, which it is given. The answers" in says([[x, 1]] * 3, after=after)


def test_of_a_long_answer_the_first_part_that_is_wrong_is_shown():
    def table(rows):
        return [{"name": f"stage {i}", "macs": 7 * i} for i in range(rows)]

    def says(answer):
        return judge_calls("table", [{"rows": 9}], [answer], table).message

    assert says([*table(8), {"name": "stage 8", "macs": 8}]) == (
        "table(rows=9)[8]: expected {'name': 'stage 8', 'macs': 56}, "
        "got {'name': 'stage 8', 'macs': 8}."
    )
    assert says(table(8)).startswith("table(rows=9): expected [{'name': 'stage 0', 'macs': 0}, ")
    many = dict.fromkeys("abcdefghij", 1)
    message = judge_calls("counts", [{}], [many | {"h": 2}], lambda: many).message
    assert message == "counts()['h']: expected 1, got 2."


def test_the_details_mark_what_is_wrong_and_show_the_clearest_call_whole():
    records = [{"name": f"network {i}", "macs": i / 3} for i in range(9)]
    details = judge_calls("f", [{"a": [1]}, {"a": records}], [1, 8], lambda a: len(a)).details
    assert [row[0] for row in details.rows] == ["✔", "✘"]
    assert details.rows[1][1] == f"f(a={records!r})"


def test_changed_arguments_are_a_slip_where_they_are_asked_for():
    right = [6, 20, 48]
    assert judge(right, after=CASES).passed
    changed = judge(right, after=[{**CASES[0], "b": 4}, *CASES[1:]])
    assert changed.slip == "changes-input"
    assert "afterwards b is 4" in changed.message
    for odd in (None, [], [1, 2, 3], [{}] * 3):
        assert not judge(right, after=odd).passed


def test_a_float_that_was_rounded_is_told_so():
    assert "rounded: return" in what_is_off(1 / 3, 0.33)
    assert "divided with //" in what_is_off(1 / 3, 0)
    assert what_is_off(1 / 3, 0.5) == ""


def test_parts_of_what_is_no_dict_are_nothing():
    assert part({"a": 1}, "a") == 1
    assert part({"a": 1}, "b") is part([1], "a") is part(None, "a") is None


# Tasks and assignments


def test_a_check_stops_at_the_first_failure():
    seen = []

    def results():
        for status in ("correct", "incorrect", "correct"):
            seen.append(status)
            yield CheckResult(status, "x")

    assert first_failure(results()).status == "incorrect"
    assert seen == ["correct", "incorrect"]
    with pytest.raises(ValueError, match="no results"):
        first_failure(iter(()))


@pytest.mark.parametrize(
    ("given", "points"),
    [
        (CheckResult("correct", "x"), 10),
        (CheckResult("incorrect", "x"), 0),
        (CheckResult("incorrect", "a quarter", points=5, max_points=20), 2.5),
        (CheckResult("incorrect", "none of 20", points=0, max_points=20), 0),
    ],
)
def test_points_of_a_judge_are_scaled_to_the_task(given, points):
    about = replace(TASK.about, points=10)
    task = replace(TASK, about=about, judge=lambda inputs, answer: given)
    result = judged(task, {}, {"kind": "answer", "answer": 1})
    assert (result.points, result.max_points) == (points, 10)


def test_a_judge_that_fails_gives_no_points_and_stops_nothing():
    task = replace(TASK, judge=lambda inputs, answer: answer["x"])
    result = judged(task, {}, {"kind": "answer", "answer": None})
    assert (result.status, result.points, result.slip) == ("incorrect", 0, "check-failed")
    assert "Please report it" in result.message


@pytest.mark.parametrize(
    ("namespace", "status", "says"),
    [
        ({}, "not attempted", "conv_params is not defined"),
        ({"conv_params": raising(NotImplementedError())}, "not attempted", "is not written yet"),
        ({"conv_params": 3}, "incorrect", "raised TypeError: 'int' object is not callable"),
        ({"conv_params": lambda **case: {1}}, "incorrect", "gives a set. Return numbers"),
    ],
)
def test_what_happens_to_a_task_is_told(namespace, status, says):
    result = run_task(TASK, namespace)
    assert (result.status, result.points, result.max_points) == (status, 0, 10)
    assert says in result.message


@pytest.mark.parametrize(
    "name", ["1", "01", "counting_cost", "01_counting_cost", "01_counting_cost/"]
)
def test_assignments_have_numbers_and_names(name):
    assert find_assignment(name) is ASSIGNMENTS["counting_cost"]


@pytest.mark.parametrize(
    ("find", "name", "says"),
    [
        (find_assignment, "99", "assignment is '99'; it must be one of 01_counting_cost"),
        (find_task, "counting.x", "assignment is 'counting'; it must be one of 01_counting_cost"),
        (find_task, "conv_params", "task is 'conv_params'; it must be counting_cost.conv_params"),
        (find_task, "counting_cost.x", "it must be one of counting_cost.conv_params"),
    ],
)
def test_an_unknown_name_is_refused_with_those_there_are(find, name, says):
    with pytest.raises(ValueError, match=says):
        find(name)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"difficulty": 6}, "difficulty of Parameters of a convolution is 6; it must be 1 to 5"),
        ({"points": 0}, "must be above 0"),
    ],
)
def test_impossible_tasks_are_refused(values, says):
    with pytest.raises(ValueError, match=says):
        replace(TASK.about, **values)
    with pytest.raises(ValueError, match="has 1 hints; there must be 3"):
        replace(TASK, hints=("a",))


@pytest.mark.parametrize(
    ("init", "says"),
    [
        (None, "is no assignment: it has no __init__.py"),
        ("", "has no ASSIGNMENT"),
        ("ASSIGNMENT = Assignment('x', ('task', 'task'))", "each must be there once"),
        ("ASSIGNMENT = Assignment('x', ('empty',))", "empty.py has no TASK"),
    ],
)
def test_impossible_assignments_are_refused(tmp_path, init, says):
    (tmp_path / "empty.py").touch()
    task = "effnet_lab.exercises.tasks.counting_cost.conv_params"
    (tmp_path / "task.py").write_text(f"from {task} import TASK")
    if init is not None:
        text = f"from effnet_lab.exercises import Assignment\n{init}"
        (tmp_path / "__init__.py").write_text(text)
    with pytest.raises(ValueError, match=says):
        _ = load_assignment(tmp_path).parts


@pytest.mark.parametrize(
    ("weights", "points"),
    [([1], [100]), ([1, 1, 1], [34, 33, 33]), ([10, 15, 75], [10, 15, 75]), ([2, 2], [50, 50])],
)
def test_points_are_scaled_to_a_hundred(weights, points):
    assert scaled_points(weights) == points


def test_a_grader_draws_other_inputs_from_every_seed():
    assert draws(1) == draws(1)
    assert len({*draws(1), *draws(2)}) == 6


def namespace_of(source):
    namespace = {"__name__": "__main__"}
    exec(compile(source, "<cell>", "exec"), namespace)
    return namespace


@pytest.mark.parametrize(
    ("helper", "status", "says"),
    [
        ("raise NotImplementedError", "incorrect", "volume calls area, which is not written yet"),
        ("return a + b", "correct", "volume is right, but for your area, whose error counts there"),
        ("return a[b]", "correct", "Mend it first, with its check"),
        ("return a * b", "correct", "volume is right for all"),
    ],
)
def test_an_error_in_what_a_task_calls_costs_points_once(helper, status, says):
    def area(a, b):
        return a * b

    def volume(a, b, c):
        return a * b * c

    case = {"a": 2, "b": 3}
    used = replace(TASK, right=area, slips=(), cases=lambda random: {"cases": [case]})
    errors = (("not subscriptable", "No list is given."),)
    task = replace(used, right=volume, uses=(used,), errors=errors)
    task = replace(task, cases=lambda random: {"cases": [{**case, "c": 4}]})
    area = f"def area(a, b):\n    {helper}"
    namespace = namespace_of(f"{area}\ndef volume(a, b, c):\n    return c * area(a, b)")
    own = namespace["area"]
    result = run_task(task, namespace)
    assert (result.status, says in result.message) == (status, True), result.message
    assert result.points == (task.points if status == "correct" else 0)
    assert namespace["area"] is own
    wrong = namespace_of(f"{area}\ndef volume(a, b, c):\n    return c + area(a, b)")
    assert not run_task(task, wrong).passed
    stub = namespace_of("def volume(a, b, c):\n    raise NotImplementedError")
    assert run_task(task, stub).status == "not attempted"


def test_a_card_shows_how_hard_it_is():
    card = replace(TASK, about=replace(TASK.about, difficulty=2, importance=4)).card
    assert "Difficulty ●●○○○ · Importance ●●●●○ · 10 points · about 6 minutes" in card


def test_large_arrays_and_tensors_are_written_by_their_shape():
    assert value_text(np.zeros((2, 20))) == value_text(torch.zeros(2, 20))
    assert value_text(torch.zeros(2, 20)) == "an array of shape (2, 20)"
    assert value_text(torch.tensor([1, 2])) == "array([1, 2])"


def test_text_in_place_of_a_dict_is_told_from_text_in_place_of_a_number():
    assert what_is_off(3, "3") == "It gives text; return the number itself."
    assert what_is_off({"a": 1}, "{'a': 1}") == "It gives a str; it should be a dict."
    assert "keys 'b'; they must be 'a'" in what_is_off([{"a": 1}], [{"b": 1}])
