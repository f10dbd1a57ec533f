"""Messages between a grader and its worker: JSON and raw arrays, of bounded size, never pickle.

A frame is two lengths, a JSON text, and one block in .npy format for each array. Reading one can
run no code, whoever wrote it.
"""

import io
import json
import math
import struct
from typing import Any, BinaryIO

import numpy as np

from ..plain import MAX_BYTES, Plain

_LENGTHS = struct.Struct(">II")
_MAX_HEADER = 32 * 2**20
_MAX_BLOCKS = MAX_BYTES + 2**20


class FrameError(ValueError):
    """What was read is no frame."""


def write_frame(stream: BinaryIO, message: Plain) -> None:
    """Write plain data to a stream, and flush it."""
    blocks: list[bytes] = []
    tree = _to_tree(message, blocks)
    header = json.dumps({"tree": tree, "sizes": [len(block) for block in blocks]}).encode()
    stream.write(_LENGTHS.pack(len(header), sum(map(len, blocks))))
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
    found = json.loads(header)
    arrays, place = [], 0
    for size in found["sizes"]:
        if type(size) is not int or size < 0:
            raise FrameError("a block has no size")
        arrays.append(_read_array(blocks[place : place + size]))
        place += size
    if place != len(blocks):
        raise FrameError("blocks do not add up")
    return _from_tree(found["tree"], arrays)


def _to_tree(value: Plain, blocks: list[bytes]) -> Any:
    if isinstance(value, np.ndarray):
        stream = io.BytesIO()
        np.lib.format.write_array(stream, value, version=(1, 0), allow_pickle=False)
        blocks.append(stream.getvalue())
        return {"array": len(blocks) - 1}
    if isinstance(value, list):
        return [_to_tree(item, blocks) for item in value]
    if isinstance(value, dict):
        return {"dict": {key: _to_tree(item, blocks) for key, item in value.items()}}
    return value


def _from_tree(tree: Any, arrays: list[np.ndarray]) -> Plain:
    if isinstance(tree, list):
        return [_from_tree(item, arrays) for item in tree]
    if not isinstance(tree, dict):
        return tree
    if "array" in tree:
        return arrays[tree["array"]]
    return {key: _from_tree(item, arrays) for key, item in tree["dict"].items()}


def _read_array(block: bytes) -> np.ndarray:
    stream = io.BytesIO(block)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise FrameError("an array has an unknown format")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    if fortran or dtype.kind not in "biuf":
        raise FrameError(f"an array of {dtype} is not plain")
    data = block[stream.tell() :]
    if math.prod(shape) * dtype.itemsize != len(data):
        raise FrameError("an array has another size than it says")
    return np.frombuffer(data, dtype).reshape(shape).copy()
