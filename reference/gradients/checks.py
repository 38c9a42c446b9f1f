"""Hidden checks of lab 3. NOTES.md says how the points came about.

Every gradient is compared with the complex step of a loss written here, never with a
student's code, on random inputs of different sizes and of one size for all axes. A
gradient of T2 to T9 that was not derived, but left to differences or to a library, earns
half: `derived` sees to that.
"""

import dataclasses
import itertools
from collections.abc import Callable, Mapping, Sequence
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
    rubric,
    source,
    values,
)
from grader.domain.student import Reply

from . import gradients as solution

Draw = Callable[[Draws], tuple[Any, ...]]
# central differences at 1e-5 cost 1e-10, one-sided ones 1e-5, rounding at 1e-12 1e-4
ACCURATE = 1e-7
# libraries that differentiate for their user
AUTODIFF = {
    "GradientTape",
    "tensorflow.gradients",
    "jax",
    "torch",
    "autograd",
    "sympy",
    "numdifftools",
    "approx_fprime",
    "approx_derivative",
}


class Part:
    """One part of a function's result, (L, dW1, dW2), as a `StudentFunction`."""

    def __init__(self, function: StudentFunction, part: str, parts: str) -> None:
        """Choose a part.

        Args:
            function: The student's function, which returns several things.
            part: The name of the one to look at.
            parts: The names of all of them in their order: "L dW1 dW2".
        """
        self._function = function
        self._names = parts.split()
        self._index = self._names.index(part)
        self.name = function.name

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Return the known mistakes of the function, as far as this part shows them."""
        return tuple(map(self._mistaken, self._function.mistakes))

    @property
    def guarded(self) -> tuple[Mistake, ...]:
        """Return those that the running check must tell from the truth."""
        return tuple(map(self._mistaken, self._function.guarded))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call and return the part."""
        return self._pick(self._function(*args, **kwargs))

    def reply(self, *args: Any, **kwargs: Any) -> Reply:
        """Call and return the part, with the arguments afterwards."""
        reply = self._function.reply(*args, **kwargs)
        return dataclasses.replace(reply, value=self._pick(reply.value))

    def map(self, calls: Sequence[Sequence[Any]]) -> list[Any]:
        """Call once per argument list and return the parts."""
        return [self._pick(value) for value in self._function.map(calls)]

    def _pick(self, value: Any) -> Any:
        if isinstance(value, Mapping) and set(self._names) <= set(value):
            value = [value[name] for name in self._names]
        if isinstance(value, list | tuple) and len(value) == len(self._names):
            return value[self._index]
        wanted = f"{len(self._names)} values ({', '.join(self._names)})"
        raise CallFailed(Outcome.RAISED, f"{self.name} must return {wanted}")

    def _mistaken(self, known: Mistake) -> Mistake:
        def part(*args: Any) -> Any:
            return self._pick(known(*args))

        return dataclasses.replace(known, function=part)


def derived(
    student: StudentCode, function: str, args: Sequence[Any], verdict: Verdict
) -> Verdict:
    """Return a verdict, with half of its credit if the gradient was not derived.

    Reading finds libraries. A call of numeric_grad is only believed when it is made: a
    cell that checks a gradient may define names that look like those of the function.

    Args:
        student: The code.
        function: The function of T2 to T9 that was judged.
        args: Arguments of one call of it.
        verdict: What the judgement was.
    """
    if verdict.credit == 0:
        return verdict
    library = source.forbids(student, names=AUTODIFF, functions=(function,))
    if library.outcome is Outcome.PASSED and not _differs(student, function, args):
        return verdict
    return Verdict.failed(
        f"The numbers of {function} may be right, but it does not derive them: this task "
        "asks for your own formula, so the check earns half.",
        credit=verdict.credit / 2,
        note=library.feedback,
        diagnosis=Diagnosis(
            mistake="not_derived",
            says="This is what you get when numeric_grad, or a library that "
            "differentiates, does the work.",
            concept="chain rule",
        ),
        example=verdict.example,
    )


def _differs(student: StudentCode, function: str, args: Sequence[Any]) -> bool:
    """Return whether a call of a function calls numeric_grad."""
    read = source.forbids(student, names={"numeric_grad"}, functions=(function,))
    if read.outcome is Outcome.PASSED:
        return False
    calls = []

    def spy(*args: Any, **kwargs: Any) -> float:
        calls.append(args)
        return 0.0

    try:
        getattr(student.replaced({"numeric_grad": spy}), function)(*args)
    except CallFailed:
        pass  # a zero in place of a gradient may well break what comes after
    return bool(calls)


def judged(  # noqa: PLR0913 - the options of `gradient`, and the sizes
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
    return derived(student, target.name, draw(rng, *sizes[0]), verdict)


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
        mine = _numbers(getattr(student, function)(*args), right.shape)
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
        numbers = _numbers(mine, theirs.shape)
        if numbers is not None and np.allclose(numbers, theirs, rtol=1e-8, atol=1e-12):
            return _diagnosis(known)
    return None


def _diagnosis(known: Mistake) -> Diagnosis:
    return Diagnosis(mistake=known.name, says=known.says, concept=known.concept)


def _numbers(value: Any, shape: tuple[int, ...]) -> np.ndarray | None:
    """Return a value as finite floats of a shape, or None if it is something else."""
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return None
    return array if array.shape == shape and np.isfinite(array).all() else None


def _number(value: Any) -> float:
    """Return a single number, NaN for anything else."""
    array = _numbers(value, ())
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
        mine = _numbers(student.numeric_grad(f, x), shape)
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
    linear = _numbers(function(lambda x: np.sum(slope * x) + 1, x), x.shape)
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
    if _numbers(reply.value, x.shape) is None:
        return Verdict.failed("There is no gradient to speak of.")
    after = None if reply.args_after is None else reply.args_after[1]
    kept = _numbers(after, x.shape)
    # x + h - h may differ from x in the last bit: that does no harm
    if kept is not None and np.allclose(kept, x, rtol=0, atol=1e-12):
        return Verdict.passed()
    return Verdict.failed(
        "x is not the same after the call: work on a copy, or put back what you changed."
    )


# Graphs (T2, T3)


def _point(rng: Draws) -> tuple[float, float]:
    return float(rng.uniform(0.5, 3)), float(rng.uniform(-3, -0.5))


@check(task="T2", points=2)
def graph1_value(student: StudentCode, rng: Draws) -> Verdict:
    """graph1 returns f = x^2 + xy + (x + y)^2."""
    verdict = values(
        Part(student.graph1, "f", "f dx dy"),
        expect=lambda x, y: solution.graph1(x, y)[0],
        inputs=_point,
        rng=rng,
    )
    return derived(student, "graph1", _point(rng), verdict)


@check(task="T2", points=6)
def graph1_differentiates(student: StudentCode, rng: Draws) -> Verdict:
    """graph1 adds up what comes back along all paths, for x and for y."""
    verdict = gradient(
        student.graph1,
        of=lambda x, y: x**2 + x * y + (x + y) ** 2,
        wrt={"f": None, "dx": 0, "dy": 1},
        at=_point,
        rng=rng,
    )
    if verdict.credit == 0:
        x, y = _point(rng)
        _, dx, dy = solution.graph1(x, y)
        value = student.graph1(x, y)
        pick = Part(student.graph1, "dx", "f dx dy"), Part(student.graph1, "dy", "f dx dy")
    return derived(student, "graph1", _point(rng), verdict)
