import math
import random
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

import tiny
from effnet_lab import RunRecord, cost
from effnet_lab.arch import Totals
from effnet_lab.records import statistics
from effnet_lab.records.statistics import (
    base_of,
    matched,
    paired,
    pooled_std,
    rank_correlation,
    ranks,
    result_of,
    results,
    spearman,
    t_probability,
    t_quantile,
    welch,
)


def record(accuracy, seed=0, family="base", macs=1000, status="finished", **changes):
    plan = tiny.plan(seed=seed, **changes)
    return RunRecord(plan, Totals(10, macs, 100), (), status, "", accuracy, 1.0, 1.0, {}, family)


# Student's t


@pytest.mark.parametrize(
    ("freedom", "expected"),
    [(1, 12.7062), (2, 4.30265), (4, 2.77645), (10, 2.22814), (30, 2.04227), (120, 1.97993)],
)
def test_quantiles_are_those_of_the_printed_tables(freedom, expected):
    assert t_quantile(0.975, freedom) == pytest.approx(expected, rel=2e-6)
    assert t_quantile(0.025, freedom) == -t_quantile(0.975, freedom)


@pytest.mark.parametrize("freedom", [0.7, 1, 2, 2.5, 3.9, 17.3, 400])
def test_probability_is_the_integral_of_the_density(freedom):
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2))
    x = np.linspace(0, 1.7, 200_001)
    density = scale / math.sqrt(freedom * math.pi) * (1 + x**2 / freedom) ** (-(freedom + 1) / 2)
    assert t_probability(1.7, freedom) == pytest.approx(0.5 + np.trapezoid(density, x), abs=1e-9)
    assert t_probability(-1.7, freedom) == pytest.approx(1 - t_probability(1.7, freedom))


def test_two_degrees_of_freedom_have_a_closed_form():
    for value in (-3.0, 0.0, 0.4, 8.0):
        assert t_probability(value, 2) == pytest.approx(0.5 + value / (2 * math.sqrt(2 + value**2)))


def test_many_degrees_of_freedom_are_normal():
    assert t_quantile(0.975, 1e7) == pytest.approx(NormalDist().inv_cdf(0.975), rel=1e-6)


def test_the_quantile_undoes_the_probability():
    for freedom in (0.5, 1.3, 4, 50):
        for p in (0.001, 0.2, 0.5, 0.9, 0.9999):
            assert t_probability(t_quantile(p, freedom), freedom) == pytest.approx(p, rel=1e-9)


@pytest.mark.parametrize(("p", "freedom"), [(0, 3), (1, 3), (0.9, 0), (0.9, math.nan)])
def test_impossible_quantiles_are_refused(p, freedom):
    with pytest.raises(ValueError, match="must be"):
        t_quantile(p, freedom)


# Welch's interval


def test_equal_sizes_and_variances_give_students_interval():
    difference = welch([1.0, 2.0, 3.0], [4.0, 5.0, 6.0])
    assert difference.value == -3
    half = 2.776445 * math.sqrt(2 / 3)  # 4 degrees of freedom
    assert difference.low == pytest.approx(-3 - half, rel=1e-6)
    assert difference.high == pytest.approx(-3 + half, rel=1e-6)
    assert difference.n == (3, 3)
    assert not difference.within_noise


def test_one_certain_side_leaves_the_freedom_of_the_other():
    difference = welch([1.0, 2.0, 3.0], [5.0] * 10)
    assert difference.high + 3 == pytest.approx(4.302653 * math.sqrt(1 / 3), rel=1e-6)


def test_the_interval_covers_the_truth_as_often_as_it_says():
    draws = random.Random(0)
    hits = 0
    for _ in range(2000):
        first = [draws.gauss(0.5, 0.01) for _ in range(3)]
        second = [draws.gauss(0.5, 0.03) for _ in range(4)]
        hits += welch(first, second).within_noise
    assert 0.935 < hits / 2000 < 0.975


def test_a_difference_inside_the_spread_is_within_noise():
    assert welch([0.50, 0.52, 0.51], [0.505, 0.515, 0.525]).within_noise


def test_no_spread_makes_a_point_of_the_interval():
    difference = welch([0.5, 0.5], [0.25, 0.25])
    assert difference[:3] == (0.25, 0.25, 0.25)
    assert welch([0.5, 0.5], [0.5, 0.5]).within_noise


def test_one_seed_has_no_interval():
    with pytest.raises(ValueError, match="second has 1 values; an interval needs 2"):
        welch([0.5, 0.6], [0.5])
    with pytest.raises(ValueError, match="confidence"):
        welch([0.5, 0.6], [0.5, 0.6], confidence=1)


def test_pooling_weighs_by_degrees_of_freedom():
    assert pooled_std([[1.0, 3.0], [5.0], [1.0, 1.0, 1.0]]) == pytest.approx(math.sqrt(2 / 3))
    assert pooled_std([[1.0], [2.0]]) is None
    assert pooled_std([]) is None


# Ranks


def test_ties_share_their_ranks():
    assert ranks([10, 20, 20, 5]).tolist() == [2, 3.5, 3.5, 1]


def test_spearman_of_known_pairs():
    iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110]
    hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]
    assert spearman(iq, hours) == pytest.approx(-29 / 165)  # Wikipedia's worked example
    assert spearman([1, 2, 3], [10, 100, 1000]) == pytest.approx(1)
    assert spearman([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    assert spearman([1, 2, 2, 3], [1, 2, 3, 4]) == pytest.approx(4.5 / math.sqrt(22.5))


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [([1, 2], [1], "2 values against 1"), ([1], [1], "two or more"), ([1, 1], [1, 2], "equal")],
)
def test_spearman_refuses_what_has_no_ranking(first, second, message):
    with pytest.raises(ValueError, match=message):
        spearman(first, second)


def test_the_bootstrap_interval_narrows_with_agreement_and_repeats_with_its_seed():
    draws = random.Random(1)
    values = [draws.random() for _ in range(30)]
    close = rank_correlation(values, [v + 0.02 * draws.random() for v in values])
    loose = rank_correlation(values, [v + 1.5 * draws.random() for v in values])
    for one in (close, loose):
        assert -1 <= one.low <= one.value <= one.high <= 1
        assert one.n == 30
    assert loose.high - loose.low > 4 * (close.high - close.low)
    perfect = rank_correlation(range(9), range(9))
    assert perfect[:3] == pytest.approx((1, 1, 1))
    noise = [draws.random() for _ in values]
    assert rank_correlation(values, noise, seed=3) == rank_correlation(values, noise, seed=3)


def test_three_pairs_are_too_few_for_a_bootstrap():
    with pytest.raises(ValueError, match="needs 4 or more"):
        rank_correlation([1, 2, 3], [1, 2, 3])


# Records


def test_runs_that_differ_in_the_seed_alone_are_one_result():
    other_name = replace(tiny.NET, name="renamed")
    runs = [
        record(0.5, 0),
        record(0.7, 1, spec=other_name),
        record(0.6, 0, pictures=320),
        record(None, 2, status="stopped"),
    ]
    found = results([*runs, runs[0]])
    assert [r.accuracies for r in found] == [(0.5, 0.7), (0.6,)]
    assert found[0].mean == pytest.approx(0.6)
    assert found[0].std == pytest.approx(math.sqrt(0.02))
    assert found[1].std is None
    assert result_of(runs[1], found) is found[0]
    assert result_of(record(0.1, pictures=7), found) is None


def test_a_base_is_the_one_that_was_trained_the_same_way():
    wide = replace(tiny.NET, width_mult=2.0)
    smooth = replace(tiny.RECIPE, label_smoothing=0.1)
    base, longer, net, recipe = found = results(
        [
            record(0.5),
            record(0.6, pictures=1920),
            record(0.7, family="width", spec=wide),
            record(0.7, family="smoothing", recipe=smooth),
        ]
    )
    assert base_of(net, found) is base
    assert base_of(base, found) is None
    assert base_of(recipe, found) is None  # two bases, neither trained like it
    assert base_of(recipe, [base, net, recipe]) is base
    assert base_of(net, [net]) is None
    assert longer.training != base.training


def test_results_of_about_equal_cost_are_ranked_together():
    nets = [replace(tiny.NET, width_mult=1 + i / 10) for i in range(5)]
    macs = [900, 1000, 1100, 1101, 4000]
    accuracies = [0.1, 0.3, 0.2, 0.4, 0.5]
    runs = [record(a, macs=m, spec=net) for a, m, net in zip(accuracies, macs, nets, strict=True)]
    groups = matched(results(runs))
    assert [[r.cost.macs for r in group] for group in groups] == [[1000, 1100, 900]]
    assert matched(results(runs), factor=5)[0][0].mean == 0.5


def test_studies_are_paired_by_network_and_recipe():
    wide = replace(tiny.NET, width_mult=2.0)
    first = results([record(0.5), record(0.6, spec=wide), record(0.6, spec=wide, pictures=7)])
    second = results([record(0.7, data="other", fingerprint="x", pictures=320)])
    assert [(a.mean, b.mean) for a, b in paired(first, second)] == [(0.5, 0.7)]
    assert len(paired(first, first)) == 1  # the wide network stands there twice


def test_the_recorded_runs_are_averaged_as_the_plots_do():
    from effnet_lab import recorded
    from effnet_lab.view.plots.accuracy import accuracy_vs_macs

    found = {r.spec.name: r for r in statistics.results(recorded("quick"))}
    picture = accuracy_vs_macs(recorded("quick"))
    rows = [dict(zip(picture.columns, row, strict=True)) for row in picture.rows]
    assert len(rows) == len(found)
    for row in rows:
        result = found[row["network"]]
        assert row["MACs"] == result.cost.macs == cost(result.spec).macs
        assert row["test accuracy (%)"] == round(100 * result.mean, 3)
        assert row["standard deviation (points)"] == round(100 * result.std, 3)
