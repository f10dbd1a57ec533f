"""The essays of a class marked in a real browser, by keyboard alone."""

import json
from random import Random

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from benchmarks.browser import chromium, chromium_path
from effnet_lab.classroom.bulk import zero_sheet
from effnet_lab.classroom.course import init_course, read_course
from effnet_lab.classroom.essays.answers import Essays
from effnet_lab.classroom.essays.server import served
from effnet_lab.classroom.marks import lines_of, read_marks
from effnet_lab.classroom.results import write_results
from effnet_lab.classroom.store import Record, Store
from effnet_lab.exercises.assignment import ASSIGNMENTS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif(chromium_path() is None, reason="needs chromium"),
]

ASSIGNMENT = ASSIGNMENTS["mbconv"]
NAME = "mbconv.wide_and_linear"
EVIL = "<img src=x onerror='document.title=1'><script>document.title = 'owned'</script>"
WHO = [f"s{number:02d}" for number in range(1, 31)]


@pytest.fixture
def store(tmp_path):
    """Thirty learners who have written something."""
    folder = tmp_path / "course"
    init_course(folder, [ASSIGNMENT])
    (folder / "roster.csv").write_text("\n".join(["id,name", *(f"{w},Name {w}" for w in WHO)]))
    store = Store(read_course(folder), ASSIGNMENT)
    words = ["widening", "costs", "six", "times", "as", "much", "in", "depth", "because"]
    for who in WHO:
        text = f"Answer {who}. " + " ".join(Random(who).choices(words, k=150)) + EVIL
        sheet = zero_sheet(ASSIGNMENT, "x.ipynb", "", 1)
        store.write(Record(who, "k", "x.ipynb", "", None, "unknown", None, sheet, {NAME: text}))
    return store


@pytest.fixture
def page(store):
    """The page, blind to names, in a browser that reports whatever goes wrong."""
    with served(Essays(store, blind=True)) as address, chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.problems = []
        page.on("console", lambda one: page.problems.append(one.text))
        page.on("pageerror", lambda one: page.problems.append(str(one)))
        page.on(
            "request",
            lambda one: page.problems.append(one.url) if not one.url.startswith(address) else None,
        )
        page.goto(address)
        page.wait_for_selector("#comments li")
        yield page


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_thirty_essays_are_marked_by_keyboard_alone(store, page):
    assert "answer 1 of 30, 0 marked" in page.inner_text("#place")
    assert page.locator("#comments li").all_inner_texts() == [
        "+4 Part 1.",
        "+3 Part 2.",
        "+4 Part 3.",
        "+3 Part 4.",
    ]
    assert not [who for who in WHO if f"Name {who}" in page.content()]
    expected = {}
    for number in range(30):
        who = page.inner_text("#text").split()[1].rstrip(".")
        assert EVIL in page.inner_text("#text")  # as text
        if number == 0:  # a comment of its own, worth a point, which becomes the fifth
            press(page, "n")
            page.keyboard.type("+1 Names the shape.")
            press(page, "Enter", "1", "2")
            expected[who] = 8.0, "+1 Names the shape.\n+4 Part 1.\n+3 Part 2."
        elif number == 1:  # typed points and a comment in words
            press(page, "p")
            page.keyboard.type("2,5")
            press(page, "Enter", "c")
            page.keyboard.type("See me.")
            press(page, "Escape")
            expected[who] = 2.5, "See me."
        elif number == 2:  # all, then two less; the arrows
            press(page, "f", "ArrowDown", "Shift+ArrowDown")
            expected[who] = 12.5, ""
        elif number == 3:  # a digit again takes the comment back
            press(page, "5", "3", "3")
            expected[who] = 1.0, "+1 Names the shape."
        elif number % 2:
            press(page, "1", "2", "3", "4", "5")  # no more than can be had
            expected[who] = (
                14.0,
                "+4 Part 1.\n+3 Part 2.\n+4 Part 3.\n+3 Part 4.\n+1 Names the shape.",
            )
        else:
            press(page, "z")
            expected[who] = 0.0, ""
        press(page, "Enter")
    expect(page.locator("#saved")).to_have_text("saved")
    assert page.inner_text("#place") == "all answers are marked"
    marks = read_marks(store).marks
    got = {who: (mine[NAME].points, mine[NAME].comment) for who, mine in marks.items()}
    assert got == expected
    assert page.problems == []
    assert page.title() == "Written answers"
    lines = {line.learner.id: line for line in lines_of(store)}
    assert {who: line.total for who, line in lines.items()} == {
        who: points for who, (points, _) in expected.items()
    }
    assert "not marked" not in write_results(store)
    sheets = json.loads((store.folder / "sheets.json").read_text("utf-8"))
    assert sheets[0]["marks"][NAME]["points"] == expected["s01"][0]
    feedback = (store.folder / "feedback" / "s01.html").read_text("utf-8")
    assert "<img" not in feedback


def test_what_was_marked_is_there_again_and_an_unmarked_one_comes_first(store, page):
    press(page, "1", "Enter", "3", "Enter")
    expect(page.locator("#saved")).to_have_text("saved")
    page.reload()
    page.wait_for_selector("#comments li")
    assert "answer 3 of 30, 2 marked" in page.inner_text("#place")
    press(page, "ArrowLeft")
    assert page.input_value("#points") == "4"
    assert page.locator("li.chosen").all_inner_texts() == ["+4 Part 3."]
    press(page, "u", "Enter")
    assert "no points yet" in page.inner_text("#place")
    assert page.problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_readable_in_both_themes(store, page, scheme):
    press(page, "1", "Enter")
    expect(page.locator("#saved")).to_have_text("saved")
    write_results(store)
    feedback = (store.folder / "feedback" / "s01.html").as_uri()
    # axe is a script, which the pages forbid.
    context = page.context.browser.new_context(bypass_csp=True, color_scheme=scheme)
    for address in (page.url, feedback):
        looked_at = context.new_page()
        looked_at.goto(address)
        looked_at.wait_for_selector("h1:not(:empty)")
        color = looked_at.evaluate("getComputedStyle(document.body).backgroundColor")
        red = looked_at.evaluate("color => Number(color.match(/[0-9.]+/)[0])", color)
        assert (red < 100) == (scheme == "dark"), color
        result = Axe().run(looked_at)
        assert result.violations_count == 0, result.generate_report()
