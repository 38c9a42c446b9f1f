"""One live worker process: bytes out, bytes in, a clock on it, and an end.

Two kinds with the same five methods: `ConfinedChild`, forked by a zygote and confined by
the kernel, and `PlainChild`, an ordinary process for systems that offer no more.
"""

import contextlib
import os
import queue
import selectors
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from grader.errors import InfrastructureError
from grader.sandbox.launch import command, environment
from grader.wire import FrameDecoder, WireError

CHUNK = 1 << 18
KEPT_OUTPUT = 64 * 1024
FLOOD = 64 * 2**20
# how long the clocks and the memory go unread while a call runs
GLANCE_S = 0.25
# seconds by the clock on the wall for each CPU second of a budget
PATIENCE = 4


class Overdue(Exception):  # noqa: N818 - an event
    """A deadline passed."""


class Gone(Exception):  # noqa: N818 - an event
    """The process closed its line: it died, or it is about to."""


class Bloated(Exception):  # noqa: N818 - an event
    """The process holds more memory than its submission may have."""


class Flooded(Exception):  # noqa: N818 - an event
    """The process printed more than anybody will read."""


@dataclass(frozen=True)
class Ending:
    """How a process ended.

    Attributes:
        status: Exit code, or minus the signal.
        lived: Whether it was alive until we killed it.
        cpu_s: CPU seconds that it used; None where the system does not say.
        output: The first 64 KiB that it printed.
    """

    status: int
    lived: bool
    cpu_s: float | None
    output: bytes


@dataclass(frozen=True)
class Deadline:
    """When to give up: CPU seconds of the process, or `PATIENCE` times that by the wall.

    CPU time is the measure, because it does not depend on what else the machine does;
    the wall clock is there for code that sleeps or waits.
    """

    cpu_s: float
    wall_s: float

    @classmethod
    def of(cls, seconds: float) -> "Deadline":
        """Return the deadline for a budget of CPU seconds."""
        return cls(cpu_s=seconds, wall_s=PATIENCE * seconds)


# how long a pipe may outlive its process, and a process its line
LEFT_BEHIND_S = 2.0
# a worker says that it is ready within milliseconds; a busy machine may take longer
BIRTH = Deadline.of(15)


class Watch:
    """Measures one exchange, callbacks included, against its deadline."""

    def __init__(self, deadline: Deadline, cpu_seconds: Callable[[], float]) -> None:
        """Start the clocks."""
        self._deadline = deadline
        self._cpu_seconds = cpu_seconds
        self._wall_end = time.monotonic() + deadline.wall_s
        self._cpu_end = cpu_seconds() + deadline.cpu_s

    def wall_left(self) -> float:
        """Return the seconds left by the clock on the wall; raises Overdue at the end."""
        left = self._wall_end - time.monotonic()
        if left <= 0:
            raise Overdue
        return left

    def patience(self) -> float:
        """Return how long to wait before looking again; raises Overdue at the end."""
        if self._cpu_seconds() >= self._cpu_end:
            raise Overdue
        return min(self.wall_left(), GLANCE_S)


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
        memory_mb: int,
    ) -> None:
        """Take over the child's line and output pipe.

        Args:
            pid: The child.
            line: Our end of its line.
            output: Our end of the pipe for what it prints.
            reap: Returns its status and usage once it is dead.
            memory_mb: Resident memory beyond what it was born with, in MiB. The kernel's
                limit on allocations comes first; this one also counts what that misses.
        """
        self._pid = pid
        self._most_mb = self._resident_mb() + memory_mb
        # opened before anybody reaps the child, so the number can't have been given anew
        self._pidfd = os.pidfd_open(pid)
        self._line = line
        self._output = output
        self._reap = reap
        self._decoder = FrameDecoder()
        self._printed = bytearray()
        self._printed_bytes = 0
        self._next_look = 0.0
        self._ending: Ending | None = None
        line.setblocking(False)
        os.set_blocking(output, False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(output, selectors.EVENT_READ)

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
        self._selector.register(self._line, selectors.EVENT_WRITE)
        try:
            while view:
                try:
                    view = view[self._line.send(view) :]
                except BlockingIOError:
                    self._wait(watch)
                except OSError as error:
                    raise self._gone() from error
        finally:
            self._selector.unregister(self._line)

    def receive(self, watch: Watch) -> Any:
        """Return the next message; raises an event above or WireError."""
        self._selector.register(self._line, selectors.EVENT_READ)
        try:
            while True:
                complete, message = self._decoder.next_message()
                if complete:
                    return message
                self._wait(watch)
                try:
                    chunk = self._line.recv(CHUNK)
                except BlockingIOError:
                    continue
                except OSError as error:
                    raise self._gone() from error
                if not chunk:
                    raise self._gone()
                self._decoder.feed(chunk)
        finally:
            self._selector.unregister(self._line)

    def _gone(self) -> Gone:
        """Let a process that hung up end by itself: its own status says why."""
        self._ended_within(LEFT_BEHIND_S)
        return Gone()

    def _ended_within(self, seconds: float) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(self._pidfd, selectors.EVENT_READ)
            return bool(selector.select(seconds))

    def _resident_mb(self) -> float:
        try:
            pages = int(Path(f"/proc/{self._pid}/statm").read_text().split()[1])
        except OSError:
            return 0.0
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def _wait(self, watch: Watch) -> None:
        ready = self._selector.select(watch.patience())
        self._look_at_memory()
        for key, _ in ready:
            if key.fd == self._output:
                self._drain()

    def _look_at_memory(self) -> None:
        """Raise Bloated if it holds too much; now and then, however busy the line is."""
        now = time.monotonic()
        if now >= self._next_look:
            self._next_look = now + GLANCE_S
            if self._resident_mb() > self._most_mb:
                raise Bloated

    def _drain(self) -> None:
        """Read some of what was printed; raises Flooded."""
        try:
            chunk = os.read(self._output, CHUNK)
        except BlockingIOError:
            return
        if not chunk:
            self._selector.unregister(self._output)
            return
        self._printed_bytes += len(chunk)
        self._printed += chunk[: max(0, KEPT_OUTPUT - len(self._printed))]
        if self._printed_bytes > FLOOD:
            raise Flooded

    def end(self) -> Ending:
        """Kill the process if it lives and return how it ended.

        Raises:
            InfrastructureError: If the zygote is lost; it is the one that knows.
        """
        if self._ending is None:
            # if it ended by itself, its status waits for us
            lived = not self._ended_within(0)
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            printed = bytes(self._printed)
            # what holds if the zygote can't be asked
            self._ending = Ending(-signal.SIGKILL, lived, None, printed)
            try:
                usage = self._reap(self._pid)
            finally:
                self._release()
            self._ending = Ending(usage["status"], lived, usage["cpu_s"], printed)
        return self._ending

    def _release(self) -> None:
        os.close(self._pidfd)
        self._line.close()
        self._selector.close()
        os.close(self._output)


class PlainChild:
    """An ordinary process, reached by pipes that threads read: works everywhere."""

    def __init__(self, directory: Path, *, data: Path | None = None) -> None:
        """Start the process in its private directory.

        Raises:
            InfrastructureError: If it can't be started.
        """
        try:
            self._process = subprocess.Popen(
                command("plain", str(directory)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={
                    **environment(data),
                    "HOME": str(directory),
                    "TMPDIR": str(directory),
                },
                cwd=directory,
                bufsize=0,
                # so that what it starts can be ended with it
                start_new_session=True,
            )
        except OSError as error:
            raise InfrastructureError(f"can't start a worker: {error}") from error
        self._started = time.monotonic()
        self._chunks: queue.Queue[bytes] = queue.Queue(maxsize=64)
        self._decoder = FrameDecoder()
        self._printed = bytearray()
        self._printed_bytes = 0
        self._ending: Ending | None = None
        self._readers = [
            threading.Thread(target=target, daemon=True)
            for target in (self._read_line, self._read_output)
        ]
        for reader in self._readers:
            reader.start()

    @classmethod
    def started(cls, directory: Path, *, data: Path | None = None) -> "PlainChild":
        """Return a child that is ready for a submission.

        Raises:
            InfrastructureError: If it does not get that far.
        """
        child = cls(directory, data=data)
        try:
            child.receive(child.watch(BIRTH))
        except (Overdue, Gone, WireError) as error:
            ending = child.end()
            words = ending.output.decode(errors="replace").strip().splitlines()
            raise InfrastructureError(
                f"a worker did not start: {words[-1] if words else error!r}"
            ) from error
        return child

    def _read_line(self) -> None:
        assert self._process.stdout is not None
        while chunk := self._process.stdout.read(CHUNK):
            self._chunks.put(chunk)
        self._chunks.put(b"")

    def _read_output(self) -> None:
        assert self._process.stderr is not None
        while chunk := self._process.stderr.read(CHUNK):
            self._printed_bytes += len(chunk)
            self._printed += chunk[: max(0, KEPT_OUTPUT - len(self._printed))]

    def cpu_seconds(self) -> float:
        """Return the wall seconds since the start: portable, if less fair."""
        return time.monotonic() - self._started

    def watch(self, deadline: Deadline) -> Watch:
        """Start the clocks of an exchange: by the wall alone."""
        return Watch(deadline, lambda: 0.0)

    def send(self, frame: bytes, watch: Watch) -> None:
        """Send a frame; raises Overdue or Gone."""
        assert self._process.stdin is not None
        # a write to a pipe can't be given a time: whoever does not read is ended
        alarm = threading.Timer(watch.wall_left(), self._kill_all)
        alarm.start()
        try:
            view = memoryview(frame)
            while view:
                view = view[self._process.stdin.write(view) :]
        except OSError as error:
            watch.wall_left()
            raise Gone from error
        finally:
            alarm.cancel()

    def receive(self, watch: Watch) -> Any:
        """Return the next message; raises an event above or WireError."""
        while True:
            complete, message = self._decoder.next_message()
            if complete:
                return message
            if self._printed_bytes > FLOOD:
                raise Flooded
            try:
                chunk = self._chunks.get(timeout=watch.patience())
            except queue.Empty:
                continue
            if not chunk:
                # let it end by itself: its own status says why
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(LEFT_BEHIND_S)
                raise Gone
            self._decoder.feed(chunk)

    def end(self) -> Ending:
        """Kill the process if it lives and return how it ended."""
        if self._ending is None:
            lived = self._process.poll() is None
            self._kill_all()
            status = self._process.wait()
            if self._readers_done():
                self._close_pipes()
            self._ending = Ending(status, lived, None, bytes(self._printed))
        return self._ending

    def _kill_all(self) -> None:
        """End the process and, where systems have groups, what it started."""
        self._process.kill()
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _readers_done(self) -> bool:
        """Let the reading threads reach the end of their pipes.

        False if a process that the student's code left behind holds one open: then its
        reader stays, a daemon thread, rather than hang the grading.
        """
        end = time.monotonic() + LEFT_BEHIND_S
        while any(reader.is_alive() for reader in self._readers):
            with contextlib.suppress(queue.Empty):
                self._chunks.get_nowait()
            self._readers[0].join(0.01)
            self._readers[1].join(0.01)
            if time.monotonic() > end:
                return False
        return True

    def _close_pipes(self) -> None:
        process = self._process
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()
