"""Whether a figure can be read: labels, title, legend, told apart, not blank.

Hints and a few points, never the mark of a task by themselves.
"""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from grader.domain.figure import AxesData, FigureData, Series

Float = NDArray[np.float64]

# CIE76 colour difference; 2.3 is just noticeable side by side, thin lines need far more
LEAST_DIFFERENCE = 20.0
# a frame with ticks alone inks about 1 % of a figure's pixels; a blank one has none
LEAST_INK = 5e-4

# Source: Machado, Oliveira and Fernandes, "A physiologically-based model for simulation
# of color vision deficiency", IEEE TVCG 15(6), 2009, severity 1.0, on linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
# Source: IEC 61966-2-1 (sRGB), white point D65
RGB_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = RGB_TO_XYZ.sum(axis=1)


def labelled(axes: AxesData) -> bool:
    """Return whether both axes have a label; three in a 3-D panel."""
    solid = any(series.z for series in axes.series) or any(
        surface.kind == "surface" for surface in axes.surfaces
    )
    return bool(axes.xlabel and axes.ylabel and (axes.zlabel or not solid))


def titled(where: FigureData | AxesData) -> bool:
    """Return whether a panel has a title; or a figure one of its own, or all its panels."""
    if isinstance(where, AxesData):
        return bool(where.title)
    shown = [axes for axes in where.axes if axes.series or axes.surfaces]
    return bool(where.suptitle) or bool(shown and all(axes.title for axes in shown))


def legend_for(axes: AxesData, n: int) -> bool:
    """Return whether at least n series are named: in a legend, or by texts beside them."""
    entries = {text for text in axes.legend if text}
    direct = {text for text in axes.texts if any(c.isalpha() for c in text)}
    return len(entries) >= n or len(direct) >= n


def distinguishable(axes: AxesData) -> bool:
    """Return whether any two data series differ, for colour-blind readers as well.

    By line style, marker, or a colour that stays different without red or green cones;
    as many texts in the panel as series (direct labels) will do, too.
    """
    kinds = ("line", "step", "errorbar", "scatter", "bar")
    shown = [
        series
        for series in axes.series
        if series.visible and series.kind in kinds and not series.reference
    ]
    if len(shown) > 1 and len(set(axes.texts)) >= len(shown):
        return True
    return all(_differ(one, other) for one, other in combinations(shown, 2))


def not_blank(figure: FigureData) -> bool:
    """Return whether there is something to see: visible data, and ink on the image."""
    shown = any(
        axes.surfaces or any(series.visible for series in axes.series)
        for axes in figure.axes
    )
    pixels = np.frombuffer(figure.rgba, np.uint8).reshape(-1, 4)
    if not (shown and len(pixels)):
        return False
    return bool((pixels != pixels[0]).any(axis=1).mean() >= LEAST_INK)


def _differ(one: Series, other: Series) -> bool:
    if one.label and one.label == other.label:
        return True
    if one.marker != other.marker or one.linestyle != other.linestyle:
        return True
    if len(one.colors) != 1 or len(other.colors) != 1:
        return one.colors != other.colors
    colors = np.array([one.colors[0][:3], other.colors[0][:3]])
    return all(
        np.linalg.norm(np.subtract(*_lab(colors, seen))) >= LEAST_DIFFERENCE
        for seen in VISION.values()
    )


def _lab(rgb: Float, vision: Float) -> Float:
    """Return CIELAB, (n, 3), of sRGB colours, (n, 3) in 0..1, as a vision sees them."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = np.clip(linear @ vision.T, 0, 1) @ RGB_TO_XYZ.T / WHITE
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz * (29 / 6) ** 2 / 3 + 4 / 29)
    x, y, z = f.T
    return np.column_stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])
