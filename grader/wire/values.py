"""The values that travel, and how any Python value becomes one of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_DEPTH = 24
MAX_TEXT = 100_000
MAX_ITEMS = 1_000_000
NUMERIC_KINDS = "biufc"
COLLECTIONS = (Mapping, list, tuple, set, frozenset, range)


class WireError(Exception):
    """Bytes that are no frame of ours, or a value that can't be sent."""


@dataclass(frozen=True)
class Opaque:
    """A value that does not travel: only its type's name and the start of its repr."""

    type_name: str
    text: str


@dataclass(frozen=True)
class FunctionRef:
    """A function of the other side: calling it sends a message back."""

    id: int


def _opaque(value: Any) -> Opaque:
    try:
        text = repr(value)[:200]
    except Exception:  # noqa: BLE001 - a student's __repr__ may raise anything
        text = ""
    return Opaque(type(value).__name__[:100], str(text))


def _array(value: np.ndarray[Any, Any]) -> Any:
    """Return a plain, native, contiguous array; a list for text; Opaque for objects."""
    # np.array(..., subok=False) drops matrix, masked and hostile subclasses
    plain = np.array(value, order="C", subok=False)
    if plain.dtype.kind in NUMERIC_KINDS:
        if plain.dtype.itemsize > 16 or plain.dtype.char in "gG":
            plain = plain.astype(np.complex128 if plain.dtype.kind == "c" else float)
        return plain.astype(plain.dtype.newbyteorder("="), copy=False)
    if plain.dtype.kind == "U":
        return plain.tolist()
    return _opaque(value)


def _number(value: np.generic) -> Any:
    item = value.item()
    # a long double's item() is itself
    return float(value) if isinstance(item, np.generic) else item


def portable(
    value: Any,
    *,
    special: Callable[[Any], Any] | None = None,
    _depth: int = 0,
) -> Any:
    """Return a value as one that travels.

    Tuples and sets become lists, NumPy scalars Python numbers, array subclasses, tensors
    and data frames plain arrays, anything unknown an `Opaque`. Runs the value's own
    conversion methods, so it is called where the value's code may run.

    Args:
        value: Any object.
        special: Asked first; a result other than None is taken as the portable value.

    Raises:
        WireError: If a list or dict is longer than a message may be.
    """
    if special is not None and (found := special(value)) is not None:
        return found
    kind = type(value)
    if value is None or kind in (bool, int, float, complex, FunctionRef, Opaque):
        return value
    if isinstance(value, str):
        return str.__str__(value)[:MAX_TEXT]
    if isinstance(value, np.generic):
        return portable(_number(value), _depth=_depth + 1)
    if isinstance(value, np.ndarray):
        return _array(value)
    if _depth >= MAX_DEPTH:
        return _opaque(value)
    if isinstance(value, COLLECTIONS) and len(value) > MAX_ITEMS:
        raise WireError(f"a {type(value).__name__} of {len(value)} items is too long")
    if isinstance(value, Mapping):
        return {
            str(key): portable(item, special=special, _depth=_depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, COLLECTIONS):
        return [portable(item, special=special, _depth=_depth + 1) for item in value]
    return _converted(value)


def _converted(value: Any) -> Any:
    """Return tensors and data frames as arrays, number subclasses as numbers."""
    if hasattr(value, "__array__") and not isinstance(value, type):
        try:
            return _array(np.asarray(value))
        except Exception:  # noqa: BLE001 - a student's __array__ may raise anything
            return _opaque(value)
    # the base class's own method: a subclass may lie in its __float__
    if isinstance(value, int):
        return int.__pos__(value)
    if isinstance(value, float):
        return float.__pos__(value)
    if isinstance(value, complex):
        return complex.__pos__(value)
    return _opaque(value)
