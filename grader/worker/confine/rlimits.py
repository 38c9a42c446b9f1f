"""Limits that the kernel counts per process: memory, processor time, files.

RLIMIT_NPROC is not among them: it counts a user's threads, not a process's, and root's
not at all. Threads are the supervisor's to count.
"""

import os
import re
import sys
from pathlib import Path

from grader.worker.confine.policy import Policy

if sys.platform != "win32":
    # absent there, where this module must still import
    import resource

MIB = 1 << 20
# Threads reserve addresses that they never use: an arena of 64 MiB and a stack of 8 MiB
# each, three threads a core for TensorFlow (a small Keras model took 1.1 GiB on 2 cores).
# Not wider than that: once the addresses are used up, mprotect no longer checks
# RLIMIT_DATA, so all of this can be turned into memory.
SPARE_ADDRESSES = 2 << 30
SPARE_ADDRESSES_PER_CORE = 512 * MIB
LARGEST_STACK = 64 * MIB
SIZE = re.compile(rb"^(Vm\w+):\s+(\d+) kB$", re.MULTILINE)


def limit_resources(policy: Policy) -> None:
    """Set the limits, soft and hard; a lower one that is there already stays.

    What is mapped now (a preloaded TensorFlow: 250 MiB) is not charged to the student.
    An allocation beyond the limit fails at once, so Python raises a MemoryError that the
    student can read, where a cgroup would kill.

    Raises:
        OSError: If the sizes can't be read or a limit can't be set.
    """
    budget = policy.memory_mb * MIB
    # soft below hard: SIGXCPU tells "too slow" from the SIGKILL of a lost patience
    _lower(resource.RLIMIT_CPU, policy.cpu_s, policy.cpu_s + 1)
    mapped = _mapped()
    _lower(resource.RLIMIT_DATA, mapped["VmData"] + budget)
    spare = SPARE_ADDRESSES + len(os.sched_getaffinity(0)) * SPARE_ADDRESSES_PER_CORE
    _lower(resource.RLIMIT_AS, mapped["VmSize"] + budget + spare)
    # a main stack that may grow is memory outside RLIMIT_DATA
    soft_stack, _ = resource.getrlimit(resource.RLIMIT_STACK)
    _lower(resource.RLIMIT_STACK, _smaller(soft_stack, LARGEST_STACK))
    _lower(resource.RLIMIT_FSIZE, policy.file_mb * MIB)
    _lower(resource.RLIMIT_NOFILE, policy.open_files)
    for unwanted in (
        resource.RLIMIT_CORE,
        resource.RLIMIT_MEMLOCK,
        resource.RLIMIT_MSGQUEUE,
        resource.RLIMIT_NICE,
        resource.RLIMIT_RTPRIO,
    ):
        _lower(unwanted, 0)


def _lower(which: int, soft: int, hard: int | None = None) -> None:
    _, ceiling = resource.getrlimit(which)
    highest = _smaller(soft if hard is None else hard, ceiling)
    try:
        resource.setrlimit(which, (_smaller(soft, highest), highest))
    except ValueError as error:
        raise OSError(f"limit {which} can't be {soft}: {error}") from error


def _smaller(one: int, other: int) -> int:
    """Return the smaller limit; unlimited is -1 in Python, and the largest."""
    return min((one, other), key=lambda limit: (limit < 0, limit))


def _mapped() -> dict[str, int]:
    """Return the sizes in /proc/self/status, in bytes."""
    status = Path("/proc/self/status").read_bytes()
    sizes = {name: int(kib) * 1024 for name, kib in SIZE.findall(status)}
    if missing := {b"VmData", b"VmSize"} - sizes.keys():
        raise OSError(f"/proc/self/status has no {min(missing).decode()}")
    return {name.decode(): size for name, size in sizes.items()}
