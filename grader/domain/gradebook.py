"""What a gradebook keeps, as values: how far hand-ins are, what decided a grading, the trail."""

from datetime import datetime

from grader.domain.frozen import Frozen


class GradingKey(Frozen):
    """What makes one grading of a hand-in the same as another, whoever runs it.

    Attributes:
        lab_sha256: Of the lab's files.
        grader_version: Of this package.
        seed: Of the random inputs, decimal digits.
        round: How often a teacher asked for the hand-in to be graded again.
    """

    lab_sha256: str
    grader_version: str
    seed: str
    round: int


class Standing(Frozen):
    """A hand-in in the gradebook, and how far it is.

    Attributes:
        id: In the gradebook.
        round: How often a teacher asked for it to be graded again.
        unreadable: Why it can't be read; empty if nobody found it so.
        gradings: Keys of all its gradings.
        current: Key of the one that holds; None if there is none.
        score: Of that one.
        max_score: Of that one.
    """

    id: int
    student: str
    lab: str
    sha256: str
    place: str
    round: int
    unreadable: str = ""
    gradings: frozenset[GradingKey] = frozenset()
    current: GradingKey | None = None
    score: float | None = None
    max_score: float | None = None


class Receipt(Frozen):
    """A hand-in that carried the code of a receipt.

    Attributes:
        sha256: Of the file as it came.
        place: Where it lay, for people.
        submitted_at: By the student's clock.
        received_at: What counts as the time of receipt; None if nothing tells.
        recorded_at: When a grading first saw the code, by its machine's clock.
    """

    student: str
    lab: str
    sha256: str
    place: str
    submitted_at: datetime | None
    received_at: datetime | None
    recorded_at: datetime


class Event(Frozen):
    """One line of the audit trail.

    Attributes:
        kind: `received`, `graded`, `ungraded`, `asked`, `overridden` or `mark`.
        text: One sentence.
        actor: Who did it: a login name, or `grader`.
    """

    at: datetime
    student: str
    lab: str
    kind: str
    text: str
    actor: str


class MarkChange(Frozen):
    """A mark that is not what it was; None where there was none, or is none any more."""

    student: str
    lab: str
    before: float | None
    after: float | None
    max_score: float
