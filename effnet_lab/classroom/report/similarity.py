"""Submissions that are alike in what is rare in their class; a person decides what that means.

Code is compared in overlapping runs of `RUN` tokens (k-grams, as in Schleimer, Wilkerson & Aiken
2003; all are kept, since submissions are short), with names of the learner's own made alike, and
without comments, layout and docstrings. So what is renamed, reordered or retold stays alike. Runs
of the exercise's own notebook do not count. Of the others each weighs by its rarity: 1 if only two
wrote it, 0 if all did, because short right answers are alike by nature.
"""

import ast
import builtins
import inspect
import io
import json
import keyword
import math
import sys
import tokenize
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, islice
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from ...exercises.assignment import Assignment

#: Tokens that are compared at once: about a line and a half.
RUN = 12

#: Fewer submissions than this do not tell what is rare.
FEWEST = 8

#: Tokens of a submission that are compared; an honest one has a tenth of them.
_LONGEST = 20_000

#: Fragments of a pair that are shown, the longest, and characters of each.
_FRAGMENTS, _MOST = 6, 1500

#: Pairs below the limit that are given, too: to see what honest ones look like.
_BELOW = 3

T = TypeVar("T")

_PYTHON = frozenset((*keyword.kwlist, *keyword.softkwlist, *dir(builtins)))
_LAYOUT = {tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT}


class Token(NamedTuple):
    """A word that is compared, its line in the source, and the statement that it is part of."""

    word: str
    line: int
    statement: int


class Source:
    """Code that is compared.

    Parameters
    ----------
    code
        Sources of cells.
    known
        Names that are not made alike: those of the exercise. None for all.
    given
        Runs that do not count.
    """

    def __init__(
        self, code: Sequence[str], known: Container[str] | None = None, given: Container[int] = ()
    ) -> None:
        self.lines = [line for cell in code for line in cell.splitlines()]
        self.tokens = list(islice(_tokens(code, known), _LONGEST))
        runs = [self._run(n) for n in range(len(self.tokens) - RUN + 1)]
        self.runs = [None if run in given else run for run in runs]
        #: Run -> where it is first.
        self.places = {run: n for n, run in reversed([*enumerate(self.runs)]) if run is not None}

    def _run(self, place: int) -> int | None:
        """Hash a run; None if it reaches into the next function, which may be any other."""
        run = self.tokens[place : place + RUN]
        whole = run[0].statement == run[-1].statement
        return hash(tuple(token.word for token in run)) if whole else None

    def text(self, place: int, runs: int) -> str:
        """Return the lines of so many runs from a place on."""
        first, last = self.tokens[place].line, self.tokens[place + runs + RUN - 2].line
        return "\n".join(self.lines[first : last + 1])[:_MOST]


def _tokens(code: Sequence[str], known: Container[str] | None = None) -> Iterator[Token]:
    above = statement = 0
    for cell in code:
        before = None
        # Whatever a cell holds: what can be read of it is.
        with suppress(tokenize.TokenError, SyntaxError, RecursionError):
            for one in tokenize.generate_tokens(io.StringIO(cell).readline):
                docstring = one.type == tokenize.STRING and before in (None, "")
                if one.type in _LAYOUT:
                    before = before if one.type in (tokenize.NL, tokenize.COMMENT) else ""
                elif not docstring and one.string:
                    statement += before in (None, "") and one.start[1] == 0
                    yield Token(_word(one, before, known), above + one.start[0] - 1, statement)
                    before = one.string
        above += len(cell.splitlines())


def _word(one: tokenize.TokenInfo, before: str | None, known: Container[str] | None) -> str:
    if one.type == tokenize.STRING:
        return "text"
    if known is None or one.type != tokenize.NAME or before == ".":
        return one.string
    return one.string if one.string in _PYTHON or one.string in known else "name"


# ------------------------------------------------------------------ pairs


@dataclass(frozen=True, slots=True)
class Pair:
    """Two that are alike.

    Parameters
    ----------
    one, other
        Learners' ids; or `other` is a source of the course's.
    alike
        From 0 to 1: what both have, as a share of what each has (a cosine), by weight; of a source
        of the course's, as a share of what the learner has.
    tokens
        Weights of what both have, summed: about so many tokens that no one else wrote.
    suspicious
        Whether it is above the limit.
    fragments
        What they share, side by side, the weightiest first.
    """

    one: str
    other: str
    alike: float
    tokens: float
    suspicious: bool
    fragments: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Similarity:
    """What the comparison of a class gave.

    Parameters
    ----------
    compared
        Submissions with code of their own.
    best
        How alike each of them is to the one that it is most alike to, in order.
    limit
        Above it a pair is suspicious.
    pairs
        Those above it, and the next few for comparison; the most alike first.
    with_course
        The same, of submissions and the course's own sources.
    """

    compared: int
    best: tuple[float, ...] = ()
    limit: float = 1.0
    pairs: tuple[Pair, ...] = ()
    with_course: tuple[Pair, ...] = ()


def fence(shares: Sequence[float] | NDArray[Any]) -> float:
    """Return Tukey's fence above shares, drawn in log odds, where they have no end.

    It lies one and a half times the quartiles' distance above the upper one. The quartiles hardly
    move for a few copies: honest submissions set it.
    """
    odds = np.clip(shares, 0.005, 0.995)
    low, high = np.quantile(np.log(odds / (1 - odds)), (0.25, 0.75))
    return float(1 / (1 + np.exp(-(high + 1.5 * (high - low)))))


def compare(code: Mapping[str, Sequence[str]], assignment: Assignment) -> Similarity:
    """Compare all submissions with each other, and with the course's references and solution.

    Parameters
    ----------
    code
        Learner -> sources of the code cells.
    assignment
        Whose exercise, references and solution count.
    """
    exercise = _code_cells(assignment, "exercises")
    known = {token.word for token in _tokens(exercise)}
    given = set(Source(exercise, known).places)
    sources = {name: Source(cells, known, given) for name, cells in code.items()}
    sources = {name: source for name, source in sources.items() if source.places}
    if len(sources) < FEWEST:
        return Similarity(len(sources))
    counts = Counter(run for source in sources.values() for run in source.places)
    n = len(sources)
    # An inverse document frequency, from 1 (one or two have it) to 0 (all have it).
    weights = {run: min(1.0, math.log(n / by) / math.log(n / 2)) for run, by in counts.items()}
    kept = _Comparison(sources, weights)
    best = kept.alike.max(axis=0)
    limit = fence(best)
    ours = {
        name: Source(cells, known, given) for name, cells in _course_sources(assignment).items()
    }
    return Similarity(
        n,
        tuple(sorted(map(float, best))),
        limit,
        tuple(kept.pairs(limit)),
        tuple(pair for name, own in ours.items() for pair in kept.with_ours(name, own)),
    )


@dataclass
class _Comparison:
    """All sources of a class, and the weights of their runs."""

    sources: Mapping[str, Source]
    weights: Mapping[int, float]

    @cached_property
    def totals(self) -> NDArray[Any]:
        """Weights of each source, summed."""
        return np.array([self._sum(source.places) for source in self.sources.values()])

    def _sum(self, runs: Iterable[int]) -> float:
        return sum(self.weights[run] for run in runs)

    @cached_property
    def tokens(self) -> NDArray[Any]:
        """Weights that each two have in common; 0 on the diagonal."""
        counts = Counter(run for source in self.sources.values() for run in source.places)
        column = {run: n for n, run in enumerate(run for run, by in counts.items() if by > 1)}
        has = np.zeros((len(self.sources), len(column)), np.float32)
        for row, source in zip(has, self.sources.values(), strict=True):
            row[[column[run] for run in source.places if run in column]] = 1
        found = (has * np.array([self.weights[run] for run in column], np.float32)) @ has.T
        np.fill_diagonal(found, 0)
        return found

    @cached_property
    def alike(self) -> NDArray[Any]:
        """How alike each two are; a few tokens in common are no evidence."""
        sizes = np.sqrt(np.outer(self.totals, self.totals))
        return np.where(self.tokens < 2 * RUN, 0, self.tokens / np.maximum(sizes, 1))

    def pairs(self, limit: float) -> Iterator[Pair]:
        names = list(self.sources)
        places = combinations(range(len(names)), 2)
        for i, j in _first(places, lambda place: float(self.alike[place]), limit):
            yield self._pair(names[i], names[j], self.sources[names[j]], self.alike[i, j], limit)

    def with_ours(self, name: str, own: Source) -> Iterator[Pair]:
        """Yield those who have most in common with a source of the course's."""
        common = [self._sum(one.places.keys() & own.places) for one in self.sources.values()]
        limit = max(0.5, fence(common / np.maximum(self.totals, 1)))
        shares = {
            learner: tokens / total if tokens >= 2 * RUN else 0.0
            for learner, tokens, total in zip(self.sources, common, self.totals, strict=True)
        }
        for learner in _first(shares, shares.__getitem__, limit):
            yield self._pair(learner, name, own, shares[learner], limit)

    def _pair(self, one: str, other: str, second: Source, alike: float, limit: float) -> Pair:
        first = self.sources[one]
        fragments = tuple(_fragments(first, second, self.weights))
        tokens = self._sum(first.places.keys() & second.places)
        return Pair(one, other, float(alike), tokens, bool(alike > limit), fragments)


def _first(found: Iterable[T], alike: Callable[[T], float], limit: float) -> list[T]:
    """Return those above a limit and the next few, the most alike first."""
    ranked = sorted((one for one in found if alike(one)), key=alike, reverse=True)
    return ranked[: sum(alike(one) > limit for one in ranked) + _BELOW]


def _fragments(
    first: Source, second: Source, weights: Mapping[int, float]
) -> list[tuple[str, str]]:
    """Return what both hold, side by side, as long as possible; the weightiest first."""
    found: list[tuple[float, int, int, int]] = []
    n = 0
    while n < len(first.runs):
        run, length, weight = first.runs[n], 0, 0.0
        start = second.places.get(run) if run is not None else None
        while (
            start is not None
            and n + length < len(first.runs)
            and start + length < len(second.runs)
            and (here := first.runs[n + length]) is not None
            and here == second.runs[start + length]
        ):
            weight += weights[here]
            length += 1
        if start is not None:
            found.append((weight, n, start, length))
        n += max(1, length)
    found.sort(key=lambda one: -one[0])
    return [
        (first.text(n, length), second.text(start, length))
        for weight, n, start, length in found[:_FRAGMENTS]
        if weight >= 1
    ]


# ------------------------------------------------------------------ the course's own


def _code_cells(assignment: Assignment, kind: str) -> list[str]:
    """Return the code cells of the course's notebook; none if there is no checkout."""
    try:
        notebook = json.loads(assignment.notebook(kind).read_text(encoding="utf-8"))
    except (OSError, RuntimeError):
        return []
    return ["".join(one["source"]) for one in notebook["cells"] if one["cell_type"] == "code"]


def _course_sources(assignment: Assignment) -> dict[str, list[str]]:
    """Return the solution, and the functions that the checks compare with."""
    modules = {sys.modules[task.right.__module__] for task in assignment.tasks}
    references = [
        ast.unparse(node)
        for module in sorted(modules, key=lambda one: one.__name__)
        for node in ast.parse(inspect.getsource(module)).body
        if isinstance(node, ast.FunctionDef)
    ]
    sources = {"solution": _code_cells(assignment, "solutions"), "references": references}
    return {f"the course's {name}": code for name, code in sources.items() if code}
