"""Statistics against numbers worked out by hand."""

import math

import pytest

from grader.domain.report import ClassReport, Ungraded
from grader.domain.submission import Fault
from grader.domain.verdict import Diagnosis, Outcome
from grader.reports.summary import (
    check_statistics,
    common_faults,
    common_mistakes,
    common_repairs,
    credit,
    discrimination,
    distribution,
    gradebook,
    lab_summaries,
    slowest,
    with_faults,
    with_repairs,
)


def a_class(created_at, reports, ungraded=()):
    return ClassReport(
        title="c", created_at=created_at, reports=tuple(reports), ungraded=ungraded
    )


def test_mean_and_median_of_a_skewed_lab():
    spread = distribution([0, 50, 60, 100], max_score=100)

    assert (spread.n, spread.mean, spread.median) == (4, 52.5, 55)
    assert (spread.lowest, spread.highest) == (0, 100)


def test_a_bin_holds_its_lower_edge_and_the_last_one_both():
    spread = distribution([0, 9.99, 10, 89.9, 90, 100], max_score=100)

    assert spread.bins == (2, 1, 0, 0, 0, 0, 0, 0, 1, 2)


def test_scores_are_binned_by_their_share_of_the_greatest():
    assert distribution([9, 20], max_score=20, bins=4).bins == (0, 1, 0, 1)


def test_a_lab_worth_nothing_is_no_division_by_zero():
    assert distribution([0, 0], max_score=0, bins=2).bins == (2, 0)


def test_scores_out_of_range_stand_at_the_ends():
    assert distribution([-5, 105], max_score=100, bins=2).bins == (1, 1)


@pytest.mark.parametrize(
    ("points", "earned", "outcome", "expected"),
    [
        pytest.param(8.0, 2.0, Outcome.PARTIAL, 0.25, id="partial"),
        pytest.param(8.0, 0.0, Outcome.SKIPPED, 0.0, id="skipped"),
        pytest.param(0.0, 0.0, Outcome.PASSED, 1.0, id="public-passed"),
        pytest.param(0.0, 0.0, Outcome.RAISED, 0.0, id="public-raised"),
    ],
)
def test_credit_is_the_share_of_the_points(check, points, earned, outcome, expected):
    result = check(points=points, earned=earned, outcome=outcome)

    assert credit(result) == expected


def test_discrimination_of_five_submissions_worked_out_by_hand():
    # sum of products 6, sums of squares 1.2 and 40: 6 / sqrt(48)
    value = discrimination([1, 1, 1, 0, 0], [10, 8, 6, 4, 2])

    assert value == pytest.approx(math.sqrt(3) / 2)


def test_discrimination_is_minus_one_where_only_the_weak_pass():
    assert discrimination([0, 0, 0, 1, 1, 1], [9, 9, 9, 2, 2, 2]) == pytest.approx(-1)


@pytest.mark.parametrize(
    ("credits_", "rests"),
    [
        pytest.param([1, 0, 1, 0], [4, 3, 2, 1], id="four-submissions"),
        pytest.param([1, 1, 1, 1, 1], [5, 4, 3, 2, 1], id="all-passed"),
        pytest.param(
            [1, 0, 1, 0, 1], [0.3, 0.1 + 0.2, 0.3, 0.3, 0.3], id="rests-equal"
        ),
    ],
)
def test_discrimination_is_none_where_it_would_be_noise(credits_, rests):
    assert discrimination(credits_, rests) is None


def test_a_check_is_correlated_with_the_other_checks_only(check, report):
    passed = [True, True, True, False, False]
    others = [10.0, 8.0, 6.0, 4.0, 2.0]
    reports = [
        report(
            f"s{i}",
            checks=(
                check(
                    "a",
                    earned=10.0 if ok else 0.0,
                    outcome="passed" if ok else "failed",
                ),
                check("b", earned=other, outcome="partial"),
            ),
        )
        for i, (ok, other) in enumerate(zip(passed, others, strict=True))
    ]

    a, b = check_statistics(reports)

    # against the whole score it would be (6 + 12) / sqrt(1.2 * 280) = 0.98
    assert a.discrimination == pytest.approx(math.sqrt(3) / 2)
    assert b.discrimination == pytest.approx(math.sqrt(3) / 2)


def test_pass_rate_counts_passes_not_points(check, report):
    outcomes = [Outcome.PASSED, Outcome.PARTIAL, Outcome.SKIPPED, Outcome.PASSED]
    earned = [10.0, 5.0, 0.0, 10.0]
    reports = [
        report(checks=(check(outcome=outcome, earned=points),))
        for outcome, points in zip(outcomes, earned, strict=True)
    ]

    (statistics,) = check_statistics(reports)

    assert (statistics.n, statistics.passed, statistics.pass_rate) == (4, 2, 0.5)
    assert statistics.mean_credit == 0.625
    assert statistics.outcomes == {"passed": 2, "partial": 1, "skipped": 1}


def test_checks_stand_by_task_in_the_order_in_which_they_ran(check, report):
    order = [("a", "T1"), ("b", "T2"), ("c", "T1"), ("d", "T99"), ("e", "T2")]
    checks = [check(name, task=task) for name, task in order]

    found = check_statistics([report(checks=checks)])

    assert [statistics.id for statistics in found] == ["a", "c", "b", "e", "d"]


def test_checks_of_two_labs_are_kept_apart(check, report):
    reports = [
        report(lab="one", checks=(check(),)),
        report(lab="two", checks=(check(),)),
    ]

    summaries = lab_summaries(reports)

    assert [(s.lab, s.checks[0].n) for s in summaries] == [("one", 1), ("two", 1)]


def diagnosed(check, mistake, *, certain=True, check_id="f"):
    diagnosis = Diagnosis(mistake=mistake, says=f"this is {mistake}", certain=certain)
    return check(check_id, outcome=Outcome.FAILED, diagnosis=diagnosis)


def test_a_student_makes_a_mistake_once_however_many_checks_name_it(check, report):
    sign = [diagnosed(check, "sign", check_id=name) for name in ("f", "g")]
    factor = diagnosed(check, "factor")
    reports = [
        report("Zoe", checks=sign),
        report("ada", checks=sign[:1]),
        report("Bob", checks=(factor,)),
    ]

    first, second = common_mistakes(reports)

    assert (first.mistake, first.students) == ("sign", ("ada", "Zoe"))
    assert first.checks == ("f", "g")
    assert (second.mistake, second.students) == ("factor", ("Bob",))


def test_what_is_only_consistent_is_not_counted_as_certain(check, report):
    reports = [
        report("Ada", checks=(diagnosed(check, "sign", certain=False),)),
        report("Bob", checks=(diagnosed(check, "sign"),)),
    ]

    (mistake,) = common_mistakes(reports)

    assert (len(mistake.students), mistake.certain) == (2, 1)


def test_the_same_name_in_two_labs_is_two_mistakes(check, report):
    reports = [
        report(lab=lab, checks=(diagnosed(check, "sign"),)) for lab in ("a", "b")
    ]

    assert [mistake.lab for mistake in common_mistakes(reports)] == ["a", "b"]


def test_slowest_first_and_no_more_than_asked_for(report):
    reports = [report(f"s{i}", cpu_seconds=t) for i, t in enumerate([1.0, 9.0, 4.0])]

    assert [r.cpu_seconds for r in slowest(reports, n=2)] == [9.0, 4.0]


def test_only_reports_with_faults_are_listed(report):
    fault = Fault(where="cell 1", message="SyntaxError")
    reports = [report("Ada"), report("Bob", faults=(fault,))]

    assert [r.student for r in with_faults(reports)] == ["Bob"]


def test_a_file_that_was_only_repaired_has_no_fault(report):
    repair = Fault(where="the notebook", message="repaired: 1 cell without an id")
    reports = [report("Ada", faults=(repair,)), report("Bob")]

    assert with_faults(reports) == common_faults(reports) == ()
    assert [r.student for r in with_repairs(reports)] == ["Ada"]
    assert [one.message for one in common_repairs(reports)] == [repair.message]


def test_who_could_not_be_graded_has_a_row_without_a_total(report):
    lost = Ungraded(student="Bob", lab="x", whose="lab", where="x.py", message="no lab")
    run = a_class(report().graded_at, [report("Ada", score=85.0)], (lost,))

    book = gradebook(run)

    assert book.labs == ("logic_gates", "x")
    assert [(row.student, row.total) for row in book.rows] == [
        ("Ada", 85),
        ("Bob", None),
    ]
    assert book.rows[1].ungraded == (lost,)


def test_the_greatest_total_counts_labs_that_one_student_left_out(report):
    run = a_class(
        report().graded_at,
        [
            report("Ada", "one", score=70.0),
            report("Ada", "two", score=20.0, max_score=50.0),
            report("Bob", "one", score=90.0),
        ],
    )

    book = gradebook(run)

    assert book.max_score == 150
    assert [row.total for row in book.rows] == [90, 90]


def test_the_later_of_two_reports_on_the_same_work_counts(report):
    run = a_class(report().graded_at, [report(score=10.0), report(score=20.0)])

    (row,) = gradebook(run).rows

    assert row.total == 20


def test_the_same_fault_of_many_is_one_with_all_places(report):
    def with_fault(student, where, message):
        return report(student, faults=(Fault(where=where, message=message),))

    found = common_faults(
        [
            with_fault("Ada", "cell 1", "no plt"),
            with_fault("Bob", "cell 2", "no colab"),
            with_fault("Eve", "cell 3", "no colab"),
        ]
    )

    assert [(one.message, one.students) for one in found] == [
        ("no colab", 2),
        ("no plt", 1),
    ]
    assert found[0].where[1] == ("Eve", "logic_gates", "cell 3")
