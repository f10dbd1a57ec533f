"""Accuracy, loss and learning rate over the course of trainings."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, pairwise
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ...records.runs import Epoch, RunRecord
from .. import style
from ..picture import Cell, Picture, frame, text_size
from ..style import Look, format_count, format_loss, format_percent
from .accuracy import data_set_name
from .drawing import label_ends


class Step(NamedTuple):
    """Where a training stood at some moment; loss and accuracy are means over the last steps."""

    pictures: int
    train_loss: float
    train_accuracy: float
    learning_rate: float


class Subplot(NamedTuple):
    """One plot of a training curve: its share of the height, and what it draws.

    `least` is the smallest span of its axis, so that noise does not look like progress.
    """

    share: float
    label: str
    training: str
    validation: str
    factor: float
    least: float

    def written(self, value: float) -> str:
        """Write a value for a label."""
        return format_percent(value) if self.factor == 100 else format_loss(value)

    def points(self, steps: Sequence[Epoch | Step], attribute: str) -> list[tuple[float, float]]:
        """Return pictures seen and an attribute's value, as it is drawn."""
        return [(step.pictures, self.factor * getattr(step, attribute)) for step in steps]


#: Top to bottom. The learning rate has no counterpart in validation.
SUBPLOTS = (
    Subplot(3.0, "accuracy (%)", "train_accuracy", "val_accuracy", 100.0, 4.0),
    Subplot(2.3, "loss", "train_loss", "val_loss", 1.0, 0.2),
    Subplot(0.9, "learning\nrate", "learning_rate", "", 1.0, 0.01),
)

_CURVE_HEIGHT = 5.6

#: Dashes of what was measured on training pictures.
_DASHES = (0, (3.5, 2))


@dataclass(frozen=True, slots=True)
class Curve:
    """What a training curve is drawn from: a name, a look, and the epochs.

    Where `trail` is known it is the training line: finer than the epochs.
    """

    name: str
    look: Look
    history: tuple[Epoch, ...]
    trail: tuple[Step, ...] = ()

    def points(self, attribute: str) -> Sequence[Epoch | Step]:
        """Return what holds the attribute most finely."""
        return self.trail if self.trail and attribute in Step._fields else self.history

    def all_points(self) -> list[Epoch | Step]:
        """Return everything that is drawn."""
        return [*self.history, *self.trail]


def training_curves(records: RunRecord | Iterable[RunRecord], title: str | None = None) -> Picture:
    """Draw accuracy, loss and learning rate over the course of one or more trainings.

    Runs of any status are drawn, as far as they came.

    Parameters
    ----------
    records
        One run, or several to compare.
    title
        By default how the best of them ended.

    Raises
    ------
    ValueError
        If no run has an epoch, or the runs are on different data.
    """
    runs = [records] if isinstance(records, RunRecord) else list(records)
    data = data_set_name(runs)
    shown = [record for record in runs if record.history]
    if not shown:
        raise ValueError(f"none of the {len(runs)} records has an epoch to draw")
    curves = [
        Curve(name, look, record.history)
        for name, look, record in zip(_names(shown), _looks(shown), shown, strict=True)
    ]
    notes = [f"{r.spec.name} {r.status}: {r.reason}" for r in shown if r.status != "finished"]
    return curve_picture(curves, title, [data, *notes])


def _names(runs: Sequence[RunRecord]) -> list[str]:
    """Name each run by its network, and where that is not enough by its seed and its place."""
    names = [run.spec.name for run in runs]
    if len(set(names)) < len(names):
        names = [f"{run.spec.name}, seed {run.plan.seed}" for run in runs]
    if len(set(names)) < len(names):
        names = [f"{name} (#{place})" for place, name in enumerate(names, start=1)]
    return names


def _looks(runs: Sequence[RunRecord]) -> list[Look]:
    """Give each run a look that no other has: its family's, if that has one of its own."""
    of_a_study = any(run.family for run in runs)
    others = cycle(style.RUNS if of_a_study else style.YOUR_RUNS)
    looks = [style.FAMILIES.get(run.family) or next(others) for run in runs]
    often = {look for look, count in Counter(looks).items() if count > 1}
    strokes = {look: cycle(style.STROKES) for look in often}
    return [replace(look, dashes=next(strokes[look])) if look in often else look for look in looks]


def curve_picture(
    curves: Sequence[Curve], title: str | None = None, notes: Sequence[str] = ()
) -> Picture:
    """Draw curves of at least one epoch each; `notes` go into the caption."""
    best = max(curves, key=lambda curve: _or_zero(curve.history[-1].val_accuracy))
    end = f"{format_percent(_or_zero(best.history[-1].val_accuracy))} on the validation pictures"
    title = title or (
        f"{best.name} ends at {end}"
        if len(curves) == 1
        else f"Best of {len(curves)} at the end: {best.name} with {end}"
    )
    single = any(len(curve.history) == 1 and not curve.trail for curve in curves)
    thick, thin = ("Filled", "hollow") if single else ("Thick", "thin")
    span = "the last steps" if any(curve.trail for curve in curves) else "each pass"
    key = f"{thick}: validation; {thin}: training, a mean over {span}, of augmented pictures"
    caption = "; ".join([key, *notes])
    unit = epoch_size([curve.history for curve in curves])
    with style.rc():
        figure, panels = curve_axes(title, caption, curves, unit)
        for axes, subplot in zip(panels, SUBPLOTS, strict=True):
            draw_curves(axes, subplot, curves, unit or 1)
        seen = [point.pictures / (unit or 1) for c in curves for point in c.all_points()]
        first, last = min(seen), max(seen)
        panels[0].set_xlim(max(0, first - 0.04 * (last - first or 25 * first)), last)
        label_ends(panels[0], _end_labels(SUBPLOTS[0], curves, unit or 1))
        label_ends(panels[1], _end_labels(SUBPLOTS[1], curves, unit or 1))
    columns, rows = _curve_table(curves)
    return Picture(figure, f"{title}. {_curve_words(curves, caption)}", columns, rows)


def curve_axes(
    title: str, caption: str, curves: Sequence[Curve], unit: int | None
) -> tuple[Figure, tuple[Axes, ...]]:
    """Make the panels over one shared axis, in epochs of `unit` pictures, or in pictures."""
    probe = Figure()
    font = {"size": style.SMALL}
    names = [text for _, _, text in _end_labels(SUBPLOTS[0], curves, 1)] or ["validation 00.0%"]
    room = max(text_size(probe, name, font)[0] for name in names) / probe.dpi
    figure, box = frame(
        title, caption, height=_CURVE_HEIGHT, left=0.82, right=min(room, 3) + 0.3, bottom=0.56
    )
    left, top, gap = box[0], box[1] + box[3], 0.17 / _CURVE_HEIGHT
    scale = (box[3] - 2 * gap) / sum(subplot.share for subplot in SUBPLOTS)
    panels: list[Axes] = []
    for subplot in SUBPLOTS:
        tall = scale * subplot.share
        shared = panels[0] if panels else None
        axes = figure.add_axes((left, top - tall, box[2], tall), sharex=shared)
        axes.set_ylabel(subplot.label)
        axes.tick_params(labelbottom=subplot is SUBPLOTS[-1])
        axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: _tick(y)))
        axes.yaxis.set_major_locator(
            MaxNLocator(max(2, round(2 * subplot.share)), steps=[1, 2, 5, 10])
        )
        panels.append(axes)
        top -= tall + gap
    _name_pictures(panels[-1], unit)
    figure.align_ylabels(panels)
    return figure, tuple(panels)


def _tick(value: float) -> str:
    return f"{value:.4g}" if abs(value) < 1000 else format_count(value, short=True)


def epoch_size(histories: Sequence[Sequence[Epoch]]) -> int | None:
    """Return how many pictures an epoch has, if all histories tell and agree; else None."""
    sizes = set()
    for history in histories:
        seen = [0, *(epoch.pictures for epoch in history)]
        steps = {after - before for before, after in pairwise(seen[:-1])}
        if len(steps) != 1 or seen[-1] - seen[-2] > min(steps):
            return None
        sizes |= steps
    return sizes.pop() if len(sizes) == 1 else None


def draw_curves(axes: Axes, subplot: Subplot, curves: Iterable[Curve], unit: int) -> None:
    """Draw curves in place of those that were there, and fit the axis; `unit` is an epoch's size.

    Validation is thick and ends in the curve's marker, training is thin and dashed.
    """
    for line in list(axes.lines):
        line.remove()
    for curve in curves:
        for name in filter(None, (subplot.training, subplot.validation)):
            _draw_line(axes, subplot, curve, name, unit)
    _fit_height(axes, subplot.least)


def _draw_line(axes: Axes, subplot: Subplot, curve: Curve, name: str, unit: int) -> None:
    points = subplot.points(curve.points(name), name)
    thick = name == subplot.validation
    own = (0, curve.look.dashes) if curve.look.dashes else "-"
    stroke = own if thick or not subplot.validation else _DASHES
    # A line through a single point is not seen.
    end = curve.look if thick else replace(curve.look, hollow=True) if len(points) == 1 else None
    axes.plot(
        [pictures / unit for pictures, _ in points],
        [value for _, value in points],
        color=curve.look.colour,
        lw=style.LINE if thick else 1.3,
        ls=stroke,
        zorder=3 if thick else 2,
        **({**end.marker_style, "markevery": [-1], "clip_on": False} if end and points else {}),
    )


def _fit_height(axes: Axes, least: float) -> None:
    """Fit the vertical limits to the lines; values that are not numbers are not seen."""
    values = np.concatenate([np.asarray(line.get_ydata(), dtype=float) for line in axes.lines])
    values = values[np.isfinite(values)]
    low, high = (values.min(), values.max()) if len(values) else (0.0, 1.0)
    pad = max(0.08 * (high - low), (least - (high - low)) / 2)
    # Nothing drawn here can be negative.
    axes.set_ylim(max(low - pad, -0.05 * (high + pad)), high + pad)


def _end_labels(
    subplot: Subplot, curves: Sequence[Curve], unit: int
) -> list[tuple[float, float, str]]:
    """Names for the ends of the best curves; a single one names both of its lines."""
    ranked = sorted(curves, key=lambda curve: -_or_zero(curve.history[-1].val_accuracy))
    labels = []
    for curve in ranked[: style.MOST_LABELS]:
        names = {subplot.validation: "validation", subplot.training: "training"}
        if len(curves) > 1:
            names = {subplot.validation: curve.name}
        for attribute, name in names.items():
            last = curve.points(attribute)[-1]
            value = getattr(last, attribute)
            if math.isfinite(value):
                text = subplot.written(value)
                labels.append((last.pictures / unit, subplot.factor * value, f"{name} {text}"))
    return labels


def _name_pictures(axes: Axes, unit: int | None) -> None:
    """Name the horizontal axis, in epochs or in pictures."""
    axes.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10], integer=True))
    if unit is None:
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: format_count(x, short=True)))
        axes.set_xlabel("training pictures seen")
    else:
        axes.set_xlabel(f"epochs of {unit:,} training pictures")


def _curve_words(curves: Sequence[Curve], caption: str) -> str:
    ends = []
    for curve in curves[: style.MOST_LABELS]:
        last = curve.history[-1]
        ends.append(
            f"{curve.name} after {last.pictures:,} pictures: validation accuracy "
            f"{format_percent(last.val_accuracy)}, loss {format_loss(last.val_loss)}; training "
            f"accuracy {format_percent(last.train_accuracy)}, loss {format_loss(last.train_loss)}"
        )
    if len(curves) > len(ends):
        ends.append(f"and {len(curves) - len(ends)} more in the table")
    return f"Accuracy, loss and learning rate by pictures seen. {'. '.join(ends)}. {caption}."


def _curve_table(curves: Sequence[Curve]) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    columns = (
        "network",
        "pictures",
        "learning rate",
        "training loss",
        "training accuracy (%)",
        "validation loss",
        "validation accuracy (%)",
    )
    rows = [
        (
            curve.name,
            epoch.pictures,
            epoch.learning_rate,
            epoch.train_loss,
            round(100 * epoch.train_accuracy, 3),
            epoch.val_loss,
            round(100 * epoch.val_accuracy, 3),
        )
        for curve in curves
        for epoch in curve.history
    ]
    return columns, tuple(rows)


def _or_zero(value: float) -> float:
    """Rank a diverged run, whose accuracy may be no number, last."""
    return value if math.isfinite(value) else 0.0
