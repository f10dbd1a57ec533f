"""The widget: its controls, how they hang together, and the browser's stock of readouts.

The browser fetches the readouts of all positions of the sliders around the present one ahead of
time, so that a key press is a look-up (`lab.js`).
"""

import html
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import traitlets

from ...arch import PAPER_COEFFICIENTS
from ...view import style
from ...view.tables import Table
from ..live import asset
from ..panel import (
    SHELL,
    SHELL_CSS,
    Choice,
    Controls,
    Definition,
    Panel,
    Slider,
    State,
    Toggle,
    Value,
    View,
    setting,
)
from .bench import BASELINES, DECIMALS, DIMENSIONS, FACTORS, bench
from .readout import CUSTOM, Point, readout
from .template import (
    MARKS,
    alt_template,
    fill,
    ledger_template,
    summary_template,
    svg_template,
    value_templates,
)

NAME = "scaling-lab"

PHIS = tuple(round(step / 10, 1) for step in range(71))

#: What stands beside the slider of phi where it sets nothing.
UNLINKED = {"phi": "not linked"}

#: Readouts in one answer to the browser, at most: what is asked meanwhile waits for so many.
MOST_READOUTS = 48


# ------------------------------------------------------------------ states


@cache
def controls() -> Controls:
    """Return the lab's controls."""
    presets = [name for baseline in BASELINES for name in bench(baseline).presets]
    return Controls(
        NAME,
        Choice("baseline", "Baseline", tuple(BASELINES), "B0"),
        Choice("preset", "Network", (CUSTOM, *presets), CUSTOM),
        *(Slider(name, name.capitalize(), FACTORS[name], 1.0, free=True) for name in DIMENSIONS),
        Slider("phi", "φ", PHIS, 0.0),
        Toggle("linked", "φ sets all three", False),
    )


def phi_factors(phi: float) -> tuple[float, float, float]:
    """Return width, depth and resolution by the paper's coefficients."""
    ideal = PAPER_COEFFICIENTS.multipliers(phi)
    width, depth, resolution = (round(factor, DECIMALS) for factor in ideal[:3])
    return width, depth, resolution


class Move(NamedTuple):
    """What moving a control sets in others: always, and by the value that it is moved to."""

    always: State
    by_value: dict[Value, State]


@cache
def moves() -> dict[str, Move]:
    """Return what each control sets: all that ties them together, for Python and the browser."""
    presets: dict[Value, State] = {
        preset: {"baseline": name, **_named(factors)}
        for name in BASELINES
        for preset, factors in bench(name).presets.items()
    }
    phis: dict[Value, State] = {phi: _named(phi_factors(phi)) for phi in PHIS}
    return {
        **dict.fromkeys(DIMENSIONS, Move({"linked": False}, {})),
        "preset": Move({"linked": False}, presets),
        "phi": Move({"linked": True}, phis),
    }


def _named(factors: Sequence[float]) -> State:
    return dict(zip(DIMENSIONS, factors, strict=True))


def settle(state: State, changed: str = "") -> tuple[State, str]:
    """Make the parts of a state agree.

    The control that was moved wins. Without one, phi wins where it is linked; then factors, and a
    preset where all factors are 1.
    """
    plain = all(state[name] == 1 for name in DIMENSIONS)
    if state["linked"] and changed in ("", "linked"):
        changed = "phi"
    elif not changed and plain and state["preset"] != CUSTOM:
        changed = "preset"
    if changed in moves():
        always, by_value = moves()[changed]
        state = {**state, **always, **by_value.get(state[changed], {})}
    return {**state, "preset": readout(point_of(state))["preset"]}, ""


def point_of(state: Mapping[str, Any]) -> Point:
    """Return what a state's readout is of."""
    return Point(str(state["baseline"]), *(float(state[name]) for name in DIMENSIONS))


def render(state: State) -> View:
    """Return what the lab shows for a state."""
    fixed, values = bench(str(state["baseline"])), readout(point_of(state))
    ledger = ledger_template(fixed)
    rows = tuple(tuple(fill(str(cell), values) for cell in row) for row in ledger.rows)
    beside = {name: fill(text, values) for name, text in value_templates().items()}
    if not state["linked"]:
        beside.update(UNLINKED)
    alt, summary = (
        html.unescape(fill(text(fixed), values)) for text in (alt_template, summary_template)
    )
    table = Table(ledger.caption, ledger.columns, rows)
    return View(fill(svg_template(fixed), values), alt, summary, table, beside)


# ------------------------------------------------------------------ the widget


@cache
def definition() -> Definition:
    """Describe the lab without a browser."""
    return Definition("Scaling lab", controls(), render, settle)


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
    return ScalingLab(definition(), state, hide, lab=_lab())


def _own_css() -> str:
    """Put marks before the labels of the sliders, and keep the picture from jumping."""
    families = {**dict(zip(DIMENSIONS, DIMENSIONS, strict=True)), "phi": "compound"}
    rules = [
        f'.effnet-scaling-lab [data-control="{name}"]::before '
        f'{{ content: "{MARKS[name]} " / ""; color: {style.FAMILIES[family].colour}; }}'
        for name, family in families.items()
    ]
    # The summary has one line or two.
    rules.append(".effnet-scaling-lab .effnet-summary { min-height: 2.8em; }")
    return "\n".join(rules)


class ScalingLab(Panel):
    """The lab in the browser. It asks for readouts by their points, and gets their values."""

    _esm = SHELL + asset("scaling_lab/lab.js")
    _css = SHELL_CSS + _own_css()

    lab: Any = traitlets.Dict().tag(sync=True)

    def answer(self, request: Mapping[str, Any]) -> None:
        """Send readouts, or show a state as every panel does."""
        if "points" in request:
            points = request["points"]
            self.send({"points": points, "readouts": readouts(points)})
        else:
            super().answer(request)

    def message(
        self, state: Mapping[str, object], changed: str = "", serial: int = 0
    ) -> dict[str, Any]:
        """Send the readout in place of the picture; the browser has the template."""
        content = super().message(state, changed, serial)
        values = list(readout(point_of(content["state"])).values())
        return {**content, "picture": "", "readout": values}


def readouts(points: Sequence[Sequence[Any]]) -> list[list[str | int]]:
    """Return the values of the readouts at some points, in the order of their names.

    Raises
    ------
    ValueError
        If there are too many, or a point is not one of the lab's.
    """
    if len(points) > MOST_READOUTS:
        raise ValueError(f"{len(points)} readouts were asked for; {MOST_READOUTS} are the most")
    found = []
    for baseline, *factors in points:
        state = controls().check({"baseline": baseline, **_named(factors)})
        found.append(list(readout(point_of(state)).values()))
    return found


@cache
def _lab() -> dict[str, Any]:
    """Return what the browser gets once: templates, moves, and the words of what they set."""
    looks = {}
    for name in BASELINES:
        fixed = bench(name)
        looks[name] = {
            "names": list(readout(Point(name, 1.0, 1.0, 1.0))),
            "picture": svg_template(fixed),
            "summary": summary_template(fixed),
            "ledger": ledger_template(fixed)._repr_html_(),
            "values": value_templates(),
        }
    values: dict[str, Sequence[Value]] = {"phi": PHIS, "linked": (True, False)}
    return {
        "name": NAME,
        "looks": looks,
        "moves": {name: [move.always, [*move.by_value.items()]] for name, move in moves().items()},
        "factors": FACTORS,
        "words": {n: [(value, setting(n, value)) for value in v] for n, v in values.items()},
        "unlinked": UNLINKED,
        "most": MOST_READOUTS,
    }
