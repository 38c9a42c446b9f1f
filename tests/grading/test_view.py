"""What a check asks a student's code for."""

import dataclasses

import pytest

from grader.checks import InProcessStudent
from grader.domain.lab import RESERVED
from grader.grading.view import CheckView


class Session:
    """All that these tests need of a session."""

    source = "the text"


@pytest.fixture
def session_stub():
    return Session()


def test_no_name_of_ours_hides_a_function_of_a_task():
    fields = {field.name for field in dataclasses.fields(CheckView)}
    ours = {*dir(CheckView), *fields, *dir(InProcessStudent)}

    assert {name for name in ours if not name.startswith("_")} == RESERVED


def test_a_check_is_seen_asking_for_names(session_stub):
    view = CheckView(session_stub, "c")
    _ = view.sigmoid, view.replaced({}).neuron

    assert view.reached == {"sigmoid", "neuron"}


def test_a_check_is_seen_reading_the_text(session_stub):
    view = CheckView(session_stub, "c")

    assert (view.source, view.reached) == ("the text", {"*"})
