"""One piece of work after another, in this process."""

from collections.abc import Generator, Sequence

from grader.executors.bench import Bench, Setup
from grader.executors.work import Begun, Ended, Event, Result, Work


def run_inline(
    jobs: Sequence[Work[Result]], setup: Setup
) -> Generator[Event[Result], None, None]:
    """Yield when each job begins and what came out, in order.

    Args:
        jobs: What to do; each is asked for when its turn comes, and not kept.
        setup: What they share.
    """
    with Bench(setup) as bench:
        for index in range(len(jobs)):
            yield Begun(index)
            yield Ended(index, jobs[index].perform(bench))
