"""Run a lab's public checks in this process, in the order in which they depend."""

import time
import traceback
from collections.abc import Iterator

from grader.checks.in_process import InProcessStudent
from grader.domain.check import Check
from grader.domain.draws import Draws
from grader.domain.report import CheckResult
from grader.domain.student import CallFailed
from grader.domain.verdict import Outcome, Verdict
from grader.grading.plan import in_order
from grader.labs.loading import LoadedLab
from grader.languages import ENGLISH, Language
from grader.notebook.notices import Stopped
from grader.notebook.undisturbed import undisturbed

# the same inputs for everybody, as in `grader check`
PUBLIC_SEED = 0


def results(
    loaded: LoadedLab, student: InProcessStudent, *, language: Language = ENGLISH
) -> Iterator[CheckResult]:
    """Yield how each public check went.

    Args:
        loaded: The lab.
        student: The kernel's functions.
        language: In which an interruption is told.

    Raises:
        LabError: If the checks wait for each other.
        Stopped: If the student interrupts one.
    """
    lab = loaded.lab.name
    known: dict[str, CheckResult] = {}
    for one in in_order(loaded.lab, loaded.public):
        started = time.perf_counter()
        try:
            verdict = _waiting(one, known) or _verdict(one, student, lab)
        except KeyboardInterrupt as interrupt:
            told = (
                f"you stopped {one.task}, {one.id}, after "
                f"{time.perf_counter() - started:.0f} s; "
                "all that you have defined is still there"
            )
            raise Stopped(language.told(told)) from interrupt
        seconds = round(time.perf_counter() - started, 4)
        known[one.id] = _result(one, verdict, seconds)
        yield known[one.id]


def _waiting(one: Check, known: dict[str, CheckResult]) -> Verdict | None:
    for prerequisite in one.after:
        if known[prerequisite].outcome is not Outcome.PASSED:
            told = f"waits for: {known[prerequisite].title}"
            return Verdict(outcome=Outcome.SKIPPED, credit=0, feedback=told)
    return None


def _verdict(one: Check, student: InProcessStudent, lab: str) -> Verdict:
    try:
        with undisturbed():
            verdict = one.run(student, Draws(PUBLIC_SEED, lab, one.id))
        if isinstance(verdict, Verdict):
            return verdict
        told = f"it returned {type(verdict).__name__}, expected a Verdict"
    except CallFailed as failure:
        return Verdict(outcome=failure.outcome, credit=0, feedback=failure.message)
    # the other checks may still tell the student something
    except Exception as error:  # noqa: BLE001
        place = traceback.extract_tb(error.__traceback__)[-1]
        told = f"{type(error).__name__}: {error} ({place.name}, line {place.lineno})"
    told = (
        f"This check failed itself, which is not your fault: tell your teacher: {told}"
    )
    return Verdict(outcome=Outcome.RAISED, credit=0, feedback=told)


def _result(one: Check, verdict: Verdict, seconds: float) -> CheckResult:
    return CheckResult(
        id=one.id,
        task=one.task,
        title=one.title,
        hidden=False,
        points=one.points,
        earned=0,
        outcome=verdict.outcome,
        feedback=verdict.feedback,
        diagnosis=verdict.diagnosis,
        example=verdict.example,
        pictures=verdict.pictures,
        seconds=seconds,
    )
