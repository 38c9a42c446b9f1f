"""Much work side by side: processes of this machine, each with its own zygote.

Processes rather than threads: the checks compute too, and a grading process that dies
takes only its current job with it.
"""

import atexit
import multiprocessing
import os
import signal
import threading
from collections.abc import Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import NoReturn, TypeVar

from grader.executors.bench import Bench, Setup
from grader.executors.work import Work
from grader.sandbox import cgroup

Result = TypeVar("Result")

# jobs handed to a process beyond the one it works on; more would only cost memory
AHEAD = 2
STOPPED = 128 + signal.SIGTERM
# how long a process may clean up once it was told to stop
TIDYING_S = 5

_bench: list[Bench] = []


def _start(setup: Setup) -> None:
    # Ctrl-C goes to the parent, which ends its workers in order
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    bench = Bench(setup)
    _bench.append(bench)
    atexit.register(bench.close)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _stop(*_signal: object) -> NoReturn:
    """Leave by an exception, so that workers end and their directories go."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if hasattr(signal, "alarm"):
        # ends us for good if the exception is lost, in a destructor or a broad `except`
        signal.alarm(TIDYING_S)
    raise SystemExit(STOPPED)


def _end_with_parent() -> None:
    """Stop when the parent is gone: the executor alone would wait for it for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _perform(job: Work[Result]) -> Result:
    try:
        return job.perform(_bench[0])
    except SystemExit:
        # the executor would take it for the job's result and begin the next
        _bench[0].close()
        os._exit(STOPPED)


def run_pool(
    jobs: Sequence[Work[Result]], setup: Setup, *, processes: int
) -> Generator[tuple[int, Result], None, None]:
    """Yield (index of the job, its result) as they finish.

    When a process dies, nobody knows which of the jobs in hand broke it: each of those
    is tried once more, alone, and what dies again is asked what that means. Closing the
    generator, or an interrupt, stops all of them at once.

    Args:
        jobs: What to do; each must be picklable, and its result too.
        setup: What they share.
        processes: How many side by side, at least 1.
    """
    # moves us aside while we are alone: the processes that follow find it done
    cgroup.found()
    fresh = list(range(len(jobs)))
    suspects: list[int] = []
    while fresh:
        fresh, lost = yield from _round(jobs, setup, processes, fresh)
        suspects += lost
    for index in suspects:
        _, lost = yield from _round(jobs, setup, 1, [index])
        if lost:
            yield index, jobs[index].lost()


def _round(
    jobs: Sequence[Work[Result]],
    setup: Setup,
    processes: int,
    indices: Sequence[int],
) -> Generator[tuple[int, Result], None, tuple[list[int], list[int]]]:
    """Run jobs in one pool; return those not begun and those lost if it breaks."""
    waiting = list(reversed(indices))
    unfinished = set(indices)
    running: dict[Future[Result], int] = {}
    others = set(multiprocessing.active_children())
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
                running[pool.submit(_perform, jobs[index])] = index
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                index = running.pop(future)
                result = future.result()
                unfinished.discard(index)
                yield index, result
    except BrokenProcessPool:
        return waiting[::-1], sorted(unfinished - set(waiting))
    except BaseException:
        # an executor that is shut down finishes what it has begun: minutes
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    return [], []
