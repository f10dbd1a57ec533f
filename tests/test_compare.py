"""What may be compared, what is matched, and what is noise."""

import math
import random
from dataclasses import replace

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
from effnet_lab.records.runs import Epoch
from effnet_lab.records.statistics import Result

WIDE = replace(tiny.NET, width_mult=2.0)
SMOOTH = replace(tiny.RECIPE, label_smoothing=0.1)


def result(*accuracies, family="base", metric="test_accuracy", **changes):
    changes["labels"] = Labels(family=family)
    made = (tiny.record(accuracy, seed, **changes) for seed, accuracy in enumerate(accuracies))
    runs = (replace(run, history=(epoch(run.test_accuracy),)) for run in made)
    return Result(tuple(runs), metric)


def epoch(accuracy):
    return Epoch(960, 1.0, 0.1, 1.0, accuracy, 1.0, accuracy)


def difference(first, second, **options):
    found = result(*first), result(*second)
    return compare(found, **options).against(found[1])[0]


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
    one, other = result(0.5, 0.6, 0.7), result(0.1, 0.4, 0.3, **changes)
    assert why_not(one, other) == ""
    assert compare([one, other]).against(other)[0].margin > 0


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
    found = compare([one, other]).against(other)[0]
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


# Differences


def test_two_networks_with_the_same_seeds_are_compared_seed_by_seed():
    """The sleep data, and the paired interval that R prints for them (`?t.test`; Student 1908)."""
    group_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    group_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    found = difference(group_1, group_2)
    assert found.interval == pytest.approx((-2.4598858, -0.7001142), abs=1e-7)
    assert found.value / found.error == pytest.approx(-4.0621, abs=5e-5)
    assert found.verdict == "more than noise"


def test_the_spread_is_that_of_a_study_without_its_networks_and_seeds():
    """As the squares of a two-way layout are split by hand."""
    table = np.array([[0.50, 0.55, 0.48], [0.61, 0.66, 0.56], [0.42, 0.43, 0.44], [0.7, 0.7, 0.61]])
    rests = table - table.mean(1, keepdims=True) - table.mean(0) + table.mean()
    study = compare(result(*row) for row in table)
    spread = math.sqrt((rests**2).sum() / (3 * 2))
    assert study.spread(study.results[0]) == pytest.approx(spread)
    found = study.against(study.results[0])[1]
    assert found.value == pytest.approx(table[2].mean() - table[0].mean())
    assert found.error == pytest.approx(spread * math.sqrt(2 / 3))


def test_a_network_with_fewer_seeds_is_compared_on_those():
    """A lucky seed that one of them lacks does not count for the other."""
    base, net, third = result(0.5, 0.5, 0.8), result(0.6, 0.6), result(0.4, 0.4, 0.7)
    found = compare([base, net, third]).against(base)[0]
    assert net.mean - base.mean == pytest.approx(0)
    assert found.value == pytest.approx(0.1)
    assert found.interval == pytest.approx((0.1, 0.1))


def test_networks_without_a_chain_of_common_seeds_are_not_compared():
    def one(accuracies, seeds):
        runs = map(tiny.record, accuracies, seeds)
        return Result(tuple(runs), "test_accuracy")

    here, there = one([0.5, 0.6], [0, 1]), one([0.5, 0.7], [2, 3])
    also_here, link = one([0.5, 0.8], [0, 1]), one([0.5, 0.6], [1, 2])
    study = compare([here, there, also_here])
    assert study.against(here)[0].verdict == "no seed in common: no test"
    assert study.against(here)[1].margin > 0
    assert compare([here, there, also_here, link]).against(here)[0].margin > 0


@pytest.mark.parametrize(
    ("networks", "seeds", "quantile"), [(3, 11, 3.58), (4, 11, 3.85), (5, 6, 4.23), (6, 13, 4.16)]
)
def test_margins_of_all_pairs_are_those_of_tukeys_printed_table(networks, seeds, quantile):
    """The studentized range at 95%, over the square root of two; freedom 20, 30, 20 and 60."""
    found = compare(draw(networks, seeds)).pairs()
    for pair in found:
        assert pair.margin / pair.error == pytest.approx(quantile / math.sqrt(2), abs=0.004)


@pytest.mark.parametrize(
    ("networks", "seeds", "two_sided", "one_sided"),
    [(2, 21, 2.09, 1.72), (3, 11, 2.38, 2.03), (5, 6, 2.65, 2.30), (6, 13, 2.58, 2.28)],
)
def test_margins_against_one_are_those_of_dunnetts_printed_tables(
    networks, seeds, two_sided, one_sided
):
    """Dunnett 1964 and 1955, at 95%; freedom 20, 20, 20 and 60."""
    study = compare(draw(networks, seeds))
    for found, printed in (
        (study.against(study.results[0]), two_sided),
        (study.may_be_best(), one_sided),
    ):
        for pair in found:
            assert pair.margin / pair.error == pytest.approx(printed, abs=0.006)


def draw(networks, seeds, draws=None, spread=0.02):
    """Draw accuracies of networks that are alike, with lucky and unlucky seeds."""
    draws = draws or random.Random(0)
    luck = [draws.gauss(0, 2 * spread) for _ in range(seeds)]
    return [
        result(*(0.5 + seed + draws.gauss(0, spread) for seed in luck)) for _ in range(networks)
    ]


def test_all_of_a_question_hold_as_often_as_they_say():
    draws, held = random.Random(0), {"pairs": 0, "against": 0, "may be best": 0}
    for _ in range(1000):
        study = compare(draw(4, 3, draws))
        questions = study.pairs(), study.against(study.results[0]), study.may_be_best()
        for name, found in zip(held, questions, strict=True):
            held[name] += all(pair.within_noise for pair in found)
    assert 935 < held["pairs"] < 965
    assert 935 < held["against"] < 965
    # Its promise is another one: with the truth all alike, any network may be the best.
    assert held["may be best"] < held["pairs"]


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


def test_a_comparison_names_its_pairs_best_first():
    worst, best, middle = found = result(0.1, 0.2), result(0.7, 0.8), result(0.4, 0.5)
    comparison = compare(found)

    def named(differences):
        return [(d.first, d.second) for d in differences]

    assert named(comparison.pairs()) == [(best, middle), (best, worst), (middle, worst)]
    assert named(comparison.may_be_best()) == [(best, middle), (best, worst)]
    assert named(comparison.lead()) == [(best, middle), (best, worst)]
    assert comparison.lead() == comparison.pairs()[:2]
    assert named(comparison.against(worst)) == [(best, worst), (middle, worst)]
    assert compare([best]).lead() == []
