"""Canvas: download, fill in, and what Canvas's importer then reads."""

import csv
import io
import re

import pytest

from grader.errors import LabError
from grader.exports.canvas import fill_gradebook

# as `gradebook_exporter.rb` writes it, with all that it may hold
DOWNLOAD = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Notes,Warm-up (1200),"
    '"A tiny lab (1234)",Lab 2 (1235),Assignments Current Score,Current Score,'
    "Final Score,Final Grade (2026)\r\n"
    ",,,,,,,Manual Posting,,,,,\r\n"
    "    Points Possible,,,,,,10.00,100.00,20.00,(read only),(read only),(read only),"
    "(read only)\r\n"
    '"Lovelace, Ada",101,S-1,ada@uni.edu,"Mon, 10:00",,9.50,,,95.00,95.00,40.00,A\r\n'
    '"Müller, ""Bob"" =1+1",102,S-2,bob@uni.edu,Tue,likes ; and \',8.00,50.00,,,,,\r\n'
    '"=""=cmd|calc"", Eve",103,,eve@uni.edu,Tue,,,EX,EX,,,,\r\n'
    "\u202bשלום\u202c 👩‍🎓,104,S-4,gil@uni.edu,Tue,,,N/A,,,,,\r\n"
    '"Smith, John",105,,,Mon,,,,,,,,\r\n'
    '"Smith, John",106,,,Tue,,,,,,,,\r\n'
    '"Student, Test",199,,0f3a,Mon,,,,,,,,\r\n'
    ",,,,,,,,,,,,\r\n"
)


def imported(content, assignment):
    """Return the grades by user id as `gradebook_importer.rb` reads them."""
    text = content.decode("utf-8-sig")
    head = text.splitlines()[:3]
    counts = {
        sep: {len(next(csv.reader([line], delimiter=sep))) for line in head}
        for sep in ";,"
    }
    widths = {
        sep: found.pop() if len(found) == 1 else 0 for sep, found in counts.items()
    }
    separator = ";" if widths[";"] > widths[","] else ","
    rows = [
        row
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        if any(cell.strip() for cell in row)
    ]
    header = rows[0]
    assert "Student" in header[0]
    assert "ID" in header[1]
    assert "Section" in header
    column = next(
        i for i, title in enumerate(header) if re.search(rf"\({assignment}\)$", title)
    )
    grades = {}
    for row in rows[1:]:
        if "Points Possible" in row[0]:
            continue
        if all(re.fullmatch(r"(?i)\s*(muted|manual posting.*)?\s*", c) for c in row):
            continue
        cell = row[column].strip()
        if re.fullmatch(r"-?[0-9.,]+%?", cell):
            *rest, last = re.split("[,.]", cell)
            cell = f"{''.join(rest)}.{last}" if rest else last
        grades[row[1]] = cell
    return grades


@pytest.fixture
def fill(lab, entries, people):
    def make(points, *, ids=None, roster=(), text=DOWNLOAD, column=None, **more):
        known = ids if ids is not None else {"ada": "101", "bob": "102", "eve": "103"}
        return fill_gradebook(
            text.encode(),
            name="grades.csv",
            lab=lab,
            entries=entries(points, **more),
            people=people("canvas", known, roster),
            column=column,
        )

    return make


def test_a_canvas_gradebook_comes_back_with_the_marks_and_nothing_else_changed(fill):
    filled = fill({"ada": 87.25, "bob": 66.5})

    after = filled.content.decode()
    assert imported(filled.content, 1234) == {
        **imported(DOWNLOAD.encode(), 1234),
        "101": "87.25",
        "102": "66.50",
    }
    assert after == DOWNLOAD.replace("9.50,,,95.00", "9.50,87.25,,95.00").replace(
        "8.00,50.00,", "8.00,66.50,"
    )
    assert (filled.new, filled.changed, filled.same) == (1, ("bob: 50.00 to 66.50",), 0)
    assert filled.remarks == ()


def test_a_mark_that_stands_there_already_stays_as_it_is_written(fill):
    text = DOWNLOAD.replace("8.00,50.00,", "8.00,050.0,")

    filled = fill({"bob": 50}, text=text)

    assert filled.content == text.encode()
    assert (filled.new, filled.changed, filled.same) == (0, (), 1)


def test_a_mark_is_scaled_to_the_points_possible(fill):
    filled = fill({"ada": 87.25}, column="Lab 2")

    # 87.25 of 100 is 17.45 of 20
    assert imported(filled.content, 1235)["101"] == "17.45"
    assert filled.scale == "100 to 20"


def test_without_points_possible_marks_are_written_as_they_are_and_it_is_told(fill):
    filled = fill({"ada": 87.25}, text=DOWNLOAD.replace("10.00,100.00", "10.00,0.00"))

    assert imported(filled.content, 1234)["101"] == "87.25"
    assert "has no points possible" in filled.remarks[0]


def test_who_is_excused_gets_ex(fill):
    filled = fill({"bob": 50}, excused={"bob", "ada"})

    grades = imported(filled.content, 1234)
    assert (grades["101"], grades["102"]) == ("EX", "EX")


@pytest.mark.parametrize(
    ("student", "id_", "cell"), [("eve", "103", "EX"), ("gil", "104", "N/A")]
)
def test_what_canvas_has_excused_or_not_assigned_is_kept_and_told(
    fill, student, id_, cell
):
    filled = fill({student: 90}, ids={student: id_})

    assert filled.content == DOWNLOAD.encode()
    assert f"({cell}): not overwritten" in filled.remarks[0]


def test_canvas_own_id_decides_before_any_name(fill):
    # the folder of the one is called like the other
    filled = fill(
        {"ada lovelace": 12, "zoe": 98}, ids={"zoe": "101", "ada lovelace": []}
    )

    assert imported(filled.content, 1234)["101"] == "98.00"
    assert filled.remarks == ("ada lovelace is not in grades.csv: not written",)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        pytest.param({"student": "x", "id": "S-1"}, "number", id="sis-user-id"),
        pytest.param({"student": "x", "email": "ADA@uni.edu"}, "login", id="sis-login"),
        pytest.param({"student": "x", "id": "101"}, "number", id="canvas-id-on-roster"),
        pytest.param({"student": "x", "name": "Ada Lovelace"}, "name", id="name"),
        pytest.param({"student": "x", "name": "lovelace,  ada"}, "name", id="sortable"),
        pytest.param({"student": "Ada_Lovelace"}, "name", id="folder"),
    ],
)
def test_without_an_id_a_student_is_found_by(line, kind, fill):
    filled = fill({line["student"]: 87.25}, ids={}, roster=[line])

    assert imported(filled.content, 1234)["101"] == "87.25"
    # a name alone is told, so that somebody looks
    assert [
        f"1 found by name alone ({line['student']})" in r for r in filled.remarks
    ] == ([True] if kind == "name" else [])


def test_a_student_with_another_id_is_not_found_by_the_name(fill):
    roster = [{"student": "ada", "name": "Ada Lovelace"}]

    filled = fill({"ada": 87.25}, ids={"ada": "999"}, roster=roster)

    assert filled.content == DOWNLOAD.encode()
    assert filled.remarks == ("ada is not in grades.csv: not written",)


def test_two_lines_of_one_name_are_not_written_and_it_is_told(fill):
    filled = fill(
        {"john": 50}, ids={}, roster=[{"student": "john", "name": "John Smith"}]
    )

    assert filled.content == DOWNLOAD.encode()
    assert len(filled.remarks) == 1
    assert filled.remarks[0].startswith("john could be ")


def test_two_students_of_one_name_are_not_written_and_it_is_told(fill):
    roster = [
        {"student": "a", "name": "Ada Lovelace"},
        {"student": "b", "name": "Ada Lovelace"},
    ]

    filled = fill({"a": 50, "b": 60}, ids={}, roster=roster)

    assert filled.content == DOWNLOAD.encode()
    assert filled.remarks == (
        "Lovelace, Ada / 101 / ada@uni.edu / S-1 could be a, b: not written",
    )


def test_the_test_student_and_total_columns_are_left_alone(fill):
    filled = fill({"test student": 50}, ids={}, roster=[{"student": "test student"}])

    assert filled.content == DOWNLOAD.encode()
    with pytest.raises(LabError, match="no assignment is called 'Current Score'"):
        fill({"ada": 1}, column="Current Score")
    with pytest.raises(LabError, match="no assignment is called 'Final Grade'"):
        fill({"ada": 1}, column="Final Grade")


@pytest.mark.parametrize(
    ("title", "points"),
    [
        # may be imported, so Canvas does not call it read-only; the number is a period's
        pytest.param("Override Score (2026)", "", id="override"),
        pytest.param("Sealed (77)", "(nur lesen)", id="read-only-in-german"),
    ],
)
def test_what_is_no_assignment_to_mark_is_not_filled(fill, title, points):
    text = (
        f"Student,ID,SIS Login ID,Section,{title}\n"
        f"    Points Possible,,,,{points}\n"
        "Ada,101,,Mon,\n"
    )

    with pytest.raises(LabError, match="say --column with one of: none"):
        fill({"ada": 1}, text=text, column=title)


@pytest.mark.parametrize("column", ["Lab 2", "lab_2", "1235", "Lab 2 (1235)"])
def test_a_column_is_named_by_header_title_or_id(fill, column):
    assert fill({"ada": 5}, column=column).column == "Lab 2 (1235)"


def test_a_column_that_nothing_tells_is_asked_for_with_the_candidates(fill):
    text = DOWNLOAD.replace("A tiny lab", "Week 1")

    with pytest.raises(LabError) as refused:
        fill({"ada": 5}, text=text)

    assert str(refused.value) == (
        "grades.csv: no assignment is called 'A tiny lab' or 'tiny'; say --column with "
        "one of: Warm-up (1200); Week 1 (1234); Lab 2 (1235)"
    )


def test_two_assignments_of_one_title_are_asked_about(fill):
    with pytest.raises(LabError, match="several assignments are called 'A tiny lab'"):
        fill({"ada": 5}, text=DOWNLOAD.replace("Lab 2", "A tiny lab"))


def test_semicolons_and_decimal_commas_stay(fill):
    text = (
        "Student;ID;SIS Login ID;Section;A tiny lab (7)\n"
        "    Points Possible;;;;20,00\n"
        "Lovelace, Ada;101;ada;Mon;\n"
    )

    filled = fill({"ada": 87.25}, text=text)

    assert filled.content.decode() == text.replace("ada;Mon;", "ada;Mon;17,45")
    assert imported(filled.content, 7) == {"101": "17.45"}


def test_first_and_last_names_in_two_columns_are_read(fill):
    text = (
        "LastName,FirstName,ID,SIS Login ID,Section,A tiny lab (7)\n"
        "    Points Possible,,,,,100.00\n"
        "Lovelace,Ada,,,Mon,\n"
    )

    filled = fill({"Ada Lovelace": 50}, ids={"Ada Lovelace": []}, text=text)

    assert filled.content.decode() == text.replace("Mon,\n", "Mon,50.00\n")


def test_a_file_that_is_no_gradebook_is_refused_in_one_line(fill):
    with pytest.raises(LabError, match="expected Student, ID, SIS Login ID, Section"):
        fill({"ada": 1}, text="Identifier,Full name,Grade\nParticipant 1,Ada,\n")


def test_points_out_of_range_are_not_written(fill):
    filled = fill({"ada": 120})

    assert filled.content == DOWNLOAD.encode()
    assert filled.remarks == ("ada: got 120 points, expected 0 to 100: not written",)
