"""Generic slips: ways to get any function wrong, from its signature and from what it returns.

An argument left out or fixed, two exchanged, a result rounded, turned round or of another type: no
task needs to list them, but it may say them in better words.
"""

import inspect
import math
from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

from .._slips import Case, Function, Slip
from .plain import Plain
from .probing import value_text

# ------------------------------------------------------------------ what the signature says


def arguments(right: Function) -> dict[str, Any]:
    """Return what a reference is called with, and the defaults; options stand behind `*`.

    Without a default the value is `inspect.Parameter.empty`.
    """
    found = inspect.signature(right).parameters.values()
    return {p.name: p.default for p in found if p.kind is p.POSITIONAL_OR_KEYWORD}


def with_defaults(right: Function, case: Case) -> Case:
    """Return all arguments of a call."""
    given = arguments(right)
    return {**{k: v for k, v in given.items() if v is not inspect.Parameter.empty}, **case}


# ------------------------------------------------------------------ generic slips


def generic_slips(right: Function, example: Case | None = None) -> Iterator[Slip]:
    """Yield the slips that follow from a reference's signature and from what it returns.

    Parameters
    ----------
    right
        The reference.
    example
        The call that the question shows.
    """
    for name, change, message in _RESULTS:
        yield _generic(right, name, message, _changed, change)
    yield from _of_arguments(right, example or {})


def _generic(right: Function, name: str, message: str, wrong: Function, *how: Any) -> Slip:
    """Return a slip that a function makes on top of any other: `wrong(*how, other, **case)`."""
    wraps = partial(partial, wrong, *how)
    return Slip(name, wraps(right), message=message, wraps=wraps)


def _changed(change: Callable[[Plain], Plain], function: Function, /, **case: Any) -> Plain:
    return change(function(**case))


def _of_arguments(right: Function, example: Case) -> Iterator[Slip]:
    known = arguments(right)
    for name, default in known.items():
        if default is not inspect.Parameter.empty:
            said = f"You leave the {name} out: it is as if it were always {value_text(default)}."
            yield _generic(right, f"ignored-{name}", said, _fixed, {name: default})
        if name in example and isinstance(example[name], (int, float, str)):
            said = f"You take the {name} of the example, {value_text(example[name])}, every time."
            yield _generic(right, f"fixed-{name}", said, _fixed, {name: example[name]})
        for which, some in (("first", slice(1)), ("last", slice(-1, None))):
            said = f"You use only the {which} of {name}: does your loop "
            said += "end too early?" if which == "first" else "keep only what came last?"
            yield _generic(right, f"{which}-of-{name}", said, _part_of, name, some)
    for one, other in combinations(known, 2):
        said, places = f"You have exchanged {one} and {other}.", {one: other, other: one}
        yield _generic(right, f"exchanged-{one}-{other}", said, _exchanged, right, places)
    if example:
        yield Slip("the-example", lambda **case: right(**example))


def _fixed(fixed: Case, function: Function, /, **case: Any) -> Plain:
    return function(**{**case, **fixed})


def _part_of(name: str, some: slice, function: Function, /, **case: Any) -> Plain:
    if not isinstance(case.get(name), list):
        raise TypeError(f"{name} is no list")
    return function(**{**case, name: case[name][some]})


def _exchanged(right: Function, places: Case, function: Function, /, **case: Any) -> Plain:
    whole = with_defaults(right, case)
    return function(**{**whole, **{name: whole[other] for name, other in places.items()}})


# What a result can become. Each raises a TypeError for what it cannot be done to.


def _number(change: Callable[[Any], Any], kinds: tuple[type, ...] = (int, float)) -> Any:
    def changed(value: Plain) -> Plain:
        if type(value) not in kinds:
            raise TypeError("no number")
        return change(value)

    return changed


def _float(change: Callable[[Any], Any]) -> Any:
    return _number(change, (float,))


def _several(change: Callable[[Any], Any]) -> Any:
    def changed(value: Plain) -> Plain:
        if not isinstance(value, list):
            raise TypeError("no list")
        return change(value)

    return changed


def _keys_exchanged(value: Plain) -> Plain:
    if not isinstance(value, dict) or len(value) < 2:
        raise TypeError("no two keys")
    first, second, *_ = value
    return {**value, first: value[second], second: value[first]}


def _listed(value: Plain) -> Plain:
    return [value]


def _values(value: Plain) -> Plain:
    if not isinstance(value, dict):
        raise TypeError("no dict")
    return list(value.values())


def _as_array(value: Plain) -> Plain:
    """Return a result with a dimension too much."""
    return np.asarray(value, dtype=float)[None]


_ROUNDED = "It is rounded: return the number as it is. Was it divided with //?"

_RESULTS: tuple[tuple[str, Callable[[Plain], Plain], str], ...] = (
    ("nothing", lambda value: None, ""),
    (
        "rounded",
        _float(lambda x: float(round(x))),
        _ROUNDED,
    ),
    (
        "rounded-down",
        _float(lambda x: float(math.floor(x))),
        "You round down: return the number as it is.",
    ),
    (
        "rounded-up",
        _float(lambda x: float(math.ceil(x))),
        "You round up: return the number as it is.",
    ),
    ("negative", _number(lambda x: -x), "The sign is the wrong way round."),
    ("inverse", _number(lambda x: 1 / x), "That is one over what is asked for."),
    ("percent", _float(lambda x: 100 * x), "That is in percent; return the share itself."),
    ("complement", _float(lambda x: 1 - x), "That is what is missing to 1; asked is the rest."),
    ("thousandfold", _number(lambda x: 1000 * x), "That is 1,000 times too much: look at units."),
    ("thousandth", _number(lambda x: x / 1000), "That is a thousandth of it: look at units."),
    ("one-too-many", _number(lambda x: x + 1, (int,)), "That is one too many."),
    ("one-too-few", _number(lambda x: x - 1, (int,)), "That is one too few."),
    ("not-an-integer", _number(lambda x: x + 0.0, (int,)), ""),
    ("turned-round", _several(lambda v: v[::-1]), "Your list is the wrong way round."),
    ("sorted", _several(sorted), "You sort; keep the order."),
    ("first-only", _several(lambda v: v[0]), "You return the first one only; return all."),
    ("last-only", _several(lambda v: v[-1]), "You return the last one only; return all."),
    ("without-first", _several(lambda v: v[1:]), "The first one is missing."),
    ("without-last", _several(lambda v: v[:-1]), "The last one is missing."),
    ("summed", _several(sum), "You add them up; return each."),
    ("keys-exchanged", _keys_exchanged, "Two values have each other's key."),
    ("keys-only", lambda value: list({**value}), "You return the keys alone; return a dict."),
    ("values-only", _values, "You return the values alone; return a dict with the keys."),
    ("as-text", str, ""),
    ("in-a-list", _listed, ""),
    ("dimension-too-much", _as_array, ""),
)
