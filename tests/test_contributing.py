"""The worked examples of CONTRIBUTING run; for that of a task see test_own_assignment."""

import re
from pathlib import Path

import pytest

from effnet_lab.arch import B0, cost
from effnet_lab.view.picture import Picture

TEXT = (Path(__file__).parent.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def names():
    """What the examples define."""
    defined = {}
    for code in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL):
        exec(code, defined)
    return defined


def test_the_plot_shows_all_macs(names):
    picture = names["stage_macs"](B0)
    assert isinstance(picture, Picture)
    assert sum(macs for _, macs in picture.rows) == cost(B0).macs


def test_the_widget_answers_its_slider(names):
    shown = {width: names["width_cost"](f"width-cost: width={width}").view for width in (0.5, 2)}
    assert shown[0.5]["summary"] != shown[2]["summary"]
