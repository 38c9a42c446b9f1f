"""Let through the system calls that honest numerical work makes, and no others.

An allow-list, so that a forgotten call shows as honest code that fails, not as a way out.
A call that is not listed gives EPERM; a number newer than our tables gives ENOSYS, as on
an older kernel, so that a newer libc falls back to what it did before.

The heart of it: threads may be started, processes may not. With no fork, no exec and no
daemon, killing one process ends a submission completely.
"""

import ctypes
import errno
import functools
import struct
from typing import NamedTuple

from grader.worker.confine import bpf
from grader.worker.confine.bpf import Block, Condition
from grader.worker.confine.kernel import call, machine, stack_start
from grader.worker.confine.rlimits import LARGEST_STACK
from grader.worker.confine.syscalls import ALLOWED, ANSWERED, NEWEST, numbers

SET_MODE_FILTER = 1
GET_ACTION_AVAIL = 2
# AUDIT_ARCH_*: the machine's ELF number, with the bits for 64 bit and little endian
AUDIT_MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# Landlock covers truncation since this ABI
TRUNCATE_ABI = 3

CLONE_THREAD = 0x00010000
# new mount, cgroup, UTS, IPC, user, PID and network namespaces, and tracing
CLONE_UNWANTED = 0x7E000000 | 0x00020000 | 0x00002000
MAP_SHARED = 0x01
MAP_ANONYMOUS = 0x20
MAP_GROWSDOWN = 0x100
MAP_HUGETLB = 0x40000
O_ACCMODE = 0o3
O_TRUNC = 0o1000
OPENED_HONESTLY = (0, 1, 2, O_TRUNC | 1, O_TRUNC | 2)
OWNER_MAY_ALL = 0o700
PRIO_PROCESS = 0
IOPRIO_WHO_PROCESS = 1
AF_UNIX = 1
SOCK_STREAM = 1
SOCK_TYPE_MASK = 0xF

# F_DUPFD, GETFD, SETFD, GETFL, SETFL, GETLK, OFD_GETLK, DUPFD_CLOEXEC, GETPIPE_SZ. Not
# SETOWN and SETSIG (a signal to others), SETLEASE (others wait for us to let them open
# the file), SETPIPE_SZ (kernel memory that no limit counts).
FCNTL_COMMANDS = (0, 1, 2, 3, 4, 5, 36, 1030, 1032)
# F_SETLK, SETLKW, OFD_SETLK, OFD_SETLKW
FCNTL_LOCKS = (6, 7, 37, 38)
# TCGETS, TCGETS2, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX. Not TIOCSTI and
# TIOCLINUX (typing into a terminal) or FS_IOC_SETFLAGS (Landlock does not cover it).
IOCTL_COMMANDS = (0x5401, 0x802C542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
# PR_GET_DUMPABLE, SET_NAME, GET_NAME, CAPBSET_READ, GET_TIMERSLACK, GET_NO_NEW_PRIVS,
# SET_VMA. Not SET_DUMPABLE (undoes our own), SET_PDEATHSIG (outlives the parent).
PRCTL_OPTIONS = (3, 15, 16, 23, 30, 39, 0x53564D41)

# MADV_NORMAL, RANDOM, SEQUENTIAL, WILLNEED, DONTNEED, FREE, HUGEPAGE, NOHUGEPAGE,
# DONTDUMP, DODUMP: what allocators ask for. Not COLD and PAGEOUT (they drop a shared
# file's pages, which another process can feel) or MERGEABLE (one page for all processes
# that hold the same bytes, which their writes can feel).
MEMORY_ADVICE = (0, 1, 2, 3, 4, 8, 14, 15, 16, 17)
# Of the clocks with a process's or a thread's number, which are negative, the kernel
# gives those of our own threads only; this bit tells them from processes'.
CLOCK_OF_OTHERS = 1 << 31
CLOCK_OF_THREAD = 1 << 2
SOL_SOCKET = 1
# no process's id: those end at 2**22, and no other operand is this number
SOMEBODY = 0x7ABCDEF1
# SO_TYPE, ERROR, SNDBUF, RCVBUF, PROTOCOL, DOMAIN: what Python asks. Not SO_PEERPIDFD,
# a handle on the process at the other end.
SOCKET_OPTIONS = (3, 4, 7, 8, 38, 39)

# What tells an honest caller to go on by another way. Faked success: shutil.copy2 and
# tarfile set modes, times and owners of files that they have just made, while Landlock
# would let the same call change any file of the user's. Locks (SQLite, HDF5) guard
# against other processes, and no other has a worker's files; on a file that all may read
# they would be seen by the others.
ANSWERS = {
    "chmod": 0,
    "chown": 0,
    "utim": 0,
    "futim": 0,
    "umask": 0,
    "flock": 0,
    "fadvise64": 0,
    "futex_": errno.ENOSYS,
    "xattr": errno.ENOTSUP,
    "fallocate": errno.EOPNOTSUPP,
    "openat2": errno.ENOSYS,
    "clone3": errno.ENOSYS,
    "io_uring": errno.ENOSYS,
}


def is_available() -> bool:
    """Return whether filters that end a process can be installed here (Linux 4.14)."""
    if machine() is None:
        return False
    try:
        call("seccomp", GET_ACTION_AVAIL, 0, struct.pack("=I", bpf.KILL_PROCESS))
    except OSError:
        return False
    return True


class Facts(NamedTuple):
    """What the filter must know of the process and of the layer beside it.

    Attributes:
        pid: The process, the only one that it may still signal.
        stack: The address that its main stack grows down from.
        landlock_abi: What `landlock` covers; below 3 truncation is this filter's to deny.
    """

    pid: int
    stack: int
    landlock_abi: int


def install(facts: Facts) -> None:
    """Install the filter for this thread and those that it will start.

    Raises:
        OSError: If the kernel refuses.
    """
    here = machine()
    if here is None:
        raise OSError(errno.ENOSYS, "no filter for this machine")
    instructions = assembled(here, facts)
    code = ctypes.create_string_buffer(instructions, len(instructions))
    header = struct.pack(
        "@HP", len(instructions) // bpf.ENCODED.size, ctypes.addressof(code)
    )
    call("seccomp", SET_MODE_FILTER, 0, header)


def prepare(landlock_abi: int) -> None:
    """Assemble once what the filters of all forks of this process have in common."""
    if (here := machine()) is not None:
        _common(here, Facts(SOMEBODY, stack_start(), landlock_abi))


def assembled(name: str, facts: Facts) -> bytes:
    """Return the filter's bytes; they differ from process to process by its id alone."""
    code, places = _common(name, facts._replace(pid=SOMEBODY))
    own = bytearray(code)
    for place in places:
        bpf.OPERAND.pack_into(own, place, facts.pid)
    return bytes(own)


@functools.cache
def _common(name: str, facts: Facts) -> tuple[bytes, tuple[int, ...]]:
    """Return the filter of a process called SOMEBODY, and where that stands in it."""
    block = program(name, facts)
    places = tuple(
        index * bpf.ENCODED.size + bpf.OPERAND_OFFSET
        for index, instruction in enumerate(block)
        if instruction.operand == facts.pid
    )
    return bpf.encode(block), places


def program(name: str, facts: Facts) -> Block:
    """Return the filter for a machine of `syscalls.MACHINES`.

    The calls with conditions come first. The kernel caches which numbers are allowed
    whatever the arguments, so those may wait at the end at no cost.
    """
    known = numbers(name)
    blocks: Block = [
        *bpf.load(bpf.MACHINE_OFFSET),
        # a 32-bit call (int 0x80) has other numbers: what it means is not ours to guess
        bpf.Instruction(bpf.IF_EQUAL, AUDIT_MACHINES[name], 1, 0),
        *bpf.leave(bpf.KILL_PROCESS),
        *bpf.load(bpf.NUMBER_OFFSET),
        # also the x32 calls, which set bit 30
        bpf.Instruction(bpf.IF_ABOVE, NEWEST, 0, 1),
        *bpf.leave(bpf.answer(errno.ENOSYS)),
    ]
    for called, block in _conditional(facts).items():
        if called in known:
            blocks += bpf.when_number(known[called], block)
    for called in ANSWERED:
        if called in known:
            refusal = bpf.leave(bpf.answer(_answer(called)))
            blocks += bpf.when_number(known[called], refusal)
    blocks += bpf.allow_numbers(
        [known[called] for called in ALLOWED if called in known]
    )
    return blocks + bpf.leave(bpf.answer(errno.EPERM))


def _answer(called: str) -> int:
    return next(number for part, number in ANSWERS.items() if part in called)


def _conditional(facts: Facts) -> dict[str, Block]:
    """Return a block for each call that is allowed for some arguments only."""
    only_self = _only(Condition(0, (facts.pid,)))
    # 0 means the caller
    self_or_zero = _only(Condition(0, (0, facts.pid)))
    opened = Condition(1, OPENED_HONESTLY, O_TRUNC | O_ACCMODE)
    made = Condition(1, (OWNER_MAY_ALL,), OWNER_MAY_ALL)
    asks_of_itself = _only(Condition(0, (0, facts.pid)), refusal=errno.ENOSYS)
    no_flags = _only(Condition(5, (0,)), refusal=errno.EOPNOTSUPP)
    of_itself_or_none = _only(
        Condition(
            0,
            (0, CLOCK_OF_THREAD, CLOCK_OF_OTHERS | CLOCK_OF_THREAD),
            CLOCK_OF_OTHERS | CLOCK_OF_THREAD,
        ),
        refusal=errno.EINVAL,
    )
    return {
        "clock_gettime": of_itself_or_none,
        "clock_getres": of_itself_or_none,
        "clock_nanosleep": of_itself_or_none,
        "madvise": _only(Condition(2, MEMORY_ADVICE), refusal=errno.EINVAL),
        # RWF_NOWAIT tells what is in the page cache, RWF_DONTCACHE drops it from there
        "preadv2": no_flags,
        "pwritev2": no_flags,
        # private or of a file: RLIMIT_DATA counts neither shared anonymous memory nor a
        # mapping that grows like a stack, and no limit counts huge pages that are read
        "mmap": _only(
            Condition(
                3,
                (0, MAP_SHARED, MAP_ANONYMOUS),
                MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_HUGETLB,
            ),
            refusal=errno.ENOMEM,
        ),
        # the main stack's pages, moved and stretched, would stay outside RLIMIT_DATA
        "mremap": bpf.allow_elsewhere(
            0, _stack_words(facts.stack), bpf.answer(errno.ENOMEM)
        ),
        # O_RDONLY | O_TRUNC empties a file that Landlock before ABI 3 lets us read
        "openat": _only(_shifted(opened), refusal=errno.EINVAL),
        "open": _only(opened, refusal=errno.EINVAL),
        "truncate": bpf.leave(
            bpf.ALLOW if facts.landlock_abi >= TRUNCATE_ABI else bpf.answer(errno.EPERM)
        ),
        # a directory that its owner can't list is one that nobody can clean up
        "mkdir": _only(made),
        "mkdirat": _only(_shifted(made)),
        "clone": _only(Condition(0, (CLONE_THREAD,), CLONE_THREAD | CLONE_UNWANTED)),
        "fcntl": [
            *bpf.leave_if(Condition(1, FCNTL_LOCKS), bpf.answer(0)),
            *_only(Condition(1, FCNTL_COMMANDS)),
        ],
        "ioctl": _only(Condition(1, IOCTL_COMMANDS), refusal=errno.ENOTTY),
        "prctl": _only(Condition(0, PRCTL_OPTIONS)),
        # a datagram socket, even one of a pair, could send to any socket in a directory
        "socketpair": _only(
            Condition(0, (AF_UNIX,)), Condition(1, (SOCK_STREAM,), SOCK_TYPE_MASK)
        ),
        "getsockopt": _only(
            Condition(1, (SOL_SOCKET,)),
            Condition(2, SOCKET_OPTIONS),
            refusal=errno.ENOPROTOOPT,
        ),
        "kill": only_self,
        "tkill": only_self,
        "tgkill": only_self,
        "rt_sigqueueinfo": only_self,
        "rt_tgsigqueueinfo": only_self,
        "prlimit64": self_or_zero,
        # what one process sets for itself, another could read; glibc takes ENOSYS, which
        # its threads get, for "no such function" and goes on
        "sched_getaffinity": asks_of_itself,
        "sched_getparam": asks_of_itself,
        "sched_getscheduler": asks_of_itself,
        "sched_getattr": asks_of_itself,
        "getpgid": self_or_zero,
        "getsid": self_or_zero,
        "getpriority": _only(
            Condition(0, (PRIO_PROCESS,)), Condition(1, (0, facts.pid))
        ),
        "ioprio_get": _only(
            Condition(0, (IOPRIO_WHO_PROCESS,)), Condition(1, (0, facts.pid))
        ),
        "sched_setaffinity": self_or_zero,
        "sched_setparam": self_or_zero,
        "sched_setscheduler": self_or_zero,
        "sched_setattr": self_or_zero,
        "setpriority": _only(
            Condition(0, (PRIO_PROCESS,)), Condition(1, (0, facts.pid))
        ),
        "ioprio_set": _only(
            Condition(0, (IOPRIO_WHO_PROCESS,)), Condition(1, (0, facts.pid))
        ),
    }


def _stack_words(start: int) -> tuple[int, ...]:
    """Return the upper halves of the addresses that a main stack may reach."""
    lowest, highest = start - LARGEST_STACK, start + LARGEST_STACK
    return tuple(range(lowest >> 32, (highest >> 32) + 1))


def _only(*conditions: Condition, refusal: int = errno.EPERM) -> Block:
    return bpf.allow_if(conditions, bpf.answer(refusal))


def _shifted(condition: Condition) -> Condition:
    """Return the condition for the *at form of a call: a directory comes first."""
    return condition._replace(argument=condition.argument + 1)
