"""Grade one submission: each check in order, each verdict kept, marks added up."""

import contextlib
import functools
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from grader.domain.check import Check
from grader.domain.draws import Draws
from grader.domain.lab import Limits
from grader.domain.report import (
    CheckResult,
    Environment,
    LabReport,
    SubmissionRecord,
    TaskLine,
)
from grader.domain.student import CallFailed
from grader.domain.submission import Submission
from grader.domain.verdict import Outcome, Verdict
from grader.errors import GraderError, LabError
from grader.grading.clean import CleanWorker
from grader.grading.curtain import Curtain
from grader.grading.lending import (
    Lender,
    changed_given,
    reference_submission,
    to_lend,
)
from grader.grading.plan import in_order
from grader.grading.view import CheckView
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


@dataclass
class _Run:
    """One submission on the desk."""

    loaded: LoadedLab
    session: Session
    lender: Lender
    seed: int
    given: set[str]
    results: dict[str, CheckResult] = field(default_factory=dict)
    helped: set[str] = field(default_factory=set)
    clean: CleanWorker | None = None
    known: Mapping[str, CheckResult] = field(default_factory=dict)
    reached: dict[str, set[str]] = field(default_factory=dict)
    most_attempts: int | None = None

    def check(self, check: Check, *, hidden: bool) -> None:
        started = time.perf_counter()
        verdict = self._skipped(check)
        if verdict is None and check.id in self.known:
            self._lent_to(check)
            self.results[check.id] = self.known[check.id]
            return
        verdict = verdict or self._verdict(check, hidden=hidden)
        self.results[check.id] = _result(
            check, verdict, hidden=hidden, seconds=time.perf_counter() - started
        )

    def _skipped(self, check: Check) -> Verdict | None:
        for prerequisite in check.after:
            result = self.results[prerequisite]
            if result.outcome is not Outcome.PASSED:
                return Verdict(
                    outcome=Outcome.SKIPPED,
                    credit=0,
                    feedback=f"waits for: {result.title}",
                )
        return None

    def _verdict(self, check: Check, *, hidden: bool) -> Verdict:
        curtain = self._curtain() if hidden else None
        verdict = self._seen_through(curtain, check)
        if curtain is None or not curtain.withheld:
            return verdict
        # what the student does not read of his own exceptions
        note = "; ".join(filter(None, (verdict.note, *curtain.withheld)))
        return verdict.model_copy(update={"note": note})

    def _curtain(self) -> Curtain:
        return Curtain(
            source=self.session.source,
            solution=self.loaded.solution or "",
            faults=self.session.load(),
        )

    def _seen_through(self, curtain: Curtain | None, check: Check) -> Verdict:
        view = CheckView(
            curtain=curtain,
            session=self.session,
            check_id=check.id,
            known=self.loaded.mistakes,
            lent=self.lender.functions(self.given | self._lent_to(check)),
            reached=self.reached.setdefault(check.id, set()),
            most_attempts=self.most_attempts,
            clean_worker=self.clean,
        )
        draws = Draws(self.seed, self.loaded.lab.name, check.id)
        try:
            verdict = check.run(view, draws)
        except CallFailed as failure:
            return Verdict(outcome=failure.outcome, credit=0, feedback=failure.message)
        except GraderError:
            raise
        except (
            Exception
        ) as error:  # a check's own bug is the lab's problem, never a mark
            place = traceback.extract_tb(error.__traceback__)[-1]
            raise LabError(
                f"{self.loaded.lab.name}: check {check.id} failed itself: "
                f"{type(error).__name__}: {error} ({place.name}, line {place.lineno})"
            ) from error
        if not isinstance(verdict, Verdict):
            raise LabError(
                f"{self.loaded.lab.name}: check {check.id} returned "
                f"{type(verdict).__name__}, expected a Verdict"
            )
        return verdict

    def _lent_to(self, check: Check) -> set[str]:
        """Return which functions are lent to a check, and keep in mind that they were."""
        if self.loaded.solution is None:
            return set()
        lent = to_lend(self.loaded.lab, check, self._solved())
        self.helped |= {check.task} if lent else set()
        return lent

    def _solved(self) -> set[str]:
        """Return the tasks whose code is as good as the reference all by itself.

        A task that passed with the help of lent functions is not among them: a later
        check that calls its function in a loop would send a message for each lent call
        in there, where lending the whole function costs one.
        """
        hidden = [result for result in self.results.values() if result.hidden]
        unsolved = {r.task for r in hidden if r.outcome is not Outcome.PASSED}
        return {result.task for result in hidden} - unsolved - self.helped


def _result(
    check: Check, verdict: Verdict, *, hidden: bool, seconds: float
) -> CheckResult:
    note = verdict.note
    example = verdict.example
    if hidden and example is not None:
        # a hidden check's values are the teacher's alone
        shown = f"{example.call} gave {example.got}, expected {example.expected}"
        note = f"{note}; {shown}" if note else shown
        example = None
    pictures = verdict.pictures
    if hidden:
        # a description in words tells the numbers that were drawn
        alt = "the figure that your code drew for this check"
        pictures = tuple(one.model_copy(update={"alt": alt}) for one in pictures)
    return CheckResult(
        id=check.id,
        task=check.task,
        title=check.title,
        hidden=hidden,
        points=check.points,
        earned=round(check.points * verdict.credit, 2),
        outcome=verdict.outcome,
        feedback=verdict.feedback,
        diagnosis=verdict.diagnosis,
        note=note,
        example=example,
        pictures=pictures,
        seconds=round(seconds, 4),
    )


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
    lab = loaded.lab
    with contextlib.ExitStack() as resources:
        session = resources.enter_context(
            workplace.session(submission, limits=lab.limits, seed=seed)
        )
        lender = Lender(
            lambda: workplace.session(
                reference_submission(loaded), limits=lab.limits, seed=seed
            )
        )
        resources.callback(lender.close)
        clean = CleanWorker(
            functools.partial(workplace.session, limits=lab.limits, seed=seed)
        )
        resources.callback(clean.close)
        load_faults = session.load()
        run = _Run(
            loaded,
            session,
            lender,
            seed,
            _given(loaded, submission),
            clean=clean,
            known=known or {},
            reached={} if reached is None else reached,
            most_attempts=most_attempts,
        )
        # hidden ones first: they decide what is lent, to public checks as well
        for check in () if public_only else in_order(lab, loaded.hidden):
            run.check(check, hidden=True)
        if not public_only and not hidden_only:
            # what hidden checks gave to a worker must not come out of a public check,
            # whose values and messages are shown: those run in a new one
            session.retire()
        for check in () if hidden_only else in_order(lab, loaded.public):
            run.check(check, hidden=False)
    # no worker is left that could still do something: only now is there a report
    checks = tuple(sorted(run.results.values(), key=lambda result: result.hidden))
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
