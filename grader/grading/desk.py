"""One submission on the desk: run its checks one by one, and keep how each came out."""

import time
import traceback
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from grader.domain.check import Check
from grader.domain.draws import Draws
from grader.domain.report import CheckResult
from grader.domain.student import CallFailed
from grader.domain.verdict import Outcome, Verdict
from grader.errors import GraderError, LabError
from grader.grading.clean import CleanWorker
from grader.grading.curtain import Curtain
from grader.grading.lending import Lender, to_lend
from grader.grading.view import CheckView
from grader.labs.loading import LoadedLab
from grader.sandbox.session import Session


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One submission while it is graded: where it runs, and how its checks came out.

    Attributes:
        loaded: The lab with its checks.
        session: Where the student's code runs.
        lender: Where lent functions of the reference run.
        clean: Where models are rebuilt; None where there is no such worker.
        seed: Secret seed of the random inputs.
        given: Functions of the stub that the student changed, which are always lent.
        known: Results of checks, by id, that are taken as they are, unless the check
            has to be skipped.
        most_attempts: How often a gate may train; None for as often as it says.
        reached: Filled with what each check asked for.
        results: Filled with each check's result, by id.
        helped: Filled with the tasks for whose checks something was lent.
    """

    loaded: LoadedLab
    session: Session
    lender: Lender
    seed: int
    given: AbstractSet[str] = frozenset()
    clean: CleanWorker | None = None
    known: Mapping[str, CheckResult] = field(default_factory=dict)
    most_attempts: int | None = None
    reached: dict[str, set[str]] = field(default_factory=dict)
    results: dict[str, CheckResult] = field(default_factory=dict)
    helped: set[str] = field(default_factory=set)

    def check(self, check: Check, *, hidden: bool) -> None:
        """Run a check and keep its result, unless it is known or has to be skipped.

        Raises:
            LabError: If the check itself fails.
            InfrastructureError: If a worker can't be started, confined or ended.
        """
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
        view = self._view(curtain, check)
        draws = Draws(self.seed, self.loaded.lab.name, check.id)
        try:
            verdict = check.run(view, draws)
        except CallFailed as failure:
            return Verdict(outcome=failure.outcome, credit=0, feedback=failure.message)
        except GraderError:
            raise
        # a check's own bug is the lab's problem, never a mark
        except Exception as error:
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

    def _view(self, curtain: Curtain | None, check: Check) -> CheckView:
        return CheckView(
            curtain=curtain,
            session=self.session,
            check_id=check.id,
            known=self.loaded.mistakes,
            lent=self.lender.functions(self.given | self._lent_to(check)),
            reached=self.reached.setdefault(check.id, set()),
            most_attempts=self.most_attempts,
            clean_worker=self.clean,
        )

    def _lent_to(self, check: Check) -> set[str]:
        """Return which functions are lent to a check, and keep in mind that they were."""
        if self.loaded.solution is None:
            return set()
        lent = to_lend(self.loaded.lab, check, self._solved())
        if lent:
            self.helped.add(check.task)
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
    shown = _without_values(verdict) if hidden else verdict
    return CheckResult(
        id=check.id,
        task=check.task,
        title=check.title,
        hidden=hidden,
        points=check.points,
        earned=round(check.points * shown.credit, 2),
        outcome=shown.outcome,
        feedback=shown.feedback,
        diagnosis=shown.diagnosis,
        note=shown.note,
        example=shown.example,
        pictures=shown.pictures,
        seconds=round(seconds, 4),
    )


def _without_values(verdict: Verdict) -> Verdict:
    """Return a hidden check's verdict as the student may see it; the note says the rest."""
    note, example = verdict.note, verdict.example
    if example is not None:
        # a hidden check's values are the teacher's alone
        values = f"{example.call} gave {example.got}, expected {example.expected}"
        note = f"{note}; {values}" if note else values
    # a description in words tells the numbers that were drawn
    alt = "the figure that your code drew for this check"
    pictures = tuple(one.model_copy(update={"alt": alt}) for one in verdict.pictures)
    return verdict.model_copy(
        update={"note": note, "example": None, "pictures": pictures}
    )
