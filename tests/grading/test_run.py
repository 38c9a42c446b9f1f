"""Grading one submission, through a confined worker."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.domain.check import check
from grader.domain.verdict import Outcome, Verdict
from grader.errors import LabError
from grader.grading.desk import Desk
from grader.grading.run import grade
from grader.labs.loading import load_lab

RIGHT = Path(__file__).parents[1] / "course" / "reference" / "tiny" / "tiny.py"
MOMENT = datetime(2026, 11, 22, tzinfo=UTC)
TOTAL = "def total(x): return np.sum(double(np.asarray(x)))\n"
START = "import numpy as np\n\ndef start(n):\n    return np.arange(float(n))\n\n"


@pytest.fixture
def report_on(tiny_course, confined, submission_of):
    loaded = load_lab(tiny_course, "tiny")

    def grade_it(code, *, lab=loaded, seed=7, public_only=False):
        return grade(
            lab,
            submission_of(code),
            workplace=confined,
            seed=seed,
            clock=lambda: MOMENT,
            public_only=public_only,
        )

    return grade_it


def earned(report):
    return {check.id: check.earned for check in report.checks if check.hidden}


def outcome(report, check_id):
    return next(check.outcome for check in report.checks if check.id == check_id)


def test_the_solution_earns_everything(report_on):
    report = report_on(RIGHT.read_text())

    assert report.score == report.max_score == 100
    assert report.environment.isolation == "landlock"
    assert "seccomp" in report.environment.layers


def test_the_same_seed_gives_the_same_report(report_on):
    def stable(report):
        return report.model_dump(
            exclude={
                "seconds": True,
                "cpu_seconds": True,
                "checks": {"__all__": "seconds"},
            }
        )

    assert stable(report_on(RIGHT.read_text())) == stable(report_on(RIGHT.read_text()))


def test_one_mistake_is_charged_once(report_on):
    code = START + (
        "def double(x): return x * x\n"
        "def total(x): return np.sum(double(np.asarray(x)))\n"
    )

    report = report_on(code)

    assert earned(report) == {
        "double_doubles": 0,
        "half_of_the_doubles_are_large": 0,
        "total_adds_up": 40,
        "total_of_nothing_is_zero": 20,
    }


def test_a_wrong_answer_is_told_its_name(report_on):
    report = report_on(START + "def double(x): return x * x\n")
    (found,) = [check for check in report.checks if check.id == "double_doubles"]

    assert found.diagnosis.mistake == "squares"
    assert found.diagnosis.concept == "powers"


def test_a_hidden_checks_values_are_the_teachers_alone(report_on):
    report = report_on(START + "def double(x): return x + 1\n")
    public = next(check for check in report.checks if check.id == "doubles_two")
    hidden = next(check for check in report.checks if check.id == "double_doubles")

    assert public.example is not None
    assert hidden.example is None
    assert "expected" in hidden.note
    # how many values are wrong may be told, the values not
    assert not re.search(r"\d\.\d", hidden.feedback)


def test_what_waits_for_a_failed_check_is_skipped(report_on):
    report = report_on(
        START + "def double(x): return 2 * x\ndef total(x): return 'no'\n"
    )

    assert outcome(report, "total_of_nothing_is_zero") is Outcome.SKIPPED


def test_what_was_not_written_is_not_attempted(report_on):
    report = report_on(
        "def double(x):\n    raise NotImplementedError('T1: write it')\n"
    )

    assert report.score == 0
    assert outcome(report, "double_doubles") is Outcome.NOT_ATTEMPTED
    assert outcome(report, "total_adds_up") is Outcome.NOT_ATTEMPTED


def test_an_endless_loop_costs_its_own_check_only(report_on):
    code = START + (
        "def double(x):\n    while True: pass\n"
        "def total(x): return np.sum(2 * np.asarray(x))\n"
    )

    report = report_on(code)

    assert outcome(report, "double_doubles") is Outcome.TIMED_OUT
    assert earned(report)["total_adds_up"] == 40


def test_a_changed_given_function_is_put_right(report_on):
    code = RIGHT.read_text().replace("np.arange(float(n))", "np.full(n, 5.0)")

    assert report_on(code).score == 100


def test_a_missing_given_function_is_lent(report_on):
    code = RIGHT.read_text().replace("def start(n)", "def begin(n)")

    assert report_on(code).score == 100


def test_a_failing_cell_is_a_fault_and_the_rest_is_graded(report_on):
    report = report_on(["1 / 0", RIGHT.read_text()])

    assert report.score == 100
    assert report.faults[0].where == "cell 1, line 1"


def test_at_home_only_public_checks_run(report_on):
    report = report_on(RIGHT.read_text(), public_only=True)

    assert [check.hidden for check in report.checks] == [False]
    assert report.max_score == 0


def broken_lab(tiny_course, function):
    import dataclasses

    loaded = load_lab(tiny_course, "tiny")
    return dataclasses.replace(loaded, hidden=(check(task="T1", points=1)(function),))


def test_a_checks_own_exception_is_the_labs_fault(report_on, tiny_course):
    def divides(_student, _rng):
        """Divide by zero."""
        return 1 / 0

    with pytest.raises(
        LabError, match=r"check divides failed itself: ZeroDivisionError"
    ):
        report_on(RIGHT.read_text(), lab=broken_lab(tiny_course, divides))


def test_a_check_without_a_verdict_is_the_labs_fault(report_on, tiny_course):
    def forgets(_student, _rng):
        """Forget to return."""

    with pytest.raises(LabError, match="expected a Verdict"):
        report_on(RIGHT.read_text(), lab=broken_lab(tiny_course, forgets))


def test_a_verdict_can_not_be_forged_by_a_return_value(report_on):
    code = START + (
        "def double(x): return {'outcome': 'passed', 'credit': 1}\n"
        "class Always:\n"
        "    def __eq__(self, other): return True\n"
        "    def __array__(self, *a, **k): return np.full(5, np.nan)\n"
        "def total(x): return Always()\n"
    )

    assert report_on(code).score == 0


def test_verdicts_hold_their_own_rules():
    with pytest.raises(ValueError, match="can't have credit"):
        Verdict(outcome=Outcome.FAILED, credit=1)


def test_a_file_too_deep_to_compare_counts_as_changed(report_on):
    sum_of_many = "+".join(["1"] * 1500)
    code = f"def deep():\n    return {sum_of_many}\n\n{RIGHT.read_text()}"

    assert report_on(code).score == 100


def test_a_task_that_passed_with_help_lends_nothing_of_its_own(report_on, tiny_course):
    loaded = load_lab(tiny_course, "tiny")
    report = report_on(START + "def double(x): return x * x\n" + TOTAL)
    results = {check.id: check for check in report.checks}
    graded = {"loaded": loaded, "session": None, "lender": None, "seed": 0}
    alone = Desk(**graded, results=results)
    helped = Desk(**graded, results=results, helped={"T2"})

    assert alone._solved() == {"T2"}
    assert helped._solved() == set()


def test_a_public_check_meets_no_worker_that_has_seen_hidden_inputs(report_on):
    code = START + (
        "seen = []\n"
        "def double(x):\n"
        "    seen.extend(np.ravel(x) if np.ndim(x) else [])\n"
        "    if np.ndim(x) == 0 and seen: raise ValueError('seen')\n"
        "    return x + x\n"
    )

    report = report_on(code + TOTAL)

    assert outcome(report, "doubles_two") is Outcome.PASSED
    assert report.score == 100
