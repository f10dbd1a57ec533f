"""The live training monitor: switches of a recipe, Start and Stop, and the curve while it grows.

What is shown comes first, as pure functions of a `Scene`; then `TrainingMonitor`, the widget that
joins them and the process that trains (`background`).
"""

import html
import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from matplotlib.ticker import MaxNLocator

from ..arch import CIFAR_BASE, NetworkSpec
from ..records.runs import Budget, Epoch, Recipe, RunRecord, RunStore, recorded
from ..training.data import load_data
from ..training.dataset import DataSet
from ..view import style
from ..view.picture import Cell
from ..view.plots.accuracy import PANELS, Step, epoch_size, spread
from ..view.plots.accuracy import Panel as CurvePanel
from ..view.plots.live import TRAIL, Moment
from ..view.style import format_count, format_percent, format_points
from ..view.tables import Table
from .background import BackgroundTraining, Failure, Job, Message
from .panel import (
    Controls,
    Definition,
    Panel,
    Slider,
    State,
    Toggle,
    Value,
    View,
    asset,
)

NAME = "training-monitor"

#: From cold, where little is learned, to hot, where nothing is.
LEARNING_RATES = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.0, 8.0)

#: Budgets in seconds.
BUDGETS = (10, 20, 30, 60, 120, 300)

#: Decay of the weight average, where the recipe itself has none.
EMA = 0.99


# ------------------------------------------------------------------ controls <-> recipe


@dataclass(frozen=True, slots=True)
class Setup:
    """What a monitor trains, and the controls that change it.

    Parameters
    ----------
    spec, recipe
        The network, and how it is trained where no control says otherwise.
    controls
        See `setup`.
    """

    spec: NetworkSpec
    recipe: Recipe
    controls: Controls

    def network(self, state: State, name: str) -> NetworkSpec:
        """Return the network of a state under a name."""
        rates = {"dropout": state["dropout"], "drop_path_rate": state["drop_path"]}
        return replace(self.spec, name=name, **rates)  # type: ignore[arg-type]

    def training(self, state: State) -> Recipe:
        """Return the recipe of a state."""
        same = {name: state[name] for name in ("learning_rate", "flip", "shift", "label_smoothing")}
        return replace(
            self.recipe,
            policy="autoaugment" if state["autoaugment"] else "none",
            ema=(self.recipe.ema or EMA) if state["weight_average"] else 0.0,
            **same,  # type: ignore[arg-type]
        )


def setup(spec: NetworkSpec, recipe: Recipe, seconds: float = 30, seed: int = 0) -> Setup:
    """Make the controls for a network; they begin at the values of `spec` and `recipe`."""

    def slider(name: str, label: str, values: Sequence[float], default: float) -> Slider:
        return Slider(name, label, tuple(sorted({*values, default})), default)

    controls = Controls(
        NAME,
        slider("learning_rate", "Learning rate", LEARNING_RATES, recipe.learning_rate),
        Toggle("flip", "Flip left to right", recipe.flip),
        slider("shift", "Shift up to", (0.0, 0.0625, 0.125), recipe.shift),
        Toggle("autoaugment", "AutoAugment's policy", recipe.policy == "autoaugment"),
        slider("label_smoothing", "Label smoothing", (0.0, 0.1, 0.2), recipe.label_smoothing),
        slider("drop_path", "Drop path", (0.0, 0.1, 0.2, 0.4), spec.drop_path_rate),
        slider("dropout", "Dropout", (0.0, 0.2, 0.4), spec.dropout),
        Toggle("weight_average", "Average of weights (EMA)", recipe.ema > 0),
        slider("seconds", "Budget", BUDGETS, seconds),
        slider("seed", "Seed", range(5), seed),
    )
    return Setup(spec, recipe, controls)


#: Controls that leave an ingredient out where they are zero or off, and the ingredient.
_INGREDIENTS = {
    "flip": "flip",
    "shift": "shift",
    "autoaugment": "AutoAugment",
    "label_smoothing": "label smoothing",
    "drop_path": "drop path",
    "dropout": "dropout",
    "weight_average": "weight average",
}


def in_words(name: str, value: Value) -> str:
    """Write one setting.

    Examples
    --------
    >>> in_words("flip", False), in_words("shift", 0.0625), in_words("seconds", 30)
    ('no flip', 'shift 1/16', '30 s')
    """
    if name == "seconds":
        return f"{value:g} s"
    word = _INGREDIENTS.get(name, name.replace("_", " "))
    if name in _INGREDIENTS and not value:
        return f"no {word}"
    if isinstance(value, bool):
        return word
    return f"{word} {_fraction(value) if name == 'shift' else f'{value:g}'}"


def recipe_in_words(state: State) -> str:
    """Write all settings of a state; what is switched off is left out."""
    used = (name for name in state if name not in _INGREDIENTS or state[name])
    return ", ".join(in_words(name, state[name]) for name in used)


def differences(state: State, first: State) -> str:
    """Write the settings of a state that are not those of another; empty if none is."""
    return ", ".join(in_words(name, state[name]) for name in state if state[name] != first[name])


def _fraction(value: object) -> str:
    return str(Fraction(str(value)).limit_denominator(64))


# ------------------------------------------------------------------ runs


@dataclass(frozen=True, slots=True)
class Run:
    """One training of a monitor: under way, or over once it has a record."""

    number: int
    settings: State
    moment: Moment | None = None
    trail: tuple[Step, ...] = ()
    record: RunRecord | None = None

    @property
    def history(self) -> tuple[Epoch, ...]:
        """The epochs so far."""
        if self.record:
            return self.record.history
        return self.moment.history if self.moment else ()

    @property
    def accuracy(self) -> float | None:
        """Validation accuracy after the last epoch; None before there is a number."""
        last = self.history[-1].val_accuracy if self.history else math.nan
        return last if math.isfinite(last) else None

    def heard(self, moment: Moment) -> "Run":
        """Return the run as it stands at a later moment."""
        walked = moment.pictures - (self.trail[-1].pictures if self.trail else 0)
        keep = walked * TRAIL >= moment.pictures_total or (walked > 0 and moment.is_last)
        trail = (*self.trail, moment.step()) if keep else self.trail
        return replace(self, moment=moment, trail=trail)


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a monitor knows: runs that are over, the one under way, and what went wrong.

    Each thing that happens makes a new scene of the one before.
    """

    runs: tuple[Run, ...] = ()
    current: Run | None = None
    stopping: bool = False
    problem: str = ""

    @property
    def first(self) -> Run | None:
        """The run that the others are compared with."""
        return self.runs[0] if self.runs else self.current

    def started(self, settings: State) -> "Scene":
        """Begin a run.

        Raises
        ------
        RuntimeError
            If one is under way.
        """
        if self.current:
            raise RuntimeError(f"run {self.current.number} is still training; stop it first")
        return Scene(self.runs, Run(len(self.runs) + 1, dict(settings)))

    def heard(self, moment: Moment) -> "Scene":
        """Take in where the run under way stands."""
        return replace(self, current=self.current and self.current.heard(moment))

    def asked_to_stop(self) -> "Scene":
        """Wait for the end of the run under way."""
        return replace(self, stopping=self.current is not None)

    def ended(self, record: RunRecord) -> "Scene":
        """Put the run under way with those that are over."""
        assert self.current is not None
        return Scene((*self.runs, replace(self.current, record=record)))

    def failed(self, problem: str) -> "Scene":
        """Give up the run under way, which left no record."""
        return Scene(self.runs, problem=problem)


# ------------------------------------------------------------------ what is shown


def render(scene: Scene, state: State) -> View:
    """Return what the monitor shows: a pure function of the scene and the controls."""
    picture, alt = _picture(scene)
    values = {"shift": _fraction(state["shift"]), "seconds": f"{state['seconds']:g} s"}
    return View(picture, alt, summary(scene, state), ledger(scene), values)


def summary(scene: Scene, state: State) -> str:
    """Say what goes on; it changes at an epoch's end at most, so it can be read out."""
    run = scene.current
    if run is None:
        return _ready(scene, state)
    name = f"Run {run.number}"
    if scene.stopping:
        return f"{name} is stopping."
    if run.moment is None:
        return f"{name} is starting: a process of its own loads torch and measures its speed."
    assert scene.first is not None
    what = recipe_in_words(run.settings)
    if run is not scene.first:
        what = differences(run.settings, scene.first.settings) or "the same as run 1"
    text = f"{name} trains: {what}."
    if run.accuracy is not None:
        text += f" {format_percent(run.accuracy)} on the validation pictures so far."
    return text


def _ready(scene: Scene, state: State) -> str:
    if scene.first is None:
        return f"Ready for run 1: {recipe_in_words(state)}."
    last = scene.runs[-1]
    assert last.record is not None
    reason = last.record.reason.removeprefix("stopped ")
    text = f"Run {last.number} {last.record.status}{f' ({reason})' * bool(reason)}"
    if last.accuracy is not None:
        text += f" with {format_percent(last.accuracy)} on the validation pictures"
    changed = differences(state, scene.first.settings)
    return f"{text}. Ready for run {last.number + 1}, as run 1{f' but {changed}' * bool(changed)}."


class Progress(NamedTuple):
    """How far a training is: a share, or None where that is not known, and words."""

    shown: bool
    share: float | None
    text: str


def progress(scene: Scene) -> Progress:
    """Return what the progress bar shows."""
    run = scene.current
    if run is None:
        return Progress(False, 0.0, "")
    if run.moment is None:
        return Progress(True, None, "starting")
    moment = run.moment
    share = min(1.0, moment.pictures / max(1, moment.pictures_total))
    done = moment.status == "finished"
    return Progress(True, share, moment.line() + ", being tested" * done)


def actions(scene: Scene) -> list[str]:
    """Return the names of the buttons that can be pressed."""
    if scene.current is None:
        return ["start"]
    return [] if scene.stopping else ["stop"]


_CAPTION = (
    "Choose by validation accuracy; the test pictures stay out of it, for a fair test of the "
    "choice. A small difference may be luck: repeat both runs with other seeds."
)

_COLUMNS = ("run", "what differs from run 1", "validation", "against run 1", "pictures", "status")


def ledger(scene: Scene) -> Table:
    """Return the runs as a table: the first, then the others, latest first."""
    first = scene.first
    if first is None:
        example = Run(0, {}, record=_example())
        return Table(_CAPTION, _COLUMNS, (_row("recorded", "an example", example, None),))
    rows = [_row("1", recipe_in_words(first.settings), first, None)]
    for run in reversed([*scene.runs, *([scene.current] if scene.current else [])]):
        if run is not first:
            what = differences(run.settings, first.settings) or "the same"
            rows.append(_row(str(run.number), what, run, first.accuracy))
    return Table(_CAPTION, _COLUMNS, tuple(rows))


def _row(name: str, what: str, run: Run, against: float | None) -> tuple[Cell, ...]:
    accuracy, gain = run.accuracy, None
    if accuracy is not None and against is not None:
        gain = format_points(accuracy - against).replace(" ", "\N{NO-BREAK SPACE}")
    shown = None if accuracy is None else format_percent(accuracy)
    seen = run.history[-1].pictures if run.history else None
    return name, what, shown, gain, seen, run.record.status if run.record else "training"


@cache
def _example() -> RunRecord:
    """Return a recorded run to show where none has been made yet."""
    return next(record for record in recorded("scaling") if record.family == "base")


# ------------------------------------------------------------------ the picture

# In units of the view box.
_WIDTH, _HEIGHT = 720, 412
_LEFT, _RIGHT, _TOP, _BOTTOM, _GAP = 64.0, 572.0, 34.0, 364.0, 16.0

#: Distance between labels.
_LINE = 17.0

#: How strongly earlier runs are drawn: their validation, and their training.
_FAINT, _FAINTER = 0.45, 0.3

_DASHES = ' stroke-dasharray="5 3"'
_BOLD = ' font-weight="bold"'


class _Trace(NamedTuple):
    """A run as it is drawn; the strong one is the latest."""

    name: str
    history: tuple[Epoch, ...]
    trail: tuple[Step, ...]
    strong: bool
    colour: str = "currentColor"

    @property
    def shows_training(self) -> bool:
        """Whether the training line is drawn: of earlier runs, if there is no other line."""
        return self.strong or len(self.history) < 2

    def values(self, panel: CurvePanel) -> list[float]:
        """Return all heights in a panel."""
        found = [getattr(epoch, panel.validation) for epoch in self.history if panel.validation]
        if self.shows_training:
            found += [getattr(point, panel.training) for point in self.trail or self.history]
        return [panel.factor * value for value in found if math.isfinite(value)]


@dataclass(frozen=True, slots=True)
class _Plot:
    """A panel's place in the picture, and the values at its edges."""

    panel: CurvePanel
    top: float
    bottom: float
    end: float
    low: float
    high: float

    def place(self, pictures: float, value: float) -> tuple[float, float]:
        """Return the place of a value; what is too large is drawn at the edge."""
        x = _LEFT + (_RIGHT - _LEFT) * pictures / self.end
        share = (self.panel.factor * value - self.low) / (self.high - self.low)
        return x, self.bottom - (self.bottom - self.top) * min(1.0, max(0.0, share))


def _picture(scene: Scene) -> tuple[str, str]:
    """Return the picture and its words."""
    traces, unit, end = _traces(scene)
    title = _title(scene)
    alt = f"{title}. {_in_words(scene, traces)}"
    plots = _plots(traces, end)
    parts = [_text(0, 14, title, "start", _BOLD), *_key(), *_across(plots[-1], unit, end)]
    for plot in plots:
        parts += _axis(plot)
        for trace in traces:
            parts += _lines(plot, trace)
        parts += _labels(plot, traces)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{html.escape(alt)}" font-size="14" fill="currentColor" '
        'style="display: block; width: 100%; max-width: 860px; height: auto">'
        f"{''.join(parts)}</svg>"
    ), alt


def _traces(scene: Scene) -> tuple[list[_Trace], int | None, float]:
    """Return the runs to draw, the pictures of an epoch if known, and where the axis ends."""
    runs = [*scene.runs, *([scene.current] if scene.current else [])]
    if not runs:
        example = _example()
        trace = _Trace("recorded", example.history, (), True, style.NEUTRAL)
        return [trace], epoch_size([example.history]), example.history[-1].pictures
    moments = [run.moment for run in runs if run.moment]
    unit = moments[-1].epoch if moments else None
    traces = [_Trace(f"run {r.number}", r.history, r.trail, r is runs[-1]) for r in runs]
    seen = [trace.history[-1].pictures for trace in traces if trace.history]
    return traces, unit, max([1, *seen, *(moment.pictures_total for moment in moments)])


def _title(scene: Scene) -> str:
    if scene.current:
        return f"Run {scene.current.number} in training"
    ranked = [(run.accuracy, run.number) for run in scene.runs if run.accuracy is not None]
    if not scene.runs:
        return "A recorded run as an example: yours will take its place"
    if not ranked:
        return "No run has come to a validation yet"
    accuracy, number = max(ranked)
    end = f"{format_percent(accuracy)} on the validation pictures"
    if len(ranked) == 1:
        return f"Run {number} ends at {end}"
    return f"Best of {len(ranked)} runs: run {number} with {end}"


def _in_words(scene: Scene, traces: Sequence[_Trace]) -> str:
    words = ["Accuracy, loss and learning rate by training pictures seen"]
    for trace in traces:
        if trace.history:
            last = trace.history[-1]
            words.append(
                f"{trace.name} after {last.pictures:,} pictures: validation accuracy "
                f"{format_percent(last.val_accuracy)}, loss {last.val_loss:.3g}"
            )
    if scene.current and scene.current.moment:
        words.append(f"Run {scene.current.number}: {scene.current.moment.line()}")
    return ". ".join(words) + "."


def _plots(traces: Sequence[_Trace], end: float) -> list[_Plot]:
    """Stack the panels and fit each to its lines."""
    scale = (_BOTTOM - _TOP - _GAP * (len(PANELS) - 1)) / sum(panel.share for panel in PANELS)
    plots, top = [], _TOP
    for panel in PANELS:
        bottom = top + scale * panel.share
        plots.append(_Plot(panel, top, bottom, end, *_limits(panel, traces)))
        top = bottom + _GAP
    return plots


def _limits(panel: CurvePanel, traces: Sequence[_Trace]) -> tuple[float, float]:
    values = [value for trace in traces for value in trace.values(panel)]
    if panel.validation == "val_loss":
        # A rate that is too hot makes losses of thousands: worse than guessing is off the scale.
        values = [min(value, 1.2 * math.log(10)) for value in values]
    low, high = (min(values), max(values)) if values else (0.0, 10 * panel.least)
    pad = max(0.06 * (high - low), (panel.least - (high - low)) / 2)
    return max(0.0, low - pad) if panel.validation else 0.0, high + pad


def _axis(plot: _Plot) -> list[str]:
    parts = [_path(f"M{_LEFT:g} {plot.bottom:.1f}H{_RIGHT:g}", 0.8)]
    for tick in _ticks(plot.low, plot.high, max(2, round(1.7 * plot.panel.share))):
        _, y = plot.place(0, tick / plot.panel.factor)
        parts.append(_path(f"M{_LEFT:g} {y:.1f}H{_RIGHT:g}", style.GRID_ALPHA))
        parts.append(_text(_LEFT - 7, y + 5, f"{tick:.4g}", "end"))
    lines = plot.panel.label.split("\n")
    middle = (plot.top + plot.bottom) / 2
    for place, words in enumerate(lines):
        x = 13 + 15 * place
        parts.append(_text(x, middle, words, more=f' transform="rotate(-90 {x} {middle:.1f})"'))
    return parts


def _across(plot: _Plot, unit: int | None, end: float) -> list[str]:
    """Write the horizontal axis below the lowest panel."""
    parts = []
    for tick in _ticks(0, end / (unit or 1), 8):
        x, _ = plot.place(tick * (unit or 1), 0)
        words = f"{tick:.4g}" if unit else format_count(tick, short=True)
        parts.append(_text(x, plot.bottom + 18, words))
    name = f"epochs of {unit:,} training pictures" if unit else "training pictures seen"
    return [*parts, _text((_LEFT + _RIGHT) / 2, plot.bottom + 39, name)]


def _key() -> list[str]:
    """Tell the two kinds of lines apart, right of the title."""
    return [
        _path("M512 9h24", 1, ' stroke-width="2.2"'),
        _text(542, 14, "validation", "start"),
        _path("M630 9h24", 0.9, _DASHES),
        _text(660, 14, "training", "start"),
    ]


def _lines(plot: _Plot, trace: _Trace) -> list[str]:
    """Draw a run in one panel: training dashed below validation, whose end has a marker."""
    panel, parts = plot.panel, []
    if trace.shows_training:
        points = [(p.pictures, getattr(p, panel.training)) for p in trace.trail or trace.history]
        look = f' stroke-width="1.3"{_DASHES if panel.validation else ""}'
        parts.append(_curve(plot, points, 0.9 if trace.strong else _FAINTER, look, trace.colour))
    if panel.validation and trace.history:
        points = [(epoch.pictures, getattr(epoch, panel.validation)) for epoch in trace.history]
        look = f' stroke-width="{2.2 if trace.strong else 1.5}"'
        parts.append(_curve(plot, points, 1 if trace.strong else _FAINT, look, trace.colour))
        if math.isfinite(points[-1][1]):
            parts.append(_marker(trace, *plot.place(*points[-1])))
    return parts


def _curve(
    plot: _Plot, points: Sequence[tuple[float, float]], strength: float, look: str, colour: str
) -> str:
    """Draw a line, with gaps where a value is no number."""
    path = ""
    for finite, group in groupby(points, key=lambda point: math.isfinite(point[1])):
        if finite:
            places = [plot.place(*point) for point in group]
            path += "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    return _path(path, strength, look, colour) if path else ""


def _marker(trace: _Trace, x: float, y: float) -> str:
    """Mark the end of a run: the latest with the learner's star."""
    if trace.colour != "currentColor":
        return (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{_PAPER}" stroke="{trace.colour}" '
            'stroke-width="1.8"/>'
        )
    if not trace.strong:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2" opacity="{2 * _FAINTER:g}"/>'
    turns = [math.pi * (point / 5 - 0.5) for point in range(10)]
    radii = [8.5, 3.4] * 5
    corners = " ".join(
        f"{x + radius * math.cos(turn):.1f},{y + radius * math.sin(turn):.1f}"
        for turn, radius in zip(turns, radii, strict=True)
    )
    return f'<polygon points="{corners}"/>'


#: The page's background, as in `view.picture`.
_PAPER = "var(--jp-layout-color0, var(--vscode-editor-background, Canvas))"


def _labels(plot: _Plot, traces: Sequence[_Trace]) -> list[str]:
    """Name the ends of the lines, right of the panel; of losses only those of the latest run."""
    panel = plot.panel
    if not panel.validation:
        return []
    ends: list[tuple[float, float, str, str]] = []
    for trace in traces if panel.factor == 100 else [t for t in traces if t.strong]:
        if trace.history:
            value = getattr(trace.history[-1], panel.validation)
            more = _BOLD if trace.strong else f' opacity="{style.QUIET_ALPHA:g}"'
            ends.append((trace.history[-1].pictures, value, trace.name, more))
    ends = [end for end in ends if math.isfinite(end[1])]
    ends = sorted(ends, key=lambda end: -end[1])[: int((plot.bottom - plot.top) / _LINE)]
    places = [plot.place(seen, value) for seen, value, _, _ in ends]
    levels = spread([y for _, y in places], _LINE, plot.top + 6, plot.bottom - 6)
    parts = []
    for (_, value, name, more), (x, y), level in zip(ends, places, levels, strict=True):
        number = format_percent(value) if panel.factor == 100 else f"{value:.2f}"
        if abs(level - y) > 4 or x < _RIGHT - 20:
            parts.append(_path(f"M{x + 9:.1f} {y:.1f}L{_RIGHT + 14:g} {level:.1f}", 0.3))
        parts.append(_text(_RIGHT + 20, level + 5, f"{name} {number}", "start", more))
    return parts


def _ticks(low: float, high: float, most: int) -> list[float]:
    found = MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(low, high)
    return [float(tick) for tick in found if low <= tick <= high]


def _text(x: float, y: float, words: str, anchor: str = "middle", more: str = "") -> str:
    written = html.escape(words)
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{written}</text>'


def _path(path: str, strength: float, more: str = "", colour: str = "currentColor") -> str:
    ink = f'fill="none" stroke="{colour}" stroke-opacity="{strength:g}"'
    return f'<path d="{path}" {ink}{more}/>'


# ------------------------------------------------------------------ the widget


def training_monitor(
    data: DataSet | str = "auto",
    spec: NetworkSpec = CIFAR_BASE,
    *,
    recipe: Recipe | None = None,
    seconds: float = 30,
    seed: int = 0,
    threads: int | None = None,
    store: RunStore | None = None,
    state: str = "",
    hide: Sequence[str] = (),
) -> "TrainingMonitor":
    """Show switches for a recipe, and train by it: the curve grows while the notebook is free.

    Parameters
    ----------
    data
        A data set, or a name for `load_data`.
    spec
        The network; it must have as many classes as the data.
    recipe
        Where the switches begin, and what has no switch; by default that of the recorded runs,
        `Recipe(shift=1/16)`.
    seconds
        Where the budget's slider begins. Starting and testing do not count.
    seed
        Where the seed's slider begins.
    threads
        See `quick_train`.
    store
        Where each record is put as soon as its run is over.
    state
        A line of text that the widget showed, to begin with.
    hide
        Names of controls that are not shown.

    Returns
    -------
    TrainingMonitor
        Its `records` are the runs so far, for plots and tables.

    Raises
    ------
    ValueError
        If network and data do not fit, or a value, the line or a name is not valid.
    """
    if isinstance(data, str):
        data = load_data(data)
    if spec.num_classes != len(data.classes):
        raise ValueError(
            f"{spec.name} has num_classes {spec.num_classes}; {data.name} has "
            f"{len(data.classes)} classes"
        )
    Budget(seconds=seconds)  # refuses what is no budget
    made = setup(spec, recipe or Recipe(shift=0.0625), seconds, seed)
    return TrainingMonitor(made, data, threads, store, state, hide)


_HERE = Path(__file__).parent


class TrainingMonitor(Panel):
    """The monitor in the browser, and in the kernel: `start`, `stop`, `wait` and `records`.

    One monitor of a kernel trains at a time; see `training_monitor`.
    """

    _esm = asset("panel.js") + "\n" + (_HERE / "monitor.js").read_text(encoding="utf-8")
    _css = asset("panel.css") + "\n" + (_HERE / "monitor.css").read_text(encoding="utf-8")

    #: Those that train: a new one stops the one whose cell was run again.
    _busy: ClassVar[set["TrainingMonitor"]] = set()

    def __init__(
        self,
        setup: Setup,
        data: DataSet,
        threads: int | None = None,
        store: RunStore | None = None,
        state: str = "",
        hide: Sequence[str] = (),
    ) -> None:
        self.setup, self.data, self.threads, self.store = setup, data, threads, store
        self.scene = Scene()
        self.training: BackgroundTraining | None = None
        self._lock = threading.RLock()  # the listening thread changes scene and view too
        definition = Definition(
            NAME, "Training monitor", setup.controls, lambda state: render(self.scene, state)
        )
        super().__init__(definition, state, hide)

    @property
    def records(self) -> list[RunRecord]:
        """The runs that are over: finished, stopped or diverged."""
        return [run.record for run in self.scene.runs if run.record]

    def start(self, settings: Mapping[str, Value] | None = None) -> None:
        """Begin a run.

        Parameters
        ----------
        settings
            Of the controls, by name; by default as the widget shows them. What is left out
            takes its default.

        Raises
        ------
        RuntimeError
            If one is under way.
        ValueError
            If a setting is not valid.
        """
        with self._lock:
            chosen = self.setup.controls.check(self.state if settings is None else settings)
            scene = self.scene.started(chosen)
            for other in list(self._busy):
                other.stop()
            self.scene = scene
            self.training = BackgroundTraining(self._job(scene, chosen), self._hear)
            self._busy.add(self)
            self._show(chosen)

    def stop(self) -> None:
        """End the run under way, if there is one; what it has learned so far is recorded."""
        with self._lock:
            if self.training and self.scene.current:
                self.scene = self.scene.asked_to_stop()
                self.training.stop()
                self._show()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the run under way; return whether it is over."""
        return self.training is None or self.training.wait(timeout)

    def answer(self, request: Mapping[str, Any]) -> None:
        """Start, stop, or show a state as every panel does."""
        with self._lock:
            action = request.get("action")
            if action is None:
                super().answer(request)
            elif action == "stop":
                self.stop()
            elif not self.scene.current:  # a second click is none
                self.start(request["state"])

    def message(self, state: State, serial: int) -> dict[str, Any]:
        """Turn a state and what goes on into what the browser shows."""
        return {
            **super().message(state, serial),
            "actions": actions(self.scene),
            "progress": progress(self.scene)._asdict(),
            "error": self.scene.problem,
        }

    def close(self) -> None:
        """End the run under way and leave the page."""
        self.stop()
        super().close()

    def _job(self, scene: Scene, settings: State) -> Job:
        assert scene.current is not None
        name = f"run {scene.current.number}"
        if scene.runs:
            name += f": {differences(settings, scene.runs[0].settings) or 'the same'}"
        return Job(
            self.setup.network(settings, name),
            self.data,
            Budget(seconds=float(settings["seconds"])),
            int(settings["seed"]),
            self.setup.training(settings),
            self.threads,
        )

    def _hear(self, message: Message) -> None:
        """Take in what the worker says; this is called on the listening thread."""
        with self._lock:
            if isinstance(message, Moment):
                self.scene = self.scene.heard(message)
            else:
                self._busy.discard(self)
                self.scene = self._over(message)
            self._show()

    def _over(self, message: RunRecord | Failure) -> Scene:
        if isinstance(message, Failure):
            return self.scene.failed(
                f"The run left no record: {message.why}. Press Start to train again."
            )
        scene = self.scene.ended(message)
        try:
            if self.store is not None:  # an empty one counts as false
                self.store.append(message)
        except OSError as error:
            return replace(scene, problem=f"The record is not in {self.store}: {error}")
        return scene

    def _show(self, state: State | None = None) -> None:
        self.view = self.message(state or self.state, self.view["serial"])

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, *rest = bundle if isinstance(bundle, tuple) else (bundle,)
        shown = {**data, "text/plain": repr(self)}
        return (shown, *rest) if rest else shown

    def __repr__(self) -> str:
        return f"{summary(self.scene, self.state)}\n{ledger(self.scene)!r}"
