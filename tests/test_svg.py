"""The drawing kit."""

import math
from xml.etree import ElementTree

import pytest

from effnet_lab.view import style, svg
from effnet_lab.view.svg import Axis, Plot


def test_a_drawing_is_an_image_with_its_words():
    drawn = svg.drawing(720, 40.5, 'a "<b>"', svg.text(1, 2, "1 < 2 & 3"), css="; color: red")
    root = ElementTree.fromstring(drawn)
    assert root.get("viewBox") == "0 0 720 40.5"
    assert (root.get("role"), root.get("aria-label")) == ("img", 'a "<b>"')
    assert root.get("style").endswith("; color: red")
    assert root[0].text == "1 < 2 & 3"


def test_attributes_are_keywords_and_numbers_are_short():
    assert svg.element("g") == "<g/>"
    assert svg.rect(1 / 3, 2, 3.0, 4, stroke_width=0.5) == (
        '<rect x="0.33333" y="2" width="3" height="4" stroke-width="0.5"/>'
    )
    assert svg.text(0, 1, "x", "end", **svg.BOLD) == (
        '<text x="0" y="1" font-weight="bold" text-anchor="end">x</text>'
    )
    assert svg.shifted(0.5, 1, svg.path("M0 0")) == (
        '<g transform="translate(0.5,1)"><path d="M0 0" fill="none" stroke="currentColor"/></g>'
    )


def test_places_on_an_axis_are_shares_of_its_values_and_end_with_it():
    axis, logarithmic = Axis(10, 20, 100, 0), Axis(1, 100, 0, 50, log=True)
    assert [axis(value) for value in (10, 12.5, 20, 5, 99)] == [100, 75, 0, 100, 0]
    assert [logarithmic(value) for value in (1, 10, 100, 1e9)] == [0, 25, 50, 50]


def test_ticks_are_round_and_on_the_axis():
    values, words = zip(*Axis(0.31, 1.02, 0, 1).ticks(5), strict=True)
    assert values == pytest.approx((0.4, 0.6, 0.8, 1.0))
    assert words == ("0.4", "0.6", "0.8", "1")
    _, words = zip(*Axis(4e5, 5e6, 0, 1, log=True).ticks(), strict=True)
    assert words == ("0.5 M", "1 M", "2 M", "4 M")


def test_a_series_has_a_gap_where_a_value_is_no_number():
    plot = Plot(Axis(0, 10, 0, 100), Axis(0, 1, 50, 0))
    drawn = plot.series([(0, 0), (1, 0.5), (2, math.nan), (3, 1), (4, 1)], stroke="red")
    assert drawn == '<path d="M0 50L10 25M30 0L40 0" fill="none" stroke="red"/>'
    assert plot.series([(1, math.nan)]) == plot.series([]) == plot.error_bar(1, 0.5, 0) == ""
    assert 'd="M5 5h10m-5 0V45m-5 0h10"' in plot.error_bar(1, 0.5, 0.4)


def test_markers_have_the_shapes_of_plots_in_colours_of_the_page():
    star = ElementTree.fromstring(svg.marker(style.YOU, "{x}", 2.0, visibility="{seen}"))
    assert star.get("transform") == "translate({x},2)"
    assert (star.get("fill"), star.get("stroke")) == ("currentColor", svg.PAGE)
    corners = [tuple(map(float, c.split(","))) for c in star.get("points").split()]
    assert min(corners, key=lambda corner: corner[1]) == (0, -11.33)
    ring = ElementTree.fromstring(svg.marker(style.PUBLISHED, 0, 0, 0.5))
    assert (ring.tag, ring.get("fill"), ring.get("r")) == ("circle", svg.PAGE, "2.6667")
