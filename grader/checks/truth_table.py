"""Compare a function of bits with its truth table, row by row."""

import itertools
from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np

from grader.checks.cases import Case, Demands
from grader.checks.compare import Difference, as_array, differences
from grader.checks.naming import known_mistake
from grader.checks.power_gate import gate_for
from grader.checks.values import given_cases
from grader.checks.wording import call_text, shown
from grader.domain.draws import Draws
from grader.domain.student import StudentFunction
from grader.domain.verdict import Diagnosis, Example, Verdict
from grader.errors import LabError


def truth_table(
    function: StudentFunction,
    *,
    expect: Callable[..., Any] | Sequence[Any],
    inputs: int | Sequence[Sequence[int]] = 2,
    rng: Draws | None = None,
    blind_to: Collection[str] = (),
) -> Verdict:
    """Return whether a function of bits gives the right bits in every row.

    A bit may come as bool, int, float or an array of one element; several bits as any
    sequence.

    Args:
        function: The student's function, called with one argument per bit.
        expect: The reference function, or the expected outputs row by row.
        inputs: Number of bits (all rows, 00...0 first), or the rows.
        rng: If given, rows are asked in random order.
        blind_to: Names of guarded mistakes with the same truth table, which another
            part of the same check finds.

    Raises:
        CallFailed: If a call gave no value.
        LabError: If rows and expected outputs don't fit, or a guarded mistake has the
            same truth table.
    """
    rows = _rows(inputs)
    cases = given_cases(function, expect, rows)
    gate = gate_for(function, demands=Demands(), blind_to=blind_to)
    gate.demand_power(cases)
    if rng is not None:
        cases = [cases[index] for index in rng.permutation(len(cases))]
    outputs = function.map([case.args for case in cases])
    answers = [
        _bits(output, case.expected)
        for output, case in zip(outputs, cases, strict=True)
    ]
    found = [
        differences(mine, case.expected, function=function.name, tolerance=1e-9)
        for mine, case in zip(answers, cases, strict=True)
    ]
    wrong = [index for index, parts in enumerate(found) if parts]
    if not wrong:
        return Verdict.passed()
    return _failed(
        function, cases, answers, [found[index][0] for index in wrong], wrong
    )


def _rows(inputs: int | Sequence[Sequence[int]]) -> Sequence[Sequence[int]]:
    if not isinstance(inputs, int):
        return inputs
    if not 1 <= inputs <= 12:
        raise LabError(f"a truth table of {inputs} inputs, expected 1 to 12")
    return list(itertools.product((0, 1), repeat=inputs))


def _bits(output: Any, expected: Any) -> Any:
    """Return an array of one element as its element where one bit is expected."""
    array = as_array(output)
    if array is None or array.size != 1 or np.shape(expected) != ():
        return output
    return array.item()


def _failed(
    function: StudentFunction,
    cases: Sequence[Case],
    answers: Sequence[Any],
    first: Sequence[Difference],
    wrong: Sequence[int],
) -> Verdict:
    telling = first[0].kind != "value"
    counted = f"{len(wrong)} of the {len(cases)} rows of the truth table "
    counted += "is wrong" if len(wrong) == 1 else "are wrong"
    shown_first = min(wrong, key=lambda index: cases[index].args)
    return Verdict.failed(
        (f"{first[0].sentence}; " if telling else f"{function.name}: ") + counted + ".",
        diagnosis=known_mistake(function, cases, answers) or _pattern(cases, answers),
        example=Example(
            call=call_text(function.name, cases[shown_first].args, {}),
            got=shown(answers[shown_first]),
            expected=shown(cases[shown_first].expected),
        ),
    )


def _pattern(cases: Sequence[Case], answers: Sequence[Any]) -> Diagnosis | None:
    """Return what all rows have in common: inverted, or always the same."""
    mine = as_array(list(answers))
    truth = as_array([case.expected for case in cases])
    if mine is None or truth is None or mine.shape != truth.shape:
        return None
    if mine.dtype.kind == "c":
        return None
    if np.array_equal(mine, 1 - truth.astype(int)):
        return Diagnosis(
            mistake="inverted", says="Every row is inverted: 0 and 1 are exchanged."
        )
    if np.all(mine == mine[0]):
        return Diagnosis(
            mistake="constant", says="The output is the same in every row."
        )
    return None
