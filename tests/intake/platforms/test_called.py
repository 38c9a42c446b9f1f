"""What people of a platform are called among us."""

import pytest

from grader.domain.identity import Identity
from grader.domain.policy import Enrolled
from grader.intake.platforms import called

ROSTER = (
    Enrolled(student="zoe", name="Zoë Müller", email="Zoe@uni.example", id="0102"),
    Enrolled(student="Анна Иванова", id="12"),
    Enrolled(student="obrien", name="Pat O'Brien", id="0103"),
    Enrolled(student="jo1", name="Jo Doe"),
    Enrolled(student="jo2", name="Jo Doe"),
)


def one(platform, known_by, name="", email=""):
    return Identity(platform=platform, id=known_by, name=name, email=email)


@pytest.mark.parametrize(
    ("person", "student"),
    [
        pytest.param(one("gradescope", "0102"), "zoe", id="by-number"),
        pytest.param(
            one("gradescope", "x", email="zoe@UNI.example"), "zoe", id="by-mail"
        ),
        pytest.param(one("moodle", "5", "Zoë Müller"), "zoe", id="by-name"),
        pytest.param(
            one("moodle", "5", "Pat OBrien"), "obrien", id="by-name-without-marks"
        ),
        pytest.param(one("canvas", "5", "müllerzoë"), "zoe", id="by-sortable-name"),
        pytest.param(
            one("canvas", "5", "ивановаанна"), "Анна Иванова", id="by-student"
        ),
        pytest.param(one("classroom", "zm", "0102"), "zoe", id="by-roster-identifier"),
        pytest.param(one("classroom", "OBrien"), "obrien", id="by-login"),
        pytest.param(one("nbgrader", "zoe"), "zoe", id="by-folder"),
        # the number is another student's at the university
        pytest.param(one("canvas", "12", "doejane"), "doejane_12", id="chance-number"),
        pytest.param(
            one("canvas", "12", "ивановаанналена"), "Анна Иванова", id="number"
        ),
        pytest.param(one("moodle", "12", "Jane Doe"), "Jane Doe", id="moodles-number"),
        # two on the roster are called so
        pytest.param(one("moodle", "5", "Jo Doe"), "Jo Doe", id="namesakes"),
    ],
)
def test_who_is_on_the_roster_is_called_as_there(person, student):
    assert called([person], ROSTER) == {person: student}


def test_two_who_fit_one_line_of_the_roster_are_nobody_of_it():
    first, second = one("moodle", "5", "Zoë Müller"), one("moodle", "6", "Zoë Müller")

    names = called([first, second, first], ROSTER)

    assert names == {first: "Zoë Müller_5", second: "Zoë Müller_6"}


@pytest.mark.parametrize(
    ("person", "student"),
    [
        (one("canvas", "12", "doejane"), "doejane_12"),
        (one("canvas", "x7Kp2", "anon"), "anon_x7Kp2"),
        (one("moodle", "5", "Jane Doe"), "Jane Doe"),
        (one("moodle", "5", "Participant"), "Participant_5"),
        (one("moodle", "Default group", "Default group"), "Default group"),
        (one("gradescope", "0101", "Jane Doe"), "Jane Doe"),
        (one("gradescope", "jane@uni.example"), "jane@uni.example"),
        (one("classroom", "octocat"), "octocat"),
        (one("classroom", "octocat", "Doe, Jane"), "Doe, Jane"),
        (one("nbgrader", "jdoe"), "jdoe"),
    ],
)
def test_others_are_called_as_the_platform_does(person, student):
    assert called([person]) == {person: student}
