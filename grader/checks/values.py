"""Compare what a function returns with a reference, on given or drawn inputs."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from grader.checks.cases import Case, Demands, answer
from grader.checks.compare import differences
from grader.checks.power_gate import Draw, Gate, gate_for
from grader.checks.under_check import UnderCheck
from grader.domain.draws import Draws
from grader.domain.student import StudentFunction
from grader.domain.verdict import Verdict
from grader.errors import LabError


def values(
    function: StudentFunction,
    *,
    expect: Callable[..., Any] | Sequence[Any],
    inputs: Draw | Sequence[Sequence[Any]],
    rng: Draws | None = None,
    draws: int = 3,
    tolerance: float = 1e-9,
    names: Sequence[str] = (),
    pure: bool = True,
    no_warnings: bool = False,
    blind_to: Collection[str] = (),
) -> Verdict:
    """Return whether a function gives the expected values.

    Structure and shapes must be exact (nothing is broadcast), numbers real and finite
    where the truth is. Lists are accepted for arrays, bools and floats for whole
    numbers, dicts with the right names for a sequence; results in single precision are
    allowed 1e-5. A wrong answer is compared with the known mistakes.

    Args:
        function: The student's function.
        expect: The reference function, or the expected values of the given inputs. A
            tuple is several results, each with its own name; a list is one array.
        inputs: Argument tuples, or a function that draws one.
        rng: Needed where inputs are drawn.
        draws: How many inputs to draw.
        tolerance: Largest |got - expected| / max(1, max |expected|) per part.
        names: Names of the parts of a result that is a sequence.
        pure: Whether the arguments must be left as they were; right values by a function
            that changes them earn half.
        no_warnings: Whether a NumPy RuntimeWarning fails the check.
        blind_to: Names of guarded mistakes that these inputs are not meant to show,
            because another part of the same check finds them.

    Raises:
        CallFailed: If a call gave no value.
        LabError: If the inputs are not as described or can't tell a guarded mistake.
    """
    gate = gate_for(
        function,
        names=names,
        demands=Demands(pure=pure, quiet=no_warnings),
        blind_to=blind_to,
    )
    cases = _cases(gate, function, expect, inputs, rng=rng, draws=draws)
    under = UnderCheck(function, cases, names)
    replies = under.replies(every=no_warnings)
    if isinstance(replies, Verdict):
        return replies
    answers = [reply.value for reply in replies]
    found = [
        differences(
            mine,
            case.expected,
            function=function.name,
            names=names,
            tolerance=tolerance,
        )
        for mine, case in zip(answers, cases, strict=True)
    ]
    if any(found):
        return under.wrong_values(answers, found)
    if no_warnings and (warned := under.warning(replies)):
        return warned
    if pure and (impure := under.impurity(replies, expect)):
        return impure
    return Verdict.passed()


def _cases(
    gate: Gate,
    function: StudentFunction,
    expect: Callable[..., Any] | Sequence[Any],
    inputs: Draw | Sequence[Sequence[Any]],
    *,
    rng: Draws | None,
    draws: int,
) -> list[Case]:
    """Return inputs, given or drawn, that tell the guarded mistakes from the truth."""
    if not callable(inputs):
        cases = given_cases(function, expect, inputs)
        gate.demand_power(cases)
        return cases
    if rng is None or not callable(expect):
        message = "drawn inputs need `rng` and a reference function"
        raise LabError(f"{function.name}: {message}")
    return gate.draw_cases(expect, inputs, rng, count=draws)


def given_cases(
    function: StudentFunction,
    expect: Callable[..., Any] | Sequence[Any],
    inputs: Sequence[Sequence[Any]],
) -> list[Case]:
    """Return fixed inputs with their truths.

    Raises:
        LabError: If there are none, or not as many expected values as inputs.
    """
    if not all(isinstance(args, tuple | list) for args in inputs):
        raise LabError(f"{function.name}: inputs are argument tuples, write (x,) for x")
    if callable(expect):
        truths = [answer(expect, args) for args in inputs]
    else:
        truths = list(expect)
    if not truths or len(truths) != len(inputs):
        raise LabError(
            f"{function.name}: {len(inputs)} inputs and {len(truths)} expected values"
        )
    pairs = zip(inputs, truths, strict=True)
    return [Case(tuple(args), truth) for args, truth in pairs]
