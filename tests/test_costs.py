from dataclasses import replace

import pytest
from drawings import texts
from test_accuracy import column, title_of

from effnet_lab.arch import B0, cost, scaled
from effnet_lab.view import cost_bars, growth_by_kind, style

# Shares


@pytest.mark.parametrize("by", ["kind", "stage"])
def test_shares_of_the_cost_add_up(by):
    price = cost(B0)
    picture = cost_bars(price, by)
    assert sum(column(picture, "parameters")) == price.params
    assert sum(column(picture, "MACs")) == price.macs
    assert sum(column(picture, "share of parameters (%)")) == pytest.approx(100, abs=0.01)
    assert sum(column(picture, "share of MACs (%)")) == pytest.approx(100, abs=0.01)


def test_bars_are_as_long_as_the_table_says_and_carry_their_values():
    picture = cost_bars(cost(B0))
    for axes, name in zip(picture.figure.axes, ("parameters", "MACs"), strict=True):
        shares = column(picture, f"share of {name} (%)")
        assert [bar.get_width() for bar in axes.patches] == pytest.approx(shares, abs=1e-3)
        counts = column(picture, name)
        assert [text.get_text() for text in axes.texts] == [
            f"{count / sum(counts):.1%} ({style.format_count(count)})" for count in counts
        ]
        assert axes.get_xlabel() == f"share of {name} (%)"


def test_kinds_are_told_apart_by_tint_and_pattern():
    bars = cost_bars(cost(B0)).figure.axes[0].patches
    assert len({(bar.get_facecolor(), bar.get_hatch()) for bar in bars}) == 8
    families = {look.colour.lower() for look in style.FAMILIES.values()}
    assert not families & {
        f"#{bytes(round(255 * c) for c in b.get_facecolor()[:3]).hex()}" for b in bars
    }


def test_the_title_names_what_holds_most():
    kinds, stages = cost_bars(cost(B0)), cost_bars(cost(B0), "stage")
    assert title_of(kinds) == "b0: project has 28% of the parameters, expand 43% of the MACs"
    assert title_of(stages) == "b0: stage 7 has 38% of the parameters and 24% of the MACs"
    assert column(stages, "stage")[0] == "stage 1 (stem)"
    assert "depthwise: 3.44% and 8.95%" in kinds.alt


def test_an_unknown_grouping_is_refused():
    with pytest.raises(ValueError, match="by is 'layer'; it must be one of kind, stage"):
        cost_bars(cost(B0), "layer")


# Growth


@pytest.mark.parametrize("dimension", ["width", "depth", "resolution"])
def test_growth_by_kind_adds_up(dimension):
    picture = growth_by_kind(B0, dimension)
    assert sum(row[3] for row in picture.rows) == cost(B0).macs
    assert sum(row[4] for row in picture.rows) == cost(scaled(B0, **{dimension: 2})).macs


def test_title_says_which_kinds_are_squared_linear_and_unchanged():
    width = growth_by_kind(B0, "width").alt
    assert "squared in expand, squeeze-excite, project and head" in width
    assert "linear in stem, depthwise and classifier" in width
    assert "unchanged in stem, head and classifier" in growth_by_kind(B0, "depth").alt
    assert "unchanged in squeeze-excite and classifier" in growth_by_kind(B0, "resolution").alt


def test_what_has_no_macs_says_so():
    picture = growth_by_kind(B0, "width")
    norm = next(row for row in picture.rows if row[0] == "normalisation")
    assert norm[2] is None
    assert "has none" in texts(picture)


def test_a_network_without_squeeze_excite_has_no_row_for_it():
    plain = replace(B0, stages=tuple(replace(stage, se_ratio=0) for stage in B0.stages))
    assert "squeeze-excite" not in {row[0] for row in growth_by_kind(plain, "width").rows}


@pytest.mark.parametrize("factor", [1, 0.5, 33])
def test_growth_needs_a_factor_above_one(factor):
    with pytest.raises(ValueError, match="factor is"):
        growth_by_kind(B0, "width", factor)
