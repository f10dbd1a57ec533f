"""Pareto explorer: recorded networks on axes to choose, within a budget to choose."""

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from statistics import fmean, stdev

from ..records.compare import UNTESTED, Comparison, compare
from ..records.runs import Recipe, RunRecord
from ..records.statistics import METRICS, Result
from ..view import style, svg
from ..view.plots.accuracy import (
    data_set_name,
    pareto_front,
    points_of,
    points_of_yours,
    series_of,
)
from ..view.style import Look, format_count, format_percent, format_points, format_seconds
from ..view.svg import Axis, Plot
from ..view.tables import Table
from .panel import Choice, Controls, Definition, Panel, Slider, State, Value, View

#: What can stand on the horizontal axis, and the unit of its ticks.
X_AXES = {"MACs": "", "parameters": "", "activations": "", "seconds of training": " s"}

#: Words for the vertical axis -> attribute of a record.
Y_AXES = {words: name for name, words in reversed(METRICS.items())}

#: Multiples of the base's cost; the list ends where nothing more can be had.
_BUDGETS = (
    1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 10, 12, 16, 24, 32, 64, 128,
)  # fmt: skip

# The layout, in units of the view box: left and right, bottom and top of the two plots; the legend.
_WIDTH, _HEIGHT = 720, 400
_MAIN = ((50.0, 512.0), (348.0, 28.0))
_HISTORY = ((578.0, 712.0), (156.0, 46.0))
_LEGEND_LEFT, _LEGEND_TOP, _LINE = 544, 222, 21

#: How strongly what is over the budget is drawn.
_PALE = 0.25


@dataclass(frozen=True, slots=True)
class _Net:
    """One network, trained one way."""

    point: Result

    @property
    def yours(self) -> bool:
        return self.point.family == "you"

    @property
    def name(self) -> str:
        return self.point.spec.name + " (yours)" * self.yours

    @property
    def seconds(self) -> tuple[float, ...]:
        return tuple(run.seconds for run in self.point.runs)

    def x(self, axis: str) -> float:
        """Return its cost on an axis; seconds are a mean over its runs."""
        if axis == "seconds of training":
            return fmean(self.seconds)
        cost = self.point.cost
        return {"MACs": cost.macs, "parameters": cost.params}.get(axis, cost.activations)


@dataclass(frozen=True, slots=True)
class _Scene:
    """Everything that one state shows."""

    state: State
    study: Comparison
    everything: Sequence[_Net]
    shown: Sequence[_Net]
    limit: float
    chosen: _Net

    @property
    def axis(self) -> str:
        return str(self.state["x"])

    @property
    def measure(self) -> str:
        return str(self.state["y"])

    @property
    def within(self) -> list[_Net]:
        """The networks that the budget buys, most accurate first."""
        bought = [net for net in self.shown if self.affords(net)]
        return sorted(bought, key=lambda net: -net.point.mean)

    def at(self, net: _Net) -> tuple[float, float]:
        """Return its values on the two axes; accuracy in percent."""
        return net.x(self.axis), 100 * net.point.mean

    def affords(self, net: _Net) -> bool:
        # A multiple of a float may come out a hair below the network that it was made from.
        return net.x(self.axis) <= self.limit * (1 + 1e-9)


def definition(
    records: Iterable[RunRecord], you: RunRecord | Iterable[RunRecord] = ()
) -> Definition:
    """Describe the widget for some runs.

    Parameters
    ----------
    records
        Runs on one data set; those that did not finish are left out. Multiples are of the cheapest
        network of family "base"; if there is none, of the cheapest of all.
    you
        The learner's own run or runs, on the same data: drawn as stars.

    Raises
    ------
    ValueError
        If no run finished, or the runs are on different data.
    """
    others, mine = list(records), [you] if isinstance(you, RunRecord) else list(you)
    data = data_set_name([*others, *mine])
    studies = {words: _study(others, mine, name) for words, name in Y_AXES.items()}
    studies = {words: study for words, study in studies.items() if study.results}
    if not studies:
        raise ValueError(f"none of the {len(others) + len(mine)} records is a finished run")
    nets = {words: [_Net(point) for point in study.results] for words, study in studies.items()}
    every = [net for found in nets.values() for net in found]
    budgets = _budgets(every)
    families = dict.fromkeys(
        net.point.family for net in every if net.point.family not in ("base", "you", "")
    )
    controls = Controls(
        "pareto-explorer",
        Choice("x", "Horizontal axis", tuple(X_AXES), "MACs"),
        Choice("y", "Vertical axis", tuple(nets), next(iter(nets))),
        Choice("families", "Families", ("all", *families), "all"),
        Slider("budget", "Budget", budgets, budgets[-1], "x the base"),
        Slider("point", "Point", tuple(range(1, max(map(len, nets.values())) + 1)), 1),
    )
    render, settle = partial(_render, studies, data), partial(_settle, nets)
    return Definition("Pareto explorer", controls, render, settle)


def pareto_explorer(
    records: Iterable[RunRecord],
    you: RunRecord | Iterable[RunRecord] = (),
    state: str = "",
    hide: Sequence[str] = (),
) -> Panel:
    """Show what accuracy costs: choose the axes, the families and a budget, and step through.

    Parameters
    ----------
    records, you
        As `definition` takes them.
    state, hide
        A line of text that the widget showed, to begin with; names of controls not to show.

    Raises
    ------
    ValueError
        If no run finished, the runs are on different data, or the line or a name is not valid.
    """
    return Panel(definition(records, you), state, hide)


# ------------------------------------------------------------------ records -> networks


def _study(others: Sequence[RunRecord], mine: Sequence[RunRecord], metric: str) -> Comparison:
    """Average over seeds; cheapest in MACs first."""
    points = [*points_of(others, metric), *points_of_yours(mine, metric)]
    points.sort(key=lambda point: (point.macs, point.pictures, point.mean))
    return compare(points)


def _unit(nets: Sequence[_Net], axis: str) -> float:
    """Return what one of a budget is worth: the base's cost."""
    bases = [net for net in nets if net.point.family == "base"] or nets
    return min(net.x(axis) for net in bases)


def _budgets(nets: Sequence[_Net]) -> tuple[float, ...]:
    """Return the multiples up to the first that buys everything, on every axis."""
    most = max(max(net.x(axis) for net in nets) / _unit(nets, axis) for axis in X_AXES)
    last = next((i for i, budget in enumerate(_BUDGETS) if budget >= most), None)
    return (*_BUDGETS, math.ceil(most)) if last is None else _BUDGETS[: last + 1]


# ------------------------------------------------------------------ state -> what it shows


def _render(studies: Mapping[str, Comparison], data: str, state: State) -> View:
    scene = _scene(studies[str(state["y"])], state)
    best, chosen = scene.within[:1], scene.chosen
    place, count = state["point"], len(scene.shown)
    ranking = _ranking(scene)
    alt = (
        f"{data}: {scene.measure} against {scene.axis}, on a logarithmic axis, of {count} networks "
        f"({', '.join(dict.fromkeys(net.point.family or 'no family' for net in scene.shown))}). "
        f"{ranking} On the Pareto front: {', '.join(net.name for net in _front(scene)) or 'none'}. "
        f"Ringed: {_in_words(scene, chosen)}."
        + "".join(f" You: {_in_words(scene, net)}." for net in scene.shown if net.yours)
    )
    rows = [_row("chosen", chosen), *(_row("best", net) for net in best)]
    ledger = Table(_caption(chosen), _COLUMNS, tuple(rows))
    values = {
        "budget": f"{state['budget']:g} x = {_written(scene.limit, scene.axis)}",
        "point": f"{place} of {count}: {chosen.name}",
    }
    return View(_picture(scene, data, alt), alt, ranking, ledger, values)


def _settle(
    nets: Mapping[str, Sequence[_Net]], state: State, changed: str = ""
) -> tuple[State, str]:
    """Return the nearest state in which there is such a point, and what had to be changed."""
    notes = []
    if not _of_family(nets[str(state["y"])], state["families"]):
        # None of the family's runs has this measure.
        notes.append(f"No network of this family has a {state['y']}: all are shown.")
        state = {**state, "families": "all"}
    last = len(_of_family(nets[str(state["y"])], state["families"]))
    if int(state["point"]) > last:
        notes.append(f"There {'are only' if last > 1 else 'is only'} {last} here.")
        state = {**state, "point": last}
    return state, " ".join(notes)


def _of_family(nets: Sequence[_Net], family: Value) -> list[_Net]:
    wanted = ("base", "you", family)
    return [net for net in nets if family == "all" or net.point.family in wanted]


def _scene(study: Comparison, state: State) -> _Scene:
    nets = [_Net(point) for point in study.results]
    shown = _of_family(nets, state["families"])
    limit = float(state["budget"]) * _unit(nets, str(state["x"]))
    return _Scene(state, study, nets, shown, limit, shown[int(state["point"]) - 1])


def _front(scene: _Scene) -> list[_Net]:
    within = scene.within
    return [within[i] for i in pareto_front([(n.x(scene.axis), n.point.mean) for n in within])]


def _ranking(scene: _Scene) -> str:
    """Name the best network within the budget, and whether the runs tell it from the next."""
    budget = f"{scene.state['budget']:g} x the base's {scene.axis}"
    if not scene.within:
        return f"Nothing here costs at most {budget}."
    best, *others = scene.within
    text = f"Within {budget}: {best.name} is best with {_accuracy(best)}"
    if not others:
        return f"{text}, and the only one."
    lead, following = scene.study.lead(net.point for net in scene.within)[0], others[0]
    text += f"; next is {following.name} with {_accuracy(following)}: "
    if lead.reason == UNTESTED:
        return f"{text}with one seed, that may be luck."
    if lead.margin is None or lead.within_noise:
        return f"{text}{lead.verdict}."
    ahead = format_points(lead.value).removeprefix("+")
    return f"{text}{ahead} behind, {lead.verdict}."


def _accuracy(net: _Net) -> str:
    """Write a mean with its standard deviation, in percent, and how many seeds it is over."""
    point = net.point
    spread = "" if point.std is None else f" ± {100 * point.std:.1f}"
    seeds = "one seed" if point.n == 1 else f"{point.n} seeds"
    return f"{format_percent(point.mean)}{spread} ({seeds})"


def _written(value: float, axis: str) -> str:
    return format_seconds(value) if X_AXES[axis] else format_count(value)


def _in_words(scene: _Scene, net: _Net) -> str:
    x = _written(net.x(scene.axis), scene.axis)
    return f"{net.name}, {_accuracy(net)}, {x}{'' if X_AXES[scene.axis] else f' {scene.axis}'}"


# ------------------------------------------------------------------ the ledger

_MEASURES = {"validation, %": "val_accuracy", "test, %": "test_accuracy"}
_COLUMNS = ("", "network", "MACs", "parameters", "activations", "seconds", *_MEASURES, "seeds")


def _row(what: str, net: _Net) -> tuple[str, ...]:
    cost = net.point.cost
    counts = (format_count(value) for value in (cost.macs, cost.params, cost.activations))
    measures = [
        [100 * value for run in net.point.runs if (value := getattr(run, name)) is not None]
        for name in _MEASURES.values()
    ]
    seeds = ", ".join(str(seed) for seed in sorted(run.plan.seed for run in net.point.runs))
    cells = (*counts, _spread(net.seconds, 0), *(_spread(values, 1) for values in measures))
    # Numbers stay on one line.
    return (what, net.name, *(cell.replace(" ", "\N{NO-BREAK SPACE}") for cell in cells), seeds)


def _spread(values: Sequence[float], decimals: int) -> str:
    """Write mean and standard deviation; a single value has none."""
    if not values:
        return "–"
    mean = f"{fmean(values):.{decimals}f}"
    return f"{mean} ± {stdev(values):.{decimals}f}" if len(values) > 1 else mean


def _caption(net: _Net) -> str:
    spec, point = net.point.spec, net.point
    return (
        f"Chosen: {net.name}; width {spec.width_mult:g}, depth {spec.depth_mult:g}, "
        f"{spec.resolution} pixels; {point.pictures:,} training pictures, "
        f"{_recipe_words(point.recipe)}; ±: one standard deviation"
    )


def _recipe_words(recipe: Recipe) -> str:
    """Name the batch and the learning rate, and what else is switched on."""
    parts = [f"batches of {recipe.batch_size}", f"learning rate {recipe.learning_rate:g}"]
    parts += ["flips"] * recipe.flip
    parts += [f"shifts of {100 * recipe.shift:g}%"] * bool(recipe.shift)
    parts += [f"label smoothing {recipe.label_smoothing:g}"] * bool(recipe.label_smoothing)
    parts += [f"averaged weights ({recipe.ema:g})"] * bool(recipe.ema)
    parts += [recipe.policy] * (recipe.policy != "none")
    return ", ".join(parts)


# ------------------------------------------------------------------ the picture


def _picture(scene: _Scene, data: str, alt: str) -> str:
    plot = _plot(scene)
    parts = [
        _axes(scene, plot, data),
        _wall(scene, plot),
        _steps(scene, plot),
        *_lines(scene, plot),
        *(_marker(scene, plot, net) for net in scene.shown),
        _ring(scene, plot),
        _history(scene.chosen),
        _legend(scene),
    ]
    return svg.drawing(_WIDTH, _HEIGHT, alt, "".join(parts))


def _plot(scene: _Scene) -> Plot:
    """Fit the axes to all networks, so that choosing a family moves nothing."""
    xs = [net.x(scene.axis) for net in scene.everything]
    pad = max(1.1, math.sqrt(4 * min(xs) / max(xs)))
    ends = [
        100 * (net.point.mean + sign * (net.point.std or 0))
        for net in scene.everything
        for sign in (-1, 1)
    ]
    room = max(0.08 * (max(ends) - min(ends)), 0.6)
    return Plot(
        Axis(min(xs) / pad, max(xs) * pad, *_MAIN[0], log=True),
        Axis(min(ends) - room, max(ends) + room, *_MAIN[1]),
    )


def _axes(scene: _Scene, plot: Plot, data: str) -> str:
    (left, right), (bottom, top), unit = *_MAIN, X_AXES[scene.axis]
    columns = ((tick, words + unit) for tick, words in plot.x.ticks())
    name = scene.axis if unit else f"{scene.axis}, logarithmic"
    return (
        plot.base()
        + plot.grid(plot.y.ticks(7), columns)
        + svg.text((left + right) / 2, bottom + 40, name, "middle")
        + svg.text(0, top - 12, f"{data} {scene.measure} (%)", **svg.BOLD)
    )


def _wall(scene: _Scene, plot: Plot) -> str:
    """Draw the budget as a wall; beyond the picture's edge there is none."""
    (_, right), (bottom, top) = _MAIN
    x = plot.x(scene.limit)
    if x >= right:
        return ""
    beyond = svg.rect(x, top, right - x, bottom - top, fill_opacity=style.GRID_ALPHA / 2)
    return beyond + svg.path(f"M{x:g} {top:g}V{bottom:g}")


def _steps(scene: _Scene, plot: Plot) -> str:
    """Draw the front: the best that can be had for at most so much."""
    places = [plot.at(*scene.at(net)) for net in _front(scene)]
    first = "M{:g} {:g}".format(*places[0]) if places else ""
    return svg.path(first + "".join(f"H{x:g}V{y:g}" for x, y in places[1:]), **_FRONT)


_FRONT = {"stroke_width": 1.3, "stroke_opacity": style.FRONT_ALPHA, **svg.DASHED}


def _families(scene: _Scene) -> list[str]:
    """Return all families but the learner's, in the order of the course."""
    found = {net.point.family for net in scene.everything if not net.yours}
    known = list(style.FAMILIES)
    return sorted(found, key=lambda f: (known.index(f) if f in known else len(known), f))


def _lines(scene: _Scene, plot: Plot) -> list[str]:
    """Join each family from the base on, in the order of its MACs."""
    nets = {id(net.point): net for net in scene.everything}
    order, seen = _families(scene), {net.point.family for net in scene.shown}
    points = [net.point for net in scene.everything if not net.yours]
    parts = []
    for series in series_of(sorted(points, key=lambda point: order.index(point.family))):
        if series.linked and series.family in style.FAMILIES and series.family in seen:
            look = {"stroke": svg.ink(series.look.colour), "stroke_width": 2}
            for pair in pairwise(nets[id(point)] for point in series.points):
                strength = 0.75 if all(map(scene.affords, pair)) else _PALE
                parts.append(plot.series([*map(scene.at, pair)], stroke_opacity=strength, **look))
    return parts


def _look(scene: _Scene, net: _Net) -> Look:
    if net.yours:
        return style.YOU
    look = style.family_look(net.point.family, _families(scene))
    return replace(look, hollow=net.point.pictures < _longest(scene))


def _longest(scene: _Scene) -> int:
    """Return the most training pictures; networks that had fewer are hollow."""
    others = [net for net in scene.everything if not net.yours] or scene.everything
    return max(net.point.pictures for net in others)


def _marker(scene: _Scene, plot: Plot, net: _Net) -> str:
    """Draw one network with its error bar; resting on it tells what it is."""
    look, (x, y) = _look(scene, net), scene.at(net)
    error = 100 * (net.point.std or 0)
    drawn = plot.error_bar(x, y, error, stroke=svg.ink(look.colour), stroke_width=1.5)
    drawn += svg.marker(look, *plot.at(x, y))
    drawn += svg.element("title", html.escape(_in_words(scene, net)))
    return svg.element("g", drawn, opacity=1 if scene.affords(net) else _PALE)


def _ring(scene: _Scene, plot: Plot) -> str:
    x, y = plot.at(*scene.at(scene.chosen))
    ring = {"fill": "none", "stroke": "currentColor", "stroke_width": 2.2}
    return svg.element("circle", cx=x, cy=y, r=13, **ring)


def _history(net: _Net) -> str:
    """Draw validation accuracy over the training, a line for each seed; one epoch is a dot."""
    (left, right), (bottom, top) = _HISTORY
    lines = [
        [(epoch.pictures, 100 * epoch.val_accuracy) for epoch in run.history]
        for run in net.point.runs
    ]
    seen, accuracies = zip(*(point for line in lines for point in line), strict=True)
    low, high = min(accuracies), max(accuracies)
    room = max(0.1 * (high - low), 1.0)
    plot = Plot(Axis(0, 1.05 * max(seen), left, right), Axis(low - room, high + room, bottom, top))
    parts = [
        svg.text(right, top - 30, "The ringed one,", "end", **svg.BOLD),
        svg.text(right, top - 12, "validation (%)", "end"),
        svg.path(f"M{left:g} {top:g}V{bottom:g}H{right:g}"),
        svg.text(right, bottom + 18, f"{format_count(max(seen), short=True)} pictures", "end"),
        plot.grid(plot.y.ticks(4)),
        svg.text(left, bottom + 18, "0", "middle"),
    ]
    for line in lines:
        x, y = plot.at(*line[-1])
        parts.append(plot.series(line, stroke_width=1.4))
        parts.append(svg.element("circle", cx=x, cy=y, r=3))
    return "".join(parts)


def _legend(scene: _Scene) -> str:
    seen, names = {net.point.family for net in scene.shown}, _families(scene)
    entries = [
        (style.family_look(name, names), name or "no family") for name in names if name in seen
    ]
    entries += [(style.YOU, "you")] * any(net.yours for net in scene.shown)
    notes = [f"filled: {format_count(_longest(scene), short=True)} pictures", "hollow: fewer"]
    notes = notes * any(_look(scene, net).hollow for net in scene.everything)
    room = int((_HEIGHT - _LEGEND_TOP) / _LINE) - len(notes)
    if len(entries) > room:
        entries = [*entries[: room - 1], (style.PUBLISHED, f"and {len(entries) - room + 1} more")]
    drawn = [(svg.marker(look, 10, -5), words) for look, words in entries]
    drawn.append((svg.path("M0 -5h20", **_FRONT), "Pareto front"))
    below = _LEGEND_TOP + _LINE * len(drawn)
    return svg.legend(_LEGEND_LEFT, _LEGEND_TOP, drawn, 26) + svg.legend(
        _LEGEND_LEFT, below, [("", note) for note in notes], 0
    )
