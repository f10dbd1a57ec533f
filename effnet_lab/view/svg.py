"""The drawing kit: SVG for a page and in the page's own colours, under all that is drawn by hand.

Functions return SVG text and know nothing of networks. Words are escaped here; attributes are
keywords, `stroke_width=2` for ``stroke-width="2"``. Lengths are units of the view box.
"""

import base64
import html
import io
import math
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from matplotlib.markers import MarkerStyle
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray
from PIL import Image

from . import style

#: The page's background: in JupyterLab, in VS Code, else by the page's colour scheme.
PAGE = "var(--jp-layout-color0, var(--vscode-editor-background, Canvas))"

BOLD = {"font_weight": "bold"}
DASHED = {"stroke_dasharray": "5 3"}

#: Values on an axis, and how they are written there.
Ticks = Iterable[tuple[float, str]]


# ------------------------------------------------------------------ elements


def element(tag: str, inner: str = "", /, **attributes: object) -> str:
    """Return one element; `inner` is SVG."""
    parts = [f"<{tag}"]
    for name, value in attributes.items():
        if isinstance(value, float):
            value = f"{value:.5g}"
        parts.append(f' {_spelt(name)}="{value}"')
    parts.append(f">{inner}</{tag}>" if inner else "/>")
    return "".join(parts)


@cache
def _spelt(name: str) -> str:
    return name.replace("_", "-")


def drawing(
    width: float,
    height: float,
    alt: str,
    inner: str,
    *,
    most: int = 860,
    css: str = "",
    **look: Any,
) -> str:
    """Return the whole picture, as wide as the page allows.

    Parameters
    ----------
    width, height
        Of the view box.
    alt
        What the picture shows, for those who do not see it.
    inner
        What is in it, as SVG.
    most
        Its greatest width on the page, in CSS pixels.
    css, look
        Further declarations and attributes.
    """
    return element(
        "svg",
        inner,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:g} {height:g}",
        role="img",
        aria_label=html.escape(alt),
        font_size=14,
        fill="currentColor",
        style=f"display: block; width: 100%; max-width: {most}px; height: auto{css}",
        **look,
    )


def text(x: float | str, y: float, words: str, anchor: str = "start", **look: Any) -> str:
    """Write words on a line whose start, middle or end is at `x`."""
    if anchor != "start":
        look["text_anchor"] = anchor
    return element("text", html.escape(words, quote=False), x=x, y=y, **look)


def path(d: str, **look: Any) -> str:
    """Draw along a path, by default in the ink of the page and without filling it."""
    return element("path", d=d, **{"fill": "none", "stroke": "currentColor", **look})


def rect(x: float, y: float, width: float, height: float, **look: Any) -> str:
    """Fill a rectangle."""
    return element("rect", x=x, y=y, width=width, height=height, **look)


def box(x: float, y: float, width: float, height: float, fill: str = "none", **look: Any) -> str:
    """Draw a rectangle with an outline in the ink of the page."""
    size = {"x": x, "y": y, "width": width, "height": height}
    return element("rect", **size, fill=fill, stroke="currentColor", **look)


def shifted(x: float, y: float, inner: str) -> str:
    """Draw around another origin."""
    return element("g", inner, transform=_at(x, y))


def _at(x: float | str, y: float | str) -> str:
    x, y = (f"{place:.5g}" if isinstance(place, float) else place for place in (x, y))
    return f"translate({x},{y})"


def image(
    x: float, y: float, width: float, height: float, pixels: NDArray[Any], **jpeg: Any
) -> str:
    """Show a picture of `(H, W)` or `(H, W, 3)` bytes; its pixels keep sharp edges.

    As JPEG, which takes its options: photographs and noisy maps are half as many bytes as in PNG,
    and a slider sends many.
    """
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", **jpeg)
    return element(
        "image",
        x=x,
        y=y,
        width=width,
        height=height,
        href=f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}",
        preserveAspectRatio="none",
        style="image-rendering: pixelated",
    )


# ------------------------------------------------------------------ markers and legends


def ink(colour: str) -> str:
    """Return a colour of `style` as the page has it."""
    return {style.INK: "currentColor", style.PAPER: PAGE}.get(colour, colour)


def marker(
    look: style.Look, x: float | str, y: float | str, scale: float = 1.0, **more: Any
) -> str:
    """Draw the marker of a look, in the shape that plots have; `scale` makes it smaller."""
    face, rim = (style.PAPER, look.colour) if look.hollow else (look.colour, style.PAPER)
    paint = {
        "fill": ink(face),
        "stroke": ink(rim),
        "stroke_width": 1.8 * scale if look.hollow else 1,
    }
    where = {"transform": _at(x, y), **paint, **more}
    size = scale * look.size * 4 / 3  # points -> pixels
    if look.marker == "o":
        return element("circle", r=size / 2, **where)
    return element("polygon", points=_corners(look.marker, size), **where)


@cache
def _corners(shape: str, size: float) -> str:
    found = MarkerStyle(shape)
    corners = found.get_transform().transform(found.get_path().vertices)
    return " ".join(f"{size * x:.2f},{-size * y:.2f}" for x, y in corners)


def legend(
    x: float, y: float, entries: Iterable[tuple[str, str]], indent: float, step: float = 21
) -> str:
    """Write entries below each other: a symbol, drawn around the start of its line, and words."""
    return "".join(
        shifted(x, y + step * place, symbol + text(indent, 0, words))
        for place, (symbol, words) in enumerate(entries)
    )


# ------------------------------------------------------------------ axes


class Axis(NamedTuple):
    """Values from `low` to `high` at places from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """Return the place of a value; of one beyond the axis, the axis' end."""
        low, high = self.low, self.high
        if self.log:
            low, high, value = math.log(low), math.log(high), math.log(value)
        share = min(1.0, max(0.0, (value - low) / (high - low)))
        return round(self.start + (self.end - self.start) * share, 1)

    def ticks(self, most: int = 8) -> list[tuple[float, str]]:
        """Choose a few round values."""
        if self.log:
            return list(zip(*style.macs_ticks(self.low, self.high), strict=True))
        found = MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(self.low, self.high)
        return [(float(tick), f"{tick:.4g}") for tick in found if self.low <= tick <= self.high]


class Plot(NamedTuple):
    """Two axes, and what is drawn by their values."""

    x: Axis
    y: Axis

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of two values."""
        return self.x(x), self.y(y)

    def grid(self, rows: Ticks = (), columns: Ticks = ()) -> str:
        """Draw faint lines at ticks, and write the ticks left of the plot and below it."""
        (left, right), (bottom, top), d, words = self.x[2:4], self.y[2:4], "", ""
        for value, name in rows:
            y = self.y(value)
            d += f"M{left:g} {y:g}H{right:g}"
            words += text(left - 7, y + 5, name, "end")
        for value, name in columns:
            x = self.x(value)
            d += f"M{x:g} {top:g}V{bottom:g}"
            words += text(x, bottom + 18, name, "middle")
        return path(d, stroke_opacity=style.GRID_ALPHA) + words

    def base(self, **look: Any) -> str:
        """Draw the line that the plot stands on."""
        return path(f"M{self.x.start:g} {self.y.start:.5g}H{self.x.end:g}", **look)

    def series(self, points: Sequence[tuple[float, float]], **look: Any) -> str:
        """Join points by a line, which has gaps where a value is no number."""
        d = ""
        for finite, run in groupby(points, key=lambda point: math.isfinite(point[1])):
            if finite:
                d += "M" + "L".join("{:g} {:g}".format(*self.at(*point)) for point in run)
        return path(d, **look) if d else ""

    def error_bar(self, x: float, y: float, error: float, **look: Any) -> str:
        """Draw one standard deviation each way; nothing if it is 0."""
        if not error:
            return ""
        at, high, low = self.x(x), self.y(y + error), self.y(y - error)
        return path(f"M{at - 5:g} {high:g}h10m-5 0V{low:g}m-5 0h10", **look)
