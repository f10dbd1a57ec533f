"""A block as a drawing: its feature maps from left to right, as wide as their channels."""

from collections.abc import Mapping
from typing import NamedTuple

from ..arch.block import BlockSetting, single_block
from . import style, svg

#: Units of the view box. A column holds one step: title, box, shape, and what goes below.
WIDTH, COLUMN, BOXES = 760, 126, 84
_TITLE, _TOP = 48, 60
_SHAPE = _TOP + BOXES + 18

#: Where what goes below begins.
BELOW = _SHAPE + 10

#: Widest box; and the narrowest that its letter fits into.
_WIDEST, _NARROWEST = 84.0, 14.0


class Column(NamedTuple):
    """One step of a block.

    Parameters
    ----------
    step
        A name of `blocks.feature_maps.MAP_NAMES`, such as "expand".
    title
        What the step is, in two words.
    channels, side
        Of what it gives.
    missing
        Why the block has no such step; empty if it has.
    """

    step: str
    title: str
    channels: int
    side: int
    missing: str = ""


def block_columns(setting: BlockSetting, size: int) -> tuple[Column, ...]:
    """Return the steps of a block from its input to its sum, missing ones too.

    Parameters
    ----------
    setting
        The block.
    size
        Side of its input, in pixels.
    """
    block, _ = single_block(setting, size)
    wide, kernel = block.expanded_channels, block.kernel
    gated = "" if block.squeeze_channels else "no SE"
    squeeze = f"SE, {block.squeeze_channels} units" if not gated else "squeeze-excite"
    return (
        Column("input", "input", block.in_channels, block.in_size),
        Column("expand", "expand 1×1", wide, block.in_size, "" if block.has_expand else "ratio 1"),
        Column("depthwise", f"depthwise {kernel}×{kernel}", wide, block.out_size),
        Column("squeeze_excite", squeeze, wide, block.out_size, gated),
        Column("project", "project 1×1", block.out_channels, block.out_size),
        Column("sum", "add input", block.out_channels, block.out_size, no_skip_reason(setting)),
    )


def no_skip_reason(setting: BlockSetting) -> str:
    """Say in three words why a block has no skip; empty if it has one."""
    if setting.has_skip:
        return ""
    return "sizes differ" if setting.stride > 1 else "channels differ"


def block_alt(setting: BlockSetting, size: int) -> str:
    """Say what the drawing of a block shows."""
    parts = [
        f"{column.title}: none, {column.missing}"
        if column.missing
        else f"{column.title}: {shape_text(column)}"
        for column in block_columns(setting, size)
    ]
    return f"A block from left to right. {'; '.join(parts)}."


def shape_text(column: Column) -> str:
    """Write channels and size."""
    return f"{column.channels} × {column.side} × {column.side}"


def block_diagram(
    setting: BlockSetting,
    size: int,
    alt: str = "",
    below: Mapping[str, str] | None = None,
    depth: int = 0,
) -> str:
    """Draw a block as an SVG element for a page, in the page's own colours.

    Parameters
    ----------
    setting
        The block.
    size
        Side of its input, in pixels.
    alt
        By default what `block_alt` says.
    below
        SVG to put below the steps' boxes, in a column `COLUMN` wide that begins at (0, 0).
    depth
        Height of what is below.
    """
    columns = block_columns(setting, size)
    widest = max(column.channels for column in columns)
    parts = [_skip()] if setting.has_skip else []
    for place, column in enumerate(columns):
        parts.append(svg.shifted(_left(place), 0, _column(column, widest, size)))
        if below and column.step in below:
            parts.append(svg.shifted(_left(place), BELOW, below[column.step]))
    parts += (_step(place) for place in range(len(columns) - 1))
    alt = alt or block_alt(setting, size)
    return svg.drawing(WIDTH, BELOW + depth, alt, "".join(parts))


def _left(place: int) -> float:
    return place * (WIDTH - COLUMN) / 5


def _column(column: Column, widest: int, size: int) -> str:
    middle, centre = _TOP + BOXES / 2, COLUMN / 2
    title = svg.text(centre, _TITLE, column.title, "middle", **svg.BOLD)
    below = svg.text(centre, _SHAPE, column.missing or shape_text(column), "middle")
    if column.missing:
        empty = svg.box(centre - 30, middle - 24, 60, 48, stroke_dasharray="4 4")
        inner = title + empty + svg.text(centre, middle + 5, "none", "middle") + below
        return svg.element("g", inner, opacity=style.QUIET_ALPHA)
    width = max(_NARROWEST, _WIDEST * column.channels / widest)
    height = max(_NARROWEST, BOXES * column.side / size)
    look = style.KIND_LOOKS.get(column.step, style.PLAIN_BAR)
    letter = look.letter or {"sum": "+", "input": "x"}[column.step]
    place = centre - width / 2, middle - height / 2
    box = svg.rect(*place, width, height, fill=look.tint, stroke=style.PATTERN)
    return title + box + svg.text(centre, middle + 5, letter, "middle", fill=style.PATTERN) + below


def _step(place: int) -> str:
    """Draw a short arrow between two columns, beside the widest box that there can be."""
    start, y = _left(place) + (COLUMN + _WIDEST) / 2 + 4, _TOP + BOXES / 2
    end = _left(place + 1) + (COLUMN - _WIDEST) / 2 - 4
    return _arrow(f"M{start:g} {y:g}H{end:g}", f"M{end:g} {y:g}l-7 -4v8z")


def _skip() -> str:
    """Draw the skip: from the input, over all steps, to the sum."""
    start, end, y = COLUMN / 2, _left(5) + COLUMN / 2, 20
    down = _TITLE - 15
    line = f"M{start:g} {down}V{y}H{end:g}V{down}"
    return _arrow(line, f"M{end:g} {down}l-4 -7h8z") + svg.text(WIDTH / 2, y - 6, "skip", "middle")


def _arrow(line: str, head: str) -> str:
    return svg.path(line, stroke_width=1.5) + svg.element("path", d=head)
