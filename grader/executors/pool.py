"""Several gradings side by side: processes of this machine, each with its own zygote.

Processes rather than threads: the checks compute too, and a grading process that dies
takes only its current job with it.
"""

import atexit
import multiprocessing
import signal
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from grader.domain.report import Ungraded
from grader.executors.bench import Bench, Job, Outcome, Setup

# jobs handed to a process beyond the one it works on; more would only cost memory
AHEAD = 2

_bench: list[Bench] = []


def _start(setup: Setup) -> None:
    # Ctrl-C goes to the parent, which ends its workers in order
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    bench = Bench(setup)
    _bench.append(bench)
    atexit.register(bench.close)


def _grade(job: Job) -> Outcome:
    return _bench[0].grade(job)


def run_pool(
    jobs: Sequence[Job], setup: Setup, *, processes: int
) -> Iterator[tuple[int, Outcome]]:
    """Yield (index of the job, its outcome) as they finish.

    When a process dies, nobody knows which of the jobs in hand broke it: each of those
    is tried once more, alone, and what dies again is reported as ungraded.

    Args:
        jobs: What to grade; each must be picklable.
        setup: What they share.
        processes: How many side by side, at least 1.
    """
    fresh = list(range(len(jobs)))
    suspects: list[int] = []
    while fresh:
        fresh, lost = yield from _round(jobs, setup, processes, fresh)
        suspects += lost
    for index in suspects:
        _, lost = yield from _round(jobs, setup, 1, [index])
        if lost:
            yield index, _given_up(jobs[index])


def _round(
    jobs: Sequence[Job], setup: Setup, processes: int, indices: Sequence[int]
) -> Generator[tuple[int, Outcome], None, tuple[list[int], list[int]]]:
    """Run jobs in one pool; return those not begun and those lost if it breaks."""
    waiting = list(reversed(indices))
    unfinished = set(indices)
    running: dict[Future[Outcome], int] = {}
    pool = ProcessPoolExecutor(
        processes,
        # spawn: a fork would copy this process's threads' locks
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start,
        initargs=(setup,),
    )
    try:
        while waiting or running:
            while waiting and len(running) < AHEAD * processes:
                index = waiting.pop()
                running[pool.submit(_grade, jobs[index])] = index
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                index = running.pop(future)
                outcome = future.result()
                unfinished.discard(index)
                yield index, outcome
    except BrokenProcessPool:
        return waiting[::-1], sorted(unfinished - set(waiting))
    finally:
        pool.shutdown(cancel_futures=True)
    return [], []


def _given_up(job: Job) -> Ungraded:
    return Ungraded(
        student=job.student,
        lab=job.lab,
        whose="infrastructure",
        where=job.where,
        message="the grading process died twice on it; run it again with --jobs 1",
    )
