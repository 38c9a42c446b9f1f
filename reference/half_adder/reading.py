"""Read what a student's function returned: one part of it, as numbers, as a known mistake.

Nothing here raises because of what a student returned.
"""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.checks import Diagnosis, Mistake, Outcome, StudentFunction, Verdict

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Part:
    """A student's function of whose answer a check looks at one part only.

    Attributes:
        function: The whole function.
        of: Returns the part; what has no such part is returned as it is, so that the
            comparison tells what is wrong about it.
    """

    function: StudentFunction
    of: Callable[[Any], Any]

    @property
    def name(self) -> str:
        """Return the whole function's name."""
        return self.function.name

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Return the known mistakes, as they look in this part."""
        return tuple(self._part_of(known) for known in self.function.mistakes)

    @property
    def guarded(self) -> tuple[Mistake, ...]:
        """Return those that the running check must notice in this part."""
        return tuple(self._part_of(known) for known in self.function.guarded)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the whole function and return the part."""
        return self.of(self.function(*args, **kwargs))

    def reply(self, *args: Any, **kwargs: Any) -> Any:
        """Call the whole function and return its reply with the part as its value."""
        reply = self.function.reply(*args, **kwargs)
        return replace(reply, value=self.of(reply.value))

    def map(self, calls: Sequence[Sequence[Any]]) -> list[Any]:
        """Call the whole function for each list of arguments."""
        return [self.of(value) for value in self.function.map(calls)]

    def _part_of(self, known: Mistake) -> Mistake:
        return replace(known, function=lambda *args: self.of(known(*args)))


def part_of(whole: Callable[..., Any], of: Callable[[Any], Any]) -> Callable[..., Any]:
    """Return a function of ours that gives one part of its answer."""
    return lambda *args: of(whole(*args))


def numbers(value: Any) -> Array | None:
    """Return real numbers, alone, in lists or in an array, as an array; else None."""
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    return array if array.dtype.kind in "biuf" else None


def equal(got: Any, other: Any, *, tolerance: float = 1e-8) -> bool:
    """Return whether a student's answer is another one, part by part.

    Args:
        got: The student's answer, as it came.
        other: An answer of one of our functions.
        tolerance: Relative and absolute, of each number.
    """
    if isinstance(other, dict):
        return (
            isinstance(got, dict)
            and got.keys() == other.keys()
            and all(equal(got[key], other[key], tolerance=tolerance) for key in other)
        )
    if isinstance(other, tuple):
        if not isinstance(got, list) or len(got) != len(other):
            return False
        pairs = zip(got, other, strict=True)
        return all(equal(*pair, tolerance=tolerance) for pair in pairs)
    if isinstance(other, str):
        return isinstance(got, str) and got == other
    mine, theirs = numbers(got), numbers(other)
    if mine is None or theirs is None or mine.shape != theirs.shape:
        return False
    return bool(np.allclose(mine, theirs, rtol=tolerance, atol=tolerance))


def recognised(
    function: StudentFunction, args: Sequence[Any], got: Any
) -> Diagnosis | None:
    """Return the diagnosis of the known mistake that answers just this, or None."""
    for known in function.mistakes:
        # a mistake may raise, or warn, on what is right input for the task
        with (
            np.errstate(all="ignore"),
            contextlib.suppress(ArithmeticError, LookupError, TypeError, ValueError),
        ):
            if equal(got, known(*args)):
                return Diagnosis(
                    mistake=known.name, says=known.says, concept=known.concept
                )
    return None


def named(
    verdict: Verdict, function: StudentFunction, args: Sequence[Any], got: Any
) -> Verdict:
    """Return the verdict, with the name of the mistake if it is not a pass."""
    if verdict.outcome is Outcome.PASSED:
        return verdict
    return updated(verdict, diagnosis=recognised(function, args, got))


def updated(verdict: Verdict, **fields: Any) -> Verdict:
    """Return a verdict with other fields, if it is not a pass; the outcome follows."""
    if verdict.outcome is Outcome.PASSED:
        return verdict
    credit = fields.get("credit", verdict.credit)
    outcome = Outcome.PARTIAL if credit > 0 else Outcome.FAILED
    return verdict.model_copy(update={**fields, "outcome": outcome})
