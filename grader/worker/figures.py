"""Turn a Matplotlib figure into plain data, where the student's code runs.

The result names each field of the grading process's `FigureData`; long lists of numbers
are float64 arrays, the pixels a uint8 array. Works with Matplotlib 3.8 to 3.11 and never
imports it for a submission that has not: without it there is no figure.

What a reader of the figure sees counts, not how it was coded: a legend's text is a
series' label, a shared axis' label is everybody's, a reference line has two ends.
An artist that can't be read is left out.
"""

import sys
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.worker.artists import Plain, all_series, bounded, style_of, surface

MAX_WIDTH, MAX_HEIGHT = 1600, 1200
MAX_AXES = 64
MAX_SERIES = 200
MAX_POINTS = 20_000
MAX_POINTS_IN_ALL = 100_000
MAX_VALUES_IN_ALL = 400_000
MAX_SURFACES = 100
MAX_TEXTS = 200


def is_figure(value: Any) -> bool:
    """Return whether a function's return value stands for exactly one figure.

    A Figure, an Axes or another artist, a list, tuple or array of them, a seaborn grid,
    pyplot itself. None does not: ask `current_figure`.
    """
    return _figure_of(value) is not None


def current_figure() -> Any | None:
    """Return pyplot's last open figure, preferably one with Axes; None without one."""
    pylab = sys.modules.get("matplotlib._pylab_helpers")
    if pylab is None:
        return None
    figures = [manager.canvas.figure for manager in pylab.Gcf.figs.values()]
    drawn = [figure for figure in figures if figure.axes]
    return (drawn or figures or [None])[-1]


def close_all() -> None:
    """Forget pyplot's open figures."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")


def extract(value: Any) -> Plain:
    """Return a figure as plain data, the fields of `FigureData`.

    Args:
        value: What `is_figure` accepts, or what `current_figure` returned.

    Raises:
        ValueError: If there is no figure in it.
    """
    figure = _figure_of(value)
    if figure is None:
        msg = f"a {type(value).__name__} is no Matplotlib figure"
        raise ValueError(msg)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        # drawing settles limits, colours and layout: first the pixels, then the data
        rgba = _pixels(figure)
        axes = [_axes_data(axes) for axes in _all_axes(figure)]
    _limit(axes)
    height, width = rgba.shape[:2]
    return {
        "suptitle": bounded(figure.get_suptitle()),
        "axes": axes,
        "width": width,
        "height": height,
        "rgba": rgba,
    }


def _figure_of(value: Any, depth: int = 3) -> Any | None:
    if value is None or depth == 0 or "matplotlib.figure" not in sys.modules:
        return None
    if value is sys.modules.get("matplotlib.pyplot"):
        # `return plt`, as many do
        return current_figure()
    if isinstance(value, list | tuple) or (
        isinstance(value, np.ndarray) and value.dtype == object
    ):
        return _common_figure(value, depth)
    if type(value).__module__.split(".")[0] in (
        "matplotlib",
        "mpl_toolkits",
        "seaborn",
    ):
        return _root(value)
    from matplotlib.artist import Artist

    return _root(value) if isinstance(value, Artist) else None


def _common_figure(items: Any, depth: int) -> Any | None:
    """Return the one figure that all items of a list or array belong to."""
    several = items.ravel() if isinstance(items, np.ndarray) else items
    found = [
        _figure_of(item, depth - 1)
        for item in list(several)[:MAX_SERIES]
        if not (isinstance(item, list | tuple) and not item)
    ]
    return found[0] if found and all(one is found[0] for one in found) else None


def _root(value: Any) -> Any | None:
    """Return the figure at the top of subfigures, Axes and artists."""
    from matplotlib.figure import Figure

    for _ in range(8):
        if value is None or isinstance(value, Figure):
            return value
        value = getattr(value, "figure", None) or getattr(value, "axes", None)
    return None


def _pixels(figure: Any) -> NDArray[np.uint8]:
    """Return the drawn figure, uint8 (height, width, 4); (0, 0, 4) if it can't be drawn."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    dpi, before = figure.dpi, figure.canvas
    try:
        width, height = figure.get_size_inches() * dpi
        figure.set_dpi(dpi * min(1.0, MAX_WIDTH / width, MAX_HEIGHT / height))
        canvas: Any = FigureCanvasAgg(figure)
        _draw(canvas, figure)
        seen = np.array(canvas.buffer_rgba(), np.uint8)
    except Exception:
        return np.zeros((0, 0, 4), np.uint8)
    finally:
        # the figure may be shown in a notebook afterwards
        figure.set_canvas(before)
        figure.set_dpi(dpi)
    return seen[:MAX_HEIGHT, :MAX_WIDTH]


def _draw(canvas: Any, figure: Any) -> None:
    """Draw, if need be without the texts and other artists that can't be drawn."""
    try:
        canvas.draw()
    except Exception:
        renderer = canvas.get_renderer()
        for artist in figure.findobj(lambda one: not one.get_children()):
            try:
                artist.draw(renderer)
            except Exception:
                artist.set_visible(False)
        canvas.draw()


def _all_axes(figure: Any) -> list[Any]:
    """Return the Axes in drawing order, insets after the Axes that hold them."""
    found = []
    for axes in figure.axes:
        # a secondary axis is a child too, but draws nothing
        insets = [one for one in axes.child_axes if type(one).__name__ == "Axes"]
        found += [axes, *insets]
    return found[:MAX_AXES]


def _axes_data(axes: Any) -> Plain:
    colorbar = axes.get_label() == "<colorbar>"
    children = [] if colorbar else axes.get_children()
    entries = _LegendEntries.of(axes)
    return {
        "title": bounded(_title(axes)),
        "xlabel": bounded(_axis_label(axes, "x")),
        "ylabel": bounded(_axis_label(axes, "y")),
        "zlabel": bounded(axes.get_zlabel() if hasattr(axes, "get_zlabel") else ""),
        "xscale": bounded(axes.get_xscale()),
        "yscale": bounded(axes.get_yscale()),
        "xlim": _limits(axes.get_xlim()),
        "ylim": _limits(axes.get_ylim()),
        "legend": [bounded(entry) for entry in entries.texts][:MAX_TEXTS],
        "texts": _texts(axes),
        "series": entries.name(all_series(axes, children)),
        "surfaces": [found for child in children for found in surface(child)],
        "colorbar": colorbar,
    }


def _title(axes: Any) -> str:
    titles = [axes.get_title(loc=place) for place in ("center", "left", "right")]
    return " ".join(title for title in titles if title)


def _axis_label(axes: Any, which: str) -> str:
    """Return an Axes' label, else that of an axis it shares, else the figure's."""
    siblings = getattr(axes, f"get_shared_{which}_axes")().get_siblings(axes)
    for sibling in (axes, *siblings):
        label = getattr(sibling, f"{which}axis").label
        if label.get_visible() and label.get_text().strip():
            return str(label.get_text())
    figures = (axes.figure, _root(axes))
    labels = [getattr(figure, f"get_sup{which}label")() for figure in figures]
    return str(labels[0] or labels[1])


def _texts(axes: Any) -> list[str]:
    shown = [text.get_text() for text in axes.texts if text.get_visible()]
    return [bounded(text) for text in shown if text.strip()][:MAX_TEXTS]


def _limits(pair: Any) -> list[float]:
    low, high = (float(end) for end in pair)
    return [low, high] if np.isfinite([low, high]).all() else [0.0, 1.0]


def _limit(axes: list[Plain]) -> None:
    """Cut what is too much for the line to the grading process."""
    series, surfaces = MAX_SERIES, MAX_SURFACES
    for one in axes:
        one["series"] = one["series"][:series]
        one["surfaces"] = one["surfaces"][:surfaces]
        series -= len(one["series"])
        surfaces -= len(one["surfaces"])
    _thin([found for one in axes for found in one["series"]])
    room = MAX_VALUES_IN_ALL
    for field in (found for one in axes for found in one["surfaces"]):
        if len(field["values"]) > room:
            field["values"] = np.empty(0)
        room -= len(field["values"])


def _thin(series: list[Plain]) -> None:
    """Keep every k-th point of each series that has too many."""
    most = min(MAX_POINTS, MAX_POINTS_IN_ALL // max(len(series), 1))
    for one in series:
        # ceiling division: at most `most` are left
        stride = max(-(-len(one["x"]) // most), 1)
        for name in ("x", "y", "z"):
            one[name] = one[name][::stride]
        if len(one["colors"]) > 1:
            one["colors"] = one["colors"][::stride]


@dataclass(frozen=True)
class _Look:
    """What tells one series from another at sight."""

    rgb: tuple[float, ...]
    marker: str
    linestyle: str


@dataclass(frozen=True)
class _LegendEntries:
    """The legends that a reader of one Axes sees: (text, look of the handle)."""

    own: list[tuple[str, _Look]]
    nearby: list[tuple[str, _Look]]

    @classmethod
    def of(cls, axes: Any) -> "_LegendEntries":
        """Collect the Axes' legends, those of its twins and those of its figure."""
        figure = _root(axes)
        place = axes.get_position().bounds
        twins = [
            other
            for other in getattr(figure, "axes", ())
            if other is not axes and other.get_position().bounds == place
        ]
        near = [
            entry for twin in twins for entry in _legend_entries(twin.get_children())
        ]
        whole = _legend_entries(getattr(figure, "legends", ()))
        return cls(_legend_entries(axes.get_children()), near + whole)

    @property
    def texts(self) -> list[str]:
        """Return all entries' texts, the Axes' own first."""
        return [text for text, _ in self.own + self.nearby]

    def name(self, series: list[Plain]) -> list[Plain]:
        """Put the label that a reader sees on each series.

        The text of the only own entry that looks the same; else the series' own label;
        else an entry of the same colour, or one that a neighbour's legend has.
        """
        looks = [_look(one) for one in series]
        left = [entry for entry in self.own if entry[1] not in looks]
        shown = [_look(one) for one in series if not one["reference"]]
        for one, look in zip(series, looks, strict=True):
            if one["reference"] and look in shown:
                # the entry is that of the data which looks the same
                continue
            one["label"] = (
                _only(text for text, handle in self.own if handle == look)
                or one["label"]
                or _only(text for text, handle in left if handle.rgb == look.rgb != ())
                or _only(text for text, handle in self.nearby if handle == look)
            )
        self._name_in_order(series)
        return series

    def _name_in_order(self, series: list[Plain]) -> None:
        """Name series that look alike after a legend given as a list of texts."""
        texts = [text for text, _ in self.own]
        shown = [one for one in series if not one["reference"]]
        if len(shown) == len(texts) and not any(one["label"] for one in shown):
            for one, text in zip(shown, texts, strict=True):
                one["label"] = bounded(text)


def _only(texts: Iterable[str]) -> str:
    """Return the one text that all of them are, or "" if there are several or none."""
    different = set(texts)
    return bounded(different.pop()) if len(different) == 1 else ""


def _legend_entries(artists: Iterable[Any]) -> list[tuple[str, _Look]]:
    from matplotlib.legend import Legend

    found = []
    for legend in artists:
        if isinstance(legend, Legend) and legend.get_visible():
            texts = [text.get_text() for text in legend.get_texts()]
            # what no legend can show has None for a handle, and no text
            handles = [one for one in legend.legend_handles if one is not None]
            found += [
                (text, _look_of(handle))
                for text, handle in zip(texts, handles, strict=False)
                if text.strip()
            ]
    return found


def _look_of(handle: Any) -> _Look:
    try:
        style = style_of(handle)
    except Exception:
        return _Look((), "", "")
    return _look(style)


def _look(series: Plain) -> _Look:
    colors = np.asarray(series["colors"])
    one_color = len(colors) and (colors == colors[0]).all()
    rgb = tuple(np.round(colors[0, :3], 3).tolist()) if one_color else ()
    return _Look(rgb, series["marker"], series["linestyle"])
