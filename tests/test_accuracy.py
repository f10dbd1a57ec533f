import doctest
import math
import random
import re
from dataclasses import replace
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from effnet_lab.arch import NetworkSpec, StageSpec, scaled
from effnet_lab.records.labels import Labels
from effnet_lab.records.runs import Epoch, Recipe, RunPlan, RunRecord, priced
from effnet_lab.view import (
    Picture,
    accuracy_vs_macs,
    pareto_front,
    style,
)
from effnet_lab.view.plots import accuracy as plots

BASE = NetworkSpec(
    "base net",
    (
        StageSpec(1, kernel=3, stride=1, channels=8, layers=1),
        StageSpec(4, kernel=3, stride=2, channels=16, layers=2),
        StageSpec(4, kernel=5, stride=2, channels=32, layers=2),
        StageSpec(4, kernel=3, stride=1, channels=48, layers=1),
    ),
    resolution=16,
    num_classes=10,
    stem_channels=16,
    stem_stride=1,
    head_channels=192,
)

#: About two and four times the base's MACs.
FACTORS = {
    "width": [{"width": 1.5}, {"width": 2.15}],
    "depth": [{"depth": 2}, {"depth": 4}],
    "resolution": [{"resolution": 1.4375}, {"resolution": 2}],
    "compound": [{"width": 1.1, "resolution": 1.25}, {"width": 1.6, "resolution": 1.3125}],
}
GAINS = {"width": 0.07, "depth": 0.02, "resolution": 0.11, "compound": 0.09}


def record(
    spec: NetworkSpec = BASE,
    family: str = "base",
    accuracy: float | None = 0.56,
    seed: int = 0,
    status: str = "finished",
    epochs: int = 4,
    **plan: object,
) -> RunRecord:
    fields = {"data": "cifar10", "fingerprint": "f" * 16, "recipe": Recipe(), "pictures": 4000}
    made = RunPlan(spec, **{**fields, "seed": seed, **plan}, labels=Labels(family=family))
    end = accuracy or 0.5
    history = tuple(
        Epoch(
            made.pictures * n // epochs,
            2.0 * n,
            0.2 / n,
            2 - end * n / epochs,
            0.9 * end * n / epochs,
            1.9 - end * n / epochs,
            end * n / epochs,
        )
        for n in range(1, epochs + 1)
    )
    loss = None if accuracy is None else 1.0
    reason = "by hand" if status != "finished" else ""
    return RunRecord(made, priced(spec), history, status, reason, accuracy, loss, 8.0, {})


def study(seeds: int = 3, noise: float = 0.002, gains: dict[str, float] = GAINS) -> list[RunRecord]:
    """Runs of the base and of two members of each family."""
    rng = random.Random(0)
    members = [("base", BASE, 0.56)]
    for family, gain in gains.items():
        for step, factors in enumerate(FACTORS[family]):
            spec = scaled(BASE, **factors, name=f"{family} x{2 * (step + 1)}")
            members.append((family, spec, 0.56 + gain * (0.6, 1)[step]))
    return [
        record(spec, family, accuracy + rng.gauss(0, noise), seed)
        for family, spec, accuracy in members
        for seed in range(seeds)
    ]


def mine(name: str = "my net", accuracy: float = 0.64) -> RunRecord:
    return record(scaled(BASE, 1.3, 1.2, 1.25, name=name), "", accuracy, pictures=2000)


def column(picture: Picture, name: str) -> list[object]:
    return [row[picture.columns.index(name)] for row in picture.rows]


def title_of(picture: Picture) -> str:
    return " ".join(picture.figure.texts[0].get_text().split())


def caption_of(picture: Picture) -> str:
    return " ".join(picture.figure.texts[1].get_text().split())


@pytest.fixture(scope="module")
def curve() -> Picture:
    return accuracy_vs_macs(study(), mine(), published={"ResNet-8": (12.5e6, 0.66)})


# ------------------------------------------------------------------ the front


def test_examples_in_docstrings():
    assert doctest.testmod(plots).failed == 0


def test_the_front_of_nothing_is_empty():
    assert pareto_front([]) == []


def test_equal_points_are_on_the_front_together():
    assert pareto_front([(2, 0.5), (1, 0.4), (2, 0.5), (3, 0.5)]) == [1, 0, 2]


def test_at_equal_cost_only_the_best_is_on_the_front():
    assert pareto_front([(1, 0.4), (1, 0.6), (1, 0.5)]) == [1]


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_front_of_what_is_no_number_is_refused(bad):
    with pytest.raises(ValueError, match="must be finite"):
        pareto_front([(1, 0.5), (2, bad)])


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9))))
def test_the_front_is_what_nothing_beats(points):
    def beats(a: tuple[int, int], b: tuple[int, int]) -> bool:
        return a[0] <= b[0] and a[1] >= b[1] and a != b

    expected = {i for i, p in enumerate(points) if not any(beats(q, p) for q in points)}
    front = pareto_front(points)
    assert len(front) == len(set(front))
    assert set(front) == expected
    costs = [points[i] for i in front]
    assert costs == sorted(costs)


# ------------------------------------------------------------------ accuracy against MACs


def test_the_table_holds_the_data(curve):
    runs = study()
    by_name: dict[str, list[RunRecord]] = {}
    for run in runs:
        by_name.setdefault(run.spec.name, []).append(run)
    rows = {row[1]: row for row in curve.rows}
    assert set(rows) == {*by_name, "my net", "ResNet-8"}
    for name, members in by_name.items():
        family, _, macs, params, accuracy, spread_, n, pictures, _ = rows[name]
        values = [100 * run.test_accuracy for run in members]
        assert (family, macs, params) == (members[0].family, *members[0].cost[1::-1])
        assert accuracy == pytest.approx(fmean(values), abs=1e-3)
        assert spread_ == pytest.approx(stdev(values), abs=1e-3)
        assert (n, pictures) == (3, 4000)
    assert rows["my net"][4:8] == (64.0, None, 1, 2000)
    assert rows["ResNet-8"][:5] == ("published", "ResNet-8", 12.5e6, None, 66.0)


def test_the_table_marks_the_front(curve):
    rows = [row for row in curve.rows if row[0] != "published"]
    front = {rows[i][1] for i in pareto_front([(row[2], row[4]) for row in rows])}
    assert {row[1] for row in rows if row[8]} == front
    assert "resolution x4" in front
    assert "depth x4" not in front


def test_families_come_in_the_order_of_the_course(curve):
    order = list(dict.fromkeys(column(curve, "family")))
    assert order == ["base", "width", "depth", "resolution", "compound", "you", "published"]


def test_markers_lie_where_the_table_says(curve):
    axes = curve.figure.axes[0]
    drawn = {
        (line.get_marker(), line.get_xdata()[0], round(line.get_ydata()[0], 3))
        for line in axes.lines
        if line.get_linestyle() == "None"
    }
    looks = {**style.FAMILIES, "you": style.YOU, "published": style.PUBLISHED}
    expected = {(looks[row[0]].marker, row[2], row[4]) for row in curve.rows}
    assert expected <= drawn


def test_each_line_starts_at_the_base_network(curve):
    base = next(row for row in curve.rows if row[0] == "base")
    lines = {
        line.get_color(): line
        for line in curve.figure.axes[0].lines
        if line.get_linestyle() == "-" and len(line.get_xdata()) == 3
    }
    for family in FACTORS:
        line = lines[style.FAMILIES[family].colour]
        assert line.get_xdata()[0] == base[2]
        assert line.get_ydata()[0] == pytest.approx(base[4], abs=1e-3)
        assert list(line.get_xdata()) == sorted(line.get_xdata())


def test_a_line_starts_at_no_base_that_was_trained_otherwise():
    runs = [*study(1), record(scaled(BASE, 2, name="long"), "width", 0.7, pictures=9000)]
    lines = [
        line
        for line in accuracy_vs_macs(runs).figure.axes[0].lines
        if line.get_color() == style.FAMILIES["width"].colour and line.get_linestyle() == "-"
    ]
    assert sorted(len(line.get_xdata()) for line in lines) == [1, 3]


def test_error_bars_are_one_standard_deviation(curve):
    collections = curve.figure.axes[0].collections
    heights = sorted(
        segment[1][1] - segment[0][1] for bars in collections for segment in bars.get_segments()
    )
    spreads = [s for s in column(curve, "standard deviation (points)") if s is not None]
    assert heights == pytest.approx(sorted(2 * s for s in spreads), abs=3e-3)
    assert len(heights) == 9


@pytest.mark.parametrize(
    ("records", "words"),
    [
        (study(3), "Bars: one standard deviation, n = 3;"),
        (study(1), "One seed each: no error bars;"),
        ([*study(2), record(seed=9)], "Bars: one standard deviation, n = 2 to 3;"),
        (study(2)[1:], "Bars: one standard deviation where n > 1 (n = 1 to 2);"),
    ],
)
def test_the_caption_says_n(records, words):
    picture = accuracy_vs_macs(records)
    assert caption_of(picture).startswith(words)
    assert words.rstrip(";") in picture.alt


def test_the_caption_says_how_long_the_training_was(curve):
    assert "training lengths differ: 2 K to 4 K pictures" in caption_of(curve)
    assert "each trained on 4 K pictures" in caption_of(accuracy_vs_macs(study(1)))


def test_a_run_given_twice_counts_once():
    picture = accuracy_vs_macs([*study(2), *study(2)])
    assert set(column(picture, "n")) == {2}


def test_networks_are_told_apart_by_all_but_the_name():
    one, other = BASE, replace(BASE, name="another name")
    picture = accuracy_vs_macs([record(one, seed=0), record(other, seed=1)])
    assert column(picture, "n") == [2]


def test_runs_that_were_trained_otherwise_are_no_seeds():
    runs = [
        record(seed=0),
        record(seed=1, pictures=8000),
        record(seed=2, recipe=Recipe(flip=False)),
    ]
    assert column(accuracy_vs_macs(runs), "n") == [1, 1, 1]


def test_unfinished_runs_are_left_out_and_that_is_said():
    runs = [
        *study(1),
        record(accuracy=None, status="stopped", seed=7),
        record(accuracy=None, status="diverged", seed=8),
    ]
    picture = accuracy_vs_macs(runs)
    assert "2 unfinished runs left out" in caption_of(picture)
    assert "left out" not in caption_of(accuracy_vs_macs(study(1)))
    assert column(picture, "n") == [1] * 9


def test_axes_have_names_units_and_plain_ticks(curve):
    axes = curve.figure.axes[0]
    assert axes.get_xlabel() == "Multiply-accumulates per picture (MACs)"
    assert axes.get_ylabel() == "CIFAR-10 test accuracy (%)"
    assert axes.get_xscale() == "log"
    curve.figure.draw_without_rendering()
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert labels == ["1 M", "2 M", "4 M", "8 M"]
    assert axes.get_xticks(minor=True).size == 0
    assert all(re.fullmatch(r"\d+", label.get_text()) for label in axes.get_yticklabels())
    assert "10^" not in curve.to_svg()


def test_the_toy_set_and_the_metric_name_the_axis():
    picture = accuracy_vs_macs([record(data="toy")], metric="val_accuracy")
    assert picture.figure.axes[0].get_ylabel() == "toy set validation accuracy (%)"
    assert column(picture, "validation accuracy (%)") == [56.0]


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({}, r"resolution buys most here \(\+11\.\d points\)"),
        ({"seeds": 1}, r"resolution buys most here \(\+1\d\.\d points, one seed\)"),
        ({"noise": 0.03}, r"(\w+ \+\d+\.\d(, | points)){4}: too close to call"),
        (
            {"gains": {"width": -0.02, "depth": -0.05}},
            r"buy nothing here \(best: width, −[12]\.\d points\)",
        ),
        ({"gains": {"width": 0.1}}, r"Best of 3 networks: width x4 with 6\d\.\d% at 4\.\d+ M MACs"),
    ],
)
def test_the_title_says_what_the_data_show_and_no_more(changes, title):
    made = title_of(accuracy_vs_macs(study(**changes)))
    times = r"(About 4 x the MACs \([34]\.\d\d to [34]\.\d\d\):? )?"
    assert re.fullmatch(times + title, made), made


def test_a_title_compares_at_the_largest_budget_at_which_most_families_meet():
    far = record(scaled(BASE, resolution=4, name="far"), "resolution", 0.9)
    assert title_of(accuracy_vs_macs([*study(), far])).startswith(
        "About 4 x the MACs (3.85 to 4.62): resolution buys"
    )


def test_a_title_compares_nothing_that_was_trained_otherwise():
    runs = [
        replace(run, plan=replace(run.plan, pictures=8000)) if run.family != "base" else run
        for run in study(1)
    ]
    assert title_of(accuracy_vs_macs(runs)).startswith("Best of 9 networks: resolution x4")


def test_a_lone_network_is_named():
    assert title_of(accuracy_vs_macs([record()])) == "base net: 56.0% at 1.11 M MACs"
    assert title_of(accuracy_vs_macs([], mine())).startswith("Your network: 64.0% at ")


@pytest.mark.parametrize(
    ("ratios", "text"),
    [
        ([4.0, 4.001], "4 x the MACs"),
        ([3.97, 4.0], "About 4 x the MACs (3.97 to 4.00)"),
        ([2.3, 2.5], "About 2 x the MACs (2.30 to 2.50)"),
        ([0.6, 0.61], "About 0.6 x the MACs (0.60 to 0.61)"),
        ([7.8], "About 8 x the MACs (7.80)"),
    ],
)
def test_a_title_tells_about_how_many_times_and_from_what_to_what(ratios, text):
    assert plots._times(ratios) == text


def test_a_given_title_is_kept():
    assert title_of(accuracy_vs_macs(study(1), title="Mine")) == "Mine"


def test_the_alternative_text_names_the_best_and_you(curve):
    assert title_of(curve) in curve.alt
    assert re.search(r"Best: resolution x4 \(resolution\) with 66\.9% at 4\.41 M MACs", curve.alt)
    assert "You: my net (you) with 64.0% at " in curve.alt
    assert "CIFAR-10 test accuracy (%)" in curve.alt
    front = re.search(r"On the Pareto front: ([^.]+)\.", curve.alt).group(1).split(", ")
    rows = sorted((row for row in curve.rows if row[8]), key=lambda row: row[2])
    assert front == [row[1] for row in rows]


def test_you_are_a_star_in_the_colour_of_the_page(curve):
    star = [line for line in curve.figure.axes[0].lines if line.get_marker() == "*"]
    assert len(star) == 1
    assert star[0].get_markerfacecolor() == style.INK
    assert star[0].get_markersize() == style.STAR
    assert "fill: currentColor" in curve.to_svg()


def test_one_run_or_several_may_be_yours():
    two = accuracy_vs_macs(study(1), [mine("first"), mine("second", 0.62)])
    three = accuracy_vs_macs(study(1), mine("first", 0.6))
    names = {text.get_text() for text in two.figure.axes[0].texts}
    # Equal but for the name and the accuracy: runs of one plan, of which the last counts.
    assert "you" in names
    assert column(three, "family").count("you") == 1
    other = record(scaled(BASE, 1.2, name="third"), "", 0.6)
    texts = {t.get_text() for t in accuracy_vs_macs(study(1), [mine(), other]).figure.axes[0].texts}
    assert {"you: my net", "you: third"} <= texts


def test_records_without_a_family_are_points_with_names():
    picture = accuracy_vs_macs(
        [record(scaled(BASE, w, name=f"w {w}"), "", 0.5 + w / 20) for w in (1, 2, 3)]
    )
    axes = picture.figure.axes[0]
    assert {text.get_text() for text in axes.texts} == {"w 1", "w 2", "w 3"}
    assert not [line for line in axes.lines if line.get_linestyle() == "-"]


def test_labels_tell_training_lengths_apart_where_one_family_has_several():
    spec = scaled(BASE, 2, name="two")
    runs = [
        record(spec, family, 0.5 + n / 50_000, pictures=n)
        for family in ("width", "")
        for n in (2000, 4000)
    ]
    texts = {text.get_text() for text in accuracy_vs_macs(runs).figure.axes[0].texts}
    assert texts == {f"{name}, {n} K pictures" for name in ("width", "two") for n in (2, 4)}


def test_a_family_of_ones_own_is_drawn_neutral():
    runs = [record(), record(scaled(BASE, 2, name="m"), "mobile", 0.6)]
    axes = accuracy_vs_macs(runs).figure.axes[0]
    assert style.NEUTRAL in {line.get_color() for line in axes.lines if line.get_linestyle() == "-"}
    assert {text.get_text() for text in axes.texts} == {"base", "mobile"}


# ------------------------------------------------------------------ labels


def text_box(text: Text) -> Bbox:
    """The text's own box: an annotation's includes its line."""
    renderer = text.figure.canvas.get_renderer()
    text.update_positions(renderer)
    return Text.get_window_extent(text, renderer)


def marker_boxes(picture: Picture) -> list[Bbox]:
    axes = picture.figure.axes[0]
    boxes = []
    for line in axes.lines:
        if line.get_linestyle() == "None" and line.get_marker() != "_":
            half = line.get_markersize() / 2 * picture.figure.dpi / 72
            x, y = axes.transData.transform((line.get_xdata()[0], line.get_ydata()[0]))
            boxes.append(Bbox.from_extents(x - half, y - half, x + half, y + half))
    return boxes


CROWDS = {
    "the study with you": (study(), [mine()], {"ResNet-8": (12.5e6, 0.66)}),
    "one seed": (study(1), [], {}),
    "all families end at the same place": (
        study(gains=dict.fromkeys(GAINS, 0.08), noise=1e-4),
        [mine("a", 0.64)],
        {},
    ),
    "many without a family": (
        [
            record(scaled(BASE, 1 + i / 30, name=f"net {i}"), "", 0.6 + i % 3 / 100, pictures=p)
            for i in range(8)
            for p in (3000, 4000)
        ],
        [],
        {},
    ),
    "published close together": (
        study(1),
        [],
        {f"paper {i}": (4e6 + 1e5 * i, 0.66 + i / 1000) for i in range(4)},
    ),
}


@pytest.mark.parametrize("crowd", CROWDS)
def test_labels_overlap_neither_each_other_nor_markers_nor_the_edge(crowd):
    records, you, published = CROWDS[crowd]
    picture = accuracy_vs_macs(records, you, published=published)
    figure, axes = picture.figure, picture.figure.axes[0]
    labels = {text.get_text() + str(i): text_box(text) for i, text in enumerate(axes.texts)}
    assert labels
    markers = marker_boxes(picture)
    assert len(markers) == len(picture.rows)
    for name, box in labels.items():
        others = [other for key, other in labels.items() if key != name]
        assert not any(box.overlaps(other) for other in [*others, *markers]), name
        assert box.x0 >= axes.bbox.x0
        assert box.x1 <= figure.bbox.x1
        assert box.y0 >= axes.bbox.y0
        assert box.y1 <= axes.bbox.y1


# ------------------------------------------------------------------ refusals


def test_no_records_are_refused():
    with pytest.raises(ValueError, match="there are no records"):
        accuracy_vs_macs([])


def test_only_unfinished_records_are_refused():
    runs = [record(accuracy=None, status="stopped")]
    with pytest.raises(ValueError, match="no finished run with a test accuracy among 1 record"):
        accuracy_vs_macs(runs)


@pytest.mark.parametrize("other", [{"data": "toy"}, {"fingerprint": "e" * 16}])
def test_mixed_data_are_refused(other):
    with pytest.raises(ValueError, match=r"different data: .*cifar10 \(ffffffff\)"):
        accuracy_vs_macs([record(), record(seed=1, **other)])
    with pytest.raises(ValueError, match="different data"):
        accuracy_vs_macs([record()], record(seed=1, **other))


def test_an_unknown_metric_is_refused():
    with pytest.raises(ValueError, match="metric is 'loss'; it must be one of test_accuracy"):
        accuracy_vs_macs([record()], metric="loss")
