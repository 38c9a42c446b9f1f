"""Public checks of lab 3: the examples of the handout, which you can follow by hand.

They carry no points. The hidden checks ask the same questions with other numbers.
"""

import numpy as np

from grader.checks import (
    Draws,
    Item,
    StudentCode,
    Verdict,
    check,
    figures,
    rubric,
    values,
)

X = np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 3.0]])
LN3 = np.log(3.0)


@check(task="T1")
def numeric_grad_example(student: StudentCode, rng: Draws) -> Verdict:
    """Example: the gradient of x0^2 + 3 x1 at (2, 5) is (4, 3), to seven digits."""

    def f(x):
        return x[0] ** 2 + 3 * x[1]

    return values(
        student.numeric_grad,
        expect=[[4.0, 3.0]],
        inputs=[(f, np.array([2.0, 5.0]))],
        tolerance=1e-7,
        pure=False,
    )


@check(task="T1")
def numeric_grad_shape_example(student: StudentCode, rng: Draws) -> Verdict:
    """Example: the gradient of a sum of squares at a 2 x 3 matrix is twice the matrix."""
    x = np.array([[1.0, 2.0, 3.0], [0.0, -1.0, -2.0]])
    return values(
        student.numeric_grad,
        expect=[2 * x],
        inputs=[(lambda x: np.sum(np.square(x)), x)],
        tolerance=1e-7,
        pure=False,
    )


@check(task="T2")
def graph1_example(student: StudentCode, rng: Draws) -> Verdict:
    """Example: at (1, 2) f is 12, df/dx is 10 and df/dy is 7."""
    return values(
        student.graph1,
        expect=[(12.0, 10.0, 7.0)],
        inputs=[(1.0, 2.0)],
        names=("f", "dx", "dy"),
    )


@check(task="T3")
def exp_graph_example(student: StudentCode, rng: Draws) -> Verdict:
    """Example: x = 1, w1 = 2, w0 = 1 gives e^3 = 20.0855 and dx = 40.1711."""
    cubed = float(np.exp(3.0))
    truth = {"f": 1 + cubed, "dc": 1.0, "db": cubed, "dw0": cubed}
    truth |= {"da": cubed, "dw1": cubed, "dx": 2 * cubed}
    return values(
        student.exp_graph,
        expect=[truth],
        inputs=[(1.0, 2.0, 1.0)],
        # room for single precision, not for four decimals
        tolerance=1e-6,
    )


@check(task="T4")
def half_norm_sq_example(student: StudentCode, rng: Draws) -> Verdict:
    """Example: a 2 x 2 matrix times a column."""
    return values(
        student.half_norm_sq,
        expect=[(1.0, [[-1.0, 1.0], [-1.0, 1.0]], [[-1.0], [-3.0]])],
        inputs=[(np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([[1.0], [-1.0]]))],
        names=("f", "dX", "dW"),
    )


@check(task="T5")
def quadratic_cost_grad_example(student: StudentCode, rng: Draws) -> Verdict:
    """Example: three samples, one output wrong by -1."""
    y = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    a = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]])
    return values(
        student.quadratic_cost_grad,
        expect=[[[0.0, 0.0], [0.0, -1 / 3], [0.0, 0.0]]],
        inputs=[(a, y)],
    )


@check(task="T6")
def linreg_grad_example(student: StudentCode, rng: Draws) -> Verdict:
    """Example: residuals (2, -1, 2) give the gradient (1, 2)."""
    return values(
        student.linreg_grad,
        expect=[[1.0, 2.0]],
        inputs=[(X, np.array([-1.0, 3.0, 1.0]), np.array([0.0, 1.0]))],
    )


@check(task="T6")
def logreg_grad_example(student: StudentCode, rng: Draws) -> Verdict:
    """Example: with w = 0 each h is 1/2, and the gradient is (1/6, 2/3)."""
    return values(
        student.logreg_grad,
        expect=[[1 / 6, 2 / 3]],
        inputs=[(X, np.array([1, 0, 0]), np.zeros(2))],
    )


@check(task="T6")
def softmax_grad_example(student: StudentCode, rng: Draws) -> Verdict:
    """Example: with W = 0 each class has probability 1/3."""
    return values(
        student.softmax_grad,
        expect=[[[0.0, 0.0, 0.0], [1 / 3, 0.0, -1 / 3]]],
        inputs=[(X, np.array([0, 1, 2]), np.zeros((2, 3)))],
    )


@check(task="T7")
def sigmoid_prime_example(student: StudentCode, rng: Draws) -> Verdict:
    """Example: the slope is 1/4 at 0 and 3/16 at ln 3."""
    return values(
        student.sigmoid_prime,
        expect=[[0.25, 3 / 16]],
        inputs=[(np.array([0.0, LN3]),)],
    )


@check(task="T7")
def ce_logit_grad_example(student: StudentCode, rng: Draws) -> Verdict:
    """Example: at z = ln 3 the slope is -1/4 for label 1 and 3/4 for label 0."""
    return values(
        student.ce_logit_grad,
        expect=[[-0.25, 0.75]],
        inputs=[(np.array([LN3, LN3]), np.array([1, 0]))],
    )


@check(task="T8")
def backprop_222_example(student: StudentCode, rng: Draws) -> Verdict:
    """Example: the net of the handout, whose outputs are both 1/2."""
    W1 = np.array([[LN3, 0.0], [0.0, 0.0], [0.0, 0.0]])
    W2 = np.array([[2.0, 4.0], [-1.0, -6.0], [-1.0, 0.0]])
    dW1 = np.array([[3.0, -10.0], [6.0, -20.0], [3.0, -10.0]]) / 64
    dW2 = np.array([[-3.0, 3.0], [-2.0, 2.0], [-4.0, 4.0]]) / 32
    return values(
        student.backprop_222,
        expect=[(0.25, dW1, dW2)],
        inputs=[(np.array([1.0, 2.0]), np.array([1.0, 0.0]), W1, W2)],
        names=("L", "dW1", "dW2"),
    )


@check(task="T9")
def backprop_event_example(student: StudentCode, rng: Draws) -> Verdict:
    """Example: the activation h(v) = v^2, with y = 1 and t = 0."""
    w1, w2 = np.array([[-1.0, 1.0], [0.0, 1.0]]), np.array([1.0, 2.0, -1.0])

    def twice(v):
        return 2 * np.asarray(v)

    return values(
        student.backprop_event,
        expect=[(0.5, [[-8.0, -16.0], [8.0, 16.0]], [-2.0, -2.0, -8.0])],
        inputs=[(np.array([2.0]), 0.0, w1, w2, np.square, twice)],
        names=("E", "dw1", "dw2"),
    )


def parabola(v):
    """C(v) = sum v^2."""
    return float(np.sum(np.square(v)))


def parabola_slope(v):
    """Gradient of the parabola."""
    return 2 * np.asarray(v)


@check(task="T10")
def gd_step_check_example(student: StudentCode, rng: Draws) -> Verdict:
    """Example: C = v^2 at v = 1 falls by 4 eta - 4 eta^2, and 4 eta was promised."""
    etas = 10.0 ** -np.arange(1, 7)
    return values(
        student.gd_step_check,
        expect=[(-4 * etas + 4 * etas**2, -4 * etas)],
        inputs=[(parabola, parabola_slope, np.array([1.0]))],
        names=("actual", "promised"),
    )


@check(task="T10")
def plot_gd_step_example(student: StudentCode, rng: Draws) -> Verdict:
    """Example: the plot for C = v^2 has labels and logarithmic axes."""
    start = np.array([1.0])
    figure = figures.draw(student.plot_gd_step, parabola, parabola_slope, start)
    panels = figures.panels(figure)
    points = [len(series.x) for axes in panels for series in axes.series]
    # drawn one by one they are as many series
    points += [sum(len(s.x) == 1 for s in axes.series) for axes in panels]
    scales = {scale for axes in panels for scale in (axes.xscale, axes.yscale)}
    return rubric(
        Item(0.5, 6 in points, "no series has six points, one for each learning rate."),
        # log10 of both, on linear axes, would do as well
        Item(0, "log" in scales, "the axes are linear: is it the logarithm you draw?"),
        Item(0.5, any(map(figures.labelled, panels)), "the axes have no labels."),
    )


LETTERS = ("q1_line", "q3_line", "q4_update")
NUMBERS = (
    "q1_second",
    "q2_dL_dh",
    "q2_dh_dz",
    "q2_dL_dz",
    "q3_right",
    "q3_printed",
    "q4_w1",
    "q5_factor",
)


def _is_number(value):
    return isinstance(value, int | float | np.ndarray) and np.ndim(value) == 0


@check(task="T11")
def answers_are_complete(student: StudentCode, rng: Draws) -> Verdict:
    """Your answers are all there: three letters and eight numbers; right or wrong."""
    given = student.answers()
    if not isinstance(given, dict):
        return Verdict.failed("answers must return a dict.")
    missing = [key for key in (*LETTERS, *NUMBERS) if key not in given]
    letters = [key for key in LETTERS if not isinstance(given.get(key), str)]
    numbers = [key for key in NUMBERS if not _is_number(given.get(key))]
    return rubric(
        Item(0.5, not missing, f"missing: {', '.join(missing)}."),
        Item(0.25, not letters, f"must be letters like 'A': {', '.join(letters)}."),
        Item(0.25, not numbers, f"must be numbers: {', '.join(numbers)}."),
    )
