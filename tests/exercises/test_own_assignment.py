"""A teacher's own assignment, outside of the package: the worked example of CONTRIBUTING."""

import json
import shutil

import pytest

from effnet_lab.exercises import check
from effnet_lab.exercises.assignment import find_assignment, find_task
from effnet_lab.exercises.author.audit import audit
from effnet_lab.exercises.author.derive import derive
from effnet_lab.exercises.author.template import write_template
from effnet_lab.exercises.grader.grading import grade


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An assignment as `effnet-lab exercise new my_task` makes it."""
    folder = tmp_path_factory.mktemp("teacher") / "my_task"
    derive(write_template(folder))
    return folder


@pytest.fixture
def folder(made, tmp_path, monkeypatch):
    """A copy of it, and the current folder above."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EFFNET_LAB_PROGRESS", str(tmp_path / "progress.json"))
    shutil.copytree(made, "my_task", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "my_task"


def test_it_is_small(folder):
    assert len((folder / "my_task.py").read_text().splitlines()) <= 60


def test_it_is_found_by_path_and_by_name_from_folders_inside_and_above(folder, monkeypatch):
    for text in (str(folder), "my_task", "./my_task", "my_task/"):
        assert find_assignment(text).home == folder
    monkeypatch.chdir(folder / "exercises")
    assert find_task("my_task.my_task").points == 100
    assert find_task(f"{folder}.my_task").title == "My task"


def test_its_checks_are_proven(folder):
    found = audit(find_assignment("my_task"), range(3))
    assert not found.problems, str(found)
    assert found.tallies["written"].total == 3
    assert found.tallies["generic"].total >= 8


def test_it_is_checked_and_graded(folder):
    code = (
        'def my_task(macs, milliseconds):\n    return macs / milliseconds\ncheck("my_task.my_task")'
    )
    *body, last = code.splitlines()
    namespace = {"__name__": "__main__", "check": check}
    exec("\n".join(body), namespace)
    assert "asked for is a second" in eval(last, namespace).message
    options = {"assignment": find_assignment("my_task"), "trust": True}
    assert grade(folder / "solutions" / "my_task.ipynb", **options).points == 100
    handed_in = folder / "exercises" / "my_task.ipynb"
    assert grade(handed_in, **options).points == 0
    elsewhere = handed_in.rename(folder.parent / "anna.ipynb")
    assert grade(elsewhere, **options).points == 0
    with pytest.raises(ValueError, match="does not say which assignment"):
        grade(elsewhere, trust=True)  # an assignment is code: no notebook chooses which one runs


def test_its_exercise_holds_no_solution_and_derives_the_same_again(folder):
    exercise = (folder / "exercises" / "my_task.ipynb").read_text()
    assert "milliseconds * 1000" not in exercise
    assert 'check(\\"my_task.my_task\\")' in exercise
    assert derive(find_assignment("my_task")) is False


def test_a_question_without_its_cell_is_told(folder):
    path = folder / "solutions" / "my_task.ipynb"
    notebook = json.loads(path.read_text())
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] != "my-task-task"]
    path.write_text(json.dumps(notebook))
    with pytest.raises(ValueError, match="my_task has no cell 'my-task-task' for my_task"):
        derive(find_assignment("my_task"))


@pytest.mark.parametrize("name", ["My-Task", "9lives", "Task"])
def test_a_name_that_python_cannot_import_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match=f"name is '{name}'; it must be a Python name"):
        write_template(tmp_path / name)


def test_nothing_is_written_over(folder):
    with pytest.raises(FileExistsError):
        write_template(folder)
