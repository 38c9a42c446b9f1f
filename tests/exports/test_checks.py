"""The table of every check with the students' ids, as a spreadsheet reads it."""

import csv
import io

import pytest

from grader.domain.identity import Identity
from grader.domain.mark import Mark, Marks
from grader.domain.policy import Enrolled, Policy
from grader.exports.checks import checks_table


@pytest.fixture
def table(report):
    def make(student="ada", *, identities=None, roster=(), marks=None):
        return checks_table(
            [report(student)],
            marks=Marks(policy=Policy(), marks=marks or {}),
            identities=identities or {},
            roster=roster,
        )

    return make


def rows(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_has_every_check_with_the_students_ids_and_the_mark(table):
    mark = Mark(student="ada", lab="tiny", mark=30.5, max_score=100)
    identities = {
        "ada": (
            Identity(platform="canvas", id="101", name="Ada L.", email="a@canvas"),
            Identity(platform="moodle", id="7"),
            Identity(platform="moodle", id="8"),
        )
    }
    roster = [Enrolled(student="ada", email="ada@uni.edu", id="007", group="A")]

    found = rows(
        table(identities=identities, roster=roster, marks={("ada", "tiny"): mark})
    )

    assert [row["check"] for row in found] == ["doubles", "sums_up", "of_nothing"]
    assert {
        key: found[1][key]
        for key in ("student", "name", "email", "group", "id", "canvas_id", "moodle_id")
    } == {
        "student": "ada",
        # the roster does not say it, so what the platform says
        "name": "Ada L.",
        "email": "ada@uni.edu",
        "group": "A",
        "id": "007",
        "canvas_id": "101",
        "moodle_id": "7 8",
    }
    assert [row["earned"] for row in found] == ["40", "0", "0"]
    assert {row["mark"] for row in found} == {"30.5"}


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ('+1,"x"', '\'+1,"x"'),
        ("two\nlines\x00", "two lines"),
        ("\u202bשלום\u202c", "שלום"),
        ("Ада 👩‍🎓", "Ада 👩‍🎓"),
    ],
)
def test_a_name_is_no_formula_and_stays_itself(table, name, cell):
    roster = [Enrolled(student="ada", name=name)]

    found = rows(table(roster=roster))

    assert {row["name"] for row in found} == {cell}


def test_a_number_of_the_university_keeps_its_zeros_and_quotes(table):
    text = table(roster=[Enrolled(student="ada", id="007")])

    assert '"007"' in text


def test_notes_and_seeds_are_not_in_it(table):
    assert "HIDDEN INPUT" not in table()
    assert "271828182845" not in table()
