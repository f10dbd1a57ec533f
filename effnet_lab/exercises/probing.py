"""Trying out what a learner wrote: whatever happens becomes plain data.

This is all that runs beside the learner's code, in the notebook as in the grader's worker. It knows
no right answer, and imports nothing that does.
"""

import linecache
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from types import TracebackType
from typing import Any, TypeAlias

from .plain import NotPlainError, Plain, plain, type_name

Inputs: TypeAlias = dict[str, Any]
Probe: TypeAlias = Callable[[Mapping[str, Any], Inputs], object]

#: What came of a probe, as plain data. `kind` is one of
#:   "answer"        with `answer`
#:   "missing"       with `name`
#:   "stub"          with `function`, the one that is not written yet, where it is known
#:   "raised"        with `error`, `message`, `line`, `during`
#:   "odd"           with `what`, the type of what was returned, and `during`
Outcome: TypeAlias = dict[str, Any]

_MAX_MESSAGE = 300


def attempt(
    probe: Probe, needs: Iterable[str], namespace: Mapping[str, Any], inputs: Inputs
) -> Outcome:
    """Run a probe on a copy of the inputs, in which nothing is shared; return what came of it.

    Only a `KeyboardInterrupt` comes out of here.
    """
    for name in needs:
        if name not in namespace:
            return {"kind": "missing", "name": name}
    try:
        return {"kind": "answer", "answer": plain(probe(namespace, plain(inputs)))}
    except KeyboardInterrupt:
        raise
    except NotImplementedError as error:
        if type(error) is not NotImplementedError:
            return _raised(error, namespace)
        _, function = _learners_place(error.__traceback__, namespace)
        return {"kind": "stub", "function": function}
    except NotPlainError as error:
        return {"kind": "odd", "what": _text(error), "during": during(error)}
    except BaseException as error:  # a learner's code may raise anything
        return _raised(error, namespace)


@contextmanager
def lending(
    namespace: dict[str, Any], functions: Mapping[str, Callable[..., Any]]
) -> Iterator[None]:
    """Put other functions in the place of some of a learner's, for as long as it takes."""
    own = {name: namespace[name] for name in functions if name in namespace}
    namespace.update(functions)
    try:
        yield
    finally:
        for name in functions:
            namespace.pop(name, None)
        namespace.update(own)


def call(namespace: Mapping[str, Any], name: str, /, *args: Any, **kwargs: Any) -> Plain:
    """Call what the learner wrote under a name; return the result as plain data.

    An error gets a note that says which call it was.
    """
    shown = call_text(name, *args, **kwargs)
    try:
        return plain(namespace[name](*args, **kwargs))
    except BaseException as error:
        _note(error, shown)
        raise


def call_each(
    namespace: Mapping[str, Any], name: str, cases: Iterable[Mapping[str, Any]]
) -> list[Plain]:
    """Call what the learner wrote once for each case, by keywords."""
    return [call(namespace, name, **case) for case in cases]


def call_cases(namespace: Mapping[str, Any], inputs: Inputs, name: str) -> Plain:
    """Call what the learner wrote for each of the inputs' cases: the probe of most tasks.

    Returns
    -------
    dict
        The results, and the cases as they are after the calls: see `judging.judge_calls`.
    """
    cases = inputs["cases"]
    return {"results": call_each(namespace, name, cases), "after": cases}


def call_text(function: object, /, *args: Any, **kwargs: Any) -> str:
    """Write a call as a learner would, cut short where it is long.

    Examples
    --------
    >>> call_text("conv_params", 3, kernel=5)
    'conv_params(3, kernel=5)'
    """
    parts = [value_text(value) for value in args]
    parts += [_argument_text(name, value) for name, value in kwargs.items()]
    return f"{function}({', '.join(parts)})"


def _argument_text(name: str, value: Any) -> str:
    large = hasattr(value, "dtype") and not _is_small(value)
    return f"{name} of shape {tuple(value.shape)}" if large else f"{name}={value_text(value, 200)}"


def value_text(value: Plain, limit: int = 160, digits: int = 6) -> str:
    """Write plain data for a person: short numbers, shapes in place of large arrays."""
    text = _value_text(value, digits)
    return text if len(text) <= limit else f"{text[: limit - 3]}..."


def texts_apart(one: Plain, other: Plain, limit: int = 160, digits: int = 6) -> tuple[str, str]:
    """Write two values with as many digits, or more, as it takes to see in which they differ.

    Examples
    --------
    >>> texts_apart(0.1, 0.1 + 1e-8)
    ('0.1', '0.10000001')
    """
    enough = (n for n in range(digits, 18) if _value_text(one, n) != _value_text(other, n))
    digits = next(enough, digits)
    return value_text(one, limit, digits), value_text(other, limit, digits)


def _value_text(value: Plain, digits: int) -> str:
    if isinstance(value, float):
        text = f"{value:.{digits}g}"
        return f"{text}.0" if text.lstrip("-").isdigit() else text
    write = partial(_value_text, digits=digits)
    if isinstance(value, list):
        shown = ", ".join(map(write, value[:40]))
        return f"[{shown}{', ...' if len(value) > 40 else ''}]"
    if isinstance(value, dict):
        pairs = list(value.items())[:40]
        if any(hasattr(item, "dtype") for _, item in pairs):
            return f"{{{', '.join(_name_and_shape(key, item) for key, item in pairs)}}}"
        return f"{{{', '.join(f'{key!r}: {write(item)}' for key, item in pairs)}}}"
    if hasattr(value, "dtype"):
        if _is_small(value):
            return f"array({write(value.tolist())})"
        return f"an array of shape {tuple(value.shape)}"
    return repr(value)


def _is_small(array: Any) -> bool:
    """Whether an array, or a tensor, whose size is a method, can be shown whole."""
    return len(array.shape) < 3 and math.prod(array.shape) <= 16


def _name_and_shape(name: str, value: Any) -> str:
    shape = getattr(value, "shape", ())
    return f"{name} {tuple(shape)}" if len(shape) > 1 else name


def _note(error: BaseException, shown: str) -> None:
    try:
        if not getattr(error, "_effnet_during", None):
            error._effnet_during = shown  # type: ignore[attr-defined]
    except BaseException:  # some exceptions take no attributes
        return


def during(error: BaseException) -> str:
    """Return the call in which the error came up, if it is known."""
    shown = getattr(error, "_effnet_during", "")
    return shown if type(shown) is str else ""


def _raised(error: BaseException, namespace: Mapping[str, Any]) -> Outcome:
    return {
        "kind": "raised",
        "error": type_name(error),
        "message": _text(error),
        "line": learners_line(error.__traceback__, namespace),
        "during": during(error),
    }


def _text(error: BaseException) -> str:
    try:
        lines = str.__str__(str(error)).strip().splitlines()
    except BaseException:  # an exception that cannot be printed
        return ""
    return lines[0][:_MAX_MESSAGE] if lines else ""


def learners_line(traceback: TracebackType | None, namespace: Mapping[str, Any]) -> str:
    """Return the last line of the learner's own code that the error came through."""
    line, _ = _learners_place(traceback, namespace)
    return line


def _learners_place(
    traceback: TracebackType | None, namespace: Mapping[str, Any]
) -> tuple[str, str]:
    """Return the learner's last line that an error came through, and the function it is in."""
    found = function = ""
    while traceback is not None:
        frame = traceback.tb_frame
        if frame.f_globals is namespace:
            code, number = frame.f_code, traceback.tb_lineno
            function = code.co_name
            text = linecache.getline(code.co_filename, number).strip()
            place = f"line {number} of its cell"
            found = f"{place}: {text}" if text else place
        traceback = traceback.tb_next
    return found[:_MAX_MESSAGE], function
