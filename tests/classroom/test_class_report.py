"""The report: numbers as they are, words of learners escaped, pictures that say what they show."""

import csv
import json
from html.parser import HTMLParser

import numpy as np
import pytest
from click.testing import CliRunner
from handed_in import ASSIGNMENT
from test_inventory import answered

from effnet_lab.classroom.bulk import zero_sheet
from effnet_lab.classroom.course import read_course
from effnet_lab.classroom.inventory.answers import collect
from effnet_lab.classroom.inventory.questions import questions
from effnet_lab.classroom.report import pictures
from effnet_lab.classroom.report.findings import findings, inventory_findings
from effnet_lab.classroom.report.render import write_report
from effnet_lab.classroom.report.statistics import correlation, estimate, normalised_gain
from effnet_lab.classroom.store import Record, Store
from effnet_lab.cli import main
from effnet_lab.view.picture import Picture

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>\x1b[31m=cmd()\u202e'
NAMES = [task.name for task in ASSIGNMENT.tasks]
WRITTEN = "counting_cost.three_numbers"


def record(who, right, slip="ignored-groups", answer="Because.", **more):
    """A sheet with all points of some tasks, and a slip in the others."""
    sheet = zero_sheet(ASSIGNMENT, "x.ipynb", "", 7)
    for row in sheet["rows"]:
        if row["task"] in right:
            row |= {"points": row["max_points"], "status": "correct", "message": "Yes."}
        elif row["points"] is not None and slip:
            row |= {"status": "incorrect", "message": f"No: {EVIL}", "slip": slip}
        elif row["points"] is None and answer:
            row |= {"status": "by hand"}
    sheet["points"] = sum(row["points"] or 0 for row in sheet["rows"])
    time = more.pop("time", "2026-03-01T12:00:00+00:00")
    return Record(who, "k", "x.ipynb", "", time, "told", None, sheet, {WRITTEN: answer}, **more)


@pytest.fixture
def store(folder, settings):
    """A class of 14, of whom 12 are graded: k has so many tasks right as its number, up to six."""
    names = [f"k{n:02d}" for n in range(12)] + ["failed", "absent"]
    roster = ["id,name", *(f'{who},"{EVIL[:40].replace(chr(34), "")}"' for who in names), ""]
    (folder / "roster.csv").write_text("\n".join(roster), encoding="utf-8")
    settings("[due]", '[due]\n"01" = 2026-03-01T13:00:00+00:00')
    store = Store(read_course(folder), ASSIGNMENT)
    for n, who in enumerate(names[:12]):
        late = {"time": "2026-03-03T12:00:00+00:00"} if n == 3 else {}
        slip = "no-inputs" if n == 2 else None if n == 0 else "ignored-groups"
        code = [f"def conv_params(a):\n    return {'a + ' * n}{n} * a * '{EVIL[:20]}'"]
        store.write(record(who, NAMES[: n % 7], slip, "" if n == 1 else "So.", code=code, **late))
    store.write(record("failed", [], failed="The grader ended"))
    return store


@pytest.fixture
def found(store):
    return findings(store)


# Numbers


def test_who_is_missing_failed_or_late_is_told(found):
    assert (found.missing, found.failed, dict(found.late)) == (("absent",), ("failed",), {"k03": 2})
    assert len(found.totals) == 12
    assert max(found.totals) == ASSIGNMENT.points


def test_slips_are_counted_with_their_section(found):
    first = next(one for one in found.slips if one.title == ASSIGNMENT.tasks[0].title)
    assert (first.slip, first.count, first.of) == ("ignored groups", 1, 11)
    assert first.section == "lesson 01, Three counts"
    last = [one for one in found.slips if one.title == ASSIGNMENT.tasks[5].title]
    assert {one.slip: one.count for one in last} == {"ignored groups": 9, "no inputs": 1}
    assert found.slips[0].count == 9


def test_items_have_difficulty_and_discrimination(found):
    first, *_, last, written = found.items
    assert (first.full, first.part, first.none, first.not_attempted) == (10, 0, 1, 1)
    assert first.share == pytest.approx(10 / 12)
    assert last.share == pytest.approx(1 / 12)
    rest = np.array([total - (total >= 85) * last.points for total in found.totals])
    given = np.array([total >= 85 for total in found.totals], float)
    assert last.discrimination.value == pytest.approx(np.corrcoef(given, rest)[0, 1])
    assert last.discrimination.low <= last.discrimination.value <= last.discrimination.high
    # A written answer counts when it is marked, or when there is none; the share, when all do.
    assert (written.judged, written.not_attempted, written.none, written.share) == (1, 1, 0, None)
    assert written.discrimination is None


def test_a_correlation_has_an_interval_or_says_that_it_has_none():
    random = np.random.default_rng(1)
    first = random.normal(size=200)
    second = first + random.normal(size=200)
    one = estimate(first, second, correlation)
    assert one.low < np.sqrt(0.5) < one.high
    assert one.high - one.low == pytest.approx(2 * 1.96 * 0.5 / np.sqrt(200), rel=0.3)
    assert estimate(first[:9], second[:9], correlation)[1:] == (None, None)
    assert estimate(first * 0, second, correlation) is None
    assert estimate(first[:0], second[:0], correlation) is None


def test_a_gain_is_the_share_of_what_could_be_gained():
    before, after = np.full(20, 0.4), np.full(20, 0.7)
    assert estimate(before, after, normalised_gain).value == pytest.approx(0.5)
    assert estimate(np.ones(20), after, normalised_gain) is None


# The page


class Parsed(HTMLParser):
    """The elements of a page, and whether they are closed as they were opened."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.ids = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br", "img", "input", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture
def page(store):
    for when, letters in (("before", "a" * 12), ("after", "".join(q.key for q in questions()))):
        inside = store.course.folder / when
        inside.mkdir()
        for n in range(11):
            (inside / f"k{n:02d}.ipynb").write_bytes(answered(letters, when))
        collect(store.course, inside, when)
    path = write_report(store.course)
    assert path == store.course.folder / "report" / "class.html"
    return path.read_text(encoding="utf-8")


def test_the_page_is_whole_and_no_word_of_a_learner_is_code(page):
    parsed = Parsed(page)
    tags = {tag for tag, _ in parsed.tags}
    assert tags.isdisjoint({"script", "img", "iframe", "link", "a", "form", "object", "embed"})
    assert all(not name.startswith("on") for _, attrs in parsed.tags for name in attrs)
    [policy] = [attrs["content"] for tag, attrs in parsed.tags if "http-equiv" in attrs]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline';")
    assert not [attrs for _, attrs in parsed.tags if "src" in attrs]
    links = {value for _, attrs in parsed.tags for name, value in attrs.items() if "href" in name}
    assert all(link.startswith("#") for link in links)
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "&lt;script&gt;" in page
    pictures = [attrs for tag, attrs in parsed.tags if tag == "svg"]
    assert len(pictures) == 6
    assert all(len(attrs["aria-label"]) > 40 for attrs in pictures)


def test_the_page_says_what_a_teacher_asks(page):
    for text in (
        "12 graded, 1 not handed in, 1 not graded, 1 late.",
        "k03 (2 d)",
        "11 answers in words are not marked yet",
        "9 of 11",
        "lesson 01, Three counts",
        "With 12 submissions",
        "Two learners: 0 above the limit",
        "never a proof",
        "11 answered before, 11 after, 11 both times",
        "Normalised gain: +1.00 (+1.00 to +1.00)",
    ):
        assert text in page, text


def test_numbers_are_files_that_no_spreadsheet_runs(page, store):
    folder = store.course.folder / "report"
    whole = json.loads((folder / "class.json").read_text(encoding="utf-8"))
    assert whole["assignments"][0]["items"][0]["full"] == 10
    assert whole["inventory"]["gain"][0] == 1
    for name in ("items", "slips", "pairs"):
        with (folder / f"class-{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert len({len(row) for row in rows}) == 1
        assert not [cell for row in rows for cell in row if cell[:1] in ("=", "@", "|")]


def test_every_picture_has_its_words_and_its_table(page, store):
    found, asked = findings(store), inventory_findings(store.course)
    made = [pictures.totals(found), pictures.tasks(found), pictures.slips(found.slips),
            pictures.discriminations(found), pictures.closeness(found),
            pictures.inventory(asked)]  # fmt: skip
    for picture in made:
        assert isinstance(picture, Picture)
        assert len(set(picture.columns)) == len(picture.columns)
        assert picture.rows
        svg = picture.to_svg()
        assert "currentColor" in svg


def test_the_command_reports_one_assignment_or_says_what_comes_first(store, folder):
    def run(*args):
        return CliRunner().invoke(main, ["class", *map(str, args)])

    done = run("report", folder, "--assignment", "01")
    assert done.exit_code == 0, done.output
    assert (folder / "report" / "01.html").read_text(encoding="utf-8").count("<section>") == 1
    done = run("inventory", folder, folder, "--when", "after")
    assert "no notebooks" in done.output
    (folder / "in").mkdir()
    (folder / "in" / "k01.ipynb").write_bytes(answered("a" * 12))
    done = run("inventory", folder, folder / "in", "--when", "before")
    assert (done.exit_code, done.output) == (0, "plain layout; 1 of 14 answered\n")


def test_without_grades_and_answers_there_is_no_report(course):
    with pytest.raises(ValueError, match="nothing is graded of 01_counting_cost"):
        write_report(course)
