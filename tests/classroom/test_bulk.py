"""A class graded: every score as intended, results that are safe, runs that go on."""

import csv
import json
import re
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import pytest
from click.testing import CliRunner
from handed_in import ASSIGNMENT, SOLUTION, answering

from benchmarks.classroom import unintended
from effnet_lab.classroom import bulk
from effnet_lab.classroom.bulk import grade_class, grade_notebook
from effnet_lab.classroom.course import init_course, read_course
from effnet_lab.classroom.release import release
from effnet_lab.classroom.results import write_results
from effnet_lab.classroom.store import Store
from effnet_lab.classroom.synthetic import HOSTILE, KINDS, synthetic_class, write_class
from effnet_lab.cli import main
from effnet_lab.exercises.author.derive import derive
from effnet_lab.exercises.author.template import write_template
from effnet_lab.exercises.grader.isolation import NoSandboxError
from effnet_lab.exercises.grader.score_sheet import ScoreSheet
from effnet_lab.training.sweep import local_cluster

STUB = ASSIGNMENT.notebook("exercises").read_bytes()
EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>\x1b[31m=cmd()\u202e'


class Here(Executor):
    """Grades in this process; stops or breaks when told to."""

    def __init__(self):
        self.calls = 0
        self.on = {}

    def submit(self, function, *args):
        self.calls += 1
        future = Future()
        try:
            if self.calls in self.on:
                raise self.on[self.calls]
            future.set_result(function(*args))
        except Exception as error:
            future.set_exception(error)
        return future


@pytest.fixture
def here(monkeypatch):
    """An executor, and a grader that takes no process: points follow from the notebook's text."""

    def graded(content, name, assignment, seed, trust):
        sheet = bulk.zero_sheet(ASSIGNMENT, name, "", seed)
        text = json.loads(content)["cells"][-1]["source"]
        if text == ["crash"]:
            raise ZeroDivisionError("the grader")
        sheet["rows"][0]["points"] = points = 10 if "right" in text[0] else 0
        sheet["rows"][0]["message"] = text[0]
        answers = {"counting_cost.three_numbers": "Because."}
        return bulk.Graded({**sheet, "points": points}, answers, [text[0]])

    monkeypatch.setattr(bulk, "grade_notebook", graded)
    executor = Here()

    @contextmanager
    def opened(tasks):
        assert tasks
        yield executor

    executor.opened = opened
    return executor


@pytest.fixture
def hand_in(folder):
    """Write submissions as nbgrader does; return the folder."""

    def hand_in(stamp="2026-03-01 12:00:00 UTC", **texts):
        for who, text in texts.items():
            place = folder / "in" / who / "01_counting_cost"
            place.mkdir(parents=True, exist_ok=True)
            (place / "x.ipynb").write_text(json.dumps({"cells": [{"source": [text]}]}))
            (place / "timestamp.txt").write_text(stamp)
        return folder / "in"

    return hand_in


def graded(course, source, here):
    return grade_class(course, ASSIGNMENT, source, open_workers=here.opened, progress=False)


def table(course, name="grades.csv"):
    with (course.grades(ASSIGNMENT) / name).open(encoding="utf-8", newline="") as file:
        return {
            row.get("id", row.get("ID number", row.get("Student"))): row
            for row in csv.DictReader(file)
        }


# With the real grader


def test_every_score_of_a_synthetic_class_is_as_intended(folder):
    counts = {kind: 1 for kind in KINDS if kind != "hostile"}
    made = dict(synthetic_class(ASSIGNMENT, {**counts, "partly right": 2}))
    assert made["s002"].points != made["s003"].points
    submitted = write_class(folder, ASSIGNMENT, made)
    outcome = grade_class(read_course(folder), ASSIGNMENT, submitted, trust=True, progress=False)
    assert (outcome.graded, outcome.troubles) == (5, [])
    assert unintended(folder, ASSIGNMENT, made) == []
    for _, record in Store(read_course(folder), ASSIGNMENT).records():
        assert record.sheet["seed"] == read_course(folder).seed(ASSIGNMENT)
    again = grade_class(read_course(folder), ASSIGNMENT, submitted, trust=True, progress=False)
    assert again.graded == 0


@pytest.mark.slow
def test_hostile_cells_gain_and_cost_nothing_but_their_own_time(folder):
    made = dict(synthetic_class(ASSIGNMENT, {"hostile": len(HOSTILE)}))
    assert any(0 < sum(one.points.values()) < 85 for one in made.values())
    submitted = write_class(folder, ASSIGNMENT, made)
    grade_class(read_course(folder), ASSIGNMENT, submitted, trust=True, progress=False)
    assert unintended(folder, ASSIGNMENT, made) == []


@pytest.mark.slow
def test_an_assignment_of_ones_own_is_graded_and_released(tmp_path):
    own = write_template(tmp_path / "my_task")
    derive(own)
    course = init_course(tmp_path / "course", [own])
    (tmp_path / "course" / "roster.csv").write_text("id,name\nada,Ada\nbob,Bob\n")
    for who, kind in (("ada", "solutions"), ("bob", "exercises")):
        place = tmp_path / "in" / who / "my_task"
        place.mkdir(parents=True)
        (place / "my_task.ipynb").write_bytes(own.notebook(kind).read_bytes())
    outcome = grade_class(course, own, tmp_path / "in", trust=True, progress=False)
    assert (outcome.found.layout, outcome.troubles) == ("nbgrader", [])
    records = dict(Store(course, own).records())
    assert [one.sheet["points"] for one in records.values()] == [100, 0]
    made = release(course, tmp_path / "edition") / "exercises" / "my_task"
    assert "also_right" not in (made / "my_task.py").read_text()
    assert (made / "exercises" / "my_task.ipynb").is_file()
    assert not (made / "solutions").exists()


@pytest.mark.parametrize(
    ("content", "points"),
    [(SOLUTION, 85), (STUB, 0), (b"no notebook", 0), (b"", 0), (b'{"cells": 3}', 0)],
)
def test_a_worker_makes_a_sheet_of_anything(content, points):
    sheet, answers, code = grade_notebook(content, "\x1b[2Jx.ipynb", "counting_cost", 1, True)
    assert sheet["points"] == points
    assert sheet["notebook"].isprintable()
    assert bool(answers["counting_cost.three_numbers"]) == (points == 85)
    assert bool(code) == (content in (SOLUTION, STUB))
    assert json.dumps(sheet)


def test_of_a_long_notebook_the_beginning_is_kept(monkeypatch):
    monkeypatch.setattr(bulk, "MOST_CODE", 100)
    monkeypatch.setattr(bulk, "grade", lambda *args, **kwargs: ScoreSheet("x", "y", ()))
    code = grade_notebook(SOLUTION, "x.ipynb", "counting_cost", 1, True).code
    assert sum(map(len, code)) == 100


# Results


def test_tables_pages_and_log_are_written(course, hand_in, here):
    outcome = graded(course, hand_in(ada="right", bob="wrong"), here)
    folder = course.grades(ASSIGNMENT)
    rows = table(course)
    assert [rows[who]["total"] for who in ("ada", "bob", "eve")] == ["10", "0", "0"]
    assert rows["eve"]["status"] == "no submission"
    assert "1 no submission" in outcome.summary
    assert "without a submission: eve" in outcome.summary
    assert "2 written answers are not marked" in outcome.summary
    assert outcome.troubles == []
    assert "0 of 10 for counting_cost.conv_params: wrong" in (folder / "log.txt").read_text()
    sheets = json.loads((folder / "sheets.json").read_text())
    assert sheets[0]["learner"] == "ada"
    assert {"task", "points", "status", "slip", "message"} <= sheets[0]["rows"][0].keys()
    assert {path.name for path in (folder / "feedback").iterdir()} == {"ada.html", "bob.html"}
    assert str(course.seed(ASSIGNMENT)) in (folder / "feedback/ada.html").read_text()


def test_moodles_and_canvas_columns(course, folder, here, settings):
    place = folder / "in"
    place.mkdir()
    (place / "lovelaceada_101_9_x.ipynb").write_text('{"cells": [{"source": ["right"]}]}')
    graded(course, place, here)
    rows = table(course, "canvas.csv")
    assert rows["    Points Possible"]["01_counting_cost"] == "100"
    assert rows["Ada Lovelace"]["ID"] == "101"
    assert rows["Ada Lovelace"]["01_counting_cost"] == "10"
    assert rows["Bób O'Neill"]["01_counting_cost"] == ""
    moodle = table(course, "moodle.csv")["ada"]
    assert moodle["Identifier"] == "Participant 101"
    assert (moodle["Grade"], moodle["Maximum grade"]) == ("10", "100")


def test_nothing_that_a_learner_wrote_is_a_formula_markup_or_an_escape(folder, hand_in, here):
    name = "=HYPERLINK(1)<b>;=cmd()|'/C calc'!A0"
    (folder / "roster.csv").write_text(f'id,name,email\nada,"{name}",＝1@x\n', encoding="utf-8")
    course = read_course(folder)
    graded(course, hand_in(ada=EVIL), here)
    grades = course.grades(ASSIGNMENT)
    for path in grades.rglob("*"):
        if path.suffix in (".csv", ".txt", ".html"):
            text = path.read_text(encoding="utf-8")
            assert "\x1b" not in text
            assert "\u202e" not in text
    for name in ("grades.csv", "moodle.csv", "canvas.csv"):
        for row in csv.reader((grades / name).read_text(encoding="utf-8").splitlines()):
            for part in (part.strip() for cell in row for part in cell.split(";")):
                assert part[:1] not in ("=", "+", "-", "@", "＝")
    page = (grades / "feedback/ada.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert "<b>" not in page
    assert "&lt;script&gt;" in page
    assert "default-src &#x27;none&#x27;" in page
    assert "color-scheme: light dark" in page


def test_being_late_costs_what_the_course_says(settings, hand_in, here):
    course = settings("[due]", "[due]\n01 = 2026-02-28T13:00:00+01:00")
    graded(course, hand_in(ada="right"), here)
    row = table(course)["ada"]
    assert (row["days late"], row["percent off"], row["total"]) == ("1", "10", "9")
    assert row["told by"] == "timestamp.txt"
    page = (course.grades(ASSIGNMENT) / "feedback/ada.html").read_text()
    assert "with 10% taken off, 1 day late" in page
    assert datetime.fromisoformat(row["submitted"]).tzinfo


# Going on


def test_a_changed_submission_is_graded_again_and_only_that(course, hand_in, here):
    source = hand_in(ada="right", bob="right")
    graded(course, source, here)
    hand_in(bob="wrong")
    outcome = graded(course, source, here)
    assert outcome.graded == 1
    assert table(course)["bob"]["total"] == "0"


def test_another_seed_grades_all_again(course, settings, hand_in, here):
    source = hand_in(ada="right")
    graded(course, source, here)
    other = settings(course.secret, "0123456789abcdef0123456789abcdef")
    assert graded(other, source, here).graded == 1


def test_an_interrupted_run_keeps_what_it_has_and_goes_on(course, hand_in, here, monkeypatch):
    monkeypatch.setattr(bulk, "IN_MEMORY", 1)
    source = hand_in(ada="right", bob="right", eve="right")
    graded(course, hand_in(eve="old right"), here)
    hand_in(eve="wrong")
    here.calls, here.on = 0, {1: KeyboardInterrupt()}
    outcome = graded(course, source, here)
    assert (outcome.stopped, outcome.graded) == (True, 0)
    assert outcome.troubles == ["eve was not graded: The run was stopped before its turn"]
    assert table(course)["eve"]["total"] == "0"  # its old score is gone
    here.calls, here.on = 0, {2: KeyboardInterrupt()}
    hand_in(ada="right!")
    outcome = graded(course, source, here)
    assert (outcome.stopped, outcome.graded) == (True, 1)
    assert table(course)["eve"]["status"] == "not graded"
    here.on = {}
    outcome = graded(course, source, here)
    assert (outcome.stopped, outcome.graded) == (False, 1)
    assert table(course)["eve"]["total"] == "0"


def test_a_submission_that_is_gone_leaves_no_score(course, hand_in, here):
    source = hand_in(ada="right", bob="right")
    graded(course, source, here)
    for path in sorted((source / "bob").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    outcome = graded(course, source, here)
    assert outcome.troubles == ["the earlier result of bob is gone with its file"]
    assert table(course)["bob"]["status"] == "no submission"
    assert not (course.grades(ASSIGNMENT) / "feedback/bob.html").exists()


def test_another_terms_grades_are_moved_aside(course, settings, hand_in, here):
    graded(course, hand_in(ada="right"), here)
    autumn = settings("2026-spring", "2026-autumn")
    Store(autumn, ASSIGNMENT)
    aside = [one.name for one in course.grades(ASSIGNMENT).parent.iterdir()]
    assert sorted(aside)[0] == "01"
    assert re.match(r"01 2026-spring\.\d{4}", sorted(aside)[1])


# Workers that are lost


def test_a_lost_worker_costs_nobody_a_score(course, hand_in, here):
    here.on = {2: BrokenExecutor("gone")}
    outcome = graded(course, hand_in(ada="right", bob="right", eve="right"), here)
    assert [row["total"] for row in table(course).values()] == ["10", "10", "10"]
    assert outcome.troubles == []


def test_a_notebook_that_ends_the_grader_is_zero_with_a_reason_and_tried_again(
    course, hand_in, here
):
    source = hand_in(ada="crash", bob="right")
    outcome = graded(course, source, here)
    assert outcome.troubles == [
        "ada was not graded: The grader ended: ZeroDivisionError('the grader')"
    ]
    row = table(course)["ada"]
    assert (row["status"], row["total"]) == ("not graded", "0")
    assert "ZeroDivisionError" in row["remark"]
    assert graded(course, source, here).graded == 0
    assert here.calls == 5  # twice each time, and bob once


def test_a_run_that_is_killed_leaves_no_old_score(course, hand_in, here):
    source = hand_in(ada="right")
    graded(course, source, here)
    hand_in(ada="wrong")
    here.calls, here.on = 0, {1: SystemExit()}
    with pytest.raises(SystemExit):
        graded(course, source, here)
    left = [path for path in course.grades(ASSIGNMENT).rglob("*") if path.is_file()]
    assert {path.name for path in left} == {"term.txt", "log.txt"}


@pytest.mark.slow
def test_a_dask_cluster_gives_the_same_sheets(course, folder):
    (folder / "in").mkdir()
    for who, content in {"ada": SOLUTION, "bob": STUB, "eve": b"nothing"}.items():
        (folder / "in" / f"{who}.ipynb").write_bytes(content)
    command = (
        "class",
        "grade",
        folder,
        folder / "in",
        "--assignment",
        "01",
        "--trust-submissions",
        "--no-progress",
    )
    with local_cluster(1) as cluster:
        status, out = run(*command, "--scheduler", cluster.scheduler_address)
    assert status == 0, out
    assert [row["total"] for row in table(course).values()] == ["85", "0", "0"]
    assert "3 graded now" in out
    assert "0 graded now" in run(*command)[1]  # the same keys here


# Without a sandbox


def test_without_a_sandbox_nothing_is_run_or_changed_unless_trusted(course, hand_in, monkeypatch):
    def none(trust):
        if not trust:
            raise NoSandboxError("no sandbox; use --trust-submissions")

    monkeypatch.setattr(bulk, "find_isolation", none)
    with pytest.raises(NoSandboxError, match="--trust-submissions"):
        grade_class(course, ASSIGNMENT, hand_in(ada="right"), progress=False)
    assert not course.grades(ASSIGNMENT).exists()


def test_a_worker_without_a_sandbox_ends_the_run(course, hand_in, here):
    here.on = {1: NoSandboxError("no sandbox there")}
    with pytest.raises(NoSandboxError, match="no sandbox there"):
        graded(course, hand_in(ada="right", bob="right"), here)


def test_a_run_without_a_sandbox_is_said_loudly_and_on_each_page(course, hand_in, here):
    graded(course, hand_in(ada="right"), here)
    store = Store(course, ASSIGNMENT)
    record = store.read("ada")
    store.write(replace(record, sheet={**record.sheet, "isolation": "none"}))
    assert "! 1 notebooks ran WITHOUT A SANDBOX" in write_results(store)
    assert "WITHOUT a sandbox" in (store.folder / "feedback" / "ada.html").read_text()


# The command


def run(*args):
    result = CliRunner().invoke(main, [str(one) for one in args])
    return result.exit_code, result.output


def test_the_commands_make_a_course_and_grade_it(tmp_path):
    folder = tmp_path / "spring"
    status, out = run("class", "init", folder, "-a", "01", "--term", "2026-spring")
    assert (status, "1 assignments, term 2026-spring" in out) == (0, True)
    status, out = run("class", "grade", folder, tmp_path, "--assignment", "01")
    assert (status, "has no learners" in out) == (1, True)
    (folder / "roster.csv").write_text("id,name\nada,Ada\nbob,Bob\n")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ada.ipynb").write_bytes(answering(EVIL))
    command = (
        "class",
        "grade",
        folder,
        tmp_path / "in",
        "--assignment",
        "01",
        "--trust-submissions",
        "--no-progress",
    )
    status, out = run(*command)
    assert status == 0, out
    assert "plain layout; 1 graded now" in out
    (tmp_path / "in" / "mallory.ipynb").write_bytes(b"{}")
    status, out = run(*command)
    assert (status, "! not on the roster: mallory (mallory.ipynb)" in out) == (3, True)
    status, out = run("class", "grade", folder, tmp_path / "in", "--assignment", "02")
    assert status == 1
    assert "assignment is '02_mbconv'; this course has 01_counting_cost" in out
    assert run("class", "grade", tmp_path, tmp_path, "--assignment", "01")[0] == 1


def test_results_are_written_the_same_again(course, hand_in, here):
    graded(course, hand_in(ada="right"), here)
    store = Store(course, ASSIGNMENT)
    before = {path: path.stat().st_mtime_ns for path in store.folder.rglob("*")}
    write_results(store)
    assert {path: path.stat().st_mtime_ns for path in store.folder.rglob("*")} == before
