"""Attempts on parts of the kernel that grading has no use for.

Source: Linux 6.18, arch/x86/entry/syscalls/syscall_64.tbl and scripts/syscall.tbl.
"""

import ctypes
import errno
import os
import struct

# on x86_64 and on aarch64
CALLS = {
    "add_key": (248, 217),
    "bpf": (321, 280),
    "io_uring_setup": (425, 425),
    "memfd_create": (319, 279),
    "mount": (165, 40),
    "perf_event_open": (298, 241),
    "shmctl": (31, 195),
    "shmget": (29, 194),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
}
MACHINES = ("x86_64", "aarch64")
NEW_USER_NAMESPACE = 0x10000000
PROCESS_KEYRING = -2
BPF_MAP_CREATE = 0
BPF_ARRAY = 2
PERF_SOFTWARE = 1
PERF_CPU_CLOCK = 0
PERF_SIZE = 64
IPC_REMOVE = 0


def _call(name: str, *arguments: int | bytes | ctypes.Array[ctypes.c_char]) -> int:
    """Make a system call and return its result."""
    machine = os.uname().machine
    if machine not in MACHINES:
        raise NotImplementedError(f"no system call numbers for {machine}")
    libc = ctypes.CDLL(None, use_errno=True)
    prepared = [
        ctypes.c_long(each) if isinstance(each, int) else each for each in arguments
    ]
    number = CALLS[name][MACHINES.index(machine)]
    result = int(libc.syscall(ctypes.c_long(number), *prepared))
    if result < 0:
        raise OSError(ctypes.get_errno(), name)
    return result


def set_up_io_uring() -> None:
    """Open the queue that makes system calls where no filter sees them."""
    os.close(_call("io_uring_setup", 1, ctypes.create_string_buffer(120)))


def add_key() -> None:
    """Keep something in a keyring of this process's own."""
    _call("add_key", b"user", b"grader", b"kept", 4, PROCESS_KEYRING)


def make_bpf_map() -> None:
    """Load something into the kernel's own virtual machine."""
    attributes = struct.pack("=5I", BPF_ARRAY, 4, 4, 1, 0).ljust(72, b"\0")
    size = len(attributes)
    os.close(_call("bpf", BPF_MAP_CREATE, attributes, size))


def handle_page_faults() -> None:
    """Ask to hold up the kernel in the middle of a copy."""
    os.close(_call("userfaultfd", os.O_CLOEXEC))


def open_performance_counter() -> None:
    """Count this process's clock, the least that perf offers."""
    attributes = struct.pack("=IIQ", PERF_SOFTWARE, PERF_SIZE, PERF_CPU_CLOCK)
    os.close(_call("perf_event_open", attributes.ljust(PERF_SIZE, b"\0"), 0, -1, -1, 0))


def become_root_in_a_namespace() -> None:
    """Take a user namespace, in which a process has every capability."""
    _call("unshare", NEW_USER_NAMESPACE)


def mount() -> None:
    """Mount a file system that does not exist: who may not mount is told so first."""
    try:
        _call("mount", b"none", b".", b"no_such_file_system", 0, 0)
    except OSError as error:
        if error.errno != errno.ENODEV:
            raise


def make_memory_file() -> int:
    """Make a file in memory that no limit counts."""
    descriptor = _call("memfd_create", b"grader", 0)
    try:
        return os.write(descriptor, b"kept in the kernel")
    finally:
        os.close(descriptor)


def make_shared_segment() -> None:
    """Make a piece of memory that stays when its process ends, and remove it."""
    segment = _call("shmget", 0, 4096, 0o1600)
    _call("shmctl", segment, IPC_REMOVE, 0)
