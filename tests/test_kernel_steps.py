from itertools import product
from xml.etree import ElementTree

import pytest
import torch
from torch.nn import functional as F

from effnet_lab.arch.convolution import Convolution
from effnet_lab.widgets.kernel_steps import (
    CONTROLS,
    DEFINITION,
    INPUTS,
    OUTPUTS,
    PICTURE,
    SIDE,
    kernel_steps,
    output_values,
    render,
    weight,
)

SVG = "{http://www.w3.org/2000/svg}"
KINDS = ("standard", "depthwise", "pointwise")


def state(**changes):
    return CONTROLS.check(changes)


def layer(kind, kernel, stride) -> Convolution:
    if kind == "depthwise":
        return Convolution(INPUTS, INPUTS, kernel, SIDE, stride, groups=INPUTS)
    return Convolution(INPUTS, OUTPUTS, 1 if kind == "pointwise" else kernel, SIDE, stride)


LAYERS = list(product(KINDS, (1, 3, 5), (1, 2)))
STATES = [
    state(kind=kind, kernel=kernel, stride=stride, position=position)
    for kind, kernel, stride in LAYERS
    for position in CONTROLS.by_name["position"].values
]


@pytest.mark.parametrize("of", LAYERS)
def test_the_outputs_are_those_of_torch(of):
    one = layer(*of)
    picture = torch.tensor(PICTURE, dtype=torch.float32)[None]
    rows = range(one.kernel)
    weights = torch.tensor(
        [
            [
                [
                    [weight(o, o if one.groups > 1 else c, row, column) for column in rows]
                    for row in rows
                ]
                for c in range(one.in_channels // one.groups)
            ]
            for o in range(one.out_channels)
        ],
        dtype=torch.float32,
    )
    wanted = F.conv2d(picture, weights, None, one.stride, one.kernel // 2, groups=one.groups)
    assert torch.equal(torch.tensor(output_values(one), dtype=torch.float32)[None], wanted)


@pytest.mark.parametrize("of", LAYERS)
def test_the_last_position_has_the_macs_of_arch(of):
    kind, kernel, stride = of
    one = layer(*of)
    last = CONTROLS.by_name["position"].values[-1]
    view = render(state(kind=kind, kernel=kernel, stride=stride, position=last))
    rows = {row[0]: row[1] for row in view.ledger.rows}
    assert rows["MACs so far"] == rows["MACs in all"] == one.macs
    assert rows["weights"] == one.params
    assert rows["positions, one output value each"] == one.activations
    assert view.values["position"] == f"{one.activations} of {one.activations}"


def texts(view):
    return [text.text or "" for text in ElementTree.fromstring(view.picture).iter(f"{SVG}text")]


def sums(view):
    """Work out what is spelt out: products with their signs, and what stands behind each =."""
    lines = " ".join(t for t in texts(view) if "·" in t)
    words = lines.replace("−", "-").replace("- ", "-").replace("+ ", "").split()
    found, said, total = [], [], 0
    for before, word in zip(["", *words], words, strict=False):
        if "·" in word:
            value, weight_of_it = word.split("·")
            total += int(value) * int(weight_of_it)
        elif before == "=":
            found.append(total)
            said.append(int(word))
            total = 0
    return found, said


def test_what_is_spelt_out_adds_up_to_the_output():
    for at in STATES[::7]:
        view = render(at)
        found, said = sums(view)
        assert found == said
        settled = view.state or at
        one = layer(settled["kind"], settled["kernel"], settled["stride"])
        values = [v for grid in output_values(one) for row in grid for v in row]
        assert sum(found) == values[settled["position"] - 1]
        products = sum(t.count("·") for t in texts(view))
        assert products == one.macs // one.activations


def test_every_state_is_well_formed_and_described():
    for at in STATES:
        view = render(at)
        root = ElementTree.fromstring(view.picture)
        assert root.get("role") == "img"
        assert root.get("aria-label") == view.alt
        assert len(view.alt) > 40


def test_what_is_shown_fits_the_picture():
    for at in STATES:
        root = ElementTree.fromstring(render(at).picture)
        _, _, width, height = map(float, root.get("viewBox").split())
        assert float(root.get("font-size")) >= 12 * width / 700
        for box in root.iter(f"{SVG}rect"):
            x, y, wide, high = (float(box.get(name)) for name in ("x", "y", "width", "height"))
            assert x >= 0
            assert y >= 0
            assert x + wide <= width
            assert y + high <= height


def test_rendering_is_pure():
    for at in STATES[::11]:
        before = dict(at)
        assert render(at) == render(at)
        assert at == before


@pytest.mark.parametrize("name", CONTROLS.by_name)
def test_state_lines_go_round(name):
    control = CONTROLS.by_name[name]
    for value in getattr(control, "values", None) or control.options:
        at = state(**{name: value})
        assert CONTROLS.from_line(CONTROLS.to_line(at)) == at


def test_positions_beyond_the_last_settle_there():
    view = render(state(kind="depthwise", stride=2, position=75))
    assert view.state == state(kind="depthwise", stride=2, position=18)
    assert render(view.state).state is None


def test_pointwise_settles_to_a_single_pixel():
    view = render(state(kind="pointwise", kernel=5))
    assert view.state["kernel"] == 1
    assert view.values["kernel"] == "1 (pointwise)"


def test_a_depthwise_output_uses_its_own_channel_only():
    view = render(state(kind="depthwise", position=26))
    assert "Output 2, row 1, column 1" in view.summary
    assert "Input 2:" in view.alt
    assert "nput 1" not in view.alt


def test_outputs_appear_as_they_are_computed():
    for position in (1, 13, 75):
        root = ElementTree.fromstring(render(state(position=position)).picture)
        filled = [t for t in root.iter(f"{SVG}text") if float(t.get("x")) > 606 and t.text]
        # Beside the values there is the name of the column.
        assert len([t for t in filled if t.get("text-anchor") == "middle"]) == position


def test_the_panel_steps_on():
    panel = kernel_steps("kernel-steps: position=3", hide=["stride"])
    panel.answer({"state": {**panel.state, "position": 4}, "serial": 1})
    assert panel.line == "kernel-steps: position=4 kind=standard kernel=3 stride=1"
    assert [control["name"] for control in panel.controls] == ["position", "kind", "kernel"]
    assert "<table>" in DEFINITION.static_html(panel.state)
