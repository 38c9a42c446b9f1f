"""Prove that a lab grades right: the solution, the stub and every known mistake.

The solution must get full marks, the stub none; the solution with one mistake must lose
points in the checks that the mistake names, be told the mistake's name, and score what
the lab's table says. All of it goes the way of a student's file, through real workers.
"""

import contextlib
import dataclasses
import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from grader.app.verify_rows import Case, Row, gate_rows, row_of, stale_rows
from grader.domain.mistake import Mistake
from grader.domain.report import CheckResult, LabReport
from grader.domain.submission import Cell, Submission
from grader.errors import LabError
from grader.executors.bench import Bench, Job, Outcome, Setup, at_hand
from grader.executors.pool import run_pool
from grader.executors.work import Ended
from grader.grading.view import SOURCE
from grader.labs.call_graph import reaching
from grader.labs.course import Course
from grader.labs.loading import LoadedLab, load_lab
from grader.labs.mutants import mutant_of, replaced_by
from grader.labs.regions import solution_without_markers, stub_of
from grader.sandbox.sandbox import Isolation

SEED = 20261122


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
    table = _Table([(lab, case) for lab in loaded for case in cases_of(lab)], progress)
    setup = Setup(course=course.root, isolation=isolation)
    with contextlib.nullcontext(warm) if warm else Bench(setup) as bench:
        left = _solve_all(table, bench, whole=whole)
        with contextlib.closing(_run(list(left.values()), setup, jobs, bench)) as run:
            doubtful = _enter_all(table, left, run)
        for index in doubtful:
            table.enter(index, bench.grade(_job(*table.cases[index])))
    return (*table.in_order(), *gate_rows(loaded), *stale_rows(course, loaded))


@dataclass(frozen=True)
class _Table:
    """A row for each case, told as soon as it is known.

    Attributes:
        cases: With their labs.
        progress: Called with each row.
        rows: By their case's index.
    """

    cases: Sequence[tuple[LoadedLab, Case]]
    progress: Callable[[Row], None]
    rows: dict[int, Row] = field(default_factory=dict)

    def row(self, index: int, outcome: Outcome) -> Row:
        return row_of(*self.cases[index], outcome)

    def enter(self, index: int, outcome: Outcome) -> None:
        self.rows[index] = self.row(index, outcome)
        self.progress(self.rows[index])

    def in_order(self) -> Iterator[Row]:
        return (self.rows[index] for index in sorted(self.rows))


def _solve_all(table: _Table, bench: Bench, *, whole: bool) -> dict[int, Job]:
    """Grade the solutions, and return the jobs that are left, by their cases' indices."""
    left: dict[int, Job] = {}
    solved: dict[str, _Solved] = {}
    for index, (lab, case) in enumerate(table.cases):
        if case.kind == "solution":
            outcome, solved[lab.lab.name] = _solve(bench, lab, case)
            table.enter(index, outcome)
        elif whole or case.mistake is None:
            left[index] = _job(lab, case)
        else:
            known = solved[lab.lab.name].known(lab, case.mistake)
            left[index] = _quick(_job(lab, case, known))
    return left


def _enter_all(
    table: _Table, work: Mapping[int, Job], run: Iterable[Ended[Outcome]]
) -> list[int]:
    """Enter what came out, but for the cases that some checks don't suffice for."""
    order = list(work)
    doubtful: list[int] = []
    for ended in run:
        index = order[ended.index]
        if work[index].known and table.row(index, ended.result).problems:
            doubtful.append(index)
        else:
            table.enter(index, ended.result)
    return doubtful


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
        read=at_hand(submission),
        seed=SEED,
        known=known or {},
    )
