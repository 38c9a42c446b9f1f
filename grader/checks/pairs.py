"""Two mistakes of the lab at once, found by adding or multiplying their effects."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks.cases import Case, Observed
from grader.checks.parts import Part, result_parts
from grader.domain.mistake import Mistake
from grader.domain.verdict import Diagnosis

Array = NDArray[Any]

MAX_MISTAKES = 30
# two mistakes explain few numbers, or round ones, too easily
ENOUGH_NUMBERS = 6


def two_at_once(
    known: Sequence[tuple[Mistake, Sequence[Observed]]],
    cases: Sequence[Case],
    answers: Sequence[Any],
    *,
    names: Sequence[str] = (),
) -> Diagnosis | None:
    """Return the two mistakes whose effects together give the answers.

    Effects add up (a missing term and a wrong one), multiply (a sign and a factor), or
    stand in different parts. Mistakes that raise, or answer in another shape, take no
    part.

    Args:
        known: The mistakes with what they do in each case.
        cases: All cases of the check.
        answers: The student's answers, one per case.
        names: Names of the parts of a sequence.
    """
    parts = result_parts(cases, answers, names)
    if not parts or len(known) > MAX_MISTAKES:
        return None
    truth = _flat(parts, 1)
    if not _is_telling(truth):
        return None
    effects = [
        (mistake, effect)
        for mistake, seen in known
        if (effect := _effect(seen, cases, names)) is not None
        and not _close(effect, truth, 1e-6)
    ]
    mine, places = _flat(parts, 0), _places(parts)
    tolerance = max(part.tolerance for part in parts)
    for (first, one), (second, two) in itertools.combinations(effects, 2):
        for together in _together(one, two, truth, places):
            if _close(mine, together, tolerance):
                return _both(first, second)
    return None


def _is_telling(truth: Array) -> bool:
    """Return whether these are enough numbers, finite and not all round."""
    if np.count_nonzero(truth) < ENOUGH_NUMBERS or not np.all(np.isfinite(truth)):
        return False
    return bool(np.any(truth != np.round(truth)))


def _effect(
    seen: Sequence[Observed], cases: Sequence[Case], names: Sequence[str]
) -> Array | None:
    if any(one.raised for one in seen):
        return None
    parts = result_parts(cases, [one.value for one in seen], names)
    return _flat(parts, 0) if parts else None


def _flat(parts: Sequence[Part], column: int) -> Array:
    return np.concatenate([part.flat(column) for part in parts])


def _places(parts: Sequence[Part]) -> Array:
    """Return for each of the flattened numbers the index of its part."""
    lengths = [part.flat(1).size for part in parts]
    return np.repeat(np.arange(len(parts)), lengths)


def _together(one: Array, two: Array, truth: Array, places: Array) -> Iterator[Array]:
    """Yield what two mistakes could give: sum of effects, product, one each."""
    with np.errstate(all="ignore"):
        yield one + two - truth
        yield one * two / np.where(truth == 0, 1.0, truth)
    for part in range(1, int(places[-1]) + 1):
        yield np.where(places < part, one, two)
        yield np.where(places < part, two, one)


def _close(mine: Array, other: Array, tolerance: float) -> bool:
    with np.errstate(all="ignore"):
        scale = max(1.0, float(np.max(np.abs(other))))
        return bool(np.max(np.abs(mine - other)) <= tolerance * scale)


def _both(first: Mistake, second: Mistake) -> Diagnosis:
    return Diagnosis(
        mistake=f"{first.name}+{second.name}",
        says=f"Two mistakes together fit your values. One: {first.says} "
        f"The other: {second.says}",
        concept=first.concept or second.concept,
        certain=False,
    )
