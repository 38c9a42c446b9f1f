"""A Matplotlib figure as data, as the worker extracted it: a claim, not a fact."""

from typing import Literal

from pydantic import ConfigDict

from grader.domain.frozen import Frozen


class Series(Frozen):
    """One drawn series of points in data coordinates.

    Attributes:
        kind: How it was drawn; `contour` for a level's lines or a filled region's outline.
        x: Data x, floats (dates and categories converted by Matplotlib), NaN where masked
            and between the pieces of a contour or a collection of lines.
        y: Data y, same length.
        z: Data z, same length, for a 3-D plot; else ().
        label: What a reader sees: the text of the legend entry that looks like the
            series, else the series' own label; "" if none.
        colors: One RGBA (0..1) per point for a scatter with several colours, else one.
        marker: Matplotlib's marker name, "custom" for any other, with ", hollow" for an
            outline only; "" if none.
        linestyle: Matplotlib's line style, "" if none.
        reference: True for axhline, axvline, axline: drawn across the panel, x and y are
            its visible ends.
        visible: Whether a reader can see it, by its ink, size and place; what others paint
            over it is not asked.
    """

    kind: Literal["line", "scatter", "bar", "step", "errorbar", "contour"]
    x: tuple[float, ...]
    y: tuple[float, ...]
    z: tuple[float, ...] = ()
    label: str = ""
    colors: tuple[tuple[float, ...], ...] = ()
    marker: str = ""
    linestyle: str = ""
    reference: bool = False
    visible: bool = True


class Surface(Frozen):
    """A two-dimensional field: imshow, pcolormesh, contour, contourf or a 3-D surface.

    Attributes:
        kind: How it was drawn.
        shape: Rows, columns and perhaps channels of the field; () for contour, surface.
        extent: Left, right, the outer edge of the last row, that of the first row, in
            data coordinates; for contour and surface left, right, bottom, top.
        levels: Contour levels; () otherwise.
        values: Row by row, at most 65,536 of them; () for a contour or a larger field.
    """

    kind: Literal["image", "mesh", "contour", "surface"]
    shape: tuple[int, ...] = ()
    extent: tuple[float, ...] = ()
    levels: tuple[float, ...] = ()
    values: tuple[float, ...] = ()


class AxesData(Frozen):
    """One Axes.

    Attributes:
        xlabel: Its own, else that of an axis it shares, else the figure's.
        ylabel: The same.
        zlabel: Its own, for a 3-D plot.
        legend: The entries that a reader sees: its own, its twins', its figure's.
        texts: What was written into it, annotations among them.
        colorbar: A colour bar: series and surfaces are left out.
    """

    title: str = ""
    xlabel: str = ""
    ylabel: str = ""
    zlabel: str = ""
    xscale: str = "linear"
    yscale: str = "linear"
    xlim: tuple[float, float] = (0.0, 1.0)
    ylim: tuple[float, float] = (0.0, 1.0)
    legend: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    series: tuple[Series, ...] = ()
    surfaces: tuple[Surface, ...] = ()
    colorbar: bool = False


class FigureData(Frozen):
    """One figure: its Axes in drawing order, and its pixels.

    Attributes:
        suptitle: The figure's own title.
        axes: Every Axes, colour bars among them (`colorbar`).
        width: Pixels.
        height: Pixels.
        rgba: `width * height * 4` bytes, row by row from the top.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    suptitle: str = ""
    axes: tuple[AxesData, ...] = ()
    width: int = 0
    height: int = 0
    rgba: bytes = b""
