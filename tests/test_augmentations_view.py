"""Sheets of augmented pictures show the pixels that they were given, large enough to see."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from effnet_lab.view.plots.sheets import (
    MOST_DRAWN,
    MOST_PICTURES,
    augmentation_sheet,
    policy_sheet,
)

RANDOM = np.random.default_rng(0)
PLAIN = RANDOM.integers(0, 256, (4, 3, 32, 32), dtype=np.uint8)
FLIPPED = np.concatenate([PLAIN[:3, ..., ::-1], PLAIN[3:]])
ROWS = {"as it is": PLAIN, "flipped": FLIPPED, "inverted": 255 - PLAIN}


def embedded(picture):
    """Return the pictures that the page holds, as arrays, and their styles."""
    tags = re.findall(r"<image.*?/>", picture.to_svg(), re.DOTALL)
    found = []
    for tag in tags:
        data = re.search(r'base64,\s*([^"]+)"', tag).group(1)
        found.append(np.asarray(Image.open(io.BytesIO(base64.b64decode(data)))))
    return found, tags


def screen_pixels(axes):
    """Return width and height of axes on a page, in CSS pixels."""
    box = axes.get_position()
    width, height = axes.figure.get_size_inches()
    return 96 * box.width * width, 96 * box.height * height


def test_each_row_holds_the_pictures_of_its_treatment_untouched():
    (sheet,), (tag,) = embedded(augmentation_sheet(ROWS))
    assert sheet.shape[:2] == (3 * 34, 4 * 34)
    for row, images in enumerate(ROWS.values()):
        for column, image in enumerate(images):
            tile = sheet[row * 34 + 1 : row * 34 + 33, column * 34 + 1 : column * 34 + 33, :3]
            assert np.array_equal(tile, image.transpose(1, 2, 0))
    assert "image-rendering:pixelated" in tag.replace(" ", "")


@pytest.mark.parametrize("side", [8, 16, 32])
@pytest.mark.parametrize("count", [1, MOST_PICTURES])
def test_pictures_are_square_and_at_least_64_pixels_on_screen(side, count):
    images = np.zeros((count, 3, side, side), np.uint8)
    (axes,) = augmentation_sheet(
        {"as it is": images, "a long name of a treatment": images}
    ).figure.axes
    width, height = screen_pixels(axes)
    tile = side / (side + 2)
    assert width / count * tile >= 63.99
    assert width / count == pytest.approx(height / 2)


def test_rows_are_named_at_the_left_in_order():
    (axes,) = augmentation_sheet(ROWS).figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == list(ROWS)
    ticks = list(axes.get_yticks())
    assert ticks == [17, 51, 85]


def test_the_table_counts_what_changed():
    picture = augmentation_sheet(ROWS)
    change = np.abs(FLIPPED.astype(int) - PLAIN).mean()
    assert picture.rows[0] == ("as it is", 4, 0, 0.0)
    assert picture.rows[1] == ("flipped", 4, 3, pytest.approx(change, abs=0.051))
    assert picture.rows[2][2] == 4
    assert "The same 4 pictures in 3 treatments. Changed: flipped 3, inverted 4" in picture.alt
    assert "may be nothing" in picture.alt
    assert "may be nothing" not in augmentation_sheet({"a": PLAIN, "b": 255 - PLAIN}).alt


def test_one_treatment_of_one_picture_is_a_sheet():
    assert augmentation_sheet({"as it is": PLAIN[:1]}).alt.startswith("One picture: as it is.")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({}, "no treatments"),
        ({"a": PLAIN, "b": PLAIN[:2]}, "treatments differ in shape: 'a' (4, 3, 32, 32), 'b' (2"),
        ({"a": PLAIN[:0]}, "there are 0 pictures; there must be 1 to 8"),
        ({"a": np.zeros((9, 3, 4, 4), np.uint8)}, "there are 9 pictures; there must be 1 to 8"),
        ({"a": PLAIN / 255}, "'a' is float64 (4, 3, 32, 32)"),
        ({"a": PLAIN[0]}, "'a' is uint8 (3, 32, 32)"),
        ({"a": PLAIN[..., :16]}, "'a' is uint8 (4, 3, 32, 16)"),
        ({"a": PLAIN.transpose(0, 2, 3, 1)}, "'a' is uint8 (4, 32, 32, 3)"),
        ({"a": PLAIN.tolist()}, "'a' is list"),
    ],
)
def test_what_is_no_sheet_is_refused(rows, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        augmentation_sheet(rows)


# One picture, many sub-policies

ONE = PLAIN[0]
DRAWN = [
    ("invert", 255 - ONE),
    ("nothing", ONE),
    ("shear x, then a rather long operation", ONE[..., ::-1]),
    ("invert", 255 - ONE),
]


def test_the_original_comes_first_and_each_stands_over_its_name():
    picture = policy_sheet(ONE, DRAWN)
    shown, tags = embedded(picture)
    wanted = [ONE, *(image for _, image in DRAWN)]
    assert len(shown) == len(wanted)
    for tile, image in zip(shown, wanted, strict=True):
        assert np.array_equal(tile[..., :3], image.transpose(1, 2, 0))
    assert all("pixelated" in tag for tag in tags)
    labels = [axes.get_xlabel().replace("\n", " ") for axes in picture.figure.axes]
    assert labels == ["original", *(name for name, _ in DRAWN)]


@pytest.mark.parametrize("count", [1, 5, MOST_DRAWN])
def test_policies_are_large_enough_and_lie_inside_of_the_figure(count):
    figure = policy_sheet(ONE, [DRAWN[2]] * count).figure
    figure.draw_without_rendering()
    for axes in figure.axes:
        width, height = screen_pixels(axes)
        assert width == pytest.approx(height)
        assert width >= 64
        for box in (axes.bbox, axes.xaxis.label.get_window_extent()):
            assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1
            assert figure.texts[1].get_window_extent().y1 < box.y0  # above the caption
    tops = {round(axes.get_position().y1, 6) for axes in figure.axes}
    assert len(tops) == -(-(count + 1) // 6)


def test_names_do_not_reach_the_row_below():
    figure = policy_sheet(ONE, [DRAWN[2]] * 11).figure
    figure.draw_without_rendering()
    above, below = figure.axes[0], figure.axes[6]
    assert above.xaxis.label.get_window_extent().y0 > below.bbox.y1
    assert figure.axes[1].xaxis.label.get_window_extent().y0 > below.bbox.y1


def test_the_title_counts_different_pictures():
    picture = policy_sheet(ONE, DRAWN)
    said = "4 draws of the policy: 3 different pictures to train on; once it stays as it was."
    assert picture.alt.startswith(f"One picture, {said}")
    assert "the original; invert, nothing, shear x, then a rather" in picture.alt
    assert picture.rows[0][:3] == (0, "original", 0.0)
    change = np.abs(255 - 2 * ONE.astype(int)).mean()
    assert picture.rows[1][1:3] == ("invert", pytest.approx(change, abs=0.051))
    assert picture.rows[2][2] == 0
    assert picture.rows[1][3] == pytest.approx((255 - ONE).mean(), abs=0.051)


@pytest.mark.parametrize(
    ("original", "drawn", "said"),
    [
        (ONE, [], "drawn has 0 pictures; there must be 1 to 24"),
        (ONE, DRAWN * 7, "drawn has 28 pictures; there must be 1 to 24"),
        (ONE, [("a", ONE[:, :16, :16])], "'a' is (3, 16, 16); the original is (3, 32, 32)"),
        (ONE / 255, DRAWN, "original is float64"),
        (ONE, [("a", ONE.astype(int))], "'a' is int64"),
        (PLAIN, DRAWN, "original is uint8"),
    ],
)
def test_what_is_no_policy_sheet_is_refused(original, drawn, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        policy_sheet(original, drawn)
