"""One grading after another, in this process."""

from collections.abc import Generator, Sequence

from grader.executors.bench import Bench, Job, Outcome, Setup


def run_inline(
    jobs: Sequence[Job], setup: Setup
) -> Generator[tuple[int, Outcome], None, None]:
    """Yield (index of the job, its outcome) in order."""
    with Bench(setup) as bench:
        for index, job in enumerate(jobs):
            yield index, bench.grade(job)
