"""Pictures of what was published say what the facts say, and ours what the records say."""

from dataclasses import replace

import pytest

from effnet_lab.arch import facts
from effnet_lab.records.compare import compare
from effnet_lab.records.runs import recorded
from effnet_lab.records.statistics import results
from effnet_lab.view.plots.published import differences, gains_beside_paper, published_accuracy

QUICK = recorded("quick")
FAMILIES = ("depth", "width", "resolution", "compound")


def column(picture, name):
    return [row[picture.columns.index(name)] for row in picture.rows]


def with_accuracies(**accuracies):
    """Return runs of the base and of the x4 networks, with given test accuracies over seeds."""
    runs = []
    for family, values in accuracies.items():
        name = "cifar_base" if family == "base" else f"{family} x4"
        found = next(r for r in QUICK if r.spec.name == name)
        runs += [
            replace(found, plan=replace(found.plan, seed=seed), test_accuracy=value)
            for seed, value in enumerate(values)
        ]
    return runs


@pytest.mark.parametrize(("version", "field"), [("v5", "top1"), ("2019", "top1_2019")])
def test_table_2_is_drawn_as_printed(version, field):
    picture = published_accuracy(version=version)
    rows = {row[0]: row[1:] for row in picture.rows}
    assert len(rows) == len(facts.IMAGENET) + len(facts.TABLE_2)
    for own in facts.IMAGENET.values():
        printed = (True, getattr(own, field), own.params, own.macs, None)
        assert rows[own.model.upper()] == printed
    for other in facts.TABLE_2:
        printed = (False, other.top1, other.params, other.macs, other.beside.upper())
        assert rows[other.model] == printed


def test_the_version_is_named():
    assert "Table 2 of arXiv version 5" in published_accuracy().alt
    assert "Table 2 of the versions of 2019" in published_accuracy(version="2019").alt


@pytest.mark.parametrize("by", ["macs", "params"])
def test_markers_stand_at_printed_costs(by):
    axes = published_accuracy(by).figure.axes[0]
    own, *others = axes.lines
    assert list(own.get_xdata()) == [getattr(row, by) for row in facts.IMAGENET.values()]
    assert list(own.get_ydata()) == [row.top1 for row in facts.IMAGENET.values()]
    drawn = [(line.get_xdata()[0], line.get_ydata()[0]) for line in others]
    wanted = [(getattr(r, by), r.top1) for r in facts.TABLE_2 if getattr(r, by) is not None]
    assert drawn == wanted


def test_what_has_no_macs_is_left_out_and_said():
    assert "GPipe left out" in published_accuracy("macs").alt
    assert "left out" not in published_accuracy("params").alt


def test_titles_name_the_pair_that_is_furthest_apart():
    smaller = facts.FACTS["smaller-than-gpipe"].value
    title = published_accuracy("params").alt.split(". ")[0]
    assert title.startswith(f"GPipe: {smaller}")
    ratios = {
        row.model: row.macs / facts.IMAGENET[row.beside].macs for row in facts.TABLE_2 if row.macs
    }
    far = max(ratios, key=ratios.get)
    assert published_accuracy().alt.startswith(f"{far}: {ratios[far]:.1f} x the MACs of")


def test_the_papers_gains_are_those_of_table_7():
    picture = gains_beside_paper({"ours": QUICK})
    base = next(row for row in facts.TABLE_7 if row.family == "base")
    paper = {row[1]: row for row in picture.rows if row[0].startswith("the paper")}
    assert paper.keys() == set(FAMILIES)
    for row in facts.TABLE_7:
        if row.family != "base":
            assert paper[row.family][3:5] == (
                round(row.macs / base.macs, 2),
                round(row.top1 - base.top1, 2),
            )
            assert paper[row.family][5:] == (None, None, "no seeds published")


@pytest.mark.parametrize("metric", ["test_accuracy", "val_accuracy"])
def test_our_gains_are_differences_of_means_over_seeds(metric):
    picture = gains_beside_paper({"ours": QUICK}, metric=metric)
    ours = {row[1]: row for row in picture.rows if row[0] == "ours"}
    assert ours.keys() == set(FAMILIES)
    study = results(QUICK, metric)
    base = next(result for result in study if result.family == "base")
    members = [result for result in study if result.spec.name in column(picture, "network")]
    for found in compare(study).against(base, members):
        row = ours[found.first.family]
        assert row[2] == found.first.spec.name
        assert row[4] == pytest.approx(100 * found.value, abs=0.006)
        assert row[5] == pytest.approx(100 * found.margin, abs=0.006)
        assert row[6] == min(found.n)


def test_another_multiple_takes_other_networks():
    picture = gains_beside_paper({"ours": QUICK}, factor=2)
    networks = [row[2] for row in picture.rows if row[0] == "ours"]
    assert networks == [f"{family} x2" for family in FAMILIES]


def test_verdicts_are_those_of_the_intervals():
    runs = with_accuracies(
        base=(0.50, 0.51, 0.49),
        depth=(0.50, 0.53, 0.49),
        width=(0.60, 0.61, 0.59),
    )
    picture = gains_beside_paper({"ours": runs})
    said = {row[1]: row[7] for row in picture.rows if row[0] == "ours"}
    assert said == {
        "depth": "within noise",
        "width": "more than noise",
    }


@pytest.mark.parametrize(
    ("width", "depth", "said"),
    [
        ((0.60, 0.61, 0.59), (0.56, 0.57, 0.55), "ours, width (+10.0 points)"),
        (
            (0.60, 0.62, 0.58),
            (0.59, 0.60, 0.58),
            "ours, width or depth (+10.0 points, too close to call)",
        ),
    ],
)
def test_the_title_says_no_more_than_the_seeds(width, depth, said):
    runs = with_accuracies(base=(0.50, 0.51, 0.49), width=width, depth=depth)
    title = gains_beside_paper({"ours": runs}).alt.split(". ")[0]
    assert title.endswith(said), title


def test_without_a_second_seed_nothing_is_said_of_noise():
    runs = with_accuracies(base=(0.50,), width=(0.60,), depth=(0.56,))
    picture = gains_beside_paper({"ours": runs})
    assert "ours, width (+10.0 points, one seed: no test)" in picture.alt
    assert {row[7] for row in picture.rows if row[0] == "ours"} == {"one seed: no test"}


def test_bars_are_drawn_as_long_as_the_room():
    picture = gains_beside_paper({"ours": QUICK})
    paper, ours = picture.figure.axes
    assert not paper.collections
    rooms = [row[5] for row in picture.rows if row[0] == "ours"]
    ends = [segments.get_segments()[0] for segments in ours.collections]
    for room, ((left, _), (right, _)) in zip(rooms, ends, strict=True):
        assert right - left == pytest.approx(2 * room, abs=0.02)


def test_differences_compare_every_two_families():
    table = differences(QUICK)
    gains = {row[1]: row for row in gains_beside_paper({"ours": QUICK}).rows if row[0] == "ours"}
    assert len(table.rows) == 6
    for pair, points, interval, seeds, said in table.rows:
        first, second = pair.split(" over ")
        assert points == pytest.approx(gains[first][4] - gains[second][4], abs=0.011)
        assert points >= 0
        low, high = (float(end) for end in interval.split(" to "))
        assert (low + high) / 2 == pytest.approx(points, abs=0.11)
        assert said == ("within noise" if low < 0 else "more than noise")
        assert seeds == "3 and 3"


def test_differences_of_single_seeds_have_no_interval():
    runs = with_accuracies(base=(0.5,), width=(0.6,), depth=(0.59, 0.60))
    assert differences(runs).rows == (
        ("width over depth", 0.5, None, "1 and 2", "one seed: no test"),
    )


def test_studies_of_one_seed_and_of_several_stand_side_by_side():
    """The study grows from one seed to three while lessons are read."""
    assert gains_beside_paper({"long": recorded("scaling"), "short": QUICK}).rows


def test_what_is_wrong_is_said():
    with pytest.raises(ValueError, match="by is 'flops'"):
        published_accuracy("flops")
    with pytest.raises(ValueError, match="version is 'v1'"):
        published_accuracy(version="v1")
    with pytest.raises(ValueError, match="metric is 'loss'"):
        gains_beside_paper({"ours": QUICK}, metric="loss")
    with pytest.raises(ValueError, match="factor is 0"):
        differences(QUICK, factor=0)
    with pytest.raises(ValueError, match="'ours' has 0 networks of family 'base'"):
        gains_beside_paper({"ours": [r for r in QUICK if r.family != "base"]})
    with pytest.raises(ValueError, match="'ours' has 2 networks of family 'base'"):
        gains_beside_paper({"ours": [*QUICK, *recorded("scaling")]})
    with pytest.raises(ValueError, match="'ours' has no family near 9 x"):
        gains_beside_paper({"ours": QUICK}, factor=9)


def test_alternative_text_tells_the_numbers():
    alt = gains_beside_paper({"ours": QUICK}).alt
    assert "compound +3.8 points at 4.50 x the MACs" in alt
    assert "B0: 77.1% at 390 M" in published_accuracy().alt
