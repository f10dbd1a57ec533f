"""What single convolutions cost: beside each other, in bytes, and as a part of a network."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..._validate import require_int
from ...arch import NetworkCost, NetworkSpec, cost
from ...arch.convolution import BYTES, Convolution, arithmetic_intensity, separable
from ...arch.cost import cost_if_full
from ...arch.facts import COUNTS_B0
from .. import style
from ..picture import Cell, Picture, frame, text_size
from ..style import format_count, format_ratio
from ..tables import Table
from .drawing import DASHES, bar, name_lines, name_rows, set_ticks, side_by_side, write_beside

#: One convolution, or several that run one after another.
Layers = Convolution | Sequence[Convolution]


def _parts(layers: Layers) -> tuple[Convolution, ...]:
    return (layers,) if isinstance(layers, Convolution) else tuple(layers)


def _total(layers: Layers, what: str) -> int:
    return sum(getattr(layer, what) for layer in _parts(layers))


# ------------------------------------------------------------------ tables


def convolution_table(layers: Mapping[str, Layers], caption: str = "What each costs") -> Table:
    """Return what convolutions cost, for one picture.

    Parameters
    ----------
    layers
        Name -> a convolution, or several that run one after another and are added up.
    caption
        One sentence.

    Raises
    ------
    ValueError
        If there are none.
    """
    _require_some(layers)
    rows = tuple(
        (name, _shapes(of), _total(of, "params"), _total(of, "macs"), _total(of, "activations"))
        for name, of in layers.items()
    )
    columns = ("layer", "input → output", "parameters", "MACs", "activations")
    return Table(caption, columns, rows)


def _require_some(layers: Mapping[str, object]) -> None:
    if not layers:
        raise ValueError("layers is empty; it must hold at least one convolution")


def _shapes(layers: Layers) -> str:
    first, *_, last = (*_parts(layers), *_parts(layers))
    return (
        f"{first.in_channels} × {first.size} × {first.size} → "
        f"{last.out_channels} × {last.out_size} × {last.out_size}"
    )


def counts_table(measured: Mapping[str, tuple[int, str]] | None = None) -> Table:
    """Return what others print for B0 at its resolution, and what they count.

    Parameters
    ----------
    measured
        Name -> a count made here, and what was counted; rows below the others'.

    Notes
    -----
    Source: `arch.facts.COUNTS_B0`.
    """
    rows: list[tuple[Cell, ...]] = [(row.who, row.printed, row.counts) for row in COUNTS_B0]
    for name, (count, what) in (measured or {}).items():
        rows.append((name, f"{count / 1e9:.4f}", what))
    return Table(
        "B0, one picture, in units of 10⁹", ("who", "prints", "what is counted"), tuple(rows)
    )


def memory_table(spec: NetworkSpec, batch: int = 64) -> Table:
    """Return the memory that a network's numbers need at least, in fp32.

    Parameters
    ----------
    spec
        The network.
    batch
        Pictures in one training step.

    Raises
    ------
    ValueError
        If `batch` is not from 1 to 65,536.
    """
    require_int("batch", batch, 1, 65_536)
    price = cost(spec)
    widest = max(layer.in_channels * layer.in_size**2 + layer.activations for layer in price.layers)
    rows = (
        ("parameters", "always", price.params),
        ("input and output of the layer that has most", "to recognise one picture", widest),
        ("outputs of all convolutions", "to train on one picture", price.activations),
        ("outputs of all convolutions", f"to train on {batch} pictures", batch * price.activations),
    )
    return Table(
        f"{spec.name} at {spec.resolution} pixels: numbers to keep at least, 4 bytes each",
        ("what", "when", "numbers", "MB"),
        tuple((what, when, n, round(BYTES * n / 1e6, 1)) for what, when, n in rows),
    )


# ------------------------------------------------------------------ separable


def separable_saving(
    kernels: Sequence[int] = (3, 5), channels: Sequence[int] = (4, 8, 16, 32, 64, 128, 256, 512)
) -> Picture:
    """Draw the MACs of separable convolutions as shares of those of standard ones.

    Parameters
    ----------
    kernels
        Sides of kernels; a line for each.
    channels
        Output channels, ascending; at least two.

    Raises
    ------
    ValueError
        If there are too few of either, or a value is no convolution's.
    """
    if not kernels or len(channels) < 2 or list(channels) != sorted(set(channels)):
        raise ValueError(
            f"kernels is {tuple(kernels)} and channels {tuple(channels)}; there must be at least "
            "one kernel, and two channel counts, ascending"
        )
    lines = {kernel: [_share(kernel, outputs) for outputs in channels] for kernel in kernels}
    first = kernels[0]
    title = (
        f"Separable {first} × {first} with {channels[-1]} outputs: "
        f"{lines[first][-1]:.1%} of the standard layer's MACs"
    )
    caption = "Dashed: 1 / kernel², what is left with very many output channels"
    with style.rc():
        figure, box = frame(title, caption, left=0.78, right=1.35, bottom=0.56, height=4.2)
        _draw_saving(figure.add_axes(box), lines, channels)
    columns = ("kernel", "output channels", "share of the standard MACs (%)", "1 / kernel² (%)")
    rows = tuple(
        (f"{kernel} × {kernel}", outputs, round(100 * share, 2), round(100 / kernel**2, 2))
        for kernel, shares in lines.items()
        for outputs, share in zip(channels, shares, strict=True)
    )
    words = "; ".join(
        f"{kernel} × {kernel}: from {shares[0]:.1%} with {channels[0]} outputs to {shares[-1]:.1%}"
        for kernel, shares in lines.items()
    )
    return Picture(figure, f"{title}. {words}. {caption}.", columns, rows)


def _share(kernel: int, outputs: int) -> float:
    """Return the share; it is the same for any number of inputs and pixels."""
    return (
        _total(separable(8, outputs, kernel, 7), "macs") / Convolution(8, outputs, kernel, 7).macs
    )


def _draw_saving(axes: Axes, lines: Mapping[int, Sequence[float]], channels: Sequence[int]) -> None:
    axes.set_xscale("log", base=2)
    for place, (kernel, shares) in enumerate(lines.items()):
        # No meaning by colour: lines are told apart by marker and name.
        look = style.Look(style.INK, ("o", "s", "^", "D")[place % 4], 6.5)
        percents = [100 * share for share in shares]
        name = f"{kernel} × {kernel}: {shares[-1]:.1%}"
        axes.plot(channels, percents, label=name, color=style.INK, **look.marker_style)
        axes.axhline(100 / kernel**2, color=style.INK, lw=style.THIN, ls=DASHES, alpha=0.6)
    set_ticks(axes.xaxis, channels, [str(n) for n in channels])
    axes.set_ylim(0, 1.08 * max(100 * share for shares in lines.values() for share in shares))
    axes.set_xlabel("output channels")
    axes.set_ylabel("share of the MACs (%)")
    name_lines(axes)


# ------------------------------------------------------------------ arithmetic intensity


def intensity_bars(layers: Mapping[str, Layers], title: str | None = None) -> Picture:
    """Draw how many operations layers do for each byte that they move.

    Parameters
    ----------
    layers
        Name -> a convolution, or several that run one after another.
    title
        By default the least and the most.

    Raises
    ------
    ValueError
        If there are none.
    """
    _require_some(layers)
    values = {name: arithmetic_intensity(_parts(of)) for name, of in layers.items()}
    low, high = (pick(values, key=values.__getitem__) for pick in (min, max))
    title = title or (
        f"FLOP per byte: from {values[low]:.1f} ({low}) to {values[high]:.1f} ({high})"
    )
    caption = (
        "FLOP (two for each MAC) per byte, in fp32, one picture; input, weights and output moved "
        "once each. The axis is logarithmic"
    )
    with style.rc():
        height = 1.75 + 0.4 * len(layers)
        probe = Figure()
        names = [text_size(probe, name, {"size": style.SMALL})[0] for name in values]
        left = min(3.5, max(names) / probe.dpi + 0.3)
        figure, box = frame(title, caption, left=left, right=0.3, bottom=0.56, height=height)
        _draw_intensity(figure.add_axes(box), values)
    rows = tuple(
        (name, _total(of, "macs"), _total(of, "bytes_moved"), round(values[name], 2))
        for name, of in layers.items()
    )
    words = "; ".join(f"{name}: {value:.1f}" for name, value in values.items())
    columns = ("layer", "MACs", "bytes moved", "FLOP per byte")
    return Picture(figure, f"{title}. {words}. {caption}.", columns, rows)


def _draw_intensity(axes: Axes, values: Mapping[str, float]) -> None:
    axes.set_xscale("log")
    start = min(0.1, min(values.values()) / 2)
    for row, value in enumerate(values.values()):
        bar(axes, row, value - start, style.PLAIN_BAR, start=start)
        write_beside(axes, f"{value:.1f}", value, row)
    most = max(values.values())
    axes.set_xlim(start, 4 * most)
    name_rows(axes, list(values))
    ticks = [t for t in (0.1, 1, 10, 100, 1000, 10_000) if start <= t <= 4 * most]
    set_ticks(axes.xaxis, ticks, [f"{t:g}" for t in ticks])
    axes.set_xlabel("FLOP per byte")


# ------------------------------------------------------------------ full instead of depthwise


def depthwise_and_full(spec: NetworkSpec) -> Picture:
    """Draw a network's price beside its price with full convolutions in place of depthwise ones.

    Parameters
    ----------
    spec
        The network.
    """
    before, after = cost(spec), cost_if_full(spec)
    title = (
        f"{spec.name} with full convolutions: {format_ratio(after.params / before.params)} "
        f"the parameters and {format_ratio(after.macs / before.macs)} the MACs"
    )
    caption = (
        f"{spec.name} at {spec.resolution} pixels. Dotted: the convolutions in the middle of the "
        "blocks, depthwise or full; plain: all other layers"
    )
    prices = {"depthwise": before, "full": after}
    with style.rc():
        figure, box = frame(title, caption, left=1.05, right=0.2, bottom=0.5, height=2.7)
        left, right = side_by_side(figure, box, 2, 0.04 * box[2])
        for axes, of, what in ((left, "params", "parameters"), (right, "macs", "MACs")):
            _draw_replaced(axes, [_split(price, of) for price in prices.values()])
            name_rows(axes, list(prices) if axes is left else ["", ""])
            axes.set_xlabel(what)
    rows = tuple(
        (name, price.params, price.macs, round(100 * _split(price, "macs")[0] / price.macs, 1))
        for name, price in prices.items()
    )
    words = "; ".join(
        f"{name}: {params:,} parameters, {macs:,} MACs, {share}% of them in these convolutions"
        for name, params, macs, share in rows
    )
    columns = ("convolutions", "parameters", "MACs", "of these MACs in such convolutions (%)")
    return Picture(figure, f"{title}. {words}. {caption}.", columns, rows)


def _split(price: NetworkCost, of: str) -> tuple[int, int]:
    """Return what the convolutions in the middle of blocks cost, and all other layers."""
    middle: int = getattr(price.by_kind()["depthwise"], of)
    return middle, getattr(price, of) - middle


def _draw_replaced(axes: Axes, splits: Sequence[tuple[int, int]]) -> None:
    look = style.KIND_LOOKS["depthwise"]
    for row, (middle, rest) in enumerate(splits):
        bar(axes, row, rest, style.PLAIN_BAR)
        bar(axes, row, middle, look, start=rest)
        write_beside(axes, format_count(middle + rest), middle + rest, row)
    axes.set_xlim(0, 1.3 * max(map(sum, splits)))
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: format_count(x, short=True)))
