"""Try the promises one after another, in as few workers as they survive."""

import contextlib
import time
from collections.abc import Iterator, Sequence

from grader.errors import InfrastructureError
from grader.sandbox.promises.bait import Bait
from grader.sandbox.promises.nouns import Broken, Promise, Tried, Untried
from grader.sandbox.promises.trial import Trial
from grader.sandbox.sandbox import Isolation, Sandbox


def try_promises(
    promises: Sequence[Promise], *, isolation: Isolation, without: Sequence[str] = ()
) -> Iterator[Tried]:
    """Yield what became of each promise, in order.

    Args:
        promises: Which to try; those that the isolation does not promise may be among
            them.
        isolation: The level to try them at.
        without: Layers to leave out, to see what the others hold.

    Raises:
        InfrastructureError: If no worker can be had at this level.
    """
    # the bait first: a worker must not inherit what lies in our environment
    with Bait() as bait, Sandbox(isolation=isolation, without=without) as sandbox:
        sandbox.require()
        trial = Trial(sandbox, bait)
        try:
            _start_worker(trial)
            for promise in promises:
                tried = _tried(promise, trial)
                if not tried.holds:
                    _renew(sandbox, trial)
                yield tried
        finally:
            trial.close()


def _start_worker(trial: Trial) -> None:
    """Have the first worker, so that a loss from here on is a promise's fault."""
    with contextlib.suppress(Untried):
        trial.value("recall")


def _renew(sandbox: Sandbox, trial: Trial) -> None:
    """Ask new workers from here on: whatever gave way may have changed the old ones."""
    try:
        trial.close()
        _start_worker(trial)
    except InfrastructureError:
        # what starts them was lost too
        sandbox.restart()


def _tried(promise: Promise, trial: Trial) -> Tried:
    started = time.monotonic()
    happened = ""
    try:
        promise.judge(trial)
    except Broken as broken:
        happened = str(broken)
    except (Untried, OSError) as untried:
        # an error of our own half shows nothing either
        happened = f"not shown: {untried}"
    except InfrastructureError as error:
        happened = f"it cost us the worker: {error}"
    return Tried(promise, not happened, happened, time.monotonic() - started)


def layers_in_force(
    *, isolation: Isolation, without: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return the layers around a live worker, without their versions.

    Raises:
        InfrastructureError: If no worker can be had at this level.
    """
    with Bait() as bait, Sandbox(isolation=isolation, without=without) as sandbox:
        sandbox.require()
        trial = Trial(sandbox, bait)
        try:
            _start_worker(trial)
        finally:
            trial.close()
        return tuple(layer.split("-")[0] for layer in sandbox.environment().layers)
