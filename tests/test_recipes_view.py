"""Pictures of recipes say what the records and the schedules say."""

from dataclasses import replace
from statistics import fmean

import numpy as np
import pytest

import tiny
from effnet_lab import Labels, RunRecord
from effnet_lab.arch import Totals
from effnet_lab.records.compare import base_of, compare
from effnet_lab.records.runs import Epoch
from effnet_lab.records.statistics import results
from effnet_lab.view import style
from effnet_lab.view.plots.recipes import effects, train_val_gaps
from effnet_lab.view.plots.schedules import schedules

NAMES = ("study", "ingredient", "points", "low", "high", "n", "base n", "base", "verdict")

SMOOTH = {"recipe": replace(tiny.RECIPE, label_smoothing=0.1)}
NO_FLIP = {"recipe": replace(tiny.RECIPE, flip=False)}
HOT = {"recipe": replace(tiny.RECIPE, learning_rate=9.0)}
COLD = {"recipe": replace(tiny.RECIPE, learning_rate=0.001)}
DROPPED = {"spec": replace(tiny.NET, drop_path_rate=0.3)}


def run(name, accuracy, seed=0, *, train=0.6, status="finished", family="recipe", **changes):
    """Make a run that was validated a tenth of a point above its test accuracy."""
    spec = replace(changes.pop("spec", tiny.NET), name=name)
    labels = Labels(family=family, ingredient=name)
    plan = tiny.plan(seed=seed, spec=spec, labels=labels, **changes)
    seen = 0.0 if accuracy is None else accuracy + 0.001
    first = Epoch(320, 1.0, 0.1, 2.0, 0.1, 2.0, 0.1)
    last = Epoch(960, 3.0, 0.0, 1.0, train, 1.0, seen)
    test = accuracy if status == "finished" else None
    return RunRecord(plan, Totals(10, 1000, 100), (first, last), status, "", test, 1.0, 5.0, {})


def runs(name, accuracies, **changes):
    return [run(name, accuracy, seed, **changes) for seed, accuracy in enumerate(accuracies)]


BASE = runs("tiny", (0.50, 0.51, 0.49), family="base")
BETTER = runs("smooth", (0.53, 0.54, 0.52), **SMOOTH)
WORSE = runs("no flip", (0.48, 0.47, 0.46), **NO_FLIP)
NOISE = runs("dropped", (0.50, 0.53, 0.49), **DROPPED)
STUDY = [*BASE, *WORSE, *NOISE, *BETTER]


def by_ingredient(picture, study="x"):
    """Return the rows of a study as dictionaries, by ingredient."""
    rows = [dict(zip(NAMES, row, strict=True)) for row in picture.rows]
    return {row["ingredient"]: row for row in rows if row["study"] == study}


def markers(axes, level):
    """Return the markers that are drawn at the level of a row; the caps of bars are none."""
    points = [line for line in axes.lines if len(line.get_ydata()) == 1]
    return [line for line in points if line.get_ydata()[0] == level and line.get_marker() != "|"]


def texts(axes, level):
    return [text.get_text() for text in axes.texts if text.xy[1] == level]


# Effects


def test_the_numbers_are_those_of_the_statistics():
    found = results(STUDY)
    table = by_ingredient(effects({"x": STUDY}))
    assert table.keys() == {"smooth", "no flip", "dropped"}
    for result in found:
        base = base_of(result, found)
        if base is None:
            continue
        row = table[result.spec.name]
        (test,) = [d for d in compare(found).against(base) if d.first is result]
        assert row["points"] == pytest.approx(100 * test.value, abs=0.0051)
        low, high = test.interval
        assert row["low"] == pytest.approx(100 * low, abs=0.0051)
        assert row["high"] == pytest.approx(100 * high, abs=0.0051)
        assert (row["n"], row["base n"], row["base"]) == (3, 3, 50.0)
        assert (row["verdict"] == "within noise") == test.within_noise


def test_verdicts_have_a_form_of_their_own():
    picture = effects({"x": STUDY})
    (axes,) = picture.figure.axes
    order = ["smooth", "dropped", "no flip"]
    assert [text.get_text() for text in axes.get_yticklabels()] == order
    verdicts = {name: row["verdict"] for name, row in by_ingredient(picture).items()}
    assert verdicts == {"smooth": "better", "dropped": "within noise", "no flip": "worse"}
    hollow = {
        name: line.get_markerfacecolor() == style.PAPER
        for level, name in enumerate(order)
        for line in markers(axes, level)
    }
    assert hollow == {"smooth": False, "dropped": True, "no flip": False}
    assert "hollow: within noise" in picture.alt
    assert "dropped +0.7 ± 2.2 (within noise)" in picture.alt


def test_dots_and_bars_stand_where_the_numbers_are():
    picture = effects({"x": STUDY})
    (axes,) = picture.figure.axes
    table = by_ingredient(picture)
    bars = [bar.get_segments()[0] for bar in axes.collections]
    for level, (name, bar) in enumerate(zip(["smooth", "dropped", "no flip"], bars, strict=True)):
        assert markers(axes, level)[0].get_xdata()[0] == pytest.approx(
            table[name]["points"], abs=0.0051
        )
        assert bar[:, 1].tolist() == [level, level]
        assert bar[:, 0] == pytest.approx([table[name]["low"], table[name]["high"]], abs=0.0051)


def test_only_what_is_told_from_noise_has_its_number_beside_it():
    (axes,) = effects({"x": STUDY}).figure.axes
    assert [texts(axes, level) for level in range(3)] == [["+3.0"], [], ["−3.0"]]


@pytest.mark.parametrize(
    ("study", "said"),
    [
        (STUDY, "Largest gain beyond noise: x, “smooth” (+3.0 points)."),
        (
            [*BASE, *WORSE, *NOISE],
            "Nothing gains beyond noise; largest loss: x, “no flip” (−3.0 points).",
        ),
        ([*BASE, *NOISE], "Largest gain beyond noise: x, none."),
        ([BASE[0], NOISE[1], BETTER[0]], "“dropped” (+3.0 points, one seed: no test)."),
        ([BASE[0], WORSE[0]], "Largest gain over the base: x, none."),
    ],
)
def test_the_title_says_no_more_than_the_seeds(study, said):
    assert said in effects({"x": study}).alt


def test_a_larger_gain_that_is_noise_does_not_make_the_title():
    picture = effects({"x": [*STUDY, run("cold", 0.534, **COLD)]})
    table = by_ingredient(picture)
    assert table["cold"]["points"] > table["smooth"]["points"]
    assert table["cold"]["verdict"] == "within noise"
    assert "x, “smooth” (+3.0 points)" in picture.alt


def test_an_effect_far_out_is_an_arrow_that_keeps_its_number():
    hot = runs("hot", (0.10, 0.11, 0.10), **HOT)
    picture = effects({"x": [*STUDY, *hot]})
    (axes,) = picture.figure.axes
    low, high = axes.get_xlim()
    ends = [by_ingredient(picture)[name] for name in ("smooth", "dropped", "no flip")]
    assert low < min(row["low"] for row in ends)
    assert max(row["high"] for row in ends) < high
    assert low > -39
    (arrow,) = markers(axes, 3)
    assert arrow.get_marker() == "<"
    assert texts(axes, 3) == ["−39.7"]
    assert by_ingredient(picture)["hot"]["points"] == -39.67
    assert "hot −39.7 ± " in picture.alt
    assert picture.alt.endswith("arrow: beyond the axis.")
    assert "arrow" not in effects({"x": STUDY}).alt


def test_a_bar_that_goes_on_beyond_the_axis_has_an_arrow_too():
    wild = runs("hot", (0.1, 0.9, 0.5), **HOT)
    _, axes = effects({"x": STUDY, "y": [*BASE, *wild]}).figure.axes
    assert sorted(line.get_marker() for line in markers(axes, 3)) == ["<", ">", "o"]


def test_studies_share_rows_and_axis_and_leave_what_is_missing_blank():
    other = [*BASE, *runs("cold", (0.40, 0.42, 0.41), **COLD), *BETTER]
    picture = effects({"x": STUDY, "y": other})
    first, second = picture.figure.axes
    assert [text.get_text() for text in first.get_yticklabels()] == [
        "smooth",
        "dropped",
        "no flip",
        "cold",
    ]
    assert first.get_xlim() == second.get_xlim()
    assert first.get_ylim() == second.get_ylim()
    assert [len(markers(first, level)) for level in range(4)] == [1, 1, 1, 0]
    assert [len(markers(second, level)) for level in range(4)] == [1, 0, 0, 1]
    assert by_ingredient(picture, "y").keys() == {"smooth", "cold"}
    assert first.get_title("left") == "x\nbase 50.0%"


@pytest.mark.parametrize("single", ["base", "ingredient"])
def test_a_single_seed_is_said_to_allow_no_test(single):
    study = [*BASE[:1], *BETTER] if single == "base" else [*BASE, *BETTER[:1]]
    picture = effects({"x": study})
    row = by_ingredient(picture)["smooth"]
    assert (row["low"], row["high"], row["verdict"]) == (None, None, "one seed: no test")
    assert "a single seed allows no test" in picture.alt
    (axes,) = picture.figure.axes
    assert not axes.collections
    assert markers(axes, 0)[0].get_marker() == "x"


def test_what_never_came_to_its_end_is_named_and_not_priced():
    lost = runs("hot", (None, None, None), status="diverged", **HOT)
    picture = effects({"x": [*STUDY, *lost]})
    row = by_ingredient(picture)["hot"]
    assert (row["points"], row["n"], row["verdict"]) == (None, 0, "diverged")
    assert "hot diverged" in picture.alt
    assert picture.alt.endswith("3 unfinished runs left out.")
    (axes,) = picture.figure.axes
    assert "diverged" in [text.get_text() for text in axes.texts]


def test_a_run_that_is_given_twice_counts_once():
    assert effects({"x": [*STUDY, *STUDY]}).rows == effects({"x": STUDY}).rows


def test_validation_accuracy_is_drawn_when_it_is_asked_for():
    runs_ = [replace(r, test_accuracy=0.9) for r in STUDY]
    picture = effects({"x": runs_}, metric="val_accuracy")
    assert by_ingredient(picture)["smooth"]["points"] == 3.0
    assert by_ingredient(picture)["smooth"]["base"] == 50.1
    assert "Points of validation accuracy" in picture.alt


def test_the_caption_says_what_the_base_is():
    assert "over the base (flip and shifts of up to 0.125)" in effects({"x": STUDY}).alt
    plain = replace(tiny.RECIPE, flip=False, shift=0.0)
    bare = [replace(r, plan=replace(r.plan, recipe=plain)) for r in BASE]
    assert "over the base (no augmentation)" in effects({"x": [*bare, *BETTER]}).alt


def test_effects_that_are_all_alike_are_drawn():
    same = runs("smooth", (0.50, 0.51, 0.49), **SMOOTH)
    assert by_ingredient(effects({"x": [*BASE, *same]}))["smooth"]["points"] == 0


@pytest.mark.parametrize("draw", [effects, train_val_gaps])
@pytest.mark.parametrize(
    ("studies", "said"),
    [
        ({}, "no studies"),
        ({"x": []}, "'x' has no runs"),
        ({"x": BETTER}, "'x' has no finished run of family 'base'"),
        (
            {"x": [run("tiny", None, family="base", status="stopped"), *BETTER]},
            "'x' has no finished run of family 'base'",
        ),
        (
            {"x": [*BASE, *BETTER, *runs("tiny", (0.5,), family="base", **NO_FLIP)]},
            "'x' has 2 networks or recipes named 'base'",
        ),
        (
            {"x": [*STUDY, *runs("smooth", (0.5,), **HOT)]},
            "'x' has 2 networks or recipes named 'smooth'",
        ),
        ({"x": [*BASE, run("smooth", 0.5, pictures=99, **SMOOTH)]}, "runs of 99, 960 pictures"),
        ({"x": [*BASE, run("smooth", 0.5, fingerprint="z", **SMOOTH)]}, "on different data"),
    ],
)
def test_studies_that_cannot_be_compared_are_refused(draw, studies, said):
    with pytest.raises(ValueError, match=said):
        draw(studies)


def test_what_else_is_wrong_is_said():
    with pytest.raises(ValueError, match="metric is 'loss'"):
        effects({"x": STUDY}, metric="loss")
    with pytest.raises(ValueError, match="'x' has nothing beside its base"):
        effects({"x": BASE})
    with pytest.raises(ValueError, match="ingredient is 'salt'; it must be one of base, no flip"):
        train_val_gaps({"x": STUDY}, ["salt"])


# Training and validation


def test_gaps_are_means_of_last_epochs_over_seeds():
    study = [*BASE, *(replace(r) for r in BETTER[:2])]
    study[0] = run("tiny", 0.50, 0, train=0.66, family="base")
    rows = {row[1]: row for row in train_val_gaps({"x": study}).rows}
    training = 100 * fmean([0.66, 0.6, 0.6])
    assert rows["base"] == ("x", "base", training, 50.1, pytest.approx(training - 50.1), 3)
    assert rows["smooth"] == ("x", "smooth", 60.0, 53.6, 6.4, 2)


def test_rings_dots_and_numbers_stand_in_their_rows():
    picture = train_val_gaps({"x": STUDY})
    (axes,) = picture.figure.axes
    order = [text.get_text() for text in axes.get_yticklabels()]
    assert order == ["no flip", "base", "dropped", "smooth"]
    for level, name in enumerate(order):
        _, _, training, validation, gap, _ = next(r for r in picture.rows if r[1] == name)
        ring, dot = markers(axes, level)
        assert (ring.get_xdata()[0], dot.get_xdata()[0]) == pytest.approx(
            (training, validation), abs=0.0051
        )
        assert ring.get_markersize() > dot.get_markersize()  # both are seen where they coincide
        assert texts(axes, level) == [f"+{gap:.1f}"]
    assert "harder augmentation lowers it" in picture.alt
    assert "in points: x +9.9." in picture.alt


def test_chosen_ingredients_are_shown_beside_the_base():
    picture = train_val_gaps({"x": STUDY, "y": [*BASE, *WORSE]}, ["smooth"])
    assert [row[:2] for row in picture.rows] == [("x", "base"), ("x", "smooth"), ("y", "base")]


def test_a_fit_far_below_is_an_arrow_with_both_of_its_numbers():
    hot = runs("hot", (0.10, 0.10), train=0.11, **HOT)
    picture = train_val_gaps({"x": [*STUDY, *hot]})
    (axes,) = picture.figure.axes
    level = [text.get_text() for text in axes.get_yticklabels()].index("hot")
    assert [line.get_marker() for line in markers(axes, level)] == ["<"]
    assert texts(axes, level) == ["11.0 − 10.1"]
    assert "hot 11.0% in training, 10.1% in validation" in picture.alt
    assert "arrow: beyond the axis" in picture.alt


def test_a_fit_of_which_one_end_is_beyond_keeps_the_other():
    far = runs("hot", (0.10, 0.10), train=0.6, **HOT)
    (axes,) = train_val_gaps({"x": [*STUDY, *far]}).figure.axes
    level = [text.get_text() for text in axes.get_yticklabels()].index("hot")
    assert sorted(line.get_marker() for line in markers(axes, level)) == ["<", "o"]


# Schedules

RAMP = [0.0, 0.4, 0.8, 0.6, 0.2]


def test_a_schedule_is_told_by_its_moments():
    picture = schedules({"a": RAMP, "b": [0.5, 0.25]}, epochs=8)
    assert picture.rows == (("a", 0.0, 0.8, 0.8, 0.2, 4.0), ("b", 0.5, 0.5, 0.375, 0.25, 0.0))
    assert picture.alt.startswith("2 schedules peak at 0.5 to 0.8 after 0 to 4 of 8 epochs.")
    (axes,) = picture.figure.axes
    assert list(axes.lines[0].get_xdata()) == [0, 2, 4, 6, 8]
    assert list(axes.lines[0].get_ydata()) == RAMP
    assert {text.get_text() for text in axes.texts} == {"a", "b"}


def test_recipes_with_one_schedule_share_a_line_and_have_a_row_each():
    picture = schedules({"base": RAMP, "AutoAugment": RAMP}, epochs=4)
    (axes,) = picture.figure.axes
    assert [text.get_text() for text in axes.texts] == ["base, AutoAugment"]
    assert [row[0] for row in picture.rows] == ["base", "AutoAugment"]
    assert (
        "base, AutoAugment: the learning rate peaks at 0.8 after 2 of 4 epochs and ends at 0.2"
        in (picture.alt)
    )


def test_peaks_far_apart_are_drawn_on_a_logarithmic_axis():
    near, far = (
        schedules({"a": RAMP, "b": [factor * rate for rate in RAMP]}, 4) for factor in (2, 100)
    )
    assert near.figure.axes[0].get_yscale() == "linear"
    assert far.figure.axes[0].get_yscale() == "log"
    assert "logarithmic" in far.alt
    assert "logarithmic" not in near.alt
    assert all(np.isfinite(line.get_ydata()).all() for line in far.figure.axes[0].lines)


@pytest.mark.parametrize(
    ("rates", "epochs", "said"),
    [
        ({}, 4, "no schedules"),
        ({"a": [1.0]}, 4, "'a' has 1 moments; it takes 2 or more"),
        ({"a": [1.0, -0.5]}, 4, "'a' has the learning rate -0.5"),
        ({"a": [1.0, float("nan")]}, 4, "'a' has the learning rate nan"),
        ({"a": [0.0, 0.0]}, 4, "'a' has no learning rate above 0"),
        ({"a": RAMP}, 0, "epochs is 0"),
    ],
)
def test_schedules_that_cannot_be_drawn_are_refused(rates, epochs, said):
    with pytest.raises(ValueError, match=said):
        schedules(rates, epochs)
