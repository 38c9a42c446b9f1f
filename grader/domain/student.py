"""The student's code as a check sees it: names to call, plain values back.

`StudentCode` hides where the code runs: in a confined worker (`grader.sandbox`), in the
student's own notebook kernel, or in a test. A call that does not come back with a value
raises `CallFailed`; the engine turns that into a verdict, so a check need not catch it.

Values that come back are None, bool, int, float, complex, str, list, dict (keys: str),
`numpy.ndarray`, `FigureData` for a Matplotlib figure and `Opaque` for anything else.
Tuples come back as lists, NumPy scalars as Python numbers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from grader.domain.mistake import Mistake
from grader.domain.verdict import Outcome
from grader.wire import Opaque

__all__ = [
    "CallFailed",
    "Opaque",
    "Reply",
    "StudentCode",
    "StudentFunction",
]


class CallFailed(Exception):  # noqa: N818 - an outcome of the call, not our error
    """The student's function gave no value.

    Attributes:
        outcome: RAISED, TIMED_OUT, OUT_OF_MEMORY or NOT_ATTEMPTED.
        message: One line for the student: the exception and the line it came from.
    """

    def __init__(self, outcome: Outcome, message: str) -> None:
        """Keep the outcome beside the message."""
        super().__init__(message)
        self.outcome = outcome
        self.message = message


@dataclass(frozen=True)
class Reply:
    """What one call gave.

    Attributes:
        value: The returned value.
        warnings: Warnings raised during the call, "RuntimeWarning: overflow ...".
        args_after: The positional arguments as they were after the call, to see whether
            the function changed its inputs; None unless asked for.
    """

    value: Any
    warnings: tuple[str, ...] = ()
    args_after: Sequence[Any] | None = None


class StudentFunction(Protocol):
    """One name of the student's module."""

    @property
    def name(self) -> str:
        """Return the name as the task gives it."""
        ...

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Return the lab's known mistakes that replace this function."""
        ...

    @property
    def guarded(self) -> tuple[Mistake, ...]:
        """Return those that the running check must be able to tell from the truth."""
        ...

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call and return the value.

        Functions among the arguments are called back in the grading process.

        Raises:
            CallFailed: If no value came back.
        """
        ...

    def reply(self, *args: Any, **kwargs: Any) -> Reply:
        """Call and return the value with warnings and the arguments afterwards.

        Raises:
            CallFailed: If no value came back.
        """
        ...

    def map(self, calls: Sequence[Sequence[Any]]) -> list[Any]:
        """Call once per argument list, in one message, and return the values.

        Raises:
            CallFailed: If any of the calls gave no value.
        """
        ...


class StudentCode(Protocol):
    """The student's module."""

    @property
    def source(self) -> str:
        """Return the code as text, notebook cells joined, magics neutralised."""
        ...

    def __getattr__(self, name: str) -> StudentFunction:
        """Return the function of that name; asking never fails, calling may."""
        ...

    def replaced(self, functions: Mapping[str, Callable[..., Any]]) -> "StudentCode":
        """Return the same code with some names standing for functions of ours.

        They run in the grading process: the student's module only gets a name that
        calls back. Used for spies, and to lend the reference to a later task.
        """
        ...
