"""The grades and the check results as CSV for spreadsheets and scripts.

RFC 4180: comma, CRLF, every text in quotes. Numbers are written bare with a full stop.
Write the text with `encoding=CSV_ENCODING, newline=""`: the byte-order mark is what
makes Excel read UTF-8, and LibreOffice, Google Sheets, pandas and Python's `utf-8-sig`
take it away. It is no part of the text, so that a reader of the text needs no care.

Nothing of tampering stands in them: tables are passed on, and it is the teacher's alone.
"""

import csv
import io
from collections.abc import Iterable, Sequence

from grader.domain.report import CheckResult, ClassReport, LabReport
from grader.reports.summary import GradeRow, gradebook
from grader.reports.text import csv_cell

CSV_ENCODING = "utf-8-sig"

Cell = str | float | None


def grades_csv(report: ClassReport) -> str:
    """Return one row per student: student, a score per lab, total, max, ungraded.

    An empty cell is a lab that was not handed in or could not be graded: it is not a
    zero. The column `ungraded` names those that came and could not be graded.
    """
    book = gradebook(report)
    header = ["student", *book.labs, "total", "max", "ungraded"]
    return _csv(
        [header, *(_grades(row, book.labs, book.max_score) for row in book.rows)]
    )


def _grades(row: GradeRow, labs: Sequence[str], max_score: float) -> list[Cell]:
    scores = [row.reports[lab].score if lab in row.reports else None for lab in labs]
    ungraded = ", ".join(f"{item.lab} ({item.whose})" for item in row.ungraded)
    return [row.student, *scores, row.total, max_score, ungraded]


def checks_csv(report: ClassReport) -> str:
    """Return one row per check of each report.

    Without the notes: they hold hidden inputs, and a table of results is passed on more
    readily than the JSON files.
    """
    header = [
        *("student", "lab", "lab_version", "task", "check", "title", "hidden"),
        *("points", "earned", "outcome", "mistake", "feedback", "seconds"),
    ]
    rows = (_result(item, check) for item in report.reports for check in item.checks)
    return _csv([header, *rows])


def _result(report: LabReport, check: CheckResult) -> list[Cell]:
    return [
        *(report.student, report.lab, report.lab_version),
        *(check.task, check.id, check.title, "yes" if check.hidden else "no"),
        *(check.points, check.earned, check.outcome.value),
        check.diagnosis.mistake if check.diagnosis else "",
        *(check.feedback, round(check.seconds, 3)),
    ]


def _csv(rows: Iterable[Sequence[Cell]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC)
    for row in rows:
        writer.writerow(
            [csv_cell(c) if isinstance(c, str) else _number(c) for c in row]
        )
    return out.getvalue()


def _number(value: float | None) -> float | str:
    if value is None:
        return ""
    # no more digits than a mark has: 0.1 + 0.2 is 0.3 here, and 85.0 is 85
    rounded = round(float(value), 4)
    return int(rounded) if rounded.is_integer() else rounded
