"""Images for the checks: labels with secret names, wrong labels, labels drawn by lot.

Digit d is called `names[d]`, another name in each draw, so nothing that was trained before
the grading knows what a label means. Validation images get right labels; the hidden images
never are in a student's file, and their labels stay in the grading process.
"""

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks import Draws
from grader.checks.training import relabelling, wrong_labels
from grader.data import mnist

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Images:
    """What a training is given, and what is kept from it.

    Attributes:
        x: Training images (n, 784), float32 in [0, 1].
        y: The labels that go with them (n,), perhaps wrong ones.
        x_val: Validation images (m, 784).
        y_val: Their right labels (m,).
        x_hidden: Images that no student has (m, 784).
        y_hidden: Their right labels (m,).
    """

    x: Array
    y: Array
    x_val: Array
    y_val: Array
    x_hidden: Array
    y_hidden: Array

    @property
    def given(self) -> tuple[Array, Array, Array, Array]:
        """Return the first four arguments of every training function."""
        return self.x, self.y, self.x_val, self.y_val


def draw_images(rng: Draws, n: int, *, wrong: float = 0.0, m: int = 1000) -> Images:
    """Draw n training images, of which a share has wrong labels, and m to validate.

    Args:
        rng: The check's draws.
        n: Training images.
        wrong: Share of wrong training labels.
        m: Validation images, and hidden ones; at most 1,000.
    """
    names = relabelling(rng)
    x, y = _some(rng, "train", n)
    y = names[y]
    chosen = rng.choice(n, size=round(wrong * n), replace=False)
    y[chosen] = wrong_labels(rng, y[chosen])
    x_val, y_val = _some(rng, "test", m)
    x_hidden, y_hidden = _some(rng, "hidden", m)
    return Images(x, y, x_val, names[y_val], x_hidden, names[y_hidden])


def draw_lottery(rng: Draws, n: int, *, m: int = 500) -> Images:
    """Draw n images whose labels are drawn by lot: all there is to learn is by heart.

    Source: Zhang et al., "Understanding deep learning requires rethinking
        generalization", ICLR 2017, section 2.
    """
    images = draw_images(rng, n, m=m)
    lots = rng.integers(10, size=n)
    return Images(images.x, lots, *images.given[2:], images.x_hidden, images.y_hidden)


def _some(rng: Draws, part: str, n: int) -> tuple[Array, Array]:
    x, y = _rows(part)
    chosen = rng.choice(len(x), size=n, replace=False)
    return x[chosen], y[chosen]


@functools.cache
def _rows(part: str) -> tuple[Array, Array]:
    digits = mnist()
    x, y = getattr(digits, f"x_{part}"), getattr(digits, f"y_{part}")
    return x.reshape(len(x), 784).astype(np.float32) / 255, y
