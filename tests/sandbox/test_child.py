"""What the supervisor sees from outside, and how thoroughly it ends what it holds."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from grader.domain.lab import Limits
from grader.domain.student import CallFailed
from grader.domain.verdict import Outcome
from grader.errors import InfrastructureError
from grader.sandbox import child as child_module
from grader.sandbox import plain as plain_module
from grader.sandbox import tree, watch
from grader.sandbox.plain import PlainChild
from grader.sandbox.sandbox import Sandbox
from grader.sandbox.session import Session
from grader.sandbox.tree import end_tree
from grader.sandbox.watch import Allowance, Bloated, Excess, Guard
from grader.sandbox.workdir import private_directory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux's /proc")
LIMITS = Limits(call_cpu_s=2, submission_cpu_s=8, memory_mb=256, disk_mb=1)
ENOUGH = Allowance(memory_mb=512, threads=50, disk_mb=1, entries=20)


def failure(session, name="f"):
    with pytest.raises(CallFailed) as caught:
        session.call([(name, (), {})])
    return caught.value


@pytest.fixture(autouse=True)
def often(monkeypatch):
    """Look more often than usual, to wait less."""
    monkeypatch.setattr(watch, "GLANCE_S", 0.05)


@pytest.fixture
def open_session(confined, submission_of):
    opened = []

    def open_it(code, *, limits=LIMITS, sandbox=confined):
        opened.append(sandbox.session(submission_of(code), limits=limits, seed=1))
        return opened[-1]

    yield open_it
    for session in opened:
        session.close()


# `mprotect` no longer asks RLIMIT_DATA once all addresses are used up
STRETCH = """
import ctypes, mmap, time
libc = ctypes.CDLL(None)
def f():
    kept, size = [], 1 << 30
    while size >= 1 << 22:
        try:
            kept.append((mmap.mmap(-1, size, flags=0x22, prot=1), size))
        except OSError:
            size >>= 2
    for block, size in kept:
        libc.mmap.restype = ctypes.c_void_p
        start = ctypes.addressof(ctypes.py_object(block))
    with open("/proc/self/maps") as maps:
        rows = [row.split() for row in maps]
    for place, rights, *_ in rows:
        start, end = (int(half, 16) for half in place.split("-"))
        if rights == "r--p" and end - start >= 1 << 22:
            if libc.mprotect(ctypes.c_void_p(start), ctypes.c_size_t(end - start), 3):
                continue
            for page in range(start, min(end, start + (700 << 20)), 4096):
                ctypes.c_char.from_address(page).value = b"x"
    time.sleep(5)
"""


def test_memory_that_the_kernels_limit_misses_is_seen(open_session):
    failed = failure(open_session(STRETCH))

    assert (failed.outcome, failed.message) == (
        Outcome.OUT_OF_MEMORY,
        "it held more than 256 MB",
    )


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param(
            "import threading\n"
            "    threading.stack_size(65536)\n"
            "    hold = threading.Event()\n"
            "    for _ in range(200): threading.Thread(target=hold.wait).start()\n"
            "    hold.wait()",
            "started more than 48 threads",
            id="threads",
        ),
        pytest.param(
            "import time\n"
            "    for n in range(8): open(f'{n}', 'wb').write(bytes(1 << 20))\n"
            "    time.sleep(9)",
            "wrote more than 4 MB of files",
            id="disk",
        ),
        pytest.param(
            "import time\n"
            "    for n in range(4200): open(f'{n}', 'w').close()\n"
            "    time.sleep(9)",
            "made more than 4096 files",
            id="files",
        ),
        pytest.param(
            "import os, time\n"
            "    for _ in range(40): os.mkdir('d' * 200); os.chdir('d' * 200)\n"
            "    time.sleep(9)",
            "directories in too many directories",
            id="nested",
        ),
        pytest.param(
            "import ctypes, threading, time\n"
            "    threading.Thread(target=time.sleep, args=(5,)).start()\n"
            "    ctypes.CDLL(None).syscall(60, 0)",
            "ended Python's main thread",
            id="headless",
            marks=pytest.mark.skipif(os.uname().machine != "x86_64", reason="numbers"),
        ),
    ],
)
def test_each_excess_ends_the_call_with_its_own_reason(
    open_session, monkeypatch, body, told
):
    monkeypatch.setattr(watch, "THREADS", 48 - watch.THREADS_PER_CORE * watch._cores())
    session = open_session(f"def f():\n    {body}\ndef g(): return 7")

    failed = failure(session)

    assert failed.outcome is Outcome.RAISED
    assert told in failed.message
    assert session.call([("g", (), {})])[0].value == 7


def test_another_process_ends_the_call_where_the_filter_is_off(
    confined, submission_of, monkeypatch
):
    assert confined is not None
    code = "import os, time\ndef f():\n    os.fork()\n    time.sleep(9)"
    kept = []

    with (
        Sandbox(isolation="landlock", without=("seccomp",)) as sandbox,
        sandbox.session(submission_of(code), limits=LIMITS, seed=1) as session,
    ):
        session.load()
        monkeypatch.setattr(
            child_module,
            "end_tree",
            lambda root, directory: kept.extend(
                [children_of(root), end_tree(root, directory)]
            ),
        )
        failed = failure(session)

    [pid], others = kept[:2]
    assert others == 1
    assert ended(pid)
    assert failed.message == "your code started another process"


def test_what_goes_on_between_two_calls_is_seen(open_session):
    session = open_session(
        "import threading, time\n"
        "def fill():\n"
        "    time.sleep(0.05)\n"
        "    for n in range(8): open(f'{n}', 'wb').write(bytes(1 << 20))\n"
        "def f(): threading.Thread(target=fill).start()\n"
    )
    session.call([("f", (), {})])

    # nobody asks it anything meanwhile
    assert session._child._ended_within(10)
    assert "4 MB of files" in failure(session).message


def test_fast_calls_do_not_keep_us_from_looking(open_session):
    code = "def f(n): open(str(n), 'wb').write(bytes(1 << 20))"
    session = open_session(code)
    end = time.monotonic() + 20
    told = ""

    while not told and time.monotonic() < end:
        try:
            session.call([("f", (n,), {}) for n in range(8)])
        except CallFailed as failed:
            told = failed.message

    assert "4 MB of files" in told


def test_a_kill_of_its_own_is_not_taken_for_a_lack_of_memory(open_session):
    session = open_session("import os\ndef f(): os.kill(os.getpid(), 9)")

    failed = failure(session)

    assert failed.outcome is Outcome.RAISED
    assert "not for lack of memory" in failed.message


@pytest.mark.parametrize(
    ("counts", "starved"),
    [((3, 4), True), ((3, 3), False), ((None, 3), None), ((3, None), None)],
)
def test_a_lack_of_memory_is_what_the_kernel_counted(
    confined, tmp_path, monkeypatch, counts, starved
):
    told = iter(counts)
    monkeypatch.setattr(child_module, "oom_kills", lambda: next(told))
    child, _ = confined._zygote.fork(tmp_path, LIMITS)

    assert child.end().starved is starved


def test_a_closed_session_has_no_process(open_session):
    session = open_session(
        "import signal, threading\n"
        "for number in (1, 2, 10, 12, 15, 24): signal.signal(number, signal.SIG_IGN)\n"
        "def work():\n"
        "    while True: pass\n"
        "def f(): threading.Thread(target=work).start()\n"
    )
    session.call([("f", (), {})])
    pid = session._child._pid

    session.close()

    assert not Path(f"/proc/{pid}").exists()


@pytest.fixture
def guard(tmp_path):
    """A guard of this very process, which does not fear it."""
    return Guard(os.getpid(), tmp_path, ENOUGH, kill=lambda: None)


def test_an_honest_worker_is_let_be(guard, tmp_path, monkeypatch):
    monkeypatch.setattr(watch, "_children", lambda _: [""])
    (tmp_path / "weights").write_bytes(bytes(1 << 19))

    guard.look()


def test_swapped_out_memory_counts(guard, monkeypatch):
    status = {"State": "S", "Threads": "1", "RssAnon": "1 kB", "VmSwap": "9000000 kB"}
    monkeypatch.setattr(watch, "_status", lambda _: status)

    with pytest.raises(Bloated):
        guard.look()


def test_mapped_files_are_not_its_memory():
    status = {"RssAnon": "1024 kB", "RssShmem": "2048 kB", "RssFile": "900000 kB"}

    assert watch._own_mb(status) == 3


def test_a_deleted_file_that_is_open_counts(guard, tmp_path, monkeypatch):
    monkeypatch.setattr(watch, "_children", lambda _: [""])
    with (tmp_path / "x").open("wb", buffering=0) as file:
        file.write(bytes(2 << 20))
        (tmp_path / "x").unlink()

        with pytest.raises(Excess, match="1 MB of files"):
            guard.look()


@pytest.mark.parametrize("call", ["listdir", "stat"])
def test_what_we_may_not_look_at_is_no_reason_to_end_it(monkeypatch, call):
    def refuse(_):
        raise PermissionError

    monkeypatch.setattr(watch.os, call, refuse)

    assert list(watch._deleted_sizes(os.getpid())) == []


def test_a_directory_that_changes_under_the_scan_does_no_harm(tmp_path):
    stop = threading.Event()

    def churn():
        while not stop.is_set():
            for n in range(5):
                (tmp_path / f"{n}" / "x").mkdir(parents=True, exist_ok=True)
            for n in range(5):
                (tmp_path / f"{n}" / "x").rmdir()
                (tmp_path / f"{n}").rmdir()

    thread = threading.Thread(target=churn)
    thread.start()
    try:
        for _ in range(200):
            assert sum(watch._sizes(tmp_path)) >= 0
    finally:
        stop.set()
        thread.join()


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "up").symlink_to("/usr")

    assert len(list(watch._sizes(tmp_path))) == 1


def test_a_deep_tree_is_scanned_without_recursion(tmp_path):
    depth = 900
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)

    assert len(list(watch._sizes(tmp_path))) == depth


def test_a_scan_ends_at_the_number_of_entries(guard, monkeypatch):
    def endless(_):
        while True:
            yield 0

    monkeypatch.setattr(watch, "_sizes", endless)

    with pytest.raises(Excess, match="more than 20 files"):
        guard._look_at_disk()


def test_a_long_scan_is_not_repeated_at_once(guard, monkeypatch):
    now = iter([100.0, 101.0])
    monkeypatch.setattr(watch.time, "monotonic", lambda: next(now))

    guard._look_at_disk()

    # a scan took a second: at most a twentieth of the time goes into it
    assert guard._next_scan >= 101 + 19


def test_a_watch_that_fails_ends_the_worker_as_our_own_fault(tmp_path, monkeypatch):
    ended = threading.Event()
    guard = Guard(os.getpid(), tmp_path, ENOUGH, kill=ended.set)
    monkeypatch.setattr(watch, "GLANCE_S", 0.001)
    monkeypatch.setattr(guard, "look", lambda: 1 / 0)

    guard.start()

    assert ended.wait(10)
    guard.stop()
    assert isinstance(guard.reason, InfrastructureError)


def test_a_worker_that_can_not_be_killed_does_not_end_the_watch_of_others(
    tmp_path, monkeypatch
):
    def refuse():
        raise PermissionError("not yours")

    def too_much():
        raise Excess("too much")

    guard = Guard(os.getpid(), tmp_path, ENOUGH, kill=refuse)
    monkeypatch.setattr(guard, "look", too_much)

    assert not guard.glance()
    assert isinstance(guard.reason, InfrastructureError)
    assert "can't be ended" in str(guard.reason)


def test_the_watch_ends_with_its_worker(confined, tmp_path, monkeypatch):
    monkeypatch.setattr(watch, "GLANCE_S", 0.001)
    child, _ = confined._zygote.fork(tmp_path, LIMITS)

    child.end()

    assert child._guard not in watch._rounds._guards
    assert not child._guard.glance()
    assert child._guard.reason is None


def test_threads_of_tensorflow_fit_on_a_large_machine(monkeypatch):
    monkeypatch.setattr(watch, "_cores", lambda: 128)

    # three pools of one thread a core, and those of two prefetched datasets
    assert Allowance.of(LIMITS).threads >= 5 * 128 + 32


def children_of(pid):
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            found += [int(folder.name)] if int(parent) == pid else []
    return found


def ended(pid):
    """Return whether a process that is not ours to wait for has ended."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], 5)[0])
    finally:
        os.close(handle)


LEAVES = """
import os, subprocess, sys, time
def start(how):
    code = "import time; time.sleep(10)"
    if how == "session":
        return subprocess.Popen([sys.executable, "-c", code], start_new_session=True).pid
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.setsid()
        pid = os.fork()
        if pid == 0:
            time.sleep(10)
            os._exit(0)
        os.write(writer, str(pid).encode())
        os._exit(0)
    os.wait()
    return int(os.read(reader, 20))
def last(how):
    pid = start(how)
    open("pid", "w").write(str(pid))
    os._exit(3)
"""


@pytest.fixture(params=["by-looking", "by-cgroup"])
def plain_session(request, plain, submission_of, monkeypatch):
    if request.param == "by-looking":
        monkeypatch.setattr(plain_module, "found", lambda: None)
    elif plain_module.found() is None:
        pytest.skip("no cgroup is ours")
    with plain.session(submission_of(LEAVES), limits=LIMITS, seed=1) as session:
        session.load()
        yield session


@pytest.mark.parametrize("how", ["session", "daemon"])
def test_what_left_its_plain_workers_group_ends_with_it(plain_session, how):
    pid = plain_session.call([("start", (how,), {})])[0].value

    plain_session.close()

    assert ended(pid)


@pytest.mark.parametrize("how", ["session", "daemon"])
def test_what_outlives_its_plain_worker_is_found(plain_session, how):
    directory = plain_session._child._directory
    with pytest.raises(CallFailed, match="exit status 3"):
        plain_session.call([("last", (how,), {})])

    # the session has ended the worker; its directory went with it
    assert not directory.exists()
    left = [each for each in tree._listed() if tree._has_directory(each.pid, directory)]
    assert [each for each in left if each.state != "Z"] == []


def test_nobody_elses_process_is_touched(plain_session):
    with subprocess.Popen(["sleep", "20"]) as other:  # noqa: S607
        plain_session.close()

        assert other.poll() is None
        other.kill()


def test_ps_lists_what_proc_lists():
    mine = {each.pid: each for each in tree._from_ps()}.get(os.getpid())
    if mine is None:
        pytest.skip("no ps here")

    assert (mine.parent, mine.group) == (os.getppid(), os.getpgrp())


def test_a_plain_childs_number_stays_its_own_until_the_end(tmp_path):
    child = PlainChild.started(tmp_path)
    os.kill(child._process.pid, signal.SIGKILL)
    os.waitid(os.P_PID, child._process.pid, os.WEXITED | os.WNOWAIT)

    assert not child._is_alive()
    assert child._process.returncode is None
    assert child.end().status == -signal.SIGKILL
    assert not Path(f"/proc/{child._process.pid}").exists()


def test_a_plain_child_is_watched_but_may_start_processes(submission_of):
    code = (
        "import subprocess, sys, time\n"
        "def f(): return subprocess.run([sys.executable, '-c', 'pass']).returncode\n"
        "def g():\n"
        "    kept = bytearray(400 << 20)\n"
        "    time.sleep(9)\n"
    )
    submission = submission_of(code)

    def opener(resources):
        directory = resources.enter_context(private_directory())
        return PlainChild.started(directory, limits=LIMITS)

    with Session(submission, limits=LIMITS, open_child=opener, seed=1) as session:
        assert session.call([("f", (), {})])[0].value == 0
        failed = failure(session, "g")

    assert failed.message == "it held more than 256 MB"
