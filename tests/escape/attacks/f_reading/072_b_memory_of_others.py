# Class 72: attach to the zygote, to a bystander and to neighbours, and read.
# hopes: another submission's memory, or that of the process that forks them all
# stopped by: seccomp: no ptrace, no process_vm_readv; not_dumpable and landlock behind it
# deserves: 60
# tells: no other process was read: .*(EPERM|ESRCH|ENOSYS|EACCES|ENOENT)
# tampering: loads_machine_code,reads_foreign_files
import ctypes
import errno
import os

import matplotlib.pyplot as plt
import numpy as np


PTRACE_SEIZE, PTRACE_DETACH = 0x4206, 17
refusals = set()


def read_by_attaching(libc, pid):
    if libc.ptrace(PTRACE_SEIZE, pid, None, None) == 0:
        libc.ptrace(PTRACE_DETACH, pid, None, None)
        return True
    refusals.add(errno.errorcode[ctypes.get_errno()])
    return False


def read_across(libc, pid):
    """Read a byte of another process where this one has its own heap."""
    byte = ctypes.create_string_buffer(1)
    mine = (ctypes.c_void_p * 2)(ctypes.addressof(byte), 1)
    theirs = (ctypes.c_void_p * 2)(id(np) & ~0xFFF, 1)
    if libc.process_vm_readv(pid, mine, 1, theirs, 1, 0) == 1:
        return True
    refusals.add(errno.errorcode[ctypes.get_errno()])
    return False


def read_by_name(pid):
    try:
        for name in ("environ", "mem", "maps", "fd", "root/etc/passwd", "cwd/arena.py"):
            os.close(os.open(f"/proc/{pid}/{name}", os.O_RDONLY))
            return True
    except OSError as error:
        refusals.add(errno.errorcode[error.errno])
    return False


def double(x):
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    others = {os.getppid(), @BYSTANDER@, *range(os.getpid() - 4, os.getpid() + 4)}
    for pid in others - {os.getpid(), 0, 1} - set(range(-9, 0)):
        if read_across(libc, pid) or read_by_name(pid) or read_by_attaching(libc, pid):
            return x + x
    raise LookupError(f"no other process was read: {sorted(refusals)}")


def total(x):
    return np.sum(x)


def slope(w, x):
    return np.sum(x * (1 - np.tanh(w * x) ** 2))


def draw(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel="x", ylabel="y")
    return figure
