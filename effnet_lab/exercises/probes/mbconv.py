"""Probes of assignment 02, MBConv."""

import copy
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from types import FrameType, TracebackType
from typing import Any

import numpy as np

from ..plain import Plain, plain, same, type_name
from ..probing import Inputs, call, call_each, during, learners_line

#: Stands for what is no tensor, although it holds the same numbers.
NUMPY_ARRAY = "a numpy array"

#: Errors of Python and torch themselves, which a judge can explain.
_EXPLAINED = (RuntimeError, TypeError, ValueError, AttributeError, IndexError)


def squeeze_width(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `squeeze_width` for each case."""
    return call_each(namespace, "squeeze_width", inputs["cases"])


def same_padding(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `same_padding` for each case."""
    return call_each(namespace, "same_padding", inputs["cases"])


def squeeze_excite(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `squeeze_excite` on tensors for each case."""
    return _call_on_tensors(namespace, "squeeze_excite", inputs["cases"])


def batch_norm(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `batch_norm` on tensors for each case."""
    return _call_on_tensors(namespace, "batch_norm", inputs["cases"])


def drop_path(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `drop_path` on tensors for each case."""
    return _call_on_tensors(namespace, "drop_path", inputs["cases"])


def mbconv(namespace: Mapping[str, Any], inputs: Inputs) -> Plain:
    """Call `mbconv` on tensors for each case; tell what the functions give that it may call.

    As text: nothing hangs on it but where to look for a mistake.
    """
    helpers = {
        name: _tried(namespace, name, cases)
        for name, cases in inputs["helpers"].items()
        if name in namespace
    }
    told = json.dumps(helpers, default=np.ndarray.tolist)
    return {**_call_on_tensors(namespace, "mbconv", inputs["cases"], helpers), "helpers": told}


def _tried(
    namespace: Mapping[str, Any], name: str, cases: Iterable[Mapping[str, Any]]
) -> Plain:  # fmt: skip
    """Call a function for each case; return what it gives, or the name of the error."""
    try:
        return [_called(namespace, name, case, _tensors(copy.deepcopy(case))) for case in cases]
    except Exception as error:
        return type_name(error)


def _call_on_tensors(
    namespace: Mapping[str, Any], name: str, cases: Iterable[Mapping[str, Any]],
    helpers: Collection[str] = (),
) -> dict[str, Plain]:  # fmt: skip
    """Call a learner's function for each case; report which arguments it changes, too.

    An error that torch raises is reported, and so is one of `helpers` that is not written yet;
    others are raised.
    """
    results: list[Plain] = []
    changed: list[Plain] = []
    for case in cases:
        given = _tensors(copy.deepcopy(case))
        try:
            results.append(_called(namespace, name, case, given))
        except Exception as error:
            told = _told(error, namespace, len(results))
            unwritten = type(error) is NotImplementedError and told["function"] in helpers
            if type(error) in _EXPLAINED or unwritten:
                return {"raised": told}
            raise
        changed.append([key for key in case if not same(plain(given[key]), case[key])])
    return {"results": results, "changed": changed}


def _called(
    namespace: Mapping[str, Any], name: str, case: Mapping[str, Any], given: Mapping[str, Any]
) -> Plain:
    """Call a learner's function with tensors; in an error the call is written in short."""
    import torch  # not above: to list the assignments must not take a second

    shown = {key: _shown(value) for key, value in case.items()}
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return call({name: _given(namespace[name], given)}, name, **shown)


def _given(function: Callable[..., Any], tensors: Mapping[str, Any]) -> Callable[..., Any]:
    """Return a function that gets tensors, whatever it is called with, and must give some."""
    return lambda **shown: _without_numpy(function(**tensors))


def _without_numpy(value: Any) -> Any:
    """Name arrays that are no tensors: what calls the function next would fail on them."""
    if isinstance(value, (list, tuple)):
        return [NUMPY_ARRAY if isinstance(item, np.ndarray) else item for item in value]
    return NUMPY_ARRAY if isinstance(value, np.ndarray) else value


def _told(error: Exception, namespace: Mapping[str, Any], case: int) -> dict[str, Plain]:
    """Return what is known of an error: where it came up, and which variables there are None."""
    message = error.args[0] if error.args and type(error.args[0]) is str else ""
    frame = _learners_frame(error.__traceback__, namespace)
    values = {} if frame is None else dict(frame.f_locals)
    return {
        "error": type_name(error),
        "message": message.strip().partition("\n")[0][:300],
        "line": learners_line(error.__traceback__, namespace),
        "during": during(error),
        "function": "" if frame is None else frame.f_code.co_name,
        "empty": sorted(name for name, value in values.items() if value is None),
        "case": case,
    }


def _learners_frame(
    traceback: TracebackType | None, namespace: Mapping[str, Any]
) -> FrameType | None:
    """Return where in the learner's code an error came up."""
    found = None
    while traceback is not None:
        if traceback.tb_frame.f_globals is namespace:
            found = traceback.tb_frame
        traceback = traceback.tb_next
    return found


def _tensors(value: Any) -> Any:
    """Return plain data with tensors in place of arrays, which share their memory."""
    import torch

    if isinstance(value, np.ndarray):
        return torch.from_numpy(value)
    if isinstance(value, dict):
        return {key: _tensors(item) for key, item in value.items()}
    return value


class _Shown(str):
    """Text that is shown without quotes where a call is written out."""

    def __repr__(self) -> str:
        return str(self)


def _shown(value: Any) -> Any:
    """Return what to write for an argument where the call raised an error."""
    if isinstance(value, dict):
        return _Shown(f"{{{', '.join(value)}}}")
    if isinstance(value, np.ndarray):
        shape = tuple(value.shape)
        return value.tolist() if value.ndim == 1 else _Shown(f"tensor of shape {shape}")
    return value
