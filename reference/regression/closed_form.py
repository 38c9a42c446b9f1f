"""Hidden checks of what has a formula: T1, T2, T5, T6, T8."""

import numpy as np

from grader.checks import (
    CallFailed,
    Draws,
    Item,
    Outcome,
    StudentCode,
    Verdict,
    check,
    numbers,
    recognised,
    rubric,
    values,
)

from . import regression as solution
from .evidence import Array, is_normal, is_uniform, known, pair

# a number in single precision arrives as a Python float; the least mistake shows at 1e-3
SINGLE = 1e-5
# T1: the standard deviation of 50,000 normal numbers is right to 0.32 %, one sigma
MANY = 50_000
SIGMA_TOLERANCE = 0.02


def line_points(student: StudentCode, **kwargs) -> tuple[Array, Array] | None:
    """Return X and y of a student's make_line as vectors (n,), None in any other form."""
    got = pair(student.make_line(**kwargs))
    X, y = (numbers(part, (kwargs["n"], 1)) for part in got)
    return None if X is None or y is None else (X[:, 0], y[:, 0])


def wrong_form() -> Verdict:
    """Return the verdict on points that are not two columns."""
    return Verdict.failed(
        "make_line must return X and y, both of shape (n, 1): one row a point."
    )


@check(task="T1", points=3)
def x_is_uniform(student: StudentCode, rng: Draws) -> Verdict:
    """X is uniform between lo and hi, and the seed decides it."""
    seed, lo = rng.student_seed(), float(rng.uniform(-3, 0.5))
    settings = {"lo": lo, "hi": lo + float(rng.uniform(3, 9)), "seed": seed}
    # a few first: noise of another shape would make a table of n times n
    few = [line_points(student, n=6, **settings) for _ in range(2)]
    other = line_points(student, n=6, **{**settings, "seed": seed + 1})
    if few[0] is None or few[1] is None or other is None:
        return wrong_form()
    found = line_points(student, n=MANY, **settings)
    if found is None:
        return wrong_form()
    if not is_uniform(found[0], settings["lo"], settings["hi"]):
        name = "x_between_0_and_1" if is_uniform(found[0], 0, 1) else "range_ignored"
        named = known(student.make_line, name)
        if name == "range_ignored" and not is_uniform(found[0], 1, 10):
            named = None
        return Verdict.failed("X is not uniform between lo and hi.", diagnosis=named)
    # evenly spaced points are uniform, too, but nobody drew them
    drawn = not np.array_equal(few[0][0], other[0])
    return rubric(
        Item(2 / 3, ok=True, feedback="", right="X is uniform between lo and hi"),
        Item(
            1 / 3,
            np.array_equal(few[0], few[1]) and drawn,
            "the same seed must give the same points, and another seed other X and y.",
        ),
    )


@check(task="T1", points=3)
def noise_has_its_sigma(student: StudentCode, rng: Draws) -> Verdict:
    """The noise in y is normal with standard deviation sigma, a number for each point."""
    k, b, sigma = rng.uniform([-3, -2, 2], [-1, 2, 3]).tolist()
    settings = {"k": k, "b": b, "sigma": sigma, "seed": rng.student_seed()}
    if line_points(student, n=6, **settings) is None:
        return wrong_form()
    found = line_points(student, n=MANY, **settings)
    if found is None:
        return wrong_form()
    X, y = found
    noise = (y - (k * X + b)) / sigma
    spread = float(noise.std())
    if not abs(spread - 1) <= SIGMA_TOLERANCE:
        looks_like = {
            "noise_of_variance_sigma": sigma**-0.5,
            "noise_of_sigma_squared": sigma,
        }
        named = next(
            (
                known(student.make_line, name)
                for name, value in looks_like.items()
                if abs(spread / value - 1) <= SIGMA_TOLERANCE
            ),
            None,
        )
        return Verdict.failed(
            "about the line k x + b, y does not have the standard deviation sigma.",
            diagnosis=named,
        )
    # noise that depends on X would be no noise; 6 / sqrt(n) is six sigma
    alone = abs(float(np.corrcoef(X, noise)[0, 1])) <= 6 / MANY**0.5
    if is_normal(noise) and alone:
        return Verdict.passed()
    return Verdict.failed("the noise is not normal with mean 0, the same for every X.")


# T2


def plane(rng: Draws, n: int, d: int) -> tuple[Array, Array]:
    """Draw inputs (n, d) and targets (n, 1) that no weights fit exactly."""
    X = rng.normal(loc=rng.uniform(-1, 1, size=d), size=(n, d))
    y = X @ rng.normal(size=(d, 1)) + rng.uniform(1, 3) + rng.normal(size=(n, 1))
    return X, y


@check(task="T2", points=7)
def weights_are_of_least_squares(student: StudentCode, rng: Draws) -> Verdict:
    """normal_equation returns the intercept and the weights of least squared error."""
    sizes = iter([(7, 1), (12, 2), (9, 3)] * 200)
    return values(
        student.normal_equation,
        expect=solution.normal_equation,
        inputs=lambda rng: plane(rng, *next(sizes)),
        rng=rng,
        # a jitter of 1e-9 on the diagonal is a usual way around a singular matrix
        tolerance=1e-6,
    )


@check(task="T2", points=3, after="weights_are_of_least_squares")
def equal_columns_are_no_obstacle(student: StudentCode, rng: Draws) -> Verdict:
    """With two equal columns in X, the predictions are still those of least squares."""
    worst = 0.0
    for n in (8, 13, 20):
        X, y = plane(rng, n, 2)
        X = X[:, [0, 1, 0]]  # A^T A has no inverse: many w, one prediction
        A = np.column_stack([np.ones(n), X])
        try:
            got = student.normal_equation(X, y)
        except CallFailed as failure:
            if failure.outcome is not Outcome.RAISED:
                raise
            return singular(student, failure.message)
        w = numbers(got, (4,))
        if w is None:
            return Verdict.failed("for X (n, 3), w must be 4 finite numbers.")
        gap = np.abs(A @ w - A @ solution.normal_equation(X, y)).max()
        worst = max(worst, float(gap))
    return (
        Verdict.passed() if worst <= SINGLE else singular(student, f"{worst:.2g} off")
    )


def singular(student: StudentCode, what: str) -> Verdict:
    """Return the verdict on what an inverse does that does not exist."""
    return Verdict.failed(
        "with two equal columns, the predictions are not those of least squares.",
        note=what,
        diagnosis=known(student.normal_equation, "inverse_of_singular"),
    )


# T5


@check(task="T5", points=5)
def limit_is_two_over_the_curvature(student: StudentCode, rng: Draws) -> Verdict:
    """max_stable_lr is 2 over the largest eigenvalue of the mean square's Hessian."""
    sizes = iter([(6, 1), (9, 2), (14, 3)] * 200)

    def draw(rng: Draws) -> tuple[Array]:
        n, d = next(sizes)
        return (rng.uniform(-1, 4, size=(n, d)),)

    return values(
        student.max_stable_lr,
        expect=solution.max_stable_lr,
        inputs=draw,
        rng=rng,
        tolerance=SINGLE,
    )


@check(task="T5", points=3)
def answers_about_the_learning_rate(student: StudentCode, _rng: Draws) -> Verdict:
    """The answers say what a cost's factor does to the limit, and what is above it."""
    got = student.answers()
    if not isinstance(got, dict):
        return Verdict.failed("answers must return a dict.")
    truth = solution.answers()
    verdict = rubric(
        *(
            Item(
                1 / 3,
                answered(got.get(key), expected),
                f"the answer to {key} is not right.",
                key,
            )
            for key, expected in truth.items()
        )
    )
    named = recognised(student.answers, (), got)
    return verdict if verdict.credit == 1 else with_name(verdict, named)


def with_name(verdict: Verdict, named: object) -> Verdict:
    """Return the verdict with a diagnosis."""
    return verdict.model_copy(update={"diagnosis": named})


def answered(got: object, expected: object) -> bool:
    """Return whether an answer is right: a word in any case, a number to 1 %."""
    if isinstance(expected, str):
        return isinstance(got, str) and got.strip().lower() == expected
    number = None if isinstance(got, bool) else numbers(got, ())
    return number is not None and bool(abs(number - expected) <= 0.01 * expected)


# T6


def fits(rng: Draws) -> list[tuple[Array, Array]]:
    """Draw targets and predictions, (n,) and (n, 1) in all four mixtures."""
    cases = []
    for n, target, prediction in (
        (6, (-1,), (-1,)),
        (7, (-1, 1), (-1,)),
        (5, (-1,), (-1, 1)),
        (8, (-1, 1), (-1, 1)),
    ):
        y = rng.normal(loc=2, size=n)
        yhat = 0.5 * y + rng.normal(size=n)
        cases.append((y.reshape(target), yhat.reshape(prediction)))
    return cases


@check(task="T6", points=2)
def rss_sums_squares(student: StudentCode, rng: Draws) -> Verdict:
    """Columns or vectors: rss is the sum of the squared residuals."""
    return values(student.rss, expect=solution.rss, inputs=fits(rng), tolerance=SINGLE)


@check(task="T6", points=2, uses="rss")
def mse_is_their_mean(student: StudentCode, rng: Draws) -> Verdict:
    """Columns or vectors: mse is the mean of the squared residuals."""
    return values(student.mse, expect=solution.mse, inputs=fits(rng), tolerance=SINGLE)


@check(task="T6", points=2, uses="rss")
def r2_is_the_explained_share(student: StudentCode, rng: Draws) -> Verdict:
    """Columns or vectors: r2 is 1 - RSS / (sum of squares about the mean of y)."""
    return values(student.r2, expect=solution.r2, inputs=fits(rng), tolerance=SINGLE)


# T8


@check(task="T8", points=6, uses="normal_equation")
def quadratic_is_fitted(student: StudentCode, rng: Draws) -> Verdict:
    """fit_quadratic2 returns a, b and c of least squared error."""

    def draw(rng: Draws) -> tuple[Array, Array, Array]:
        n = int(rng.integers(9, 15))
        x1, x2 = rng.uniform(-2, 3, size=(2, n))
        a, b, c = rng.uniform([0.5, -2, 1], [2, -0.5, 3])
        return x1, x2, a * x1**2 + b * x2**2 + c + rng.normal(scale=0.5, size=n)

    return values(
        student.fit_quadratic2,
        expect=solution.fit_quadratic2,
        inputs=draw,
        rng=rng,
        names=("a", "b", "c"),
        tolerance=SINGLE,
    )
