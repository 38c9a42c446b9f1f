# an attack is written as its author would:
# ruff: noqa: PTH123
import errno
import os
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


@pytest.fixture
def sibling():
    """Another process of the same user that would die of a signal."""
    process = subprocess.Popen(["sleep", "60"])  # noqa: S607
    yield process
    process.kill()
    process.wait()


@pytest.mark.parametrize("call", ["fork", "forkpty"])
def test_cant_fork(confined, call):
    def attack(call):
        import os

        getattr(os, call)()

    assert confined(attack, call).raised == "PermissionError"


def test_cant_start_a_program(confined):
    def attack():
        import subprocess

        subprocess.run(["/bin/true"], check=True)

    assert confined(attack).raised == "PermissionError"


def test_cant_become_a_program(confined):
    def attack():
        import os

        os.execv("/bin/true", ["true"])  # noqa: S606

    assert confined(attack).raised == "PermissionError"


def test_cant_start_a_process_in_a_pool(confined):
    def attack():
        import multiprocessing

        process = multiprocessing.get_context("fork").Process(target=print)
        process.start()

    assert confined(attack).raised == "PermissionError"


def test_newer_clone_is_absent_so_that_libc_takes_the_filtered_one(confined):
    def attack():
        raw(435, 0, 0)  # noqa: F821

    assert confined(attack).errno == errno.ENOSYS


def test_cant_signal_the_parent(confined):
    def attack():
        import os

        os.kill(os.getppid(), 0)

    assert confined(attack).raised == "PermissionError"


@pytest.mark.parametrize("target", [0, -1])
def test_cant_signal_a_group_or_everyone(confined, target):
    def attack(target):
        import os

        os.kill(target, 0)

    assert confined(attack, target).raised == "PermissionError"


@pytest.mark.parametrize("abi", [5, 7], ids=["by-seccomp-alone", "by-landlock-too"])
def test_cant_kill_a_sibling(confined, sibling, abi):
    def attack(pid):
        import os
        import signal

        os.kill(pid, signal.SIGKILL)

    outcome = confined(attack, sibling.pid, landlock_abi=abi)

    assert outcome.raised == "PermissionError"
    assert sibling.poll() is None


def test_cant_signal_a_sibling_by_thread_or_descriptor(confined, sibling):
    def attack(pid):
        import os
        import signal

        refused = 0
        for call in (
            lambda: os.pidfd_open(pid),
            lambda: raw(200, pid, signal.SIGKILL),  # noqa: F821 - tkill
            lambda: raw(234, pid, pid, signal.SIGKILL),  # noqa: F821 - tgkill
            lambda: raw(424, 0, signal.SIGKILL, 0, 0),  # noqa: F821 - pidfd_send_signal
        ):
            try:
                call()
            except OSError:
                refused += 1
        return refused

    assert confined(attack, sibling.pid).value == 4
    assert sibling.poll() is None


def test_cant_send_io_signals_to_a_sibling(confined, sibling):
    def attack(pid):
        import fcntl

        with open("file", "w") as file:
            fcntl.fcntl(file, fcntl.F_SETOWN, pid)

    assert confined(attack, sibling.pid).raised == "PermissionError"


@pytest.mark.parametrize(
    "call",
    [
        "resource.prlimit(pid, resource.RLIMIT_CPU, (1, 1))",
        "os.sched_setaffinity(pid, {0})",
        "os.setpriority(os.PRIO_PROCESS, pid, 19)",
        "os.setpriority(os.PRIO_USER, 0, 19)",
        "os.sched_setscheduler(pid, os.SCHED_BATCH, os.sched_param(0))",
        "raw(251, 1, pid, 0x6000)",
        "os.setpgid(pid, pid)",
    ],
)
def test_cant_slow_a_sibling_down(confined, sibling, call):
    def attack(call, pid):
        import os
        import resource

        eval(call, {"os": os, "resource": resource, "raw": raw, "pid": pid})  # noqa: F821, S307

    before = os.sched_getaffinity(sibling.pid)
    priority = os.getpriority(os.PRIO_PROCESS, sibling.pid)

    assert confined(attack, call, sibling.pid).raised == "PermissionError"
    assert os.sched_getaffinity(sibling.pid) == before
    assert os.getpriority(os.PRIO_PROCESS, sibling.pid) == priority < 19


@pytest.mark.parametrize(
    "call",
    [
        "resource.setrlimit(resource.RLIMIT_CPU, (3, 20))",
        "resource.prlimit(0, resource.RLIMIT_CPU)",
        "resource.prlimit(os.getpid(), resource.RLIMIT_CPU)",
        "os.sched_setaffinity(0, os.sched_getaffinity(0))",
        "os.nice(1)",
        "os.kill(os.getpid(), 0)",
        "signal.raise_signal(0)",
        "signal.pthread_kill(threading.get_ident(), 0)",
    ],
)
def test_may_do_to_itself(confined, call):
    def honest(call):
        import os
        import resource
        import signal
        import threading

        known = {"os": os, "resource": resource, "signal": signal}
        eval(call, known | {"threading": threading})  # noqa: S307

    assert confined(honest, call).raised is None


@pytest.mark.parametrize("limit", ["CPU", "DATA", "AS", "STACK", "FSIZE", "NOFILE"])
def test_cant_raise_its_own_limit(confined, limit):
    def attack(limit):
        import resource

        which = getattr(resource, f"RLIMIT_{limit}")
        hard = resource.getrlimit(which)[1]
        resource.setrlimit(which, (hard, hard + 1))

    assert confined(attack, limit).raised == "ValueError"


def test_cant_become_dumpable_again(confined):
    def attack():
        raw(157, 4, 1, 0, 0, 0)  # noqa: F821 - PR_SET_DUMPABLE

    assert confined(attack).raised == "PermissionError"


def test_ends_itself_by_a_signal_like_anyone(confined):
    def honest():
        import os
        import signal

        os.kill(os.getpid(), signal.SIGTERM)

    assert confined(honest).status == -signal.SIGTERM
