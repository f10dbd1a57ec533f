"""A report of recorded studies: tables, figures, and conclusions as tests; from records alone."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

from .._files import keep_backup
from ..records.compare import WITHIN_NOISE, Difference, compare, from_bases, matched
from ..records.runs import Recipe, RunRecord, finished
from ..records.statistics import (
    CONFIDENCE,
    FEWEST_PAIRS,
    Result,
    paired,
    rank_correlation,
    results,
    spearman,
)
from .picture import Cell, Picture
from .plots.accuracy import accuracy_vs_macs
from .plots.recipes import effects
from .style import format_count, format_seconds, format_signed
from .tables import Table

_HOW = (
    "A difference is of test accuracies, in percentage points, given the same seeds. How far runs "
    "spread is estimated from all runs of a study, with what networks and seeds bring taken away. "
    "The intervals of one list hold at once with {confidence:.0%} confidence: Dunnett's against a "
    "base, Tukey's where the best of some was found by looking. Where an interval covers zero the "
    "difference is *within noise*: these runs do not tell the two apart."
)


def write_report(
    studies: Mapping[str, Sequence[RunRecord]], folder: str | os.PathLike[str]
) -> Path:
    """Write ``report.md`` and a figure for each study into a folder; return the report's path.

    An older file of the same name and other content is kept beside the new one, under a dated
    name.

    Parameters
    ----------
    studies
        The records of each, by its name.
    folder
        It is made if it is missing.

    Raises
    ------
    ValueError
        If there are no studies, or a study has no finished run or is on several data sets.
    """
    if not studies:
        raise ValueError("there are no studies to report")
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target, prefix=".report-") as scratch:
        _write(studies, Path(scratch))
        for path in sorted(Path(scratch).iterdir()):
            _put(path, target / path.name)
    return target / "report.md"


def _write(studies: Mapping[str, Sequence[RunRecord]], folder: Path) -> None:
    parts = ["# Recorded studies", _HOW.format(confidence=CONFIDENCE)]
    for name, records in studies.items():
        picture = _picture(name, records)
        figure = picture.save(folder / f"{name}.svg")
        parts += [_study(name, records), f"![{_alt(picture.alt)}]({figure.name})"]
    ranking = list(rankings({name: results(records) for name, records in studies.items()}))
    if ranking:
        parts += ["## Do studies rank the same networks alike?", _bullets(ranking)]
    text = "\n\n".join(parts) + "\n"
    (folder / "report.md").write_text(text, encoding="utf-8")


def _picture(name: str, records: Sequence[RunRecord]) -> Picture:
    """Draw accuracy against MACs; where all cost the same, each difference from the base."""
    found = results(records)
    bases = [result for result in found if result.family == "base"]
    if len(bases) == 1 and [len(group) for group in matched(found)] == [len(found)]:
        return effects({name: records})
    return accuracy_vs_macs(records)


def _put(source: Path, target: Path) -> None:
    if target.exists() and target.read_bytes() != source.read_bytes():
        keep_backup(target)
    os.replace(source, target)


def _study(name: str, records: Sequence[RunRecord]) -> str:
    found = sorted(results(records), key=lambda r: (r.family != "base", r.family, r.cost.macs))
    table = study_table(name, found)
    parts = [f"## {name}", summary(records), f"{table.caption}.", table.to_markdown()]
    conclusions = {"Against the base": against_base, "At equal MACs": at_equal_macs}
    for title, lines in ((title, list(say(found))) for title, say in conclusions.items()):
        if lines:
            parts += [f"### {title}", _bullets(lines)]
    return "\n\n".join(parts)


def summary(records: Sequence[RunRecord]) -> str:
    """Return a line with the numbers of runs, networks, seeds and hours."""
    runs = finished(records)
    seeds = {record.plan.seed for record in runs}
    seconds = sum(record.seconds for record in records)
    left_out = len(records) - len(runs)
    return (
        f"{len(runs)} finished runs of {len(results(runs))} networks on "
        f"{', '.join(sorted({record.plan.data for record in runs}))}, {len(seeds)} "
        f"seed{'s' * (len(seeds) != 1)}, {format_seconds(seconds)} of training in all"
        + (f"; {left_out} unfinished left out." if left_out else ".")
    )


def study_table(name: str, found: Sequence[Result]) -> Table:
    """Set the results of a study out in a table, each beside its base.

    Parameters
    ----------
    name
        Of the study.
    found
        Its results; see `records.statistics.results`.
    """
    rows: list[tuple[Cell, ...]] = []
    differences = {id(difference.first): difference for difference in from_bases(found)}
    for result in found:
        rows.append(
            (
                _label(result, found),
                result.family or None,
                result.cost.macs,
                result.n,
                _mean_and_std(result),
                _table_difference(differences.get(id(result))),
            )
        )
    columns = (
        "network",
        "family",
        "MACs",
        "seeds",
        "test accuracy, mean ± std",
        f"difference from the base ({CONFIDENCE:.0%} interval)",
    )
    caption = f"Study {name}: test accuracy (%), over seeds, and the difference in points"
    return Table(caption, columns, tuple(rows))


def against_base(found: Sequence[Result]) -> Iterator[str]:
    """Say of each result how it compares with its base."""
    for difference in from_bases(found):
        yield _test(difference, found)


def at_equal_macs(found: Sequence[Result]) -> Iterator[str]:
    """Say of each group of equal cost how its best compares with each of the others."""
    for group in matched(found):
        macs = [result.cost.macs for result in group]
        ends = dict.fromkeys(format_count(end) for end in (min(macs), max(macs)))
        for difference in compare(found).lead(group):
            yield f"{' to '.join(ends)} MACs: {_test(difference, found)}"


def rankings(studies: Mapping[str, Sequence[Result]]) -> Iterator[str]:
    """Say of each pair of studies of the same networks how well their rankings agree."""
    for (one, first), (other, second) in combinations(studies.items(), 2):
        pairs = paired(first, second)
        here, there = [a.mean for a, _ in pairs], [b.mean for _, b in pairs]
        if len(pairs) < FEWEST_PAIRS or 1 in (len(set(here)), len(set(there))):
            continue
        found = rank_correlation(here, there)
        verdict = f": {WITHIN_NOISE}" if found.within_noise else ""
        yield (
            f"{one} and {other}: Spearman {format_signed(found.value, 2)} over {found.n} networks, "
            f"{found.confidence:.0%} bootstrap interval over the networks "
            f"{format_signed(found.low, 2)} to {format_signed(found.high, 2)}{verdict}"
            f"{_within_budgets(pairs)}"
        )


def _within_budgets(pairs: Sequence[tuple[Result, Result]]) -> str:
    """Say how rankings agree among networks of one cost; over all, most is a matter of size."""
    partner = {id(first): second for first, second in pairs}
    groups = [group for group in matched(first for first, _ in pairs) if len(group) > 2]
    ranks = [spearman([r.mean for r in g], [partner[id(r)].mean for r in g]) for g in groups]
    said = ", ".join(format_signed(value, 2) for value in ranks)
    return f"; among networks of one cost: {said}" if len(ranks) > 1 else ""


def difference_in_words(difference: Difference) -> str:
    """Write a difference of accuracies as a test.

    An example: "+2.1 points (n = 3 and 3; 95% interval −0.3 to +4.5): within noise".
    """
    points = f"{format_signed(100 * difference.value)} points"
    seeds = f"n = {difference.n[0]} and {difference.n[1]}"
    if difference.interval is None:
        return f"{points} ({seeds}; {difference.reason})"
    text = f"{points} ({seeds}; {difference.confidence:.0%} interval {_interval(difference)})"
    return f"{text}: {difference.verdict}" if difference.within_noise else text


def _test(difference: Difference, found: Sequence[Result]) -> str:
    names = f"{_label(difference.first, found)} over {_label(difference.second, found)}"
    return f"{names}: {difference_in_words(difference)}"


def _table_difference(difference: Difference | None) -> str | None:
    if difference is None:
        return None
    points = format_signed(100 * difference.value)
    if difference.interval is None:
        return f"{points} (no test)"
    noise = f", {difference.verdict}" if difference.within_noise else ""
    return f"{points} ({_interval(difference)}{noise})"


def _mean_and_std(result: Result) -> str:
    spread = "" if result.std is None else f" ± {100 * result.std:.1f}"
    return f"{100 * result.mean:.1f}{spread}"


def _label(result: Result, found: Sequence[Result]) -> str:
    """Name a result by its network, and by what else tells it from others of the same name."""
    namesakes = [other for other in found if other.spec.name == result.spec.name]
    parts = [result.spec.name]
    if len({other.plan.recipe for other in namesakes}) > 1:
        parts.append(_recipe_words(result.plan.recipe, [r.plan.recipe for r in namesakes]))
    if len({other.plan.pictures for other in namesakes}) > 1:
        parts.append(f"{format_count(result.plan.pictures, short=True)} pictures")
    return ", ".join(parts)


def _recipe_words(recipe: Recipe, others: Iterable[Recipe]) -> str:
    """Name the parts of a recipe that others have otherwise."""
    return ", ".join(
        f"{part.name.replace('_', ' ')} {_value(getattr(recipe, part.name))}"
        for part in fields(Recipe)
        if any(getattr(other, part.name) != getattr(recipe, part.name) for other in others)
    )


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _interval(difference: Difference) -> str:
    return " to ".join(format_signed(100 * end) for end in difference.interval or ())


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _alt(text: str) -> str:
    return " ".join(text.split()).replace("[", "(").replace("]", ")")
