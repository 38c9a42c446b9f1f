"""Hidden checks of the figures: T10. All get their data from here, so luck plays no part."""

import re

import numpy as np

from grader.checks import Draws, Item, StudentCode, Verdict, check, figures, rubric

from . import regression as solution
from .sine import network


@check(task="T10", points=5)
def snapshots_and_cost_are_drawn(student: StudentCode, rng: Draws) -> Verdict:
    """plot_snapshots shows five lines with the points, titled, and the cost curve."""
    x = rng.uniform(0, 10, size=30)
    y = 0.5 * x + 0.5 + rng.normal(scale=0.25, size=30)
    epochs = np.cumsum(rng.integers(1, 300, size=5)).tolist()
    lines = rng.uniform([-0.5, 0.3], [1, 2], size=(5, 2)).round(4).tolist()
    costs = 0.1 + 20 * np.exp(-np.arange(40) / rng.uniform(4, 9))
    figure = figures.draw(student.plot_snapshots, x, y, epochs, lines, costs)
    shown = figures.panels(figure)
    points = np.column_stack([x, y])
    found = [line_panels(shown, points, line) for line in lines]
    titled = all(
        any(is_titled(panel.title, epoch, line) for panel in panels)
        for panels, epoch, line in zip(found, epochs, lines, strict=True)
    )
    curve = figures.find_curve(figure, costs)
    return rubric(
        Item(
            0.4,
            all(found),
            "five panels must show all points and the line of their epoch.",
            "the five lines",
        ),
        Item(
            0.4,
            curve is not None,
            figures.misdrawn(figure, costs) or "the cost curve is missing.",
            "the cost curve",
        ),
        Item(
            0.1,
            titled,
            'each panel needs a title as in "Epoch 10: y = 0.39 x + 1.12".',
        ),
        Item(
            0.1,
            curve is not None and figures.labelled(curve.axes),
            "the axes of the cost curve need labels.",
        ),
        pictures=(figures.picture(figure, "Snapshots, with made-up lines"),),
    )


def line_panels(
    shown: tuple[figures.AxesData, ...], points: np.ndarray, line: list[float]
) -> list[figures.AxesData]:
    """Return the panels with the points and this line; two lines may look alike."""
    a, b = line
    return [
        axes
        for axes in shown
        # a x - y + b = 0
        if figures.has_points(axes, points)
        and figures.find_line(axes, w=(a, -1.0), b=b, tolerance=0.01)
    ]


def is_titled(title: str, epoch: int, line: list[float]) -> bool:
    """Return whether a title has the epoch and both numbers to two digits or more."""
    written = re.findall(r"\d+(?:\.\d+)?", title)
    decimals = [float(text) for text in written if "." in text]
    # the sign of the intercept may stand apart: "+ -0.3" or "- 0.3"
    return str(epoch) in written and all(
        any(abs(abs(value) - number) <= 0.0051 for number in decimals) for value in line
    )


@check(task="T10", points=3)
def history_is_drawn(student: StudentCode, rng: Draws) -> Verdict:
    """plot_history shows k and b over the steps, and where least squares would have them."""
    m = 60
    steps = 50 * np.arange(1, m + 1)
    k_best, b_best = rng.uniform([1.5, 0.5], [2.5, 1])
    noise = rng.normal(scale=0.02, size=(2, m))
    k = k_best + 0.3 * np.exp(-steps / 900) + noise[0]
    b = b_best - 0.9 * np.exp(-steps / 900) + noise[1]
    history, w = np.column_stack([k, b]), np.array([b_best, k_best])
    figure = figures.draw(student.plot_history, history, w)
    curves = [figures.find_curve(figure, values, x=steps) for values in (k, b)]
    drawn = [curve for curve in curves if curve is not None]
    levels = len(drawn) == 2 and all(
        figures.find_line(curve.axes, w=(0.0, 1.0), b=-best)
        for curve, best in zip(drawn, (k_best, b_best), strict=True)
    )
    # by the legend, the y label or the panel's title
    names = {f"{c.series.label} {c.axes.ylabel} {c.axes.title}" for c in drawn}
    return rubric(
        Item(
            0.4,
            len(drawn) == 2,
            "the two columns of history must be drawn over the steps 50, 100, 150 ...",
            "both curves",
        ),
        Item(
            0.4,
            levels,
            "beside each curve, a horizontal line must show its value in w, whose first "
            "entry is the intercept.",
            "the values of least squares",
        ),
        Item(
            0.2,
            len(names) == 2
            and all(
                figures.labelled(curve.axes) or shares_x(figure) for curve in drawn
            ),
            "the axes need labels, and the curves names.",
        ),
        pictures=(figures.picture(figure, "History, with made-up numbers"),),
    )


def shares_x(figure: figures.FigureData) -> bool:
    """Return whether panels above each other have one x label, at the bottom."""
    shown = figures.panels(figure)
    return any(axes.xlabel for axes in shown) and all(axes.ylabel for axes in shown)


@check(task="T10", points=2, uses="predict_sine")
def sine_is_drawn(student: StudentCode, rng: Draws) -> Verdict:
    """plot_sine shows data, true sine (dashed) and prediction, with a legend."""
    X, Y = solution.make_sine(N=40, seed=rng.student_seed())
    p = network(rng, 3)
    figure = figures.draw(student.plot_sine, X, Y, p)
    grid = np.linspace(-1, 1, 401).reshape(-1, 1)
    true = figures.find_curve(figure, np.sin(np.pi * grid[:, 0]), x=grid[:, 0])
    output = solution.predict_sine(p, grid)[:, 0]
    predicted = figures.find_curve(figure, output, x=grid[:, 0], tolerance=5e-3)
    points = np.column_stack([X, Y])
    data = any(figures.has_points(axes, points) for axes in figures.panels(figure))
    complete = data and true is not None and predicted is not None
    return rubric(
        Item(0.2, data, "the points (X, Y) are not all there.", "the data"),
        Item(
            0.4,
            predicted is not None,
            "there is no curve of predict_sine(p, x) from -1 to 1.",
            "the prediction",
        ),
        Item(
            0.2,
            true is not None and true.series.linestyle not in {"-", "solid"},
            "there is no dashed curve of sin(pi x) from -1 to 1.",
        ),
        Item(
            0.2,
            complete
            and figures.labelled(true.axes)
            and figures.legend_for(true.axes, 3),
            "the axes need labels, and a legend for data, truth and prediction.",
        ),
        pictures=(figures.picture(figure, "Sine, with made-up parameters"),),
    )
