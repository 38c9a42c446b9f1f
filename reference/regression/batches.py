"""Which rows a step of gradient descent was made from, and by which rule.

A student draws batches with a generator of his own, so nobody can foretell a step. But with
few rows there are few batches: all of them are tried, and the one that leads just where the
student's step led shows rows and rule at once.
"""

import itertools
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from .evidence import Array

Line = tuple[float, float]
# (k, b) after a step from a start, of many batches at once: x and y (M, batch)
Rule = Callable[[Line, Array, Array, float], tuple[Array, Array]]
# k and b in single precision, after a step about as long as they are themselves
TOLERANCE = 1e-5


class Explained(NamedTuple):
    """A step that is explained: the rule's name and the rows, sorted."""

    rule: str
    rows: tuple[int, ...]


def explain(
    before: Line,
    after: Line,
    points: tuple[Array, Array],
    *,
    lr: float,
    batch: int,
    rules: Mapping[str, Rule],
) -> Explained | None:
    """Return what a step was made from, None if no batch and no rule leads there.

    Args:
        before: (k, b).
        after: (k, b) one step later.
        points: X and y, (n, 1) both, n so small that all batches can be tried.
        lr: Learning rate.
        batch: Rows in a batch; a row may be drawn more than once.
        rules: What to try, in this order.
    """
    X, y = (part[:, 0] for part in points)
    rows = np.array(
        list(itertools.combinations_with_replacement(range(len(X)), batch))
    )  # (M, batch)
    for name, rule in rules.items():
        k, b = rule(before, X[rows], y[rows], lr)  # (M,), (M,)
        miss = np.maximum(np.abs(k - after[0]), np.abs(b - after[1]))
        nearest = int(np.argmin(miss))
        if miss[nearest] <= TOLERANCE * max(1.0, *map(abs, after)):
            return Explained(name, tuple(rows[nearest].tolist()))
    return None


def mean_gradient(start: Line, x: Array, y: Array, lr: float) -> tuple[Array, Array]:
    """Step along the gradient of the mean square, as the task says."""
    k, b = start
    r = k * x + b - y  # (M, batch)
    return k - lr * 2 * np.mean(r * x, axis=1), b - lr * 2 * np.mean(r, axis=1)


def half_gradient(start: Line, x: Array, y: Array, lr: float) -> tuple[Array, Array]:
    """Step half as far, with the 1/2 of the notebook's text."""
    return mean_gradient(start, x, y, lr / 2)


def slope_first(start: Line, x: Array, y: Array, lr: float) -> tuple[Array, Array]:
    """Use the new slope in the gradient of the intercept."""
    k, _ = mean_gradient(start, x, y, lr)
    r = k[:, None] * x + start[1] - y
    return k, start[1] - lr * 2 * np.mean(r, axis=1)


def intercept_first(start: Line, x: Array, y: Array, lr: float) -> tuple[Array, Array]:
    """Use the new intercept in the gradient of the slope."""
    _, b = mean_gradient(start, x, y, lr)
    r = start[0] * x + b[:, None] - y
    return start[0] - lr * 2 * np.mean(r * x, axis=1), b


def all_pairs(start: Line, x: Array, y: Array, lr: float) -> tuple[Array, Array]:
    """Subtract every target from every prediction; x goes with the prediction."""
    k, b = start
    table = (k * x + b)[:, :, None] - y[:, None, :]  # (M, batch, batch)
    dk = 2 * np.mean(table * x[:, :, None], axis=(1, 2))
    return k - lr * dk, b - lr * 2 * np.mean(table, axis=(1, 2))


def all_pairs_by_target(
    start: Line, x: Array, y: Array, lr: float
) -> tuple[Array, Array]:
    """Subtract every target from every prediction; x goes with the target."""
    k, b = start
    table = (k * x + b)[:, None, :] - y[:, :, None]  # (M, batch, batch)
    dk = 2 * np.mean(table * x[:, :, None], axis=(1, 2))
    return k - lr * dk, b - lr * 2 * np.mean(table, axis=(1, 2))


# right, or wrong in a way that `step_is_the_gradient_of_the_mean` charges
SOUND: Mapping[str, Rule] = {
    "right": mean_gradient,
    "half": half_gradient,
    "slope first": slope_first,
    "intercept first": intercept_first,
}
BROADCAST: Mapping[str, Rule] = {
    "all pairs": all_pairs,
    "all pairs, by target": all_pairs_by_target,
}
