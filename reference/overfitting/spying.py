"""Stand for a student's `train_overfit` where only what surrounds it is judged.

A study of ten trainings is right or wrong by what it hands over and what it makes of the
histories: that takes no training at all, and a wrong `train_overfit` costs nothing here.
"""

import inspect
from typing import Any

import numpy as np

from grader.checks import Draws, numbers

from . import overfitting as solution

SIGNATURE = inspect.signature(solution.train_overfit)


class TrainingSpy:
    """Remembers what `train_overfit` is called with and returns made-up histories.

    Attributes:
        calls: The arguments of each call, by name.
        histories: What each call returned in place of a history.
    """

    def __init__(self, rng: Draws) -> None:
        """Take the histories' numbers from the check's draws."""
        self._rng = rng
        self.calls: list[dict[str, Any]] = []
        self.histories: list[dict[str, list[float]]] = []

    def train_overfit(self, *args: Any, **kwargs: Any) -> Any:
        """Stand for the student's function: no model, a history of four epochs."""
        bound = SIGNATURE.bind(*args, **kwargs)
        bound.apply_defaults()
        self.calls.append(dict(bound.arguments))
        history = {
            "loss": np.sort(self._rng.uniform(0, 2, 4))[::-1].tolist(),
            "accuracy": np.sort(self._rng.uniform(0.7, 1, 4)).tolist(),
            "val_loss": self._rng.uniform(0.5, 2, 4).tolist(),
            "val_accuracy": self._rng.uniform(0.1, 0.6, 4).tolist(),
        }
        self.histories.append(history)
        return None, history

    def gave(self, value: Any) -> bool:
        """Return whether a value is (model, history) of the last call."""
        if not isinstance(value, list) or len(value) != 2:
            return False
        history = value[1]
        return isinstance(history, dict) and all(
            same_numbers(history.get(name), curve)
            for name, curve in self.histories[-1].items()
        )


def same_numbers(value: Any, expected: Any) -> bool:
    """Return whether a value is these numbers, to single precision."""
    truth = np.asarray(expected, float)
    found = numbers(value, truth.shape)
    return found is not None and bool(np.allclose(found, truth, rtol=1e-6, atol=1e-6))


def count(value: Any) -> int:
    """Return how many rows a list or an array has, 0 for anything else."""
    rows = isinstance(value, list) or (isinstance(value, np.ndarray) and value.ndim > 0)
    return len(value) if rows else 0
