"""Straight lines in one panel: drawn as such, or as the border of a region.

Distances are measured in units of a box, the panel or a part of it, whatever the data's
scale.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from grader.checks.figure_points import is_dots
from grader.domain.figure import AxesData, Series, Surface

Float = NDArray[np.float64]
Box = tuple[float, float, float, float]

# a line may stop at the data: half of the panel's chord is usual, less is a stub
SHARE_OF_CHORD = 0.4


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


def _strokes(axes: AxesData) -> Iterator[Series]:
    return (
        series
        for series in axes.series
        if series.visible
        and series.kind in ("line", "step", "contour")
        and not is_dots(series)
    )


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
