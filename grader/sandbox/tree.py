"""End all that an unconfined worker has started, as far as that can be without root.

A process that its parent outlives can be found from it. One that was left behind, in a
session of its own even, is the system's child: it is found by the private directory that
it was given as TMPDIR, which no other process has. What has also thrown its environment
away is not found; where the system gives us a cgroup, that one is ended too.

Each is stopped before the next look, so that nothing can start faster than we find it.
"""

import contextlib
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

# each look stops what it finds; what takes more looks starts processes without end
LOOKS = 20
PROC = Path("/proc")


@dataclass(frozen=True)
class _Process:
    """A process of this machine, as it was when we looked."""

    pid: int
    parent: int
    group: int
    state: str


def end_tree(root: int | None, directory: Path) -> int:
    """Kill what a process has started, in this order: stop, look again, kill.

    Args:
        root: The process, the leader of a group of its own, which should be stopped; it
            is left to the caller. None if it has been reaped: then the number may be
            another's, and what has the mark is all that can be found.
        directory: What TMPDIR is to it and to all that it starts.

    Returns:
        How many there were.
    """
    found: set[int] = set()
    for _ in range(LOOKS):
        new = _started_by(root, found, directory) - found
        for pid in new:
            _signal(pid, signal.SIGSTOP)
        found |= new
        if not new:
            break
    for pid in found:
        _signal(pid, signal.SIGKILL)
    return len(found)


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def _started_by(root: int | None, found: set[int], directory: Path) -> set[int]:
    processes = [each for each in _listed() if each.state != "Z"]
    marked = {each.pid for each in processes if _has_directory(each.pid, directory)}
    ours = found | marked | (set() if root is None else {root})
    more = ours
    while more:
        more = {
            each.pid
            for each in processes
            if each.pid not in ours and (each.parent in ours or each.group == root)
        }
        ours |= more
    return ours - {root, os.getpid(), os.getppid()}


def _listed() -> list[_Process]:
    if (PROC / "self/stat").exists():
        pids = [int(name) for name in os.listdir(PROC) if name.isdigit()]  # noqa: PTH208
        return [each for each in map(_from_proc, pids) if each is not None]
    return _from_ps()


def _from_proc(pid: int) -> _Process | None:
    try:
        text = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        # it has ended
        return None
    # the name in field 2 may hold spaces and parentheses
    state, parent, group = text.rpartition(")")[2].split()[:3]
    return _Process(pid, int(parent), int(group), state)


def _from_ps() -> list[_Process]:
    """Return the processes as POSIX's ps lists them, where there is no /proc."""
    command = ["ps", "-A", "-o", "pid=,ppid=,pgid=,stat="]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return []
    rows = (line.split() for line in listed.stdout.splitlines())
    return [
        _Process(int(pid), int(parent), int(group), state[0])
        for pid, parent, group, state, *_ in rows
    ]


def _has_directory(pid: int, directory: Path) -> bool:
    try:
        environment = (PROC / str(pid) / "environ").read_bytes()
    except OSError:
        # another user's, or gone
        return False
    return f"TMPDIR={directory}".encode() in environment.split(b"\0")
