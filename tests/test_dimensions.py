import math

import pytest
from drawings import texts

from effnet_lab.arch import B0, CIFAR_BASE, cost, scaled
from effnet_lab.arch.facts import TABLE_3, TABLE_7
from effnet_lab.records.labels import Labels
from effnet_lab.records.runs import Recipe, RunPlan, RunRecord, priced, recorded
from effnet_lab.view import style
from effnet_lab.view.plots.costs import growth_by_kind
from effnet_lab.view.plots.dimensions import (
    FACTORS,
    POWERS,
    cost_of_scaling,
    gains_by_step,
    published_gains,
    rounding,
    sight,
)

DIMENSIONS = list(POWERS)


# Cost along one dimension


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_curve_shows_what_arch_prices(dimension):
    picture = cost_of_scaling(B0, dimension)
    assert picture.columns == (dimension, "ideal MACs", "MACs", "parameters")
    for factor, ideal, macs, params in picture.rows:
        price = cost(scaled(B0, **{dimension: factor}))
        assert math.isclose(macs, price.macs / cost(B0).macs)
        assert math.isclose(params, price.params / cost(B0).params)
        assert math.isclose(ideal, factor ** POWERS[dimension][0])


def test_curve_starts_at_the_baseline_and_ends_at_the_last_factor():
    rows = cost_of_scaling(B0, "width").rows
    assert rows[0] == (1, 1, 1, 1)
    assert rows[-1][0] == FACTORS[-1] == 2
    assert len(rows) <= 12


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_title_tells_the_numbers_at_the_end(dimension):
    picture = cost_of_scaling(B0, dimension, (1, 1.5, 3))
    _, _, macs, params = picture.rows[-1]
    title = picture.figure.texts[0].get_text().replace("\n", " ")
    assert title.startswith(f"b0: 3.00 x the {dimension} costs {style.format_ratio(macs)}")
    assert style.format_ratio(params) in title


def test_resolution_costs_no_parameters():
    assert {row[3] for row in cost_of_scaling(CIFAR_BASE, "resolution").rows} == {1}


def test_depth_has_its_cliff():
    rows = {row[0]: row[2] for row in cost_of_scaling(B0, "depth", (1, 1.1, 1.2)).rows}
    assert rows[1.1] == rows[1.2] > 1.4


@pytest.mark.parametrize("factors", [(), (1,), (2, 1), (1, 1)])
def test_factors_must_ascend(factors):
    with pytest.raises(ValueError, match="two or more ascending"):
        cost_of_scaling(B0, "width", factors)


@pytest.mark.parametrize("factors", [(0, 1), (1, 33), (1, math.nan), (1, "2")])
def test_factors_must_be_in_range(factors):
    with pytest.raises(ValueError, match=r"factor is .* from 0.01 to 32"):
        cost_of_scaling(B0, "width", factors)


@pytest.mark.parametrize("draw", [cost_of_scaling, growth_by_kind, lambda s, d: rounding(s, d, 2)])
def test_an_unknown_dimension_is_refused(draw):
    with pytest.raises(ValueError, match=r"dimension is 'height'; .* depth, resolution, width"):
        draw(B0, "height")


# Rounding


def test_rounding_sets_asked_for_beside_got():
    rows = {row[0]: row[1:] for row in rounding(B0, "width", 1.1).rows}
    assert rows["stage 2"] == (16, 17.6, 16, 1)
    assert rows["stage 4"][:3] == (40, 44.0, 48)
    depth = rounding(B0, "depth", 1.1).rows
    assert [row[3] - row[1] for row in depth] == [1] * 7
    sizes = rounding(B0, "resolution", 225 / 224).rows
    assert [row[3] - row[1] for row in sizes] == [1] * 7


# What each bought


def test_published_gains_are_the_facts():
    picture = published_gains(TABLE_3 + TABLE_7)
    rows = {row[:2]: row for row in picture.rows}
    base, deep = TABLE_7[0], TABLE_7[1]
    assert rows["b0", "depth"][5] == round(deep.top1 - base.top1, 1)
    assert len(rows) == len(TABLE_3 + TABLE_7) - 4
    assert texts(picture).count("compound") == 4


def test_published_gains_need_a_baseline():
    with pytest.raises(ValueError, match="no baseline for b0"):
        published_gains(TABLE_7[1:])
    with pytest.raises(ValueError, match="no baseline for anything"):
        published_gains(TABLE_7[:1])


def run(spec, family, accuracy, seed=0, status="finished") -> RunRecord:
    plan = RunPlan(spec, "toy", "f" * 16, Recipe(), 1000, seed, labels=Labels(family=family))
    reason = "by hand" if status != "finished" else ""
    return RunRecord(plan, priced(spec), (), status, reason, accuracy, 1.0, 1.0, {})


def wide(factor) -> object:
    return scaled(CIFAR_BASE, width=factor, name=f"width x{factor}")


def test_steps_are_differences_of_means_with_their_error():
    records = [run(CIFAR_BASE, "base", a, n) for n, a in enumerate((0.50, 0.52))]
    records += [run(wide(1.5), "width", a, n) for n, a in enumerate((0.60, 0.64))]
    records += [run(wide(2), "width", 0.63)]
    first, second = gains_by_step(records).rows
    assert first[:2] == ("width", "cifar_base → width x1.5")
    # Rests of half a point, one degree of freedom: a spread of one point.
    assert first[3:] == (11.0, 1.0, 2)
    # Given the same seed: this seed takes a point and a half from the other network's mean.
    assert second[3:] == (2.5, 1.3, 1)
    assert math.isclose(second[2], cost(wide(2)).macs / cost(wide(1.5)).macs)


def test_a_step_up_to_the_base_counts_too():
    records = [
        run(wide(2), "width", 0.6),
        run(CIFAR_BASE, "base", 0.5),
        run(wide(0.6), "width", 0.47),
    ]
    rows = gains_by_step(records).rows
    assert [row[1] for row in rows] == ["width x0.6 → cifar_base", "cifar_base → width x2"]
    assert [row[3] for row in rows] == [3.0, 10.0]


def test_unfinished_runs_do_not_count():
    records = [
        run(CIFAR_BASE, "base", 0.5),
        run(wide(1.5), "width", None, status="diverged"),
        run(wide(2), "width", 0.6),
    ]
    assert [row[1] for row in gains_by_step(records).rows] == ["cifar_base → width x2"]


def test_steps_start_at_a_baseline():
    with pytest.raises(ValueError, match="no run of family 'base'"):
        gains_by_step([run(wide(2), "width", 0.6)])
    with pytest.raises(ValueError, match="metric is 'loss'"):
        gains_by_step([], "loss")


@pytest.mark.parametrize("study", ["quick", "scaling"])
def test_steps_of_the_recorded_runs(study):
    table = gains_by_step(recorded(study))
    assert {row[0] for row in table.rows} == {"width", "depth", "resolution", "compound"}
    assert all(1.5 < row[2] < 2.6 for row in table.rows)


# Receptive field


def test_sight_is_receptive_field_over_picture():
    picture = sight({"base": B0, "resolution": scaled(B0, resolution=2)})
    ends = {row[0]: row for row in picture.rows}
    assert ends["base"][2] == ends["resolution"][2] == 851
    assert math.isclose(ends["base"][4], 851 / 224)
    assert math.isclose(ends["resolution"][4], 851 / 448)
    assert "base from stage 6, resolution from stage 7" in picture.alt


def test_a_network_that_never_sees_it_whole_says_so():
    assert "base in no stage" in sight({"base": scaled(B0, resolution=8)}).alt
    with pytest.raises(ValueError, match="specs is empty"):
        sight({})
