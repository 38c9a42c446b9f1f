"""A result's parts as numbers, case by case: what naming computes with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks.cases import Case
from grader.checks.compare import Difference, Leaf, as_array, paired, same

Array = NDArray[Any]

# an answer that agrees this well on all random inputs is the mistake, not its neighbour
SAME = 1e-8
SAME_IN_SINGLE = 1e-4


@dataclass(frozen=True)
class Part:
    """One part of the result in all cases.

    Attributes:
        where: Its name; "" for a result of one part.
        pairs: Answer and truth per case, real arrays of one shape.
    """

    where: str
    pairs: tuple[tuple[Array, Array], ...]

    @property
    def subject(self) -> str:
        """Return the part's name in a sentence."""
        return self.where or "the result"

    @property
    def tolerance(self) -> float:
        """Return how well single or double precision can agree."""
        single = any(mine.dtype.itemsize <= 4 for mine, _ in self.pairs)
        return SAME_IN_SINGLE if single else SAME

    @property
    def wrong(self) -> bool:
        """Return whether it differs anywhere."""
        return any(
            not same(mine, truth, tolerance=self.tolerance)
            for mine, truth in self.pairs
        )

    def flat(self, column: int) -> Array:
        """Return all its numbers: column 0 the answers, column 1 the truths."""
        return np.concatenate([np.ravel(pair[column]) for pair in self.pairs])


def result_parts(
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
    if any(len(pairs) != len(cases) for pairs in columns.values()):
        return []
    return [Part(where, tuple(pairs)) for where, pairs in columns.items()]


def _real_arrays(part: Leaf) -> tuple[Array, Array] | None:
    """Return answer and truth if both are real numbers of one shape."""
    mine, truth = as_array(part.got), as_array(part.expected)
    if mine is None or truth is None or mine.shape != truth.shape:
        return None
    if mine.dtype.kind == "c" or truth.dtype.kind == "c":
        return None
    return (
        mine if mine.dtype.kind == "f" else mine.astype(float),
        truth.astype(float),
    )
