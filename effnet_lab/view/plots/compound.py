"""Compound scaling: the grid search, what phi makes of a baseline, and what was released."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any, NamedTuple

from matplotlib.axes import Axes

from ...arch import (
    B0,
    PAPER_COEFFICIENTS,
    VARIANTS,
    CompoundCoefficients,
    NetworkSpec,
    compound_scaled,
    cost,
    resolve,
    scaled,
    scaled_to_macs,
)
from ...arch.facts import IMAGENET, ScalingRow
from ...records.compare import Difference, best_first, compare
from ...records.labels import BASE
from ...records.runs import RunRecord
from ...records.statistics import CONFIDENCE, METRICS, Result, results
from .. import style
from ..picture import Cell, Picture, frame
from ..style import format_count, format_percent, format_range, format_ratio
from ..tables import Table
from .drawing import DASHES, mark, name_lines, name_rows, set_ticks

#: Marks the candidate to which the paper's coefficients lead.
_PAPERS = "(paper's)"


# ------------------------------------------------------------------ the grid search


class _Candidate(NamedTuple):
    """One network of the grid."""

    result: Result

    @property
    def coefficients(self) -> CompoundCoefficients | None:
        """What its network was scaled by, as its labels tell."""
        return self.result.labels.coefficients

    @property
    def name(self) -> str:
        """Its coefficients; where they are not known, the network's name."""
        found = self.coefficients
        if found is None:
            return self.result.spec.name
        return f"α {found.alpha:.1f} β {found.beta:.1f} γ {found.gamma:.1f}"

    @property
    def family(self) -> str:
        """The dimension of the only coefficient above 1; "compound" if there are several."""
        found = self.coefficients or CompoundCoefficients()
        values = {"depth": found.alpha, "width": found.beta, "resolution": found.gamma}
        grown = [dimension for dimension, value in values.items() if value > 1]
        return grown[0] if len(grown) == 1 else "compound"

    @property
    def mean(self) -> float:
        return 100 * self.result.mean

    @property
    def values(self) -> tuple[float, ...]:
        return tuple(100 * accuracy for accuracy in self.result.accuracies)


class _Ranked(NamedTuple):
    """Candidates, best first; the differences of the best from each other one, in that order.

    `spread` is that of a single run, in points, over all of the study; None if all have a single
    seed.
    """

    candidates: list[_Candidate]
    differences: list[Difference]
    spread: float | None

    @property
    def close(self) -> int:
        """How many candidates the seeds do not tell apart from the best."""
        return sum(not found.told_apart for found in self.differences)


def grid_results(records: Iterable[RunRecord], metric: str = "val_accuracy") -> Picture:
    """Draw the candidates of a grid search, best first, and which are too close to call.

    Parameters
    ----------
    records
        Runs of a study with families "base" and "grid".
    metric
        "val_accuracy", as choices are made on the validation pictures, or "test_accuracy".

    Raises
    ------
    ValueError
        If no candidate finished, or the metric is unknown.
    """
    found = results(records, metric)
    base = next((result for result in found if result.family == BASE), None)
    ranked = _ranked(found)
    paper = _papers(base, ranked)
    title, caption = _grid_headline(ranked), _grid_caption(ranked, base, paper)
    with style.rc():
        height = 1.75 + 0.33 * len(ranked.candidates)
        figure, box = frame(title, caption, left=2.5, right=0.35, bottom=0.56, height=height)
        axes = figure.add_axes(box)
        _draw_grid(axes, ranked, paper)
        if base:
            axes.axvline(100 * base.mean, color=style.NEUTRAL, lw=style.THIN, ls=DASHES)
        axes.set_xlabel(f"{METRICS[metric]} (%)")
    rows = _grid_rows(ranked, paper)
    words = "; ".join(f"{row[0]}: {row[4]:.1f}%" for row in rows)
    columns = (
        "candidate",
        "scaled in",
        "MACs",
        "seeds",
        f"{METRICS[metric]} (%)",
        "lowest (%)",
        "highest (%)",
        "behind the best (points)",
        "told apart",
    )
    return Picture(figure, f"{title}. {words}. {caption}.", columns, rows)


def best_of_grid(
    records: Iterable[RunRecord], metric: str = "val_accuracy"
) -> CompoundCoefficients:
    """Return the coefficients of the candidate with the best mean.

    Raises
    ------
    ValueError
        If no candidate finished, its labels do not tell its coefficients, or the metric is unknown.
    """
    best = _ranked(results(records, metric)).candidates[0]
    if best.coefficients is None:
        raise ValueError(f"{best.result.spec.name!r} has no labels alpha, beta and gamma")
    return best.coefficients


def _ranked(found: Sequence[Result]) -> _Ranked:
    candidates = [result for result in found if result.family == "grid"]
    if not candidates:
        raise ValueError("no run of family 'grid' finished; there are no candidates to draw")
    ranked, study = best_first(candidates), compare(found)
    spread = study.spread(ranked[0])
    return _Ranked(
        [*map(_Candidate, ranked)],
        study.may_be_best(ranked),
        None if spread is None else 100 * spread,
    )


def _papers(base: Result | None, ranked: _Ranked) -> str:
    """Name the candidate to which the paper's coefficients lead on this baseline, if it is one."""
    if base is None:
        return ""
    target = round(fmean(c.result.macs / base.macs for c in ranked.candidates)) * base.macs
    network = resolve(scaled_to_macs(base.spec, target, PAPER_COEFFICIENTS))[1:]
    return next((c.name for c in ranked.candidates if resolve(c.result.spec)[1:] == network), "")


def _grid_headline(ranked: _Ranked) -> str:
    best, others = ranked.candidates[0], len(ranked.candidates) - 1
    start = f"{best.name} does best"
    if ranked.spread is None:
        return f"{start}, with one seed each: the order may be luck"
    close = ranked.close
    if not close:
        return f"{start}, and none of the others comes near enough to be luck"
    return f"{start}, but {close} of the {others} others may be as good"


def _grid_caption(ranked: _Ranked, base: Result | None, paper: str) -> str:
    seeds = format_range(candidate.result.n for candidate in ranked.candidates)
    parts = [f"small marks: single runs ({seeds} seeds); large: their mean"]
    nearest = next(iter(ranked.differences), None)
    if nearest is not None and nearest.margin and nearest.error:
        errors = nearest.margin / nearest.error
        parts.append(
            f"candidate and seed taken away, one run spreads by {ranked.spread:.1f} points; band: "
            f"{errors:.1f} standard errors of a difference below the best; with {CONFIDENCE:.0%} "
            "confidence the candidate that is best in truth has its mean there"
        )
    if base:
        parts.append(f"dashed: the baseline ({format_percent(base.mean)})")
    if paper:
        parts.append(f"{_PAPERS}: the network that the paper's coefficients give at these MACs")
    return "; ".join(parts)


def _draw_grid(axes: Axes, ranked: _Ranked, paper: str) -> None:
    best = ranked.candidates[0]
    margin = ranked.differences[0].margin if ranked.differences else None
    if margin is not None:
        band = 100 * margin
        axes.axvspan(
            best.mean - band, best.mean + band, color=style.INK, alpha=style.GRID_ALPHA, lw=0
        )
    names = []
    for level, candidate in enumerate(ranked.candidates):
        look = style.FAMILIES[candidate.family]
        small = replace(look, size=look.size / 2, hollow=True)
        for value in candidate.values:
            mark(axes, value, level, small, zorder=3)
        mark(axes, candidate.mean, level, look)
        names.append(_marked(candidate, paper))
    name_rows(axes, names)


def _marked(candidate: _Candidate, paper: str) -> str:
    """Name a candidate, with a mark if it is the paper's."""
    return f"{candidate.name} {_PAPERS}" if candidate.name == paper else candidate.name


def _grid_rows(ranked: _Ranked, paper: str) -> tuple[tuple[Cell, ...], ...]:
    best = ranked.candidates[0]
    told_apart = [None, *(found.told_apart for found in ranked.differences)]
    return tuple(
        (
            _marked(c, paper),
            c.family,
            c.result.macs,
            c.result.n,
            round(c.mean, 2),
            round(min(c.values), 2),
            round(max(c.values), 2),
            round(best.mean - c.mean, 2),
            apart,
        )
        for c, apart in zip(ranked.candidates, told_apart, strict=True)
    )


# ------------------------------------------------------------------ phi


class _Wanted(NamedTuple):
    """The phi that each dimension of a released network asks for."""

    name: str
    depth: float
    width: float
    resolution: float


def phi_wanted(
    specs: Mapping[str, NetworkSpec] | None = None,
    baseline: NetworkSpec = B0,
    coefficients: CompoundCoefficients = PAPER_COEFFICIENTS,
) -> Picture:
    """Draw, for each network, the phi at which the formula gives its depth, width, resolution.

    Parameters
    ----------
    specs
        Name -> network; by default B1 to B7 as released.
    baseline
        What they were scaled from.
    coefficients
        All three above 1, or no phi could be read back.

    Raises
    ------
    ValueError
        If there are no networks, or a coefficient is 1.
    """
    specs = specs if specs is not None else {f"B{n}": VARIANTS[f"b{n}"] for n in range(1, 8)}
    if not specs:
        raise ValueError("specs is empty; it must hold at least one network")
    for name in ("alpha", "beta", "gamma"):
        if getattr(coefficients, name) == 1:
            raise ValueError(f"{name} is 1; it must be above 1, as 1 to any power is 1")
    wanted = [_wanted(name, spec, baseline, coefficients) for name, spec in specs.items()]
    worst = max(wanted, key=lambda w: max(w[1:]) - min(w[1:]))
    title = (
        f"{worst.name} wants φ = {min(worst[1:]):.1f} by its {_least(worst)}, "
        f"{max(worst[1:]):.1f} by its {_most(worst)}"
    )
    caption = (
        f"φ = ln(d) / ln({coefficients.alpha:g}), ln(w) / ln({coefficients.beta:g}) and "
        f"ln(r) / ln({coefficients.gamma:g}); three marks at one height would be a φ that fits; "
        "dashed: φ = 1, 2, 3 and so on"
    )
    with style.rc():
        figure, box = frame(title, caption, left=0.7, right=1.3, bottom=0.4, height=4.2)
        _draw_wanted(figure.add_axes(box), wanted)
    rows = tuple(
        (w.name, round(w.depth, 3), round(w.width, 3), round(w.resolution, 3)) for w in wanted
    )
    words = "; ".join(f"{w.name}: {w.depth:.2f}, {w.width:.2f}, {w.resolution:.2f}" for w in wanted)
    alt = f"{title}. The φ wanted by depth, width and resolution. {words}. {caption}."
    return Picture(figure, alt, ("network", "by depth", "by width", "by resolution"), rows)


def _wanted(
    name: str, spec: NetworkSpec, baseline: NetworkSpec, coefficients: CompoundCoefficients
) -> _Wanted:
    return _Wanted(
        name,
        math.log(spec.depth_mult / baseline.depth_mult, coefficients.alpha),
        math.log(spec.width_mult / baseline.width_mult, coefficients.beta),
        math.log(spec.resolution / baseline.resolution, coefficients.gamma),
    )


def _least(wanted: _Wanted) -> str:
    return min(("depth", "width", "resolution"), key=lambda name: getattr(wanted, name))


def _most(wanted: _Wanted) -> str:
    return max(("depth", "width", "resolution"), key=lambda name: getattr(wanted, name))


def _draw_wanted(axes: Axes, wanted: Sequence[_Wanted]) -> None:
    places = range(1, len(wanted) + 1)
    faint: dict[str, Any] = {"color": style.INK, "lw": style.THIN, "alpha": style.FRONT_ALPHA}
    axes.plot(places, places, ls=DASHES, zorder=2, **faint)
    for shift, family in enumerate(("depth", "width", "resolution"), start=-1):
        look = style.FAMILIES[family]
        # Side by side, so that marks at one height stay visible.
        xs = [place + 0.14 * shift for place in places]
        phis = [getattr(w, family) for w in wanted]
        name = f"by {family}"
        axes.plot(xs, phis, label=name, color=look.colour, zorder=3, **look.marker_style)
    axes.set_xlim(0.6, len(wanted) + 0.4)
    axes.set_xticks(list(places), [w.name for w in wanted])
    axes.set_ylabel("φ that gives this network")
    name_lines(axes)


def growth_with_phi(
    baseline: NetworkSpec = B0,
    coefficients: CompoundCoefficients = PAPER_COEFFICIENTS,
    most: float = 7.0,
) -> Picture:
    """Draw how MACs grow with phi: by the formula, as counted, and if each step doubled them.

    Parameters
    ----------
    baseline
        What is scaled.
    coefficients
        alpha, beta and gamma.
    most
        The largest phi.

    Raises
    ------
    ValueError
        If a network on the way is out of range, or `most` is not positive.
    """
    if not most > 0:
        raise ValueError(f"most is {most!r}; it must be positive")
    base, product = cost(baseline).macs, coefficients.multipliers().macs
    phis = [most * step / 140 for step in range(141)]
    counted = [cost(compound_scaled(baseline, phi, coefficients)).macs / base for phi in phis]
    curves = {
        "doubling": [2**phi for phi in phis],
        f"{product:.3g}^φ": [product**phi for phi in phis],
        "counted": counted,
    }
    title = (
        f"At φ = {most:g}: {format_ratio(counted[-1])} the MACs as counted, "
        f"{format_ratio(product**most)} by the formula"
    )
    caption = (
        f"{_written(baseline)} scaled by α = {coefficients.alpha:g}, β = {coefficients.beta:g}, "
        f"γ = {coefficients.gamma:g}; α·β²·γ² = {product:.3g}"
    )
    with style.rc():
        figure, box = frame(title, caption, left=0.78, right=1.5, bottom=0.56, height=4.2)
        _draw_growth(figure.add_axes(box), phis, curves)
    rows = tuple(
        (round(phis[i], 2), *(values[i] for values in curves.values())) for i in range(0, 141, 20)
    )
    words = "; ".join(f"φ {row[0]:g}: counted {row[3]:.3g}, formula {row[2]:.3g}" for row in rows)
    return Picture(figure, f"{title}. {words}. {caption}.", ("φ", *curves), rows)


def _written(spec: NetworkSpec) -> str:
    """Write a network's name as people do: B0 for b0."""
    return spec.name.upper() if spec.name in IMAGENET else spec.name


def _draw_growth(axes: Axes, phis: Sequence[float], curves: Mapping[str, Sequence[float]]) -> None:
    for (name, values), dashes in zip(curves.items(), ((0, (1, 2)), DASHES, "-"), strict=True):
        look = style.FAMILIES["compound"] if name == "counted" else None
        axes.plot(
            phis,
            values,
            label=name,
            color=look.colour if look else style.INK,
            ls=dashes,
            lw=style.LINE if look else style.THIN,
            zorder=4 if look else 3,
        )
    axes.set_yscale("log")
    highest = max(max(values) for values in curves.values())
    ticks = [2.0**power for power in range(int(math.log2(highest)) + 1)]
    set_ticks(axes.yaxis, ticks, [f"{tick:g} x" for tick in ticks])
    axes.set_xlim(0, phis[-1])
    axes.set_xlabel("φ")
    axes.set_ylabel("MACs over the baseline's")
    name_lines(axes)


# ------------------------------------------------------------------ published rows


def published_beside_count(rows: Iterable[ScalingRow], baseline: NetworkSpec = B0) -> Table:
    """Set published MACs of a scaled baseline beside what its multipliers give here.

    Parameters
    ----------
    rows
        Such as ``facts.TABLE_7``; rows without multipliers are left out.
    baseline
        The network that they scale.
    """
    cells: list[tuple[Cell, ...]] = []
    base_top1 = None
    for row in rows:
        if row.width is None or row.depth is None or row.resolution is None:
            continue
        base_top1 = row.top1 if row.family == "base" else base_top1
        counted = cost(scaled(baseline, row.width, row.depth, row.resolution)).macs
        factors = f"w {row.width:g}, d {row.depth:g}, r {row.resolution:g}"
        gain = None if base_top1 is None else round(row.top1 - base_top1, 1)
        cells.append(
            (row.family, factors, format_count(row.macs), format_count(counted), row.top1, gain)
        )
    return Table(
        f"{_written(baseline)} scaled: the paper's MACs, what its multipliers cost here, and top-1",
        ("family", "multipliers", "MACs, printed", "MACs, counted", "top-1 (%)", "gain (points)"),
        tuple(cells),
    )


def compound_over_single(rows: Iterable[ScalingRow]) -> Table:
    """Set compound scaling beside the best single dimension, for each published baseline.

    Parameters
    ----------
    rows
        Such as ``facts.TABLE_3 + facts.TABLE_7``.
    """
    groups: dict[str, list[ScalingRow]] = {}
    for row in rows:
        groups.setdefault(row.baseline, []).append(row)
    cells: list[tuple[Cell, ...]] = []
    for baseline, members in groups.items():
        single = [row for row in members if row.family in ("width", "depth", "resolution")]
        both = [row for row in members if row.family == "compound"]
        if single and both:
            best = max(single, key=lambda row: row.top1)
            cells.append(
                (
                    baseline,
                    best.family,
                    best.top1,
                    both[0].top1,
                    round(both[0].top1 - best.top1, 1),
                    format_ratio(both[0].macs / best.macs),
                )
            )
    return Table(
        "Top-1 accuracy on ImageNet as published: the best single dimension, and all three",
        (
            "baseline",
            "best single",
            "its top-1 (%)",
            "compound (%)",
            "ahead (points)",
            "MACs of compound over best single",
        ),
        tuple(cells),
    )
