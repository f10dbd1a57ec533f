"""A course of one assignment and three learners."""

import json
import re

import pytest
from handed_in import ASSIGNMENT, ROSTER

from effnet_lab.classroom.course import init_course, read_course
from effnet_lab.exercises.assignment import course_folder


@pytest.fixture
def folder(tmp_path):
    """A course folder."""
    init_course(tmp_path / "course", [ASSIGNMENT], "2026-spring")
    (tmp_path / "course" / "roster.csv").write_text(ROSTER, encoding="utf-8")
    return tmp_path / "course"


@pytest.fixture
def course(folder):
    return read_course(folder)


@pytest.fixture
def settings(folder):
    """Replace text in class.toml, and read the course again."""

    def settings(old, new):
        path = folder / "class.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return read_course(folder)

    return settings


@pytest.fixture
def headings_of():
    """Return the headings of a lesson, without their minutes."""

    def headings_of(lesson):
        cells = json.loads((course_folder() / "notebooks" / f"{lesson}.ipynb").read_bytes())[
            "cells"
        ]
        text = "\n".join("".join(cell["source"]) for cell in cells)
        return re.findall(r"^##+ (.*?)(?: \(\d+ min\))?$", text, re.MULTILINE)

    return headings_of
