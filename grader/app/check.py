"""Self-check: run a lab's public checks on the student's own file, at home."""

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from grader.app.find import find_work, lab_of
from grader.domain.report import CheckResult, LabReport, Ungraded
from grader.domain.verdict import Outcome
from grader.executors.bench import Bench, Job, Setup
from grader.intake import Found, IntakeLimits, read
from grader.labs.course import Course
from grader.labs.loading import load_lab
from grader.sandbox.sandbox import Isolation

# a public check's inputs may be the same for everybody
PUBLIC_SEED = 0


def self_check(
    course: Course,
    target: str | None,
    *,
    lab: str | None,
    here: Path,
    isolation: Isolation,
    only: Collection[str] | None = None,
) -> LabReport | Ungraded:
    """Return the result of the public checks on one file.

    Args:
        course: Where the labs are.
        target: A lab's name, a file, a directory, or None for "what is here".
        lab: The lab, where the file's name does not tell.
        here: The current directory.
        isolation: How the code is confined.
        only: Ids of checks to run, with those that they wait for; all if left out. The
            others are in the report as skipped.

    Raises:
        SubmissionError: If there is no such file.
        LabError: If there is no such lab.
    """
    labs = [known.name for known in course.labs()]
    path = find_work(target, labs=labs, here=here)
    name = lab or lab_of(path, labs)
    course.lab(name)
    found = Found(
        student="you",
        lab=name,
        path=path,
        received_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
    )
    job = Job(
        student="you",
        lab=name,
        where=path.name,
        read=lambda: read(found, limits=IntakeLimits()),
        seed=PUBLIC_SEED,
        known={} if only is None else _left_out(course, name, only),
    )
    setup = Setup(course=course.root, isolation=isolation, public_only=True)
    with Bench(setup) as bench:
        return bench.grade(job)


def _left_out(
    course: Course, lab: str, only: Collection[str]
) -> dict[str, CheckResult]:
    """Return results for the checks that nobody asked for, so that they don't run."""
    checks = {
        check.id: check for check in load_lab(course, lab, reference=False).public
    }
    needed: set[str] = set()
    waiting = [one for one in only if one in checks]
    while waiting:
        one = waiting.pop()
        if one not in needed:
            needed.add(one)
            waiting += checks[one].after
    return {
        check.id: CheckResult(
            id=check.id,
            task=check.task,
            title=check.title,
            hidden=False,
            points=check.points,
            earned=0,
            outcome=Outcome.SKIPPED,
            seconds=0,
        )
        for check in checks.values()
        if check.id not in needed
    }
