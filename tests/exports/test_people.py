"""Whose line it is: a key that could mean two means nobody."""

import pytest

from grader.domain.identity import Identity
from grader.domain.policy import Enrolled
from grader.exports.people import Key, People


@pytest.mark.parametrize(
    ("roster", "line"),
    [
        pytest.param("Zoë Müller", "MU\u0308LLER, Zoe\u0308", id="composed-or-not"),
        pytest.param("Ada  King Lovelace", "King Lovelace,Ada", id="sortable"),
        pytest.param("=1+1 Eve", '="=1+1 Eve"', id="kept-from-being-a-formula"),
        pytest.param("O'Sullivan Liam", "o'sullivan\u00a0liam", id="no-break-space"),
        pytest.param("佐藤 陽菜", "佐藤　陽菜", id="wide-space"),
    ],
)
def test_a_name_is_the_same_however_it_is_written(roster, line):
    people = People(["x"], {}, [Enrolled(student="x", name=roster)], platform="canvas")

    places = people.places({3: [Key("name", line)]})

    assert places.lines == {"x": 3}
    assert places.by_name == ("x",)


def test_one_id_that_two_students_have_is_nobodys():
    both = {one: (Identity(platform="moodle", id="7"),) for one in ("a", "b")}

    places = People(both, both, (), platform="moodle").places({3: [Key("id", "7")]})

    assert places.lines == {}
    assert places.doubtful == ("7 could be a, b: not written",)
    assert places.doubted == {"a", "b"}


def test_an_id_of_another_platform_is_none_here():
    ids = {"a": (Identity(platform="gradescope", id="7"),)}

    places = People(ids, ids, (), platform="canvas").places({3: [Key("id", "7")]})

    assert places.lines == {}


def test_the_line_with_the_id_is_surer_than_one_with_the_name():
    ids = {"a": (Identity(platform="moodle", id="7", name="Ada"),)}
    lines = {3: [Key("id", "8"), Key("name", "Ada")], 4: [Key("id", "7")]}

    places = People(ids, ids, (), platform="moodle").places(lines)

    assert places.lines == {"a": 4}
    assert places.doubtful == ()


def test_an_empty_cell_means_nobody():
    people = People(["x"], {}, [Enrolled(student="x")], platform="canvas")

    assert people.places({3: [Key("number", ""), Key("login", " ")]}).lines == {}
