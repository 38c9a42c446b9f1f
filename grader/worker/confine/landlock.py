"""Restrict files, TCP, signals and abstract sockets by Landlock.

Rules only ever add rights: a directory that may be read may be read with all that is in
it, so nothing secret may live below one. What Landlock never covers: stat, chmod, chown,
utime, xattr, chdir, inotify, and before ABI 3 truncation; `seccomp` sees to those, but
names and sizes of files stay visible.

Source: https://docs.kernel.org/userspace-api/landlock.html
"""

import os
import stat
import struct
from collections.abc import Iterator

from grader.worker.confine.kernel import call
from grader.worker.confine.policy import Policy

NEWEST_ABI = 7
CREATE_RULESET_VERSION = 1
RULE_PATH_BENEATH = 1
# a denied access is a line in the host's audit log, and a hostile loop would fill it
LOG_SAME_EXEC_OFF = 1
LOG_FLAGS_ABI = 7

EXECUTE = 1 << 0
WRITE_FILE = 1 << 1
READ_FILE = 1 << 2
READ_DIR = 1 << 3
REMOVE_DIR = 1 << 4
REMOVE_FILE = 1 << 5
MAKE_CHAR = 1 << 6
MAKE_DIR = 1 << 7
MAKE_REG = 1 << 8
MAKE_SOCK = 1 << 9
MAKE_FIFO = 1 << 10
MAKE_BLOCK = 1 << 11
MAKE_SYM = 1 << 12
REFER = 1 << 13
TRUNCATE = 1 << 14
IOCTL_DEV = 1 << 15
FIRST_RIGHTS = REFER - 1
LATER_RIGHTS = {2: REFER, 3: TRUNCATE, 5: IOCTL_DEV}
FILE_RIGHTS = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV

NET_ABI = 4
BIND_AND_CONNECT_TCP = 0b11
SCOPE_ABI = 6
ABSTRACT_SOCKETS_AND_SIGNALS = 0b11

# not EXECUTE: mapping a shared library does not need it
READ = READ_FILE | READ_DIR
# not the making of devices, sockets, fifos and symbolic links: whoever collects the
# files afterwards must find files
WRITE = (
    READ
    | WRITE_FILE
    | REMOVE_DIR
    | REMOVE_FILE
    | MAKE_DIR
    | MAKE_REG
    | REFER
    | TRUNCATE
)
DEVICES = {
    "/dev/null": READ_FILE | WRITE_FILE,
    "/dev/zero": READ_FILE,
    "/dev/random": READ_FILE,
    "/dev/urandom": READ_FILE,
}
# TensorFlow aborts if it can't read its command line; the rest is what profilers read.
# Of `task` only the listing: the directories in it lead to /proc/net.
OWN_PROC = {
    "/proc/self/cmdline": READ_FILE,
    "/proc/self/maps": READ_FILE,
    "/proc/self/stat": READ_FILE,
    "/proc/self/statm": READ_FILE,
    "/proc/self/status": READ_FILE,
    "/proc/self/task": READ_DIR,
}


def abi() -> int:
    """Return the newest version of Landlock that we and this kernel know, 0 for none.

    Asked by the call itself: /sys/kernel/security/lsm is often not mounted. Each version
    is tried, for there are kernels whose number promises more than they accept.
    """
    try:
        promised = call("landlock_create_ruleset", 0, 0, CREATE_RULESET_VERSION)
    except OSError:
        return 0
    for version in range(min(promised, NEWEST_ABI), 0, -1):
        try:
            os.close(_new_ruleset(version))
        except OSError:
            continue
        return version
    return 0


def restrict_files(policy: Policy, version: int) -> None:
    """Restrict this thread and those that it will start to the policy's paths.

    TCP, signals to others and abstract sockets are denied where the version covers them,
    by handling them and adding no rule.

    Args:
        policy: The paths that may be read, and the one that may be written to.
        version: The ABI to use, from `abi`.

    Raises:
        OSError: If a path of the policy is missing or the kernel refuses.
    """
    ruleset = _new_ruleset(version)
    try:
        for path, rights in _wanted(policy):
            _allow(ruleset, path, rights & handled_rights(version), keep=False)
        for path, rights in OWN_PROC.items():
            # a rule belongs to an inode, and procfs forgets those that nobody holds
            _allow(ruleset, path, rights, keep=True)
        flags = LOG_SAME_EXEC_OFF if version >= LOG_FLAGS_ABI else 0
        call("landlock_restrict_self", ruleset, flags)
    finally:
        os.close(ruleset)


def handled_rights(version: int) -> int:
    """Return the rights on files that a version of Landlock controls."""
    later = [right for since, right in LATER_RIGHTS.items() if since <= version]
    return FIRST_RIGHTS | sum(later)


def _wanted(policy: Policy) -> Iterator[tuple[str, int]]:
    for path in policy.read:
        yield from _readable(path, policy.hidden)
    yield policy.write, WRITE
    for path, rights in DEVICES.items():
        # a sparse container may lack one; no rule then means no access
        if os.path.exists(path):  # noqa: PTH110 - a Path per fork is wasted time
            yield path, rights


def _readable(path: str, hidden: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Yield rules for a path but for what is hidden below it.

    Rights can't be taken back further down, so all entries beside it get rules of their
    own. That a hidden directory can be listed does no harm.
    """
    if path in hidden:
        return
    if not any(each.startswith(path + os.sep) for each in hidden):
        yield path, READ
        return
    yield path, READ_DIR
    with os.scandir(path) as entries:
        for entry in entries:
            # a link whose end is gone can't be opened for its rule
            if not entry.is_symlink() or os.path.exists(entry.path):  # noqa: PTH110
                yield from _readable(entry.path, hidden)


def _new_ruleset(version: int) -> int:
    attributes = struct.pack(
        "=QQQ",
        handled_rights(version),
        BIND_AND_CONNECT_TCP if version >= NET_ABI else 0,
        ABSTRACT_SOCKETS_AND_SIGNALS if version >= SCOPE_ABI else 0,
    )
    # an older kernel accepts the longer struct as long as what it doesn't know is zero
    return call("landlock_create_ruleset", attributes, len(attributes), 0)


def _allow(ruleset: int, path: str, rights: int, *, keep: bool) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            # the kernel refuses rights that make no sense for a file
            rights &= FILE_RIGHTS
        attributes = struct.pack("=Qi", rights, descriptor)
        call("landlock_add_rule", ruleset, RULE_PATH_BENEATH, attributes, 0)
    finally:
        if not keep:
            os.close(descriptor)
