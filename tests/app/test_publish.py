"""Pages are written in one language, and anew in another."""

from datetime import UTC, datetime, timedelta
from unittest.mock import create_autospec

import pytest

from grader.app.publish import Publisher
from grader.domain.mark import Attempt
from grader.domain.policy import Enrolled, Policy
from grader.domain.report import Environment, LabReport, SubmissionRecord
from grader.languages import ENGLISH, Language
from grader.store.folder import ResultsFolder
from grader.store.gradebook import Gradebook


@pytest.fixture
def report():
    return LabReport(
        lab="tiny",
        lab_title="Tiny",
        lab_version="1",
        student="ada",
        score=0,
        max_score=0,
        seed="1",
        submission=SubmissionRecord(sha256="0" * 64, files=()),
        environment=Environment(python="3.11", numpy="2", isolation="landlock"),
        tasks=(),
        checks=(),
        graded_at=datetime(2026, 3, 5, 12, 0, tzinfo=UTC),
        seconds=0,
        cpu_seconds=0,
    )


@pytest.fixture
def publisher(tmp_path):
    def publisher(language):
        folder = ResultsFolder(tmp_path)
        return Publisher(folder, None, Policy(), language=language)

    return publisher


def test_a_page_is_in_the_language_and_the_json_is_not(publisher, report, tmp_path):
    publisher(Language("ru")).publish(report)

    assert '<html lang="ru">' in (tmp_path / "ada" / "tiny.html").read_text("utf-8")
    kept = (tmp_path / "ada" / "tiny.json").read_text("utf-8")
    assert LabReport.model_validate_json(kept) == report


def test_a_teams_page_is_written_at_once_for_each_member(report, tmp_path):
    roster = tuple(Enrolled(student=name, teams=("Red",)) for name in ("ada", "bob"))
    publisher = Publisher(ResultsFolder(tmp_path), None, Policy(roster=roster))

    publisher.publish(report.model_copy(update={"student": "Red"}))

    assert sorted(path.name for path in tmp_path.iterdir()) == ["ada", "bob"]
    kept = (tmp_path / "bob" / "tiny.json").read_text("utf-8")
    assert LabReport.model_validate_json(kept).student == "bob"


def test_in_another_language_nothing_is_published_yet(publisher, report):
    english, russian = publisher(ENGLISH), publisher(Language("ru"))
    english.publish(report)
    russian._states = english._states

    assert english._is_published(report, (), None)
    assert not russian._is_published(report, (), None)


def test_with_a_better_translation_nothing_is_published_yet(publisher, report):
    before, after = publisher(Language("ru", "1")), publisher(Language("ru", "2"))
    before.publish(report)
    after._states = before._states

    assert before._is_published(report, (), None)
    assert not after._is_published(report, (), None)


@pytest.fixture
def book(report):
    """A gradebook with two hand-ins of a student, six minutes apart."""
    came = report.graded_at
    attempts = tuple(
        Attempt(
            student="ada",
            lab="tiny",
            sha256=letter * 64,
            received_at=came + timedelta(minutes=minutes),
            graded_at=came,
            score=score,
            max_score=100,
        )
        for letter, minutes, score in (("1", 0, 10), ("0", 6, 100))
    )
    whole = report.model_copy(update={"score": 100, "max_score": 100})
    answers = {
        "attempts": attempts,
        "ungraded": (),
        "overrides": (),
        "record_marks": (),
        "reports": (whole,),
        "report": whole,
    }
    named = {f"{name}.return_value": value for name, value in answers.items()}
    gradebook = create_autospec(Gradebook, instance=True)
    gradebook.configure_mock(**named)
    return gradebook


def test_a_jump_between_hand_ins_is_on_the_dashboard_and_not_on_the_student_s_page(
    book, report, tmp_path
):
    publisher = Publisher(ResultsFolder(tmp_path), book, Policy())

    publisher.publish_all("a class", labs=("tiny",), at=report.graded_at)

    says = "10 % of the points, and 100 % in a hand-in 6 min later"
    assert says in (tmp_path / "index.html").read_text("utf-8")
    for page in ("tiny.html", "tiny.md", "tiny.json"):
        assert "6 min" not in (tmp_path / "ada" / page).read_text("utf-8")
