"""The shell that widgets share, without a browser."""

import re

import pytest

from effnet_lab.view.tables import Table
from effnet_lab.widgets.panel import Choice, Controls, Definition, Panel, Slider, Toggle, View

CONTROLS = Controls(
    "demo",
    Slider("kernel", "Kernel", (1, 3, 5), 3, "pixels"),
    Slider("width", "Width", (0.5, 1.0, 1.5), 1.0, free=True),
    Choice("base", "Base", ("B0", "CIFAR base"), "B0"),
    Toggle("skip", "Skip", True),
)


def render(state):
    kernel = state["kernel"]
    alt = f"A square of {kernel}"
    svg = f'<svg role="img" aria-label="{alt}" viewBox="0 0 10 10"></svg>'
    return View(svg, alt, f"The kernel is {kernel}.", Table("Kernel", ("side",), ((kernel,),)))


DEFINITION = Definition("Demo", CONTROLS, render)


@pytest.mark.parametrize(
    "state",
    [
        {"kernel": 1, "width": 0.5, "base": "B0", "skip": False},
        {"kernel": 5, "width": 1.25, "base": "CIFAR base", "skip": True},
    ],
)
def test_state_survives_as_a_line(state):
    line = CONTROLS.to_line(state)
    assert "\n" not in line
    assert CONTROLS.from_line(line) == state


def test_line_may_leave_things_out():
    assert CONTROLS.from_line("") == CONTROLS.default
    assert CONTROLS.from_line("demo: kernel=5") == {**CONTROLS.default, "kernel": 5}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("other: kernel=3", "must begin with 'demo:'"),
        ("kernel=3", "must begin with 'demo:'"),
        ("demo: kernel", "'kernel' is not a setting; write name=value"),
        ("demo: depth=3", "'depth' is not a control of demo; there are: kernel, width"),
        ("demo: kernel=4", "kernel is 4; it must be one of 1, 3, 5"),
        ("demo: kernel=wide", "kernel is 'wide'; it must be one of 1, 3, 5"),
        ("demo: width=nan", "width is nan; it must be from 0.5 to 1.5"),
        ("demo: width=1.6", "width is 1.6; it must be from 0.5 to 1.5"),
        ("demo: base=B9", "base is 'B9'; it must be one of B0, CIFAR base"),
        ("demo: skip=maybe", "skip is 'maybe'; it must be yes or no"),
        ("demo: base='CIFAR", "No closing quotation"),
    ],
)
def test_bad_lines_are_refused_with_the_reason(line, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        CONTROLS.from_line(line)


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"kernel": True}, "kernel is True"),
        ({"skip": 1}, "skip is 1; it must be yes or no"),
        ({"depth": 1}, "'depth' is not a control"),
    ],
)
def test_bad_states_are_refused(state, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        CONTROLS.check(state)


def test_a_widget_may_settle_on_another_state_and_say_so():
    def settle(state, changed):
        note = "" if state["kernel"] == 1 else f"{changed or 'nothing'} was moved."
        return {**state, "kernel": 1}, note

    panel = Panel(Definition("Demo", CONTROLS, render, settle), "demo: kernel=5")
    assert panel.state["kernel"] == 1
    assert panel.view["summary"] == "nothing was moved. The kernel is 1."
    panel.answer({"state": panel.state, "changes": [["kernel", 3]]})
    assert panel.view["summary"] == "kernel was moved. The kernel is 1."


def test_moves_that_waited_are_made_in_their_order():
    """As if each had been answered before the next."""

    def settle(state, changed):
        return ({**state, "kernel": 5} if changed == "width" else state), ""

    panel = Panel(Definition("Demo", CONTROLS, render, settle))
    panel.answer({"state": panel.state, "changes": [["width", 0.5], ["kernel", 1]]})
    assert panel.state == {**CONTROLS.default, "width": 0.5, "kernel": 1}
    panel.answer({"state": panel.state, "changes": [["kernel", 1], ["width", 1.5]]})
    assert panel.state == {**CONTROLS.default, "width": 1.5, "kernel": 5}
    panel.answer({"line": "demo: base='CIFAR base'", "changes": [["skip", False]]})
    assert panel.state == {**CONTROLS.default, "base": "CIFAR base", "skip": False}
    panel.answer({"serial": 7, "state": panel.state, "changes": [["kernel", 1], ["depth", 2]]})
    assert panel.view["error"].startswith("'depth' is not a control")
    assert (panel.state["kernel"], panel.view["serial"]) == (3, 7)


def test_views_of_next_steps_are_sent_and_not_shown():
    sent, panel = [], Panel(DEFINITION)
    panel.send = sent.append
    before = dict(panel.view)
    panel.answer({"ahead": [["kernel", 1], ["kernel", 5]], "state": panel.state, "of": 7})
    assert panel.view == before
    [message] = sent
    assert message["of"] == 7
    for (name, value, view), kernel in zip(message["ahead"], (1, 5), strict=True):
        assert (name, value) == ("kernel", kernel)
        panel.answer({"state": panel.state, "changes": [["kernel", kernel]]})
        assert view == panel.view


def test_a_picture_needs_its_words():
    with pytest.raises(ValueError, match="alt is empty"):
        View("<svg/>", " ", "x", Table("t", ("a",), ()))
