"""Name the mistake: compare a wrong answer with what known mistakes answer.

In this order: a mistake of the lab that answers the same in every case; a known factor
between the answer and the truth (-1, 2, N, 1/N ...); two mistakes of the lab at once;
the symptom of the first wrong part (zero, transposed, broadcast). Where none fits, there
is no diagnosis: a wrong name teaches worse than none.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks.cases import Case, Raises, mistaken_answer
from grader.checks.compare import (
    Difference,
    Leaf,
    as_array,
    paired,
    same,
)
from grader.checks.factors import find_factor
from grader.domain.mistake import Mistake
from grader.domain.student import StudentFunction
from grader.domain.verdict import Diagnosis

Array = NDArray[Any]

# an answer that agrees this well on all random inputs is the mistake, not its neighbour
SAME = 1e-8
SAME_IN_SINGLE = 1e-4
MAX_MISTAKES_IN_PAIRS = 30
# two mistakes at once explain few numbers too easily
ENOUGH_FOR_PAIRS = 6


@dataclass(frozen=True)
class Answered:
    """A known mistake with its answers to the cases of a check."""

    mistake: Mistake
    answers: tuple[Any, ...]


def name_mistake(
    function: StudentFunction,
    cases: Sequence[Case],
    answers: Sequence[Any],
    *,
    names: Sequence[str] = (),
) -> Diagnosis | None:
    """Return why wrong answers are wrong, if that can be told.

    Args:
        function: Whose answers they are; its `mistakes` are the candidates.
        cases: All cases of the check, right and wrong ones.
        answers: The student's answers, one per case.
        names: Names of the parts of a sequence, "dw", "db".
    """
    known = _answered(function, cases)
    for candidate in known:
        if _explains(candidate.answers, answers, cases):
            return _diagnosis(candidate.mistake)
    table = _parts(cases, answers, names)
    return (
        _common_factor(table, cases)
        or _pair(known, cases, answers, names)
        or _first_symptom(cases, answers, table, names)
    )


def _answered(function: StudentFunction, cases: Sequence[Case]) -> list[Answered]:
    # those that the evidence can tell from others first
    ordered = sorted(function.mistakes, key=lambda known: not known.named)
    return [
        Answered(known, tuple(mistaken_answer(known, case.args) for case in cases))
        for known in ordered
    ]


def _diagnosis(known: Mistake) -> Diagnosis:
    return Diagnosis(mistake=known.name, says=known.says, concept=known.concept)


def _explains(
    mistaken: Sequence[Any], answers: Sequence[Any], cases: Sequence[Case]
) -> bool:
    """Return whether all answers are the mistaken ones, and those are wrong somewhere."""
    if any(isinstance(value, Raises) for value in mistaken):
        return False
    agrees = all(
        same(mine, theirs, tolerance=SAME)
        for mine, theirs in zip(answers, mistaken, strict=True)
    )
    return agrees and any(
        not same(theirs, case.expected, tolerance=SAME)
        for theirs, case in zip(mistaken, cases, strict=True)
    )


@dataclass(frozen=True)
class Part:
    """One part of the result in all cases."""

    where: str
    pairs: tuple[tuple[Array, Array], ...]

    @property
    def tolerance(self) -> float:
        """Return how well single or double precision can agree."""
        single = any(mine.real.dtype.itemsize <= 4 for mine, _ in self.pairs)
        return SAME_IN_SINGLE if single else SAME

    @property
    def wrong(self) -> bool:
        """Return whether it differs anywhere."""
        return any(
            not same(mine, truth, tolerance=self.tolerance)
            for mine, truth in self.pairs
        )


def _parts(
    cases: Sequence[Case], answers: Sequence[Any], names: Sequence[str]
) -> list[Part]:
    """Return the parts of the results; none unless all have the right structure."""
    columns: dict[str, list[tuple[Array, Array]]] = {}
    for case, mine in zip(cases, answers, strict=True):
        for part in paired(mine, case.expected, names=names):
            arrays = None if isinstance(part, Difference) else _real_arrays(part)
            if arrays is None:
                return []
            columns.setdefault(part.where, []).append(arrays)
    return [Part(where, tuple(pairs)) for where, pairs in columns.items()]


def _real_arrays(part: Leaf) -> tuple[Array, Array] | None:
    """Return answer and truth if both are real numbers of one shape."""
    mine, truth = as_array(part.got), as_array(part.expected)
    if mine is None or truth is None or mine.shape != truth.shape:
        return None
    if mine.dtype.kind == "c" or truth.dtype.kind == "c":
        return None
    wide = mine if mine.dtype.kind == "f" else mine.astype(float)
    return wide, truth.astype(float)


def _common_factor(table: Sequence[Part], cases: Sequence[Case]) -> Diagnosis | None:
    """Return the factor that all wrong parts share, or that of the first."""
    wrong = [part for part in table if part.wrong]
    if not wrong or any(len(part.pairs) != len(cases) for part in wrong):
        return None
    calls = [case.args for case in cases]
    found = [find_factor(part.pairs, calls, tolerance=part.tolerance) for part in wrong]
    if found[0] is None or any(factor != found[0] for factor in found):
        return None
    return found[0].diagnosis(_subject(wrong, table))


def _subject(wrong: Sequence[Part], table: Sequence[Part]) -> str:
    if len(wrong) == len(table):
        return "the result"
    return ", ".join(part.where for part in wrong)


def _pair(
    known: Sequence[Answered],
    cases: Sequence[Case],
    answers: Sequence[Any],
    names: Sequence[str],
) -> Diagnosis | None:
    """Return two mistakes whose effects together give the answers."""
    table = _parts(cases, answers, names)
    if not table or len(known) > MAX_MISTAKES_IN_PAIRS:
        return None
    effects = [
        (candidate.mistake, values)
        for candidate in known
        if (values := _flat(cases, candidate.answers, names)) is not None
    ]
    mine = np.concatenate([_flat_column(part, 0) for part in table])
    truth = np.concatenate([_flat_column(part, 1) for part in table])
    tolerance = max(part.tolerance for part in table)
    if np.count_nonzero(truth) < ENOUGH_FOR_PAIRS or not np.all(np.isfinite(truth)):
        return None
    places = _places(table)
    for (first, one), (second, two) in itertools.combinations(effects, 2):
        for together in _together(one, two, truth, places):
            if _close(mine, together, tolerance):
                return _both(first, second)
    return None


def _together(
    one: Array, two: Array, truth: Array, places: Array
) -> Iterator[Array]:
    """Yield what two mistakes could give together: both terms, both factors, one each."""
    with np.errstate(all="ignore"):
        yield one + two - truth
        yield np.where(truth == 0, 0.0, one * two / np.where(truth == 0, 1.0, truth))
    for part in range(1, int(places[-1]) + 1):
        yield np.where(places < part, one, two)
        yield np.where(places < part, two, one)


def _places(table: Sequence[Part]) -> Array:
    """Return for each number of the flattened results the index of its part."""
    lengths = [sum(truth.size for _, truth in part.pairs) for part in table]
    return np.repeat(np.arange(len(table)), lengths)


def _flat(
    cases: Sequence[Case], answers: Sequence[Any], names: Sequence[str]
) -> Array | None:
    """Return all numbers of the answers, part by part, or None if they don't fit."""
    table = _parts(cases, answers, names)
    if not table:
        return None
    return np.concatenate([_flat_column(part, 0) for part in table])


def _flat_column(part: Part, column: int) -> Array:
    return np.concatenate([np.ravel(pair[column]) for pair in part.pairs])


def _close(mine: Array, other: Array, tolerance: float) -> bool:
    with np.errstate(all="ignore"):
        gap = np.max(np.abs(mine - other), initial=0)
        return bool(gap <= tolerance * max(1.0, float(np.max(np.abs(other), initial=0))))


def _both(first: Mistake, second: Mistake) -> Diagnosis:
    return Diagnosis(
        mistake=f"{first.name}+{second.name}",
        says=f"Two mistakes together fit your values. One: {first.says} "
        f"The other: {second.says}",
        concept=first.concept or second.concept,
        certain=False,
    )


def _first_symptom(
    cases: Sequence[Case],
    answers: Sequence[Any],
    table: Sequence[Part],
    names: Sequence[str],
) -> Diagnosis | None:
    """Return what the first wrong part looks like."""
    for part in table:
        if part.wrong:
            return _symptom_of(part) or _common_factor([part], cases)
    for case, mine in zip(cases, answers, strict=True):
        for part in paired(mine, case.expected, names=names):
            if isinstance(part, Leaf) and (found := _shape_symptom(part)) is not None:
                return found
    return None


def _symptom_of(part: Part) -> Diagnosis | None:
    subject = part.where or "the result"
    telling = [(mine, truth) for mine, truth in part.pairs if np.any(truth != 0)]
    if telling and all(not np.any(mine) for mine, _ in telling):
        return Diagnosis(
            mistake="zero",
            says=f"{subject} is zero everywhere: is it ever assigned?",
            certain=False,
        )
    square = [pair for pair in telling if pair[0].ndim == 2]
    if square and all(
        mine.shape == mine.T.shape and same(mine.T, truth, tolerance=part.tolerance)
        for mine, truth in square
    ):
        return _transposed(subject)
    return None


def _shape_symptom(part: Leaf) -> Diagnosis | None:
    """Return what a wrong shape tells: transposed, kept dimension, broadcast."""
    mine, truth = as_array(part.got), as_array(part.expected)
    if mine is None or truth is None or mine.shape == truth.shape:
        return None
    subject = part.where or "the result"
    if mine.ndim == 2 and mine.shape == truth.T.shape:
        return _transposed(subject) if same(mine.T, truth, tolerance=SAME) else None
    if mine.size == truth.size and mine.squeeze().shape == truth.squeeze().shape:
        return Diagnosis(
            mistake="extra_axis",
            says=f"{subject} has an axis of length 1 too many or too few: (n,) and "
            "(n, 1) are different shapes.",
            concept="array shapes",
        )
    length = truth.size
    if length > 1 and mine.shape == (length, length):
        return Diagnosis(
            mistake="broadcast",
            says=f"{subject} became a table of all pairs: (n,) against (n, 1) gives "
            "(n, n).",
            concept="broadcasting",
            certain=False,
        )
    return None


def _transposed(subject: str) -> Diagnosis:
    return Diagnosis(
        mistake="transposed",
        says=f"{subject} is the transpose of the right value.",
        concept="matrix shapes",
    )


