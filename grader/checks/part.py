"""One part of what a function returns, judged as if the function returned only that."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from grader.domain.mistake import Mistake
from grader.domain.student import Reply, StudentFunction


@dataclass(frozen=True)
class Part:
    """A `StudentFunction` that passes on a part of another one's value.

    The known mistakes are seen through the same window, so naming and the power gate go
    on working.

    Attributes:
        function: The whole function.
        pick: Returns the part of a value. It is called with whatever a student returned:
            what has no such part is best returned as it is, so that the comparison tells
            what is wrong about it.
    """

    function: StudentFunction
    pick: Callable[[Any], Any]

    @property
    def name(self) -> str:
        """Return the whole function's name."""
        return self.function.name

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Return the known mistakes as they look in this part."""
        return tuple(map(self._part_of, self.function.mistakes))

    @property
    def guarded(self) -> tuple[Mistake, ...]:
        """Return those that the running check must tell from the truth in this part."""
        return tuple(map(self._part_of, self.function.guarded))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the whole function and return the part.

        Raises:
            CallFailed: If no value came back.
        """
        return self.pick(self.function(*args, **kwargs))

    def reply(self, *args: Any, **kwargs: Any) -> Reply:
        """Call the whole function and return its reply with the part as the value.

        Raises:
            CallFailed: If no value came back.
        """
        reply = self.function.reply(*args, **kwargs)
        return dataclasses.replace(reply, value=self.pick(reply.value))

    def map(self, calls: Sequence[Sequence[Any]]) -> list[Any]:
        """Call the whole function once per argument list and return the parts.

        Raises:
            CallFailed: If any of the calls gave no value.
        """
        return [self.pick(value) for value in self.function.map(calls)]

    def _part_of(self, known: Mistake) -> Mistake:
        return dataclasses.replace(
            known, function=lambda *args, **kwargs: self.pick(known(*args, **kwargs))
        )
