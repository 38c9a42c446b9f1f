"""The student's code as a check sees it: names to call, plain values back.

`StudentCode` hides where the code runs: in a confined worker (`grader.sandbox`), in the
student's own notebook kernel, or in a test. A call that does not come back with a value
raises `CallFailed`; the engine turns that into a verdict, so a check need not catch it.

Values that come back are None, bool, int, float, complex, str, list, dict (keys: str),
`numpy.ndarray`, `FigureData` for a Matplotlib figure, `ModelData` for a Keras model and
`Opaque` for anything else. Tuples come back as lists, NumPy scalars as Python numbers, a
Keras `History` as its dict of lists.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from grader.domain.mistake import Mistake
from grader.domain.verdict import Outcome
from grader.wire import Opaque

__all__ = [
    "CallFailed",
    "CannotRebuild",
    "Opaque",
    "RebuiltModel",
    "Reply",
    "StudentCode",
    "StudentFunction",
]


class CallFailed(Exception):  # noqa: N818 - an outcome of the call, not our error
    """The student's function gave no value.

    Attributes:
        outcome: RAISED, TIMED_OUT, OUT_OF_MEMORY or NOT_ATTEMPTED.
        message: One line for the student: the exception and the line it came from.
        quoted: Whether the message is the worker's own words, so may hold anything.
    """

    def __init__(self, outcome: Outcome, message: str, *, quoted: bool = False) -> None:
        """Keep the outcome beside the message."""
        super().__init__(message)
        self.outcome = outcome
        self.message = message
        self.quoted = quoted


class CannotRebuild(CallFailed):
    """A model that its config and weights alone do not make: it has code of its own.

    A check that has another way, such as the student's own `predict`, catches this; one
    that has not lets it through, and the student reads why.

    Attributes:
        reason: What stands in the way, without the beginning of the sentence.
    """

    def __init__(self, reason: str) -> None:
        """Make the sentence for the student."""
        super().__init__(
            Outcome.RAISED, f"your model can't be rebuilt from its config: {reason}"
        )
        self.reason = reason


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


class RebuiltModel(Protocol):
    """A student's model, built anew from its config and weights without his code."""

    def predict(self, X: Any, *, batch: int = 256) -> NDArray[np.floating[Any]]:
        """Return the outputs, one row for each row of X, as they are at prediction.

        Args:
            X: Inputs, one row a sample; a list of such for a model with several inputs.
            batch: Rows that are predicted at a time.

        Raises:
            CallFailed: If Keras can't: config and weights don't fit, X has another shape.
        """
        ...

    def penalties(self) -> list[float]:
        """Return the regularisation terms that the model adds to its loss.

        Raises:
            CallFailed: If Keras can't compute them.
        """
        ...


class StudentCode(Protocol):
    """The student's module."""

    @property
    def source(self) -> str:
        """Return the code as text, notebook cells joined, magics neutralised."""
        ...

    @property
    def most_attempts(self) -> int | None:
        """Return how often a gate may train, None for as often as it says."""
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

    def rebuilt(self, model: Any) -> RebuiltModel:
        """Return a model that a function gave, rebuilt where no student code is.

        Args:
            model: A `ModelData`; anything else can't be rebuilt.

        Raises:
            CannotRebuild: If the config names anything that is not Keras's own.
        """
        ...

    def ask(self, model: Any, X: Any) -> Any:
        """Return what the student's own object predicts, in his worker: a claim.

        Args:
            model: A `ModelData` of this student.
            X: Inputs, one row a sample.

        Raises:
            CallFailed: If no value came back, or the model is none or gone.
        """
        ...

    def files(
        self, pattern: str = "**", *, at_most: int = 100
    ) -> Mapping[str, NDArray[np.uint8]]:
        """Return what the student's code wrote to its working directory.

        Args:
            pattern: Relative path, `*` within a name, `**` for any folders between.
            at_most: How many files that may be.

        Returns:
            Bytes by relative path, regular files only, sorted by name. The student's
            own source is left out.

        Raises:
            CallFailed: If there are more, or they are too large.
        """
        ...
