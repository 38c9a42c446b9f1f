"""Attempts on processes: new ones, and other people's."""

# the bare calls of the system are what is tried here
# ruff: noqa: PTH110, S606

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

PTRACE_ATTACH = 16
PTRACE_DETACH = 17
PR_SET_NAME = 15


def fork() -> int:
    """Start a second process that ends at once."""
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return pid


def become_another_program() -> None:
    """Replace this process by a shell that ends at once."""
    os.execv("/bin/sh", ["sh", "-c", "exit 42"])


def run_program() -> str:
    """Run a program and return what it says."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", "print(6 * 7)"],
        capture_output=True,
        check=True,
        text=True,
        timeout=5,
    )
    return done.stdout.strip()


def take_name(name: str) -> int:
    """Give this process a name that the grading process finds it by."""
    if ctypes.CDLL(None).prctl(PR_SET_NAME, name.encode(), 0, 0, 0):
        raise OSError("prctl")
    return os.getpid()


def stay_behind(name: str, seconds: float) -> None:
    """Leave a process in a session of its own that outlives its submission."""
    # a fork has it from its first moment
    take_name(name)
    if os.fork():
        return
    try:
        os.setsid()
        os.closerange(0, 64)
        time.sleep(seconds)
    finally:
        os._exit(0)


def send_signal(pid: int, number: int) -> None:
    """Send a signal to somebody else."""
    os.kill(pid, number)


def send_signal_to_parent() -> None:
    """Send the process that forked us a signal that it ignores."""
    parent = os.getppid()
    if parent == 0:
        raise ProcessLookupError("the parent is out of sight")
    os.kill(parent, signal.SIGURG)


def attach_debugger(pid: int) -> None:
    """Stop a process as a debugger does, and let it go."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_long, ctypes.c_long]
    if libc.ptrace(PTRACE_ATTACH, pid, 0, 0):
        raise OSError(ctypes.get_errno(), "ptrace")
    os.waitpid(pid, 0)
    libc.ptrace(PTRACE_DETACH, pid, 0, 0)


class _Span(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


def read_memory(pid: int, address: int, length: int) -> str:
    """Return what another process has at an address."""
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(length)
    here = _Span(ctypes.addressof(buffer), length)
    there = _Span(address, length)
    got = libc.process_vm_readv(
        pid, ctypes.byref(here), 1, ctypes.byref(there), 1, ctypes.c_ulong(0)
    )
    if got < 0:
        raise OSError(ctypes.get_errno(), "process_vm_readv")
    return buffer.raw.decode("latin-1")


def read_memory_file(pid: int, address: int, length: int) -> str:
    """Return the same by way of a file."""
    descriptor = os.open(f"/proc/{pid}/mem", os.O_RDONLY)
    try:
        return os.pread(descriptor, length, address).decode("latin-1")
    finally:
        os.close(descriptor)


def ways_to_tell(pid: int, nobody: int) -> list[str]:
    """Return the calls that answer differently for a process and for none."""
    calls: dict[str, Callable[[int], object]] = {
        "/proc": lambda number: os.path.exists(f"/proc/{number}"),
        "kill": lambda number: os.kill(number, 0),
        "getpgid": os.getpgid,
        "getsid": os.getsid,
        "getpriority": lambda number: os.getpriority(os.PRIO_PROCESS, number),
        "getaffinity": os.sched_getaffinity,
        "getscheduler": os.sched_getscheduler,
        "cpu clock": lambda number: time.clock_gettime((~number << 3) | 2),
    }
    return [name for name, call in calls.items() if _told(call, pid, nobody)]


def _told(call: Callable[[int], object], pid: int, nobody: int) -> bool:
    return _outcome(call, pid) != _outcome(call, nobody)


def _outcome(call: Callable[[int], object], number: int) -> str:
    try:
        return str(call(number))
    except OSError as error:
        return str(error.errno)


def slow_down(pid: int) -> None:
    """Lower a process's priority."""
    os.setpriority(os.PRIO_PROCESS, pid, 7)


def pin(pid: int, cpu: int) -> None:
    """Bind a process to one CPU."""
    os.sched_setaffinity(pid, {cpu})


def limit_files(pid: int) -> None:
    """Take a process's right to open many files."""
    import resource

    resource.prlimit(pid, resource.RLIMIT_NOFILE, (77, 77))
