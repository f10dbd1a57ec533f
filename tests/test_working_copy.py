"""Working copies: nothing ever writes over a learner's file. And the commands for them."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from effnet_lab._learner import course_folder
from effnet_lab.cli import main
from effnet_lab.exercises import working_copy as module
from effnet_lab.exercises.assignment import ASSIGNMENTS
from effnet_lab.exercises.working_copy import reset, start, working_copies

ROOT = Path(__file__).parent.parent
COST = ASSIGNMENTS["counting_cost"]
NOTEBOOK = "01_counting_cost/01_counting_cost.ipynb"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course's folder with one exercise, and the current folder there."""
    folder = tmp_path / "exercises" / "01_counting_cost"
    folder.mkdir(parents=True)
    (tmp_path / "exercises" / "README.md").write_text("Exercises")
    source = ROOT / "exercises" / NOTEBOOK
    (folder / source.name).write_bytes(source.read_bytes())
    (folder / ".ipynb_checkpoints").mkdir()
    monkeypatch.setattr("effnet_lab.exercises.assignment.NAMES", ("counting_cost",))
    monkeypatch.delenv("EFFNET_LAB_PROGRESS", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args):
    result = CliRunner().invoke(main, ["exercise", *args])
    return result.exit_code, result.output


def test_starting_copies_the_exercise(course):
    copy, new = start(COST)
    assert new
    assert copy.notebook == course / "work" / NOTEBOOK
    assert copy.notebook.read_bytes() == (course / "exercises" / NOTEBOOK).read_bytes()
    assert [path.name for path in copy.folder.iterdir()] == [copy.notebook.name]
    assert [path.name for path in copy.folder.parent.iterdir()] == [copy.folder.name]


def test_starting_again_changes_nothing(course):
    copy, _ = start(COST)
    copy.notebook.write_text("mine")
    (copy.folder / "notes.txt").write_text("mine, too")
    assert start(COST) == (copy, False)
    assert copy.notebook.read_text() == "mine"
    assert (copy.folder / "notes.txt").exists()


def test_not_even_a_file_or_an_empty_folder_is_written_over(course):
    (course / "work").mkdir()
    (course / "work" / "01_counting_cost").write_text("mine")
    assert start(COST)[1] is False
    assert (course / "work" / "01_counting_cost").read_text() == "mine"


def test_reset_keeps_every_old_copy(course):
    for text in ("first", "second", "third"):
        copy, _ = start(COST)
        copy.notebook.write_text(text)
        _, backup = reset(COST)
        assert re.fullmatch(r"01_counting_cost\.\d{4}-\d\d-\d\d_\d{6}(-\d+)?", backup.name)
    kept = {path.read_text() for path in (course / "work").glob("*.*/*.ipynb")}
    assert kept == {"first", "second", "third"}
    assert json.loads(working_copies()[0].notebook.read_text())["nbformat"] == 4


def test_reset_without_a_copy_starts_one(course):
    copy, backup = reset(COST)
    assert backup is None
    assert copy.started


def test_a_copy_is_there_whole_or_not_at_all(course, monkeypatch):
    def half(source, target, **options):
        target.mkdir(parents=True)
        raise OSError("disk full")

    monkeypatch.setattr(module.shutil, "copytree", half)
    with pytest.raises(OSError, match="disk full"):
        start(COST)
    assert list((course / "work").iterdir()) == []


def test_another_one_that_was_faster_keeps_its_copy(course, monkeypatch):
    copytree = module.shutil.copytree

    def slow(source, target, **options):
        copytree(source, target, **options)
        mine = course / "work" / NOTEBOOK
        mine.parent.mkdir(parents=True)
        mine.write_text("mine")

    monkeypatch.setattr(module.shutil, "copytree", slow)
    copy, new = start(COST)
    assert not new
    assert copy.notebook.read_text() == "mine"


def test_the_course_is_found_from_below(course, monkeypatch):
    deep = course / "work" / "01_counting_cost"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert course_folder() == course
    assert course_folder(Path("/")) == ROOT


def test_a_missing_exercise_is_told(course):
    (course / "exercises" / NOTEBOOK).unlink()
    (course / "exercises" / "01_counting_cost" / ".ipynb_checkpoints").rmdir()
    (course / "exercises" / "01_counting_cost").rmdir()
    with pytest.raises(RuntimeError, match=r"there is no .*01_counting_cost"):
        start(COST)


# The commands


def test_commands_start_list_and_reset(course):
    assert run("status") == (0, "01_counting_cost      not started\n")
    assert "is yours to work in" in run("start", "01")[1]
    assert "is there already: nothing was changed" in run("start", "counting_cost")[1]
    assert run("status")[1].endswith(" started\n")
    (course / "work" / "progress.json").write_text(
        json.dumps({"tasks": {"counting_cost.conv_macs": {"status": "correct", "points": 15}}})
    )
    assert run("status")[1].endswith("15 of 85 points checked\n")
    status, out = run("reset", "1")
    assert status == 0
    assert "the old copy is now" in out


def test_status_tells_of_a_progress_that_cannot_be_read(course):
    (course / "work").mkdir()
    (course / "work" / "progress.json").write_text("{")
    assert "the progress could not be read; it is now" in run("status")[1]
    assert len(list((course / "work").glob("progress.*.json"))) == 1


def test_grade_prints_a_score_sheet_and_is_content_whatever_the_score(course):
    start(COST)
    status, out = run("grade", "work/01_counting_cost", "--seed", "3")
    assert status == 0
    assert out.startswith("01_counting_cost: 01_counting_cost.ipynb\n")
    assert out.endswith("0 of 85 points; 15 more are graded by hand\n")


def test_grade_finds_the_working_copy_by_its_number(course):
    start(COST)
    assert run("grade", "01")[1].startswith("01_counting_cost: 01_counting_cost.ipynb\n")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["start", "33"], "assignment is '33'; it must be one of 01_counting_cost"),
        (["grade", "nowhere"], "there is no nowhere"),
        (["grade", "01"], "work/01_counting_cost"),
        (["grade", "exercises"], "holds no notebook"),
        (["grade", "several"], "holds 2 notebooks"),
        (["grade", "several/a.ipynb"], "a.ipynb does not say which assignment it is"),
    ],
)
def test_a_bad_call_ends_with_two(course, args, says):
    (course / "several").mkdir()
    for name in ("a.ipynb", "b.ipynb"):
        (course / "several" / name).write_text("{}")
    status, out = run(*args)
    assert status == 2
    assert says in out
