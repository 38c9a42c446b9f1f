"""A Matplotlib figure as data, as the worker extracted it: a claim, not a fact."""

from typing import Literal

from pydantic import ConfigDict

from grader.domain.frozen import Frozen


class Series(Frozen):
    """One drawn series of points in data coordinates.

    Attributes:
        kind: How it was drawn.
        x: Data x, floats (dates and categories converted by Matplotlib), NaN where masked.
        y: Data y, same length.
        label: Own label, or the legend text of the same colour; "" if none.
        colors: One RGBA (0..1) per point for a scatter with several colours, else one.
        marker: Matplotlib's marker name, "" if none.
        linestyle: Matplotlib's line style, "" if none.
        reference: True for axhline, axvline, axline: not in data coordinates.
        visible: Drawn at all (alpha, line width, visibility).
    """

    kind: Literal["line", "scatter", "bar", "step", "errorbar"]
    x: tuple[float, ...]
    y: tuple[float, ...]
    label: str = ""
    colors: tuple[tuple[float, ...], ...] = ()
    marker: str = ""
    linestyle: str = ""
    reference: bool = False
    visible: bool = True


class Surface(Frozen):
    """A two-dimensional field: imshow, pcolormesh, contour or contourf.

    Attributes:
        kind: How it was drawn.
        shape: Rows and columns of the field; () for a contour.
        extent: Left, right, bottom, top in data coordinates.
        levels: Contour levels; () otherwise.
        values: Row by row, at most 65,536 of them; () for a contour or a larger field.
    """

    kind: Literal["image", "mesh", "contour"]
    shape: tuple[int, ...] = ()
    extent: tuple[float, ...] = ()
    levels: tuple[float, ...] = ()
    values: tuple[float, ...] = ()


class AxesData(Frozen):
    """One Axes."""

    title: str = ""
    xlabel: str = ""
    ylabel: str = ""
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
