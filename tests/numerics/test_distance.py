import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from grader.numerics import norm, relative_error, scaled_error

FINITE = st.floats(-1e6, 1e6)
VECTORS = arrays(float, 3, elements=FINITE)


def test_relative_error_divides_by_the_sum_of_the_norms():
    # |3 - 5| / (3 + 5)
    assert relative_error(np.array([3.0]), np.array([5.0])) == 0.25


def test_opposite_gradients_are_as_wrong_as_can_be():
    a = np.array([1.0, -2.0, 2.0])

    assert relative_error(a, -a) == 1.0


def test_two_zero_gradients_agree():
    assert relative_error(np.zeros(3), np.zeros(3)) == 0.0


def test_differences_below_the_floor_are_rounding():
    error = relative_error(np.array([1e-12]), np.array([0.0]), floor=1e-4)

    assert error == pytest.approx(1e-8)


@pytest.mark.parametrize("measure", [relative_error, scaled_error])
def test_column_against_row_is_an_error_not_a_broadcast(measure):
    with pytest.raises(ValueError, match=r"shape \(3,\) with \(3, 1\)"):
        measure(np.ones(3), np.ones((3, 1)))


@pytest.mark.parametrize("measure", [relative_error, scaled_error])
@pytest.mark.parametrize(
    "bad",
    [
        pytest.param([1.0, np.nan], id="nan"),
        pytest.param([1.0, np.inf], id="inf"),
        pytest.param([1.0, 1e308], id="overflows when squared or subtracted"),
    ],
)
def test_what_is_no_finite_gap_is_within_no_tolerance(measure, bad):
    error = measure(np.array(bad), np.array([1.0, -1e308]))

    assert not error <= 1e300


def test_a_floor_does_not_hide_nan():
    assert np.isnan(relative_error(np.array([np.nan]), np.array([1.0]), floor=1.0))


@given(VECTORS, VECTORS)
def test_relative_error_is_symmetric_and_at_most_one(a, b):
    error = relative_error(a, b)

    assert error == relative_error(b, a)
    assert 0 <= error <= 1 + 1e-12


@given(VECTORS)
def test_every_array_agrees_with_itself(a):
    assert relative_error(a, a) == scaled_error(a, a) == 0.0


def test_scaled_error_is_the_largest_gap_by_the_largest_truth():
    # gap 2, truth up to 8
    assert scaled_error(np.array([1.0, 10.0]), np.array([1.0, 8.0])) == 0.25


def test_scaled_error_of_small_numbers_is_absolute():
    assert scaled_error(np.array([0.5]), np.array([0.25])) == 0.25


def test_infinities_at_the_same_places_agree():
    a = np.array([np.inf, 2.0, -np.inf])

    assert scaled_error(a, a.copy()) == 0.0


def test_infinities_of_other_sign_disagree():
    assert np.isnan(scaled_error(np.array([np.inf]), np.array([-np.inf])))


def test_empty_arrays_agree():
    assert scaled_error(np.empty((0, 3)), np.empty((0, 3))) == 0.0
    assert relative_error(np.empty(0), np.empty(0)) == 0.0


def test_norm_takes_all_axes_together():
    assert norm(np.array([[3.0], [4.0]])) == 5.0
