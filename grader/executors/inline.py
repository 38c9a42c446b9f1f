"""One piece of work after another, in this process."""

from collections.abc import Generator, Sequence
from typing import TypeVar

from grader.executors.bench import Bench, Setup
from grader.executors.work import Work

Result = TypeVar("Result")


def run_inline(
    jobs: Sequence[Work[Result]], setup: Setup
) -> Generator[tuple[int, Result], None, None]:
    """Yield (index of the job, its result) in order."""
    with Bench(setup) as bench:
        for index, job in enumerate(jobs):
            yield index, job.perform(bench)
