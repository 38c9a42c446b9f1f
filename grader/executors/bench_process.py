"""A grading process with a bench of its own, at the end of a line.

For one who must not die or wait with a grading: a Dask worker. What breaks the process
breaks nothing else, and ending it ends the grading at once, with all its workers. It
ends by itself when the line does, so none is left behind by a machine that was killed.

`multiprocessing` would do the same, but a Dask worker may not use it: under its nanny it
is a daemonic process. What travels over the line is pickled by `multiprocessing`'s own
connection: both ends are ours.
"""

import contextlib
import os
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from grader.errors import GraderError, InfrastructureError
from grader.executors.bench import Bench, Setup
from grader.executors.parcel import Parcel, unpack
from grader.executors.stopping import TIDYING_S, stop
from grader.executors.work import Work
from grader.sandbox.launch import THREADS
from grader.sandbox.workdir import remove_tree

Result = TypeVar("Result")

# not `-m`: what is pickled there must not belong to `__main__`
START = f"import sys; from {__name__} import main; main(int(sys.argv[1]), sys.argv[2])"
COURSE, TEMPORARY = "course", "tmp"


class Broken(Exception):  # noqa: N818 - whose fault it is, is not known here
    """The process ended before it answered."""


@dataclass(frozen=True)
class _Raised:
    error: GraderError


class BenchProcess:
    """A process that grades one job at a time, by a course that it was sent."""

    def __init__(self, parcel: Parcel, setup: Setup) -> None:
        """Unpack the course and start it; its imports run while the caller goes on.

        Args:
            parcel: The course.
            setup: How to grade; the course that it names is that of another machine.

        Raises:
            InfrastructureError: If it can't be started, or the course is damaged.
        """
        self._is_ready = False
        # only this user may enter it; what a killed process leaves goes with it
        self._directory = tempfile.mkdtemp(prefix="grader-course-")
        ours, theirs = socket.socketpair()
        self._line = Connection(ours.detach())
        try:
            unpack(parcel, Path(self._directory, COURSE))
            self._process = self._started(theirs.fileno())
        except (OSError, InfrastructureError) as error:
            self._line.close()
            remove_tree(self._directory)
            raise InfrastructureError(
                f"can't start a grading process: {error}"
            ) from error
        finally:
            theirs.close()
        # one that died already says so when it is asked for its hello
        with contextlib.suppress(OSError):
            self._line.send(setup)

    def _started(self, descriptor: int) -> subprocess.Popen[bytes]:
        temporary = Path(self._directory, TEMPORARY)
        temporary.mkdir()
        return subprocess.Popen(
            [sys.executable, "-P", "-c", START, str(descriptor), self._directory],
            stdin=subprocess.DEVNULL,
            # as many processes as Dask says, and no more threads than those
            env={**os.environ, **THREADS, "TMPDIR": str(temporary)},
            pass_fds=[descriptor],
            # Ctrl-C goes to who started us, who ends us in order
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """Return the id of the process."""
        return self._process.pid

    def require(self) -> None:
        """Wait, once, until it says hello.

        Raises:
            InfrastructureError: If it ends instead.
        """
        if self._is_ready:
            return
        try:
            self._received()
            self._is_ready = True
        except Broken as error:
            raise InfrastructureError("a grading process ended at its start") from error

    def perform(self, job: Work[Result]) -> Result:
        """Return what a job gave; only after `require`.

        Raises:
            GraderError: If the job raised one.
            Broken: If the process ended instead.
        """
        try:
            self._line.send(job)
        except OSError as error:
            raise Broken(str(error)) from error
        result: Result = self._received()
        return result

    def _received(self) -> Any:
        try:
            answer = self._line.recv()
        except (EOFError, OSError) as error:
            raise Broken(str(error)) from error
        if isinstance(answer, _Raised):
            raise answer.error
        return answer

    def stop(self) -> None:
        """Tell it to end; does not wait."""
        self._process.terminate()

    def close(self) -> None:
        """End it and its workers, and remove the course."""
        self.stop()
        try:
            self._process.wait(TIDYING_S + 1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._line.close()
        # it removes that itself, unless it was killed
        remove_tree(self._directory)


def _listen(line: Connection, jobs: "queue.Queue[Any]") -> None:
    """Take jobs from the line; stop what runs when it ends."""
    while True:
        try:
            jobs.put(line.recv())
        except (EOFError, OSError):
            os.kill(os.getpid(), signal.SIGTERM)
            return
        except Exception as error:  # noqa: BLE001 - whatever unpickling raises is an answer
            jobs.put(_Unread(f"{type(error).__name__}: {error}"))


@dataclass(frozen=True)
class _Unread:
    why: str

    def perform(self, _bench: Bench) -> NoReturn:
        raise InfrastructureError(f"a job could not be read: {self.why}")


def _answer(bench: Bench, job: Work[Any]) -> Any:
    try:
        return job.perform(bench)
    except GraderError as error:
        return _Raised(error)
    except Exception as error:  # noqa: BLE001 - it ends one job, not this process
        told = f"the grader itself failed: {type(error).__name__}: {error}"
        return _Raised(InfrastructureError(told))


def main(descriptor: int, directory: str) -> None:
    """Grade what comes over a line until it ends, then remove the course."""
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        # the line may end before it has begun
        with contextlib.suppress(EOFError, OSError):
            _serve(Connection(descriptor), Path(directory, COURSE))
    finally:
        remove_tree(directory)


def _serve(line: Connection, course: Path) -> None:
    setup = line.recv()
    line.send(None)
    jobs: queue.Queue[Any] = queue.Queue()
    threading.Thread(target=_listen, args=(line, jobs), daemon=True).start()
    with Bench(replace(setup, course=course)) as bench:
        while True:
            line.send(_answer(bench, jobs.get()))
