"""Functions of ours that a worker may call while it answers one question."""

from collections.abc import Callable, Mapping
from typing import Any

from grader.domain.model_claim import with_models
from grader.domain.student import CallFailed
from grader.errors import GraderError
from grader.sandbox.answers import Breach
from grader.wire import FunctionRef, portable

Functions = Mapping[str, Callable[..., Any]]


class Callbacks:
    """Gives functions numbers that travel, and calls them when the worker asks."""

    def __init__(self) -> None:
        """Start with none."""
        self._functions: dict[int, Callable[..., Any]] = {}

    def clear(self) -> None:
        """Forget all: the worker has no business with them any more."""
        self._functions.clear()

    def sent(self, value: Any) -> Any:
        """Return a value as it travels, with numbers for the functions in it.

        Raises:
            WireError: If a list or dict is longer than a message may be.
        """
        return portable(value, special=self._reference_if_function)

    def lent(self, functions: Functions) -> dict[str, FunctionRef]:
        """Return numbers for functions that stand for names of the student's."""
        return {name: self._reference(each) for name, each in functions.items()}

    def _reference_if_function(self, value: Any) -> FunctionRef | None:
        return self._reference(value) if callable(value) else None

    def _reference(self, function: Callable[..., Any]) -> FunctionRef:
        reference = FunctionRef(len(self._functions) + 1)
        self._functions[reference.id] = function
        return reference

    def answer(self, message: dict[str, Any]) -> dict[str, Any]:
        """Call what a message asks for, and return what the worker is told.

        Raises:
            Breach: If it asks for what it was not given.
            GraderError: If the function itself could not be had.
        """
        reference = message["callback"]
        function = self._functions.get(reference) if type(reference) is int else None
        args, kwargs = message.get("args"), message.get("kwargs")
        if function is None or type(args) is not list or type(kwargs) is not dict:
            text = "a call to a function that was not lent"
            raise Breach(text, kind="calls_what_was_not_lent")
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
