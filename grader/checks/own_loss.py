"""Compare a gradient with differences of the student's own loss function.

A gradient that is wrong but fits the student's own loss is a right derivation of another
loss; one that fits neither is a slip in the derivation. This explains, it never gives
credit: a constant loss has a zero gradient.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks.compare import as_array
from grader.domain.draws import Draws
from grader.domain.student import CallFailed, StudentFunction
from grader.numerics import crosses_kink, relative_error, step_length

Array = NDArray[Any]
OwnLoss = tuple[StudentFunction, Callable[..., Sequence[Any]]]

ALL_COORDINATES = 200
SOME_COORDINATES = 10
DIRECTIONS = 3
TOLERANCE = 1e-5


def agrees_with_own_loss(
    own_loss: OwnLoss,
    args: Sequence[Any],
    indices: Mapping[str, int],
    arrays: Mapping[str, Any],
    rng: Draws,
) -> bool | None:
    """Return whether arrays are the derivatives of the student's own loss.

    All differences travel in one message: four calls per direction.

    Args:
        own_loss: The student's loss, and a function from the gradient's arguments to
            the loss's.
        args: Arguments of the gradient.
        indices: Name of an array -> index of the argument that it is the derivative by.
        arrays: The student's arrays by name, of the right shapes.
        rng: For directions in large arrays.

    Returns:
        None if the loss gives no numbers to compare with.
    """
    function, to_args = own_loss
    calls: list[Sequence[Any]] = []
    probes = {}
    for name, index in indices.items():
        point = np.asarray(args[index], dtype=float)
        probes[name] = directions, steps = _probes(point, rng)
        for shifted in _stencil(point, directions, steps):
            moved = [*args[:index], shifted[()], *args[index + 1 :]]
            calls.append(tuple(to_args(*moved)))
    losses = _numbers(function, calls)
    if losses is None or not probes:
        return None
    return _all_agree(losses, probes, arrays)


def _probes(point: Array, rng: Draws) -> tuple[Array, Array]:
    """Return directions, one a row, and the step along each."""
    steps = step_length(point).ravel()
    if point.size <= ALL_COORDINATES:
        return np.eye(point.size), steps
    chosen = rng.choice(point.size, SOME_COORDINATES, replace=False)
    spread = rng.normal(size=(DIRECTIONS, point.size))
    spread /= np.linalg.norm(spread, axis=1, keepdims=True)
    directions = np.vstack([np.eye(point.size)[chosen], spread])
    return directions, np.append(steps[chosen], np.full(DIRECTIONS, steps.max()))


def _stencil(point: Array, directions: Array, steps: Array) -> list[Array]:
    """Return x + h v, x - h v, x + h/2 v, x - h/2 v for every direction."""
    return [
        point + factor * h * v.reshape(point.shape)
        for v, h in zip(directions, steps, strict=True)
        for factor in (1.0, -1.0, 0.5, -0.5)
    ]


def _numbers(function: StudentFunction, calls: Sequence[Sequence[Any]]) -> Array | None:
    """Return one loss per call, or None if that is not what came back."""
    try:
        arrays = [as_array(value) for value in function.map(calls)]
    except CallFailed:
        return None
    values = [a.item() for a in arrays if a is not None and a.size == 1]
    losses = np.array(values)
    complete = len(values) == len(arrays) and losses.dtype.kind in "iuf"
    return losses if complete else None


def _all_agree(
    losses: Array,
    probes: Mapping[str, tuple[Array, Array]],
    arrays: Mapping[str, Any],
) -> bool:
    start = 0
    for name, (directions, steps) in probes.items():
        stencil = losses[start : start + 4 * len(steps)].reshape(-1, 4).astype(float)
        start += 4 * len(steps)
        coarse = (stencil[:, 0] - stencil[:, 1]) / (2 * steps)
        fine = (stencil[:, 2] - stencil[:, 3]) / steps
        scale = float(np.max(np.abs(fine), initial=0))
        smooth = ~crosses_kink(coarse, fine, scale=max(scale, 1e-12))
        mine = directions @ np.ravel(np.asarray(arrays[name], dtype=float))
        if not np.any(smooth):
            return False
        if not relative_error(mine[smooth], fine[smooth]) <= TOLERANCE:
            return False
    return True
