"""An MBConv block under one's hands: its drawing, its ledger, and feature maps of a photograph."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ...arch.block import BlockSetting, single_block
from ...blocks.trial import BlockClass
from ...view import style, svg
from ...view.diagrams import COLUMN, block_alt, block_diagram, no_skip_reason
from ...view.ledger import block_ledger
from ...view.style import format_count
from ..panel import Controls, Definition, Panel, Slider, State, Toggle, View
from .features import BlockMaps, maps_of, photograph_features

#: Channels of the block's input, and of its output where it shall not be the same.
IN_CHANNELS, OTHER_CHANNELS = 16, 24

#: Maps of a step, in so many columns, and the side of each in units of the drawing.
MAPS, _ACROSS, _SIDE = 6, 2, 56
_PITCH = _SIDE + 4

#: Where maps begin in the column of their step.
_INDENT = (COLUMN - _ACROSS * _SIDE) / 2

CONTROLS = Controls(
    "mbconv-explorer",
    Slider("expand", "Expand ratio", (1, 2, 3, 4, 6, 8), 6),
    Slider("kernel", "Kernel", (3, 5, 7), 3),
    Slider("stride", "Stride", (1, 2), 1),
    Toggle("se", "Squeeze-excite", True),
    Toggle("skip", f"As many channels out as in ({IN_CHANNELS})", True),
)


def setting_of(state: State) -> BlockSetting:
    """Return the block that a state of the widget stands for."""
    return BlockSetting(
        IN_CHANNELS,
        IN_CHANNELS if state["skip"] else OTHER_CHANNELS,
        int(state["expand"]),
        int(state["kernel"]),
        int(state["stride"]),
        0.25 if state["se"] else 0.0,
    )


def definition(source: Callable[[BlockSetting], BlockMaps], size: int) -> Definition:
    """Describe the widget.

    Parameters
    ----------
    source
        Gives the feature maps of a block; called once for each picture.
    size
        Side of the block's input, in pixels.
    """
    return Definition("MBConv explorer", CONTROLS, partial(_render, source, size))


def mbconv_explorer(
    block_class: BlockClass | None = None, state: str = "", hide: Sequence[str] = ()
) -> Panel:
    """Show an MBConv block: its drawing, its ledger, and feature maps of a photograph.

    Parameters
    ----------
    block_class
        A class of your own, called with the seven numbers of a `BlockSetting`; by default the
        course's block. What goes wrong in it is shown in words.
    state, hide
        A line of text that the widget showed, to begin with; names of controls not to show.

    Raises
    ------
    ValueError
        If the line or a name is not valid.
    """
    x = photograph_features()
    return Panel(definition(maps_of(block_class, x), x.shape[-1]), state, hide)


def _render(source: Callable[[BlockSetting], BlockMaps], size: int, state: State) -> View:
    setting = setting_of(state)
    block, layers = single_block(setting, size)
    found = source(setting)
    params, macs = (sum(getattr(layer, what) for layer in layers) for what in ("params", "macs"))
    skip = no_skip_reason(setting)
    summary = (
        f"{setting.in_channels} → {setting.wide} → {setting.out_channels} channels: {params:,} "
        f"parameters, {format_count(macs)} MACs; {f'no skip ({skip})' if skip else 'with a skip'}."
        f"{f' {found.note}' if found.note else ''}"
    )
    alt = block_alt(setting, size) + _maps_alt(found)
    picture = block_diagram(
        setting, size, alt, _all_maps(found), depth=MAPS // _ACROSS * _PITCH + 22
    )
    values = {
        "expand": f"{state['expand']}, {setting.in_channels} → {setting.wide} channels",
        "stride": f"{state['stride']}, {size} → {block.out_size} pixels",
    }
    return View(picture, alt, summary, block_ledger(setting, size, extra=found.columns), values)


def _maps_alt(found: BlockMaps) -> str:
    if not found.maps:
        return ""
    gates = found.maps.get("gates")
    text = (
        f" The gates shown lie between {gates.min():.2f} and {gates.max():.2f}."
        if gates is not None
        else ""
    )
    return f" Below each step, {MAPS} of its feature maps of a photograph.{text}"


def _all_maps(found: BlockMaps) -> dict[str, str]:
    """Return the maps of each step as SVG; the same channels from expansion to gates."""
    parts = {}
    for step, maps in found.maps.items():
        if step == "gates":
            continue
        chosen = shown_channels(len(maps))
        # Gated maps are as bright as the gates leave them.
        ungated = found.maps.get("depthwise") if step == "squeeze_excite" else None
        like = maps if ungated is None else ungated
        grid = _grid(_grey(maps[chosen], like[chosen]))
        parts[step] = _image(grid, maps.shape[-1])
        if step == "squeeze_excite" and "gates" in found.maps:
            parts[step] += _gate_texts(found.maps["gates"][chosen].ravel())
    if "input" in parts:
        said = f"{MAPS} of each step's maps of a photograph; the weights are random"
        parts["input"] += svg.text(_INDENT, MAPS // _ACROSS * _SIDE + 18, said)
    return parts


def shown_channels(channels: int) -> list[int]:
    """Choose channels to show, evenly spread."""
    return [place * channels // MAPS for place in range(MAPS)]


def _grey(maps: NDArray[np.float32], like: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Turn maps into grey values: black and white where those of `like` have their extremes.

    An extreme is a hundredth of the pixels, so that a single one does not darken all others.
    """
    flat = np.sort(like.reshape(len(like), -1), axis=1)
    aside = flat.shape[1] // 100
    low, high = flat[:, aside, None, None], flat[:, -1 - aside, None, None]
    scaled = (maps - low) / np.where(high > low, high - low, np.inf)
    return (255 * scaled.clip(0, 1)).astype(np.uint8)


def _grid(maps: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Put maps side by side and below each other; there is room for gaps in the drawing alone."""
    rows = [np.hstack(list(maps[n : n + _ACROSS])) for n in range(0, len(maps), _ACROSS)]
    return np.vstack(rows)


def _image(grid: NDArray[np.uint8], side: int) -> str:
    """Draw a grid of maps: one image, of which each map shows a part."""
    height, width = (length // side * _SIDE for length in grid.shape)
    cuts = f"M{_INDENT + _SIDE} 0v{height}M{_INDENT} {_SIDE}h{width}M{_INDENT} {2 * _SIDE}h{width}"
    return svg.image(_INDENT, 0, width, height, grid, quality=88) + svg.path(
        cuts, stroke=style.PAPER, stroke_width=2
    )


def _gate_texts(gates: NDArray[np.float32]) -> str:
    """Write each gate into its map, readable on black and on white."""
    texts = (
        svg.text(
            _INDENT + (place % _ACROSS + 0.5) * _SIDE,
            (place // _ACROSS + 1) * _SIDE - 5,
            f"×{gate:.2f}",
            "middle",
        )
        for place, gate in enumerate(gates)
    )
    outlined = {"stroke": style.PAPER, "stroke_width": 3, "paint_order": "stroke"}
    return svg.element("g", "".join(texts), fill=style.INK, **outlined)
