"""Points, classes and straight lines in one panel.

Distances are measured as a reader sees them: in units of the panel, so that 0.02 is 2 %
of its width or height whatever the data's scale.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from grader.domain.figure import AxesData, Series, Surface

Float = NDArray[np.float64]
Box = tuple[float, float, float, float]
Look = tuple[tuple[float, ...], str]

# a line may stop at the data: half of the panel's chord is usual, less is a stub
SHARE_OF_CHORD = 0.4


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


@np.errstate(all="ignore")
def crosses(*, w: ArrayLike, b: float, box: Box) -> bool:
    """Return whether the line w·x + b = 0 passes through a box.

    A neuron that learned nothing (XOR) has w near 0 and no such line: there is nothing
    that `find_line` could find.

    Args:
        w: (2,).
        b: Bias.
        box: Left, right, bottom, top.
    """
    return _TrueLine.through(box, w, b) is not None


@np.errstate(all="ignore")
def find_line(
    axes: AxesData,
    *,
    w: ArrayLike,
    b: float,
    box: Box | None = None,
    tolerance: float = 0.02,
    minimum: int = 2,
) -> bool:
    """Return whether something drawn lies on the line w·x + b = 0.

    Counts: a line through two or many points, axline, axhline, axvline, a contour, the
    edge of a filled region, the edge of a map of two values. What of it is inside the box
    must be within the tolerance and as long as two fifths of the true line there.

    Args:
        axes: The panel, with linear axes.
        w: (2,), the normal of the line.
        b: Bias.
        box: Left, right, bottom, top in data coordinates; else the panel's limits.
        tolerance: Largest distance from the line, in units of the box.
        minimum: Fewest points that a drawn line must have.
    """
    (left, right), (bottom, top) = sorted(axes.xlim), sorted(axes.ylim)
    view = (left, right, bottom, top)
    truth = _TrueLine.through(_common(view, box or view), w, b)
    if truth is None:
        return False
    lines = (_on_line(truth, one, tolerance, minimum) for one in _strokes(axes))
    maps = (_is_divided(truth, one, tolerance) for one in axes.surfaces)
    return any(lines) or any(maps)


def _pairs(points: ArrayLike) -> Float:
    return np.asarray(points, float).reshape(-1, 2)


def _xy(series: Series) -> Float:
    """Return a series' finite points, (n, 2)."""
    points: Float = np.column_stack([series.x, series.y])
    finite: Float = points[np.isfinite(points).all(axis=1)]
    return finite


def _is_dots(series: Series) -> bool:
    return series.kind == "scatter" or bool(series.marker and not series.linestyle)


def _dots(axes: AxesData) -> Iterator[Series]:
    return (
        series
        for series in axes.series
        if series.visible and not series.reference and _is_dots(series)
    )


def _strokes(axes: AxesData) -> Iterator[Series]:
    return (
        series
        for series in axes.series
        if series.visible
        and series.kind in ("line", "step", "contour")
        and not _is_dots(series)
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


def _common(first: Box, second: Box) -> Box:
    return (
        max(first[0], second[0]),
        min(first[1], second[1]),
        max(first[2], second[2]),
        min(first[3], second[3]),
    )


@dataclass(frozen=True)
class _TrueLine:
    """The line normal·p + offset = 0 in a box's units, the normal of length 1.

    Attributes:
        corner: The box's left bottom corner in data coordinates.
        size: Its width and height.
        length: Of the part inside the box.
    """

    corner: Float
    size: Float
    normal: Float
    offset: float
    length: float

    @classmethod
    def through(cls, box: Box, w: ArrayLike, b: float) -> "_TrueLine | None":
        """Return the line if it passes through the box."""
        left, right, bottom, top = box
        if not (left < right and bottom < top):
            return None
        corner, size = np.array([left, bottom]), np.array([right - left, top - bottom])
        normal = np.asarray(w, float).reshape(2) * size
        offset = float(np.asarray(w, float).reshape(2) @ corner + b)
        norm = float(np.hypot(*normal))
        # a line beyond float range of the box is nowhere near it
        if not (np.isfinite(norm) and norm > 0 and abs(offset) <= 2 * norm):
            return None
        normal, offset = normal / norm, offset / norm
        middle = -offset * normal
        along = np.array([-normal[1], normal[0]])
        chord = _clipped((middle - 4 * along)[None], (middle + 4 * along)[None])
        length = float(np.hypot(*(chord[1] - chord[0]))) if len(chord) else 0.0
        return cls(corner, size, normal, offset, length) if length > 0 else None

    def in_box_units(self, points: Float) -> Float:
        """Return points, (n, 2), with the box as the unit square."""
        return (points - self.corner) / self.size

    def distances(self, places: Float) -> Float:
        """Return signed distances of places in box units."""
        return places @ self.normal + self.offset


def _clipped(starts: Float, ends: Float) -> Float:
    """Return the ends, (2k, 2), of the k segments' parts inside the unit square.

    Source: Liang and Barsky, "A new concept and method for line clipping", ACM
    Transactions on Graphics 3(1), 1984.
    """
    steps = ends - starts
    with np.errstate(divide="ignore", invalid="ignore"):
        borders = np.sort([-starts / steps, (1 - starts) / steps], axis=0)
    # a segment along a border never enters through it: it is beside it or not
    beside = (steps == 0) & ((starts < 0) | (starts > 1))
    first = np.where(steps == 0, 0.0, borders[0]).max(axis=1)
    last = np.where(steps == 0, 1.0, borders[1]).min(axis=1)
    enters, leaves = np.maximum(first, 0)[:, None], np.minimum(last, 1)[:, None]
    inside = (enters <= leaves)[:, 0] & ~beside.any(axis=1)
    parts: Float = np.stack([starts + enters * steps, starts + leaves * steps], axis=1)
    kept: Float = parts[inside].reshape(-1, 2)
    return kept


def _on_line(truth: _TrueLine, series: Series, tolerance: float, minimum: int) -> bool:
    """Return whether a series' pieces on the line are long enough together."""
    points = np.column_stack([series.x, series.y])
    gaps = np.flatnonzero(~np.isfinite(points).all(axis=1))
    along = np.array([-truth.normal[1], truth.normal[0]])
    length = 0.0
    for piece in np.split(points, gaps):
        places = truth.in_box_units(piece[np.isfinite(piece).all(axis=1)])
        if len(places) < minimum:
            continue
        seen = _clipped(places[:-1], places[1:])
        if len(seen) and np.abs(truth.distances(seen)).max() <= tolerance:
            length += float(np.ptp(seen @ along))
    return length >= SHARE_OF_CHORD * truth.length


def _is_divided(truth: _TrueLine, surface: Surface, tolerance: float) -> bool:
    """Return whether a map has one value on each side of the line, another on the other."""
    if len(surface.shape) != 2 or not surface.values:
        return False
    rows, columns = surface.shape
    left, right, last, first = surface.extent
    x = left + (right - left) * (np.arange(columns) + 0.5) / columns
    y = first + (last - first) * (np.arange(rows) + 0.5) / rows
    places = truth.in_box_units(np.column_stack([a.ravel() for a in np.meshgrid(x, y)]))
    cell = abs((right - left) / columns), abs((last - first) / rows)
    distance = truth.distances(places)
    # the line may pass anywhere through a cell
    near = tolerance + float(np.hypot(*(np.array(cell) / truth.size))) / 2
    inside = ((places >= 0) & (places <= 1)).all(axis=1)
    values = np.array(surface.values)
    sides = [set(values[inside & (s * distance > near)].tolist()) for s in (-1, 1)]
    return all(len(side) == 1 for side in sides) and sides[0] != sides[1]
