"""A team's hand-in, from a platform's download to each member's line in its gradebook."""

import shutil
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader.app.due import take_all_in
from grader.app.export import Export
from grader.app.override import override
from grader.app.report import report as publish
from grader.app.why import why
from grader.domain.gradebook import GradingKey
from grader.domain.mark import Mark, Override
from grader.domain.report import (
    CheckResult,
    Environment,
    LabReport,
    SubmissionRecord,
    TaskLine,
    Ungraded,
)
from grader.domain.verdict import Outcome
from grader.errors import LabError
from grader.intake import collect
from grader.labs.course import Course
from grader.labs.policy import read_policy
from grader.store.folder import ResultsFolder
from grader.store.gradebook import Gradebook

TINY = Path(__file__).parents[1] / "course"
AT = datetime(2026, 3, 5, 14, 7, tzinfo=UTC)
ROSTER = (
    "student,name,id,team\nann,Ann Lee,12,Red\nbob,Bob Ray,13,Red\ncid,Cid Fox,14,\n"
)
CANVAS = {
    "red_12_900001_tiny.py": "red",
    "cidfox_14_900002_tiny.py": "cid",
}
MOODLE = {
    "Red_7_assignsubmission_file/tiny.py": "red",
    "Cid Fox_9_assignsubmission_file/tiny.py": "cid",
}


@pytest.fixture
def course(tmp_path):
    root = tmp_path / "course"
    shutil.copytree(TINY, root)
    (root / "course.toml").write_text('roster = "roster.csv"\n')
    (root / "roster.csv").write_text(ROSTER)
    return Course(root)


@pytest.fixture
def book(tmp_path):
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.sqlite") as book:
        yield book


def made_up(student, sha256, points):
    check = CheckResult(
        id="doubles",
        task="T1",
        title="double doubles",
        hidden=True,
        points=100,
        earned=points,
        outcome=Outcome.PARTIAL,
        seconds=0,
    )
    return LabReport(
        lab="tiny",
        lab_title="A tiny lab",
        lab_version="1",
        student=student,
        score=points,
        max_score=100,
        seed="7",
        submission=SubmissionRecord(sha256=sha256, files=()),
        environment=Environment(python="3.11", numpy="2", isolation="landlock"),
        tasks=(TaskLine(id="T1", title="double", points=100),),
        checks=(check,),
        graded_at=AT,
        seconds=0,
        cpu_seconds=0,
    )


@pytest.fixture
def graded(course, book, tmp_path):
    """Return a function that takes a download in, and gives each hand-in points."""

    def grade(members, points):
        archive, into = tmp_path / "download.zip", tmp_path / "into"
        into.mkdir(exist_ok=True)
        with zipfile.ZipFile(archive, "w") as opened:
            for name, content in members.items():
                opened.writestr(name, content)
        collected = collect(
            [archive],
            labs=["tiny"],
            lab=None,
            into=into,
            roster=read_policy(course).roster,
        )
        book.identify(collected.identities)
        take_all_in(book, collected.found, at=AT)
        pairs = {(one.student, one.lab) for one in collected.found}
        for one in book.standings(pairs):
            key = GradingKey(lab_sha256="a", grader_version="1", seed="7", round=0)
            scored = points[one.student]
            book.record(one.id, key, made_up(one.student, one.sha256, scored))

    return grade


def marks_of(course, book):
    entries = Export(course, book, at=AT)._entries(course.lab("tiny"))
    return {student: one.mark for student, one in entries.marks.items()}


def test_each_member_has_the_mark_in_canvass_gradebook(course, book, graded):
    graded(CANVAS, {"Red": 60, "cid": 80})
    theirs = (
        "Student,ID,SIS Login ID,Section,A tiny lab (7)\r\n"
        "    Points Possible,,,,100\r\n"
        '"Lee, Ann",12,al,A,\r\n"Ray, Bob",13,br,A,\r\n"Fox, Cid",14,cf,A,\r\n'
    )

    filled = Export(course, book, at=AT).canvas(
        theirs.encode(), name="g.csv", lab=course.lab("tiny"), column=None
    )

    lines = filled.content.decode().splitlines()
    assert [line.rpartition(",")[2] for line in lines[2:]] == [
        "60.00",
        "60.00",
        "80.00",
    ]


def test_each_member_has_the_mark_in_moodles_worksheet(course, book, graded):
    graded(MOODLE, {"Red": 60, "cid": 80})
    theirs = (
        "Identifier,Full name,Grade,Maximum Grade,Last modified (grade)\r\n"
        "Participant 901,Ann Lee,,100.00,-\r\nParticipant 902,Bob Ray,,100.00,-\r\n"
        "Participant 9,Cid Fox,,100.00,-\r\n"
    )

    filled = Export(course, book, at=AT).moodle(
        theirs.encode(),
        name="w.csv",
        lab=course.lab("tiny"),
        column=None,
        comments=False,
    )

    lines = filled.content.decode().splitlines()
    assert [line.split(",")[2] for line in lines[1:]] == ["60.00", "60.00", "80.00"]


def test_each_member_has_the_report_and_the_table_says_whose_team(
    course, book, graded, tmp_path
):
    graded(CANVAS, {"Red": 60, "cid": 80})

    done = publish(course, book, ResultsFolder(tmp_path / "out"), at=AT)

    assert [one.student for one in done.report.reports] == ["ann", "bob", "cid"]
    page = (tmp_path / "out/bob/tiny.md").read_text()
    assert "**Student:** bob" in page
    assert "handed in by a team: Red" in page
    assert not (tmp_path / "out/Red").exists()
    grades = (tmp_path / "out/grades.csv").read_text("utf-8-sig").splitlines()
    assert grades[0].startswith('"student","name","team","id","tiny"')
    assert grades[2].startswith('"bob","Bob Ray","Red","13",60')


def test_the_roster_moves_marks_without_a_new_grading(course, book, graded):
    (course.root / "roster.csv").write_text("student,id\nann,12\nbob,13\ncid,14\n")
    graded({"red_99_900001_tiny.py": "red"}, {"red_99": 60})
    before = marks_of(course, book)

    (course.root / "roster.csv").write_text(ROSTER)

    assert before == {"red_99": 60}
    assert marks_of(course, book) == {"ann": 60, "bob": 60}


def test_why_tells_what_the_team_did(course, book, graded):
    graded(CANVAS, {"Red": 60, "cid": 80})
    # as long as no roster said that it is a team
    book.record_marks([Mark(student="Red", lab="tiny", mark=60, max_score=100)], at=AT)

    told = why(course, book, "bob", "tiny", at=AT)

    assert told.mark.why == ("handed in by a team: Red",)
    assert told.grading.seed == "7"
    assert [one.kind for one in told.trail] == ["received", "graded"]
    assert "red_12_900001_tiny.py" in told.trail[0].text


def test_a_decision_about_a_check_is_one_members(course, book, graded, tmp_path):
    graded(CANVAS, {"Red": 60, "cid": 80})
    decision = Override(
        student="bob",
        lab="tiny",
        check="doubles",
        points=100,
        author="T",
        reason="a slip",
        at=AT + timedelta(hours=1),
    )

    override(course, book, ResultsFolder(tmp_path / "out"), decision)

    assert marks_of(course, book) == {"ann": 60, "bob": 100, "cid": 80}


def test_asked_about_a_team_the_members_are_named(course, book, graded):
    graded(CANVAS, {"Red": 60, "cid": 80})

    with pytest.raises(
        LabError, match="Red is a team: name one of its members, ann, b"
    ):
        why(course, book, "red", "tiny", at=AT)


def test_what_a_team_handed_in_and_is_not_graded_is_told_of_each_member(
    course, book, tmp_path
):
    broken = Ungraded(
        student="Red",
        lab="tiny",
        whose="submission",
        where="x.zip",
        message="is broken",
    )
    book.record_ungraded(broken, at=AT)

    done = publish(course, book, ResultsFolder(tmp_path / "out"), at=AT)

    assert [one.student for one in done.report.ungraded] == ["ann", "bob"]
    assert "testcase" in (text := Export(course, book, at=AT).junit("tiny"))
    assert [name in text for name in ("ann", "bob", "Red")] == [True, True, False]
