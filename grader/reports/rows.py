"""The dashboard's table of students: one line each, and what it can be filtered by."""

from collections import Counter
from collections.abc import Mapping, Sequence

from grader.domain.frozen import Frozen
from grader.domain.mark import Mark
from grader.domain.report import LabReport
from grader.domain.verdict import Outcome
from grader.languages import ENGLISH, Language
from grader.reports.marking import cell_remarks
from grader.reports.summary import GradeRow
from grader.reports.text import relative_url
from grader.reports.words import number

# Path of each report's page, by student and lab.
Hrefs = Mapping[tuple[str, str], str]
# Place of a mistake or a check in the page's lists, by lab and name.
Places = Mapping[tuple[str, str], int]


class Link(Frozen):
    """A name with the student's report; `href` is "" where there is none."""

    name: str
    href: str


class Cell(Frozen):
    """One lab of one student: a mark, `ungraded`, or `–` for nothing handed in.

    Attributes:
        level: 0..4, the fifth of the mark, for the shade behind the number.
        remarks: Why it is not the score, or not there: `late −10`, `missing`.
    """

    text: str
    href: str
    level: int | None = None
    remarks: tuple[str, ...] = ()


class ShownRow(Frozen):
    """One student's line.

    Attributes:
        total: None if nothing was graded.
        faults: How many things did not go through.
        repairs: How many things were repaired, which is no reason to look.
        tampering: How many things looked like it.
        outliers: How many results lie far off.
        flagged: Whether there is anything to look at.
        mistakes: Places of those that were named.
        failed: Places of the checks that did not pass.
    """

    student: str
    cells: tuple[Cell, ...]
    total: float | None
    faults: int
    repairs: int
    tampering: int
    outliers: int
    flagged: bool
    cpu_seconds: float
    mistakes: tuple[int, ...]
    failed: tuple[int, ...]


class Table:
    """Makes the lines of one class."""

    def __init__(
        self,
        labs: Sequence[str],
        hrefs: Hrefs,
        *,
        mistakes: Places,
        checks: Places,
        outliers: Counter[str],
        language: Language = ENGLISH,
    ) -> None:
        """Keep what all lines need.

        Args:
            labs: The columns.
            hrefs: Where the reports are.
            mistakes: That the table can be filtered by.
            checks: The same of checks.
            outliers: How many results of a student lie far off.
            language: The reader's.
        """
        self._labs = labs
        self._hrefs = hrefs
        self._mistakes = mistakes
        self._checks = checks
        self._outliers = outliers
        self._language = language

    def row(self, row: GradeRow) -> ShownRow:
        """Return one student's line."""
        reports = tuple(row.reports.values())
        repairs = sum(fault.repaired for r in reports for fault in r.faults)
        faults = sum(len(report.faults) for report in reports) - repairs
        tampering = sum(len(report.tampering) for report in reports)
        outliers = self._outliers[row.student]
        return ShownRow(
            student=row.student,
            cells=tuple(self._cell(row, lab) for lab in self._labs),
            total=row.total,
            faults=faults,
            repairs=repairs,
            tampering=tampering,
            outliers=outliers,
            flagged=faults > 0
            or tampering > 0
            or outliers > 0
            or bool(row.ungraded)
            or not (row.standing is None or row.standing.enrolled)
            or any(mark.undated or mark.flagged for mark in row.marks.values()),
            cpu_seconds=sum(report.cpu_seconds for report in reports),
            mistakes=self._made(reports),
            failed=self._failed(reports),
        )

    def _made(self, reports: Sequence[LabReport]) -> tuple[int, ...]:
        found = {
            self._mistakes.get((report.lab, check.diagnosis.mistake))
            for report in reports
            for check in report.checks
            if check.diagnosis
        }
        return tuple(sorted(place for place in found if place is not None))

    def _failed(self, reports: Sequence[LabReport]) -> tuple[int, ...]:
        found = {
            self._checks[report.lab, check.id]
            for report in reports
            for check in report.checks
            if check.outcome is not Outcome.PASSED
        }
        return tuple(sorted(found))

    def _cell(self, row: GradeRow, lab: str) -> Cell:
        report, mark = row.reports.get(lab), row.marks.get(lab)
        remarks = cell_remarks(mark, row.standing, lab, self._language)
        if mark is None and report is None:
            came = any(item.lab == lab for item in row.ungraded)
            if came:
                said = self._language.text("ungraded")
                return Cell(text=said, href="#ungraded", remarks=remarks)
            return Cell(text="–", href="", remarks=remarks)
        points, most = _counting(mark, report)
        share = points / most if most > 0 else 0
        return Cell(
            text=number(points, self._language),
            href=link(row.student, lab, self._hrefs).href if report else "",
            level=min(max(int(5 * share), 0), 4),
            remarks=remarks,
        )


def link(student: str, lab: str, hrefs: Hrefs) -> Link:
    """Return a student's name with the report on a lab."""
    return Link(name=student, href=relative_url(hrefs.get((student, lab), "")))


def _counting(mark: Mark | None, report: LabReport | None) -> tuple[float, float]:
    """Return what counts, and of how many points."""
    if mark is not None:
        return mark.mark, mark.max_score
    return (report.score, report.max_score) if report else (0, 0)
