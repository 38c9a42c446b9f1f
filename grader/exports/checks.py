"""A table of every check with everything that a student is known by, for spreadsheets.

It is `checks.csv` of the results folder, and beside each student what other systems call
them, so that it can be joined with what those export.
"""

from collections.abc import Iterable, Mapping, Sequence

from grader.domain.identity import Identity, Platform
from grader.domain.mark import Marks
from grader.domain.policy import Enrolled
from grader.domain.report import LabReport
from grader.reports.tables import CHECK_COLUMNS, Cell, check_cells, csv_text

PERSON = ("name", "email", "group", "id")
PLATFORMS: tuple[Platform, ...] = (
    *("canvas", "moodle", "gradescope", "classroom", "nbgrader"),
)


def checks_table(
    reports: Iterable[LabReport],
    *,
    marks: Marks,
    identities: Mapping[str, Sequence[Identity]],
    roster: Iterable[Enrolled],
) -> str:
    """Return one row per check of each report, with the student's ids and the lab's mark.

    What the roster does not say of a student, a platform may.
    """
    people = {one.student: one for one in roster}
    header = (
        "student",
        *PERSON,
        *(f"{one}_id" for one in PLATFORMS),
        *CHECK_COLUMNS,
        "mark",
    )
    rows = (
        [
            report.student,
            *_person(people.get(report.student), identities.get(report.student, ())),
            *check_cells(report, check),
            mark.mark if mark else None,
        ]
        for report in reports
        for mark in [marks.marks.get((report.student, report.lab))]
        for check in report.checks
    )
    return csv_text([header, *rows])


def _person(one: Enrolled | None, identities: Sequence[Identity]) -> list[Cell]:
    told = {name: getattr(one, name, "") for name in PERSON}
    for name in ("name", "email"):
        known = (getattr(identity, name) for identity in identities)
        told[name] = told[name] or next(filter(None, known), "")
    ids = (
        " ".join(each.id for each in identities if each.platform == platform)
        for platform in PLATFORMS
    )
    return [*told.values(), *ids]
