"""Compare what a function returns with a reference, on given or drawn inputs."""

import inspect
from collections.abc import Callable, Collection, Sequence
from typing import Any

from grader.checks.cases import Align, Case, Demands, answer, as_it_is, unchanged
from grader.checks.compare import Difference, as_array, differences
from grader.checks.naming import CRASHED, name_conduct, name_crash, name_mistake
from grader.checks.power_gate import Draw, gate_for
from grader.checks.wording import call_text, contrasted
from grader.domain.draws import Draws
from grader.domain.student import CallFailed, Reply, StudentFunction
from grader.domain.verdict import Diagnosis, Example, Outcome, Verdict
from grader.errors import InfrastructureError, LabError
from grader.wire import portable

# right values by a function that changes its arguments: half of the points
IMPURE_CREDIT = 0.5
# replies carry the arguments back; beyond this many calls one message has to do
MAX_REPLIES = 8


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
    if not callable(inputs):
        cases = given_cases(function, expect, inputs)
        gate.demand_power(cases)
    elif rng is None or not callable(expect):
        message = "drawn inputs need `rng` and a reference function"
        raise LabError(f"{function.name}: {message}")
    else:
        cases = gate.draw_cases(expect, inputs, rng, count=draws)
    replies = call_all(function, cases, every=no_warnings, names=names)
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
        return wrong_values(function, cases, answers, found, names=names)
    if no_warnings and (text := _runtime_warning(replies)):
        return _warned(function, cases, text, names)
    if pure and (changed := changed_argument(cases, replies)) is not None:
        label = parameter_name(expect, changed)
        return impure(function, cases, label, names=names)
    return Verdict.passed()


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


def call_all(
    function: StudentFunction,
    cases: Sequence[Case],
    *,
    every: bool = False,
    names: Sequence[str] = (),
    align: Align = as_it_is,
) -> list[Reply] | Verdict:
    """Call once per case; the first eight (or every) reply with arguments and warnings.

    Returns:
        The replies; or, if the function raised and the calls that did not raise tell
        which known mistake it is, the verdict that says so.

    Raises:
        CallFailed: If a call gave no value, and why can't be told.
    """
    count = len(cases) if every else MAX_REPLIES
    try:
        replies = [function.reply(*case.args) for case in cases[:count]]
        if rest := [case.args for case in cases[count:]]:
            replies += [Reply(value) for value in function.map(rest)]
    except CallFailed as failure:
        if failure.outcome is not Outcome.RAISED:
            raise
        some = cases[:MAX_REPLIES]
        answers = [_answer_or_crash(function, case, align) for case in some]
        named = name_crash(function, some, answers, names=names, align=align)
        if named is None:
            raise
        return Verdict(
            outcome=Outcome.RAISED,
            credit=0,
            feedback=failure.message,
            diagnosis=named,
        )
    return replies


def _answer_or_crash(function: StudentFunction, case: Case, align: Align) -> Any:
    try:
        return align(function(*case.args))
    except CallFailed as failure:
        if failure.outcome is not Outcome.RAISED:
            raise
        return CRASHED


def wrong_values(
    function: StudentFunction,
    cases: Sequence[Case],
    answers: Sequence[Any],
    found: Sequence[Sequence[Difference]],
    *,
    names: Sequence[str] = (),
    align: Align = as_it_is,
) -> Verdict:
    """Return the verdict on wrong answers: where, why, and the smallest wrong case."""
    wrong = [index for index, parts in enumerate(found) if parts]
    first = found[wrong[0]][0]
    shortest = min(wrong, key=lambda index: _size(cases[index].args))
    got, expected = contrasted(answers[shortest], cases[shortest].expected)
    told = _what_is_right(found, names) + _ended(first.sentence, len(wrong), cases)
    return Verdict.failed(
        # a function's or a part's name keeps its spelling, an English word begins big
        f"T{told[1:]}" if told.startswith("the ") else told,
        diagnosis=name_mistake(function, cases, answers, names=names, align=align),
        example=Example(
            call=call_text(function.name, cases[shortest].args, {}),
            got=got,
            expected=expected,
        ),
    )


def _what_is_right(found: Sequence[Sequence[Difference]], names: Sequence[str]) -> str:
    """Return "db is right; " for the named parts that no case found wrong."""
    wrong = {part.where for parts in found for part in parts}
    if "" in wrong or any(
        part.kind == "structure" for parts in found for part in parts
    ):
        return ""
    right = [name for name in names if name not in wrong]
    if not right:
        return ""
    return ", ".join(right) + (" is right; " if len(right) == 1 else " are right; ")


def _ended(sentence: str, wrong: int, cases: Sequence[Case]) -> str:
    """Return a sentence with how often it is so, if that is not always."""
    if wrong < len(cases):
        sentence += f" ({wrong} of {len(cases)} cases are wrong)"
    return sentence if sentence.endswith("?") else sentence + "."


def _size(value: Any) -> int:
    array = as_array(value)
    if array is not None:
        return array.size
    return sum(map(_size, value)) if isinstance(value, list | tuple) else 1


def _runtime_warning(replies: Sequence[Reply]) -> str:
    texts = (text for reply in replies for text in reply.warnings)
    # a DeprecationWarning is the library's business, not the formula's
    return next((text for text in texts if text.startswith("RuntimeWarning")), "")


def _warned(
    function: StudentFunction, cases: Sequence[Case], text: str, names: Sequence[str]
) -> Verdict:
    known = name_conduct(function, cases, lambda seen: seen.warned, names=names)
    return Verdict.failed(
        f"the values are right, but {function.name} warns: {text}",
        diagnosis=known
        or Diagnosis(
            mistake="warns",
            says="NumPy warns where a number overflows or is undefined: rewrite the "
            "formula so that it never computes it.",
            concept="numerical stability",
        ),
    )


def changed_argument(cases: Sequence[Case], replies: Sequence[Reply]) -> int | None:
    """Return the index of an argument that a call changed, or None.

    Raises:
        InfrastructureError: If no reply says how the arguments were afterwards.
    """
    observed = [
        (case.args, reply.args_after)
        for case, reply in zip(cases, replies, strict=True)
        if reply.args_after is not None
    ]
    if not observed:
        raise InfrastructureError("no reply says how the arguments were after the call")
    for before, after in observed:
        # as they arrived there: an array of text, say, travels as a list
        sent = [portable(argument) for argument in before]
        if not isinstance(after, list) or len(after) != len(sent):
            return 0
        for index, (mine, theirs) in enumerate(zip(sent, after, strict=True)):
            if not unchanged(mine, theirs):
                return index
    return None


def impure(
    function: StudentFunction,
    cases: Sequence[Case],
    label: str,
    *,
    names: Sequence[str] = (),
    align: Align = as_it_is,
) -> Verdict:
    """Return the verdict on right values by a function that changes an argument."""
    known = name_conduct(
        function, cases, lambda seen: seen.changed, names=names, align=align
    )
    return Verdict.failed(
        f"the values are right, but {function.name} changes its argument {label}.",
        credit=IMPURE_CREDIT,
        diagnosis=known
        or Diagnosis(
            mistake="changes_its_arguments",
            says=f"{function.name} writes into an array that it was given, which the "
            "caller still needs: work on a copy, or write `x = x - ...` for `x -= ...`.",
            concept="side effects",
        ),
    )


def parameter_name(reference: Any, index: int) -> str:
    """Return the name of a positional argument, or its number from 1."""
    try:
        parameters = list(inspect.signature(reference).parameters)
    except (TypeError, ValueError):
        parameters = []
    return parameters[index] if index < len(parameters) else str(index + 1)
