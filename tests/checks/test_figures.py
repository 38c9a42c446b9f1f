"""Figures as a student would draw them, through the worker's extraction, to verdicts."""

import copy
import functools
import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from PIL import Image

from grader.checks import figures
from grader.checks.in_process import InProcessStudent
from grader.domain.figure import AxesData, FigureData, Series, Surface
from grader.domain.student import CallFailed
from grader.domain.verdict import Outcome
from grader.worker import figures as extraction

EPOCHS = 30
RNG = np.random.default_rng(7)
LOSS = 0.7 * np.exp(-np.arange(EPOCHS) / 8) + 0.05 + 0.02 * RNG.normal(size=EPOCHS)
VALIDATION = LOSS + 0.1 + 0.005 * np.arange(EPOCHS)
ACCURACY = 1 - 0.5 * np.exp(-np.arange(EPOCHS) / 5)


@pytest.fixture(autouse=True)
def _no_window_and_no_figure_left():
    plt.switch_backend("Agg")
    # tests of other modules may have left some in this process
    plt.close("all")
    yield
    plt.close("all")


def seen(plot):
    value = plot()
    figure = extraction.current_figure() if value is None else value
    claim = extraction.extract(figure)
    plt.close("all")
    return figures.figure_from(claim)


# how a student may draw the training loss, with its label where there is one


def plain():
    plt.plot(LOSS, label="training loss")
    plt.plot(VALIDATION, label="validation loss")
    plt.legend()


def one_based_with_a_legend_list():
    plt.plot(range(1, EPOCHS + 1), LOSS)
    plt.plot(range(1, EPOCHS + 1), VALIDATION)
    plt.legend(["training loss", "validation loss"])


def legend_list_for_black_lines():
    plt.plot(LOSS, "k")
    plt.plot(VALIDATION, "k")
    plt.legend(["training loss", "validation loss"])


def twin_axes():
    figure, left = plt.subplots()
    right = left.twinx()
    left.plot(LOSS, "b-")
    right.plot(ACCURACY, "r-")
    handles = [left.get_lines()[0], right.get_lines()[0]]
    right.legend(handles, ["training loss", "accuracy"])
    return figure


def semilogy():
    _, axes = plt.subplots()
    axes.semilogy(np.abs(LOSS), label="training loss")
    axes.legend()
    return axes


def scatter():
    return plt.scatter(np.arange(EPOCHS), LOSS, label="training loss")


def every_second():
    return plt.plot(np.arange(0, EPOCHS, 2), LOSS[::2], label="training loss")


def every_fifth_with_markers():
    return plt.plot(np.arange(0, EPOCHS, 5), LOSS[::5], "o--", label="training loss")


def step():
    plt.step(np.arange(EPOCHS), LOSS, where="mid", label="training loss")
    return plt.gcf()


def stairs():
    return plt.stairs(LOSS, label="training loss")


def with_reference_lines():
    plt.axhline(LOSS.min(), label="best")
    plt.axvline(int(LOSS.argmin()), color="k")
    plt.plot(LOSS, label="training loss")


def error_bars():
    plt.errorbar(
        np.arange(EPOCHS), LOSS, yerr=np.full(EPOCHS, 0.1), label="training loss"
    )


def error_bars_without_a_line():
    plt.errorbar(np.arange(EPOCHS), LOSS, yerr=0.1, fmt="none", label="training loss")


def array_of_axes():
    _, axes = plt.subplots(1, 2)
    axes[0].plot(ACCURACY, label="accuracy")
    axes[1].plot(LOSS, label="training loss")
    return axes


def figure_and_axes():
    figure, axes = plt.subplots(2, 2)
    axes[1, 1].plot(LOSS, label="training loss")
    return figure, axes


def without_pyplot():
    figure = Figure()
    figure.add_subplot().plot(LOSS, label="training loss")
    return figure


def subfigures():
    figure = plt.figure()
    upper, _ = figure.subfigures(2)
    axes = upper.subplots()
    axes.plot(LOSS, label="training loss")
    return axes


def figure_legend():
    figure, axes = plt.subplots()
    lines = axes.plot(LOSS) + axes.plot(VALIDATION)
    figure.legend(lines, ["training loss", "validation loss"])
    return figure


def hue_as_seaborn_does():
    # seaborn's data lines have no label: empty lines of the same colour carry it
    _, axes = plt.subplots()
    axes.plot(LOSS, color="C0")
    axes.plot(VALIDATION, color="C1")
    axes.plot([], [], color="C0", label="training loss")
    axes.plot([], [], color="C1", label="validation loss")
    axes.legend()
    return axes


def bars():
    return plt.bar(np.arange(EPOCHS), LOSS, label="training loss")


def categories():
    return plt.plot(
        [str(epoch) for epoch in range(EPOCHS)], LOSS, label="training loss"
    )


def before_training_too():
    start_and_epochs = np.concatenate([[LOSS[0] + 0.2], LOSS])
    return plt.plot(start_and_epochs, label="training loss")


def pandas_frame():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"training loss": LOSS, "validation loss": VALIDATION})
    return frame.plot()


STYLES = [
    plain,
    one_based_with_a_legend_list,
    legend_list_for_black_lines,
    twin_axes,
    semilogy,
    scatter,
    every_second,
    every_fifth_with_markers,
    step,
    stairs,
    with_reference_lines,
    error_bars,
    error_bars_without_a_line,
    array_of_axes,
    figure_and_axes,
    without_pyplot,
    subfigures,
    figure_legend,
    hue_as_seaborn_does,
    bars,
    categories,
    before_training_too,
    pandas_frame,
]


@pytest.mark.parametrize("plot", STYLES)
def test_the_loss_is_found_and_named_in_any_honest_style(plot):
    match = figures.find_curve(seen(plot), LOSS)

    assert match is not None
    assert match.label == "training loss"
    assert match.error <= 1e-9


@pytest.mark.parametrize("plot", STYLES)
def test_what_is_found_is_not_misdrawn(plot):
    assert figures.misdrawn(seen(plot), LOSS) is None


def test_a_first_value_at_one_is_told():
    match = figures.find_curve(seen(one_based_with_a_legend_list), LOSS)

    assert match is not None
    assert match.offset == 1


def test_a_curve_alone_in_its_panel_is_named_by_the_panel():
    def plot():
        _, (left, right) = plt.subplots(1, 2)
        left.plot(LOSS)
        left.set_title("training")
        right.plot(VALIDATION)
        right.axhline(1)
        right.set_ylabel("validation")

    figure = seen(plot)

    assert figures.find_curve(figure, LOSS).label == "training"
    assert figures.find_curve(figure, VALIDATION).label == "validation"


def test_swapped_labels_are_seen_because_the_data_decide():
    def swapped():
        plt.plot(LOSS, label="validation")
        plt.plot(VALIDATION, label="training")

    figure = seen(swapped)

    assert figures.find_curve(figure, LOSS).label == "validation"
    assert figures.find_curve(figure, VALIDATION).label == "training"


def test_a_swapped_legend_list_overrides_the_labels_for_a_reader():
    def swapped():
        plt.plot(LOSS, label="training")
        plt.plot(VALIDATION, label="validation")
        plt.legend(["validation", "training"])

    assert figures.find_curve(seen(swapped), LOSS).label == "validation"


def exponentially_smoothed(weight):
    smooth = [LOSS[0]]
    for value in LOSS[1:]:
        smooth.append(weight * smooth[-1] + (1 - weight) * value)
    return np.array(smooth)


WRONG = [
    pytest.param(np.log10(LOSS), "log10", id="log10"),
    pytest.param(np.log(LOSS), "natural logarithm", id="ln"),
    pytest.param(exponentially_smoothed(0.83), "smoothed", id="exponential"),
    pytest.param(np.convolve(LOSS, np.ones(5) / 5, "valid"), "5 epochs", id="window"),
    pytest.param(np.convolve(LOSS, np.ones(3) / 3, "same"), "3 epochs", id="same"),
    pytest.param(np.cumsum(LOSS), "sum of all values", id="running-sum"),
    pytest.param(np.cumsum(LOSS) / np.arange(1, 31), "mean of all", id="running-mean"),
    pytest.param(LOSS[::-1], "reversed order", id="reversed"),
    pytest.param(-LOSS, "sign reversed", id="negated"),
    pytest.param(LOSS * 4, "4 times", id="summed-over-4-samples"),
    pytest.param(LOSS + 0.5, "plus 0.5", id="regulariser-added"),
    pytest.param(LOSS**2, "squares", id="squared"),
    pytest.param(np.sqrt(LOSS), "square roots", id="root"),
    pytest.param(np.diff(LOSS), "differences", id="differences"),
    pytest.param(LOSS[:12], "first 12 of 30", id="stopped-early"),
    pytest.param(ACCURACY, "the accuracy", id="accuracy"),
]


@pytest.mark.parametrize(("drawn", "name"), WRONG)
def test_a_wrong_curve_is_not_found_but_named(drawn, name):
    figure = seen(lambda: plt.plot(drawn, label="training loss"))

    assert figures.find_curve(figure, LOSS) is None
    assert name in figures.misdrawn(figure, LOSS, instead={"the accuracy": ACCURACY})


def test_a_curve_that_starts_elsewhere_is_named():
    figure = seen(lambda: plt.plot(np.arange(EPOCHS) + 5, LOSS))

    assert figures.find_curve(figure, LOSS) is None
    assert "x = 5" in figures.misdrawn(figure, LOSS)


def test_a_short_curve_with_negative_values_may_be_reversed():
    figure = seen(lambda: plt.plot([2.0, -1.0]))

    assert "reversed" in figures.misdrawn(figure, [-1.0, 2.0])
    assert figures.misdrawn(figure, [-1.0, 5.0]) is None


def test_an_unknown_smoothing_is_called_smooth():
    kernel = np.array([1, 4, 6, 4, 1]) / 16
    smooth = np.convolve(np.pad(LOSS, 2, mode="edge"), kernel, "valid")
    figure = seen(lambda: plt.plot(smooth))

    assert "smoother" in figures.misdrawn(figure, LOSS)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(np.sin(np.arange(EPOCHS)), id="sine"),
        pytest.param([1.0, 2.0, 3.0], id="three-values"),
        pytest.param(np.zeros(EPOCHS), id="zeros"),
    ],
)
def test_an_unknown_curve_has_no_name(values):
    figure = seen(lambda: plt.plot(values))

    assert figures.find_curve(figure, LOSS) is None
    assert figures.misdrawn(figure, LOSS) is None


@pytest.mark.parametrize(
    "plot",
    [
        pytest.param(lambda: plt.plot(LOSS, alpha=0), id="transparent"),
        pytest.param(lambda: plt.plot(LOSS, linewidth=0), id="no-width"),
        pytest.param(lambda: plt.plot(LOSS, linestyle="none"), id="no-line"),
        pytest.param(lambda: plt.plot(LOSS, visible=False), id="invisible"),
        pytest.param(lambda: plt.plot(LOSS[:3]), id="three-epochs"),
        pytest.param(lambda: plt.plot(LOSS) and plt.ylim(5, 6) and None, id="outside"),
        pytest.param(lambda: plt.plot(np.arange(EPOCHS) / 30, LOSS), id="wrong-x"),
        pytest.param(lambda: plt.plot(np.full(EPOCHS, np.nan)), id="nan"),
        pytest.param(plt.figure, id="empty"),
    ],
)
def test_a_curve_that_no_reader_sees_is_not_found(plot):
    assert figures.find_curve(seen(plot), LOSS) is None


def test_a_curve_over_any_x_is_found_on_another_grid():
    x = np.linspace(-5, 5, 2001)
    figure = seen(
        lambda: plt.plot(np.linspace(-5, 5, 100), np.tanh(np.linspace(-5, 5, 100)))
    )

    assert figures.find_curve(figure, np.tanh(x), x=x) is not None
    assert figures.find_curve(figure, 1 / (1 + np.exp(-x)), x=x) is None


def test_half_of_a_curve_over_x_is_not_the_curve():
    x = np.linspace(-5, 5, 201)
    figure = seen(lambda: plt.plot(x[:100], np.tanh(x[:100])))

    assert figures.find_curve(figure, np.tanh(x), x=x) is None


def test_a_constant_curve_is_compared_by_its_size():
    figure = seen(lambda: plt.plot(np.full(10, 0.5)))

    assert figures.find_curve(figure, np.full(10, 0.5)) is not None
    assert figures.find_curve(figure, np.full(10, 0.6)) is None


@pytest.mark.parametrize(
    ("truth", "x"),
    [
        ([1.0], None),
        ([[1.0, 2.0]], None),
        ([1.0, np.nan], None),
        ([1.0, 2.0], [1.0]),
        ([1.0, 2.0], [2.0, 1.0]),
    ],
)
def test_a_truth_that_is_no_curve_is_the_teachers_error(truth, x):
    with pytest.raises(ValueError, match=r"curve|increase"):
        figures.find_curve(FigureData(), truth, x=x)


# three panels with the gates' points and lines

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
GATES = {"AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "XOR": [0, 1, 1, 0]}
LINES = {"AND": ([4.0, 4.4], -6.3), "OR": ([5.0, 4.5], -2.2)}
BOX = (-0.5, 1.5, -0.5, 1.5)


def gates(points, line):
    def plot():
        figure, panels = plt.subplots(1, 3, figsize=(12, 4))
        for axes, (name, y) in zip(panels, GATES.items(), strict=True):
            axes.set_title(name)
            points(axes, np.array(y))
            if name in LINES:
                line(axes, *LINES[name])
            axes.set_xlim(-0.5, 1.5)
            axes.set_ylim(-0.5, 1.5)
        return figure

    return figures.panels(seen(plot))


def scatter_c(axes, y):
    axes.scatter(X[:, 0], X[:, 1], c=y)


def two_scatters(axes, y):
    axes.scatter(*X[y == 0].T, label="0")
    axes.scatter(*X[y == 1].T, label="1")


def plot_markers(axes, y):
    axes.plot(*X[y == 0].T, "ko")
    axes.plot(*X[y == 1].T, "k^")


def hollow_and_filled(axes, y):
    axes.scatter(*X[y == 0].T, facecolors="none", edgecolors="k")
    axes.scatter(*X[y == 1].T, color="k")


def one_by_one_with_rings(axes, y):
    for point, target in zip(X, y, strict=True):
        axes.scatter(*point, s=200, color="k")
        axes.plot(*point, marker="o", color="red" if target else "blue")


def by_two_points(axes, w, b):
    x = np.array([-0.5, 1.5])
    axes.plot(x, -(w[0] * x + b) / w[1])


def by_the_unit_interval(axes, w, b):
    axes.plot([0, 1], [-b / w[1], -(w[0] + b) / w[1]], "k--")


def by_many_points(axes, w, b):
    x = np.linspace(-10, 10, 1000)
    axes.plot(x, -(w[0] * x + b) / w[1])


def axline(axes, w, b):
    axes.axline((0, -b / w[1]), slope=-w[0] / w[1])


def grid(n=60):
    return np.meshgrid(np.linspace(-0.5, 1.5, n), np.linspace(-0.5, 1.5, n))


def contour(axes, w, b):
    x, y = grid()
    axes.contour(x, y, w[0] * x + w[1] * y + b, levels=[0])


def labelled_contour(axes, w, b):
    x, y = grid()
    drawn = axes.contour(x, y, 1 / (1 + np.exp(-w[0] * x - w[1] * y - b)), levels=[0.5])
    axes.clabel(drawn)


def filled_contour(axes, w, b):
    x, y = grid()
    axes.contourf(x, y, w[0] * x + w[1] * y + b, levels=[-99, 0, 99], alpha=0.3)


def predicted_classes(axes, w, b):
    x, y = grid(100)
    axes.contourf(x, y, (w[0] * x + w[1] * y + b > 0).astype(int), alpha=0.3)


def mesh_of_classes(axes, w, b):
    x, y = grid(100)
    axes.pcolormesh(x, y, w[0] * x + w[1] * y + b > 0, alpha=0.3)


def image_of_classes(axes, w, b):
    x, y = grid(100)
    axes.imshow(w[0] * x + w[1] * y + b > 0, extent=BOX, origin="lower", alpha=0.3)


def upside_down_image(axes, w, b):
    x, y = grid(100)
    axes.imshow((w[0] * x + w[1] * y + b > 0)[::-1], extent=BOX, alpha=0.3)


def shaded_below(axes, w, b):
    x = np.linspace(-0.5, 1.5, 50)
    axes.fill_between(x, -(w[0] * x + b) / w[1], -5, alpha=0.3)


POINT_STYLES = [
    scatter_c,
    two_scatters,
    plot_markers,
    hollow_and_filled,
    one_by_one_with_rings,
]
LINE_STYLES = [
    by_two_points,
    by_the_unit_interval,
    by_many_points,
    axline,
    contour,
    labelled_contour,
    filled_contour,
    predicted_classes,
    mesh_of_classes,
    image_of_classes,
    upside_down_image,
    shaded_below,
]


@pytest.mark.parametrize("points", POINT_STYLES)
def test_the_gates_points_and_classes_are_found_in_any_honest_style(points):
    for axes, y in zip(gates(points, by_two_points), GATES.values(), strict=True):
        assert figures.has_points(axes, X)
        assert figures.colors_by_class(axes, X, y)


@pytest.mark.parametrize("line", LINE_STYLES)
def test_a_gates_line_is_found_in_any_honest_style(line):
    for axes, (w, b) in zip(gates(scatter_c, line), LINES.values(), strict=False):
        assert figures.find_line(axes, w=w, b=b)
        assert figures.find_line(axes, w=w, b=b, box=BOX)


@pytest.mark.parametrize("line", LINE_STYLES)
def test_a_line_for_other_weights_is_not_the_line(line):
    panel = gates(scatter_c, line)[0]
    w, b = LINES["AND"]

    assert not figures.find_line(panel, w=w, b=b + 0.6)
    assert not figures.find_line(panel, w=[w[0], -w[1]], b=b)
    assert not figures.find_line(panel, w=[w[0], 2 * w[1]], b=b)


def test_points_in_returns_dots_only():
    panel = gates(plot_markers, by_many_points)[0]

    drawn = figures.points_in(panel)

    assert drawn.shape == (4, 2)
    assert {tuple(point) for point in drawn} == {tuple(point) for point in X}


@pytest.mark.parametrize(
    "points",
    [
        pytest.param(lambda axes, _: axes.scatter(*X[:3].T), id="one-missing"),
        pytest.param(lambda axes, _: axes.scatter(*(X + 0.1).T), id="moved"),
        pytest.param(lambda axes, _: axes.scatter(*X.T, alpha=0.01), id="transparent"),
        pytest.param(lambda axes, _: axes.plot(*X.T, "o-"), id="joined-by-a-line"),
        pytest.param(lambda _axes, _y: None, id="none"),
    ],
)
def test_points_that_are_not_all_drawn_are_not_found(points):
    assert not figures.has_points(gates(points, by_two_points)[0], X)


def test_points_outside_the_panel_are_not_found():
    def plot():
        plt.scatter(*X.T)
        plt.xlim(-0.5, 0.5)

    figure = seen(plot)

    assert not figures.has_points(figure.axes[0], X)


def test_points_on_log_axes_are_as_near_as_they_look():
    values = np.array([1e-6, 1e-3, 1.0])

    def plot():
        plt.loglog()
        plt.scatter(values, values)

    figure = seen(plot)

    assert figures.has_points(figure.axes[0], np.column_stack([values, values]))
    assert not figures.has_points(figure.axes[0], [[1e-5, 1e-5]])


@pytest.mark.parametrize(
    "points",
    [
        pytest.param(lambda axes, _: axes.scatter(*X.T), id="one-colour"),
        pytest.param(lambda axes, y: axes.scatter(*X.T, c=1 - y[::-1] + y), id="mixed"),
        pytest.param(
            lambda axes, y: [axes.plot(*X[y == k].T, "ro") for k in (0, 1)],
            id="two-calls-alike",
        ),
        pytest.param(
            lambda axes, _: axes.scatter(*X.T, c=range(4)), id="all-different"
        ),
        pytest.param(lambda axes, _: axes.scatter(5, 5), id="elsewhere"),
        pytest.param(lambda _axes, _y: None, id="none"),
    ],
)
def test_classes_that_look_alike_or_mixed_are_not_told_apart(points):
    panel = gates(points, by_two_points)[0]

    assert not figures.colors_by_class(panel, X, GATES["AND"])


def test_four_classes_by_two_colours_and_two_markers_are_told_apart():
    def plot():
        for point, color, marker in zip(X, "rrbb", "o^o^", strict=True):
            plt.plot(*point, color=color, marker=marker)

    assert figures.colors_by_class(seen(plot).axes[0], X, ["a", "b", "c", "d"])


def test_each_point_needs_a_class():
    with pytest.raises(ValueError, match="4 points have 3 classes"):
        figures.colors_by_class(AxesData(), X, [0, 1, 1])


def nothing(_axes, _w, _b):
    pass


def a_stub(axes, w, b):
    axes.plot([0.7, 0.8], [-(w[0] * x + b) / w[1] for x in (0.7, 0.8)])


def only_two_dots(axes, w, b):
    axes.scatter([0, 1], [-b / w[1], -(w[0] + b) / w[1]])


def one_point_twice(axes, w, b):
    axes.plot([0, 0], [-b / w[1], -b / w[1]])


def a_scribble(axes, _w, _b):
    axes.plot(*np.random.default_rng(1).uniform(-0.5, 1.5, (2, 99)))


def a_map_of_scores(axes, w, b):
    x, y = grid()
    axes.imshow(w[0] * x + w[1] * y + b, extent=BOX, origin="lower")


def a_flat_map(axes, _w, _b):
    axes.imshow(np.ones((9, 9)), extent=BOX)


def a_photo(axes, _w, _b):
    axes.imshow(np.ones((9, 9, 3)), extent=BOX)


@pytest.mark.parametrize(
    "line",
    [
        nothing,
        a_stub,
        only_two_dots,
        one_point_twice,
        a_scribble,
        a_map_of_scores,
        a_flat_map,
        a_photo,
    ],
)
def test_what_is_no_line_is_not_found(line):
    w, b = LINES["AND"]

    assert not figures.find_line(gates(scatter_c, line)[0], w=w, b=b)


def test_a_steep_and_an_axis_parallel_line_are_found():
    def plot():
        plt.axvline(0.5)
        plt.axhline(0.25)
        plt.xlim(0, 1)
        plt.ylim(0, 1)

    panel = seen(plot).axes[0]

    assert figures.find_line(panel, w=[2, 0], b=-1)
    assert figures.find_line(panel, w=[0, -4], b=1)
    assert not figures.find_line(panel, w=[2, 0], b=-1.2)


def test_a_line_outside_the_box_can_not_be_asked_for():
    panel = gates(scatter_c, by_two_points)[0]

    assert not figures.crosses(w=[1, 1], b=-50, box=BOX)
    assert not figures.crosses(w=[0, 0], b=0, box=BOX)
    assert figures.crosses(w=[1, 1], b=-1, box=BOX)
    assert not figures.find_line(panel, w=[1, 1], b=-50)
    assert not figures.find_line(panel, w=[1, 1], b=-1, box=(5, 6, 5, 6))


# what a teacher calls


def test_draw_returns_the_students_figure():
    figure = seen(plain)

    assert figures.draw(lambda: figure) is figure


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "plot returned None and left no figure open"),
        (3.0, "plot returned a float"),
        ([1, 2], "plot returned a list"),
        (1, "plot returned an int"),
    ],
)
def test_draw_says_what_came_in_place_of_a_figure(value, words):
    student = InProcessStudent({"plot": lambda: value})

    with pytest.raises(CallFailed, match=words) as failure:
        figures.draw(student.plot)

    assert failure.value.outcome is Outcome.RAISED


def test_draw_names_the_type_that_did_not_travel():
    student = InProcessStudent({"plot": object})

    with pytest.raises(CallFailed, match="plot returned an object"):
        figures.draw(student.plot)


def test_a_type_without_a_name_is_no_error_of_the_check():
    student = InProcessStudent({"plot": type("", (), {})})

    with pytest.raises(CallFailed, match="plot returned an object, expected"):
        figures.draw(student.plot)


def test_panels_are_without_colour_bars_and_empty_axes():
    def plot():
        figure, axes = plt.subplots(1, 2)
        figure.colorbar(axes[0].imshow(np.eye(3)))
        return figure

    figure = seen(plot)

    assert len(figure.axes) == 3
    assert len(figures.panels(figure)) == 1


def test_labels_count_with_both_axes():
    def plot():
        _, (both, one, solid) = plt.subplots(3)
        both.set(xlabel="epoch", ylabel="loss")
        one.set(xlabel=" ", ylabel="loss")
        solid.plot([1])

    both, one, none = seen(plot).axes

    assert figures.labelled(both)
    assert not figures.labelled(one)
    assert not figures.labelled(none)


def test_a_shared_axis_label_counts_for_each_panel():
    def plot():
        figure, panels = plt.subplots(2, sharex=True)
        panels[1].set_xlabel("epoch")
        figure.supylabel("loss")
        return figure

    assert all(figures.labelled(axes) for axes in seen(plot).axes)


def test_a_panel_in_space_needs_three_labels():
    def plot(zlabel):
        axes = plt.figure().add_subplot(projection="3d")
        axes.plot_surface(*np.meshgrid([0, 1], [0, 1]), np.eye(2))
        axes.set(xlabel="hours", ylabel="grade", zlabel=zlabel)
        return axes

    assert figures.labelled(seen(lambda: plot("p")).axes[0])
    assert not figures.labelled(seen(lambda: plot("")).axes[0])


def test_titles_of_panels_or_of_the_figure_count():
    def plot(suptitle, *titles):
        figure, panels = plt.subplots(2)
        figure.suptitle(suptitle)
        for axes, title in zip(panels, titles, strict=True):
            axes.plot([1, 2])
            axes.set_title(title, loc="left")
        return figure

    assert figures.titled(seen(lambda: plot("Gates", "", "")))
    assert figures.titled(seen(lambda: plot("", "AND", "OR")))
    assert not figures.titled(seen(lambda: plot("", "AND", "")))
    assert not figures.titled(FigureData())
    assert figures.titled(seen(lambda: plot("", "AND", "")).axes[0])


def test_a_legend_or_texts_beside_the_curves_name_them():
    def direct():
        plt.plot(LOSS)
        plt.text(3, 0.5, "training")
        plt.plot(VALIDATION)
        plt.annotate("validation", (20, 0.3))

    assert figures.legend_for(seen(plain).axes[0], 2)
    assert figures.legend_for(seen(direct).axes[0], 2)
    assert not figures.legend_for(seen(direct).axes[0], 3)
    assert not figures.legend_for(seen(scatter).axes[0], 1)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param("C0", "C1", True, id="the-default-colours"),
        pytest.param("lightgreen", "darkred", True, id="light-green-and-dark-red"),
        pytest.param("green", "red", False, id="green-and-red"),
        pytest.param("k-", "k--", True, id="dashes"),
        pytest.param("ko", "k^", True, id="markers"),
        pytest.param("b-", "b-", False, id="the-same"),
    ],
)
def test_curves_are_told_apart_by_more_than_red_and_green(first, second, expected):
    def plot():
        plt.plot(LOSS, first)
        plt.plot(VALIDATION, second)

    figure = seen(plot)

    assert figures.distinguishable(figure.axes[0]) is expected


def test_curves_of_one_name_and_curves_with_texts_need_no_difference():
    def seeds():
        plt.plot(LOSS, "k", label="a seed")
        plt.plot(VALIDATION, "k", label="a seed")

    def direct():
        plt.plot(LOSS, "k")
        plt.text(3, 0.5, "training")
        plt.plot(VALIDATION, "k")
        plt.text(3, 0.6, "validation")

    assert figures.distinguishable(seen(seeds).axes[0])
    assert figures.distinguishable(seen(direct).axes[0])


def test_clouds_of_many_colours_are_told_apart_by_having_others():
    def plot(*colors):
        for color in colors:
            plt.scatter([0, 1], [1, 2], c=color)

    same = seen(lambda: plot(["r", "b"], ["r", "b"])).axes[0]
    different = seen(lambda: plot(["r", "b"], ["g", "k"])).axes[0]

    assert not figures.distinguishable(same)
    assert figures.distinguishable(different)


def test_an_empty_figure_or_one_without_pixels_is_blank():
    figure = seen(plain)

    assert figures.not_blank(figure)
    assert not figures.not_blank(seen(plt.figure))
    assert not figures.not_blank(seen(lambda: plt.subplots()[0]))
    assert not figures.not_blank(figure.model_copy(update={"rgba": b""}))
    white = b"\xff" * len(figure.rgba)
    assert not figures.not_blank(figure.model_copy(update={"rgba": white}))


def test_alt_text_tells_panels_labels_and_values():
    def plot():
        plt.suptitle("Training")
        plt.title("one run")
        plt.semilogy([4.0, 2.0, 1.0], label="loss")
        plt.axhline(1.5)
        plt.scatter([0, 1], [1, 2], c=["r", "b"])
        plt.xlabel("epoch")
        plt.legend()

    text = figures.alt_text(seen(plot))

    assert text.startswith('Figure "Training" with 1 panel. It is titled "one run"')
    assert 'x axis "epoch"' in text
    assert 'a curve "loss" of 3 points from (0, 4) to (2, 1), y between 1 and 4' in text
    assert "2 points in 2 colours" in text
    assert "a straight line from" in text


def test_alt_text_of_anything_is_bounded():
    def plot():
        figure, panels = plt.subplots(4, 5)
        for axes in panels.ravel():
            for _ in range(9):
                axes.plot([1, 2, 3], label="x" * 200)
            axes.imshow(np.eye(2))
        return figure

    assert len(figures.alt_text(seen(plot))) <= 2000
    assert figures.alt_text(FigureData()) == "Figure with 0 panels."


def test_alt_text_names_bars_regions_and_empty_series():
    series = [
        Series(kind="bar", x=(0, 1), y=(1, 2)),
        Series(kind="contour", x=(0, 1), y=(1, 2)),
        Series(kind="line", x=(np.nan,), y=(1,), label="gone"),
    ]
    axes = AxesData(series=tuple(series), surfaces=(Surface(kind="mesh"),))

    text = figures.alt_text(FigureData(axes=(axes, AxesData())))

    assert 'Panel 1 shows: 2 bars; the edge of a region; an empty line "gone"' in text
    assert "a coloured map" in text
    assert "Panel 2 shows: nothing" in text


def test_a_picture_is_a_small_png_with_alt_text():
    figure = seen(gates_figure)

    picture = figures.picture(figure, "Gates")

    image = Image.open(io.BytesIO(picture.png))
    assert image.format == "PNG"
    assert image.width <= 1200
    assert len(picture.png) < 60_000
    assert picture.title == "Gates"
    assert picture.alt == figures.alt_text(figure)


def gates_figure():
    figure, panels = plt.subplots(1, 3, figsize=(14, 4))
    for axes, (name, y) in zip(panels, GATES.items(), strict=True):
        axes.set_title(name)
        scatter_c(axes, y)
        by_two_points(axes, *LINES["OR"])
    return figure


def test_a_picture_of_noise_is_small_too():
    noise = np.random.default_rng(3).integers(0, 256, (1200, 1600, 4), np.uint8)
    figure = FigureData(width=1600, height=1200, rgba=noise.tobytes())

    assert len(figures.picture(figure, "").png) <= 150_000


def test_a_wide_picture_is_scaled_to_1200_pixels():
    figure = FigureData(width=1600, height=400, rgba=b"\xff" * (1600 * 400 * 4))

    image = Image.open(io.BytesIO(figures.picture(figure, "").png))

    assert image.size == (1200, 300)


def test_a_picture_keeps_its_shape_and_colours():
    red = np.zeros((100, 300, 4), np.uint8)
    red[..., 0] = red[..., 3] = 255
    figure = FigureData(width=300, height=100, rgba=red.tobytes())

    image = Image.open(io.BytesIO(figures.picture(figure, "").png)).convert("RGB")

    assert image.size == (300, 100)
    assert image.getpixel((7, 7)) == (255, 0, 0)


def test_a_figure_that_could_not_be_drawn_has_a_picture_of_one_pixel():
    image = Image.open(io.BytesIO(figures.picture(FigureData(), "").png))

    assert image.size == (1, 1)


# hostile payloads


@functools.cache
def extracted():
    axes = Figure(figsize=(1, 1)).add_subplot()
    axes.plot([1.0, 2.0, 3.0])
    axes.imshow(np.eye(2))
    return extraction.extract(axes)


def payload():
    return copy.deepcopy(extracted())


def changed(path, value):
    whole = payload()
    *parents, last = path
    inner = whole
    for key in parents:
        inner = inner[key]
    inner[last] = value
    return whole


SERIES = ("axes", 0, "series", 0)
SURFACE = ("axes", 0, "surfaces", 0)
HOSTILE = [
    pytest.param(("width",), 5, id="width"),
    pytest.param(("width",), -1, id="negative-width"),
    pytest.param(("width",), "100", id="text-width"),
    pytest.param(("width",), True, id="bool-width"),
    pytest.param(("rgba",), b"x" * 4, id="bytes"),
    pytest.param(("rgba",), np.zeros((100, 100, 3), np.uint8), id="three-channels"),
    pytest.param(("rgba",), np.zeros((100, 100, 4)), id="float-pixels"),
    pytest.param(("rgba",), np.zeros((3000, 100, 4), np.uint8), id="too-high"),
    pytest.param(("rgba",), np.zeros(40_000, np.uint8), id="flat-pixels"),
    pytest.param(("suptitle",), 3, id="number-for-text"),
    pytest.param(("suptitle",), "x" * 301, id="long-text"),
    pytest.param(("suptitle",), None, id="none-for-text"),
    pytest.param(("axes",), {}, id="dict-for-axes"),
    pytest.param(("axes",), [3], id="number-for-axes"),
    pytest.param(("axes",), [{}], id="empty-axes"),
    pytest.param(("axes",), [[[[]]]], id="nested"),
    pytest.param(("axes",), "axes", id="text-for-axes"),
    pytest.param(("axes", 0, "xlim"), [0.0, np.nan], id="nan-limit"),
    pytest.param(("axes", 0, "xlim"), [0.0, np.inf], id="infinite-limit"),
    pytest.param(("axes", 0, "xlim"), [0.0], id="one-limit"),
    pytest.param(("axes", 0, "xlim"), ["0", "1"], id="text-limits"),
    pytest.param(("axes", 0, "xlim"), [0, 10**400], id="limit-beyond-float"),
    pytest.param(("axes", 0, "colorbar"), 1, id="number-for-flag"),
    pytest.param(("axes", 0, "texts"), ["x"] * 201, id="many-texts"),
    pytest.param(("axes", 0, "legend"), "text", id="text-for-list"),
    pytest.param(("axes", 0, "more"), 1, id="unknown-field"),
    pytest.param((*SERIES, "kind"), "spiral", id="unknown-kind"),
    pytest.param((*SERIES, "x"), [1.0], id="short-x"),
    pytest.param((*SERIES, "z"), [1.0], id="short-z"),
    pytest.param((*SERIES, "x"), ["1", "2", "3"], id="text-x"),
    pytest.param((*SERIES, "x"), [True, True, True], id="bool-x"),
    pytest.param((*SERIES, "x"), [[1.0], [2.0], [3.0]], id="nested-x"),
    pytest.param((*SERIES, "x"), np.ones((3, 1)), id="two-dimensional-x"),
    pytest.param((*SERIES, "x"), np.ones(3, complex), id="complex-x"),
    pytest.param((*SERIES, "x"), np.array(["1", "2", "3"]), id="array-of-text"),
    pytest.param((*SERIES, "x"), np.ones(20_001), id="too-many-points"),
    pytest.param((*SERIES, "x"), [0.0] * 20_001, id="too-long-a-list"),
    pytest.param((*SERIES, "x"), np.ma.array([1.0, 2.0, 3.0]), id="subclass"),
    pytest.param((*SERIES, "x"), 3.0, id="number-for-x"),
    pytest.param((*SERIES, "colors"), np.ones((2, 4)), id="two-colours-for-three"),
    pytest.param((*SERIES, "colors"), np.ones((3, 3)), id="rgb"),
    pytest.param((*SERIES, "colors"), np.full((1, 4), 2.0), id="too-bright"),
    pytest.param((*SERIES, "colors"), np.full((1, 4), np.nan), id="nan-colour"),
    pytest.param((*SERIES, "colors"), "red", id="text-colour"),
    pytest.param((*SERIES, "colors"), np.ones(4), id="flat-colour"),
    pytest.param((*SERIES, "visible"), "yes", id="text-for-flag"),
    pytest.param((*SURFACE, "shape"), [3, 3], id="wrong-shape"),
    pytest.param((*SURFACE, "shape"), [1] * 4, id="four-dimensions"),
    pytest.param((*SURFACE, "extent"), [0.0, 1.0], id="half-an-extent"),
    pytest.param((*SURFACE, "values"), np.zeros(65_537), id="too-large-a-field"),
    pytest.param((*SURFACE, "levels"), np.zeros(10_001), id="many-levels"),
]


def test_the_workers_payload_is_accepted():
    figure = figures.figure_from(payload())

    assert (figure.width, figure.height) == (100, 100)
    assert figure.axes[0].series[0].y == (1.0, 2.0, 3.0)
    assert figure.axes[0].surfaces[0].values == (1.0, 0.0, 0.0, 1.0)


@pytest.mark.parametrize(("path", "value"), HOSTILE)
def test_a_hostile_payload_is_refused(path, value):
    with pytest.raises(ValueError):  # noqa: PT011 - one of many messages
        figures.figure_from(changed(path, value))


@pytest.mark.parametrize("whole", [None, [], "figure", 3, {}, {"axes": []}])
def test_what_is_no_figure_is_refused(whole):
    with pytest.raises(ValueError, match="exactly the fields"):
        figures.figure_from(whole)


@pytest.mark.parametrize("field", ["series", "surfaces"])
def test_many_axes_can_not_smuggle_more_than_the_bound(field):
    whole = payload()
    axes = whole["axes"][0]
    axes[field] = axes[field] * 90
    whole["axes"] = [axes] * 3

    with pytest.raises(ValueError, match="more series or surfaces"):
        figures.figure_from(whole)


def test_all_points_together_are_bounded():
    whole = payload()
    series = whole["axes"][0]["series"][0]
    series["x"] = series["y"] = np.zeros(20_000)
    whole["axes"][0]["series"] = [series] * 6

    with pytest.raises(ValueError, match="more points"):
        figures.figure_from(whole)


def test_all_fields_together_are_bounded():
    whole = payload()
    surface = whole["axes"][0]["surfaces"][0]
    surface["shape"], surface["values"] = [256, 256], np.zeros(65_536)
    whole["axes"][0]["surfaces"] = [surface] * 7

    with pytest.raises(ValueError, match="more points or values"):
        figures.figure_from(whole)


def test_unseen_characters_become_spaces():
    whole = changed(("axes", 0, "title"), "a\nb\u202ec\x00d\ud800e")

    assert figures.figure_from(whole).axes[0].title == "a b c d e"


def test_limits_at_the_edge_of_floats_find_nothing_quietly():
    whole = changed(("axes", 0, "xlim"), [0.0, 5e-324])

    axes = figures.figure_from(whole).axes[0]

    assert not figures.find_line(axes, w=[1, 1], b=-1)
    assert not figures.has_points(axes, X)
    assert figures.find_curve(axes, LOSS) is None


def test_infinite_points_are_no_points():
    whole = changed((*SERIES, "y"), np.array([-np.inf, 1e300, 2.0]))

    y = figures.figure_from(whole).axes[0].series[0].y

    assert np.isnan(y[:2]).all()
    assert y[2] == 2.0


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=10,
)
PATHS = sorted({parameters.values[0] for parameters in HOSTILE}, key=str)


@given(path=st.sampled_from(PATHS), value=junk)
def test_any_junk_is_a_figure_or_a_value_error(path, value):
    whole = changed(path, value)

    try:
        figure = figures.figure_from(whole)
    except ValueError:
        return
    assert isinstance(figure, FigureData)
    figures.alt_text(figure)
    figures.misdrawn(figure, LOSS)
    figures.find_line(figure.axes[0], w=[1, 1], b=-1) if figure.axes else None
