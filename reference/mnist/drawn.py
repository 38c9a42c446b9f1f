"""Digits for training checks: relabelled in secret, sorted, with hidden ones to test on.

Nothing that was trained beforehand knows what the labels mean here: digit d is called
`names[d]`, another name in each draw. The images come sorted by label, as in the file of
5,000 that the handout warns of: who takes a slice, or does not shuffle, misses digits.
"""

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks import Draws
from grader.data import mnist

Array = np.ndarray[Any, Any]

# of the full set as many as of the small one: a training takes two seconds
MOST_IMAGES = 3000
MOST_HIDDEN = 4000


@dataclass(frozen=True, eq=False)
class Digits:
    """Training images with secret names, and images that no student has.

    Attributes:
        X: Training images (n, 784), float32 in [0, 1], sorted by label.
        Y: One-hot labels (n, 10), float32.
        X_hidden: Hidden images (m, 784).
        labels: Their labels (m,); they stay in the grading process.
        names: (10,): `names[d]` is what digit d is called here.
    """

    X: Array
    Y: Array
    X_hidden: Array
    labels: Array
    names: Array

    def accuracy(self, outputs: Any) -> float:
        """Return the share of hidden images read right; NaN for outputs of another shape.

        Args:
            outputs: Ten numbers an image (m, 10), or one label an image (m,).
        """
        found = np.asarray(outputs)
        if found.shape == (len(self.labels), 10) and np.isfinite(found).all():
            found = found.argmax(axis=1)
        if found.shape != self.labels.shape:
            return float("nan")
        return float((found == self.labels).mean())


def draw_digits(rng: Draws) -> Digits:
    """Draw other names for the digits, and the images if there are many."""
    names = rng.permutation(10)
    X, y = _rows("train")
    chosen = rng.permutation(len(X))[:MOST_IMAGES]
    chosen = chosen[np.argsort(names[y[chosen]], kind="stable")]
    X_hidden, y_hidden = _rows("hidden")
    seen = rng.permutation(len(X_hidden))[:MOST_HIDDEN]
    return Digits(
        X=X[chosen],
        Y=one_hot(names[y[chosen]]),
        X_hidden=X_hidden[seen],
        labels=names[y_hidden[seen]],
        names=names,
    )


def one_hot(labels: Array) -> Array:
    """Return labels 0 to 9 (n,) as (n, 10), float32."""
    return np.eye(10, dtype=np.float32)[labels]


@functools.cache
def _rows(part: str) -> tuple[Array, Array]:
    """Return a part's images as rows (n, 784) of float32 in [0, 1], and its digits."""
    digits = mnist()
    x, y = getattr(digits, f"x_{part}"), getattr(digits, f"y_{part}")
    return x.reshape(len(x), 784).astype(np.float32) / 255, y


def student_digits(digits: Digits) -> tuple[Array, Array]:
    """Return the students' test images (n, 784), and their labels by the secret names."""
    X, y = _rows("test")
    return X, digits.names[y]
