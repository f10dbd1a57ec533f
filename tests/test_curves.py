import math
from dataclasses import replace

import pytest
from test_accuracy import caption_of, column, record, study, text_box, title_of

from effnet_lab.records.runs import Epoch
from effnet_lab.view import style, training_curves
from effnet_lab.view.plots.curves import epoch_size


def test_a_curve_holds_every_epoch():
    run = record()
    picture = training_curves(run)
    assert column(picture, "pictures") == [1000, 2000, 3000, 4000]
    assert column(picture, "validation loss") == [epoch.val_loss for epoch in run.history]
    assert column(picture, "validation accuracy (%)") == [14.0, 28.0, 42.0, 56.0]
    assert title_of(picture) == "base net ends at 56.0% on the validation pictures"
    assert "validation accuracy 56.0%" in picture.alt


def test_a_curve_has_three_panels_over_epochs():
    picture = training_curves(record())
    top, middle, bottom = picture.figure.axes
    assert [a.get_ylabel() for a in (top, middle, bottom)] == [
        "accuracy (%)",
        "loss",
        "learning\nrate",
    ]
    assert bottom.get_xlabel() == "epochs of 1,000 training pictures"
    dashed, solid = top.lines
    assert list(solid.get_xdata()) == [1, 2, 3, 4]
    assert solid.get_ydata() == pytest.approx([14, 28, 42, 56])
    assert dashed.get_ydata()[-1] == pytest.approx(0.9 * 56)
    assert (solid.get_linestyle(), dashed.get_linestyle()) == ("-", "--")
    assert [text.get_text() for text in top.texts] == ["validation 56.0%", "training 50.4%"]
    assert list(bottom.lines[0].get_ydata()) == [0.2, 0.1, 0.2 / 3, 0.05]


def test_curves_of_several_runs_are_named_at_their_ends():
    picture = training_curves(study(1))
    for axes in picture.figure.axes[:2]:
        boxes = [text_box(text) for text in axes.texts]
        assert len(boxes) == style.MOST_LABELS
        assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
        assert all(box.x0 > axes.bbox.x1 for box in boxes)
        assert all(box.x1 <= picture.figure.bbox.x1 for box in boxes)
    assert len(picture.rows) == 9 * 4
    assert title_of(picture).startswith("Best of 9 at the end: resolution x4 with 6")


def test_seeds_of_one_network_are_told_apart():
    picture = training_curves([record(seed=0), record(seed=1)])
    assert sorted(set(column(picture, "network"))) == ["base net, seed 0", "base net, seed 1"]


def looks(picture):
    lines = picture.figure.axes[0].lines[1::2]  # of validation
    return [(line.get_color(), line.get_marker(), line.get_linestyle()) for line in lines]


def test_runs_are_told_apart_by_colour_marker_and_stroke():
    """Runs of an unknown family, a family's runs at several sizes, and the learner's own."""
    recipes = training_curves([record(), *(record(seed=n, family="recipe") for n in (1, 2, 3))])
    (base, _, _), *others = looks(recipes)
    assert base == style.FAMILIES["base"].colour
    assert [(colour, marker) for colour, marker, _ in others] == [
        (look.colour, look.marker) for look in style.RUNS[:3]
    ]
    seeds = looks(training_curves([record(seed=n) for n in (1, 2, 3)]))
    assert len({(colour, marker) for colour, marker, _ in seeds}) == 1
    mine = [record(seed=n, family="") for n in (1, 2)]
    assert looks(training_curves(mine))[0][:2] == (style.YOU.colour, style.YOU.marker)
    for picture in (recipes, training_curves(study(1)), training_curves(mine)):
        assert len(set(column(picture, "network"))) == len(picture.figure.axes[0].lines) / 2
    dashes = [line._dash_pattern for line in training_curves(study(1)).figure.axes[0].lines[1::2]]
    assert len({str(one) for one in dashes}) > 1


def test_runs_of_one_name_and_seed_are_numbered():
    names = column(training_curves([record(), record()]), "network")
    assert set(names) == {"base net, seed 0 (#1)", "base net, seed 0 (#2)"}


def test_a_huge_loss_is_written_in_short():
    run = record()
    last = replace(run.history[-1], train_loss=4.5e7, val_loss=123_456_789.0)
    picture = training_curves(replace(run, history=(*run.history[:-1], last)))
    axes = picture.figure.axes[1]
    picture.figure.draw_without_rendering()
    shown = [text.get_text() for text in (*axes.texts, *axes.get_yticklabels())]
    assert "validation 123 M" in shown
    assert max(map(len, shown)) <= len("validation 123 M")
    assert "loss 123 M" in picture.alt


def test_unequal_epochs_are_drawn_over_pictures():
    picture = training_curves([record(), record(seed=1, pictures=8000)])
    assert picture.figure.axes[-1].get_xlabel() == "training pictures seen"
    picture.figure.draw_without_rendering()
    labels = [label.get_text() for label in picture.figure.axes[-1].get_xticklabels()]
    assert {"2 K", "4 K", "8 K"} <= set(labels)


def test_a_single_epoch_is_visible():
    picture = training_curves(record(epochs=1))
    training, validation = picture.figure.axes[0].lines
    assert training.get_markerfacecolor() == style.PAPER
    assert validation.get_markerfacecolor() == style.FAMILIES["base"].colour
    assert caption_of(picture).startswith("Filled: validation; hollow: training")


def test_a_learning_rate_near_zero_is_written_without_an_exponent():
    run = record(epochs=1)
    picture = training_curves(replace(run, history=(replace(run.history[0], learning_rate=2e-5),)))
    axes = picture.figure.axes[2]
    picture.figure.draw_without_rendering()
    assert axes.yaxis.get_offset_text().get_text() == ""
    assert "0" in [label.get_text() for label in axes.get_yticklabels()]
    assert not any("e" in label.get_text() for label in axes.get_yticklabels())


def test_a_run_that_failed_says_so():
    run = record(accuracy=None, status="stopped")
    assert "base net stopped: by hand" in caption_of(training_curves(run))


def test_a_loss_that_is_no_number_does_not_spoil_the_picture():
    run = record()
    last = replace(run.history[-1], train_loss=math.nan, val_loss=math.inf, val_accuracy=math.nan)
    picture = training_curves(replace(run, history=(*run.history[:-1], last)))
    low, high = picture.figure.axes[1].get_ylim()
    assert 0 < low < high < 3
    assert "currentColor" in picture.to_html()


def test_runs_without_an_epoch_are_refused():
    empty = replace(record(), history=())
    with pytest.raises(ValueError, match="none of the 1 records has an epoch"):
        training_curves(empty)
    assert len(training_curves([empty, record(seed=1)]).rows) == 4


@pytest.mark.parametrize(
    ("seen", "size"),
    [
        ([100, 200, 300], 100),
        ([100, 200, 250], 100),
        ([100, 250, 300], None),
        ([100], None),
        ([100, 300], None),
    ],
)
def test_an_epochs_size_is_read_from_the_history(seen, size):
    history = [Epoch(n, 1, 0.1, 1, 0.5, 1, 0.5) for n in seen]
    assert epoch_size([history]) == size


def test_curves_of_different_data_are_refused():
    with pytest.raises(ValueError, match="different data"):
        training_curves([record(), record(seed=1, data="toy")])
