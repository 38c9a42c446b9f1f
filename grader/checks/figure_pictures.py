"""Figures for people: a PNG that we encode ourselves, and its description in words."""

import io

import numpy as np

from grader.domain.figure import AxesData, FigureData, Series
from grader.domain.verdict import Picture

WIDEST = 1200
COLORS = 64
# ten times what a plot needs; a report holds many
MOST_BYTES = 150_000
MAX_PANELS = 12
MAX_SERIES = 6
MAX_ALT = 2000


def picture(figure: FigureData, title: str) -> Picture:
    """Return the figure's pixels as a PNG, with alt text.

    At most 1200 pixels wide and 150 kB; a usual plot has 15 to 30 kB. Nothing that a
    student encoded is decoded: the pixels are plain bytes.
    """
    return Picture(title=title, alt=alt_text(figure), png=_png(figure))


def _png(figure: FigureData) -> bytes:
    from PIL import Image

    # a figure that could not be drawn is one white pixel
    size = (figure.width, figure.height) if figure.rgba else (1, 1)
    drawn = Image.frombytes("RGBA", size, figure.rgba or b"\xff" * 4)
    page = Image.new("RGBA", size, "white")
    page.alpha_composite(drawn)
    image = page.convert("RGB")
    if image.width > WIDEST:
        height = max(round(image.height * WIDEST / image.width), 1)
        image = image.resize((WIDEST, height), Image.Resampling.LANCZOS)
    while True:
        buffer = io.BytesIO()
        few = image.quantize(COLORS, dither=Image.Dither.NONE)
        few.save(buffer, "PNG", optimize=True)
        if buffer.tell() <= MOST_BYTES:
            return buffer.getvalue()
        # noise does not compress: show it smaller
        image = image.reduce(2)


def alt_text(figure: FigureData) -> str:
    """Return what the figure shows in plain words, made from its data."""
    panels = [axes for axes in figure.axes if not axes.colorbar]
    name = f" {_quoted(figure.suptitle)}" if figure.suptitle else ""
    sentences = [f"Figure{name} with {_counted(len(panels), 'panel')}."]
    for number, axes in enumerate(panels[:MAX_PANELS], start=1):
        which = f"Panel {number}" if len(panels) > 1 else "It"
        sentences.append(f"{which} {_panel(axes)}.")
    if len(panels) > MAX_PANELS:
        sentences.append(f"{len(panels) - MAX_PANELS} more panels.")
    return " ".join(sentences)[:MAX_ALT]


def _panel(axes: AxesData) -> str:
    title = f"is titled {_quoted(axes.title)} and " if axes.title else ""
    names = [
        f"{side} axis {_quoted(label)}{', logarithmic' if scale == 'log' else ''}"
        for side, label, scale in (
            ("x", axes.xlabel, axes.xscale),
            ("y", axes.ylabel, axes.yscale),
        )
        if label or scale == "log"
    ]
    over = f" ({'; '.join(names)})" if names else ""
    shown = [_series(series) for series in axes.series if series.visible]
    shown += [_FIELDS[surface.kind] for surface in axes.surfaces]
    if len(shown) > MAX_SERIES:
        shown = [*shown[:MAX_SERIES], f"{len(shown) - MAX_SERIES} more"]
    return f"{title}shows{over}: {'; '.join(shown) or 'nothing'}"


_FIELDS = {
    "image": "an image",
    "mesh": "a coloured map",
    "contour": "contours",
    "surface": "a surface in space",
}


def _series(series: Series) -> str:
    label = f" {_quoted(series.label)}" if series.label else ""
    points = np.column_stack([series.x, series.y])
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return f"an empty {series.kind}{label}"
    if series.kind == "scatter" or (series.marker and not series.linestyle):
        return f"{_counted(len(points), 'point')}{label}{_hues(series)}"
    if series.kind == "bar":
        return f"{_counted(len(points), 'bar')}{label}"
    if series.kind == "contour":
        return f"the edge of a region{label}"
    (x0, y0), (x1, y1) = points[0], points[-1]
    ends = f"from ({x0:.3g}, {y0:.3g}) to ({x1:.3g}, {y1:.3g})"
    if series.reference or len(points) == 2:
        return f"a straight line{label} {ends}"
    low, high = points[:, 1].min(), points[:, 1].max()
    return f"a curve{label} of {len(points)} points {ends}, y between {low:.3g} and {high:.3g}"


def _hues(series: Series) -> str:
    hues = len({tuple(round(part, 2) for part in color) for color in series.colors})
    return f" in {hues} colours" if hues > 1 else ""


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _quoted(text: str) -> str:
    return f'"{text[:80]}"'
