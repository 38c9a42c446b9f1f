"""Writing what people read from what the gradebook has.

A report is written the moment it is known, and again only if something in it has changed:
another mark, another lab of the same student. `published.json` says which state of each
report lies there; it is written after the reports, so a run that was cut off writes again
what it may not have finished.
"""

import functools
import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata

from grader.domain.gradebook import MarkChange
from grader.domain.mark import Attempt, Marks
from grader.domain.marks import marks_of
from grader.domain.policy import Policy
from grader.domain.report import ClassReport, LabReport
from grader.domain.teams import Teams
from grader.languages import ENGLISH, Language
from grader.reports.dashboard import dashboard_html
from grader.reports.student import student_html, student_markdown
from grader.reports.tables import checks_csv, grades_csv
from grader.store.folder import ResultsFolder
from grader.store.gradebook import Gradebook

# without it, spreadsheets take UTF-8 for a local encoding and garble names
SPREADSHEET_MARK = "\ufeff"
STATE_FILE = "published.json"
CLASS_FILES = ("index.html", "grades.csv", "checks.csv")
TAKEN_NAMES = frozenset(
    {
        *(*CLASS_FILES, STATE_FILE, "gradebook.sqlite"),
        # beside the database while it is open
        *("gradebook.sqlite-wal", "gradebook.sqlite-shm", "gradebook.sqlite-journal"),
    }
)

# it reads and parses a file each time
version = functools.cache(metadata.version)


@dataclass(frozen=True)
class Published:
    """What now lies in the results folder.

    Attributes:
        report: The class, reports without pictures, examples and notes.
        marks: The marks under the policy.
        changes: Marks that are not what they were.
    """

    report: ClassReport
    marks: Marks
    changes: tuple[MarkChange, ...]


def report_path(student: str, lab: str, suffix: str) -> str:
    """Return where a report stands below the results folder."""
    # a student may be called like one of the files that lie beside the students'
    taken = student.casefold() in TAKEN_NAMES
    return f"{student}{'_' if taken else ''}/{lab}.{suffix}"


class Publisher:
    """Writes a gradebook's reports to a results folder."""

    def __init__(
        self,
        folder: ResultsFolder,
        book: Gradebook,
        policy: Policy,
        *,
        language: Language = ENGLISH,
    ) -> None:
        """Look what lies there.

        Args:
            folder: Where to.
            book: Where from.
            policy: How scores become marks.
            language: Of the pages; tables and JSON stay English.
        """
        self._folder = folder
        self._book = book
        self._policy = policy
        self._teams = Teams(policy.roster or ())
        self._language = language
        self._states = _read_states(folder)

    def publish(self, report: LabReport) -> None:
        """Write one report that was just made, a team's for each of its members.

        Raises:
            InfrastructureError: If the disk refuses.
        """
        for one in self._teams.each([report]):
            self._write(one, (), None)

    def publish_all(
        self, title: str, *, labs: Sequence[str], at: datetime
    ) -> Published:
        """Write every report that is not as it should be, and the class's files.

        Args:
            title: Of the class.
            labs: In the order of the course.
            at: The present.

        Raises:
            InfrastructureError: If the disk or the gradebook refuses.
        """
        ungraded = tuple(self._teams.each(self._book.ungraded()))
        attempts = self._book.attempts()
        marks = marks_of(
            self._policy,
            attempts,
            self._book.overrides(),
            now=at,
            ungraded={(one.student, one.lab) for one in ungraded},
        )
        changes = self._book.record_marks(marks.marks.values(), at=at)
        reports = sorted(
            self._book.reports(marks.shown),
            key=lambda one: (_place(one.lab, labs), one.student),
        )
        report = ClassReport(
            title=title, created_at=at, reports=tuple(reports), ungraded=ungraded
        )
        self._write_students(reports, marks)
        self._write_class(report, marks, tuple(self._teams.each(attempts)))
        return Published(report, marks, changes)

    def _write_students(self, reports: Sequence[LabReport], marks: Marks) -> None:
        by_student: dict[str, list[LabReport]] = defaultdict(list)
        for report in reports:
            by_student[report.student].append(report)
        for own in by_student.values():
            for report in own:
                siblings = tuple(other for other in own if other is not report)
                if not self._is_published(report, siblings, marks):
                    by, sha256 = marks.shown[report.student, report.lab]
                    whole = self._book.report(report.student, report.lab, sha256, by=by)
                    self._write(whole, siblings, marks)
        self._folder.write(STATE_FILE, json.dumps(self._states, indent=0))

    def _is_published(
        self, report: LabReport, siblings: Sequence[LabReport], marks: Marks | None
    ) -> bool:
        path = report_path(report.student, report.lab, "json")
        return self._states.get(path) == self._state(report, siblings, marks) and all(
            self._folder.has(report_path(report.student, report.lab, suffix))
            for suffix in ("json", "html", "md")
        )

    def _write(
        self, report: LabReport, siblings: Sequence[LabReport], marks: Marks | None
    ) -> None:
        def path(suffix: str) -> str:
            return report_path(report.student, report.lab, suffix)

        # nothing is known of it while it is written
        self._states.pop(path("json"), None)
        text = report.model_dump_json(indent=1) + "\n"
        language = self._language
        page = student_html(
            report, siblings=tuple(siblings), marks=marks, language=language
        )
        as_text = student_markdown(report, marks=marks, language=language)
        self._folder.write(path("json"), text)
        self._folder.write(path("html"), page)
        self._folder.write(path("md"), as_text)
        self._states[path("json")] = self._state(report, siblings, marks)

    def _state(
        self, report: LabReport, siblings: Sequence[LabReport], marks: Marks | None
    ) -> str:
        language = f"{self._language.code}{self._language.edition[:16]}"
        return f"{_state(report, siblings, marks)} {language}"

    def _write_class(
        self, report: ClassReport, marks: Marks, attempts: Sequence[Attempt]
    ) -> None:
        hrefs = {
            (one.student, one.lab): report_path(one.student, one.lab, "html")
            for one in report.reports
        }
        page = dashboard_html(
            report,
            hrefs=hrefs,
            marks=marks,
            attempts=attempts,
            language=self._language,
        )
        grades = grades_csv(report, marks=marks)
        self._folder.write("index.html", page)
        self._folder.write("grades.csv", SPREADSHEET_MARK + grades)
        self._folder.write("checks.csv", SPREADSHEET_MARK + checks_csv(report))


def _place(lab: str, labs: Sequence[str]) -> int:
    """Return a lab's place in the course; one that was taken out comes last."""
    return labs.index(lab) if lab in labs else len(labs)


def _state(
    report: LabReport, siblings: Sequence[LabReport], marks: Marks | None
) -> str:
    """Return what a report's pages depend on, in a few letters."""
    parts = (
        version("grader"),
        *(report.submission.sha256, report.seed, report.graded_at.isoformat()),
        *(f"{one.lab} {one.lab_title} {one.score}" for one in siblings),
        *(_shown(one, marks) for one in (report, *siblings) if marks),
    )
    return hashlib.sha256("\0".join(filter(None, parts)).encode()).hexdigest()[:16]


def _shown(report: LabReport, marks: Marks) -> str:
    """Return what a report's page says of a mark beyond the score."""
    mark = marks.marks.get((report.student, report.lab))
    if mark is None or not (marks.policy.stated or mark.needs_words):
        return ""
    total = marks.totals.get(report.student)
    return mark.model_dump_json() + (total.model_dump_json() if total else "")


def _read_states(folder: ResultsFolder) -> dict[str, str]:
    """Return which state of each report lies there; what can't be read is written anew."""
    try:
        states = json.loads(folder.read(STATE_FILE))
    except ValueError:
        return {}
    return states if isinstance(states, dict) else {}
