"""When to give up on a worker: a deadline, and the watch that measures one exchange."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from grader.sandbox.watch import GLANCE_S

# seconds by the clock on the wall for each CPU second of a budget
PATIENCE = 4


class Overdue(Exception):  # noqa: N818 - an event
    """A deadline passed."""


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
