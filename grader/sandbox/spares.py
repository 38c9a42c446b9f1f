"""Workers that are born ahead of their submissions, so that no submission waits for one.

A spare is a worker like any other: a fork of its own with a directory of its own, confined
before it is told anything, used for one submission at most. It only comes into being while
the one before works, as the workers of gradings side by side do.
"""

import contextlib
from collections import deque
from dataclasses import dataclass

from grader.domain.lab import Limits
from grader.errors import InfrastructureError
from grader.sandbox.child import ConfinedChild
from grader.sandbox.workdir import private_directory
from grader.sandbox.zygote import Birth, Zygote

# a submission takes two: the public checks run in a new one
AHEAD = 2
# labs that share a zygote may come in turns, each with its own limits
SORTS = 4


@dataclass(frozen=True)
class _Spare:
    """A worker that waits, and what goes with it."""

    birth: Birth
    resources: contextlib.ExitStack

    @property
    def is_fit(self) -> bool:
        """Return whether it lives, as far as we have heard."""
        return self.birth.child is None or self.birth.child.lives


class Spares:
    """Hands out the workers of one zygote and keeps some more ready."""

    def __init__(self, zygote: Zygote) -> None:
        """Begin with none."""
        self._zygote = zygote
        self._waiting: dict[Limits, deque[_Spare]] = {}

    def take(
        self, limits: Limits, resources: contextlib.ExitStack
    ) -> tuple[ConfinedChild, tuple[str, ...]]:
        """Return a confined child that waits for a submission, and its layers.

        Args:
            limits: What it may use.
            resources: Given its directory, to be removed after its end.

        Raises:
            InfrastructureError: If the fork fails or a required layer is missing.
        """
        waiting = self._waiting.pop(limits, deque())
        # the last in the row: the first is the one to go
        self._waiting[limits] = waiting
        while waiting and not waiting[0].is_fit:
            self._discard(waiting.popleft())
        taken = waiting.popleft() if waiting else self._ordered(limits)
        with contextlib.ExitStack() as if_it_fails:
            if_it_fails.callback(self._discard, taken)
            # the next are born while this one works
            while len(waiting) < AHEAD:
                waiting.append(self._ordered(limits))
            if len(self._waiting) > SORTS:
                self._discard_all(next(iter(self._waiting)))
            child, layers = self._zygote.confined(taken.birth)
            if_it_fails.pop_all()
        resources.push(taken.resources.pop_all())
        return child, layers

    def _ordered(self, limits: Limits) -> _Spare:
        with contextlib.ExitStack() as resources:
            directory = resources.enter_context(private_directory())
            birth = self._zygote.order(directory, limits)
            return _Spare(birth, resources.pop_all())

    def _discard(self, spare: _Spare) -> None:
        with spare.resources, contextlib.suppress(InfrastructureError):
            self._zygote.refuse(spare.birth)

    def _discard_all(self, limits: Limits) -> None:
        for spare in self._waiting.pop(limits):
            self._discard(spare)

    def close(self) -> None:
        """End those that wait; with a lost zygote they end by themselves."""
        for limits in tuple(self._waiting):
            self._discard_all(limits)
