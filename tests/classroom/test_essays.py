"""Written answers: a page for this machine alone, marks that are saved at once, and no names."""

import http.client
import json
from urllib.parse import urlsplit

import pytest
from handed_in import ASSIGNMENT

from effnet_lab.classroom.bulk import zero_sheet
from effnet_lab.classroom.course import read_course
from effnet_lab.classroom.essays.answers import Essays
from effnet_lab.classroom.essays.server import served
from effnet_lab.classroom.marks import lines_of, read_marks
from effnet_lab.classroom.store import Record, Store

NAME = "counting_cost.three_numbers"


@pytest.fixture
def hand_in(folder):
    """Put a written answer of a learner into the records."""

    def hand_in(**texts):
        store = Store(read_course(folder), ASSIGNMENT)
        for who, text in texts.items():
            sheet = zero_sheet(ASSIGNMENT, "x.ipynb", "", 1)
            sheet["rows"][-1]["status"] = "by hand" if text else "not attempted"
            store.write(Record(who, "k", "x.ipynb", "", None, "unknown", None, sheet, {NAME: text}))
        return store

    return hand_in


def test_marks_are_kept_at_once_and_count(hand_in):
    store = hand_in(ada="One.", bob="Two.", eve="")
    essays = Essays(store)
    assert essays.open == 2
    essays.mark(NAME, 1, 7.5, "+4 Part 1.\nGood.")
    mark = read_marks(store).marks["bob"][NAME]
    assert (mark.points, mark.comment) == (7.5, "+4 Part 1.\nGood.")
    assert [(line.total, line.status) for line in lines_of(store)] == [
        (0, "essays open"),
        (7.5, "graded"),
        (0, "graded"),
    ]
    assert Essays(store).open == 1


def test_a_mark_does_not_outlive_another_answer(hand_in):
    store = hand_in(ada="One.")
    Essays(store).mark(NAME, 0, 9, "")
    store = hand_in(ada="One, and more.")
    assert lines_of(store)[0].status == "essays open"
    assert Essays(store).to_dict()["questions"][0]["answers"][0]["points"] is None
    assert lines_of(hand_in(ada="One."))[0].total == 9


def test_question_rubric_and_first_comments_come_from_the_solution(hand_in, folder):
    (question,) = Essays(hand_in(ada="One.")).to_dict()["questions"]
    assert "0.39" in question["question"]
    assert question["rubric"]
    assert question["comments"] == ["+5 Part 1.", "+3 Part 2.", "+3 Part 3.", "+4 Part 4."]
    (folder / "essays.toml").write_text(
        f'["2026-spring"."{NAME}"]\nquestion = "Why? *(15 points)*"\nrubric = "Because."\n'
    )
    (question,) = Essays(hand_in(ada="One.")).to_dict()["questions"]
    assert (question["question"], question["rubric"]) == ("Why? *(15 points)*", "Because.")
    assert question["comments"] == ["+15 Part 1."]


def test_blind_says_no_names_and_its_order_tells_none(hand_in):
    texts = {"ada": "One.", "bob": "Two.", "eve": "Three."}
    store = hand_in(**texts)
    data = Essays(store, blind=True).to_dict()
    assert not [who for who in (*texts, "Lovelace") if who in json.dumps(data)]
    order = [one["text"] for one in data["questions"][0]["answers"]]
    assert order == [
        one["text"] for one in Essays(store, True).to_dict()["questions"][0]["answers"]
    ]
    assert sorted(order) == sorted(texts.values())
    Essays(store, blind=True).mark(NAME, order.index("Two."), 3, "")
    assert list(read_marks(store).marks) == ["bob"]


@pytest.mark.parametrize(
    ("name", "number", "points", "message"),
    [
        ("nothing", 0, 1, "there are 0"),
        (NAME, 9, 1, "there are 1"),
        (NAME, "0", 1, "there are 1"),
        (NAME, 0, 16, "points is 16; it must be a number from 0 to 15"),
        (NAME, 0, -1, "points is -1"),
        (NAME, 0, "all", "points is 'all'"),
        (NAME, 0, float("nan"), "points is nan"),
    ],
)
def test_marks_that_cannot_be_given_are_refused(hand_in, name, number, points, message):
    with pytest.raises(ValueError, match=message):
        Essays(hand_in(ada="One.")).mark(name, number, points, "")


def test_marks_that_cannot_be_read_are_not_written_over(hand_in):
    store = hand_in(ada="One.")
    (store.folder / "essays.json").write_text('{"marks": {"ada": 3}}')
    with pytest.raises(ValueError, match="mend it or move it away"):
        Essays(store)


# The server


@pytest.fixture
def ask(hand_in):
    """Ask the server; the address is that of the page unless told otherwise."""
    essays = Essays(hand_in(ada="<script>alert(1)</script>"))
    with served(essays) as address:
        parts = urlsplit(address)

        def ask(path="", body=None, token=parts.path, **headers):
            connection = http.client.HTTPConnection(parts.netloc, timeout=10)
            headers = {name.replace("_", "-"): value for name, value in headers.items()}
            if body is not None:
                headers.setdefault("Content-Type", "application/json")
            connection.request("GET" if body is None else "POST", token + path, body, headers)
            reply = connection.getresponse()
            return reply.status, reply.read().decode(), reply.headers

        ask.essays = essays
        ask.address = address
        yield ask


def test_the_page_is_there_for_who_knows_its_address_only(ask):
    assert ask.address.startswith("http://127.0.0.1:")
    status, page, headers = ask()
    assert (status, "Written answers" in page) == (200, True)
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert json.loads(ask("data")[1])["questions"][0]["name"] == NAME
    for status, text, _ in (
        ask(token="/"),
        ask("data", token="/guess/"),
        ask("data", Host="evil.example"),
        ask("../../class.toml"),
        ask("page.py"),
    ):
        assert status == 404
        assert "alert" not in text


def test_marks_are_taken_as_json_only(ask):
    mark = json.dumps({"name": NAME, "number": 0, "points": 4, "comment": "x"})
    assert ask("mark", mark, Content_Type="text/plain")[0] == 404
    assert ask("mark", mark, token="/")[0] == 404
    assert ask.essays.marks.marks == {}
    assert ask("mark", mark)[0] == 200
    assert ask("comments", json.dumps({"name": NAME, "comments": ["+1 a"]}))[0] == 200
    assert read_marks(ask.essays.store).comments == {NAME: ["+1 a"]}
    for bad in ("{", "[]", "{}", mark.replace("4", "99"), '{"name": 3, "number": 0}'):
        status, text, _ = ask("mark", bad)
        assert (status, bool(text)) == (400, True)
