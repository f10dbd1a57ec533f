"""Convolution costs: one layer, five numbers, and the same numbers of another layer beside them."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..arch.convolution import Convolution, arithmetic_intensity, separable
from ..view import style, svg
from ..view.style import format_count, format_ratio
from ..view.tables import Table
from .panel import Choice, Controls, Definition, Panel, Slider, State, View

#: Channel counts of EfficientNets and others; 3 are red, green and blue.
_CHANNELS = (
    3, 4, 8, 16, 24, 32, 40, 48, 64, 80, 96, 112, 128, 144, 192, 240, 256, 320, 480, 512, 672, 960,
    1024, 1152, 1280,
)  # fmt: skip

#: Kinds whose channels fall into a fixed number of groups.
_GROUPS = {"standard": 1, "2 groups": 2, "4 groups": 4, "8 groups": 8, "32 groups": 32}

_STANDARD, _SIZE, _CHANNELS_DOUBLED = "standard 3 × 3", "twice the size", "twice the channels"

CONTROLS = Controls(
    "conv-costs",
    Choice("kind", "Kind", (*_GROUPS, "depthwise", "separable"), "separable"),
    Slider("in_channels", "Input channels", _CHANNELS, 256),
    Slider("out_channels", "Output channels", _CHANNELS, 256),
    Slider("kernel", "Kernel", (1, 3, 5, 7), 3),
    Slider("size", "Picture size", (8, 14, 16, 28, 32, 56, 64, 112, 128, 224), 14, "pixels"),
    Slider("stride", "Stride", (1, 2), 1),
    Choice("beside", "Compare with", (_STANDARD, _SIZE, _CHANNELS_DOUBLED), _STANDARD),
)

#: How each kind is drawn: as the layer of EfficientNet that is of this kind.
_LOOKS = {
    "standard": style.KIND_LOOKS["stem"],
    "depthwise": style.KIND_LOOKS["depthwise"],
}

# The layout, in units of the view box.
_WIDTH, _TOP, _ROW, _BAR, _LEFT, _LONGEST = 720, 56, 54, 19, 124, 412


class _Layers(NamedTuple):
    """What one choice is made of, in order, and what to call it, in short and in full."""

    short: str
    name: str
    kind: str
    convolutions: tuple[Convolution, ...]

    def total(self, what: str) -> int:
        return sum(getattr(layer, what) for layer in self.convolutions)

    @property
    def intensity(self) -> float:
        return arithmetic_intensity(self.convolutions)


class _Row(NamedTuple):
    """One number of this layer and of the other, and how to count it."""

    name: str
    this: float
    other: float
    how: str

    @property
    def ratio(self) -> str:
        return format_ratio(self.other / self.this)

    @property
    def written(self) -> Callable[[float], str]:
        # A count is a whole number.
        return format_count if isinstance(self.this, int) else "{:.3g}".format


def conv_costs(state: str = "", hide: Sequence[str] = ()) -> Panel:
    """Show what a convolution costs, beside another one.

    Parameters
    ----------
    state, hide
        A line of text that the widget showed, to begin with; names of controls not to show.

    Raises
    ------
    ValueError
        If the line or a name is not valid.
    """
    return Panel(DEFINITION, state, hide)


def render(state: State) -> View:
    """Price the layer of a state and the one beside it."""
    this, other = _layers(state), _beside(state)
    rows = _rows(this, other)
    macs = rows[1]
    beside = other.short if state["beside"] == _STANDARD else f"with {state['beside']}"
    summary = (
        f"{style.capitalised(this.short)}: {rows[0].written(rows[0].this)} parameters, "
        f"{macs.written(macs.this)} MACs. Beside it, {beside}: {macs.ratio} the MACs."
    )
    numbers = (f"{r.name}: {r.written(r.this)} and {r.written(r.other)} ({r.ratio})" for r in rows)
    alt = f"Two bars for each number, for {this.name} and for {other.name}. {'; '.join(numbers)}."
    values = {}
    if state["kind"] == "depthwise":
        values["out_channels"] = f"{state['out_channels']}, as the input"
    picture = _picture(this, other, rows, alt)
    return View(picture, alt, summary, _ledger(this, other, rows), values)


# ------------------------------------------------------------------ state -> layers


def settle(state: State, changed: str = "") -> tuple[State, str]:
    """Return the nearest state that is a convolution, and what had to be changed."""
    kind, inputs, outputs = state["kind"], int(state["in_channels"]), int(state["out_channels"])
    if kind == "depthwise" and inputs != outputs:
        note = f"A depthwise layer has as many outputs as inputs: {inputs}, not {outputs}."
        return {**state, "out_channels": inputs}, note
    wanted = _GROUPS.get(str(kind), 1)
    if inputs % wanted or outputs % wanted:
        # The most groups of those that there are which divide both.
        fitting = [
            name
            for name, groups in _GROUPS.items()
            if groups < wanted and not inputs % groups and not outputs % groups
        ]
        note = (
            f"{wanted} groups do not divide {inputs} and {outputs} channels: {fitting[-1]} instead."
        )
        return {**state, "kind": fitting[-1]}, note
    return state, ""


def _layers(state: State) -> _Layers:
    kind, kernel = str(state["kind"]), int(state["kernel"])
    inputs, outputs = int(state["in_channels"]), int(state["out_channels"])
    size, stride = int(state["size"]), int(state["stride"])
    layers: tuple[Convolution, ...]
    if kind == "separable":
        layers = separable(inputs, outputs, kernel, size, stride)
    else:
        groups = inputs if kind == "depthwise" else _GROUPS[kind]
        layers = (Convolution(inputs, outputs, kernel, size, stride, groups),)
    short = f"{kind}{',' if kind.endswith('groups') else ''} {kernel} × {kernel}"
    strided = f", stride {stride}" if stride > 1 else ""
    name = f"{short}, {inputs} → {outputs} channels, {size} × {size} pixels{strided}"
    return _Layers(short, name, kind, layers)


def _beside(state: State) -> _Layers:
    """Return what the layer is compared with."""
    if state["beside"] == _STANDARD:
        return _layers({**state, "kind": "standard", "kernel": 3})
    names = ("size",) if state["beside"] == _SIZE else ("in_channels", "out_channels")
    return _layers({**state, **{name: 2 * int(state[name]) for name in names}})


# ------------------------------------------------------------------ layers -> numbers


def _rows(this: _Layers, other: _Layers) -> tuple[_Row, ...]:
    parts = this.convolutions
    weights = " + ".join(
        f"{c.kernel} × {c.kernel} × {c.in_channels // c.groups} × {c.out_channels}" for c in parts
    )
    pixels = f"{parts[-1].out_size} × {parts[-1].out_size}"
    outputs = " + ".join(str(c.out_channels) for c in parts)
    if len(parts) > 1:
        outputs = f"({outputs})"
    counted = (
        ("parameters", "params", f"kernel² × inputs of a group × outputs: {weights}"),
        ("MACs", "macs", f"parameters × output pixels: {this.total('params'):,} × {pixels}"),
        ("activations", "activations", f"outputs × output pixels: {outputs} × {pixels}"),
        ("bytes moved", "bytes_moved", "4 bytes × (input values + parameters + activations)"),
    )
    rows = [_Row(name, this.total(of), other.total(of), how) for name, of, how in counted]
    rows.append(_Row("FLOP per byte", this.intensity, other.intensity, "2 × MACs ÷ bytes moved"))
    return tuple(rows)


def _ledger(this: _Layers, other: _Layers, rows: Sequence[_Row]) -> Table:
    caption = f"This: {this.name}; beside it: {other.name}."
    if len(this.convolutions) > 1:
        caption += " Separable: a depthwise layer and a 1 × 1 layer, added up."
    return Table(
        caption,
        ("what", "this", "beside it", "beside it ÷ this", "how to count it"),
        tuple((row.name, row.this, row.other, row.ratio, row.how) for row in rows),
    )


# ------------------------------------------------------------------ numbers -> picture


def _picture(this: _Layers, other: _Layers, rows: Sequence[_Row], alt: str) -> str:
    tint = _LOOKS.get(this.kind, style.PLAIN_BAR).tint
    named = ((tint, this.name), ("none", other.name))
    entries = [(_bar(0, -12, 28, 14, fill), name) for fill, name in named]
    parts = [svg.legend(_LEFT, 14, entries, indent=38, step=22)]
    parts += (_bars(_TOP + _ROW * place, row, tint) for place, row in enumerate(rows))
    return svg.drawing(_WIDTH, _TOP + _ROW * len(rows), alt, "".join(parts))


def _bars(top: float, row: _Row, tint: str) -> str:
    """Draw one number: this layer's bar over the other's, the longer one at full length."""
    longest, below = max(row.this, row.other), top + _BAR + 2
    this, other = (_LONGEST * value / longest for value in (row.this, row.other))
    written = f"{row.written(row.other)} ({row.ratio})"
    return (
        svg.text(_LEFT - 12, top + _BAR + 5, row.name, "end")
        + _bar(_LEFT, top, this, _BAR, tint)
        + svg.text(_LEFT + this + 8, top + 14, row.written(row.this), **svg.BOLD)
        + _bar(_LEFT, below, other, _BAR, "none")
        + svg.text(_LEFT + other + 8, below + 14, written)
    )


def _bar(x: float, y: float, width: float, height: float, fill: str) -> str:
    """Fill this layer's bar; the other's is an outline, dashed."""
    return svg.box(x, y, width, height, fill, **_DASHED if fill == "none" else {})


_DASHED = {"stroke_dasharray": "4 2"}


DEFINITION = Definition("Convolution costs", CONTROLS, render, settle)
