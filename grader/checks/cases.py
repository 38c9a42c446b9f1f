"""Inputs of a check with the true answers, and what known mistakes do with them."""

import copy
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

# what a wrong formula may raise on honest inputs; anything else is a bug of the lab
MISTAKEN = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
# brings an answer into the form of the truth, say a dict by name into a tuple
Align = Callable[[Any], Any]


@dataclass(frozen=True)
class Case:
    """One call: its arguments and the true answer."""

    args: tuple[Any, ...]
    expected: Any


@dataclass(frozen=True)
class Demands:
    """What a check asks for besides the values.

    Attributes:
        pure: The arguments are left as they were.
        quiet: NumPy has nothing to warn of.
    """

    pure: bool = True
    quiet: bool = False


@dataclass(frozen=True)
class Observed:
    """What one of our own functions did in a call.

    Attributes:
        value: What it returned, None if it raised.
        raised: Whether it raised.
        warned: Whether NumPy warned (overflow, division by zero, invalid value).
        changed: Whether it wrote into its arguments.
    """

    value: Any
    raised: bool = False
    warned: bool = False
    changed: bool = False

    def meets(self, demands: Demands) -> bool:
        """Return whether its conduct is as demanded, whatever the value."""
        return not (
            self.raised
            or (demands.pure and self.changed)
            or (demands.quiet and self.warned)
        )


def as_it_is(value: Any) -> Any:
    """Return the value; the alignment of answers that need none."""
    return value


def copied(value: Any) -> Any:
    """Return a value that may be changed without changing the original.

    Functions stay themselves: a spy must go on counting.
    """
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, list | tuple):
        return type(value)(copied(item) for item in value)
    if isinstance(value, Mapping):
        return {key: copied(item) for key, item in value.items()}
    if isinstance(value, np.random.Generator):
        return copy.deepcopy(value)
    return value


def unchanged(before: Any, after: Any) -> bool:
    """Return whether an argument is what it was, arrays bit for bit.

    Functions, generators and the like always are: they don't come back.
    """
    if isinstance(before, np.ndarray):
        return (
            isinstance(after, np.ndarray)
            and before.shape == after.shape
            and before.dtype == after.dtype
            and before.tobytes() == after.tobytes()
        )
    if isinstance(before, list | tuple):
        return (
            isinstance(after, list | tuple)
            and len(before) == len(after)
            and all(map(unchanged, before, after))
        )
    if isinstance(before, Mapping):
        return (
            isinstance(after, Mapping)
            and [str(key) for key in before] == [str(key) for key in after]
            and all(map(unchanged, before.values(), after.values()))
        )
    if isinstance(before, bool | int | float | complex | str):
        # NaN is what it was, though it does not equal itself
        return bool(before == after or (before != before and after != after))  # noqa: PLR0124
    return True


def answer(function: Callable[..., Any], args: Sequence[Any]) -> Any:
    """Call one of our own functions with copies of the arguments, warnings silenced."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return function(*[copied(value) for value in args])


def observe(
    function: Callable[..., Any], args: Sequence[Any], *, align: Align = as_it_is
) -> Observed:
    """Call a mistake with copies of the arguments and see what it does.

    Args:
        function: The mistake.
        args: Positional arguments.
        align: Brings its value into the form of the truth.
    """
    given = [copied(value) for value in args]
    with (
        warnings.catch_warnings(record=True) as caught,
        np.errstate(over="warn", divide="warn", invalid="warn"),
    ):
        warnings.simplefilter("always")
        try:
            value = align(function(*given))
        except MISTAKEN:
            return Observed(None, raised=True)
    return Observed(
        value,
        warned=any(issubclass(one.category, RuntimeWarning) for one in caught),
        changed=not unchanged(list(args), given),
    )
