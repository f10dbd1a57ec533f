"""Every lesson in a real JupyterLab: all cells run, and every widget follows keys and mouse."""

import json
import re
import shutil
from contextlib import ExitStack
from functools import cache
from html import unescape
from pathlib import Path

import pytest

from benchmarks.browser import chromium, chromium_path, jupyter_lab, open_notebook, run_all
from effnet_lab.lessons import ask

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif(chromium_path() is None, reason="needs chromium"),
]

ROOT = Path(__file__).parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))

#: Rules of axe-core that a fragment of a page can satisfy or break.
AXE_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "best-practice"],
    "rules": {
        "region": {"enabled": False},  # the page around it is JupyterLab's
    },
}


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Serve the lessons, in either theme."""
    with ExitStack() as stack:

        @cache
        def address(dark):
            folder = tmp_path_factory.mktemp("dark" if dark else "light")
            shutil.copytree(ROOT / "notebooks", folder / "course" / "notebooks")
            (folder / "settings").mkdir()
            server = jupyter_lab(folder / "course", folder / "settings", dark)
            return stack.enter_context(server)

        yield address


@pytest.fixture(scope="module", params=LESSONS, ids=lambda path: path.stem)
def lesson(request, browser, lab):
    """A lesson after all its cells have run; the themes take turns."""
    address = lab(LESSONS.index(request.param) % 2 == 1)
    page = open_notebook(browser, address, f"notebooks/{request.param.name}")
    page.lesson = request.param
    print(f"{request.param.stem}: all cells run in {run_all(page, 240):.0f} s")
    yield page
    page.close()


@cache
def definitions():
    """Every widget of the lessons by name, without a browser."""
    from effnet_lab import load_data, recorded
    from effnet_lab.nn.pretrained import pretrained_lite0, probabilities_by_resolution
    from effnet_lab.training.photograph import photograph
    from effnet_lab.widgets import (
        RESOLUTIONS,
        conv_costs,
        kernel_steps,
        mbconv_explorer,
        pareto_explorer,
        resolution_probe,
        scaling_lab,
        training_monitor,
    )

    pictures = {side: photograph(side) for side in RESOLUTIONS}
    probe = resolution_probe(pictures, probabilities_by_resolution(pretrained_lite0(), pictures))
    explorer = pareto_explorer(recorded("scaling") + recorded("quick"))
    monitor = training_monitor(load_data("toy", quiet=True))
    panels = [
        conv_costs(),
        kernel_steps(),
        mbconv_explorer(),
        probe,
        scaling_lab(),
        explorer,
        monitor,
    ]
    return {panel.definition.controls.widget: panel.definition for panel in panels}


def reasons_in(path):
    """What the questions of a lesson tell with their answers, but for those that take something."""
    for name in re.findall(r'\bask\(\\"([^"\\]+)\\"\)', path.read_text("utf-8")):
        question = ask(name).question
        yield from filter(None, (question.why, *question.choices.values()))


class Widget:
    """One widget on the page."""

    def __init__(self, page, place):
        self.page = page
        self.root = page.locator(".effnet-panel").nth(place)
        self.root.scroll_into_view_if_needed()
        self.sliders = self.root.locator('input[type="range"]')

    @property
    def line(self):
        return self.root.locator(".effnet-state input").input_value()

    @property
    def shown(self):
        parts = (".effnet-summary", ".effnet-ledger", ".effnet-picture-place")
        return tuple(self.root.locator(part).inner_html() for part in parts)

    def await_change(self, before):
        for _ in range(60):
            if self.line != before:
                self.page.wait_for_timeout(250)  # until what follows a change is there too
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"nothing changed within 3 s; the state is still {before}")

    def agrees_with_python(self):
        """What is shown is what the package says of the state that is shown."""
        definition = definitions()[self.line.partition(":")[0]]
        view = definition.view(definition.controls.from_line(self.line))
        summary, ledger, _ = self.shown
        assert text_of(summary) == " ".join(view.summary.split())
        # A learner's own block has a column of its own at the end.
        for shown, wanted in zip(
            cells_of(ledger), cells_of(view.ledger._repr_html_()), strict=True
        ):
            assert shown[: len(wanted)] == wanted


def text_of(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def cells_of(table):
    rows = re.findall(r"<tr>(.*?)</tr>", table, flags=re.DOTALL)
    return [[text_of(cell) for cell in re.findall(r"<t[dh].*?</t[dh]>", row)] for row in rows]


def widgets(page):
    return [Widget(page, place) for place in range(page.locator(".effnet-panel").count())]


def test_lesson_shows_its_widgets(lesson):
    """As many as the notebook has twins, none of them with a problem."""
    cells = json.loads(lesson.lesson.read_text(encoding="utf-8"))["cells"]
    twins = sum("".join(cell["source"]).startswith("<!-- twin -->") for cell in cells)
    assert lesson.locator(".effnet-panel").count() == twins
    assert lesson.locator(".effnet-problem:not(:empty)").count() == 0
    assert lesson.locator("details.effnet-twin").count() == twins
    assert lesson.locator("details.effnet-twin[open]").count() == 0


def test_sliders_follow_keys(lesson):
    for widget in widgets(lesson):
        widget.agrees_with_python()
        for place in range(widget.sliders.count()):
            slider, before, picture = widget.sliders.nth(place), widget.line, widget.shown
            slider.focus()
            at_end = slider.input_value() == slider.get_attribute("max")
            lesson.keyboard.press("ArrowLeft" if at_end else "ArrowRight")
            widget.await_change(before)
            assert widget.shown != picture
            widget.agrees_with_python()


def test_sliders_follow_the_mouse(lesson):
    for widget in widgets(lesson):
        for place in range(widget.sliders.count()):
            slider, before = widget.sliders.nth(place), widget.line
            slider.scroll_into_view_if_needed()
            box = slider.bounding_box()
            here = float(slider.input_value()) / float(slider.get_attribute("max"))
            y, target = box["y"] + box["height"] / 2, 0.2 if here > 0.5 else 0.8
            lesson.mouse.move(box["x"] + 8 + here * (box["width"] - 16), y)
            lesson.mouse.down()
            lesson.mouse.move(box["x"] + target * box["width"], y, steps=6)
            lesson.mouse.up()
            widget.await_change(before)
            lesson.wait_for_timeout(300)
            widget.agrees_with_python()


def test_choices_and_reset(lesson):
    for widget in widgets(lesson):
        widget.root.locator("button", has_text="Reset").click()
        lesson.wait_for_timeout(400)
        start = widget.line
        controls = widget.root.locator("select")
        for place in range(controls.count()):
            options = controls.nth(place).locator("option").all_inner_texts()
            at_end = controls.nth(place).input_value() == options[-1]
            other = options[0 if at_end else -1]
            before = widget.line
            controls.nth(place).select_option(other)
            widget.await_change(before)
            widget.agrees_with_python()
            widget.root.locator("button", has_text="Reset").click()
            lesson.wait_for_timeout(400)
            assert widget.line == start


def test_pasted_state_is_taken_over_and_a_bad_one_refused(lesson):
    for widget in widgets(lesson):
        field, start = widget.root.locator(".effnet-state input"), widget.line
        field.fill("nonsense")
        field.press("Enter")
        problem = widget.root.locator(".effnet-problem")
        problem.filter(has_text="must begin with").wait_for()
        field.fill(start)
        field.press("Enter")
        problem.filter(has_text="must begin with").wait_for(state="detached")
        assert widget.line == start


def test_widgets_fit_a_laptop(lesson):
    """At 1280 x 860: nothing wider than its place, all of it on one screen."""
    for widget in widgets(lesson):
        box = widget.root.bounding_box()
        assert box["height"] <= 740
        wide = widget.root.evaluate(
            "e => [...e.querySelectorAll('*')].filter(c => "
            "c.getBoundingClientRect().right > e.getBoundingClientRect().right + 1 && "
            "!c.closest('.effnet-ledger')).map(c => c.outerHTML.slice(0, 200))"
        )
        assert wide == []


@pytest.mark.parametrize(
    "lesson",
    [path for path in LESSONS if "training_monitor" in path.read_text("utf-8")],
    indirect=True,
    ids=lambda path: path.stem,
)
def test_the_monitor_trains_stops_and_compares(lesson):
    root = lesson.locator(".effnet-training-monitor")
    status = root.locator(".effnet-summary")
    start, stop = (root.locator(f'button[data-action="{name}"]') for name in ("start", "stop"))

    def await_status(words, seconds=120):
        status.filter(has_text=words).wait_for(timeout=1000 * seconds)

    budget = root.get_by_role("slider", name="Budget")
    budget.focus()
    lesson.keyboard.press("Home")
    start.focus()
    lesson.keyboard.press("Enter")
    await_status("Run 1 is starting")
    assert start.get_attribute("aria-disabled") == "true"
    await_status("Run 1 trains")
    assert re.search(r"of .* pictures, .* left", root.locator(".effnet-progress").inner_text())
    await_status("Run 1 finished", 240)
    root.locator("label", has_text="Flip").click()
    start.click()
    await_status("Run 2 trains: no flip")
    stop.click()
    await_status("Run 2 stopped")
    rows = root.locator(".effnet-ledger tbody tr")
    assert rows.count() == 2
    assert "stopped" in rows.nth(1).inner_text()


def test_questions_answer_after_a_commit_only(lesson):
    """Nothing of it before, on the whole page; then it is there, with the guess in its place."""
    page = " ".join(lesson.locator(".jp-NotebookPanel").all_text_contents())
    assert [reason for reason in reasons_in(lesson.lesson) if reason in page] == []
    questions = lesson.locator(".effnet-card:has(form.effnet-answer)")
    for place in range(questions.count()):
        card = questions.nth(place)
        result, text = card.locator(".effnet-result"), card.locator("input[type=text]")
        assert result.inner_text() == ""
        if text.count():
            text.fill("3")
            text.press("Enter")
        else:
            card.locator("input[type=radio]").first.check()
            card.locator("button").first.click()
        result.filter(has_text=re.compile(r"\w")).wait_for(timeout=5000)


def test_outputs_are_accessible(lesson):
    axe = pytest.importorskip("axe_playwright_python")
    script = Path(axe.__file__).parent / "axe.min.js"
    lesson.evaluate(script.read_text(encoding="utf-8"))
    found = lesson.evaluate(
        "async (options) => (await axe.run({include: [['.jp-OutputArea-output']]}, options))"
        ".violations.map(v => [v.id, v.help, v.nodes.slice(0, 3).map(n => n.html.slice(0, 160))])",
        AXE_RULES,
    )
    assert found == []
