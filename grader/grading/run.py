"""Grade one submission: its workers, its checks in order, its marks added up."""

import functools
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any, Protocol

from grader.domain.lab import Limits
from grader.domain.report import (
    CheckResult,
    Environment,
    LabReport,
    SubmissionRecord,
    TaskLine,
)
from grader.domain.submission import Submission
from grader.grading.clean import CleanWorker
from grader.grading.desk import Desk
from grader.grading.lending import Lender, changed_given, reference_submission
from grader.grading.plan import in_order
from grader.labs.loading import LoadedLab
from grader.sandbox.session import Session


class Workplace(Protocol):
    """Where submissions run; `grader.sandbox.sandbox.Sandbox` is one."""

    def session(self, submission: Submission, *, limits: Limits, seed: int) -> Session:
        """Return a session for a submission."""
        ...

    def environment(self) -> Environment:
        """Return where it ran."""
        ...


def grade(
    loaded: LoadedLab,
    submission: Submission,
    *,
    workplace: Workplace,
    seed: int,
    clock: Callable[[], datetime],
    public_only: bool = False,
    known: Mapping[str, CheckResult] | None = None,
    reached: dict[str, set[str]] | None = None,
    most_attempts: int | None = None,
    hidden_only: bool = False,
) -> LabReport:
    """Return the report of one submission.

    Args:
        loaded: The lab with its checks.
        submission: What the student handed in.
        workplace: Where its code runs.
        seed: Secret seed of the random inputs, 0 <= seed < 2**128.
        clock: The time, with a time zone.
        public_only: Run only what the student can run too.
        known: Results of checks, by id, that are taken as they are, unless the check
            has to be skipped.
        reached: Filled with what each check asked for: names of functions, and
            `view.SOURCE` where it read the text.
        most_attempts: How often a gate may train; None for as often as it says, which
            is what a student has.
        hidden_only: Leave the public checks out: they carry no points.

    Raises:
        LabError: If a check itself fails.
        InfrastructureError: If a worker can't be started, confined or ended.
    """
    started = time.perf_counter()
    open_session = functools.partial(
        workplace.session, limits=loaded.lab.limits, seed=seed
    )
    with (
        open_session(submission) as session,
        closing(Lender(lambda: open_session(reference_submission(loaded)))) as lender,
        closing(CleanWorker(open_session)) as clean,
    ):
        load_faults = session.load()
        desk = Desk(
            loaded=loaded,
            session=session,
            lender=lender,
            clean=clean,
            seed=seed,
            given=_given(loaded, submission),
            known=known or {},
            reached={} if reached is None else reached,
            most_attempts=most_attempts,
        )
        _run_checks(desk, hidden=not public_only, public=not hidden_only)
    # no worker is left that could still do something: only now is there a report
    checks = tuple(sorted(desk.results.values(), key=lambda result: result.hidden))
    return LabReport(
        **_about(loaded, submission),
        score=_score(checks),
        max_score=sum(check.points for check in checks),
        seed=str(seed),
        environment=workplace.environment(),
        checks=checks,
        faults=(*submission.faults, *load_faults),
        # students who check themselves do not learn what is seen
        tampering=() if public_only else session.tampering,
        graded_at=clock(),
        seconds=round(time.perf_counter() - started, 4),
        cpu_seconds=round(session.cpu_s, 4),
    )


def _run_checks(desk: Desk, *, hidden: bool, public: bool) -> None:
    lab = desk.loaded.lab
    # hidden ones first: they decide what is lent, to public checks as well
    for check in in_order(lab, desk.loaded.hidden) if hidden else ():
        desk.check(check, hidden=True)
    if hidden and public:
        # what hidden checks gave to a worker must not come out of a public check,
        # whose values and messages are shown: those run in a new one
        desk.session.retire()
    for check in in_order(lab, desk.loaded.public) if public else ():
        desk.check(check, hidden=False)


def _about(loaded: LoadedLab, submission: Submission) -> dict[str, Any]:
    """Return the fields of a report that were known before anything ran."""
    lab = loaded.lab
    return {
        "lab": lab.name,
        "lab_title": lab.title,
        "lab_version": loaded.version,
        "student": submission.student,
        "submission": SubmissionRecord(
            sha256=submission.sha256,
            files=submission.files,
            received_at=submission.received_at,
        ),
        "tasks": tuple(
            TaskLine(id=task.id, title=task.title, points=task.points)
            for task in lab.tasks
        ),
    }


def _given(loaded: LoadedLab, submission: Submission) -> set[str]:
    if loaded.solution is None:
        return set()
    return changed_given(loaded.lab, loaded.solution, submission.source)


def _score(checks: Sequence[CheckResult]) -> float:
    return round(sum(check.earned for check in checks), 2)
