"""Look at a worker from outside, for what the kernel's limits on it do not count.

One thread of ours looks at all workers a few times a second, whether a worker computes
for long, answers fast or should have nothing to do: its own threads may go on between two
calls. What is found ends the worker with a reason of its own. A glance takes less than
0.1 ms; a thread for each worker would cost ten times that.

It must neither recurse nor open what a student named, and a glance that fails for another
reason than the worker's end ends the worker too: nothing goes on unwatched.

Not seen: deleted files that are still open, unless we may trace the worker, which is not
dumpable (root may, but in most containers not even root); deleted files that are only
mapped; what is moved about during the scan; what lies in a file system of the worker's
own, which has a size of its own.
"""

import contextlib
import os
import stat
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.domain.lab import Limits
from grader.errors import InfrastructureError

GLANCE_S = 0.25
# TensorFlow starts up to three pools of one thread a core, and one for each dataset that
# is prefetched. A student's ThreadPoolExecutor has up to 32.
THREADS = 64
THREADS_PER_CORE = 8
# an honest run leaves some checkpoints and event files
FILES_OF_FULL_SIZE = 4
ENTRIES = 4096
# a scan of many files is repeated so rarely that it takes at most a twentieth of a core
REST_AFTER_SCAN = 20
BLOCK = 512
MIB = 1 << 20


class Excess(Exception):  # noqa: N818 - an event
    """The worker has more of something than it may; the text is for its student."""


class Bloated(Excess):
    """The worker holds more memory than its submission may have."""


class Multiplied(Excess):
    """The worker has started another process, which its end would not end."""


@dataclass(frozen=True)
class Allowance:
    """What a worker may have at any time.

    Attributes:
        memory_mb: Memory of its own beyond what it was born with, in MiB, swapped out or
            not. The kernel's limit on allocations comes first; this one also counts what
            that misses.
        threads: Threads, whatever they do.
        disk_mb: All files of its directory together, in MiB.
        entries: Files and directories in its directory.
        alone: Whether it may start no processes. What others hold is not counted.
    """

    memory_mb: int
    threads: int
    disk_mb: int
    entries: int = ENTRIES
    alone: bool = True

    @classmethod
    def of(cls, limits: Limits, *, alone: bool = True) -> "Allowance":
        """Return what a submission's limits mean on this machine."""
        return cls(
            memory_mb=limits.memory_mb,
            threads=THREADS + THREADS_PER_CORE * _cores(),
            disk_mb=FILES_OF_FULL_SIZE * limits.disk_mb,
            alone=alone,
        )


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Rounds:
    """Goes round the guards of this process, in one thread for as long as there are any."""

    def __init__(self) -> None:
        self._guards: set[Guard] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def join(self, guard: "Guard") -> None:
        with self._changed:
            self._guards.add(guard)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._go, daemon=True)
                self._thread.start()
            self._changed.notify()

    def leave(self, guard: "Guard") -> None:
        with self._changed:
            self._guards.discard(guard)

    def _go(self) -> None:
        while True:
            with self._changed:
                while not self._guards:
                    self._changed.wait()
            time.sleep(GLANCE_S)
            with self._changed:
                present = tuple(self._guards)
            for guard in present:
                if not guard.glance():
                    self.leave(guard)


_rounds = _Rounds()


class Guard:
    """Looks at one worker until it is stopped, or the worker has gone or gone too far."""

    def __init__(
        self,
        pid: int,
        directory: Path,
        allowance: Allowance,
        *,
        kill: Callable[[], None],
    ) -> None:
        """Take its first measure, before it has run a line of a student's.

        Args:
            pid: The worker, which must not be reaped before `stop`.
            directory: All that it may write to.
            allowance: What it may have.
            kill: Ends it.
        """
        self._pid = pid
        self._directory = directory
        self._allowance = allowance
        self._kill = kill
        self._next_scan = 0.0
        self._headless = False
        # held while it looks: who has it knows that nobody does
        self._looking = threading.Lock()
        self._stopped = False
        self.reason: Exception | None = None
        try:
            self._most_mb = _own_mb(_status(pid)) + allowance.memory_mb
        except OSError:
            # it died at birth, which its line will tell
            self._most_mb = float(allowance.memory_mb)

    @property
    def most_mb(self) -> float:
        """Return how many MiB it may hold, those that it was born with included."""
        return self._most_mb

    def start(self) -> None:
        """Look now and then, from a thread."""
        _rounds.join(self)

    def stop(self) -> None:
        """Look no more; returns when the last look has ended."""
        _rounds.leave(self)
        with self._looking:
            self._stopped = True

    def glance(self) -> bool:
        """Look once, from the thread, and return whether to look again."""
        with self._looking:
            if self._stopped:
                return False
            try:
                self.look()
            except Excess as excess:
                self._end(excess)
            except (FileNotFoundError, ProcessLookupError):
                # it has ended, for a reason that its status tells
                return False
            except Exception as error:  # noqa: BLE001 - never leave it unwatched
                self._end(InfrastructureError(f"a worker can't be watched: {error!r}"))
            return self.reason is None

    def _end(self, reason: Exception) -> None:
        self.reason = reason
        try:
            self._kill()
        except Exception as error:  # noqa: BLE001 - the others' watch must go on
            self.reason = InfrastructureError(f"a worker can't be ended: {error!r}")

    def look(self) -> None:
        """Take one glance.

        Raises:
            Excess: If the worker has more than it may.
            OSError: If it is gone.
        """
        status = _status(self._pid)
        threads = int(status.get("Threads", "1"))
        if threads > self._allowance.threads:
            raise Excess(
                f"your code started more than {self._allowance.threads} threads"
            )
        self._look_at_head(status["State"], threads)
        if _own_mb(status) > self._most_mb:
            raise Bloated(f"it held more than {self._allowance.memory_mb} MB")
        if self._allowance.alone and any(_children(self._pid)):
            raise Multiplied("your code started another process")
        if time.monotonic() >= self._next_scan:
            self._look_at_disk()

    def _look_at_head(self, state: str, threads: int) -> None:
        """Refuse a dead main thread: what the others hold does not show in its place."""
        headless = state.startswith("Z") and threads > 1
        # seen once it may be the worker's end, where threads go one after another
        if headless and self._headless:
            raise Excess("your code ended Python's main thread and went on without it")
        self._headless = headless

    def _look_at_disk(self) -> None:
        started = time.monotonic()
        self._measure_disk()
        ended = time.monotonic()
        self._next_scan = ended + REST_AFTER_SCAN * (ended - started)

    def _measure_disk(self) -> None:
        most = self._allowance
        size = sum(_deleted_sizes(self._pid))
        for count, entry_size in enumerate(_sizes(self._directory), start=1):
            if count > most.entries:
                raise Excess(f"your code made more than {most.entries} files")
            size += entry_size
        if size > most.disk_mb * MIB:
            raise Excess(f"your code wrote more than {most.disk_mb} MB of files")


def _status(pid: int) -> dict[str, str]:
    """Return the fields of /proc/PID/status.

    Raises:
        OSError: If there is no such process.
    """
    text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
    fields = (line.partition(":") for line in text.splitlines())
    return {name: value.strip() for name, _, value in fields}


def _own_mb(status: dict[str, str]) -> float:
    """Return its memory in MiB without mapped files, which are the system's to drop."""
    sizes = (
        status.get(field, "0 kB").split()[0]
        for field in ("RssAnon", "RssShmem", "VmSwap")
    )
    return sum(map(int, sizes)) / 1024


def _children(pid: int) -> Iterator[str]:
    """Yield what each thread has started, as text; nothing where Linux does not say."""
    for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - 80 a glance, maybe
        # a thread may end meanwhile, and its children then are another's
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            path = Path(f"/proc/{pid}/task/{thread}/children")
            yield path.read_text(encoding="ascii").strip()


def _sizes(directory: Path) -> Iterator[int]:
    """Yield the bytes on disk of all that is in a directory, which may change meanwhile.

    By paths rather than descriptors: what is nested deeper than a path is long can't be
    looked at, so it is refused.

    Raises:
        Excess: If directories are nested that deep.
    """
    waiting = [os.fspath(directory)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    with contextlib.suppress(FileNotFoundError):
                        yield entry.stat(follow_symlinks=False).st_blocks * BLOCK
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            # moved or removed meanwhile; or not listable, which confined code can't do
            continue
        except OSError as error:
            raise Excess(
                "your code made directories in too many directories"
            ) from error


def _deleted_sizes(pid: int) -> Iterator[int]:
    """Yield the bytes on disk of files that have no name but are open.

    Nothing where we may not look: as an ordinary user, or as root in a container.
    """
    with contextlib.suppress(PermissionError):
        for descriptor in os.listdir(f"/proc/{pid}/fd"):  # noqa: PTH208 - as above
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                found = os.stat(f"/proc/{pid}/fd/{descriptor}")  # noqa: PTH116 - as above
                if stat.S_ISREG(found.st_mode) and found.st_nlink == 0:
                    yield found.st_blocks * BLOCK
