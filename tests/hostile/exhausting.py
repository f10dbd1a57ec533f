"""Attacks on the machine: the notebook is right, with a cell that takes what it can get.

A cell that must be stopped is left out, and says why; all else keeps its points.
"""

from .rows import Row, share

LEFT_OUT = ", and was left out"

#: Name -> cell, and what the sheet says of it.
ATTACKS = {
    # Time
    "loops for ever": ("while True: pass", f"did not end within 2.5 s{LEFT_OUT}"),
    "sleeps": ("import time; time.sleep(1000)", LEFT_OUT),
    "ignores every signal": (
        "import signal\nfor n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\nwhile True:\n    try:\n        while True: pass\n"
        "    except BaseException: pass",
        LEFT_OUT,
    ),
    "hangs in C": ("import re; re.match('(a+)+$', 'a' * 40 + 'b')", LEFT_OUT),
    "computes a huge power": ("x = 7 ** (7 ** 20)", ""),
    "sorts for ever": ("class X:\n    def __lt__(s, o):\n        while 1: pass\nsorted([X(), X()])",
                       LEFT_OUT),
    "reads what never comes": ("import os; os.read(os.pipe()[0], 1)", LEFT_OUT),
    "waits for a lock": ("import threading as t; l = t.Lock(); l.acquire(); l.acquire()", LEFT_OUT),
    "stops itself": ("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", LEFT_OUT),
    "hangs in the shell": ("!sleep 1000", LEFT_OUT),
    "hangs when its objects go": (
        "class X:\n    def __del__(self):\n        while True: pass\nx = X()\ndel x", LEFT_OUT),
    "leaves a thread that computes": (
        "import threading\nfor _ in range(4):\n"
        "    threading.Thread(target=lambda: [0 for _ in iter(int, 1)], daemon=True).start()", ""),
    "hangs when it is asked for its name": (
        "class M(type):\n    @property\n    def __name__(c):\n        while True: pass\n"
        "class X(Exception, metaclass=M): pass\nraise X", "stopped with X"),
    # Memory
    "one huge list": ("x = [0] * 10**11", "MemoryError"),
    "fills memory": ("x = []\nwhile True: x.append(b'x' * 10**7)", ""),
    "four children fill memory": (
        "import os, time\nfor _ in range(4):\n    if os.fork() == 0:\n"
        "        x = bytearray(7 * 10**8)\n        for i in range(0, len(x), 4096): x[i] = 1\n"
        "        time.sleep(100)\ntime.sleep(100)",
        "took more than 1.07 GB of memory"),
    "fills shared memory": (
        "import mmap\nx = [mmap.mmap(-1, 10**8) for _ in range(30)]\n"
        "for m in x: m[:] = bytes(10**8)",
        LEFT_OUT),
    "fills memory without a name": (
        "import os\nfor _ in range(20):\n    f = os.memfd_create('x')\n"
        "    for _ in range(100): os.write(f, bytes(10**6))",
        "PermissionError"),
    "fills memory that nobody maps": (
        "import ctypes; l = ctypes.CDLL(None)\nassert l.shmget(0, 10**8, 0o1600) == -1", ""),
    "fills pipes": (
        "import os\nx = []\ntry:\n    while True:\n        r, w = os.pipe(); x += [r, w]\n"
        "        os.set_blocking(w, False)\n        try:\n"
        "            while True: os.write(w, bytes(4096))\n"
        "        except BlockingIOError: pass\nfinally:\n    for f in x: os.close(f)",
        "Too many open files"),
    "deep recursion": ("import sys; sys.setrecursionlimit(10**9)\nf = lambda: f()\nf()", ""),
    "a large tensor": ("import numpy as np; x = np.ones(10**10)", "MemoryError"),
    # Processes
    "fork bomb": ("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", LEFT_OUT),
    "shell fork bomb": ("%%bash\n:(){ :|:& };:\nsleep 100", LEFT_OUT),
    "three hundred processes": (
        "import subprocess\nx = [subprocess.Popen(['sleep', '100']) for _ in range(300)]",
        "Resource temporarily unavailable"),
    "threads without end": (
        "import threading as t, time\nwhile True: t.Thread(target=time.sleep, args=(99,)).start()",
        "can't start new thread"),
    "leaves a daemon": (
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        "        os.closerange(0, 100)\n        time.sleep(1000)\n    os._exit(0)\nos.wait()", ""),
    "leaves zombies": ("import os\nfor _ in range(15):\n    if os.fork() == 0: os._exit(0)", ""),
    "starts itself again": (
        "import os, sys\nos.execv(sys.executable, [sys.executable, '-c', 'while True: pass'])", ""),
    # Disk and output
    "fills the disk": ("with open('/tmp/x', 'wb') as f:\n    while True: f.write(bytes(10**6))",
                       "OSError"),
    "fills the other disk": (
        "with open('/dev/shm/x', 'wb') as f:\n    while True: f.write(bytes(10**6))", "OSError"),
    "makes files without end": (
        "import os\ntry:\n    for i in range(10**6): open(f'/tmp/{i}', 'w').close()\n"
        "finally:\n    import shutil; [os.unlink('/tmp/' + n) for n in os.listdir('/tmp')]", ""),
    "a file with a hole": ("open('/tmp/x', 'wb').truncate(10**12)", "File too large"),
    "folders 1,500 deep": (
        "import os\nfor _ in range(1500):\n    os.mkdir('d'); os.chdir('d')\nos.chdir('/tmp')", ""),
    "odd file names": (
        "open('/tmp/\\x1b[2J\\n<b>', 'w'); open(b'/tmp/\\xff\\xfe', 'w')", ""),
    "prints without end": ("while True: print('x' * 10**6)", LEFT_OUT),
    "prints without end, unasked": (
        "import os, threading\ndef f():\n    while True: os.write(2, b'y' * 10**6)\n"
        "threading.Thread(target=f, daemon=True).start()", ""),
    "prints half a letter": ("import os; os.write(1, b'\\xff\\xc3\\x00\\x1b[31m')", ""),
    # Python itself
    "reads address 0": ("import ctypes; ctypes.string_at(0)", "ended the Python process"),
    "aborts": ("import os; os.abort()", "ended the Python process"),
    "exits": ("import os; os._exit(7)", "ended the Python process"),
    "closes all files": ("import os; os.closerange(0, 1000)", "broke its connection"),
    "raises the limits again": (
        "import resource as r\nfor which in (r.RLIMIT_AS, r.RLIMIT_NPROC, r.RLIMIT_CPU):\n"
        "    try: r.setrlimit(which, (r.RLIM_INFINITY,) * 2); print('LOOT')\n"
        "    except ValueError: pass", ""),
    "takes builtins away": ("import builtins\nfor n in ('print', 'open', 'repr'):\n"
                            "    delattr(builtins, n)", ""),
    "an error of 12 MB": ("raise ValueError('x' * 12_000_000)", "stopped with ValueError: xxx"),
    "an error with escapes": ("raise ValueError('\\x1b[2J<script>')", "stopped with ValueError"),
    "a cell of newlines": ("\n" * 60_000 + "x = 1", ""),
    "a cell of brackets": ("(" * 20_000, ""),
    "a cell of zeros": ("x = 1\0\0", "stopped with"),
    "a line without end": ("x = '" + "y" * 500_000 + "'", ""),
    "spaces before a name": (" " * 60_000 + "separable_share" + " " * 60_000 + "x", ""),
    "a signal that comes later": (
        "import signal\nsignal.signal(signal.SIGALRM, lambda *a: 1 / 0)\nsignal.setitimer(0, 0.2)",
        ""),
    "a trace function": ("import sys; sys.settrace(lambda *a: 1 / 0)", ""),
}  # fmt: skip

#: These cells are the last: nothing can be told of what is right any more, and all is lost.
FATAL = {"takes builtins away"}

ROWS = (
    *(
        Row(name, (cell,), points=0 if name in FATAL else 85, reason=reason)
        for name, (cell, reason) in ATTACKS.items()
    ),
    # In the function itself: its own task is lost, all others are not.
    *(
        Row(f"a function that {name}", (share(body),), points=70, reason=reason)
        for name, body, reason in (
            ("loops", "while True: pass", "did not end within"),
            ("forks", "import os\n    while True:\n        try: os.fork()\n"
                      "        except OSError: pass", "separable_share"),
            ("fills memory", "x = []\n    while True: x.append(b'x' * 10**7)", ""),
            ("exits", "import os; os._exit(0)", "ended the Python process"),
            ("prints", "while True: print('x' * 10**6)", "did not end within"),
            ("forges", "import os\n    for n in range(3, 30):\n"
                       "        try: os.write(n, b'x' * 10**6)\n        except OSError: pass", ""),
        )
    ),
)  # fmt: skip
