"""What a bench makes of a worker that was killed."""

import os
import signal
from pathlib import Path

import pytest

from grader.errors import InfrastructureError
from grader.executors.bench import Bench, Job, Setup
from grader.intake import Found, read
from grader.sandbox.conversation import Conversation

TINY = Path(__file__).parents[1] / "course"
RIGHT = (TINY / "reference/tiny/tiny.py").read_text()


@pytest.fixture
def graded(confined, tmp_path):
    """Grade a text as the tiny lab."""
    assert confined is not None

    def grade(code, **changes):
        path = tmp_path / "tiny.py"
        path.write_text(code)
        found = Found(student="ada", lab="tiny", path=path)
        job = Job("ada", "tiny", "tiny.py", lambda: read(found), seed=1, **changes)
        with Bench(Setup(TINY, "landlock")) as bench:
            return bench.grade(job)

    return grade


def test_a_worker_that_somebody_else_kills_costs_no_points(graded, monkeypatch):
    ask, asked, killed = Conversation.ask, [], []

    def ask_and_kill(conversation, child, message, watch):
        asked.append(message["op"])
        # the third question of all never reaches the worker alive
        if len(asked) == 3:
            killed.append(child._pid)
            os.kill(child._pid, signal.SIGKILL)
        return ask(conversation, child, message, watch)

    monkeypatch.setattr(Conversation, "ask", ask_and_kill)

    assert graded(RIGHT).score == 100
    assert len(killed) == 1


def test_a_submission_that_kills_itself_every_time_is_believed(graded):
    code = RIGHT.replace(
        "def total(x):", "def total(x):\n    import os\n    os.kill(os.getpid(), 9)"
    )

    report = graded(code)

    total = next(check for check in report.checks if check.id == "total_adds_up")
    assert (report.score, total.outcome) == (40, "raised")
    assert "SIGKILL" in total.feedback


@pytest.mark.parametrize(
    "failure",
    # the second is what an answer that was cut in two looks like
    [InfrastructureError("a worker can't be ended"), KeyError("status")],
    ids=["infrastructure", "ours"],
)
def test_who_stops_a_grading_is_heard_though_its_worker_can_not_be_ended(
    graded, monkeypatch, failure
):
    from grader.executors import bench

    begun = []

    def be_stopped_and_fail(*_arguments, **_options):
        begun.append(1)
        try:
            raise KeyboardInterrupt
        finally:
            raise failure

    monkeypatch.setattr(bench, "grade", be_stopped_and_fail)

    with pytest.raises(KeyboardInterrupt):
        graded(RIGHT)
    assert len(begun) == 1
