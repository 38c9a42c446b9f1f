"""Values and calls as a student can read them: short, bounded, four digits."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.domain.figure import FigureData
from grader.domain.student import Opaque

MAX_ENTRIES = 12
MAX_ITEMS = 6
MAX_DEPTH = 4
MAX_TEXT = 60
MAX_LINE = 600


def shown(value: Any, *, digits: int = 4, depth: int = MAX_DEPTH) -> str:
    """Return a value in one line: arrays of more than 12 entries are cut, text too.

    Args:
        value: Anything that comes back from a student, or an expected value.
        digits: Significant digits of a number.
        depth: Levels of nesting to show.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ndarray):
        return _array(value, digits)
    if isinstance(value, Mapping | list | tuple) and depth == 0:
        return "…"
    if isinstance(value, Mapping):
        items = [
            f"{_single(key, digits)}: {shown(item, digits=digits, depth=depth - 1)}"
            for key, item in list(value.items())[:MAX_ENTRIES]
        ]
        return "{" + _joined(items, len(value)) + "}"
    if isinstance(value, list | tuple):
        items = [
            shown(item, digits=digits, depth=depth - 1) for item in value[:MAX_ENTRIES]
        ]
        text = _joined(items, len(value))
        return f"({text})" if isinstance(value, tuple) else f"[{text}]"
    return _single(value, digits)


def _single(value: Any, digits: int) -> str:
    if isinstance(value, float):
        return f"{value:.{digits}g}"
    if isinstance(value, complex):
        return f"{value:.{digits}g}"
    if isinstance(value, str):
        return repr(value if len(value) <= MAX_TEXT else value[:MAX_TEXT] + "…")
    if isinstance(value, int) and not isinstance(value, bool):
        # a huge integer's digits would take longer than the check
        return str(value) if value.bit_length() < 200 else "a huge integer"
    if isinstance(value, Opaque):
        return f"a {value.type_name}"
    if isinstance(value, FigureData):
        return "a figure"
    if callable(value):
        return getattr(value, "__name__", "a function")
    return repr(value)[:MAX_TEXT]


def call_text(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    """Return "f([0, 1], 0.5, seed=3)"."""
    given = [shown(value) for value in args]
    named = [f"{key}={shown(value)}" for key, value in kwargs.items()]
    return clipped(f"{name}({', '.join(given + named)})")


def clipped(text: str) -> str:
    """Return a text of bounded length."""
    return text if len(text) <= MAX_LINE else text[: MAX_LINE - 1] + "…"


def contrasted(got: Any, expected: Any) -> tuple[str, str]:
    """Return both values with just as many digits as it takes to tell them apart."""
    if isinstance(expected, tuple) and isinstance(got, list):
        # tuples arrive as lists
        got = tuple(got)
    for digits in (4, 7, 12, 17):
        texts = shown(got, digits=digits), shown(expected, digits=digits)
        if texts[0] != texts[1]:
            return clipped(texts[0]), clipped(texts[1])
    place = _first_difference(got, expected)
    return clipped(shown(got)) + place[0], clipped(shown(expected)) + place[1]


def _first_difference(got: Any, expected: Any) -> tuple[str, str]:
    """Return ", at [3, 1] 0.5" for both where the cut parts of two arrays differ."""
    if not isinstance(got, np.ndarray) or np.shape(got) != np.shape(expected):
        return "", ""
    truth = np.asarray(expected)
    places = np.argwhere(got != truth)
    if not len(places):
        return "", ""
    index = tuple(int(axis) for axis in places[0])
    texts = contrasted(got[index].item(), truth[index].item())
    return f", at {list(index)} {texts[0]}", f", at {list(index)} {texts[1]}"


def _array(array: np.ndarray[Any, Any], digits: int) -> str:
    if array.size <= MAX_ENTRIES:
        return shown(array.tolist(), digits=digits) if array.size else _empty(array)
    start = ", ".join(
        _single(entry, digits) for entry in array.ravel()[:MAX_ITEMS].tolist()
    )
    return f"array of shape {array.shape}: {start}, …"


def _empty(array: np.ndarray[Any, Any]) -> str:
    return f"an empty array of shape {array.shape}"


def _joined(items: list[str], total: int) -> str:
    return ", ".join(items) + (", …" if total > len(items) else "")
