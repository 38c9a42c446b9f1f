"""Which team a name means, and whose a team's things are."""

import pytest

from grader.domain.policy import Enrolled, Excuse
from grader.domain.teams import Teams

ROSTER = (
    Enrolled(student="ada", teams=("Red", "Lab 1: Gauß & Co")),
    Enrolled(student="bob", teams=("Red",)),
    Enrolled(student="red alert"),
    Enrolled(student="cleo", teams=("Lab 1: Gauß & Co", "群山")),
)


@pytest.mark.parametrize(
    ("name", "team"),
    [
        pytest.param("Red", "Red", id="as-it-is"),
        pytest.param("red", "Red", id="canvas-writes-small"),
        pytest.param("lab1gaussco", "Lab 1: Gauß & Co", id="canvas-drops-signs"),
        pytest.param(
            "Lab 1 Gauß & Co", "Lab 1: Gauß & Co", id="what-no-folder-may-have"
        ),
        pytest.param("群山", "群山", id="any-script"),
        pytest.param("red_101", "Red", id="numbered-by-canvas"),
        pytest.param("Red_7", "Red", id="numbered-by-moodle"),
        pytest.param("Red 7", None, id="a-number-of-its-own"),
        pytest.param("blue", None, id="unknown"),
        pytest.param("ada", None, id="a-student"),
        pytest.param("", None, id="nothing"),
        pytest.param("!", None, id="signs-alone"),
    ],
)
def test_a_team_is_known_by_what_platforms_make_of_its_name(name, team):
    assert Teams(ROSTER).named(name) == team


def test_a_student_of_that_name_is_no_team():
    roster = (*ROSTER, Enrolled(student="red"))

    assert Teams(roster).named("red") is None
    assert Teams(roster).named("Red") == "Red"


def test_two_teams_that_a_name_could_mean_are_none():
    roster = (Enrolled(student="ada", teams=("C", "C++")),)

    assert [Teams(roster).named(name) for name in ("C", "C++", "c")] == [
        "C",
        "C++",
        None,
    ]


def test_what_is_a_teams_is_each_members_in_the_rosters_order():
    found = Teams(ROSTER).each(
        [Excuse(student="zoe", lab="one"), Excuse(student="Red", lab="one")]
    )

    assert [one.student for one in found] == ["zoe", "ada", "bob"]


@pytest.mark.parametrize(
    ("students", "team"),
    [
        (["bob", "ada"], "Red"),
        (["ada"], None),
        (["ada", "bob", "cleo"], None),
        ([], None),
    ],
)
def test_students_are_a_team_if_they_are_all_of_it(students, team):
    assert Teams(ROSTER).of(students) == team


def test_without_teams_everybody_is_nobody_elses():
    teams = Teams((Enrolled(student="ada"),))

    assert (teams.named("ada"), teams.people("Red"), teams.of([])) == (
        None,
        ("Red",),
        None,
    )
