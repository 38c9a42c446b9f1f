"""Marks for other systems: what the gradebook has, in the form that each of them reads."""

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from grader.app.override import current_marks
from grader.domain.identity import Platform
from grader.domain.lab import Lab
from grader.domain.mark import Mark
from grader.domain.report import LabReport, Ungraded
from grader.domain.teams import Teams
from grader.errors import LabError
from grader.exports.canvas import fill_gradebook
from grader.exports.checks import checks_table
from grader.exports.filling import Entries, Filled
from grader.exports.gradescope import results_json
from grader.exports.junit import Scored, junit_xml
from grader.exports.moodle import comment_on, fill_worksheet
from grader.exports.people import People
from grader.labs.course import Course
from grader.languages import ENGLISH, Language
from grader.store.gradebook import Gradebook

_OUTCOME: TypeAdapter[LabReport | Ungraded] = TypeAdapter(LabReport | Ungraded)


class Export:
    """A class's marks of today, ready to be written."""

    def __init__(self, course: Course, book: Gradebook, *, at: datetime) -> None:
        """Compute the marks.

        Args:
            course: For its labs and its policy.
            book: What was graded and decided.
            at: The present: it decides what is due.

        Raises:
            LabError: If `course.toml` is broken.
            InfrastructureError: If the gradebook can't be read.
        """
        self._course = course
        self._book = book
        self._marks = current_marks(course, book, at=at)
        self._roster = self._marks.policy.roster or ()

    def lab(self, name: str | None) -> Lab:
        """Return a lab, or the only one that has marks.

        Raises:
            LabError: If there is no such lab, or several have marks.
        """
        if name is not None:
            return self._course.lab(name)
        marked = {lab for _, lab in self._marks.marks}
        found = [lab for lab in self._course.labs() if lab.name in marked]
        if len(found) == 1:
            return found[0]
        listed = ", ".join(lab.name for lab in found or self._course.labs())
        many = "several labs have marks" if found else "no lab has marks"
        raise LabError(f"{many}: say --lab with one of {listed}")

    def canvas(
        self, content: bytes, *, name: str, lab: Lab, column: str | None
    ) -> Filled:
        """Return Canvas's gradebook with a lab's marks in it.

        Raises:
            LabError: As `fill_gradebook`.
        """
        return fill_gradebook(
            content,
            name=name,
            lab=lab,
            entries=self._entries(lab),
            people=self._people("canvas"),
            column=column,
        )

    def moodle(
        self,
        content: bytes,
        *,
        name: str,
        lab: Lab,
        column: str | None,
        comments: bool,
        language: Language = ENGLISH,
    ) -> Filled:
        """Return Moodle's worksheet with a lab's marks in it, with comments if asked.

        Raises:
            LabError: As `fill_worksheet`.
        """
        entries = self._entries(lab)
        return fill_worksheet(
            content,
            name=name,
            entries=entries,
            people=self._people("moodle"),
            comments=self._comments(lab, entries, language) if comments else None,
            column=column,
        )

    def gradescope(
        self, lab: str | None, *, language: Language = ENGLISH
    ) -> Iterator[tuple[str, str]]:
        """Yield the path and the text of each submission's `results.json`."""
        for report in self.reports(lab):
            mark = self._mark(report)
            path = f"{report.student}/{report.lab}/results.json"
            yield path, results_json(report, mark=mark, language=language)

    def junit(self, lab: str | None) -> str:
        """Return JUnit XML of all reports, and of what could not be graded."""
        scored = [
            Scored(report, mark.mark if (mark := self._mark(report)) else None)
            for report in self.reports(lab)
        ]
        teams = Teams(self._roster)
        ungraded = [
            one for one in teams.each(self._book.ungraded()) if lab in {None, one.lab}
        ]
        return junit_xml(scored, ungraded=ungraded)

    def checks(self, lab: str | None) -> str:
        """Return the table of all checks with the students' ids, as CSV."""
        return checks_table(
            self.reports(lab),
            marks=self._marks,
            identities=self._book.identities(),
            roster=self._roster,
        )

    def reports(self, lab: str | None) -> list[LabReport]:
        """Return the reports of the hand-ins that count, by student and lab.

        Raises:
            LabError: If there is no such lab.
        """
        if lab is not None:
            self._course.lab(lab)
        shown = self._marks.shown
        wanted = {pair: one for pair, one in shown.items() if lab in {None, pair[1]}}
        order = [one.name for one in self._course.labs()]

        def place(report: LabReport) -> tuple[str, int]:
            known = report.lab in order
            return report.student, order.index(report.lab) if known else len(order)

        return sorted(self._book.reports(wanted), key=place)

    def _mark(self, report: LabReport) -> Mark | None:
        return self._marks.marks.get((report.student, report.lab))

    def _entries(self, lab: Lab) -> Entries:
        marks = self._marks
        return Entries(
            marks={
                student: mark
                for (student, name), mark in marks.marks.items()
                if name == lab.name
            },
            excused=frozenset(
                student
                for student, total in marks.totals.items()
                if lab.name in total.excused
            ),
        )

    def _people(self, platform: Platform) -> People:
        return People(
            self._marks.totals,
            self._book.identities(),
            self._roster,
            platform=platform,
        )

    def _comments(
        self, lab: Lab, entries: Entries, language: Language
    ) -> dict[str, str]:
        reports = {report.student: report for report in self.reports(lab.name)}
        return {
            student: comment_on(mark, reports.get(student), language=language)
            for student, mark in entries.marks.items()
        }


def read_outcomes(
    paths: Sequence[Path], *, read: Callable[[Path], bytes] = Path.read_bytes
) -> list[LabReport | Ungraded]:
    """Return reports from files: of a results folder, or of `grader check --json`.

    Raises:
        LabError: If one is no report.
    """
    found = []
    for path in paths:
        try:
            outcome = _OUTCOME.validate_json(read(path))
        except ValidationError as error:
            raise _no_report(path) from error
        if not _is_finite(outcome):
            raise _no_report(path)
        found.append(outcome)
    return found


def _is_finite(outcome: LabReport | Ungraded) -> bool:
    """Return whether its points are numbers: somebody else may have written the file."""
    if isinstance(outcome, Ungraded):
        return True
    numbers = [outcome.score, outcome.max_score, outcome.seconds]
    for check in outcome.checks:
        numbers += [check.points, check.earned, check.seconds]
    return all(math.isfinite(number) for number in numbers)


def _no_report(path: Path) -> LabError:
    return LabError(
        f"{path}: not a report; expected what `grader check --json` prints, or a JSON "
        "file of the results folder"
    )
