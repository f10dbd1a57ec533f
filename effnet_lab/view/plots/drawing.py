"""What plots draw again and again: marks, bars, rows, panels, ticks, names at the ends of lines."""

import math
from collections.abc import Sequence
from statistics import fmean
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from .. import style
from ..style import KindLook, Look

Box = tuple[float, float, float, float]

#: Dashes of what others are compared with: a baseline, a power law, the Pareto front.
DASHES = (0, (4, 2))

_BAR_ENDS: dict[str, Any] = {"fmt": "none", "elinewidth": 1.3, "capsize": 3.5, "capthick": 1.3}


# ------------------------------------------------------------------ marks


def mark(
    axes: Axes, x: float, y: float, look: Look, *, zorder: float = 4, clip: bool = True
) -> None:
    """Draw one marker."""
    axes.plot([x], [y], ls="", zorder=zorder, clip_on=clip, **look.marker_style)


def error_bar(
    axes: Axes,
    x: float,
    y: float,
    colour: str,
    *,
    across: float | None = None,
    up: float | None = None,
    zorder: float = 4,
) -> None:
    """Draw a bar with caps, so far to both sides of a point or above and below it."""
    axes.errorbar(x, y, xerr=across, yerr=up, ecolor=colour, zorder=zorder, **_BAR_ENDS)


def bar(
    axes: Axes, row: int, length: float, look: KindLook, *, start: float = 0, height: float = 0.72
) -> None:
    """Draw a bar along a row."""
    axes.barh(
        row,
        length,
        left=start,
        height=height,
        color=look.tint,
        hatch=look.hatch,
        edgecolor=style.PATTERN,
        linewidth=0.7,
    )


def write_beside(axes: Axes, text: str, x: float, row: int) -> None:
    """Write to the right of where something ends in a row."""
    _write(axes, text, (x, row), xytext=(5, 0), va="center")


def write_above(axes: Axes, text: str, x: float, row: int, *, by: float = 6, **more: Any) -> None:
    """Write above a marker in a row, so many points higher."""
    _write(axes, text, (x, row), xytext=(0, by), **{"ha": "center", **more})


def _write(axes: Axes, text: str, at: tuple[float, float], **more: Any) -> None:
    axes.annotate(text, at, textcoords="offset points", size=style.SMALL, **more)


# ------------------------------------------------------------------ rows, panels, ticks


def name_rows(axes: Axes, names: Sequence[str], *, above: float = 0.6, below: float = 0.6) -> None:
    """Make the vertical axis one of named rows, the first on top, with room at both ends."""
    axes.set_ylim(len(names) - 1 + below, -above)
    axes.set_yticks(range(len(names)), names)
    axes.grid(axis="y", visible=False)


def side_by_side(figure: Figure, box: Box, count: int, gap: float) -> list[Axes]:
    """Make panels of one size, `gap` apart; all lengths are fractions of the figure."""
    left, bottom, width, tall = box
    step = (width + gap) / count
    return [
        figure.add_axes((left + place * step, bottom, step - gap, tall)) for place in range(count)
    ]


def set_ticks(axis: Axis, ticks: Sequence[float], labels: Sequence[str]) -> None:
    """Place exactly these ticks, and none between them."""
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(FixedFormatter(labels))
    axis.set_minor_locator(NullLocator())


def set_ratio_ticks(axis: Axis, ticks: Sequence[float], low: float, high: float) -> None:
    """Place those of the ticks that lie on the axis, written as ratios."""
    seen = [tick for tick in ticks if low * 0.999 <= tick <= high * 1.001]
    set_ticks(axis, seen, [f"{tick:g} x" for tick in seen])


def set_count_axis(axes: Axes, low: float, high: float) -> None:
    """Make the horizontal axis a logarithmic one of counts, such as MACs."""
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    set_ticks(axes.xaxis, *style.macs_ticks(low, high))


# ------------------------------------------------------------------ names at the ends of lines


def name_lines(axes: Axes) -> None:
    """Write the label of each line that has one level with the line's end."""
    named = [line for line in axes.lines if not str(line.get_label()).startswith("_")]
    ends = [(np.asarray(line.get_xydata())[-1], str(line.get_label())) for line in named]
    label_ends(axes, [(x, y, name) for (x, y), name in ends])


def label_ends(
    axes: Axes, ends: Sequence[tuple[float, float, str]], *, beside: bool = False
) -> None:
    """Write names level with the ends (x, y) of lines, spread apart.

    They stand right of the axes, or `beside` the ends themselves.
    """
    for old in list(axes.texts):
        old.remove()
    point, box = axes.figure.dpi / 72, axes.bbox
    pixels = [axes.transData.transform((x, y)) for x, y, _ in ends]
    levels = spread(
        [here[1] / point for here in pixels], 1.25 * style.SMALL, box.y0 / point, box.y1 / point
    )
    for (x, y, text), here, level in zip(ends, pixels, levels, strict=True):
        column = here[0] if beside else box.x1
        far = abs(level - here[1] / point) > 3 or here[0] < column - 20 * point
        axes.annotate(
            text,
            (x, y),
            xytext=((column - here[0]) / point + 11, level - here[1] / point),
            textcoords="offset points",
            va="center",
            size=style.SMALL,
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": style.INK,
                "alpha": 0.45,
                "lw": 0.8,
                "shrinkA": 1.0,
                "shrinkB": 3.0,
                "relpos": (0, 0.5),
            }
            if far
            else None,
        )


def spread(
    levels: Sequence[float], gap: float, low: float = -math.inf, high: float = math.inf
) -> list[float]:
    """Move levels as little as may be so that neighbours are `gap` apart; order is kept.

    They stay between `low` and `high` where there is room.

    Examples
    --------
    >>> spread([10, 0, 11], 4)
    [8.5, 0.0, 12.5]
    """
    order = sorted(range(len(levels)), key=lambda i: levels[i])

    def start(group: list[int]) -> float:
        """Where a group's lowest member goes, so that all are moved alike."""
        wanted = fmean(levels[i] - gap * place for place, i in enumerate(group))
        return max(low, min(wanted, high - gap * (len(group) - 1)))

    groups: list[list[int]] = []
    for i in order:
        groups.append([i])
        # Groups that touch become one; that may make it touch the next.
        while len(groups) > 1 and start(groups[-2]) + gap * len(groups[-2]) > start(groups[-1]):
            groups[-2:] = [groups[-2] + groups[-1]]
    result = [0.0] * len(levels)
    for group in groups:
        for place, i in enumerate(group):
            result[i] = start(group) + gap * place
    return result
