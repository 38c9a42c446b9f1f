"""JUnit XML: one suite for each report, one case for each check, for dashboards of CI.

JUnit knows no points: they stand in the suite's properties. What a check says to the
student is the failure's text; notes and seeds are not in it.

Source: pytest, `_pytest/junitxml.py` (the dialect that Jenkins, GitLab and GitHub read).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC
from xml.etree import ElementTree as ET

from grader.domain.report import CheckResult, LabReport, Ungraded
from grader.domain.verdict import Outcome
from grader.exports.words import in_one_line, told
from grader.reports.text import number, one_line

# Source: XML 1.0, 2.2, "Char": what no document may hold, not even escaped.
_ILLEGAL = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ERRORS = frozenset({Outcome.RAISED, Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY})


@dataclass(frozen=True)
class Scored:
    """A report and the mark that counts, which may be another than its score."""

    report: LabReport
    mark: float | None = None


def junit_xml(scored: Iterable[Scored], *, ungraded: Iterable[Ungraded] = ()) -> str:
    """Return a document with a suite for each report and each file that can't be graded."""
    suites = [_suite(one) for one in scored] + [_refused(one) for one in ungraded]
    root = ET.Element("testsuites", {"name": "grader", **_counts(suites)})
    root.extend(suites)
    ET.indent(root)
    # as text it would name the encoding of this machine
    document: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return document.decode() + "\n"


def _suite(scored: Scored) -> ET.Element:
    report = scored.report
    cases = [_case(report, check) for check in report.checks]
    suite = _empty_suite(report.student, report.lab, cases)
    suite.set("time", f"{report.seconds:.3f}")
    moment = report.graded_at.astimezone(UTC)
    suite.set("timestamp", moment.isoformat(timespec="seconds"))
    properties = ET.SubElement(suite, "properties")
    for name, value in _properties(scored):
        ET.SubElement(
            properties, "property", {"name": _legal(name), "value": _legal(value)}
        )
    suite.extend(cases)
    return suite


def _properties(scored: Scored) -> Iterable[tuple[str, str]]:
    report = scored.report
    yield "student", report.student
    yield "lab", report.lab
    yield "lab_version", report.lab_version
    yield "score", number(report.score)
    yield "max_score", number(report.max_score)
    if scored.mark is not None:
        yield "mark", number(scored.mark)
    for check in (one for one in report.checks if one.points > 0):
        yield f"points.{check.id}", f"{number(check.earned)}/{number(check.points)}"


def _case(report: LabReport, check: CheckResult) -> ET.Element:
    case = ET.Element(
        "testcase",
        {
            "classname": _legal(f"{report.lab}.{check.task}"),
            "name": _legal(check.id),
            "time": f"{check.seconds:.3f}",
        },
    )
    if check.outcome is Outcome.PASSED:
        return case
    text = told(check)
    child = ET.SubElement(case, _kind(check.outcome))
    if check.outcome is not Outcome.SKIPPED:
        child.set("type", check.outcome.value)
    child.set("message", _legal(in_one_line(check)))
    child.text = _legal(f"{one_line(check.title)}\n{text}")
    return case


def _kind(outcome: Outcome) -> str:
    if outcome is Outcome.SKIPPED:
        return "skipped"
    return "error" if outcome in ERRORS else "failure"


def _refused(problem: Ungraded) -> ET.Element:
    case = ET.Element(
        "testcase",
        {
            "classname": _legal(problem.lab),
            "name": _legal(problem.where),
            "time": "0.000",
        },
    )
    error = ET.SubElement(case, "error", {"type": problem.whose})
    error.set("message", _legal(one_line(problem.message, limit=1000)))
    suite = _empty_suite(problem.student, problem.lab, [case])
    suite.set("time", "0.000")
    suite.append(case)
    return suite


def _empty_suite(student: str, lab: str, cases: Sequence[ET.Element]) -> ET.Element:
    tests = {
        "tests": str(len(cases)),
        **{
            plural: str(sum(case.find(kind) is not None for case in cases))
            for plural, kind in (
                ("failures", "failure"),
                ("errors", "error"),
                ("skipped", "skipped"),
            )
        },
    }
    return ET.Element("testsuite", {"name": _legal(f"{student}.{lab}"), **tests})


def _counts(suites: Sequence[ET.Element]) -> dict[str, str]:
    names = ("tests", "failures", "errors", "skipped")
    counts = {
        name: str(sum(int(suite.get(name, "0")) for suite in suites)) for name in names
    }
    seconds = sum(float(suite.get("time", "0")) for suite in suites)
    return {**counts, "time": f"{seconds:.3f}"}


def _legal(text: str) -> str:
    """Return text that an XML document can hold: what it can't as `#xNN`, as pytest does."""
    return _ILLEGAL.sub(lambda match: f"#x{ord(match[0]):02X}", text)
