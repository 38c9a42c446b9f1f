"""Hidden checks of the line in TensorFlow 2: T9.

The grading process has no TensorFlow; what the student's code uses is read in its text.
"""

import numpy as np

from grader.checks import (
    Draws,
    Outcome,
    StudentCode,
    Verdict,
    check,
    gate,
    numbers,
    source,
)

from . import regression as solution
from .evidence import known

# what is left of TensorFlow 1: sessions and placeholders run under compat.v1 only
VERSION_1 = {"compat.v1", "Session", "InteractiveSession", "placeholder"}
# something of these is in every training; an import alone trains nothing
TRAINING = {
    "GradientTape",
    "Variable",
    "add_weight",
    "Dense",
    "Model",
    "Sequential",
    "train_on_batch",
    "apply_gradients",
    "tensorflow.reduce_mean",
    "tensorflow.reduce_sum",
    "tensorflow.matmul",
}


@check(task="T9", points=2)
def tensorflow_2_is_used(student: StudentCode, _rng: Draws) -> Verdict:
    """sgd_line_tf is written with TensorFlow 2, or Keras, without tf.compat.v1."""
    where = ("sgd_line_tf",)
    verdict = source.forbids(student, names=VERSION_1, functions=where)
    if verdict.outcome is Outcome.FAILED:
        named = known(student.sgd_line_tf, "tensorflow_1")
        return verdict.model_copy(update={"diagnosis": named})
    if verdict.outcome is not Outcome.PASSED:
        return verdict
    # a student without a word of TensorFlow would pass a ban of it
    mentions = [
        source.forbids(student, names=names, functions=where).outcome is Outcome.FAILED
        for names in ({"tensorflow", "keras"}, TRAINING)
    ]
    if all(mentions):
        return verdict
    return Verdict.failed("sgd_line_tf does not train with TensorFlow.")


def line_of(value: object) -> tuple[float, float] | None:
    """Return k and b, also from arrays of one number as a tf.Variable has them."""
    parts = value if isinstance(value, list) and len(value) == 2 else [None, None]
    k, b = (
        next(
            (
                n
                for shape in ((), (1,), (1, 1))
                if (n := numbers(part, shape)) is not None
            ),
            None,
        )
        for part in parts
    )
    return None if k is None or b is None else (k.item(), b.item())


def skips_descent(student: StudentCode, rng: Draws) -> Verdict | None:
    """Return the verdict on a line that two small steps can't have led to."""
    X = np.linspace(-2, 2, 60).reshape(-1, 1)
    y = 20 * X - 30
    got = line_of(student.sgd_line_tf(X, y, 1e-3, 2, 30, rng.student_seed()))
    # no start is near that line
    if got is None or not np.allclose(got, (20, -30), atol=1):
        return None
    return Verdict.failed(
        "two small steps already end at the best line, so it is not descent that leads "
        "there.",
        diagnosis=known(student.sgd_line_tf, "tf_formula_for_descent"),
    )


@check(task="T9", points=2)
def tf_line_is_found_without_noise(student: StudentCode, rng: Draws) -> Verdict:
    """On points that lie on a line, sgd_line_tf finds its slope and intercept."""
    k, b = (rng.choice([-1, 1], size=2) * rng.uniform(1, 2, size=2)).tolist()
    X = np.linspace(-2, 2, 60).reshape(-1, 1)
    # any batch of any sampler points at the same line, so there is no luck in it
    got = line_of(student.sgd_line_tf(X, k * X + b, 0.1, 150, 30, rng.student_seed()))
    if got is None:
        return Verdict.failed("sgd_line_tf must return two numbers, k and b.")
    if max(abs(got[0] - k), abs(got[1] - b)) <= 0.01:
        return skips_descent(student, rng) or Verdict.passed()
    return Verdict.failed(
        "on points without noise, 150 steps with learning rate 0.1 do not end at the "
        "line that they lie on.",
        diagnosis=wrong_line(student, *got, k, b),
    )


def wrong_line(
    student: StudentCode, got_k: float, got_b: float, k: float, b: float
) -> object:
    """Return why another line was found, as far as that can be told."""
    # a flat line at the mean of y, but for the batches' luck
    flat = abs(got_k) <= 0.2 and abs(got_b - b) <= 0.5
    if flat:
        return known(student.sgd_line_tf, "tf_rows_against_rows")
    if abs(got_b) <= 1e-6:
        return known(student.sgd_line_tf, "tf_bias_forgotten")
    return None


@gate(at_most={"excess_error": 0.2}, attempts=3)
def tf_excess_error(student: StudentCode, rng: Draws) -> dict[str, float]:
    """Mean squared error on the data beyond that of the normal equation, at 2,000 steps."""
    k, b = rng.uniform([1.5, 2], [2.5, 3])
    X, y = solution.make_line(k=k, b=b, seed=rng.student_seed())
    # a fifth of the largest stable step: with 0.001 an unlucky random start still shows
    found = line_of(student.sgd_line_tf(X, y, 0.005, 2000, 100, rng.student_seed()))
    if found is None:
        return {"excess_error": np.nan}
    intercept, slope = solution.normal_equation(X, y)
    least = solution.mse(y, slope * X + intercept)
    return {"excess_error": solution.mse(y, found[0] * X + found[1]) - least}


@check(task="T9", points=4, after="tensorflow_2_is_used")
def tf_line_fits(student: StudentCode, rng: Draws) -> Verdict:
    """After 2,000 steps, sgd_line_tf's line fits nearly as well as the best one."""
    return skips_descent(student, rng) or tf_excess_error.judge(student, rng)
