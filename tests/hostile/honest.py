"""Honest work that looks odd: it keeps every point, and no cell of it stops."""

import copy

from .rows import SOLUTION, Row, share

RIGHT = "1 / out_channels + 1 / kernel**2"


def _mapped(change):
    notebook = copy.deepcopy(SOLUTION)
    for cell in notebook["cells"]:
        change(cell)
    return notebook


def _one_string(cell):
    cell["source"] = "".join(cell["source"])


def _windows_lines(cell):
    cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")


def _bare(cell):
    for name in ("id", "metadata", "outputs", "execution_count"):
        cell.pop(name, None)


#: Name -> the cells that are added.
CELLS = {
    "a helper in a file": (
        "%%writefile helper.py\ndef half(x):\n    return x / 2",
        f"import helper\n{share(f'return 2 * helper.half({RIGHT})')}",
    ),
    "a helper that is run": ("%%writefile run_me.py\nz = 3", "%run run_me.py\nassert z == 3"),
    "using what check returns": (
        "result = check('counting_cost.conv_params')",
        "assert result.passed and not result.broken\nprint(result.message, result.points + 1)\n"
        "if result.status != 'correct': raise SystemExit",
        "total = sum(check(n).points for n in ('counting_cost.conv_params',)); f'{total:.1f}'",
    ),
    "hints and progress": (
        "from effnet_lab.exercises import certificate, check, hint, progress, solution\n"
        "hint('counting_cost.conv_params'); progress(); solution('counting_cost.conv_params')",
    ),
    "asks what is installed": (
        "import importlib.util as u\nassert u.find_spec('tensorflow') is None\n"
        "assert u.find_spec('timm') is None and u.find_spec('numpy')",
        "import importlib.metadata as m; m.version('numpy'); list(m.distributions())",
        "try:\n    import tensorflow\nexcept ImportError:\n    tensorflow = None",
    ),
    "torch with an optimiser": (
        "import torch\nw = torch.ones(2, requires_grad=True)\n"
        "o = torch.optim.Adam([w]); w.sum().backward(); o.step()",
        "import torch.optim.swa_utils, torch.utils.data, torch.nn.functional",
        share(f"return torch.tensor({RIGHT})"),
    ),
    "torch's profiler": (
        "import torch\nfrom torch.profiler import profile\nwith profile() as p:\n"
        "    torch.ones(3).sum()\nlen(p.key_averages())",
    ),
    "torch's compiler": (
        "import torch\nf = torch.compile(lambda x: x + 1, backend='eager')\nf(torch.ones(2))",
    ),
    "loads data with workers": (
        "import torch\nfrom torch.utils.data import DataLoader\n"
        "list(DataLoader(list(range(8)), batch_size=2, num_workers=2))",
    ),
    "draws": (
        "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()",
        "plt.savefig('picture.png')",
    ),
    "magics": (
        "%time 1 + 1\n%timeit -n1 -r1 2 + 2\n%pwd\n%who",
        "%%capture out\nprint(3)", "%%time\ny = 4", "!echo hello && ls", "%%bash\necho from bash",
        "%load_ext autoreload\n%autoreload 2", "x = !echo 5\nassert x == ['5']", "len?",
    ),
    "awaits": ("import asyncio\nawait asyncio.sleep(0)", "async def f(): return 1\nawait f()"),
    "processes and threads": (
        "from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor\n"
        "with ProcessPoolExecutor(2) as p: assert list(p.map(abs, [-1])) == [1]\n"
        "with ThreadPoolExecutor(4) as p: assert list(p.map(abs, [-1])) == [1]",
        "import subprocess, sys\n"
        "assert subprocess.run([sys.executable, '-c', 'print(1)'], capture_output=True).stdout",
    ),
    "files of its own": (
        "import tempfile, pathlib, os\nwith tempfile.TemporaryDirectory() as t:\n"
        "    pathlib.Path(t, 'x').write_text('é'); os.chdir(t)\nos.chdir(os.path.expanduser('~'))",
        "open('notes.txt', 'w').write('x'); import getpass; getpass.getuser()",
    ),
    "settings": (
        "import sys, random, logging, warnings, numpy as np\nsys.setrecursionlimit(5000)\n"
        "random.seed(1); np.random.seed(1); logging.basicConfig(level=10)\n"
        "warnings.filterwarnings('error'); np.seterr(all='raise')",
        "np.set_printoptions(precision=2); sys.stdout.write('ok'); sys.path.append('.')",
    ),
    "display": (
        "from IPython.display import HTML, Markdown, clear_output, display\n"
        "display(HTML('<b>x</b>'), Markdown('*y*')); clear_output()",
        "get_ipython().run_line_magic('pwd', '')\nIn, Out, _",
    ),
    "types and decorators": (
        "from __future__ import annotations\nfrom functools import cache\nimport numpy as np\n"
        "@cache\ndef separable_share(in_channels: int, out_channels: int, kernel: int) -> float:\n"
        f"    return np.float64({RIGHT})",
    ),
    "a callable": (
        "class Share:\n    def __call__(self, in_channels, out_channels, kernel):\n"
        f"        return {RIGHT}\nseparable_share = Share()",
    ),
    "a lambda": (f"separable_share = lambda in_channels, out_channels, kernel: {RIGHT}",),
    "a fraction in an array": ("import numpy as np", share(f"return np.array({RIGHT})")),
    "prints while it works": (share(f"print('working'); return {RIGHT}"),),
    "warns while it works": (
        share(f"import warnings; warnings.warn('careful'); return {RIGHT}"),),
    "a main": (f"if __name__ == '__main__':\n    {share(f'    return {RIGHT}')}",),
    "other alphabets": ("größe = 3; π = 3.14; assert größe", "'日本語 🙂'",),
    "empty cells": ("", "   ", "\n\n", "# only a comment", "pass", '"""only text"""'),
    "an answer written again": (share("raise NotImplementedError()"), share(f"return {RIGHT}")),
}  # fmt: skip

#: Name -> the notebook.
NOTEBOOKS = {
    "sources as one string": _mapped(_one_string),
    "lines of Windows": _mapped(_windows_lines),
    "no metadata": _mapped(_bare),
    "raw cells between": {
        **SOLUTION,
        "cells": [c for cell in SOLUTION["cells"]
                  for c in ({"cell_type": "raw", "source": "x", "metadata": {}}, cell)],
    },
    "all cells twice": {**SOLUTION, "cells": SOLUTION["cells"] * 2},
    "an older format's number": {**SOLUTION, "nbformat": 4, "nbformat_minor": 0},
}  # fmt: skip

ROWS = (
    *(Row(f"honest: {name}", cells) for name, cells in CELLS.items()),
    *(Row(f"honest: {name}", content=content) for name, content in NOTEBOOKS.items()),
)
