"""The one place for colours, markers and sizes, and for numbers written for people.

A thing keeps its colour *and* its shape through the whole course, so that it is recognised in
print, on a projector and without colour vision. Nobody types a colour anywhere else.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import matplotlib

#: Stand for the page's text and background. They are near black and near white, so that files
#: look right as they are; `Picture` turns them into the page's own colours.
INK = "#010203"
PAPER = "#fefdfc"

#: What has no meaning by colour: the base network, published numbers.
NEUTRAL = "#808080"

#: Patterns and rims of tinted areas: dark in both themes, as the tints are light in both.
PATTERN = "#3a3a3a"

#: Font sizes in points; a point is 4/3 CSS pixels, so none is below 12 px.
TEXT, SMALL, TITLE = 10.0, 9.4, 12.0

#: Sizes in points.
LINE, THIN, MARKER, STAR = 2.0, 1.0, 8.5, 17.0

#: Direct labels that fit beside a panel.
MOST_LABELS = 8

#: How strong the grid and the Pareto front are drawn, from 0 to 1.
GRID_ALPHA, FRONT_ALPHA, QUIET_ALPHA = 0.13, 0.4, 0.8


@dataclass(frozen=True, slots=True)
class Look:
    """How one thing is drawn.

    Parameters
    ----------
    colour, marker
        As matplotlib knows them.
    size
        Of the marker, in points.
    hollow
        Whether the marker is not filled.
    dashes
        Of its line, in widths of the line, on and off in turn; empty is solid.
    """

    colour: str
    marker: str
    size: float = MARKER
    hollow: bool = False
    dashes: tuple[float, ...] = ()

    @property
    def marker_style(self) -> dict[str, Any]:
        """Keywords for matplotlib; filled markers have a rim that parts overlapping ones."""
        face, edge = (PAPER, self.colour) if self.hollow else (self.colour, PAPER)
        return {
            "marker": self.marker,
            "markersize": self.size,
            "markerfacecolor": face,
            "markeredgecolor": edge,
            "markeredgewidth": 1.5 if self.hollow else 0.9,
        }


#: The families of the course, in the order of tables and drawing. Source: Okabe & Ito 2008.
FAMILIES = {
    "base": Look(NEUTRAL, "p", 10.5),
    "width": Look("#0072B2", "s"),
    "depth": Look("#D55E00", "^", 9.5),
    "resolution": Look("#009E73", "o", 9.0),
    "compound": Look("#CC79A7", "D", 7.8),
}

YOU = Look(INK, "*", STAR)
PUBLISHED = Look(NEUTRAL, "o", 8.0, hollow=True)

#: How lines are told apart beside their colours, or where they share one.
STROKES = ((), (5.0, 1.2, 1.2, 1.2), (1.3, 1.1))

#: Runs side by side that stand for no family: colours that no family has, each with its own shape.
RUNS = tuple(
    Look(colour, marker, 9.0, dashes=STROKES[place % len(STROKES)])
    for place, (colour, marker) in enumerate(
        {
            "#B8860B": "v",
            "#7A5FD0": "X",
            "#C2304F": "P",
            "#1899A8": "h",
            "#94603A": "<",
            "#6F8F1E": ">",
            "#D6539A": "8",
        }.items()
    )
)

#: The learner's own runs in the order in which they were made.
YOUR_RUNS = (YOU, *RUNS)

#: Families with no look of their own: neutral, told apart by shape and label.
_OTHERS = tuple(Look(NEUTRAL, look.marker, look.size) for look in RUNS)


def family_look(family: str, names: Sequence[str] = ()) -> Look:
    """Return the look of a family; `names` are all families of the picture."""
    if family in FAMILIES:
        return FAMILIES[family]
    others = [name for name in names if name not in FAMILIES]
    position = others.index(family) if family in others else 0
    return _OTHERS[position % len(_OTHERS)]


@dataclass(frozen=True, slots=True)
class KindLook:
    """How a kind of layer is drawn: a muted tint, a pattern, and letters where there is room."""

    tint: str
    hatch: str
    letter: str
    name: str


#: The kinds of `arch.KINDS`; tints lie between the hues of the families.
KIND_LOOKS = {
    "stem": KindLook("#C9C9C9", "", "St", "stem"),
    "expand": KindLook("#DBC56A", "//", "E", "expand"),
    "depthwise": KindLook("#A79FD6", "..", "D", "depthwise"),
    "squeeze_excite": KindLook("#B3BE72", "xx", "SE", "squeeze-excite"),
    "project": KindLook("#BC9C7C", "\\\\", "P", "project"),
    "bottleneck": KindLook("#9FB7A8", "\\/", "B", "bottleneck"),
    "norm": KindLook("#E2DFD6", "--", "N", "normalisation"),
    "head": KindLook("#8F9BA8", "||", "H", "head"),
    "classifier": KindLook("#989898", "++", "C", "classifier"),
}

#: Bars that are told apart by their place alone.
PLAIN_BAR = KindLook("#A9B2BC", "", "", "")

_RC: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib: the same layout everywhere
    "font.size": TEXT,
    "text.color": INK,
    "text.parse_math": False,  # a learner's name may hold a dollar sign
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "savefig.edgecolor": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.labelsize": TEXT,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": f"cycler('color', ['{INK}'])",  # not matplotlib's blue where none is given
    "grid.color": INK,
    "grid.alpha": GRID_ALPHA,
    "grid.linewidth": 0.8,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.size": 3.5,
    "ytick.major.size": 0,
    "lines.linewidth": LINE,
    "lines.solid_capstyle": "round",
    "hatch.color": PATTERN,
    "hatch.linewidth": 0.6,
    "svg.fonttype": "none",  # text stays text: selectable, and in the page's colour
    "svg.hashsalt": "effnet-lab",  # the same picture gives the same file
    "path.simplify": True,
}


def rc() -> AbstractContextManager[None]:
    """Return a context in which matplotlib draws in the course's style."""
    return matplotlib.rc_context(_RC)


def format_count(number: float, *, short: bool = False) -> str:
    """Write a count with three significant digits and K, M or G.

    With `short`, zeros that say nothing are left out, as on an axis.

    Raises
    ------
    ValueError
        If the number is not finite.

    Examples
    --------
    >>> format_count(1_234_567), format_count(999_999), format_count(42)
    ('1.23 M', '1.00 M', '42')
    >>> format_count(500_000, short=True), format_count(2e6, short=True)
    ('500 K', '2 M')
    """
    if not math.isfinite(number):
        raise ValueError(f"number is {number!r}; it must be finite")
    # Round first: 999,999 is a million to three digits.
    size = abs(float(f"{number:.3g}"))
    factor, unit = next(
        ((f, u) for f, u in ((1e9, " G"), (1e6, " M"), (1e3, " K")) if size >= f), (1.0, "")
    )
    keep_zeros = not short and factor > 1
    return _digits(number / factor, keep_zeros=keep_zeros) + unit


def format_ratio(ratio: float) -> str:
    """Write a ratio with three significant digits.

    Examples
    --------
    >>> format_ratio(2.0512), format_ratio(4), format_ratio(0.5)
    ('2.05 x', '4.00 x', '0.500 x')
    """
    return f"{_digits(ratio)} x"


def format_percent(fraction: float) -> str:
    """Write a fraction as a percentage with one decimal.

    Examples
    --------
    >>> format_percent(0.56123)
    '56.1%'
    """
    return f"{fraction:.1%}"


def format_loss(loss: float) -> str:
    """Write a loss with two decimals; one that has left all measure, in short.

    Examples
    --------
    >>> format_loss(0.902), format_loss(45_678_901.2), format_loss(math.nan)
    ('0.90', '45.7 M', 'nan')
    """
    return format_count(loss) if 1000 <= abs(loss) < math.inf else f"{loss:.2f}"


def format_points(difference: float) -> str:
    """Write a difference of two fractions in percentage points, with its sign.

    Examples
    --------
    >>> format_points(0.112), format_points(-0.0031), format_points(0)
    ('+11.2 points', '−0.3 points', '0.0 points')
    """
    return f"{format_signed(100 * difference)} points"


def format_signed(value: float, digits: int = 1) -> str:
    """Write a number with its sign; what rounds to zero has none.

    Examples
    --------
    >>> format_signed(11.23), format_signed(-0.31, 2), format_signed(-0.01)
    ('+11.2', '−0.31', '0.0')
    """
    text = f"{value:+.{digits}f}"
    return text[1:] if float(text) == 0 else text.replace("-", "−")


def format_range(numbers: Iterable[float], write: Callable[[float], str] = str) -> str:
    """Write the least and the greatest of numbers, or one of them where both read the same.

    Examples
    --------
    >>> format_range([3, 2, 3]), format_range([3]), format_range([0.81, 0.79], "{:.1f}".format)
    ('2 to 3', '3', '0.8')
    """
    known = sorted(numbers)
    return " to ".join(dict.fromkeys(write(end) for end in (known[0], known[-1])))


def format_seconds(seconds: float) -> str:
    """Write a duration.

    Examples
    --------
    >>> format_seconds(12.3), format_seconds(95), format_seconds(7500), format_seconds(0.4)
    ('12 s', '1 min 35 s', '2 h 5 min', '0.4 s')
    """
    if seconds < 0.95:
        return f"{max(seconds, 0):.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def capitalised(text: str) -> str:
    """Begin a text with a capital letter, and leave the others."""
    return text[:1].upper() + text[1:]


def macs_ticks(low: float, high: float) -> tuple[list[float], list[str]]:
    """Choose ticks for a logarithmic axis of MACs: doublings where they read well.

    Returns
    -------
    positions, labels
        At most eight, such as 0.5 M, 1 M, 2 M, 4 M; over wide spans 1, 2, 5 or decades.

    Raises
    ------
    ValueError
        If not ``0 < low < high``.

    Examples
    --------
    >>> macs_ticks(0.4e6, 5e6)[1]
    ['0.5 M', '1 M', '2 M', '4 M']
    """
    if not 0 < low < high < math.inf:
        raise ValueError(f"the axis runs from {low!r} to {high!r}; it must be 0 < low < high")
    unit = 1000 ** max(0, min(3, math.floor(math.log10(math.sqrt(low * high)) / 3)))
    # From a quarter of the unit to 512 doublings are round numbers; beyond, 1-2-5 is rounder.
    doublings = [unit * 2.0**power for power in range(-2, 10)]
    if doublings[0] / 2 < low and high < 2 * doublings[-1]:
        ticks = [tick for tick in doublings if low <= tick <= high]
        if len(ticks) < 3:
            ticks = [t for d in doublings for t in (d, 1.5 * d) if low <= t <= high]
        if 2 <= len(ticks) <= 8:
            name = format_count(unit)[-1] if unit > 1 else ""
            return ticks, [f"{tick / unit:g} {name}".strip() for tick in ticks]
    for steps in ((1, 2, 5), (1,), ()):
        ticks = _decade_ticks(low, high, steps)
        if len(ticks) <= 8:
            break
    return ticks, [format_count(tick, short=True) for tick in ticks]


def _decade_ticks(low: float, high: float, steps: tuple[int, ...]) -> list[float]:
    """Powers of ten times `steps`; with none, every so many powers that few are left."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    stride = 1 if steps else -(-(last - first) // 6)
    ticks = (
        step * 10.0**power for power in range(first, last + 1, stride) for step in steps or (1,)
    )
    return [tick for tick in ticks if low <= tick <= high]


def _digits(value: float, *, keep_zeros: bool = True) -> str:
    """Three significant digits, never with an exponent."""
    rounded = float(f"{value:.3g}")
    whole = len(str(int(abs(rounded)))) if abs(rounded) >= 1 else 0
    decimals = 3 - whole if whole or not rounded else 2 - math.floor(math.log10(abs(rounded)))
    text = f"{rounded:.{max(0, decimals)}f}"
    if not keep_zeros and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text or "0"
