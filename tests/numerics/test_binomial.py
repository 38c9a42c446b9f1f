"""Exact binomial bounds, against SciPy and by hand."""

import pytest
from scipy import stats

from grader.numerics.binomial import (
    at_least,
    at_most,
    chance_interval,
    upper_limit,
)


@pytest.mark.parametrize(
    ("failures", "runs"),
    [(0, 1), (0, 65), (0, 299), (1, 65), (3, 100), (17, 2000), (99, 100)],
)
def test_the_upper_limit_is_clopper_and_pearsons(failures, runs):
    # one-sided 95 %: the 0.95 quantile of Beta(f + 1, n - f)
    expected = stats.beta.ppf(0.95, failures + 1, runs - failures)

    assert upper_limit(failures, runs) == pytest.approx(expected, rel=1e-10)


def test_no_failure_in_299_runs_proves_one_percent():
    assert upper_limit(0, 299) <= 0.01 < upper_limit(0, 298)


def test_nothing_but_failures_proves_nothing():
    assert upper_limit(7, 7) == 1


@pytest.mark.parametrize(("failures", "runs"), [(0, 0), (-1, 5), (6, 5)])
def test_impossible_counts_are_refused(failures, runs):
    with pytest.raises(ValueError, match="failures in"):
        upper_limit(failures, runs)


@pytest.mark.parametrize("count", [0, 3, 20, 60, 200])
def test_both_tails_are_scipys(count):
    expected = stats.binom(200, 0.1)

    assert at_most(count, 200, 0.1) == pytest.approx(expected.cdf(count), rel=1e-9)
    assert at_least(count, 200, 0.1) == pytest.approx(expected.sf(count - 1), rel=1e-9)


def test_a_far_tail_keeps_its_digits():
    # all of 20 right by guessing one of ten
    assert at_least(20, 20, 0.1) == pytest.approx(1e-20, rel=1e-9)


@pytest.mark.parametrize(("runs", "chance"), [(1000, 0.1), (50, 0.5), (10, 0.9)])
def test_pure_chance_leaves_its_interval_as_rarely_as_stated(runs, chance):
    low, high = chance_interval(runs, chance, probability=1e-3)
    below, above = round(low * runs), round(high * runs)

    assert stats.binom.cdf(below - 1, runs, chance) <= 1e-3
    assert stats.binom.cdf(below, runs, chance) > 1e-3
    assert stats.binom.sf(above, runs, chance) <= 1e-3
    assert stats.binom.sf(above - 1, runs, chance) > 1e-3


def test_nan_is_not_inside():
    assert not chance_interval(100, 0.1, probability=0.01).holds(float("nan"))


def test_a_certain_chance_is_refused():
    with pytest.raises(ValueError, match="out of range"):
        chance_interval(100, 1.0, probability=0.01)
