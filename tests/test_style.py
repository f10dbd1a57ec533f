import doctest
import math

import matplotlib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from effnet_lab.arch import KINDS
from effnet_lab.view import style


def test_examples_in_docstrings():
    assert doctest.testmod(style).failed == 0


def test_you_are_the_largest_and_published_numbers_are_hollow():
    assert style.YOU.size > 1.5 * max(look.size for look in style.FAMILIES.values())
    assert style.PUBLISHED.marker_style["markerfacecolor"] == style.PAPER


def test_other_families_are_neutral_and_differ_by_marker():
    names = ["width", "mobile", "ours", "theirs"]
    looks = [style.family_look(name, names) for name in names[1:]]
    assert {look.colour for look in looks} == {style.NEUTRAL}
    markers = [look.marker for look in looks]
    assert len(set(markers)) == 3
    assert not set(markers) & {look.marker for look in style.FAMILIES.values()}


def test_runs_differ_in_colour_and_marker_and_take_no_familys():
    looks = [*style.YOUR_RUNS, *style.FAMILIES.values()]
    assert len({look.colour for look in looks}) == len(looks)
    assert len({look.marker for look in looks}) == len(looks)


def test_every_kind_of_layer_has_its_own_tint_pattern_and_letters():
    assert tuple(style.KIND_LOOKS) == KINDS
    looks = style.KIND_LOOKS.values()
    for part in ("tint", "hatch", "letter"):
        assert len({getattr(look, part) for look in looks}) == len(KINDS), part
    assert not {look.tint for look in looks} & {look.colour for look in style.FAMILIES.values()}


def luminance(colour: str) -> float:
    parts = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in matplotlib.colors.to_rgb(colour)
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("background", ["#ffffff", "#111111"])
def test_lines_and_markers_stand_out_in_both_themes(background):
    colours = [look.colour for look in (*style.FAMILIES.values(), style.PUBLISHED, *style.RUNS)]
    # Okabe and Ito's purple has 2.96 on white; its shape and its label stand beside it.
    assert min(contrast(colour, background) for colour in colours) > 2.9


def test_patterns_stand_out_on_their_tints():
    tints = [look.tint for look in style.KIND_LOOKS.values()]
    assert min(contrast(tint, style.PATTERN) for tint in tints) > 3


def test_no_text_is_smaller_than_twelve_pixels():
    assert min(style.TEXT, style.SMALL, style.TITLE) * 4 / 3 >= 12


def test_the_style_ends_with_its_context():
    before = dict(matplotlib.rcParams)
    with style.rc():
        assert matplotlib.rcParams["svg.fonttype"] == "none"
        assert matplotlib.rcParams["text.color"] == style.INK
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (7, "7"),
        (999, "999"),
        (1000, "1.00 K"),
        (999_499, "999 K"),
        (999_500, "1.00 M"),
        (5_288_548, "5.29 M"),
        (385_814_752, "386 M"),
        (37_600_000_000, "37.6 G"),
        (1.5e12, "1500 G"),
        (-1_234_567, "-1.23 M"),
    ],
)
def test_counts_have_three_digits(number, text):
    assert style.format_count(number) == text


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_count_that_is_no_number_is_refused(number):
    with pytest.raises(ValueError, match="must be finite"):
        style.format_count(number)


@given(st.integers(1, 10**12))
def test_counts_are_right_to_three_digits(number):
    value, _, unit = style.format_count(number).partition(" ")
    back = float(value) * {"": 1, "K": 1e3, "M": 1e6, "G": 1e9}[unit]
    assert back == pytest.approx(number, rel=0.00501)
    assert "e" not in value


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0.45e6, 4.2e6, ["0.5 M", "1 M", "2 M", "4 M"]),
        (0.63e6, 3.4e6, ["0.75 M", "1 M", "1.5 M", "2 M", "3 M"]),
        (0.9e6, 11e6, ["1 M", "2 M", "4 M", "8 M"]),
        (8e6, 260e6, ["8 M", "16 M", "32 M", "64 M", "128 M", "256 M"]),
        (0.3e9, 40e9, ["0.5 G", "1 G", "2 G", "4 G", "8 G", "16 G", "32 G"]),
        (90e6, 2100e6, ["100 M", "200 M", "500 M", "1 G", "2 G"]),
        (1e4, 2e9, ["10 K", "100 K", "1 M", "10 M", "100 M", "1 G"]),
        (30, 200, ["32", "64", "128"]),
    ],
)
def test_ticks_read_well(low, high, labels):
    assert style.macs_ticks(low, high)[1] == labels


@given(st.floats(1, 1e12), st.floats(4, 1e9))
def test_ticks_lie_on_the_axis_and_say_where_they_are(low, ratio):
    ticks, labels = style.macs_ticks(low, low * ratio)
    assert 1 <= len(ticks) <= 8
    assert ticks == sorted(set(ticks))
    assert all(low <= tick <= low * ratio for tick in ticks)
    for tick, label in zip(ticks, labels, strict=True):
        value, _, unit = label.partition(" ")
        assert float(value) * {"": 1, "K": 1e3, "M": 1e6, "G": 1e9}[unit] == pytest.approx(tick)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (2, 2), (3, 2), (1, math.inf)])
def test_an_impossible_axis_is_refused(low, high):
    with pytest.raises(ValueError, match="0 < low < high"):
        style.macs_ticks(low, high)
