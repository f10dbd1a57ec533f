import re
from itertools import product
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from learner_blocks import Functional, RawParameters, learner_block
from torch import nn

from effnet_lab.arch.block import BlockSetting, single_block
from effnet_lab.blocks.feature_maps import step_maps, touched_pixels
from effnet_lab.training.photograph import photograph
from effnet_lab.view.diagrams import WIDTH, block_columns, block_diagram
from effnet_lab.view.style import format_count
from effnet_lab.widgets.mbconv.explorer import (
    CONTROLS,
    BlockMaps,
    definition,
    mbconv_explorer,
    setting_of,
    shown_channels,
)
from effnet_lab.widgets.mbconv.features import (
    calibrated_block,
    features_of,
    maps_of,
    photograph_features,
    picture_gates,
)

SVG = "{http://www.w3.org/2000/svg}"
STATES = [
    dict(zip(CONTROLS.by_name, values, strict=True))
    for values in product((1, 6), (3, 7), (1, 2), (True, False), (True, False))
]


@pytest.fixture(scope="module")
def features():
    torch.manual_seed(0)
    return torch.randn(1, 16, 12, 12)


@pytest.fixture(scope="module")
def widget(features):
    return definition(maps_of(None, features), 12)


def view(widget, **state):
    return widget.view(state)


def root(shown):
    return ElementTree.fromstring(shown.picture)


@pytest.mark.parametrize("state", STATES, ids=str)
def test_numbers_are_those_that_arch_computes(widget, state):
    shown = view(widget, **state)
    block, layers = single_block(setting_of(state), 12)
    params, macs = (sum(getattr(layer, what) for layer in layers) for what in ("params", "macs"))
    assert shown.ledger.rows[-1][3:] == (params, macs)
    assert f"{params:,} parameters, {format_count(macs)} MACs" in shown.summary
    assert (
        block.has_skip == ("with a skip" in shown.summary) == ("add input: none" not in shown.alt)
    )
    assert len(shown.ledger.rows) <= 10


@pytest.mark.parametrize("state", STATES, ids=str)
def test_every_step_is_drawn_with_its_shape_and_maps_or_is_said_to_be_missing(widget, state):
    shown = view(widget, **state)
    columns = block_columns(setting_of(state), 12)
    texts = [text.text for text in root(shown).iter(f"{SVG}text")]
    for column in columns:
        assert column.title in texts
        if column.missing:
            assert column.missing in texts
            assert f"{column.title}: none, {column.missing}" in shown.alt
        else:
            assert f"{column.channels} × {column.side} × {column.side}" in texts
    present = sum(not column.missing for column in columns)
    assert len(list(root(shown).iter(f"{SVG}image"))) == present
    assert ("skip" in texts) == setting_of(state).has_skip


def test_boxes_are_as_wide_as_their_channels_and_as_high_as_their_sides():
    drawing = ElementTree.fromstring(block_diagram(BlockSetting(32, 64, 4, 3, 2), 56))
    boxes = [r for r in drawing.iter(f"{SVG}rect") if r.get("fill") != "none"]
    widths = [float(box.get("width")) for box in boxes]
    heights = [float(box.get("height")) for box in boxes]
    assert [w / widths[1] for w in widths] == pytest.approx([1 / 4, 1, 1, 1, 1 / 2], abs=0.01)
    assert [h / heights[0] for h in heights] == pytest.approx([1, 1, 1 / 2, 1 / 2, 1 / 2], abs=0.01)


@pytest.mark.parametrize("state", STATES[:4], ids=str)
def test_titles_do_not_meet(state):
    titles = [c.title for c in block_columns(setting_of(state), 12)]
    # Bold letters are at most 0.62 of their height wide on average; columns are 126.8 apart.
    assert max(0.62 * 14 * len(title) for title in titles) <= (WIDTH - 126) / 5 + 6


def test_gates_are_written_into_the_maps(widget, features):
    maps = maps_of(None, features)(setting_of(CONTROLS.default)).maps
    texts = [t.text for t in root(view(widget)).iter(f"{SVG}text")]
    gates = maps["gates"].ravel()[shown_channels(96)]
    assert [text for text in texts if text.startswith("×")] == [f"×{gate:.2f}" for gate in gates]
    assert "6 of its feature maps" in view(widget).alt


def test_blocks_are_run_once_for_each_state(features):
    calls = []

    def source(setting):
        calls.append(setting)
        return BlockMaps({})

    shown = view(definition(source, 12))
    assert len(calls) == 1
    assert "feature maps" not in shown.alt
    one = maps_of(None, features)
    assert one(BlockSetting(16, 16, 6, 3, 1)) is one(BlockSetting(16, 16, 6, 3, 1))


# What each step gives


def reference(block, x):
    """The steps of the course's block, by its own parts."""
    wide = block.expand(x)
    spread = block.depthwise(wide)
    gated = block.squeeze_excite(spread)
    done = block.project(gated)
    found = {"input": x, "depthwise": spread, "project": done}
    found |= {} if isinstance(block.expand, nn.Identity) else {"expand": wide}
    if not isinstance(block.squeeze_excite, nn.Identity):
        found |= {"squeeze_excite": gated, "gates": block.squeeze_excite.gates(spread)}
    return found | ({"sum": x + done} if block.has_skip else {})


SETTINGS = (
    BlockSetting(16, 16, 6, 3, 1),
    BlockSetting(16, 24, 6, 5, 2),
    BlockSetting(16, 16, 1, 7, 1),
    BlockSetting(16, 24, 4, 3, 2, 0.0),
    BlockSetting(16, 16, 1, 3, 1, 0.0),
)


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_steps_seen_from_outside_are_those_of_the_blocks_own_parts(setting, features):
    block = calibrated_block(setting, features)
    with torch.no_grad():
        expected = reference(block, features)
    found = step_maps(block, setting, features)
    assert found.keys() == expected.keys()
    for step, maps in found.items():
        np.testing.assert_allclose(maps, expected[step][0].numpy(), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
@pytest.mark.parametrize("cls", [learner_block(), Functional], ids=["modules", "functions"])
def test_a_learners_right_block_shows_the_same_maps_and_parameters(cls, setting, features):
    ours, theirs = maps_of(None, features)(setting), maps_of(cls, features)(setting)
    assert theirs.note == ""
    assert theirs.maps.keys() == ours.maps.keys()
    for step, maps in theirs.maps.items():
        np.testing.assert_allclose(maps, ours.maps[step], rtol=1e-3, atol=1e-4)
    _, layers = single_block(setting, 12)
    assert theirs.columns["your parameters"] == [layer.params for layer in layers]


def test_a_block_with_other_weights_shows_its_own_maps_and_says_so(features):
    cls = learner_block(("int(in_channels * se_ratio)", "int(wide * se_ratio)"))
    shown = view(definition(maps_of(cls, features), 12))
    assert "other weights" in shown.summary
    assert len(list(root(shown).iter(f"{SVG}image"))) == 6
    assert "your parameters" in shown.ledger.columns


def test_an_error_in_the_learners_block_is_shown_in_words(features):
    class Broken(nn.Module):
        def __init__(self, *numbers):
            raise KeyError("wide")

    for cls in (Broken, RawParameters, lambda *numbers: 3):
        shown = view(definition(maps_of(cls, features), 12))
        assert "Your block: " in shown.summary
        assert not list(root(shown).iter(f"{SVG}image"))
        assert len(shown.ledger.rows) == 9


def test_a_block_whose_convolutions_cannot_be_told_is_refused(features):
    with pytest.raises(ValueError, match=r"calls 0 convolution modules; 5 were expected: expand,"):
        step_maps(RawParameters(16, 16, 6, 3, 1, 0.25, 0), SETTINGS[0], features)


def test_looking_leaves_the_block_as_it_was(features):
    block = calibrated_block(SETTINGS[0], features).train()
    before = {name: value.clone() for name, value in block.state_dict().items()}
    step_maps(block, SETTINGS[0], features)
    assert block.training
    assert all(torch.equal(before[name], value) for name, value in block.state_dict().items())


def test_the_features_are_those_of_a_real_photograph():
    features = photograph_features()
    assert features.shape == (1, 16, 56, 56)
    assert torch.equal(features, features_of(photograph(112)))
    assert not torch.equal(features, features_of(255 - photograph(112)))


def test_the_seed_decides_the_weights_and_nothing_outside_changes(features):
    state = torch.random.get_rng_state()
    one, same, other = (calibrated_block(SETTINGS[0], features, seed) for seed in (1, 1, 2))
    assert torch.equal(one(features), same(features))
    assert not torch.equal(one(features), other(features))
    assert torch.equal(torch.random.get_rng_state(), state)


def test_a_changed_pixel_reaches_as_far_as_the_kernel_and_with_gates_everywhere(features):
    block = calibrated_block(BlockSetting(16, 24, 6, 5, 1), features)
    assert touched_pixels(block.expand, features) == 1
    assert touched_pixels(lambda x: block.depthwise(block.expand(x)), features) == 25
    assert touched_pixels(block, features) == 144


def test_gates_of_pictures_are_those_of_one_block():
    photo = photograph(32)
    gates = picture_gates(SETTINGS[0], {"a": photo, "same": photo, "negative": 255 - photo})
    assert gates["a"].shape == (96, 1, 1)
    assert np.array_equal(gates["a"], gates["same"])
    assert np.abs(gates["a"] - gates["negative"]).max() > 0.05


# In the browser


def test_the_widget_begins_with_a_pasted_state_and_hides_what_it_is_told():
    line = "mbconv-explorer: expand=4 kernel=5 stride=2 se=no skip=no"
    panel = mbconv_explorer(state=line, hide=("stride",))
    assert panel.line == line
    assert [control["name"] for control in panel.controls] == ["expand", "kernel", "se", "skip"]
    panel.answer({"state": {**panel.state, "expand": 1}, "serial": 1})
    assert "16 → 16 → 24" in panel.view["summary"]
    assert "16 → 24 channels, expand 1, 5x5, stride 2, no SE" in panel.view["ledger"]


def test_the_widget_takes_a_learners_class():
    panel = mbconv_explorer(learner_block())
    assert "your parameters" in panel.view["ledger"]
    assert re.search(r'aria-label="[^"]{50,}"', panel.view["picture"])
