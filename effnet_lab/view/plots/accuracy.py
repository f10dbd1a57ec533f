"""Accuracy against MACs: families of networks, the Pareto front, and the learner's own."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..._validate import require_choice
from ...records.compare import (
    compare,
    is_matched,
    matched,
    one_of_each_family,
    require_one_data_set,
)
from ...records.runs import Recipe, RunRecord
from ...records.statistics import METRICS, Result, results
from .. import style
from ..picture import Board, Cell, Picture, frame
from ..style import Look, format_count, format_percent, format_points, format_range
from .drawing import DASHES, error_bar, mark, set_count_axis

_DATA_NAMES = {"cifar10": "CIFAR-10", "cifar-10": "CIFAR-10", "toy": "toy set"}


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
    title: str, caption: str, points: Sequence[Result], published: Mapping[str, tuple[float, float]]
) -> tuple[Figure, Axes]:
    """Make the axes with their limits: labels are placed in what they leave free."""
    figure, box = frame(title, caption, height=5.0, left=0.78, right=1.1, bottom=0.56)
    axes = figure.add_axes(box)
    macs = [point.macs for point in points] + [macs for macs, _ in published.values()]
    low, high = min(macs), max(macs)
    # A factor of four at least, so that an axis of doublings has ticks.
    pad = max(1.14, math.sqrt(4 * low / high))
    set_count_axis(axes, low / pad, high * pad)
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
        mark(axes, macs, 100 * accuracy, style.PUBLISHED, zorder=3)
        board.note(name, macs, 100 * accuracy, style.PUBLISHED)
    for one in series:
        _draw_series(axes, board, one)
    for point in own:
        _draw_bars(axes, board, [point], style.YOU)
        mark(axes, point.macs, 100 * point.mean, style.YOU, zorder=6)
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
        mark(axes, point.macs, 100 * point.mean, look, zorder=5)
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
            error_bar(axes, point.macs, mean, look.colour, up=spread)
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
    faint: dict[str, Any] = {"color": style.INK, "lw": style.THIN, "alpha": style.FRONT_ALPHA}
    axes.plot(macs, percents, ls=DASHES, zorder=2, **faint)
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
    lead = compare(points).lead(ranked)
    close = [found.second for found in lead if found.within_noise or found.value == 0]
    gains = {point.family: format_points(point.mean - base.mean) for point in ranked}
    leader = ranked[0].family
    start = _times([point.macs / base.macs for point in ranked])
    if ranked[0].mean <= base.mean:
        return f"{start} buy nothing here (best: {leader}, {gains[leader]})"
    if close:
        said = [
            f"{p.family} {gains[p.family].removesuffix(' points')}" for p in (ranked[0], *close)
        ]
        return f"{start}: {', '.join(said)} points: too close to call"
    seeds = ", one seed" if lead[0].margin is None else ""
    return f"{start}: {leader} buys most here ({gains[leader]}{seeds})"


def _times(ratios: Sequence[float]) -> str:
    """Write for a title how many times the MACs: about what, and from what to what."""
    middle = fmean(ratios)
    about = f"{round(middle) if middle > 1.5 else round(middle, 1):g} x the MACs"
    exact = format_range(ratios, "{:.2f}".format)
    return about if exact == f"{float(about.split()[0]):.2f}" else f"About {about} ({exact})"


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
        bars = "one seed each: no error bars"
    elif counts[0] == 1:
        bars = f"bars: one standard deviation where n > 1 (n = {format_range(counts)})"
    else:
        bars = f"bars: one standard deviation, n = {format_range(counts)}"
    parts = [bars, "dashed steps: the Pareto front"]
    lengths = [format_count(n, short=True) for n in sorted({p.pictures for p in points})]
    if len(lengths) == 1:
        parts.append(f"each trained on {lengths[0]} pictures")
    else:
        parts.append(f"training lengths differ: {lengths[0]} to {lengths[-1]} pictures")
    if left_out:
        parts.append(f"{left_out} unfinished run{'s' * (left_out > 1)} left out")
    return style.capitalised("; ".join(parts))


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
