import re
from dataclasses import replace
from pathlib import Path

import pytest

import tiny
from effnet_lab import recorded
from effnet_lab.records.compare import Difference
from effnet_lab.records.statistics import results
from effnet_lab.view import report
from effnet_lab.view.report import difference_in_words, study_table, write_report

WIDE = replace(tiny.NET, name="wide", width_mult=2.0)


def record(accuracy, seed=0, family="base", **changes):
    return tiny.record(accuracy, seed, family=family, **changes)


def runs(accuracies, **changes):
    return [record(accuracy, seed, **changes) for seed, accuracy in enumerate(accuracies)]


BASE = runs([0.50, 0.51, 0.52])
BETTER = runs([0.60, 0.62, 0.61], family="width", spec=WIDE, macs=2000)


def test_a_clear_difference_is_printed_with_its_test():
    (row,) = [row for row in study_table("x", results([*BASE, *BETTER])).rows if row[0] == "wide"]
    assert row == ("wide", "width", 2000, 3, "61.0 ± 1.0", "+10.0 (+7.5 to +12.5)")
    (line,) = report.against_base(results([*BASE, *BETTER]))
    assert line == "wide over tiny: +10.0 points (n = 3 and 3; 95% interval +7.5 to +12.5)"


def test_an_interval_that_covers_zero_is_within_noise():
    near = runs([0.500, 0.515, 0.525], family="width", spec=WIDE)
    (line,) = report.against_base(results([*BASE, *near]))
    assert line.endswith("): within noise")
    assert study_table("x", results([*BASE, *near])).rows[1][-1].endswith(", within noise)")
    (same,) = report.at_equal_macs(results([*BASE, *near]))
    assert same.startswith("1.00 K MACs: wide over tiny: ")
    assert same.endswith("): within noise")


def test_an_interval_that_ends_at_zero_covers_it():
    first, second = results([*runs([0.25, 0.25]), *runs([0.5] * 5, spec=WIDE)])
    assert difference_in_words(Difference(first, second, -0.25, 0.9, error=0.1, margin=0.25)) == (
        "−25.0 points (n = 2 and 5; 90% interval −50.0 to 0.0): within noise"
    )


def test_one_seed_is_said_to_allow_no_test():
    found = results([BASE[0], *BETTER])
    (line,) = report.against_base(found)
    assert line == "wide over tiny: +11.0 points (n = 3 and 1; one seed: no test)"
    assert study_table("x", found).rows[0][4] == "50.0"


def test_recipes_of_one_network_are_told_apart():
    smooth = replace(tiny.RECIPE, label_smoothing=0.1, flip=False)
    found = results([*BASE, *runs([0.7, 0.71], family="recipe", recipe=smooth)])
    names = [row[0] for row in study_table("x", found).rows]
    assert names == ["tiny, label smoothing 0, flip on", "tiny, label smoothing 0.1, flip off"]


def studies_of_four():
    nets = [replace(tiny.NET, name=f"net {i}", width_mult=1 + i / 4) for i in range(4)]
    first = [r for i, net in enumerate(nets) for r in runs([0.1 * i, 0.1 * i + 0.01], spec=net)]
    return first, [replace(r, test_accuracy=1 - r.test_accuracy) for r in first]


def test_rankings_are_compared_over_common_networks():
    first, second = studies_of_four()
    (line,) = report.rankings({"up": results(first), "down": results(second)})
    assert line.startswith("up and down: Spearman −1.00 over 4 networks, 95% bootstrap interval")
    assert not list(report.rankings({"up": results(first), "few": results(second[:6])}))


def test_rankings_are_compared_among_networks_of_one_cost_too():
    """Over all, size makes them agree; of one cost, the second study turns the first round."""
    first, second = [], []
    for step in range(6):
        spec = replace(tiny.NET, name=f"net {step}", width_mult=1 + step / 4)
        size, place = divmod(step, 3)
        first.append(record(0.3 * size + 0.01 * place, spec=spec, macs=1000 * (1 + size)))
        second.append(record(0.3 * size - 0.01 * place, spec=spec, macs=1000 * (1 + size)))
    (line,) = report.rankings({"long": results(first), "short": results(second)})
    assert "Spearman +0.54 over 6 networks" in line
    assert line.endswith("; among networks of one cost: −1.00, −1.00")


def test_a_report_has_all_numbers_and_figures_of_its_studies(tmp_path):
    path = write_report({"x": [*BASE, *BETTER, record(None, 7, status="stopped")]}, tmp_path / "r")
    text = path.read_text()
    assert (
        "6 finished runs of 2 networks on tiny, 3 seeds, 35 s of training in all; 1 unfin" in text
    )
    assert "| wide | width | 2,000 | 3 | 61.0 ± 1.0 | +10.0 (+7.5 to +12.5) |" in text
    assert "- wide over tiny: +10.0 points (n = 3 and 3; 95% interval +7.5 to +12.5)" in text
    (figure,) = re.findall(r"\]\((.+)\)$", text, re.MULTILINE)
    assert sorted(p.name for p in path.parent.iterdir()) == ["report.md", figure]
    assert "<svg" in (path.parent / figure).read_text()


def test_networks_of_equal_cost_are_drawn_by_their_differences(tmp_path):
    better = runs(
        [0.60, 0.61, 0.62],
        family="recipe",
        spec=replace(tiny.NET, name="no flip"),
        recipe=replace(tiny.RECIPE, flip=False),
    )
    text = write_report({"x": [*BASE, *better]}, tmp_path).read_text()
    assert "![Largest gain beyond noise: x, “no flip” (+10.0 points)." in text
    assert "![Largest gain" not in write_report({"x": [*BASE, *BETTER]}, tmp_path).read_text()


def test_writing_again_keeps_what_was_changed_and_only_that(tmp_path):
    write_report({"x": BASE}, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    write_report({"x": BASE}, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    (tmp_path / "report.md").write_text("notes of my own")
    write_report({"x": BASE}, tmp_path)
    assert (tmp_path / "report.md").read_bytes() == before["report.md"]
    (kept,) = tmp_path.glob("report.*-*.md")
    assert kept.read_text() == "notes of my own"


def test_nothing_is_written_where_there_is_nothing_to_report(tmp_path):
    with pytest.raises(ValueError, match="no studies"):
        write_report({}, tmp_path / "r")
    with pytest.raises(ValueError, match="no finished run"):
        write_report({"x": [record(None, status="stopped")]}, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_every_network_of_the_recorded_studies_has_its_row(tmp_path):
    studies = {name: recorded(name) for name in ("quick", "toy")}
    text = write_report(studies, tmp_path).read_text()
    for name, records in studies.items():
        part = text.partition(f"## {name}\n")[2].partition("\n## ")[0]
        for result in results(records):
            assert f"| {result.spec.name} |" in part
            assert f"| {100 * result.mean:.1f} ± {100 * result.std:.1f} |" in part
        assert Path(tmp_path / f"{name}.svg").exists()
    assert "- quick and toy: Spearman " in text
