"""From scores to marks: worked out on paper, then properties."""

import math
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.domain.marks import Attempt, CheckScore, Override, marks_of
from grader.domain.policy import (
    Enrolled,
    Excuse,
    Extension,
    LabPolicy,
    LateRule,
    Policy,
)

DUE = datetime(2026, 3, 5, 20, 0, tzinfo=UTC)
LATER = DUE + timedelta(days=300)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEN_A_DAY = LateRule(percent=10)


def attempt(score=80.0, after=-HOUR, *, student="ada", lab="one", sha="a", **changes):
    received = None if after is None else DUE + after
    fields = {
        "student": student,
        "lab": lab,
        "sha256": sha,
        "received_at": received,
        "graded_at": LATER,
        "score": score,
        "max_score": 100.0,
    }
    return Attempt.model_validate(fields | changes)


def override(points, *, check=None, at=LATER, **changes):
    fields = {
        "student": "ada",
        "lab": "one",
        "check": check,
        "points": points,
        "author": "Dr No",
        "reason": "a slip in the handout",
        "at": at,
    }
    return Override.model_validate(fields | changes)


def course(*, lab="one", due=DUE, **rules):
    return Policy(stated=True, labs=(LabPolicy(lab=lab, due=due, **rules),))


def the_mark(policy, *attempts, overrides=(), now=LATER, **options):
    marks = marks_of(policy, attempts, overrides, now=now, **options)
    return marks.marks.get(("ada", "one"))


def test_without_a_policy_the_best_score_counts_whenever_it_came():
    mark = the_mark(Policy(), attempt(70, sha="a"), attempt(60, 99 * DAY, sha="b"))

    assert (mark.mark, mark.score, mark.sha256) == (70, 70, "a")
    assert (mark.late_s, mark.penalty, mark.why) == (0, 0, ("the best of 2 hand-ins",))


def test_a_single_hand_in_in_time_needs_no_words():
    mark = the_mark(course(late=TEN_A_DAY), attempt(80, timedelta(0)))

    assert (mark.mark, mark.why, mark.needs_words) == (80, (), False)


@pytest.mark.parametrize(
    ("after", "mark", "penalty"),
    [
        pytest.param(timedelta(0), 80, 0, id="on-the-second"),
        pytest.param(timedelta(seconds=1), 70, 10, id="one-second"),
        pytest.param(DAY, 70, 10, id="a-whole-day"),
        pytest.param(DAY + timedelta(seconds=1), 60, 20, id="a-second-day-begun"),
        pytest.param(8 * DAY, 0, 80, id="all-of-it"),
        pytest.param(200 * DAY, 0, 80, id="never-below-zero"),
    ],
)
def test_each_day_that_was_begun_costs_a_tenth_of_the_maximum(after, mark, penalty):
    found = the_mark(course(late=TEN_A_DAY), attempt(80, after))

    assert (found.mark, found.penalty) == (mark, penalty)


@pytest.mark.parametrize(
    ("rule", "after", "mark"),
    [
        pytest.param({"percent": 10, "of": "score"}, 2 * DAY, 64, id="of-the-score"),
        pytest.param({"percent": 1, "per": "hour"}, 90 * 60, 78, id="hours"),
        pytest.param({"percent": 10, "at_most": 25}, 9 * DAY, 55, id="at-most"),
        pytest.param({"percent": 0}, 9 * DAY, 80, id="nothing"),
        pytest.param(
            {"percent": 50, "of": "score", "at_most": 100}, 9 * DAY, 0, id="all"
        ),
    ],
)
def test_late_rules_by_hand(rule, after, mark):
    after = after if isinstance(after, timedelta) else timedelta(seconds=after)

    found = the_mark(course(late=LateRule.model_validate(rule)), attempt(80, after))

    assert found.mark == mark


def test_grace_costs_nothing_and_is_not_counted_as_lateness():
    rules = course(late=LateRule(percent=10, per="hour"), grace_minutes=15)

    within = the_mark(rules, attempt(80, timedelta(minutes=15)))
    beyond = the_mark(rules, attempt(80, timedelta(minutes=75)))
    further = the_mark(rules, attempt(80, timedelta(minutes=75, seconds=1)))

    assert (within.mark, within.late_s) == (80, 0)
    assert within.why == (
        "15 minutes after the due date, within the grace of 15 minutes",
    )
    assert (beyond.mark, beyond.late_s, further.mark) == (70, 4500, 60)


def test_the_best_is_judged_after_lateness():
    early, late = attempt(75, sha="a"), attempt(90, 2 * DAY, sha="b")

    mark = the_mark(course(late=TEN_A_DAY), early, late)

    assert (mark.mark, mark.sha256) == (75, "a")


def test_the_last_counts_even_if_it_is_worse():
    early, late = attempt(75, sha="a"), attempt(90, 2 * DAY, sha="b")

    # they come in the other order, as files do
    mark = the_mark(course(late=TEN_A_DAY, attempts="last"), late, early)

    assert (mark.mark, mark.score, mark.sha256) == (70, 90, "b")
    late = "2 days late (due 5 March 2026, 20:00 UTC)"
    price = "−20 % of the maximum (2 days begun), 20 points"
    assert mark.why == ("the last of 2 hand-ins", f"{late}: {price}")


def test_one_without_a_time_is_taken_as_in_time_and_said_to_be():
    mark = the_mark(course(late=TEN_A_DAY, closes=DUE), attempt(80, None))

    assert (mark.mark, mark.undated) == (80, True)
    assert mark.why == ("nothing tells when it came: taken as in time",)


MARKED = "the platform marked it late and nothing tells by how much"


def test_one_that_the_platform_marked_late_is_not_silently_in_time():
    rules = course(late=TEN_A_DAY)

    mark = the_mark(rules, attempt(80, None, marked_late=True))

    assert (mark.mark, mark.penalty, mark.flagged) == (80, 0, True)
    assert mark.why == (f"{MARKED}: it costs nothing until a teacher decides",)


def test_the_students_own_clock_does_not_take_a_late_mark_away():
    mark = the_mark(course(), attempt(80, -HOUR, marked_late=True))

    assert mark.flagged
    assert mark.why[0].startswith(MARKED)


@pytest.mark.parametrize(
    ("after", "extra", "late_s"),
    [
        pytest.param(DAY, {}, 86400, id="late-by-its-time-too"),
        pytest.param(HOUR / 6, {"grace_minutes": 15}, 0, id="within-the-grace"),
    ],
)
def test_a_late_mark_that_the_time_explains_says_no_more(after, extra, late_s):
    with_mark, without = (
        the_mark(course(late=TEN_A_DAY, **extra), attempt(80, after, marked_late=late))
        for late in (True, False)
    )

    assert with_mark == without
    assert (with_mark.late_s, with_mark.flagged) == (late_s, False)


def test_a_late_mark_within_an_extension_is_what_the_platform_did_not_know():
    more = Extension(student="ada", days=2)
    rules = course(late=TEN_A_DAY).model_copy(update={"extensions": (more,)})

    mark = the_mark(rules, attempt(80, DAY, marked_late=True))

    assert (mark.mark, mark.flagged) == (80, False)


def test_a_late_mark_is_told_where_no_date_is_known():
    mark = the_mark(Policy(), attempt(80, None, marked_late=True))

    assert (mark.mark, mark.why) == (80, ("the platform marked it late",))


def test_a_teachers_decision_settles_a_late_mark():
    late = attempt(80, None, marked_late=True)

    mark = the_mark(course(), late, overrides=[override(70)])

    assert (mark.mark, mark.flagged) == (70, False)


def test_one_without_a_time_keeps_its_place_however_late_it_is_graded():
    rules = course(attempts="last")
    first, undated = attempt(50, -3 * HOUR, sha="a"), attempt(60, None, sha="b")
    last = attempt(70, -HOUR, sha="c")

    assert the_mark(rules, first, undated, last).sha256 == "c"
    assert the_mark(rules, first, undated).sha256 == "b"
    assert the_mark(rules, undated, first).sha256 == "a"


def test_what_comes_after_the_closing_is_no_attempt():
    rules = course(closes=DUE + 7 * DAY, attempts="last")
    in_time, too_late = attempt(40, sha="a"), attempt(90, 8 * DAY, sha="b")

    mark = the_mark(rules, in_time, too_late)
    only_late = the_mark(rules, too_late)

    assert (mark.mark, mark.sha256) == (40, "a")
    assert mark.why == (
        "1 hand-in after the closing, 12 March 2026, 20:00 UTC: not accepted",
    )
    assert (only_late.mark, only_late.score, only_late.missing) == (0, None, True)


def test_after_the_closing_zero_means_an_attempt_of_zero_points():
    rules = {"closes": DUE + 7 * DAY, "after_closing": "zero"}
    in_time, too_late = attempt(40, sha="a"), attempt(90, 8 * DAY, sha="b")

    best = the_mark(course(**rules), in_time, too_late)
    last = the_mark(course(**rules, attempts="last"), in_time, too_late)

    assert best.mark == 40
    assert (last.mark, last.penalty, last.score) == (0, 90, 90)


def test_on_the_closing_itself_is_not_after_it_and_grace_goes_before_it():
    strict = course(closes=DUE, grace_minutes=10)

    assert the_mark(strict, attempt(80, timedelta(0))).mark == 80
    assert the_mark(strict, attempt(80, timedelta(minutes=10))).mark == 80
    assert the_mark(strict, attempt(80, timedelta(minutes=11))).mark == 0


def test_nothing_is_no_mark_until_it_is_due_and_zero_then():
    rules = course(grace_minutes=30).model_copy(
        update={"roster": (Enrolled(student="ada"),)}
    )

    before = marks_of(rules, [], [], now=DUE + timedelta(minutes=30))
    after = marks_of(rules, [], [], now=DUE + timedelta(minutes=31))

    assert (before.marks, before.totals["ada"].total) == ({}, None)
    assert (after.marks["ada", "one"].mark, after.totals["ada"].total) == (0, 0)
    assert after.totals["ada"].missing == ("one",)


def test_what_could_not_be_graded_is_no_zero():
    rules = course().model_copy(update={"roster": (Enrolled(student="ada"),)})

    marks = marks_of(rules, [], [], now=LATER, ungraded={("ada", "one")})

    assert (marks.marks, marks.totals["ada"].total) == ({}, None)


def test_a_file_of_nobody_knows_whom_gives_no_zeros_and_can_be_marked_by_hand():
    lost = {("class.zip", ""), ("eve", "two")}

    alone = marks_of(course(), [], [], now=LATER, ungraded=lost)
    by_hand = marks_of(
        course(), [], [override(40, student="eve")], now=LATER, ungraded=lost
    )

    assert (alone.marks, set(alone.totals)) == ({}, {"class.zip", "eve"})
    assert [mark.mark for mark in by_hand.marks.values()] == [40]


def test_a_lab_that_the_course_has_no_more_does_not_count():
    rules, gone = course(), attempt(10, lab="gone")

    marks = marks_of(rules, [attempt(60), gone], [], now=LATER)

    assert marks.marks["ada", "gone"].mark == 10
    assert marks.totals["ada"].total == 60


@pytest.mark.parametrize(
    ("extension", "mark"),
    [
        pytest.param({"days": 2}, 80, id="days-for-all-labs"),
        pytest.param({"days": 2, "lab": "one"}, 80, id="days-for-this-lab"),
        pytest.param({"due": DUE + 2 * DAY}, 80, id="a-date"),
        pytest.param({"days": 1}, 70, id="not-enough"),
        pytest.param({"days": 2, "lab": "two"}, 60, id="another-lab"),
        pytest.param({"days": 2, "student": "bob"}, 60, id="another-student"),
        pytest.param({"due": DUE - DAY}, 60, id="earlier-than-the-lab's"),
    ],
)
def test_an_extension_moves_the_date_of_one_student(extension, mark):
    given = Extension.model_validate({"student": "ada"} | extension)
    rules = course(late=TEN_A_DAY).model_copy(update={"extensions": (given,)})

    assert the_mark(rules, attempt(80, 2 * DAY)).mark == mark


def test_an_extension_moves_the_closing_as_far():
    given = Extension(student="ada", days=3)
    rules = course(closes=DUE + DAY).model_copy(update={"extensions": (given,)})

    assert the_mark(rules, attempt(80, 4 * DAY)).mark == 80
    assert the_mark(rules, attempt(80, 4 * DAY + HOUR)).missing


def test_days_more_end_at_the_same_time_of_the_clock():
    # the clocks of Berlin went forward on 29 March 2026, so the day has 23 hours
    evening = datetime(2026, 3, 28, 20, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    given = Extension(student="ada", days=1)
    rules = course(due=evening).model_copy(update={"extensions": (given,)})

    mark = the_mark(rules, attempt())

    assert mark.due.astimezone(UTC) == datetime(2026, 3, 29, 18, 0, tzinfo=UTC)


def test_moments_are_told_in_the_course_s_zone():
    moscow = course(late=TEN_A_DAY).model_copy(update={"timezone": "Europe/Moscow"})

    (sentence,) = the_mark(moscow, attempt(80, 26 * HOUR)).why

    assert sentence == (
        "1 day 2 hours late (due 5 March 2026, 23:00 Europe/Moscow): "
        "−20 % of the maximum (2 days begun), 20 points"
    )


def test_the_most_that_lateness_costs_is_called_so():
    mark = the_mark(
        course(late=LateRule(percent=10, at_most=25)), attempt(80, 9 * DAY + HOUR)
    )

    assert mark.why[0].endswith(
        "9 days 1 hour late (due 5 March 2026, 20:00 UTC): "
        "−25 % of the maximum (the most there is), 25 points"
    )


def test_an_override_of_the_mark_is_final():
    mark = the_mark(
        course(late=TEN_A_DAY), attempt(80, 2 * DAY), overrides=[override(90)]
    )

    assert (mark.mark, mark.score, mark.penalty) == (90, 80, 0)
    assert mark.why == (
        "set to 90 by a teacher: a slip in the handout; the checks gave 80",
    )
    assert mark.override.author == "Dr No"


def test_students_never_read_who_decided():
    checks = (CheckScore(id="c", points=10, earned=0),)
    decided = [override(5, check="c"), override(90)]

    mark = the_mark(course(), attempt(80, checks=checks), overrides=decided)

    assert not any("No" in sentence for sentence in mark.why)


def test_an_override_of_a_check_is_summed_up_and_lateness_applies():
    checks = (
        CheckScore(id="right", points=60, earned=60),
        CheckScore(id="wrong", points=40, earned=10),
    )
    given = override(30, check="wrong")

    mark = the_mark(
        course(late=TEN_A_DAY), attempt(70, DAY, checks=checks), overrides=[given]
    )

    assert (mark.mark, mark.score, mark.penalty) == (80, 70, 10)
    assert mark.check_overrides == (given,)
    assert mark.why[0] == (
        "wrong: 30 of 40 points in place of 10, set by a teacher: a slip in the handout"
    )


def test_an_override_of_a_check_that_is_gone_is_told_and_harmless():
    mark = the_mark(course(), attempt(70), overrides=[override(30, check="gone")])

    assert mark.mark == 70
    assert mark.why == (
        "a decision about gone changes nothing: the lab has no such check",
    )


def test_a_check_that_is_worth_less_now_gives_no_more_than_it_is_worth():
    checks = (CheckScore(id="c", points=5, earned=0),)

    mark = the_mark(
        course(), attempt(50, checks=checks), overrides=[override(9, check="c")]
    )

    assert mark.mark == 55


def test_the_latest_override_counts_and_can_be_taken_back():
    first = override(50, at=DUE)
    second = override(60, at=DUE + HOUR)
    back = override(None, at=DUE + 2 * HOUR)

    assert the_mark(course(), attempt(80), overrides=[second, first]).mark == 60
    assert the_mark(course(), attempt(80), overrides=[first, second, back]).mark == 80
    assert the_mark(course(), overrides=[first, back]) is None


def test_taking_back_the_mark_leaves_a_check_decided():
    checks = (CheckScore(id="c", points=10, earned=0),)
    decisions = [
        override(50, at=DUE),
        override(5, check="c", at=DUE),
        override(None, at=DUE + HOUR),
    ]

    mark = the_mark(course(), attempt(80, checks=checks), overrides=decisions)

    assert mark.mark == 85


def test_a_mark_can_be_set_where_nothing_was_handed_in():
    mark = the_mark(course(), overrides=[override(40)], now=DUE - DAY)

    assert (mark.mark, mark.score, mark.missing) == (40, None, False)


def weighted(*labs, **changes):
    return Policy(
        stated=True,
        labs=tuple(
            LabPolicy(lab=name, due=DUE, weight=weight) for name, weight in labs
        ),
        **changes,
    )


def total_of(policy, *attempts, student="ada", **options):
    marks = marks_of(
        policy, attempts, options.pop("overrides", ()), now=LATER, **options
    )
    return marks.totals[student]


def test_the_total_is_the_mean_by_weights():
    rules = weighted(("one", 1), ("two", 3))
    two = attempt(40, lab="two", max_score=50.0)

    # (1 * 60 % + 3 * 80 %) / 4
    assert total_of(rules, attempt(60), two).total == 75


def test_what_is_due_and_missing_counts_as_zero():
    total = total_of(weighted(("one", 1), ("two", 1)), attempt(60))

    assert (total.total, total.missing) == (30, ("two",))
    assert total.why == (
        "one: 60 of 100, weight 1",
        "two: nothing that counts, 0, weight 1",
    )


def test_a_lab_without_weight_is_marked_and_left_out():
    rules = weighted(("one", 1), ("two", 0))

    marks = marks_of(rules, [attempt(60), attempt(10, lab="two")], [], now=LATER)

    assert marks.marks["ada", "two"].mark == 10
    assert marks.totals["ada"].total == 60


def test_an_excused_lab_is_left_out_of_the_total():
    excused = (Excuse(student="ada", lab="two"),)
    rules = weighted(("one", 1), ("two", 1), excused=excused)

    nothing = total_of(rules, attempt(60))
    tried = total_of(rules, attempt(60), attempt(5, lab="two"))

    assert (nothing.total, nothing.excused, nothing.missing) == (60, ("two",), ())
    assert tried.total == 60


def test_the_lowest_are_dropped_but_never_all():
    rules = weighted(("one", 1), ("two", 1), ("three", 1), drop_lowest=1)
    attempts = [attempt(60), attempt(90, lab="two"), attempt(30, lab="three")]

    dropped = total_of(rules, *attempts)
    alone = total_of(weighted(("one", 1), drop_lowest=1), attempt(60))

    assert (dropped.total, dropped.dropped) == (75, ("three",))
    assert (alone.total, alone.dropped) == (60, ())


def test_a_lab_without_a_date_counts_once_somebody_has_handed_it_in():
    rules = Policy(labs=(LabPolicy(lab="one"), LabPolicy(lab="two")))

    alone = total_of(rules, attempt(60))
    both = total_of(rules, attempt(60), attempt(90, student="bob", lab="two"))

    assert (alone.total, both.total) == (60, 30)


def test_a_stranger_is_marked_and_told_from_the_roster():
    rules = course().model_copy(update={"roster": (Enrolled(student="ada"),)})

    marks = marks_of(rules, [attempt(60, student="eve")], [], now=LATER)

    assert marks.marks["eve", "one"].mark == 60
    assert marks.strangers == ("eve",)
    assert list(marks.totals) == ["ada", "eve"]


@pytest.mark.parametrize(
    ("score", "decimals", "mark"),
    [
        pytest.param(0.1 + 0.2, 2, 0.3, id="binary-noise"),
        pytest.param(1.2 + 0.025, 2, 1.23, id="a-half-but-for-noise"),
        pytest.param(2.675, 2, 2.68, id="a-half-goes-up-though-binary-says-down"),
        pytest.param(100 / 3, 2, 33.33, id="a-third"),
        pytest.param(84.5, 0, 85, id="whole-points"),
        pytest.param(84.45, 1, 84.5, id="one-decimal"),
    ],
)
def test_marks_are_rounded_once_halves_up(score, decimals, mark):
    rules = course().model_copy(update={"decimals": decimals})

    assert the_mark(rules, attempt(score)).mark == mark


def test_a_total_has_no_noise_either():
    rules = weighted(("one", 1), ("two", 1), ("three", 1))
    attempts = [attempt(0.1), attempt(0.2, lab="two"), attempt(0, lab="three")]

    assert total_of(rules, *attempts).total == 0.1


SCORES = st.floats(0, 100, allow_nan=False)
AFTER = st.one_of(
    st.none(), st.integers(-(10**6), 3 * 10**6).map(lambda s: s * timedelta(seconds=1))
)
RULES = st.builds(
    lambda rule, **rest: course(late=rule, **rest),
    st.builds(
        LateRule,
        per=st.sampled_from(["day", "hour"]),
        percent=st.floats(0, 100),
        of=st.sampled_from(["maximum", "score"]),
        at_most=st.floats(0, 100),
    ),
    closes=st.one_of(st.none(), st.integers(0, 30).map(lambda d: DUE + d * DAY)),
    after_closing=st.sampled_from(["refused", "zero"]),
    grace_minutes=st.integers(0, 600),
    attempts=st.sampled_from(["best", "last"]),
)
TRIED = st.lists(st.tuples(SCORES, AFTER), max_size=4).map(
    lambda rows: [
        attempt(score, after, sha=str(i)) for i, (score, after) in enumerate(rows)
    ]
)


@settings(max_examples=150, deadline=None)
@given(RULES, TRIED, st.one_of(st.none(), SCORES))
def test_a_mark_is_within_its_bounds_and_has_two_decimals(rules, tried, points):
    decided = [] if points is None else [override(points)]

    mark = the_mark(rules, *tried, overrides=decided)

    if mark is not None:
        assert 0 <= mark.mark <= mark.max_score
        assert round(mark.mark, 2) == mark.mark
        assert math.isclose(round(100 * mark.penalty), 100 * mark.penalty, abs_tol=1e-6)


@settings(max_examples=150, deadline=None)
@given(RULES, TRIED, st.floats(0.01, 30))
def test_an_extension_never_lowers_a_mark(rules, tried, days):
    more = rules.model_copy(
        update={
            "extensions": (Extension(student="ada", days=days),),
            # a later last attempt may come to be accepted, and be worse
            "labs": tuple(
                one.model_copy(update={"attempts": "best"}) for one in rules.labs
            ),
        }
    )
    same = more.model_copy(update={"extensions": ()})

    without, with_it = the_mark(same, *tried), the_mark(more, *tried)

    assert (with_it.mark if with_it else 0) >= (without.mark if without else 0)


@settings(max_examples=150, deadline=None)
@given(RULES, TRIED, SCORES, AFTER)
def test_one_more_attempt_never_lowers_the_best(rules, tried, score, after):
    labs = tuple(one.model_copy(update={"attempts": "best"}) for one in rules.labs)
    rules = rules.model_copy(update={"labs": labs})
    before = the_mark(rules, *tried)

    then = the_mark(rules, *tried, attempt(score, after, sha="new"))

    assert then.mark >= (before.mark if before else 0)


@settings(max_examples=50, deadline=None)
@given(RULES, TRIED)
def test_computing_again_gives_the_same(rules, tried):
    first = marks_of(rules, tried, [], now=LATER)

    # graded again, to the same scores
    again = [one.model_copy(update={"graded_at": LATER + DAY}) for one in tried]

    assert marks_of(rules, again, [], now=LATER) == first


RED = (Enrolled(student="ada", teams=("Red",)), Enrolled(student="bob", teams=("Red",)))


def team_course(**rules):
    return course(**rules).model_copy(update={"roster": RED})


def marks_in(policy, *attempts, overrides=(), now=LATER, **options):
    found = marks_of(policy, attempts, overrides, now=now, **options)
    return {student: mark for (student, _), mark in found.marks.items()}, found


def test_what_a_team_handed_in_is_each_members_mark_and_nobody_elses():
    by_student, marks = marks_in(team_course(), attempt(70, student="Red"))

    assert {student: one.mark for student, one in by_student.items()} == {
        "ada": 70,
        "bob": 70,
    }
    assert by_student["bob"].why == ("handed in by a team: Red",)
    assert by_student["bob"].team == "Red"
    assert marks.totals["ada"].total == marks.totals["bob"].total == 70
    assert set(marks.totals) == {"ada", "bob"}
    assert marks.strangers == ()


@pytest.mark.parametrize(
    ("attempts", "ada", "team"),
    [("best", 90, ""), ("last", 70, "Red")],
)
def test_the_own_hand_in_and_the_teams_are_both_attempts(attempts, ada, team):
    own = attempt(90, -2 * HOUR, sha="own")
    teams = attempt(70, -HOUR, student="Red", sha="teams")

    by_student, marks = marks_in(team_course(attempts=attempts), own, teams)

    assert (by_student["ada"].mark, by_student["ada"].team) == (ada, team)
    assert by_student["ada"].why[0] == f"the {attempts} of 2 hand-ins"
    assert by_student["bob"].mark == 70
    shown = ("Red", "teams") if team else ("ada", "own")
    assert marks.shown == {("ada", "one"): shown, ("bob", "one"): ("Red", "teams")}


def test_a_members_extension_is_the_members_alone():
    policy = team_course(late=TEN_A_DAY).model_copy(
        update={"extensions": (Extension(student="bob", days=2),)}
    )

    by_student, _ = marks_in(policy, attempt(80, HOUR, student="Red"))

    assert [by_student[one].mark for one in ("ada", "bob")] == [70, 80]


def test_a_decision_about_a_check_is_about_what_the_team_handed_in():
    checks = (CheckScore(id="c", points=10, earned=0),)
    decision = override(10, check="c", student="bob")

    by_student, _ = marks_in(
        team_course(),
        attempt(80, student="Red", checks=checks),
        overrides=[decision],
    )

    assert [by_student[one].mark for one in ("ada", "bob")] == [80, 90]


def test_what_was_decided_before_the_team_was_on_the_roster_is_each_members():
    by_student, marks = marks_in(
        team_course(),
        attempt(80, student="red_12"),
        overrides=[override(50, student="red_12")],
    )

    assert [by_student[one].mark for one in ("ada", "bob")] == [50, 50]
    assert set(marks.totals) == {"ada", "bob"}


def test_nobody_gets_a_0_for_a_teams_file_that_cant_be_graded():
    by_student, marks = marks_in(team_course(), ungraded={("Red", "one")})

    assert by_student == {}
    assert set(marks.totals) == {"ada", "bob"}


def test_a_file_that_a_team_handed_in_under_two_names_is_one_hand_in():
    by_student, marks = marks_in(
        team_course(), attempt(60, student="red_12"), attempt(70, student="Red")
    )

    assert by_student["ada"].why == ("handed in by a team: Red",)
    assert (by_student["ada"].mark, marks.shown["ada", "one"]) == (70, ("Red", "a"))


def test_who_leaves_the_team_has_no_mark_of_it_any_more():
    policy = course(due=None).model_copy(
        update={"roster": (RED[0], Enrolled(student="bob"))}
    )

    by_student, _ = marks_in(policy, attempt(70, student="Red"))

    assert by_student.keys() == {"ada"}


def test_where_nothing_counts_the_newest_hand_in_is_shown():
    policy = course(closes=DUE + HOUR).model_copy(update={"roster": RED})
    first, second = attempt(sha="a", after=DAY), attempt(sha="b", after=2 * DAY)

    _, marks = marks_in(policy, first, second)

    assert marks.shown == {("ada", "one"): ("ada", "b")}
