"""The course folder: what `class init` makes, and what is said of what is wrong in it."""

import stat
from datetime import UTC, datetime, timedelta

import pytest

from effnet_lab.classroom.course import init_course, read_course
from effnet_lab.classroom.late import LatePolicy
from effnet_lab.exercises.assignment import ASSIGNMENTS

ASSIGNMENT = ASSIGNMENTS["counting_cost"]


def test_init_makes_what_read_course_reads_and_nobody_else_may(tmp_path):
    made = init_course(tmp_path / "course")
    assert [one.name for one in made.assignments] == list(ASSIGNMENTS)
    assert made.late == LatePolicy()
    assert len(made.secret) == 32
    assert made.secret not in repr(made)
    assert stat.S_IMODE((tmp_path / "course").stat().st_mode) == 0o700
    assert (tmp_path / "course" / ".gitignore").read_text() == "*\n"
    with pytest.raises(ValueError, match="is there already"):
        init_course(tmp_path / "course")


def test_each_term_and_assignment_has_a_seed_of_its_own_the_same_again(folder, settings):
    first = read_course(folder)
    assert first.seed(ASSIGNMENT) == read_course(folder).seed(ASSIGNMENT)
    assert first.seed(ASSIGNMENT) != first.seed(ASSIGNMENTS["mbconv"])
    assert settings("2026-spring", "2026-autumn").seed(ASSIGNMENT) != first.seed(ASSIGNMENT)


def test_due_dates_are_days_or_times_with_a_zone(settings):
    course = settings("[due]", "[due]\n01 = 2026-03-01T12:00:00+02:00")
    assert course.due["01_counting_cost"] == datetime(2026, 3, 1, 10, tzinfo=UTC)
    course = settings("2026-03-01T12:00:00+02:00", "2026-03-01")
    assert course.due["01_counting_cost"].strftime("%d %H:%M") == "01 23:59"
    assert course.due["01_counting_cost"].tzinfo


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('term = "2026-spring"', 'term = "../x"', "term is '../x'; it must be 1 to 32 letters"),
        ('title = "', 'titel = "', "has 'titel'; it must be one of title, term"),
        ('title = "', 'title = 3 # "', "title in .* is 3; it must be text"),
        ("[late]", "[late", "class.toml cannot be read"),
        ("percent_a_day = 10", "percent_a_day = 110", "percent_a_day.* is 110; .* from 0 to 100"),
        ("percent_a_day = 10", "percent_a_day = nan", "percent_a_day.* is nan; .* from 0 to 100"),
        ("percent_a_day = 10", "per_day = 10", "'per_day'; it must be one of percent_a_day, grace"),
        ("file_times = true", "file_times = 1", "file_times.* is 1; it must be true or false"),
        ('"01_counting_cost",', '"77",', "assignment is '77'; it must be one of 01_counting_cost"),
        ('"01_counting_cost",', "", "it must be a list of one or more"),
        ('"01_counting_cost",', '"01", "1",', "has 01_counting_cost twice"),
        ("[due]", "[due]\n02 = 2026-03-01", "has '02'; it must be one of 01_counting_cost, 01"),
        ("[due]", '[due]\n01 = "soon"', "due 01 .* is 'soon'; it must be a day or a time"),
        ('secret = "', 'secret = "short" # ', "secret in .* has 5 characters; it must have 16"),
    ],
)
def test_what_is_wrong_is_named_with_what_it_may_be(settings, old, new, message):
    with pytest.raises(ValueError, match=message):
        settings(old, new)


def test_no_course_is_told(tmp_path):
    with pytest.raises(ValueError, match=r"holds no class.toml; effnet-lab class init"):
        read_course(tmp_path)


# The roster


@pytest.mark.parametrize(
    "text",
    [
        "id,name,email\nada,Ada L,a@x\n",
        "\ufeffID;Name;Email\r\nada;Ada L;a@x\r\n\r\n",
        "name\tid\temail\tgroup\nAda L\tada\ta@x\t4\n",
    ],
)
def test_a_roster_as_spreadsheets_write_it_is_read(folder, text):
    (folder / "roster.csv").write_text(text, encoding="utf-8")
    (ada,) = read_course(folder).roster
    assert (ada.id, ada.name, ada.email) == ("ada", "Ada L", "a@x")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,email\nada,x\n", "has the columns id, email; it must have id and name"),
        ("id,name\n", "has no learners"),
        ("", r"has the columns \(none\)"),
        ("id,name\n../x,Ada\n", r"line 2 .*id is '../x'; it must be 1 to 64 letters"),
        ("id,name\nada,Ada\n=1+1,Bob\n", "line 3 .*id is '=1[+]1'"),
        ("id,name\nada,Ada\nADA,Bob\n", "line 3 .*id 'ADA' is there already, in line 2"),
        ("id,name\nada,\n", "line 2 .*ada has no name"),
    ],
)
def test_a_roster_that_is_wrong_names_the_line(folder, text, message):
    (folder / "roster.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        _ = read_course(folder).roster


def test_a_roster_that_is_no_utf8_says_how_to_save_it(folder):
    (folder / "roster.csv").write_bytes(b"id,name\nada,Ad\xe9\n")
    with pytest.raises(ValueError, match="save it as 'CSV UTF-8'"):
        _ = read_course(folder).roster


# Own questions


def test_own_questions_are_those_of_the_term(folder):
    text = '["2026-spring"."counting_cost.three_numbers"]\nquestion = "Why?"\nrubric = "So."\n'
    (folder / "essays.toml").write_text(text)
    assert read_course(folder).variants["counting_cost.three_numbers"].rubric == "So."
    (folder / "essays.toml").write_text(text.replace("spring", "autumn"))
    assert read_course(folder).variants == {}
    (folder / "essays.toml").write_text(text.replace("three", "four"))
    with pytest.raises(ValueError, match=r"one of counting_cost\.three_numbers"):
        _ = read_course(folder).variants


# Being late

DUE = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "marked", "days"),
    [
        (timedelta(minutes=-5), None, 0),
        (timedelta(minutes=15), None, 0),
        (timedelta(minutes=16), None, 1),
        (timedelta(hours=24), None, 1),
        (timedelta(hours=25), None, 2),
        (timedelta(hours=25), False, 0),
        (timedelta(minutes=-5), True, 1),
        (timedelta(minutes=15), True, 0),
        (None, True, 1),
        (None, None, 0),
    ],
)
def test_days_begun_count_after_the_grace(after, marked, days):
    when = None if after is None else DUE + after
    assert LatePolicy().days(DUE, when, marked) == days
    assert LatePolicy().days(None, when, marked) == 0


def test_no_more_than_the_cap_is_taken_off():
    assert [LatePolicy().percent(days) for days in (0, 1, 5, 9)] == [0, 10, 50, 50]
