"""Students, draws and mistakes for the tests of the check libraries."""

import pytest

from grader.checks import Draws, InProcessStudent


@pytest.fixture
def rng():
    return Draws(20_260_101, "tests")


@pytest.fixture
def the_function():
    """Return a function that wraps a plain function as a student's `f`."""

    def wrap(function, *, mistakes=()):
        student = InProcessStudent(
            {"f": function}, mistakes=mistakes, check_id="the_check"
        )
        return student.f

    return wrap
