"""Compare a gradient with the true one, array by array, and say what kind of wrong.

The truth is the complex step's derivative of the teacher's own loss (or a closed form
that the teacher gives), never the student's code, never in single precision.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

from grader.checks.cases import Case, Demands
from grader.checks.compare import Difference, Leaf, number_pair, paired
from grader.checks.derivative import Loss, TrueGradient
from grader.checks.own_loss import OwnLoss, agrees_with_own_loss
from grader.checks.power_gate import Draw, gate_for
from grader.checks.under_check import IMPURE_CREDIT, UnderCheck
from grader.domain.draws import Draws
from grader.domain.student import CallFailed, StudentFunction
from grader.domain.verdict import Diagnosis, Verdict
from grader.numerics import norm, relative_error

# float32 arithmetic costs up to 6e-7, log(p + 1e-7) up to 5e-6, the smallest bug 5e-3
SINGLE_TOLERANCE = 1e-4
# below this share of the whole gradient an array is rounding
FLOOR = 1e-8


def gradient(
    function: StudentFunction,
    *,
    of: Loss,
    wrt: Mapping[str, int | None],
    at: Draw,
    rng: Draws,
    draws: int = 3,
    truth: Callable[..., Any] | None = None,
    own_loss: OwnLoss | None = None,
    tolerance: float = 1e-5,
    pure: bool = True,
    blind_to: Collection[str] = (),
) -> Verdict:
    """Return whether a function gives the gradient of a loss.

    Per array: there at all, exact shape, real and finite numbers, and
    ||a - g|| / max(||a|| + ||g||, 1e-8 ||all of g||) <= tolerance (1e-4 for results in
    single precision). The feedback names the first wrong array and what is right.

    Source: procedure and thresholds were measured on 27 wrong and 400 right gradients of
    two-layer nets; the smallest bug costs 5e-3, the largest honest variant 5e-6.

    Args:
        function: The student's function.
        of: The loss of the same arguments, one number. It must be real-analytic code
            that accepts complex arrays, unless `truth` is given.
        wrt: Name of each part of the result -> index of the argument that it is the
            derivative by, output to input; None stands for the loss itself, as in
            (loss, dW). The result may be a sequence in this order or a dict by name.
        at: Draws the arguments of one call. Let sizes differ from draw to draw, with a
            square among them: transpositions crash on rectangles and hide in squares.
        rng: Where draws come from.
        draws: How many.
        truth: Closed form of the gradient, in the form of the student's result.
        own_loss: The student's own loss function, and a function from the arguments of
            the gradient to the arguments of that loss: tells "right derivative of
            another loss" from a slip in the derivation.
        tolerance: Largest relative error of an array.
        pure: Whether the arguments must be left alone and the same call must give the
            same numbers; a right gradient that does not earns half.
        blind_to: Names of guarded mistakes that these inputs are not meant to show,
            because another part of the same check finds them.

    Raises:
        CallFailed: If a call gave no value.
        LabError: If `wrt` names no argument, the loss can't be differentiated, or no
            draw tells a guarded mistake.
    """
    true = TrueGradient(of, wrt, truth)
    gate = gate_for(
        function,
        names=true.names,
        demands=Demands(pure=pure),
        align=true.align,
        blind_to=blind_to,
    )
    cases = gate.draw_cases(true, at, rng, count=draws)
    true.demand_derivative(cases[0], rng, function=function.name)
    under = UnderCheck(function, cases, true.names, true.align)
    replies = under.replies()
    if isinstance(replies, Verdict):
        return replies
    answers = [true.align(reply.value) for reply in replies]
    found = [
        _differences(mine, case.expected, true.names, function.name, tolerance)
        for mine, case in zip(answers, cases, strict=True)
    ]
    if any(found):
        verdict = under.wrong_values(answers, found)
        first = next(index for index, parts in enumerate(found) if parts)
        more = _about_own_loss(
            own_loss, wrt, cases[first], answers[first], found[first], rng=rng
        )
        return verdict.model_copy(update={"feedback": verdict.feedback + more})
    if pure and (impure := under.impurity(replies, of)):
        return impure
    if pure and not _repeats(function, cases[0], replies[0].value):
        return _changing(function)
    return Verdict.passed()


def _differences(
    mine: Any, expected: Any, names: Sequence[str], function: str, tolerance: float
) -> list[Difference]:
    """Return the wrong arrays of one result, in the order of `names`."""
    whole = norm(np.concatenate([np.ravel(part) for part in expected]))
    found = []
    for part in paired(mine, expected, function=function, names=names):
        if isinstance(part, Difference):
            return [part]
        wrong = _array_difference(part, function, tolerance, floor=FLOOR * whole)
        if wrong is not None:
            found.append(wrong)
    return found


def _array_difference(
    part: Leaf, function: str, tolerance: float, *, floor: float
) -> Difference | None:
    arrays = number_pair(part, function)
    if isinstance(arrays, Difference):
        return arrays
    mine, truth = arrays
    single = mine.dtype.kind == "f" and mine.dtype.itemsize <= 4
    limit = max(tolerance, SINGLE_TOLERANCE) if single else tolerance
    error = relative_error(mine.astype(float), truth, floor=floor)
    if error <= limit:
        return None
    sentence = f"{part.where} is not right (relative error {error:.1g})"
    return Difference(part.where, "value", sentence, error)


def _about_own_loss(
    own_loss: OwnLoss | None,
    wrt: Mapping[str, int | None],
    case: Case,
    mine: Sequence[Any],
    wrong: Sequence[Difference],
    *,
    rng: Draws,
) -> str:
    """Return what the student's own loss says about wrong arrays of one case; or ""."""
    bad = {part.where for part in wrong}
    if own_loss is None or any(part.kind != "value" for part in wrong):
        return ""
    indices = {name: i for name, i in wrt.items() if i is not None and name in bad}
    arrays = dict(zip(wrt, mine, strict=True))
    agrees = agrees_with_own_loss(own_loss, case.args, indices, arrays, rng)
    if agrees is None:
        return ""
    if agrees:
        return " It is the derivative of your own loss: look for the mistake there."
    return (
        " It is not the derivative of your own loss either: the mistake is in the "
        "derivation."
    )


def _repeats(function: StudentFunction, case: Case, first: Any) -> bool:
    """Return whether the same call gives the same numbers to the last bit."""
    try:
        second = function(*case.args)
    except CallFailed:
        return False
    parts = paired(second, tuple(first) if isinstance(first, list) else first)
    return all(
        isinstance(part, Leaf) and np.array_equal(part.got, part.expected)
        for part in parts
    )


def _changing(function: StudentFunction) -> Verdict:
    return Verdict.failed(
        f"{function.name} is right the first time, but the same call again gives other "
        "numbers.",
        credit=IMPURE_CREDIT,
        diagnosis=Diagnosis(
            mistake="remembers_earlier_calls",
            says="Something is kept between calls: a gradient that adds up, a global, a "
            "mutable default.",
            concept="side effects",
        ),
    )
