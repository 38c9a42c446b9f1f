"""Prove that a lab grades right: the solution, the stub and every known mistake.

The solution must get full marks, the stub none; the solution with one mistake must lose
points in the checks that the mistake names, be told the mistake's name, and score what
the lab's table says. All of it goes the way of a student's file, through real workers.
"""

import contextlib
import dataclasses
import functools
import hashlib
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from grader.app.verify_gates import gate_proofs
from grader.domain import verdict
from grader.domain.mistake import Mistake
from grader.domain.report import CheckResult, LabReport, Ungraded
from grader.domain.submission import Cell, Submission
from grader.errors import LabError
from grader.executors.bench import Bench, Job, Outcome, Setup
from grader.executors.pool import run_pool
from grader.executors.work import Ended
from grader.grading.view import SOURCE
from grader.labs.call_graph import reaching
from grader.labs.course import Course
from grader.labs.loading import LoadedLab, load_lab
from grader.labs.mutants import mutant_of, replaced_by
from grader.labs.regions import solution_without_markers, stub_of
from grader.labs.stubs import stub_files
from grader.sandbox.sandbox import Isolation

# LABS.md: the grader reproduces each score of a lab's table within 3 points
SCORE_TOLERANCE = 3.0
SEED = 20261122

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


def cases_of(loaded: LoadedLab) -> tuple[Case, ...]:
    """Return the submissions that a lab is verified with.

    Raises:
        LabError: If the lab has no solution here.
    """
    if loaded.solution is None:
        raise LabError(f"{loaded.lab.name} has no reference/ here, nothing to verify")
    solution = loaded.solution
    mutants = [
        Case("mistake", mistake.name, mutant_of(solution, mistake), mistake)
        for mistake in loaded.mistakes
    ]
    return (
        Case("solution", "solution", solution_without_markers(solution)),
        Case("stub", "stub", stub_of(solution)),
        *mutants,
    )


def stale_stubs(course: Course, loaded: LoadedLab) -> list[str]:
    """Return the stub files that are not what the solution makes."""
    assert loaded.solution is not None  # noqa: S101 - cases_of refused before
    directory = course.assignment(loaded.lab.name)
    return [
        name
        for name, content in stub_files(loaded.lab.name, loaded.solution).items()
        if not (directory / name).is_file()
        or (directory / name).read_text(encoding="utf-8") != content
    ]


def verify(
    course: Course,
    names: Sequence[str],
    *,
    isolation: Isolation,
    jobs: int,
    whole: bool = False,
    progress: Callable[[Row], None] = lambda _row: None,
    warm: Bench | None = None,
) -> tuple[Row, ...]:
    """Return one row for each case of each lab, in the labs' order.

    The solution is graded first. A check that asked for none of the functions that a
    mistake can reach comes out as it did for the solution, so it is not run again. A
    mistake whose score no table gives has to lose points where it says and to be named:
    other checks are run only if it does not.

    Args:
        course: Where the labs are.
        names: Which labs.
        isolation: How the code is confined.
        jobs: How many gradings side by side.
        whole: Run all checks for all mistakes, and each gate as often as a student's
            work may try: else a mistake has one training a gate, and no public
            checks, which carry no points.
        progress: Called with each row as it is known.
        warm: A bench of the same course and isolation to grade at; one of its own if
            left out.

    Raises:
        LabError: If a lab can't be loaded.
    """
    loaded = [load_lab(course, name) for name in names]
    cases = [(lab, case) for lab in loaded for case in cases_of(lab)]
    setup = Setup(course=course.root, isolation=isolation)
    rows: dict[int, Row] = {}
    with contextlib.nullcontext(warm) if warm else Bench(setup) as bench:
        work: dict[int, Job] = {}
        solved: dict[str, _Solved] = {}
        for index, (lab, case) in enumerate(cases):
            if case.kind == "solution":
                outcome, solved[lab.lab.name] = _solve(bench, lab, case)
                rows[index] = _row(lab, case, outcome)
                progress(rows[index])
            elif whole or case.mistake is None:
                work[index] = _job(lab, case)
            else:
                known = solved[lab.lab.name].known(lab, case.mistake)
                work[index] = _quick(_job(lab, case, known))
        order = list(work)
        again: list[int] = []
        with contextlib.closing(_run(list(work.values()), setup, jobs, bench)) as run:
            for ended in run:
                index = order[ended.index]
                row = _row(*cases[index], ended.result)
                if row.problems and work[index].known:
                    again.append(index)
                    continue
                rows[index] = row
                progress(row)
        for index in again:
            rows[index] = _row(*cases[index], bench.grade(_job(*cases[index])))
            progress(rows[index])
    return (
        *(rows[index] for index in sorted(rows)),
        *_gate_rows(loaded),
        *_stale_rows(course, loaded),
    )


def _run(
    work: Sequence[Job], setup: Setup, jobs: int, bench: Bench
) -> Generator[Ended[Outcome], None, None]:
    if jobs > 1:
        # closed at once, with its processes, when we are
        with contextlib.closing(run_pool(work, setup, processes=jobs)) as run:
            yield from (event for event in run if isinstance(event, Ended))
    else:
        for index, job in enumerate(work):
            yield Ended(index, bench.grade(job))


@dataclass(frozen=True)
class _Solved:
    """How the solution's checks came out, and what each asked for."""

    results: Mapping[str, CheckResult]
    reached: Mapping[str, set[str]]

    def known(self, loaded: LoadedLab, mistake: Mistake) -> dict[str, CheckResult]:
        """Return the results that need no run: unaffected by a mistake, or not asked."""
        assert loaded.solution is not None  # noqa: S101 - cases_of refused before
        affected = {SOURCE, *reaching(loaded.solution, replaced_by(mistake))}
        asked = _asked(loaded, mistake)
        return {
            name: result
            for name, result in self.results.items()
            if name in self.reached
            and not (name in asked and self.reached[name] & affected)
        }


def _asked(loaded: LoadedLab, mistake: Mistake) -> set[str]:
    """Return the checks that a mistake's row is about, and what those wait for."""
    checks = {check.id: check for check in loaded.hidden}
    if mistake.score is not None:
        return set(checks)
    asked: set[str] = set()
    waiting = list(mistake.fails)
    while waiting:
        name = waiting.pop()
        if name in checks and name not in asked:
            asked.add(name)
            waiting += checks[name].after
    return asked


def _quick(job: Job) -> Job:
    return dataclasses.replace(job, most_attempts=1, hidden_only=True)


def _solve(bench: Bench, loaded: LoadedLab, case: Case) -> tuple[Outcome, _Solved]:
    reached: dict[str, set[str]] = {}
    outcome = bench.grade(_job(loaded, case), reached=reached)
    checks = outcome.checks if isinstance(outcome, LabReport) else ()
    return outcome, _Solved({result.id: result for result in checks}, reached)


def _gate_rows(loaded: Sequence[LoadedLab]) -> Iterator[Row]:
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


def _stale_rows(course: Course, loaded: Sequence[LoadedLab]) -> Iterator[Row]:
    for lab in loaded:
        for file in stale_stubs(course, lab):
            problem = "differs from its solution; run `grader stubs`"
            yield Row(
                lab.lab.name, "stub", file, None, None, (), (), (problem,), seconds=0
            )


def _job(
    loaded: LoadedLab, case: Case, known: Mapping[str, CheckResult] | None = None
) -> Job:
    submission = Submission(
        student=case.name,
        lab=loaded.lab.name,
        kind="py",
        cells=(Cell(index=1, code=case.code),),
        files=(),
        sha256=hashlib.sha256(case.code.encode()).hexdigest(),
    )
    return Job(
        student=case.name,
        lab=loaded.lab.name,
        where=case.name,
        read=functools.partial(_same, submission),
        seed=SEED,
        known=known or {},
    )


def _same(submission: Submission) -> Submission:
    return submission


def _row(loaded: LoadedLab, case: Case, outcome: LabReport | Ungraded) -> Row:
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
