"""A picture as a value, and its layout: a frame with title and caption, labels that keep clear."""

import html
import io
import math
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from .._files import write_atomically
from . import style
from .svg import PAGE

Cell = str | int | float | bool | None

#: Fonts of the page. Labels were placed with DejaVu Sans, which is wider than these.
_FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"

_FORMATS = (".png", ".svg")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Picture:
    """A figure with its text twin; shows itself in a notebook, in light and dark theme.

    Parameters
    ----------
    figure
        Made without pyplot, so nothing stays open.
    alt
        What the picture shows, for those who do not see it.
    columns, rows
        Its data as a table. Numbers are numbers; they are written for people when shown.

    Raises
    ------
    ValueError
        If the alternative text is empty, or a row does not fit the columns.
    """

    figure: Figure
    alt: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError("alt is empty; say what the picture shows")
        for number, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                raise ValueError(
                    f"row {number} has {len(row)} cells; there are {len(self.columns)} columns"
                )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write a PNG or SVG file, black on white: whole, or not at all.

        Raises
        ------
        ValueError
            If the file name ends in anything else.
        """
        target = Path(path)
        kind = require_format(target)
        content = self._svg_file() if kind == ".svg" else self._png_file()
        write_atomically(target, content)
        return target

    def to_html(self, name: str = "") -> str:
        """Return a figure element: an SVG in the page's own colours, and the table folded away."""
        return (
            '<figure class="effnet-picture" style="margin: 0">'
            f"{self.to_svg(name)}<details><summary>Data as a table</summary>"
            f'<div style="overflow-x: auto">{table_html(self.columns, self.rows)}</div>'
            "</details></figure>"
        )

    def to_svg(self, name: str = "") -> str:
        """Return an SVG element that takes its colours from the page around it.

        `name` is unique on that page; by default it is made of what is drawn. See `themed_svg`.
        """
        return themed_svg(self.figure, self.alt, name)

    def to_markdown(self) -> str:
        """Return the table as Markdown."""
        return table_markdown(self.columns, self.rows)

    def _repr_html_(self) -> str:
        return self.to_html(page_name())

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "text/plain": self.alt}

    def __repr__(self) -> str:
        return self.alt

    def _svg_file(self) -> bytes:
        svg = _drawn(self.figure, "svg", facecolor="white").decode()
        start = svg.index("<svg")
        after = svg.index(">", start) + 1
        title = f"\n <title>{html.escape(self.alt)}</title>"
        svg = svg[:after] + title + svg[after:]
        return svg.replace(style.INK, "#000000").replace(style.PAPER, "#ffffff").encode()

    def _png_file(self) -> bytes:
        about = {"Software": None, "Description": self.alt}
        return _drawn(self.figure, "png", facecolor="white", dpi=200, metadata=about)


def page_name() -> str:
    """Return a name that no other picture has, on no page: the same one may be shown twice.

    All notebooks that are open in JupyterLab are one page. Of two patterns with one id a browser
    takes the first, and paints nothing if that one is out of sight.
    """
    return f"p{uuid4().hex[:12]}"


def themed_svg(figure: Figure, alt: str, name: str = "") -> str:
    """Draw a figure as an SVG element for a page, in `currentColor` on a clear background.

    Matplotlib's own file is meant to stand alone: its style rule for everything would reach the
    whole page, its ids would repeat from picture to picture, and its size is fixed.

    Parameters
    ----------
    figure, alt
        What is drawn, and its words.
    name
        Ids begin with it. By default it is made of the drawing: the same picture gives the same
        text.
    """
    svg = _drawn(figure, "svg").decode()
    body = svg[svg.index("<svg") :]
    body = body[body.index(">") + 1 :]
    body = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", body, count=1, flags=re.DOTALL)
    body = re.sub(r'<g id="[^"]*"', "<g", body)
    name = name or f"p{sha256(body.encode()).hexdigest()[:12]}"
    body = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", body)
    body = body.replace(style.INK, "currentColor").replace(style.PAPER, PAGE)
    body = re.sub(r"'DejaVu Sans'(, sans-serif)?", _FONTS, body)
    width, height = (72 * side for side in figure.get_size_inches())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{html.escape(alt)}" '
        f'style="display: block; width: 100%; max-width: {width * 4 / 3:g}px; height: auto; '
        f'stroke-linejoin: round; stroke-linecap: butt">{body}'
    )


def format_cell(cell: Cell) -> str:
    """Write a table's cell for people: four significant digits, thousands apart."""
    if cell is None:
        return "–"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:.4g}"
    return cell


def _drawn(figure: Figure, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    if kind == "svg":
        # Neither date nor creator: the same picture gives the same text.
        options["metadata"] = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with style.rc():
        figure.savefig(buffer, format=kind, **options)
    return buffer.getvalue()


def require_format(path: str | os.PathLike[str]) -> str:
    """Return the extension of a file that `Picture.save` can write.

    Raises
    ------
    ValueError
        If it is another; the message names those that there are.
    """
    kind = Path(path).suffix.lower()
    if kind not in _FORMATS:
        raise ValueError(f"path is {str(path)!r}; it must end in {' or '.join(_FORMATS)}")
    return kind


def table_html(
    columns: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...], caption: str = ""
) -> str:
    """Return a table element; cells are escaped, `caption` is HTML already."""
    sides = [_side(row[place] for row in rows) for place in range(len(columns))]

    def box(text: str, side: str, heads: bool) -> str:
        # A head without words is no head.
        start, end = ('th scope="col"', "th") if heads and text else ("td", "td")
        return f"<{start} {side}>{html.escape(text)}</{end}>"

    def line(cells: Iterable[str], heads: bool) -> str:
        boxes = (box(text, side, heads) for text, side in zip(cells, sides, strict=True))
        return f"<tr>{''.join(boxes)}</tr>"

    head = line(columns, True)
    body = "".join(line(map(format_cell, row), False) for row in rows)
    above = f'<caption style="text-align: left">{caption}</caption>' if caption else ""
    return f"<table>{above}<thead>{head}</thead><tbody>{body}</tbody></table>"


def table_markdown(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Write a table in Markdown."""
    lines = [columns, ["---"] * len(columns)]
    cells = [[_markdown(format_cell(cell)) for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in [*lines, *cells])


def _side(cells: Iterable[Cell]) -> str:
    """Align a column of numbers to the right, of words to the left."""
    number = any(isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in cells)
    return f'style="text-align: {"right" if number else "left"}; padding: 0.1em 0.6em"'


def _markdown(text: str) -> str:
    """Keep a cell from ending early, from breaking its line, and from being read as HTML."""
    return html.escape(" ".join(text.split()), quote=False).replace("|", "\\|")


# ------------------------------------------------------------------ frame

#: Left edge of title and caption, in inches.
_MARGIN = 0.14


def frame(
    title: str,
    caption: str,
    *,
    left: float,
    right: float,
    bottom: float,
    height: float = 5.0,
    width: float = 8.0,
) -> tuple[Figure, tuple[float, float, float, float]]:
    """Make a figure with a title and a caption, wrapped to its width.

    Parameters
    ----------
    title, caption
        Above and below, flush left.
    left, right, bottom
        Inches to keep free around the axes for what is written there.
    height, width
        Of the figure, in inches.

    Returns
    -------
    figure, box
        The box (left, bottom, width, height) for the axes, in fractions of the figure.
    """
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)  # measures text; needs no screen
    heading: dict[str, Any] = {"size": style.TITLE, "weight": "bold"}
    small: dict[str, Any] = {"size": style.SMALL, "alpha": style.QUIET_ALPHA}
    titles = wrapped_lines(figure, title, width - 2 * _MARGIN, heading)
    captions = wrapped_lines(figure, caption, width - 2 * _MARGIN, small)
    x = _MARGIN / width
    figure.text(x, 1 - _MARGIN / height, "\n".join(titles), va="top", **heading)
    figure.text(x, 0.08 / height, "\n".join(captions), va="bottom", linespacing=1.25, **small)
    top = 1.45 * style.TITLE * len(titles) / 72 + _MARGIN + 0.1
    bottom += 1.45 * style.SMALL * len(captions) / 72 + 0.06
    box = (left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + top) / height)
    return figure, box


def text_size(figure: Figure, text: str, font: dict[str, Any]) -> tuple[float, float]:
    """Return width and height of a text in pixels of the figure."""
    artist = Text(0, 0, text, figure=figure, **font)
    extent = artist.get_window_extent(_renderer(figure))
    return extent.width, extent.height


def wrapped_lines(figure: Figure, text: str, inches: float, font: dict[str, Any]) -> list[str]:
    """Break a text into lines of so many inches at most."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_size(figure, longer, font)[0] <= inches * figure.dpi:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _renderer(figure: Figure) -> Any:
    # Saving as SVG may have left another canvas in place.
    canvas: Any = figure.canvas
    if not isinstance(canvas, FigureCanvasAgg):
        canvas = FigureCanvasAgg(figure)
    return canvas.get_renderer()


def root_figure(axes: Axes) -> Figure:
    """Return the figure that axes are part of."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    return figure


# ------------------------------------------------------------------ labels


class _Note(NamedTuple):
    text: str
    x: float
    y: float
    rim: float
    font: dict[str, Any]


class _Place(NamedTuple):
    """A place for a label: its box in pixels, and where it lies from its marker.

    `side` runs from -1 (left) to 1 (right); `joined` places need a line to the marker.
    """

    box: Bbox
    side: float
    joined: bool
    cost: float


class Board:
    """Writes labels beside their points where they cover neither markers nor each other.

    Collect everything first, then `place` once, when the axes have their limits. Each label takes
    the cheapest free place: near, to the right, and off the lines.
    """

    #: Points between a marker's rim and its label; from the third on a thin line joins them.
    _BEYOND = (2.5, 8.0, 18.0, 30.0, 44.0, 60.0, 80.0)

    def __init__(self, axes: Axes) -> None:
        self.axes = axes
        self.figure = root_figure(axes)
        self._point = self.figure.dpi / 72
        self._notes: list[_Note] = []
        self._markers: list[tuple[float, float, float]] = []
        self._lines: list[tuple[Sequence[float], Sequence[float]]] = []

    def note(self, text: str, x: float, y: float, look: style.Look, bold: bool = False) -> None:
        """Ask for a label at a marker, which is then kept free too; (x, y) as on the axes."""
        self.avoid_marker(x, y, look)
        font = {"size": style.TEXT, "weight": "bold" if bold else "normal"}
        self._notes.append(_Note(text, x, y, look.size / 2, font))

    def avoid_marker(self, x: float, y: float, look: style.Look) -> None:
        """Keep labels off a marker."""
        self._markers.append((x, y, look.size / 2))

    def avoid_line(self, xs: Sequence[float], ys: Sequence[float]) -> None:
        """Prefer places off a line."""
        self._lines.append((xs, ys))

    def place(self) -> None:
        """Write the labels, in the order in which they were asked for."""
        solid = [self._marker_box(*marker) for marker in self._markers]
        dots = np.concatenate([np.empty((0, 2)), *(self._dots(*line) for line in self._lines)])
        for note in self._notes:
            best = self._best(note, solid, dots)
            self._write(note, best)
            solid.append(best.box)

    def _best(self, note: _Note, solid: Sequence[Bbox], dots: NDArray[np.float64]) -> _Place:
        """Search outwards; stop when what is further out cannot be cheaper."""
        anchor = self._pixels([note.x], [note.y])[0]
        corners = np.array([box.extents for box in solid])
        best, least = None, math.inf
        for place in self._places(note, anchor):
            if best is not None and place.cost >= least:
                continue
            cost = place.cost + self._crowding(place, anchor, corners, dots)
            if cost < least:
                best, least = place, cost
        assert best is not None
        return best

    def _pixels(self, xs: Sequence[float], ys: Sequence[float]) -> NDArray[np.float64]:
        return np.asarray(self.axes.transData.transform(np.column_stack([xs, ys])))

    def _marker_box(self, x: float, y: float, half: float) -> Bbox:
        (px, py), side = self._pixels([x], [y])[0], half * self._point
        return Bbox.from_extents(px - side, py - side, px + side, py + side)

    def _dots(self, xs: Sequence[float], ys: Sequence[float]) -> NDArray[np.float64]:
        """Points on a line, four pixels apart."""
        corners = self._pixels(xs, ys)
        legs = []
        for start, end in pairwise(corners):
            steps = np.linspace(0, 1, 2 + int(np.hypot(*(end - start)) / 4))
            legs.append(start + steps[:, None] * (end - start))
        return np.concatenate([np.empty((0, 2)), *legs])

    def _places(self, note: _Note, anchor: NDArray[np.float64]) -> Iterator[_Place]:
        """Boxes around the marker, with what their distance and direction cost."""
        width, height = text_size(self.figure, note.text, note.font)
        for ring, beyond in enumerate(self._BEYOND):
            for angle in range(0, 360, 15):
                across, up = math.cos(math.radians(angle)), math.sin(math.radians(angle))
                # The side of the box that faces the marker touches the ring around it.
                side_x, side_y = (max(-1.0, min(1.0, 1.5 * part)) for part in (across, up))
                reach = (note.rim + beyond) * self._point
                x = anchor[0] + reach * across + width / 2 * side_x
                y = anchor[1] + reach * up + height / 2 * side_y
                box = Bbox.from_bounds(x - width / 2, y - height / 2, width, height)
                yield _Place(box, side_x, ring >= 2, 4.0 * ring + 1 - across + 0.3 * (up < 0))

    def _crowding(
        self,
        place: _Place,
        anchor: NDArray[np.float64],
        solid: NDArray[np.float64],
        dots: NDArray[np.float64],
    ) -> float:
        """Price what a place covers: markers, labels and the edge most, then lines."""
        box = place.box.padded(1.5 * self._point)
        left, low, right, high = solid.T
        hits = (left < box.x1) & (right > box.x0) & (low < box.y1) & (high > box.y0)
        edge, axes = self.figure.bbox.x1, self.axes.bbox
        # To the right of the axes is room for labels; everywhere else something is written.
        outside = box.x0 < axes.x0 or box.x1 > edge or box.y0 < axes.y0 or box.y1 > axes.y1
        covered = (dots > (box.x0, box.y0)).all(1) & (dots < (box.x1, box.y1)).all(1)
        cost: float = 1000.0 * (int(hits.sum()) + outside) + 2.0 * int(covered.sum())
        if place.joined:
            centre = np.array([(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2])
            way = anchor + np.linspace(0.3, 0.9, 12)[:, None] * (centre - anchor)
            inside = (way[:, None] > solid[:, :2]).all(2) & (way[:, None] < solid[:, 2:]).all(2)
            cost += 15.0 * int(inside.sum())
        return cost

    def _write(self, note: _Note, place: _Place) -> None:
        """Write at the box's near side: the reader's font may be narrower than the one measured."""
        side = "left" if place.side > 0.5 else "right" if place.side < -0.5 else "center"
        x = {"left": place.box.x0, "right": place.box.x1}.get(side, sum(place.box.intervalx) / 2)
        px, py = self._pixels([note.x], [note.y])[0]
        line = {
            "arrowstyle": "-",
            "color": style.INK,
            "alpha": 0.6,
            "lw": 0.8,
            "shrinkA": 1.0,
            "shrinkB": note.rim + 1,
        }
        self.axes.annotate(
            note.text,
            (note.x, note.y),
            xytext=((x - px) / self._point, (sum(place.box.intervaly) / 2 - py) / self._point),
            textcoords="offset points",
            ha=side,
            va="center",
            arrowprops=line if place.joined else None,
            annotation_clip=False,
            zorder=7,
            **note.font,
        )
