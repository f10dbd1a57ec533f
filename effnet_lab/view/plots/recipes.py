"""What a recipe's ingredients do: effects with their intervals, training beside validation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from statistics import fmean, median
from typing import Any, NamedTuple

from matplotlib.axes import Axes

from ..._validate import require_choice
from ...records.compare import UNTESTED, WITHIN_NOISE, Difference, compare
from ...records.labels import BASE
from ...records.runs import Epoch, RunRecord
from ...records.statistics import CONFIDENCE, METRICS, Result
from .. import style
from ..picture import Cell, Picture
from ..style import Look, format_percent, format_signed
from .accuracy import points_of
from .drawing import error_bar, mark
from .panels import (
    beyond,
    draw_at_edge,
    limits_around,
    panel_axes,
    require_studies,
    row_name,
    row_order,
    seeds_in_words,
    set_limits,
    share_of,
    unfinished_in_words,
    write_inside,
)

# ------------------------------------------------------------------ effects

# Differences beyond noise are told apart by their sign.
BETTER, WORSE = "better", "worse"

#: How verdicts are told apart; black, as no colour of the course means any of them.
_TOLD_APART = Look(style.INK, "o", 7.5)
_LOOKS = {BETTER: _TOLD_APART, WORSE: _TOLD_APART, WITHIN_NOISE: replace(_TOLD_APART, hollow=True)}
_NO_TEST = Look(style.INK, "x", 7.0, hollow=True)

#: The sign that a bar goes on beyond an edge.
_GOES_ON = Look(style.INK, "", 4.5)


class _Effect(NamedTuple):
    """What an ingredient does: a difference from the base, in points."""

    found: Difference

    @property
    def points(self) -> float:
        return 100 * self.found.value

    @property
    def room(self) -> float | None:
        """Half of the interval, if there is a test."""
        return None if self.found.margin is None else 100 * self.found.margin

    @property
    def ends(self) -> tuple[float, float]:
        room = self.room or 0.0
        return self.points - room, self.points + room

    @property
    def verdict(self) -> str:
        if not self.found.told_apart:
            return self.found.verdict
        return BETTER if self.points > 0 else WORSE


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
    runs = require_studies(studies)
    panels = [_effects(name, found, metric) for name, found in runs.items()]
    order = row_order(
        [{name: effect.points for name, effect in panel.effects.items()} for panel in panels]
        + [dict.fromkeys(panel.lost, 0.0) for panel in panels]
    )
    title = _effects_title(panels)
    caption = _effects_caption(panels, metric) + unfinished_in_words(runs)
    heads = [f"{p.name}\nbase {format_percent(p.base.mean)}" for p in panels]
    with style.rc():
        figure, row_of_axes = panel_axes(title, caption, order, heads, "points over the base")
        for axes, panel in zip(row_of_axes, panels, strict=True):
            set_limits(axes, *_effect_limits(panels))
            _draw_effects(axes, panel, order)
    rows = tuple(
        _effect_row(panel, name)
        for panel in panels
        for name in order
        if name in panel.effects or name in panel.lost
    )
    words = ". ".join(f"{panel.name}: {_effects_in_words(panel, order)}" for panel in panels)
    measured = ("difference (points)", "low", "high", "n")
    columns = ("study", "ingredient", *measured, "n of the base", "base (%)", "verdict")
    return Picture(figure, f"{title}. {words}. {caption}.", columns, rows)


def _effects(name: str, runs: Sequence[RunRecord], metric: str) -> _Effects:
    points = {row_name(point): point for point in points_of(runs, metric)}
    base = points.pop(BASE, None)
    if base is None:
        raise ValueError(f"{name!r} has no finished run of family 'base'")
    found = compare([base, *points.values()]).against(base)
    effects = {row_name(difference.first): _Effect(difference) for difference in found}
    lost = {row_name(run): run.status for run in runs if row_name(run) not in (BASE, *effects)}
    if not effects and not lost:
        raise ValueError(f"{name!r} has nothing beside its base")
    return _Effects(name, base, effects, lost)


def _effect_row(panel: _Effects, name: str) -> tuple[Cell, ...]:
    base = (panel.base.n, round(100 * panel.base.mean, 2))
    if name in panel.lost:
        return (panel.name, name, None, None, None, 0, *base, panel.lost[name])
    effect = panel.effects[name]
    low, high = (None, None) if effect.room is None else (round(end, 2) for end in effect.ends)
    seeds = effect.found.first.n
    return (panel.name, name, round(effect.points, 2), low, high, seeds, *base, effect.verdict)


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
    alone = "" if tested else f", {UNTESTED}"
    return f"“{name}” ({format_signed(found[name])} points{alone})"


def _effects_caption(panels: Sequence[_Effects], metric: str) -> str:
    """Say what the signs mean, of those that are there."""
    every = [effect for panel in panels for effect in panel.effects.values()]
    verdicts = {effect.verdict for effect in every}
    low, high = _effect_limits(panels)
    counts = {panel.base.n for panel in panels} | {effect.found.first.n for effect in every}
    over = f"Points of {METRICS[metric]} over the base{_base_words(panels)}"
    parts = [f"{over}: {seeds_in_words(counts)}"]
    if verdicts - {UNTESTED}:
        parts.append(
            f"bars: {CONFIDENCE:.0%} intervals for all differences of a study at once (Dunnett)"
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


def _effect_limits(panels: Sequence[_Effects]) -> tuple[float, float]:
    """Return the axis's ends, the same for all panels, so that these can be compared."""
    return limits_around(0.0, [e.ends for panel in panels for e in panel.effects.values()])


def _draw_effects(axes: Axes, panel: _Effects, order: Sequence[str]) -> None:
    axes.axvline(0, color=style.INK, lw=style.THIN, zorder=1)
    middle: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "ha": "center"}
    middle |= {"va": "center", "style": "italic", "size": style.SMALL}
    for level, name in enumerate(order):
        if name in panel.effects:
            _draw_effect(axes, panel.effects[name], level)
        elif name in panel.lost:
            axes.text(0.5, level, panel.lost[name], **middle)


def _draw_effect(axes: Axes, effect: _Effect, level: int) -> None:
    look, side = _LOOKS.get(effect.verdict, _NO_TEST), beyond(axes, effect.points)
    if side:
        draw_at_edge(axes, side, level, look, format_signed(effect.points))
        return
    mark(axes, effect.points, level, look, zorder=5)
    if effect.room is not None:
        error_bar(axes, effect.points, level, style.INK, across=effect.room)
    for end in effect.ends:
        if side := beyond(axes, end):
            draw_at_edge(axes, side, level, _GOES_ON)
    if effect.found.told_apart:
        write_inside(axes, format_signed(effect.points), effect.points, level)


def _effects_in_words(panel: _Effects, order: Sequence[str]) -> str:
    said = [f"base {format_percent(panel.base.mean)}"]
    for name in order:
        if name in panel.lost:
            said.append(f"{name} {panel.lost[name]}")
        elif name in panel.effects:
            effect = panel.effects[name]
            room = "" if effect.room is None else f" ± {effect.room:.1f}"
            verdict = "" if effect.found.told_apart else f" ({effect.verdict})"
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
        Those to show beside the base, by their labels; by default all.

    Raises
    ------
    ValueError
        If there are no studies; if one has no finished base, two networks or recipes of one name,
        several lengths or data sets; or if no study has an ingredient of that name.
    """
    runs = require_studies(studies)
    panels = _chosen({name: _fits(name, found) for name, found in runs.items()}, ingredients)
    order = row_order({name: fit.gap for name, fit in fits.items()} for fits in panels.values())
    title, caption = _gaps_title(panels), _gaps_caption(panels) + unfinished_in_words(runs)
    with style.rc():
        figure, row_of_axes = panel_axes(title, caption, order, list(panels), "accuracy (%)")
        limits = _fit_limits(panels.values())
        for axes, fits in zip(row_of_axes, panels.values(), strict=True):
            set_limits(axes, *limits)
            for level, name in enumerate(order):
                if name in fits:
                    _draw_fit(axes, fits[name], level)
        row_of_axes[0].get_yticklabels()[order.index(BASE)].set_fontweight("bold")
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
            last.setdefault(row_name(run), {})[run.key] = run.history[-1]
    if BASE not in last:
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
    wanted = [BASE, *ingredients]
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
    return limits_around(median(values), [[value] for value in values])


def _draw_fit(axes: Axes, fit: _Fit, level: int) -> None:
    ends = (fit.training, fit.validation)
    side = next(filter(None, (beyond(axes, end) for end in ends)), 0)
    shown = [not side or _far_from(axes, end, side) for end in ends]
    if any(shown):
        axes.plot(ends, [level, level], color=style.INK, lw=1.3, zorder=2)
    for end, is_shown, look in zip(ends, shown, (_TRAINING, _VALIDATION), strict=True):
        if is_shown:
            mark(axes, end, level, look, zorder=5)
    if side:
        text = f"{fit.training:.1f} − {fit.validation:.1f}"
        draw_at_edge(axes, side, level, _VALIDATION, text)
    else:
        write_inside(axes, format_signed(fit.gap), fmean(ends), level)


def _far_from(axes: Axes, value: float, side: int) -> bool:
    """Whether a value is on the axis, and an edge's arrow and numbers leave room for it."""
    share = share_of(axes, value)
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
        f"Last epoch, {seeds_in_words(fit.n for fit in every)}; ring: training, measured during "
        "the epoch with augmentation, dropout and drop path at work, so that harder augmentation "
        "lowers it; dot: validation, after the epoch; numbers: training minus validation"
        f"{'; arrow: beyond the axis' if clipped else ''}"
    )


def _fits_in_words(fits: Mapping[str, _Fit]) -> str:
    return ", ".join(
        f"{name} {fit.training:.1f}% in training, {fit.validation:.1f}% in validation"
        for name, fit in fits.items()
    )
