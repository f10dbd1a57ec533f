"""Convolution costs: one layer, five numbers, and the same numbers of another layer beside them."""

import html
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..arch.convolution import Convolution, arithmetic_intensity, separable
from ..view import style
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
    state
        A line of text that the widget showed, to begin with.
    hide
        Names of controls that are not shown.

    Raises
    ------
    ValueError
        If the line or a name is not valid.
    """
    return Panel(DEFINITION, state, hide)


def render(state: State) -> View:
    """Price the layer of a state and the one beside it."""
    settled, note = _settled(state)
    this, other = _layers(settled), _beside(settled)
    rows = _rows(this, other)
    macs = rows[1]
    beside = other.short if settled["beside"] == _STANDARD else f"with {settled['beside']}"
    summary = (
        f"{_capital(this.short)}: {rows[0].written(rows[0].this)} parameters, "
        f"{macs.written(macs.this)} MACs. Beside it, {beside}: {macs.ratio} the MACs."
    )
    alt = f"Two bars for each number, for {this.name} and for {other.name}. " + "; ".join(
        f"{row.name}: {row.written(row.this)} and {row.written(row.other)} ({row.ratio})"
        for row in rows
    )
    values = {}
    if settled["kind"] == "depthwise":
        values["out_channels"] = f"{settled['out_channels']}, as the input"
    return View(
        _svg(this, other, rows, f"{alt}."),
        f"{alt}.",
        f"{note}{summary}",
        _ledger(this, other, rows),
        values,
        None if settled == state else settled,
    )


DEFINITION = Definition("conv-costs", "Convolution costs", CONTROLS, render)


# ------------------------------------------------------------------ state -> layers


def _settled(state: State) -> tuple[State, str]:
    """Return the nearest state that is a convolution, and what had to be changed."""
    kind, inputs, outputs = state["kind"], int(state["in_channels"]), int(state["out_channels"])
    if kind == "depthwise" and inputs != outputs:
        note = f"A depthwise layer has as many outputs as inputs: {inputs}, not {outputs}. "
        return {**state, "out_channels": inputs}, note
    wanted = _GROUPS.get(str(kind), 1)
    if inputs % wanted or outputs % wanted:
        # The most groups of those that there are which divide both.
        nearest = max(
            (
                name
                for name, groups in _GROUPS.items()
                if groups < wanted and not inputs % groups and not outputs % groups
            ),
            key=_GROUPS.__getitem__,
        )
        note = f"{wanted} groups do not divide {inputs} and {outputs} channels: {nearest} instead. "
        return {**state, "kind": nearest}, note
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


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# ------------------------------------------------------------------ numbers -> picture


def _svg(this: _Layers, other: _Layers, rows: Sequence[_Row], alt: str) -> str:
    tint = _LOOKS.get(this.kind, style.PLAIN_BAR).tint
    legend = "".join(
        f'<rect x="{_LEFT}" y="{y}" width="28" height="14" {_paint(fill)}/>'
        f'<text x="{_LEFT + 38}" y="{y + 12}">{html.escape(name)}</text>'
        for y, fill, name in ((2, tint, this.name), (24, "none", other.name))
    )
    bars = "".join(_bars(_TOP + _ROW * place, row, tint) for place, row in enumerate(rows))
    height = _TOP + _ROW * len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="{html.escape(alt)}" font-size="14" fill="currentColor" '
        'style="display: block; width: 100%; max-width: 860px; height: auto">'
        f"{legend}{bars}</svg>"
    )


def _bars(top: float, row: _Row, tint: str) -> str:
    """Draw one number: this layer's bar over the other's, the longer one at full length."""
    longest = max(row.this, row.other)
    lengths = [_LONGEST * value / longest for value in (row.this, row.other)]
    texts = (row.written(row.this), f"{row.written(row.other)} ({row.ratio})")
    drawn = f'<text x="{_LEFT - 12}" y="{top + _BAR + 5}" text-anchor="end">{row.name}</text>'
    for place, (length, text, fill) in enumerate(zip(lengths, texts, (tint, "none"), strict=True)):
        y, weight = top + place * (_BAR + 2), "normal" if place else "bold"
        drawn += (
            f'<rect x="{_LEFT}" y="{y}" width="{length:.1f}" height="{_BAR}" {_paint(fill)}/>'
            f'<text x="{_LEFT + length + 8:.1f}" y="{y + 14}" font-weight="{weight}">{text}</text>'
        )
    return drawn


def _paint(fill: str) -> str:
    """Fill this layer's bar; the other's is an outline, dashed."""
    dashes = ' stroke-dasharray="4 2"' if fill == "none" else ""
    return f'fill="{fill}" stroke="currentColor" stroke-width="1"{dashes}'
