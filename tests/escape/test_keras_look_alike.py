"""Keras starts threads, reads its settings and walks frames: honest code all the same."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.domain.lab import Limits
from grader.grading.run import grade
from grader.labs.course import Course
from grader.labs.loading import load_lab

HERE = Path(__file__).parent
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.slow
@pytest.mark.xdist_group("tensorflow")
def test_training_in_threads_has_full_marks_and_no_suspicion(
    keras_sandbox, submission_of
):
    code = (HERE / "keras" / "trains_in_threads.py").read_text(encoding="utf-8")
    loaded = load_lab(Course(HERE / "course"), "arena")
    # the arena's own limits are for code without TensorFlow
    roomy = replace(loaded, lab=loaded.lab.model_copy(update={"limits": Limits()}))

    report = grade(
        roomy,
        submission_of(code, lab="arena"),
        workplace=keras_sandbox,
        seed=3,
        clock=lambda: NOON,
    )

    lost = {check.id: check.feedback for check in report.checks if check.feedback}
    assert (report.score, lost, report.tampering) == (100, {}, ())
