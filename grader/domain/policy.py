"""How a course turns scores into marks: what `course.toml` and the roster say.

A policy holds decisions of a teacher and no computation: `marks_of` computes. Without a
`course.toml` it is `Policy()`, in which everything counts as it is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, Field

from grader.domain.frozen import Frozen

UTC_NAME = "UTC"
# more is a slip of the pen
MOST_MINUTES = 7 * 24 * 60
MOST_DAYS = 3660
HEAVIEST = 1e6


class LateRule(Frozen):
    """What lateness costs: `percent` for each period that was begun.

    Attributes:
        per: The period.
        percent: Of `of`, for each period; 0 for lateness that costs nothing.
        of: Whether the percentage is of the lab's maximum or of the score.
        at_most: The largest percentage that lateness can cost.
    """

    per: Literal["day", "hour"] = "day"
    percent: float = Field(default=0, ge=0, le=100)
    of: Literal["maximum", "score"] = "maximum"
    at_most: float = Field(default=100, ge=0, le=100)


class LabPolicy(Frozen):
    """What holds for one lab.

    Attributes:
        due: Received until then is in time; None for a lab without a date.
        closes: What is received later earns nothing; None for never.
        after_closing: `refused`: as if it had not been handed in; `zero`: it is an
            attempt, with the mark 0.
        grace_minutes: So much after `due` is in time too, and costs nothing later on.
        attempts: Whether the best mark counts, lateness included, or the last hand-in.
        weight: In the total, relative to the other labs; 0 to leave it out.
    """

    lab: str
    due: AwareDatetime | None = None
    closes: AwareDatetime | None = None
    after_closing: Literal["refused", "zero"] = "refused"
    grace_minutes: float = Field(default=0, ge=0, le=MOST_MINUTES)
    late: LateRule = LateRule()
    attempts: Literal["best", "last"] = "best"
    weight: float = Field(default=1, ge=0, le=HEAVIEST)


class Extension(Frozen):
    """More time for one student: a new date, or days more.

    Attributes:
        lab: None for all labs that have a date.
        due: The new date; where the lab's is later, the lab's holds.
        days: How much more; wall clocks show the same time then.
    """

    student: str
    lab: str | None = None
    due: AwareDatetime | None = None
    days: float = Field(default=0, ge=0, le=MOST_DAYS)
    reason: str = ""


class Excuse(Frozen):
    """A lab that is left out of a student's total."""

    student: str
    lab: str
    reason: str = ""


class Enrolled(Frozen):
    """One line of the roster.

    Attributes:
        student: As the folders of the hand-ins are called.
        id: The university's number.
        teams: What the student's teams are called: what they hand in is the student's.
    """

    student: str
    name: str = ""
    email: str = ""
    group: str = ""
    id: str = ""
    teams: tuple[str, ...] = ()

    @property
    def team(self) -> str:
        """Return the teams as the roster's column has them."""
        return "; ".join(self.teams)


@dataclass(frozen=True)
class Terms:
    """When a lab is due and closes for one student.

    Attributes:
        extended: The extension that moved the date, if one did.
    """

    due: datetime | None
    closes: datetime | None
    extended: Extension | None = None


class Policy(Frozen):
    """A course's policy.

    Attributes:
        stated: Whether there is a `course.toml`.
        timezone: In which dates are shown.
        labs: In the order of the course.
        roster: None for "whoever hands in".
        drop_lowest: So many labs, those with the smallest share, are left out of a total.
        decimals: Of marks and totals; halves are rounded up.
    """

    stated: bool = False
    timezone: str = UTC_NAME
    labs: tuple[LabPolicy, ...] = ()
    roster: tuple[Enrolled, ...] | None = None
    extensions: tuple[Extension, ...] = ()
    excused: tuple[Excuse, ...] = ()
    drop_lowest: int = Field(default=0, ge=0)
    decimals: int = Field(default=2, ge=0, le=2)


def terms_of(rules: LabPolicy, extensions: tuple[Extension, ...]) -> Terms:
    """Return what holds for a student with some extensions that concern this lab.

    The latest of the dates counts, never one before the lab's own; the closing moves by
    as much as the date.
    """
    if rules.due is None:
        return Terms(due=None, closes=rules.closes)
    terms = Terms(due=rules.due, closes=rules.closes)
    for extension in extensions:
        base = extension.due or rules.due
        due = base + timedelta(days=extension.days)
        if terms.due is not None and due > terms.due:
            closes = rules.closes and rules.closes + (due - rules.due)
            terms = Terms(due=due, closes=closes, extended=extension)
    return terms
