"""Where a network's parameters and MACs sit, and how they grow with one dimension, in bars."""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..._validate import require_choice, require_number
from ...arch import NetworkCost, NetworkSpec, Totals, cost
from .. import style
from ..picture import Cell, Picture, frame
from ..style import KindLook, format_count, format_ratio
from .dimensions import POWERS, grown
from .drawing import bar, name_rows, side_by_side, write_beside

#: What is counted, and its name for people; a panel for each.
_MEASURES = {"params": "parameters", "macs": "MACs"}


class _Bar(NamedTuple):
    """One row of a panel; None where there is nothing to draw."""

    length: float | None
    text: str


def _bar_panels(
    title: str, caption: str, looks: Sequence[tuple[str, KindLook]], panels: Sequence[list[_Bar]]
) -> tuple[Figure, list[Axes]]:
    """Draw bars over the same named rows, a panel for each of `_MEASURES`."""
    height = 1.75 + 0.36 * len(looks)
    figure, box = frame(title, caption, height=height, left=1.25, right=0.25, bottom=0.56)
    found = side_by_side(figure, box, len(panels), 0.02 * box[2])
    for axes, bars in zip(found, panels, strict=True):
        for row, ((_, look), (length, text)) in enumerate(zip(looks, bars, strict=True)):
            if length is not None:
                bar(axes, row, length, look)
            write_beside(axes, text, length or 0, row)
        name_rows(axes, [name if axes is found[0] else "" for name, _ in looks])
    return figure, found


def _kind_looks(kinds: Sequence[str]) -> list[tuple[str, KindLook]]:
    return [(style.KIND_LOOKS[kind].name, style.KIND_LOOKS[kind]) for kind in kinds]


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
    sums: list[Totals]
    if by == "kind":
        looks, sums = _kind_looks(list(cost.by_kind())), list(cost.by_kind().values())
    else:
        looks, sums = _stage_looks(list(cost.by_stage())), list(cost.by_stage().values())
    names = [name for name, _ in looks]
    title = title or _cost_headline(cost, names, sums)
    whole = f"{format_count(cost.params)} parameters and {format_count(cost.macs)} MACs per picture"
    caption = f"{cost.spec.name} at {cost.spec.resolution} pixels: {whole}"
    panels = [_shares(sums, what, getattr(cost, what)) for what in _MEASURES]
    with style.rc():
        figure, row_of_axes = _bar_panels(title, caption, looks, panels)
        for axes, bars, name in zip(row_of_axes, panels, _MEASURES.values(), strict=True):
            axes.set_xlim(0, 1.68 * max(share.length or 0 for share in bars))
            axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
            axes.set_xlabel(f"share of {name} (%)")
    columns = (by, "parameters", "share of parameters (%)", "MACs", "share of MACs (%)")
    rows: list[tuple[Cell, ...]] = []
    for name, part in zip(names, sums, strict=True):
        shares = (round(100 * part.params / cost.params, 3), round(100 * part.macs / cost.macs, 3))
        rows.append((name, part.params, shares[0], part.macs, shares[1]))
    words = "; ".join(f"{row[0]}: {row[2]:.3g}% and {row[4]:.3g}%" for row in rows)
    alt = f"{title}. Shares of parameters and of MACs by {by}: {words}. {caption}."
    return Picture(figure, alt, columns, tuple(rows))


def _stage_looks(stages: Sequence[int]) -> list[tuple[str, KindLook]]:
    ends = {min(stages): " (stem)", max(stages): " (head)"}
    return [(f"stage {stage}{ends.get(stage, '')}", style.PLAIN_BAR) for stage in stages]


def _shares(sums: Sequence[Totals], what: str, whole: int) -> list[_Bar]:
    counts = [getattr(part, what) for part in sums]
    return [
        _Bar(100 * count / whole, f"{100 * count / whole:.1f}% ({format_count(count)})")
        for count in counts
    ]


def _cost_headline(cost: NetworkCost, names: Sequence[str], sums: Sequence[Totals]) -> str:
    heavy = max(range(len(sums)), key=lambda place: sums[place].params)
    busy = max(range(len(sums)), key=lambda place: sums[place].macs)
    params = f"{names[heavy]} has {sums[heavy].params / cost.params:.0%} of the parameters"
    macs = f"{sums[busy].macs / cost.macs:.0%} of the MACs"
    link = " and" if heavy == busy else f", {names[busy]}"
    return f"{cost.spec.name}: {params}{link} {macs}"


# ------------------------------------------------------------------ which layers grow how


def growth_by_kind(spec: NetworkSpec, dimension: str, factor: float = 2.0) -> Picture:
    """Draw by how much each kind of layer grows when one dimension does.

    Parameters
    ----------
    spec
        The baseline.
    dimension
        "width", "depth" or "resolution".
    factor
        By which it grows; above 1.

    Raises
    ------
    ValueError
        If the dimension is unknown or the factor is not above 1.
    """
    require_choice("dimension", dimension, POWERS)
    require_number("factor", factor, 1.01, 32)
    old, new = cost(spec).by_kind(), cost(grown(spec, dimension, factor)).by_kind()
    looks = _kind_looks(list(old))
    ratios = {
        what: [_ratio(getattr(old[kind], what), getattr(new[kind], what)) for kind in old]
        for what in _MEASURES
    }
    names, macs = [name for name, _ in looks], ratios["macs"]
    title = f"{format_ratio(factor)} the {dimension}: {_by_power(names, macs, factor)}"
    caption = (
        f"{spec.name} at {spec.resolution} pixels; dotted lines: no growth, "
        f"{format_ratio(factor)}, {format_ratio(factor**2)}"
    )
    panels = [[_Bar(r, _written(r, "has none")) for r in found] for found in ratios.values()]
    with style.rc():
        figure, row_of_axes = _bar_panels(title, caption, looks, panels)
        for axes, name in zip(row_of_axes, _MEASURES.values(), strict=True):
            _mark_powers(axes, factor)
            axes.set_xlabel(f"{name}, as a multiple")
    counts = ([part.macs for part in sums.values()] for sums in (old, new))
    rows = tuple(zip(names, *ratios.values(), *counts, strict=True))
    columns = ("kind", "parameters, ratio", "MACs, ratio", "MACs before", "MACs after")
    words = "; ".join(f"{row[0]}: {_written(row[1])} and {_written(row[2])}" for row in rows)
    alt = f"{title}. Growth of parameters and of MACs by kind of layer: {words}. {caption}."
    return Picture(figure, alt, columns, rows)


def _ratio(old: int, new: int) -> float | None:
    return new / old if old else None


def _written(ratio: float | None, none: str = "none") -> str:
    return none if ratio is None else format_ratio(ratio)


def _by_power(names: Sequence[str], macs: Sequence[float | None], factor: float) -> str:
    """Say of which kinds the MACs grow with the square, in proportion, or not at all."""
    groups: dict[int, list[str]] = {}
    for name, ratio in zip(names, macs, strict=True):
        if ratio is not None:
            groups.setdefault(round(math.log(ratio, factor)), []).append(name)
    words = {2: "squared in", 1: "linear in", 0: "unchanged in"}
    parts = [
        f"{words.get(power, f'power {power} in')} {_listed(groups[power])}"
        for power in sorted(groups, reverse=True)
    ]
    return f"MACs {'; '.join(parts)}"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _mark_powers(axes: Axes, factor: float) -> None:
    """Draw lines where nothing, the factor and its square would be."""
    lines = (1, factor, factor**2)
    for line in lines:
        axes.axvline(line, color=style.INK, lw=style.THIN, ls=(0, (1, 2)), alpha=0.6, zorder=3)
    axes.set_xlim(0, 1.35 * factor**2)
    axes.set_xticks([0, *lines], ["0", *(f"{line:g}" for line in lines)])
