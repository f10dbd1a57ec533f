"""A kernel steps over a small picture: every multiply-accumulate of every step spelt out."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from ..arch.convolution import Convolution
from ..view import style, svg
from ..view.tables import Table
from .panel import Choice, Controls, Definition, Panel, Slider, State, View

Grid = tuple[tuple[int, ...], ...]

#: Row and column.
_Place = tuple[int, int]

#: The input picture: a channel each.
PICTURE: tuple[Grid, ...] = (
    ((1, 0, 2, 1, 0), (3, 1, 0, 2, 1), (0, 2, 4, 1, 0), (1, 3, 1, 0, 2), (2, 0, 1, 3, 1)),
    ((0, 1, 1, 0, 2), (2, 0, 3, 1, 0), (1, 1, 0, 2, 3), (0, 2, 1, 1, 0), (3, 0, 2, 0, 1)),
)

#: Side and channels of the picture, and outputs of kinds that mix channels.
SIDE, INPUTS, OUTPUTS = 5, 2, 3

#: Kinds, with the tint of the layer of EfficientNet that is of this kind.
_LOOKS = {
    "standard": style.KIND_LOOKS["stem"],
    "depthwise": style.KIND_LOOKS["depthwise"],
    "pointwise": style.KIND_LOOKS["expand"],
}

CONTROLS = Controls(
    "kernel-steps",
    Slider("position", "Position", tuple(range(1, SIDE**2 * OUTPUTS + 1)), 13),
    Choice("kind", "Kind", tuple(_LOOKS), "standard"),
    Slider("kernel", "Kernel", (1, 3, 5), 3),
    Slider("stride", "Stride", (1, 2), 1),
)


class _Step(NamedTuple):
    """One position: the output value that is computed, and from what."""

    layer: Convolution
    position: int
    output: int
    row: int
    column: int
    channels: tuple[int, ...]

    @property
    def total(self) -> int:
        return self.layer.activations

    @property
    def macs(self) -> int:
        """MACs of one position."""
        return self.layer.kernel**2 * len(self.channels)

    @property
    def corner(self) -> tuple[int, int]:
        """Row and column of the window's first value; negative in the rim of zeros."""
        pad = self.layer.kernel // 2
        return self.row * self.layer.stride - pad, self.column * self.layer.stride - pad


def kernel_steps(state: str = "", hide: Sequence[str] = ()) -> Panel:
    """Let a kernel step over a small picture, one output value at a time.

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
    """Draw one position and spell out its arithmetic."""
    kind, step = str(state["kind"]), _step(state)
    value = output_values(step.layer)[step.output][step.row][step.column]
    done = step.position * step.macs
    place = f"output {step.output + 1}, row {step.row + 1}, column {step.column + 1}"
    summary = (
        f"{style.capitalised(place)}: {step.macs} MACs give {_signed(value)}. "
        f"So far {done:,} of {step.layer.macs:,} MACs, {step.position} of {step.total} values."
    )
    alt = f"A {kind} {_square(step.layer.kernel)} kernel at {place}. {_words(step)}"
    values = {"position": f"{step.position} of {step.total}"}
    if kind == "pointwise":
        values["kernel"] = "1 (pointwise)"
    return View(_picture(step, _LOOKS[kind].tint, alt), alt, summary, _ledger(step), values)


# ------------------------------------------------------------------ arithmetic


def weight(output: int, channel: int, row: int, column: int) -> int:
    """Return one weight of the widget's kernels: a small number from -1 to 2."""
    return (7 * output + 6 * channel + row + 3 * column + 2 * row * column) % 4 - 1


@cache
def output_values(layer: Convolution) -> tuple[Grid, ...]:
    """Convolve `PICTURE`, with zeros around it; a grid for each output channel."""
    places = range(layer.out_size)
    return tuple(
        tuple(
            tuple(sum(_sums(_at(layer, output, row, column))) for column in places)
            for row in places
        )
        for output in range(layer.out_channels)
    )


def _products(step: _Step) -> dict[int, list[tuple[int, int]]]:
    """Return the pairs (value, weight) of a position, for each channel that is used."""
    (top, left), side = step.corner, range(step.layer.kernel)
    places = [(row, column) for row in side for column in side]
    return {
        channel: [
            (_value(channel, top + row, left + column), weight(step.output, channel, row, column))
            for row, column in places
        ]
        for channel in step.channels
    }


def _sums(step: _Step) -> list[int]:
    """Add up the products of each channel."""
    return [sum(x * w for x, w in pairs) for pairs in _products(step).values()]


def _value(channel: int, row: int, column: int) -> int:
    inside = 0 <= row < SIDE and 0 <= column < SIDE
    return PICTURE[channel][row][column] if inside else 0


def settle(state: State, changed: str = "") -> tuple[State, str]:
    """Return the nearest state that there is: 1 × 1 if pointwise, the last position at most."""
    kernel = 1 if state["kind"] == "pointwise" else state["kernel"]
    last = _layer({**state, "kernel": kernel}).activations
    return {**state, "kernel": kernel, "position": min(int(state["position"]), last)}, ""


def _layer(state: State) -> Convolution:
    kernel, stride = int(state["kernel"]), int(state["stride"])
    if state["kind"] == "depthwise":
        return Convolution(INPUTS, INPUTS, kernel, SIDE, stride, groups=INPUTS)
    return Convolution(INPUTS, OUTPUTS, kernel, SIDE, stride)


def _step(state: State) -> _Step:
    """Find a position: one output picture after the other, row by row."""
    layer, position = _layer(state), int(state["position"])
    output, place = divmod(position - 1, layer.out_size**2)
    step = _at(layer, output, *divmod(place, layer.out_size))
    return step._replace(position=position)


def _at(layer: Convolution, output: int, row: int, column: int) -> _Step:
    channels = (output,) if layer.groups > 1 else tuple(range(INPUTS))
    return _Step(layer, 0, output, row, column, channels)


# ------------------------------------------------------------------ words


def _words(step: _Step) -> str:
    """Say the sums of the channels, and the sum of these."""
    sums = _sums(step)
    parts = [
        f"input {channel + 1}: {' '.join(_terms(pairs))} = {total}"
        for (channel, pairs), total in zip(_products(step).items(), sums, strict=True)
    ]
    end = f"; {_sum(sums)}" if len(sums) > 1 else ""
    return f"{style.capitalised('; '.join(parts))}{end}."


def _sum(sums: Sequence[int]) -> str:
    """Write such as 4 − 1 = 3."""
    text = "".join(f" {'−' if n < 0 else '+'} {abs(n)}" for n in sums[1:])
    return f"{_signed(sums[0])}{text} = {_signed(sum(sums))}"


def _terms(pairs: Sequence[tuple[int, int]]) -> list[str]:
    """Write each product with its sign: 2·1, + 0·2, − 3·1."""
    return [
        f"{'' if not place and w >= 0 else '−' if w < 0 else '+'}{' ' if place else ''}{x}·{abs(w)}"
        for place, (x, w) in enumerate(pairs)
    ]


def _signed(number: int) -> str:
    return f"−{-number}" if number < 0 else str(number)


def _square(side: int) -> str:
    return f"{side} × {side}"


def _ledger(step: _Step) -> Table:
    layer = step.layer
    seen = f"{len(step.channels)} input channel{'s' if len(step.channels) > 1 else ''}"
    kernel = _square(layer.kernel)
    size = f"{layer.out_channels} outputs × {_square(layer.out_size)}"
    return Table(
        "Counts. A multiplication by a zero of the rim counts like any other.",
        ("what", "number", "how to count it"),
        (
            ("MACs of one position", step.macs, f"kernel {kernel} × {seen}"),
            ("positions, one output value each", step.total, size),
            ("MACs so far", step.position * step.macs, f"{step.macs} × {step.position} positions"),
            ("MACs in all", layer.macs, f"{step.macs} × {step.total} positions"),
            ("weights", layer.params, f"{step.macs} × {layer.out_channels} outputs"),
        ),
    )


# ------------------------------------------------------------------ picture

# The layout, in units of the view box: cells, and the left edges of the columns.
_WIDTH, _CELL, _TOP = 720, 20, 26
_RIM = 2 * _CELL  # of the widest kernel
_BAND = SIDE * _CELL + 2 * _RIM  # height of one input channel with its rim
_HEIGHT = _TOP + INPUTS * _BAND + 2
_INPUT_X, _WEIGHTS_X, _TERMS_X, _OUT_X = _RIM + 2, 202, 320, 606
_OUT_STEP = SIDE * _CELL + 18
_INSIDE = {(row, column) for row in range(SIDE) for column in range(SIDE)}


def _picture(step: _Step, tint: str, alt: str) -> str:
    heads = {_INPUT_X: "input", _WEIGHTS_X: "weights", _TERMS_X: "products", _OUT_X: "output"}
    drawn = [svg.text(x, 16, name, **svg.BOLD) for x, name in heads.items()]
    for channel in range(INPUTS):
        used = channel in step.channels
        part = _input(step, channel, tint)
        if used:
            part += _weights(step, channel, tint) + _arithmetic(step, channel)
        drawn.append(svg.element("g", part, opacity=1 if used else 0.4))
    drawn.append(_end(step))
    drawn += (_output(step, output, tint) for output in range(step.layer.out_channels))
    return svg.drawing(_WIDTH, _HEIGHT, alt, "".join(drawn))


def _input(step: _Step, channel: int, tint: str) -> str:
    """Draw a channel; where it is used, the window over it and the zeros that it covers."""
    x, y = _INPUT_X, _TOP + channel * _BAND + _RIM
    top, left = step.corner
    side = range(step.layer.kernel if channel in step.channels else 0)
    window = {(top + row, left + column) for row in side for column in side}
    # Under the rim of zeros there is no place for the channel's number.
    name = "" if (0, -1) in window else svg.text(x - 8, y + 15, str(channel + 1), "end")
    values = {place: _value(channel, *place) for place in sorted(_INSIDE | window)}
    drawn = name + _cells(x, y, values, window, tint)
    return drawn + (_outline(x, y, top, left, len(side)) if side else "")


def _weights(step: _Step, channel: int, tint: str) -> str:
    side = range(step.layer.kernel)
    values = {
        (row, column): weight(step.output, channel, row, column) for row in side for column in side
    }
    return _cells(_WEIGHTS_X, _middle(channel) - len(side) * _CELL / 2, values, values, tint)


def _arithmetic(step: _Step, channel: int) -> str:
    """Write the products row by row as in the kernel, and what they sum to."""
    kernel = step.layer.kernel
    pairs = _products(step)[channel]
    terms = _terms(pairs)
    lines = [" ".join(terms[start : start + kernel]) for start in range(0, len(terms), kernel)]
    lines[-1] += f" = {_signed(sum(x * w for x, w in pairs))}"
    y = _middle(channel) - len(lines) * _CELL / 2 + 15
    return "".join(svg.text(_TERMS_X, y + place * _CELL, line) for place, line in enumerate(lines))


def _end(step: _Step) -> str:
    """Write the sum over channels between them."""
    sums = _sums(step)
    if len(sums) == 1:
        return ""
    return svg.text(_TERMS_X, _TOP + _BAND + 5, f"together {_sum(sums)}", **svg.BOLD)


def _output(step: _Step, output: int, tint: str) -> str:
    """Draw an output picture as far as it is computed."""
    x, y = _OUT_X, _TOP + output * _OUT_STEP
    here, side = (step.output, step.row, step.column), range(step.layer.out_size)
    computed = output_values(step.layer)[output]
    values = {
        (row, column): computed[row][column] if (output, row, column) <= here else None
        for row in side
        for column in side
    }
    name, now = svg.text(x - 8, y + 15, str(output + 1), "end"), here[1:]
    if output != step.output:
        return name + _cells(x, y, values, (), tint)
    return name + _cells(x, y, values, (now,), tint) + _outline(x, y, *now, 1)


def _middle(channel: int) -> float:
    return _TOP + (channel + 0.5) * _BAND


def _cells(
    x: float, y: float, values: Mapping[_Place, int | None], tinted: Collection[_Place], tint: str
) -> str:
    """Draw values in boxes by row and column; on a tint, which is light in both themes, dark."""
    boxes, words = [], []
    for (row, column), value in values.items():
        left, top = x + column * _CELL, y + row * _CELL
        look = {} if (row, column) in _INSIDE else {"stroke_dasharray": "2 2"}
        ink = {}
        if (row, column) in tinted:
            look["fill"], ink["fill"] = tint, style.PATTERN
        boxes.append(svg.rect(left, top, _CELL, _CELL, **look))
        if value is not None:
            words.append(svg.text(left + _CELL / 2, top + 14.5, _signed(value), **ink))
    lines = {"fill": "none", "stroke": "currentColor", "stroke_opacity": 0.5}
    return svg.element("g", "".join(boxes), **lines) + svg.element(
        "g", "".join(words), text_anchor="middle"
    )


def _outline(x: float, y: float, row: int, column: int, cells: int) -> str:
    side = cells * _CELL
    return svg.box(x + column * _CELL, y + row * _CELL, side, side, stroke_width=2.5)


DEFINITION = Definition("Kernel steps", CONTROLS, render, settle)
