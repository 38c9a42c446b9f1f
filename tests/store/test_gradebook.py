"""The gradebook, on SQLite and on PostgreSQL."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from grader.domain.gradebook import GradingKey
from grader.domain.identity import Identity
from grader.domain.mark import Mark, Override, Shown
from grader.domain.report import (
    CheckResult,
    Environment,
    LabReport,
    SubmissionRecord,
    TaskLine,
    Ungraded,
)
from grader.domain.submission import Fault, HandIn
from grader.domain.verdict import Diagnosis, Example, Outcome, Picture
from grader.errors import InfrastructureError
from grader.store import schema
from grader.store.gradebook import Gradebook

NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)
# a name in several scripts, and what databases stumble over
STUDENT = "Анна O'Neil %s \\ 佐藤"


def hand_in(code="x = 1", *, student=STUDENT, lab="tiny", received_at=NOON):
    content = code.encode()
    return HandIn(
        student=student,
        lab=lab,
        name="tiny.py",
        place=f"class/{student}/tiny.py",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        received_at=received_at,
        faults=(Fault(where="tiny.py", message="a note"),),
    )


def key(**changes):
    fields = {"lab_sha256": "a" * 64, "grader_version": "1", "seed": "7", "round": 0}
    return GradingKey(**{**fields, **changes})


def report(of, *, earned=30.0, graded_at=NOON):
    checks = (
        CheckResult(
            id="doubles",
            task="T1",
            title="double doubles",
            hidden=True,
            points=60,
            earned=earned,
            outcome=Outcome.FAILED,
            feedback="it triples \x00",
            diagnosis=Diagnosis(mistake="triples", says="this is 3x"),
            note="at x = 2",
            example=Example(call="double(2)", got="6", expected="4"),
            pictures=(
                Picture(title="first", alt="a line", png=b"\x89PNG\x00"),
                Picture(title="second", alt="", png=b""),
            ),
            seconds=0.25,
        ),
        CheckResult(
            id="sums",
            task="T2",
            title="total sums",
            hidden=True,
            points=40,
            earned=40,
            outcome=Outcome.PASSED,
            pictures=(Picture(title="third", alt="", png=b"3"),),
            seconds=0.5,
        ),
    )
    return LabReport(
        lab=of.lab,
        lab_title="Tiny",
        lab_version="3",
        student=of.student,
        score=earned + 40,
        max_score=100,
        seed="7",
        submission=SubmissionRecord(sha256=of.sha256, files=(), received_at=NOON),
        environment=Environment(python="3.11", numpy="2", isolation="strict"),
        tasks=(TaskLine(id="T1", title="double", points=60),),
        checks=checks,
        graded_at=graded_at,
        seconds=1.5,
        cpu_seconds=1.25,
    )


def rows(book, table):
    with book._database.reading() as db:
        return db.execute(select(func.count()).select_from(table)).scalar()


def graded(book, one, **changes):
    (number,) = book.receive([one], at=NOON)
    assert book.record(number, key(), report(one, **changes))
    return number


def test_a_hand_in_comes_back_as_it_was(book):
    one = hand_in("print('é')\n")

    (number,) = book.receive([one], at=NOON)

    assert book.hand_in(number) == one


def test_the_same_file_again_is_no_new_hand_in(book):
    later = hand_in(received_at=NOON + timedelta(days=3))

    first = book.receive([hand_in()], at=NOON)
    again = book.receive([later], at=NOON + timedelta(days=3))

    assert first == again
    assert rows(book, schema.receipt) == 1
    assert book.hand_in(first[0]).received_at == NOON


def test_going_back_to_an_earlier_file_is_a_new_receipt(book):
    first, second = (
        hand_in("x = 1"),
        hand_in("x = 2", received_at=NOON + timedelta(days=1)),
    )
    back = hand_in("x = 1", received_at=NOON + timedelta(days=2))

    for one in (first, second, back):
        (number,) = book.receive([one], at=NOON)
        book.record(number, key(), report(one))

    attempts = [(one.sha256, one.received_at) for one in book.attempts()]
    assert attempts == [
        (first.sha256, NOON),
        (second.sha256, NOON + timedelta(days=1)),
        (first.sha256, NOON + timedelta(days=2)),
    ]


def test_two_students_with_one_file_have_two_hand_ins_of_one_content(book):
    numbers = book.receive([hand_in(student="ada"), hand_in(student="bob")], at=NOON)

    assert len(set(numbers)) == 2
    assert rows(book, schema.content) == 1


def test_a_report_comes_back_whole_with_its_pictures(book):
    one = hand_in()
    made = report(one)
    (number,) = book.receive([one], at=NOON)

    book.record(number, key(), made)

    assert book.report(STUDENT, "tiny", one.sha256) == made


def test_the_class_comes_without_pictures_examples_and_notes(book):
    one = hand_in()
    graded(book, one)

    (small,) = book.reports({(STUDENT, "tiny"): Shown(STUDENT, one.sha256)})

    assert small.score == 70
    assert [check.feedback for check in small.checks] == [
        check.feedback for check in report(one).checks
    ]
    for check in small.checks:
        assert (check.pictures, check.example, check.note) == ((), None, "")


def test_only_the_hand_in_that_counts_is_in_the_class(book):
    first, second = hand_in("x = 1"), hand_in("x = 2")
    graded(book, first)
    graded(book, second, earned=60.0)

    (shown,) = book.reports({(STUDENT, "tiny"): Shown(STUDENT, first.sha256)})

    assert shown.submission.sha256 == first.sha256


def test_a_teams_report_is_each_members_and_the_pictures_too(book):
    theirs, own = hand_in(student="Red"), hand_in(student="bob")
    graded(book, theirs)
    graded(book, own, earned=60.0)
    shown = Shown("Red", theirs.sha256)

    small = book.reports({("ada", "tiny"): shown, ("bob", "tiny"): shown})
    whole = book.report("ada", "tiny", theirs.sha256, by="Red")

    assert [(one.student, one.score) for one in small] == [("ada", 70), ("bob", 70)]
    assert whole == report(theirs).model_copy(update={"student": "ada"})


def test_what_happened_to_a_team_happened_to_its_members(book):
    graded(book, hand_in("x = 1", student="Red"))
    graded(book, hand_in("x = 2", student="ada"))
    graded(book, hand_in("x = 3", student="bob"))

    kinds = [one.kind for one in book.trail("ada", "tiny", teams={"Red"})]
    places = [
        one.text.split(" ")[0] for one in book.trail("ada", "tiny", teams={"Red"})
    ]

    assert kinds == ["received", "graded", "received", "graded"]
    assert places[::2] == ["class/Red/tiny.py", "class/ada/tiny.py"]


def test_a_grading_is_kept_once_for_its_key(book, url):
    one = hand_in()
    (number,) = book.receive([one], at=NOON)

    with Gradebook(url) as other:
        kept = (
            book.record(number, key(), report(one)),
            other.record(number, key(), report(one, earned=0.0)),
        )

    assert kept == (True, False)
    assert rows(book, schema.grading) == 1
    assert book.attempts()[0].score == 70


@pytest.mark.parametrize(
    "change",
    [{"lab_sha256": "b" * 64}, {"grader_version": "2"}, {"seed": "8"}, {"round": 1}],
    ids=lambda change: next(iter(change)),
)
def test_whatever_decides_a_grading_makes_it_another(book, change):
    one = hand_in()
    number = graded(book, one)

    assert book.record(number, key(**change), report(one, earned=60.0))

    (standing,) = book.standings({(STUDENT, "tiny")})
    assert standing.gradings == {key(), key(**change)}
    assert standing.current == key(**change)
    assert standing.score == 100


def test_a_report_that_fails_half_way_leaves_nothing(book, monkeypatch):
    one = hand_in()
    (number,) = book.receive([one], at=NOON)

    def fail(*_arguments, **_options):
        raise InfrastructureError("the disk is full")

    monkeypatch.setattr("grader.store.gradings.note", fail)
    with pytest.raises(InfrastructureError):
        book.record(number, key(), report(one))

    assert [rows(book, table) for table in (schema.grading, schema.verdict)] == [0, 0]
    assert book.standings({(STUDENT, "tiny")})[0].current is None


def test_an_earlier_grading_can_hold_again(book):
    one = hand_in()
    number = graded(book, one)
    book.record(number, key(lab_sha256="b" * 64), report(one, earned=0.0))

    book.restore(number, key(), at=NOON)

    assert book.attempts()[0].score == 70
    assert book.standings({(STUDENT, "tiny")})[0].current == key()


def test_asking_again_stays_until_it_is_graded(book, url):
    number = graded(book, hand_in())

    book.ask_again([number], at=NOON, actor="teacher")

    with Gradebook(url) as later:
        (standing,) = later.standings({(STUDENT, "tiny")})
    assert standing.round == 1
    assert key(round=1) not in standing.gradings


def test_standings_are_of_the_pairs_that_were_asked_for(book):
    for student in ("ada", "bob"):
        for lab in ("tiny", "other"):
            book.receive([hand_in(student=student, lab=lab)], at=NOON)

    found = book.standings({("ada", "tiny"), ("bob", "other")})

    assert [(one.student, one.lab) for one in found] == [
        ("ada", "tiny"),
        ("bob", "other"),
    ]


def test_what_could_not_be_graded_stays_until_the_next_try(book):
    problem = Ungraded(
        student=STUDENT,
        lab="tiny",
        whose="submission",
        where="tiny.py",
        message="is no Python",
    )
    (number,) = book.receive([hand_in()], at=NOON)

    book.record_ungraded(problem, at=NOON, unreadable=number)
    kept = book.ungraded()
    book.forget_ungraded([STUDENT])

    assert kept == (problem,)
    assert book.ungraded() == ()
    assert book.standings({(STUDENT, "tiny")})[0].unreadable == "is no Python"


def test_checks_are_listed_in_labs_where_an_override_needs_them(book):
    graded(book, hand_in(student="Red"))
    graded(book, hand_in(student="ada", lab="other"))
    book.add_override(override(student="ada", check="doubles", points=60))

    red, other = book.attempts()

    assert [(c.id, c.points, c.earned) for c in red.checks] == [
        ("doubles", 60, 30),
        ("sums", 40, 40),
    ]
    assert other.checks == ()


def override(**changes):
    fields = {
        "student": STUDENT,
        "lab": "tiny",
        "check": None,
        "points": 90.0,
        "author": "Prof. Ü",
        "reason": "a typo of ours",
        "at": NOON,
    }
    return Override(**{**fields, **changes})


def test_overrides_come_back_in_order_and_survive_a_new_grading(book):
    one = hand_in()
    number = graded(book, one)
    made = (override(), override(points=None, reason="no"), override(check="sums"))

    for each in made:
        book.add_override(each)
    book.record(number, key(round=1), report(one))

    assert book.overrides() == made


def mark(value):
    return Mark(
        student=STUDENT, lab="tiny", mark=value, max_score=100, why=("best of 2",)
    )


def test_a_mark_is_told_when_it_changes_and_only_then(book):
    told = [book.record_marks([mark(value)], at=NOON) for value in (70.0, 70.0, 85.5)]

    assert [[(c.before, c.after) for c in changes] for changes in told] == [
        [(None, 70.0)],
        [],
        [(70.0, 85.5)],
    ]


def test_a_mark_that_is_none_any_more_is_told_once(book):
    book.record_marks([mark(70.0)], at=NOON)

    told = [book.record_marks([], at=NOON) for _ in range(2)]

    assert [[(c.before, c.after) for c in changes] for changes in told] == [
        [(70.0, None)],
        [],
    ]
    assert book.trail(STUDENT, "tiny")[-1].text == "70 → no mark"


def test_the_title_is_the_last_that_was_given(book, url):
    assert book.title == ""
    for title in ("Nets", "Nets & more"):
        book.title = title

    with Gradebook(url) as again:
        assert again.title == "Nets & more"


def test_the_trail_says_why_a_mark_is_what_it_is(book):
    graded(book, hand_in())
    book.add_override(override())
    book.record_marks([mark(90.0)], at=NOON)

    trail = book.trail(STUDENT, "tiny")

    assert [event.kind for event in trail] == [
        "received",
        "graded",
        "overridden",
        "mark",
    ]
    received, done, overridden, marked = (event.text for event in trail)
    assert "2026-10-05 12:00:00 UTC" in received
    assert "70 of 100" in done
    assert "seed 7" in done
    assert "strict" in done
    assert overridden == "the mark set to 90: a typo of ours"
    assert trail[2].actor == "Prof. Ü"
    assert marked == "90 of 100: best of 2"
    assert all(event.at == NOON for event in trail)


def test_a_seed_stays_with_gradebook_student_and_lab(book, url):
    first = book.seed(lab="tiny", student="ada")

    with Gradebook(url) as again:
        assert again.seed(lab="tiny", student="ada") == first
    others = {
        book.seed(lab="tiny", student="bob"),
        book.seed(lab="other", student="ada"),
    }
    assert len({first, *others}) == 3
    assert 0 <= first < 2**128


def test_seeds_differ_between_gradebooks(tmp_path):
    seeds = set()
    for name in ("a", "b"):
        with Gradebook(f"sqlite:///{tmp_path}/{name}.sqlite") as book:
            seeds.add(book.seed(lab="tiny", student="ada"))

    assert len(seeds) == 2


@pytest.mark.parametrize("text", ["", "xyz", "00ff"], ids=["empty", "no-hex", "short"])
def test_a_damaged_key_is_no_key(book, text):
    book._setting("seed_key", otherwise=text)

    with pytest.raises(InfrastructureError, match="restore the gradebook"):
        book.seed(lab="tiny", student="ada")


def test_text_that_databases_refuse_is_kept_without_what_they_refuse(book):
    one = hand_in().model_copy(update={"place": "a\0b\ud800c"})

    (number,) = book.receive([one], at=NOON)

    assert book.hand_in(number).place == "ab?c"


def test_who_a_student_is_to_platforms_is_kept_and_added_to(book):
    canvas = Identity(platform="canvas", id="12", name="doejane")
    book.receive([hand_in().model_copy(update={"identity": canvas})], at=NOON)
    moodle = [Identity(platform="moodle", id=number) for number in ("51", "52")]
    more = canvas.model_copy(update={"name": "", "email": "j@uni"})
    book.identify({STUDENT: (*moodle, more), "ada": (canvas,)})

    assert book.identities() == {
        STUDENT: (canvas.model_copy(update={"email": "j@uni"}), *moodle),
        "ada": (canvas,),
    }


def test_a_late_mark_of_a_platform_stays_with_the_receipt(book):
    late = hand_in(received_at=None).model_copy(update={"marked_late": True})

    number = graded(book, late)

    assert book.hand_in(number) == late
    (attempt,) = book.attempts()
    assert (attempt.marked_late, attempt.received_at) == (True, None)
    assert "marked late by the platform" in book.trail(STUDENT, "tiny")[0].text


def test_what_a_platform_tells_later_is_added_to_what_nobody_knew(book):
    known = Identity(platform="classroom", id="ada")
    graded(book, hand_in(received_at=None))
    told = hand_in().model_copy(update={"identity": known, "marked_late": True})

    # a copied file's own time is no evidence
    book.receive([hand_in(received_at=NOON + timedelta(days=9))], at=NOON)
    book.receive([told], at=NOON)
    book.receive([told.model_copy(update={"received_at": None})], at=NOON)

    (attempt,) = book.attempts()
    assert (attempt.received_at, attempt.marked_late) == (NOON, True)
    assert len(book.trail(STUDENT, "tiny")) == 3


def test_hand_ins_are_found_by_the_code_of_their_receipt(book):
    first = hand_in().model_copy(update={"code": "7QX4M", "submitted_at": NOON})
    again = first.model_copy(update={"code": "9K2D9"})
    other = hand_in(student="ada").model_copy(update={"code": "7QX4M"})

    for one in (first, again, again, other):
        book.receive([one], at=NOON + timedelta(hours=1))

    mine, hers = book.receipts("7QX4M")
    assert (mine.student, mine.lab, mine.sha256) == (STUDENT, "tiny", first.sha256)
    assert (mine.submitted_at, mine.received_at) == (NOON, NOON)
    assert mine.recorded_at == NOON + timedelta(hours=1)
    assert hers.student == "ada"
    # the same file packed again is no new hand-in, and its receipt is known all the same
    assert [one.sha256 for one in book.receipts("9K2D9")] == [first.sha256]
    assert book.receipts("00000") == ()
    assert rows(book, schema.receipt) == 2
