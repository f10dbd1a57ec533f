"""The Scaling lab: scale a baseline in width, depth and resolution, and see what it becomes.

The browser fetches the frames of all positions of the sliders around the present one ahead of time,
so that a key press is a look-up (`scaling_lab.js`). Frames are made in `scaling_frames`.
"""

import html
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import traitlets

from ..arch import PAPER_COEFFICIENTS
from ..view import style
from ..view.tables import Table
from .panel import Choice, Controls, Definition, Panel, Slider, State, Toggle, View, asset
from .scaling_frames import (
    BASELINES,
    CUSTOM,
    DECIMALS,
    DIMENSIONS,
    FACTORS,
    MARKS,
    Point,
    bench,
    fill,
    frame,
    ledger_template,
    summary_template,
    svg_template,
    value_templates,
)

NAME = "scaling-lab"

PHIS = tuple(round(step / 10, 1) for step in range(71))

#: Frames in one answer to the browser, at most: what is asked meanwhile waits for so many.
MOST_FRAMES = 48


# ------------------------------------------------------------------ states


@cache
def controls() -> Controls:
    """Return the lab's controls."""
    presets = [name for baseline in BASELINES for name in bench(baseline).presets]
    labels = {"width": "Width", "depth": "Depth", "resolution": "Resolution"}
    return Controls(
        NAME,
        Choice("baseline", "Baseline", tuple(BASELINES), "B0"),
        Choice("preset", "Network", (CUSTOM, *presets), CUSTOM),
        *(Slider(name, labels[name], FACTORS[name], 1.0, free=True) for name in DIMENSIONS),
        Slider("phi", "φ", PHIS, 0.0),
        Toggle("linked", "φ sets all three", False),
    )


def phi_factors(phi: float) -> tuple[float, float, float]:
    """Return width, depth and resolution by the paper's coefficients."""
    ideal = PAPER_COEFFICIENTS.multipliers(phi)
    width, depth, resolution = (round(factor, DECIMALS) for factor in ideal[:3])
    return width, depth, resolution


def preset_home(preset: str) -> str:
    """Return the baseline that a preset is scaled from."""
    return next(name for name in BASELINES if preset in bench(name).presets)


def settle(state: State, changed: str = "") -> State:
    """Make the parts of a state agree.

    Parameters
    ----------
    state
        Valid values, which may contradict each other.
    changed
        The control that was moved; it wins. Without one, phi wins where it is linked; then
        factors, and a preset where all factors are 1.
    """
    found = dict(state)
    preset = str(state["preset"])
    if changed in DIMENSIONS or changed == "preset":
        found["linked"] = False
    elif changed == "phi":
        found["linked"] = True
    plain = all(state[name] == 1 for name in DIMENSIONS)
    chosen = changed == "preset" or (not changed and not found["linked"] and plain)
    factors = None
    if found["linked"]:
        factors = phi_factors(float(found["phi"]))
    elif chosen and preset != CUSTOM:
        found["baseline"] = preset_home(preset)
        factors = bench(str(found["baseline"])).presets[preset]
    if factors:
        found.update(zip(DIMENSIONS, factors, strict=True))
    found["preset"] = frame(point_of(found))["preset"]
    return found


def point_of(state: Mapping[str, Any]) -> Point:
    """Return what a state's frame is for."""
    return Point(str(state["baseline"]), *(float(state[name]) for name in DIMENSIONS))


def render(state: State) -> View:
    """Return what the lab shows for a state."""
    settled = settle(state)
    fixed, values = bench(str(settled["baseline"])), frame(point_of(settled))
    ledger = ledger_template(fixed)
    rows = tuple(tuple(fill(str(cell), values) for cell in row) for row in ledger.rows)
    beside = {name: fill(text, values) for name, text in value_templates().items()}
    if not settled["linked"]:
        beside["phi"] = "not linked"
    picture = fill(svg_template(fixed), values)
    alt = html.unescape(picture.partition('aria-label="')[2].partition('"')[0])
    summary = html.unescape(fill(summary_template(fixed), values))
    table = Table(ledger.caption, ledger.columns, rows)
    return View(picture, alt, summary, table, beside, settled)


# ------------------------------------------------------------------ the widget


@cache
def definition() -> Definition:
    """Describe the lab without a browser."""
    return Definition(NAME, "Scaling lab", controls(), render)


def scaling_lab(state: str = "", hide: Sequence[str] = ()) -> "ScalingLab":
    """Show a baseline, scaled: its boxes, its cost, and the known accuracies around it.

    Parameters
    ----------
    state
        A line of text that the widget showed, to begin with. A part of one will do, such as
        "scaling-lab: preset=B4" or "scaling-lab: baseline=CIFAR-base depth=2".
    hide
        Names of controls that are not shown: "baseline", "preset", "width", "depth",
        "resolution", "phi", "linked".

    Raises
    ------
    ValueError
        If the line or a name is not valid.
    """
    return ScalingLab(definition(), state, hide)


def _own_css() -> str:
    """Put marks before the labels of the sliders, and keep the picture from jumping."""
    looks = {
        **{name: style.FAMILIES[name] for name in DIMENSIONS},
        "phi": style.FAMILIES["compound"],
    }
    rules = [
        f'.effnet-scaling-lab label[for$="-{name}"]::before '
        f'{{ content: "{MARKS[name]} " / ""; color: {look.colour}; }}'
        for name, look in looks.items()
    ]
    # The summary has one line or two.
    rules.append(".effnet-scaling-lab .effnet-summary { min-height: 2.8em; }")
    return "\n".join(rules)


class ScalingLab(Panel):
    """The lab in the browser. It asks for frames by their points, and gets their values."""

    _esm = asset("panel.js") + "\n" + asset("scaling_lab.js")
    _css = asset("panel.css") + "\n" + _own_css()

    lab: Any = traitlets.Dict().tag(sync=True)

    def __init__(self, definition: Definition, state: str = "", hide: Sequence[str] = ()) -> None:
        super().__init__(definition, state, hide, lab=_lab())

    def answer(self, request: Mapping[str, Any]) -> None:
        """Send frames, or show a state as every panel does."""
        if "points" in request:
            self.send({"points": request["points"], "frames": frames(request["points"])})
            return
        if "changed" in request and "state" in request:
            state = self.definition.controls.check(request["state"])
            request = {**request, "state": settle(state, str(request["changed"]))}
        super().answer(request)

    def message(self, state: State, serial: int) -> dict[str, Any]:
        """Send the frame in place of the picture; the browser has the template."""
        content = super().message(state, serial)
        return {**content, "picture": "", "frame": list(frame(point_of(content["state"])).values())}


def frames(points: Sequence[Sequence[Any]]) -> list[list[str | int]]:
    """Return the values of the frames at some points, in the order of their names.

    Raises
    ------
    ValueError
        If there are too many, or a point is not one of the lab's.
    """
    if len(points) > MOST_FRAMES:
        raise ValueError(f"{len(points)} frames were asked for; {MOST_FRAMES} are the most")
    found = []
    for baseline, *factors in points:
        given = {"baseline": baseline, **dict(zip(DIMENSIONS, factors, strict=True))}
        found.append(list(frame(point_of(controls().check(given))).values()))
    return found


@cache
def _lab() -> dict[str, Any]:
    """Return what the browser gets once: templates, and the factors of presets and phi."""
    looks = {}
    for name in BASELINES:
        fixed = bench(name)
        looks[name] = {
            "names": list(frame(Point(name, 1.0, 1.0, 1.0))),
            "picture": svg_template(fixed),
            "summary": summary_template(fixed),
            "ledger": ledger_template(fixed)._repr_html_(),
            "values": value_templates(),
        }
    return {
        "name": NAME,
        "looks": looks,
        "phis": [[phi, *phi_factors(phi)] for phi in PHIS],
        "presets": {p: [n, *f] for n in BASELINES for p, f in bench(n).presets.items()},
        "factors": {name: list(values) for name, values in FACTORS.items()},
        "most": MOST_FRAMES,
    }
