"""Public checks of the lab `regression`: small examples that you can follow by hand.

They are worth no points. The hidden checks, which are, ask for more than these.
"""

import numpy as np

from grader.checks import (
    Draws,
    Item,
    StudentCode,
    Verdict,
    check,
    figures,
    numbers,
    rubric,
    values,
)

# three points on y = 1 + 2 x
X = np.array([[0.0], [1.0], [2.0]])
Y = np.array([[1.0], [3.0], [5.0]])
# a network of one neuron whose output is 0 everywhere
FLAT = {
    "w1": np.zeros((1, 1)),
    "b1": np.zeros(1),
    "w2": np.zeros((1, 1)),
    "b2": np.zeros(1),
}


@check(task="T1")
def points_are_two_columns(student: StudentCode, _rng: Draws) -> Verdict:
    """make_line(n=5, sigma=0) returns X and y, both (5, 1), on the line 2 x + 1."""
    got = student.make_line(n=5, sigma=0, seed=0)
    parts = got if isinstance(got, list) and len(got) == 2 else [None, None]
    x, y = (numbers(part, (5, 1)) for part in parts)
    shaped = x is not None and y is not None
    return rubric(
        Item(0.4, shaped, "X and y must both have shape (5, 1).", "the shapes"),
        Item(
            0.6,
            shaped and bool(np.allclose(y, 2 * x + 1)),
            "with sigma=0, every point must lie on the line.",
        ),
    )


@check(task="T2")
def line_through_three_points(student: StudentCode, _rng: Draws) -> Verdict:
    """Through (0, 1), (1, 3), (2, 5), normal_equation finds intercept 1 and slope 2."""
    return values(
        student.normal_equation, expect=[np.array([1.0, 2.0])], inputs=[(X, Y)]
    )


@check(task="T3")
def one_step_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """One step on rows that are all (x, y) = (3, 5) is the one worked out in the handout."""
    got = student.sgd_line(np.full((4, 1), 3.0), np.full((4, 1), 5.0), 0.01, 1, 2)
    parts = got if isinstance(got, list) and len(got) == 3 else [None] * 3
    k, b = (numbers(part, ()) for part in parts[:2])
    return rubric(
        Item(
            0.2,
            k is not None and b is not None,
            "sgd_line must return two numbers and the history.",
        ),
        Item(
            0.4, near(k, 0.3), f"k is {shown(k)}, expected 0 + 0.01 * 2 * 5 * 3 = 0.3."
        ),
        Item(0.4, near(b, 0.1), f"b is {shown(b)}, expected 0 + 0.01 * 2 * 5 = 0.1."),
    )


@check(task="T3")
def sgd_finds_a_line_without_noise(student: StudentCode, _rng: Draws) -> Verdict:
    """On points that lie on a line, sgd_line ends there, and history has its rows."""
    x = np.linspace(-1, 1, 40).reshape(-1, 1)
    got = student.sgd_line(x, 3 * x + 2, lr=0.1, steps=400, batch=20)
    parts = got if isinstance(got, list) and len(got) == 3 else [None] * 3
    k, b = (numbers(part, ()) for part in parts[:2])
    return rubric(
        Item(
            0.6,
            near(k, 3, 0.01) and near(b, 2, 0.01),
            f"k and b are {shown(k)} and {shown(b)}, expected 3 and 2.",
            "the line",
        ),
        Item(
            0.4,
            numbers(parts[2], (8, 2)) is not None,
            "after 400 steps, history must have shape (8, 2).",
        ),
    )


@check(task="T4")
def one_epoch_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """One epoch on the points (1, 2) and (3, 4) is the one worked out in the handout."""
    x, y = np.array([1.0, 3.0]), np.array([2.0, 4.0])
    got = student.gd_line(x, y, 0.0, 0.0, 0.1, 1, [0, 1])
    parts = got if isinstance(got, list) and len(got) == 2 else [None, None]
    kept = parts[0] if isinstance(parts[0], dict) else {}
    start, after = (numbers(kept.get(epoch), (2,)) for epoch in ("0", "1"))
    costs = numbers(parts[1], (2,))
    return rubric(
        Item(0.2, near(start, 0), "epoch 0 must be kept as (0, 0), the start."),
        Item(
            0.4,
            near(after, np.array([1.4, 0.6])),
            f"after one epoch, (a, b) is {after}, expected (1.4, 0.6).",
            "the start",
        ),
        Item(
            0.4,
            near(costs, np.array([10, 0.32])),
            f"the costs are {costs}, expected 10 and 0.32.",
            "the line",
        ),
    )


@check(task="T5")
def limit_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """For X = (-1, 0, 1) the limit is 1, for X = (-3, 0, 3) it is 1/6."""
    # the Hessian is 2/3 diag(3, 2), then 2/3 diag(3, 18)
    inputs = [(np.array([[-1.0], [0.0], [1.0]]),), (np.array([[-3.0], [0.0], [3.0]]),)]
    return values(
        student.max_stable_lr, expect=[1.0, 1 / 6], inputs=inputs, tolerance=1e-5
    )


@check(task="T5")
def answers_have_their_form(student: StudentCode, _rng: Draws) -> Verdict:
    """The answers are one of "falls", "stays", "grows", and two numbers."""
    got = student.answers()
    got = got if isinstance(got, dict) else {}
    word = str(got.get("above_limit")).strip().lower()
    factors = [numbers(got.get(key), ()) for key in ("half_cost", "sum_of_100")]
    return rubric(
        Item(
            0.5,
            word in ("falls", "stays", "grows"),
            'above_limit must be "falls", "stays" or "grows".',
        ),
        Item(
            0.5,
            all(factor is not None for factor in factors),
            "half_cost and sum_of_100 must be numbers.",
        ),
    )


@check(task="T6")
def rss_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """For targets 1, 2 and predictions 1, 4 as a column, rss is 4."""
    inputs = [(np.array([1.0, 2.0]), np.array([[1.0], [4.0]]))]
    return values(student.rss, expect=[4.0], inputs=inputs)


@check(task="T6", uses="rss")
def mse_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """For targets 1, 2 and predictions 1, 4 as a column, mse is 2."""
    inputs = [(np.array([1.0, 2.0]), np.array([[1.0], [4.0]]))]
    return values(student.mse, expect=[2.0], inputs=inputs)


@check(task="T6", uses="rss")
def r2_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """For targets 1, 2, 3, r2 is 1/2 for 1, 2, 4 and 0 for their mean."""
    y = np.array([1.0, 2.0, 3.0])
    inputs = [(y, np.array([[1.0], [2.0], [4.0]])), (y, np.full(3, 2.0))]
    return values(student.r2, expect=[0.5, 0.0], inputs=inputs)


@check(task="T7")
def sine_points_without_noise(student: StudentCode, _rng: Draws) -> Verdict:
    """make_sine(N=4, sigma=0) returns X and sin(pi X), both (4, 1)."""
    got = student.make_sine(N=4, sigma=0, seed=0)
    parts = got if isinstance(got, list) and len(got) == 2 else [None, None]
    x, y = (numbers(part, (4, 1)) for part in parts)
    shaped = x is not None and y is not None
    return rubric(
        Item(0.4, shaped, "X and Y must both have shape (4, 1).", "the shapes"),
        Item(
            0.6,
            shaped and bool(np.allclose(y, np.sin(np.pi * x))),
            "with sigma=0, Y must be sin(pi X).",
        ),
    )


@check(task="T7")
def prediction_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """With h = (3/4, 1/4), w2 = (2, 4) and b2 = 1, the output is 3.5."""
    p = {
        "w1": np.zeros((1, 2)),
        # exp(-ln 3) is 1/3
        "b1": np.array([np.log(3), -np.log(3)]),
        "w2": np.array([[2.0], [4.0]]),
        "b2": np.array([1.0]),
    }
    return values(
        student.predict_sine,
        expect=[np.array([[3.5]])],
        inputs=[(p, np.array([[0.3]]))],
    )


@check(task="T7")
def parameters_have_their_shapes(student: StudentCode, _rng: Draws) -> Verdict:
    """train_sine with hidden=2 returns w1 (1, 2), b1 (2,), w2 (2, 1), b2 (1,)."""
    x = np.linspace(-1, 1, 5).reshape(-1, 1)
    p = student.train_sine(x, np.sin(np.pi * x), hidden=2, steps=3)
    shapes = {"w1": (1, 2), "b1": (2,), "w2": (2, 1), "b2": (1,)}
    found = p if isinstance(p, dict) else {}
    return rubric(
        *(
            Item(
                0.25,
                numbers(found.get(name), shape) is not None,
                f"{name} must be finite numbers of shape {shape}.",
            )
            for name, shape in shapes.items()
        )
    )


@check(task="T7", uses=("predict_sine", "mse"))
def errors_of_a_flat_line(student: StudentCode, _rng: Draws) -> Verdict:
    """A network that gives 0 everywhere is 9 from the point (0, 3) and 1/2 from the sine."""
    return values(
        student.sine_errors,
        expect=[(9.0, 0.5)],
        inputs=[(FLAT, np.zeros((1, 1)), np.full((1, 1), 3.0))],
        names=("train", "truth"),
    )


@check(task="T8", uses="normal_equation")
def quadratic_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """Through four points of 3 x1^2 - x2^2 + 5, fit_quadratic2 finds 3, -1 and 5."""
    x1, x2 = np.array([0.0, 1.0, 0.0, 2.0]), np.array([0.0, 0.0, 1.0, 1.0])
    return values(
        student.fit_quadratic2,
        expect=[(3.0, -1.0, 5.0)],
        inputs=[(x1, x2, 3 * x1**2 - x2**2 + 5)],
        names=("a", "b", "c"),
    )


@check(task="T9")
def tensorflow_finds_a_line(student: StudentCode, _rng: Draws) -> Verdict:
    """On points that lie on 3 x + 2, sgd_line_tf finds 3 and 2."""
    x = np.linspace(-1, 1, 40).reshape(-1, 1)
    got = student.sgd_line_tf(x, 3 * x + 2, 0.3, 150, 20, 0)
    parts = got if isinstance(got, list) and len(got) == 2 else [None, None]
    k, b = (first_number(part) for part in parts)
    return rubric(
        Item(0.5, near(k, 3, 0.02), f"k is {shown(k)}, expected 3."),
        Item(0.5, near(b, 2, 0.02), f"b is {shown(b)}, expected 2."),
    )


@check(task="T10")
def snapshots_can_be_read(student: StudentCode, _rng: Draws) -> Verdict:
    """plot_snapshots draws six panels, each line in its own, the cost in the last."""
    x = np.arange(5.0)
    lines = [[0.2 * i, 1.0] for i in range(5)]
    costs = np.array([5.0, 3.0, 2.0, 1.5, 1.2])
    figure = figures.draw(student.plot_snapshots, x, x, [0, 1, 2, 3, 4], lines, costs)
    panels = figures.panels(figure)
    return rubric(
        Item(0.4, len(panels) == 6, f"there are {len(panels)} panels, expected 6."),
        Item(
            0.4,
            figures.find_curve(figure, costs) is not None,
            "the cost curve is missing.",
        ),
        Item(
            0.2,
            sum(figures.titled(panel) for panel in panels) >= 5,
            "the panels of the lines need titles.",
        ),
        pictures=(figures.picture(figure, "Snapshots"),),
    )


@check(task="T10")
def history_can_be_read(student: StudentCode, _rng: Draws) -> Verdict:
    """plot_history draws both columns over the steps 50, 100 ..., with their best values."""
    steps = 50.0 * np.arange(1, 9)
    history = np.column_stack([2 + 20 / steps, 1 - 30 / steps])
    figure = figures.draw(student.plot_history, history, np.array([1.0, 2.0]))
    curves = [figures.find_curve(figure, column, x=steps) for column in history.T]
    levels = [
        curve is not None and figures.find_line(curve.axes, w=(0.0, 1.0), b=-best)
        for curve, best in zip(curves, (2.0, 1.0), strict=True)
    ]
    return rubric(
        Item(0.5, None not in curves, "k and b are not both drawn over the steps."),
        Item(0.5, all(levels), "the level of least squares is missing beside a curve."),
        pictures=(figures.picture(figure, "History"),),
    )


@check(task="T10", uses="predict_sine")
def sine_can_be_read(student: StudentCode, _rng: Draws) -> Verdict:
    """plot_sine draws data, truth and prediction, with labels and a legend."""
    x = np.linspace(-0.9, 0.9, 7).reshape(-1, 1)
    figure = figures.draw(student.plot_sine, x, np.sin(np.pi * x), FLAT)
    grid = np.linspace(-1, 1, 201)
    true = figures.find_curve(figure, np.sin(np.pi * grid), x=grid)
    return rubric(
        Item(0.6, true is not None, "the true sine from -1 to 1 is missing."),
        Item(
            0.4,
            true is not None
            and figures.labelled(true.axes)
            and figures.legend_for(true.axes, 3),
            "there must be labels, and a legend for data, truth and prediction.",
        ),
        pictures=(figures.picture(figure, "Sine"),),
    )


def near(
    got: np.ndarray | None, expected: float | np.ndarray, tolerance: float = 1e-5
) -> bool:
    """Return whether numbers are there and close."""
    return got is not None and bool(np.all(np.abs(got - expected) <= tolerance))


def shown(got: np.ndarray | None) -> str:
    """Return a number in a few digits."""
    return "missing" if got is None else f"{got:.4g}"


def first_number(value: object) -> np.ndarray | None:
    """Return a number, also from an array of one number."""
    found = (numbers(value, shape) for shape in ((), (1,), (1, 1)))
    return next((one.reshape(()) for one in found if one is not None), None)
