"""Plain data: what goes to a learner's code, and all that comes back from it.

None, bool, int, float, str, lists, dicts with text as keys, and numpy arrays of bools, integers and
floats. Nothing else can pass: no object with methods of its own can reach a judge, neither one that
says it equals everything nor one that breaks when it is printed.
"""

import math
import sys
from typing import Any, TypeAlias

import numpy as np

#: None, bool, int, float, str, list, dict or array. (Recursive types say little more than Any.)
Plain: TypeAlias = Any

#: What is more than this cannot be an answer to anything asked here.
MAX_DEPTH = 20
MAX_ITEMS = 200_000
MAX_TEXT = 200_000  # of one; and five times as much of all, long integers included
MAX_BITS = 1000  # of an integer, so that every number can become a float
MAX_BYTES = 32 * 2**20
MAX_ELEMENTS = 5_000_000


class NotPlainError(TypeError):
    """Something is no plain data; the message names its type: "a Foo", "a set"."""


def plain(value: object) -> Plain:
    """Return a copy of a value in exact built-in types and numpy arrays.

    Tuples become lists; numpy scalars, and tensors of no dimension, become numbers; other tensors
    become arrays. Subclasses lose what they override.

    Raises
    ------
    NotPlainError
        If it is, or holds, anything else; or if it is too large.
    """
    return _Copier().copy(value, 0)


class _Copier:
    """Copies with a budget, so that a value that holds itself a million times over is refused."""

    def __init__(self) -> None:
        self.items = MAX_ITEMS
        self.bytes = MAX_BYTES
        self.elements = MAX_ELEMENTS
        self.text = 5 * MAX_TEXT

    def copy(self, value: Any, depth: int) -> Plain:
        self.items -= 1
        if depth > MAX_DEPTH or self.items < 0:
            raise NotPlainError("something too deep or too long")
        kind = type(value)
        if value is None or kind is bool:
            return value
        # Methods are taken from the built-in types: a subclass may have others.
        if issubclass(kind, int):
            return self.bounded_int(int.__int__(value))
        if issubclass(kind, float):
            return float.__float__(value)
        if issubclass(kind, str):
            return self.bounded_text(str.__str__(value))
        if issubclass(kind, (list, tuple)):
            base = list if issubclass(kind, list) else tuple
            return [self.copy(item, depth + 1) for item in base.__iter__(value)]
        if issubclass(kind, dict):
            pairs = dict.items(value)
            return {self.key(key): self.copy(item, depth + 1) for key, item in pairs}
        return self.copy_array(value, kind, depth)

    def copy_array(self, value: Any, kind: type, depth: int) -> Plain:
        if issubclass(kind, np.generic):
            value, kind = np.asarray(value), np.ndarray
        torch = sys.modules.get("torch")
        if torch is not None and issubclass(kind, torch.Tensor):
            return self.copy(_tensor_values(torch, value), depth)
        if not issubclass(kind, np.ndarray):
            raise NotPlainError(article(type_name(value)))
        array = np.ndarray.view(value, np.ndarray)
        if array.dtype.kind not in "biuf":
            raise NotPlainError(f"an array of {array.dtype}")
        self.bytes -= array.nbytes
        self.elements -= array.size
        self.items -= _rows(array)
        if min(self.bytes, self.elements, self.items) < 0:
            raise NotPlainError("an array that is too large")
        if array.dtype == np.longdouble:
            array = array.astype(np.float64)
        native = array.dtype.newbyteorder("=")
        return array.item() if array.ndim == 0 else np.array(array, native, order="C")

    def bounded_int(self, value: int) -> int:
        bits = value.bit_length()
        self.text -= bits // 4
        if bits > MAX_BITS or self.text < 0:
            raise NotPlainError("an integer of more than 300 digits, or too many long ones")
        return value

    def bounded_text(self, value: str) -> str:
        self.text -= len(value)
        if len(value) > MAX_TEXT or self.text < 0:
            raise NotPlainError("text that is too long")
        return _encodable(value)

    def key(self, key: Any) -> str:
        if not issubclass(type(key), str):
            raise NotPlainError(f"a dict with {article(type_name(key))} among its keys")
        return self.bounded_text(str.__str__(key))


def _rows(array: np.ndarray) -> int:
    """Return how many lists an array would become: empty ones take memory, too."""
    return sum(math.prod(array.shape[:n]) for n in range(1, array.ndim))


def _tensor_values(torch: Any, tensor: object) -> Any:
    with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():
        try:
            base = torch.Tensor.cpu(torch.Tensor.detach(tensor))
            if torch.Tensor.is_floating_point(base) and torch.finfo(base.dtype).bits < 32:
                base = torch.Tensor.float(base)
            return torch.Tensor.numpy(base)
        except (RuntimeError, TypeError, ValueError):
            raise NotPlainError("a tensor that holds no plain numbers") from None


def type_name(value: object) -> str:
    """Return the name of a value's type, whatever the type would say of itself."""
    name = type.__dict__["__name__"].__get__(type(value))
    return _encodable(str.__str__(name)[:60])


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def article(word: str) -> str:
    """Put "a" or "an" before a word.

    Examples
    --------
    >>> article("Foo"), article("int")
    ('a Foo', 'an int')
    """
    return f"{'an' if word[:1].lower() in 'aeiou' else 'a'} {word}"


def same(a: Plain, b: Plain) -> bool:
    """Whether two plain values are the same: types, shapes, NaNs and all."""
    if type(a) is not type(b):
        return False
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, np.ndarray):
        inexact = a.dtype.kind == "f"
        return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=inexact)
    if isinstance(a, float) and math.isnan(a):
        return math.isnan(b)
    return bool(a == b)
