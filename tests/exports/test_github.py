"""GitHub Classroom: what its reporter computes from a step's output."""

import base64
import json

import pytest

from grader.domain.report import Ungraded
from grader.domain.verdict import Outcome
from grader.exports.github import reporter_json, step_output, step_summary


def reported(output):
    """Return points and log as autograding-grading-reporter makes them of an output."""
    name, _, encoded = output.strip().partition("=")
    assert name == "result"
    results = json.loads(base64.b64decode(encoded, validate=True))
    assert results["status"] in {"pass", "fail", "error"}
    log = []
    for test in results["tests"]:
        if test["status"] == "pass":
            log.append(f"✅ {test['name']}")
        else:
            log += [f"❌ {test['name']}", f"Error: {test['message']}"]
    total = sum(test["score"] for test in results["tests"])
    return results["status"], f"Points {total}/{results['max_score']}", log


def test_github_classroom_reports_the_points_of_a_graded_hand_in(report):
    status, points, log = reported(step_output(reporter_json(report())))

    assert (status, points) == ("fail", "Points 40.0/100.0")
    assert log == [
        "✅ T1 doubles as it should.",
        "❌ T2 sums_up as it should.",
        (
            "Error: The sum is too small. This looks like: first left out: this is what "
            "you get without the first Look up: range"
        ),
        "❌ T2 of_nothing as it should.",
        "Error: not run",
    ]


def test_public_checks_are_worth_one_each(report, check):
    checks = [
        check(points=0, hidden=False),
        check("b", Outcome.FAILED, points=0, hidden=False),
    ]

    _, points, _ = reported(step_output(reporter_json(report(checks=checks))))

    assert points == "Points 1/2"


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        ([Outcome.PASSED, Outcome.PASSED], "pass"),
        ([Outcome.PASSED, Outcome.FAILED], "fail"),
        ([Outcome.FAILED, Outcome.TIMED_OUT], "error"),
        ([], "error"),
    ],
)
def test_the_worst_test_is_the_status(report, check, outcomes, status):
    checks = [check(f"c{i}", outcome) for i, outcome in enumerate(outcomes)]

    assert reporter_json(report(checks=checks))["status"] == status


def test_no_text_can_be_a_command_of_the_log(report, check):
    # the log of a workflow takes a line that begins with :: as a command
    command = "\n::add-mask::x\r\n::error::y"
    wrong = check("a", Outcome.RAISED, title=f"t{command}", feedback=f"f{command}")

    _, _, log = reported(step_output(reporter_json(report(checks=[wrong]))))

    lines = "\n".join(log).splitlines()
    assert len(lines) == 2
    assert not any(line.startswith("::") for line in lines)
    assert step_output(reporter_json(report(checks=[wrong]))).count("\n") == 1


def test_a_file_that_cant_be_read_is_an_error_with_the_reason():
    problem = Ungraded(
        student="you",
        lab="tiny",
        whose="submission",
        where="tiny.py",
        message="no *text*",
    )

    status, points, log = reported(step_output(reporter_json(problem)))

    assert (status, points) == ("error", "Points 0/1")
    assert log == ["❌ tiny.py", "Error: no *text*"]
    assert step_summary(problem) == (
        "## Nothing was graded.\n\ntiny.py: no \\*text\\*\n"
    )


def test_the_summary_is_markdown_in_which_nothing_of_a_student_is_markup(report, check):
    wrong = check("a", Outcome.RAISED, feedback="<img src=x> [a](http://b) @someone")

    text = step_summary(report(checks=[wrong]))

    assert text.startswith("# A tiny lab")
    assert "<img" not in text
    assert "[a](" not in text
    assert "@someone" not in text
    assert "HIDDEN INPUT" not in text
