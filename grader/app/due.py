"""What of a class is to be graded: what came, less what the gradebook has already.

A grading stands as long as its key does: the same bytes of the same student, the same
files of the lab, the same grader, the same seed. Identical files of two students are two
hand-ins, each with a seed of its own.
"""

import functools
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from typing import overload

from grader.domain.gradebook import GradingKey, Standing
from grader.domain.report import Ungraded
from grader.domain.submission import HandIn
from grader.errors import InfrastructureError, SubmissionError
from grader.executors.bench import Job
from grader.intake import Found, submission_of, take_in
from grader.labs.course import Course
from grader.labs.fingerprint import fingerprint
from grader.store.gradebook import Gradebook

# it reads and parses a file each time
version = functools.cache(metadata.version)

# of files held at once before they are written down
BATCH_BYTES = 8 * 2**20


@dataclass(frozen=True)
class Taken:
    """What was taken in.

    Attributes:
        ids: Of the hand-ins, in the gradebook.
        refused: What could not be opened.
    """

    ids: frozenset[int]
    refused: tuple[Ungraded, ...]


@dataclass(frozen=True)
class Due:
    """A hand-in that is to be graded, and what it will be known by.

    Attributes:
        id: Of the hand-in, in the gradebook.
        before: Its score, if it was graded by other rules.
    """

    id: int
    student: str
    lab: str
    key: GradingKey
    before: float | None


@dataclass(frozen=True)
class Plan:
    """What there is to do.

    Attributes:
        due: In the order of the class.
        unchanged: What stands as it is, of what lies there now.
        earlier: What has been graded by these rules before others held: id and key.
    """

    due: tuple[Due, ...]
    unchanged: tuple[Standing, ...]
    earlier: tuple[tuple[int, GradingKey], ...] = ()


class Jobs(Sequence[Job]):
    """Jobs for what is due, each made when it is asked for: a class need not fit."""

    def __init__(self, book: Gradebook, due: Sequence[Due]) -> None:
        self._book = book
        self._due = due

    def __len__(self) -> int:
        return len(self._due)

    @overload
    def __getitem__(self, index: int) -> Job: ...
    @overload
    def __getitem__(self, index: slice) -> "Jobs": ...
    def __getitem__(self, index: int | slice) -> "Job | Jobs":
        if isinstance(index, slice):
            return Jobs(self._book, self._due[index])
        due = self._due[index]
        hand_in = self._book.hand_in(due.id)
        return Job(
            student=due.student,
            lab=due.lab,
            where=hand_in.place,
            read=functools.partial(submission_of, hand_in),
            seed=int(due.key.seed),
        )


def take_all_in(book: Gradebook, found: Iterable[Found], *, at: datetime) -> Taken:
    """Write down every hand-in with its bytes, some at a time.

    Args:
        book: Where.
        found: What lies there now.
        at: The present.
    """
    ids: set[int] = set()
    refused: list[Ungraded] = []
    for batch in _batches(found, refused):
        ids.update(book.receive(batch, at=at))
    return Taken(frozenset(ids), tuple(refused))


def _batches(
    found: Iterable[Found], refused: list[Ungraded]
) -> Iterator[Sequence[HandIn]]:
    batch: list[HandIn] = []
    size = 0
    for one in found:
        try:
            hand_in = take_in(one)
        except (SubmissionError, InfrastructureError) as error:
            refused.append(_refusal(one, error))
            continue
        batch.append(hand_in)
        size += len(hand_in.content)
        if size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    yield batch


def _refusal(found: Found, error: SubmissionError | InfrastructureError) -> Ungraded:
    ours = isinstance(error, InfrastructureError)
    return Ungraded(
        student=found.student,
        lab=found.lab,
        whose="infrastructure" if ours else "submission",
        where=found.where or found.path.name,
        message=str(error),
    )


def plan(
    book: Gradebook,
    course: Course,
    taken: frozenset[int],
    standings: Sequence[Standing],
    *,
    seed: int | None = None,
) -> Plan:
    """Return what of some hand-ins is to be graded.

    Earlier hand-ins count too, under a policy that takes the best: they are graded again
    when the lab has changed. Those that can't be read are tried again only while they
    are what lies there.

    Args:
        book: Knows the seeds.
        course: Where the labs are.
        taken: Ids of what lies there now.
        standings: All hand-ins of the students and labs that lie there.
        seed: A seed for all, to replay a grading; None for each hand-in's own.

    Raises:
        LabError: If a lab's files can't be read.
    """
    lab_sha256 = functools.cache(functools.partial(fingerprint, course))
    due, unchanged, earlier = [], [], []
    for one in standings:
        key = GradingKey(
            lab_sha256=lab_sha256(one.lab),
            grader_version=version("grader"),
            seed=str(_seed_of(book, one) if seed is None else seed),
            round=one.round,
        )
        if key == one.current:
            unchanged.append(one)
        elif key in one.gradings:
            earlier.append((one.id, key))
        elif one.id in taken or not one.unreadable:
            due.append(Due(one.id, one.student, one.lab, key, one.score))
    return Plan(
        due=tuple(due),
        unchanged=tuple(one for one in unchanged if one.id in taken),
        earlier=tuple(earlier),
    )


def _seed_of(book: Gradebook, one: Standing) -> int:
    """Return the seed of a hand-in's inputs, made of the student's and the content.

    So what one hand-in finds out of its inputs is of no use to the next.
    """
    own = book.seed(lab=one.lab, student=one.student)
    digest = hashlib.sha256(f"{own}:{one.sha256}".encode()).digest()
    return int.from_bytes(digest[:16])
