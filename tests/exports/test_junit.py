"""JUnit XML, read as Jenkins, GitLab and GitHub's dashboards read it."""

import pytest
from defusedxml import ElementTree

from grader.domain.report import Ungraded
from grader.domain.verdict import Outcome
from grader.exports.junit import Scored, junit_xml

CHILDREN = {"failure", "error", "skipped", "system-out", "system-err", "properties"}


def read(text):
    """Return the document; what is not in pytest's dialect is refused."""
    root = ElementTree.fromstring(text)
    assert root.tag == "testsuites"
    for suite in root:
        assert suite.tag == "testsuite"
        cases = suite.findall("testcase")
        assert int(suite.get("tests")) == len(cases)
        for kind, plural in (
            ("failure", "failures"),
            ("error", "errors"),
            ("skipped", "skipped"),
        ):
            found = [case for case in cases if case.find(kind) is not None]
            assert int(suite.get(plural)) == len(found)
        for case in cases:
            assert case.get("classname")
            assert case.get("name")
            assert float(case.get("time")) >= 0
            assert {child.tag for child in case} <= CHILDREN
            assert len(case) <= 1
    for count in ("tests", "failures", "errors", "skipped"):
        assert int(root.get(count)) == sum(int(suite.get(count)) for suite in root)
    return root


def properties(suite):
    return {one.get("name"): one.get("value") for one in suite.find("properties")}


def test_junit_xml_has_a_suite_for_a_report_and_a_case_for_a_check(report):
    root = read(junit_xml([Scored(report("ada")), Scored(report("bob"))]))

    assert [suite.get("name") for suite in root] == ["ada.tiny", "bob.tiny"]
    assert [(c.get("classname"), c.get("name")) for c in root[0].iter("testcase")] == [
        ("tiny.T1", "doubles"),
        ("tiny.T2", "sums_up"),
        ("tiny.T2", "of_nothing"),
    ]
    assert root.get("tests") == "6"
    assert root[0].get("timestamp") == "2026-03-05T14:07:00+00:00"


def test_it_says_utf_8_wherever_it_is_made(report, monkeypatch):
    monkeypatch.setattr("locale.getpreferredencoding", lambda *_: "cp1252")
    monkeypatch.setattr("locale.getencoding", lambda: "cp1252")

    text = junit_xml([Scored(report("Ада"))])

    assert text.startswith("<?xml version='1.0' encoding='UTF-8'?>\n")
    assert read(text.encode())[0].get("name") == "Ада.tiny"


def test_points_stand_in_the_suites_properties(report):
    suite = read(junit_xml([Scored(report(), mark=30.5)]))[0]

    assert properties(suite) == {
        "student": "ada",
        "lab": "tiny",
        "lab_version": "1.0+abc",
        "score": "40",
        "max_score": "100",
        "mark": "30.5",
        "points.doubles": "40/40",
        "points.sums_up": "0/50",
        "points.of_nothing": "0/10",
    }


@pytest.mark.parametrize(
    ("outcome", "tag"),
    [
        (Outcome.FAILED, "failure"),
        (Outcome.PARTIAL, "failure"),
        (Outcome.NOT_ATTEMPTED, "failure"),
        (Outcome.RAISED, "error"),
        (Outcome.TIMED_OUT, "error"),
        (Outcome.OUT_OF_MEMORY, "error"),
    ],
)
def test_what_did_not_pass_says_how_and_why(report, check, outcome, tag):
    wrong = check(outcome=outcome, feedback="Two\nlines.")

    case = read(junit_xml([Scored(report(checks=[wrong]))]))[0].find("testcase")

    assert [child.tag for child in case] == [tag]
    assert case[0].get("type") == outcome.value
    assert case[0].get("message") == "Two lines."
    assert case[0].text == "doubles as it should.\nTwo\nlines."


def test_what_waited_is_skipped(report):
    last = read(junit_xml([Scored(report())]))[0].findall("testcase")[-1]

    assert last.find("skipped").get("message") == "not run"


def test_what_xml_cant_hold_is_written_as_pytest_does(report, check):
    # reports are cleaned before; a reader of foreign JSON may get anything
    hostile = report("a\x00b\x1b\ufffe<&\"'>").model_copy(
        update={"checks": (check().model_copy(update={"id": "x\x08]]>"}),)}
    )

    root = read(junit_xml([Scored(hostile)]))

    assert root[0].get("name") == "a#x00b#x1B#xFFFE<&\"'>.tiny"
    assert root[0].find("testcase").get("name") == "x#x08]]>"


def test_neither_seed_nor_note_nor_a_hidden_checks_values_are_in_it(report):
    text = junit_xml([Scored(report())])

    for secret in ("271828182845", "HIDDEN INPUT", "HIDDEN CALL"):
        assert secret not in text


def test_a_file_that_cant_be_graded_is_an_error():
    problem = Ungraded(
        student="eve", lab="tiny", whose="submission", where="tiny.py", message="empty"
    )

    root = read(junit_xml([], ungraded=[problem]))

    error = root[0].find("testcase").find("error")
    assert (error.get("type"), error.get("message")) == ("submission", "empty")
    assert root.get("errors") == "1"
