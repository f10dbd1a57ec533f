"""Learning rates over the course of a training."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from ..._validate import require_number
from .. import style
from ..picture import Board, Picture, frame
from ..style import Look, format_range
from .drawing import mark

#: Peaks further apart than this factor are drawn on a logarithmic axis.
_WIDE = 6.0

#: A logarithmic axis ends this far below the lowest peak: a schedule's zero is not on it.
_DEPTH = 30.0

_DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)))

_PEAK = Look(style.INK, "o", 6.0)


class _Schedule(NamedTuple):
    """A schedule at equally spaced moments; `names` are all that have it."""

    names: tuple[str, ...]
    rates: tuple[float, ...]

    @property
    def label(self) -> str:
        return ", ".join(self.names)

    @property
    def peak(self) -> float:
        return max(self.rates)

    def when(self, epochs: float) -> float:
        """Return the epoch of the peak, the first if there are several."""
        return epochs * self.rates.index(self.peak) / (len(self.rates) - 1)

    @property
    def middle(self) -> float:
        return float(np.interp(0.5, np.linspace(0, 1, len(self.rates)), self.rates))


def schedules(rates: Mapping[str, Sequence[float]], epochs: float) -> Picture:
    """Draw learning rates over the course of a training, a line for each recipe.

    Recipes with the same schedule share a line. If peaks are far apart the axis is logarithmic.

    Parameters
    ----------
    rates
        Recipe -> its learning rate at equally spaced moments, the first at the start of the
        training and the last at its end.
    epochs
        Length of the training.

    Raises
    ------
    ValueError
        If there is no recipe, one has fewer than two moments, a rate that is no number of at
        least 0 or none above 0, or `epochs` is out of range.
    """
    require_number("epochs", epochs, 1e-4, 1e5)
    lines = _schedules(rates)
    peaks = [line.peak for line in lines]
    log = max(peaks) > _WIDE * min(peaks)
    title = _schedules_title(lines, epochs)
    caption = "Dots: peaks" + ("; a rate of 0 is off the logarithmic axis" if log else "")
    with style.rc():
        figure, box = frame(title, caption, height=4.2, left=0.85, right=0.35, bottom=0.56)
        axes = figure.add_axes(box)
        axes.set_xlim(0, epochs)
        axes.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
        axes.set_xlabel("epochs of training")
        axes.set_ylabel("learning rate")
        if log:
            axes.set_yscale("log")
            axes.yaxis.set_minor_locator(NullLocator())
        axes.set_ylim(min(peaks) / _DEPTH if log else 0, max(peaks) * (2.2 if log else 1.12))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
        _draw_schedules(axes, lines, epochs)
    columns = ("recipe", "at the start", "peak", "in the middle", "at the end", "epoch of the peak")
    rows = tuple(
        (name, line.rates[0], line.peak, line.middle, line.rates[-1], round(line.when(epochs), 4))
        for line in lines
        for name in line.names
    )
    said = "; ".join(
        f"{name}: {start:.3g} at the start, {peak:.3g} after {when:.3g} epochs, "
        f"{middle:.3g} in the middle, {end:.3g} at the end"
        for name, start, peak, middle, end, when in rows
    )
    return Picture(figure, f"{title}. {said}. {caption}.", columns, rows)


def _schedules(rates: Mapping[str, Sequence[float]]) -> list[_Schedule]:
    """Check the rates, and bring together the recipes that have the same."""
    if not rates:
        raise ValueError("there are no schedules to draw")
    found: dict[tuple[float, ...], list[str]] = {}
    for name, values in rates.items():
        numbers = tuple(map(float, values))
        if len(numbers) < 2:
            raise ValueError(f"{name!r} has {len(numbers)} moments; it takes 2 or more")
        for number in numbers:
            if not 0 <= number < math.inf:
                raise ValueError(f"{name!r} has the learning rate {number!r}; it must be 0 or more")
        if not any(numbers):
            raise ValueError(f"{name!r} has no learning rate above 0")
        found.setdefault(numbers, []).append(name)
    return [_Schedule(tuple(names), numbers) for numbers, names in found.items()]


def _schedules_title(lines: Sequence[_Schedule], epochs: float) -> str:
    """Say how high and when the peaks are."""
    height = format_range((line.peak for line in lines), "{:.3g}".format)
    when = format_range((line.when(epochs) for line in lines), "{:.3g}".format)
    last = {line.rates[-1] for line in lines}
    single = len(lines) == 1
    end = f" and end{'s' * single} at {last.pop():.3g}" if len(last) == 1 else ""
    who = f"{lines[0].label}: the learning rate peaks" if single else f"{len(lines)} schedules peak"
    return f"{who} at {height} after {when} of {epochs:g} epochs{end}"


def _draw_schedules(axes: Axes, lines: Sequence[_Schedule], epochs: float) -> None:
    board = Board(axes)
    floor = axes.get_ylim()[0]
    for place, line in enumerate(lines):
        moments = np.linspace(0, epochs, len(line.rates))
        # What is below a logarithmic axis is drawn at its edge: there is no logarithm of 0.
        heights = np.maximum(line.rates, floor / 2)
        axes.plot(moments, heights, color=style.INK, ls=_DASHES[place % len(_DASHES)], zorder=3)
        seen = heights >= floor
        board.avoid_line(list(moments[seen]), list(heights[seen]))
    for line in lines:
        at = line.when(epochs)
        mark(axes, at, line.peak, _PEAK, clip=False)
        board.note(line.label, at, line.peak, _PEAK)
    board.place()
