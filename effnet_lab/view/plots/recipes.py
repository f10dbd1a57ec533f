"""What a recipe's ingredients do: schedules, effects with their intervals, training and validation.

A study here is the runs of one network on one data set, all of one length: a base, and runs that
differ from it in one ingredient, which their label tells.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from ..._validate import require_choice, require_number
from ...arch import NetworkSpec
from ...records.compare import (
    UNTESTED,
    WITHIN_NOISE,
    Difference,
    compare,
    require_one_data_set,
    require_one_length,
)
from ...records.labels import BASE
from ...records.runs import Epoch, Recipe, RunRecord
from ...records.statistics import CONFIDENCE, METRICS, Result
from .. import style
from ..picture import Board, Cell, Picture, frame, root_figure, text_size, wrapped_lines
from ..style import Look, format_percent, format_signed
from .accuracy import points_of

# ------------------------------------------------------------------ schedules

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
    columns = (
        "recipe",
        "at the start",
        "peak",
        "in the middle",
        "at the end",
        "epoch of the peak",
    )
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
    peaks = sorted({line.peak for line in lines})
    whens = sorted({line.when(epochs) for line in lines})
    height = " to ".join(f"{peak:.3g}" for peak in (peaks[0], peaks[-1])[: len(peaks)])
    when = " to ".join(f"{moment:.3g}" for moment in (whens[0], whens[-1])[: len(whens)])
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
        axes.plot([at], [line.peak], ls="", zorder=4, clip_on=False, **_PEAK.marker_style)
        board.note(line.label, at, line.peak, _PEAK)
    board.place()


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

#: Shape of what lies beyond an edge of the axis, by its side; the sign that a bar goes on there.
_ARROWS = {-1: "<", 1: ">"}
_GOES_ON = 4.5


def _reach(distances: Sequence[float]) -> float:
    """Return how far out an axis goes, so that a few large values do not squash the others."""
    return min(max(distances), max(_FAR * float(np.median(distances)), _SPAN / 2))


def _panel_axes(
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
    gap = _BETWEEN / figure.get_figwidth()
    share = (wide + gap) / len(panels)
    found = []
    for place, name in enumerate(panels):
        axes = figure.add_axes((x + place * share, y, share - gap, tall - head / height))
        axes.set_ylim(len(names) - 0.45, -0.75)
        axes.set_yticks(range(len(names)), rows if place == 0 else [""] * len(names))
        axes.tick_params(axis="y", pad=8)
        axes.spines["left"].set_visible(False)
        axes.set_title(name, loc="left", size=style.SMALL, pad=3)
        found.append(axes)
    figure.text(x + wide / 2, y - 0.38 / height, label, ha="center", va="center", size=style.TEXT)
    return figure, found


def _with_room(low: float, high: float) -> tuple[float, float]:
    """Widen the ends of an axis, so that no marker is cut."""
    room = max(0.07 * (high - low), (_SPAN - (high - low)) / 2)
    return low - room, high + room


def _set_limits(axes: Axes, low: float, high: float) -> None:
    axes.set_xlim(low, high)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10], min_n_ticks=3))


def _beyond(axes: Axes, value: float) -> int:
    """Return -1 or 1 if a value is off the axis to the left or right, else 0."""
    low, high = axes.get_xlim()
    return int(value > high) - int(value < low)


def _draw_at_edge(axes: Axes, side: int, level: int, look: Look) -> None:
    """Draw an arrow just inside of an edge, in a thing's own size and filling."""
    arrow = Look(look.colour, _ARROWS[side], look.size, look.hollow)
    inside = 6 * root_figure(axes).dpi / 72 / axes.bbox.width
    axes.plot(
        [1 - inside if side == 1 else inside],
        [level],
        ls="",
        zorder=5,
        transform=axes.get_yaxis_transform(),
        **arrow.marker_style,
    )


def _write_at_edge(axes: Axes, text: str, side: int, level: int) -> None:
    """Write what lies beyond an edge beside its arrow."""
    axes.annotate(
        text,
        (side == 1, level),
        xycoords=axes.get_yaxis_transform(),
        xytext=(-13 * side, 0),
        textcoords="offset points",
        ha="right" if side == 1 else "left",
        va="center",
        bbox=_GROUND,
        zorder=4,
        **_SMALL,
    )


def _write_above(axes: Axes, text: str, value: float, level: int) -> None:
    """Write a number above its marker, inside of the panel and free of lines."""
    low, high = axes.get_xlim()
    share = (value - low) / (high - low)
    side = "left" if share < 0.12 else "right" if share > 0.88 else "center"
    axes.annotate(
        text,
        (value, level),
        xytext=(0, 6),
        textcoords="offset points",
        ha=side,
        va="bottom",
        bbox=_GROUND,
        zorder=3,
        **_SMALL,
    )


def _require_studies(studies: Mapping[str, Iterable[RunRecord]]) -> dict[str, list[RunRecord]]:
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
            kinds.setdefault(_label(run), set()).add(kind)
        for label, several in kinds.items():
            if len(several) > 1:
                raise ValueError(
                    f"{name!r} has {len(several)} networks or recipes named {label!r}; "
                    "a name must stand for one"
                )
    return found


def _label(run: RunRecord | Result) -> str:
    """Name a run's row by its ingredient, or by its network if it has no such label."""
    return BASE if run.family == BASE else str(run.labels.get("ingredient", run.spec.name))


def _unfinished(studies: Mapping[str, Sequence[RunRecord]]) -> str:
    """Say how many runs are left out, for a caption."""
    count = sum(run.status != "finished" for runs in studies.values() for run in runs)
    return f"; {count} unfinished run{'s' * (count > 1)} left out" if count else ""


def _row_order(panels: Iterable[Mapping[str, float]]) -> list[str]:
    """Order rows by the first panel, largest value on top; then what only later panels have."""
    ranked = [sorted(panel, key=lambda name: -panel[name]) for panel in panels]
    return list(dict.fromkeys(name for names in ranked for name in names))


# ------------------------------------------------------------------ effects

# Differences beyond noise are told apart by their sign.
BETTER, WORSE = "better", "worse"

#: How verdicts are told apart; black, as no colour of the course means any of them.
_VERDICT_LOOKS = {
    BETTER: Look(style.INK, "o", 7.5),
    WORSE: Look(style.INK, "o", 7.5),
    WITHIN_NOISE: Look(style.INK, "o", 7.5, hollow=True),
}

_NO_TEST = Look(style.INK, "x", 7.0, hollow=True)


class _Effect(NamedTuple):
    """What an ingredient does, in points over the base; `room` is half its interval, if known."""

    points: float
    room: float | None
    n: int
    verdict: str

    @property
    def ends(self) -> tuple[float, float]:
        room = self.room or 0.0
        return self.points - room, self.points + room


class _Effects(NamedTuple):
    """A panel: its base, what each ingredient does, and those of which no run was finished."""

    name: str
    base: Result
    effects: dict[str, _Effect]
    lost: dict[str, str]


def effects(studies: Mapping[str, Iterable[RunRecord]], metric: str = "test_accuracy") -> Picture:
    """Draw what each ingredient of a recipe does to accuracy, and how surely: a forest plot.

    A row for each ingredient, a panel for each study, all on one axis. A dot is the difference of
    mean accuracies from the study's base, a bar its interval (`records.compare`).
    Where the bar covers zero the dot is hollow. Effects far beyond the others become arrows with
    their numbers.

    Parameters
    ----------
    studies
        Name of a panel, such as "4 epochs" -> its runs: a base, of family "base", and runs that
        differ from it in one ingredient, which their label tells.
    metric
        "test_accuracy" or "val_accuracy".

    Raises
    ------
    ValueError
        If there are no studies; if one has no finished base, nothing beside it, two networks or
        recipes of one name, several lengths or data sets; or if the metric is unknown.
    """
    require_choice("metric", metric, METRICS)
    runs = _require_studies(studies)
    panels = [_effects(name, found, metric) for name, found in runs.items()]
    order = _row_order(
        [{name: effect.points for name, effect in panel.effects.items()} for panel in panels]
        + [dict.fromkeys(panel.lost, 0.0) for panel in panels]
    )
    title, caption = _effects_title(panels), _effects_caption(panels, metric) + _unfinished(runs)
    heads = [f"{p.name}\nbase {format_percent(p.base.mean)}" for p in panels]
    with style.rc():
        figure, row_of_axes = _panel_axes(title, caption, order, heads, "points over the base")
        limits = _effect_limits(panels)
        for axes, panel in zip(row_of_axes, panels, strict=True):
            _set_limits(axes, *limits)
            _draw_effects(axes, panel, order)
    columns = (
        "study",
        "ingredient",
        "difference (points)",
        "low",
        "high",
        "n",
        "n of the base",
        "base (%)",
        "verdict",
    )
    rows = tuple(
        _effect_row(panel, name)
        for panel in panels
        for name in order
        if name in panel.effects or name in panel.lost
    )
    words = ". ".join(f"{panel.name}: {_effects_in_words(panel, order)}" for panel in panels)
    return Picture(figure, f"{title}. {words}. {caption}.", columns, rows)


def _effects(name: str, runs: Sequence[RunRecord], metric: str) -> _Effects:
    points = {_label(point): point for point in points_of(runs, metric)}
    base = points.pop("base", None)
    if base is None:
        raise ValueError(f"{name!r} has no finished run of family 'base'")
    found = compare([base, *points.values()]).against(base)
    effects = {_label(difference.first): _effect(difference) for difference in found}
    lost = {
        _label(run): run.status
        for run in runs
        if _label(run) != "base" and _label(run) not in effects
    }
    if not effects and not lost:
        raise ValueError(f"{name!r} has nothing beside its base")
    return _Effects(name, base, effects, lost)


def _effect(found: Difference) -> _Effect:
    if found.margin is None:
        return _Effect(100 * found.value, None, found.first.n, found.verdict)
    sign = BETTER if found.value > 0 else WORSE
    verdict = WITHIN_NOISE if found.within_noise else sign
    return _Effect(100 * found.value, 100 * found.margin, found.first.n, verdict)


def _effect_row(panel: _Effects, name: str) -> tuple[Cell, ...]:
    base = (panel.base.n, round(100 * panel.base.mean, 2))
    if name in panel.lost:
        return (panel.name, name, None, None, None, 0, *base, panel.lost[name])
    effect = panel.effects[name]
    low, high = (None, None) if effect.room is None else (round(end, 2) for end in effect.ends)
    return (panel.name, name, round(effect.points, 2), low, high, effect.n, *base, effect.verdict)


def _effects_title(panels: Sequence[_Effects]) -> str:
    """Name the largest gain of each study that is told from noise; without any, the losses."""
    tested = any(effect.room is not None for panel in panels for effect in panel.effects.values())
    gains, losses = ([_extreme(panel, verdict) for panel in panels] for verdict in (BETTER, WORSE))
    if tested and not any(gains) and any(losses):
        said = [f"{p.name}, {loss or 'none'}" for p, loss in zip(panels, losses, strict=True)]
        return f"Nothing gains beyond noise; largest loss: {'; '.join(said)}"
    said = [f"{p.name}, {gain or 'none'}" for p, gain in zip(panels, gains, strict=True)]
    return f"Largest gain {'beyond noise' if tested else 'over the base'}: {'; '.join(said)}"


def _extreme(panel: _Effects, verdict: str) -> str:
    """Name what gains most or, if the verdict is `WORSE`, loses most; empty if nothing does."""
    tested = any(effect.room is not None for effect in panel.effects.values())
    sign = -1 if verdict == WORSE else 1
    # Where noise is unknown, the largest is named, and that it is of one seed.
    wanted = verdict if tested else UNTESTED
    found = {
        name: effect.points
        for name, effect in panel.effects.items()
        if effect.verdict == wanted and sign * effect.points > 0
    }
    if not found:
        return ""
    name = max(found, key=lambda name: sign * found[name])
    alone = "" if tested else ", one seed: no test"
    return f"“{name}” ({format_signed(found[name])} points{alone})"


def _effects_caption(panels: Sequence[_Effects], metric: str) -> str:
    """Say what the signs mean, of those that are there."""
    every = [effect for panel in panels for effect in panel.effects.values()]
    verdicts = {effect.verdict for effect in every}
    low, high = _effect_limits(panels)
    counts = {panel.base.n for panel in panels} | {effect.n for effect in every}
    one_in = round(1 / (1 - CONFIDENCE))
    parts = [f"Points of {METRICS[metric]} over the base{_base_words(panels)}: {_seeds(counts)}"]
    if verdicts - {UNTESTED}:
        parts.append(
            f"bars: Welch's {CONFIDENCE:.0%} interval, each for itself: of {one_in}, about one "
            "misses"
        )
    if WITHIN_NOISE in verdicts:
        parts.append("hollow: within noise, the bar covers zero")
    if UNTESTED in verdicts:
        parts.append("cross: a single seed allows no test")
    if any(end < low or end > high for effect in every for end in effect.ends):
        parts.append("arrow: beyond the axis")
    return "; ".join(parts)


def _base_words(panels: Sequence[_Effects]) -> str:
    """Say how the base is augmented, if all studies' are alike."""
    recipes = {panel.base.recipe for panel in panels}
    if len(recipes) > 1:
        return ""
    recipe = recipes.pop()
    parts = ["flip"] * recipe.flip + [f"shifts of up to {recipe.shift:g}"] * (recipe.shift > 0)
    if recipe.policy != "none":
        parts.append(recipe.policy)
    return f" ({' and '.join(parts) or 'no augmentation'})"


def _seeds(counts: Collection[int]) -> str:
    low, high = min(counts), max(counts)
    if high == 1:
        return "one seed each"
    return f"means of {low if low == high else f'{low} to {high}'} seeds"


def _effect_limits(panels: Sequence[_Effects]) -> tuple[float, float]:
    """Return the axis's ends, the same for all panels, so that these can be compared."""
    every = [effect for panel in panels for effect in panel.effects.values()]
    if not every:
        return _with_room(0.0, 0.0)
    reach = _reach([max(map(abs, effect.ends)) for effect in every])
    low = max(-reach, min(0.0, *(effect.ends[0] for effect in every)))
    high = min(reach, max(0.0, *(effect.ends[1] for effect in every)))
    return _with_room(low, high)


def _draw_effects(axes: Axes, panel: _Effects, order: Sequence[str]) -> None:
    axes.axvline(0, color=style.INK, lw=style.THIN, zorder=1)
    for level, name in enumerate(order):
        if name in panel.effects:
            _draw_effect(axes, panel.effects[name], level)
        elif name in panel.lost:
            axes.text(
                0.5,
                level,
                panel.lost[name],
                transform=axes.get_yaxis_transform(),
                ha="center",
                va="center",
                style="italic",
                **_SMALL,
            )


def _draw_effect(axes: Axes, effect: _Effect, level: int) -> None:
    look, side = _VERDICT_LOOKS.get(effect.verdict, _NO_TEST), _beyond(axes, effect.points)
    if side:
        _draw_at_edge(axes, side, level, look)
        _write_at_edge(axes, format_signed(effect.points), side, level)
        return
    axes.plot([effect.points], [level], ls="", zorder=5, **look.marker_style)
    if effect.room is not None:
        axes.errorbar(
            [effect.points],
            [level],
            xerr=[effect.room],
            fmt="none",
            ecolor=style.INK,
            elinewidth=1.3,
            capsize=3.5,
            capthick=1.3,
            zorder=4,
        )
    for end in effect.ends:
        if side := _beyond(axes, end):
            _draw_at_edge(axes, side, level, Look(style.INK, "", _GOES_ON))
    if effect.verdict in (BETTER, WORSE):
        _write_above(axes, format_signed(effect.points), effect.points, level)


def _effects_in_words(panel: _Effects, order: Sequence[str]) -> str:
    said = [f"base {format_percent(panel.base.mean)}"]
    for name in order:
        if name in panel.lost:
            said.append(f"{name} {panel.lost[name]}")
        elif name in panel.effects:
            effect = panel.effects[name]
            room = "" if effect.room is None else f" ± {effect.room:.1f}"
            verdict = "" if effect.verdict in (BETTER, WORSE) else f" ({effect.verdict})"
            said.append(f"{name} {format_signed(effect.points)}{room}{verdict}")
    return ", ".join(said)


# ------------------------------------------------------------------ training and validation

_TRAINING = Look(style.INK, "o", 10.0, hollow=True)
_VALIDATION = Look(style.INK, "o", 6.5)


class _Fit(NamedTuple):
    """Accuracies of the last epoch in percent, means over `n` seeds."""

    training: float
    validation: float
    n: int

    @property
    def gap(self) -> float:
        return self.training - self.validation


def train_val_gaps(
    studies: Mapping[str, Iterable[RunRecord]], ingredients: Iterable[str] | None = None
) -> Picture:
    """Draw training accuracy against validation accuracy in the last epoch, for each ingredient.

    A row for each ingredient and the base, a panel for each study, all on one axis. A ring is the
    training accuracy, a dot the validation accuracy, both means over seeds. Ring far ahead of dot:
    overfitting; both low and close together: underfitting.

    Parameters
    ----------
    studies
        As for `effects`.
    ingredients
        Those to show beside the base, by the names of their specs; by default all.

    Raises
    ------
    ValueError
        If there are no studies; if one has no finished base, two networks or recipes of one name,
        several lengths or data sets; or if no study has an ingredient of that name.
    """
    runs = _require_studies(studies)
    panels = _chosen({name: _fits(name, found) for name, found in runs.items()}, ingredients)
    order = _row_order({name: fit.gap for name, fit in fits.items()} for fits in panels.values())
    title, caption = _gaps_title(panels), _gaps_caption(panels) + _unfinished(runs)
    with style.rc():
        figure, row_of_axes = _panel_axes(title, caption, order, list(panels), "accuracy (%)")
        limits = _fit_limits(panels.values())
        for axes, fits in zip(row_of_axes, panels.values(), strict=True):
            _set_limits(axes, *limits)
            for level, name in enumerate(order):
                if name in fits:
                    _draw_fit(axes, fits[name], level)
        row_of_axes[0].get_yticklabels()[order.index("base")].set_fontweight("bold")
    columns = (
        "study",
        "ingredient",
        "training (%)",
        "validation (%)",
        "training − validation (points)",
        "n",
    )
    rows = tuple(
        (study, name, round(fit.training, 2), round(fit.validation, 2), round(fit.gap, 2), fit.n)
        for study, fits in panels.items()
        for name, fit in sorted(fits.items(), key=lambda item: order.index(item[0]))
    )
    words = ". ".join(f"{study}: {_fits_in_words(fits)}" for study, fits in panels.items())
    return Picture(figure, f"{title}. {words}. {caption}.", columns, rows)


def _fits(name: str, runs: Sequence[RunRecord]) -> dict[str, _Fit]:
    """Average the last epochs of finished runs over seeds; a run given twice counts once."""
    last: dict[str, dict[str, Epoch]] = {}
    for run in runs:
        if run.status == "finished" and run.history:
            last.setdefault(_label(run), {})[run.key] = run.history[-1]
    if "base" not in last:
        raise ValueError(f"{name!r} has no finished run of family 'base' with an epoch")
    return {
        label: _Fit(
            100 * fmean(epoch.train_accuracy for epoch in epochs.values()),
            100 * fmean(epoch.val_accuracy for epoch in epochs.values()),
            len(epochs),
        )
        for label, epochs in last.items()
    }


def _chosen(
    panels: Mapping[str, dict[str, _Fit]], ingredients: Iterable[str] | None
) -> dict[str, dict[str, _Fit]]:
    if ingredients is None:
        return dict(panels)
    wanted = ["base", *ingredients]
    known = dict.fromkeys(name for fits in panels.values() for name in fits)
    for name in wanted:
        if name not in known:
            raise ValueError(f"ingredient is {name!r}; it must be one of {', '.join(known)}")
    return {
        study: {name: fit for name, fit in fits.items() if name in wanted}
        for study, fits in panels.items()
    }


def _fit_limits(panels: Iterable[Mapping[str, _Fit]]) -> tuple[float, float]:
    values = [v for fits in panels for fit in fits.values() for v in (fit.training, fit.validation)]
    middle = float(np.median(values))
    reach = _reach([abs(value - middle) for value in values])
    return _with_room(max(middle - reach, min(values)), min(middle + reach, max(values)))


def _draw_fit(axes: Axes, fit: _Fit, level: int) -> None:
    ends = (fit.training, fit.validation)
    side = next(filter(None, (_beyond(axes, end) for end in ends)), 0)
    shown = [not side or _far_from(axes, end, side) for end in ends]
    if any(shown):
        axes.plot(ends, [level, level], color=style.INK, lw=1.3, zorder=2)
    for end, is_shown, look in zip(ends, shown, (_TRAINING, _VALIDATION), strict=True):
        if is_shown:
            axes.plot([end], [level], ls="", zorder=5, **look.marker_style)
    if side:
        _draw_at_edge(axes, side, level, _VALIDATION)
        _write_at_edge(axes, f"{fit.training:.1f} − {fit.validation:.1f}", side, level)
    else:
        _write_above(axes, format_signed(fit.gap), fmean(ends), level)


def _far_from(axes: Axes, value: float, side: int) -> bool:
    """Whether a value is on the axis, and an edge's arrow and numbers leave room for it."""
    low, high = axes.get_xlim()
    share = (value - low) / (high - low)
    return 0.5 < share <= 1 if side == -1 else 0 <= share < 0.5


def _gaps_title(panels: Mapping[str, Mapping[str, _Fit]]) -> str:
    """Say how far training and validation of the base are apart in each study."""
    said = [f"{study} {format_signed(fits['base'].gap)}" for study, fits in panels.items()]
    return f"Training minus validation accuracy of the base, in points: {', '.join(said)}"


def _gaps_caption(panels: Mapping[str, Mapping[str, _Fit]]) -> str:
    every = [fit for fits in panels.values() for fit in fits.values()]
    low, high = _fit_limits(panels.values())
    clipped = any(not low <= end <= high for fit in every for end in (fit.training, fit.validation))
    return (
        f"Last epoch, {_seeds({fit.n for fit in every})}; ring: training, measured during the "
        "epoch with augmentation, dropout and drop path at work, so that harder augmentation "
        "lowers it; dot: validation, after the epoch; numbers: training minus validation"
        f"{'; arrow: beyond the axis' if clipped else ''}"
    )


def _fits_in_words(fits: Mapping[str, _Fit]) -> str:
    return ", ".join(
        f"{name} {fit.training:.1f}% in training, {fit.validation:.1f}% in validation"
        for name, fit in fits.items()
    )
