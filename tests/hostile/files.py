"""Files that are no notebooks, or nearly, or too much of one."""

import json

from .rows import EXERCISE, SOLUTION, Row, code


def _cells(*cells, **more):
    return json.dumps({"cells": list(cells), "metadata": {}, **more}).encode()


def _changed(**changes):
    """The solution with all its cells changed."""
    return _cells(*({**cell, **changes} for cell in SOLUTION["cells"]))


_TEXT = json.dumps(SOLUTION)
_DUMMY = code("x = 1")
_DEEP = 100_000

#: Name -> content, points, and what is said of it.
FILES = {
    "nothing": (b"", 0, "it is not JSON"),
    "zeros": (bytes(1000), 0, "it is not JSON"),
    "a program": (b"\x7fELF" + bytes(100), 0, "it is not JSON"),
    "a zip": (b"PK\x03\x04" + bytes(100), 0, "it is not JSON"),
    "HTML": (b"<html><script>alert(1)</script></html>", 0, "it is not JSON"),
    "cut off": (_TEXT[: len(_TEXT) // 2].encode(), 0, "it is not JSON"),
    "a list": (b"[]", 0, "it has no list of cells"),
    "a number": (b"1", 0, "it has no list of cells"),
    "no cells": (b"{}", 0, "it has no list of cells"),
    "cells in a dict": (b'{"cells": {"a": 1}}', 0, "it has no list of cells"),
    "cells of odd kinds": (b'{"cells": [1, null, "x", []]}', 0, "no code cells"),
    "no code": (_cells({"cell_type": "markdown", "source": "x"}), 0, "no code cells"),
    "deeper than Python goes": (b"[" * _DEEP + b"]" * _DEEP, 0, "it is not JSON"),
    "deep in one cell": (
        b'{"cells": [{"metadata": ' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}]}",
        0, "it is not JSON"),
    "three million cells": (b'{"cells": [' + b"{}," * 3_000_000 + b"{}]}", 0, "lists"),
    "ten thousand cells": (_cells(*[_DUMMY] * 10_000), 0, "10,000 cells"),
    "a million lists": (b'{"cells": [' + b"[]," * 1_000_001 + b"[]]}", 0, "more than 1,000,000"),
    "too much code": (_cells(code("x = 1\n" * 400_000)), 0, "characters"),
    "forty megabytes": (b" " * (40 * 2**20), 0, "larger than 32 MB"),
    "an integer of a million digits": (b'{"cells": ' + b"1" * 1_000_000 + b"}", 0, "not JSON"),
    "metadata of odd kinds": (_changed(metadata=[1, {"nbgrader": 5}]), 85, ""),
    "outputs of odd kinds": (_changed(outputs={"a": float("nan")}), 85, ""),
    "ids of odd kinds": (_changed(id={"a": []}), 85, ""),
    "the same id for all": (_changed(id="conv-params"), 85, ""),
    "sources of odd kinds": (
        _cells({**_DUMMY, "source": 7}, {**_DUMMY, "source": [1, None, "y = 2"]},
               *SOLUTION["cells"]), 85, ""),
    "kinds of odd kinds": (_cells({**_DUMMY, "cell_type": ["code"]}, *SOLUTION["cells"]), 85, ""),
    "keys twice": (_TEXT.replace("{", '{"cells": [], ', 1).encode(), 85, ""),
    "half letters": (_cells(code("s = '\ud800'"), *SOLUTION["cells"]), 85, ""),
    "escapes and HTML as source": (
        _cells(code("</pre><script>alert(1)</script>\x1b[2J"), *SOLUTION["cells"]), 85,
        "stopped with SyntaxError"),
    "a name of tricks as source": (_cells(code("raise KeyError('\u202e\u2066')"),
                                          *SOLUTION["cells"]), 85, "stopped with KeyError"),
    "a mark at its beginning": (b"\xef\xbb\xbf" + _TEXT.encode(), 85, ""),
    "sixteen bits a letter": (_TEXT.encode("utf-16"), 0, "it is not JSON"),
    "written answers as scripts": (
        _cells(*(
            {**cell, "source": "<script>alert(1)</script>" * 1000}
            if cell["cell_type"] == "markdown" else cell for cell in SOLUTION["cells"]
        )), 85, "to be graded by hand"),
    "points of its own": (
        json.dumps({**EXERCISE, "metadata": {"points": 85, "score": 85, "grade": {"all": 85}}})
        .encode(), 0, "is not written yet"),
}  # fmt: skip

ROWS = tuple(
    Row(f"a file of {name}", content=content, points=points, reason=reason)
    for name, (content, points, reason) in FILES.items()
)
