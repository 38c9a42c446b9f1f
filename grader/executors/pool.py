"""Much work side by side: processes of this machine, each with its own zygote.

Processes rather than threads: the checks compute too, and a grading process that dies
takes only its current job with it. Each has a line of its own to its parent, so one that
is killed while it writes leaves the others' untouched, and what it worked on is known.
"""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import connection, resource_tracker
from typing import Any, Self

from grader.errors import InfrastructureError
from grader.executors.bench import Bench, Setup
from grader.executors.stopping import TIDYING_S, stop
from grader.executors.work import Begun, Ended, Event, Result, Work
from grader.sandbox import cgroup
from grader.sandbox.launch import THREADS

# processes that end before they can take a job, one after another: it will not get better
MOST_STILLBORN = 3


def run_pool(
    jobs: Sequence[Work[Result]], setup: Setup, *, processes: int
) -> Generator[Event[Result], None, None]:
    """Yield when jobs begin, and their results as they come.

    A job whose process dies is tried once more when the others are done, alone; if that
    one dies too, the job is asked what that means. Closing the generator, or an
    interrupt, stops all of them at once.

    Args:
        jobs: What to do; each must be picklable, and its result too. Each is asked for
            when a process is free, and not kept.
        setup: What they share.
        processes: How many side by side, at least 1.

    Raises:
        InfrastructureError: If no grading process can be had.
    """
    # moves us aside while we are alone: the processes that follow find it done
    cgroup.found()
    suspects: list[int] = []
    yield from _round(jobs, setup, processes, range(len(jobs)), suspects)
    for index in suspects:
        again: list[int] = []
        yield from _round(jobs, setup, 1, [index], again)
        if again:
            yield Ended(index, jobs[index].lost())


def _round(
    jobs: Sequence[Work[Result]],
    setup: Setup,
    processes: int,
    indices: Sequence[int],
    lost: list[int],
) -> Generator[Event[Result], None, None]:
    """Do some of the jobs; those whose process died are added to `lost`."""
    waiting = iter(indices)
    unfinished = len(indices)
    stillborn = 0
    with _Crew(setup) as crew:
        while unfinished:
            crew.fill(min(processes, unfinished))
            for process in crew.speaking():
                done = process.index
                try:
                    answer = process.hear()
                except (EOFError, OSError):
                    crew.dismiss(process)
                    if done is None:
                        stillborn = _one_more(stillborn, process)
                    else:
                        unfinished -= 1
                        lost.append(done)
                    continue
                stillborn = 0
                if answer.error is not None:
                    raise answer.error
                # before its result is dealt with, so that it need not wait for that
                begun = next(waiting, None)
                if begun is not None:
                    process.begin(begun, jobs[begun])
                if done is not None:
                    unfinished -= 1
                    yield Ended(done, answer.result)
                if begun is not None:
                    yield Begun(begun, process.name)


def _one_more(stillborn: int, process: "_Process") -> int:
    if stillborn + 1 >= MOST_STILLBORN:
        raise InfrastructureError(
            f"grading processes end before they begin, the last with exit code "
            f"{process.exit_code}; try --jobs 1"
        )
    return stillborn + 1


class _Process:
    """One grading process, as its parent sees it.

    Attributes:
        name: Its number among those side by side.
        index: Of the job that it works on.
        line: To it.
    """

    def __init__(self, setup: Setup, name: str) -> None:
        """Start it; it says when it is ready."""
        # spawn: a fork would copy this process's threads' locks
        context = multiprocessing.get_context("spawn")
        self.name = name
        self.index: int | None = None
        self._ready = False
        self.line, theirs = context.Pipe()
        # daemon: ended with us even if nobody closes the generator
        self._process = context.Process(
            target=_serve, args=(theirs, setup), name=f"grader-{name}", daemon=True
        )
        with _inherited():
            self._process.start()
        # ours must not keep the line open when it dies
        theirs.close()

    def begin(self, index: int, job: Work[Any]) -> None:
        """Hand it a job."""
        self.index = index
        # one that died in the meantime says so when it is heard
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.line.send(job)

    def hear(self) -> "_Answer":
        """Return what became of its job; nothing if it is ready for its first.

        Raises:
            EOFError: If it died.
            OSError: If it died while it spoke.
        """
        answer: _Answer = self.line.recv()
        self._ready, self.index = True, None
        return answer

    @property
    def exit_code(self) -> int | None:
        """Return how it ended, negative for a signal; None if it runs."""
        return self._process.exitcode

    def stop(self) -> None:
        """Tell it to end: an idle one by the end of its line, another by a signal."""
        self.line.close()
        if self.index is not None or not self._ready:
            self._process.terminate()

    def join(self) -> None:
        """Wait until it is gone."""
        self._process.join(TIDYING_S + 1)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()


class _Crew:
    """The grading processes of a round."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._by_line: dict[connection.Connection, _Process] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for process in self._by_line.values():
            process.stop()
        for process in self._by_line.values():
            process.join()

    def fill(self, size: int) -> None:
        """Start processes until there are so many."""
        taken = {process.name for process in self._by_line.values()}
        free = (str(n) for n in range(1, size + 1) if str(n) not in taken)
        for name in list(free)[: max(size - len(taken), 0)]:
            with _undisturbed():
                process = _Process(self._setup, name)
                self._by_line[process.line] = process

    def speaking(self) -> list[_Process]:
        """Wait for processes that have said something, or are gone."""
        spoke = connection.wait(list(self._by_line))
        return [process for line, process in self._by_line.items() if line in spoke]

    def dismiss(self, process: _Process) -> None:
        """Forget one that died."""
        del self._by_line[process.line]
        process.stop()
        process.join()


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Put off what signals do here: a process that is half started complains of it."""
    put_off: list[int] = []
    ours = threading.current_thread() is threading.main_thread()
    before = {
        number: signal.signal(number, lambda number, _frame: put_off.append(number))
        for number in (signal.SIGINT, signal.SIGTERM)
        if ours and callable(signal.getsignal(number))
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for came in put_off[:1]:
            signal.raise_signal(came)


@contextlib.contextmanager
def _inherited() -> Iterator[None]:
    """Set what a process has from its first moment on.

    One thread for its libraries, which read that when they are imported: the processes
    share the machine. And no Ctrl-C, which a terminal sends to all of us: it would find
    a process in the middle of its imports.
    """
    outer = {key: os.environ.get(key) for key in THREADS}
    os.environ.update(THREADS)
    blocks = hasattr(signal, "pthread_sigmask")
    if blocks:
        # it lets Ctrl-C through again when it is started
        resource_tracker.ensure_running()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if blocks else ()
    try:
        yield
    finally:
        if blocks:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for key, value in outer.items():
            if value is None:
                del os.environ[key]
            else:
                os.environ[key] = value


@dataclass(frozen=True)
class _Answer:
    """What a process says: a job's result, or the error that ends the run."""

    result: Any = None
    error: Exception | None = None


def _serve(line: connection.Connection, setup: Setup) -> None:
    """Do what comes down the line until it ends; this is the other process."""
    # Ctrl-C goes to the parent, which ends its workers in order
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    signal.signal(signal.SIGTERM, stop)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # the parent is gone, or has no more for us
    with Bench(setup) as bench, contextlib.suppress(EOFError, OSError):
        line.send(_Answer())
        while True:
            line.send(_answer(line.recv(), bench))


def _answer(job: Work[Any], bench: Bench) -> _Answer:
    try:
        return _Answer(job.perform(bench))
    except Exception as error:  # noqa: BLE001
        # it is the parent's to raise
        return _Answer(error=error)


def _end_with_parent() -> None:
    """Stop when the parent is gone, in the middle of a job too."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
