"""What was published about accuracy and cost, and our own miniature of it beside it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ..._validate import require_choice, require_number
from ...arch import facts
from ...arch.budget import meets
from ...records.compare import Comparison, Difference, best_first, compare, one_of_each_family
from ...records.runs import RunRecord
from ...records.statistics import CONFIDENCE, METRICS, Result
from .. import style
from ..picture import Board, Cell, Picture, frame
from ..style import format_count, format_range, format_ratio, format_signed
from ..tables import Table
from .accuracy import points_of
from .drawing import error_bar, mark, name_rows, set_count_axis, side_by_side, write_above

#: Versions of the paper -> how captions name them.
VERSIONS = {"v5": "arXiv version 5 (2020)", "2019": "the versions of 2019"}

_COSTS = {"macs": "MACs", "params": "parameters"}

#: Order of rows.
_DIRECTIONS = ("depth", "width", "resolution", "compound")


# ------------------------------------------------------------------ Table 2


def published_accuracy(
    by: Literal["macs", "params"] = "macs", version: Literal["v5", "2019"] = "v5"
) -> Picture:
    """Draw the paper's Table 2: ImageNet top-1 accuracy against MACs or parameters, as printed.

    By parameters it is the paper's Figure 1, by MACs its Figure 5.

    Parameters
    ----------
    by
        "macs" or "params".
    version
        Whose accuracies of the EfficientNets: "v5" or "2019".

    Raises
    ------
    ValueError
        If `by` or `version` is something else.
    """
    require_choice("by", by, _COSTS)
    require_choice("version", version, VERSIONS)
    own = list(facts.IMAGENET.values())
    others = [row for row in facts.TABLE_2 if getattr(row, by) is not None]
    words = _COSTS[by]
    title = _table_2_title(others, by, version)
    caption = _table_2_caption(by, version)
    with style.rc():
        figure, box = frame(title, caption, height=5.0, left=0.78, right=1.1, bottom=0.56)
        axes = figure.add_axes(box)
        costs = [getattr(row, by) for row in (*own, *others)]
        set_count_axis(axes, min(costs) / 1.25, max(costs) * 1.25)
        axes.set_xlabel(f"{words} as printed")
        axes.set_ylabel("ImageNet top-1 accuracy (%)")
        _draw_table_2(axes, own, others, by, version)
    rows = _table_2_rows(version)
    best = max(own, key=lambda row: _top1(row, version))
    alt = (
        f"{title}. ImageNet top-1 accuracy against {words}, on a logarithmic axis, of B0 to B7 and "
        f"{len(others)} other networks. B0: {_top1(own[0], version):.1f}% at "
        f"{format_count(getattr(own[0], by))}; {best.model.upper()}: {_top1(best, version):.1f}% "
        f"at {format_count(getattr(best, by))}. {caption}."
    )
    columns = ("network", "EfficientNet", "top-1 (%)", "parameters", "MACs", "stands beside")
    return Picture(figure, alt, columns, rows)


def _top1(row: facts.Released, version: str) -> float:
    return row.top1 if version == "v5" else row.top1_2019


def _table_2_title(others: Sequence[facts.Network], by: str, version: str) -> str:
    """Name the pair of the table that is furthest apart in cost."""

    def ratio(row: facts.Network) -> float:
        return float(getattr(row, by) / getattr(facts.IMAGENET[row.beside], by))

    far = max(others, key=ratio)
    own = facts.IMAGENET[far.beside]
    return (
        f"{far.model}: {format_ratio(ratio(far))} the {_COSTS[by]} of {own.model.upper()}, "
        f"{far.top1:.1f}% beside {_top1(own, version):.1f}%"
    )


def _table_2_caption(by: str, version: str) -> str:
    parts = [f"Table 2 of {VERSIONS[version]}: costs and accuracies as the paper prints them"]
    silent = [row.model for row in facts.TABLE_2 if getattr(row, by) is None]
    if silent:
        parts.append(f"{', '.join(silent)} left out, as its MACs are not printed")
    parts.append("hollow: the other networks, as it quotes them")
    return "; ".join(parts)


def _draw_table_2(
    axes: Axes,
    own: Sequence[facts.Released],
    others: Sequence[facts.Network],
    by: str,
    version: str,
) -> None:
    look = style.FAMILIES["compound"]
    costs = [getattr(row, by) for row in own]
    accuracies = [_top1(row, version) for row in own]
    every = [*accuracies, *(row.top1 for row in others)]
    axes.set_ylim(min(every) - 0.8, max(every) + 0.8)
    axes.yaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))
    board = Board(axes)
    axes.plot(costs, accuracies, color=look.colour, zorder=3, **look.marker_style)
    board.avoid_line(costs, accuracies)
    for row, cost, accuracy in zip(own, costs, accuracies, strict=True):
        board.note(row.model.upper(), cost, accuracy, look, bold=True)
    for other in others:
        mark(axes, getattr(other, by), other.top1, style.PUBLISHED)
        board.note(other.model, getattr(other, by), other.top1, style.PUBLISHED)
    board.place()


def _table_2_rows(version: str) -> tuple[tuple[Cell, ...], ...]:
    rows: list[tuple[Cell, ...]] = []
    for own in facts.IMAGENET.values():
        name = own.model.upper()
        rows.append((name, True, _top1(own, version), own.params, own.macs, None))
        rows += [
            (row.model, False, row.top1, row.params, row.macs, name)
            for row in facts.TABLE_2
            if row.beside == own.model
        ]
    return tuple(rows)


# ------------------------------------------------------------------ Table 7, and ours


class _Gain(NamedTuple):
    """What a family bought over its base, in points; `room` is half its interval, if known."""

    family: str
    network: str
    times: float
    points: float
    room: float | None
    seeds: int | None
    verdict: str

    @property
    def written(self) -> str:
        return format_signed(self.points)


class _Study(NamedTuple):
    """A panel: its name, what each family gained, and the families that may have gained most.

    `margins` says what its bars are made of.
    """

    name: str
    gains: list[_Gain]
    leaders: list[str]
    margins: str = ""


def gains_beside_paper(
    studies: Mapping[str, Iterable[RunRecord]], factor: float = 4.0, metric: str = "test_accuracy"
) -> Picture:
    """Draw the paper's Table 7 beside our own miniature: what each way of scaling gained.

    Parameters
    ----------
    studies
        Name of a panel -> runs of one base and its families, on one data set, of one length.
    factor
        The multiple of the base's MACs at which families are compared; the paper's is about 4.
    metric
        "test_accuracy" or "val_accuracy".

    Raises
    ------
    ValueError
        If a study has not exactly one base, or no family near that multiple, or the metric is
        unknown.
    """
    require_choice("metric", metric, METRICS)
    require_number("factor", factor, 1, 1000)
    ours = [_study(name, *_members(name, runs, factor, metric)) for name, runs in studies.items()]
    panels = [_paper_study(), *ours]
    title, caption = _gains_title(panels), _gains_caption(panels)
    with style.rc():
        figure, box = frame(title, caption, height=3.5, left=1.15, right=0.3, bottom=0.56)
        box = (*box[:3], 0.9 * box[3])
        for place, axes in enumerate(side_by_side(figure, box, len(panels), 0.035)):
            _draw_gains(axes, panels[place], first=place == 0)
    columns = (
        "study",
        "family",
        "network",
        "MACs over the base's",
        "gain (points)",
        f"± ({CONFIDENCE:.0%} interval)",
        "seeds",
        "verdict",
    )
    rows = tuple(
        (
            study.name,
            g.family,
            g.network,
            round(g.times, 2),
            round(g.points, 2),
            None if g.room is None else round(g.room, 2),
            g.seeds,
            g.verdict,
        )
        for study in panels
        for g in study.gains
    )
    words = ". ".join(f"{study.name}: {_in_words(study.gains)}" for study in panels)
    return Picture(figure, f"{title}. {words}. {caption}.", columns, rows)


def differences(
    records: Iterable[RunRecord], factor: float = 4.0, metric: str = "test_accuracy"
) -> Table:
    """Set every two ways of scaling beside each other, and say which differences are noise.

    Parameters
    ----------
    records, factor, metric
        As for `gains_beside_paper`, of one study.

    Raises
    ------
    ValueError
        As for `gains_beside_paper`.
    """
    require_choice("metric", metric, METRICS)
    require_number("factor", factor, 1, 1000)
    study, _, members = _members("the study", records, factor, metric)
    rows: list[tuple[Cell, ...]] = []
    pairs = study.pairs(members)
    for found in pairs:
        pair = f"{found.first.family} over {found.second.family}"
        seeds = f"{found.n[0]} and {found.n[1]}"
        # Two digits, as an end may be near zero.
        ends = found.interval and " to ".join(f"{100 * end:+.2f}" for end in found.interval)
        rows.append((pair, round(100 * found.value, 2), ends, seeds, found.verdict))
    return Table(
        f"Differences in {METRICS[metric]} at about {factor:g} x the base's MACs, "
        f"with {CONFIDENCE:.0%} intervals for all pairs at once (Tukey's{_margins(pairs)})",
        ("pair", "difference (points)", "interval", "seeds", "verdict"),
        tuple(rows),
    )


def _margins(found: Iterable[Difference]) -> str:
    """Say what the margins are made of; nothing without tests."""
    tested = [(one.errors, 100 * one.error) for one in found if one.errors and one.error]
    if not tested:
        return ""
    errors, sizes = (format_range(values, "{:.2f}".format) for values in zip(*tested, strict=True))
    return f": {errors} standard errors of {sizes} points each way"


def _paper_study() -> _Study:
    base = next(row for row in facts.TABLE_7 if row.family == "base")
    rows = {row.family: row for row in facts.TABLE_7}
    gains = [
        _Gain(
            family,
            "B0 scaled",
            rows[family].macs / base.macs,
            rows[family].top1 - base.top1,
            None,
            None,
            "no seeds published",
        )
        for family in _DIRECTIONS
    ]
    best = max(gains, key=lambda gain: gain.points)
    return _Study("the paper: B0, ImageNet", gains, [best.family])


def _members(
    name: str, records: Iterable[RunRecord], factor: float, metric: str
) -> tuple[Comparison, Result, list[Result]]:
    """Find the study, its base, and each family's network nearest to a multiple of its MACs."""
    points = points_of(records, metric)
    bases = [point for point in points if point.family == "base"]
    if len(bases) != 1:
        raise ValueError(
            f"{name!r} has {len(bases)} networks of family 'base', trained one way; "
            "there must be exactly 1"
        )
    base = bases[0]
    target = factor * base.macs
    near = [p for p in points if p.training == base.training and meets(p.macs, target)]
    members = [p for p in one_of_each_family(near, target) if p.family in _DIRECTIONS]
    if not members:
        raise ValueError(f"{name!r} has no family near {factor:g} x its base's MACs")
    ordered = sorted(members, key=lambda point: _DIRECTIONS.index(point.family))
    return compare(points), base, ordered


def _gain(found: Difference) -> _Gain:
    """Write a difference from the base in points."""
    member, base = found.first, found.second
    return _Gain(
        member.family,
        member.spec.name,
        member.macs / base.macs,
        100 * found.value,
        None if found.margin is None else 100 * found.margin,
        min(found.n),
        found.verdict,
    )


def _study(name: str, study: Comparison, base: Result, members: Sequence[Result]) -> _Study:
    """Make a panel from what the members gained over the base."""
    against = study.against(base, members)
    gains = [_gain(found) for found in against]
    lead = study.lead(members)
    close = [found.second.family for found in lead if found.within_noise]
    return _Study(name, gains, [best_first(members)[0].family, *close], _margins(against))


def _gains_title(panels: Sequence[_Study]) -> str:
    """Say which family gained most in each panel, or that it is too close to call."""
    said = []
    for study in panels:
        best = max(study.gains, key=lambda gain: gain.points)
        note = ", too close to call" if len(study.leaders) > 1 else ""
        untested = f", {best.verdict}" if best.room is None else ""
        families = " or ".join(study.leaders)
        short = study.name.partition(":")[0]
        said.append(f"{short}, {families} ({best.written} points{untested}{note})")
    return f"Largest gain at matched MACs: {'; '.join(said)}"


def _gains_caption(panels: Sequence[_Study]) -> str:
    then = facts.TABLE_7_BASE_2019
    now = next(row for row in facts.TABLE_7 if row.family == "base")
    told = [f"{study.name.partition(':')[0]}{study.margins}" for study in panels if study.margins]
    margins = f" (Dunnett's; {'; '.join(told)})" if told else ""
    seeds = _seeds({g.seeds for study in panels for g in study.gains if g.seeds})
    return (
        f"Points of accuracy over the base, each panel on its own scale; bars: {CONFIDENCE:.0%} "
        f"intervals of the difference ({seeds}), all of a panel at once{margins}; none with one "
        "seed or nothing published. "
        f"Paper: Table 7 of {VERSIONS['v5']}; in 2019 its base was {then.text}, not "
        f"{now.top1:.1f}%, so gains were {now.top1 - then.value:.1f} points larger"
    )


def _seeds(counts: Collection[int]) -> str:
    if not counts:
        return "no runs"
    return "one seed" if max(counts) == 1 else f"{format_range(counts)} seeds"


def _in_words(gains: Sequence[_Gain]) -> str:
    return ", ".join(
        f"{g.family} {g.written}{'' if g.room is None else f' ± {g.room:.1f}'} points "
        f"at {format_ratio(g.times)} the MACs"
        for g in gains
    )


def _draw_gains(axes: Axes, study: _Study, *, first: bool) -> None:
    """Draw a row for each family: a line from the base's zero to the family's marker."""
    gains = study.gains
    for gain in gains:
        level, look = _DIRECTIONS.index(gain.family), style.FAMILIES[gain.family]
        axes.plot([0, gain.points], [level, level], color=look.colour, lw=style.THIN, zorder=2)
        if gain.room is not None:
            error_bar(axes, gain.points, level, look.colour, across=gain.room, zorder=3)
        mark(axes, gain.points, level, look)
        write_above(axes, gain.written, gain.points, level, by=8)
    axes.axvline(0, color=style.INK, lw=style.THIN, zorder=1)
    name_rows(axes, [name if first else "" for name in _DIRECTIONS], above=0.7, below=0.5)
    ends = [g.points + sign * (g.room or 0) for g in gains for sign in (-1, 1)]
    low, high = min(0.0, *ends), max(0.0, *ends)
    room = max(0.16 * (high - low), 0.3)
    axes.set_xlim(low - room if low < 0 else -room / 2, high + room)
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.set_xlabel("points over the base")
    axes.set_title(study.name, loc="left", size=style.TEXT, weight="bold")
