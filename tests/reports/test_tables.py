"""The CSV files, read back as a program reads them."""

import csv
import io

from grader.domain.report import ClassReport, Ungraded
from grader.domain.verdict import Diagnosis, Outcome
from grader.reports.tables import CSV_ENCODING, checks_csv, grades_csv


def read(text):
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def a_class(reports, ungraded=()):
    return ClassReport(
        title="c",
        created_at=reports[0].graded_at,
        reports=tuple(reports),
        ungraded=tuple(ungraded),
    )


def test_one_row_per_student_and_one_column_per_lab(report):
    run = a_class(
        [
            report("Bob", "one", score=85.0),
            report("Ada", "one", score=62.5),
            report("Ada", "two", score=0.1 + 0.2, max_score=50.0),
        ]
    )

    assert read(grades_csv(run)) == [
        {
            "student": "Ada",
            "one": "62.5",
            "two": "0.3",
            "total": "62.8",
            "max": "150",
            "ungraded": "",
        },
        {
            "student": "Bob",
            "one": "85",
            "two": "",
            "total": "85",
            "max": "150",
            "ungraded": "",
        },
    ]


def test_what_could_not_be_graded_is_empty_and_named_not_zero(report):
    lost = Ungraded(
        student="Bob", lab="one", whose="infrastructure", where="b", message="disk full"
    )
    run = a_class([report("Ada", "one", score=0.0)], [lost])

    ada, bob = read(grades_csv(run))

    assert (ada["one"], ada["total"], ada["ungraded"]) == ("0", "0", "")
    assert (bob["one"], bob["total"]) == ("", "")
    assert bob["ungraded"] == "one (infrastructure)"


def test_lines_end_as_rfc_4180_says(report):
    text = grades_csv(a_class([report('a "b", c\nd')]))

    assert text.count("\r\n") == text.count("\n") == 2
    assert text.endswith("\r\n")
    assert read(text)[0]["student"] == 'a "b", c d'


def test_the_byte_order_mark_comes_with_the_encoding_not_with_the_text(report):
    text = grades_csv(a_class([report("Zoë")]))

    assert not text.startswith("\ufeff")
    assert text.encode(CSV_ENCODING).startswith(b"\xef\xbb\xbf")
    assert text.encode(CSV_ENCODING).decode("utf-8-sig") == text


def test_one_row_per_check_result(report, check):
    diagnosis = Diagnosis(mistake="sign_reversed", says="the sign is reversed")
    failed = check(
        "grad",
        task="T6",
        title="It is the gradient.",
        points=9.0,
        outcome=Outcome.FAILED,
        feedback="line one\nline two",
        diagnosis=diagnosis,
        seconds=0.01249,
    )

    first, second = read(checks_csv(a_class([report(checks=(check("f"), failed))])))

    assert (first["check"], first["outcome"], first["mistake"]) == ("f", "passed", "")
    assert second == {
        "student": "Ada Lovelace",
        "lab": "logic_gates",
        "lab_version": "3",
        "task": "T6",
        "check": "grad",
        "title": "It is the gradient.",
        "hidden": "yes",
        "points": "9",
        "earned": "0",
        "outcome": "failed",
        "mistake": "sign_reversed",
        "feedback": "line one line two",
        "seconds": "0.012",
    }


def test_hidden_inputs_are_not_in_the_table_of_checks(ada):
    table = checks_csv(a_class([ada]))

    assert ada.checks[1].note
    assert ada.checks[1].note not in table
    assert ada.seed not in table
