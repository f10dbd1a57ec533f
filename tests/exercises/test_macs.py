"""Assignment 07: what its notebook says is true, and its references are the course's own."""

import math
import re
from ast import literal_eval
from pathlib import Path
from statistics import fmean

import pytest
from scipy.stats import studentized_range

from effnet_lab.exercises.assignment import ASSIGNMENTS, find_task
from effnet_lab.exercises.author.audit import Workbench
from effnet_lab.exercises.plain import plain
from effnet_lab.records.statistics import spearman
from effnet_lab.records.two_way import two_way
from effnet_lab.view.plots.accuracy import pareto_front

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def bench():
    return Workbench(ASSIGNMENTS["macs"], ROOT)


@pytest.fixture(scope="module")
def texts(bench):
    return {name: cell.source for cell in bench.cells for name in cell.names}


@pytest.mark.parametrize(
    ("name", "ours"), [("rank_agreement", spearman), ("pareto_front", pareto_front)]
)
def test_references_are_those_of_the_course(name, ours):
    task = find_task(f"macs.{name}")
    for case in task.inputs(0)["cases"]:
        assert task.right(**case) == pytest.approx(ours(**case))


def test_comparison_is_that_of_the_course():
    """Network + seed + rest; and the margins that the page gives are Tukey's."""
    for case in find_task("macs.compare").inputs(0)["cases"]:
        study, names = case["study"], [*case["study"]]
        fit = two_way([dict(enumerate(runs)) for runs in study.values()])
        value, error = fit.difference(names.index(case["first"]), names.index(case["second"]))
        ours, half = find_task("macs.compare").right(**case), case["errors"] * error
        assert (ours["low"], ours["high"]) == pytest.approx((value - half, value + half))


def tukey(networks, seeds):
    freedom = (networks - 1) * (seeds - 1)
    return studentized_range.ppf(0.95, networks, freedom) / math.sqrt(2)


def test_margins_that_are_given_are_tukeys(texts):
    task, claims = texts["compare-task"], texts["four-claims-task"]
    short, long = (f"{tukey(5, seeds):.2f}" for seeds in (3, 5))
    assert f"it is {short} with three seeds each, and {long} with five" in task
    assert f"`errors={short}` for the short trainings and `errors={long}` for the long" in claims
    assert f"errors={tukey(3, 2):.2f})` is {{" in task
    assert f"{tukey(2, 5):.2f} standard errors for two networks" in texts["four-claims-answer"]


def test_examples_that_are_no_numbers_are_true(bench, texts):
    found = [
        example
        for source in texts.values()
        for example in re.findall(r"`(\w+\([^`]*\))`(?:,)? is (\[[^`.:]*\])", source)
    ]
    assert len(found) == 3
    for call, said in found:
        assert plain(eval(call, dict(bench.solved))) == literal_eval(said), call
    call, said = re.search(r"`(compare\([^`]*\))` is (\{.*?\})", texts["compare-task"]).groups()
    result = eval(call, dict(bench.solved))
    rounded = {end: value if end == "verdict" else round(value, 3) for end, value in result.items()}
    assert rounded == literal_eval(said)


def test_numbers_of_the_model_answer_are_those_of_the_functions(bench, texts):
    solved = bench.solved
    short, long, study = solved["short"], solved["long"], solved["study"]
    cost = {row["name"]: row["macs"] for row in study}
    answer = texts["four-claims-answer"].replace("\N{MINUS SIGN}", "-")
    claims = dict(zip("ABCD", re.split(r"\*\*[BCD]\.\*\*|\*\*Then", answer), strict=False))

    def compared(table, one, other):
        return solved["compare"](table, one, other, errors=3.45 if table is short else 3.06)

    def told(claim, table, one, other, verdict):
        result = compared(table, one, other)
        assert result["verdict"] == verdict
        for number in (fmean(table[one]) - fmean(table[other]), result["low"], result["high"]):
            assert f"{number:.1f}" in claims[claim], (claim, number)

    told("A", long, "compound", "width", "compound")
    told("B", long, "compound", "resolution", "within noise")
    told("C", short, "depth", "base", "within noise")
    told("C", long, "depth", "base", "depth")
    best = compared(short, "resolution", "compound")
    assert best["verdict"] == "resolution"
    assert f"by {best['low']:.1f} to {best['high']:.1f} points" in claims["D"]
    ahead = compared(long, "compound", "depth")
    assert f"({ahead['low']:.1f} to {ahead['high']:.1f} points)" in claims["A"]

    assert f"{100 * cost['compound'] / cost['width'] - 100:.0f}% more" in claims["A"]
    assert f"{100 * cost['compound'] / cost['resolution'] - 100:.0f}% apart" in claims["B"]
    matched = {name for pair in solved["matched_pairs"](study) for name in pair}
    assert matched == {"depth", "resolution", "compound"}
    luck = solved["luck_of_the_best"](long["compound"], 5)
    assert f"lies {luck:.1f} above their mean" in claims["B"]
    agree = solved["rank_agreement"](*([fmean(t[n]) for n in cost] for t in (short, long)))
    assert f"{agree:.1f}, over five networks" in claims["D"]
    means = [[cost[name], fmean(long[name])] for name in cost]
    assert {3, 4, 2} <= set(solved["pareto_front"](means))


def test_claims_quote_the_table(bench, texts):
    short, long = bench.solved["short"], bench.solved["long"]
    task = texts["four-claims-task"]
    best, mean = max(long["compound"]), fmean(long["resolution"])
    assert f"{best}%" in task
    assert f"{mean:.1f}%" in task
    assert f"{best - mean:.1f} points more" in task
    assert f"{fmean(short['base']) - fmean(short['depth']):.1f} points below" in task
