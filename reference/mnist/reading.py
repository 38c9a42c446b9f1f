"""Read what students' functions returned; nothing here raises because of it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.checks import Diagnosis, StudentFunction, numbers

Array = np.ndarray[Any, Any]
# a number of single precision travels as a Python float: nothing tells how exact it is
SINGLE = 1e-6
# ln(P + 1e-8) is as good as ln P: at P = 0.001 it is off by 1e-5
LOSS = 1e-5


def result(*indices: int, of: int) -> Callable[[Any], Any]:
    """Return a function that picks some of several results, one alone as itself.

    What is no sequence of `of` results is passed on: the comparison says what it is.
    """

    def pick(value: Any) -> Any:
        if not isinstance(value, list | tuple) or len(value) != of:
            return value
        chosen = [value[index] for index in indices]
        return chosen[0] if len(chosen) == 1 else tuple(chosen)

    return pick


def arrays(value: Any, *shapes: tuple[int, ...]) -> list[Array] | None:
    """Return several results as finite arrays of these shapes; None for anything else."""
    if not isinstance(value, list | tuple) or len(value) != len(shapes):
        return None
    found = [numbers(*pair) for pair in zip(value, shapes, strict=True)]
    right = [part for part in found if part is not None]
    return right if len(right) == len(shapes) else None


def known(function: StudentFunction, name: str) -> Diagnosis | None:
    """Return the diagnosis of a known mistake, for checks that see its evidence."""
    return next(
        (
            Diagnosis(mistake=name, says=one.says, concept=one.concept)
            for one in function.mistakes
            if one.name == name
        ),
        None,
    )
