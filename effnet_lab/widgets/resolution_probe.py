"""What Lite0 says about one photograph at each resolution, and what asking costs."""

import base64
import html
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..arch import LITE0, cost
from ..view import style
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
    return Definition("resolution-probe", "Resolution probe", controls, render)


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
    state
        A line of text that the widget showed, to begin with.
    hide
        Names of controls that are not shown.

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
    picture = _svg(_photograph(pictures[side]), shares, best, side, f"{price}, {factor}", alt)
    return View(
        picture,
        alt,
        summary,
        _ledger(shares, side, price),
        {"resolution": f"{side} pixels, {price}"},
    )


def _ledger(shares: Mapping[str, float], side: int, price: str) -> Table:
    rows = tuple((name, format_percent(share)) for name, share in shares.items())
    return Table(f"Lite0 at {side} × {side} pixels, {price}", ("class", "probability"), rows)


def _photograph(picture: NDArray[np.uint8]) -> str:
    """Return the picture as an address that holds it. JPEG: a slider sends many."""
    buffer = io.BytesIO()
    Image.fromarray(picture.transpose(1, 2, 0)).save(buffer, "JPEG", quality=94, subsampling=0)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def _svg(
    photograph: str, shares: Mapping[str, float], best: str, side: int, price: str, alt: str
) -> str:
    step = _SIDE / len(shares)
    bars = "".join(
        _bar(_TOP + step * row, step, name, share, name == best)
        for row, (name, share) in enumerate(shares.items())
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_TOP + _SIDE + 8}" '
        f'role="img" aria-label="{html.escape(alt)}" font-size="14" fill="currentColor" '
        'style="display: block; width: 100%; max-width: 800px; height: auto">'
        f'<text x="0" y="20" font-weight="bold">{side} × {side} pixels</text>'
        f'<image x="0" y="{_TOP}" width="{_SIDE}" height="{_SIDE}" href="{photograph}" '
        'style="image-rendering: pixelated"/>'
        f'<text x="{_NAMES - 140}" y="20" font-weight="bold">{html.escape(price)}</text>'
        f"{bars}</svg>"
    )


def _bar(top: float, step: float, name: str, share: float, best: bool) -> str:
    """Draw one class: its name, a bar on a faint full length, and the percentage."""
    look, middle, weight = style.PLAIN_BAR, top + step / 2 + 5, "bold" if best else "normal"
    tint = "none" if name == _OTHERS else look.tint
    return (
        f'<text x="{_NAMES - 8}" y="{middle:.1f}" text-anchor="end" font-weight="{weight}">'
        f"{html.escape(name)}</text>"
        f'<rect x="{_NAMES}" y="{top + 4:.1f}" width="{_BAR}" height="{step - 8:.1f}" '
        f'fill="currentColor" fill-opacity="{style.GRID_ALPHA / 2:g}"/>'
        f'<rect x="{_NAMES}" y="{top + 4:.1f}" width="{_BAR * share:.1f}" '
        f'height="{step - 8:.1f}" fill="{tint}" stroke="currentColor" '
        f'stroke-width="{2 if best else 1}"/>'
        f'<text x="{_NAMES + _BAR + 8}" y="{middle:.1f}" font-weight="{weight}">'
        f"{format_percent(share)}</text>"
    )
