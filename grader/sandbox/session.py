"""One submission, loaded in a worker: calls in, checked values out.

A call that hangs or kills its worker costs that call alone: the worker is killed and the
next call starts a new one with the same code. What comes back is data that our decoder
built (`answers`); what the student's code says about itself is never believed beyond that.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from grader.domain.lab import Limits
from grader.domain.student import CallFailed, Reply
from grader.domain.submission import Fault, Submission
from grader.domain.tampering import Tampering
from grader.domain.verdict import Outcome
from grader.errors import InfrastructureError, WorkerKilledError
from grader.sandbox import answers
from grader.sandbox.answers import Answer, Breach
from grader.sandbox.budget import Budget
from grader.sandbox.callbacks import Callbacks, Functions
from grader.sandbox.child import Child, Ending, Gone
from grader.sandbox.clock import Overdue
from grader.sandbox.conversation import Conversation
from grader.sandbox.endings import explained, is_unexplained
from grader.sandbox.evidence import Evidence
from grader.sandbox.printed import Flooded
from grader.sandbox.watch import Bloated, Excess
from grader.wire import WireError

Calls = Sequence[tuple[str, Sequence[Any], Mapping[str, Any]]]
Opener = Callable[[contextlib.ExitStack], Child]


class Session:
    """A submission in a worker that is started, and started again, on demand."""

    def __init__(
        self,
        submission: Submission,
        *,
        limits: Limits,
        open_child: Opener,
        seed: int,
        believes_kills: bool = True,
    ) -> None:
        """Prepare; the first call starts the worker.

        Args:
            submission: The code.
            limits: What it may use.
            open_child: Starts a worker in a private directory, whose removal after the
                worker's end it puts on the stack.
            seed: The submission's secret seed; global generators in the worker are
                seeded from a hash of it and of the call's number.
            believes_kills: Whether a kill that nothing explains is the submission's own
                doing; if not, it is a WorkerKilledError.
        """
        self._submission = submission
        self._limits = limits
        self._open_child = open_child
        self._believes_kills = believes_kills
        self._budget = Budget(limits.submission_cpu_s)
        self._resources = contextlib.ExitStack()
        self._retired = contextlib.ExitStack()
        self._child: Child | None = None
        self._evidence = Evidence()
        self._callbacks = Callbacks()
        self._conversation = Conversation(
            seed=seed, callbacks=self._callbacks, evidence=self._evidence
        )
        self._faults: tuple[Fault, ...] | None = None
        self._overdue_cells: list[list[int]] = []
        self._unloadable: CallFailed | None = None
        self._used_cpu_s = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def source(self) -> str:
        """Return the code as text."""
        return self._submission.source

    @property
    def cpu_s(self) -> float:
        """Return the CPU seconds that all workers of this session used."""
        running = self._child.cpu_seconds() if self._child else 0.0
        return self._used_cpu_s + running

    @property
    def tampering(self) -> tuple[Tampering, ...]:
        """Return what looks like tampering, up to now."""
        return self._evidence.found

    def load(self) -> tuple[Fault, ...]:
        """Run the file, if that has not been done, and return what went wrong."""
        if self._faults is None and self._unloadable is None:
            # the failure is kept and given to each call
            with contextlib.suppress(CallFailed):
                self._ready_child()
        return self._faults or ()

    def call(
        self, calls: Calls, *, lent: Functions | None = None, after: bool = False
    ) -> list[Reply]:
        """Call functions of the submission, one after another, in one message.

        Args:
            calls: (name, positional arguments, keyword arguments) of each.
            lent: Names that stand for functions of ours during these calls.
            after: Whether to return the arguments as they are after the call.

        Raises:
            CallFailed: If one of them gave no value.
        """
        child = self._ready_child()
        self._callbacks.clear()
        sent = self._callbacks.sent
        message = {
            "op": "call",
            "calls": [
                [name, [sent(each) for each in args], sent(dict(kwargs))]
                for name, args, kwargs in calls
            ],
            "lent": self._callbacks.lent(lent or {}),
            "after": after,
        }
        answer = self._exchange(child, message, self._limits.call_cpu_s)
        with self._refusing_breaches():
            return answers.replies(answer, asked=len(calls))

    def files(self, pattern: str, *, at_most: int) -> dict[str, NDArray[np.uint8]]:
        """Return what the running worker's code wrote to its directory, sorted by name.

        Args:
            pattern: Relative path with `*` and `**`.
            at_most: How many files that may be.

        Raises:
            CallFailed: If there are more, or they are too large.
        """
        child = self._ready_child()
        message = {"op": "files", "pattern": pattern, "at_most": at_most}
        answer = self._exchange(child, message, self._limits.call_cpu_s)
        with self._refusing_breaches():
            return answers.files(answer, at_most=at_most)

    def close(self) -> None:
        """End all workers and remove their directories."""
        with self._retired:
            self._end()

    def retire(self) -> None:
        """Kill the worker: the next call starts a new one; `close` waits for its end."""
        child, self._child = self._child, None
        self._evidence.worker_ended()
        if child is not None:
            self._retired.callback(self._bury, child, self._resources.pop_all())
            child.kill()

    def _ready_child(self) -> Child:
        if self._unloadable is not None:
            raise self._unloadable
        if self._budget.spent:
            raise self._budget.used_up()
        if self._child is None:
            self._child = self._open_child(self._resources)
            self._load(self._child)
        return self._child

    def _load(self, child: Child) -> None:
        message = {
            "op": "load",
            "name": self._submission.lab,
            "notebook": self._submission.kind == "ipynb",
            "cells": [[cell.index, cell.code] for cell in self._submission.cells],
            # a cell that runs for ever is stopped once, and not at each start
            "overdue": self._overdue_cells,
        }
        deadline = self._budget.deadline(self._limits.load_cpu_s)
        message |= {"cpu_s": deadline.cpu_s, "wall_s": deadline.wall_s}
        try:
            answer = self._exchange(child, message, self._limits.load_cpu_s)
            with self._refusing_breaches():
                self._faults = answers.faults(answer)
            self._overdue_cells = answers.overdue_cells(answer) or self._overdue_cells
        except CallFailed as failure:
            self._unloadable = CallFailed(
                failure.outcome, f"your file can't be loaded: {failure.message}"
            )
            self._faults = (Fault(where="loading", message=failure.message),)
            raise self._unloadable from failure

    def _exchange(
        self, child: Child, message: dict[str, Any], at_most: float
    ) -> Answer:
        """Ask the worker; whatever else than an answer comes of it ends the worker."""
        deadline = self._budget.deadline(at_most)
        watch = child.watch(deadline)
        try:
            with self._budget.charged(child.cpu_seconds):
                return self._conversation.ask(child, message, watch)
        except Overdue:
            self._end()
            raise self._budget.overdue(deadline) from None
        except Flooded:
            raise self._lost("your code printed more than 64 MB") from None
        except Bloated:
            raise self._bloated() from None
        except Excess as excess:
            raise self._lost(str(excess)) from None
        except Gone:
            raise self._died() from None
        except Breach as breach:
            self._evidence.saw(breach.kind, str(breach))
            text = f"what came back can't be read: {breach}"
            raise self._lost(text) from breach
        except WireError as error:
            # what we had to say, such as a lent function's value, is too large
            raise self._lost(f"it can't be sent: {error}") from error

    @contextlib.contextmanager
    def _refusing_breaches(self) -> Iterator[None]:
        """End a worker whose answer turns out to be none."""
        try:
            yield
        except Breach as breach:
            self._evidence.saw(breach.kind)
            raise self._lost(str(breach)) from breach

    def _lost(self, text: str) -> CallFailed:
        self._end()
        return CallFailed(Outcome.RAISED, text)

    def _bloated(self) -> CallFailed:
        self._end()
        limit = self._limits.memory_mb
        return CallFailed(Outcome.OUT_OF_MEMORY, f"it held more than {limit} MB")

    def _died(self) -> CallFailed:
        ending = self._end()
        if is_unexplained(ending) and not self._believes_kills:
            raise WorkerKilledError(
                "a worker was killed by another program: grade again"
            )
        if ending.lived:
            self._evidence.saw("left_the_line")
        return explained(ending)

    def _end(self) -> Ending:
        ending = Ending(0, lived=False, cpu_s=0.0, output=b"")
        child, self._child = self._child, None
        self._evidence.worker_ended()
        # the directory goes even if nobody can say how the process ended
        with self._resources:
            if child is not None:
                ending = self._buried(child)
        return ending

    def _buried(self, child: Child) -> Ending:
        running = child.cpu_seconds()
        ending = _ended(child)
        self._used_cpu_s += running if ending.cpu_s is None else ending.cpu_s
        return ending

    def _bury(self, child: Child, resources: contextlib.ExitStack) -> None:
        with resources:
            self._buried(child)


def _ended(child: Child) -> Ending:
    try:
        return child.end()
    except OSError as error:
        # it may run on, and change what its marks are given for
        raise InfrastructureError(f"a worker can't be ended: {error}") from error
