"""Answers that could break or fill the judge: one task gives them, and costs itself only."""

from .rows import Row, share

#: Name -> body of the function, and what is said of it.
ANSWERS = {
    "a thousand million empty rows": ("import numpy as np; return np.zeros((10**9, 0))", "large"),
    "empty rows of empty rows": ("import numpy as np; return np.zeros((10**9, 0, 5))", "large"),
    "two million rows of one": ("import numpy as np; return np.zeros((2 * 10**6, 1))", "too large"),
    "many axes": ("import numpy as np; return np.zeros((10**6,) + (1,) * 60)", "too large"),
    "a view of one number": (
        "import numpy as np; return np.broadcast_to(np.int8(1), (10**9,))", "too large"),
    "wide": ("import numpy as np; return np.zeros(6 * 10**6, 'int8')", "too large"),
    "many arrays": ("import numpy as np; return [np.zeros((10**5, 1)) for _ in range(50)]", "too"),
    "one list many times": ("x = [0.5] * 1000\n    return [x] * 10**6", "too"),
    "a list that doubles": (
        "x = [1]\n    for _ in range(40): x = [x, x]\n    return x", "too deep or too long"),
    "long texts": ("return ['x' * 190_000] * 1000", "too long"),
    "long integers": ("return [2**999] * 199_000", "too many long ones"),
    "keys without end": ("return {str(i): i for i in range(250_000)}", "too"),
    "a generator without end": ("return iter(int, 1)", "gives a callable_iterator"),
    "not a number": ("return float('nan')", "nan"),
    "infinity": ("return float('inf')", "inf"),
    "a complex number": ("return 1j", "gives a complex"),
    "bytes": ("return b'x'", "gives a bytes"),
    "an object array": ("import numpy as np; return np.array([print])", "array of object"),
    "a structured array": ("import numpy as np; return np.zeros(3, 'i4,f8')", "array of"),
    "dates": ("import numpy as np; return np.zeros(3, 'M8[s]')", "array of datetime"),
    "a masked array": ("import numpy as np; return np.ma.array([0.5], mask=[1])", "expected"),
    "an array of half numbers": ("import numpy as np; return np.float16(0.25)", ""),
    "an empty array": ("import numpy as np; return np.zeros(0)", "expected"),
    "a sparse tensor": ("import torch; return torch.ones(2).to_sparse()", "tensor"),
    "a tensor of nothing": ("import torch; return torch.ones(2, device='meta')", "tensor"),
    "a tensor of quarter numbers": (
        "import torch; return torch.ones(2).to(torch.float8_e4m3fn)", ""),
    "text": ("return '<script>alert(1)</script>'", "It gives text"),
    "text that steers a terminal": ("return '\\x1b[2J\\u202eevil\\x07'", "It gives text"),
    "half a letter": ("return '\\ud800'", "It gives text"),
    "a number that is a class of its own": (
        "return type('N', (float,), {'__float__': lambda s: 1 / 0, '__repr__': lambda s: 1})(5)",
        "got 5.0"),
    "a list that is a class of its own": (
        "return type('L', (list,), {'__iter__': lambda s: 1 / 0, '__len__': lambda s: 7})([1])",
        "expected"),
    "a type whose name is long": ("return type('x' * 10**6, (), {})()", "gives a xxx"),
    "a type whose name is HTML": ("return type('<b>', (), {})()", "gives a <b>"),
    "an error that cannot be told": (
        "class E(Exception):\n        def __str__(self):\n            while True: pass\n"
        "    raise E", "did not end within"),
    "an error of many lines": (
        "raise ValueError('\\n' * 10**6 + 'x' * 10**6)", "raised ValueError"),
    "an error named as nothing": (
        "raise type('\\x1b[31m', (Exception,), {'__str__': lambda s: '\\x07'})()", "raised"),
    "an error in groups": (
        "raise BaseExceptionGroup('all', [KeyboardInterrupt(), SystemExit(0)])", "raised"),
    "stops the loop": ("raise StopIteration", "raised StopIteration"),
    "not written": ("raise NotImplementedError", "is not written yet"),
    "itself": ("return separable_share", "gives a function"),
    "a module": ("import os; return os", "gives a module"),
    "none": ("return None", "It gives nothing"),
    "true": ("return True", "It gives a truth value"),
    "the notebook": ("return dict(globals())", ""),
    "changes its environment": (
        "import os, sys\n    sys.path.clear(); sys.modules.clear(); os.environ.clear()", ""),
}  # fmt: skip

#: Name -> what follows a wrong function, in the place of which a right one is lent; points, reason.
BORROWING = {
    "nothing at all": (
        "conv_macs = intensity = network_macs = lambda *a, **k: 0", 30, "is not right yet"),
    "by an option": (
        "conv_macs = lambda *a, **k: conv_params(*a[:3], weights=1)", 60, "is not right yet"),
    "without end": (
        "def conv_macs(*a, **k):\n    while True: conv_params(1, 2, 3)", 60, "is not right yet"),
    "with too much": (
        "conv_macs = lambda *a, **k: conv_params('x' * 10**7, 10**10**5, [0] * 10**7)", 60,
        "is not right yet"),
    "to work it out for ever": (
        "conv_macs = lambda *a, **k: conv_params(10**999, 10**999, 10**999) ** 10**9", 60, ""),
    "to keep it": (
        "def conv_macs(*a, **k):\n    global kept\n    kept = conv_params\n    return 0\n"
        "def separable_share(in_channels, out_channels, kernel):\n"
        "    return kept(out_channels, 1, 1) / out_channels**2 + kept(1, 1, 1) / kernel**2", 45,
        "nothing of this name is lent"),
    "from a thread": (
        "import threading\ndef conv_macs(*a, **k):\n    for _ in range(9):\n"
        "        threading.Thread(target=conv_params, args=(1, 2, 3)).start()\n    return 0",
        60, ""),
}  # fmt: skip

ROWS = (
    *(
        Row(f"gives {name}", (share(body),), points=70, reason=reason)
        for name, (body, reason) in ANSWERS.items()
    ),
    *(
        Row(f"borrows {name}", (f"conv_params = lambda *a, **k: 0\n{code}",), None, points, reason)
        for name, (code, points, reason) in BORROWING.items()
    ),
)
