"""Find a curve whose values are known in a figure, whatever the style, or say what is off."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from grader.domain.figure import AxesData, FigureData, Series
from grader.domain.frozen import Frozen

Float = NDArray[np.float64]

# drawn epochs may be a quarter of the curve apart: every k-th is a style, three are not
WIDEST_GAP = 0.25
# so much of the curve must be inside the panel: zooming in is a style
SHARE_IN_VIEW = 0.25
# an x this far from an epoch's number belongs to no epoch
OFF_EPOCH = 0.25
# of a figure with hundreds of curves only the first are compared with all transforms
MOST_NAMED = 20


class CurveMatch(Frozen):
    """A drawn series that is the curve.

    Attributes:
        series: The series.
        axes: The panel that it is in.
        offset: The x of the first value, 0 or 1.
        error: Largest deviation, as a fraction of the curve's range.
    """

    series: Series
    axes: AxesData
    offset: int
    error: float

    @property
    def label(self) -> str:
        """Return what the reader is told that the series is.

        The panel's title, or else its y label, where the series is alone in it.
        """
        alone = sum(_is_data(series) for series in self.axes.series) == 1
        panel = (self.axes.title or self.axes.ylabel) if alone else ""
        return self.series.label or panel


@np.errstate(all="ignore")
def find_curve(
    where: FigureData | AxesData,
    truth: ArrayLike,
    *,
    x: ArrayLike | None = None,
    tolerance: float = 2e-3,
) -> CurveMatch | None:
    """Return the drawn series that shows the values, or None.

    Any style: line, step, scatter, bars, error bars; the first value at x = 0 or 1; every
    k-th value; any axis scale; any panel. Labels don't matter: look at the match's
    label afterwards, a swapped legend shows there. Values in percent are other values:
    ask for them, too, where they are as good.

    Args:
        where: The figure, or one panel of it.
        truth: (n,), at least 2 finite values that the grading process knows.
        x: (n,), increasing: the values' x where they are no epochs. Drawn points between
            two of them are compared with the straight line between them.
        tolerance: Largest deviation, as a fraction of the truth's range. Rounding of a
            drawing is 1e-6; log10 drawn as values, or smoothing, gives over 1e-1.

    Raises:
        ValueError: If the truth is no curve.
    """
    values = _checked(truth, x)
    grid = None if x is None else np.asarray(x, float)
    return _best(_candidates(where), values, grid=grid, tolerance=tolerance)


@np.errstate(all="ignore")
def misdrawn(
    where: FigureData | AxesData,
    truth: ArrayLike,
    *,
    instead: Mapping[str, ArrayLike] | None = None,
    tolerance: float = 2e-3,
) -> str | None:
    """Return a sentence that tells what was drawn in place of the values, None if unknown.

    None as well where the curve is there. Knows: other curves given by the caller,
    logarithms, smoothing, running sums and means, other factors and signs, a shifted or
    reversed x, only the beginning.

    Args:
        where: The figure, or one panel of it.
        truth: (n,), the values that should have been drawn, one per epoch.
        instead: Other curves that are often mistaken for it, by what to call them:
            {"the accuracy": accuracy}.
        tolerance: As in `find_curve`.

    Raises:
        ValueError: If the truth is no curve.
    """
    values = _checked(truth, None)
    drawn = _candidates(where)
    if _best(drawn, values, tolerance=tolerance) is not None:
        return None
    drawn = drawn[:MOST_NAMED]
    others = [
        (name, np.asarray(other, float)) for name, other in (instead or {}).items()
    ]
    for says, other in (*others, *_transforms(values)):
        if _best(drawn, other, tolerance=tolerance) is not None:
            return f"The curve shows {says}."
    return next(_symptoms(drawn, values, tolerance), None)


def _checked(truth: ArrayLike, x: ArrayLike | None) -> Float:
    values = np.asarray(truth, float)
    if values.ndim != 1 or len(values) < 2 or not np.isfinite(values).all():
        msg = (
            f"a curve is at least 2 finite values, not an array of shape {values.shape}"
        )
        raise ValueError(msg)
    grid = np.arange(len(values)) if x is None else np.asarray(x, float)
    if grid.shape != values.shape or not (np.diff(grid) > 0).all():
        msg = "x must increase, one for each value"
        raise ValueError(msg)
    return values


@dataclass(frozen=True)
class _Drawn:
    """A candidate: a series' finite points."""

    series: Series
    axes: AxesData
    x: Float
    y: Float


def _candidates(where: FigureData | AxesData) -> list[_Drawn]:
    found = []
    for axes in where.axes if isinstance(where, FigureData) else (where,):
        for series in filter(_is_data, axes.series):
            x, y = np.array(series.x), np.array(series.y)
            known = np.isfinite(x) & np.isfinite(y)
            found.append(_Drawn(series, axes, x[known], y[known]))
    return [drawn for drawn in found if _seen(drawn)]


def _is_data(series: Series) -> bool:
    return series.visible and not series.reference and series.kind != "contour"


def _seen(drawn: _Drawn) -> bool:
    if len(drawn.x) < 2:
        return False
    inside = np.ones(len(drawn.x), bool)
    for values, limits in ((drawn.x, drawn.axes.xlim), (drawn.y, drawn.axes.ylim)):
        low, high = sorted(limits)
        slack = 1e-9 * (high - low)
        inside &= (values >= low - slack) & (values <= high + slack)
    return bool(inside.mean() >= SHARE_IN_VIEW)


def _best(
    candidates: Sequence[_Drawn],
    truth: Float,
    *,
    tolerance: float,
    grid: Float | None = None,
    offsets: tuple[int, ...] = (0, 1),
) -> CurveMatch | None:
    """Return the best match; of equals the one with a label."""
    found = [
        CurveMatch(series=drawn.series, axes=drawn.axes, offset=offset, error=error)
        for drawn in candidates
        for offset in (offsets if grid is None else (0,))
        if (error := _error(drawn, truth, offset, grid)) <= tolerance
    ]
    return min(
        found, key=lambda match: (round(match.error, 9), not match.label), default=None
    )


def _error(drawn: _Drawn, truth: Float, offset: int, grid: Float | None) -> float:
    """Return the largest deviation from the truth over its range; inf if not comparable.

    NaN in the truth is where nothing is expected.
    """
    known = np.flatnonzero(np.isfinite(truth))
    if len(known) < 2:
        return np.inf
    if grid is None:
        index, drawn_y = _epochs(drawn, len(truth), offset)
        expected = truth[index]
        compared = np.isfinite(expected)
        expected, drawn_y = expected[compared], drawn_y[compared]
        places = np.searchsorted(known, index[compared])
    else:
        margin = 1e-6 * (grid[-1] - grid[0])
        inside = (drawn.x >= grid[0] - margin) & (drawn.x <= grid[-1] + margin)
        drawn_y = drawn.y[inside]
        expected = np.interp(drawn.x[inside], grid, truth)
        places = np.searchsorted(grid, drawn.x[inside] - margin)
    # half of the drawn points may be beyond the curve, as a start before training
    if 2 * len(drawn_y) < len(drawn.x) or not _covers(places, len(known)):
        return np.inf
    return float(np.abs(drawn_y - expected).max() / _scale(truth[known]))


def _scale(truth: Float) -> float:
    return float(np.ptp(truth) or np.abs(truth).max() or 1.0)


def _epochs(drawn: _Drawn, count: int, offset: int) -> tuple[NDArray[np.intp], Float]:
    """Return the epoch (from 0) and y of the drawn points that belong to one."""
    epochs = np.rint(drawn.x - offset)
    belongs = np.abs(drawn.x - offset - epochs) <= OFF_EPOCH
    belongs &= (epochs >= 0) & (epochs < count)
    return epochs[belongs].astype(np.intp), drawn.y[belongs]


def _covers(places: NDArray[np.intp], count: int) -> bool:
    """Return whether places in range(count) leave no wide gap, nor at the ends."""
    if len(places) < 2:
        return False
    stops = np.concatenate([[-1], np.unique(places), [count]])
    gap = max(2.0, WIDEST_GAP * count)
    return bool(np.diff(stops).max() <= gap)


def _transforms(truth: Float) -> Iterator[tuple[str, Float]]:
    """Yield what else a curve may show: the words, and the values."""
    count = len(truth)
    if (truth > 0).all():
        log = "of the values: draw the values and make the axis logarithmic"
        yield f"log10 {log}", np.log10(truth)
        yield f"the natural logarithm {log}", np.log(truth)
    steps = np.arange(1, count + 1)
    yield "the mean of all values up to each epoch", np.cumsum(truth) / steps
    yield "the sum of all values up to each epoch", np.cumsum(truth)
    yield "the values in reversed order", truth[::-1]
    yield "the differences of successive values", np.diff(truth)
    yield "the square roots of the values", np.sqrt(np.abs(truth))
    yield "the squares of the values", truth**2
    for width in range(2, min(count // 2, 50) + 1):
        says = f"smoothed values, the mean of {width} epochs each"
        window = np.ones(width) / width
        means = np.convolve(truth, window, mode="valid")
        yield says, means
        yield says, np.concatenate([np.full(width - 1, np.nan), means])
        yield says, np.convolve(truth, window, mode="same")


def _symptoms(
    candidates: Sequence[_Drawn], truth: Float, tolerance: float
) -> Iterator[str]:
    """Yield what a drawn curve itself gives away."""
    count = len(truth)
    shifts = tuple(n for n in range(-10, 11) if n not in (0, 1))
    if match := _best(candidates, truth, tolerance=tolerance, offsets=shifts):
        yield f"The curve starts at x = {match.offset}, expected 0 or 1."
    for drawn in candidates:
        for offset in (0, 1):
            epochs, y = _epochs(drawn, count, offset)
            if len(epochs) < 4:
                continue
            last = int(epochs.max()) + 1
            if last < count and _error(drawn, truth[:last], offset, None) <= tolerance:
                yield f"The curve shows only the first {last} of {count} values."
            for says, other in _fitted(truth, epochs, y):
                if _error(drawn, other, offset, None) <= tolerance:
                    yield f"The curve shows {says}."
    if any(_is_smoother(drawn, truth) for drawn in candidates):
        yield "The curve looks smoother than the values are: draw them unsmoothed."


def _fitted(
    truth: Float, epochs: NDArray[np.intp], y: Float
) -> Iterator[tuple[str, Float]]:
    """Yield transforms with one free number, fitted to the drawn points."""
    expected = truth[epochs]
    factor = float(expected @ y) / (float(expected @ expected) or 1.0)
    if factor:
        says = f"{factor:.4g} times the values"
        yield (
            "the values with the sign reversed" if abs(factor + 1) < 1e-6 else says,
            (factor * truth),
        )
    # s[t] - x[t] = weight * (s[t-1] - x[t]), where s is the smoothed x
    if len(y) == len(truth):
        before, now = y[:-1] - expected[1:], y[1:] - expected[1:]
        weight = float(before @ now) / (float(before @ before) or 1.0)
        if 0 < weight < 1:
            says = f"exponentially smoothed values, weight {weight:.2g} on the past"
            yield says, _smoothed(truth, weight, start=float(y[0]))
    shift = float(np.mean(y - expected))
    yield f"the values plus {shift:.4g}", truth + shift


def _smoothed(truth: Float, weight: float, *, start: float) -> Float:
    smooth = np.empty_like(truth)
    smooth[0] = start
    for t in range(1, len(truth)):
        smooth[t] = weight * smooth[t - 1] + (1 - weight) * truth[t]
    return smooth


def _is_smoother(drawn: _Drawn, truth: Float) -> bool:
    """Return whether a curve follows the values with less than half of their ups and downs."""
    for offset in (0, 1):
        epochs, y = _epochs(drawn, len(truth), offset)
        if len(y) == len(truth) > 4 and _covers(epochs, len(truth)):
            near = np.abs(y - truth[epochs]).mean() <= 0.15 * _scale(truth)
            rough = np.abs(np.diff(y, 2)).sum() <= 0.5 * np.abs(np.diff(truth, 2)).sum()
            if near and rough:
                return True
    return False
