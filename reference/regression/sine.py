"""Hidden checks of the network that learns a sine: T7."""

from typing import Any

import numpy as np

from grader.checks import (
    Draws,
    StudentCode,
    Verdict,
    check,
    gate,
    numbers,
    trace,
    values,
)

from . import regression as solution
from .evidence import Array, is_normal, is_uniform, known, pair

MANY = 20_000
# single precision that came back as double; the least mistake shows at 1e-3
SINGLE = 1e-5
GRID = np.arange(-100, 100).reshape(-1, 1) / 100


def shapes(hidden: int) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the parameters."""
    return {"w1": (1, hidden), "b1": (hidden,), "w2": (hidden, 1), "b2": (1,)}


def network(rng: Draws, hidden: int) -> dict[str, Array]:
    """Draw parameters for which every neuron bends between -1 and 1."""
    return {
        name: rng.normal(scale=1.5, size=shape)
        for name, shape in shapes(hidden).items()
    }


@check(task="T7", points=1)
def sine_points_are_about_the_sine(student: StudentCode, rng: Draws) -> Verdict:
    """make_sine draws X between -1 and 1 and Y about sin(pi x) with its sigma."""
    sigma = float(rng.uniform(0.3, 0.5))
    wrong = Verdict.failed("make_sine must return X and Y, both of shape (N, 1).")
    starts = []
    # a few first: noise of another shape would make a table of N times N
    for count in (6, 6, MANY):
        got = pair(student.make_sine(N=count, sigma=sigma, seed=rng.student_seed()))
        X, Y = (numbers(part, (count, 1)) for part in got)
        if X is None or Y is None:
            return wrong
        starts.append(X[:6])
    if np.array_equal(*starts[:2]):
        return Verdict.failed("two seeds give the same X: it must be drawn.")
    if not is_uniform(X[:, 0], -1, 1):
        return Verdict.failed("X is not uniform between -1 and 1.")
    noise = (Y - np.sin(np.pi * X))[:, 0] / sigma
    if is_normal(noise):
        return Verdict.passed()
    radians = is_normal((Y - np.sin(X))[:, 0] / sigma)
    return Verdict.failed(
        "Y is not sin(pi x) plus normal noise of standard deviation sigma.",
        diagnosis=known(student.make_sine, "pi_forgotten") if radians else None,
    )


@check(task="T7", points=2)
def outputs_are_sums_of_sigmoids(student: StudentCode, rng: Draws) -> Verdict:
    """predict_sine is a hidden layer of sigmoids and a weighted sum of them."""
    inputs = [
        (network(rng, hidden), rng.uniform(-1, 1, size=(n, 1)))
        for hidden, n in ((3, 7), (2, 4), (5, 5))
    ]
    return values(
        student.predict_sine,
        expect=solution.predict_sine,
        inputs=inputs,
        tolerance=SINGLE,
    )


@check(task="T7", points=2, uses=("predict_sine", "mse"))
def errors_are_of_data_and_truth(student: StudentCode, rng: Draws) -> Verdict:
    """sine_errors returns the error on the data, and that against the noiseless sine."""
    inputs = [
        (network(rng, hidden), *solution.make_sine(N=n, seed=rng.student_seed()))
        for hidden, n in ((3, 12), (2, 9))
    ]
    return values(
        student.sine_errors,
        expect=solution.sine_errors,
        inputs=inputs,
        names=("train", "truth"),
        tolerance=SINGLE,
    )


def step(p: dict[str, Array], X: Array, Y: Array, lr: float) -> dict[str, Array]:
    """Return the parameters one update later, by the formulas of the handout."""
    h = 1 / (1 + np.exp(-(X @ p["w1"] + p["b1"])))  # (N, H)
    do = 2 * (h @ p["w2"] + p["b2"] - Y) / len(X)  # (N, 1)
    dz = do @ p["w2"].T * h * (1 - h)  # (N, H)
    gradient = {
        "w1": X.T @ dz,
        "b1": dz.sum(axis=0),
        "w2": h.T @ do,
        "b2": do.sum(axis=0),
    }
    return {name: p[name] - lr * gradient[name] for name in p}


@check(task="T7", points=5)
def sine_net_takes_gradient_steps(student: StudentCode, rng: Draws) -> Verdict:
    """train_sine moves all parameters along the gradient, with H neurons as asked."""
    X, Y = solution.make_sine(N=20, seed=rng.student_seed())
    lr = float(rng.uniform(0.1, 0.4))

    def state(value: Any) -> dict[str, Any]:
        return {name: value[name] for name in shapes(5)}

    if misshapen := wrong_parameters(student, X, Y, hidden=5):
        return misshapen
    return trace(
        student.train_sine,
        kwargs={"X": X, "Y": Y, "hidden": 5, "lr": lr, "seed": rng.student_seed()},
        counts=(1, 2, 3),
        state=state,
        step=lambda p: step(p, X, Y, lr),
        tolerance=SINGLE,
    )


def wrong_parameters(
    student: StudentCode, X: Array, Y: Array, *, hidden: int
) -> Verdict | None:
    """Return the verdict on a train_sine whose parameters are not those of H neurons."""
    p = student.train_sine(X, Y, hidden=hidden, steps=1, seed=0)
    if not isinstance(p, dict):
        return Verdict.failed("train_sine must return a dict with w1, b1, w2 and b2.")
    if not (wrong := wrong_shape(p, hidden)):
        return None
    few = np.shape(p.get("w1", ())) == (1, 1)
    named = known(student.train_sine, "one_hidden_neuron") if few else None
    return Verdict.failed(wrong, diagnosis=named)


def wrong_shape(p: dict[str, Any], hidden: int) -> str:
    """Return which parameter has another shape than H neurons need, "" if none."""
    for name, shape in shapes(hidden).items():
        if numbers(p.get(name), shape) is None:
            return (
                f"for hidden={hidden}, {name} must be finite numbers of shape {shape}."
            )
    return ""


@gate(at_most={"error_against_the_sine": 0.04}, attempts=3)
def sine_error(student: StudentCode, rng: Draws) -> dict[str, float]:
    """Mean squared error of the trained network against the noiseless sine on [-1, 1)."""
    X, Y = solution.make_sine(seed=rng.student_seed())
    p = student.train_sine(X, Y, seed=rng.student_seed())
    if not isinstance(p, dict) or wrong_shape(p, 3):
        return {"error_against_the_sine": np.nan}
    weights = {name: np.asarray(p[name], float) for name in shapes(3)}
    # a saturated neuron overflows to the right limit
    with np.errstate(over="ignore"):
        outputs = solution.predict_sine(weights, GRID)
    return {"error_against_the_sine": np.mean((outputs - np.sin(np.pi * GRID)) ** 2)}


@check(task="T7", points=6)
def sine_is_learned(student: StudentCode, rng: Draws) -> Verdict:
    """After 10,000 steps, the three neurons of train_sine follow the sine."""
    X, Y = solution.make_sine(N=5, seed=0)
    if misshapen := wrong_parameters(student, X, Y, hidden=3):
        return misshapen
    seed = rng.student_seed()
    first, other = (
        student.train_sine(X, targets, hidden=3, steps=2, seed=seed)
        for targets in (Y, -Y)
    )
    if any(not isinstance(p, dict) or wrong_shape(p, 3) for p in (first, other)):
        return Verdict.failed("train_sine must return the same parts in every call.")
    # the sine is always the same, so somebody might bring its weights along
    if all(np.array_equal(first[name], other[name]) for name in shapes(3)):
        return Verdict.failed("train_sine gives the same parameters for other targets.")
    return sine_error.judge(student, rng)
