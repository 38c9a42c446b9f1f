"""How far two arrays are apart, as one number that NaN can't slip past.

Every function returns NaN where a NaN takes part. NaN is within no tolerance, as long as
the test is written `error <= tolerance`, never `not error > tolerance`.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def relative_error(a: Array, b: Array, *, floor: float = 0.0) -> float:
    """Return ||a - b|| / max(||a|| + ||b||, floor), a number in [0, 1] unless NaN.

    One number for a whole parameter array: a single coordinate near zero, where rounding
    is all there is, does not dominate it as it would in an elementwise quotient.

    Source: CS231n, "Neural networks part 3", gradient checks (relative error), taken
    per array as in Chainer's and JAX's checkers.

    Args:
        a: Array, any shape.
        b: Array of the same shape.
        floor: Smallest denominator, in the units of `a` and `b`: below it, a difference
            counts as rounding.

    Raises:
        ValueError: If the shapes differ (no broadcasting: (3,) against (3, 1) is the
            very mistake that a gradient check is there to find).
    """
    _same_shape(a, b)
    size = norm(a) + norm(b)
    denominator = max(size, floor)
    # max(nan, floor) depends on the order of its arguments, so NaN is asked for first
    if not size >= 0:
        return float("nan")
    if denominator == 0:
        return 0.0
    with np.errstate(all="ignore"):
        # an infinite norm makes this NaN: fail closed
        return float(np.divide(norm(a - b), denominator))


def scaled_error(a: Array, b: Array, *, floor: float = 1.0) -> float:
    """Return max |a - b| / max(max |b|, floor); 0 for empty arrays.

    Infinities that stand at the same places with the same sign agree, and do not count
    into the scale; NaN agrees with nothing.

    Args:
        a: Array, any shape.
        b: Array of the same shape, the one whose size sets the scale.
        floor: Smallest scale, in the units of `a` and `b`.

    Raises:
        ValueError: If the shapes differ.
    """
    _same_shape(a, b)
    endless = np.isinf(b)
    if not np.array_equal(a[endless], b[endless]):
        return float("nan")
    left, right = a[~endless], b[~endless]
    if left.size == 0:
        return 0.0
    with np.errstate(all="ignore"):
        scale = max(floor, float(np.max(np.abs(right))))
        gap = np.max(np.abs(left - right))
        return float(np.divide(gap, scale)) if np.isfinite(gap) else float("nan")


def norm(a: Array) -> float:
    """Return the Euclidean norm of all entries together; 0 for an empty array."""
    with np.errstate(all="ignore"):
        return float(np.linalg.norm(np.ravel(a)))


def _same_shape(a: Array, b: Array) -> None:
    if np.shape(a) != np.shape(b):
        raise ValueError(f"can't compare shape {np.shape(a)} with {np.shape(b)}")
