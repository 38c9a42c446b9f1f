"""Whatever a student's function returns, a check library answers with a verdict."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from grader.checks import (
    Draws,
    InProcessStudent,
    Opaque,
    Outcome,
    Part,
    Verdict,
    gradient,
    mistake,
    recognised,
    trace,
    truth_table,
    values,
)
from grader.checks.wording import shown

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**300, max_value=10**400),
    st.floats(),
    st.complex_numbers(),
    st.text(max_size=5),
    st.just(Opaque("Tensor", "...")),
)
ARRAYS = st.sampled_from(
    [bool, np.int8, np.uint64, np.float16, np.float32, float, complex]
)
ANYTHING = st.recursive(
    SCALARS
    | ARRAYS.flatmap(lambda dtype: arrays(dtype, array_shapes(min_dims=0, min_side=0))),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["w", "b", "dw", "0"]), inner, max_size=3)
    ),
    max_leaves=8,
)
# a number that nobody draws by accident
ODD = 0.123456789
TRUTHS = (
    ODD,
    np.array([ODD, 2.0]),
    (np.array([ODD, 2.0]), 3.5),
    {"w": np.full((2, 1), ODD), "b": ["x", None]},
    "odd",
    np.array([np.nan, np.inf, ODD]),
)


def _mistakes():
    @mistake(replaces="f", fails="other")
    def text(*_):
        """Text."""
        return "w"

    @mistake(replaces="f", fails="other")
    def nothing(*_):
        """Nothing."""

    @mistake(replaces="f", fails="other")
    def several(*_):
        """Several."""
        return np.ones(2), {"w": 1j}

    @mistake(replaces="f", fails="other")
    def undefined(*_):
        """Undefined."""
        return [np.nan, np.inf]

    @mistake(replaces="f", fails="other")
    def crashing(*_):
        """Crashing."""
        raise IndexError

    return text, nothing, several, undefined, crashing


def function_returning(value):
    return InProcessStudent({"f": lambda *_, **__: value}, mistakes=_mistakes()).f


fuzz = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def assert_failed(verdict):
    assert verdict.outcome is Outcome.FAILED
    assert verdict.feedback
    Verdict.model_validate_json(verdict.model_dump_json())


@fuzz
@given(ANYTHING, st.sampled_from(TRUTHS))
def test_values_always_answers(value, truth):
    verdict = values(
        function_returning(value), expect=[truth], inputs=[()], names=("dw", "db")
    )

    assert_failed(verdict)


@fuzz
@given(ANYTHING)
def test_gradient_always_answers(value):
    verdict = gradient(
        function_returning(value),
        of=lambda w, b: np.sum(w**2) * ODD + b**3,
        wrt={"dw": 0, "db": 1},
        at=lambda rng: (rng.normal(size=2), float(rng.normal())),
        rng=Draws(5, "hostile"),
    )

    assert_failed(verdict)


@fuzz
@given(ANYTHING)
def test_trace_always_answers(value):
    verdict = trace(
        function_returning(value),
        kwargs={"seed": 3},
        counts=(1, 2, 3),
        state=lambda value: {"w": value[0], "b": value[1]},
        step=lambda state: {"w": state["w"] * 0 + ODD, "b": state["b"] + 1},
    )

    assert_failed(verdict)


@fuzz
@given(ANYTHING)
def test_truth_table_always_answers(value):
    assert_failed(truth_table(function_returning(value), expect=[0, 1, ODD, 0]))


@fuzz
@given(ANYTHING)
def test_every_value_can_be_shown_and_recognised(value):
    assert len(shown(value)) < 5000
    recognised(function_returning(None), (), value)


@pytest.mark.parametrize("depth", [50, 5000])
def test_nesting_without_end_is_no_answer(depth):
    nested = []
    for _ in range(depth):
        nested = [nested]

    verdict = values(function_returning(nested), expect=[np.ones(2)], inputs=[()])

    assert_failed(verdict)


def test_a_part_passes_on_what_has_no_such_part():
    part = Part(function_returning(None), lambda value: value)

    assert_failed(values(part, expect=[1.0], inputs=[()]))
