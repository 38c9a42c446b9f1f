"""What calibrations prove, counted from all their runs."""

import math

import numpy as np
import pytest
from pydantic import ValidationError

from grader.domain.calibration import Calibration, Condition, Summary, runs_needed

FLOOR = Condition(quantity="accuracy", sense="at least", threshold=0.9)
CEILING = Condition(quantity="loss", sense="at most", threshold=0.5)


def calibration(rows, **changes):
    fields = {"function": "f", "styles": {"solution": len(rows)}, "cpu_s": 0.1}
    return Calibration.of(rows, **{**fields, **changes})


def test_the_bound_without_failures_is_the_textbooks():
    runs = calibration([{"accuracy": 0.95}] * 65)

    bound = runs.false_fail_bound([FLOOR], attempts=3)

    assert bound == pytest.approx((1 - 0.05 ** (1 / 65)) ** 3)


def test_a_run_fails_if_it_misses_any_condition():
    rows = [
        {"accuracy": 0.95, "loss": 0.1},
        {"accuracy": 0.85, "loss": 0.1},
        {"accuracy": 0.95, "loss": 0.9},
    ]

    assert calibration(rows).failures([FLOOR, CEILING]) == 2
    assert calibration(rows).failures([FLOOR]) == 1


def test_a_run_that_raised_is_a_failure():
    assert calibration([{"accuracy": 1.0}, None]).failures([FLOOR]) == 1


def test_nan_is_a_failure_and_survives_the_file():
    runs = calibration([{"accuracy": math.nan}, {"accuracy": 0.95}])

    stored = Calibration.model_validate_json(runs.model_dump_json())

    assert stored.values["accuracy"] == (None, 0.95)
    assert stored.failures([FLOOR]) == 1


def test_a_quantity_that_was_not_measured_fails_every_run():
    assert calibration([{"accuracy": 1.0}] * 3).failures([CEILING]) == 3


def test_no_runs_prove_nothing():
    assert calibration([]).false_fail_bound([FLOOR], attempts=3) == 1


def test_the_summary_is_numpys():
    values = np.random.default_rng(1).normal(size=101)

    summary = Summary.of(values.tolist())

    expected = np.quantile(values, [0, 0.05, 0.5, 0.95, 1])
    assert list(summary.model_dump().values()) == pytest.approx(expected, rel=1e-5)


def test_values_keep_six_digits():
    assert calibration([{"accuracy": 0.123456789}]).values["accuracy"] == (0.123457,)


def test_runs_that_are_not_all_there_are_refused():
    stored = calibration([{"accuracy": 1.0}] * 3).model_dump()

    with pytest.raises(ValidationError, match="3 values of accuracy, but 300 runs"):
        Calibration.model_validate({**stored, "styles": {"solution": 300}})


@pytest.mark.parametrize(("attempts", "runs"), [(3, 64), (2, 299), (1, 29956)])
def test_so_many_runs_are_needed_and_no_more(attempts, runs):
    assert runs_needed(attempts) == runs
    enough = calibration([{"accuracy": 1.0}] * runs)
    short = calibration([{"accuracy": 1.0}] * (runs - 1))

    assert enough.false_fail_bound([FLOOR], attempts=attempts) <= 1e-4
    assert short.false_fail_bound([FLOOR], attempts=attempts) > 1e-4


@pytest.mark.parametrize(
    ("value", "holds", "distance"),
    [(0.9, True, 0), (0.81, False, 0.1), (math.nan, False, math.inf)],
    ids=["equal", "below", "nan"],
)
def test_a_threshold_itself_passes_and_nan_never(value, holds, distance):
    values = {"accuracy": value}

    assert FLOOR.holds(values) is holds
    assert FLOOR.distance(values) == pytest.approx(distance)
