import math
import random
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

import tiny
from effnet_lab import cost
from effnet_lab.records import statistics
from effnet_lab.records.statistics import (
    paired,
    rank_correlation,
    result_of,
    results,
    spearman,
)


def record(accuracy, seed=0, family="base", **changes):
    return tiny.record(accuracy, seed, family=family, **changes)


# Rankings


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


@pytest.mark.slow
def test_the_bootstrap_draws_as_all_possible_draws_are_spread():
    first, second = (0.1, 0.2, 0.3, 0.4, 0.5), (0.2, 0.1, 0.5, 0.4, 0.3)
    every = []
    for chosen in product(range(5), repeat=5):
        x, y = ([values[i] for i in chosen] for values in (first, second))
        if len(set(x)) > 1:
            every.append(spearman(x, y))
    low, high = np.quantile(every, [0.15, 0.85])
    found = rank_correlation(first, second, confidence=0.7, resamples=20_000)
    assert found[1:3] == pytest.approx((low, high), abs=0.03)


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
