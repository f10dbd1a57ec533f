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
    output_values,
    weight,
)

render = DEFINITION.view
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
        one = layer(view.state["kind"], view.state["kernel"], view.state["stride"])
        values = [v for grid in output_values(one) for row in grid for v in row]
        assert sum(found) == values[view.state["position"] - 1]
        products = sum(t.count("·") for t in texts(view))
        assert products == one.macs // one.activations


def test_positions_beyond_the_last_settle_there():
    view = render(state(kind="depthwise", stride=2, position=75))
    assert view.state == state(kind="depthwise", stride=2, position=18)


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
        filled = [text for text in root.iter(f"{SVG}text") if float(text.get("x")) > 606]
        assert len(filled) == position
