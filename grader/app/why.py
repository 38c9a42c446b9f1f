"""Why a student has this mark: how it comes about today, and all that ever happened."""

from datetime import datetime

from grader.app.override import check_student, current_marks
from grader.domain.frozen import Frozen
from grader.domain.gradebook import Event
from grader.domain.mark import Mark, Marks, Shown, Total
from grader.domain.policy import Excuse
from grader.domain.teams import Teams
from grader.labs.course import Course
from grader.store.gradebook import Gradebook


class Grading(Frozen):
    """How the hand-in that counts was graded.

    Attributes:
        seed: Of the random inputs, decimal digits.
    """

    lab_version: str
    seed: str
    isolation: str
    python: str
    graded_at: datetime


class Explanation(Frozen):
    """All there is to say about one student's lab; the teacher's.

    Attributes:
        mark: None if there is none yet.
        excuse: Why the lab is left out of the total; None if it isn't.
        grading: Of the hand-in that counts; None if none does.
        trail: The oldest first.
    """

    student: str
    lab: str
    mark: Mark | None
    total: Total
    excuse: Excuse | None
    grading: Grading | None
    trail: tuple[Event, ...]


def why(
    course: Course, book: Gradebook, student: str, lab: str, *, at: datetime
) -> Explanation:
    """Return how a mark comes about.

    Raises:
        LabError: If there is no such student or lab, or `course.toml` is broken.
        InfrastructureError: If the gradebook can't be read.
    """
    course.lab(lab)
    marks = current_marks(course, book, at=at)
    check_student(student, marks)
    mark = marks.marks.get((student, lab))
    excuses = [
        one for one in marks.policy.excused if (one.student, one.lab) == (student, lab)
    ]
    return Explanation(
        student=student,
        lab=lab,
        mark=mark,
        total=marks.totals[student],
        excuse=excuses[0] if excuses else None,
        grading=_grading(book, mark, marks.shown.get((student, lab))),
        trail=tuple(
            event
            for event in book.trail(student, lab, teams=_teams(book, marks, student))
            # of a team that was on no roster yet
            if event.student == student or event.kind != "mark"
        ),
    )


def _teams(book: Gradebook, marks: Marks, student: str) -> set[str]:
    """Return the names under which others handed in for a student."""
    teams = Teams(marks.policy.roster or ())
    names = {one.student for one in book.attempts()}
    names |= {one.student for one in book.ungraded()}
    return {name for name in names - {student} if student in teams.people(name)}


def _grading(book: Gradebook, mark: Mark | None, shown: Shown | None) -> Grading | None:
    if mark is None or mark.sha256 is None or shown is None:
        return None
    report = book.report(mark.student, mark.lab, mark.sha256, by=shown.by)
    return Grading(
        lab_version=report.lab_version,
        seed=report.seed,
        isolation=report.environment.isolation,
        python=report.environment.python,
        graded_at=report.graded_at,
    )
