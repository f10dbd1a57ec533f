import re

import numpy as np
import pytest

from effnet_lab.training.photograph import photograph
from effnet_lab.view.plots.feature_maps import feature_maps, gate_marks, relu_damage

RANDOM = np.random.default_rng(0)


def maps(channels, side):
    return RANDOM.normal(size=(channels, side, side)).astype(np.float32)


def percent(text):
    return float(text.rstrip("%"))


def test_each_step_is_a_row_of_the_table_and_is_described():
    steps = {"input": maps(16, 8), "expand": maps(96, 8), "gates": maps(96, 1), "sum": maps(16, 8)}
    picture = feature_maps(steps)
    assert [row[:3] for row in picture.rows] == [
        ("input", 16, 8),
        ("expand", 96, 8),
        ("sum with the input", 16, 8),
    ]
    assert "expand, 96 × 8 × 8" in picture.alt
    assert picture.to_svg().count("<image") == 3


def test_the_table_says_what_share_is_below_zero():
    values = maps(4, 10)
    [row] = feature_maps({"project": values}).rows
    assert row[3] == pytest.approx(float(values.mean()), abs=5.1e-4)
    assert percent(row[4]) == pytest.approx(100 * (values < 0).mean(), abs=0.06)


def test_maps_without_contrast_and_a_single_channel_are_shown():
    picture = feature_maps({"expand": np.zeros((1, 4, 4), np.float32)}, "Nothing", shown=3)
    assert "Nothing" in picture.to_svg()


def test_no_maps_are_refused():
    with pytest.raises(ValueError, match="0 steps and 8 maps"):
        feature_maps({"gates": maps(4, 1)})


def test_gates_are_shown_in_the_order_of_the_first_picture():
    gates = {"one": np.array([0.9, 0.1, 0.5]), "other": np.array([0.3, 0.2, 0.5])}
    picture = gate_marks(gates)
    assert picture.columns == ("channel", "one", "other")
    assert picture.rows == ((1, 0.1, 0.2), (2, 0.5, 0.5), (0, 0.9, 0.3))
    assert "up to 0.60" in picture.to_svg()


def test_gates_of_different_blocks_are_refused():
    with pytest.raises(ValueError, match="one number of channels"):
        gate_marks({"one": np.zeros(3), "other": np.zeros(4)})


def test_relu_loses_less_the_more_channels_there_are_and_a_linear_map_nothing():
    picture = relu_damage(photograph(48), (3, 6, 24))
    lost, plain = zip(*(map(percent, row[1:]) for row in picture.rows), strict=True)
    assert [row[0] for row in picture.rows] == [3, 6, 24]
    assert lost[0] > 8 > lost[1] > 0.5 > lost[2]
    assert set(plain) == {0}
    assert re.search(r"Lost: \d+% at 3 channels", picture.alt)


def test_fewer_channels_than_colours_lose_even_without_relu():
    [row] = relu_damage(photograph(32), (1,)).rows
    assert percent(row[1]) > percent(row[2]) > 0


def test_a_layer_without_channels_is_refused():
    with pytest.raises(ValueError, match=r"widths is \(3, 0\); they must be at least 1"):
        relu_damage(photograph(8), (3, 0))
