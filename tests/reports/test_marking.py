"""Marks in reports: shown where they say more than the score, and no more than they may."""

import csv
import io
from datetime import timedelta

import pytest

from grader.domain.marks import Attempt, CheckScore, Override, marks_of
from grader.domain.moments import span
from grader.domain.policy import (
    Enrolled,
    Excuse,
    Extension,
    LabPolicy,
    LateRule,
    Policy,
)
from grader.domain.report import ClassReport, Ungraded
from grader.reports.dashboard import dashboard_html
from grader.reports.student import student_html, student_markdown
from grader.reports.tables import grades_csv

DAY = timedelta(days=1)
EVIL = "<script>alert(1)</script> [x](javascript:1) =1+1"


@pytest.fixture
def scored(report, check):
    """Return a function that makes a report with a score and one hidden check."""

    def make(student, lab, score):
        return report(student, lab, score=score, checks=(check(),))

    return make


@pytest.fixture
def graded(scored):
    """Two labs: Ada has both and one of them late, Bob one, Eve is on no list."""
    return (
        scored("Ada", "one", 90.0),
        scored("Ada", "two", 60.0),
        scored("Bob", "one", 40.0),
        scored("Eve", "two", 70.0),
    )


@pytest.fixture
def policy(graded):
    received = graded[0].submission.received_at
    return Policy(
        stated=True,
        timezone="Europe/Moscow",
        labs=(
            LabPolicy(
                lab="one",
                due=received - DAY,
                closes=received + 9 * DAY,
                late=LateRule(percent=10, at_most=50),
                grace_minutes=10,
            ),
            LabPolicy(lab="two", due=received + DAY, weight=3),
        ),
        roster=(
            Enrolled(student="Ada", name="Ada Lovelace", id="7"),
            Enrolled(student="Bob"),
            Enrolled(student="Zoë"),
        ),
        extensions=(Extension(student="Bob", days=2, reason="PRIVATE"),),
        excused=(Excuse(student="Bob", lab="two", reason="PRIVATE"),),
    )


def marked(policy, reports, overrides=(), **options):
    attempts = [
        Attempt(
            student=one.student,
            lab=one.lab,
            sha256=one.submission.sha256,
            received_at=one.submission.received_at,
            graded_at=one.graded_at,
            score=one.score,
            max_score=one.max_score,
            checks=(CheckScore(id="c", points=10, earned=0),),
        )
        for one in reports
    ]
    now = reports[0].graded_at + 30 * DAY
    return marks_of(policy, attempts, overrides, now=now, **options)


def decided(points, reports, student="Ada", lab="one", **changes):
    fields = {
        "student": student,
        "lab": lab,
        "points": points,
        "author": "Professor Hidden",
        "reason": "a slip in the handout",
        "at": reports[0].graded_at,
    }
    return Override.model_validate(fields | changes)


def a_class(reports, ungraded=()):
    return ClassReport(
        title="c", created_at=reports[0].graded_at, reports=reports, ungraded=ungraded
    )


def rows(text):
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def row_of(page, student):
    """Return the cells of a student's line in the dashboard's table."""
    book = page.split('<table id="book"')[1].split("</table>")[0]
    (line,) = (row for row in book.split("<tr") if f"<bdi>{student}</bdi>" in row)
    return line


def test_a_page_shows_the_mark_and_how_it_came_about(parse, policy, graded):
    page = parse(student_html(graded[0], marks=marked(policy, graded)))

    # a day late, of which ten minutes are grace: one day was begun
    assert "80 of 100 points is your mark" in page.text
    assert "The checks gave 90 of 100 points." in page.text
    assert "1 day late" in page.text
    assert "−10 % of the maximum (1 day begun), 10 points" in page.text
    assert page.faults() == []


def test_markdown_says_the_same(policy, graded):
    text = student_markdown(graded[0], marks=marked(policy, graded))

    assert "**Mark: 80 of 100 points**" in text
    assert "1 day late" in text
    assert "**Score: 90 of 100 points**" in text


def test_a_page_whose_score_is_the_mark_stays_as_it_is(policy, graded):
    marks = marked(policy, graded)

    assert student_html(graded[1], marks=marks) == student_html(graded[1])
    assert student_markdown(graded[1], marks=marks) == student_markdown(graded[1])


def test_a_student_reads_the_reason_and_not_who_decided(policy, graded):
    marks = marked(policy, graded, [decided(95, graded)])

    page = student_html(graded[0], marks=marks)

    assert "set to 95 by a teacher: a slip in the handout" in page
    assert "Hidden" not in page
    assert "Hidden" not in student_markdown(graded[0], marks=marks)


def test_the_reasons_of_extensions_and_excuses_stand_in_no_report(policy, graded):
    marks = marked(policy, graded)
    run = a_class(graded)

    texts = [
        *(student_html(one, marks=marks) for one in graded),
        *(student_markdown(one, marks=marks) for one in graded),
        dashboard_html(run, hrefs={}, marks=marks),
        grades_csv(run, marks=marks),
    ]

    assert not any("PRIVATE" in text for text in texts)


def test_a_page_about_another_hand_in_says_so(scored, policy, graded):
    other = scored("Ada", "two", 10.0).model_copy(
        update={
            "submission": graded[1].submission.model_copy(update={"sha256": "0" * 64})
        }
    )

    page = student_html(other, marks=marked(policy, graded))

    assert "another hand-in counts than the one of this report" in page


def test_links_to_other_labs_show_marks(parse, policy, graded):
    page = student_html(graded[1], siblings=graded[:1], marks=marked(policy, graded))

    assert "80 / 100" in parse(page).text


def test_the_table_has_marks_totals_and_everybody_on_the_roster(policy, graded):
    marks = marked(policy, graded, [decided(95, graded)])

    found = {
        row["student"]: row for row in rows(grades_csv(a_class(graded), marks=marks))
    }

    assert list(found) == ["Ada", "Bob", "Eve", "Zoë"]
    # 95 once and 60 three times, by 4
    assert found["Ada"] == {
        "student": "Ada",
        "name": "Ada Lovelace",
        "id": "7",
        "one": "95",
        "two": "60",
        "total": "68.75",
        "max": "100",
        "enrolled": "yes",
        "late": "one",
        "missing": "",
        "excused": "",
        "dropped": "",
        "overridden": "one",
        "ungraded": "",
    }
    assert (found["Bob"]["total"], found["Bob"]["excused"]) == ("40", "two")
    assert (found["Eve"]["enrolled"], found["Eve"]["total"]) == ("no", "52.5")
    assert (found["Zoë"]["one"], found["Zoë"]["total"]) == ("0", "0")
    assert found["Zoë"]["missing"] == "one, two"


def test_without_a_policy_the_columns_are_those_of_scores(graded):
    run = a_class(graded)
    plain = marked(Policy(), graded)

    assert grades_csv(run, marks=plain) == grades_csv(run)


def test_without_a_policy_a_decision_is_in_the_table_and_the_sum(graded):
    marks = marked(Policy(), graded, [decided(95, graded)])

    ada = rows(grades_csv(a_class(graded), marks=marks))[0]

    assert (ada["one"], ada["total"], ada["max"]) == ("95", "155", "200")


def test_what_could_not_be_graded_has_an_empty_cell(policy, graded):
    lost = Ungraded(
        student="Zoë", lab="one", whose="infrastructure", where="z", message="disk full"
    )
    marks = marked(policy, graded, ungraded={("Zoë", "one")})

    zoe = rows(grades_csv(a_class(graded, (lost,)), marks=marks))[-1]

    assert (zoe["one"], zoe["two"], zoe["ungraded"]) == (
        "",
        "0",
        "one (infrastructure)",
    )


def test_the_dashboard_shows_marks_and_why_they_are_not_the_scores(
    parse, policy, graded
):
    marks = marked(policy, graded, [decided(20, graded, student="Eve", lab="two")])

    html = dashboard_html(a_class(graded), hrefs={}, marks=marks)
    page = parse(html)

    assert page.faults() == []
    assert ">80<br>" in row_of(html, "Ada")
    assert "late −10" in row_of(html, "Ada")
    assert "excused" in row_of(html, "Bob")
    assert ">20<br>" in row_of(html, "Eve")
    assert "set" in row_of(html, "Eve")
    assert row_of(html, "Zoë").count("missing") == 2
    assert "Not on the roster, and marked all the same: Eve" in page.text
    assert "Professor Hidden" in page.text
    assert "23:47 Europe/Moscow" not in page.text
    assert "4 March 2026, 00:47 Europe/Moscow" in page.text
    assert "−10 % of the maximum per day after 10 min, at most 50 %" in page.text


def test_the_dashboard_says_what_was_dropped(parse, policy, graded):
    marks = marked(policy.model_copy(update={"drop_lowest": 1}), graded)

    html = dashboard_html(a_class(graded), hrefs={}, marks=marks)

    assert "the lowest lab is dropped" in parse(html).text
    assert row_of(html, "Ada").count("dropped") == 1


def test_students_who_need_a_look_are_flagged(policy, graded):
    undated = graded[1].model_copy(
        update={
            "submission": graded[1].submission.model_copy(update={"received_at": None})
        }
    )
    reports = (graded[0], undated, *graded[2:])

    html = dashboard_html(a_class(reports), hrefs={}, marks=marked(policy, reports))

    flagged = {
        name: "data-flagged" in row_of(html, name) for name in ("Ada", "Bob", "Eve")
    }
    assert flagged == {"Ada": True, "Bob": False, "Eve": True}
    assert "no time" in row_of(html, "Ada")


def test_without_a_policy_and_decisions_the_dashboard_says_nothing_of_marks(graded):
    html = dashboard_html(a_class(graded), hrefs={}, marks=marked(Policy(), graded))

    assert html == dashboard_html(a_class(graded), hrefs={})


def test_what_others_typed_stays_text(parse, scored, policy):
    reports = (scored(EVIL, "one", 90.0),)
    evil = decided(10, reports, student=EVIL, reason=EVIL, author=EVIL)
    check = decided(5, reports, student=EVIL, reason=EVIL, check=EVIL)
    marks = marked(policy, reports, [evil, check])

    page = parse(dashboard_html(a_class(reports), hrefs={}, marks=marks))
    own = parse(student_html(reports[0], marks=marks))
    table = grades_csv(a_class(reports), marks=marks)

    assert len(page.all("script")) == 1
    assert own.all("script") == []
    assert "<script>alert(1)</script>" in page.text
    assert "<script>alert(1)</script>" in own.text
    assert "<script" not in student_markdown(reports[0], marks=marks)
    assert "[x](javascript" not in student_markdown(reports[0], marks=marks)
    assert rows(table)[0]["student"].startswith("<script>")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "less than a minute"),
        (60, "1 minute"),
        (3_661, "1 hour 1 minute"),
        (86_400, "1 day"),
        (2 * 86_400 + 48 * 60 + 59, "2 days 48 minutes"),
        (3 * 86_400 + 2 * 3_600 + 60, "3 days 2 hours"),
    ],
)
def test_a_span_is_told_by_its_two_largest_units(seconds, words):
    assert span(seconds) == words
