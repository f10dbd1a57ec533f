"""The concept inventory: questions that are sound, answers that are data."""

import json
from collections import Counter
from itertools import pairwise

import pytest

from effnet_lab.arch import B0
from effnet_lab.classroom.inventory.answers import (
    TIMES,
    collect,
    kept_answers,
    notebook,
    read_answers,
)
from effnet_lab.classroom.inventory.questions import questions
from effnet_lab.classroom.release import release
from effnet_lab.lessons.asked import counting_cost


def answered(letters, when="before"):
    """The notebook with a letter for each question."""
    filled = json.loads(notebook(when))
    cells = [cell for cell in filled["cells"] if cell["cell_type"] == "code"]
    for cell, letter in zip(cells, letters, strict=True):
        cell["source"] = ["".join(cell["source"]).replace('""', f'"{letter}"')]
    return json.dumps(filled).encode()


# The questions


def test_there_are_twelve_with_four_choices_and_a_misconception_for_each_wrong_one():
    assert len({one.name for one in questions()}) == len(questions()) == 12
    for one in questions():
        assert len(set(one.choices.values())) == 4
        assert one.choices[one.key] == one.right
        assert one.right not in one.wrong
        assert all(meant.endswith(".") for meant in one.wrong.values())
        assert "{" not in one.text + "".join(one.choices.values())


def test_places_and_lengths_of_choices_tell_nothing():
    keys = [one.key for one in questions()]
    assert set(Counter(keys).values()) == {3}
    assert all(one != other for one, other in pairwise(keys))
    longest = [max(one.choices.values(), key=len) == one.right for one in questions()]
    assert sum(longest) <= 6


def test_computed_keys_are_what_the_lessons_say():
    by_name = {one.name: one for one in questions()}
    share = counting_cost.depthwise_share().answer
    assert by_name["depthwise_share"].right == f"about {share:.0f}%"
    assert by_name["squeeze_units"].right == "4"
    assert "0.39" in by_name["two_counts"].text
    assert B0.resolution == 224


def test_each_is_treated_in_a_section_of_its_lesson(headings_of):
    for one in questions():
        assert one.section in headings_of(one.lesson)


# The notebook


@pytest.mark.parametrize("when", TIMES)
def test_learners_get_it_without_keys(course, tmp_path, when):
    made = release(course, tmp_path / "edition")
    path = made / "exercises" / f"inventory_{when}" / f"inventory_{when}.ipynb"
    cells = json.loads(path.read_bytes())["cells"]
    assert len({cell["id"] for cell in cells}) == len(cells) == 25
    text = "\n".join("".join(cell["source"]) for cell in cells)
    for one in questions():
        assert f'{one.name} = ""' in text
        assert not [meant for meant in one.wrong.values() if meant in text]
    assert read_answers(path.read_bytes()) == {}


def test_letters_are_read_however_they_are_written():
    first, second, third, *_ = (one.name for one in questions())
    text = f"{first} = 'B'\n{second}=\" c \"  # sure\n {third} = d\n{first}s = 'a'"
    cell = {"cell_type": "code", "source": text}
    content = json.dumps({"cells": [cell]}).encode()
    assert read_answers(content) == {first: "b", second: "c", third: "d"}


@pytest.mark.parametrize(
    "source", ["", "e", "ab", '" + open("/etc/passwd").read() + "', "a" * 9, "\u0430", "1"]
)
def test_what_is_no_letter_is_no_answer(source):
    content = answered([source] * 12)
    assert read_answers(content) == {}


@pytest.mark.parametrize("content", [b"", b"x", b"[]", b'{"cells": 1}', b"[" * 100_000, b"\xff"])
def test_what_is_no_notebook_has_no_answers(content):
    assert read_answers(content) == {}


def test_a_class_is_collected_and_nothing_is_run(course, tmp_path):
    for who, letters in {"ada": "abcdabcdabcd", "bob": [""] * 12}.items():
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / f"{who}.ipynb").write_bytes(answered(letters))
    ran = tmp_path / "ran"
    (tmp_path / "in" / "eve.ipynb").write_bytes(
        json.dumps(
            {"cells": [{"cell_type": "code", "source": f"open({str(ran)!r}, 'w')"}]}
        ).encode()
    )
    found = collect(course, tmp_path / "in", "before")
    assert [one.id for one in found.missing] == []
    kept = kept_answers(course, "before")
    assert "".join(kept["ada"].values()) == "abcdabcdabcd"
    assert kept["bob"] == kept["eve"] == {}
    assert kept_answers(course, "after") == {}
    assert not ran.exists()
