"""Give a zygote and each of its children namespaces of their own: the level `strict`.

    process that was started            user namespace, PID namespace for its child
      └─ zygote, pid 1 there            imports, then a private root
           └─ child, pid 1 of its own   network, IPC, mounts, a sized directory, an own uid

Two processes, because a process can't change its own PID namespace, only that of the
children that it will have; and a zygote can give each child a new one only where it stands
itself in one that its user namespace owns. The first does nothing but end with the second,
whose death the kernel makes the death of all the children.

Everything is undone by the end of the processes. What the layers are for and where they
are absent: `docs/design/confinement.md`.

Source: user_namespaces(7), pid_namespaces(7), mount_namespaces(7).
"""

import contextlib
import errno
import os
import signal
import socket
import stat
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from grader.worker.confine import mounts
from grader.worker.confine.capabilities import empty_bounding_set
from grader.worker.confine.descriptors import close_descriptors
from grader.worker.confine.kernel import call, end_with_parent

if sys.platform != "win32":
    # absent there, where this module must still import
    import pwd

CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
CHILDS_OWN = {
    "net_ns": CLONE_NEWNET,
    "ipc_ns": CLONE_NEWIPC,
    "uts_ns": CLONE_NEWUTS,
    "cgroup_ns": CLONE_NEWCGROUP,
}
HOST_NAME = "worker"
# Between the users of a system and of its services (below 65536) and the ranges that
# containers are given (from 100000).
# Source: https://systemd.io/UIDS-GIDS; SUB_UID_MIN in login.defs(5).
FIRST_UID = 70_000
UIDS = 16_384
# zygotes that run side by side take their uids from different blocks, by their pids
UIDS_OF_A_ZYGOTE = 64


class Jail:
    """The namespaces of one zygote, from its first moment to its children."""

    def __init__(self, without: Sequence[str] = ()) -> None:
        """Prepare; nothing is changed yet.

        Args:
            without: Layers to leave out, for measuring the others; never for grading.
        """
        self._without = frozenset(without)
        self._shared: list[str] = []
        self._proc: str | None = None
        self._pid_namespace: int | None = None
        self._first_uid: int | None = None
        self._work_root: str | None = None
        self._forked = 0

    def move_in(self) -> None:
        """Enter a user and a PID namespace, before any import that starts threads.

        Returns in a new process. The calling one waits for it, ends as it ends, and takes
        it along when it is killed.

        Raises:
            OSError: If the kernel refuses. The process may be halfway then.
        """
        block = os.getpid() * UIDS_OF_A_ZYGOTE % UIDS
        if self._wants("user_ns"):
            maps_all = _enter_user_namespace()
            self._shared.append("user_ns")
        else:
            maps_all = os.geteuid() == 0
        # a directory of the host's may lie where a stranger can't enter
        if self._wants("own_uid") and self._wants("tmpfs") and maps_all and _is_free():
            self._first_uid = FIRST_UID + block
        if self._wants("pid_ns"):
            call("unshare", CLONE_NEWPID)
            if process := os.fork():
                _end_like(process)
            end_with_parent(0)
            self._pid_namespace = os.open(
                "/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC
            )
            self._shared.append("pid_ns")

    def close_door(
        self, names: Sequence[str], *, hidden: Sequence[str], work_root: str
    ) -> None:
        """Take everything out of sight but what workers may read; after the imports.

        Args:
            names: Absolute paths that stay, read-only.
            hidden: Directories below them that look empty.
            work_root: Where the grading process makes directories, for `without=tmpfs`.

        Raises:
            OSError: If the kernel refuses.
        """
        if self._first_uid is not None and not self._stranger_may_read(names):
            self._first_uid = None
        if not self._wants("mount_ns"):
            return
        self._work_root = os.path.realpath(work_root)
        writable = () if self._wants("tmpfs") else (self._work_root,)
        call("unshare", CLONE_NEWNS)
        self._proc = mounts.enter_private_root(
            (*names, *writable), hidden=hidden, writable=writable
        )
        self._shared.append("mount_ns")

    def fork(self) -> int:
        """Fork, the child being the first process of a new PID namespace.

        Returns:
            As `os.fork`: the child's id in the zygote's namespace, or 0 in the child.

        Raises:
            OSError: If the kernel refuses.
        """
        self._forked += 1
        if self._pid_namespace is not None:
            # back to our own first: the kernel makes new ones only below the present one
            call("setns", self._pid_namespace, CLONE_NEWPID)
            call("unshare", CLONE_NEWPID)
        return os.fork()

    def seclude(
        self, work: str, *, size_mb: int, files: int
    ) -> tuple[str, tuple[str, ...]]:
        """Separate this process, just forked, from its parent and its siblings.

        Args:
            work: Its directory on the host, for `without=tmpfs` or `without=mount_ns`.
            size_mb: Mebibytes that it may write.
            files: How many files and directories it may make.

        Returns:
            Where it may write, and the layers in force.

        Raises:
            OSError: If the kernel refuses; end the process then.
        """
        layers = [*self._shared, *self._unshare_own()]
        uid, gid = self._own_ids()
        if self._wants("mount_ns") or self._wants("tmpfs"):
            call("unshare", CLONE_NEWNS)
        if not self._wants("mount_ns") and self._wants("tmpfs"):
            mounts.keep_mounts_private()
        if self._proc is not None and "pid_ns" in layers:
            mounts.mount("proc", "/proc", self._proc)
            layers.append("own_proc")
        if self._wants("tmpfs"):
            work = mounts.WORK if self._has_work_mount else work
            mounts.mount_work(work, size_mb=size_mb, files=files, uid=uid, gid=gid)
            layers.append("tmpfs")
        if self._first_uid is not None:
            _become(uid)
            layers.append("own_uid")
        return work, tuple(layers)

    def trial(self) -> tuple[str, ...]:
        """Return the layers of a child that does nothing but enter them.

        Raises:
            OSError: If it can't.
        """
        work = (
            mounts.WORK
            if self._has_work_mount
            else tempfile.mkdtemp(dir=self._work_root)
        )
        reader, writer = os.pipe()
        if (child := self.fork()) == 0:
            try:
                _, layers = self.seclude(work, size_mb=1, files=1)
                os.write(writer, " ".join(layers).encode())
            except OSError as error:
                os.write(writer, f"!{error.strerror or error}".encode())
            finally:
                os._exit(0)
        os.close(writer)
        with os.fdopen(reader, encoding="utf-8") as told:
            words = told.read()
        os.waitpid(child, 0)
        if not self._has_work_mount:
            Path(work).rmdir()
        if not words or words.startswith("!"):
            raise OSError(words[1:] or "a child died on the way into its namespaces")
        return tuple(words.split())

    def _stranger_may_read(self, names: Sequence[str]) -> bool:
        """Return whether a user of its own could read what the work needs."""
        # only in a private root the directories above those that are shown are open
        return self._wants("mount_ns") and all(
            map(_anyone_may_read, [*names, *_imported()])
        )

    @property
    def _has_work_mount(self) -> bool:
        return self._wants("mount_ns") and self._wants("tmpfs")

    def _wants(self, layer: str) -> bool:
        return layer not in self._without

    def _unshare_own(self) -> list[str]:
        entered = []
        for layer, flag in CHILDS_OWN.items():
            if not self._wants(layer):
                continue
            try:
                call("unshare", flag)
            except OSError as error:
                # a kernel built without: then nothing is shared either
                if error.errno != errno.EINVAL:
                    raise
                continue
            entered.append(layer)
        if "uts_ns" in entered:
            socket.sethostname(HOST_NAME)
        return entered

    def _own_ids(self) -> tuple[int, int]:
        if self._first_uid is None:
            return os.getuid(), os.getgid()
        uid = self._first_uid + self._forked % UIDS_OF_A_ZYGOTE
        return uid, uid


def _enter_user_namespace() -> bool:
    """Enter a new user namespace in which all ids are called what they are called here.

    Returns:
        Whether all ids have a name there; else it is this user's alone.

    Raises:
        OSError: If the kernel refuses.
    """
    ready, tell = os.pipe()
    us = os.getpid()
    # the map of many ids can only be written from outside
    helper = os.fork()
    if helper == 0:
        status = 2
        with contextlib.suppress(OSError):
            os.close(tell)
            os.read(ready, 1)
            status = 0 if _write_maps(us) else 1
        os._exit(status)
    os.close(ready)
    try:
        call("unshare", CLONE_NEWUSER)
    finally:
        # tells the helper, whatever came of it
        os.close(tell)
        _, status = os.waitpid(helper, 0)
    if os.waitstatus_to_exitcode(status) not in {0, 1}:
        raise OSError(errno.EPERM, "the user namespace's ids can't be mapped")
    return os.waitstatus_to_exitcode(status) == 0


def _write_maps(process: int) -> bool:
    """Write a process's maps: all ids if we may, else our own alone.

    Raises:
        OSError: If not even that is allowed.
    """
    directory = Path(f"/proc/{process}")
    if os.geteuid() == 0:
        with contextlib.suppress(OSError):
            for name in ("gid_map", "uid_map"):
                (directory / name).write_text(_identity(Path("/proc/self", name)))
            return True
    with contextlib.suppress(OSError):
        (directory / "setgroups").write_text("deny")
    for name, own in (("uid_map", os.geteuid()), ("gid_map", os.getegid())):
        (directory / name).write_text(f"{own} {own} 1")
    return False


def _identity(mapped: Path) -> str:
    ranges = [line.split() for line in mapped.read_text().splitlines()]
    return "".join(f"{first} {first} {count}\n" for first, _, count in ranges)


def _is_free() -> bool:
    """Return whether our uids exist here and no user has one."""
    ranges = [
        [int(number) for number in line.split()]
        for line in Path("/proc/self/uid_map").read_text().splitlines()
    ]
    ours = range(FIRST_UID, FIRST_UID + UIDS)
    exists = any(
        first <= ours.start and ours.stop <= first + count for first, _, count in ranges
    )
    return exists and not any(user.pw_uid in ours for user in pwd.getpwall())


def _imported() -> list[str]:
    files = (getattr(module, "__file__", None) for module in [*sys.modules.values()])
    found = {Path(file) for file in files if file and Path(file).exists()}
    return [str(path) for path in found.union(path.parent for path in found)]


def _anyone_may_read(path: str) -> bool:
    mode = Path(path).stat().st_mode
    needed = 0o005 if stat.S_ISDIR(mode) else 0o004
    return mode & needed == needed


def _become(uid: int) -> None:
    """Become a user and a group that own nothing, and give up the capabilities."""
    # needs one of them, so now or never
    empty_bounding_set()
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def _end_like(process: int) -> None:
    """Wait for a child and end as it ended; never returns."""
    close_descriptors(0)
    _, status = os.waitpid(process, 0)
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        with contextlib.suppress(OSError):
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(abs(code))
