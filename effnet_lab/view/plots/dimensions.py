"""One dimension at a time: what width, depth and resolution cost, and what they bought."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from matplotlib.axes import Axes

from ..._validate import require_choice, require_number
from ...arch import NetworkSpec, cost, resolve, scaled
from ...arch.facts import ScalingRow
from ...arch.receptive_field import receptive_fields
from ...records.compare import Comparison, compare
from ...records.runs import RunRecord
from ...records.statistics import Result, results
from .. import style
from ..picture import Board, Cell, Picture, frame
from ..style import format_points, format_ratio
from ..tables import Table
from .drawing import DASHES, mark, name_lines, name_rows, set_ratio_ticks

#: Dimension -> the power with which MACs and parameters would grow if nothing were rounded and
#: every layer were a dense convolution.
POWERS = {"width": (2, 2), "depth": (1, 1), "resolution": (2, 0)}

#: What rounds, for captions.
_ROUNDING = {
    "width": "channels come in whole multiples of {divisor}",
    "depth": "layers are rounded up in each stage",
    "resolution": "sizes are rounded up at each stride",
}

_LETTERS = {"width": "w", "depth": "d", "resolution": "r"}
_SQUARED = {0: "", 1: "", 2: "²"}

#: From the baseline to twice of it, in steps finer than the rounding.
FACTORS = tuple(1 + step / 100 for step in range(101))

#: Ticks of factors on logarithmic axes.
_TICKS = (0.25, 0.5, 1, 1.2, 1.5, 2, 3, 4, 6, 8, 12, 16, 32, 64)

_DOTS = (0, (1, 1.2))


# ------------------------------------------------------------------ cost along one dimension


class _Point(NamedTuple):
    """Costs at one factor, as ratios to the baseline's."""

    factor: float
    ideal: float
    macs: float
    params: float


def cost_of_scaling(
    spec: NetworkSpec, dimension: str, factors: Sequence[float] = FACTORS
) -> Picture:
    """Draw how MACs and parameters grow along one dimension, beside the ideal power law.

    Parameters
    ----------
    spec
        The baseline.
    dimension
        "width", "depth" or "resolution".
    factors
        Ascending multiples of the baseline's dimension; at least two.

    Raises
    ------
    ValueError
        If the dimension is unknown, or the factors are too few, not ascending or out of range.
    """
    require_choice("dimension", dimension, POWERS)
    points = _points(spec, dimension, _ascending(factors))
    last = points[-1]
    title = (
        f"{spec.name}: {format_ratio(last.factor)} the {dimension} costs "
        f"{format_ratio(last.macs)} the MACs and {format_ratio(last.params)} the parameters"
    )
    power = POWERS[dimension][0]
    # Only in width does it matter which channels a layer sees.
    dense = " if every layer were a dense convolution" if dimension == "width" else ""
    caption = (
        f"Dashed: {_LETTERS[dimension]}{_SQUARED[power]}, what MACs would be without "
        f"rounding{dense}; {_ROUNDING[dimension]}"
    ).format(divisor=spec.channel_divisor)
    with style.rc():
        figure, box = frame(title, caption, left=0.78, right=1.55, bottom=0.56, height=4.4)
        _draw_growth(figure.add_axes(box), dimension, points)
    rows = _thinned(points)
    alt = f"{title}. {caption}. " + "; ".join(
        f"at {p.factor:.3g}: MACs {p.macs:.3g}, parameters {p.params:.3g}" for p in rows[1::2]
    )
    columns = (dimension, "ideal MACs", "MACs", "parameters")
    return Picture(figure, f"{alt}.", columns, tuple(tuple(p) for p in rows))


def _ascending(factors: Sequence[float]) -> list[float]:
    known = [require_number("factor", factor, 0.01, 32) for factor in factors]
    if len(known) < 2 or sorted(set(known)) != known:
        raise ValueError(f"factors is {factors!r}; it must be two or more ascending numbers")
    return known


def _points(spec: NetworkSpec, dimension: str, factors: Iterable[float]) -> list[_Point]:
    base = cost(spec)
    found = []
    for factor in factors:
        price = cost(grown(spec, dimension, factor))
        ideal = factor ** POWERS[dimension][0]
        found.append(_Point(factor, ideal, price.macs / base.macs, price.params / base.params))
    return found


def grown(spec: NetworkSpec, dimension: str, factor: float) -> NetworkSpec:
    """Scale a baseline along one of its dimensions."""
    width, depth, resolution = (factor if name == dimension else 1.0 for name in POWERS)
    return scaled(spec, width, depth, resolution)


def _thinned(points: Sequence[_Point], most: int = 11) -> list[_Point]:
    """Keep the first, the last and some between them, evenly."""
    kept = min(most, len(points))
    return [points[round(i * (len(points) - 1) / (kept - 1))] for i in range(kept)]


def _draw_growth(axes: Axes, dimension: str, points: Sequence[_Point]) -> None:
    look, power = style.FAMILIES[dimension], POWERS[dimension][0]
    xs, ideals, macs, params = (list(column) for column in zip(*points, strict=True))
    axes.set_xscale("log")
    axes.set_yscale("log")
    steps: dict[str, Any] = {"drawstyle": "steps-post", "zorder": 4}
    name = f"{_LETTERS[dimension]}{_SQUARED[power]} = {format_ratio(ideals[-1])}"
    axes.plot(
        xs, ideals, label=name, color=style.INK, lw=style.THIN, ls=DASHES, alpha=0.8, zorder=3
    )
    name = f"MACs {format_ratio(macs[-1])}"
    axes.plot(xs, macs, label=name, color=look.colour, **steps)
    name = f"parameters {format_ratio(params[-1])}"
    axes.plot(xs, params, label=name, color=style.INK, lw=1.4, alpha=0.75, ls=_DOTS, **steps)
    mark(axes, xs[-1], macs[-1], look, zorder=5, clip=False)
    every = [*ideals, *macs, *params]
    axes.set_xlim(xs[0], xs[-1])
    axes.set_ylim(min(every) / 1.06, max(every) * 1.06)
    set_ratio_ticks(axes.xaxis, _TICKS, *axes.get_xlim())
    set_ratio_ticks(axes.yaxis, _TICKS, *axes.get_ylim())
    axes.set_xlabel(f"{dimension}, as a multiple of the baseline's")
    axes.set_ylabel("cost, as a multiple")
    name_lines(axes)


# ------------------------------------------------------------------ rounding, stage by stage


def rounding(spec: NetworkSpec, dimension: str, factor: float) -> Table:
    """Set what each stage asks for beside what it gets.

    Parameters
    ----------
    spec
        The baseline.
    dimension
        "width" (channels), "depth" (layers) or "resolution" (side of the output, in pixels).
    factor
        Multiple of the baseline's dimension.

    Raises
    ------
    ValueError
        If the dimension is unknown or the factor is out of range.
    """
    require_choice("dimension", dimension, POWERS)
    before = _stages(spec, dimension)
    after = _stages(grown(spec, dimension, factor), dimension)
    rows = tuple(
        (f"stage {stage}", old, round(old * factor, 2), after[stage], after[stage] / old)
        for stage, old in before.items()
    )
    what = {"width": "channels", "depth": "layers", "resolution": "output side (pixels)"}[dimension]
    return Table(
        f"{spec.name} with {factor:.4g} x the {dimension}: asked for and got",
        ("stage", what, "asked for", "got", "got, as a multiple"),
        rows,
    )


def _stages(spec: NetworkSpec, dimension: str) -> dict[int, int]:
    """Return the channels, layers or output side of each stage of blocks."""
    found: dict[int, int] = {}
    for block in resolve(spec).blocks:
        layers = found.get(block.stage, 0) + 1
        sizes = {"width": block.out_channels, "depth": layers, "resolution": block.out_size}
        found[block.stage] = sizes[dimension]
    return found


# ------------------------------------------------------------------ what each bought


def published_gains(rows: Iterable[ScalingRow]) -> Picture:
    """Draw what scaling bought published baselines, in points of top-1 accuracy.

    Parameters
    ----------
    rows
        Such as ``facts.TABLE_3 + facts.TABLE_7``; each baseline needs a row of family "base".

    Raises
    ------
    ValueError
        If there are no scaled rows, or a baseline has no row of its own.
    """
    found = list(rows)
    bases = {row.baseline: row for row in found if row.family == "base"}
    grown = [row for row in found if row.family != "base"]
    missing = sorted({row.baseline for row in grown} - bases.keys())
    if not grown or missing:
        raise ValueError(f"rows have no baseline for {', '.join(missing) or 'anything'}")
    names = list(dict.fromkeys(row.baseline for row in grown))
    gains = [(row, row.top1 - bases[row.baseline].top1) for row in grown]
    title = _gains_headline(gains)
    caption = (
        "ImageNet top-1 accuracy as printed by Tan & Le, who give no spread; the networks of one "
        "line cost about the same"
    )
    with style.rc():
        height = 1.6 + 0.75 * len(names)
        figure, box = frame(title, caption, left=1.35, right=0.3, bottom=0.56, height=height)
        _draw_gains(figure.add_axes(box), names, gains)
    columns = ("baseline", "family", "MACs", "MACs, ratio", "top-1 (%)", "gain (points)")
    table = tuple(
        (
            row.baseline,
            row.family,
            row.macs,
            row.macs / bases[row.baseline].macs,
            row.top1,
            round(gain, 1),
        )
        for row, gain in gains
    )
    words = "; ".join(f"{row[0]}, {row[1]}: {format_points(float(row[5]) / 100)}" for row in table)
    return Picture(figure, f"{title}. {words}. {caption}.", columns, table)


def _gains_headline(gains: Sequence[tuple[ScalingRow, float]]) -> str:
    """Tell how far apart the single dimensions are, of the baseline that comes last."""
    last = gains[-1][0].baseline
    single = [g for row, g in gains if row.baseline == last and row.family in POWERS]
    if len(single) < 2:
        return "What scaling bought, in points of top-1 accuracy"
    gap = max(single) - min(single)
    return f"{last}: the single dimensions lie within {gap:.1f} points of each other"


def _draw_gains(
    axes: Axes, names: Sequence[str], gains: Sequence[tuple[ScalingRow, float]]
) -> None:
    axes.set_xlim(0, 1.12 * max(gain for _, gain in gains))
    name_rows(axes, names, above=0.55, below=0.55)
    axes.set_xlabel("gain over the baseline (points of top-1 accuracy)")
    board = Board(axes)
    for row, gain in gains:
        look, level = style.family_look(row.family), names.index(row.baseline)
        mark(axes, gain, level, look)
        board.note(row.family, gain, level, look)
    for level in range(len(names)):
        axes.axhline(level, color=style.INK, lw=style.THIN, alpha=style.GRID_ALPHA, zorder=1)
    board.place()


def gains_by_step(records: Iterable[RunRecord], metric: str = "test_accuracy") -> Table:
    """List what each step up a family bought, in points, with its standard error.

    The base has its place among a family's networks, by MACs.

    Parameters
    ----------
    records
        Finished runs of one study: a family "base" and families made of it.
    metric
        "test_accuracy" or "val_accuracy".

    Raises
    ------
    ValueError
        If no run of family "base" finished, or the metric is unknown.
    """
    found = results(records, metric)
    base = [result for result in found if result.family == "base"]
    if not base:
        raise ValueError("no run of family 'base' finished; steps start there")
    rows: list[tuple[Cell, ...]] = []
    study = compare(found)
    for family in (name for name in style.FAMILIES if name != "base"):
        own = [result for result in found if result.family == family]
        chain = sorted([base[0], *own] if own else [], key=lambda result: result.macs)
        rows += [(family, *_step(study, *pair)) for pair in pairwise(chain)]
    columns = ("family", "step", "MACs, ratio", "gain (points)", "standard error (points)", "n")
    return Table("What each step bought; n is the smaller number of seeds", columns, tuple(rows))


def _step(
    study: Comparison, before: Result, after: Result
) -> tuple[str, float, float, float | None, int]:
    found = study.against(before, [after])[0]
    error = None if found.error is None else round(100 * found.error, 1)
    names = f"{before.spec.name} → {after.spec.name}"
    return names, after.macs / before.macs, round(100 * found.value, 1), error, min(found.n)


# ------------------------------------------------------------------ receptive field


def sight(specs: Mapping[str, NetworkSpec]) -> Picture:
    """Draw how much of its picture an output of each stage can see.

    Parameters
    ----------
    specs
        Family -> network: "base", "depth", "resolution" and so on.

    Raises
    ------
    ValueError
        If there are no networks.
    """
    if not specs:
        raise ValueError("specs is empty; it must hold at least one network")
    curves = {family: _sight(spec) for family, spec in specs.items()}
    wholes = ", ".join(f"{family} {_first_whole(curve)}" for family, curve in curves.items())
    title = f"Outputs that can see the whole picture: {wholes}"
    caption = (
        "Side of the receptive field at the end of each stage, as a multiple of the picture's "
        "side; 1 x is the whole picture. Squeeze-excite left out"
    )
    with style.rc():
        figure, box = frame(title, caption, left=0.78, right=1.35, bottom=0.56, height=4.4)
        _draw_sight(figure.add_axes(box), curves)
    columns = ("family", "stage", "receptive field (pixels)", "picture (pixels)", "multiple")
    rows = tuple(
        (
            family,
            stage,
            round(multiple * specs[family].resolution),
            specs[family].resolution,
            multiple,
        )
        for family, curve in curves.items()
        for stage, multiple in curve.items()
    )
    words = "; ".join(
        f"{family}: {', '.join(f'{m:.2g}' for m in curve.values())}"
        for family, curve in curves.items()
    )
    return Picture(figure, f"{title}. Multiples by stage: {words}. {caption}.", columns, rows)


def _sight(spec: NetworkSpec) -> dict[int, float]:
    """Return each stage's receptive field at its end, over the picture's side."""
    return {field.stage: field.side / spec.resolution for field in receptive_fields(spec)}


def _first_whole(curve: Mapping[int, float]) -> str:
    stage = next((stage for stage, multiple in curve.items() if multiple >= 1), None)
    return "in no stage" if stage is None else f"from stage {stage}"


def _draw_sight(axes: Axes, curves: Mapping[str, Mapping[int, float]]) -> None:
    axes.set_yscale("log")
    for family, curve in curves.items():
        look, multiples = style.family_look(family, list(curves)), list(curve.values())
        name = f"{family} {format_ratio(multiples[-1])}"
        axes.plot(
            list(curve), multiples, label=name, color=look.colour, zorder=3, **look.marker_style
        )
    values = [multiple for curve in curves.values() for multiple in curve.values()]
    axes.axhline(1, color=style.INK, lw=style.THIN, ls=DASHES, zorder=2)
    stages = sorted({stage for curve in curves.values() for stage in curve})
    axes.set_xlim(stages[0] - 0.3, stages[-1] + 0.3)
    axes.set_xticks(stages)
    axes.set_ylim(min(values) / 1.3, max(1.0, *values) * 1.3)
    set_ratio_ticks(axes.yaxis, (0.01, 0.03, 0.1, 0.3, 1, 3, 10), *axes.get_ylim())
    axes.set_xlabel("stage (1: the stem)")
    axes.set_ylabel("receptive field / picture")
    name_lines(axes)
