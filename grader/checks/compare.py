"""Compare what came back with what was expected, and say the difference in one sentence.

Sentences are for the student of a hidden check too: they tell structure and shape, never
an expected value. Shapes are never broadcast; NaN is close to nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grader.domain.figure import FigureData
from grader.domain.student import Opaque
from grader.errors import LabError
from grader.numerics import scaled_error

Array = NDArray[Any]
Kind = Literal["nothing", "type", "structure", "shape", "finite", "value"]

# what a result of single precision can be asked for: eps 6e-8 times a few hundred terms
SINGLE_TOLERANCE = 1e-5


@dataclass(frozen=True)
class Difference:
    """Where and how a value is not the expected one.

    Attributes:
        where: The part's name, "dw"; "" for the value itself.
        kind: What is wrong about it.
        sentence: For the student, without full stop.
        error: How far off, for `value`; infinite for anything else.
    """

    where: str
    kind: Kind
    sentence: str
    error: float = float("inf")


@dataclass(frozen=True)
class Leaf:
    """A part of the answer beside the same part of the truth.

    Attributes:
        where: The part's name; "" for the value itself.
        got: As it came back.
        expected: A number, array, string or None.
    """

    where: str
    got: Any
    expected: Any


def as_array(value: Any) -> Array | None:
    """Return numbers, nested lists of numbers or an array as an array, else None."""
    if isinstance(value, np.ndarray):
        return value if value.dtype.kind in "biufc" else None
    if not isinstance(value, bool | int | float | complex | np.generic | list | tuple):
        return None
    try:
        array = np.asarray(value)
    except (ValueError, OverflowError, TypeError):
        return None
    # an empty list is an array of no numbers
    return array if array.dtype.kind in "biufc" else None


def numbers(value: Any, shape: tuple[int, ...]) -> NDArray[np.float64] | None:
    """Return a student's value as finite real floats of exactly this shape, else None.

    For checks that look at a value themselves: no other value needs to be feared then.
    """
    array = as_array(value)
    if array is None or array.dtype.kind == "c" or array.shape != shape:
        return None
    return array.astype(float) if np.all(np.isfinite(array)) else None


def differences(
    got: Any,
    expected: Any,
    *,
    function: str = "the function",
    names: Sequence[str] = (),
    tolerance: float = 1e-9,
) -> list[Difference]:
    """Return every part of `got` that is not as expected, in the order of `expected`.

    Args:
        got: A student's value, as it came back.
        expected: The truth: None, number, string, array, or list, tuple or dict of them.
        function: For sentences about the whole value.
        names: Names of the parts of an expected sequence.
        tolerance: Largest |got - expected| / max(1, max |expected|) of a part; results in
            single precision are allowed 1e-5.

    Returns:
        Empty if all is as expected.
    """
    found = []
    for part in paired(got, expected, function=function, names=names):
        if isinstance(part, Difference):
            return [part]
        if (wrong := leaf_difference(part, function, tolerance)) is not None:
            found.append(wrong)
    return found


def same(
    got: Any, expected: Any, *, tolerance: float, names: Sequence[str] = ()
) -> bool:
    """Return whether nothing differs; NaN equals NaN in the same place."""
    for part in paired(got, expected, names=names):
        if isinstance(part, Difference):
            return False
        if not _same_leaf(part, tolerance):
            return False
    return True


def paired(
    got: Any,
    expected: Any,
    *,
    function: str = "the function",
    names: Sequence[str] = (),
    where: str = "",
) -> Iterator[Leaf | Difference]:
    """Yield the parts of two values side by side, or the difference of structure.

    An expected list of plain numbers is one array, unless its parts have names; a tuple
    is several results.
    """
    if isinstance(expected, np.ndarray) and expected.dtype.kind in "UO":
        # an array of text arrives as a list
        expected = expected.tolist()
    if isinstance(expected, Mapping):
        yield from _paired_mapping(got, expected, function, where)
    elif isinstance(expected, tuple) or (
        isinstance(expected, list) and (names or as_array(expected) is None)
    ):
        yield from _paired_sequence(got, expected, function, names, where)
    else:
        yield Leaf(where, got, expected)


def _paired_mapping(
    got: Any, expected: Mapping[Any, Any], function: str, where: str
) -> Iterator[Leaf | Difference]:
    wanted = {str(key): value for key, value in expected.items()}
    if not isinstance(got, Mapping):
        yield _wrong_type(got, f"a dict with {_listed(wanted)}", function, where)
        return
    missing = [key for key in wanted if key not in got]
    if missing:
        subject = where or function
        yield Difference(where, "structure", f"{subject} has no {_listed(missing)}")
        return
    for key, value in wanted.items():
        inner = f"{where}[{key!r}]" if where else key
        yield from paired(got[key], value, function=function, where=inner)


def _paired_sequence(
    got: Any,
    expected: Sequence[Any],
    function: str,
    names: Sequence[str],
    where: str,
) -> Iterator[Leaf | Difference]:
    if isinstance(got, Mapping) and names and all(name in got for name in names):
        got = [got[name] for name in names]
    if isinstance(got, np.ndarray) and got.ndim > 0:
        got = list(got)
    wanted = f"{len(expected)} values" + (f" ({', '.join(names)})" if names else "")
    if not isinstance(got, list | tuple):
        yield _wrong_type(got, wanted, function, where)
        return
    if len(got) != len(expected):
        verb = "has" if where else "returned"
        sentence = f"{where or function} {verb} {_count(len(got))}, expected {wanted}"
        yield Difference(where, "structure", sentence)
        return
    for index, (mine, truth) in enumerate(zip(got, expected, strict=True)):
        inner = names[index] if index < len(names) else f"{where or 'value'}[{index}]"
        yield from paired(mine, truth, function=function, where=inner)


def leaf_difference(part: Leaf, function: str, tolerance: float) -> Difference | None:
    """Return what is wrong about one part, or None."""
    if part.expected is None or isinstance(part.expected, str):
        return _plain_difference(part, function)
    arrays = number_pair(part, function)
    if isinstance(arrays, Difference):
        return arrays
    mine, truth = arrays
    error = closeness(mine, truth)
    if error <= allowed(mine, tolerance):
        return None
    subject = part.where or f"the result of {function}"
    sentence = _value_sentence(mine, truth, subject, allowed(mine, tolerance))
    return Difference(part.where, "value", sentence, error)


def number_pair(part: Leaf, function: str) -> tuple[Array, Array] | Difference:
    """Return answer and truth as arrays of one shape, real and finite where the truth is.

    Raises:
        LabError: If the truth is no number.
    """
    truth = as_array(part.expected)
    if truth is None:
        kind = type(part.expected).__name__
        raise LabError(f"{function}: an expected {kind} can't be compared")
    mine = as_array(part.got)
    if mine is None:
        wanted = "a number" if truth.ndim == 0 else f"an array of shape {truth.shape}"
        return _wrong_type(part.got, wanted, function, part.where)
    subject = part.where or f"the result of {function}"
    if mine.shape != truth.shape:
        words = f"{shape_words(mine)}, expected {_shape_name(truth)}"
        return Difference(part.where, "shape", f"{subject} {words}")
    if mine.dtype.kind == "c" and truth.dtype.kind != "c":
        words = "holds complex numbers, expected real ones"
        return Difference(part.where, "type", f"{subject} {words}")
    if np.any(~np.isfinite(mine) & np.isfinite(truth)):
        words = "contains NaN or infinite values"
        return Difference(part.where, "finite", f"{subject} {words}")
    return mine, truth


def closeness(mine: Array, truth: Array) -> float:
    """Return max |mine - truth| / max(1, max |truth|); NaN where the truth has it agrees.

    A truth that is NaN somewhere (0/0 by definition of the task) asks for NaN there.
    """
    left, right = _wide(mine), _wide(truth)
    undefined = np.isnan(right)
    if not np.array_equal(np.isnan(left), undefined):
        return float("nan")
    return scaled_error(left[~undefined], right[~undefined])


def allowed(mine: Array, tolerance: float) -> float:
    """Return the tolerance for a result of this precision."""
    single = mine.dtype.kind in "fc" and mine.real.dtype.itemsize <= 4
    return max(tolerance, SINGLE_TOLERANCE) if single else tolerance


def shape_words(array: Array) -> str:
    """Return "is a single number" or "has shape (2, 3)"."""
    return "is a single number" if array.ndim == 0 else f"has shape {array.shape}"


def _shape_name(array: Array) -> str:
    return "a single number" if array.ndim == 0 else str(array.shape)


def _wide(array: Array) -> Array:
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def _value_sentence(mine: Array, truth: Array, subject: str, tolerance: float) -> str:
    if mine.dtype.kind in "iu" and truth.dtype.kind == "f":
        whole = np.array_equal(mine, np.trunc(truth))
        if whole:
            return f"{subject} holds whole numbers: the fractions were cut off"
    if truth.size < 2:
        return f"{subject} is not right"
    scale = max(1.0, float(np.max(np.abs(_wide(truth)), initial=0, where=_real(truth))))
    with np.errstate(all="ignore"):
        good = np.abs(_wide(mine) - _wide(truth)) <= tolerance * scale
    wrong = truth.size - int(np.count_nonzero(good))
    return f"{subject} is not right: {wrong} of its {truth.size} values are wrong"


def _real(truth: Array) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(truth))


def _plain_difference(part: Leaf, function: str) -> Difference | None:
    if part.got is None and part.expected is None:
        return None
    if part.expected is None:
        return _wrong_type(part.got, "None", function, part.where)
    if isinstance(part.got, str):
        if isinstance(part.expected, str) and part.got == part.expected:
            return None
        subject = part.where or f"the result of {function}"
        return Difference(part.where, "value", f"{subject} is not right")
    return _wrong_type(part.got, "a string", function, part.where)


def _wrong_type(got: Any, wanted: str, function: str, where: str) -> Difference:
    if got is None and where:
        return Difference(where, "nothing", f"{where} is None, expected {wanted}")
    if got is None:
        sentence = f"{function} returned nothing: is a `return` missing?"
        return Difference(where, "nothing", sentence)
    verb = f"{where} is" if where else f"{function} returned"
    return Difference(where, "type", f"{verb} {type_words(got)}, expected {wanted}")


def type_words(value: Any) -> str:
    """Return what a value is in words: "a string", "3 values", "an array of shape (2,)"."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, list | tuple):
        return _count(len(value))
    words = {
        bool: "True or False",
        int: "a number",
        float: "a number",
        complex: "a complex number",
        str: "a string",
        dict: "a dict",
        FigureData: "a figure",
    }
    if isinstance(value, Opaque):
        return f"a {value.type_name}"
    return words.get(type(value), f"a {type(value).__name__}")


def _count(number: int) -> str:
    return f"{number} value" if number == 1 else f"{number} values"


def _listed(keys: Any) -> str:
    return ", ".join(repr(key) for key in list(keys)[:6])


def _same_leaf(part: Leaf, tolerance: float) -> bool:
    mine, truth = as_array(part.got), as_array(part.expected)
    if mine is None or truth is None:
        return _plain_difference(part, "") is None
    if mine.shape != truth.shape:
        return False
    return closeness(mine, truth) <= allowed(mine, tolerance)
