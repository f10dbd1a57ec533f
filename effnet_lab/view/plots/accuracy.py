"""Records and prices -> pictures: accuracy against MACs, training curves, where the cost sits."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import fmean
from typing import Literal, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from ..._validate import require_choice
from ...arch import NetworkCost, Totals
from ...records.compare import (
    compare,
    is_matched,
    matched,
    one_of_each_family,
    require_one_data_set,
)
from ...records.runs import Epoch, Recipe, RunRecord
from ...records.statistics import METRICS, Result, results
from .. import style
from ..picture import Board, Cell, Picture, frame, text_size
from ..style import Look, format_count, format_percent, format_points

_DATA_NAMES = {"cifar10": "CIFAR-10", "cifar-10": "CIFAR-10", "toy": "toy set"}

#: Dashes of the Pareto front.
FRONT_DASHES = (0, (4, 2))


# ------------------------------------------------------------------ accuracy against MACs


@dataclass(frozen=True, slots=True)
class _Series:
    """Points that share a look; `linked` ones are joined by a line.

    `training` is added to labels where one family was trained for several lengths.
    """

    family: str
    training: str
    look: Look
    points: tuple[Result, ...]
    linked: bool


def accuracy_vs_macs(
    records: Iterable[RunRecord],
    you: RunRecord | Iterable[RunRecord] = (),
    title: str | None = None,
    metric: str = "test_accuracy",
    published: Mapping[str, tuple[float, float]] | None = None,
) -> Picture:
    """Draw accuracy against multiply-accumulates, a line for each family.

    Runs that differ in nothing but the seed make one point: their mean, with an error bar of one
    standard deviation. A line starts at the base network that was trained the same way.

    Parameters
    ----------
    records
        Runs on one data set; those that did not finish are left out, and the picture says so.
    you
        The learner's own run or runs, drawn as stars.
    title
        By default what the data say, such as which family buys most.
    metric
        "test_accuracy" or "val_accuracy".
    published
        Figures from elsewhere, hollow: name -> (MACs, accuracy as a fraction). They take no part
        in the front.

    Raises
    ------
    ValueError
        If no run finished, the runs are on different data, or the metric is unknown.
    """
    require_choice("metric", metric, METRICS)
    others, mine = list(records), [you] if isinstance(you, RunRecord) else list(you)
    data = data_set_name([*others, *mine])
    points, own = points_of(others, metric), points_of_yours(mine, metric)
    if not points and not own:
        raise ValueError(f"no finished run with a {METRICS[metric]} among {len(others)} records")
    everything = [*points, *own]
    front = pareto_front([(p.macs, p.mean) for p in everything])
    on_front = [everything[i] for i in front]
    left_out = len({r.key for r in [*others, *mine]}) - sum(point.n for point in everything)
    title = title or _headline(points, own)
    caption = _accuracy_caption(everything, left_out)
    with style.rc():
        figure, axes = _accuracy_axes(title, caption, everything, published or {})
        axes.set_ylabel(f"{data} {METRICS[metric]} (%)")
        _draw_accuracy(axes, series_of(points), own, on_front, published or {})
    alt = _accuracy_alt(title, axes.get_ylabel(), everything, on_front, own, caption)
    columns, rows = _accuracy_table(everything, front, METRICS[metric], published or {})
    return Picture(figure, alt, columns, rows)


def pareto_front(points: Sequence[tuple[float, float]]) -> list[int]:
    """Return the indices of the points that no other point beats, cheapest first.

    Parameters
    ----------
    points
        Pairs of cost (less is better) and accuracy (more is better).

    Returns
    -------
    list of int
        A point is beaten by one that is at least as good in both and better in one. Equal points
        do not beat each other, so they are on the front together.

    Raises
    ------
    ValueError
        If a number is not finite.

    Examples
    --------
    >>> pareto_front([(1, 0.5), (2, 0.4), (2, 0.7), (4, 0.7)])
    [0, 2]
    """
    for point in points:
        if not all(map(math.isfinite, point)):
            raise ValueError(f"point is {point!r}; cost and accuracy must be finite")
    front: list[int] = []
    for index in sorted(range(len(points)), key=lambda i: (points[i][0], -points[i][1], i)):
        best = points[front[-1]] if front else None
        if best is None or points[index][1] > best[1] or points[index] == best:
            front.append(index)
    return front


def data_set_name(records: Sequence[RunRecord]) -> str:
    """Name the records' data set for an axis; refuse several."""
    name = require_one_data_set(records)
    return _DATA_NAMES.get(name, name)


def points_of(records: Iterable[RunRecord], metric: str) -> list[Result]:
    """Average over seeds, in the order of tables: by family, then by cost."""
    return sorted(results(records, metric), key=_table_order)


def points_of_yours(records: Iterable[RunRecord], metric: str) -> list[Result]:
    """Average the learner's own runs, whatever they were labelled, as the family "you"."""
    return points_of([record.labelled(family="you") for record in records], metric)


def _table_order(point: Result) -> tuple[int, str, int, float]:
    names = list(style.FAMILIES)
    place = names.index(point.family) if point.family in names else len(names)
    return place, point.family, point.macs, point.mean


def series_of(points: Sequence[Result]) -> list[_Series]:
    """Make a line for each family and way of training; `points` are in the table's order."""
    families = list(dict.fromkeys(point.family for point in points))
    bases = [point for point in points if point.family == "base"]
    series = []
    for family, group in groupby(points, key=lambda point: point.family):
        look = style.family_look(family, families)
        trainings: dict[tuple[str, Recipe, int], list[Result]] = {}
        for point in group:
            trainings.setdefault(point.training, []).append(point)
        lengths = {pictures for *_, pictures in trainings}
        for training, own in trainings.items():
            linked = family not in ("", "base")
            start = [b for b in bases if linked and b.training == training][:1]
            length = format_count(training[-1], short=True)
            more = f", {length} pictures" if len(lengths) > 1 else ""
            chain = tuple(sorted([*start, *own], key=lambda point: point.macs))
            series.append(_Series(family, more, look, chain, linked))
    return series


def _accuracy_axes(
    title: str,
    caption: str,
    points: Sequence[Result],
    published: Mapping[str, tuple[float, float]],
) -> tuple[Figure, Axes]:
    """Make the axes with their limits: labels are placed in what they leave free."""
    figure, box = frame(title, caption, height=5.0, left=0.78, right=1.1, bottom=0.56)
    axes = figure.add_axes(box)
    macs = [point.macs for point in points] + [macs for macs, _ in published.values()]
    low, high = min(macs), max(macs)
    # A factor of four at least, so that an axis of doublings has ticks.
    pad = max(1.14, math.sqrt(4 * low / high))
    axes.set_xscale("log")
    axes.set_xlim(low / pad, high * pad)
    ticks, labels = style.macs_ticks(low / pad, high * pad)
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_major_formatter(FixedFormatter(labels))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("Multiply-accumulates per picture (MACs)")
    accuracies = [100 * accuracy for _, accuracy in published.values()]
    for point in points:
        spread = point.std or 0.0
        accuracies += [100 * (point.mean - spread), 100 * (point.mean + spread)]
    _accuracy_limits(axes, accuracies)
    return figure, axes


def _accuracy_limits(axes: Axes, percents: Sequence[float]) -> None:
    """Leave room above and below, and choose a few round ticks."""
    low, high = min(percents), max(percents)
    pad = max(0.09 * (high - low), 0.6)
    axes.set_ylim(low - pad, high + pad)
    axes.yaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10], min_n_ticks=3))


def _draw_accuracy(
    axes: Axes,
    series: Sequence[_Series],
    own: Sequence[Result],
    front: Sequence[Result],
    published: Mapping[str, tuple[float, float]],
) -> None:
    board = Board(axes)
    _draw_front(axes, board, front)
    for name, (macs, accuracy) in published.items():
        axes.plot([macs], [100 * accuracy], ls="", zorder=3, **style.PUBLISHED.marker_style)
        board.note(name, macs, 100 * accuracy, style.PUBLISHED)
    for one in series:
        _draw_series(axes, board, one)
    for point in own:
        _draw_bars(axes, board, [point], style.YOU)
        axes.plot([point.macs], [100 * point.mean], ls="", zorder=6, **style.YOU.marker_style)
        label = "you" if len(own) == 1 else f"you: {point.spec.name}"
        board.note(label, point.macs, 100 * point.mean, style.YOU, bold=True)
    board.place()


def _draw_series(axes: Axes, board: Board, series: _Series) -> None:
    look = series.look
    if series.linked:
        macs = [point.macs for point in series.points]
        percents = [100 * point.mean for point in series.points]
        axes.plot(macs, percents, color=look.colour, zorder=3)
        board.avoid_line(macs, percents)
    # The base network at the start of a line is drawn once, by its own series.
    own = [p for p in series.points if not (series.linked and p.family == "base")]
    _draw_bars(axes, board, own, look)
    for point in own:
        axes.plot([point.macs], [100 * point.mean], ls="", zorder=5, **look.marker_style)
        board.avoid_marker(point.macs, 100 * point.mean, look)
    named = own[-1:] if series.family else own
    for point in named:
        text = (series.family or point.spec.name) + series.training
        board.note(text, point.macs, 100 * point.mean, look, bold=bool(series.family))


def _draw_bars(axes: Axes, board: Board, points: Sequence[Result], look: Look) -> None:
    """Draw one standard deviation each way, where there is more than one seed."""
    for point in points:
        if point.std is not None:
            mean, spread = 100 * point.mean, 100 * point.std
            axes.errorbar(
                [point.macs],
                [mean],
                yerr=[spread],
                fmt="none",
                ecolor=look.colour,
                elinewidth=1.3,
                capsize=3.5,
                capthick=1.3,
                zorder=4,
            )
            for end in (mean - spread, mean + spread):
                board.avoid_line([point.macs, point.macs], [mean, end])
                board.avoid_line([point.macs * 0.985, point.macs * 1.015], [end, end])


def _draw_front(axes: Axes, board: Board, front: Sequence[Result]) -> None:
    """Draw steps: what can be had for at most so many MACs."""
    best = sorted((float(point.macs), 100 * point.mean) for point in front)
    macs, percents = [best[0][0]], [best[0][1]]
    for cost, percent in best[1:]:
        macs += [cost, cost]
        percents += [percents[-1], percent]
    axes.plot(
        macs,
        percents,
        color=style.INK,
        alpha=style.FRONT_ALPHA,
        lw=style.THIN,
        ls=FRONT_DASHES,
        zorder=2,
    )
    board.avoid_line(macs, percents)


def _headline(points: Sequence[Result], own: Sequence[Result]) -> str:
    """Say what the data show, and no more than they show."""
    match = _matched_budget(points)
    if match is None:
        best = max([*points, *own], key=lambda point: point.mean)
        where = f"{format_percent(best.mean)} at {format_count(best.macs)} MACs"
        if len(points) + len(own) == 1:
            return f"{'Your network' if own else best.spec.name}: {where}"
        name = "yours" if best.family == "you" else best.spec.name
        return f"Best of {len(points) + len(own)} networks: {name} with {where}"
    base, ranked = match
    ratio = _middle(ranked) / base.macs
    lead = compare(ranked).of_the_best()[0]
    first, second = lead.first, lead.second
    gain, next_gain = first.mean - base.mean, second.mean - base.mean
    start = f"{_about(ratio)} the MACs"
    if gain <= 0:
        return f"{start} buy nothing here (best: {first.family}, {format_points(gain)})"
    if lead.within_noise or lead.value == 0:
        gains = (
            f"{first.family} {format_points(gain).removesuffix(' points')}, "
            f"{second.family} {format_points(next_gain)}"
        )
        return f"{start}: {gains}: too close to call"
    seeds = ", one seed" if lead.margin is None else ""
    return f"{start}: {first.family} buys most here ({format_points(gain)}{seeds})"


def _about(ratio: float) -> str:
    """Write a ratio for a title: a whole number if it is near one, and whether it is only near."""
    whole = max(1, round(ratio))
    if abs(ratio / whole - 1) > 0.06:
        return f"{float(f'{ratio:.2g}'):g} x"
    return f"{'' if abs(ratio / whole - 1) < 0.01 else 'About '}{whole} x"


def _matched_budget(points: Sequence[Result]) -> tuple[Result, list[Result]] | None:
    """Find the budget at which most families can be compared, the largest of these.

    Returns
    -------
    base, ranked
        The base network, and one point of each family at that budget, best first; None if there
        is not one base, or no budget at which two families meet.
    """
    bases = [point for point in points if point.family == "base"]
    if len(bases) != 1:
        return None
    base = bases[0]
    scaled = [
        point
        for point in points
        if point.family in style.FAMILIES
        and point.training == base.training
        and point.macs > base.macs
        and not is_matched(point, base)
    ]
    groups = [one_of_each_family(group, _middle(group)) for group in matched(scaled)]
    ranked = max(groups, key=lambda group: (len(group), max(p.macs for p in group)), default=[])
    return (base, ranked) if len(ranked) > 1 else None


def _middle(points: Sequence[Result]) -> float:
    """Return the geometric mean of the MACs."""
    return math.exp(fmean(math.log(point.macs) for point in points))


def _accuracy_caption(points: Sequence[Result], left_out: int) -> str:
    counts = sorted({point.n for point in points})
    if counts == [1]:
        parts = ["one seed each: no error bars"]
    elif len(counts) == 1:
        parts = [f"bars: one standard deviation, n = {counts[0]}"]
    elif counts[0] == 1:
        parts = [f"bars: one standard deviation where n > 1 (n = 1 to {counts[-1]})"]
    else:
        parts = [f"bars: one standard deviation, n = {counts[0]} to {counts[-1]}"]
    parts.append("dashed steps: the Pareto front")
    lengths = [format_count(n, short=True) for n in sorted({p.pictures for p in points})]
    if len(lengths) == 1:
        parts.append(f"each trained on {lengths[0]} pictures")
    else:
        parts.append(f"training lengths differ: {lengths[0]} to {lengths[-1]} pictures")
    if left_out:
        parts.append(f"{left_out} unfinished run{'s' * (left_out > 1)} left out")
    return _sentence("; ".join(parts))


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _accuracy_alt(
    title: str,
    measure: str,
    points: Sequence[Result],
    front: Sequence[Result],
    own: Sequence[Result],
    caption: str,
) -> str:
    best = max(points, key=lambda point: point.mean)
    families = dict.fromkeys(point.family or "no family" for point in points)
    parts = [
        title,
        f"{measure} against MACs, on a logarithmic axis, of {len(points)} "
        f"network{'s' * (len(points) > 1)}: {', '.join(families)}",
        f"Best: {_in_words(best)}",
        "On the Pareto front: " + ", ".join(point.spec.name for point in front),
        *(f"You: {_in_words(point)}" for point in own),
        caption,
    ]
    return ". ".join(parts) + "."


def _in_words(point: Result) -> str:
    family = f" ({point.family})" if point.family else ""
    return (
        f"{point.spec.name}{family} with {format_percent(point.mean)} "
        f"at {format_count(point.macs)} MACs"
    )


def _accuracy_table(
    points: Sequence[Result],
    front: Sequence[int],
    measure: str,
    published: Mapping[str, tuple[float, float]],
) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    columns = (
        "family",
        "network",
        "MACs",
        "parameters",
        f"{measure} (%)",
        "standard deviation (points)",
        "n",
        "training pictures",
        "on the front",
    )
    rows: list[tuple[Cell, ...]] = []
    for index, point in enumerate(points):
        spread = None if point.std is None else round(100 * point.std, 3)
        rows.append(
            (
                point.family or None,
                point.spec.name,
                point.macs,
                point.cost.params,
                round(100 * point.mean, 3),
                spread,
                point.n,
                point.pictures,
                index in front,
            )
        )
    for name, (macs, accuracy) in published.items():
        row = ("published", name, macs, None, round(100 * accuracy, 3), None, None, None, None)
        rows.append(row)
    return columns, tuple(rows)


# ------------------------------------------------------------------ training curves


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
DASHES = (0, (3.5, 2))


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

    def allpoints_of(self) -> list[Epoch | Step]:
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
    families = list(dict.fromkeys(record.family for record in shown))
    names = [record.spec.name for record in shown]
    if len(set(names)) < len(names):
        names = [f"{record.spec.name}, seed {record.plan.seed}" for record in shown]
    looks = [
        style.family_look(record.family, families) if record.family else style.YOU
        for record in shown
    ]
    curves = [
        Curve(name, look, record.history)
        for name, look, record in zip(names, looks, shown, strict=True)
    ]
    notes = [f"{r.spec.name} {r.status}: {r.reason}" for r in shown if r.status != "finished"]
    return curve_picture(curves, title, [data, *notes])


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
    solid, dashed = ("Filled", "hollow") if single else ("Solid", "dashed")
    span = "the last steps" if any(curve.trail for curve in curves) else "each pass"
    key = f"{solid}: validation; {dashed}: training, a mean over {span}, of augmented pictures"
    caption = "; ".join([key, *notes])
    unit = epoch_size([curve.history for curve in curves])
    with style.rc():
        figure, panels = curve_axes(title, caption, curves, unit)
        for axes, subplot in zip(panels, SUBPLOTS, strict=True):
            for curve in curves:
                _draw_curve(axes, subplot, curve, unit or 1)
            fit_height(axes, subplot.least)
        seen = [point.pictures / (unit or 1) for c in curves for point in c.allpoints_of()]
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
        axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:.4g}"))
        axes.yaxis.set_major_locator(
            MaxNLocator(max(2, round(2 * subplot.share)), steps=[1, 2, 5, 10])
        )
        panels.append(axes)
        top -= tall + gap
    _name_pictures(panels[-1], unit)
    figure.align_ylabels(panels)
    return figure, tuple(panels)


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


def fit_height(axes: Axes, least: float) -> None:
    """Fit the vertical limits to the lines; values that are not numbers are not seen."""
    values = np.concatenate([np.asarray(line.get_ydata(), dtype=float) for line in axes.lines])
    values = values[np.isfinite(values)]
    low, high = (values.min(), values.max()) if len(values) else (0.0, 1.0)
    pad = max(0.08 * (high - low), (least - (high - low)) / 2)
    # Nothing drawn here can be negative.
    axes.set_ylim(max(low - pad, -0.05 * (high + pad)), high + pad)


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


def _draw_curve(axes: Axes, subplot: Subplot, curve: Curve, unit: int) -> None:
    """Draw solid validation, which ends in the curve's marker, over dashed training."""
    end = {"markevery": [-1], "clip_on": False}
    filled = {**curve.look.marker_style, **end}
    hollow = {**replace(curve.look, hollow=True).marker_style, **end}
    for name, dashed in ((subplot.training, bool(subplot.validation)), (subplot.validation, False)):
        if name:
            thin = dashed or not subplot.validation
            points = curve.points(name)
            axes.plot(
                [point.pictures / unit for point in points],
                [subplot.factor * getattr(point, name) for point in points],
                color=curve.look.colour,
                lw=1.3 if thin else style.LINE,
                ls=DASHES if dashed else "-",
                zorder=2 if thin else 3,
                **(filled if not thin else hollow if len(points) == 1 else {}),
            )


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
                text = f"{100 * value:.1f}%" if subplot.factor == 100 else f"{value:.2f}"
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
            f"{format_percent(last.val_accuracy)}, loss {last.val_loss:.3g}; training accuracy "
            f"{format_percent(last.train_accuracy)}, loss {last.train_loss:.3g}"
        )
    if len(curves) > len(ends):
        ends.append(f"and {len(curves) - len(ends)} more in the table")
    return f"Accuracy, loss and learning rate by pictures seen. {'. '.join(ends)}. {caption}."


def _curve_table(
    curves: Sequence[Curve],
) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
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


# ------------------------------------------------------------------ where the cost sits


def cost_bars(
    cost: NetworkCost, by: Literal["kind", "stage"] = "kind", title: str | None = None
) -> Picture:
    """Draw where a network's parameters and MACs sit, as shares of the whole.

    Parameters
    ----------
    cost
        From `arch.cost`.
    by
        "kind" of layer or "stage" of the network.
    title
        By default where most of both sits.

    Raises
    ------
    ValueError
        If `by` is something else.
    """
    require_choice("by", by, ("kind", "stage"))
    parts = _parts_by_kind(cost) if by == "kind" else _parts_by_stage(cost)
    title = title or _cost_headline(cost, parts)
    whole = f"{format_count(cost.params)} parameters and {format_count(cost.macs)} MACs per picture"
    caption = f"{cost.spec.name} at {cost.spec.resolution} pixels: {whole}"
    with style.rc():
        height = 1.75 + 0.36 * len(parts)
        figure, box = frame(title, caption, height=height, left=1.25, right=0.25, bottom=0.56)
        left, bottom, width, tall = box
        half = 0.49 * width
        panels = [
            figure.add_axes((left + column * (width - half), bottom, half, tall))
            for column in (0, 1)
        ]
        _draw_shares(panels[0], parts, "params", cost.params)
        _draw_shares(panels[1], parts, "macs", cost.macs)
        panels[0].set_yticks(range(len(parts)), [part.name for part in parts])
    columns, rows = _cost_table(cost, parts, by)
    words = "; ".join(f"{row[0]}: {row[2]:.3g}% and {row[4]:.3g}%" for row in rows)
    alt = f"{title}. Shares of parameters and of MACs by {by}: {words}. {caption}."
    return Picture(figure, alt, columns, rows)


class _Part(NamedTuple):
    name: str
    look: style.KindLook
    sums: Totals


def _parts_by_kind(cost: NetworkCost) -> list[_Part]:
    looks = style.KIND_LOOKS
    return [_Part(looks[kind].name, looks[kind], sums) for kind, sums in cost.by_kind().items()]


def _parts_by_stage(cost: NetworkCost) -> list[_Part]:
    stages = cost.by_stage()
    ends = {min(stages): " (stem)", max(stages): " (head)"}
    return [
        _Part(f"stage {stage}{ends.get(stage, '')}", style.PLAIN_BAR, sums)
        for stage, sums in stages.items()
    ]


def _draw_shares(
    axes: Axes, parts: Sequence[_Part], what: Literal["params", "macs"], whole: int
) -> None:
    counts = [getattr(part.sums, what) for part in parts]
    shares = [100 * count / whole for count in counts]
    for row, (part, count, share) in enumerate(zip(parts, counts, shares, strict=True)):
        axes.barh(
            row,
            share,
            height=0.72,
            color=part.look.tint,
            hatch=part.look.hatch,
            edgecolor=style.PATTERN,
            linewidth=0.7,
        )
        text = f"{share:.1f}% ({format_count(count)})"
        axes.annotate(
            text,
            (share, row),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            size=style.SMALL,
        )
    axes.set_xlim(0, 1.68 * max(shares))
    axes.set_ylim(len(parts) - 0.4, -0.6)
    axes.set_yticks([])
    axes.grid(axis="y", visible=False)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    names = {"params": "parameters", "macs": "MACs"}
    axes.set_xlabel(f"share of {names[what]} (%)")


def _cost_headline(cost: NetworkCost, parts: Sequence[_Part]) -> str:
    heavy = max(parts, key=lambda part: part.sums.params)
    busy = max(parts, key=lambda part: part.sums.macs)
    params, macs = heavy.sums.params / cost.params, busy.sums.macs / cost.macs
    if heavy is busy:
        text = f"{heavy.name} has {params:.0%} of the parameters and {macs:.0%} of the MACs"
    else:
        text = (
            f"{heavy.name} has {params:.0%} of the parameters, {busy.name} {macs:.0%} of the MACs"
        )
    return f"{cost.spec.name}: {text}"


def _cost_table(
    cost: NetworkCost, parts: Sequence[_Part], by: str
) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    columns = (by, "parameters", "share of parameters (%)", "MACs", "share of MACs (%)")
    rows = [
        (
            part.name,
            part.sums.params,
            round(100 * part.sums.params / cost.params, 3),
            part.sums.macs,
            round(100 * part.sums.macs / cost.macs, 3),
        )
        for part in parts
    ]
    return columns, tuple(rows)
