"""Whether a reader can see an artist at all, or it is only there to be counted.

Asks for the artist's own ink, size and place. What other artists paint over it is not
asked: only a second drawing could tell.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# an artist this transparent is not there for a reader
FAINTEST_ALPHA = 0.05
# nor one whose colour is this near to that of the paper, in each of red, green and blue
FAINTEST_CONTRAST = 0.02
# in points; plots of ten thousand dots have them as small as 0.3
SMALLEST_MARKER = 0.1
# in pixels; smaller panels show nothing
SMALLEST_PANEL = 4
# Matplotlib's ways to say no marker, or no line
NOTHING = ("", " ", "None", "none", None)

Floats = NDArray[np.float64]


def is_seen(artist: Any) -> bool:
    """Return whether an artist is shown, in a panel that is shown, by ink that differs.

    A line or a marker in the colour of an empty panel is not seen; where an image or an
    area is painted behind, its colours are taken to differ.
    """
    axes = getattr(artist, "axes", None)
    if not artist.get_visible() or (axes is not None and not _is_panel_seen(axes)):
        return False
    inks = _inks(artist)
    inks = inks[inks[:, 3] > FAINTEST_ALPHA]
    if axes is None or _has_ground(axes):
        return bool(len(inks))
    paper = _paper(axes)
    contrast = inks[:, 3:] * np.abs(inks[:, :3] - paper)
    return bool((contrast > FAINTEST_CONTRAST).any())


def _is_panel_seen(axes: Any) -> bool:
    figure = axes.get_figure()
    (left, bottom), (right, top) = axes.get_window_extent().get_points()
    box = figure.bbox
    width = min(right, box.x1) - max(left, box.x0)
    height = min(top, box.y1) - max(bottom, box.y0)
    return bool(axes.get_visible() and min(width, height) >= SMALLEST_PANEL)


def _has_ground(axes: Any) -> bool:
    """Return whether something larger than lines and dots is painted into a panel."""
    from matplotlib.collections import LineCollection, PathCollection

    thin = (LineCollection, PathCollection)
    areas = [one for one in axes.collections if not isinstance(one, thin)]
    return bool(axes.images or axes.patches or areas)


def _paper(axes: Any) -> Floats:
    """Return the colour of an empty panel, (3,)."""
    paper = np.ones(3)
    for patch in (axes.get_figure().patch, axes.patch):
        if patch.get_visible():
            *rgb, alpha = patch.get_facecolor()
            paper = alpha * np.array(rgb) + (1 - alpha) * paper
    return paper


def _inks(artist: Any) -> Floats:
    """Return all colours that an artist paints with, (n, 4)."""
    from matplotlib.collections import Collection, PathCollection
    from matplotlib.lines import Line2D

    if isinstance(artist, Line2D):
        return _line_inks(artist)
    if not isinstance(artist, Collection):
        return np.array([artist.get_facecolor(), artist.get_edgecolor()], float)
    if isinstance(artist, PathCollection):
        sizes = np.asarray(artist.get_sizes(), float)
        # an area, in points squared
        if len(sizes) and not _is_sized(float(np.sqrt(sizes.max()))):
            return np.empty((0, 4))
    inks = [np.asarray(artist.get_facecolor(), float).reshape(-1, 4)]
    if (np.asarray(artist.get_linewidth()) > 0).any():
        inks.append(np.asarray(artist.get_edgecolor(), float).reshape(-1, 4))
    return np.concatenate(inks)


def _line_inks(line: Any) -> Floats:
    from matplotlib.colors import to_rgba

    colors = []
    if line.get_linestyle() not in NOTHING and line.get_linewidth() > 0:
        colors.append(line.get_color())
    marker = line.get_marker()
    # a pixel is a pixel, whatever its size
    if marker not in NOTHING and (marker == "," or _is_sized(line.get_markersize())):
        if line.get_fillstyle() != "none":
            colors.append(line.get_markerfacecolor())
        if line.get_markeredgewidth() > 0:
            colors.append(line.get_markeredgecolor())
    inks = [to_rgba(color, line.get_alpha()) for color in colors]
    return np.array(inks, float).reshape(-1, 4)


def _is_sized(size: float) -> bool:
    return size > SMALLEST_MARKER
