"""Hidden checks of gradient descent on a line: T3 and T4.

A student draws batches with a generator of his own, so no step can be foretold. The checks
use rows that are all alike, where it makes no difference which are drawn, or so few rows
that all batches can be tried (`batches`).
"""

import itertools

import numpy as np

from grader.checks import (
    Diagnosis,
    Draws,
    Item,
    Part,
    StudentCode,
    Verdict,
    check,
    gate,
    numbers,
    rubric,
    values,
)

from . import regression as solution
from .batches import BROADCAST, SOUND, explain, mean_gradient
from .evidence import Array, known

# a number in single precision arrives as a Python float; the least mistake shows at 1e-3
SINGLE = 1e-5


# T3


def slope_and_intercept(value: object) -> object:
    """Return (k, b) of sgd_line's three results; anything else as it is."""
    return value[:2] if isinstance(value, list | tuple) and len(value) == 3 else value


def fitted(value: object) -> tuple[float, float] | None:
    """Return k and b as numbers, None if the result has no such parts."""
    found = slope_and_intercept(value)
    parts = found if isinstance(found, list) and len(found) == 2 else [None, None]
    k, b = (numbers(part, ()) for part in parts)
    return None if k is None or b is None else (float(k), float(b))


@check(task="T3", points=2)
def step_is_the_gradient_of_the_mean(student: StudentCode, rng: Draws) -> Verdict:
    """Where all rows are alike, sgd_line steps along the gradient of the mean square."""

    def alike(start: tuple[float, float], steps: int) -> tuple:
        # as many rows as in a batch: one step is one epoch here
        n = int(rng.integers(4, 7))
        X = np.full((n, 1), float(rng.uniform(1, 2)))
        y = np.full((n, 1), float(rng.uniform(3, 6)))
        lr = float(rng.uniform(0.01, 0.03))
        return X, y, lr, steps, n, rng.student_seed(), *start

    starts = [(0.0, 0.0), (0.0, 0.0), tuple(rng.uniform(-1, 1, 2).tolist())]
    inputs = [
        alike(start, steps) for start, steps in zip(starts, (1, 1, 3), strict=True)
    ]
    return values(
        Part(student.sgd_line, slope_and_intercept),
        expect=lambda *args: slope_and_intercept(solution.sgd_line(*args)),
        inputs=inputs,
        names=("k", "b"),
        tolerance=SINGLE,
    )


@check(task="T3", points=7)
def each_x_meets_its_own_y(student: StudentCode, rng: Draws) -> Verdict:
    """In a step of sgd_line, each residual is multiplied by the x of its own row."""
    for _ in range(3):
        # as many rows as in a batch: one step is one epoch here, too
        points = scattered(rng, 5)
        k0, b0 = (rng.choice([-1, 1], size=2) * rng.uniform(1, 2, size=2)).tolist()
        got = fitted(student.sgd_line(*points, 0.1, 1, 5, rng.student_seed(), k0, b0))
        if got is None:
            return Verdict.failed(NO_LINE)
        step = {"after": got, "points": points, "lr": 0.1, "batch": 5}
        # a start at (0, 0) whatever k0 and b0 say was charged already
        starts = [(k0, b0), (0.0, 0.0)]
        if not any(explain(start, **step, rules=SOUND) for start in starts):
            torn = any(explain(start, **step, rules=BROADCAST) for start in starts)
            name = "every_row_against_every_row"
            return Verdict.failed(
                "with distinct rows, a step of sgd_line is not made from the residuals of "
                "its rows, each with its own x.",
                diagnosis=known(student.sgd_line, name) if torn else None,
            )
    return Verdict.passed()


NO_LINE = "sgd_line must return k and b, two finite numbers, and the history."


def scattered(rng: Draws, n: int) -> tuple[Array, Array]:
    """Draw n rows so different that no two batches lead to the same step."""
    X = rng.permutation(n).reshape(n, 1) / n + rng.uniform(0.5, 0.6, size=(n, 1))
    return X, rng.uniform(-4, 4, size=(n, 1))


@check(task="T3", points=3, after="each_x_meets_its_own_y")
def batches_are_drawn_anew(student: StudentCode, rng: Draws) -> Verdict:
    """Each step of sgd_line uses a batch of its own, of the size that was asked for."""
    points, lr, seed = scattered(rng, 9), 0.2, rng.student_seed()
    start = (0.0, 0.0)

    def run(steps: int, seed: int) -> tuple[float, float] | None:
        return fitted(student.sgd_line(*points, lr, steps, 3, seed, *start))

    lines = [start, *(run(steps, seed) for steps in range(1, 6))]
    firsts = [run(1, rng.student_seed()) for _ in range(3)]
    if None in lines or None in firsts:
        return Verdict.failed(NO_LINE)
    used = [
        explain(before, after, points, lr=lr, batch=3, rules=SOUND)
        for before, after in itertools.pairwise(lines)
    ]
    if None in used:
        return Verdict.failed(
            "with a batch of 3 of 9 rows, a step is not made from 3 rows.",
            diagnosis=batch_mistake(student, points, lr, lines[1]),
        )
    if len(set(used)) == 1:
        return Verdict.failed(
            "every step uses the same 3 rows.",
            diagnosis=known(student.sgd_line, "same_batch_in_every_step"),
        )
    return rubric(
        Item(2 / 3, ok=True, feedback="", right="each step has a batch of its own"),
        Item(
            1 / 3,
            any(first != lines[1] for first in firsts),
            "four seeds give the same first batch: draw it with a generator made of seed.",
        ),
    )


def batch_mistake(
    student: StudentCode,
    points: tuple[Array, Array],
    lr: float,
    first: tuple[float, float],
) -> Diagnosis | None:
    """Return what the first step, from (0, 0), was made from in place of three rows."""
    if first == (0.0, 0.0):
        return known(student.sgd_line, "epochs_for_steps")
    everything = (part.reshape(1, -1) for part in points)
    whole = [float(part[0]) for part in mean_gradient((0.0, 0.0), *everything, lr)]
    if np.allclose(first, whole, atol=SINGLE):
        return known(student.sgd_line, "all_rows_in_every_step")
    return None


@check(task="T3", points=1)
def history_is_kept(student: StudentCode, rng: Draws) -> Verdict:
    """sgd_line keeps (k, b) after every 50 steps, and its seed decides the run."""
    X, y = noisy_line(rng, n=40)
    seed = rng.student_seed()
    runs = [student.sgd_line(X, y, 0.005, steps, 8, seed) for steps in (50, 100, 170)]
    ends = [fitted(run) for run in runs]
    history = numbers(runs[2][2], (3, 2)) if ends[2] is not None else None
    if history is None or None in ends:
        return Verdict.failed(
            "after 170 steps, history must be 3 rows of (k, b), finite numbers.",
            diagnosis=history_mistake(student, runs[2]),
        )
    right = np.allclose(history[:2], ends[:2], rtol=SINGLE, atol=SINGLE)
    return rubric(
        Item(
            1,
            # three times the same line is nobody's history
            right and bool(np.ptp(history, axis=0).min() > 0),
            "with the same seed, history must hold what runs of 50 and of 100 steps end "
            "with.",
        )
    )


def history_mistake(student: StudentCode, run: object) -> Diagnosis | None:
    """Return why a history has another length than it should."""
    history = run[2] if isinstance(run, list) and len(run) == 3 else None
    rows = np.shape(history)[:1] if isinstance(history, np.ndarray | list) else ()
    names = {(170,): "history_of_every_step", (4,): "history_from_step_0"}
    return known(student.sgd_line, names[rows]) if rows in names else None


def noisy_line(rng: Draws, n: int = 1000) -> tuple[Array, Array]:
    """Draw the lecture's points about another line, far from where sgd_line starts.

    Slope and intercept have opposite signs: what is left of the slow direction, which is
    mostly the intercept, then shows after too few steps.
    """
    sign = rng.choice([-1, 1])
    k, b = sign * rng.uniform(1.5, 2.5), -sign * rng.uniform(1, 2)
    return solution.make_line(n, k=k, b=b, seed=rng.student_seed())


@gate(at_most={"slope_error": 0.04, "intercept_error": 0.05}, attempts=3)
def distance_to_least_squares(student: StudentCode, rng: Draws) -> dict[str, float]:
    """How far sgd_line's slope and intercept end from those of the normal equation."""
    X, y = noisy_line(rng)
    b_best, k_best = solution.normal_equation(X, y)
    found = fitted(student.sgd_line(X, y, seed=rng.student_seed()))
    k, b = found or (np.nan, np.nan)
    return {"slope_error": abs(k - k_best), "intercept_error": abs(b - b_best)}


@check(task="T3", points=3)
def sgd_arrives_at_least_squares(student: StudentCode, rng: Draws) -> Verdict:
    """After 20,000 steps, sgd_line is where the normal equation is."""
    x = np.linspace(-2, 2, 30).reshape(-1, 1)
    hasty = fitted(student.sgd_line(x, 20 * x - 30, 1e-3, 2, 10, rng.student_seed()))
    if hasty is not None and np.allclose(hasty, (20, -30), atol=1):
        return Verdict.failed(
            "two small steps already end at the best line, so it is not descent that "
            "leads there.",
            diagnosis=known(student.sgd_line, "formula_for_descent"),
        )
    return distance_to_least_squares.judge(student, rng)


# T4


def lines_of(value: object) -> object:
    """Return gd_line's snapshots as an array, a row an epoch: epoch, a, b."""
    parts = value if isinstance(value, list | tuple) and len(value) == 2 else [None]
    if not isinstance(parts[0], dict):
        return value
    rows = []
    for epoch, line in parts[0].items():
        numbered = numbers(line, (2,))
        # beyond ten digits no epoch was ever asked for
        if numbered is None or not (str(epoch).isdecimal() and len(str(epoch)) < 10):
            return value
        rows.append([int(epoch), *numbered])
    return np.array(sorted(rows)).reshape(-1, 3)


def points_of_notebook(rng: Draws, n: int) -> tuple[Array, Array]:
    """Draw points as the Neural Network notebook does, about another line."""
    x = rng.uniform(0, 10, size=n)
    a, b = rng.uniform([0.3, 0.2], [0.8, 0.8])
    return x, a * x + b + rng.normal(scale=0.25, size=n)


@check(task="T4", points=7)
def gd_line_follows_the_gradient(student: StudentCode, rng: Draws) -> Verdict:
    """The lines that gd_line keeps are those of gradient descent on the mean square."""
    inputs = [points_of_notebook(rng, 100)]
    for n, epochs in ((6, 1), (7, 3), (12, 40)):
        x, y = points_of_notebook(rng, n)
        a0, b0, lr = rng.uniform([-1, -1, 0.002], [1, 1, 0.01]).tolist()
        inputs.append((x, y, a0, b0, lr, epochs, [epochs]))
    return values(
        Part(student.gd_line, last_line),
        expect=lambda *args: last_line(solution.gd_line(*args)),
        inputs=inputs,
        tolerance=SINGLE,
    )


def last_line(value: object) -> object:
    """Return epoch, a and b of the last line that gd_line kept, (3,)."""
    lines = lines_of(value)
    is_kept = isinstance(lines, np.ndarray) and lines.shape[1:] == (3,) and len(lines)
    return lines[-1] if is_kept else value


@check(task="T4", points=4)
def costs_are_mean_squares(student: StudentCode, rng: Draws) -> Verdict:
    """costs[i] is the mean squared error of the line after i updates."""
    x, y = points_of_notebook(rng, 9)
    epochs = 6
    # judged from the student's own lines: a wrong gradient was charged already
    got = student.gd_line(x, y, 0.1, 0.2, 0.01, epochs, list(range(epochs + 1)))
    lines = lines_of(got)
    costs = numbers(got[1], (epochs + 1,)) if lines is not got else None
    if costs is None:
        return Verdict.failed(
            f"for {epochs} epochs, costs must be {epochs + 1} finite numbers."
        )
    if len(lines) != epochs + 1:
        return Verdict.failed(f"{epochs + 1} epochs were to be kept.")
    truth = np.array([np.mean((a * x + b - y) ** 2) for _, a, b in lines])
    if np.allclose(costs, truth, rtol=SINGLE):
        return Verdict.passed()
    return Verdict.failed(
        "costs[i] is not the mean squared error of the line kept for epoch i.",
        diagnosis=cost_mistake(student, costs, truth, len(x)),
    )


def cost_mistake(
    student: StudentCode, costs: Array, truth: Array, n: int
) -> Diagnosis | None:
    """Return what the costs are instead."""
    others = {
        "half_of_the_cost": (costs, truth / 2),
        "summed_cost": (costs, truth * n),
        "cost_after_the_update": (costs[:-1], truth[1:]),
    }
    return next(
        (
            known(student.gd_line, name)
            for name, (mine, other) in others.items()
            if np.allclose(mine, other, rtol=SINGLE)
        ),
        None,
    )


@check(task="T4", points=3)
def snapshots_are_those_asked_for(student: StudentCode, rng: Draws) -> Verdict:
    """gd_line keeps the epochs in keep and no others; epoch 0 is the start."""
    x, y = points_of_notebook(rng, 8)
    a0, b0 = rng.uniform(-1, 1, size=2).tolist()
    lines = lines_of(student.gd_line(x, y, a0, b0, 0.003, 5, [0, 2, 5]))
    if not isinstance(lines, np.ndarray) or lines.shape[1:] != (3,):
        return Verdict.failed(
            "gd_line must return a dict epoch -> (a, b), and the costs."
        )
    return rubric(
        Item(
            0.6,
            lines[:, 0].tolist() == [0, 2, 5],
            "the epochs kept are not those in keep.",
            "the epochs kept are those in keep",
        ),
        Item(
            0.4,
            bool(len(lines)) and np.allclose(lines[0], [0, a0, b0], atol=SINGLE),
            "epoch 0 is before the first update: the line must be (a0, b0).",
        ),
    )
