"""What is shown for one network of the lab, priced, laid out and written for people.

A readout is a value for each place of its baseline's template; what shows it only puts them there.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ...arch import NetworkCost, NetworkSpec, ResolvedNetwork, cost, resolve, scaled
from ...view.network_drawing import Part, parts
from ...view.style import format_count, format_ratio
from ..panel import setting
from .bench import BARS, LEFT, RIGHT, Bench, Landmark, bench, layers_of

#: The preset of a network that is none of those whose accuracy is known.
CUSTOM = "custom"

#: The share of the whole that fills the height of the bars.
_FULL = 0.6

#: A value for each place of a template.
Readout = dict[str, str | int]


class Point(NamedTuple):
    """What a readout is of: a baseline and three factors of it."""

    baseline: str
    width: float
    depth: float
    resolution: float


@lru_cache(maxsize=4096)
def readout(point: Point) -> Readout:
    """Return everything that is shown for one network.

    Raises
    ------
    ValueError
        If there is no such baseline, or a factor is out of range.
    """
    fixed = bench(point.baseline)
    spec = scaled(fixed.spec, point.width, point.depth, point.resolution)
    network = resolve(spec)
    price, stages = cost(network), parts(network)
    place = _place(fixed, network, price.macs)
    state = {"baseline": point.baseline, "preset": place["preset"], **point._asdict()}
    return {
        **_columns(fixed, stages, price),
        **_multipliers(fixed, spec, stages, price),
        **place,
        "line": " ".join(setting(name, value) for name, value in state.items()),
    }


def _columns(fixed: Bench, stages: Sequence[Part], price: NetworkCost) -> Readout:
    """Boxes and bars, and the numbers under them, column by column."""
    found: Readout = {}
    sums = list(price.by_stage().values())
    macs, params = price.macs, price.params
    for i, (part, own) in enumerate(zip(stages, sums, strict=True)):
        found[f"outline{i}"], found[f"edges{i}"] = fixed.drawing.path(i, part)
        found[f"channels{i}"], found[f"blocks{i}"] = part.channels, part.blocks
        found[f"size{i}"] = part.size
        for name, share in (("macs", own.macs / macs), ("params", own.params / params)):
            found[f"{name}{i}"] = round(100 * share)
            found[f"{name}_bar{i}"] = bar_height(share)
    return found


def bar_height(share: float) -> int:
    """Return how high the bar of a stage is that has this share of the whole."""
    return round((BARS[1] - BARS[0]) * min(1.0, share / _FULL))


def _multipliers(
    fixed: Bench, spec: NetworkSpec, stages: Sequence[Part], price: NetworkCost
) -> Readout:
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


def _place(fixed: Bench, network: ResolvedNetwork, macs: int) -> Readout:
    """Where the network stands among those whose accuracy is known."""
    plot, known = fixed.plot, fixed.known.get(layers_of(network))
    x = plot.x(macs)
    if known is None:
        around = _neighbours(fixed.own, macs)
        preset, who, said = CUSTOM, "This network", f"you: {format_count(macs)} MACs"
        said += " →" if macs > plot.x.high else " ←" if macs < plot.x.low else ""
        where = f"{_between(around, macs)}; its own accuracy is not {fixed.measure}."
    else:
        around, preset, who = [], known.name, known.name
        said = f"{known.name}: {_percent(known)}"
        where = f"Its {fixed.measure} accuracy is {_percent(known)}{_seeds(known)}."
    rings = [(*plot.at(mark.macs, mark.accuracy), "visible") for mark in around]
    rings += [(x, plot.y.start, "hidden")] * (2 - len(rings))
    found: Readout = {
        "preset": preset,
        "who": who,
        "where": where,
        "said": said,
        "x": f"{x:g}",
        # The words stay within the picture.
        "said_x": f"{min(max(x, LEFT + 60), RIGHT - 70):g}",
        "star": "hidden" if known is None else "visible",
        "star_y": f"{plot.y(known.accuracy) if known else plot.y.start:g}",
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
