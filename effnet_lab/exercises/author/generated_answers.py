"""Wrong answers that can be made for any task from its right one."""

import contextlib
import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..plain import NotPlainError, plain, same
from ..task import Task

#: What a changed function returns, and whether that is wrong: a float cannot be wrong by being one.
Changed = tuple[Any, bool]
Way = Callable[[Callable[..., Any], tuple[Any, ...], dict[str, Any]], Changed]

STUB = "the untouched stub"


@dataclass(slots=True)
class Generated:
    """A wrong answer.

    Parameters
    ----------
    name
        What it does.
    namespace
        What a learner's notebook with this answer defines.
    uses
        Whether each call was answered wrongly; empty where every call is.
    """

    name: str
    namespace: Mapping[str, Any]
    uses: list[bool] | None = None

    @property
    def applies(self) -> bool:
        """Whether, as far as it was tried, it was wrong at all."""
        return self.uses is None or any(self.uses)


def generated(task: Task, solved: Mapping[str, Any]) -> Iterator[Generated]:
    """Yield wrong answers for each name that a task needs.

    Parameters
    ----------
    task
        Which one.
    solved
        What the solution notebook defines.
    """
    for name in task.needs:
        right = solved[name]
        label = f"{name}: " if len(task.needs) > 1 else ""
        for what, value in _in_place_of(right).items():
            yield Generated(label + what, {**solved, name: value})
        if callable(right) and not isinstance(right, type):
            for what, way in _WAYS.items():
                uses: list[bool] = []
                changed = _changed(right, way, uses)
                yield Generated(label + what, {**solved, name: changed}, uses)


def _stub(*args: object, **kwargs: object) -> object:
    raise NotImplementedError


def _in_place_of(right: object) -> dict[str, object]:
    if not callable(right):
        return {"is None": None, "is 0": 0, "is 1": 1, "is text": str(right), "is a list": [right]}
    return {
        STUB: _stub,
        "returns None": lambda *args, **kwargs: None,
        "returns its first argument": lambda *args, **kwargs: [*args, *kwargs.values(), None][0],
        "returns 0": lambda *args, **kwargs: 0,
        "returns 1": lambda *args, **kwargs: 1,
        "returns an empty list": lambda *args, **kwargs: [],
        "returns not-a-number": lambda *args, **kwargs: float("nan"),
        "is no function": 3,
    }


def _changed(right: Callable[..., Any], way: Way, uses: list[bool]) -> Callable[..., Any]:
    def function(*args: Any, **kwargs: Any) -> Any:
        result, wrong = way(right, args, kwargs)
        uses.append(wrong)
        return result

    return function


# ------------------------------------------------------------------ ways to change a right function


def _with(change: Callable[[Any], Any]) -> Way:
    """Return the way that changes results."""

    def way(right: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Changed:
        result = right(*args, **kwargs)
        new = change(result)
        return new, not identical(new, result)

    return way


def identical(a: object, b: object) -> bool:
    """Whether two results are the same plain data; objects only if they are one."""
    try:
        return same(plain(a), plain(b))
    except NotPlainError:
        return a is b


def _as_float(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(map(_as_float, value))
    if isinstance(value, dict):
        return {key: _as_float(item) for key, item in value.items()}
    if isinstance(value, np.ndarray) and value.dtype.kind in "iu":
        return value.astype(float)
    return float(value) if type(value) is int else value


def _as_array(value: Any) -> Any:
    """Return a result with a dimension too much."""
    if hasattr(value, "shape") and hasattr(value, "__getitem__"):
        return value[None]
    return np.array([value]) if isinstance(value, (int, float)) else value


def _twice(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(map(_twice, value))
    if isinstance(value, dict):
        return {key: _twice(item) for key, item in value.items()}
    number = isinstance(value, (int, float)) or hasattr(value, "shape")
    return 2 * value if number and not isinstance(value, bool) else value


def _spoils_after(
    right: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Changed:
    result = right(*args, **kwargs)
    with contextlib.suppress(TypeError):
        result = copy.deepcopy(result)
    spoiled = [_spoil(value) for value in (*args, *kwargs.values())]  # all of them
    return result, any(spoiled)


def _spoils_before(
    right: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Changed:
    wanted = right(*copy.deepcopy(args), **copy.deepcopy(kwargs))
    for value in (*args, *kwargs.values()):
        _spoil(value)
    result = right(*args, **kwargs)
    return result, not identical(result, wanted)


def _spoil(value: Any) -> bool:
    """Change an argument in place; return whether it could be."""
    if isinstance(value, list) and value:
        value.append(copy.deepcopy(value[-1]))
        return True
    if isinstance(value, dict) and value:
        value[next(iter(value))] = None
        return True
    if isinstance(value, np.ndarray) and value.dtype.kind in "iuf" and value.size:
        value += 1
        return True
    if hasattr(value, "add_") and getattr(value, "is_leaf", False):  # a tensor
        value.detach().add_(1)
        return True
    return False


_WAYS: dict[str, Way] = {
    "right, as text": _with(str),
    "right, in a list": _with(lambda value: [value]),
    "right, as float": _with(_as_float),
    "right, with a dimension too much": _with(_as_array),
    "right, as truth value": _with(
        lambda value: bool(value) if isinstance(value, (int, float)) else value
    ),
    "twice the right value": _with(_twice),
    "right, then changes its arguments": _spoils_after,
    "changes its arguments, then right": _spoils_before,
}


__all__ = ["STUB", "Generated", "generated", "identical"]
