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


TEAMS = (
    Enrolled(student="zoe", name="Zoë Müller", id="12", teams=("Red", "Mary")),
    Enrolled(student="jane", name="Jane Doe", id="13", teams=("Red", "Mary")),
    Enrolled(student="mj", name="Mary-Jane Doe", teams=("Lab 1: Blue!",)),
    Enrolled(student="lee", teams=("C", "C++")),
)


@pytest.mark.parametrize(
    ("person", "called_so"),
    [
        # Canvas has the number of one of the members
        pytest.param(one("canvas", "12", "red"), "Red", id="canvas"),
        pytest.param(one("canvas", "99", "lab1blue"), "Lab 1: Blue!", id="no-signs"),
        pytest.param(one("moodle", "7", "Red"), "Red", id="moodle"),
        pytest.param(one("moodle", "7", "Lab 1 Blue"), "Lab 1: Blue!", id="file-name"),
        pytest.param(one("moodle", "901", "Red-Zoë Müller"), "Red", id="older-moodle"),
        pytest.param(one("classroom", "team-red"), "team-red", id="another-team"),
        pytest.param(one("classroom", "lab-1-blue"), "Lab 1: Blue!", id="repository"),
        pytest.param(one("nbgrader", "red"), "Red", id="folder"),
        # a name that begins like a team's is the student's
        pytest.param(one("moodle", "5", "Mary-Jane Doe"), "mj", id="with-a-hyphen"),
        pytest.param(
            one("moodle", "5", "Red-Mary Poe"), "Red-Mary Poe", id="no-member"
        ),
        pytest.param(one("moodle", "5", "Doe Jane"), "jane", id="a-student"),
        # two teams are written so
        pytest.param(one("canvas", "98", "c"), "c_98", id="either"),
    ],
)
def test_a_team_on_the_roster_is_called_as_there(person, called_so):
    assert called([person], TEAMS) == {person: called_so}


def test_what_older_moodles_give_once_for_each_member_is_the_teams():
    members = [
        one("moodle", "901", "Red-Zoë Müller"),
        one("moodle", "902", "Red-Jane Doe"),
    ]

    assert called(members, TEAMS) == dict.fromkeys(members, "Red")


def test_two_that_canvas_writes_like_one_team_are_neither():
    first, second = one("canvas", "12", "red"), one("canvas", "13", "red")

    assert called([first, second], TEAMS) == {first: "red_12", second: "red_13"}
