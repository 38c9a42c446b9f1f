"""One live worker process: bytes out, bytes in, a clock on it, and an end.

Two kinds with the same six methods: `ConfinedChild`, forked by a zygote and confined by
the kernel, and `grader.sandbox.plain.PlainChild`, an ordinary process.
"""

import contextlib
import os
import re
import selectors
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from grader.sandbox.cgroup import Cgroups, Leaf
from grader.sandbox.clock import Deadline, Watch
from grader.sandbox.printed import Flooded, Printed, last_line
from grader.sandbox.tree import end_tree
from grader.sandbox.watch import Allowance, Guard, Multiplied
from grader.wire import FrameDecoder

CHUNK = 1 << 18
# how long a pipe may outlive its process, and a process its line
LEFT_BEHIND_S = 2.0
OOM_KILLS = re.compile(rb"^oom_kill (\d+)$", re.MULTILINE)


class Gone(Exception):  # noqa: N818 - an event
    """The process closed its line: it died, or it is about to."""


@dataclass(frozen=True)
class Ending:
    """How a process ended.

    Attributes:
        status: Exit code, or minus the signal.
        lived: Whether it was alive until we killed it.
        cpu_s: CPU seconds that it used; None where the system does not say.
        output: The first 64 KiB that it printed.
        starved: Whether the kernel ended processes for lack of memory while it lived;
            None where it does not say.
    """

    status: int
    lived: bool
    cpu_s: float | None
    output: bytes
    starved: bool | None = None

    @property
    def last_words(self) -> str:
        """Return the last line of what is kept of its output; "" if there is none."""
        return last_line(self.output)


def oom_kills() -> int | None:
    """Return how many processes this machine's kernel has ended for lack of memory.

    Source: proc_vmstat(5); None elsewhere than on Linux 4.13 and later.
    """
    try:
        text = Path("/proc/vmstat").read_bytes()
    except OSError:
        return None
    found = OOM_KILLS.search(text)
    return int(found[1]) if found else None


class Child(Protocol):
    """A live worker process."""

    def watch(self, deadline: Deadline) -> Watch:
        """Start the clocks of an exchange."""
        ...

    def send(self, frame: bytes, watch: Watch) -> None:
        """Send a frame; raises Overdue or Gone."""
        ...

    def receive(self, watch: Watch) -> Any:
        """Return the next message; raises an event above or WireError."""
        ...

    def cpu_seconds(self) -> float:
        """Return the CPU seconds used up to now (wall seconds where unknown)."""
        ...

    def kill(self) -> bool:
        """Kill the process, and return whether it lived; `end` must follow."""
        ...

    def end(self) -> Ending:
        """Kill the process if it lives and return how it ended; twice is once."""
        ...


class ConfinedChild:
    """A child of a zygote: reached by a socket, held by a pidfd."""

    def __init__(
        self,
        pid: int,
        line: socket.socket,
        output: int,
        reap: Callable[[int], dict[str, Any]],
        *,
        directory: Path,
        allowance: Allowance,
    ) -> None:
        """Take over the child's line and output pipe, and begin to watch it.

        Args:
            pid: The child.
            line: Our end of its line.
            output: Our end of the pipe for what it prints.
            reap: Returns its status and usage once it is dead.
            directory: Its private directory.
            allowance: What it may have.
        """
        self._pid = pid
        self._directory = directory
        self._allowance = allowance
        self._leaf: Leaf | None = None
        # opened before anybody reaps the child, so the number can't have been given anew
        self._pidfd = os.pidfd_open(pid)
        self._oom_kills: int | None = None
        self._guard = Guard(pid, directory, allowance, kill=self._kill)
        self._line = line
        self._output = output
        self._reap = reap
        self._decoder = FrameDecoder()
        self._printed = Printed()
        self._lived: bool | None = None
        self._ending: Ending | None = None
        line.setblocking(False)
        os.set_blocking(output, False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(output, selectors.EVENT_READ)
        self._guard.start()

    def count_from_now(self) -> None:
        """Lay what the kernel ends for lack of memory before now at others' doors."""
        self._oom_kills = oom_kills()

    @property
    def lives(self) -> bool:
        """Return whether it has not ended."""
        return not self._ended_within(0)

    def enter(self, cgroups: Cgroups) -> str | None:
        """Move it to a cgroup of its own; return the layer's name, None if it can't be."""
        most = self._allowance
        # its directory may lie in memory, and what it was born with may be copied
        memory_mb = self._guard.most_mb + most.disk_mb
        self._leaf = cgroups.leaf_of(
            self._pid, memory_mb=memory_mb, threads=most.threads
        )
        return self._leaf.layer if self._leaf else None

    def cpu_seconds(self) -> float:
        """Return the process's CPU clock."""
        try:
            # Linux: the clock of process `pid` is number (~pid << 3) | 2 (clock_getcpuclockid)
            return time.clock_gettime((~self._pid << 3) | 2)
        except OSError:
            return 0.0

    def watch(self, deadline: Deadline) -> Watch:
        """Start the clocks of an exchange."""
        return Watch(deadline, self.cpu_seconds)

    def send(self, frame: bytes, watch: Watch) -> None:
        """Send a frame; raises an event above."""
        view = memoryview(frame)
        while view:
            try:
                view = view[self._line.send(view) :]
            except BlockingIOError:
                self._wait(watch, selectors.EVENT_WRITE)
            except OSError as error:
                raise self._gone() from error

    def receive(self, watch: Watch) -> Any:
        """Return the next message; raises an event above or WireError."""
        while True:
            complete, message = self._decoder.next_message()
            if complete:
                return message
            self._wait(watch, selectors.EVENT_READ)
            try:
                chunk = self._line.recv(CHUNK)
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._gone() from error
            if not chunk:
                raise self._gone()
            self._decoder.feed(chunk)

    def _gone(self) -> Exception:
        """Return why a process hung up: our own reason, or else its status says it."""
        self._ended_within(LEFT_BEHIND_S)
        return self._guard.reason or Gone()

    def _ended_within(self, seconds: float) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(self._pidfd, selectors.EVENT_READ)
            return bool(selector.select(seconds))

    def _wait(self, watch: Watch, event: int) -> None:
        """Wait a little until the line can be used, reading what is printed."""
        if self._guard.reason is not None:
            # what it has started may still hold the line
            raise self._guard.reason
        self._selector.register(self._line, event)
        try:
            ready = self._selector.select(watch.patience())
        finally:
            self._selector.unregister(self._line)
        if any(key.fd == self._output for key, _ in ready):
            self._drain()

    def _drain(self) -> None:
        """Read some of what was printed; raises Flooded."""
        try:
            chunk = os.read(self._output, CHUNK)
        except BlockingIOError:
            return
        if not chunk:
            self._selector.unregister(self._output)
            return
        self._printed.add(chunk)
        if self._printed.is_flood:
            raise Flooded

    def kill(self) -> bool:
        """Kill the process, and return whether it lived; `end` waits until it is gone."""
        if self._lived is None:
            self._guard.stop()
            # if it ended by itself, its status waits for us
            self._lived = not self._ended_within(0)
            self._kill()
        return self._lived

    def end(self) -> Ending:
        """Kill the process if it lives and return how it ended.

        Raises:
            InfrastructureError: If the zygote is lost; it is the one that knows.
        """
        if self._ending is None:
            lived = self.kill()
            printed = self._printed.start
            # what holds if the zygote can't be asked
            self._ending = Ending(-signal.SIGKILL, lived, None, printed)
            try:
                usage = self._reap(self._pid)
                starved = self._starved()
            finally:
                self._release()
            self._ending = Ending(
                usage["status"], lived, usage["cpu_s"], printed, starved
            )
        return self._ending

    def _kill(self) -> None:
        if self._leaf is not None:
            self._leaf.kill()
        if isinstance(self._guard.reason, Multiplied):
            self._signal(signal.SIGSTOP)
            # once it is dead its number may be another's: a lost zygote reaps nobody
            root = None if self._ended_within(0) else self._pid
            end_tree(root, self._directory)
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, number)

    def _starved(self) -> bool | None:
        counted = self._leaf.starved() if self._leaf is not None else None
        if counted is not None:
            return counted
        now = oom_kills()
        if now is None or self._oom_kills is None:
            return None
        return now > self._oom_kills

    def _release(self) -> None:
        if self._leaf is not None:
            self._leaf.remove()
        os.close(self._pidfd)
        self._line.close()
        self._selector.close()
        os.close(self._output)
