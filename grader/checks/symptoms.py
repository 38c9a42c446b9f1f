"""What a wrong result looks like, where no mistake of the lab explains it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.checks.cases import Case
from grader.checks.compare import Leaf, as_array, paired, same
from grader.checks.factors import Factor, find_factor
from grader.checks.parts import SAME, Part
from grader.domain.verdict import Diagnosis


def common_factor(parts: Sequence[Part], cases: Sequence[Case]) -> Diagnosis | None:
    """Return the known factor that all wrong parts share."""
    wrong = [part for part in parts if part.wrong]
    found = [_factor(part, cases) for part in wrong]
    if not found or found[0] is None or any(one != found[0] for one in found):
        return None
    everything = len(wrong) == len(parts)
    names = " and ".join(part.subject for part in wrong)
    return found[0].diagnosis("the result" if everything else names)


def _factor(part: Part, cases: Sequence[Case]) -> Factor | None:
    calls = [case.args for case in cases]
    return find_factor(part.pairs, calls, tolerance=part.tolerance)


def first_symptom(
    parts: Sequence[Part],
    cases: Sequence[Case],
    answers: Sequence[Any],
    names: Sequence[str],
) -> Diagnosis | None:
    """Return what the first wrong part looks like: scaled, zero, transposed, broadcast.

    Args:
        parts: The parts, if all have the right structure and shapes, else none.
        cases: All cases of the check.
        answers: The student's answers, one per case.
        names: Names of the parts of a sequence.
    """
    wrong = [part for part in parts if part.wrong]
    if wrong:
        factor = _factor(wrong[0], cases)
        return factor.diagnosis(wrong[0].subject) if factor else _look(wrong[0])
    for case, mine in zip(cases, answers, strict=True):
        for part in paired(mine, case.expected, names=names):
            if isinstance(part, Leaf) and (found := _shape(part)) is not None:
                return found
    return None


def _look(part: Part) -> Diagnosis | None:
    telling = [(mine, truth) for mine, truth in part.pairs if np.any(truth != 0)]
    if telling and all(not np.any(mine) for mine, _ in telling):
        return Diagnosis(
            mistake="zero",
            says=f"{part.subject} is zero everywhere: is it ever assigned?",
            certain=False,
        )
    if telling and all(
        mine.ndim == 2
        and mine.shape == mine.T.shape
        and same(mine.T, truth, tolerance=part.tolerance)
        for mine, truth in telling
    ):
        return _transposed(part.subject)
    return None


def _shape(part: Leaf) -> Diagnosis | None:
    """Return what a wrong shape tells: transposed, an axis kept, broadcast."""
    mine, truth = as_array(part.got), as_array(part.expected)
    if mine is None or truth is None or mine.shape == truth.shape:
        return None
    subject = part.where or "the result"
    if mine.ndim == 2 and mine.shape == truth.T.shape and min(mine.shape) > 1:
        return _transposed(subject) if same(mine.T, truth, tolerance=SAME) else None
    if _without_ones(mine) == _without_ones(truth):
        return Diagnosis(
            mistake="extra_axis",
            says=f"{subject} has an axis of length 1 too many, too few or elsewhere: "
            "(n,), (n, 1) and (1, n) are different shapes.",
            concept="array shapes",
        )
    if truth.size > 1 and mine.shape == (truth.size, truth.size):
        return Diagnosis(
            mistake="broadcast",
            says=f"{subject} became a table of all pairs: (n,) against (n, 1) gives "
            "(n, n).",
            concept="broadcasting",
            certain=False,
        )
    return None


def _without_ones(array: np.ndarray[Any, Any]) -> tuple[int, ...]:
    return tuple(length for length in array.shape if length != 1)


def _transposed(subject: str) -> Diagnosis:
    return Diagnosis(
        mistake="transposed",
        says=f"{subject} is the transpose of the right value.",
        concept="matrix shapes",
    )
