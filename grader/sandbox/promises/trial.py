"""Workers that run the probes, and what a judge may ask of them."""

import contextlib
import hashlib
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.domain.lab import Limits
from grader.domain.student import CallFailed
from grader.domain.submission import Cell, Submission
from grader.domain.verdict import Outcome
from grader.sandbox.promises.bait import Bait
from grader.sandbox.promises.nouns import Broken, Untried
from grader.sandbox.promises.probes import source
from grader.sandbox.sandbox import Sandbox
from grader.sandbox.session import Session

# enough for a machine that is busy with something else: nothing here runs into them
CALM = Limits(
    call_cpu_s=10, load_cpu_s=10, submission_cpu_s=60, memory_mb=256, disk_mb=1
)
# run into at once
SHORT = CALM.model_copy(update={"call_cpu_s": 0.1})
# what a kernel says to whoever may not, and Python to whoever finds nothing
REFUSALS = re.compile(
    r"(PermissionError|FileNotFoundError|NotADirectoryError|ProcessLookupError|OSError"
    r"|ConnectionRefusedError|TimeoutError|gaierror|ModuleNotFoundError|ImportError"
    r"|RuntimeError: can't start new thread)\b"
)
# what the supervisor says of whom it ended
STOPPED = re.compile(r"your code (ended Python's|made|printed|started|wrote) ")


@dataclass(frozen=True)
class Attempt:
    """What came of a probe.

    Attributes:
        value: What it returned.
        failure: Why it did not, or None.
        wall_s: Seconds by the grading process's clock.
    """

    value: Any
    failure: CallFailed | None
    wall_s: float

    @property
    def refused(self) -> bool:
        """Return whether the system said no."""
        return self.failure is not None and bool(REFUSALS.match(self.failure.message))

    @property
    def stopped(self) -> bool:
        """Return whether the system said no, or the supervisor ended it."""
        words = self.failure.message if self.failure else ""
        return self.refused or bool(STOPPED.match(words))

    @property
    def ended(self) -> str:
        """Return how it ended, for people."""
        return self.failure.message if self.failure else f"it returned {self.value!r}"


class Trial:
    """One sandbox, its workers and the bait, for all promises.

    Attributes:
        bait: What there is to be reached.
    """

    def __init__(self, sandbox: Sandbox, bait: Bait) -> None:
        """Prepare; workers start when they are asked."""
        self.bait = bait
        self._sandbox = sandbox
        self._sessions: dict[tuple[str, float], Session] = {}
        self._submission = _submission(source())

    def session(self, name: str = "", limits: Limits = CALM) -> Session:
        """Return a worker's session, the same for the same name and limits."""
        key = (name, limits.call_cpu_s)
        if key not in self._sessions:
            self._sessions[key] = self._sandbox.session(
                self._submission, limits=limits, seed=1
            )
        return self._sessions[key]

    def close(self) -> None:
        """End all workers; the next question starts new ones.

        Raises:
            InfrastructureError: If their zygote is lost.
        """
        sessions, self._sessions = self._sessions, {}
        with contextlib.ExitStack() as stack:
            for session in sessions.values():
                stack.callback(session.close)

    def attempt(
        self, probe: str, *args: Any, worker: str = "", limits: Limits = CALM
    ) -> Attempt:
        """Let a worker try something.

        Args:
            probe: The name of a function of `probes`.
            args: Its arguments.
            worker: Which worker, where there are several.
            limits: What that worker may use.

        Raises:
            Untried: If the probes could not even be loaded.
        """
        session = self.session(worker, limits)
        if faults := session.load():
            raise Untried(f"the probes did not load: {faults[0].message}")
        started = time.monotonic()
        try:
            (reply,) = session.call([(probe, args, {})])
        except CallFailed as failure:
            return Attempt(None, failure, time.monotonic() - started)
        return Attempt(reply.value, None, time.monotonic() - started)

    def value(self, probe: str, *args: Any, worker: str = "") -> Any:
        """Return what a probe that needs no permission returns.

        Raises:
            Untried: If it returns nothing.
        """
        attempt = self.attempt(probe, *args, worker=worker)
        if attempt.failure is not None:
            raise Untried(attempt.ended)
        return attempt.value

    def denied(self, gain: str, probe: str, *args: Any) -> None:
        """Demand that the system refuses what a probe tries.

        Args:
            gain: What happened if it does not, "read /etc/passwd".
            probe: The name of a function of `probes`.
            args: Its arguments.

        Raises:
            Broken: If the probe succeeds.
            Untried: If it fails in another way.
        """
        attempt = self.attempt(probe, *args)
        if attempt.failure is None:
            raise Broken(f"it {gain}")
        if not attempt.refused:
            if attempt.stopped:
                raise Broken(f"it {gain}, and was ended for it")
            raise Untried(attempt.ended)

    def unharmed(self) -> None:
        """Demand that the files of the bait are as they were.

        Raises:
            Broken: If one is not.
        """
        if damaged := self.bait.damage():
            raise Broken(f"it changed {', '.join(damaged)}")

    def ends_overdue(self, probe: str, seconds: float) -> None:
        """Demand that a probe that would go on for a while is ended by the clock.

        Raises:
            Broken: If it reached its own end.
            Untried: If something else ended it.
        """
        attempt = self.attempt(probe, seconds, limits=SHORT)
        if attempt.failure is None:
            raise Broken(f"it went on for {attempt.wall_s:.1f} s, until it was done")
        if attempt.failure.outcome is not Outcome.TIMED_OUT:
            raise Untried(attempt.ended)

    def pid_of(self, worker: str) -> int:
        """Return a worker's process id as the grading process sees it.

        Raises:
            Untried: If it can't be found.
        """
        name = short_name(self.bait.secret, worker)
        self.value("take_name", name, worker=worker)
        found = processes_called(name)
        if len(found) != 1:
            raise Untried(f"{len(found)} processes are called {name}")
        return found[0]


def _submission(code: str) -> Submission:
    return Submission(
        student="doctor",
        lab="doctor",
        kind="py",
        cells=(Cell(index=1, code=code),),
        files=(),
        sha256=hashlib.sha256(code.encode()).hexdigest(),
    )


def short_name(secret: str, purpose: str) -> str:
    """Return a process name of at most 15 characters that no other process has."""
    return "gr" + hashlib.sha256(f"{secret}{purpose}".encode()).hexdigest()[:12]


def processes_called(name: str) -> list[int]:
    """Return the ids of the processes of a name (Linux)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/comm"):
        # it may end while we look
        with contextlib.suppress(OSError):
            if path.read_text(encoding="utf-8", errors="replace").strip() == name:
                found.append(int(path.parent.name))
    return found
