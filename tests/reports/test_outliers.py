"""What lies far off, and what does not."""

from datetime import UTC, datetime, timedelta

import pytest

from grader.domain.mark import Attempt
from grader.domain.verdict import Outcome
from grader.reports.dashboard import dashboard_html
from grader.reports.outliers import outliers

NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)


@pytest.fixture
def scored(report):
    """Return reports of a class: scores of each student in the labs a, b, c, d."""

    def scored(**scores):
        return [
            report(student, lab, score=score)
            for student, own in scores.items()
            for lab, score in zip("abcd", own, strict=False)
        ]

    return scored


@pytest.fixture
def even(scored):
    """Nine students who do alike in all labs, each a little better than the last."""
    return scored(**{f"s{i}": [50 + 5 * i] * 4 for i in range(9)})


def told(reports):
    return [(one.kind, one.student, one.lab, one.says) for one in outliers(reports)]


def test_a_class_whose_students_do_alike_everywhere_has_none(even):
    assert told(even) == []


def test_a_score_far_below_the_own_others_is_told_with_both_numbers(even, scored):
    found = told(even + scored(Ada=[90, 95, 20, 90]))

    says = "20 % of the points here, 90 % in the own other labs"
    assert found == [("score", "Ada", "c", says)]


def test_a_score_far_above_the_own_others_is_one_too(even, scored):
    found = told(even + scored(Bob=[50, 55, 95, 50]))

    says = "95 % of the points here, only 50 % in the own other labs"
    assert found == [("score", "Bob", "c", says)]


def test_a_weak_student_is_no_outlier(even, scored):
    assert told(even + scored(Eve=[5, 5, 5, 5])) == []


def test_a_lab_that_is_hard_for_all_is_no_outlier(scored):
    reports = scored(**{f"s{i}": [80 + i, 80 + i, 20 + i, 80 + i] for i in range(9)})

    assert told(reports) == []


def test_two_labs_tell_nothing_of_a_third(even, scored):
    assert told(even + scored(Ada=[95, 10])) == []


def test_fewer_than_eight_make_no_usual(scored):
    few = scored(**{f"s{i}": [50 + 5 * i] * 4 for i in range(6)})

    assert told(few + scored(Ada=[90, 95, 20, 90])) == []


@pytest.fixture
def timed(report):
    def timed(*seconds):
        return [report(f"s{i}", cpu_seconds=took) for i, took in enumerate(seconds)]

    return timed


def test_who_takes_ten_times_as_long_is_told(timed):
    found = told(timed(1, 1.1, 0.9, 1, 1.2, 1, 0.8, 1, 1, 12))

    says = "12.0 s of computing; the class's median is 1 s"
    assert found == [("time", "s9", "logic_gates", says)]


@pytest.mark.parametrize(
    "longest",
    [
        pytest.param(2.9, id="less than three times the median"),
        pytest.param(0.05, id="quick"),
    ],
)
def test_a_little_longer_is_no_outlier(timed, longest):
    assert told(timed(1, 1.1, 0.9, 1, 1.2, 1, 0.8, 1, 1, longest)) == []


def test_three_times_of_nearly_nothing_is_no_outlier(timed):
    assert told(timed(*[0.1] * 9, 1.0)) == []


@pytest.fixture
def passing(report, check):
    """Return a report in which so many of 10 hidden and 3 public checks pass."""

    def passing(student, hidden, public=3):
        def one(number, count, **kind):
            outcome = Outcome.PASSED if number < count else Outcome.FAILED
            return check(f"{kind}{number}", outcome=outcome, **kind)

        checks = [one(n, hidden, hidden=True) for n in range(10)]
        checks += [one(n, public, hidden=False, points=0.0) for n in range(3)]
        return report(student, checks=tuple(checks))

    return passing


def test_who_passes_the_public_checks_alone_is_told(passing):
    found = told([*(passing(f"s{i}", 9) for i in range(8)), passing("Ada", 2)])

    says = "passes all 3 public checks, but 2 of 10 hidden ones"
    assert found == [("public", "Ada", "logic_gates", says)]


def test_who_fails_public_checks_too_is_not(passing):
    assert told([*(passing(f"s{i}", 9) for i in range(8)), passing("Ada", 2, 2)]) == []


def test_where_the_class_fails_the_hidden_checks_nobody_stands_out(passing):
    assert told([*(passing(f"s{i}", 4) for i in range(8)), passing("Ada", 2)]) == []


@pytest.fixture
def jumps():
    """Return what is told of hand-ins of one student: (seconds, score of 100) each."""

    def jumps(*came):
        attempts = [
            Attempt(
                student="Ada",
                lab="a",
                sha256=str(number),
                received_at=None if at is None else NOON + timedelta(seconds=at),
                graded_at=NOON,
                score=score,
                max_score=100,
            )
            for number, (at, score) in enumerate(came)
        ]
        return [(one.kind, one.says) for one in outliers([], attempts=attempts)]

    return jumps


def test_from_10_to_100_within_minutes_is_told_with_the_minutes(jumps):
    says = "10 % of the points, and 100 % in a hand-in 6 min later"

    assert jumps((0, 10), (360, 100)) == [("jump", says)]


@pytest.mark.parametrize(
    "came",
    [
        pytest.param([(0, 10), (3600, 100)], id="an hour later"),
        pytest.param([(0, 50), (360, 90)], id="less than half of the points"),
        pytest.param([(0, 10), (2, 100)], id="unpacked together"),
        pytest.param([(0, 0), (360, 100)], id="the first one did not run"),
        pytest.param([(0, 100), (360, 10)], id="down"),
        pytest.param([(None, 10), (None, 100)], id="nothing tells when"),
        pytest.param([(0, 10), (300, 55), (600, 100)], id="step by step"),
    ],
)
def test_other_ways_up_are_no_jump(jumps, came):
    assert jumps(*came) == []


def test_hand_ins_are_compared_in_the_order_in_which_they_came(jumps):
    assert jumps((360, 100), (0, 10))
    assert not jumps((360, 10), (0, 100))


def test_of_several_jumps_of_a_student_in_a_lab_the_highest_is_told(jumps):
    told = jumps((0, 20), (60, 75), (120, 1), (240, 99))

    assert told == [
        ("jump", "1 % of the points, and 99 % in a hand-in 2 min later"),
    ]


def test_the_dashboard_lists_them_and_marks_the_rows(timed, small_class, parse):
    reports = tuple(timed(1, 1.1, 0.9, 1, 1.2, 1, 0.8, 1, 1, 12))
    run = small_class.model_copy(update={"reports": reports, "ungraded": ()})
    page = parse(dashboard_html(run, hrefs={("s9", "logic_gates"): "s9.html"}))

    said = page.text[page.text.index("Results far from what") :]
    assert "s9 Perceptron logic gates computing time 12.0 s of computing" in said
    # here, in the table, and among the slowest
    assert page.values("href").count("./s9.html") == 3
    assert len([row for row in page.all("tr") if "data-flagged" in row]) == 1


def test_without_any_there_is_no_such_part(small_class):
    assert 'id="outliers"' not in dashboard_html(small_class, hrefs={})
