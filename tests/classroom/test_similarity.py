"""Planted copies are found in a synthetic class of 120, and honest pairs are left alone."""

import json
from itertools import pairwise

import pytest
from handed_in import ASSIGNMENT

from effnet_lab.classroom.report.similarity import FEWEST, RUN, Source, compare, fence
from effnet_lab.classroom.synthetic import Answers, synthetic_class

COUNTS = {"right": 46, "partly right": 48, "wrong": 14, "untouched": 4}


@pytest.fixture(scope="module")
def made():
    """A class of 120: 108 honest submissions, 4 untouched ones, and 8 copies."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Answers, "points", lambda self, notebook: {})  # what they get is of no matter
        return dict(synthetic_class(ASSIGNMENT, COUNTS, copies=8))


def code_of(notebook):
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


@pytest.fixture(scope="module")
def code(made):
    return {who: code_of(one.notebook) for who, one in made.items()}


@pytest.fixture(scope="module")
def found(code):
    return compare(code, ASSIGNMENT)


def test_copies_are_above_the_limit_and_honest_pairs_are_not(made, found):
    planted = {(one.copy_of, who) for who, one in made.items() if one.copy_of}
    only_disguised = {
        pair for n, pair in enumerate(sorted(planted, key=lambda p: p[1])) if not n % 2
    }
    above = {(pair.one, pair.other) for pair in found.pairs if pair.suspicious}
    assert len(planted) == 8
    assert only_disguised <= above <= planted
    assert len(above) >= 6  # of those that were rewritten in part, too, most
    assert found.compared == 116  # untouched ones have no code of their own
    assert all(one.alike >= other.alike for one, other in pairwise(found.pairs))
    assert sum(not pair.suspicious for pair in found.pairs) == 3


def test_what_is_shared_stands_side_by_side(made, found):
    pair = next(one for one in found.pairs if (one.one, one.other) == ("s047", "c001"))
    assert pair.alike == pytest.approx(1)
    assert pair.tokens > 3 * RUN
    for one, other in pair.fragments:
        assert one in "\n".join(code_of(made["s047"].notebook))
        assert other in "\n".join(code_of(made["c001"].notebook))
        assert one != other or "return" in one


def test_the_same_class_is_compared_alike_whatever_its_order(code, found):
    again = compare(dict(reversed([*code.items()])), ASSIGNMENT)
    assert again.limit == pytest.approx(found.limit)
    assert {frozenset((one.one, one.other)) for one in again.pairs if one.suspicious} == {
        frozenset((one.one, one.other)) for one in found.pairs if one.suspicious
    }


def test_who_copies_the_courses_solution_is_shown_beside_it(code):
    solution = code_of(json.loads(ASSIGNMENT.notebook("solutions").read_bytes()))
    own = [f"""
def conv_params(in_channels, out_channels, kernel, groups=1, bias=False):
    total = 0
    for position in range({n}, kernel * kernel + {n}):
        total = total + {n} * in_channels * out_channels // groups - {n - 1}
    while bias and total % {n + 2}:
        total += out_channels * {n + 3}
    return [total, {n}][0]
""" for n in range(12)]  # fmt: skip
    code = {f"s{n}": [one] for n, one in enumerate(own)} | {"c": solution}
    pairs = [one for one in compare(code, ASSIGNMENT).with_course if one.suspicious]
    assert ("c", "the course's solution") in {(one.one, one.other) for one in pairs}
    assert {one.one for one in pairs} == {"c"}


def test_names_comments_layout_and_order_do_not_count():
    one = """
def f(x):
    y = len(x) * 2  # twice
    return y + x.mean() - y
z = [1, 2, 3, 4]"""
    two = """
z = [1,
  2, 3, 4]
def f(x):
    'Other.'

    q = len(x) * 2
    return q + x.mean() - q"""
    first, second = Source([one], {"f", "x"}), Source([two], {"f", "x"})
    assert set(first.places) == set(second.places)
    assert len(first.places) > 5
    assert set(Source([one.replace("len", "sum")], {"f", "x"}).places) != set(first.places)


ODD = ["", "def f(:", "'", '"""', "\x00", "%%writefile x\n$!", "(" * 5000, "x = 1\n\ty\n  z"]
ODD += ["\n" * 60_000, "f'{x!r:>{w}}'", "a\\", "é = '\udc80'", " \f\t#"]


@pytest.mark.parametrize("cell", ODD, ids=range(len(ODD)))
def test_any_code_can_be_read(cell):
    source = Source([cell, "def g(a, b, c):\n    return a * b + c * a - b"])
    assert source.places


@pytest.mark.slow
def test_no_submission_fills_the_memory():
    long = {f"s{n}": [f"x = [{', '.join(f'{n}.{m}' for m in range(40_000))}]"] for n in range(10)}
    assert compare(long, ASSIGNMENT).pairs == ()
    assert len(Source(long["s0"]).tokens) == 20_000


def test_of_a_few_submissions_nothing_is_said(code):
    few = dict([*code.items()][: FEWEST - 1])
    found = compare(few, ASSIGNMENT)
    assert (found.compared, found.pairs) == (FEWEST - 1, ())
    assert compare({}, ASSIGNMENT).compared == 0


def test_the_fence_does_not_move_for_a_few_copies():
    honest = [0.4 + n / 500 for n in range(100)]
    assert max(honest) < fence(honest) < 1
    assert fence([*honest[10:], *[1.0] * 10]) == pytest.approx(fence(honest), abs=0.06)
    assert 0 < fence([0.0] * 9) < 0.01
