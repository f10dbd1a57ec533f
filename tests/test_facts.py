"""Every figure has a source, and what we can count ourselves agrees with what was printed."""

import math
import re

import pytest

from effnet_lab.arch import B0, LITE0, PAPER_COEFFICIENTS, VARIANTS, cost, facts, scaled
from effnet_lab.arch.sources import SOURCES

ROWS = {
    "IMAGENET": tuple(facts.IMAGENET.values()),
    "TABLE_2": facts.TABLE_2,
    "TABLE_3": facts.TABLE_3,
    "TABLE_4": facts.TABLE_4,
    "TABLE_7": (*facts.TABLE_7, facts.TABLE_7_BASE_2019),
    "COUNTS_B0": facts.COUNTS_B0,
    "BENCHMARKS": facts.BENCHMARKS,
    "ONE_RECIPE": facts.ONE_RECIPE,
    "FACTS": tuple(facts.FACTS.values()),
}

KNOWN_TO_DISAGREE = {name for row in facts.DISAGREEMENTS for name in row.quantities}


def digits(number: float, significant: int) -> float:
    return float(f"{number:.{significant}g}")


def same_as_printed(printed: int, counted: int) -> bool:
    """The paper prints two significant digits of parameters and MACs."""
    return digits(counted, 2) == printed


def numbers(text: str) -> list[float]:
    return [float(found.replace(",", "")) for found in re.findall(r"\d[\d,]*\.?\d*", text)]


# Sources


@pytest.mark.parametrize("table", ROWS)
def test_every_row_has_a_known_source(table):
    assert ROWS[table]
    assert all(row.source in SOURCES for row in ROWS[table])


def test_disagreements_name_the_sources_of_both_sides():
    sides = [s for row in facts.DISAGREEMENTS for s in (row.one_source, row.other_source)]
    assert set(sides) <= SOURCES.keys()


@pytest.mark.parametrize("key", SOURCES)
def test_a_source_can_be_found_by_a_reader(key):
    source = SOURCES[key]
    assert len(source.citation) > 20
    assert source.url.startswith("https://")


@pytest.mark.parametrize(
    "name", [n for n, fact in facts.FACTS.items() if re.search(r"\d", fact.text)]
)
def test_a_fact_reads_as_what_it_is(name):
    """The text shows the value, in whatever unit."""
    fact = facts.FACTS[name]
    text = fact.text.replace("−", "-")
    shown = {float(n.replace(",", "")) for n in re.findall(r"-?\d[\d,]*\.?\d*(?:e-?\d+)?", text)}
    assert any(
        math.isclose(fact.value, sign * number * unit)
        for number in shown
        for unit in (1, 1e3, 1e6, 1e9)
        for sign in (1, -1)
    ), (fact.value, shown)


# Tables


def test_the_released_networks_are_all_there():
    assert list(facts.IMAGENET) == [name for name in VARIANTS if not name.startswith("lite")]


@pytest.mark.parametrize("table", ["IMAGENET", "TABLE_2", "TABLE_3", "TABLE_4", "TABLE_7"])
def test_accuracies_are_percentages(table):
    rows = [row for row in ROWS[table] if hasattr(row, "top1")]
    assert all(70 < row.top1 < 85 for row in rows)


def test_larger_networks_of_table_2_are_better():
    rows = list(facts.IMAGENET.values())
    for field in ("top1", "top5", "top1_2019", "top5_2019", "params", "macs"):
        column = [getattr(row, field) for row in rows]
        assert column == sorted(column), field


def test_other_networks_stand_beside_a_better_or_equal_efficientnet():
    for row in facts.TABLE_2:
        assert row.top1 <= facts.IMAGENET[row.beside].top1
        assert row.params > facts.IMAGENET[row.beside].params


def test_compound_scaling_is_best_in_each_of_the_papers_comparisons():
    for table in (facts.TABLE_3, facts.TABLE_7):
        for baseline in {row.baseline for row in table}:
            rows = [row for row in table if row.baseline == baseline]
            assert max(rows, key=lambda row: row.top1).family == "compound"
            assert min(rows, key=lambda row: row.top1).family == "base"


# What we can count ourselves


@pytest.mark.parametrize("what", ["params", "macs"])
@pytest.mark.parametrize("name", facts.IMAGENET)
def test_table_2_is_what_we_count_or_known_to_disagree(name, what):
    printed = getattr(facts.IMAGENET[name], what)
    counted = getattr(cost(VARIANTS[name]), what)
    assert same_as_printed(printed, counted) == (f"{name}.{what}" not in KNOWN_TO_DISAGREE)
    assert printed == pytest.approx(counted, rel=0.05)


@pytest.mark.parametrize("row", facts.TABLE_7, ids=lambda row: row.family)
def test_table_7_is_what_we_count_or_known_to_disagree(row):
    counted = cost(scaled(B0, row.width, row.depth, row.resolution)).macs
    # One decimal of 10^9.
    same = round(counted / 1e9, 1) * 1e9 == row.macs
    assert same == (f"table-7.{row.family}.macs" not in KNOWN_TO_DISAGREE)


def test_every_disagreement_about_a_count_is_checked():
    table_2 = {f"{name}.{what}" for name in facts.IMAGENET for what in ("params", "macs")}
    table_7 = {f"table-7.{row.family}.macs" for row in facts.TABLE_7}
    assert not KNOWN_TO_DISAGREE - table_2 - table_7


def disagreement(topic: str) -> facts.Disagreement:
    return next(row for row in facts.DISAGREEMENTS if row.topic.startswith(topic))


def test_the_numbers_in_disagreements_are_the_tables_and_our_counts():
    macs = disagreement("MACs of B1")
    names = [quantity.partition(".")[0] for quantity in macs.quantities]
    assert numbers(macs.one)[:-1] == [facts.IMAGENET[name].macs / 1e9 for name in names]
    assert numbers(macs.other) == [digits(cost(VARIANTS[name]).macs / 1e9, 3) for name in names]
    table_7 = disagreement("MACs in Table 7")
    rows = {row.family: row for row in facts.TABLE_7}
    parts = [rows[quantity.split(".")[1]] for quantity in table_7.quantities]
    assert numbers(table_7.one)[:3] == [row.macs / 1e9 for row in parts]
    assert numbers(table_7.other)[:3] == [
        digits(cost(scaled(B0, row.width, row.depth, row.resolution)).macs / 1e9, 3)
        for row in parts
    ]
    assert f"{cost(VARIANTS['b2']).params:,}" in disagreement("Parameters of B2").other
    assert f"{PAPER_COEFFICIENTS.multipliers().macs:.2f}" in disagreement("α·β²·γ²").other


def test_the_papers_coefficients_are_those_of_the_rule():
    found = tuple(facts.FACTS[name].value for name in ("alpha", "beta", "gamma"))
    c = PAPER_COEFFICIENTS
    assert found == (c.alpha, c.beta, c.gamma)


def test_what_others_count_for_b0_follows_from_what_they_count():
    printed = {row.who: row.printed for row in facts.COUNTS_B0}
    price = cost(B0)
    touched = sum(row.out_channels * row.out_size**2 for row in price.layers if row.kind == "norm")
    assert f"{price.macs / 1e9:.2f}" == printed["the paper"]
    assert f"{(price.macs + 2 * touched) / 1e9:.2f}" == printed["timm's tables"]
    assert f"{2 * price.macs / 1e9:.2f}" == printed["PyTorch's counter"]
    doubled = 2 * float(printed["the paper"])
    assert f"{doubled:.2f}" == printed["who doubles the paper's figure"]


def test_timms_counts_are_ours():
    rows = {row.model: row for row in facts.BENCHMARKS}
    for model, spec in (("efficientnet_b0", B0), ("tf_efficientnet_b4", VARIANTS["b4"])):
        price = cost(spec)
        assert rows[model].resolution == spec.resolution
        assert round(price.params / 1e6, 2) == rows[model].params_m
        assert round(price.activations / 1e6, 2) == rows[model].activations_m


def test_the_figures_of_lite0_are_what_we_count():
    price = cost(LITE0)
    assert same_as_printed(int(facts.FACTS["lite0-params"].value), price.params)
    # Its README counts more than convolutions.
    assert 1.03 < facts.FACTS["lite0-macs"].value / price.macs < 1.06
