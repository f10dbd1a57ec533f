"""What judges share: comparing plain answers, and naming the slip that explains all of them."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from .._slips import Case, Slip, slip_that_explains
from ..view.result import CheckResult
from ..view.tables import Table
from .generic_slips import with_defaults
from .plain import Plain, article, plain, same
from .probing import call_text, texts_apart, value_text
from .telling import PLAINLY, STOPS

#: The keywords of a call, what is right, and what came.
Trial: TypeAlias = tuple[Case, Plain, Plain]

#: What more to say of a wrong answer: gets all arguments of the call, what came, and the slip.
Note: TypeAlias = Callable[[Case, Plain, Slip | None], str]

_NOT_ASKED = object()

#: Characters beyond which an answer is not shown whole, but its first part that is wrong.
_LONG = 160

#: Characters of a value that is shown whole in the details, at most.
_WHOLE = 2000

#: How far numbers of 32 bits may be off, where the task allows floats to be off at all: a spread of
#: 0.1 around 80 has lost so much. It is a tenth of what tells slips apart (`telling.PLAINLY`).
FLOAT32, FLOAT32_ABSOLUTE = PLAINLY / 10, 1e-5

#: Two numbers that slips compute may differ by this much.
_ROUNDING = 1e-9


def judge_calls(
    function: str,
    cases: Sequence[Case],
    answer: Plain,
    right: Callable[..., Plain],
    slips: Sequence[Slip] = (),
    *,
    rel: float = 0.0,
    absolute: float = 0.0,
    after: Plain = _NOT_ASKED,
    note: Note | None = None,
) -> CheckResult:
    """Judge what a learner's function returned for some cases.

    Parameters
    ----------
    function
        Its name.
    cases
        Keyword arguments of each call; smallest first.
    answer
        What the calls returned: a list, as from `probing.call_each`.
    right
        The reference.
    slips
        With their functions, in the order in which they are tried; then two at once.
    rel, absolute
        How far floats may be from the reference's. Integers and text must be the same.
    after
        The cases after the calls, where changing an argument is a slip; see `part`.
    note
        What more to say of the call that is shown, whether a slip explains it or not.
    """
    if not isinstance(answer, list) or len(answer) != len(cases):
        return _unreadable(function)
    expected = [plain(right(**case)) for case in cases]
    trials = list(zip(cases, expected, answer, strict=True))
    wrong = [t for t in trials if not matches(t[2], t[1], rel, absolute)]
    shown = _clearest(wrong) if wrong else None
    details = _details(function, trials, wrong, shown)
    if shown is None:
        return _changed(function, cases, after) or CheckResult(
            "correct", f"{function} is right for all {len(cases)} inputs tried.", details=details
        )
    case, wanted, got = shown
    slip = slip_that_explains(
        slips, right, trials, lambda one, trial: _gives(one, trial[0], trial[2], rel, absolute)
    )
    whole = with_defaults(right, case)
    why = slip.explain(whole) if slip else ""
    said = (
        _expected_and_got(function, case, *_where(wanted, got, rel, absolute), rel, absolute),
        why or what_is_off(wanted, got) or _trend(trials) or _in_common(right, trials, wrong),
        _noted(note, whole, got, slip) if note else "",
    )
    name = slip.name if slip else None
    return CheckResult("incorrect", " ".join(filter(None, said)), name, details=details)


def _noted(note: Note, case: Case, got: Plain, slip: Slip | None) -> str:
    try:
        return note(case, got, slip)
    except STOPS:
        return ""  # what came is too odd to say more of it


def judge_changed(shown: Sequence[str], changed: Plain, advice: str) -> CheckResult | None:
    """Judge what a probe tells of arguments that the learner's function has changed.

    For arguments that are too large to hand back; else `judge_calls` compares them itself.

    Parameters
    ----------
    shown
        How each call is written.
    changed
        For each call the names of the arguments that are no longer what they were.
    advice
        What to do instead.

    Returns
    -------
    CheckResult or None
        None if nothing was changed.
    """
    if same(changed, [[]] * len(shown)):
        return None
    for call, names in zip(shown, changed if isinstance(changed, list) else (), strict=False):
        if isinstance(names, list) and names and isinstance(names[0], str):
            return CheckResult(
                "incorrect",
                f"{call} changes {names[0]}, which it is given. The answers are right; {advice}.",
                "changes-input",
            )
    return CheckResult("incorrect", "There were no answers that could be read.", "odd")


def part(answer: Plain, name: str) -> Plain:
    """Return a part of an answer that should be a dict; None if there is none."""
    return answer.get(name) if isinstance(answer, dict) else None


def _unreadable(function: str) -> CheckResult:
    return CheckResult("incorrect", f"{function} gave no answers that could be read.", "odd")


def _clearest(wrong: Sequence[Trial]) -> Trial:
    """Return the first that differs in more than the type of a number."""
    for trial in wrong:
        _, wanted, got = trial
        if not (_is_number(got) and _is_number(wanted) and got == wanted):
            return trial
    return wrong[0]


def _expected_and_got(
    function: str, case: Case, where: str, wanted: Plain, got: Plain, rel: float, absolute: float
) -> str:
    call, texts = call_text(function, **case), texts_apart(wanted, got)
    alike = texts[0] == texts[1] and isinstance(wanted, np.ndarray)
    off = ~np.isclose(got, wanted, rtol=rel, atol=absolute) if alike else np.array(False)
    if not off.any():  # one can see it, or only the type of the numbers is off
        return f"{call}{where}: expected {texts[0]}, got {texts[1]}."
    first = tuple(np.argwhere(off)[0])
    texts = texts_apart(wanted[first].item(), got[first].item())
    return (
        f"{call}{where}: {off.sum()} of {off.size} numbers are off; at {[*map(int, first)]} "
        f"expected {texts[0]}, got {texts[1]}."
    )


def _where(
    wanted: Plain, got: Plain, rel: float, absolute: float, inside: str = ""
) -> tuple[str, Plain, Plain]:
    """Return the first part that differs, of values too long to be shown whole, or shown alike."""
    texts, keys = {value_text(one, _LONG) for one in (wanted, got)}, _keys_of_both(wanted, got)
    arrays = any(isinstance(wanted[key], np.ndarray) for key in keys)
    length = sum if isinstance(wanted, dict) else max  # what differs is hard to find in two dicts
    if not arrays and len(texts) == 2 and length(map(len, texts)) < _LONG:
        return inside, wanted, got
    for key in keys:
        if not matches(got[key], wanted[key], rel, absolute):
            return _where(wanted[key], got[key], rel, absolute, f"{inside}[{key!r}]")
    return inside, wanted, got


def _keys_of_both(wanted: Plain, got: Plain) -> Sequence[Any]:
    """Return the indices or keys of two values that have the same ones; else nothing."""
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        return range(len(wanted))
    if isinstance(wanted, dict) and isinstance(got, dict) and wanted.keys() == got.keys():
        return list(wanted)
    return ()


def _gives(slip: Slip, case: Case, got: Plain, rel: float, absolute: float) -> bool:
    if slip.gives is None:
        return False
    try:
        with np.errstate(all="ignore"):
            return matches(got, plain(slip.gives(**case)), rel or _ROUNDING, absolute)
    except STOPS:
        return False  # this slip cannot get that far


def _changed(function: str, cases: Sequence[Case], after: Plain) -> CheckResult | None:
    if after is _NOT_ASKED:
        return None
    if not isinstance(after, list) or len(after) != len(cases):
        return _unreadable(function)
    for case, later in zip(cases, after, strict=True):
        if not isinstance(later, dict) or later.keys() != case.keys():
            return _unreadable(function)
        for name, value in case.items():
            if not matches(later[name], value):
                before, now = value_text(value), value_text(later[name])
                what = f"what it is given: afterwards {name} is {now}"
                what = f"{name}, which it is given" if now == before else what
                said = f"changes {what}. The answers are right; work on a copy."
                call = call_text(function, **case)
                return CheckResult("incorrect", f"{call} {said}", "changes-input")
    return None


def _details(
    function: str, trials: Sequence[Trial], wrong: Sequence[Trial], shown: Trial | None
) -> Table:
    """Tell all calls; the one that the message is about whole, so that it can be tried."""
    rows = []
    for trial in trials:
        case, wanted, got = trial
        sign = "✘" if any(trial is one for one in wrong) else "✔"
        write = texts_apart if sign == "✘" else _texts
        if trial is shown:
            call, limit = _whole_call(function, case), _WHOLE
        else:
            call, limit = call_text(function, **case), 60
        rows.append((sign, call, *write(wanted, got, limit)))
    return Table("What was tried", ("right", "call", "expected", "yours"), tuple(rows))


def _texts(wanted: Plain, got: Plain, limit: int) -> tuple[str, str]:
    return value_text(wanted, limit), value_text(got, limit)


def _whole_call(function: str, case: Case) -> str:
    """Write a call so that it can be pasted into a cell, unless it is very long."""
    parts = [f"{name}={_whole(value)}" for name, value in case.items()]
    return f"{function}({', '.join(parts)})"


def _whole(value: Plain) -> str:
    text = repr(value)
    has_array = "array(" in text  # it is printed with few digits and has no name here
    return value_text(value) if has_array or len(text) > _WHOLE else text


# ------------------------------------------------------------------ comparing


def matches(got: Plain, expected: Plain, rel: float = 0.0, absolute: float = 0.0) -> bool:
    """Whether an answer is the expected one.

    Integers, text and truth values must be the same, and of the same type; floats may be integers
    in the answer, and differ by a relative or absolute tolerance: by `FLOAT32` at least, if there
    is one at all and the answer was worked out with 32 bits. Not-a-number matches itself. An array
    will do for a list.
    """
    if isinstance(expected, np.ndarray):
        return _array_matches(got, expected, rel, absolute)
    if isinstance(expected, list):
        array = isinstance(got, np.ndarray) and got.ndim
        if not (array or isinstance(got, list)) or len(got) != len(expected):
            return False
        got = map(_element, got) if array else got
        return all(matches(g, e, rel, absolute) for g, e in zip(got, expected, strict=True))
    if isinstance(expected, dict):
        return (
            isinstance(got, dict)
            and got.keys() == expected.keys()
            and all(matches(got[key], expected[key], rel, absolute) for key in expected)
        )
    if isinstance(expected, float):
        return _is_number(got) and _close(got, expected, rel, absolute)
    return type(got) is type(expected) and bool(got == expected)


def _element(of_array: Any) -> Plain:
    """Return a row of an array, or a number: nothing becomes a list that is not compared."""
    return of_array if isinstance(of_array, np.ndarray) else of_array.item()


def _array_matches(got: Plain, expected: np.ndarray, rel: float, absolute: float) -> bool:
    if not isinstance(got, np.ndarray) or got.shape != expected.shape:
        return False
    if expected.dtype.kind == "f":
        if got.dtype.kind not in "iuf":
            return False
        rel, absolute = _with_32_bits(got, rel, absolute)
        if np.isfinite(expected).all():  # a third of the time that np.allclose takes
            return bool((np.abs(got - expected) <= absolute + rel * np.abs(expected)).all())
        return bool(np.allclose(got, expected, rtol=rel, atol=absolute, equal_nan=True))
    kinds = "b" if expected.dtype.kind == "b" else "iu"
    return got.dtype.kind in kinds and bool(np.array_equal(got, expected))


def _is_number(value: Plain) -> bool:
    return type(value) in (int, float)


def _close(got: float, expected: float, rel: float, absolute: float) -> bool:
    try:
        if math.isnan(expected):  # a slip may give it; no reference does
            return math.isnan(got)
        near = partial(math.isclose, float(got), expected)
        if near(rel_tol=rel, abs_tol=absolute):
            return True
        rel, absolute = _with_32_bits(got, rel, absolute)
        return near(rel_tol=rel, abs_tol=absolute)
    except OverflowError:
        return False


def _with_32_bits(got: Any, rel: float, absolute: float) -> tuple[float, float]:
    """Return tolerances that are no less than 32 bits allow, for an answer that has no more.

    What 32 bits hold exactly came from them, whatever type it has now; or it is a short number.
    """
    with np.errstate(over="ignore"):
        short = np.asarray(got).dtype.kind == "f" and np.array_equal(got, np.float32(got))
    if not short or not (rel or absolute):  # a task without tolerances is about precision
        return rel, absolute
    return max(rel, FLOAT32), absolute and max(absolute, FLOAT32_ABSOLUTE)


def what_is_off(wanted: Plain, got: Plain) -> str:
    """Say what is plainly off in an answer: nothing, text, a shape; empty if nothing is."""
    if got is None:
        return "It gives nothing: does it end with return?"
    if isinstance(got, str) and _is_number(wanted):
        return "It gives text; return the number itself."
    if type(got) is bool and not isinstance(wanted, bool):
        return "It gives a truth value."
    if _is_number(wanted):
        return _no_number(wanted, got)
    if isinstance(wanted, np.ndarray) and isinstance(got, np.ndarray):
        if got.shape != wanted.shape:
            return f"The shape is {got.shape}; it should be {wanted.shape}."
        if not np.all(np.isfinite(got)):
            return "Some of the numbers are not finite."
    if isinstance(wanted, list) and isinstance(got, list) and len(got) != len(wanted):
        return f"It gives {len(got)} values; there should be {len(wanted)}."
    if isinstance(wanted, dict) and isinstance(got, dict) and got.keys() != wanted.keys():
        has, right = (", ".join(map(repr, keys)) for keys in (got, wanted))
        return f"It has the keys {has or 'of none'}; they must be {right}, letter for letter."
    if type(got) is not type(wanted) and not (_is_number(got) and _is_number(wanted)):
        return f"It gives {_kind(got)}; it should be {_kind(wanted)}."
    if _only_rounded(wanted, got):
        return "You round. Return the numbers as they are: rounding is for what is printed."
    parts = [(wanted[key], got[key]) for key in _keys_of_both(wanted, got)]
    dicts = [(w, g) for w, g in parts if isinstance(w, dict) and isinstance(g, dict)]
    return next((what_is_off(w, g) for w, g in dicts if w.keys() != g.keys()), "")


def _only_rounded(wanted: Plain, got: Plain) -> bool:
    """Whether all numbers inside of two values are the same, or rounded."""
    if isinstance(wanted, float):
        return _is_number(got) and (
            _close(got, wanted, _ROUNDING, 0) or got in [round(wanted, n) for n in range(6)]
        )
    keys = _keys_of_both(wanted, got)
    if not keys:
        return matches(got, wanted)
    return all(_only_rounded(wanted[key], got[key]) for key in keys)


def _no_number(wanted: float, got: Plain) -> str:
    if isinstance(got, np.ndarray):
        return f"It gives an array of shape {got.shape}; return a single number."
    if not _is_number(got):
        return f"It gives {_kind(got)}; return a single number."
    if not math.isfinite(got):
        return "That is no finite number."
    if isinstance(wanted, int) and isinstance(got, float):
        how = ": int(...) makes one of it" if got == wanted else ""
        return f"A count is a whole number: return an int{how}."
    if isinstance(wanted, float) and not wanted.is_integer():
        if isinstance(got, int):
            return "It gives a whole number: was something rounded, or divided with //?"
        if any(got == round(wanted, digits) for digits in range(6)):
            return "It is rounded: return the number as it is."
    return ""


def _kind(value: Plain) -> str:
    if value is None:
        return "nothing"
    return "an array or tensor" if isinstance(value, np.ndarray) else article(type(value).__name__)


def _trend(trials: Sequence[Trial]) -> str:
    """Say what all wrong numbers have in common: a constant, or a factor."""
    pairs = [(wanted, got) for _, wanted, got in trials]
    if len(pairs) < 3 or not all(_is_number(w) and _is_number(g) for w, g in pairs):
        return ""
    if len({got for _, got in pairs}) == 1 and len({wanted for wanted, _ in pairs}) > 1:
        return "It gives the same for every input."
    if all(w and math.isfinite(g) for w, g in pairs):
        ratios = [g / w for w, g in pairs]
        if ratios[0] > 0 and all(math.isclose(r, ratios[0], rel_tol=1e-6) for r in ratios):
            times = f"{ratios[0]:.4g}"
            times = texts_apart(ratios[0], 1.0)[0] if times == "1" else times
            return f"Every time it is {times} times what it should be."
    return ""


def _in_common(right: Callable[..., Plain], trials: Sequence[Trial], wrong: Sequence[Trial]) -> str:
    """Say which value of which argument all wrong calls have, and no right one."""
    calls = [with_defaults(right, case) for case, _, _ in trials]
    off = [any(one is trial for one in wrong) for trial in trials]
    for name, value in calls[off.index(True)].items():
        simple = isinstance(value, (bool, int, float, str)) and sum(off) > 1
        if simple and off == [call.get(name) == value for call in calls]:
            return f"Off are all calls with {name}={value_text(value)}, and no others."
    return ""
