"""GitHub Classroom: what its reporter reads of a step, and a summary for people.

The reporter is given a step's output `result`: JSON in base64. It prints names and messages
to a log in which a line that begins with `::` is a command, so both are one line.

Source: classroom-resources/autograding-python-grader and autograding-grading-reporter.
"""

import base64
import json
from typing import Any

from grader.domain.report import CheckResult, LabReport, Ungraded
from grader.domain.verdict import Outcome
from grader.exports.junit import ERRORS
from grader.exports.words import in_one_line
from grader.languages import ENGLISH, Language
from grader.reports.student import student_markdown
from grader.reports.text import markdown_text, one_line

# of the layout that the graders for Python write
VERSION = 3


def reporter_json(
    report: LabReport | Ungraded, *, language: Language = ENGLISH
) -> dict[str, Any]:
    """Return what the reporter reads.

    Public checks carry no points: then each is worth one, so that the number shows how far
    the work is. It is no mark.
    """
    if isinstance(report, Ungraded):
        message = one_line(language.told(report.message), limit=1000)
        test = _test(report.where, "error", score=0, message=message)
        return {"version": VERSION, "status": "error", "max_score": 1, "tests": [test]}
    most = sum(check.points for check in report.checks)
    tests = [
        _tested(report, check, has_points=most > 0, language=language)
        for check in report.checks
    ]
    statuses = {test["status"] for test in tests}
    worst = next((one for one in ("error", "fail") if one in statuses), "pass")
    return {
        "version": VERSION,
        # nothing checked is nothing passed
        "status": worst if tests else "error",
        "max_score": most or len(tests),
        "tests": tests,
    }


def step_output(result: dict[str, Any]) -> str:
    """Return the line for the file that `GITHUB_OUTPUT` names."""
    text = json.dumps(result, ensure_ascii=False, allow_nan=False)
    return f"result={base64.b64encode(text.encode()).decode()}\n"


def step_summary(report: LabReport | Ungraded, *, language: Language = ENGLISH) -> str:
    """Return the Markdown for the file that `GITHUB_STEP_SUMMARY` names."""
    if isinstance(report, Ungraded):
        where, message = report.where, language.told(report.message)
        heading = language.text("Nothing was graded.")
        return f"## {heading}\n\n{markdown_text(where)}: {markdown_text(message)}\n"
    return student_markdown(report, language=language)


def _tested(
    report: LabReport, check: CheckResult, *, has_points: bool, language: Language
) -> dict[str, Any]:
    passed = check.outcome is Outcome.PASSED
    files = report.submission.files
    return _test(
        f"{check.task} {language.told(check.title)}",
        "pass" if passed else "error" if check.outcome in ERRORS else "fail",
        score=check.earned if has_points else int(passed),
        message="" if passed else in_one_line(check, language=language),
        test_code=check.id,
        filename=one_line(files[0].name) if files else "",
        duration=round(check.seconds, 3),
    )


def _test(name: str, status: str, **fields: Any) -> dict[str, Any]:
    test = {"name": one_line(name), "status": status, "score": 0, "message": ""}
    nowhere = {"test_code": "", "filename": "", "line_no": 0, "duration": 0}
    return {**test, **nowhere, **fields}
