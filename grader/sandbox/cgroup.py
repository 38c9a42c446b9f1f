"""Put each worker into a cgroup of its own, where the system has given us some to make.

What that adds: the kernel itself counts the memory and the threads of a worker and of all
that it might start, swap and files in memory included, and ends them all at once. Version
2 only. Without it the supervisor's thread counts, a little later.

We make cgroups below our own, where that one is ours: delegated by systemd, owned by our
(ordinary) user, or the root of a container's namespace. In the system's root, where the
kernel asks for nothing of the kind, we make leaves but change no setting. A cgroup that
has controllers for its children may hold no processes itself, so we move ourselves and
what we have started into a leaf beside the workers', and back at exit; if somebody else's
processes are there, they stay, and we do without the controllers.

Nothing is written outside directories that we made, but for `cgroup.subtree_control` and
our own processes' numbers in a cgroup that is ours.

Source: https://docs.kernel.org/admin-guide/cgroup-v2.html,
https://systemd.io/CGROUP_DELEGATION
"""

import atexit
import contextlib
import functools
import itertools
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CONTROLLERS = ("memory", "pids")
HOME = re.compile(r"grader-\d+-home")
LEAF = re.compile(r"grader-(\d+)-\w+")
# the mark that systemd leaves on what it delegates
DELEGATED = "user.delegate"
# its processes are killed, the kernel takes them off the list a little later
EMPTY_WITHIN_S = 2.0
MIB = 1 << 20

Settings = Mapping[str, str]
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Leaf:
    """A worker's cgroup.

    Attributes:
        path: Its directory.
        parts: What is in force: `memory` and `pids` are counted, `kill` ends all.
    """

    path: Path
    parts: tuple[str, ...]

    @property
    def layer(self) -> str:
        """Return the name of this layer of confinement."""
        return "-".join(("cgroup", *self.parts))

    def add(self, pid: int) -> None:
        """Move a process into it.

        Raises:
            OSError: If the kernel refuses.
        """
        _write(self.path / "cgroup.procs", str(pid))

    def kill(self) -> None:
        """Kill all that is in it, at once; nothing if the kernel can't (before 5.14)."""
        with contextlib.suppress(OSError):
            if "kill" in self.parts:
                _write(self.path / "cgroup.kill", "1")

    def starved(self) -> bool | None:
        """Return whether the kernel killed it for lack of memory; None if not counted."""
        try:
            events = (self.path / "memory.events").read_text(encoding="ascii").split()
        except OSError:
            return None
        return int(events[events.index("oom_kill") + 1]) > 0

    def remove(self) -> None:
        """Remove it, once its processes are gone; waits a moment for the kernel."""
        end = time.monotonic() + EMPTY_WITHIN_S
        while time.monotonic() < end:
            try:
                self.path.rmdir()
            except FileNotFoundError:
                return
            except OSError:
                time.sleep(0.001)
            else:
                return


@dataclass(frozen=True)
class Cgroups:
    """A cgroup below which we may make others.

    Attributes:
        base: Its directory.
        controllers: Those that its children have.
    """

    base: Path
    controllers: tuple[str, ...] = ()

    def leaf_of(
        self, pid: int, *, memory_mb: float | None = None, threads: int | None = None
    ) -> Leaf | None:
        """Return a new cgroup with a process in it, or None if it can't be had.

        Takes 1 to 20 ms: the kernel may wait until no processor is in the middle of a
        fork.

        Args:
            pid: The process.
            memory_mb: All memory that it and its children touch first, files in memory
                included, in MiB; None for no limit.
            threads: Processes and threads; None for no limit.
        """
        path = self.base / f"grader-{os.getpid()}-{next(_numbers)}"
        try:
            path.mkdir()
        except OSError:
            return None
        leaf = Leaf(path, tuple(self._in_force(path, _settings(memory_mb, threads))))
        try:
            if leaf.parts:
                leaf.add(pid)
                return leaf
        except OSError:
            # it may have ended, or somebody else watches over this part of the tree
            pass
        leaf.remove()
        return None

    def _in_force(self, path: Path, settings: Mapping[str, Settings]) -> Iterator[str]:
        for name in self.controllers:
            if name in settings and _set(path, settings[name]):
                yield name
        if os.access(path / "cgroup.kill", os.W_OK):
            yield "kill"


def _settings(memory_mb: float | None, threads: int | None) -> dict[str, Settings]:
    settings: dict[str, Settings] = {}
    if memory_mb is not None:
        settings["memory"] = {
            "memory.max": str(int(memory_mb * MIB)),
            # else the limit would be what the disk holds
            "memory.swap.max": "0",
            # a worker without some of its threads would only hang
            "memory.oom.group": "1",
        }
    if threads is not None:
        settings["pids"] = {"pids.max": str(threads)}
    return settings


def available(*, proc: Path = Path("/proc")) -> Cgroups | None:
    """Return where this process may make cgroups, or None.

    Moves this process and those that it started, if that takes it; moves them back at
    exit.

    Args:
        proc: Where proc is mounted.
    """
    own = _own(proc)
    if own is None:
        return None
    if HOME.fullmatch(own.name):
        return Cgroups(own.parent, _enabled(own.parent))
    if not os.access(own, os.W_OK | os.X_OK):
        return None
    # the system's root has no type
    is_root = not (own / "cgroup.type").exists()
    if not is_root and not _is_ours(own):
        return None
    _sweep(own, proc)
    if is_root:
        return Cgroups(own, _enabled(own))
    return Cgroups(own, _enabled(own) or _enable(own, proc))


@functools.cache
def found() -> Cgroups | None:
    """Return where this process may make cgroups, looked up once."""
    return available()


def _own(proc: Path) -> Path | None:
    """Return the directory of our cgroup of version 2."""
    try:
        mounts = (proc / "self/mountinfo").read_text(encoding="utf-8").splitlines()
        cgroups = (proc / "self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    name = next((line[3:] for line in cgroups if line.startswith("0::/")), None)
    for line in mounts:
        before, _, after = line.partition(" - ")
        if name is not None and after.startswith("cgroup2 "):
            root, mounted = before.split()[3:5]
            inside = os.path.relpath(name, root)
            # a mount of another part of the tree does not show us
            return None if inside.startswith("..") else Path(mounted) / inside
    return None


def _is_ours(own: Path) -> bool:
    owner = own.stat().st_uid
    if owner == os.geteuid() != 0:
        return True
    with contextlib.suppress(OSError):
        if os.getxattr(own, DELEGATED) == b"1":
            return True
    # the root of a namespace has no parent that we could see
    return not (own.parent / "cgroup.procs").exists()


def _enabled(base: Path) -> tuple[str, ...]:
    try:
        words = (base / "cgroup.subtree_control").read_text(encoding="ascii").split()
    except OSError:
        return ()
    return tuple(name for name in CONTROLLERS if name in words)


def _enable(base: Path, proc: Path) -> tuple[str, ...]:
    """Let the children of our cgroup have controllers; none where that can't be."""
    try:
        there = (base / "cgroup.controllers").read_text(encoding="ascii").split()
        members = _members(base)
    except OSError:
        # a threaded cgroup does not list its processes
        return ()
    wanted = [name for name in CONTROLLERS if name in there]
    if not wanted or not all(_descends(pid, os.getpid(), proc) for pid in members):
        return ()
    home = base / f"grader-{os.getpid()}-home"
    try:
        home.mkdir()
        _move(members, home)
        _write(base / "cgroup.subtree_control", " ".join(f"+{name}" for name in wanted))
    except OSError:
        _return_home(base, home)
        return ()
    atexit.register(_return_home, base, home, wanted)
    return tuple(wanted)


def _return_home(base: Path, home: Path, enabled: Sequence[str] = ()) -> None:
    with contextlib.suppress(OSError):
        if enabled:
            off = " ".join(f"-{name}" for name in enabled)
            _write(base / "cgroup.subtree_control", off)
        _move(_members(home), base)
        home.rmdir()


def _members(path: Path) -> list[int]:
    return [int(pid) for pid in (path / "cgroup.procs").read_text().split()]


def _move(pids: Sequence[int], target: Path) -> None:
    for pid in pids:
        # one may have ended meanwhile
        with contextlib.suppress(ProcessLookupError):
            _write(target / "cgroup.procs", str(pid))


def _descends(pid: int, ancestor: int, proc: Path) -> bool:
    """Return whether a process is another or was started by it, over any number of steps."""
    while pid > 1:
        if pid == ancestor:
            return True
        try:
            stat = (proc / str(pid) / "stat").read_text(encoding="utf-8")
        except OSError:
            return False
        pid = int(stat.rpartition(")")[2].split()[1])
    return False


def _sweep(base: Path, proc: Path) -> None:
    """Remove the empty cgroups of graders that were killed; rmdir refuses all others."""
    for path in base.glob("grader-*"):
        match = LEAF.fullmatch(path.name)
        if match and not (proc / match[1]).exists():
            with contextlib.suppress(OSError):
                path.rmdir()


def _set(path: Path, values: Settings) -> bool:
    """Write settings; return whether the first, the limit itself, holds."""
    for index, (name, value) in enumerate(values.items()):
        try:
            _write(path / name, value)
        except OSError:
            # a kernel without swap has no file for it
            if index == 0:
                return False
    return True


def _write(path: Path, value: str) -> None:
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, value.encode("ascii"))
    finally:
        os.close(descriptor)
