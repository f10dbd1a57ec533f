"""Pictures of compound scaling say what records, facts and prices say."""

import math
import zlib
from dataclasses import replace

import pytest

from effnet_lab.arch import (
    B0,
    CIFAR_BASE,
    PAPER_COEFFICIENTS,
    VARIANTS,
    CompoundCoefficients,
    compound_scaled,
    cost,
    scaled,
)
from effnet_lab.arch.facts import TABLE_3, TABLE_7
from effnet_lab.records.labels import Labels
from effnet_lab.records.runs import recorded
from effnet_lab.view.plots.compound import (
    best_of_grid,
    compound_over_single,
    grid_results,
    growth_with_phi,
    phi_wanted,
    published_beside_count,
)
from effnet_lab.view.style import format_count

TEMPLATE = recorded("quick")[0]
GRID = Labels(family="grid")


def run(name, accuracy, seed=0, labels=GRID, **changes):
    """Make a record of a network of its own; only its name and accuracies matter."""
    spec = replace(CIFAR_BASE, name=name, width_mult=1 + zlib.crc32(name.encode()) / 1e10)
    last = replace(TEMPLATE.history[-1], val_accuracy=accuracy)
    plan = replace(TEMPLATE.plan, spec=spec, seed=seed, labels=labels)
    return replace(TEMPLATE, plan=plan, history=(last,), test_accuracy=accuracy / 2, **changes)


def candidate(alpha, beta, gamma, *accuracies):
    labels = Labels(family="grid", alpha=alpha, beta=beta, gamma=gamma)
    return [run(repr(labels), accuracy, seed, labels) for seed, accuracy in enumerate(accuracies)]


CLEAR = [
    *candidate(1.4, 1, 1.2, 0.80, 0.81, 0.79),
    *candidate(1, 1.4, 1, 0.60, 0.61, 0.59),
    *candidate(1, 1, 1.4, 0.50, 0.51, 0.49),
]


def test_candidates_are_ordered_by_their_mean_over_seeds():
    picture = grid_results(CLEAR)
    assert [row[0] for row in picture.rows] == [
        "α 1.4 β 1.0 γ 1.2",
        "α 1.0 β 1.4 γ 1.0",
        "α 1.0 β 1.0 γ 1.4",
    ]
    assert [row[1] for row in picture.rows] == ["compound", "width", "resolution"]
    assert [row[3:5] for row in picture.rows] == [(3, 80.0), (3, 60.0), (3, 50.0)]
    assert [row[8] for row in picture.rows] == [None, True, True]
    assert "none of the others comes near enough to be luck" in picture.alt


def test_what_the_seeds_do_not_tell_apart_is_said():
    close = [*CLEAR[:3], *candidate(1, 1.4, 1, 0.79, 0.815, 0.785), *CLEAR[6:]]
    picture = grid_results(close)
    assert picture.alt.startswith(
        "α 1.4 β 1.0 γ 1.2 does best, but 1 of the 2 others may be as good"
    )
    assert [row[8] for row in picture.rows] == [None, False, True]


def test_one_seed_each_may_be_luck():
    picture = grid_results([CLEAR[0], CLEAR[3]])
    assert "one seed each: the order may be luck" in picture.alt
    assert picture.rows[1][8] is False


def test_choices_are_made_on_validation_pictures_unless_asked_otherwise():
    assert grid_results(CLEAR).columns[4] == "validation accuracy (%)"
    assert grid_results(CLEAR, metric="test_accuracy").rows[0][4] == 40.0
    with pytest.raises(ValueError, match="metric is 'luck'"):
        grid_results(CLEAR, metric="luck")


def test_the_best_candidate_is_read_back():
    assert best_of_grid(CLEAR) == CompoundCoefficients(1.4, 1, 1.2)
    with pytest.raises(ValueError, match="'some network' has no labels alpha, beta and gamma"):
        best_of_grid([run("some network", 0.5)])


def test_unfinished_runs_do_not_count_and_without_candidates_there_is_no_picture():
    stopped = [replace(record, status="stopped") for record in CLEAR[:3]]
    assert len(grid_results([*stopped, *CLEAR[3:]]).rows) == 2
    with pytest.raises(ValueError, match="no run of family 'grid' finished"):
        grid_results([run("base", 0.4, labels=Labels(family="base"))])


def test_the_recorded_grid_is_drawn_with_the_papers_candidate():
    runs = recorded("grid")
    picture = grid_results(runs)
    assert len(picture.rows) == len({r.spec.name for r in runs if r.family == "grid"})
    assert "(paper's)" in picture.to_svg()
    assert "dashed: the baseline" in picture.alt
    means = [row[4] for row in picture.rows]
    assert means == sorted(means, reverse=True)


def test_phi_is_read_back_from_each_dimension():
    rows = {row[0]: row[1:] for row in phi_wanted().rows}
    assert list(rows) == [f"B{n}" for n in range(1, 8)]
    for name, (depth, width, resolution) in rows.items():
        spec = VARIANTS[name.lower()]
        assert PAPER_COEFFICIENTS.alpha**depth == pytest.approx(spec.depth_mult, abs=2e-3)
        assert PAPER_COEFFICIENTS.beta**width == pytest.approx(spec.width_mult, abs=2e-3)
        assert PAPER_COEFFICIENTS.gamma**resolution == pytest.approx(
            spec.resolution / B0.resolution, abs=2e-3
        )


def test_a_network_made_by_the_formula_wants_one_phi():
    [(_, *phis)] = phi_wanted({"mine": compound_scaled(B0, 2)}).rows
    assert phis == pytest.approx([2, 2, 2], abs=0.01)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"specs": {}}, "specs is empty"),
        ({"coefficients": CompoundCoefficients(1.2, 1, 1.2)}, "beta is 1; it must be above 1"),
    ],
)
def test_phis_that_cannot_be_read_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        phi_wanted(**arguments)


def test_growth_is_counted_beside_the_formula():
    picture = growth_with_phi()
    assert picture.columns == ("φ", "doubling", "1.92^φ", "counted")
    for phi, doubling, formula, counted in picture.rows:
        assert doubling == pytest.approx(2**phi)
        assert math.log(formula) == pytest.approx(
            phi * math.log(PAPER_COEFFICIENTS.multipliers().macs)
        )
        assert counted == cost(compound_scaled(B0, phi)).macs / cost(B0).macs
    with pytest.raises(ValueError, match="most is 0; it must be positive"):
        growth_with_phi(most=0)


def test_published_macs_stand_beside_counted_ones():
    table = published_beside_count(TABLE_7)
    rows = {row[0]: row for row in table.rows}
    assert rows["depth"][3] == format_count(cost(scaled(B0, depth=4)).macs)
    assert rows["compound"][4:] == (81.1, 3.8)
    assert len(published_beside_count(TABLE_3[4:9]).rows) == 4  # one row tells no multipliers


def test_compound_stands_beside_the_best_single_dimension():
    rows = {row[0]: row for row in compound_over_single(TABLE_3 + TABLE_7).rows}
    assert rows["b0"][1:5] == ("resolution", 79.1, 81.1, 2.0)
    assert rows["MobileNetV1"][1:5] == ("width", 74.2, 75.6, 1.4)
