"""The learners' edition: all that a learner needs, and nothing that a teacher keeps."""

import ast
import hashlib
import inspect
import json
import os
import subprocess
import sys
import zipfile

import pytest
from handed_in import ASSIGNMENT, SOLUTION

from effnet_lab.classroom.course import read_course
from effnet_lab.classroom.release import release, without_audit
from effnet_lab.exercises.assignment import ASSIGNMENTS
from effnet_lab.exercises.tasks.b0.best_strides import best_strides


@pytest.fixture
def edition(course, tmp_path):
    return release(course, tmp_path / "edition")


def names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_it_has_lessons_exercises_and_package_and_no_solutions_or_tests(edition):
    found = names(edition)
    assert {
        "README.md",
        "pyproject.toml",
        "notebooks/00_start_here.ipynb",
        "effnet_lab/exercises/tasks/counting_cost/conv_params.py",
        "exercises/01_counting_cost/01_counting_cost.ipynb",
    } <= found
    tops = {name.partition("/")[0] for name in found}
    assert tops.isdisjoint({"solutions", "tests", "benchmarks", ".git", ".venv", "work"})
    assert not [name for name in found if "02_mbconv/" in name or name.endswith(".pyc")]


def test_no_file_holds_an_answer_beyond_the_references(edition, course):
    answers = {
        line.strip()
        for assignment in ASSIGNMENTS.values()
        for task in assignment.tasks
        for code in (*task.also_right, *(code for code, _ in task.wrong))
        for line in code.splitlines()
        if len(line) > 60
    }
    assert len(answers) > 50
    text = "\n".join(path.read_text("utf-8") for path in edition.rglob("*.py"))
    kept = {answer for answer in answers if answer in text}
    # A right answer may have a line of the reference, which stays.
    reference = inspect.getsource(inspect.getmodule(best_strides)).partition("TASK = ")[0]
    assert kept == {answer for answer in kept if answer in reference}
    whole = b"\n".join(path.read_bytes() for path in edition.rglob("*") if path.is_file())
    for cell in json.loads(SOLUTION)["cells"]:
        if cell["id"].endswith("-answer"):
            assert cell["source"][0].strip().encode() not in whole
    assert course.secret.encode() not in whole


def test_it_works_without_the_checkout(edition, tmp_path):
    code = (
        "import effnet_lab, sys; assert effnet_lab.__file__.startswith(sys.argv[1]); "
        "from effnet_lab.exercises import check, solution; "
        "from effnet_lab.exercises.assignment import ASSIGNMENTS; "
        "[one.tasks for one in ASSIGNMENTS.values()]; "
        "conv_params = lambda in_channels, out_channels, kernel, groups=1, bias=False: "
        "in_channels // groups * out_channels * kernel**2 + bias * out_channels; "
        "print(check('counting_cost.conv_params').status, "
        "solution('counting_cost.conv_params', really=True).title)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(edition)],
        cwd=edition,
        env={**os.environ, "PYTHONPATH": str(edition), "EFFNET_LAB_PROGRESS": str(tmp_path / "p")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "correct Your teacher keeps the solutions.", done.stderr


def test_a_zip_has_the_same_bytes_again(course, tmp_path):
    first = release(course)
    assert first == course.folder / "release" / "effnet-lab-2026-spring.zip"
    content = first.read_bytes()
    again = release(course, tmp_path / "again.zip").read_bytes()
    assert hashlib.sha256(content).digest() == hashlib.sha256(again).digest()
    with zipfile.ZipFile(first) as archive:
        assert archive.testzip() is None
        assert {name.partition("/")[0] for name in archive.namelist()} == {"effnet-lab"}


def test_a_terms_own_question_takes_the_place_of_the_courses(folder, tmp_path):
    (folder / "essays.toml").write_text(
        '["2026-spring"."counting_cost.three_numbers"]\n'
        'question = "Why is 0.39 right? *(15 points)*"\nrubric = "Because of SECRET."\n'
    )
    made = release(read_course(folder), tmp_path / "own")
    text = (made / "exercises/01_counting_cost/01_counting_cost.ipynb").read_text()
    cells = {cell["id"]: "".join(cell["source"]) for cell in json.loads(text)["cells"]}
    question = cells["three-numbers-task"]
    assert question.endswith("Why is 0.39 right? *(15 points)*")
    assert question.startswith("## ")
    assert "15 points, graded by hand" in question
    assert "SECRET" not in text
    course_text = ASSIGNMENT.notebook("exercises").read_text("utf-8")
    others = {c["id"]: "".join(c["source"]) for c in json.loads(course_text)["cells"]}
    assert {name for name in cells if cells[name] != others[name]} == {"three-numbers-task"}


def test_nothing_is_written_over(course, tmp_path):
    (tmp_path / "there").mkdir()
    with pytest.raises(FileExistsError, match="choose another folder"):
        release(course, tmp_path / "there")


def test_what_only_the_audit_reads_is_cut_out_of_a_task():
    source = '''
_RIGHT = """
x = 1
"""
_KEPT = 2
TASK = Task(
    right=right, also_right=(_RIGHT,), about=_KEPT,
    wrong=(
        ("x = é", "no"),
    ),
    slips=(),
    equivalent={"a": "b"})
'''
    cut = without_audit(source)
    ast.parse(cut)
    assert "x = 1" not in cut
    assert "é" not in cut
    assert [k.arg for k in ast.parse(cut).body[-1].value.keywords] == ["right", "about", "slips"]
    assert "_KEPT = 2" in cut
