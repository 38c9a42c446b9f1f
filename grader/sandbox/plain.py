"""A worker as an ordinary process: the level `process`, for systems that offer no more."""

import contextlib
import os
import queue
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from grader.domain.lab import Limits
from grader.errors import InfrastructureError
from grader.sandbox.cgroup import found
from grader.sandbox.child import CHUNK, LEFT_BEHIND_S, Ending, Gone
from grader.sandbox.clock import BIRTH, Deadline, Overdue, Watch
from grader.sandbox.launch import advised, command, environment
from grader.sandbox.printed import Flooded, Printed
from grader.sandbox.tree import end_tree
from grader.sandbox.watch import Allowance, Guard
from grader.wire import FrameDecoder, WireError


def _launched(directory: Path, data: Path | None) -> subprocess.Popen[bytes]:
    private = {"HOME": str(directory), "TMPDIR": str(directory)}
    try:
        return subprocess.Popen(
            command("plain", str(directory)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**environment(data), **private},
            cwd=directory,
            bufsize=0,
            # so that what it starts can be ended with it
            start_new_session=True,
        )
    except OSError as error:
        raise InfrastructureError(f"can't start a worker: {error}") from error


class PlainChild:
    """An ordinary process, reached by pipes that threads read: works everywhere."""

    def __init__(self, directory: Path, *, data: Path | None = None) -> None:
        """Start the process in its private directory.

        Raises:
            InfrastructureError: If it can't be started.
        """
        self._directory = directory
        self._process = _launched(directory, data)
        cgroups = found()
        self._leaf = cgroups.leaf_of(self._process.pid) if cgroups else None
        self._guard: Guard | None = None
        self._started = time.monotonic()
        self._chunks: queue.Queue[bytes] = queue.Queue(maxsize=64)
        self._decoder = FrameDecoder()
        self._printed = Printed()
        self._lived: bool | None = None
        self._ending: Ending | None = None
        self._readers = [
            threading.Thread(target=target, daemon=True)
            for target in (self._read_line, self._read_output)
        ]
        for reader in self._readers:
            reader.start()

    @classmethod
    def started(
        cls, directory: Path, *, data: Path | None = None, limits: Limits | None = None
    ) -> "PlainChild":
        """Return a child that is ready for a submission.

        Args:
            directory: Where it works.
            data: Directory that students' code reads its data from.
            limits: What it may use, watched where there is a /proc; None for no limits.

        Raises:
            InfrastructureError: If it does not get that far.
        """
        child = cls(directory, data=data)
        try:
            child.receive(child.watch(BIRTH))
        except (Overdue, Gone, WireError) as error:
            words = advised(child.end().last_words) or repr(error)
            raise InfrastructureError(f"a worker did not start: {words}") from error
        if limits is not None:
            child._guard_with(Allowance.of(limits, alone=False))
        return child

    def _guard_with(self, allowance: Allowance) -> None:
        self._guard = Guard(
            self._process.pid, self._directory, allowance, kill=self._process.kill
        )
        self._guard.start()

    def _gone(self) -> Exception:
        """Return why it hung up: our own reason, or else its status says it."""
        return (self._guard and self._guard.reason) or Gone()

    def _read_line(self) -> None:
        assert self._process.stdout is not None
        while chunk := self._process.stdout.read(CHUNK):
            self._chunks.put(chunk)
        self._chunks.put(b"")

    def _read_output(self) -> None:
        assert self._process.stderr is not None
        while chunk := self._process.stderr.read(CHUNK):
            self._printed.add(chunk)

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
            raise self._gone() from error
        finally:
            alarm.cancel()

    def receive(self, watch: Watch) -> Any:
        """Return the next message; raises an event above or WireError."""
        while True:
            complete, message = self._decoder.next_message()
            if complete:
                return message
            if self._printed.is_flood:
                raise Flooded
            lived = self._is_alive()
            try:
                chunk = self._chunks.get(timeout=watch.patience())
            except queue.Empty:
                if lived:
                    continue
                # what it left behind holds the line open
                raise self._gone() from None
            if not chunk:
                # let it end by itself: its own status says why
                end = time.monotonic() + LEFT_BEHIND_S
                while self._is_alive() and time.monotonic() < end:
                    time.sleep(0.005)
                raise self._gone()
            self._decoder.feed(chunk)

    def kill(self) -> bool:
        """Kill the process, and return whether it lived; `end` waits until it is gone."""
        if self._lived is None:
            if self._guard is not None:
                self._guard.stop()
            self._lived = self._is_alive()
            self._kill_all()
        return self._lived

    def end(self) -> Ending:
        """Kill the process if it lives and return how it ended."""
        if self._ending is None:
            lived = self.kill()
            status = self._process.wait()
            if self._leaf is not None:
                self._leaf.remove()
            if self._readers_done():
                self._close_pipes()
            self._ending = Ending(status, lived, None, self._printed.start)
        return self._ending

    def _kill_all(self) -> None:
        """End the process and, where systems have groups, all that it has started."""
        if self._leaf is not None:
            self._leaf.kill()
        elif hasattr(os, "killpg"):
            # unreaped, dead or alive, so the number is its own; Popen.send_signal reaps
            root = self._process.pid if self._process.returncode is None else None
            if root is not None:
                os.kill(root, signal.SIGSTOP)
            end_tree(root, self._directory)
        self._process.kill()

    def _is_alive(self) -> bool:
        """Return whether it lives, without reaping it: its number must stay its own."""
        if not hasattr(os, "waitid"):
            return self._process.poll() is None
        if self._process.returncode is not None:
            return False
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self._process.pid, options) is None

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
