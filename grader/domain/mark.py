"""The nouns of marking: what was scored, what a teacher decided, what counts.

Texts for students never name the author of an override; `Override.author` is the
teacher's, as are the reasons of extensions and excuses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, AwareDatetime, Field

from grader.domain.frozen import Frozen
from grader.domain.policy import Extension, Policy
from grader.domain.text import clean

# of a lab that nobody handed in: a lab's tasks add up to 100 (domain/lab.py)
WHOLE = 100.0

# more is a slip of the pen, and what is added up stays exact
MOST_POINTS = 1e6

OneLine = Annotated[str, AfterValidator(clean)]
Points = Annotated[float, Field(ge=0, le=MOST_POINTS, allow_inf_nan=False)]
Pair = tuple[str, str]


class CheckScore(Frozen):
    """What one check gave."""

    id: str
    points: Points
    earned: Points


class Attempt(Frozen):
    """One graded hand-in, as the store knows it.

    Attributes:
        received_at: None if nothing tells.
        checks: May be left out where no override asks for one.
        marked_late: Whether the platform called it late.
        team: Whose it is, as the roster calls them; empty if the student's own.
        by: Under which name the team handed it in.
    """

    student: str
    lab: str
    sha256: str
    received_at: AwareDatetime | None
    graded_at: AwareDatetime
    score: Points
    max_score: Points
    checks: tuple[CheckScore, ...] = ()
    marked_late: bool = False
    team: str = ""
    by: str = ""


class Override(Frozen):
    """A teacher's decision about one student's lab, or about one of its checks.

    It hangs on the student and the lab, not on a hand-in, so it survives regrading.

    Attributes:
        check: None for the mark as a whole, which is then final.
        points: None takes an earlier override back.
        author: Shown to teachers only.
        reason: Shown to the student too.
    """

    student: str
    lab: str
    check: str | None = None
    points: Points | None
    author: OneLine
    reason: OneLine
    at: AwareDatetime


class Mark(Frozen):
    """One student's mark in one lab; `mark` + `penalty` is the score that it comes from.

    Attributes:
        mark: 0..max_score, rounded.
        score: Of the attempt that counts, as the checks gave it; None if none counts.
        sha256: Of that attempt.
        team: Whose that was; empty if the student's own.
        received_at: Of that attempt.
        due: With the student's extension.
        late_s: Seconds after `due`; 0 within the grace.
        penalty: Points that lateness cost.
        undated: Whether nothing tells when the attempt came.
        flagged: Whether the platform called it late and nothing tells how late it was.
        override: The one that decides the mark.
        check_overrides: Those that changed what the attempt's checks gave.
        extension: What moved the date.
        excused: Whether the lab is left out of the total.
        why: Sentences for the student.
    """

    student: str
    lab: str
    mark: Points
    max_score: Points
    score: Points | None = None
    sha256: str | None = None
    team: str = ""
    received_at: AwareDatetime | None = None
    due: AwareDatetime | None = None
    late_s: float = Field(default=0, ge=0)
    penalty: Points = 0
    undated: bool = False
    flagged: bool = False
    override: Override | None = None
    check_overrides: tuple[Override, ...] = ()
    extension: Extension | None = None
    excused: bool = False
    why: tuple[str, ...] = ()

    @property
    def missing(self) -> bool:
        """Return whether it is the 0 of a lab that was due and never came."""
        return self.score is None and self.override is None

    @property
    def overridden(self) -> bool:
        """Return whether a teacher changed it."""
        return self.override is not None or bool(self.check_overrides)

    @property
    def needs_words(self) -> bool:
        """Return whether it is something else than the score of the only hand-in."""
        return bool(self.why) or self.overridden or self.penalty > 0


class Total(Frozen):
    """One student's total, of what counts so far.

    Attributes:
        total: 0..100, weighted; None if nothing counts yet.
        counted: Labs that make it up.
        missing: Labs of which nothing counts, though they are due; a 0 each.
        dropped: Labs left out as the lowest.
        excused: Labs left out because the student is excused.
        enrolled: Whether the student is on the roster, or there is none.
        why: One sentence a lab.
    """

    student: str
    total: float | None = Field(default=None, ge=0, le=100)
    counted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    excused: tuple[str, ...] = ()
    enrolled: bool = True
    why: tuple[str, ...] = ()


class Shown(NamedTuple):
    """The hand-in that the report on a student's lab is about.

    Attributes:
        by: Under whose name it was handed in: the student's, or a team's.
    """

    by: str
    sha256: str


@dataclass(frozen=True)
class Marks:
    """The marks of a class under a policy.

    Attributes:
        policy: Which.
        labs: All that count or have a mark, in the order of the course.
        marks: By (student, lab). What is missing has no mark yet.
        totals: By student: who is on the roster, handed in or has an override.
        shown: By (student, lab): the hand-in that counts; where none does, the newest.
    """

    policy: Policy
    labs: tuple[str, ...] = ()
    marks: Mapping[Pair, Mark] = field(default_factory=dict)
    totals: Mapping[str, Total] = field(default_factory=dict)
    shown: Mapping[Pair, Shown] = field(default_factory=dict)

    @property
    def strangers(self) -> tuple[str, ...]:
        """Return who handed in and is not on the roster."""
        return tuple(one.student for one in self.totals.values() if not one.enrolled)
