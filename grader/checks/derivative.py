"""The true gradient of a teacher's loss, and the proof that it is one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks.cases import Case, answer
from grader.domain.draws import Draws
from grader.errors import LabError
from grader.numerics import (
    complex_step_gradient,
    crosses_kink,
    directional_difference,
    norm,
)

Array = NDArray[Any]
Loss = Callable[..., Any]

# of differences: where the two disagree there is a kink
STEPS = (1e-5, 5e-6)
SLOPE_TOLERANCE = 1e-4


@dataclass(frozen=True)
class TrueGradient:
    """Computes the true result of the function under check, from the same arguments.

    Attributes:
        of: The loss of the same arguments, one number.
        wrt: Name of each part of the result -> index of the argument that it is the
            derivative by; None stands for the loss itself.
        truth: Closed form of the gradient; None for the complex step's derivative.
    """

    of: Loss
    wrt: Mapping[str, int | None]
    truth: Callable[..., Any] | None = None

    def __post_init__(self) -> None:
        """Refuse a gradient by nothing.

        Raises:
            LabError: If `wrt` is empty.
        """
        if not self.wrt:
            raise LabError("`wrt` names no part of the result")

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the parts, in their order."""
        return tuple(self.wrt)

    def align(self, value: Any) -> Any:
        """Return an answer in the form of the truth: a sequence in the wanted order.

        That is, a result by name, or a single array; anything else as it is.
        """
        if isinstance(value, Mapping) and all(name in value for name in self.wrt):
            return [value[name] for name in self.wrt]
        if len(self.wrt) > 1 or value is None:
            return value
        # [array] is a sequence of one result, [0.5] an array of one number
        one = isinstance(value, list | tuple) and len(value) == 1
        return value if one and not isinstance(value[0], int | float) else [value]

    def __call__(self, *args: Any) -> tuple[Array, ...]:
        """Return the parts of the true result.

        Raises:
            LabError: If the loss can't be differentiated, or something is missing.
        """
        parts = self._parts(args)
        if len(parts) != len(self.wrt) or not all(
            np.all(np.isfinite(part)) for part in parts
        ):
            raise LabError("the true gradient is not finite or has missing parts")
        return parts

    def _parts(self, args: Sequence[Any]) -> tuple[Array, ...]:
        if self.truth is None:
            return tuple(
                _derivative(self.of, args, index, name)
                for name, index in self.wrt.items()
            )
        closed = self.align(self.truth(*args))
        return tuple(np.asarray(part, dtype=float) for part in closed)

    def demand_derivative(self, case: Case, rng: Draws, *, function: str) -> None:
        """Raise unless the truth agrees with differences of the loss, in one direction.

        `abs`, `max` and casts to float break a complex step silently, and a closed form
        may have a slip: a wrong truth would fail every honest student.

        Args:
            case: Arguments, and the parts of the true result.
            rng: Where the direction comes from.
            function: Name of the function under check, for messages.

        Raises:
            LabError: If they do not agree.
        """
        for (name, index), part in zip(self.wrt.items(), case.expected, strict=True):
            if index is None:
                continue
            point = _point(case.args, index, name)
            direction = rng.normal(size=point.shape)
            if part.shape != point.shape:
                raise LabError(
                    f"{function}: the true {name} has shape {part.shape}, its argument "
                    f"{point.shape}"
                )
            loss = _quiet(_slice(self.of, case.args, index))
            if not _is_slope(loss, point, direction, part):
                raise LabError(
                    f"{function}: the true {name} is not the derivative of the loss: is "
                    "the loss complex-safe (no abs, max, float), or `truth` wrong?"
                )


def _is_slope(
    loss: Callable[[Any], Any], point: Array, direction: Array, part: Array
) -> bool:
    """Return whether a derivative is the loss's in a direction, or there is a kink."""
    coarse, fine = (
        np.asarray(directional_difference(loss, point, direction, h=h)) for h in STEPS
    )
    exact = np.sum(part * direction)
    # a gradient that is zero by mistake must not make everything look like a kink
    scale = max(norm(part) * norm(direction), abs(float(fine)))
    if bool(crosses_kink(coarse, fine, scale=scale)):
        return True
    return bool(abs(exact - fine) <= SLOPE_TOLERANCE * max(scale, 1e-8))


def _derivative(of: Loss, args: Sequence[Any], index: int | None, name: str) -> Array:
    if index is None:
        return np.asarray(of(*args), dtype=float)
    point = _point(args, index, name)
    try:
        return complex_step_gradient(_slice(of, args, index), point)
    except (TypeError, ValueError) as error:
        raise LabError(
            f"the loss can't take complex numbers in argument {index} ({error}): write "
            "it with NumPy functions, or give `truth`"
        ) from error


def _point(args: Sequence[Any], index: int, name: str) -> Array:
    if isinstance(index, bool) or not 0 <= index < len(args):
        raise LabError(f"{name} is by argument {index}, but there are {len(args)}")
    try:
        return np.asarray(args[index], dtype=float)
    except (TypeError, ValueError) as error:
        raise LabError(f"{name} is by argument {index}, which is no array") from error


def _slice(of: Loss, args: Sequence[Any], index: int) -> Callable[[Any], Any]:
    """Return the loss as a function of one argument."""
    before, after = list(args[:index]), list(args[index + 1 :])
    # [()] makes a number of an array without axes, as the teacher's code expects
    return lambda value: of(*before, value[()], *after)


def _quiet(loss: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: answer(loss, (value,))
