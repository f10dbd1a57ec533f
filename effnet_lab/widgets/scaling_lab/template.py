"""The picture, the table and the sentences of the lab, with places for what a readout tells."""

import html
import re
from collections.abc import Iterator, Mapping
from functools import cache

from ...view import style, svg
from ...view.plots.drawing import spread
from ...view.tables import Table
from .bench import BARS, BOXES, LEFT, PLOT, Bench, Landmark
from .readout import bar_height

# The layout goes on: the view box, and the baselines of the rows.
_WIDTH, _HEIGHT = 720, 452
_ROWS = {"stage": 138, "channels": 156, "blocks": 173, "size": 190, "macs": 261, "params": 278}
_SAID = 305

#: The shapes of the course's markers, as characters.
MARKS = {"width": "■", "depth": "▲", "resolution": "●", "phi": "◆"}

#: Of the networks beside B0-B7, those that there is room to name.
_NAMED = ("ResNet-50", "ResNet-152", "Inception-v4", "SENet")

#: Markers are smaller than in plots of their own.
_SMALL = 0.75

_PLACE = re.compile(r"\{(\w+)\}")


def fill(template: str, values: Mapping[str, str | int]) -> str:
    """Put a readout's values into a template's places, as the browser does."""
    return _PLACE.sub(lambda match: html.escape(str(values[match[1]])), template)


def summary_template(fixed: Bench) -> str:
    """Return one sentence or two, the main numbers."""
    price = f"{{macs}} MACs, {{actual}} those of {fixed.title}; {{params}} parameters"
    return f"{{who}}: {price}. {{where}}"


def ledger_template(fixed: Bench) -> Table:
    """Return ideal beside actual, with places for cells."""
    rows = (
        "ideal|{width}|{depth}|{resolution}|{ideal} (d·w²·r²)|{ideal_params} (d·w²)",
        "actual|{actual_width}|{actual_depth}|{resolution}|{actual}|{actual_params}",
        "in all|{channels} channels|{blocks} blocks|{pixels} pixels|{macs}|{params}",
    )
    return Table(
        f"Multiples of {fixed.title}: asked for, and after rounding",
        ("", "width", "depth", "resolution", "MACs", "parameters"),
        tuple(tuple(row.split("|")) for row in rows),
    )


def value_templates() -> dict[str, str]:
    """Return what stands beside the sliders: ideal and actual."""
    return {
        "width": "{width} → {actual_width}",
        "depth": "{depth} → {actual_depth}",
        "resolution": "{pixels} px, {resolution}",
    }


def alt_template(fixed: Bench) -> str:
    """Say what the picture shows."""
    stages = (
        f"{part.name}: {{channels{i}}} channels, {{blocks{i}}} deep, {{size{i}}} pixels, "
        f"{{macs{i}}}% of the MACs, {{params{i}}}% of the parameters"
        for i, part in enumerate(fixed.base_parts)
    )
    return (
        f"Boxes, stage by stage, over the outlined baseline. {'; '.join(stages)}. "
        f"Below, {len(fixed.landmarks)} {fixed.measure} accuracies against MACs. "
        f"{summary_template(fixed)}"
    )


@cache
def svg_template(fixed: Bench) -> str:
    """Return the picture."""
    boxes = svg.element(
        "g",
        "".join(_boxes(fixed)),
        transform=f"translate({LEFT},{BOXES[0]}) scale(0.5)",
        stroke_linejoin="round",
    )
    columns = range(len(fixed.middles))
    parts = [
        *_row_names(),
        boxes,
        *(_column_texts(fixed, i) for i in columns),
        *(_column_bars(fixed, i) for i in columns),
        *_plot(fixed),
        *_you(),
    ]
    return svg.drawing(
        _WIDTH,
        _HEIGHT,
        alt_template(fixed),
        "".join(parts),
        most=800,
        css="; font-variant-numeric: tabular-nums",
        preserveAspectRatio="xMinYMin",
    )


def _row_names() -> Iterator[str]:
    for line, words in enumerate(("dashed:", "the baseline", "box sides:", "square roots")):
        yield svg.text(0, 18 + 17 * line, words)
    yield svg.text(0, _ROWS["stage"], "stage")
    names = {"channels": ("width", "channels"), "blocks": ("depth", "blocks")}
    for row, (dimension, words) in {**names, "size": ("resolution", "size, px")}.items():
        colour = style.FAMILIES[dimension].colour
        mark = svg.element("tspan", MARKS[dimension], fill=colour)
        yield svg.element("text", f"{mark} {words}", x=0, y=_ROWS[row])
    for row, words in (("macs", "MACs, %"), ("params", "parameters, %")):
        yield svg.box(1, _ROWS[row] - 9, 9, 9, _TINTS[row])
        yield svg.text(15, _ROWS[row], words)


#: What fills the bars of a row.
_TINTS = {"macs": style.PLAIN_BAR.tint, "params": "none"}


def _boxes(fixed: Bench) -> Iterator[str]:
    for i, part in enumerate(fixed.base_parts):
        ghost, _ = fixed.drawing.path(i, part)
        filled = {"fill": style.PLAIN_BAR.tint, "stroke_width": 2.4}
        yield svg.path(f"{{outline{i}}}", stroke=style.PATTERN, **filled)
        yield svg.path(f"{{edges{i}}}", stroke=style.PATTERN)
        # The ghost's dashes lie on the page's colour, so that they show on boxes and beside them.
        yield svg.path(ghost, stroke=svg.PAGE, stroke_width=2)
        yield svg.path(ghost, stroke_width=2, stroke_dasharray="6 4")


def _column_texts(fixed: Bench, i: int) -> str:
    x, name = fixed.middles[i], fixed.base_parts[i].name.removeprefix("stage ")
    rows = ("channels", "blocks", "size", "macs", "params")
    cells = (svg.text(x, _ROWS[row], f"{{{row}{i}}}", "middle") for row in rows)
    return svg.text(x, _ROWS["stage"], name, "middle", **svg.BOLD) + "".join(cells)


def _column_bars(fixed: Bench, i: int) -> str:
    """Two bars that stand on one line, each with a tick at the baseline's share."""
    wide, x, line = 13, fixed.middles[i], BARS[1]
    whole, own = fixed.base_cost, list(fixed.base_cost.by_stage().values())[i]
    shares = {"macs": own.macs / whole.macs, "params": own.params / whole.params}
    drawn = ""
    for row, left in (("macs", x - wide - 1), ("params", x + 1)):
        # Upside down, so that a height is all that changes.
        drawn += svg.element(
            "rect",
            transform=f"translate({left:g},{line}) scale(1,-1)",
            width=wide,
            height=f"{{{row}_bar{i}}}",
            fill=_TINTS[row],
            stroke="currentColor",
        )
        tick = f"M{left - 2:g} {line - bar_height(shares[row])}h{wide + 4}"
        drawn += svg.path(tick, stroke_width=1.2, stroke_dasharray="3 2")
    return drawn


def _plot(fixed: Bench) -> Iterator[str]:
    """Draw all known accuracies against MACs, and who they are."""
    plot, (top, bottom) = fixed.plot, PLOT
    # The lowest number would meet the names of the columns.
    rows = [(percent, words) for percent, words in plot.y.ticks(6) if plot.y(percent) < bottom]
    yield plot.grid(rows, plot.x.ticks())
    yield plot.base()
    what = "ImageNet" if fixed.measure == "published" else "CIFAR-10"
    for line, words in enumerate((what, "accuracy, %", f"({fixed.measure})")):
        yield svg.text(0, top + 24 + 16 * line, words)
    yield svg.text(0, bottom + 18, "MACs")
    yield from _lines(fixed)
    for mark in fixed.landmarks:
        yield svg.marker(mark.look, *plot.at(mark.macs, mark.accuracy), _SMALL)
    yield from _names(fixed) if fixed.measure == "published" else _ends(fixed)


def _lines(fixed: Bench) -> Iterator[str]:
    """Join each family and the baseline in the order of MACs; draw errors of several seeds."""
    for family, last in _dearest(fixed).items():
        joined = ("base", family)
        chain = [(mark.macs, mark.accuracy) for mark in fixed.own if mark.family in joined]
        yield fixed.plot.series(chain, stroke=last.look.colour, stroke_width=1.5)
    for mark in fixed.own:
        look = {"stroke": mark.look.colour, "stroke_width": 1.3}
        yield fixed.plot.error_bar(mark.macs, mark.accuracy, mark.error, **look)


def _dearest(fixed: Bench) -> dict[str, Landmark]:
    return {mark.family: mark for mark in fixed.own}


def _names(fixed: Bench) -> Iterator[str]:
    for mark in fixed.landmarks:
        x, y = fixed.plot.at(mark.macs, mark.accuracy)
        if mark.spec:
            yield svg.text(x - 3, y - 7, mark.name, "end")
        elif mark.name in _NAMED:
            yield svg.text(x + 8, y + 4, mark.name)


def _ends(fixed: Bench) -> Iterator[str]:
    """Name each family at the dearest of its networks."""
    ends = _dearest(fixed)
    places = [fixed.plot.at(mark.macs, mark.accuracy) for mark in ends.values()]
    levels = spread([-y for _, y in places], 14)
    for family, (x, y), level in zip(ends, places, levels, strict=True):
        if family == "base":
            yield svg.text(x - 9, y + 4, "base", "end")
        else:
            yield svg.text(x + 10, 4 - level, family)


def _you() -> Iterator[str]:
    """Draw what moves: a line at the network's MACs, its star, and rings around its neighbours."""
    top, bottom = PLOT
    for i in (0, 1):
        ring = {"cx": f"{{ring_x{i}}}", "cy": f"{{ring_y{i}}}", "visibility": f"{{ring{i}}}"}
        look = {"fill": "none", "stroke": "currentColor", "stroke_width": 1.4}
        yield svg.element("circle", r=7.5, **ring, **look)
    line = svg.path(f"M0 {top - 6}V{bottom}", stroke_width=2)
    yield svg.element("g", line, transform="translate({x},0)")
    yield svg.marker(style.YOU, "{x}", "{star_y}", 0.8, visibility="{star}")
    yield svg.text("{said_x}", _SAID, "{said}", "middle", **svg.BOLD)
