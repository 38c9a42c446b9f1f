"""A teacher's decision about a mark: kept with author and reason, shown at once."""

import difflib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from grader.app.report import report
from grader.domain.mark import WHOLE, Mark, Marks, Override, Shown
from grader.domain.marks import marks_of
from grader.domain.teams import Teams
from grader.errors import LabError
from grader.labs.course import Course
from grader.labs.policy import read_policy
from grader.languages import ENGLISH, Language
from grader.store.folder import ResultsFolder
from grader.store.gradebook import Gradebook


@dataclass(frozen=True)
class Decided:
    """What a decision changed; None where there is no mark."""

    before: Mark | None
    after: Mark | None


def override(
    course: Course,
    book: Gradebook,
    folder: ResultsFolder,
    decision: Override,
    *,
    language: Language = ENGLISH,
) -> Decided:
    """Keep a decision and write again what it changes.

    Args:
        course: For its labs and its policy.
        book: Where decisions are kept.
        folder: Where the reports are.
        decision: What was decided; points None takes an earlier one back.
        language: Of the pages.

    Raises:
        LabError: If there is no such student, lab or check, the points are more than
            there are, or there is nothing to take back.
        InfrastructureError: If the gradebook or the disk refuses.
    """
    course.lab(decision.lab)
    before = current_marks(course, book, at=decision.at)
    check_student(decision.student, before)
    mark = before.marks.get((decision.student, decision.lab))
    if decision.points is None:
        _check_standing(book, decision)
    else:
        shown = before.shown.get((decision.student, decision.lab))
        _check_points(decision, _most(book, decision, mark, shown))
    book.add_override(decision)
    after = report(course, book, folder, at=decision.at, language=language).marks
    return Decided(before=mark, after=after.marks.get((decision.student, decision.lab)))


def current_marks(course: Course, book: Gradebook, *, at: datetime) -> Marks:
    """Return the marks of today, from what the gradebook has and the policy says.

    Raises:
        LabError: If `course.toml` is broken.
        InfrastructureError: If the gradebook can't be read.
    """
    return marks_of(
        read_policy(course),
        book.attempts(),
        book.overrides(),
        now=at,
        ungraded={(one.student, one.lab) for one in book.ungraded()},
    )


def check_student(student: str, marks: Marks) -> None:
    """Refuse a student whom nobody knows, and a team.

    Raises:
        LabError: With the nearest name, or those of the team's members.
    """
    teams = Teams(marks.policy.roster or ())
    if team := teams.named(student):
        members = ", ".join(teams.members(team))
        raise LabError(f"{team} is a team: name one of its members, {members}")
    if student not in marks.totals:
        hint = _near(student, marks.totals)
        raise LabError(
            f"there is no student {student!r} in the gradebook or on the roster{hint}"
        )


def _most(
    book: Gradebook, decision: Override, mark: Mark | None, shown: Shown | None
) -> float:
    """Return how many points there are to give.

    Raises:
        LabError: If there is no such check, or nothing in which it could be.
    """
    if decision.check is None:
        return mark.max_score if mark else WHOLE
    if shown is None:
        raise LabError(
            f"{decision.student} has nothing graded in {decision.lab}, so there is no "
            "check to decide about; leave --check out to set the mark"
        )
    student, lab = decision.student, decision.lab
    checks = book.report(student, lab, shown.sha256, by=shown.by).checks
    points = {check.id: check.points for check in checks if check.points > 0}
    if decision.check not in points:
        hint = _near(decision.check, points) or f"; there are {', '.join(points)}"
        raise LabError(
            f"{decision.lab} has no check {decision.check!r} that carries points{hint}"
        )
    return points[decision.check]


def _check_points(decision: Override, most: float) -> None:
    if decision.points is not None and decision.points > most:
        what = f"check {decision.check}" if decision.check else decision.lab
        raise LabError(
            f"got {decision.points:g} points, but {what} has {most:g} at most"
        )


def _check_standing(book: Gradebook, decision: Override) -> None:
    key = (decision.student, decision.lab, decision.check)
    same = [one for one in book.overrides() if (one.student, one.lab, one.check) == key]
    if not same or same[-1].points is None:
        what = f"check {decision.check} of " if decision.check else ""
        raise LabError(
            f"nobody has decided about {what}{decision.student}'s {decision.lab}: there "
            "is nothing to take back"
        )


def _near(name: str, names: Collection[str]) -> str:
    near = difflib.get_close_matches(name, list(names), n=1)
    return f"; did you mean {near[0]}?" if near else ""
