"""What a worker says: in our form it is an answer, in any other none."""

import numpy as np
import pytest

from grader.domain.student import CallFailed
from grader.domain.verdict import Outcome
from grader.sandbox import answers
from grader.sandbox.answers import Breach

GOOD = {"value": 1, "warnings": []}
CONTENT = np.zeros(3, np.uint8)


def test_each_call_has_its_reply():
    replies = answers.replies({"replies": [GOOD, {**GOOD, "value": 2}]}, asked=2)

    assert [reply.value for reply in replies] == [1, 2]


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(None, id="none"),
        pytest.param([], id="empty"),
        pytest.param((GOOD,), id="no-list"),
        pytest.param([GOOD] * 3, id="too-many"),
        pytest.param([GOOD], id="too-few"),
        pytest.param([GOOD, 1], id="no-dict"),
        pytest.param([GOOD, {"value": 1}], id="no-warnings"),
        pytest.param([GOOD, {"value": 1, "warnings": "x"}], id="warnings-as-text"),
        pytest.param([{"error": {"kind": "raised"}}], id="half-an-error"),
        pytest.param(np.zeros(2), id="array"),
    ],
)
def test_replies_in_another_form_are_none(found):
    with pytest.raises(Breach):
        answers.replies({"replies": found}, asked=2)


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("raised", Outcome.RAISED),
        ("missing", Outcome.NOT_ATTEMPTED),
        ("memory", Outcome.OUT_OF_MEMORY),
        ("full_marks", Outcome.RAISED),
    ],
)
def test_an_error_ends_the_calls_and_is_quoted(kind, outcome):
    error = {"error": {"kind": kind, "message": "a\x1b[31m" + "b" * 999}}

    with pytest.raises(CallFailed) as caught:
        answers.replies({"replies": [error]}, asked=5)

    assert caught.value.outcome is outcome
    assert caught.value.quoted
    assert len(caught.value.message) == 600
    assert "\x1b" not in caught.value.message


def test_files_come_by_name():
    found = answers.files({"files": {"b": CONTENT, "a/c": CONTENT}}, at_most=2)

    assert list(found) == ["a/c", "b"]


@pytest.mark.parametrize(
    "found",
    [
        pytest.param({"../a": CONTENT}, id="leads-out"),
        pytest.param({"a/../../b": CONTENT}, id="leads-out-later"),
        pytest.param({"/etc/passwd": CONTENT}, id="absolute"),
        pytest.param({"a" * 301: CONTENT}, id="long-name"),
        pytest.param({"a": b"bytes"}, id="no-array"),
        pytest.param({"a": np.zeros(3)}, id="floats"),
        pytest.param({"a": np.zeros((2, 2), np.uint8)}, id="matrix"),
        pytest.param({"a": CONTENT, "b": CONTENT, "c": CONTENT}, id="too-many"),
        pytest.param([CONTENT], id="no-dict"),
    ],
)
def test_files_in_another_form_are_none(found):
    with pytest.raises(Breach):
        answers.files({"files": found}, at_most=2)


def test_the_first_faults_are_kept():
    faults = answers.faults({"faults": [["cell 1", "boom"]] * 300})

    assert len(faults) == 200
    assert (faults[0].where, faults[0].message) == ("cell 1", "boom")


@pytest.mark.parametrize(
    "found",
    [None, [["cell 1"]], [["cell 1", 2]], ["cell 1"], [["a", "b"]] * 10_001],
    ids=["none", "short", "number", "text", "too-many"],
)
def test_faults_in_another_form_are_none(found):
    with pytest.raises(Breach):
        answers.faults({"faults": found})


def test_of_overdue_cells_only_pairs_of_numbers_count():
    found = [[1, 2], [1], [True, 2], ["1", 2], [3, 4, 5], [6, 7]]

    assert answers.overdue_cells({"overdue": found}) == [[1, 2], [6, 7]]
    assert answers.overdue_cells({"overdue": [[1, 2]] * 101}) == []
    assert answers.overdue_cells({}) == []
