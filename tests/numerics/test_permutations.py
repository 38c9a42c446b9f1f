"""The share of renamings as good as the truth, against counting them one by one."""

import itertools
import math

import numpy as np
import pytest

from grader.numerics.permutations import share_as_good


def counted(table):
    size = len(table)
    sums = [
        sum(table[i, p[i]] for i in range(size))
        for p in itertools.permutations(range(size))
    ]
    return sum(total >= np.trace(table) for total in sums) / len(sums)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", [1, 2, 3, 5, 6])
def test_it_is_what_counting_all_renamings_gives(seed, size):
    table = np.random.default_rng(seed).integers(0, 9, size=(size, size))

    assert share_as_good(table) == counted(table)


def test_only_the_truth_is_as_good_as_knowing_everything():
    assert share_as_good(100 * np.eye(10, dtype=int)) == 1 / math.factorial(10)


def test_one_answer_for_all_is_as_good_under_every_name():
    table = np.zeros((10, 10), int)
    table[:, 3] = 100

    assert share_as_good(table) == 1


def test_nothing_right_is_the_worst():
    assert share_as_good(np.roll(np.eye(4, dtype=int), 1, axis=1)) == 1


@pytest.mark.parametrize(
    "table", [np.ones((2, 3)), -np.eye(2), np.eye(13)], ids=["oblong", "negative", "13"]
)
def test_what_is_no_confusion_matrix_is_refused(table):
    with pytest.raises(ValueError, match="no confusion matrix"):
        share_as_good(table)
