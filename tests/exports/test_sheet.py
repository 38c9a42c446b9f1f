"""A downloaded CSV file, kept byte for byte but for what is set."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import LabError
from grader.exports.sheet import Sheet, number_in, number_text

# everything that a careless reader would write in another way
ODD = (
    '\ufeffName;Mark;"A ""quoted"", title"\r\n'
    '"Ада; Лавлейс";;"two\nlines"\r\n'
    ";;\r\n"
    "\r\n"
    "  spaces ;1,5;'=cmd|calc'!A1\n"
    "👩‍🎓;\u202bשלום\u202c;last without an end"
)


def sheet(text):
    return Sheet(text.encode(), name="marks.csv")


def test_a_file_in_which_nothing_is_set_is_the_same_bytes():
    assert sheet(ODD).render() == ODD.encode()


def test_setting_a_cell_changes_the_bytes_of_that_cell_alone():
    odd = sheet(ODD)

    odd.set(1, 1, "85,50")

    assert odd.render() == ODD.replace('Лавлейс";;', 'Лавлейс";85,50;').encode()


def test_cells_are_what_they_say_and_not_how_they_are_written():
    odd = sheet(ODD)

    assert odd.header == ("Name", "Mark", 'A "quoted", title')
    assert odd.values(1) == ("Ада; Лавлейс", "", "two\nlines")
    assert [odd.is_blank(row) for row in range(odd.height)] == [
        *(False, False, True, True, False, False),
    ]


def test_lines_are_counted_as_an_editor_counts_them():
    odd = sheet(ODD)

    assert [odd.line(row) for row in range(odd.height)] == [1, 2, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("85.50", "85.50"),
        ("a,b", '"a,b"'),
        ('say "no"', '"say ""no"""'),
        ("two\nlines", '"two\nlines"'),
        (" spaces ", '" spaces "'),
    ],
)
def test_a_cell_is_quoted_where_it_must_be(text, written):
    plain = sheet("a,b\n1,2\n")

    plain.set(1, 0, text)

    assert plain.render().decode() == f"a,b\n{written},2\n"


def test_a_cell_that_was_quoted_stays_quoted():
    quoted = sheet('"a","b"\n"",""\n')

    quoted.set(1, 0, "85.50")

    assert quoted.render() == b'"a","b"\n"85.50",""\n'


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_what_separates_the_header(separator):
    titles = ['"Lab 1; first, second (12)"', "b", "c", "d"]

    assert sheet(separator.join(titles) + "\n").header[1:] == ("b", "c", "d")


def test_a_line_with_too_many_cells_is_refused_by_its_number():
    with pytest.raises(LabError, match=r"marks.csv, line 3: got 3 cells, expected 2"):
        sheet("a,b\n1,2\n1,2,3\n")


def test_setting_a_cell_that_the_line_lacks_is_refused():
    short = sheet("a,b,c\n1,2\n")

    with pytest.raises(LabError, match="line 2: got 2 cells, expected 3"):
        short.set(1, 2, "x")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b'a,b\n"open,2\n', "line 2: a quote is opened", id="quote"),
        pytest.param("a,b\nй,2\n".encode("cp1251"), "line 2: not UTF-8", id="cp1251"),
        pytest.param(b"", "is empty", id="empty"),
        pytest.param("\ufeff\r\n".encode(), "is empty", id="mark-alone"),
        pytest.param(b"a," * 10_000_001, "larger than 20 MB", id="large"),
    ],
)
def test_what_is_no_csv_is_refused_in_one_line(content, told):
    with pytest.raises(LabError, match=told) as refused:
        Sheet(content, name="marks.csv")

    assert "\n" not in str(refused.value)


CELL = st.text(st.sampled_from('a1é ,;\t"\n\r='), max_size=6)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=4))
def test_it_reads_what_pythons_own_writer_writes(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([["h", "i", "j"], *rows])
    text = out.getvalue()

    read = sheet(text)

    assert [list(read.values(row)) for row in range(1, read.height)] == rows
    assert read.render() == text.encode()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("85", "85"),
        (" 85,50 ", "85.5"),
        ("85.25", "85.25"),
        ("EX", None),
        ("", None),
        ("1.000,00", None),
        ("٨٥", None),
    ],
)
def test_numbers_have_a_point_or_a_comma(text, number):
    assert number_in(text) == (None if number is None else Decimal(number))


def test_numbers_are_written_with_the_files_own_sign():
    assert number_text(Decimal("85.5"), comma=True) == "85,50"
    assert number_text(Decimal(85), comma=False) == "85.00"
