from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from effnet_lab.arch import LITE0, cost
from effnet_lab.view.style import format_count
from effnet_lab.widgets.resolution_probe import RESOLUTIONS, definition

SVG = "{http://www.w3.org/2000/svg}"
PROBABILITIES = {
    32: {"cat": 0.5, "dog": 0.25},
    224: {"dog": 0.625, "cat": 0.0},
    320: {"cat": 0.05, "dog": 0.1},
}
PICTURES = {side: np.full((3, side, side), side % 256, np.uint8) for side in PROBABILITIES}


@pytest.fixture
def probe():
    return definition(PICTURES, PROBABILITIES)


def view(probe, resolution):
    return probe.view({"resolution": resolution})


def bars(shown):
    """Return name -> width of each class's bar in the drawing."""
    root = ElementTree.fromstring(shown.picture)
    names = [t.text for t in root.iter(f"{SVG}text") if t.get("text-anchor") == "end"]
    # The first of the two rectangles of each class is its full length.
    widths = [float(r.get("width")) for r in root.iter(f"{SVG}rect")]
    return dict(zip(names, zip(widths[::2], widths[1::2], strict=True), strict=True))


def test_it_begins_at_the_size_that_lite0_was_trained_at(probe):
    assert probe.controls.default == {"resolution": LITE0.resolution}
    assert probe.controls.to_line(probe.controls.default) == "resolution-probe: resolution=224"


def test_without_that_size_it_begins_at_the_largest():
    found = definition({32: PICTURES[32]}, {32: PROBABILITIES[32]})
    assert found.controls.default == {"resolution": 32}


@pytest.mark.parametrize("side", PROBABILITIES)
def test_bars_are_as_long_as_the_probabilities(probe, side):
    given = PROBABILITIES[side]
    wanted = {**given, "all other classes": 1 - sum(given.values())}
    found = {name: width / full for name, (full, width) in bars(view(probe, side)).items()}
    assert found == pytest.approx(wanted, abs=0.001)


def test_bars_keep_their_places():
    """Whatever order the probabilities come in at each resolution."""
    probe = definition(PICTURES, PROBABILITIES)
    orders = {tuple(bars(view(probe, side))) for side in PROBABILITIES}
    assert orders == {("dog", "cat", "all other classes")}


@pytest.mark.parametrize("side", PROBABILITIES)
def test_the_price_is_that_of_lite0_at_this_resolution(probe, side):
    macs = format_count(cost(replace(LITE0, resolution=side)).macs)
    shown = view(probe, side)
    assert f"{macs} MACs" in shown.summary
    assert f"{macs} MACs" in shown.picture
    assert f"{macs} MACs" in shown.values["resolution"]
    assert f"{macs} MACs" in shown.ledger.caption


def test_the_summary_names_the_most_probable_class_and_says_by_how_much(probe):
    assert "finds cat most probable of the classes named (50.0%)" in view(probe, 32).summary
    assert "finds dog most probable of the classes named (62.5%)" in view(probe, 224).summary


def test_the_ledger_is_the_data(probe):
    assert view(probe, 320).ledger.rows == (
        ("dog", "10.0%"),
        ("cat", "5.0%"),
        ("all other classes", "85.0%"),
    )


def test_the_photograph_is_shown_and_the_probabilities_are_said(probe):
    shown = view(probe, 224)
    assert "dog 62.5%" in shown.alt
    [image] = ElementTree.fromstring(shown.picture).iter(f"{SVG}image")
    assert image.get("href").startswith("data:image/jpeg;base64,")


def test_the_lessons_resolutions_have_the_training_size_among_them():
    assert LITE0.resolution in RESOLUTIONS
    assert (RESOLUTIONS[0], RESOLUTIONS[-1]) == (96, 320)


def test_pictures_and_probabilities_must_belong_together():
    with pytest.raises(ValueError, match=r"resolutions \[32, 224, 320\].*for \[32\]"):
        definition(PICTURES, {32: {}})
    with pytest.raises(ValueError, match="one at least"):
        definition({}, {})
    with pytest.raises(ValueError, match=r"picture for 64 has shape \(3, 32, 32\)"):
        definition({64: PICTURES[32]}, {64: {"cat": 1.0}})
