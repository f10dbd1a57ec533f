"""The picture of a training monitor: accuracy, loss and learning rate over the pictures seen."""

import math
from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import NamedTuple

from ...records.runs import Epoch
from ...view import style, svg
from ...view.plots.curves import SUBPLOTS, Step, Subplot
from ...view.plots.drawing import spread
from ...view.style import Look, format_count, format_loss, format_percent
from ...view.svg import Axis, Plot
from .scene import Scene, example

# The layout, in units of the view box.
_WIDTH, _HEIGHT = 720, 412
_LEFT, _RIGHT, _TOP, _BOTTOM, _GAP = 64.0, 552.0, 34.0, 364.0, 16.0

#: Distance between labels.
_LINE = 17.0

#: How strongly earlier runs are drawn: their validation, and their training.
_FAINT, _FAINTER = 0.75, 0.4


class _Trace(NamedTuple):
    """A run as it is drawn; the strong one is the latest."""

    name: str
    history: tuple[Epoch, ...]
    trail: tuple[Step, ...]
    strong: bool
    look: Look

    def training(self, subplot: Subplot) -> list[tuple[float, float]]:
        """Return the points of the training line; of earlier runs, if there is no other line."""
        shown = self.strong or len(self.history) < 2
        return subplot.points(self.trail or self.history, subplot.training) if shown else []

    def validation(self, subplot: Subplot) -> list[tuple[float, float]]:
        """Return the points of the validation line, if the subplot has one."""
        return subplot.points(self.history, subplot.validation) if subplot.validation else []


def picture(scene: Scene) -> tuple[str, str]:
    """Return the picture and its words."""
    traces, end = _traces(scene)
    title = _title(scene)
    alt = f"{title}. {_in_words(scene, traces)}"
    plots = _plots(traces, end)
    parts = [svg.text(0, 14, title, **svg.BOLD), _key(), *_across(plots[-1][1])]
    for subplot, plot in plots:
        parts += _axis(subplot, plot)
        for trace in traces:
            parts += _lines(subplot, plot, trace)
        parts += _labels(subplot, plot, traces)
    return svg.drawing(_WIDTH, _HEIGHT, alt, "".join(parts)), alt


def _traces(scene: Scene) -> tuple[list[_Trace], float]:
    """Return the runs to draw, and where the axis ends."""
    if not scene.all:
        history = example().history
        trace = _Trace("recorded", history, (), True, style.PUBLISHED)
        return [trace], history[-1].pictures
    moments = [run.moment for run in scene.all if run.moment]
    latest = scene.all[-1]
    looks = zip(scene.all, cycle(style.YOUR_RUNS), strict=False)
    traces = [_Trace(f"run {r.number}", r.history, r.trail, r is latest, look) for r, look in looks]
    seen = [trace.history[-1].pictures for trace in traces if trace.history]
    return traces, max([1, *seen, *(moment.pictures_total for moment in moments)])


def _title(scene: Scene) -> str:
    if scene.current:
        return f"Run {scene.current.number} in training"
    if not scene.runs:
        return "A recorded run as an example: yours will take its place"
    last = scene.runs[-1]
    if last.accuracy is None:
        return f"Run {last.number} has not come to a validation"
    alike = [run for run in scene.runs if run.matches(last)] or [last]
    accuracy, number = max((run.accuracy or 0.0, run.number) for run in alike)
    if len(alike) == 1:
        return f"Run {number} ends at {format_percent(accuracy)} on the validation pictures"
    budget = f"{last.settings['pictures']:,} pictures"
    return f"Best of {len(alike)} runs of {budget}: run {number}, {format_percent(accuracy)}"


def _in_words(scene: Scene, traces: Sequence[_Trace]) -> str:
    words = ["Accuracy, loss and learning rate by training pictures seen"]
    for trace in traces:
        if trace.history:
            last = trace.history[-1]
            words.append(
                f"{trace.name} after {last.pictures:,} pictures: validation accuracy "
                f"{format_percent(last.val_accuracy)}, loss {format_loss(last.val_loss)}"
            )
    if scene.current and scene.current.moment:
        words.append(f"Run {scene.current.number}: {scene.current.moment.line()}")
    return ". ".join(words) + "."


# ------------------------------------------------------------------ axes


def _plots(traces: Sequence[_Trace], end: float) -> list[tuple[Subplot, Plot]]:
    """Stack the subplots and fit each to its lines."""
    scale = (_BOTTOM - _TOP - _GAP * (len(SUBPLOTS) - 1)) / sum(part.share for part in SUBPLOTS)
    plots, top = [], _TOP
    for subplot in SUBPLOTS:
        bottom = top + scale * subplot.share
        y = Axis(*_limits(subplot, traces), bottom, top)
        plots.append((subplot, Plot(Axis(0, end, _LEFT, _RIGHT), y)))
        top = bottom + _GAP
    return plots


def _limits(subplot: Subplot, traces: Sequence[_Trace]) -> tuple[float, float]:
    lines = (line for t in traces for line in (t.training(subplot), t.validation(subplot)))
    values = [value for line in lines for _, value in line if math.isfinite(value)]
    if subplot.validation == "val_loss":
        # A rate that is too hot makes losses of thousands: worse than guessing is off the scale.
        values = [min(value, 1.2 * math.log(10)) for value in values]
    low, high = (min(values), max(values)) if values else (0.0, 10 * subplot.least)
    pad = max(0.06 * (high - low), (subplot.least - (high - low)) / 2)
    return max(0.0, low - pad) if subplot.validation else 0.0, high + pad


def _axis(subplot: Subplot, plot: Plot) -> Iterator[str]:
    yield plot.base(stroke_opacity=0.8)
    yield plot.grid(plot.y.ticks(max(2, round(1.7 * subplot.share))))
    middle = (plot.y.start + plot.y.end) / 2
    for line, words in enumerate(subplot.label.split("\n")):
        x = 13 + 15 * line
        yield svg.text(x, middle, words, "middle", transform=f"rotate(-90 {x} {middle:.1f})")


def _across(plot: Plot) -> Iterator[str]:
    """Write the horizontal axis below the lowest subplot."""
    for tick, _ in plot.x.ticks():
        yield svg.text(plot.x(tick), _BOTTOM + 18, format_count(tick, short=True), "middle")
    middle = (_LEFT + _RIGHT) / 2
    yield svg.text(middle, _BOTTOM + 39, "training pictures seen", "middle")


def _key() -> str:
    """Tell the two kinds of lines apart, right of the title."""
    lines = {"validation": _line(2.2), "training": {**_line(1.0, 0.9), **svg.DASHED}}
    return "".join(
        svg.legend(512 + 118 * place, 14, [(svg.path("M0 -5h24", **look), words)], 30)
        for place, (words, look) in enumerate(lines.items())
    )


# ------------------------------------------------------------------ lines


def _line(width: float, strength: float = 1, look: Look = style.YOU) -> dict[str, object]:
    made = {"stroke": svg.ink(look.colour), "stroke_width": width, "stroke_opacity": strength}
    dashes = " ".join(f"{width * dash:.3g}" for dash in look.dashes)
    return {**made, "stroke_dasharray": dashes} if dashes else made


def _lines(subplot: Subplot, plot: Plot, trace: _Trace) -> Iterator[str]:
    """Draw a run in one subplot: training dashed below validation, whose end has a marker."""
    dashes = svg.DASHED if subplot.validation else {}
    thin = _line(1.3, 0.9 if trace.strong else _FAINTER, trace.look)
    yield plot.series(trace.training(subplot), **{**thin, **dashes})
    points = trace.validation(subplot)
    thick = _line(2.2, 1, trace.look) if trace.strong else _line(1.5, _FAINT, trace.look)
    yield plot.series(points, **thick)
    if points and math.isfinite(points[-1][1]):
        yield svg.marker(trace.look, *plot.at(*points[-1]), 0.9 if trace.strong else 0.65)


def _labels(subplot: Subplot, plot: Plot, traces: Sequence[_Trace]) -> Iterator[str]:
    """Name the ends of the lines, right of the subplot; of losses only that of the latest run."""
    percent = subplot.factor == 100
    named = [trace for trace in traces if trace.strong or percent]
    ends = [(*points[-1], trace) for trace in named if (points := trace.validation(subplot))]
    ends = [end for end in ends if math.isfinite(end[1])]
    bottom, top = plot.y.start, plot.y.end
    ends = sorted(ends, key=lambda end: -end[1])[: int((bottom - top) / _LINE)]
    places = [plot.at(seen, value) for seen, value, _ in ends]
    levels = spread([y for _, y in places], _LINE, top + 6, bottom - 6)
    for (_, value, trace), (x, y), level in zip(ends, places, levels, strict=True):
        if abs(level - y) > 4 or x < _RIGHT - 20:
            line = f"M{x + 9:.5g} {y:.5g}L{_RIGHT + 13:g} {level:.5g}"
            yield svg.path(line, stroke_opacity=0.3)
        words = f"{trace.name} {subplot.written(value / subplot.factor)}"
        bold = svg.BOLD if trace.strong else {"opacity": style.QUIET_ALPHA}
        yield svg.marker(trace.look, _RIGHT + 22, level, 0.65)
        yield svg.text(_RIGHT + 32, level + 5, words, **bold)
