"""Take a figure from the untrusted worker: every field checked, every size bounded.

Nothing is repaired: what the worker's own extraction would not have sent is refused.
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.domain.figure import AxesData, FigureData, Series, Surface

# as the worker cuts them
MAX_WIDTH, MAX_HEIGHT = 1600, 1200
MAX_AXES = 64
MAX_SERIES = 200
MAX_POINTS = 20_000
MAX_POINTS_IN_ALL = 100_000
MAX_VALUES_IN_ALL = 400_000
MAX_SURFACES = 100
MAX_FIELD = 65_536
MAX_TEXTS = 200
MAX_TEXT = 300
MAX_LEVELS = 10_000
# no plot has data there; squares of what is allowed stay finite
LARGEST = 1e150

Parser = Callable[[str, Any], Any]


def figure_from(payload: Any) -> FigureData:
    """Return an untrusted worker's figure as domain data.

    Args:
        payload: A dict with exactly the fields of `FigureData`; lists of numbers may be
            arrays, `rgba` is a uint8 array (height, width, 4).

    Raises:
        ValueError: If a field is missing, unknown, of the wrong type or too large.
    """
    fields = _fields(
        "figure",
        payload,
        suptitle=_text,
        axes=_list_of(_axes, MAX_AXES),
        width=_count,
        height=_count,
        rgba=_pixels,
    )
    if fields["rgba"].shape != (fields["height"], fields["width"], 4):
        msg = "the figure's pixels don't fit its width and height"
        raise ValueError(msg)
    series = [one for axes in fields["axes"] for one in axes.series]
    surfaces = [one for axes in fields["axes"] for one in axes.surfaces]
    if len(series) > MAX_SERIES or len(surfaces) > MAX_SURFACES:
        msg = "the figure has more series or surfaces than a figure may have"
        raise ValueError(msg)
    if (
        sum(len(one.x) for one in series) > MAX_POINTS_IN_ALL
        or sum(len(one.values) for one in surfaces) > MAX_VALUES_IN_ALL
    ):
        msg = "the figure has more points or values than a figure may have"
        raise ValueError(msg)
    return FigureData(**{**fields, "rgba": fields["rgba"].tobytes()})


def _fields(where: str, payload: Any, **parsers: Parser) -> dict[str, Any]:
    """Return the payload's fields, each parsed; exactly those that have a parser."""
    if not isinstance(payload, Mapping) or set(payload) != set(parsers):
        msg = f"the {where} must have exactly the fields {', '.join(parsers)}"
        raise ValueError(msg)
    return {
        name: parse(f"{where}'s {name}", payload[name])
        for name, parse in parsers.items()
    }


def _axes(where: str, payload: Any) -> AxesData:
    texts = _list_of(_text, MAX_TEXTS)
    return AxesData(
        **_fields(
            where,
            payload,
            title=_text,
            xlabel=_text,
            ylabel=_text,
            zlabel=_text,
            xscale=_text,
            yscale=_text,
            xlim=_finite(2),
            ylim=_finite(2),
            legend=texts,
            texts=texts,
            series=_list_of(_series, MAX_SERIES),
            surfaces=_list_of(_surface, MAX_SURFACES),
            colorbar=_flag,
        )
    )


def _series(where: str, payload: Any) -> Series:
    fields = _fields(
        where,
        payload,
        kind=_text,
        x=_points,
        y=_points,
        z=_points,
        label=_text,
        colors=_colors,
        marker=_text,
        linestyle=_text,
        reference=_flag,
        visible=_flag,
    )
    points = len(fields["x"])
    if len(fields["y"]) != points or len(fields["z"]) not in (0, points):
        msg = f"the {where} has x, y or z of different lengths"
        raise ValueError(msg)
    if len(fields["colors"]) not in (0, 1, points):
        msg = f"the {where} needs one colour, or one per point"
        raise ValueError(msg)
    return Series(**fields)


def _surface(where: str, payload: Any) -> Surface:
    fields = _fields(
        where,
        payload,
        kind=_text,
        shape=_list_of(_count, 3),
        extent=_finite(4),
        levels=_numbers(MAX_LEVELS),
        values=_numbers(MAX_FIELD),
    )
    if fields["values"] and np.prod(fields["shape"], dtype=float) != len(
        fields["values"]
    ):
        msg = f"the {where}'s values don't fill its shape"
        raise ValueError(msg)
    return Surface(**fields)


def _list_of(parse: Parser, most: int) -> Parser:
    def parsed(where: str, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple) or len(value) > most:
            msg = f"the {where} must be a list of at most {most}"
            raise ValueError(msg)
        return tuple(parse(where, one) for one in value)

    return parsed


def _text(where: str, value: Any) -> str:
    """Return a text with a space for each control, direction or surrogate character."""
    if type(value) is not str or len(value) > MAX_TEXT:
        msg = f"the {where} must be a text of at most {MAX_TEXT} characters"
        raise ValueError(msg)
    return "".join(c if c.isprintable() else " " for c in value).strip()


def _flag(where: str, value: Any) -> bool:
    if type(value) is not bool:
        msg = f"the {where} must be true or false"
        raise ValueError(msg)
    return value


def _count(where: str, value: Any) -> int:
    if type(value) is not int or not 0 <= value <= 10**6:
        msg = f"the {where} must be a whole number, not negative"
        raise ValueError(msg)
    return value


def _array(where: str, value: Any, most: int) -> NDArray[np.float64]:
    """Return real numbers as a float array; infinite or huge ones as NaN."""
    if isinstance(value, list | tuple) and len(value) <= most:
        value = _listed(where, value)
    if type(value) is not np.ndarray or value.dtype.kind not in "iuf":
        msg = f"the {where} must be numbers"
        raise ValueError(msg)
    if value.size > most:
        msg = f"the {where} must be at most {most} numbers"
        raise ValueError(msg)
    numbers = value.astype(np.float64)
    return np.where(np.abs(numbers) <= LARGEST, numbers, np.nan)


def _listed(where: str, values: Sequence[Any]) -> NDArray[np.float64]:
    if all(type(one) in (int, float) for one in values):
        # an int of any length is no float
        with contextlib.suppress(OverflowError):
            return np.array(values, np.float64)
    msg = f"the {where} must be numbers"
    raise ValueError(msg)


def _numbers(most: int) -> Callable[[str, Any], tuple[float, ...]]:
    def parsed(where: str, value: Any) -> tuple[float, ...]:
        numbers = _array(where, value, most)
        if numbers.ndim != 1:
            msg = f"the {where} must be one row of numbers"
            raise ValueError(msg)
        return tuple(numbers.tolist())

    return parsed


_points = _numbers(MAX_POINTS)


def _finite(count: int) -> Callable[[str, Any], tuple[float, ...]]:
    def parsed(where: str, value: Any) -> tuple[float, ...]:
        numbers = _numbers(count)(where, value)
        if len(numbers) != count or not np.isfinite(numbers).all():
            msg = f"the {where} must be {count} finite numbers"
            raise ValueError(msg)
        return numbers

    return parsed


def _colors(where: str, value: Any) -> tuple[tuple[float, ...], ...]:
    colors = _array(where, value, 4 * MAX_POINTS)
    if colors.size == 0:
        return ()
    if colors.ndim != 2 or colors.shape[1] != 4:
        msg = f"the {where} must be rows of red, green, blue, alpha"
        raise ValueError(msg)
    if not ((colors >= 0) & (colors <= 1)).all():
        msg = f"the {where} must be between 0 and 1"
        raise ValueError(msg)
    return tuple(tuple(color) for color in colors.tolist())


def _pixels(where: str, value: Any) -> NDArray[np.uint8]:
    if type(value) is not np.ndarray or value.dtype != np.uint8:
        msg = f"the {where} must be an array of bytes"
        raise ValueError(msg)
    if value.ndim != 3 or value.shape[0] > MAX_HEIGHT or value.shape[1] > MAX_WIDTH:
        msg = f"the {where} must be at most {MAX_WIDTH} x {MAX_HEIGHT}"
        raise ValueError(msg)
    return value
