"""Public checks of lab 1: small examples that you can follow by hand.

They carry no points. The hidden checks ask the same questions with other numbers.
"""

from typing import Any

import numpy as np

from grader.checks import (
    Draws,
    Item,
    StudentCode,
    Verdict,
    check,
    figures,
    gradient,
    numbers,
    rubric,
    values,
)

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
AND = np.array([0, 0, 0, 1])
OR = np.array([0, 1, 1, 1])
ALL_BEFORE_T8 = (
    "step",
    "perceptron",
    "sigmoid",
    "bce_sum",
    "neuron_grad",
    "train_neuron",
)


def single(value: Any) -> float | None:
    """Return one number, an array of shape (1,) included; None for anything else."""
    found = [numbers(value, shape) for shape in ((), (1,))]
    return next((one.item() for one in found if one is not None), None)


@check(task="T1")
def step_example(student: StudentCode, rng: Draws) -> Verdict:
    """Example: step of -2, 0 and 0.1 is 0, 0 and 1."""
    return values(
        student.step, expect=[[0, 0, 1]], inputs=[(np.array([-2.0, 0.0, 0.1]),)]
    )


@check(task="T2", uses="step")
def perceptron_example(student: StudentCode, rng: Draws) -> Verdict:
    """Example: w = (-2, -2), b = 3 is NAND; three inputs work as well as two."""
    three = np.array([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0], [5.0, 2.0, 1.0]])
    return values(
        student.perceptron,
        expect=[[1, 1, 1, 0], [1, 1, 0]],
        inputs=[
            (X, np.array([-2.0, -2.0]), 3.0),
            # sums: -1 + 0 + 3 + 3 = 5, -3 + 0 + 1 + 3 = 1 and -5 + 0 + 1 + 3 = -1
            (three, np.array([-1.0, 0.0, 1.0]), 3.0),
        ],
    )


@check(task="T3", uses=("step", "perceptron"))
def cinema_example(student: StudentCode, rng: Draws) -> Verdict:
    """Example: with threshold 9 you go only if all three answers are yes."""
    return values(
        student.cinema, expect=[[0, 0, 0, 0, 0, 0, 0, 1], [0] * 8], inputs=[(9,), (10,)]
    )


@check(task="T3", uses=("step", "perceptron", "cinema"))
def cinema_range_example(student: StudentCode, rng: Draws) -> Verdict:
    """With a threshold in the middle of your range only the time counts."""
    ends = numbers(student.cinema_range(), (2,))
    if ends is None:
        return Verdict.failed("cinema_range must return two numbers, (lo, hi).")
    lo, hi = ends
    sums = np.array([0, 2, 2, 4, 6, 8, 8, 10])
    decisions = (sums > (lo + hi) / 2).astype(int).tolist()
    return rubric(
        Item(0.5, lo < hi, f"Your range is empty: lo is {lo:g} and hi is {hi:g}."),
        Item(
            0.5,
            decisions == [0, 0, 0, 0, 1, 1, 1, 1],
            f"With threshold {(lo + hi) / 2:g} the eight decisions are {decisions}.",
        ),
    )


@check(task="T4")
def gates_example(student: StudentCode, rng: Draws) -> Verdict:
    """Your weights for AND and OR give their truth tables."""
    value = student.gates()
    items = []
    for gate, table in (("AND", AND), ("OR", OR)):
        pair = value.get(gate) if isinstance(value, dict) else None
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            return Verdict.failed(f'gates()["{gate}"] must be a pair (w, b).')
        w, b = numbers(pair[0], (2,)), single(pair[1])
        if w is None or b is None:
            return Verdict.failed(f"{gate}: w must be two numbers, b one number.")
        sums = X @ w + b
        outputs = (sums > 0).astype(int)
        message = f"{gate}: the sums are {sums.tolist()}, so the outputs {outputs}."
        items.append(Item(0.5, np.array_equal(outputs, table), message))
    return rubric(*items)


@check(task="T5")
def sigmoid_example(student: StudentCode, rng: Draws) -> Verdict:
    """Example: sigmoid of 0, ln 3, -ln 3 and 1000 is 1/2, 3/4, 1/4 and 1."""
    z = np.array([0.0, np.log(3), -np.log(3), 1000.0])
    return values(student.sigmoid, expect=[[0.5, 0.75, 0.25, 1.0]], inputs=[(z,)])


@check(task="T6")
def bce_sum_example(student: StudentCode, rng: Draws) -> Verdict:
    """Example: two rows, outputs 1/2 and 1/4, targets 1 and 0: ln 2 + ln 4/3."""
    return values(
        student.bce_sum,
        expect=[np.log(2) + np.log(4 / 3)],
        inputs=[(np.array([1, 0]), np.array([0.5, 0.25]))],
        tolerance=1e-6,
    )


@check(task="T6", uses="sigmoid")
def neuron_grad_example(student: StudentCode, rng: Draws) -> Verdict:
    """Example: at w = 0 every h is 1/2 if b = 0, and 3/4 if b = ln 3."""
    three = np.array([[1.0, 2.0, 3.0], [3.0, 1.0, 0.0]])
    return values(
        student.neuron_grad,
        # errors 1/2, 1/2, 1/2, -1/2 for AND; -1/4, 3/4 for the two rows of three inputs
        expect=[(np.array([0.0, 0.0]), 1.0), (np.array([2.0, 0.25, -0.75]), 0.5)],
        inputs=[
            (X, AND, np.zeros(2), 0.0),
            (three, np.array([1, 0]), np.zeros(3), np.log(3)),
        ],
        names=("dw", "db"),
        tolerance=1e-6,
    )


@check(task="T6", uses="sigmoid")
def neuron_grad_against_differences(student: StudentCode, rng: Draws) -> Verdict:
    """neuron_grad agrees with the derivative of the loss at w = (1, -2), b = 0.5."""

    def loss(inputs: np.ndarray, y: np.ndarray, w: np.ndarray, b: float) -> np.ndarray:
        # log(1 + exp(z)) - y z is the cross-entropy of sigmoid(z), written in z
        z = inputs @ w + b
        return np.sum(np.log1p(np.exp(z)) - y * z)

    return gradient(
        student.neuron_grad,
        of=loss,
        wrt={"dw": 2, "db": 3},
        at=lambda _: (X, OR, np.array([1.0, -2.0]), 0.5),
        rng=rng,
        draws=1,
    )


@check(task="T7", uses=("sigmoid", "bce_sum", "neuron_grad"))
def train_neuron_example(student: StudentCode, rng: Draws) -> Verdict:
    """20 steps on OR: two weights, one bias, 20 losses that fall."""
    value = student.train_neuron(X, OR, lr=0.1, steps=20, seed=3)
    if not isinstance(value, list | tuple) or len(value) != 3:
        return Verdict.failed("train_neuron must return (w, b, losses).")
    parts = [("w", (2,)), ("b", ()), ("losses", (20,))]
    strange = [
        f"{name} must be {'one number' if shape == () else f'numbers, shape {shape}'}."
        for (name, shape), part in zip(parts, value, strict=True)
        if numbers(part, shape) is None
    ]
    losses = numbers(value[2], (20,))
    return rubric(
        Item(0.5, not strange, " ".join(strange)),
        Item(
            0.5,
            losses is not None and losses[-1] < losses[0],
            "The losses must fall"
            + ("." if losses is None else f": {losses[:3]} ... {losses[-3:]}"),
        ),
    )


@check(task="T8", uses=ALL_BEFORE_T8)
def predict_table_example(student: StudentCode, rng: Draws) -> Verdict:
    """A trained neuron knows OR."""
    return values(student.predict_table, expect=[[0, 1, 1, 1]], inputs=[("OR",)])


@check(task="T8", uses=ALL_BEFORE_T8)
def is_separable_example(student: StudentCode, rng: Draws) -> Verdict:
    """AND and "always 0" are separable."""
    return values(
        student.is_separable, expect=[True, True], inputs=[(AND,), (np.zeros(4, int),)]
    )


@check(task="T8", uses=ALL_BEFORE_T8)
def answers_example(student: StudentCode, rng: Draws) -> Verdict:
    """Both questions have an answer of the right kind."""
    value = student.answers()
    if not isinstance(value, dict):
        return Verdict.failed("answers must return a dictionary.")
    limit, more = numbers(value.get("xor_loss_limit"), ()), value.get("more_steps_help")
    return rubric(
        Item(0.5, limit is not None, '"xor_loss_limit" must be a number.'),
        Item(0.5, isinstance(more, bool), '"more_steps_help" must be True or False.'),
    )


@check(task="T9", uses=ALL_BEFORE_T8)
def plot_gates_example(student: StudentCode, rng: Draws) -> Verdict:
    """plot_gates draws three panels with the four points in each."""
    figure = figures.draw(student.plot_gates)
    shown = figures.panels(figure)
    return rubric(
        Item(0.5, len(shown) == 3, f"There are {len(shown)} panels, not three."),
        Item(
            0.5,
            bool(shown) and all(figures.has_points(panel, X) for panel in shown),
            "A panel lacks some of the points 00, 01, 10, 11.",
        ),
        pictures=(figures.picture(figure, "Your gates"),),
    )


@check(task="T9", uses=ALL_BEFORE_T8)
def plot_losses_example(student: StudentCode, rng: Draws) -> Verdict:
    """plot_losses labels its axes and names its three curves."""
    figure = figures.draw(student.plot_losses)
    shown = figures.panels(figure)
    return rubric(
        Item(0.5, any(map(figures.labelled, shown)), "An axis has no label."),
        Item(
            0.5,
            any(figures.legend_for(panel, 3) for panel in shown),
            "The legend does not name three curves.",
        ),
        pictures=(figures.picture(figure, "Your loss curves"),),
    )
