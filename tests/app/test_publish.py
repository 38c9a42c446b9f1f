"""Pages are written in one language, and anew in another."""

from datetime import UTC, datetime

import pytest

from grader.app.publish import Publisher
from grader.domain.policy import Policy
from grader.domain.report import Environment, LabReport, SubmissionRecord
from grader.languages import ENGLISH, Language
from grader.store.folder import ResultsFolder


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
