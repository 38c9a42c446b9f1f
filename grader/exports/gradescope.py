"""Gradescope's `results.json`: one submission's score, and what its checks say.

Every check may be seen at once: what a hidden check says to a student holds none of its
inputs, and if one check were hidden, Gradescope would hide the total. All texts are plain.

Source: gradescope/autograder_samples, `docs/specs.md`.
"""

import json
from collections import Counter
from typing import Any

from grader.domain.mark import Mark
from grader.domain.report import CheckResult, LabReport, Ungraded
from grader.domain.verdict import Outcome
from grader.exports.words import told
from grader.languages import ENGLISH, Language
from grader.reports.text import one_line
from grader.reports.words import number

FORMATS = {
    "output_format": "text",
    "test_output_format": "text",
    "test_name_format": "text",
}
VISIBLE = {"visibility": "visible", "stdout_visibility": "hidden"}


def results_json(
    report: LabReport, *, mark: Mark | None = None, language: Language = ENGLISH
) -> str:
    """Return the result of a graded submission.

    No seed and no note: what stands there, students see sooner or later.

    Args:
        report: How it was graded.
        mark: What counts, where that is not the score.
        language: Of what students read.
    """
    _ = language.text
    score = report.score if mark is None else mark.mark
    shown = _("{n} of {m} points").format(
        n=number(score, language), m=number(report.max_score, language)
    )
    faults = [
        f"{fault.where}: {language.told(fault.message)}" for fault in report.faults
    ]
    why = [language.told(sentence) for sentence in mark.why] if mark else []
    return _json(
        {
            "score": score,
            "execution_time": round(report.seconds, 1),
            "output": "\n".join(
                one_line(line, limit=1000)
                for line in (
                    f"{language.told(report.lab_title)}: {shown}",
                    *why,
                    *faults,
                )
            ),
            **FORMATS,
            **VISIBLE,
            "tests": _tests(report, language),
            "extra_data": {
                "lab": report.lab,
                "lab_version": report.lab_version,
                "sha256": report.submission.sha256,
                "isolation": report.environment.isolation,
            },
        }
    )


def refused_json(problem: Ungraded, *, language: Language = ENGLISH) -> str:
    """Return the result of a file that can't be graded: 0, and what to do about it.

    It is for what the student can mend by handing in again. What failed on our side is no
    result at all.
    """
    _ = language.text
    lines = (
        _("Nothing was graded."),
        f"{problem.where}: {language.told(problem.message)}",
        _("Mend it and hand in again."),
    )
    output = "\n".join(one_line(line, limit=1000) for line in lines)
    return _json({"score": 0, "output": output, **FORMATS, **VISIBLE, "tests": []})


def _tests(report: LabReport, language: Language) -> list[dict[str, Any]]:
    nth: Counter[str] = Counter()
    tests = []
    for check in report.checks:
        nth[check.task] += 1
        tests.append(_test(check, f"{check.task}.{nth[check.task]}", language))
    return tests


def _test(check: CheckResult, place: str, language: Language) -> dict[str, Any]:
    mistake = check.diagnosis.mistake if check.diagnosis else None
    return {
        "number": place,
        "name": one_line(language.told(check.title)),
        "status": "passed" if check.outcome is Outcome.PASSED else "failed",
        "score": check.earned,
        "max_score": check.points,
        "output": told(check, language=language),
        "visibility": "visible",
        "extra_data": {
            "check": check.id,
            "outcome": check.outcome.value,
            "mistake": mistake,
        },
    }


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
