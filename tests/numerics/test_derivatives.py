import numpy as np
import pytest

from grader.numerics import (
    central_difference_gradient,
    complex_step_gradient,
    crosses_kink,
    directional_difference,
    relative_error,
    richardson_gradient,
    step_length,
)

W = np.array([[0.3, -1.2, 0.7], [1.1, 0.4, -0.6]])


def wavy(x):
    """Return sum of sin(x) exp(x) w, smooth and without symmetry."""
    return np.sum(np.sin(x) * np.exp(x) * W)


def slope_of_wavy(x):
    return (np.cos(x) + np.sin(x)) * np.exp(x) * W


@pytest.fixture
def point():
    return np.random.default_rng(5).normal(size=(2, 3))


@pytest.mark.parametrize(
    ("method", "tolerance"),
    [
        pytest.param(complex_step_gradient, 1e-14, id="complex step"),
        pytest.param(central_difference_gradient, 1e-8, id="central difference"),
        pytest.param(richardson_gradient, 1e-10, id="Richardson"),
    ],
)
def test_gradient_is_that_of_the_closed_form(method, tolerance, point):
    gradient = method(wavy, point)

    assert gradient.shape == (2, 3)
    assert relative_error(gradient, slope_of_wavy(point)) <= tolerance


@pytest.mark.parametrize(
    "method", [complex_step_gradient, central_difference_gradient, richardson_gradient]
)
def test_the_point_is_left_alone(method, point):
    before = point.copy()

    def spoils(x):
        x[...] = 0
        return 0.0

    method(spoils, point)

    np.testing.assert_array_equal(point, before)


@pytest.mark.parametrize(
    "method", [complex_step_gradient, central_difference_gradient, richardson_gradient]
)
def test_derivative_by_a_number_is_a_number(method):
    gradient = method(lambda x: x**3, 2.0)

    assert gradient.shape == ()
    assert gradient == pytest.approx(12.0, rel=1e-8)


def test_integers_are_taken_as_floats():
    gradient = central_difference_gradient(lambda x: np.sum(x**2), np.array([1, 2]))

    np.testing.assert_allclose(gradient, [2.0, 4.0], rtol=1e-8)


def test_complex_step_has_no_cancellation():
    # a difference of 1e16 + x and 1e16 loses all of x
    gradient = complex_step_gradient(lambda x: 1e16 + np.sum(x**2), np.array([3.0]))

    assert gradient[0] == 6.0


def test_richardson_beats_the_difference_that_it_extrapolates(point):
    coarse = central_difference_gradient(wavy, point, h=1e-2)
    extrapolated = richardson_gradient(wavy, point, h=1e-2)

    exact = slope_of_wavy(point)
    assert relative_error(extrapolated, exact) < relative_error(coarse, exact) / 1000


def test_directional_difference_is_the_gradient_along_it(point):
    direction = np.random.default_rng(6).normal(size=(2, 3))

    found = directional_difference(wavy, point, direction, h=1e-5)

    assert found == pytest.approx(np.sum(slope_of_wavy(point) * direction), rel=1e-8)


def test_step_grows_with_the_coordinate():
    np.testing.assert_allclose(step_length(np.array([0.1, -100.0])), [6e-6, 6e-4])


def test_a_kink_within_the_step_is_found_and_a_smooth_place_is_not():
    def relu(x):
        return np.sum(np.maximum(x, 0))

    x = np.array([-1.0, 3e-4, 2.0])

    coarse = central_difference_gradient(relu, x, h=1e-3)
    fine = central_difference_gradient(relu, x, h=5e-4)

    np.testing.assert_array_equal(
        crosses_kink(coarse, fine, scale=1.0), [False, True, False]
    )


def test_nan_counts_as_a_kink():
    assert crosses_kink(np.array([np.nan]), np.array([1.0]), scale=1.0).all()
