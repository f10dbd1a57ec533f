"""Studies side by side: a panel for each, the same rows in all of them, on one axis.

A study is the runs of one network on one data set, all of one length: a base, and runs that differ
from it in one ingredient, which their label tells. Each ingredient has a row.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ...arch import NetworkSpec
from ...records.compare import require_one_data_set, require_one_length
from ...records.labels import BASE
from ...records.runs import Recipe, RunRecord
from ...records.statistics import Result
from .. import style
from ..picture import frame, root_figure, text_size, wrapped_lines
from ..style import Look, format_range
from .drawing import name_rows, side_by_side, write_above

# ------------------------------------------------------------------ studies


def require_studies(studies: Mapping[str, Iterable[RunRecord]]) -> dict[str, list[RunRecord]]:
    """Return the runs of each study, after a look at whether they can be compared."""
    if not studies:
        raise ValueError("there are no studies to draw")
    found = {name: list(records) for name, records in studies.items()}
    for name, runs in found.items():
        if not runs:
            raise ValueError(f"{name!r} has no runs")
        require_one_data_set(runs)
        require_one_length(runs)
        kinds: dict[str, set[tuple[NetworkSpec, Recipe]]] = {}
        for run in runs:
            kind = (replace(run.spec, name="-"), run.plan.recipe)
            kinds.setdefault(row_name(run), set()).add(kind)
        for label, several in kinds.items():
            if len(several) > 1:
                raise ValueError(
                    f"{name!r} has {len(several)} networks or recipes named {label!r}; "
                    "a name must stand for one"
                )
    return found


def row_name(run: RunRecord | Result) -> str:
    """Name a run's row by its ingredient, or by its network if it has no such label."""
    return BASE if run.family == BASE else str(run.labels.get("ingredient", run.spec.name))


def unfinished_in_words(studies: Mapping[str, Sequence[RunRecord]]) -> str:
    """Say how many runs are left out, for a caption."""
    count = sum(run.status != "finished" for runs in studies.values() for run in runs)
    return f"; {count} unfinished run{'s' * (count > 1)} left out" if count else ""


def seeds_in_words(counts: Iterable[int]) -> str:
    """Say of how many seeds means are, for a caption."""
    counts = list(counts)
    return "one seed each" if max(counts) == 1 else f"means of {format_range(counts)} seeds"


# ------------------------------------------------------------------ rows and panels

#: An axis goes this many times as far out as half of the values; others are arrows at its edge.
_FAR = 4.0

#: The least that an axis shows, in points.
_SPAN = 2.0

#: Inches: a row, the widest name, between panels, a line of a panel's title, ticks and label.
_ROW, _NAME, _BETWEEN, _HEAD, _TICKS = 0.36, 1.9, 0.16, 0.17, 0.5

_SMALL: dict[str, Any] = {"size": style.SMALL}

#: Keeps lines from running through a number.
_GROUND: dict[str, Any] = {"facecolor": style.PAPER, "edgecolor": "none", "pad": 0.6}

#: Shape of what lies beyond an edge of the axis, by its side.
_ARROWS = {-1: "<", 1: ">"}


def row_order(panels: Iterable[Mapping[str, float]]) -> list[str]:
    """Order rows by the first panel, largest value on top; then what only later panels have."""
    ranked = [sorted(panel, key=lambda name: -panel[name]) for panel in panels]
    return list(dict.fromkeys(name for names in ranked for name in names))


def panel_axes(
    title: str, caption: str, names: Sequence[str], panels: Sequence[str], label: str
) -> tuple[Figure, list[Axes]]:
    """Make panels side by side over the same rows, named at the left; `label` is the x axis's."""
    probe = Figure()
    rows = ["\n".join(wrapped_lines(probe, name, _NAME, _SMALL)) for name in names]
    lines = [line for row in rows for line in row.split("\n")]
    left = max(text_size(probe, line, _SMALL)[0] for line in lines) / probe.dpi + 0.3
    room = {"left": left, "right": 0.2, "bottom": _TICKS}
    _, box = frame(title, caption, height=10.0, **room)
    head = _HEAD * max(1 + panel.count("\n") for panel in panels)
    height = _ROW * (len(names) + 0.3) + head + 10.0 * (1 - box[3])
    figure, (x, y, wide, tall) = frame(title, caption, height=height, **room)
    box = (x, y, wide, tall - head / height)
    found = side_by_side(figure, box, len(panels), _BETWEEN / figure.get_figwidth())
    for axes, name in zip(found, panels, strict=True):
        name_rows(axes, rows if axes is found[0] else [""] * len(rows), above=0.75, below=0.55)
        axes.grid(axis="y", visible=True)
        axes.tick_params(axis="y", pad=8)
        axes.spines["left"].set_visible(False)
        axes.set_title(name, loc="left", size=style.SMALL, pad=3)
    figure.text(x + wide / 2, y - 0.38 / height, label, ha="center", va="center", size=style.TEXT)
    return figure, found


def set_limits(axes: Axes, low: float, high: float) -> None:
    """Show what lies between, with a few round ticks."""
    axes.set_xlim(low, high)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10], min_n_ticks=3))


def limits_around(centre: float, things: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Return the ends of an axis on which a few large values do not squash the others.

    `things` are the values of each thing that is drawn. There is room at both ends, so that no
    marker is cut.
    """
    distances = [max(abs(value - centre) for value in values) for values in things] or [0.0]
    reach = min(max(distances), max(_FAR * median(distances), _SPAN / 2))
    every = [centre, *(value for values in things for value in values)]
    low, high = max(centre - reach, min(every)), min(centre + reach, max(every))
    room = max(0.07 * (high - low), (_SPAN - (high - low)) / 2)
    return low - room, high + room


def beyond(axes: Axes, value: float) -> int:
    """Return -1 or 1 if a value is off the axis to the left or right, else 0."""
    low, high = axes.get_xlim()
    return int(value > high) - int(value < low)


def share_of(axes: Axes, value: float) -> float:
    """Return where on the axis a value is, from 0 to 1."""
    low, high = axes.get_xlim()
    return (value - low) / (high - low)


def draw_at_edge(axes: Axes, side: int, level: int, look: Look, text: str = "") -> None:
    """Draw an arrow just inside of an edge, and write beside it what lies beyond."""
    inside = 6 * root_figure(axes).dpi / 72 / axes.bbox.width
    across = axes.get_yaxis_transform()
    arrow = replace(look, marker=_ARROWS[side]).marker_style
    axes.plot(
        [1 - inside if side == 1 else inside], [level], ls="", zorder=5, transform=across, **arrow
    )
    axes.annotate(
        text,
        (side == 1, level),
        xycoords=across,
        xytext=(-13 * side, 0),
        textcoords="offset points",
        ha="right" if side == 1 else "left",
        va="center",
        bbox=_GROUND if text else None,
        zorder=4,
        **_SMALL,
    )


def write_inside(axes: Axes, text: str, value: float, level: int) -> None:
    """Write a number above its marker, inside of the panel and free of lines."""
    share = share_of(axes, value)
    side = "left" if share < 0.12 else "right" if share > 0.88 else "center"
    write_above(axes, text, value, level, ha=side, va="bottom", bbox=_GROUND, zorder=3)
