"""One submission, loaded in a worker: calls in, checked values out.

A call that hangs or kills its worker costs that call alone: the worker is killed and the
next call starts a new one with the same code. What comes back is data that our decoder
built; what the student's code says about itself is never believed beyond that.
"""

import contextlib
import hashlib
import secrets
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from grader.domain.figure_claim import figure_from
from grader.domain.lab import Limits
from grader.domain.model_claim import with_models
from grader.domain.student import CallFailed, Reply
from grader.domain.submission import Fault, Submission
from grader.domain.tampering import Tampering
from grader.domain.text import clean
from grader.domain.verdict import Outcome
from grader.errors import GraderError, InfrastructureError, WorkerKilledError
from grader.sandbox.child import (
    Child,
    Deadline,
    Ending,
    Flooded,
    Gone,
    Overdue,
    Watch,
)
from grader.sandbox.evidence import Evidence
from grader.sandbox.watch import Bloated, Excess
from grader.wire import FunctionRef, WireError, encode_frame, portable

OUTCOMES = {
    "raised": Outcome.RAISED,
    "not_attempted": Outcome.NOT_ATTEMPTED,
    "missing": Outcome.NOT_ATTEMPTED,
    "memory": Outcome.OUT_OF_MEMORY,
}
# longer than any path that an honest run writes
MAX_NAME = 300
NO_ANSWER = "the worker sent something that is no answer"
# what the decoder's numbers hold exactly
NONCE_BITS = 62
# a worker mentions each kind of tampering once; nobody may keep us busy with more
MOST_MENTIONS = 100
# of cells that each were given a share of the time
MOST_OVERDUE = 100
Functions = Mapping[str, Callable[..., Any]]
Calls = Sequence[tuple[str, Sequence[Any], Mapping[str, Any]]]
Opener = Callable[[contextlib.ExitStack], Child]


class _Breach(Exception):  # noqa: N818 - an event
    """The worker broke the protocol: our own code never does."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


@dataclass
class _Budget:
    """What is left to a submission: CPU seconds, and seconds by the clock on the wall."""

    cpu_s: float
    wall_s: float

    @property
    def spent(self) -> bool:
        return self.cpu_s <= 0 or self.wall_s <= 0

    def deadline(self, at_most: float) -> Deadline:
        whole = Deadline.of(at_most)
        return Deadline(
            cpu_s=min(whole.cpu_s, self.cpu_s), wall_s=min(whole.wall_s, self.wall_s)
        )

    def charge(self, *, cpu_s: float, wall_s: float) -> None:
        self.cpu_s -= max(0.0, cpu_s)
        self.wall_s -= wall_s


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
        self._seed = seed
        self._believes_kills = believes_kills
        whole = Deadline.of(limits.submission_cpu_s)
        self._budget = _Budget(whole.cpu_s, whole.wall_s)
        self._resources = contextlib.ExitStack()
        self._retired = contextlib.ExitStack()
        self._child: Child | None = None
        self._messages = 0
        self._evidence = Evidence()
        self._faults: tuple[Fault, ...] | None = None
        self._overdue_cells: list[list[int]] = []
        self._unloadable: CallFailed | None = None
        self._used_cpu_s = 0.0
        self._functions: dict[int, Callable[..., Any]] = {}

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
        self._functions.clear()
        message = {
            "op": "call",
            "calls": [
                [name, [self._sent(a) for a in args], self._sent(dict(kwargs))]
                for name, args, kwargs in calls
            ],
            "lent": {
                name: self._reference(function)
                for name, function in (lent or {}).items()
            },
            "after": after,
        }
        answer = self._exchange(child, message, self._limits.call_cpu_s)
        replies = answer.get("replies")
        if type(replies) is not list or not replies or len(replies) > len(calls):
            raise self._forged(NO_ANSWER)
        try:
            results = [_reply(reply) for reply in replies]
        except _Breach as breach:
            raise self._forged(str(breach)) from breach
        if len(results) != len(calls):
            raise self._forged("the worker left out an answer")
        return results

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
        match answer:
            case {"error": {"kind": str(kind), "message": str(text)}}:
                outcome = OUTCOMES.get(kind, Outcome.RAISED)
                raise CallFailed(outcome, clean(text, 600), quoted=True)
            case {"files": dict(found)} if len(found) <= at_most:
                if all(_is_file(name, content) for name, content in found.items()):
                    return dict(sorted(found.items()))
        raise self._forged(NO_ANSWER)

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

    def _sent(self, value: Any) -> Any:
        return portable(value, special=self._function_reference)

    def _function_reference(self, value: Any) -> FunctionRef | None:
        return self._reference(value) if callable(value) else None

    def _reference(self, function: Callable[..., Any]) -> FunctionRef:
        reference = FunctionRef(len(self._functions) + 1)
        self._functions[reference.id] = function
        return reference

    def _ready_child(self) -> Child:
        if self._unloadable is not None:
            raise self._unloadable
        if self._budget.spent:
            raise self._spent()
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
            self._faults = self._read_faults(answer)
            self._overdue_cells = _overdue_cells(answer) or self._overdue_cells
        except CallFailed as failure:
            self._unloadable = CallFailed(
                failure.outcome, f"your file can't be loaded: {failure.message}"
            )
            self._faults = (Fault(where="loading", message=failure.message),)
            raise self._unloadable from failure

    def _read_faults(self, answer: dict[str, Any]) -> tuple[Fault, ...]:
        try:
            return _faults(answer)
        except _Breach as breach:
            raise self._forged(str(breach)) from breach

    def _exchange(
        self, child: Child, message: dict[str, Any], at_most: float
    ) -> dict[str, Any]:
        self._messages += 1
        # not to be guessed: nobody can answer before being asked
        question = secrets.randbits(NONCE_BITS)
        frame = {**message, "id": question, "entropy": self._entropy()}
        deadline = self._budget.deadline(at_most)
        before = self._budget.cpu_s
        try:
            answer = self._timed(child, frame, child.watch(deadline))
        except Overdue:
            raise self._overdue(before, deadline) from None
        except Flooded:
            raise self._lost("your code printed more than 64 MB") from None
        except Bloated:
            raise self._bloated() from None
        except Excess as excess:
            raise self._lost(str(excess)) from None
        except Gone:
            raise self._died() from None
        except _Breach as breach:
            self._evidence.saw(breach.kind, str(breach))
            text = f"what came back can't be read: {breach}"
            raise self._lost(text) from breach
        except WireError as error:
            # what we had to say, such as a lent function's value, is too large
            raise self._lost(f"it can't be sent: {error}") from error
        self._evidence.heard(answer.get("audit"))
        return answer

    def _timed(
        self, child: Child, frame: dict[str, Any], watch: Watch
    ) -> dict[str, Any]:
        """Exchange messages and take the time off the submission's budget."""
        cpu_s, started = child.cpu_seconds(), time.monotonic()
        try:
            child.send(encode_frame(frame), watch)
            return self._answer(child, watch, frame["id"])
        finally:
            self._budget.charge(
                cpu_s=child.cpu_seconds() - cpu_s, wall_s=time.monotonic() - started
            )

    def _entropy(self) -> int:
        text = f"{self._seed}:{self._messages}".encode()
        return int.from_bytes(hashlib.sha256(text).digest()[:4])

    def _answer(self, child: Child, watch: Watch, question: int) -> dict[str, Any]:
        mentions = 0
        while True:
            message = _received(child, watch)
            if "callback" in message:
                child.send(encode_frame(self._callback(message)), watch)
            elif set(message) == {"audit"} and mentions < MOST_MENTIONS:
                mentions += 1
                self._evidence.heard(message["audit"])
            # any object may stand there, and an array has no truth value
            elif type(message.get("id")) is not int or message["id"] != question:
                raise _Breach("forged_answer", "an answer to another question")
            else:
                return message

    def _callback(self, message: dict[str, Any]) -> dict[str, Any]:
        reference = message["callback"]
        function = self._functions.get(reference) if type(reference) is int else None
        args, kwargs = message.get("args"), message.get("kwargs")
        if function is None or type(args) is not list or type(kwargs) is not dict:
            text = "a call to a function that was not lent"
            raise _Breach("calls_what_was_not_lent", text)
        try:
            given, named = with_models(args), with_models(kwargs)
            return {"value": portable(function(*given, **named))}
        except CallFailed as failure:
            return {"raise": failure.message}
        except GraderError:
            # the lender's worker could not be had: no reason to blame the student
            raise
        except Exception as error:  # noqa: BLE001 - the student's arguments may break anything
            return {"raise": f"{type(error).__name__}: {error}"[:300]}

    def _overdue(self, before: float, deadline: Deadline) -> CallFailed:
        """Say which clock ran out; `before` is what the budget was."""
        self._end()
        if self._budget.spent:
            return self._spent()
        if before - self._budget.cpu_s >= deadline.cpu_s:
            text = f"it did not finish within {deadline.cpu_s:.3g} s of computing time"
        else:
            text = f"it was still waiting or sleeping after {deadline.wall_s:.3g} s"
        return CallFailed(Outcome.TIMED_OUT, text)

    def _spent(self) -> CallFailed:
        if self._budget.cpu_s <= 0:
            limit = self._limits.submission_cpu_s
            text = f"your work used up its {limit:g} s of computing time"
        else:
            limit = Deadline.of(self._limits.submission_cpu_s).wall_s
            text = f"your work used up its {limit:g} s, mostly waiting or sleeping"
        return CallFailed(Outcome.TIMED_OUT, text)

    def _forged(self, text: str) -> CallFailed:
        self._evidence.saw("forged_answer")
        return self._lost(text)

    def _lost(self, text: str) -> CallFailed:
        self._end()
        return CallFailed(Outcome.RAISED, text)

    def _bloated(self) -> CallFailed:
        self._end()
        limit = self._limits.memory_mb
        return CallFailed(Outcome.OUT_OF_MEMORY, f"it held more than {limit} MB")

    def _died(self) -> CallFailed:
        ending = self._end()
        if _is_unexplained(ending) and not self._believes_kills:
            raise WorkerKilledError(
                "a worker was killed by another program: grade again"
            )
        if ending.lived:
            self._evidence.saw("left_the_line")
        return _explain(ending)

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


def _received(child: Child, watch: Watch) -> dict[str, Any]:
    """Return the next message; raises an event of the child's or _Breach."""
    try:
        message = child.receive(watch)
    except WireError as error:
        raise _Breach("forged_answer", str(error)) from error
    if type(message) is not dict:
        raise _Breach("forged_answer", "an answer is not a dict")
    return message


def _is_unexplained(ending: Ending) -> bool:
    """Return whether it was killed, not by us and, as far as is known, by no limit."""
    killed = ending.status == -getattr(signal, "SIGKILL", 9)
    return killed and not ending.lived and ending.starved is not True


def _explain(ending: Ending) -> CallFailed:
    """Say in a student's words why a process is gone."""
    status = ending.status
    if ending.lived:
        return CallFailed(
            Outcome.RAISED, "your code closed the line that its answers go through"
        )
    if status < 0:
        name = _signal_name(-status)
        known = {
            "SIGXCPU": (Outcome.TIMED_OUT, "it used up its computing time"),
            "SIGKILL": _killed(ending.starved),
        }
        crashed = (Outcome.RAISED, f"your code crashed Python ({name})")
        return CallFailed(*known.get(name, crashed))
    return CallFailed(
        Outcome.RAISED, f"your code ended the process (exit status {status})"
    )


def _killed(starved: bool | None) -> tuple[Outcome, str]:
    if starved is False:
        return Outcome.RAISED, "it was killed (SIGKILL), and not for lack of memory"
    if starved is None:
        text = "it was killed (SIGKILL), as systems do when they run out of memory"
        return Outcome.OUT_OF_MEMORY, text
    return Outcome.OUT_OF_MEMORY, "the system ended it, out of memory"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        # most real-time signals have no name
        return f"signal {number}"


def _faults(answer: dict[str, Any]) -> tuple[Fault, ...]:
    faults = answer.get("faults")
    if type(faults) is not list or len(faults) > 10_000:
        raise _Breach("forged_answer", NO_ANSWER)
    return tuple(_fault(fault) for fault in faults[:200])


def _overdue_cells(answer: dict[str, Any]) -> list[list[int]]:
    """Return [cell, line] of statements that did not end; whatever else, nothing."""
    found = answer.get("overdue")
    if type(found) is not list or len(found) > MOST_OVERDUE:
        return []
    return [[index, line] for index, line in _pairs(found)]


def _pairs(found: list[Any]) -> Iterator[tuple[int, int]]:
    for pair in found:
        match pair:
            case [int(index), int(line)] if type(index) is type(line) is int:
                yield index, line


def _fault(fault: Any) -> Fault:
    match fault:
        case [str(where), str(message)]:
            return Fault(where=clean(where, 100), message=clean(message, 500))
    raise _Breach("forged_answer", NO_ANSWER)


def _reply(reply: Any) -> Reply:
    match reply:
        case {"error": {"kind": str(kind), "message": str(message)}}:
            outcome = OUTCOMES.get(kind, Outcome.RAISED)
            raise CallFailed(outcome, clean(message, 600), quoted=True)
        case {"value": value, "warnings": list(warnings)}:
            return Reply(
                value=_value(reply, value),
                warnings=tuple(clean(str(text), 200) for text in warnings[:20]),
                args_after=reply.get("after"),
            )
    raise _Breach("forged_answer", NO_ANSWER)


def _value(reply: dict[str, Any], value: Any) -> Any:
    """Return a figure, a value with its models read, or the value as it is."""
    if "figure" in reply:
        return _figure(reply["figure"])
    # a look at each item of a long list costs time that few replies are worth
    return _models(value) if "models" in reply else value


def _models(value: Any) -> Any:
    try:
        return with_models(value)
    except ValueError as error:
        raise CallFailed(
            Outcome.RAISED, f"the model can't be read: {clean(str(error), 300)}"
        ) from error


def _is_file(name: str, content: Any) -> bool:
    path = PurePosixPath(name)
    return (
        len(name) <= MAX_NAME
        and not path.is_absolute()
        and ".." not in path.parts
        and type(content) is np.ndarray
        and content.dtype == np.uint8
        and content.ndim == 1
    )


def _figure(payload: Any) -> Any:
    try:
        return figure_from(payload)
    except ValueError as error:
        raise CallFailed(
            Outcome.RAISED, f"the figure can't be read: {error}"
        ) from error
