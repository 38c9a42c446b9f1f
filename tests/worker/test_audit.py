"""What a worker notices of tampering, and what honest code may do unnoticed."""

import contextlib
import sys

import pytest

from grader.domain.lab import Limits
from grader.domain.student import CallFailed
from grader.worker.events import rows

LIMITS = Limits(call_cpu_s=5, submission_cpu_s=30, memory_mb=768)


@pytest.fixture
def tampering(confined, submission_of):
    """Return what is noticed of code: {kind: (times, sentence)}."""

    def of(code, *, call="f"):
        session = confined.session(submission_of(code), limits=LIMITS, seed=1)
        with session, contextlib.suppress(CallFailed):
            session.call([(call, (), {})])
        return {t.kind: (t.times, t.says, t.certain) for t in session.tampering}

    return of


def function(*lines):
    return "def f():\n" + "".join(f"    {line}\n" for line in lines)


ATTEMPTS = [
    ("reads_foreign_files", "open('/etc/passwd')", "/etc/passwd"),
    ("reads_foreign_files", "open(b'/etc/shadow')", "/etc/shadow"),
    ("reads_foreign_files", "import os; os.open('/proc/1/environ', 0)", "/proc/1"),
    ("reads_foreign_files", "import os; os.listdir('/')", "lab needs: /"),
    ("reads_foreign_files", "from pathlib import Path; list(Path('/root').iterdir())"),
    ("reads_foreign_files", "import numpy as np; np.load('../reference/tiny/x.npz')"),
    ("reads_foreign_files", "import os; os.symlink('/etc/passwd', 'mine')"),
    ("reads_foreign_files", "import linecache, io; io.open('../../proc/self/mem')"),
    ("reads_foreign_files", "exec('open(\"/etc/passwd\")')", "/etc/passwd"),
    ("imports_the_grader", "import grader.checks", "grader.checks"),
    ("imports_the_grader", "__import__('reference.tiny')", "reference.tiny"),
    ("walks_frames", "import sys; sys._getframe(2)"),
    ("walks_frames", "import inspect; inspect.stack()"),
    ("walks_frames", "import sys; sys._current_frames()"),
    (
        "walks_frames",
        "import inspect; g = inspect.currentframe(); g.f_back.f_code",
    ),
    ("searches_memory", "import gc; gc.get_objects()"),
    ("searches_memory", "import gc; gc.get_referrers(f)"),
    ("searches_memory", "import ctypes; ctypes.string_at(id(f), 8)"),
    ("searches_memory", "import ctypes; ctypes.c_char.from_address(id(f))"),
    ("traces_execution", "import sys; sys.settrace(lambda *a: None)"),
    ("traces_execution", "import sys; sys.setprofile(None)"),
    ("traces_execution", "import sys; sys.addaudithook(lambda *a: None)"),
    ("loads_machine_code", "import ctypes; ctypes.CDLL('libc.so.6')", "libc.so.6"),
    ("loads_machine_code", "import ctypes; ctypes.pythonapi.PyGILState_Ensure"),
    ("signals_processes", "import os; os.kill(os.getpid() + 1, 0)", "a signal"),
    ("signals_processes", "import os; os.killpg(12345678, 0)", "a group"),
    ("starts_processes", "import os; os.fork()", "fork"),
    ("starts_processes", "import os; os.execvp('cat', ['cat', 'x'])", "cat x"),
    ("starts_processes", "import os; os.system('pip -V; cat x')", "pip -V; cat x"),
    ("starts_processes", "import subprocess; subprocess.run(['cat', 'x'])", "cat x"),
    ("starts_processes", "import os; os.posix_spawn('/bin/cat', ['cat'], {})", "cat"),
    ("starts_processes", "import os; os.popen('cat x')", "cat x"),
    ("opens_sockets", "import socket; socket.socket()"),
    ("opens_sockets", "import socket as s; s.create_connection(('127.0.0.1', 9))"),
    ("patches_libraries", "import numpy as np; np.allclose = id", "numpy.allclose"),
    (
        "patches_libraries",
        "import builtins; builtins.abs = lambda x: 0",
        "builtins.abs",
    ),
    ("patches_libraries", "import sys; sys.modules['numpy'] = f", "modules['numpy']"),
    ("patches_libraries", "import sys; sys.modules.pop('math'); import math"),
    (
        "patches_libraries",
        "import numpy.testing as t; t.assert_allclose = lambda *a: None",
        "numpy.testing.assert_allclose",
    ),
    (
        "patches_libraries",
        "import numpy as np; np.linalg.tensorinv.__wrapped__.__code__ = f.__code__",
        "tensorinv",
    ),
]


@pytest.mark.parametrize(
    ("kind", "line", "told"),
    [(*attempt, "")[:3] for attempt in ATTEMPTS],
    ids=[f"{kind}-{line[:40]}" for kind, line, *_ in ATTEMPTS],
)
def test_an_attempt_is_noticed_once_and_as_one_kind(tampering, kind, line, told):
    found = tampering(function(line))

    assert list(found) == [kind]
    times, says, certain = found[kind]
    assert told in says
    assert times >= 1
    assert not certain


HONEST = [
    "import sys; sys.exit(1)",
    "open('missing.csv')",
    "open('/content/drive/MyDrive/data.csv')",
    "open('C:\\\\Users\\\\ada\\\\data.csv')",
    "open('../data/mnist.npz')",
    "import numpy as np; np.loadtxt('/kaggle/input/digits/train.csv')",
    "open('weights.npz', 'wb').close(); open('weights.npz').close()",
    "open('/tmp/ada.npz', 'wb')",
    "import os; os.listdir(); os.listdir('..'); os.getcwd(); os.listdir('/content')",
    "import os; list(os.walk('/kaggle/input')); os.makedirs('plots/a', exist_ok=True)",
    "open('/proc/meminfo'); open('/proc/self/status')",
    "open('/dev/null', 'w'); import os; os.urandom(4)",
    "print('x' * 3_000_000)",
    "import urllib.request as u; u.urlopen('http://127.0.0.1:9/mnist.npz', timeout=1)",
    "import urllib.request as u; u.urlretrieve('https://127.0.0.1:9/mnist.npz')",
    "import socket; socket.gethostname()",
    "import subprocess, sys; subprocess.run([sys.executable, '-m', 'pip', 'install', 'x'])",
    "import os; os.system('pip install -q tensorflow')",
    "import os; os.system('clear')",
    "import subprocess; subprocess.getoutput('nvidia-smi')",
    "import os; os.popen('wget -q http://127.0.0.1:9/a.zip && unzip a.zip')",
    "import os; os.kill(os.getpid(), 0)",
    "import threading; t = threading.Thread(target=print); t.start(); t.join()",
    "from concurrent.futures import ThreadPoolExecutor as P; P(2).submit(len, 'a').result()",
    "import multiprocessing; multiprocessing.Pool(2)",
    "import inspect; inspect.getsource(f)",
    "import inspect; inspect.signature(f); inspect.currentframe().f_code.co_name",
    "import sys; sys._getframe().f_lineno; f.__code__.co_varnames",
    "import warnings; warnings.filterwarnings('ignore'); warnings.warn('x')",
    "import numpy as np; np.seterr(all='ignore'); np.random.seed(1); np.float = float",
    "import numpy as np; np.set_printoptions(precision=3); np.testing.assert_allclose(1, 1)",
    "import sys; sys.setrecursionlimit(10_000)",
    "import matplotlib; matplotlib.use('Agg'); matplotlib.rcParams['font.size'] = 9",
    "import matplotlib.pyplot as plt; plt.plot([1]); plt.title('a'); plt.savefig('a.png')",
    "import matplotlib.pyplot as plt; plt.style.use('ggplot'); plt.show()",
    "import logging; logging.basicConfig(level=0); logging.exception('x', stack_info=True)",
    "import traceback; traceback.print_stack(); traceback.format_exc()",
    "import functools; g = functools.lru_cache(functools.partial(max, 1)); g(2)",
    "import collections; collections.namedtuple('P', 'x y')(1, 2)",
    "import dataclasses as d; d.make_dataclass('P', ['x'])(1)",
    "import typing, enum, abc; typing.NamedTuple('P', [('x', int)]); enum.Enum('E', 'a')",
    "import pickle, copy; copy.deepcopy(pickle.loads(pickle.dumps([1])))",
    "import gc; gc.collect(); gc.get_stats()",
    "import sys; sys.getsizeof([]); sys.getrefcount([])",
    "import cProfile; p = cProfile.Profile(); p.enable(); p.disable()",
    "import cProfile; cProfile.run('1 + 1')",
    "import timeit; timeit.timeit('1', number=9)",
    "import ctypes, multiprocessing.sharedctypes, uuid, platform, getpass",
    "import platform; platform.platform(); platform.processor()",
    "import resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0))",
    "import tempfile; tempfile.TemporaryFile().write(b'x'); tempfile.mkdtemp()",
    "import zipfile; zipfile.ZipFile('a.zip', 'w').close(); zipfile.ZipFile('a.zip')",
    "import asyncio; asyncio.run(asyncio.sleep(0))",
    "import importlib; importlib.reload(__import__('numpy.linalg'))",
    "import importlib, numpy; importlib.reload(numpy)",
    "import unittest.mock as m; m.patch('math.sqrt').start(); m.patch.stopall()",
    "from grader.notebook import check; check('tiny')",
    "print = __import__('functools').partial(max, 1); abs = sum = len = None",
    "import builtins, functools; builtins.print = functools.partial(print, flush=True)",
    "import random, time, datetime, locale; datetime.datetime.now().astimezone()",
    "import sqlite3; sqlite3.connect(':memory:').execute('select 1')",
    "f.__globals__; f.__closure__; object.__subclasses__()",
]


@pytest.mark.parametrize("line", HONEST, ids=[line[:60] for line in HONEST])
def test_an_honest_look_alike_is_no_attempt(tampering, line):
    code = function("try:", f"    {line}", "except BaseException: pass")

    assert tampering(code) == {}


def test_what_a_library_does_for_honest_code_is_no_attempt(tampering):
    # the library is one of the standard ones; it reads /etc/passwd and asks for frames
    code = function(
        "import inspect, pkgutil, runpy, traceback",
        "try: runpy.run_path('/etc/passwd')",
        "except BaseException: pass",
        "traceback.extract_stack()",
    )

    assert tampering(code) == {}


def test_an_attempt_behind_a_library_that_calls_back_is_noticed(tampering):
    code = function("return sorted([1], key=lambda _: open('/etc/passwd').read())")

    assert list(tampering(code)) == ["reads_foreign_files"]


def test_each_attempt_is_counted(tampering):
    lines = ("try: open('/etc/shadow')", "except OSError: pass")
    code = function("for _ in range(7):", *(f"    {line}" for line in lines))

    (times, says, _) = tampering(code)["reads_foreign_files"]

    assert times == 7
    assert says == "the code tried to reach files that no lab needs: /etc/shadow"


def test_an_attempt_while_the_file_is_loaded_is_noticed(tampering):
    code = "import gc\ngc.get_objects()\ndef f(): pass"

    assert list(tampering(code)) == ["searches_memory"]


def test_an_attempt_in_a_notebook_is_noticed(tampering):
    cells = ["import gc", "def g(): gc.get_objects()", "def f(): g()"]

    assert list(tampering(cells)) == ["searches_memory"]


@pytest.mark.parametrize(
    "end", ["import os; os._exit(0)", "import os; os.kill(os.getpid(), 9)"]
)
def test_what_was_noticed_outlives_the_process(tampering, end):
    code = function("import gc; gc.get_objects()", end)

    assert list(tampering(code)) == ["searches_memory"]


def test_threads_are_heard_while_others_call_back(confined, submission_of):
    code = (
        "import gc, threading\n"
        "def f(g):\n"
        "    t = [threading.Thread(target=gc.get_stats) for _ in range(4)]\n"
        "    t += [threading.Thread(target=lambda: gc.get_objects()) for _ in range(4)]\n"
        "    for each in t: each.start()\n"
        "    total = sum(g(i) for i in range(50))\n"
        "    for each in t: each.join()\n"
        "    return total"
    )
    with confined.session(submission_of(code), limits=LIMITS, seed=1) as session:
        (reply,) = session.call([("f", (lambda i: i,), {})])

    assert reply.value == 1225
    assert [(t.kind, t.times) for t in session.tampering] == [("searches_memory", 4)]


def test_a_plain_process_notices_too(plain, submission_of):
    code = function("import gc; gc.get_objects()")
    with plain.session(submission_of(code), limits=LIMITS, seed=1) as session:
        session.call([("f", (), {})])

    assert [found.kind for found in session.tampering] == ["searches_memory"]


def test_arguments_made_to_break_the_log_do_not(tampering):
    code = (
        "class P(str):\n"
        "    def __getattribute__(self, name): raise RuntimeError(name)\n"
        "    __str__ = __len__ = __eq__ = __hash__ = startswith = None\n"
        "def f():\n"
        "    import sys\n"
        "    for event in ('open', 'os.kill', 'import', 'subprocess.Popen', 'os.exec'):\n"
        "        for args in ((), (P('x'),), ([P('x')] * 3,), (P('x'),) * 4, (f, f, f)):\n"
        "            sys.audit(event, *args)\n"
        "    sys.audit('object.__getattr__')\n"
        "    try: open(P('/etc/passwd'))\n"
        "    except OSError: return 1\n"
    )

    assert "reads_foreign_files" in tampering(code)


def test_a_log_stays_small(tampering):
    code = function("import sys", "sys.audit('open', '/etc/' + 'x' * 10**6, 'r', 0)")

    (_, says, _) = tampering(code)["reads_foreign_files"]

    assert len(says) < 300


def test_an_attempt_in_a_file_that_the_code_writes_is_noticed(tampering):
    code = (
        "import pathlib, runpy, sys\n"
        "def f():\n"
        "    pathlib.Path('helper.py').write_text('import gc; gc.get_objects()')\n"
        "    runpy.run_path('helper.py')\n"
        "    sys.path.insert(0, str(pathlib.Path.cwd()))\n"
        "    import helper\n"
    )

    times, _, _ = tampering(code)["searches_memory"]

    assert times >= 1


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.12 has sys.monitoring")
def test_listening_to_what_runs_is_told(tampering):
    listen = "import sys; m = sys.monitoring; m.register_callback(0, 1, print)"

    assert "traces_execution" in tampering(function(listen))


def test_to_listen_no_longer_is_no_attempt():
    row = rows("/submission", ())["sys.monitoring.register_callback"]

    assert row.read((None,)) is None
    assert row.read((print,)) == ""
