"""Hidden checks of lab 3. NOTES.md says how the points came about.

Every gradient is compared with the complex step of a loss written here, never with a
student's code, on random inputs of different sizes and of one size for all axes. A
gradient of T2 to T9 that was not derived, but left to differences or to a library, earns
half: `derived` sees to that.
"""

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from grader.checks import (
    CallFailed,
    Diagnosis,
    Draws,
    Item,
    Mistake,
    Outcome,
    StudentCode,
    StudentFunction,
    Verdict,
    check,
    figures,
    gradient,
    numbers,
    rubric,
    values,
)
from grader.domain.student import Reply

from . import gradients as solution
from .derivation import PARTS, derived

Draw = Callable[[Draws], tuple[Any, ...]]
# central differences at 1e-5 cost 1e-10, one-sided ones 1e-5, rounding at 1e-12 1e-4
ACCURATE = 1e-7


class Part:
    """A part of a function's result, (L, dW1, dW2), as a `StudentFunction`.

    Attributes:
        whole: The function that returns all of them.
        names: Their names in order.
        name: The function's name.
    """

    def __init__(self, whole: StudentFunction, part: str, parts: str) -> None:
        """Choose a part.

        Args:
            whole: The student's function, which returns several things.
            part: The name of the one to look at, or several names.
            parts: The names of all of them in their order: "L dW1 dW2".
        """
        self.whole = whole
        self.names = tuple(parts.split())
        self.name = whole.name
        self._indices = [self.names.index(name) for name in part.split()]

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Return the known mistakes of the function, as far as this part shows them."""
        return tuple(map(self._mistaken, self.whole.mistakes))

    @property
    def guarded(self) -> tuple[Mistake, ...]:
        """Return those that the running check must tell from the truth."""
        return tuple(map(self._mistaken, self.whole.guarded))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call and return the part."""
        return self._pick(self.whole(*args, **kwargs))

    def reply(self, *args: Any, **kwargs: Any) -> Reply:
        """Call and return the part, with the arguments afterwards."""
        reply = self.whole.reply(*args, **kwargs)
        return dataclasses.replace(reply, value=self._pick(reply.value))

    def map(self, calls: Sequence[Sequence[Any]]) -> list[Any]:
        """Call once per argument list and return the parts."""
        return [self._pick(value) for value in self.whole.map(calls)]

    def _pick(self, value: Any) -> Any:
        if isinstance(value, Mapping) and set(self.names) <= set(value):
            value = [value[name] for name in self.names]
        if isinstance(value, np.ndarray) and value.ndim > 0:
            value = list(value)
        if isinstance(value, list | tuple) and len(value) == len(self.names):
            picked = [value[index] for index in self._indices]
            return picked if len(picked) > 1 else picked[0]
        wanted = f"{len(self.names)} values ({', '.join(self.names)})"
        raise CallFailed(Outcome.RAISED, f"{self.name} must return {wanted}")

    def _mistaken(self, known: Mistake) -> Mistake:
        def part(*args: Any) -> Any:
            return self._pick(known(*args))

        return dataclasses.replace(known, function=part)


def judged(
    student: StudentCode,
    function: str | Part,
    draw: Callable[..., tuple[Any, ...]],
    rng: Draws,
    *,
    of: Callable[..., Any],
    wrt: Mapping[str, int | None],
    sizes: Sequence[tuple[int, ...]],
    truth: Callable[..., Any] | None = None,
) -> Verdict:
    """Return whether a function is the gradient, for the given sizes in turn.

    Args:
        student: The code.
        function: Its name, or a part of its result.
        draw: Called with the generator and one of the sizes; returns the arguments.
        rng: Where draws come from.
        of: The loss of the same arguments.
        wrt: As in `gradient`.
        sizes: As `draw` wants them; those with equal numbers are tried again alone where
            the others crash: a wrong transpose has a name only where it runs.
        truth: As in `gradient`.
    """
    target = getattr(student, function) if isinstance(function, str) else function

    def judge(chosen: Sequence[tuple[int, ...]]) -> Verdict:
        turn = itertools.cycle(chosen)
        return gradient(
            target,
            of=of,
            wrt=wrt,
            at=lambda rng: draw(rng, *next(turn)),
            rng=rng,
            draws=len(chosen),
            truth=truth,
        )

    squares = [one for one in sizes if len(set(one)) == 1]
    try:
        verdict = judge(sizes)
    except CallFailed as failure:
        if failure.outcome is not Outcome.RAISED or not squares:
            raise
        named = judge(squares)
        if named.diagnosis is None:
            raise
        return named.model_copy(
            update={"feedback": f"{failure.message}. {named.feedback}"}
        )
    if isinstance(target, Part) and verdict.credit == 0:
        turn = itertools.cycle(sizes)
        verdict = _named_by_all(
            target, lambda rng: draw(rng, *next(turn)), rng, verdict
        )
    return derived(student, target.name, draw(rng, *sizes[0]), verdict)


def _named_by_all(target: Part, draw: Draw, rng: Draws, verdict: Verdict) -> Verdict:
    """Return a verdict on one part, with the name that fits all parts, if one does.

    Two mistakes may give the same dx and differ in dy.
    """
    together = values(
        target.whole,
        expect=getattr(solution, target.name),
        inputs=draw,
        rng=rng,
        names=target.names,
    )
    known = {one.name for one in target.mistakes}
    if together.diagnosis is None or together.diagnosis.mistake not in known:
        return verdict
    return verdict.model_copy(update={"diagnosis": together.diagnosis})


def direction(
    student: StudentCode,
    function: str,
    draw: Callable[..., tuple[Any, ...]],
    rng: Draws,
    *,
    sizes: Sequence[tuple[int, ...]],
) -> Verdict:
    """Return whether a function is the gradient but for a positive factor."""
    truth = getattr(solution, function)
    for size in sizes:
        args = draw(rng, *size)
        right = truth(*args)
        mine = numbers(getattr(student, function)(*args), right.shape)
        if mine is None:
            return Verdict.failed(
                f"{function} must return finite numbers in the shape {right.shape}, "
                "that of what it differentiates by.",
                diagnosis=_same_answer(getattr(student, function), args),
            )
        # single precision costs 1e-6, the nearest of mistakes.py 1e-2
        if not np.linalg.norm(_unit(mine) - _unit(right)) <= 1e-4:
            downhill = np.linalg.norm(_unit(mine) + _unit(right)) <= 1e-4
            return Verdict.failed(
                f"{function} points exactly the other way, downhill."
                if downhill
                else f"The direction of {function} is not right.",
                diagnosis=_same_answer(getattr(student, function), args),
            )
    return derived(student, function, draw(rng, *sizes[0]), Verdict.passed())


def _same_answer(function: StudentFunction, args: Sequence[Any]) -> Diagnosis | None:
    """Return the known mistake whose answer a function gives."""
    mine = function(*args)
    for known in function.mistakes:
        try:
            theirs = np.asarray(known(*[np.copy(arg) for arg in args]))
        except (IndexError, ValueError):
            continue  # a wrong transpose crashes where sizes differ
        got = numbers(mine, theirs.shape)
        if got is not None and np.allclose(got, theirs, rtol=1e-8, atol=1e-12):
            return _diagnosis(known)
    return None


def _diagnosis(known: Mistake) -> Diagnosis:
    return Diagnosis(mistake=known.name, says=known.says, concept=known.concept)


def _number(value: Any) -> float:
    """Return a single number, NaN for anything else."""
    array = numbers(value, ())
    return float("nan") if array is None else float(array)


def _unit(vector: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(vector)
    return vector / length if length > 0 else vector


# The numeric gradient (T1)


def _wavy(rng: Draws, shape: tuple[int, ...]) -> tuple[Any, Any, np.ndarray]:
    """Return a function, its gradient and a point where its curvature is strong.

    f = sum c sin(2x) + (sum x)^2 / 10 with 2x in [1.2, 2]: f'' is 4 to 20 times f', so a
    one-sided difference is off by 1e-5 or more.
    """
    c = rng.uniform(0.5, 1.5, size=shape)

    def f(x: Any) -> Any:
        return np.sum(c * np.sin(2 * np.asarray(x))) + np.sum(x) ** 2 / 10

    def gradient_of_f(x: np.ndarray) -> np.ndarray:
        return 2 * c * np.cos(2 * x) + np.sum(x) / 5

    return f, gradient_of_f, rng.uniform(0.6, 1.0, size=shape)


@check(task="T1", points=5)
def numeric_grad_is_accurate(student: StudentCode, rng: Draws) -> Verdict:
    """numeric_grad is accurate to 1e-7 for arrays of any shape."""
    for shape in ((4,), (2, 3), (2, 1, 3)):
        f, gradient_of_f, x = _wavy(rng, shape)
        mine = numbers(student.numeric_grad(f, x), shape)
        if mine is None:
            return Verdict.failed(
                "The gradient must be finite numbers in the shape of x, here with "
                f"{len(shape)} {'axis' if len(shape) == 1 else 'axes'}."
            )
        right = gradient_of_f(x)
        error = np.linalg.norm(mine - right) / np.linalg.norm(right)
        if not error <= ACCURATE:
            return Verdict.failed(
                f"The relative error is {error:.0e}, expected at most {ACCURATE:.0e}.",
                diagnosis=_inaccuracy(student.numeric_grad, f, x, mine),
            )
    return Verdict.passed()


def _inaccuracy(
    function: StudentFunction, f: Any, x: np.ndarray, mine: np.ndarray
) -> Diagnosis | None:
    """Return why a numeric gradient is inaccurate.

    Rounding depends on the order of every operation, so no mistake's digits repeat; but
    it is all that is left for a linear function, which has no truncation error.
    """
    for known in function.mistakes:
        theirs = known(f, x.copy())
        # 1e-8 is above the rounding of 1e-5 steps, below any truncation named here
        if known.named and np.linalg.norm(mine - theirs) <= 1e-8 * np.linalg.norm(mine):
            return _diagnosis(known)
    slope = np.arange(1.0, 1 + x.size).reshape(x.shape) / 7
    linear = numbers(function(lambda x: np.sum(slope * x) + 1, x), x.shape)
    if linear is None or np.linalg.norm(linear - slope) <= ACCURATE:
        return None
    tiny = (m for m in function.mistakes if m.name == "step_too_small")
    rounding = np.linalg.norm(linear - slope) <= 0.1 * np.linalg.norm(slope)
    return next((_diagnosis(known) for known in tiny if rounding), None)


@check(task="T1", points=1)
def numeric_grad_steps_to_both_sides(student: StudentCode, rng: Draws) -> Verdict:
    """numeric_grad is exact for a quadratic function, however large the step h."""
    c = rng.uniform(0.5, 2, size=(2, 3))
    x = rng.normal(size=(2, 3))

    def quadratic(x: Any) -> Any:
        return np.sum(c * np.asarray(x) ** 2) + np.sum(x) ** 2

    return values(
        student.numeric_grad,
        expect=[2 * c * x + 2 * np.sum(x)],
        inputs=[(quadratic, x, 0.1)],
        pure=False,
    )


@check(task="T1", points=1)
def numeric_grad_takes_integers(student: StudentCode, rng: Draws) -> Verdict:
    """numeric_grad works at a point that is an array of integers."""
    x = rng.permutation(np.arange(1, 7))[:4]

    def cubic(x: Any) -> Any:
        return np.sum(np.asarray(x) ** 3)

    return values(
        student.numeric_grad,
        expect=[3.0 * x**2],
        inputs=[(cubic, x)],
        # accuracy is another check's business
        tolerance=1e-2,
        pure=False,
    )


@check(task="T1", points=1)
def numeric_grad_leaves_its_point_alone(student: StudentCode, rng: Draws) -> Verdict:
    """numeric_grad leaves x as it was."""
    f, _, x = _wavy(rng, (2, 3))
    reply = student.numeric_grad.reply(f, x.copy())
    if numbers(reply.value, x.shape) is None:
        return Verdict.failed("There is no gradient to speak of.")
    after = None if reply.args_after is None else reply.args_after[1]
    kept = numbers(after, x.shape)
    # x + h - h may differ from x in the last bit: that does no harm
    if kept is not None and np.allclose(kept, x, rtol=0, atol=1e-12):
        return Verdict.passed()
    return Verdict.failed(
        "x is not the same after the call: work on a copy, or put back what you changed."
    )


# The two computational graphs (T2, T3)


def _point(rng: Draws) -> tuple[float, float]:
    """Draw x > 0 and y < 0 where no result is near 0: single precision loses digits."""
    while True:
        x, y = float(rng.uniform(0.5, 3)), float(rng.uniform(-3, -0.5))
        if np.abs(solution.graph1(x, y)).min() >= 0.5:
            return x, y


def _graph1(x: Any, y: Any) -> Any:
    return x**2 + x * y + (x + y) ** 2


def _graph1_part(
    student: StudentCode, rng: Draws, part: str, by: int | None
) -> Verdict:
    return judged(
        student,
        Part(student.graph1, part, PARTS["graph1"]),
        _point,
        rng,
        of=_graph1,
        wrt={part: by},
        sizes=((), (), ()),
    )


@check(task="T2", points=2)
def graph1_goes_forward(student: StudentCode, rng: Draws) -> Verdict:
    """graph1 returns the value f first."""
    return _graph1_part(student, rng, "f", None)


@check(task="T2", points=3)
def graph1_adds_the_paths_to_x(student: StudentCode, rng: Draws) -> Verdict:
    """graph1 returns df/dx second: the sum over all paths from x to f."""
    return _graph1_part(student, rng, "dx", 0)


@check(task="T2", points=3)
def graph1_adds_the_paths_to_y(student: StudentCode, rng: Draws) -> Verdict:
    """graph1 returns df/dy third: the sum over all paths from y to f."""
    return _graph1_part(student, rng, "dy", 1)


# what each backward number of exp_graph is worth, and how it follows from the one before
EXP_SHARES = {
    "dc": 1 / 9,
    "db": 2 / 9,
    "dw0": 1 / 9,
    "da": 1 / 9,
    "dw1": 2 / 9,
    "dx": 2 / 9,
}
BEFORE = {"db": "dc", "dw0": "db", "da": "db", "dw1": "da", "dx": "da"}


def _exp_point(rng: Draws) -> tuple[float, float, float]:
    """Draw x, w1 and w0 so that b = x w1 + w0 lies in 0.4 ... 1.6 and no factor is 1."""
    x, w1 = rng.choice([-1, 1], size=2) * rng.uniform([1.3, 0.4], [2.0, 0.8])
    return float(x), float(w1), float(rng.uniform(0.4, 1.6) - x * w1)


def _backwards(x: float, w1: float, w0: float) -> dict[str, float]:
    full = solution.exp_graph(x, w1, w0)
    return {key: float(full[key]) for key in EXP_SHARES}


@check(task="T3", points=1)
def exp_graph_goes_forward(student: StudentCode, rng: Draws) -> Verdict:
    """exp_graph returns the value under "f"."""
    verdict = values(
        student.exp_graph,
        expect=lambda *point: {"f": solution.exp_graph(*point)["f"]},
        inputs=_exp_point,
        rng=rng,
        # a float32 arrives as a Python float
        tolerance=1e-6,
    )
    return derived(student, "exp_graph", _exp_point(rng), verdict)


@check(task="T3", points=9)
def exp_graph_goes_back(student: StudentCode, rng: Draws) -> Verdict:
    """exp_graph returns the derivative by every node."""
    verdict = values(
        student.exp_graph, expect=_backwards, inputs=_exp_point, rng=rng, tolerance=1e-6
    )
    if verdict.credit == 0:
        points = [_exp_point(rng) for _ in range(3)]
        answers = [student.exp_graph(*point) for point in points]
        credit = sum(EXP_SHARES[key] for key in _earned(points, answers))
        # all may follow from one another, and yet something was wrong
        verdict = Verdict.failed(
            verdict.feedback,
            credit=min(credit, 8 / 9),
            diagnosis=verdict.diagnosis,
            example=verdict.example,
        )
    return derived(student, "exp_graph", _exp_point(rng), verdict)


def _earned(
    points: Sequence[tuple[float, float, float]], answers: Sequence[Any]
) -> list[str]:
    """Return the keys that are right, or follow from a wrong number before them."""
    table = {
        key: np.array(
            [_number(a.get(key) if isinstance(a, dict) else None) for a in answers]
        )
        for key in EXP_SHARES
    }
    truths = [_backwards(*point) for point in points]
    truth = {key: np.array([one[key] for one in truths]) for key in EXP_SHARES}
    earned = []
    for key, mine in table.items():
        right = _alike(mine, truth[key])
        if key in BEFORE:
            before = table[BEFORE[key]]
            # a number that never changes was not computed, so nothing follows from it;
            # dc never does, but from dc = 0 a zero would follow
            alive = before.all() if key == "db" else np.ptp(before) > 1e-6
            factor = truth[key] / truth[BEFORE[key]]
            right = right or bool(alive and _alike(mine, factor * before))
        if right:
            earned.append(key)
    return earned


def _alike(mine: np.ndarray, truth: np.ndarray) -> bool:
    return bool(np.all(np.abs(mine - truth) <= 1e-5 * np.abs(truth)))


# A product and a cost (T4, T5)

PRODUCT_SIZES = ((4, 3, 2), (2, 5, 3), (3, 3, 3))
COST_SIZES = ((5, 3), (4, 2), (3, 3))


def _product(rng: Draws, n: int, d: int, k: int) -> tuple[np.ndarray, np.ndarray]:
    return rng.normal(size=(n, d)), rng.normal(size=(d, k))


def _half_norm_sq_part(
    student: StudentCode, rng: Draws, part: str, by: int | None
) -> Verdict:
    return judged(
        student,
        Part(student.half_norm_sq, part, PARTS["half_norm_sq"]),
        _product,
        rng,
        of=lambda X, W: np.sum((X @ W) ** 2) / 2,
        wrt={part: by},
        sizes=PRODUCT_SIZES,
    )


@check(task="T4", points=2)
def half_norm_sq_value(student: StudentCode, rng: Draws) -> Verdict:
    """half_norm_sq returns half the sum of squares first."""
    return _half_norm_sq_part(student, rng, "f", None)


@check(task="T4", points=3)
def half_norm_sq_gradient_of_x(student: StudentCode, rng: Draws) -> Verdict:
    """half_norm_sq returns the gradient by X second, in the shape of X."""
    return _half_norm_sq_part(student, rng, "dX", 0)


@check(task="T4", points=3)
def half_norm_sq_gradient_of_w(student: StudentCode, rng: Draws) -> Verdict:
    """half_norm_sq returns the gradient by W third, in the shape of W."""
    return _half_norm_sq_part(student, rng, "dW", 1)


def _outputs(rng: Draws, n: int, k: int) -> tuple[np.ndarray, np.ndarray]:
    return rng.uniform(size=(n, k)), np.eye(k)[rng.integers(k, size=n)]


@check(task="T5", points=2)
def quadratic_cost_grad_points_uphill(student: StudentCode, rng: Draws) -> Verdict:
    """quadratic_cost_grad points in the direction in which the cost grows."""
    return direction(student, "quadratic_cost_grad", _outputs, rng, sizes=COST_SIZES)


@check(task="T5", points=3)
def quadratic_cost_grad_is_the_derivative(student: StudentCode, rng: Draws) -> Verdict:
    """quadratic_cost_grad is the gradient of 1/(2N) sum ||y - a||^2."""
    return judged(
        student,
        "quadratic_cost_grad",
        _outputs,
        rng,
        of=lambda a, y: np.sum((y - a) ** 2) / (2 * len(y)),
        wrt={"the gradient": 0},
        sizes=COST_SIZES,
    )


# Three regressions (T6)

LINE_SIZES = ((7, 3), (6, 4), (4, 4))
CLASS_SIZES = ((7, 4, 3), (6, 2, 5), (4, 4, 4))
HELPERS = ("sigmoid_prime", "ce_logit_grad")


def _line(rng: Draws, n: int, d: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return rng.normal(size=(n, d)), rng.normal(size=n), rng.normal(size=d)


def _two_classes(
    rng: Draws, n: int, d: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return (
        rng.normal(size=(n, d)),
        rng.permutation(np.arange(n) % 2),
        rng.normal(size=d),
    )


def _classes(
    rng: Draws, n: int, d: int, k: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    y = rng.permutation(np.arange(n) % k)
    return rng.normal(size=(n, d)), y, rng.normal(size=(d, k))


def _logistic_loss(X: Any, y: Any, w: Any) -> Any:
    z = X @ w
    return np.mean(np.log(1 + np.exp(z)) - y * z)


def _softmax_loss(X: Any, y: Any, W: Any) -> Any:
    Z = X @ W
    return np.mean(np.log(np.sum(np.exp(Z), axis=1)) - Z[np.arange(len(y)), y])


def _steep(args: tuple[np.ndarray, np.ndarray, np.ndarray]) -> tuple[np.ndarray, ...]:
    """Return the arguments with weights so large that the largest |X w| is 500."""
    X, y, w = args
    return X, y, w * (500 / np.abs(X @ w).max())


@check(task="T6", points=2)
def linreg_grad_points_uphill(student: StudentCode, rng: Draws) -> Verdict:
    """linreg_grad points in the direction in which the loss grows."""
    return direction(student, "linreg_grad", _line, rng, sizes=LINE_SIZES)


@check(task="T6", points=4)
def linreg_grad_is_the_derivative(student: StudentCode, rng: Draws) -> Verdict:
    """linreg_grad is the gradient of half the mean squared error."""
    return judged(
        student,
        "linreg_grad",
        _line,
        rng,
        of=lambda X, y, w: np.sum((X @ w - y) ** 2) / (2 * len(y)),
        wrt={"the gradient": 2},
        sizes=LINE_SIZES,
    )


@check(task="T6", points=2, uses=HELPERS)
def logreg_grad_points_uphill(student: StudentCode, rng: Draws) -> Verdict:
    """logreg_grad points in the direction in which the loss grows."""
    return direction(student, "logreg_grad", _two_classes, rng, sizes=LINE_SIZES)


@check(task="T6", points=3, uses=HELPERS)
def logreg_grad_is_the_derivative(student: StudentCode, rng: Draws) -> Verdict:
    """logreg_grad is the gradient of the mean cross-entropy."""
    return judged(
        student,
        "logreg_grad",
        _two_classes,
        rng,
        of=_logistic_loss,
        wrt={"the gradient": 2},
        sizes=LINE_SIZES,
    )


@check(task="T6", points=1, uses=HELPERS)
def logreg_grad_is_right_for_large_inputs(student: StudentCode, rng: Draws) -> Verdict:
    """logreg_grad is right, and finite, where |x . w| reaches 500."""

    def draw(rng: Draws) -> tuple[np.ndarray, ...]:
        return _steep(_two_classes(rng, 8, 3))

    verdict = values(
        student.logreg_grad, expect=solution.logreg_grad, inputs=draw, rng=rng
    )
    return derived(student, "logreg_grad", draw(rng), verdict)


@check(task="T6", points=2)
def softmax_grad_points_uphill(student: StudentCode, rng: Draws) -> Verdict:
    """softmax_grad points in the direction in which the loss grows."""
    return direction(student, "softmax_grad", _classes, rng, sizes=CLASS_SIZES)


@check(task="T6", points=3)
def softmax_grad_is_the_derivative(student: StudentCode, rng: Draws) -> Verdict:
    """softmax_grad is the gradient of the mean cross-entropy."""
    return judged(
        student,
        "softmax_grad",
        _classes,
        rng,
        of=_softmax_loss,
        wrt={"the gradient": 2},
        sizes=CLASS_SIZES,
    )


@check(task="T6", points=1)
def softmax_grad_is_right_for_large_inputs(student: StudentCode, rng: Draws) -> Verdict:
    """softmax_grad is right, and finite, where logits reach 500."""

    def draw(rng: Draws) -> tuple[np.ndarray, ...]:
        return _steep(_classes(rng, 8, 3, 4))

    verdict = values(
        student.softmax_grad, expect=solution.softmax_grad, inputs=draw, rng=rng
    )
    return derived(student, "softmax_grad", draw(rng), verdict)


# The sigmoid and its cross-entropy (T7)


def _logits(rng: Draws) -> tuple[np.ndarray]:
    """Draw logits in an array of one, two or three axes."""
    shapes = ((7,), (3, 4), (2, 3, 2))
    return (rng.uniform(-4, 4, size=shapes[rng.integers(len(shapes))]),)


def _logits_and_labels(rng: Draws) -> tuple[np.ndarray, np.ndarray]:
    (z,) = _logits(rng)
    return z, rng.permutation(np.arange(z.size) % 2).reshape(z.shape)


# the largest that T7 asks for, where exp(z) still is a number, and ordinary ones
LARGE = np.array([-500.0, 500.0, -500.0, 500.0, -60.0, 60.0, -1.5, 2.0])
LARGE_LABELS = np.array([0, 0, 1, 1, 1, 0, 1, 0])


@check(task="T7", points=2)
def sigmoid_prime_is_the_derivative(student: StudentCode, rng: Draws) -> Verdict:
    """sigmoid_prime is the slope of the sigmoid, for arrays of any shape."""
    verdict = values(
        student.sigmoid_prime,
        expect=solution.sigmoid_prime,
        inputs=_logits,
        rng=rng,
        tolerance=1e-6,
    )
    return derived(student, "sigmoid_prime", _logits(rng), verdict)


@check(task="T7", points=1)
def sigmoid_prime_is_right_for_large_inputs(
    student: StudentCode, rng: Draws
) -> Verdict:
    """sigmoid_prime is right, and finite, up to |z| = 500."""
    verdict = values(
        student.sigmoid_prime, expect=solution.sigmoid_prime, inputs=[(LARGE,)]
    )
    return derived(student, "sigmoid_prime", (LARGE,), verdict)


@check(task="T7", points=2, uses="sigmoid_prime")
def ce_logit_grad_is_the_derivative(student: StudentCode, rng: Draws) -> Verdict:
    """ce_logit_grad is the slope of the cross-entropy, for arrays of any shape."""
    verdict = values(
        student.ce_logit_grad,
        expect=solution.ce_logit_grad,
        inputs=_logits_and_labels,
        rng=rng,
        tolerance=1e-6,
    )
    return derived(student, "ce_logit_grad", _logits_and_labels(rng), verdict)


@check(task="T7", points=1, uses="sigmoid_prime")
def ce_logit_grad_is_right_for_large_inputs(
    student: StudentCode, rng: Draws
) -> Verdict:
    """ce_logit_grad is right, and finite, up to |z| = 500."""
    args = (LARGE, LARGE_LABELS)
    verdict = values(
        student.ce_logit_grad, expect=solution.ce_logit_grad, inputs=[args]
    )
    return derived(student, "ce_logit_grad", args, verdict)


# Back-propagation in two nets (T8, T9)

NET_SIZES = ((2, 2, 2),) * 3
OTHER_SIZES = ((3, 4, 2), (4, 2, 3), (2, 3, 4))
EVENT_SIZES = ((3, 4), (4, 2), (3, 3))


def _net(rng: Draws, d: int, m: int, k: int) -> tuple[np.ndarray, ...]:
    x, t = rng.normal(size=d), rng.permutation(np.arange(k) % 2).astype(float)
    return x, t, rng.normal(size=(d + 1, m)), rng.normal(size=(m + 1, k))


def _net_loss(x: Any, t: Any, W1: Any, W2: Any) -> Any:
    h = 1 / (1 + np.exp(-(x @ W1[:-1] + W1[-1])))
    o = 1 / (1 + np.exp(-(h @ W2[:-1] + W2[-1])))
    return np.sum((t - o) ** 2) / 2


def _net_part(student: StudentCode, rng: Draws, part: str, by: int | None) -> Verdict:
    return judged(
        student,
        Part(student.backprop_222, part, PARTS["backprop_222"]),
        _net,
        rng,
        of=_net_loss,
        wrt={part: by},
        sizes=NET_SIZES,
    )


@check(task="T8", points=2, uses="sigmoid_prime")
def backprop_222_loss(student: StudentCode, rng: Draws) -> Verdict:
    """backprop_222 returns the loss first."""
    return _net_part(student, rng, "L", None)


@check(task="T8", points=4, uses="sigmoid_prime")
def backprop_222_output_layer(student: StudentCode, rng: Draws) -> Verdict:
    """backprop_222 returns the gradient by W2 third, bias row included."""
    return _net_part(student, rng, "dW2", 3)


@check(task="T8", points=6, uses="sigmoid_prime")
def backprop_222_hidden_layer(student: StudentCode, rng: Draws) -> Verdict:
    """backprop_222 returns the gradient by W1 second, bias row included."""
    return _net_part(student, rng, "dW1", 2)


@check(task="T8", points=2, uses="sigmoid_prime")
def backprop_222_takes_any_sizes(student: StudentCode, rng: Draws) -> Verdict:
    """backprop_222 works for other numbers of inputs, neurons and outputs."""
    return judged(
        student,
        Part(student.backprop_222, "dW1 dW2", PARTS["backprop_222"]),
        _net,
        rng,
        of=_net_loss,
        wrt={"dW1": 2, "dW2": 3},
        sizes=OTHER_SIZES,
    )


def _tanh_slope(v: Any) -> Any:
    return 1 - np.tanh(v) ** 2


def _softplus(v: Any) -> Any:
    # not logaddexp: complex numbers must pass
    with np.errstate(over="ignore"):
        return np.log(1 + np.exp(v))


def _softplus_slope(v: Any) -> Any:
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-np.asarray(v)))


def _bent(v: Any) -> Any:
    return np.asarray(v) + np.sin(v) / 2


def _bent_slope(v: Any) -> Any:
    return 1 + np.cos(v) / 2


# smooth, not the sigmoid, and fine with complex numbers
ACTIVATIONS = (
    (np.tanh, _tanh_slope),
    (_softplus, _softplus_slope),
    (_bent, _bent_slope),
)


def _event(rng: Draws, d: int, m: int) -> tuple[Any, ...]:
    """Draw an event whose output is not near its label: see `_point`."""
    h, hprime = ACTIVATIONS[rng.integers(len(ACTIVATIONS))]
    while True:
        w1, w2 = rng.normal(size=(m, d + 1)), rng.normal(size=m + 1)
        event = rng.normal(size=d), float(rng.integers(2)), w1, w2, h, hprime
        if _event_error(*event) >= 0.03:
            return event


def _event_error(x: Any, t: Any, w1: Any, w2: Any, h: Any, hprime: Any) -> Any:
    phi = h(w1[:, 1:] @ x + w1[:, 0])
    return (h(w2[1:] @ phi + w2[0]) - t) ** 2 / 2


def _event_part(student: StudentCode, rng: Draws, part: str, by: int | None) -> Verdict:
    return judged(
        student,
        Part(student.backprop_event, part, PARTS["backprop_event"]),
        _event,
        rng,
        of=_event_error,
        wrt={part: by},
        sizes=EVENT_SIZES,
    )


@check(task="T9", points=1)
def backprop_event_error(student: StudentCode, rng: Draws) -> Verdict:
    """backprop_event returns the error first."""
    return _event_part(student, rng, "E", None)


@check(task="T9", points=4)
def backprop_event_output_weights(student: StudentCode, rng: Draws) -> Verdict:
    """backprop_event returns the gradient by w2 third, for any activation."""
    return _event_part(student, rng, "dw2", 3)


@check(task="T9", points=5)
def backprop_event_hidden_weights(student: StudentCode, rng: Draws) -> Verdict:
    """backprop_event returns the gradient by w1 second, for any activation."""
    return _event_part(student, rng, "dw1", 2)


# One step of gradient descent (T10)


def _hill(rng: Draws) -> tuple[Any, Any, np.ndarray]:
    """Draw a cost, its gradient and a start, a vector or a matrix."""
    shape = ((5,), (2, 3))[rng.integers(2)]
    q = rng.uniform(0.5, 2, size=shape)

    def cost(v: Any) -> Any:
        v = np.asarray(v)
        return np.sum(q * v**2) / 2 + np.sum(np.sin(v)) + np.sum(v) ** 2 / 4

    def slope(v: Any) -> Any:
        v = np.asarray(v)
        return q * v + np.cos(v) + np.sum(v) / 2

    return cost, slope, rng.uniform(0.5, 1.5, size=shape)


def _step_part(student: StudentCode, rng: Draws, index: int) -> Verdict:
    parts = "actual promised"
    return values(
        Part(student.gd_step_check, parts.split()[index], parts),
        expect=lambda *hill: solution.gd_step_check(*hill)[index],
        inputs=_hill,
        rng=rng,
    )


@check(task="T10", points=2)
def gd_step_check_takes_the_step(student: StudentCode, rng: Draws) -> Verdict:
    """gd_step_check returns the change of the cost after a step downhill first."""
    return _step_part(student, rng, 0)


@check(task="T10", points=2)
def gd_step_check_makes_the_promise(student: StudentCode, rng: Draws) -> Verdict:
    """gd_step_check returns -eta ||grad C||^2 second."""
    return _step_part(student, rng, 1)


@check(task="T10", points=2)
def plot_gd_step_shows_the_gap(student: StudentCode, rng: Draws) -> Verdict:
    """plot_gd_step shows how the gap shrinks with the square of the learning rate."""
    hill = _hill(rng)
    figure = figures.draw(student.plot_gd_step, *hill)
    actual, promised = solution.gd_step_check(*hill)
    gaps = [np.abs(actual - promised), *_own_gap(student, hill, _hill(rng))]
    panels = figures.panels(figure)
    shown = [(axes, _scales(axes, gap)) for axes in panels for gap in gaps]
    drawn = [(axes, scales) for axes, scales in shown if scales]
    other = any(_scales(axes, np.abs(actual)) for axes in panels)
    return rubric(
        Item(
            0.4,
            bool(drawn),
            "The figure shows |actual|, a line of slope 1: plot |actual - promised|."
            if other
            else "No series of the figure is |actual - promised| against eta.",
            "the six gaps are drawn",
        ),
        Item(
            0.4,
            any("log" in scales for _, scales in drawn),
            "on linear axes five of the six points lie at the origin: make both "
            "logarithmic.",
            "both axes are logarithmic",
        ),
        Item(
            0.2,
            any(figures.labelled(axes) for axes, _ in drawn),
            "the axes have no labels.",
        ),
        pictures=(figures.picture(figure, "Gap against learning rate"),),
    )


def _own_gap(
    student: StudentCode, hill: tuple[Any, ...], other: tuple[Any, ...]
) -> list[np.ndarray]:
    """Return the gap by the student's own gd_step_check, if there is one.

    A mistake there is charged there; the plot of its numbers is right. (The reference
    can't be lent here: the functions cost and grad don't travel twice.)
    """
    try:
        both = [numbers(student.gd_step_check(*one), (2, 6)) for one in (hill, other)]
    except CallFailed:
        return []
    gap, elsewhere = (None if one is None else np.abs(one[0] - one[1]) for one in both)
    if gap is None or elsewhere is None:
        return []
    # a gap that does not shrink, or is the same on every hill, is no result of a step
    computed = gap.min() > 0 and gap.max() > 10 * gap.min()
    return [gap] if computed and not np.allclose(gap, elsewhere, atol=0) else []


def _scales(axes: figures.AxesData, heights: np.ndarray) -> set[str]:
    """Return how heights over ETAS are drawn in a panel: "log", "linear", or not at all.

    Logarithms drawn on linear axes are logarithmic, too.
    """
    log_axes = all("log" in scale for scale in (axes.xscale, axes.yscale))
    scales = set()
    for x, y in _curves(axes):
        if _drawn(x, y, heights):
            scales.add("log" if log_axes else "linear")
        for base in (10.0, np.e, 2.0):
            with np.errstate(over="ignore"):
                if _drawn(base**x, base**y, heights):
                    scales.add("log")
    return scales


def _curves(axes: figures.AxesData) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the series of a panel; points drawn one by one are a series, too."""
    for series in axes.series:
        yield np.array(series.x), np.array(series.y)
    single = [series for series in axes.series if len(series.x) == 1]
    yield (
        np.array([point for series in single for point in series.x]),
        np.array([point for series in single for point in series.y]),
    )


def _drawn(x: np.ndarray, y: np.ndarray, heights: np.ndarray) -> bool:
    if x.shape != heights.shape:
        return False
    order = np.argsort(-x)
    # the gap at 1e-6 is 1e-11 of a cost near 10, so rounding is 1e-4 of it
    near = np.abs(y[order] - heights) <= 0.05 * heights
    return bool(np.allclose(x[order], solution.ETAS, rtol=1e-6, atol=0) and near.all())


# Answers to the questions (T5, T11)


def _answered(student: StudentCode, shares: Mapping[str, float]) -> Verdict:
    """Return the verdict on some answers, each with its share of the points."""
    given, truth = student.answers(), solution.answers()
    if not isinstance(given, dict):
        return Verdict.failed("answers must return a dict.")
    verdict = rubric(
        *(
            Item(share, _agrees(given.get(key), truth[key]), _advice(given, key), key)
            for key, share in shares.items()
        )
    )
    if verdict.credit == 1:
        return verdict
    same = (
        known
        for known in student.answers.mistakes
        if all(_agrees(given.get(key), known()[key]) for key in shares)
    )
    known = next(same, None)
    return verdict.model_copy(update={"diagnosis": known and _diagnosis(known)})


def _agrees(mine: Any, truth: float | str) -> bool:
    if isinstance(truth, str):
        return isinstance(mine, str) and mine.strip().upper() == truth
    # three decimals, as the handout says
    return bool(abs(_number(mine) - truth) <= 1e-3)


def _advice(given: Mapping[str, Any], key: str) -> str:
    return f"{key} is not right." if key in given else f"{key} is missing."


@check(task="T5", points=1)
def answers_know_the_factor(student: StudentCode, rng: Draws) -> Verdict:
    """Q5: the factor between the two quadratic costs."""
    return _answered(student, {"q5_factor": 1})


@check(task="T11", points=2)
def answers_differentiate_the_sigmoid(student: StudentCode, rng: Draws) -> Verdict:
    """Q1: the wrong line in the derivation of the sigmoid's slope, and its repair."""
    return _answered(student, {"q1_line": 0.5, "q1_second": 0.5})


@check(task="T11", points=1)
def answers_differentiate_the_cross_entropy(
    student: StudentCode, rng: Draws
) -> Verdict:
    """Q2: the three derivatives in the chain from the loss to the logit."""
    return _answered(student, {"q2_dL_dh": 0.4, "q2_dh_dz": 0.2, "q2_dL_dz": 0.4})


@check(task="T11", points=1)
def answers_find_the_softmax_line(student: StudentCode, rng: Draws) -> Verdict:
    """Q3: the wrong line in the derivation of the softmax gradient, in numbers."""
    return _answered(student, {"q3_line": 0.4, "q3_right": 0.3, "q3_printed": 0.3})


@check(task="T11", points=2)
def answers_repair_the_logistic_update(student: StudentCode, rng: Draws) -> Verdict:
    """Q4: the update of logistic regression that goes downhill, and one step of it."""
    return _answered(student, {"q4_update": 0.5, "q4_w1": 0.5})
