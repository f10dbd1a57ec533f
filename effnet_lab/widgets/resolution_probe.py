"""What Lite0 says about one photograph at each resolution, and what asking costs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ..arch import LITE0, cost
from ..view import style, svg
from ..view.style import format_count, format_percent, format_ratio
from ..view.tables import Table
from .panel import Controls, Definition, Panel, Slider, State, View

#: The resolutions of the lesson; multiples of 32, the network's overall stride.
RESOLUTIONS = tuple(range(96, 321, 32))

_OTHERS = "all other classes"

# The layout, in units of the view box: the photograph's side, then the bars.
_WIDTH, _SIDE, _TOP, _NAMES, _BAR = 720, 272, 34, 444, 200


def definition(
    pictures: Mapping[int, NDArray[np.uint8]], probabilities: Mapping[int, Mapping[str, float]]
) -> Definition:
    """Describe the widget for one photograph.

    Parameters
    ----------
    pictures
        Resolution -> picture `(3, resolution, resolution)`, from 0 to 255.
    probabilities
        For the same resolutions: class -> probability, from `nn.pretrained`. Classes that are
        not named share what is missing from 1.

    Raises
    ------
    ValueError
        If there are none, or the two do not belong together.
    """
    sides = sorted(pictures)
    if not sides or sides != sorted(probabilities):
        raise ValueError(
            f"pictures are for resolutions {sides}, probabilities for {sorted(probabilities)}; "
            "they must be the same, one at least"
        )
    for side in sides:
        if np.shape(pictures[side]) != (3, side, side):
            raise ValueError(
                f"the picture for {side} has shape {np.shape(pictures[side])}; "
                f"it must be (3, {side}, {side})"
            )
    usual = LITE0.resolution if LITE0.resolution in sides else sides[-1]
    slider = Slider("resolution", "Resolution", tuple(sides), usual, "pixels")
    controls = Controls("resolution-probe", slider)
    ranked = _ranked(probabilities)
    render = partial(_render, pictures, probabilities, ranked)
    return Definition("Resolution probe", controls, render)


def resolution_probe(
    pictures: Mapping[int, NDArray[np.uint8]],
    probabilities: Mapping[int, Mapping[str, float]],
    state: str = "",
    hide: Sequence[str] = (),
) -> Panel:
    """Show a photograph at each resolution, what Lite0 sees in it, and what that costs.

    Parameters
    ----------
    pictures, probabilities
        As `definition` takes them.
    state, hide
        A line of text that the widget showed, to begin with; names of controls not to show.

    Raises
    ------
    ValueError
        If pictures and probabilities do not belong together, or the line is not valid.
    """
    return Panel(definition(pictures, probabilities), state, hide)


def _ranked(probabilities: Mapping[int, Mapping[str, float]]) -> tuple[str, ...]:
    """Return the classes, those that are ever most probable first; so bars keep their places."""
    most: dict[str, float] = {}
    for row in probabilities.values():
        for name, value in row.items():
            most[name] = max(value, most.get(name, 0.0))
    return tuple(sorted(most, key=lambda name: -most[name]))


def _render(
    pictures: Mapping[int, NDArray[np.uint8]],
    probabilities: Mapping[int, Mapping[str, float]],
    ranked: Sequence[str],
    state: State,
) -> View:
    side = int(state["resolution"])
    named = {name: probabilities[side].get(name, 0.0) for name in ranked}
    best = max(named, key=lambda name: named[name])
    shares = {**named, _OTHERS: max(0.0, 1 - sum(named.values()))}
    macs = cost(replace(LITE0, resolution=side)).macs
    price = f"{format_count(macs)} MACs"
    factor = f"{format_ratio(macs / cost(LITE0).macs)} those at {LITE0.resolution}"
    said = ", ".join(f"{name} {format_percent(share)}" for name, share in shares.items())
    alt = f"The photograph at {side} × {side} pixels, and a bar for each class: {said}."
    summary = (
        f"At {side} × {side} pixels Lite0 finds {best} most probable of the classes named "
        f"({format_percent(named[best])}), for {price}, {factor}."
    )
    picture = _picture(pictures[side], shares, best, f"{price}, {factor}", alt)
    values = {"resolution": f"{side} pixels, {price}"}
    return View(picture, alt, summary, _ledger(shares, side, price), values)


def _ledger(shares: Mapping[str, float], side: int, price: str) -> Table:
    rows = tuple((name, format_percent(share)) for name, share in shares.items())
    return Table(f"Lite0 at {side} × {side} pixels, {price}", ("class", "probability"), rows)


def _picture(
    photograph: NDArray[np.uint8], shares: Mapping[str, float], best: str, price: str, alt: str
) -> str:
    step, side = _SIDE / len(shares), photograph.shape[-1]
    pixels = photograph.transpose(1, 2, 0)
    parts = [
        svg.text(0, 20, f"{side} × {side} pixels", **svg.BOLD),
        svg.image(0, _TOP, _SIDE, _SIDE, pixels, quality=94, subsampling=0),
        svg.text(_NAMES - 140, 20, price, **svg.BOLD),
        *(
            _bar(_TOP + step * row, step, name, share, name == best)
            for row, (name, share) in enumerate(shares.items())
        ),
    ]
    return svg.drawing(_WIDTH, _TOP + _SIDE + 8, alt, "".join(parts), most=800)


def _bar(top: float, step: float, name: str, share: float, best: bool) -> str:
    """Draw one class: its name, a bar on a faint full length, and the percentage."""
    middle, weight = top + step / 2 + 5, svg.BOLD if best else {}
    y, height = top + 4, step - 8
    tint = "none" if name == _OTHERS else style.PLAIN_BAR.tint
    return (
        svg.text(_NAMES - 8, middle, name, "end", **weight)
        + svg.rect(_NAMES, y, _BAR, height, fill_opacity=style.GRID_ALPHA / 2)
        + svg.box(_NAMES, y, _BAR * share, height, tint, stroke_width=2 if best else 1)
        + svg.text(_NAMES + _BAR + 8, middle, format_percent(share), **weight)
    )
