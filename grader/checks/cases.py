"""Inputs of a check with the true answers, and what known mistakes answer to them."""

import copy
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

# what a wrong formula may raise on honest inputs; anything else is a bug of the lab
MISTAKEN = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True)
class Case:
    """One call: its arguments and the true answer."""

    args: tuple[Any, ...]
    expected: Any


@dataclass(frozen=True)
class Raises:
    """Stands for the answer of a mistake that raised."""

    error: Exception


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


def answer(function: Callable[..., Any], args: Sequence[Any]) -> Any:
    """Call one of our own functions with copies of the arguments, warnings silenced."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return function(*[copied(value) for value in args])


def mistaken_answer(function: Callable[..., Any], args: Sequence[Any]) -> Any:
    """Return what a mistake answers, or `Raises`."""
    try:
        return answer(function, args)
    except MISTAKEN as error:
        return Raises(error)
