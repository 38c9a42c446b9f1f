"""Afterwards: nothing passes from one submission to another, and nothing stays."""

import contextlib
import os
import signal
import time

from grader.sandbox.promises.nouns import (
    CALLS_CURE,
    EVERYWHERE,
    OUR_CURE,
    Broken,
    Promise,
    Untried,
)
from grader.sandbox.promises.trial import Trial, processes_called, short_name

# deeper than anybody works
DEPTH = 300
# a process that outlives its submission would live this long
STAYS_S = 5.0
# how long the kernel may take to end what was killed
ENDING_S = 1.0


def _state(trial: Trial) -> None:
    """Look in a worker beside the one that is spoilt, and in the one after it."""
    trial.value("recall", worker="beside")
    trial.value("spoil", trial.bait.secret, worker="spoilt")
    if "a file" not in trial.value("what_was_left", worker="spoilt"):
        raise Untried("nothing was spoilt")
    if seen := trial.value("what_was_left", worker="beside"):
        raise Broken(f"the worker beside it has {', '.join(seen)} of it")
    trial.close()
    if seen := trial.value("what_was_left", worker="after"):
        raise Broken(f"the next one has {', '.join(seen)} of it")


def _crash(trial: Trial) -> None:
    """Demand that a neighbour goes on, and that there is a next worker."""
    trial.value("remember", trial.bait.secret, worker="neighbour")
    attempt = trial.attempt("crash")
    if attempt.failure is None:
        raise Untried("it did not crash")
    trial.value("recall")
    if trial.value("recall", worker="neighbour") != trial.bait.secret:
        raise Broken("another worker ended with it")


def _lock(trial: Trial) -> None:
    import fcntl

    path = trial.bait.readable
    trial.attempt("hold_lock", str(path))
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Broken("everybody else waits for its lock on a common file") from None


def _process(trial: Trial) -> None:
    name = short_name(trial.bait.secret, "stays")
    attempt = trial.attempt("stay_behind", name, STAYS_S)
    trial.close()
    if attempt.refused:
        return
    end = time.monotonic() + ENDING_S
    while (left := processes_called(name)) and time.monotonic() < end:
        time.sleep(ENDING_S / 20)
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    if left:
        raise Broken("a process that it started went on without it")


def _directory(trial: Trial) -> None:
    attempt = trial.attempt("untidy", DEPTH)
    trial.close()
    if left := trial.bait.workers:
        raise Broken(f"{left[0].name} was left in the temporary directory")
    if attempt.failure is not None and not attempt.stopped:
        raise Untried(attempt.ended)


PROMISES = (
    Promise(
        "state",
        "afterwards",
        "leaves no state or file to another submission",
        _state,
        OUR_CURE,
        EVERYWHERE,
    ),
    Promise(
        "crash",
        "afterwards",
        "crashes alone: the others and the next go on",
        _crash,
        OUR_CURE,
        EVERYWHERE,
    ),
    Promise(
        "locks",
        "afterwards",
        "can't make others wait by locking a file that all read",
        _lock,
        CALLS_CURE,
    ),
    Promise(
        "process-left",
        "afterwards",
        "can't leave a process behind",
        _process,
        CALLS_CURE,
    ),
    Promise(
        "directory-left",
        "afterwards",
        "can't leave files behind",
        _directory,
        OUR_CURE,
        EVERYWHERE,
    ),
)
