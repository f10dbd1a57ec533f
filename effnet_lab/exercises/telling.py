"""Telling cases: inputs on which no two slips, nor the right answer, are alike."""

from collections.abc import Callable, Sequence
from itertools import combinations
from random import Random

import numpy as np

from .._slips import Case, Function, Slip
from .plain import Plain, plain

#: Results that differ by a smaller share than this are not plainly different.
PLAINLY = 1e-3

#: Draws of cases until no two slips give the same, at most; and draws that are compared.
_MOST_DRAWS, _COMPARED = 2000, 6

#: What a slip may raise where it cannot be carried through.
STOPS = (ArithmeticError, LookupError, TypeError, ValueError, AttributeError)


def outcomes(gives: Function, cases: Sequence[Case]) -> list[Plain] | None:
    """Return what a function gives for each case as plain data; None if it stops at one."""
    try:
        with np.errstate(all="ignore"):  # a slip may divide by zero
            return [plain(gives(**case)) for case in cases]
    except STOPS:
        return None


def telling_cases(
    draw: Callable[[Random], list[Case]],
    right: Function,
    written: Sequence[Slip],
    generic: Sequence[Slip],
    differ: Callable[[Plain, Plain], bool],
    seed: int,
) -> list[Case]:
    """Draw cases on which each written slip is plainly wrong, and no two are alike.

    Of several such draws it is the one in which the fewest generic slips are alike by chance.

    Parameters
    ----------
    draw
        Draws the cases of one check.
    right
        The reference.
    written, generic
        The slips, with their functions.
    differ
        Whether of two results the second is plainly another than the first.
    seed
        Of the draws.

    Raises
    ------
    RuntimeError
        If no draw tells the written slips apart: the message names two that are always alike.
    """
    random, alike_always, best, compared = Random(seed), None, None, 0
    every = (*written, *generic)
    names = ["the right answer", *(one.name for one in every)]
    functions: list[Function] = [right, *(one.gives for one in every if one.gives)]
    problem, order = "", list(range(len(written) + 1))
    for _ in range(_MOST_DRAWS):
        cases = draw(random)
        told, failed = _told_apart(functions, order, cases, names, differ)
        if failed:
            what = "give the same" if len(failed) > 1 else "stops with an error"
            problem = f"{' and '.join(names[i] for i in failed)} {what}"
            order.sort(key=lambda i: i not in failed)  # first next time: it may fail there, too
            continue
        found = [told[i] for i in sorted(told)]
        found += [outcomes(function, cases) for function in functions[len(told) :]]
        alike = frozenset(
            (i, j)
            for i, j in combinations(range(len(found)), 2)
            if j > len(written) and found[i] and found[j] and not differ(found[i], found[j])
        )
        alike_always = alike if alike_always is None else alike_always & alike
        best = min(best, (len(alike), compared, cases)) if best else (len(alike), compared, cases)
        compared += 1
        if compared == _COMPARED or (compared > 1 and best[0] == len(alike_always)):
            return best[2]
    if best:
        return best[2]
    raise RuntimeError(f"no draw of inputs in {_MOST_DRAWS} tells the slips apart: {problem}")


def _told_apart(
    functions: Sequence[Function],
    order: Sequence[int],
    cases: Sequence[Case],
    names: Sequence[str],
    differ: Callable[[Plain, Plain], bool],
) -> tuple[dict[int, Plain], list[int]]:
    """Return what functions give by number, and the first that stops or is alike, with its like."""
    found: dict[int, Plain] = {}
    for number in order:
        found[number] = outcomes(functions[number], cases)
        if found[number] is None:
            return found, [number]
        for other in order[: len(found) - 1]:
            one, two = sorted((other, number))
            if names[one] != names[two] and not differ(found[one], found[two]):
                return found, [one, two]
    return found, []
