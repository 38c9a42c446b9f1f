"""Gradescope's results.json: what its harness accepts, and nothing that is secret."""

import json

import pytest

from grader.domain.mark import Mark
from grader.domain.report import Ungraded
from grader.domain.submission import Fault
from grader.domain.verdict import Example, Outcome
from grader.exports.gradescope import refused_json, results_json

# the keys of docs/specs.md
TOP = {
    *("score", "execution_time", "output", "output_format", "test_output_format"),
    *("test_name_format", "visibility", "stdout_visibility", "extra_data", "tests"),
    "leaderboard",
}
TEST = {
    *("score", "max_score", "status", "name", "name_format", "number", "output"),
    *("output_format", "tags", "visibility", "extra_data"),
}
VISIBILITY = {"hidden", "after_due_date", "after_published", "visible"}


def read(text):
    """Return the results as Gradescope takes them: unknown keys and values are refused."""
    results = json.loads(text)
    assert set(results) <= TOP
    assert results["visibility"] in VISIBILITY
    assert results["stdout_visibility"] in VISIBILITY
    assert isinstance(results["score"], int | float)
    for test in results["tests"]:
        assert set(test) <= TEST
        assert test["status"] in {"passed", "failed"}
        assert test["visibility"] in VISIBILITY
        assert 0 <= test["score"] <= test["max_score"]
    return results


def test_gradescope_results_say_what_the_report_says(report):
    results = read(results_json(report()))

    assert results["score"] == 40
    assert results["output"] == "A tiny lab: 40 of 100 points"
    told = [
        (t["number"], t["name"], t["status"], t["score"], t["max_score"])
        for t in results["tests"]
    ]
    assert told == [
        ("T1.1", "doubles as it should.", "passed", 40, 40),
        ("T2.1", "sums_up as it should.", "failed", 0, 50),
        ("T2.2", "of_nothing as it should.", "failed", 0, 10),
    ]


def test_a_test_says_its_feedback_and_the_mistakes_name(report):
    results = read(results_json(report()))

    assert [test["output"] for test in results["tests"]] == [
        "",
        (
            "The sum is too small.\n"
            "This looks like: first left out: this is what you get without the first\n"
            "Look up: range"
        ),
        "not run",
    ]


def test_neither_seed_nor_note_nor_a_hidden_checks_values_are_in_it(report):
    text = results_json(report())

    for secret in ("271828182845", "HIDDEN INPUT", "HIDDEN CALL"):
        assert secret not in text


def test_a_public_checks_values_are_shown(report, check):
    shown = check(
        "two",
        Outcome.FAILED,
        hidden=False,
        example=Example(call="f(2)", got="3", expected="4"),
    )

    results = read(results_json(report(checks=[shown])))

    assert results["tests"][0]["output"] == "call: f(2)\nyours: 3\nexpected: 4"


def test_every_check_is_visible_so_that_students_see_the_total(report):
    results = read(results_json(report()))

    assert {test["visibility"] for test in results["tests"]} == {"visible"}
    assert results["stdout_visibility"] == "hidden"


def test_what_counts_is_the_mark(report):
    why = ("1 day late: −10 points",)
    mark = Mark(student="ada", lab="tiny", mark=30, max_score=100, why=why)

    results = read(results_json(report(), mark=mark))

    assert results["score"] == 30
    assert results["output"] == "A tiny lab: 30 of 100 points\n1 day late: −10 points"


def test_faults_are_told_each_on_a_line(report):
    fault = Fault(where="cell 3", message="NameError:\nx \x1b[31mis not defined")

    results = read(results_json(report(faults=(fault,))))

    assert results["output"].splitlines()[1:] == ["cell 3: NameError: x is not defined"]


def test_a_file_that_cant_be_read_is_a_zero_with_the_reason():
    problem = Ungraded(
        student="ada",
        lab="tiny",
        whose="submission",
        where="tiny.ipynb",
        message="not a notebook: save it again",
    )

    results = read(refused_json(problem))

    assert results["score"] == 0
    assert results["output"] == (
        "Nothing was graded.\ntiny.ipynb: not a notebook: save it again\n"
        "Mend it and hand in again."
    )


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "\ud800", "Ада 👩‍🎓", 'a"b\\'])
def test_any_text_is_json(report, check, name):
    results = read(results_json(report(checks=[check(title=name)])))

    assert results["tests"][0]["name"] == name.replace("\ud800", "")
