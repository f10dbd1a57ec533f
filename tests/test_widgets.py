"""What every widget promises, for each that there is."""

import random
import re
from functools import cache
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from drawings import SVG, placed
from test_pareto_explorer import MINE, QUICK

import tiny
from effnet_lab.lessons.twins import MARK, twins
from effnet_lab.view import style, svg
from effnet_lab.widgets import (
    conv_costs,
    kernel_steps,
    pareto_explorer,
    resolution_probe,
    scaling_lab,
    training_monitor,
)
from effnet_lab.widgets.mbconv.explorer import definition as mbconv_definition
from effnet_lab.widgets.mbconv.features import maps_of
from effnet_lab.widgets.panel import Panel


@cache
def _mbconv():
    x = torch.randn(1, 16, 12, 12, generator=torch.Generator().manual_seed(0))
    return mbconv_definition(maps_of(None, x), 12)


SIDES = (32, 224, 320)
PICTURES = {side: np.full((3, side, side), side % 256, np.uint8) for side in SIDES}
PROBABILITIES = {side: {"cat": 32 / side / 2, "dog": side / 1000} for side in SIDES}

#: Each takes a state line and names of controls to hide, as all widgets do.
PANELS = {
    "conv-costs": conv_costs,
    "kernel-steps": kernel_steps,
    "mbconv-explorer": lambda *args: Panel(_mbconv(), *args),
    "resolution-probe": lambda *args: resolution_probe(PICTURES, PROBABILITIES, *args),
    "scaling-lab": scaling_lab,
    "pareto-explorer": lambda *args: pareto_explorer(QUICK, MINE, *args),
    "training-monitor": lambda state="", hide=(): training_monitor(
        tiny.data(), tiny.NET, state=state, hide=hide
    ),
}


@pytest.fixture(scope="module", params=PANELS)
def make(request):
    return PANELS[request.param]


@pytest.fixture(scope="module")
def widget(make):
    return make().definition


def values_of(control):
    return getattr(control, "values", None) or getattr(control, "options", (True, False))


def moves(widget):
    """Each control moved to about twelve of its values from the default: (name, state)."""
    for name, control in widget.controls.by_name.items():
        values = values_of(control)
        for value in dict.fromkeys((*values[:: 1 + len(values) // 12], values[-1])):
            yield name, {**widget.controls.default, name: value}


def states(widget):
    """States in which everything is moved at once, beside those of `moves`."""
    chance, controls = random.Random(0), widget.controls.by_name
    found = [state for _, state in moves(widget)]
    for _ in range(20):
        found.append({name: chance.choice(values_of(c)) for name, c in controls.items()})
    return found


def shown(view):
    return view.picture, view.summary, repr(view.ledger), dict(view.values)


def test_a_state_survives_as_a_line(widget):
    controls = widget.controls
    for state in [controls.default, *states(widget)]:
        line = controls.to_line(state)
        assert line.startswith(f"{controls.widget}: ")
        assert "\n" not in line
        assert controls.from_line(line) == state


def test_a_settled_state_is_left_alone(widget):
    for state in states(widget):
        settled, _ = widget.settle(widget.controls.check(state), "")
        assert widget.settle(settled, "") == (settled, "")
        assert settled.keys() == widget.controls.default.keys()


def test_rendering_is_pure(widget):
    for state in states(widget)[::3]:
        before = dict(state)
        assert widget.view(state) == widget.view(state)
        assert state == before


def test_no_two_states_look_the_same(widget):
    views = [widget.view(state, name) for name, state in moves(widget)]
    different = {widget.controls.to_line(view.state): shown(view) for view in views}
    assert len({str(one) for one in different.values()}) == len(different)


def test_the_picture_is_described_and_fits_its_box(widget):
    for state in states(widget):
        view = widget.view(state)
        root = ElementTree.fromstring(view.picture)
        assert (root.get("role"), root.get("aria-label")) == ("img", view.alt)
        assert len(view.alt) > 40
        _, _, width, height = map(float, root.get("viewBox").split())
        size = float(root.get("font-size"))
        assert size >= 12 * width / 700
        for element, x, y in placed(root):
            left = x + float(element.get("x", 0))
            if element.tag == f"{SVG}text":
                # Letters are three fifths of their height wide, on average.
                long = 0.6 * size * len("".join(element.itertext()))
                left -= {"middle": 0.5, "end": 1}.get(element.get("text-anchor"), 0) * long
                assert -12 <= left <= left + long <= width + 12, "".join(element.itertext())
                assert 0 < y + float(element.get("y")) <= height
            elif element.tag == f"{SVG}rect":
                assert 0 <= left <= left + float(element.get("width")) <= width
                assert 0 <= y + float(element.get("y")) < height


def test_colours_are_those_of_the_course(widget):
    looks = (*style.FAMILIES.values(), *style.KIND_LOOKS.values(), style.PLAIN_BAR)
    known = {getattr(look, "colour", None) or look.tint for look in looks}
    known |= {style.INK, style.PAPER, style.PATTERN, style.NEUTRAL}
    for state in states(widget)[::5]:
        picture = widget.view(state).picture
        assert {*re.findall(r'(?:fill|stroke)="(#\w+)"', picture)} <= known
        assert {*re.findall(r"var\(.*?\)\)", picture)} <= {svg.PAGE}


def test_sentence_and_table_say_it_too(widget):
    for state in states(widget)[::3]:
        view = widget.view(state)
        assert re.search(r"\d.*\.$", view.summary)
        assert view.ledger.rows
        assert view.ledger.caption
        assert {len(row) for row in view.ledger.rows} == {len(view.ledger.columns)}
        assert view.values.keys() <= widget.controls.by_name.keys()


def test_a_page_without_a_kernel_has_its_twin(make):
    panel = make()
    data = panel._repr_mimebundle_()
    page = (data[0] if isinstance(data, tuple) else data)["text/html"]
    assert panel.line.replace("'", "&#x27;") in page
    view = panel.definition.view(panel.state)
    cells = [{"id": "it", "outputs": [{"data": {"text/html": page}}]}, {"id": "x", "source": MARK}]
    (twin,) = twins(cells, "00_lesson")
    assert view.alt in twin.markdown
    assert view.summary in twin.markdown
    assert view.ledger._repr_html_() in twin.markdown
    assert "background: white" in ElementTree.fromstring(twin.picture).get("style")


def test_every_control_has_its_label_in_reading_order(make):
    panel = make()
    names = list(panel.definition.controls.by_name)
    assert [control["name"] for control in panel.controls] == names
    assert all(control["label"] for control in panel.controls)
    assert panel.title == panel.definition.title
    hidden = make("", names[:1])
    assert [control["name"] for control in hidden.controls] == names[1:]
    assert hidden.line == panel.line
    with pytest.raises(ValueError, match="'zoom' is not a control"):
        make("", ["zoom"])


def test_it_begins_with_a_line_and_goes_where_it_is_told(make, widget):
    for name, state in list(moves(widget))[::7]:
        line = widget.controls.to_line(widget.view(state).state)
        assert make(line).line == line
        panel = make()
        changes = [[name, state[name]]]
        panel.answer({"serial": 3, "state": panel.state, "changes": changes})
        assert panel.view["serial"] == 3
        assert panel.state == widget.view(state, name).state
        panel.answer({"serial": 4, "line": line})
        assert (panel.line, panel.view["error"]) == (line, "")


def test_what_is_not_valid_is_refused_with_value_and_range(make, widget):
    panel, start = make(), widget.controls.widget
    before = {**panel.view, "serial": 1}
    for name, control in widget.controls.by_name.items():
        first = values_of(control)[0]
        wanted = "yes or no" if isinstance(first, bool) else f"{first}"
        wanted = wanted.removesuffix(".0")
        reason = rf"{name} is '?98765'?; it must be .*{re.escape(wanted)}"
        with pytest.raises(ValueError, match=reason):
            make(f"{start}: {name}=98765")
        panel.answer({"serial": 1, "line": f"{start}: {name}=98765"})
        assert re.match(reason, panel.view["error"])
        assert panel.view == {**before, "error": panel.view["error"]}
    with pytest.raises(ValueError, match=f"must begin with '{start}:'"):
        make("demo: x=1")
    with pytest.raises(ValueError, match=f"'zoom' is not a control of {start}; there are: "):
        make(f"{start}: zoom=1")
