"""The roster, as spreadsheets and learning platforms write it."""

import pytest

from grader.domain.policy import Enrolled
from grader.errors import LabError
from grader.labs.roster import read_roster


@pytest.fixture
def roster(tmp_path):
    """Return a function that reads a roster from bytes or text."""

    def read(content):
        path = tmp_path / "roster.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_roster(path)

    return read


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "with-bom"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
def test_every_common_form_is_read(roster, separator, mark, end):
    rows = [["Student", "Name", "ID"], ["ada", '"Lovelace, A; B."', "7"], ["bob"]]

    found = roster(mark + "".join(separator.join(row) + end for row in rows))

    assert found == (
        Enrolled(student="ada", name="Lovelace, A; B.", id="7"),
        Enrolled(student="bob"),
    )


def test_other_columns_are_left_alone_and_section_is_the_group(roster):
    (found,) = roster("room,student,section\n7,ada,B\n")

    assert found == Enrolled(student="ada", group="B")


@pytest.mark.parametrize("column", ["team", "Teams"])
def test_teams_are_read_several_of_one_student_too(roster, column):
    text = f'student,{column}\nada,"Red;  Lab 1 ;Red"\nbob,Red\ncleo,\n'

    found = roster(text)

    assert [one.teams for one in found] == [("Red", "Lab 1"), ("Red",), ()]
    assert [one.team for one in found] == ["Red; Lab 1", "Red", ""]


def test_empty_lines_are_left_out(roster):
    assert [one.student for one in roster("student,name\n\nada,\n,\n\nbob,\n")] == [
        "ada",
        "bob",
    ]


def test_one_column_is_enough(roster):
    assert [one.student for one in roster("student\nZoë Müller\n")] == ["Zoë Müller"]


def test_a_name_is_composed_as_those_of_folders_are(roster):
    (found,) = roster("student\nZoe\u0308  Mu\u0308ller\n")

    assert found.student == "Zoë Müller"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(
            "student\nada\n\nbob\nada\n",
            "line 5: ada stands in line 2 already; leave one of them",
            id="twice",
        ),
        pytest.param(
            'student,name\nada,"a\nb"\nada,\n',
            "line 4: ada stands in line 2 already; leave one of them",
            id="twice-after-a-cell-of-two-lines",
        ),
        pytest.param(
            "name,group\nada,A\n",
            "line 1: got the columns 'name,group', expected one that is called student",
            id="no-student-column",
        ),
        pytest.param(
            "student,section,group\n",
            "line 1: two columns are called group, expected one",
            id="a-column-twice",
        ),
        pytest.param(
            "student,name\nada,Lovelace, Ada\n",
            "line 2: got 3 cells, expected at most 2 as in the header; put quotes round a "
            "cell that holds a comma",
            id="not-quoted",
        ),
        pytest.param(
            "student,name\n,Ada\n", "line 2: no name in the column student", id="nobody"
        ),
        pytest.param("student\n", "line 1: no student below the header", id="empty"),
        pytest.param(
            b"student\nada\nZo\xeb\n",
            "line 3: not UTF-8; in a spreadsheet save it as “CSV UTF-8”",
            id="latin-1",
        ),
        pytest.param(
            "student,name,team\nada,,bob\nbob,,\n",
            "line 2: the team bob is called like the student in line 3; give the team "
            "another name",
            id="a-team-called-like-a-student",
        ),
        pytest.param(
            "student,name,team\nada,Ada Lovelace,\nbob,,adalovelace\n",
            "line 3: the team adalovelace is called like the student in line 2; give the "
            "team another name",
            id="a-team-called-like-a-students-name",
        ),
        pytest.param(
            "student,team\nada,Red 1\nbob,red-1\n",
            "line 3: platforms write the team red-1 like Red 1 in line 2; spell one team "
            "alike, and two with other letters",
            id="a-team-spelt-in-two-ways",
        ),
        pytest.param(
            "student,team\nada,+++\n",
            "line 2: got the team +++, expected a name with a letter or a digit",
            id="a-team-without-letters",
        ),
        pytest.param(
            'student\n"ada\n',
            "line 2: not CSV: unexpected end of data",
            id="open-quote",
        ),
    ],
)
def test_a_mistake_is_one_line_that_says_where(roster, tmp_path, content, message):
    with pytest.raises(LabError) as caught:
        roster(content)

    assert str(caught.value) == f"{tmp_path / 'roster.csv'}, {message}"


def test_what_is_too_large_is_not_read(roster, monkeypatch):
    monkeypatch.setattr("grader.labs.roster.MOST_BYTES", 10)

    with pytest.raises(LabError, match="larger than 20 MB"):
        roster("student\nada\n")


def test_a_roster_that_is_not_there_is_told(tmp_path):
    with pytest.raises(LabError, match="can't be read"):
        read_roster(tmp_path / "none.csv")
