"""What a submission may still use, over all its workers and calls."""

import contextlib
import time
from collections.abc import Callable, Iterator

from grader.domain.student import CallFailed
from grader.domain.verdict import Outcome
from grader.sandbox.clock import Deadline


class Budget:
    """What is left to a submission: CPU seconds, and seconds by the clock on the wall."""

    def __init__(self, limit_s: float) -> None:
        """Start with all of it, in CPU seconds; by the wall `PATIENCE` times that."""
        self._limit = Deadline.of(limit_s)
        self._cpu_s = self._limit.cpu_s
        self._wall_s = self._limit.wall_s
        self._last_cpu_s = 0.0

    @property
    def spent(self) -> bool:
        """Return whether nothing is left on one of the clocks."""
        return self._cpu_s <= 0 or self._wall_s <= 0

    def deadline(self, at_most: float) -> Deadline:
        """Return the deadline of an exchange: its CPU seconds, or what is left."""
        whole = Deadline.of(at_most)
        return Deadline(
            cpu_s=min(whole.cpu_s, self._cpu_s), wall_s=min(whole.wall_s, self._wall_s)
        )

    @contextlib.contextmanager
    def charged(self, cpu_seconds: Callable[[], float]) -> Iterator[None]:
        """Take off what a block uses, however it ends.

        Args:
            cpu_seconds: Returns the worker's CPU clock.
        """
        cpu_s, started = cpu_seconds(), time.monotonic()
        try:
            yield
        finally:
            # a dead worker's clock may stand at zero
            self._last_cpu_s = max(0.0, cpu_seconds() - cpu_s)
            self._cpu_s -= self._last_cpu_s
            self._wall_s -= time.monotonic() - started

    def overdue(self, deadline: Deadline) -> CallFailed:
        """Say which clock of the last exchange, or of the whole budget, ran out."""
        if self.spent:
            return self.used_up()
        if self._last_cpu_s >= deadline.cpu_s:
            text = f"it did not finish within {deadline.cpu_s:.3g} s of computing time"
        else:
            text = f"it was still waiting or sleeping after {deadline.wall_s:.3g} s"
        return CallFailed(Outcome.TIMED_OUT, text)

    def used_up(self) -> CallFailed:
        """Say what the submission has used up."""
        if self._cpu_s <= 0:
            limit = self._limit.cpu_s
            text = f"your work used up its {limit:g} s of computing time"
        else:
            limit = self._limit.wall_s
            text = f"your work used up its {limit:g} s, mostly waiting or sleeping"
        return CallFailed(Outcome.TIMED_OUT, text)
