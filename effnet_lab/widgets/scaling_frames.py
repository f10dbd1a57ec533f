"""Frames of the Scaling lab: everything that is shown for one network, as values for a template.

A frame is priced, laid out and written for people here; what shows it only puts its values into
the places of its baseline's template.
"""

import html
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from ..arch import (
    B0,
    CIFAR_BASE,
    VARIANTS,
    NetworkCost,
    NetworkSpec,
    ResolvedNetwork,
    cost,
    facts,
    resolve,
    scaled,
)
from ..records.runs import RunRecord, recorded
from ..records.statistics import results
from ..view import style
from ..view.network_drawing import Drawing, Part, parts
from ..view.plots.accuracy import spread
from ..view.style import Look, format_count, format_ratio
from ..view.tables import Table

DIMENSIONS = ("width", "depth", "resolution")

#: Each network of the lab is one of these, scaled by three factors.
BASELINES = {"B0": B0, "CIFAR-base": CIFAR_BASE}

#: The preset of a network that is none of those whose accuracy is known.
CUSTOM = "custom"

#: Positions of the sliders. Steps of resolution are a pixel of the CIFAR base, 14 of B0.
FACTORS: dict[str, tuple[float, ...]] = {
    "width": tuple(round(0.5 + 0.05 * step, 2) for step in range(41)),
    "depth": tuple(round(0.5 + 0.1 * step, 1) for step in range(36)),
    "resolution": tuple(round(0.5 + step / 16, 4) for step in range(41)),
}

#: Factors in a state have so many decimals: enough for the right pixel, few enough to read.
DECIMALS = 4

#: What is shown for one network: a value for each place of its baseline's template.
Frame = dict[str, str | int]


class Point(NamedTuple):
    """What a frame is for: a baseline and three factors of it."""

    baseline: str
    width: float
    depth: float
    resolution: float


# ------------------------------------------------------------------ networks of known accuracy


@dataclass(frozen=True, slots=True)
class Landmark:
    """A network whose accuracy was published or recorded.

    Parameters
    ----------
    name
        As a preset, such as "B4".
    macs
        For networks of the lab as priced, for others as published.
    accuracy, error
        In percent; one standard deviation over `seeds`, 0 where there is but one.
    spec
        Of a network that can be set in the lab.
    family
        Of a recorded run: its look.
    """

    name: str
    macs: int
    accuracy: float
    spec: NetworkSpec | None = None
    error: float = 0.0
    seeds: int = 0
    family: str = ""

    @property
    def look(self) -> Look:
        """Published ones are hollow and grey; recorded ones have their family's look."""
        return style.family_look(self.family) if self.family else style.PUBLISHED

    def factors(self, baseline: NetworkSpec) -> tuple[float, float, float]:
        """Return width, depth and resolution as factors of a baseline."""
        assert self.spec is not None
        ratios = (
            self.spec.width_mult / baseline.width_mult,
            self.spec.depth_mult / baseline.depth_mult,
            self.spec.resolution / baseline.resolution,
        )
        width, depth, resolution = (round(ratio, DECIMALS) for ratio in ratios)
        return width, depth, resolution


#: Of the networks beside B0-B7, those that there is room to name.
_NAMED = ("ResNet-50", "ResNet-152", "Inception-v4", "SENet")


def published_landmarks() -> list[Landmark]:
    """Return B0-B7 and the other networks of the paper's Table 2, with the accuracies of v5."""
    own = [
        Landmark(name.upper(), cost(VARIANTS[name]).macs, row.top1, VARIANTS[name])
        for name, row in facts.IMAGENET.items()
    ]
    others = [
        Landmark(row.model, row.macs, row.top1) for row in facts.TABLE_2 if row.macs is not None
    ]
    return [*own, *others]


def recorded_landmarks(records: Sequence[RunRecord]) -> list[Landmark]:
    """Return the networks of a study with their mean test accuracy over seeds."""
    return [
        Landmark(
            "base" if found.family == "base" else found.spec.name.replace(" ", "-"),
            found.macs,
            100 * found.mean,
            found.spec,
            100 * (found.std or 0.0),
            found.n,
            found.family,
        )
        for found in sorted(results(records), key=lambda found: found.macs)
    ]


# ------------------------------------------------------------------ layout

#: The view box, and the column of row names.
_WIDTH, _HEIGHT, _LEFT, _RIGHT = 720, 452, 116, 714

#: Tops and baselines of what stands below each other.
_BOXES, _BARS, _PLOT = (4, 122), (206, 246), (316, 424)
_ROWS = {"stage": 138, "channels": 156, "blocks": 173, "size": 190, "macs": 261, "params": 278}
_SAID = 305

#: The share of the whole that fills the height of the bars.
_FULL = 0.6

#: Plots reach this factor beyond the cheapest and the dearest known network.
_BEYOND = 4

#: The shapes of the course's markers, as characters.
MARKS = {"width": "■", "depth": "▲", "resolution": "●", "phi": "◆"}

#: The page's background, behind hollow markers.
_PAPER = "var(--jp-layout-color0, var(--vscode-editor-background, Canvas))"


class Axes:
    """Places of MACs (logarithmic) and accuracies in the plot."""

    def __init__(self, landmarks: Sequence[Landmark]) -> None:
        macs = [landmark.macs for landmark in landmarks]
        self.low, self.high = min(macs) / _BEYOND, max(macs) * _BEYOND
        ends = [mark.accuracy + sign * mark.error for mark in landmarks for sign in (-1, 1)]
        self.bottom, self.top = math.floor(min(ends) - 0.5), math.ceil(max(ends) + 0.5)

    def x(self, macs: float) -> float:
        """Return the place of so many MACs; beyond the axis, its end."""
        share = math.log(macs / self.low) / math.log(self.high / self.low)
        return round(_LEFT + (_RIGHT - _LEFT) * min(1.0, max(0.0, share)), 1)

    def y(self, percent: float) -> float:
        """Return the place of an accuracy."""
        share = (percent - self.bottom) / (self.top - self.bottom)
        return round(_PLOT[1] - (_PLOT[1] - _PLOT[0]) * share, 1)


class Bench:
    """All that is fixed for one baseline: its scales, the known networks, the templates."""

    def __init__(self, name: str, landmarks: Sequence[Landmark], measure: str) -> None:
        self.name = name
        self.spec = BASELINES[name]
        self.measure = measure
        self.landmarks = list(landmarks)
        self.own = sorted(
            (mark for mark in landmarks if mark.spec), key=lambda landmark: landmark.macs
        )
        self.presets = {landmark.name: landmark.factors(self.spec) for landmark in self.own}
        self.known = {
            _layers(resolve(mark.spec)): mark for mark in self.own if mark.spec is not None
        }
        self.base = resolve(self.spec)
        self.base_parts, self.base_cost = parts(self.base), cost(self.base)
        width, depth, resolution = (FACTORS[name][-1] for name in DIMENSIONS)
        largest = parts(resolve(scaled(self.spec, width, depth, resolution)))
        self.drawing = Drawing(largest, _RIGHT - _LEFT, _BOXES[1] - _BOXES[0])
        self.middles = [round(_LEFT + middle, 1) for middle in self.drawing.middles]
        self.axes = Axes(landmarks)

    @property
    def title(self) -> str:
        """The baseline in words."""
        return f"{self.name} at {self.spec.resolution} pixels"


@cache
def bench(baseline: str) -> Bench:
    """Return what is fixed for a baseline.

    Raises
    ------
    ValueError
        If there is no such baseline.
    """
    if baseline == "B0":
        return Bench(baseline, published_landmarks(), "published")
    if baseline == "CIFAR-base":
        return Bench(baseline, recorded_landmarks(recorded("scaling")), "recorded")
    raise ValueError(f"baseline is {baseline!r}; it must be one of {', '.join(BASELINES)}")


def _layers(network: ResolvedNetwork) -> object:
    """Return what makes two networks the same, whatever multipliers led to them."""
    return network[1:]


# ------------------------------------------------------------------ frames


@lru_cache(maxsize=4096)
def frame(point: Point) -> Frame:
    """Return everything that is shown for one network.

    Raises
    ------
    ValueError
        If there is no such baseline, or a factor is out of range.
    """
    fixed = bench(point.baseline)
    spec = scaled(fixed.spec, point.width, point.depth, point.resolution)
    network = resolve(spec)
    price = cost(network)
    found: Frame = {}
    found.update(_columns(fixed, parts(network), price))
    found.update(_multipliers(fixed, spec, parts(network), price))
    found.update(_place(fixed, network, price.macs))
    factors = " ".join(f"{n}={f:.6g}" for n, f in zip(DIMENSIONS, point[1:], strict=True))
    found["line"] = f"baseline={point.baseline} preset={found['preset']} {factors}"
    return found


def _columns(fixed: Bench, stages: Sequence[Part], price: NetworkCost) -> Frame:
    """Boxes and bars, and the numbers under them, column by column."""
    found: Frame = {}
    sums = list(price.by_stage().values())
    macs, params = price.macs, price.params
    for i, (part, own) in enumerate(zip(stages, sums, strict=True)):
        found[f"outline{i}"], found[f"edges{i}"] = fixed.drawing.path(i, part)
        found[f"channels{i}"], found[f"blocks{i}"] = part.channels, part.blocks
        found[f"size{i}"] = part.size
        for name, share in (("macs", own.macs / macs), ("params", own.params / params)):
            found[f"{name}{i}"] = round(100 * share)
            found[f"{name}_bar{i}"] = _bar(share)
    return found


def _bar(share: float) -> int:
    return round((_BARS[1] - _BARS[0]) * min(1.0, share / _FULL))


def _multipliers(
    fixed: Bench, spec: NetworkSpec, stages: Sequence[Part], price: NetworkCost
) -> Frame:
    """Ideal beside actual, as `arch.multipliers` has them; here the price is known already."""
    base = fixed.spec
    width, depth = spec.width_mult / base.width_mult, spec.depth_mult / base.depth_mult
    resolution = spec.resolution / base.resolution
    channels, blocks = _totals(stages)
    base_channels, base_blocks = _totals(fixed.base_parts)
    return {
        "width": format_ratio(width),
        "depth": format_ratio(depth),
        "resolution": format_ratio(resolution),
        "ideal": format_ratio(depth * width**2 * resolution**2),
        "ideal_params": format_ratio(depth * width**2),
        "actual_width": format_ratio(channels / base_channels),
        "actual_depth": format_ratio(blocks / base_blocks),
        "actual": format_ratio(price.macs / fixed.base_cost.macs),
        "actual_params": format_ratio(price.params / fixed.base_cost.params),
        "channels": f"{channels:,}",
        "blocks": blocks,
        "pixels": spec.resolution,
        "macs": format_count(price.macs),
        "params": format_count(price.params),
    }


def _totals(stages: Sequence[Part]) -> tuple[int, int]:
    """Channels and blocks of the stages between stem and head."""
    inner = stages[1:-1]
    return sum(part.channels for part in inner), sum(part.blocks for part in inner)


def _place(fixed: Bench, network: ResolvedNetwork, macs: int) -> Frame:
    """Where the network stands among those whose accuracy is known."""
    axes, known = fixed.axes, fixed.known.get(_layers(network))
    x = axes.x(macs)
    if known is None:
        around = _neighbours(fixed.own, macs)
        preset, who, said = CUSTOM, "This network", f"you: {format_count(macs)} MACs"
        said += " →" if macs > axes.high else " ←" if macs < axes.low else ""
        where = f"{_between(around, macs)}; its own accuracy is not {fixed.measure}."
    else:
        around, preset, who = [], known.name, known.name
        said = f"{known.name}: {_percent(known)}"
        where = f"Its {fixed.measure} accuracy is {_percent(known)}{_seeds(known)}."
    rings = [(axes.x(mark.macs), axes.y(mark.accuracy), "visible") for mark in around]
    rings += [(x, axes.y(axes.bottom), "hidden")] * (2 - len(rings))
    found: Frame = {
        "preset": preset,
        "who": who,
        "where": where,
        "said": said,
        "x": f"{x:g}",
        # The words stay within the picture.
        "said_x": f"{min(max(x, _LEFT + 60), _RIGHT - 70):g}",
        "star": "hidden" if known is None else "visible",
        "star_y": f"{axes.y(known.accuracy if known else axes.bottom):g}",
    }
    for i, (ring_x, ring_y, seen) in enumerate(rings):
        found.update({f"ring{i}": seen, f"ring_x{i}": f"{ring_x:g}", f"ring_y{i}": f"{ring_y:g}"})
    return found


def _neighbours(own: Sequence[Landmark], macs: int) -> list[Landmark]:
    """Return the known networks of the lab next to some MACs: one below, one above."""
    cheaper = [landmark for landmark in own if landmark.macs <= macs][-1:]
    dearer = [landmark for landmark in own if landmark.macs > macs][:1]
    return cheaper + dearer


def _between(around: Sequence[Landmark], macs: int) -> str:
    names = [f"{landmark.name} ({_percent(landmark)})" for landmark in around]
    if len(names) == 2:
        return f"In MACs it stands between {names[0]} and {names[1]}"
    return f"In MACs it stands {'below' if macs < around[0].macs else 'beyond'} {names[0]}"


def _percent(landmark: Landmark) -> str:
    return f"{landmark.accuracy:.1f}%"


def _seeds(landmark: Landmark) -> str:
    if not landmark.seeds:
        return ""
    return ", one seed" if landmark.seeds == 1 else f", a mean over {landmark.seeds} seeds"


# ------------------------------------------------------------------ templates

_PLACE = re.compile(r"\{(\w+)\}")


def fill(template: str, values: Mapping[str, str | int]) -> str:
    """Put a frame's values into a template's places, as the browser does."""
    return _PLACE.sub(lambda match: html.escape(str(values[match[1]])), template)


def summary_template(fixed: Bench) -> str:
    """Return one sentence or two, the main numbers."""
    price = f"{{macs}} MACs, {{actual}} those of {fixed.title}; {{params}} parameters"
    return f"{{who}}: {price}. {{where}}"


def ledger_template(fixed: Bench) -> Table:
    """Return ideal beside actual, with places for cells."""
    return Table(
        f"Multiples of {fixed.title}: asked for, and after rounding",
        ("", "width", "depth", "resolution", "MACs", "parameters"),
        (
            (
                "ideal",
                "{width}",
                "{depth}",
                "{resolution}",
                "{ideal} (d·w²·r²)",
                "{ideal_params} (d·w²)",
            ),
            (
                "actual",
                "{actual_width}",
                "{actual_depth}",
                "{resolution}",
                "{actual}",
                "{actual_params}",
            ),
            (
                "in all",
                "{channels} channels",
                "{blocks} blocks",
                "{pixels} pixels",
                "{macs}",
                "{params}",
            ),
        ),
    )


def value_templates() -> dict[str, str]:
    """Return what stands beside the sliders: ideal and actual."""
    return {
        "width": "{width} → {actual_width}",
        "depth": "{depth} → {actual_depth}",
        "resolution": "{pixels} px, {resolution}",
    }


def svg_template(fixed: Bench) -> str:
    """Return the picture, with places for what a frame tells."""
    columns = range(len(fixed.middles))
    alt = (
        "Boxes, stage by stage, over the outlined baseline. "
        + "; ".join(
            f"{part.name}: {{channels{i}}} channels, {{blocks{i}}} deep, {{size{i}}} pixels, "
            f"{{macs{i}}}% of the MACs, {{params{i}}}% of the parameters"
            for i, part in enumerate(fixed.base_parts)
        )
        + f". Below, {len(fixed.landmarks)} {fixed.measure} accuracies against MACs. "
        + summary_template(fixed)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{alt}" preserveAspectRatio="xMinYMin" font-size="14" fill="currentColor" '
        'style="display: block; width: 100%; max-width: 800px; height: auto; '
        'font-variant-numeric: tabular-nums">'
        f'{_row_names()}<g transform="translate({_LEFT},{_BOXES[0]}) scale(0.5)" '
        f'fill="none" stroke-linejoin="round">{"".join(_boxes(fixed))}</g>'
        f"{''.join(_column_texts(fixed, i) for i in columns)}"
        f"{''.join(_column_bars(fixed, i) for i in columns)}{''.join(_plot(fixed))}</svg>"
    )


def _text(x: float, y: float, words: str, anchor: str = "middle", more: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"{more}>{words}</text>'


def _row_names() -> str:
    names = {
        "channels": ("width", "channels"),
        "blocks": ("depth", "blocks"),
        "size": ("resolution", "size, px"),
    }
    notes = ("dashed:", "the baseline", "box sides:", "square roots")
    rows = [_text(0, 18 + 17 * line, words, "start") for line, words in enumerate(notes)]
    rows.append(_text(0, _ROWS["stage"], "stage", "start"))
    for row, (dimension, words) in names.items():
        mark = f'<tspan fill="{style.FAMILIES[dimension].colour}">{MARKS[dimension]}</tspan>'
        rows.append(_text(0, _ROWS[row], f"{mark} {words}", "start"))
    for row, words in (("macs", "MACs, %"), ("params", "parameters, %")):
        y = _ROWS[row]
        rows.append(f'<rect x="1" y="{y - 9}" width="9" height="9" {_bar_look(row)}/>')
        rows.append(_text(15, y, words, "start"))
    return "".join(rows)


def _bar_look(row: str) -> str:
    fill_colour = style.PLAIN_BAR.tint if row == "macs" else "none"
    return f'fill="{fill_colour}" stroke="currentColor"'


def _boxes(fixed: Bench) -> Iterator[str]:
    for i, part in enumerate(fixed.base_parts):
        ghost, _ = fixed.drawing.path(i, part)
        # The ghost's dashes lie on the page's colour, so that they show on boxes and beside them.
        yield (
            f'<path d="{{outline{i}}}" fill="{style.PLAIN_BAR.tint}" '
            f'stroke="{style.PATTERN}" stroke-width="2.4"/>'
            f'<path d="{{edges{i}}}" stroke="{style.PATTERN}"/>'
            f'<path d="{ghost}" stroke="{_PAPER}" stroke-width="2"/>'
            f'<path d="{ghost}" stroke="currentColor" stroke-width="2" stroke-dasharray="6 4"/>'
        )


def _column_texts(fixed: Bench, i: int) -> str:
    x, name = fixed.middles[i], fixed.base_parts[i].name.removeprefix("stage ")
    rows = ("channels", "blocks", "size", "macs", "params")
    cells = (_text(x, _ROWS[row], f"{{{row}{i}}}") for row in rows)
    return _text(x, _ROWS["stage"], name, more=' font-weight="bold"') + "".join(cells)


def _column_bars(fixed: Bench, i: int) -> str:
    """Two bars that stand on one line, each with a tick at the baseline's share."""
    wide, x, line = 13, fixed.middles[i], _BARS[1]
    found = []
    whole, own = fixed.base_cost, list(fixed.base_cost.by_stage().values())[i]
    shares = {"macs": own.macs / whole.macs, "params": own.params / whole.params}
    for row, left in (("macs", x - wide - 1), ("params", x + 1)):
        ghost = line - _bar(shares[row])
        # Upside down, so that a height is all that changes.
        found.append(
            f'<rect transform="translate({left:g},{line}) scale(1,-1)" width="{wide}" '
            f'height="{{{row}_bar{i}}}" {_bar_look(row)}/>'
            f'<path d="M{left - 2:g} {ghost}h{wide + 4}" stroke="currentColor" '
            'stroke-width="1.2" stroke-dasharray="3 2"/>'
        )
    return "".join(found)


def _plot(fixed: Bench) -> Iterator[str]:
    axes, (top, bottom) = fixed.axes, _PLOT
    grid = f'stroke="currentColor" stroke-opacity="{style.GRID_ALPHA}"'
    for percent in _accuracy_ticks(axes):
        y = axes.y(percent)
        yield f'<path d="M{_LEFT} {y:g}H{_RIGHT}" {grid}/>'
        yield _text(_LEFT - 6, y + 4, str(percent), "end")
    for macs, words in zip(*style.macs_ticks(axes.low, axes.high), strict=True):
        x = axes.x(macs)
        yield f'<path d="M{x:g} {top}V{bottom}" {grid}/>{_text(x, bottom + 15, words)}'
    yield f'<path d="M{_LEFT} {bottom}H{_RIGHT}" stroke="currentColor"/>'
    what = "ImageNet" if fixed.measure == "published" else "CIFAR-10"
    for line, words in enumerate((what, "accuracy, %", f"({fixed.measure})")):
        yield _text(0, top + 24 + 16 * line, words, "start")
    yield _text(0, bottom + 15, "MACs", "start")
    yield from _lines(fixed)
    for landmark in fixed.landmarks:
        yield _marker(axes.x(landmark.macs), axes.y(landmark.accuracy), landmark.look)
    yield from _labels(fixed)
    yield from _you()


def _accuracy_ticks(axes: Axes) -> list[int]:
    step = next(s for s in (1, 2, 5, 10, 20) if (axes.top - axes.bottom) / s <= 6)
    first = math.ceil((axes.bottom + 0.2) / step) * step
    return list(range(first, math.floor(axes.top) + 1, step))


def _lines(fixed: Bench) -> Iterator[str]:
    """Join the networks of a family, from the baseline on; draw errors where there are seeds."""
    axes = fixed.axes
    families = list(dict.fromkeys(landmark.family for landmark in fixed.own))
    base = [landmark for landmark in fixed.own if landmark.family == "base"]
    for family in families:
        chain = [*base, *(mark for mark in fixed.own if mark.family == family and family != "base")]
        places = " ".join(f"{axes.x(mark.macs):g},{axes.y(mark.accuracy):g}" for mark in chain)
        colour = style.family_look(family).colour if family else style.PUBLISHED.colour
        yield f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
    for mark in fixed.own:
        if mark.error:
            x = axes.x(mark.macs)
            high, low = (axes.y(mark.accuracy + sign * mark.error) for sign in (1, -1))
            yield (
                f'<path d="M{x - 4:g} {high:g}h8m-4 0V{low:g}m-4 0h8" fill="none" '
                f'stroke="{mark.look.colour}" stroke-width="1.3"/>'
            )


def _marker(x: float, y: float, look: Look) -> str:
    face, rim = (_PAPER, look.colour) if look.hollow else (look.colour, _PAPER)
    shapes = {
        "s": "M-4-4h8v8h-8z",
        "^": "M0-5l5 9h-10z",
        "D": "M0-5l5 5l-5 5l-5-5z",
        "p": "M0-5l5 3.6l-2 5.6h-6l-2-5.6z",
    }
    where = f'transform="translate({x:g},{y:g})" fill="{face}" stroke="{rim}"'
    if look.marker in shapes:
        return f'<path d="{shapes[look.marker]}" {where}/>'
    return f'<circle r="4" {where} stroke-width="1.4"/>'


def _labels(fixed: Bench) -> Iterator[str]:
    axes = fixed.axes
    if fixed.measure == "published":
        for landmark in fixed.landmarks:
            x, y = axes.x(landmark.macs), axes.y(landmark.accuracy)
            if landmark.spec:
                yield _text(x - 3, y - 7, landmark.name, "end")
            elif landmark.name in _NAMED:
                yield _text(x + 8, y + 4, landmark.name, "start")
        return
    ends = {landmark.family: landmark for landmark in fixed.own}  # the dearest of each family
    heights = spread([-axes.y(mark.accuracy) for mark in ends.values()], 14)
    for landmark, height in zip(ends.values(), heights, strict=True):
        if landmark.family == "base":
            yield _text(axes.x(landmark.macs) - 9, axes.y(landmark.accuracy) + 4, "base", "end")
        else:
            yield _text(axes.x(landmark.macs) + 10, 4 - height, landmark.family, "start")


def _you() -> Iterator[str]:
    top, bottom = _PLOT
    points = [
        (9 * size * math.sin(turn * math.pi / 5), -9 * size * math.cos(turn * math.pi / 5))
        for turn, size in zip(range(10), (1.0, 0.42) * 5, strict=True)
    ]
    star = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    for i in (0, 1):
        yield (
            f'<circle cx="{{ring_x{i}}}" cy="{{ring_y{i}}}" r="7.5" visibility="{{ring{i}}}" '
            'fill="none" stroke="currentColor" stroke-width="1.4"/>'
        )
    yield (
        f'<g transform="translate({{x}},0)"><path d="M0 {top - 6}V{bottom}" '
        'stroke="currentColor" stroke-width="2"/></g>'
        f'<polygon points="{star}" transform="translate({{x}},{{star_y}})" '
        f'visibility="{{star}}" stroke="{_PAPER}"/>'
        f'<text x="{{said_x}}" y="{_SAID}" text-anchor="middle" font-weight="bold">{{said}}</text>'
    )
