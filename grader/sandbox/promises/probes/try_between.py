"""Attempts to leave something behind for whoever comes next."""

# the bare calls of the system are what is tried here
# ruff: noqa: PTH109, PTH110, PTH102

import builtins
import math
import os
import signal
import sys
from pathlib import Path

import numpy as np

KEPT = "word kept"


def spoil(word: str) -> None:
    """Change what everybody uses, in this process and in our directory."""
    math.pi = 3.0  # type: ignore[misc]
    np.exp = None  # type: ignore[assignment]
    builtins.spoilt = word  # type: ignore[attr-defined]
    os.environ["LEFT"] = word
    sys.modules["left"] = sys
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Path("left").write_text(word, encoding="utf-8")


def what_was_left() -> list[str]:
    """Return what of it can still be seen."""
    traces = {
        "a constant of math": math.pi < math.tau / 2,
        "a function of NumPy": np.exp is None,
        "a builtin": hasattr(builtins, "spoilt"),
        "an environment variable": "LEFT" in os.environ,
        "a module": "left" in sys.modules,
        "a signal handler": signal.getsignal(signal.SIGTERM) == signal.SIG_IGN,
        "a file": os.path.exists("left"),
    }
    return [trace for trace, there in traces.items() if there]


def remember(word: str) -> None:
    """Keep a word for a later call."""
    sys.modules[KEPT] = word  # type: ignore[assignment]


def recall() -> str:
    """Return the word that was kept."""
    return str(sys.modules.get(KEPT, ""))


def hold_lock(path: str) -> None:
    """Take the only lock on a file that all may read, and keep it."""
    import fcntl

    descriptor = os.open(path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def work_directory() -> str:
    """Return where we are."""
    return os.getcwd()


def untidy(depth: int) -> str:
    """Leave a deep tree, and files that are still open."""
    here = os.getcwd()
    for number in range(depth):
        os.mkdir("deeper")
        os.chdir("deeper")
        if number % 100 == 0:
            os.open(f"open{number}", os.O_CREAT | os.O_RDWR)
    return here
