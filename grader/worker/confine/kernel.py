"""Raw system calls by name, with an `OSError` for each failure."""

import ctypes
import errno
import functools
import os
import signal
import sys
from pathlib import Path

from grader.worker.confine.syscalls import MACHINES, numbers

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38
PR_GET_NO_NEW_PRIVS = 39


@functools.cache
def machine() -> str | None:
    """Return `x86_64` or `aarch64`, or None where our system call numbers don't hold."""
    if sys.platform != "linux" or sys.maxsize < 2**32:
        return None
    name = os.uname().machine
    return name if name in MACHINES else None


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: int | bytes | ctypes.Array[ctypes.c_char]) -> int:
    """Make a system call; integers go in as longs, the rest as pointers.

    Raises:
        OSError: If the kernel refuses, or (ENOSYS) on a machine that we have no numbers
            for.
    """
    here = machine()
    if here is None:
        raise OSError(errno.ENOSYS, f"{name}: no system call numbers for this machine")
    prepared = [
        ctypes.c_long(argument) if isinstance(argument, int) else argument
        for argument in arguments
    ]
    result: int = _libc().syscall(ctypes.c_long(numbers(here)[name]), *prepared)
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def prctl(option: int, *arguments: int) -> int:
    """Call prctl with its unused arguments zero, as newer options demand.

    Raises:
        OSError: If the kernel refuses.
    """
    return call("prctl", option, *arguments, *[0] * (4 - len(arguments)))


def set_no_new_privs() -> None:
    """Give up gaining privileges by exec: what Landlock and seccomp ask of non-root."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def has_no_new_privs() -> bool:
    """Return whether this kernel knows no_new_privs."""
    try:
        prctl(PR_GET_NO_NEW_PRIVS)
    except OSError:
        return False
    return True


@functools.cache
def stack_start() -> int:
    """Return the address that this process's main stack grows down from.

    A fork's is its parent's.

    Source: proc_pid_stat(5), field 28; the name in field 2 may hold spaces.
    """
    fields = Path("/proc/self/stat").read_text(encoding="utf-8").rpartition(")")[2]
    return int(fields.split()[28 - 3])


def end_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent ends, whatever ends that one.

    Args:
        parent: Its id; if it has ended already, so does this process, now.

    Raises:
        OSError: If the kernel refuses.
    """
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def set_not_dumpable() -> None:
    """Shut /proc/PID/mem, ptrace and core dumps to processes of the same user.

    A size limit of 0 does not stop a dump that the kernel pipes to a crash handler;
    this does.
    """
    prctl(PR_SET_DUMPABLE, 0)
