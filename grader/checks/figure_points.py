"""Points and classes in one panel.

Distances are measured as a reader sees them: in units of the panel, so that 0.02 is 2 %
of its width or height whatever the data's scale.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from grader.domain.figure import AxesData, Series

Float = NDArray[np.float64]
Look = tuple[tuple[float, ...], str]


def points_in(axes: AxesData) -> Float:
    """Return all points drawn as dots, (n, 2): scatter, or markers without a line."""
    return np.concatenate(
        [np.empty((0, 2)), *(_xy(series) for series in _dots(axes))], axis=0
    )


@np.errstate(all="ignore")
def has_points(axes: AxesData, points: ArrayLike, *, tolerance: float = 0.02) -> bool:
    """Return whether each of the points is drawn as a dot, inside the panel.

    Args:
        axes: The panel.
        points: (n, 2), in data coordinates, in any order.
        tolerance: Largest distance, in units of the panel.
    """
    drawn = _on_panel(axes, points_in(axes))
    expected = _on_panel(axes, _pairs(points))
    inside = ((expected >= -tolerance) & (expected <= 1 + tolerance)).all()
    return bool(inside) and all(
        len(drawn) and _distances(drawn, point).min() <= tolerance for point in expected
    )


@np.errstate(all="ignore")
def colors_by_class(
    axes: AxesData,
    points: ArrayLike,
    classes: Sequence[object] | NDArray[np.generic],
    *,
    tolerance: float = 0.02,
) -> bool:
    """Return whether dots of one class look alike and dots of two classes don't.

    Colour, marker (filled and hollow differ) or both may tell the classes apart; several
    dots on one place, as a point with a ring, are taken together.

    Args:
        axes: The panel.
        points: (n, 2), in data coordinates.
        classes: n labels, any values that can be compared.
        tolerance: Largest distance from a point to its dot, in units of the panel.

    Raises:
        ValueError: If there are not as many classes as points.
    """
    labels = np.asarray(classes).reshape(-1).tolist()
    spots = _on_panel(axes, _pairs(points))
    if len(labels) != len(spots):
        msg = f"{len(spots)} points have {len(labels)} classes"
        raise ValueError(msg)
    dots = _Dots.of(axes)
    seen = [dots.at(spot, tolerance) for spot in spots]
    return any(
        _tells_apart([_part(look, part) for look in seen], labels)
        for part in ("color", "marker", "both")
    )


def _pairs(points: ArrayLike) -> Float:
    return np.asarray(points, float).reshape(-1, 2)


def _xy(series: Series) -> Float:
    """Return a series' finite points, (n, 2)."""
    points: Float = np.column_stack([series.x, series.y])
    finite: Float = points[np.isfinite(points).all(axis=1)]
    return finite


def is_dots(series: Series) -> bool:
    """Return whether a series is drawn as dots: a scatter, or markers without a line."""
    return series.kind == "scatter" or bool(series.marker and not series.linestyle)


def _dots(axes: AxesData) -> Iterator[Series]:
    return (
        series
        for series in axes.series
        if series.visible and not series.reference and is_dots(series)
    )


def _on_panel(axes: AxesData, points: Float) -> Float:
    """Return points in units of the panel, (0, 0) to (1, 1), also for log axes."""
    columns = []
    scales = ((axes.xscale, axes.xlim), (axes.yscale, axes.ylim))
    for values, (scale, limits) in zip(points.T, scales, strict=True):
        shown = np.concatenate([values, limits])
        if scale == "log":
            shown = np.log(np.where(shown > 0, shown, np.nan))
        low, high = shown[-2:]
        columns.append((shown[:-2] - low) / ((high - low) or 1.0))
    return np.column_stack(columns)


def _distances(points: Float, point: Float) -> Float:
    distances: Float = np.hypot(*(points - point).T)
    return np.where(np.isfinite(distances), distances, np.inf)


@dataclass(frozen=True)
class _Dots:
    """All dots of a panel: places (n, 2) on it, and n looks (colour, marker)."""

    places: Float
    looks: list[Look]

    @classmethod
    def of(cls, axes: AxesData) -> "_Dots":
        """Collect them."""
        places, looks = [np.empty((0, 2))], []
        for series in _dots(axes):
            places.append(_on_panel(axes, np.column_stack([series.x, series.y])))
            colors = [tuple(round(part, 2) for part in c) for c in series.colors]
            each = colors if len(colors) > 1 else colors * len(series.x)
            looks += [(color, series.marker) for color in each or [()] * len(series.x)]
        return cls(np.concatenate(places), looks)

    def at(self, spot: Float, tolerance: float) -> tuple[Look, ...]:
        """Return the looks of the nearest dots, all on one place; () if none is near."""
        if not len(self.places):
            return ()
        distances = _distances(self.places, spot)
        nearest = distances.min()
        if not nearest <= tolerance:
            return ()
        return tuple(self.looks[i] for i in np.flatnonzero(distances <= nearest + 1e-9))


def _part(looks: tuple[Look, ...], part: str) -> tuple[object, ...]:
    """Return what looks are by colour, by marker or by both."""
    which = {"color": slice(1), "marker": slice(1, 2), "both": slice(2)}[part]
    return tuple(sorted((look[which] for look in looks), key=repr))


def _tells_apart(looks: list[tuple[object, ...]], labels: list[object]) -> bool:
    by_class: dict[object, set[tuple[object, ...]]] = {}
    for look, label in zip(looks, labels, strict=True):
        by_class.setdefault(label, set()).add(look)
    one_look_each = all(len(found) == 1 for found in by_class.values())
    different = {look for found in by_class.values() for look in found}
    return all(looks) and one_look_each and len(different) == len(by_class)
