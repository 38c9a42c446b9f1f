"""Resident memory of a process and of all that it has started; Linux only."""

import os
from pathlib import Path

MIB = 1 << 20


def resident_mb(pid: int) -> float:
    """Return what a process holds in memory, in MiB; 0 if it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / MIB


def descendants(root: int) -> list[int]:
    """Return what a process has started, and what that has started, now."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found: list[int] = []
    generation = {root}
    while generation:
        generation = {pid for pid, parent in parents.items() if parent in generation}
        found += generation
    return found


def resident_by_kind(root: int) -> dict[str, float]:
    """Return MiB of a run's main process, and the most of a grading process and a zygote.

    Workers are left out: each lives for milliseconds.
    """
    sizes = {"main": resident_mb(root), "grading": 0.0, "zygote": 0.0}
    for pid in descendants(root):
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        kind = "zygote" if b"\0zygote\0" in command else "grading"
        sizes[kind] = max(sizes[kind], resident_mb(pid))
    return sizes
