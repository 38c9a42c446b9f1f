"""A small class: reports, marks, who the students are to platforms and to the roster."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.domain.identity import Identity
from grader.domain.mark import Mark
from grader.domain.policy import Enrolled
from grader.domain.report import (
    CheckResult,
    Environment,
    LabReport,
    SubmissionRecord,
    TaskLine,
)
from grader.domain.submission import SubmittedFile
from grader.domain.verdict import Diagnosis, Example, Outcome
from grader.exports.filling import Entries
from grader.exports.people import People
from grader.labs.course import Course

TINY = Path(__file__).parents[1] / "course"
AT = datetime(2026, 3, 5, 14, 7, tzinfo=UTC)


@pytest.fixture
def lab():
    """The lab of which marks are written; its title is `A tiny lab`."""
    return Course(TINY).lab("tiny")


@pytest.fixture
def entries():
    """Make what there is to write: points by student, and who is excused."""

    def make(points, *, excused=(), most=100):
        marks = {
            student: Mark(student=student, lab="tiny", mark=mark, max_score=most)
            for student, mark in points.items()
        }
        return Entries(marks, frozenset(excused))

    return make


@pytest.fixture
def people():
    """Make a class: students with a platform's ids, and the roster's lines."""

    def make(platform, ids, roster=()):
        known = {
            student: tuple(
                Identity(platform=platform, id=one)
                for one in ([given] if isinstance(given, str) else given)
            )
            for student, given in ids.items()
        }
        lines = [Enrolled.model_validate(line) for line in roster]
        students = [*known, *(line.student for line in lines)]
        return People(students, known, lines, platform=platform)

    return make


@pytest.fixture
def check():
    """Make a check's result; a passed one of 40 points if nothing else is said."""

    def make(name="doubles", outcome=Outcome.PASSED, **changes):
        points = changes.pop("points", 40)
        fields = {
            "id": name,
            "task": "T1",
            "title": f"{name} as it should.",
            "hidden": True,
            "points": points,
            "earned": points if outcome is Outcome.PASSED else 0,
            "outcome": outcome,
            "note": "HIDDEN INPUT 0.123",
            "seconds": 0.25,
        }
        return CheckResult.model_validate({**fields, **changes})

    return make


@pytest.fixture
def report(check):
    """Make a report: one check right, one wrong with a diagnosis, one that waited."""

    def make(student="ada", checks=None, **changes):
        if checks is None:
            checks = (
                check(),
                check(
                    "sums_up",
                    Outcome.FAILED,
                    task="T2",
                    points=50,
                    feedback="The sum is too small.",
                    diagnosis=Diagnosis(
                        mistake="first_left_out",
                        says="this is what you get without the first",
                        concept="range",
                    ),
                    example=Example(call="HIDDEN CALL", got="3", expected="6"),
                ),
                check("of_nothing", Outcome.SKIPPED, task="T2", points=10),
            )
        earned = sum(one.earned for one in checks)
        fields = {
            "lab": "tiny",
            "lab_title": "A tiny lab",
            "lab_version": "1.0+abc",
            "student": student,
            "score": earned,
            "max_score": 100,
            "seed": "271828182845",
            "submission": SubmissionRecord(
                sha256="ab" * 32,
                files=(SubmittedFile(name="tiny.py", size=9, sha256="ab" * 32),),
                received_at=AT,
            ),
            "environment": Environment(python="3.11", numpy="2", isolation="landlock"),
            "tasks": (
                TaskLine(id="T1", title="Double", points=40),
                TaskLine(id="T2", title="Total", points=60),
            ),
            "checks": tuple(checks),
            "graded_at": AT,
            "seconds": 1.5,
            "cpu_seconds": 1,
        }
        return LabReport.model_validate({**fields, **changes})

    return make
