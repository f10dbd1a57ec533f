"""What may be compared, what is matched, and what is noise."""

import math
import random
from dataclasses import replace
from statistics import variance

import numpy as np
import pytest

import tiny
from effnet_lab import Labels
from effnet_lab.records.compare import (
    base_of,
    compare,
    from_bases,
    is_matched,
    matched,
    one_of_each_family,
    require_one_data_set,
    require_one_length,
    why_not,
)
from effnet_lab.records.statistics import Result

WIDE = replace(tiny.NET, width_mult=2.0)
SMOOTH = replace(tiny.RECIPE, label_smoothing=0.1)


def result(*accuracies, family="base", metric="test_accuracy", **changes):
    changes["labels"] = Labels(family=family)
    runs = tuple(tiny.record(accuracy, seed, **changes) for seed, accuracy in enumerate(accuracies))
    return Result(runs, metric)


def difference(first, second, **options):
    found = result(*first), result(*second)
    return compare(found, **options).between(*found)


# What may be compared


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"spec": WIDE, "macs": 5000},
        {"recipe": SMOOTH},
        {"recipe": SMOOTH, "spec": WIDE, "macs": 1200},
    ],
)
def test_networks_of_one_recipe_and_recipes_at_one_budget_may_be_compared(changes):
    one, other = result(0.5, 0.6, 0.7), result(0.1, 0.2, 0.3, **changes)
    assert why_not(one, other) == ""
    assert compare([one, other]).between(one, other).margin > 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"recipe": SMOOTH, "macs": 1300}, "trained by different recipes, at different MACs"),
        ({"pictures": 1920}, "trained on 960 and 1,920 pictures"),
        ({"data": "toy", "fingerprint": "f" * 64}, "trained on tiny (tiny0) and toy (ffffffff)"),
        ({"metric": "val_accuracy"}, "test accuracy against validation accuracy"),
    ],
)
def test_what_may_not_be_compared_has_a_reason_and_no_test(changes, reason):
    one, other = result(0.5, 0.6, 0.7), result(0.1, 0.2, 0.3, **changes)
    found = compare([one, other]).between(one, other)
    assert found.verdict == f"not comparable: {reason}"
    assert (found.error, found.margin, found.interval) == (None, None, None)
    assert not found.within_noise
    assert not found.told_apart


def test_records_of_several_data_sets_or_lengths_are_refused():
    one, longer = tiny.record(0.5), tiny.record(0.5, pictures=1920)
    other = tiny.record(0.5, data="toy", fingerprint="f" * 64)
    assert require_one_data_set([one, longer]) == "tiny"
    require_one_length([one, other])
    with pytest.raises(ValueError, match=r"different data: tiny \(tiny0\), toy \(ffffffff\);"):
        require_one_data_set([one, other])
    with pytest.raises(ValueError, match="runs of 960, 1,920 pictures"):
        require_one_length([one, longer])
    with pytest.raises(ValueError, match="no records"):
        require_one_data_set([])


def test_a_base_is_the_one_that_was_trained_the_same_way():
    base, longer = result(0.5), result(0.6, pictures=1920)
    net = result(0.7, family="width", spec=WIDE, macs=4000)
    recipe = result(0.8, family="smoothing", recipe=SMOOTH)
    found = [base, longer, net, recipe]
    assert base_of(net, found) is base
    assert base_of(base, found) is None
    assert base_of(recipe, found) is base
    assert base_of(recipe, [longer, recipe]) is None
    assert base_of(recipe, [base, result(0.4, recipe=replace(SMOOTH, ema=0.9)), recipe]) is None
    assert base_of(net, [net]) is None
    assert [(d.first, d.second) for d in from_bases(found)] == [(net, base), (recipe, base)]


# What is matched


def test_two_are_matched_if_one_budget_fits_both():
    low, high, above = (result(0.5, macs=macs) for macs in (900, 1100, 1101))
    assert is_matched(low, high)
    assert is_matched(high, low)
    assert not is_matched(low, above)


def test_results_of_about_equal_cost_are_ranked_together():
    macs, means = [1101, 900, 1000, 1100, 4000], [0.4, 0.1, 0.3, 0.2, 0.5]
    found = [result(mean, macs=count) for mean, count in zip(means, macs, strict=True)]
    elsewhere = [result(0.9, macs=1000, pictures=1920), result(0.8, macs=1200, pictures=1920)]
    groups = matched([*found, *elsewhere])
    assert [[r.macs for r in group] for group in groups] == [[1000, 1100, 900], [1000, 1200]]


def test_a_budget_takes_the_nearest_of_each_family():
    near, far = (result(0.5, family="width", macs=macs) for macs in (1050, 940))
    other = result(0.6, family="depth", macs=900)
    assert one_of_each_family([far, near, other], 1000) == [other, near]


# Welch's interval


def test_the_published_example_of_welchs_test_comes_out():
    """The sleep data, and the interval that R prints for them (`?t.test`; Student 1908)."""
    group_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    group_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    found = difference(group_1, group_2)
    assert found.interval == pytest.approx((-3.3654832, 0.2054832), abs=1e-7)
    assert found.value / found.error == pytest.approx(-1.8608, abs=5e-5)
    assert found.verdict == "within noise"


@pytest.mark.parametrize(
    ("seeds", "quantile"), [(2, 12.7062), (3, 4.30265), (5, 2.77645), (11, 2.22814), (31, 2.04227)]
)
def test_margins_are_those_of_the_printed_tables(seeds, quantile):
    # Beside a certain mean, the freedom is that of the other: the number of its seeds less one.
    found = difference(range(seeds), [5.0] * 4)
    assert found.margin / found.error == pytest.approx(quantile, rel=2e-6)


def test_the_students_density_over_the_interval_is_the_confidence():
    first, second = [0.51, 0.55, 0.49, 0.56], [0.60, 0.61, 0.595]
    found = difference(first, second, confidence=0.9)
    one, other = variance(first) / 4, variance(second) / 3
    freedom = (one + other) ** 2 / (one**2 / 3 + other**2 / 2)
    assert freedom != pytest.approx(round(freedom), abs=0.1)
    x = np.linspace(-1, 1, 200_001) * found.margin / found.error
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2))
    density = scale / math.sqrt(freedom * math.pi) * (1 + x**2 / freedom) ** (-(freedom + 1) / 2)
    assert np.trapezoid(density, x) == pytest.approx(0.9, abs=1e-9)


@pytest.mark.parametrize("pooled", [False, True])
def test_the_interval_covers_the_truth_as_often_as_it_says(pooled):
    draws = random.Random(0)
    hits = 0
    for _ in range(1000):
        spreads = [0.02] * 6 if pooled else [0.01, 0.03]
        found = [result(*(draws.gauss(0.5, spread) for _ in range(3))) for spread in spreads]
        hits += compare(found, pooled=pooled).between(*found[:2]).within_noise
    assert 0.92 < hits / 1000 < 0.975


def test_no_spread_makes_a_point_of_the_interval():
    found = difference([0.5, 0.5], [0.25, 0.25])
    assert found.interval == (0.25, 0.25)
    assert found.verdict == "more than noise"
    assert difference([0.25, 0.25], [0.5, 0.5]).told_apart
    assert difference([0.5, 0.5], [0.5, 0.5]).within_noise


def test_one_seed_has_no_interval():
    found = difference([0.75, 0.5], [0.5])
    assert (found.value, found.n, found.interval) == (0.125, (2, 1), None)
    assert found.verdict == "one seed: no test"


@pytest.mark.parametrize("confidence", [0, 1, 95, math.nan])
def test_an_impossible_confidence_is_refused(confidence):
    with pytest.raises(ValueError, match="confidence is"):
        compare([], confidence=confidence)


# Several results


def test_the_spread_of_a_run_weighs_by_degrees_of_freedom():
    assert compare([result(1.0, 3.0), result(5.0), result(1.0, 1.0, 1.0)]).spread == pytest.approx(
        math.sqrt(2 / 3)
    )
    assert compare([result(1.0), result(2.0)]).spread is None
    assert compare([]).spread is None


def test_a_pooled_margin_is_two_standard_errors_from_all_spreads():
    steady, loose, lone = result(0.5, 0.5), result(0.6, 0.8), result(0.3)
    comparison = compare([steady, loose, lone], pooled=True)
    found = comparison.between(loose, lone)
    assert comparison.spread == pytest.approx(0.1)
    assert found.error == pytest.approx(0.1 * math.sqrt(1 / 2 + 1))
    assert found.margin == pytest.approx(2 * found.error)
    alone = compare([lone, result(0.4)], pooled=True)
    assert alone.lead().verdict == "one seed: no test"


def test_a_comparison_names_its_pairs_best_first():
    worst, best, middle = found = result(0.1, 0.2), result(0.7, 0.8), result(0.4, 0.5)
    comparison = compare(found)

    def named(differences):
        return [(d.first, d.second) for d in differences]

    assert named(comparison.pairs()) == [(best, middle), (best, worst), (middle, worst)]
    assert named(comparison.of_the_best()) == [(best, middle), (best, worst)]
    assert named(comparison.against(worst)) == [(best, worst), (middle, worst)]
    assert comparison.lead() == comparison.of_the_best()[0]
    assert compare([best]).lead() is None
