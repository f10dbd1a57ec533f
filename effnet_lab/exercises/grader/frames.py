"""Messages between a grader and its worker: JSON and raw arrays, of bounded size, never pickle.

A frame is two lengths, a JSON text, and the bytes of each array, whose type and shape stand in the
text. Reading one can run no code, whoever wrote it, and takes no more than a few times its length.
"""

import json
import math
import struct
from typing import Any, BinaryIO

import numpy as np

from ..plain import MAX_BYTES, MAX_ITEMS, Plain

_LENGTHS = struct.Struct(">II")
_MAX_HEADER = 16 * 2**20
_MAX_PARTS = 2 * MAX_ITEMS
_MAX_BLOCKS = MAX_BYTES
_MAX_AXES = 32

#: What an array may hold, as the frame says it.
_TYPES = frozenset(f"<{kind}{size}" for kind in "iuf" for size in (2, 4, 8)) | {"|b1", "|i1", "|u1"}


class FrameError(ValueError):
    """What was read is no frame."""


def write_frame(stream: BinaryIO, message: Plain) -> None:
    """Write plain data to a stream, and flush it."""
    blocks: list[bytes] = []
    header = json.dumps(_to_tree(message, blocks), ensure_ascii=False).encode(errors="replace")
    rest = sum(map(len, blocks))
    if len(header) > _MAX_HEADER or rest > _MAX_BLOCKS:
        raise FrameError(f"a frame of {len(header) + rest:,} bytes is too large")
    stream.write(_LENGTHS.pack(len(header), rest))
    for part in (header, *blocks):
        stream.write(part)
    stream.flush()


def read_frame(stream: BinaryIO) -> Plain:
    """Read one frame.

    Raises
    ------
    EOFError
        If there is nothing more.
    FrameError
        If it is malformed, cut off or too large.
    """
    start = stream.read(_LENGTHS.size)
    if not start:
        raise EOFError
    if len(start) < _LENGTHS.size:
        raise FrameError("a frame is cut off")
    length, rest = _LENGTHS.unpack(start)
    if length > _MAX_HEADER or rest > _MAX_BLOCKS:
        raise FrameError(f"a frame of {length + rest:,} bytes is too large")
    header, blocks = stream.read(length), stream.read(rest)
    if len(header) < length or len(blocks) < rest:
        raise FrameError("a frame is cut off")
    try:
        return _decoded(header, blocks)
    except FrameError:
        raise
    except (LookupError, TypeError, ValueError, RecursionError, MemoryError) as error:
        raise FrameError(f"a frame cannot be read: {error}") from None


def _decoded(header: bytes, blocks: bytes) -> Plain:
    if sum(map(header.count, (b",", b"[", b"{"))) > _MAX_PARTS:
        raise FrameError("a frame holds too much")
    rest = memoryview(blocks)
    value, rest = _from_tree(json.loads(header), rest)
    if len(rest):
        raise FrameError("blocks do not add up")
    return value


def _to_tree(value: Plain, blocks: list[bytes]) -> Any:
    if isinstance(value, np.ndarray):
        little = value.astype(value.dtype.newbyteorder("<"), order="C", copy=False)
        blocks.append(little.tobytes())
        return {"array": little.dtype.str, "shape": list(little.shape)}
    if isinstance(value, list):
        return [_to_tree(item, blocks) for item in value]
    if isinstance(value, dict):
        return {"dict": {key: _to_tree(item, blocks) for key, item in value.items()}}
    return value


def _from_tree(tree: Any, rest: memoryview) -> tuple[Plain, memoryview]:
    """Return what a tree says, and the bytes that it left: arrays take theirs in order."""
    if isinstance(tree, list):
        items = []
        for one in tree:
            item, rest = _from_tree(one, rest)
            items.append(item)
        return items, rest
    if not isinstance(tree, dict):
        return tree, rest
    if "array" in tree:
        return _array(tree["array"], tree["shape"], rest)
    found = {}
    for key, one in tree["dict"].items():
        found[key], rest = _from_tree(one, rest)
    return found, rest


def _array(kind: Any, shape: Any, rest: memoryview) -> tuple[np.ndarray, memoryview]:
    if type(kind) is not str or kind not in _TYPES:
        raise FrameError("an array is not plain")
    sizes = shape if isinstance(shape, list) and len(shape) <= _MAX_AXES else [-1]
    if not all(type(size) is int and 0 <= size < 2**40 for size in sizes):
        raise FrameError("an array has no shape")
    dtype = np.dtype(kind)
    size = math.prod(sizes) * dtype.itemsize
    if size > len(rest):
        raise FrameError("an array has another size than it says")
    array = np.frombuffer(rest[:size], dtype).reshape(sizes)
    if dtype.kind == "b":  # any byte may stand for true
        array = array.view(np.uint8) != 0
    return array.copy(), rest[size:]
