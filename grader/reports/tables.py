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

from grader.domain.mark import Marks, Total
from grader.domain.policy import Policy
from grader.domain.report import CheckResult, ClassReport, LabReport
from grader.reports.summary import GradeRow, gradebook
from grader.reports.text import csv_cell

CSV_ENCODING = "utf-8-sig"

Cell = str | float | None

# of labs, under a policy
_STATED = ("late", "missing", "excused", "dropped", "overridden")
CHECK_COLUMNS = (
    *("lab", "lab_version", "task", "check", "title", "hidden"),
    *("points", "earned", "outcome", "mistake", "feedback", "seconds"),
)


def grades_csv(report: ClassReport, *, marks: Marks | None = None) -> str:
    """Return one row per student: student, a mark per lab, total, max, ungraded.

    An empty cell is a lab that was not handed in or could not be graded: it is not a
    zero. The column `ungraded` names those that came and could not be graded.

    Under a policy the total is weighted, 0 to 100, and more columns stand there: what the
    roster has (name, email, group, team, id), whether the student is on it, and the labs that
    were late, missing, excused, dropped, or decided by a teacher.

    Args:
        report: The grading run.
        marks: What counts; the scores if left out.
    """
    book = gradebook(report, marks)
    policy = marks.policy if marks else Policy()
    roster = _roster(policy)
    stated = _STATED if policy.stated else ()
    if policy.roster is not None:
        stated = ("enrolled", *stated)
    header = ["student", *roster, *book.labs, "total", "max", *stated, "ungraded"]
    people = {one.student: one for one in policy.roster or ()}
    rows = (
        [
            row.student,
            *(getattr(people.get(row.student), name, "") for name in roster),
            *(_counting(row, lab) for lab in book.labs),
            *(row.total, book.max_score),
            *(_stated(row, name) for name in stated),
            ", ".join(f"{item.lab} ({item.whose})" for item in row.ungraded),
        ]
        for row in book.rows
    )
    return csv_text([header, *rows])


def _roster(policy: Policy) -> list[str]:
    """Return the roster's columns in which something stands."""
    students = policy.roster or ()
    return [
        name
        for name in ("name", "email", "group", "team", "id")
        if any(getattr(one, name) for one in students)
    ]


def _counting(row: GradeRow, lab: str) -> float | None:
    if lab in row.marks:
        return row.marks[lab].mark
    # without marks the score counts; with them what has none does not
    counts = row.standing is None and lab in row.reports
    return row.reports[lab].score if counts else None


def _stated(row: GradeRow, column: str) -> str:
    marks, standing = row.marks.values(), row.standing or Total(student=row.student)
    match column:
        case "enrolled":
            return "yes" if standing.enrolled else "no"
        case "late":
            return ", ".join(
                f"{mark.lab} (marked)" if mark.flagged else mark.lab
                for mark in marks
                if mark.late_s > 0 or mark.flagged
            )
        case "overridden":
            return ", ".join(mark.lab for mark in marks if mark.overridden)
        case _:
            labs: tuple[str, ...] = getattr(standing, column)
            return ", ".join(labs)


def checks_csv(report: ClassReport) -> str:
    """Return one row per check of each report.

    Without the notes: they hold hidden inputs, and a table of results is passed on more
    readily than the JSON files.
    """
    rows = (
        [item.student, *check_cells(item, check)]
        for item in report.reports
        for check in item.checks
    )
    return csv_text([("student", *CHECK_COLUMNS), *rows])


def check_cells(report: LabReport, check: CheckResult) -> list[Cell]:
    """Return what a table says of one check, by `CHECK_COLUMNS`."""
    return [
        *(report.lab, report.lab_version),
        *(check.task, check.id, check.title, "yes" if check.hidden else "no"),
        *(check.points, check.earned, check.outcome.value),
        check.diagnosis.mistake if check.diagnosis else "",
        *(check.feedback, round(check.seconds, 3)),
    ]


def csv_text(rows: Iterable[Sequence[Cell]]) -> str:
    """Return rows as CSV: texts quoted and no formulas, numbers bare."""
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
