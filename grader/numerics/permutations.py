"""How good the true names of the classes are among all ways of naming them."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_CLASSES = 12


def share_as_good(table: NDArray[Any]) -> float:
    """Return the share of all permutations p with sum_c table[c, p(c)] >= the trace.

    That is the exact p-value of an accuracy, if every renaming of the predicted classes
    was as likely. All permutations are counted at once: for each set of names given to
    the first classes, how many ways there are to reach each sum.

    Args:
        table: Confusion matrix (C, C), counts; rows are the true classes, C <= 12.

    Raises:
        ValueError: If it is not square, has negative entries or too many classes.
    """
    counts = np.asarray(table, dtype=np.int64)
    size = len(counts)
    if counts.shape != (size, size) or np.any(counts < 0) or size > MOST_CLASSES:
        raise ValueError(f"no confusion matrix of at most 12 classes: {counts.shape}")
    trace = int(np.trace(counts))
    # sums above the trace are all alike, so nothing beyond it needs a place of its own
    ways = {0: _at(0, trace)}
    for row in counts:
        following: dict[int, NDArray[np.int64]] = {}
        for names, reached in ways.items():
            for name in range(size):
                if not names & (1 << name):
                    both = names | (1 << name)
                    moved = _shifted(reached, min(int(row[name]), trace))
                    following[both] = following.get(both, 0) + moved
        ways = following
    (final,) = ways.values()
    return int(final[trace]) / math.factorial(size)


def _at(place: int, last: int) -> NDArray[np.int64]:
    array = np.zeros(last + 1, dtype=np.int64)
    array[place] = 1
    return array


def _shifted(ways: NDArray[np.int64], by: int) -> NDArray[np.int64]:
    """Return the ways with every sum larger by some; the last place gathers the rest."""
    if by == 0:
        return ways
    moved = np.zeros_like(ways)
    moved[by:] = ways[:-by]
    moved[-1] += ways[-by:].sum()
    return moved
