"""Read single Matplotlib artists as plain data: their looks, points and fields.

Only for artists that exist, so that Matplotlib is already imported. What an odd artist
raises, it raises here: `figures` leaves that artist out.
"""

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.worker.seen import NOTHING, is_seen

MAX_FIELD = 65_536
MAX_TEXT = 300
MOVETO, CLOSEPOLY = 1, 79
# markers without an inside
STROKES = ("+", "x", "|", "_", "1", "2", "3", "4", ",")

Floats = NDArray[np.float64]
Plain = dict[str, Any]


def bounded(value: Any) -> str:
    """Return anything as a text of bounded length."""
    return str(value)[:MAX_TEXT]


def style_of(artist: Any) -> Plain:
    """Return label, colours, marker, line style and visibility of any artist."""
    from matplotlib.collections import Collection
    from matplotlib.lines import Line2D

    if isinstance(artist, Line2D):
        style = _line_style(artist)
    elif isinstance(artist, Collection):
        style = _collection_style(artist)
    else:
        style = _patch_style(artist)
    style["visible"] = bool(style["visible"] and is_seen(artist))
    label = bounded(artist.get_label() or "")
    # Matplotlib's own names for what has none: _child0, _nolegend_
    shown = "" if label.startswith("_") else label
    return {"label": shown, "reference": False, **style}


def _line_style(line: Any) -> Plain:
    from matplotlib.colors import to_rgba

    marker, linestyle = line.get_marker(), line.get_linestyle()
    dashes = "" if linestyle in NOTHING or line.get_linewidth() <= 0 else str(linestyle)
    spots = "" if marker in NOTHING or line.get_markersize() <= 0 else _name(marker)
    face = to_rgba(line.get_markerfacecolor())
    hollow = line.get_fillstyle() == "none" or face[3] == 0
    if spots and hollow and spots not in STROKES:
        spots += ", hollow"
    edge = line.get_markeredgecolor() if hollow else face
    color = to_rgba(line.get_color() if dashes else edge, line.get_alpha())
    return {
        "colors": np.array([color]),
        "marker": spots,
        "linestyle": dashes,
        "visible": bool(dashes or spots),
    }


def _name(marker: Any) -> str:
    return bounded(marker) if isinstance(marker, str | int) else "custom"


def _collection_style(collection: Any) -> Plain:
    from matplotlib.collections import PathCollection

    collection.update_scalarmappable()
    face, edge = (
        np.asarray(colors, float).reshape(-1, 4)
        for colors in (collection.get_facecolor(), collection.get_edgecolor())
    )
    hollow = not (face[:, 3:] > 0).any()
    colors = edge if hollow else face
    if len(colors) and (colors == colors[0]).all():
        colors = colors[:1]
    marker = ""
    if isinstance(collection, PathCollection) and collection.get_paths():
        marker = _marker_name(collection.get_paths()[0])
        marker += ", hollow" if hollow and marker not in STROKES else ""
    widths = np.asarray(collection.get_linewidth()).reshape(-1)
    dashes = "" if marker or not (widths > 0).any() else "-"
    return {"colors": colors, "marker": marker, "linestyle": dashes, "visible": True}


def _marker_name(path: Any) -> str:
    """Return the marker whose outline a scatter's path is; "custom" for any other."""
    from matplotlib.markers import MarkerStyle

    for marker in MarkerStyle.markers:
        if isinstance(marker, str) and marker not in NOTHING:
            style = MarkerStyle(marker)
            outline = style.get_path().transformed(style.get_transform()).vertices
            if np.array_equal(outline, path.vertices):
                return marker
    return "custom"


def _patch_style(patch: Any) -> Plain:
    face, edge = patch.get_facecolor(), patch.get_edgecolor()
    color = face if face[3] > 0 else edge
    return {
        "colors": np.array([color], float),
        "marker": "",
        "linestyle": "" if face[3] > 0 else "-",
        "visible": True,
    }


def all_series(axes: Any, children: list[Any]) -> list[Plain]:
    """Return every readable series with at least one point, containers last."""
    parts = _container_parts(axes) if children else {}
    found = []
    for child in children:
        if id(child) not in parts:
            with contextlib.suppress(Exception):
                found += list(_series(axes, child))
    for container in axes.containers if children else ():
        with contextlib.suppress(Exception):
            found += list(_container_series(axes, container))
    return [one for one in found if len(one["x"])]


def _series(axes: Any, artist: Any) -> Iterator[Plain]:
    """Yield what one artist draws as points in data coordinates: one series or none."""
    from matplotlib import collections, contour, lines, patches

    if isinstance(artist, lines.Line2D):
        yield _line(axes, artist)
    elif isinstance(artist, contour.ContourSet):
        yield from _contour_levels(artist)
    elif isinstance(artist, collections.PathCollection):
        yield _scatter(artist)
    elif isinstance(artist, collections.LineCollection):
        yield _curve("line", _joined(artist.get_paths()), artist)
    elif isinstance(artist, collections.PolyCollection) and axes.name != "3d":
        yield _curve("contour", _outlines(artist.get_paths()), artist)
    elif isinstance(artist, patches.StepPatch):
        levels: Any = artist.get_data()
        points = np.column_stack([levels.edges[:-1], levels.values])
        yield _curve("step", points, artist)
    elif type(artist) is patches.Polygon and artist.get_transform() == _of_patch(
        axes, artist
    ):
        yield _curve("step", artist.get_xy(), artist)


def _of_patch(axes: Any, patch: Any) -> Any:
    return patch.get_patch_transform() + axes.transData


def _curve(kind: str, points: Any, artist: Any, **other: Any) -> Plain:
    """Return a series: `points` is (n, 2) or (n, 3), NaN where masked."""
    filled: Any = np.ma.filled(np.ma.asarray(points, float), np.nan)
    # a contour level without a line has no points, and then -1 has no meaning
    columns: Any = filled.reshape(len(points), -1) if len(points) else np.empty((0, 2))
    return {
        "kind": kind,
        "x": columns[:, 0].copy(),
        "y": columns[:, 1].copy(),
        "z": columns[:, 2].copy() if columns.shape[1] > 2 else np.empty(0),
        **style_of(artist),
        **other,
    }


def _line(axes: Any, line: Any) -> Plain:
    kind = "step" if line.get_drawstyle().startswith("steps") else "line"
    if hasattr(line, "get_data_3d"):
        # after drawing, x and y are those of the projection
        return _curve(kind, np.column_stack(line.get_data_3d()), line)
    x, y = line.get_xdata(orig=False), line.get_ydata(orig=False)
    points: Any = np.ma.column_stack([np.ma.asarray(x, float), np.ma.asarray(y, float)])
    if len(points) == 1:
        # one point makes no line, only its marker is seen
        dot = _curve(kind, points, line, linestyle="")
        return {**dot, "visible": dot["visible"] and bool(dot["marker"])}
    if line.get_transform() == axes.transData:
        return _curve(kind, points, line)
    # axhline, axvline, axline: their ends on the screen, back in data coordinates
    ends = line.get_transform().transform(points)
    return _curve(kind, axes.transData.inverted().transform(ends), line, reference=True)


def _scatter(dots: Any) -> Plain:
    if hasattr(dots, "_offsets3d"):
        # no public way to the places before projection
        places = dots._offsets3d  # noqa: SLF001
        points: Any = np.ma.column_stack(
            [np.ma.asarray(axis, float) for axis in places]
        )
    else:
        points = np.ma.asarray(dots.get_offsets(), float)
    series = _curve("scatter", points, dots)
    count = len(series["colors"])
    if 1 < count != len(points):
        series["colors"] = series["colors"][np.arange(len(points)) % count]
    return series


def _contour_levels(contours: Any) -> Iterator[Plain]:
    """Yield one series a level: its lines, or the inner outline of its filled band."""
    paths = contours.get_paths()
    join: Any = _outlines if contours.filled else _joined
    box = (
        np.concatenate([path.vertices for path in paths]) if paths else np.empty((0, 2))
    )
    style = style_of(contours)
    for path in paths:
        points = join([path], box) if contours.filled else join([path])
        yield {
            **_curve("contour", points, contours),
            **style,
            "colors": style["colors"][:1],
        }


def _pieces(path: Any) -> list[Floats]:
    """Return a path's separate polygons and polylines, (n, 2) each."""
    vertices = np.array(path.vertices, float)
    if path.codes is None:
        return [vertices]
    starts = np.flatnonzero(path.codes == MOVETO)
    pieces = np.split(vertices, starts[1:])
    for piece, codes in zip(pieces, np.split(path.codes, starts[1:]), strict=True):
        piece[codes == CLOSEPOLY] = piece[:1]
    return pieces


def _joined(paths: Iterable[Any]) -> Floats:
    """Return the pieces of all paths, (n, 2), with a NaN row between two of them."""
    gap = np.full((1, 2), np.nan)
    rows = [part for path in paths for piece in _pieces(path) for part in (piece, gap)]
    return np.concatenate(rows[:-1]) if rows else np.empty((0, 2))


def _outlines(paths: Iterable[Any], box: Floats | None = None) -> Floats:
    """Return filled polygons' outlines, (n, 2), a NaN row for each edge along the box.

    What is left of a decision region is the boundary to the next region.
    """
    points = _joined(paths)
    around = points if box is None else box
    if not len(points):
        return points
    sides = (np.nanmin(around, axis=0), np.nanmax(around, axis=0))
    near = 1e-9 * (sides[1] - sides[0])
    along = np.zeros(len(points) - 1, bool)
    for side in sides:
        on_side = np.abs(points - side) <= near
        along |= (on_side[:-1] & on_side[1:]).any(axis=1)
    return np.insert(points, np.flatnonzero(along) + 1, np.nan, axis=0)


def _container_parts(axes: Any) -> dict[int, Any]:
    """Return the artists of the Axes' containers by identity."""
    return {
        id(part): part
        for container in axes.containers
        for part in container.get_children()
    }


def _container_series(axes: Any, container: Any) -> Iterator[Plain]:
    from matplotlib.container import BarContainer, ErrorbarContainer, StemContainer

    label = bounded(container.get_label() or "")
    label = "" if label.startswith("_") else label
    if isinstance(container, BarContainer):
        yield {**_bars(container), "label": label}
    elif isinstance(container, ErrorbarContainer):
        line, _, bars = container.lines
        if line is None:
            middles = [path.vertices.mean(axis=0) for path in bars[0].get_paths()]
            yield _curve("errorbar", np.array(middles), bars[0], label=label)
        else:
            yield {**_line(axes, line), "kind": "errorbar", "label": label}
    elif isinstance(container, StemContainer):
        yield {**_line(axes, container.markerline), "label": label}


def _bars(container: Any) -> Plain:
    """Return bars as (middle, height), or (width, middle) where they lie."""
    bars = list(container.patches)
    middles = [
        (bar.get_x() + bar.get_width() / 2, bar.get_y() + bar.get_height() / 2)
        for bar in bars
    ]
    points = np.array(middles, float).reshape(-1, 2)
    lying = getattr(container, "orientation", "vertical") == "horizontal"
    ends = [bar.get_width() if lying else bar.get_height() for bar in bars]
    points[:, 0 if lying else 1] = ends
    series = _curve("bar", points, bars[0])
    colors = np.array([bar.get_facecolor() for bar in bars], float)
    series["colors"] = colors[:1] if (colors == colors[0]).all() else colors
    return series


def surface(artist: Any) -> Iterator[Plain]:
    """Yield the field that an artist shows, if it shows one that can be read."""
    from matplotlib import collections, contour, image

    with contextlib.suppress(Exception):
        if isinstance(artist, image.AxesImage):
            yield _image(artist)
        elif isinstance(artist, collections.QuadMesh):
            yield _mesh(artist)
        elif isinstance(artist, contour.ContourSet):
            yield _contours(artist)
        elif type(artist).__name__ == "Poly3DCollection":
            axes = artist.axes
            yield _field("surface", [*axes.get_xlim(), *axes.get_ylim()])


def _field(kind: str, extent: Any, field: Any = (), levels: Any = ()) -> Plain:
    """Return a surface; `extent` is left, right, the last row's edge, the first row's."""
    values: Any = np.ma.filled(np.ma.asarray(field, float), np.nan)
    finite = np.asarray(levels, float)
    return {
        "kind": kind,
        "shape": list(values.shape) if values.size else [],
        "extent": [float(edge) for edge in extent],
        "levels": finite[np.isfinite(finite)],
        "values": values.ravel() if values.size <= MAX_FIELD else np.empty(0),
    }


def _image(picture: Any) -> Plain:
    left, right, bottom, top = picture.get_extent()
    first_row_below = picture.origin == "lower"
    rows = (top, bottom) if first_row_below else (bottom, top)
    return _field("image", (left, right, *rows), picture.get_array())


def _mesh(mesh: Any) -> Plain:
    corners = np.asarray(mesh.get_coordinates(), float)
    (left, first), (right, last) = corners[0, 0], corners[-1, -1]
    cells = np.ma.asarray(mesh.get_array())
    shape = tuple(n - 1 for n in corners.shape[:2])
    if cells.size != shape[0] * shape[1]:
        shape = corners.shape[:2]
    return _field("mesh", (left, right, last, first), cells.reshape(shape))


def _contours(contours: Any) -> Plain:
    points = np.concatenate([path.vertices for path in contours.get_paths()])
    (left, bottom), (right, top) = points.min(axis=0), points.max(axis=0)
    return _field("contour", (left, right, bottom, top), levels=contours.levels)
