"""A grading process's bench: labs loaded once, a sandbox that stays warm."""

import contextlib
import functools
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from grader.domain.lab import Limits
from grader.domain.report import CheckResult, Environment, LabReport, Ungraded
from grader.domain.submission import Submission
from grader.domain.text import clean
from grader.errors import (
    InfrastructureError,
    LabError,
    SubmissionError,
    WorkerKilledError,
)
from grader.grading.run import Workplace, grade
from grader.labs.course import Course
from grader.labs.loading import LoadedLab, load_lab
from grader.sandbox.sandbox import Isolation, Sandbox
from grader.sandbox.session import Session

LONGEST_MESSAGE = 1000

Reader = Callable[[], Submission]


def at_hand(submission: Submission) -> Reader:
    """Return a reader of a submission that needs no reading; other processes get it too."""
    return functools.partial(_itself, submission)


def _itself(submission: Submission) -> Submission:
    return submission


@dataclass(frozen=True)
class Setup:
    """What every grading of a run shares.

    Attributes:
        course: Root of the course.
        isolation: How student code is confined.
        public_only: Run only the checks that students have.
    """

    course: Path
    isolation: Isolation
    public_only: bool = False


@dataclass(frozen=True)
class Job:
    """One submission to grade.

    Attributes:
        student: Whose.
        lab: Of which lab.
        where: The file's name, for people.
        read: Returns the submission; raises SubmissionError.
        seed: Secret seed of its inputs, 0 <= seed < 2**128.
        known: Results of checks that are taken as they are.
        most_attempts: How often a gate may train; None for as often as it says.
        hidden_only: Whether to leave the public checks out: they carry no points.
    """

    student: str
    lab: str
    where: str
    read: Reader
    seed: int
    known: Mapping[str, CheckResult] = field(default_factory=dict)
    most_attempts: int | None = None
    hidden_only: bool = False

    def perform(self, bench: "Bench") -> "Outcome":
        """Grade it; whatever goes wrong becomes an `Ungraded`."""
        return bench.grade(self)

    def lost(self) -> Ungraded:
        """Say that the grading process died with it, twice."""
        told = "the grading process died twice on it; run it again with --jobs 1"
        return _ungraded(self, "infrastructure", told)


Outcome = LabReport | Ungraded


def now() -> datetime:
    """Return the time, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Doubting:
    """A sandbox that lays no unexplained kill at the submission's door.

    Attributes:
        sandbox: Where submissions run.
    """

    sandbox: Sandbox

    def session(self, submission: Submission, *, limits: Limits, seed: int) -> Session:
        """Return a session for a submission."""
        return self.sandbox.session(
            submission, limits=limits, seed=seed, believes_kills=False
        )

    def environment(self) -> Environment:
        """Return where it ran."""
        return self.sandbox.environment()


class Bench:
    """Grades jobs one after another; a lost worker is replaced and the job tried again."""

    def __init__(self, setup: Setup) -> None:
        """Prepare; sandboxes start when the first job needs them."""
        self._setup = setup
        self._course = Course(setup.course)
        self._labs: dict[str, LoadedLab] = {}
        self._sandboxes: dict[tuple[tuple[str, ...], ...], Sandbox] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def sandbox(self, preload: tuple[str, ...], data: tuple[str, ...] = ()) -> Sandbox:
        """Return the sandbox whose workers have these packages and data.

        It is started on demand.

        Raises:
            InfrastructureError: If this machine can't isolate as asked.
        """
        if (preload, data) not in self._sandboxes:
            self._sandboxes[preload, data] = Sandbox(
                isolation=self._setup.isolation,
                preload=preload,
                data=data,
                # a student who tries his own work has no next one
                ahead=not self._setup.public_only,
            )
        return self._sandboxes[preload, data]

    def lab(self, name: str) -> LoadedLab:
        """Return a lab with its checks.

        Raises:
            LabError: If it is broken.
        """
        if name not in self._labs:
            # the student's part alone must behave the same on a teacher's machine
            reference = False if self._setup.public_only else None
            self._labs[name] = load_lab(self._course, name, reference=reference)
        return self._labs[name]

    def grade(self, job: Job, *, reached: dict[str, set[str]] | None = None) -> Outcome:
        """Grade one job; whatever goes wrong becomes an `Ungraded`.

        Args:
            job: What to grade.
            reached: Filled with the functions that each check asked for.
        """
        try:
            return self._graded(job, {} if reached is None else reached)
        except Exception as error:  # noqa: BLE001
            # a bug of ours that one submission brings out must not end the others'
            _let_stop(error)
            return _failed(job, error)

    def _graded(self, job: Job, reached: dict[str, set[str]]) -> LabReport:
        loaded = self._labs.get(job.lab)
        lab = loaded.lab if loaded else self._course.lab(job.lab)
        sandbox = self.sandbox(
            lab.preload, lab.data
        )  # starts its imports while we load and read
        loaded = self.lab(job.lab)
        submission = job.read()
        try:
            sandbox.require()
            return self._run(job, loaded, submission, Doubting(sandbox), reached)
        except WorkerKilledError:
            # if it happens again, nobody but the submission itself does it
            return self._run(job, loaded, submission, sandbox, reached)
        except InfrastructureError as error:
            _let_stop(error)
            # once more with a new zygote: the machine hiccuped, the student did nothing
            sandbox.restart()
            sandbox.require()
            return self._run(job, loaded, submission, Doubting(sandbox), reached)

    def _run(
        self,
        job: Job,
        loaded: LoadedLab,
        submission: Submission,
        workplace: Workplace,
        reached: dict[str, set[str]],
    ) -> LabReport:
        return grade(
            loaded,
            submission,
            workplace=workplace,
            seed=job.seed,
            clock=now,
            public_only=self._setup.public_only,
            known=job.known,
            reached=reached,
            most_attempts=job.most_attempts,
            hidden_only=job.hidden_only,
        )

    def close(self) -> None:
        """End all workers."""
        for sandbox in self._sandboxes.values():
            with contextlib.suppress(InfrastructureError):
                sandbox.close()


def _let_stop(error: BaseException) -> None:
    """Go on stopping where somebody asked for it and tidying up failed on the way."""
    cause = error.__context__
    while cause is not None:
        if not isinstance(cause, Exception):
            raise cause from error
        cause = cause.__context__


def _failed(job: Job, error: Exception) -> Ungraded:
    match error:
        case SubmissionError():
            return _ungraded(job, "submission", error)
        case LabError():
            return _ungraded(job, "lab", error)
        case InfrastructureError():
            return _ungraded(job, "infrastructure", error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    told = f"the grader itself failed: {type(error).__name__}: {error}"
    return _ungraded(
        job, "infrastructure", f"{told} ({place.name}, line {place.lineno})"
    )


def _ungraded(job: Job, whose: str, error: Exception | str) -> Ungraded:
    return Ungraded.model_validate(
        {
            "student": job.student,
            "lab": job.lab,
            "whose": whose,
            "where": job.where,
            # the words of an error may be a student's own
            "message": clean(str(error), LONGEST_MESSAGE),
        }
    )
