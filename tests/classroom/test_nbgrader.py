"""nbgrader's own autograde gives what our grader gives, and scores go to its gradebook and back."""

import copy
import json
from dataclasses import replace

import pytest
from nbgrader.api import Gradebook

from benchmarks.classroom import nbgrader, nbgrader_course
from effnet_lab.classroom.bulk import grade_notebook
from effnet_lab.classroom.course import init_course, read_course
from effnet_lab.classroom.gradebook import export_scores, import_scores
from effnet_lab.classroom.marks import Mark, Marks, hash_of, lines_of, read_marks, write_marks
from effnet_lab.classroom.store import Record, Store
from effnet_lab.exercises import check
from effnet_lab.exercises.assignment import ASSIGNMENTS
from effnet_lab.exercises.learner.exercise import hint, progress

NAME = "01_counting_cost"
ASSIGNMENT = ASSIGNMENTS["counting_cost"]
SOLUTION = json.loads(ASSIGNMENT.notebook("solutions").read_text(encoding="utf-8"))
EXERCISE = json.loads(ASSIGNMENT.notebook("exercises").read_text(encoding="utf-8"))


def with_code(**sources):
    """The solution with other sources in the cells of these ids."""
    notebook = copy.deepcopy(SOLUTION)
    for cell in notebook["cells"]:
        name = cell["id"].replace("-", "_")
        cell["source"] = sources.get(name, "".join(cell["source"])).splitlines(keepends=True)
    return notebook


NOTEBOOKS = {
    "right": SOLUTION,
    "partly": with_code(
        separable_share="def separable_share(in_channels, out_channels, kernel):\n    return 0.5",
        activation_bytes="import warnings; warnings.warn('loud')\nactivation_bytes = 3",
    ),
    "a slip": with_code(
        conv_params="def conv_params(in_channels, out_channels, kernel, groups=1, bias=False):\n"
        "    return kernel**2 * in_channels * out_channels + bias * out_channels"
    ),
    "broken": with_code(conv_params="def conv_params(:"),
    "untouched": EXERCISE,
}


@pytest.fixture
def autograded(tmp_path):
    """Points by learner and cell, as nbgrader gives them, and the file of progress."""
    folder = tmp_path / "nbgrader"
    folder.mkdir()
    database = nbgrader_course(folder, ASSIGNMENT)
    for who, notebook in NOTEBOOKS.items():
        place = folder / "submitted" / who / NAME
        place.mkdir(parents=True)
        (place / f"{NAME}.ipynb").write_text(json.dumps(notebook))
    nbgrader(folder, "autograde", NAME)
    with Gradebook(f"sqlite:///{database}") as book:
        scores = {
            who: {
                grade.name: grade.auto_score
                for notebook in book.find_submission(NAME, who).notebooks
                for grade in notebook.grades
                if grade.name.endswith("-check")
            }
            for who in NOTEBOOKS
        }
    return scores, folder / "progress.json"


@pytest.mark.slow
def test_autograde_gives_the_points_that_our_grader_gives(autograded):
    scores, progress_file = autograded
    for who, notebook in NOTEBOOKS.items():
        content = json.dumps(notebook).encode()
        sheet = grade_notebook(content, f"{NAME}.ipynb", "counting_cost", 7, True).sheet
        ours = {
            f"{task.cell}-check": row["points"]
            for task, row in zip(ASSIGNMENT.tasks, sheet["rows"], strict=False)
        }
        assert scores[who] == ours, who
    assert sum(scores["right"].values()) == 85
    assert sum(scores["a slip"].values()) == 75  # and not 30
    assert 0 < sum(scores["partly"].values()) < 85
    assert not progress_file.exists()


def test_under_nbgrader_a_check_returns_points_and_nothing_is_noted(tmp_path, monkeypatch, capsys):
    path = tmp_path / "progress.json"
    monkeypatch.setenv("EFFNET_LAB_PROGRESS", str(path))
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    points = eval("check('counting_cost.conv_params')", {"check": check})
    assert float(repr(points)) == 0
    assert "Not attempted" in capsys.readouterr().out
    assert hint("counting_cost.conv_params").title
    assert "0 of" in repr(progress())
    assert not path.exists()


# The gradebook


@pytest.fixture
def store(tmp_path):
    """A class of two: one has a mark for a written answer."""
    folder = tmp_path / "course"
    init_course(folder, [ASSIGNMENT])
    (folder / "roster.csv").write_text("id,name,email\nada,Ada Lovelace,a@x.org\nbob,Bob,\n")
    store = Store(read_course(folder), ASSIGNMENT)
    for learner, points in (("ada", 1.0), ("bob", 0.0)):
        rows = [
            {
                "task": task.name,
                "title": task.title,
                "points": points * task.points,
                "max_points": task.points,
                "status": "correct",
                "message": "",
                "slip": None,
            }
            for task in ASSIGNMENT.tasks
        ]
        written = ASSIGNMENT.written[0]
        rows.append(
            {
                **rows[0],
                "task": written.name,
                "points": None,
                "status": "by hand",
                "max_points": written.points,
            }
        )
        sheet = {
            "points": points * 85,
            "max_points": 85,
            "rows": rows,
            "reason": "",
            "troubles": [],
            "printed": "",
            "seed": 1,
        }
        time = "2026-03-01T12:00:00+01:00"
        store.write(
            Record(
                learner,
                "k",
                f"{learner}.ipynb",
                "",
                time,
                "told",
                None,
                sheet,
                {written.name: f"By {learner}."},
            )
        )
    return store


@pytest.mark.slow
def test_scores_go_to_the_gradebook_and_marks_come_back(store, tmp_path):
    name, database = ASSIGNMENT.written[0].name, tmp_path / "gradebook.db"
    mark = Mark(11.5, "+4 Part 1.", hash_of("By ada."))
    write_marks(store, Marks({"ada": {name: mark}}))
    assert export_scores(store, database) == 2
    assert export_scores(store, database) == 2  # again, over what is there
    with Gradebook(f"sqlite:///{database}") as book:
        ada, bob = (book.find_submission(NAME, who) for who in ("ada", "bob"))
        assert (ada.score, ada.max_score, ada.needs_manual_grade) == (96.5, 100, False)
        assert (bob.score, bob.needs_manual_grade) == (0, True)
        assert book.find_student("ada").last_name == "Lovelace"
        grade = book.find_grade("three-numbers-answer", NAME, NAME, "bob")
        grade.manual_score = 7
        book.find_grade("conv-params-check", NAME, NAME, "bob").auto_score = 10
        book.find_comment("three-numbers-answer", NAME, NAME, "bob").manual_comment = "Short."
        book.db.commit()
    found = import_scores(store, database)
    assert found.marks == 2
    assert found.differences == ("bob, counting_cost.conv_params: nbgrader 10, here 0",)
    assert read_marks(store).marks == {
        "ada": {name: mark},
        "bob": {name: Mark(7, "Short.", hash_of("By bob."))},
    }
    assert [line.total for line in lines_of(store)] == [96.5, 7]
    assert replace(mark, answer="").is_for("By ada.") is False


def test_a_gradebook_that_is_none_is_told(store, tmp_path):
    with pytest.raises(ValueError, match="there is no gradebook"):
        import_scores(store, tmp_path / "none.db")
