"""What is tried is reported to the teacher, and nothing that is tried counts afterwards."""

from datetime import UTC, datetime

import pytest

from grader.errors import InfrastructureError
from grader.grading.run import grade
from grader.labs.loading import load_lab
from grader.sandbox.session import Session

MOMENT = datetime(2026, 11, 22, tzinfo=UTC)
CODE = (
    "import gc\n"
    "import numpy as np\n\n\n"
    "def start(n):\n    return np.arange(float(n))\n\n\n"
    "def double(x):\n    gc.get_objects()\n    return x + x\n\n\n"
    "def total(x):\n    return np.sum(double(np.asarray(x)))\n"
)


@pytest.fixture
def loaded(tiny_course):
    return load_lab(tiny_course, "tiny")


@pytest.fixture
def opened(confined, monkeypatch):
    """Return a list that is filled with the sessions that a grading opens."""
    sessions = []
    original = confined.session

    def session(*args, **kwargs):
        sessions.append(original(*args, **kwargs))
        return sessions[-1]

    monkeypatch.setattr(confined, "session", session)
    return sessions


def graded(loaded, submission, workplace, *, clock=lambda: MOMENT, public_only=False):
    return grade(
        loaded,
        submission,
        workplace=workplace,
        seed=7,
        clock=clock,
        public_only=public_only,
    )


def test_what_looks_like_tampering_is_reported_and_moves_no_mark(
    loaded, confined, submission_of
):
    report = graded(loaded, submission_of(CODE), confined)

    assert [found.kind for found in report.tampering] == ["searches_memory"]
    assert report.score == 100


def test_a_student_who_checks_is_told_nothing(loaded, confined, submission_of):
    report = graded(loaded, submission_of(CODE), confined, public_only=True)

    assert report.tampering == ()


def test_what_the_references_worker_does_is_not_the_students(
    loaded, confined, submission_of, opened
):
    # double is wrong, so the reference is lent to total; it does what is noticed
    wrong = CODE.replace("x + x", "x * 3").replace("    gc.get_objects()\n", "")
    noisy = loaded.solution.replace(
        "# solution T1", "import gc; gc.get_objects()\n    # solution T1", 1
    )

    report = graded(
        loaded.__class__(**{**vars(loaded), "solution": noisy}),
        submission_of(wrong),
        confined,
    )

    assert len(opened) == 2
    assert [t.kind for t in opened[1].tampering] == ["searches_memory"]
    assert report.tampering == ()


def test_every_worker_is_ended_before_there_is_a_report(
    loaded, confined, submission_of, opened
):
    seen = []

    def clock():
        # asked for when the report is made
        seen.extend(session._child for session in opened)
        return MOMENT

    graded(loaded, submission_of(CODE.replace("x + x", "x * 3")), confined, clock=clock)

    assert seen == [None, None]


def test_a_worker_that_can_not_be_ended_leaves_no_report(
    loaded, confined, submission_of, monkeypatch
):
    close = Session.close

    def refuse(self):
        close(self)
        raise InfrastructureError("the worker lives on")

    monkeypatch.setattr(Session, "close", refuse)

    with pytest.raises(InfrastructureError, match="lives on"):
        graded(loaded, submission_of(CODE), confined)
