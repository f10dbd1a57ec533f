import pytest
from drawings import texts

from effnet_lab.arch import B0, CIFAR_BASE, cost
from effnet_lab.arch.convolution import Convolution, separable
from effnet_lab.arch.cost import cost_if_full
from effnet_lab.arch.facts import COUNTS_B0
from effnet_lab.view.plots.convolutions import (
    convolution_table,
    counts_table,
    depthwise_and_full,
    intensity_bars,
    memory_table,
    separable_saving,
)

STANDARD = Convolution(256, 256, 3, 14)
PAIR = separable(256, 256, 3, 14)
DEPTHWISE = Convolution(96, 96, 3, 112, 2, groups=96)


# Tables


def test_the_table_adds_up_layers_in_a_row():
    table = convolution_table({"standard": STANDARD, "pair": PAIR, "strided": DEPTHWISE}, "Three")
    assert table.caption == "Three"
    shapes = "256 × 14 × 14 → 256 × 14 × 14"
    macs, params = (sum(getattr(step, what) for step in PAIR) for what in ("macs", "params"))
    assert table.rows[0] == (
        "standard",
        shapes,
        STANDARD.params,
        STANDARD.macs,
        STANDARD.activations,
    )
    assert table.rows[1] == ("pair", shapes, params, macs, 2 * 256 * 14 * 14)
    assert table.rows[2][1] == "96 × 112 × 112 → 96 × 56 × 56"


def test_counts_of_others_stand_above_ours():
    table = counts_table({"here": (cost(B0).macs, "MACs")})
    assert [row[0] for row in table.rows[:-1]] == [row.who for row in COUNTS_B0]
    assert table.rows[-1] == ("here", "0.3858", "MACs")
    assert len(counts_table().rows) == len(COUNTS_B0)


def test_memory_is_four_bytes_for_each_number():
    rows = memory_table(B0, batch=32).rows
    price = cost(B0)
    # The second block's depthwise convolution reads 96 channels at 112 pixels, writes them at 56.
    widest = 96 * (112**2 + 56**2)
    numbers = [price.params, widest, price.activations, 32 * price.activations]
    assert [row[2] for row in rows] == numbers
    assert all(row[3] == round(4 * row[2] / 1e6, 1) for row in rows)


# Pictures


def test_saving_is_what_the_formula_says():
    picture = separable_saving((3, 7), (4, 16, 64))
    assert len(picture.rows) == 6
    for kernel, outputs, share, limit in picture.rows:
        side = int(kernel[0])
        assert share == pytest.approx(100 * (1 / outputs + 1 / side**2), abs=0.006)
        assert limit == pytest.approx(100 / side**2, abs=0.006)
    assert "3 × 3 with 64 outputs" in texts(picture)[0]


def test_intensities_are_those_of_arch():
    picture = intensity_bars({"depthwise": DEPTHWISE, "standard": STANDARD, "pair": PAIR})
    values = {row[0]: row[3] for row in picture.rows}
    assert values["depthwise"] == round(DEPTHWISE.arithmetic_intensity, 2)
    assert values["standard"] == round(STANDARD.arithmetic_intensity, 2)
    moved = sum(step.bytes_moved for step in PAIR)
    assert picture.rows[2][1:3] == (sum(step.macs for step in PAIR), moved)
    assert texts(picture)[0] == "FLOP per byte: from 0.9 (depthwise) to 83.8 (standard)"


@pytest.mark.parametrize("spec", [B0, CIFAR_BASE], ids=lambda spec: spec.name)
def test_full_convolutions_stand_beside_depthwise_ones(spec):
    picture = depthwise_and_full(spec)
    (_, params, macs, share), (_, more_params, more_macs, most) = picture.rows
    before, after = cost(spec), cost_if_full(spec)
    assert (params, macs, more_params, more_macs) == (
        before.params,
        before.macs,
        after.params,
        after.macs,
    )
    assert share == round(100 * before.by_kind()["depthwise"].macs / before.macs, 1)
    assert most > share
    for axes, whole in zip(picture.figure.axes, (after.params, after.macs), strict=True):
        assert max(bar.get_x() + bar.get_width() for bar in axes.patches) == whole


# Input that is refused


def test_nothing_to_show_is_refused():
    for function in (convolution_table, intensity_bars):
        with pytest.raises(ValueError, match="layers is empty"):
            function({})


@pytest.mark.parametrize(
    ("kernels", "channels"), [((), (4, 8)), ((3,), (4,)), ((3,), (8, 4)), ((3,), (4, 4))]
)
def test_too_few_values_are_refused(kernels, channels):
    with pytest.raises(ValueError, match="at least one kernel, and two channel counts, ascending"):
        separable_saving(kernels, channels)


def test_a_batch_of_nothing_is_refused():
    with pytest.raises(ValueError, match="batch is 0"):
        memory_table(B0, 0)
