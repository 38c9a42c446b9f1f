"""Where the time of a grading goes: stages that are parts of others are taken off them."""

import functools
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Stages:
    """Adds up the seconds of each stage, without those of the stages within.

    Attributes:
        seconds: By stage.
    """

    def __init__(self) -> None:
        """Start with nothing measured and no stage open."""
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._open: list[str] = []
        self._since = time.perf_counter()

    def take(self) -> defaultdict[str, float]:
        """Return what was measured since the last time."""
        taken, self.seconds = self.seconds, defaultdict(float)
        return taken

    def measured(self, owner: Any, name: str, stage: str) -> None:
        """Let a function or method count for a stage from now on."""
        original: Callable[..., Any] = getattr(owner, name)

        @functools.wraps(original)
        def timed(*args: Any, **kwargs: Any) -> Any:
            self._turn()
            self._open.append(stage)
            try:
                return original(*args, **kwargs)
            finally:
                self._turn()
                self._open.pop()

        setattr(owner, name, timed)

    def _turn(self) -> None:
        now = time.perf_counter()
        if self._open:
            self.seconds[self._open[-1]] += now - self._since
        self._since = now
