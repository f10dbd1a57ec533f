"""Pictures of a class, in the course's drawing kit; each with its words and its table."""

from collections import Counter
from collections.abc import Sequence

from ...view import style
from ...view.picture import Cell, Picture, frame
from ...view.plots.drawing import DASHES, bar, error_bar, mark, name_rows, write_beside
from ...view.style import Look
from .findings import NO_SLIP, Findings, InventoryFindings, SlipCount

#: Slips that are drawn; the table has all.
MOST_SLIPS = 15

_BEFORE = Look(style.INK, "o", 8.0, hollow=True)
_AFTER = Look(style.INK, "o", 8.0)


def totals(found: Findings) -> Picture:
    """Draw how many learners have how many points: a bar for each tenth of all."""
    step = found.points / 10
    places = Counter(min(9, int(points / step + 1e-9)) for points in found.totals)
    names = [f"{place * step:g} to {(place + 1) * step:g}" for place in range(10)]
    counts = [(name, places[place]) for place, name in enumerate(names)]
    return _bars(
        "How many points?",
        f"Submissions by their points of {found.points:g}, before anything is taken off for being "
        "late. A bar holds its lower end.",
        ("points", "submissions"),
        counts,
    )


def tasks(found: Findings) -> Picture | None:
    """Draw the mean share of the points of each task; None if none is known."""
    shares = {item.title: item.share for item in found.items if item.share is not None}
    counts = [(title, round(100 * share)) for title, share in shares.items()]
    if not counts:
        return None
    return _bars(
        "How hard was each task?",
        "Mean share of its points that the class got, in percent: short bars are hard tasks.",
        ("task", "share of the points (%)"),
        counts,
        most=100,
    )


def slips(found: Sequence[SlipCount]) -> Picture | None:
    """Draw which slips were made most often; None if none was."""
    counts = [(f"{one.slip} · {one.title}", one.count) for one in found if one.slip != NO_SLIP]
    counts = counts[:MOST_SLIPS]
    if not counts:
        return None
    others = sum(one.count for one in found if one.slip == NO_SLIP)
    return _bars(
        "Which slips were made?",
        f"Submissions with each slip, the {len(counts)} most frequent; behind the dot is the task. "
        f"{others} more answers are wrong in ways that no slip explains.",
        ("slip", "submissions"),
        counts,
    )


def _bars(
    title: str,
    caption: str,
    columns: tuple[str, str],
    counts: Sequence[tuple[str, int]],
    most: float | None = None,
) -> Picture:
    """Draw a bar with its number for each row."""
    longest = max(len(name) for name, _ in counts)
    left = min(4.6, 0.4 + 0.075 * longest)
    names = [name if len(name) < 62 else f"{name[:60]}…" for name, _ in counts]
    with style.rc():
        figure, box = frame(
            title, caption, left=left, right=0.4, bottom=0.3, height=1.5 + 0.29 * len(counts)
        )
        end = 1.12 * (most or max(1, *(count for _, count in counts)))
        axes = figure.add_axes(box, xticks=[], xlim=(0, end))
        for row, (_, count) in enumerate(counts):
            bar(axes, row, count, style.PLAIN_BAR)
            write_beside(axes, f"{count}", count, row)
        name_rows(axes, names)
    told = "; ".join(f"{name}: {count}" for name, count in counts)
    rows: tuple[tuple[Cell, ...], ...] = tuple(counts)
    return Picture(figure, f"{title} {columns[1].capitalize()}: {told}.", columns, rows)


def discriminations(found: Findings) -> Picture | None:
    """Draw how well each task tells strong from weak learners; None if no task varies."""
    items = [(item.title, item.discrimination) for item in found.items if item.discrimination]
    if not items:
        return None
    rows = tuple(
        (title, *(None if end is None else round(end, 2) for end in one)) for title, one in items
    )
    with style.rc():
        figure, box = frame(
            "Does a task tell strong from weak?",
            "Correlation of a task's points with those of all other checked tasks, and its 95% "
            "bootstrap interval over learners. Where it covers zero, these do not tell.",
            left=0.4 + 0.075 * max(len(title) for title, _ in items),
            right=0.3,
            bottom=0.5,
            height=1.9 + 0.32 * len(items),
        )
        axes = figure.add_axes(box, xlim=(-1.05, 1.05))
        axes.axvline(0, color=style.INK, lw=style.THIN, zorder=1)
        for row, (_, one) in enumerate(items):
            if one.low is not None and one.high is not None:
                middle, half = (one.low + one.high) / 2, (one.high - one.low) / 2
                error_bar(axes, middle, row, style.INK, across=half)
            mark(axes, one.value, row, _AFTER)
        name_rows(axes, [title for title, _ in items])
    told = "; ".join(f"{title}: {one}" for title, one in items)
    columns = ("task", "correlation with the rest", "low", "high")
    return Picture(figure, f"Correlation of each task with the rest. {told}.", columns, rows)


def closeness(found: Findings) -> Picture:
    """Draw how alike each submission is to the one that it is most alike to."""
    best, limit = found.similarity.best, found.similarity.limit
    counts = Counter(min(19, int(20 * value + 1e-9)) for value in best)
    with style.rc():
        figure, box = frame(
            "How alike is each submission to its nearest?",
            "Each submission counts once, by how much of its rare code it shares with the one that "
            "it is most alike to. Pairs beyond the dashed line are listed.",
            left=0.6,
            right=0.3,
            bottom=0.5,
            height=3.2,
        )
        axes = figure.add_axes(box, xlim=(0, 1.02), ylim=(0, 1.15 * max(counts.values())))
        look = style.PLAIN_BAR
        for place, count in counts.items():
            axes.bar(
                (place + 0.5) / 20, count, 0.046, color=look.tint, edgecolor=style.PATTERN, lw=0.7
            )
            axes.text(
                (place + 0.5) / 20, count, f"{count}", ha="center", va="bottom", size=style.SMALL
            )
        axes.axvline(limit, color=style.INK, lw=style.LINE, ls=DASHES)
        axes.grid(axis="x", visible=False)
    rows = tuple((f"{n / 20:.2f} to {(n + 1) / 20:.2f}", counts[n]) for n in sorted(counts))
    told = "; ".join(f"{name}: {count}" for name, count in rows)
    alt = f"How alike each submission is to its nearest. {told}. The limit is {limit:.2f}."
    return Picture(figure, alt, ("alike", "submissions"), rows)


def inventory(found: InventoryFindings) -> Picture:
    """Draw the share of right answers to each question, before and after."""
    names = [f"{n} · {one.question.name.replace('_', ' ')}" for n, one in enumerate(found.asked, 1)]
    percents = [
        [None if share is None else round(100 * share) for share in one.right]
        for one in found.asked
    ]
    rows = tuple((name, *both) for name, both in zip(names, percents, strict=True))
    with style.rc():
        figure, box = frame(
            "What did the class know, before and after?",
            "Share of right answers to each question, in percent. Hollow: before; filled: after. "
            "The dashed line is what guessing gives, one in four.",
            left=2.0,
            right=0.3,
            bottom=0.5,
            height=1.6 + 0.3 * len(rows),
        )
        axes = figure.add_axes(box, xlim=(-3, 103))
        axes.axvline(25, color=style.INK, lw=style.THIN, ls=DASHES, zorder=1)
        for row, shares in enumerate(percents):
            known = [share for share in shares if share is not None]
            axes.plot(known, [row] * len(known), color=style.INK, lw=style.THIN, zorder=2)
            for share, look in zip(shares, (_BEFORE, _AFTER), strict=True):
                if share is not None:
                    mark(axes, share, row, look)
        name_rows(axes, names)
    told = "; ".join(f"{name}: {before}% before, {after}% after" for name, before, after in rows)
    told = told.replace("None%", "unknown")
    return Picture(figure, f"Right answers. {told}.", ("question", "before", "after"), rows)
