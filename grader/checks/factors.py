"""Recognise a result that is the right one times -1, 2, 1/2, N, 1/N, C ...

A factor that is a size of the inputs is told from a constant by cases of different
sizes: 7 in one and 6 in the other is N, 2 in both is 2.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.domain.verdict import Diagnosis
from grader.numerics import norm

Array = NDArray[Any]
# fewer numbers than this are twice as large by accident too often
ENOUGH_NUMBERS = 3

WHY = {
    "-": "the sign is reversed",
    "2": "a factor 1/2 is missing (or a 2 is one too many)",
    "1/2": "a factor 2 is missing (or a 1/2 is one too many)",
    "N": "the division by N, the number of rows, is missing",
    "1/N": "it was divided by N, the number of rows, once too often",
    "C": "the division by C, the number of columns, is missing",
    "1/C": "it was divided by C, the number of columns, once too often",
    "NC": "the division by the number of all entries is missing",
    "1/NC": "the mean over all entries was taken once too often",
}


@dataclass(frozen=True)
class Factor:
    """A known factor between an answer and the truth.

    Attributes:
        negative: Whether it is below zero.
        constant: "1", "2" or "1/2".
        size: "", "N", "C", "NC" or "1/N", "1/C", "1/NC".
    """

    negative: bool
    constant: str
    size: str

    @property
    def name(self) -> str:
        """Return `factor_minus_2_over_N`."""
        parts = [part for part in (self.constant, self.size) if part not in {"", "1"}]
        above = "".join(part for part in parts if not part.startswith("1/")) or "1"
        below = "".join(part[2:] for part in parts if part.startswith("1/"))
        sign = "minus_" if self.negative else ""
        return f"factor_{sign}{above}" + (f"_over_{below}" if below else "")

    @property
    def text(self) -> str:
        """Return `-2/N`."""
        number = self.name.removeprefix("factor_").replace("minus_", "-")
        return number.replace("_over_", "/")

    def diagnosis(self, subject: str) -> Diagnosis:
        """Return the diagnosis in a sentence about `subject`, "dw" or "the result"."""
        keys = ["-"] if self.negative else []
        keys += [part for part in (self.constant, self.size) if part in WHY]
        reasons = " and ".join(WHY[key] for key in keys)
        return Diagnosis(
            mistake=self.name,
            says=f"{subject} is exactly {self.text} times the right value: "
            f"this is what you get when {reasons}.",
        )


def ratio(mine: Array, truth: Array, *, tolerance: float) -> float | None:
    """Return r with mine = r * truth, or None if there is none.

    Args:
        mine: Array of real numbers.
        truth: Array of the same shape.
        tolerance: Largest ||mine - r truth|| / ||mine||.
    """
    scale = norm(truth)
    if scale == 0 or mine.shape != truth.shape:
        return None
    with np.errstate(all="ignore"):
        unit = truth / scale
        r = float(np.sum(mine * unit)) / scale
        gap = norm(mine - r * truth)
    # written so that NaN is no ratio
    return r if gap <= tolerance * norm(mine) and np.isfinite(r) else None


def find_factor(
    pairs: Sequence[tuple[Array, Array]],
    calls: Sequence[Sequence[Any]],
    *,
    tolerance: float,
) -> Factor | None:
    """Return the known factor between answers and truths that holds in every case.

    Args:
        pairs: Per case the answer and the truth, arrays of one shape.
        calls: Per case the arguments, for their sizes.
        tolerance: Relative tolerance of the factor.
    """
    kept = [
        (mine, truth, args)
        for (mine, truth), args in zip(pairs, calls, strict=True)
        if np.any(truth != 0)
    ]
    if sum(int(np.count_nonzero(truth)) for _, truth, _ in kept) < ENOUGH_NUMBERS:
        return None
    ratios = [ratio(mine, truth, tolerance=tolerance) for mine, truth, _ in kept]
    if any(r is None for r in ratios):
        return None
    observed = np.array(ratios, dtype=float)
    for factor, values in _candidates([args for _, _, args in kept]):
        if np.allclose(observed, values, rtol=tolerance, atol=0):
            return factor
    return None


def _candidates(calls: Sequence[Sequence[Any]]) -> Iterator[tuple[Factor, Array]]:
    """Yield each factor with its value in each case, the simplest first."""
    constants = {"1": 1.0, "2": 2.0, "1/2": 0.5}
    sizes: list[tuple[str, Array]] = [("", np.ones(len(calls)))]
    for label, values in _sizes(calls):
        sizes += [(label, values), (f"1/{label}", 1 / values)]
    for size, values in sizes:
        for constant, number in constants.items():
            if (constant, size) != ("1", ""):
                yield Factor(False, constant, size), number * values
            yield Factor(True, constant, size), -number * values


def _sizes(calls: Sequence[Sequence[Any]]) -> list[tuple[str, Array]]:
    """Return what a sum over the inputs could be divided by, one number per case."""
    shapes = [[arg.shape for arg in args if _has_axes(arg)] for args in calls]
    if any(len(one) != len(shapes[0]) for one in shapes):
        return []
    rows, columns, entries = [], [], []
    for arrays in zip(*shapes, strict=True):
        rows.append(tuple(shape[0] for shape in arrays))
        if all(len(shape) > 1 for shape in arrays):
            columns.append(tuple(shape[-1] for shape in arrays))
            entries.append(tuple(math.prod(shape) for shape in arrays))
    # the samples are what several arguments, X and y, have in common
    shared = [sizes for sizes in rows if rows.count(sizes) > 1]
    labelled = [
        *(("N", sizes) for sizes in shared),
        *(("C", sizes) for sizes in columns),
        *(("NC", sizes) for sizes in entries),
        *(("N", sizes) for sizes in rows),
    ]
    return [
        (label, np.array(sizes, dtype=float))
        for label, sizes in dict.fromkeys(labelled)
        if min(sizes) > 0 and max(sizes) > 1
    ]


def _has_axes(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.ndim > 0
