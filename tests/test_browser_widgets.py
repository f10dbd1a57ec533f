"""What every widget does in a real JupyterLab: keys, a lost kernel, the notebook around it."""

import json
from contextlib import contextmanager

import pytest

from benchmarks.browser import chromium, chromium_path, jupyter_lab, open_notebook, run_all

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif(chromium_path() is None, reason="needs chromium"),
]

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
STEPS = "from effnet_lab.widgets import kernel_steps\nkernel_steps()"
COSTS = "from effnet_lab.widgets import conv_costs\nconv_costs()"
LAB = "from effnet_lab.widgets import scaling_lab\nscaling_lab()"
CARD = """from effnet_lab.lessons.question_card import QuestionCard
from effnet_lab.lessons.questions import predict, quiz
"""
GUESS = CARD + "QuestionCard('guess', predict('How many?', answer=97.8, unit='x'))"
QUIZ = (
    CARD
    + """choices = {"α": "Yes, once.", "β": "No, twice."}
QuestionCard("quiz", quiz("Which?", answer="α", choices=choices))"""
)
GONE = "gone: run this cell again"


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@contextmanager
def page_of(browser, folder, *cells):
    """A page with a notebook of these cells, all of them run."""
    code = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    notebook = {
        "cells": [{**code, "id": f"c{n}", "source": cell} for n, cell in enumerate(cells)],
        "metadata": {"kernelspec": KERNEL},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (folder / "course").mkdir()
    (folder / "settings").mkdir()
    (folder / "course" / "cells.ipynb").write_text(json.dumps(notebook))
    with jupyter_lab(folder / "course", folder / "settings") as address:
        page = open_notebook(browser, address, "cells.ipynb")
        run_all(page, 120)
        yield page
        page.close()


def menu(page, name, item):
    page.click(f'.lm-MenuBar-item:has-text("{name}")')
    page.click(f'.lm-Menu-item:has-text("{item}") >> nth=0')


def restart(page):
    menu(page, "Kernel", "Restart Kernel")
    page.locator('.jp-Dialog button:has-text("Restart")').last.click()


def cell(page, number):
    return page.locator(".jp-CodeCell").nth(number)


def prompt(page, number):
    return cell(page, number).locator(".jp-InputPrompt").inner_text()


def await_line(panel, words):
    """Until the state of a widget has certain words."""
    place = panel.locator(".effnet-state input")
    for _ in range(100):
        if words in place.input_value():
            return
        panel.page.wait_for_timeout(100)
    raise AssertionError(f"{place.input_value()} does not have {words!r}")


def test_twenty_presses_are_twenty_steps_under_a_busy_kernel(browser, tmp_path):
    """30 ms apart, as a key held down; and what is dragged meanwhile stays where it was put."""
    with page_of(browser, tmp_path, STEPS, COSTS, LAB, "import time; time.sleep(3)") as page:
        for number, last in enumerate(("position=21", "in_channels=672", "width=1.5")):
            panel = cell(page, number).locator(".effnet-panel")
            slider = panel.locator('input[type="range"]').first
            slider.focus()
            page.keyboard.press("Home")
            page.wait_for_timeout(600)
            cell(page, 3).locator(".jp-InputArea-editor").click()
            page.keyboard.press("Control+Enter")
            slider.focus()
            for _ in range(20):
                page.keyboard.press("ArrowRight")
                page.wait_for_timeout(30)
            assert slider.input_value() == "20"
            await_line(panel, last)
            assert slider.input_value() == "20"


def test_a_slider_does_not_jump_back_while_it_is_dragged(browser, tmp_path):
    with page_of(browser, tmp_path, STEPS) as page:
        slider = page.locator('input[type="range"]').first
        slider.scroll_into_view_if_needed()
        slider.evaluate(
            "e => { e.seen = []; const own = Object.getOwnPropertyDescriptor("
            "HTMLInputElement.prototype, 'value'); Object.defineProperty(e, 'value', {"
            "get() { return own.get.call(this); },"
            "set(v) { this.seen.push([Number(own.get.call(this)), Number(v)]); "
            "own.set.call(this, v); }}); }"
        )
        box = slider.bounding_box()
        y = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + 0.2 * box["width"], y)
        page.mouse.down()
        for step in range(40):
            page.mouse.move(box["x"] + (0.2 + 0.015 * step) * box["width"], y)
            page.wait_for_timeout(15)
        page.mouse.up()
        page.wait_for_timeout(1500)
        written = slider.evaluate("e => e.seen")
        assert [pair for pair in written if pair[0] != pair[1]] == []


def test_after_a_commit_shift_enter_runs_the_next_cell(browser, tmp_path):
    with page_of(browser, tmp_path, GUESS, "1 + 1", QUIZ, "2 + 2") as page:
        guess = cell(page, 0).locator("input[type=text]")
        guess.fill("90")
        guess.press("Enter")
        cell(page, 0).locator(".effnet-result", has_text="You said").wait_for()
        before, own = prompt(page, 1), prompt(page, 0)
        page.keyboard.press("Shift+Enter")
        page.wait_for_function(
            "before => document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')[1].innerText"
            " !== before",
            arg=before,
        )
        assert prompt(page, 0) == own
        # A quiz can be tried again: focus stays, until Shift+Enter goes on.
        choice = cell(page, 2).locator("input[type=radio]").first
        choice.focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        cell(page, 2).locator(".effnet-result", has_text="α").wait_for()
        assert choice.evaluate("e => e === document.activeElement")
        before = prompt(page, 3)
        page.keyboard.press("Shift+Enter")
        page.wait_for_function(
            "before => document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')[3].innerText"
            " !== before",
            arg=before,
        )


def test_a_restarted_kernel_is_told_of_and_guesses_survive(browser, tmp_path):
    with page_of(browser, tmp_path, STEPS, LAB, GUESS, QUIZ) as page:
        errors = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        guess = cell(page, 2).locator("input[type=text]")
        guess.fill("90")
        guess.press("Enter")
        cell(page, 2).locator(".effnet-result", has_text="You said 90.0 x").wait_for()
        restart(page)
        for number in range(4):
            cell(page, number).locator(".effnet-problem", has_text=GONE).wait_for()
        cell(page, 0).locator('input[type="range"]').first.press("ArrowRight")
        cell(page, 3).locator("input[type=radio]").first.check()
        cell(page, 3).locator("form button").click()
        page.wait_for_timeout(300)
        assert GONE in cell(page, 3).locator(".effnet-problem").inner_text()
        assert errors == []
        cell(page, 2).locator(".jp-InputArea-editor").click()
        page.keyboard.press("Control+Enter")
        cell(page, 2).locator(".effnet-result", has_text="You said 90.0 x").wait_for()
        assert cell(page, 2).locator("input[type=text]").input_value() == "90"


def test_a_notebook_opened_again_without_its_kernel_says_what_to_do(browser, tmp_path):
    with page_of(browser, tmp_path, STEPS, GUESS) as page:
        lost = page.locator(".effnet-lost")
        assert lost.count() == 2
        assert not any(note.is_visible() for note in lost.all())
        menu(page, "File", "Save Notebook")
        page.wait_for_timeout(1500)
        restart(page)
        page.wait_for_timeout(1500)
        page.reload()
        page.wait_for_selector(".effnet-lost")
        page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
        assert all("run this cell again" in note.inner_text() for note in lost.all())
        assert all(note.is_visible() for note in lost.all())


def test_two_notebooks_open_at_once_keep_their_hatching(browser, tmp_path):
    """Each pattern is found in its own picture, though the same one is open in another tab."""
    bars = "from effnet_lab import B0, cost\nfrom effnet_lab.view import cost_bars\n"
    bars += "cost_bars(cost(B0))"
    with page_of(browser, tmp_path, bars, bars) as page:
        course = tmp_path / "course"
        (course / "other.ipynb").write_text((course / "cells.ipynb").read_text())
        page.locator(".jp-DirListing-item", has_text="other.ipynb").dblclick()
        page.wait_for_selector("#jp-main-dock-panel .lm-TabBar-tab:has-text('other.ipynb')")
        page.wait_for_timeout(3000)
        for _ in range(2):
            page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").first.click()
            menu(page, "Run", "Run All Cells")
            page.wait_for_timeout(3000)
        page.wait_for_function("document.querySelectorAll('.effnet-picture svg').length === 4")
        foreign = page.evaluate(
            "() => [...document.querySelectorAll('.effnet-picture svg')].flatMap(svg => "
            '[...svg.outerHTML.matchAll(/(?:url\\(|href=")#([^)"]+)/g)].map(m => m[1])'
            ".filter(id => document.getElementById(id)?.closest('svg') !== svg))"
        )
        assert foreign == []
        ids = page.evaluate(
            "() => [...document.querySelectorAll('.jp-OutputArea [id]')].map(e => e.id)"
        )
        assert len(ids) == len(set(ids)) > 0
