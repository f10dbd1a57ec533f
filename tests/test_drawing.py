import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from effnet_lab.view.plots.drawing import name_lines, name_rows, side_by_side, spread


def test_lines_with_a_label_are_named_at_their_ends():
    axes = Figure().add_subplot()
    axes.plot([1, 2], [3, 4], label="one")
    axes.plot([1, 2], [3, 4])
    axes.plot([1, 2], [5, 1], label="other")
    name_lines(axes)
    name_lines(axes)  # what was written before is replaced
    assert [(text.get_text(), text.xy) for text in axes.texts] == [
        ("one", (2, 4)),
        ("other", (2, 1)),
    ]


def test_panels_share_what_there_is():
    left, right = (axes.get_position() for axes in side_by_side(Figure(), (0.1, 0, 0.8, 1), 2, 0.1))
    assert (left.x0, left.x1, right.x0, right.x1) == pytest.approx((0.1, 0.45, 0.55, 0.9))


def test_the_first_row_is_on_top():
    axes = Figure().add_subplot()
    name_rows(axes, ["a", "b", "c"])
    assert [text.get_text() for text in axes.get_yticklabels()] == ["a", "b", "c"]
    assert axes.get_ylim() == pytest.approx((2.6, -0.6))


@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=9),
    st.floats(0.5, 10),
)
def test_spread_levels_keep_order_distance_and_bounds(levels, gap):
    placed = spread(levels, gap, -5, 105)
    order = np.argsort(levels, kind="stable")
    steps = np.diff(np.array(placed)[order])
    assert (steps >= gap - 1e-6).all()
    assert min(placed) >= -5 - 1e-6
    assert max(placed) <= 105 + 1e-6
    if (np.diff(np.array(levels)[order]) >= gap).all():
        assert placed == pytest.approx(levels)
