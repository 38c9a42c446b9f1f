"""Gates: best of three, fail closed, say what was missed and by how much."""

import math

import numpy as np
import pytest

from grader.checks import Draws, InProcessStudent, gate
from grader.domain.calibration import Calibration
from grader.domain.student import CallFailed
from grader.domain.verdict import Outcome
from grader.errors import LabError


class Student:
    """Returns one prepared value after another; remembers the draws."""

    most_attempts = None

    def __init__(self, *values):
        self.values = list(values)
        self.draws = []


def next_value(student, rng):
    """What comes next."""
    student.draws.append(int(rng.integers(2**31)))
    value = student.values.pop(0)
    if isinstance(value, Exception):
        raise value
    return value


def test_the_first_run_that_reaches_it_ends_the_matter(rng):
    floor = gate(at_least=0.9)(next_value)
    student = Student(0.8, 0.95, 0.1)

    verdict = floor.judge(student, rng)

    assert (verdict.outcome, len(student.values)) == (Outcome.PASSED, 1)
    assert "0.95" in verdict.note
    assert "run 2 of at most 3" in verdict.note


@pytest.mark.parametrize(
    "value", [1, True, np.float32(0.95), np.array(0.95), np.int64(1)], ids=repr
)
def test_every_kind_of_real_number_counts(rng, value):
    assert gate(at_least=0.9)(next_value).judge(Student(value), rng).credit == 1


def test_a_proof_that_a_mistake_fails_may_train_once(rng):
    student = Student(0.8, 0.95)
    student.most_attempts = 1

    verdict = gate(at_least=0.9)(next_value).judge(student, rng)

    assert (verdict.outcome, student.values) == (Outcome.FAILED, [0.95])


def test_three_misses_fail_and_the_best_is_told(rng):
    verdict = gate(at_least=0.9)(next_value).judge(Student(0.7, 0.85, 0.8), rng)

    assert verdict.outcome is Outcome.FAILED
    assert verdict.feedback == (
        "The next value is 0.85 in the best of 3 runs; at least 0.9 is asked."
    )


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(math.nan, id="nan"),
        pytest.param(None, id="none"),
        pytest.param("0.5", id="text"),
        pytest.param({}, id="empty"),
        pytest.param({"other": 0.5}, id="missing"),
        pytest.param([0.5, 0.5], id="list"),
        pytest.param(np.array([0.5]), id="array"),
        pytest.param(np.complex128(0.5), id="complex"),
        pytest.param(10**400, id="huge"),
        pytest.param(math.inf, id="inf"),
    ],
)
def test_what_is_no_number_reaches_nothing(rng, value):
    verdict = gate(at_most=0.9, attempts=1)(next_value).judge(Student(value), rng)

    assert verdict.credit == 0
    assert "at most 0.9 is asked" in verdict.feedback


def test_every_attempt_has_draws_of_its_own_and_they_are_repeatable():
    floor = gate(at_least=0.9)(next_value)
    first, again = Student(0, 0, 0), Student(0, 0, 0)

    floor.judge(first, Draws(5, "check"))
    floor.judge(again, Draws(5, "check"))

    assert len(set(first.draws)) == 3
    assert first.draws == again.draws


def test_an_error_is_no_bad_luck(rng):
    broken = CallFailed(Outcome.TIMED_OUT, "too slow")

    with pytest.raises(CallFailed, match="too slow"):
        gate(at_least=0.9)(next_value).judge(Student(0.5, broken, 1.0), rng)


def test_all_quantities_must_hold_in_one_and_the_same_run(rng):
    both = gate(at_least={"accuracy": 0.9}, at_most={"loss": 0.5})(next_value)
    runs = [
        {"accuracy": 0.95, "loss": 0.9},
        {"accuracy": 0.1, "loss": 0.1},
        {"accuracy": 0.89, "loss": 0.1},
    ]

    verdict = both.judge(Student(*runs), rng)

    assert verdict.feedback.startswith("The accuracy is 0.89 in the best")


def test_fewer_misses_count_more_than_a_near_miss(rng):
    both = gate(at_least={"a": 1.0, "b": 1.0}, attempts=2)(next_value)
    runs = [{"a": 0.99, "b": 0.99}, {"a": 1.0, "b": 0.2}]

    assert "The b is 0.2" in both.judge(Student(*runs), rng).feedback


def test_a_quantity_may_earn_credit_of_its_own(rng):
    parts = gate(at_least={"a": 1, "b": 1}, credit={"a": 0.7, "b": 0.3}, attempts=2)

    verdict = parts(next_value).judge(Student({"a": 0, "b": 1}, {"a": 1, "b": 0}), rng)

    assert (verdict.outcome, verdict.credit) == (Outcome.PARTIAL, 0.7)
    assert "The b is 0" in verdict.feedback


@pytest.mark.parametrize(("source", "passes"), [("embedded", True), ("full", False)])
def test_the_threshold_is_that_of_the_data(rng, source, passes):
    floor = gate(
        at_least={"accuracy": {"embedded": 0.86, "full": 0.885}},
        attempts=1,
        source=lambda: source,
    )(next_value)

    verdict = floor.judge(Student({"accuracy": 0.87}), rng)

    assert (verdict.credit == 1) is passes


def test_a_lone_number_may_depend_on_the_data_too(rng):
    floor = gate(at_least={"embedded": 0.8, "full": 0.9}, source=lambda: "full")

    assert floor(next_value).judge(Student(0.85, 0.91), rng).credit == 1


def test_without_thresholds_for_data_none_is_asked_for(rng):
    def nobody():
        pytest.fail("no data were needed")

    assert gate(at_least=0.9, source=nobody)(next_value).judge(Student(1), rng).credit


def test_mnist_is_asked_which_it_is(rng):
    floor = gate(at_least={"a": {"embedded": 0.5, "full": 0.5}})(next_value)

    assert floor.judge(Student({"a": 0.6}), rng).credit == 1


def test_the_teacher_is_told_what_right_solutions_reach(rng):
    floor = gate(at_least=0.9)(next_value)
    floor.calibrations["any"] = Calibration.of(
        [{"next_value": 0.91}, {"next_value": 0.95}, {"next_value": 0.99}] * 100,
        function=floor.fingerprint,
        styles={"solution": 300},
        cpu_s=0.1,
    )

    note = floor.judge(Student(0.1, 0.2, 0.3), rng).note

    assert note == (
        "right solutions: 300 runs, min 0.91, median 0.95, false-fail bound 1e-06"
    )


def test_nobody_is_told_numbers_that_were_never_measured(rng):
    assert (
        "not calibrated"
        in gate(at_least=1)(next_value).judge(Student(0, 0, 0), rng).note
    )


def test_a_near_miss_does_not_look_like_the_threshold(rng):
    verdict = gate(at_least=0.9, attempts=1)(next_value).judge(Student(0.899999), rng)

    assert "is 0.899999;" in verdict.feedback


def test_measuring_is_one_run_of_the_same_function(rng):
    student = InProcessStudent({"train": lambda seed: seed % 7})

    @gate(at_least=0)
    def remainder(student, rng):
        """A remainder."""
        return student.train(rng.student_seed())

    assert set(remainder.measure(student, rng)) == {"remainder"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({}, "needs at_least or at_most", id="no-threshold"),
        pytest.param({"at_least": 1, "attempts": 0}, "attempts", id="no-attempt"),
        pytest.param(
            {"at_least": {"a": {"embedded": 1}, "b": {"full": 1}}},
            "no threshold of b for embedded data",
            id="half-a-source",
        ),
        pytest.param(
            {"at_least": {"a": 1, "b": 1}, "credit": {"a": 1}},
            "credit must name a, b",
            id="credit-forgets-one",
        ),
        pytest.param(
            {"at_least": {"a": 1, "b": 1}, "credit": {"a": 1, "b": 0}},
            "credit must name a, b",
            id="credit-of-nothing",
        ),
    ],
)
def test_a_gate_that_makes_no_sense_is_refused(options, message):
    with pytest.raises(LabError, match=message):
        gate(**options)(next_value)


def test_a_gate_without_a_docstring_is_refused():
    with pytest.raises(LabError, match="needs a docstring"):
        gate(at_least=1)(lambda _student, _rng: 1)


def test_comments_leave_the_fingerprint_as_it_is_and_code_does_not():
    def first():
        @gate(at_least=1)
        def measured(student, _rng):
            """One."""
            return student.f(3)  # three

        return measured

    def second():
        @gate(at_least=2, attempts=1)
        def measured(student, _rng):
            """Said otherwise."""
            # with a comment
            return student.f(3)

        return measured

    def third():
        @gate(at_least=1)
        def measured(student, _rng):
            """One."""
            return student.f(4)

        return measured

    assert first().fingerprint == second().fingerprint != third().fingerprint
