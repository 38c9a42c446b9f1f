"""Two submissions of one sandbox: neither hears the other, nor can touch the zygote.

A channel is closed if what one finds is the same before and after the other has sent. So
that none is found closed because it never worked, those that the filter closes are also
tried without it.
"""

import contextlib
import os
import platform
import sys
import threading

import numpy as np
import pytest

from grader.domain.lab import Limits
from grader.domain.student import CallFailed
from grader.errors import InfrastructureError
from grader.sandbox.sandbox import Sandbox

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux confines"),
    # they speak through one file that all may read
    pytest.mark.xdist_group("between"),
]
LIMITS = Limits(call_cpu_s=2, submission_cpu_s=20, memory_mb=256, disk_mb=8)
X86 = platform.machine() == "x86_64"

COMMON = """
import ctypes, errno, fcntl, mmap, os, resource, signal, struct, threading, time
from importlib import util
libc = ctypes.CDLL(None, use_errno=True)
# a file that all may read, and that nobody else has open
SHARED = util.find_spec("numpy").submodule_search_locations[0] + "/__init__.pyi"
kept = []
def shared():
    kept.append(open(SHARED, "rb"))
    return kept[-1].fileno()
def raw(number, *args):
    longs = [ctypes.c_long(a) if isinstance(a, int) else a for a in args]
    found = libc.syscall(ctypes.c_long(number), *longs)
    if found < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return found
def mapped():
    block = mmap.mmap(shared(), 4096, flags=mmap.MAP_SHARED, prot=mmap.PROT_READ)
    array = __import__("numpy").frombuffer(block, "int32")
    kept.append(array)
    return ctypes.c_void_p(array.ctypes.data), int(array[0])
def try_to_lock():
    with open(SHARED) as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
def holder_of_lock(command):
    wanted = struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0)
    return fcntl.fcntl(shared(), command, wanted)[:2]
def me(): return os.getpid()
def answer(function, *args):
    try:
        return repr(function(*args))
    except OSError as error:
        return errno.errorcode[error.errno]
"""

# name: (what the sender does, what the receiver looks at; `pid` is the sender's)
CHANNELS = {
    "flock": ("fcntl.flock(shared(), fcntl.LOCK_EX)", "try_to_lock()"),
    "lockf": (
        "fcntl.lockf(shared(), fcntl.LOCK_SH)",
        "holder_of_lock(fcntl.F_GETLK)",
    ),
    "lock-of-an-open-file": (
        "fcntl.fcntl(shared(), 37, struct.pack('hhqqi4x', fcntl.F_RDLCK, 0, 0, 0, 0))",
        "holder_of_lock(36)",
    ),
    "affinity": (
        "os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})",
        "os.sched_getaffinity(pid)",
    ),
    "priority": ("os.nice(3)", "os.getpriority(os.PRIO_PROCESS, pid)"),
    "scheduler": (
        "os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))",
        "os.sched_getscheduler(pid)",
    ),
    "processor-time": (
        "[x * x for x in range(2 * 10**5)]",
        "time.clock_gettime((~pid << 3) | 2)",
    ),
}
CHANNELS_BY_NUMBER = {
    "io-priority": ("raw(251, 1, 0, 0x4007)", "raw(252, 1, pid)"),
    "page-cache": (
        "os.posix_fadvise(shared(), 0, 0, os.POSIX_FADV_DONTNEED)",
        "in_cache()",
    ),
}
NUMBERED = """
def mapped_wait():
    address, value = mapped()
    kept.append(struct.pack("qq", 2, 0))
    return address, 0, value, kept[-1], None, 0
def in_cache():
    fd = shared()
    try:
        return os.preadv(fd, [bytearray(1)], 1 << 14, os.RWF_NOWAIT) == 1
    except BlockingIOError:
        return False
    finally:
        # warm for the next look
        os.pread(fd, 1, 1 << 14)
"""
if X86:
    CHANNELS |= CHANNELS_BY_NUMBER


def program(send, hear):
    return (
        f"{COMMON}{NUMBERED}"
        f"def send(): return answer(lambda: {send})\n"
        f"def hear(pid): return answer(lambda: {hear})\n"
        "def settle(): time.sleep(0.05)\n"
    )


def value(session, name, *args):
    return session.call([(name, args, {})])[0].value


@pytest.fixture(scope="module")
def strict(confined):
    assert confined is not None
    with Sandbox(isolation="strict") as sandbox:
        try:
            sandbox.require()
        except InfrastructureError as error:
            pytest.skip(str(error))
        yield sandbox


@pytest.fixture(scope="module")
def unfiltered(confined):
    """A sandbox without the filter, to see that a channel would work."""
    assert confined is not None
    with Sandbox(isolation="landlock", without=("seccomp",)) as sandbox:
        yield sandbox


@pytest.fixture(params=["landlock", "strict"])
def sandbox(request):
    return request.getfixturevalue(
        {"landlock": "confined", "strict": "strict"}[request.param]
    )


@pytest.fixture
def opened(submission_of):
    """Open sessions that are closed at the end."""
    with contextlib.ExitStack() as stack:
        yield lambda sandbox, code, **options: stack.enter_context(
            sandbox.session(
                submission_of(code), **{"limits": LIMITS, "seed": 1, **options}
            )
        )


def heard(sandbox, opened, name):
    """Return what the receiver finds before and after the sender has sent."""
    code = program(*CHANNELS[name])
    sender, receiver = opened(sandbox, code), opened(sandbox, code)
    pid = value(sender, "me")
    value(receiver, "hear", pid)
    before = value(receiver, "hear", pid)
    value(sender, "send")
    value(sender, "settle")
    return before, value(receiver, "hear", pid)


@pytest.mark.parametrize("name", CHANNELS)
def test_nothing_is_heard(sandbox, opened, name):
    before, after = heard(sandbox, opened, name)

    assert before == after


@pytest.mark.parametrize("name", CHANNELS)
def test_without_the_filter_it_would_be(unfiltered, opened, name):
    before, after = heard(unfiltered, opened, name)

    if name == "page-cache" and before == after:
        pytest.skip("this file system keeps its pages")
    assert before != after


REFUSED = {
    "lease": "fcntl.fcntl(shared(), fcntl.F_SETLEASE, fcntl.F_RDLCK)",
    "unix-socket": "__import__('socket').socket(1, 1)",
    "vsock": "__import__('socket').socket(40, 1)",
    "netlink": "__import__('socket').socket(16, 3)",
    "memfd": "os.memfd_create('x')",
    "pidfd": "os.pidfd_open(os.getppid())",
    "shm": "open('/dev/shm/x', 'w')",
    "tmp": "open('/tmp/x', 'w')",
    "mqueue": "open('/dev/mqueue/x', 'w')",
    "fifo": "os.mkfifo('x')",
    "link": "os.link(SHARED, 'x')",
    "processes": "os.listdir('/proc')",
    "locks": "open('/proc/locks')",
    "peer": "__import__('socket').socket(fileno=os.dup(3)).getsockopt(1, 77)",
    "package": "open(SHARED, 'ab')",
    "fonts": "open(os.environ['MPLCONFIGDIR'] + '/x', 'w')",
    "bytecode": "open(os.path.dirname(SHARED) + '/__pycache__/x.pyc', 'wb')",
}
REFUSED_BY_NUMBER = {
    "inotify": 253,
    "inotify_init1": 294,
    "fanotify": 300,
    "shmget": 29,
    "msgget": 68,
    "semget": 64,
    "mq_open": 240,
    "add_key": 248,
    "keyctl": 250,
    "mincore": 27,
    "cachestat": 451,
    "kcmp": 312,
    "process_madvise": 440,
    "userfaultfd": 323,
    "io_uring_setup": 425,
    "splice": 275,
    "tee": 276,
    "perf_event_open": 298,
    "timer_create": 222,
    "mlock": 149,
}


def told_of_each(session, attempts, pid=0):
    """Return what each attempt gave, for those that were not refused."""
    calls = [("each", (text, pid), {}) for text in attempts]
    told = [reply.value for reply in session.call(calls)]
    refusals = {"EPERM", "EACCES", "ENOSYS", "EROFS", "ENOENT", "ESRCH", "ENOPROTOOPT"}
    pairs = zip(attempts, told, strict=True)
    return {text: given for text, given in pairs if given not in refusals}


EACH = f"""{COMMON}
def each(text, pid):
    return answer(lambda: eval(text, globals() | {{"pid": pid}}))
"""


def test_what_could_carry_a_message_is_refused(sandbox, opened):
    by_number = REFUSED_BY_NUMBER.values() if X86 else ()
    attempts = [*REFUSED.values(), *(f"raw({n}, 0, 0, 0, 0)" for n in by_number)]

    assert told_of_each(opened(sandbox, EACH), attempts) == {}


def test_one_cant_read_or_write_the_others_directory(confined, opened):
    code = (
        "import os\n"
        "open('mine', 'w').write('answer')\n"
        "def where(): return os.getcwd()\n"
        "def f(path, mode): open(path + '/mine', mode)\n"
        "def list(path): os.listdir(path)\n"
    )
    one, other = opened(confined, code), opened(confined, code)
    place = value(one, "where")

    for call in (("f", place, "r"), ("f", place, "a"), ("list", place)):
        with pytest.raises(CallFailed, match="PermissionError"):
            value(other, *call)


def test_in_a_namespace_of_its_own_it_doesnt_even_see_that_the_other_is(strict, opened):
    code = (
        "import os\n"
        "open('mine', 'w').write('answer')\n"
        "def where(): return os.getcwd(), os.getpid()\n"
        "def see(path): return os.path.exists(path), sorted(os.listdir(os.getcwd()))\n"
    )
    one, other = opened(strict, code), opened(strict, code)
    place, pid = value(one, "where")
    other.load()

    seen, own = value(other, "see", f"/proc/{one._child._pid}")

    assert not seen
    assert own == ["mine", "tiny.py"]
    assert pid == 1
    assert place == "/submission"


STATE = """
import gc, locale, os, random, resource, signal, sys, threading, time, warnings
import numpy as np
def state():
    limits = [n for n in dir(resource) if n.startswith("RLIMIT_")]
    return {
        "random": random.random(), "numpy": float(np.random.rand()),
        "set": [n for n in {"a", "b", "c", "d"}], "environment": sorted(os.environ),
        "modules": sorted(sys.modules), "files": sorted(os.listdir(".")),
        "umask": os.umask(0o77), "nice": os.nice(0),
        "cores": sorted(os.sched_getaffinity(0)), "threads": threading.active_count(),
        "limits": [list(resource.getrlimit(getattr(resource, n))) for n in limits
                   if n not in ("RLIMIT_DATA", "RLIMIT_AS")],
        "handlers": [str(signal.getsignal(n)) for n in (1, 2, 14, 15)],
        "blocked": sorted(map(int, signal.pthread_sigmask(signal.SIG_BLOCK, []))),
        "exp": float(np.exp(0.0)), "pi": np.pi, "recursion": sys.getrecursionlimit(),
        "path": sys.path[1:], "zone": list(time.tzname), "gc": gc.isenabled(),
        "filters": len(warnings.filters), "errstate": np.geterr(),
        "switch": sys.getswitchinterval(), "shared": float(np.linalg.norm([3.0, 4.0])),
    }
"""
SPOILED = """
def spoil():
    os.environ["LEFT"] = "1"; os.environ["TZ"] = "Asia/Tokyo"; time.tzset()
    open("left", "w").write("x"); random.seed(1); np.random.seed(1)
    np.exp = None; np.pi = 3; np.linalg.norm = None; np.seterr(all="ignore")
    sys.setrecursionlimit(99_999); sys.path.append("/left"); sys.setswitchinterval(1)
    os.nice(5); os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20)); gc.disable()
    for number in (1, 2, 15): signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, {14}); warnings.simplefilter("ignore")
    threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
"""


def test_one_after_another_begins_as_the_first(sandbox, opened):
    first = value(opened(sandbox, STATE), "state")
    with opened(sandbox, STATE + SPOILED) as between:
        value(between, "spoil")

    assert value(opened(sandbox, STATE), "state") == first


def test_memory_that_was_shared_at_birth_is_ones_own(sandbox, opened):
    code = (
        "import numpy as np\n"
        "from numpy.random import mtrand\n"
        "TABLE = np.linalg.__dict__\n"
        "def write(): TABLE['left'] = 1; np.float64.__init_subclass__; return 1\n"
        "def read(): return 'left' in TABLE\n"
    )
    one, other = opened(sandbox, code), opened(sandbox, code)

    value(one, "write")

    assert value(other, "read") is False


ON_THE_ZYGOTE = [
    "os.kill(pid, 0)",
    "os.kill(pid, signal.SIGSTOP)",
    "os.killpg(os.getpgid(0), 0)",
    "os.setpriority(os.PRIO_PROCESS, pid, 19)",
    "os.sched_setaffinity(pid, {0})",
    "os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))",
    "resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, 3))",
    "os.pidfd_open(pid)",
    "open(f'/proc/{pid}/mem', 'r+b')",
    "open(f'/proc/{pid}/maps')",
    "open(f'/proc/{pid}/environ')",
    "open(f'/proc/{pid}/oom_score_adj', 'w')",
    "os.listdir(f'/proc/{pid}/fd')",
    "os.listdir(f'/proc/{pid}/task')",
    "os.readlink(f'/proc/{pid}/cwd')",
    "os.setpgid(0, pid)",
]
ON_THE_ZYGOTE_BY_NUMBER = [
    "raw(101, 16, pid, 0, 0)",  # ptrace: attach
    "raw(101, 0x4206, pid, 0, 0)",  # ptrace: seize
    "raw(310, pid, 0, 0, 0, 0, 0)",  # process_vm_readv
    "raw(311, pid, 0, 0, 0, 0, 0)",  # process_vm_writev
    "raw(200, pid, 9)",  # tkill
    "raw(234, pid, pid, 9)",  # tgkill
    "raw(129, pid, 9, None)",  # rt_sigqueueinfo
    "raw(424, 3, 9, None, 0)",  # pidfd_send_signal
    "raw(438, 3, 0, 0)",  # pidfd_getfd
    "raw(256, pid, 64, None, None)",  # migrate_pages
    "raw(279, pid, 0, None, None, None, 0)",  # move_pages
    "raw(448, 3, 0)",  # process_mrelease
]


def test_the_zygote_cant_be_touched(sandbox, opened):
    zygote = sandbox._zygote._process
    attempts = [*ON_THE_ZYGOTE, *(ON_THE_ZYGOTE_BY_NUMBER if X86 else ())]

    # in a namespace of its own its parent is 0: the number from outside is as good
    assert told_of_each(opened(sandbox, EACH), attempts, zygote.pid) == {}
    assert zygote.poll() is None


def test_a_child_has_nothing_open_of_the_zygotes(sandbox, opened):
    code = (
        "import os, stat\n"
        "def f():\n"
        "    kinds = {}\n"
        "    for number in range(256):\n"
        "        try: mode = os.fstat(number).st_mode\n"
        "        except OSError: continue\n"
        "        kinds[str(number)] = stat.filemode(mode)[0]\n"
        "    return kinds\n"
    )

    kinds = value(opened(sandbox, code), "f")

    assert [number for number, kind in kinds.items() if kind == "s"] == ["3"]
    assert [number for number, kind in kinds.items() if kind == "p"] == ["1", "2"]
    # beside those, only Landlock's handles on its own /proc
    assert {kind for number, kind in kinds.items() if int(number) > 3} <= {"-", "d"}


ODD_ENDS = {
    "segmentation-fault": "ctypes.string_at(0)",
    "abort": "os.abort()",
    "kill": "os.kill(os.getpid(), 9)",
    "exit": "os._exit(70)",
    "stops-itself": "os.kill(os.getpid(), signal.SIGSTOP)",
    "closes-its-line": "os.close(3) or threading.Event().wait(9)",
    "closes-everything": "os.closerange(0, 256)",
    "never": "[signal.signal(n, signal.SIG_IGN) for n in (1, 2, 10, 12, 15, 24)]"
    " and threading.Event().wait(9)",
    "half-a-frame": "os.write(3, b'GRD1' + bytes(3)) and threading.Event().wait(9)",
    "stack": "(lambda f: f(f))(lambda f: f(f))",
    "floods": "[os.write(2, bytes(1 << 16)) for _ in range(2000)]",
}


@pytest.mark.parametrize("name", ODD_ENDS)
def test_however_a_child_ends_the_zygote_goes_on(confined, opened, monkeypatch, name):
    monkeypatch.setattr("grader.sandbox.child.LEFT_BEHIND_S", 0.1)
    limits = Limits(call_cpu_s=0.1, submission_cpu_s=5)
    zygote = confined._zygote._process
    session = opened(confined, f"{COMMON}\ndef f(): {ODD_ENDS[name]}", limits=limits)

    with contextlib.suppress(CallFailed):
        value(session, "f")

    next_one = opened(confined, "def f(): return 7")
    assert value(next_one, "f") == 7
    assert zygote.poll() is None
    assert zygote.pid == confined._zygote._process.pid


def test_a_dead_child_leaves_no_zombie(confined, opened):
    with opened(confined, "import os\ndef f(): os.abort()") as session:
        pid = (session.load(), session._child._pid)[1]
        with pytest.raises(CallFailed):
            value(session, "f")

    assert not os.path.exists(f"/proc/{pid}")  # noqa: PTH110


def test_many_side_by_side_end_apart(confined, opened):
    sessions = [
        opened(confined, f"import os\nX = {n}\ndef f(): return X\ndef g(): os._exit(0)")
        for n in range(6)
    ]
    for session in sessions:
        session.load()

    for session in sessions[::2]:
        with pytest.raises(CallFailed):
            value(session, "g")

    np.testing.assert_array_equal(
        [value(session, "f") for session in sessions], np.arange(6)
    )


def test_sessions_of_two_threads_get_their_own_answers(confined, opened):
    sessions = [opened(confined, f"def f(): return {n}") for n in range(4)]
    for session in sessions:
        session.load()
    got = {}

    def ask(n):
        got[n] = [value(sessions[n], "f") for _ in range(30)]

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert got == {n: [n] * 30 for n in range(4)}
