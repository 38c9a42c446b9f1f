"""What became of each case of a lab that is verified, and what is wrong with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from grader.app.verify_gates import gate_proofs
from grader.domain import verdict
from grader.domain.mistake import Mistake
from grader.domain.report import LabReport, Ungraded
from grader.executors.bench import Outcome
from grader.labs.course import Course
from grader.labs.loading import LoadedLab
from grader.labs.stubs import stub_files

# points of a hundred: so near to a score of its table a lab's mistake must come
SCORE_TOLERANCE = 3.0

Kind = Literal["solution", "stub", "mistake", "gate"]


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        name: Of the mistake or gate, or "solution", or "stub".
        expected: The score that the lab's table gives; None if it has none.
        score: What was given.
        lost: Checks that gave less than full credit.
        named: Diagnoses that were made.
        problems: What is wrong; empty if the row holds.
        seconds: Time that grading took.
        evidence: What a gate's calibration proves; "" for a submission.
    """

    lab: str
    kind: Kind
    name: str
    expected: float | None
    score: float | None
    lost: tuple[str, ...]
    named: tuple[str, ...]
    problems: tuple[str, ...]
    seconds: float
    evidence: str = ""


@dataclass(frozen=True)
class Case:
    """A submission whose result is known beforehand."""

    kind: Kind
    name: str
    code: str
    mistake: Mistake | None = None


def row_of(loaded: LoadedLab, case: Case, outcome: Outcome) -> Row:
    """Return what a case's grading says about the lab."""
    expected = {"solution": 100.0, "stub": 0.0}.get(case.kind)
    if case.mistake is not None:
        expected = case.mistake.score
    if isinstance(outcome, Ungraded):
        problem = (f"not graded: {outcome.message}",)
        return Row(
            loaded.lab.name, case.kind, case.name, expected, None, (), (), problem, 0
        )
    lost = _lost(outcome)
    named = tuple(
        sorted({check.diagnosis.mistake for check in outcome.checks if check.diagnosis})
    )
    return Row(
        lab=loaded.lab.name,
        kind=case.kind,
        name=case.name,
        expected=expected,
        score=outcome.score,
        lost=lost,
        named=named,
        problems=tuple(_problems(case, expected, outcome)),
        seconds=outcome.seconds,
    )


def _lost(report: LabReport) -> tuple[str, ...]:
    return tuple(
        check.id
        for check in report.checks
        if check.hidden and check.earned < check.points
    )


def _problems(case: Case, expected: float | None, report: LabReport) -> Iterator[str]:
    tolerance = SCORE_TOLERANCE if case.kind == "mistake" else 0.0
    if expected is not None and not abs(report.score - expected) <= tolerance:
        yield f"scores {report.score:g}, expected {expected:g} ± {tolerance:g}"
    if case.kind == "solution":
        yield from _solution_problems(report)
    if case.mistake is not None:
        yield from _mistake_problems(case.mistake, report)


def _solution_problems(report: LabReport) -> Iterator[str]:
    for check in report.checks:
        if check.outcome is not verdict.Outcome.PASSED:
            yield f"{check.id}: {check.outcome}: {check.feedback}"
    for fault in report.faults:
        yield f"{fault.where}: {fault.message}"


def _mistake_problems(mistake: Mistake, report: LabReport) -> Iterator[str]:
    lost = _lost(report)
    if not lost:
        yield "loses no points"
    for check_id in mistake.fails:
        if check_id not in lost:
            yield f"{check_id} does not notice it"
    names = {
        check.diagnosis.mistake
        for check in report.checks
        if check.hidden and check.diagnosis
    }
    if mistake.named and mistake.name not in names:
        yield f"is not named (named: {', '.join(sorted(names)) or 'nothing'})"


def gate_rows(loaded: Sequence[LoadedLab]) -> Iterator[Row]:
    """Yield what the calibrations of the labs' gates prove.

    Raises:
        LabError: If a quantity has a threshold for one source and none for another.
    """
    for lab in loaded:
        for proof in gate_proofs(lab):
            yield Row(
                lab=lab.lab.name,
                kind="gate",
                name=proof.name,
                expected=None,
                score=None,
                lost=(),
                named=(),
                problems=proof.problems,
                seconds=0,
                evidence=proof.evidence,
            )


def stale_rows(course: Course, loaded: Sequence[LoadedLab]) -> Iterator[Row]:
    """Yield the stubs that are not what their solutions make."""
    for lab in loaded:
        for file in _stale_stubs(course, lab):
            problem = "differs from its solution; run `grader stubs`"
            yield Row(
                lab.lab.name, "stub", file, None, None, (), (), (problem,), seconds=0
            )


def _stale_stubs(course: Course, loaded: LoadedLab) -> list[str]:
    """Return the stub files that are not what the solution makes."""
    assert loaded.solution is not None  # noqa: S101 - cases_of refused before
    directory = course.assignment(loaded.lab.name)
    return [
        name
        for name, content in stub_files(loaded.lab.name, loaded.solution).items()
        if not (directory / name).is_file()
        or (directory / name).read_text(encoding="utf-8") != content
    ]
