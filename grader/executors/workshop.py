"""What a run has on a Dask worker: benches, each in a process of its own.

A job is graded by a process beside the Dask worker, not in it. So one that breaks its
process costs the cluster no worker; the worker answers its scheduler while the checks
compute; as many jobs run side by side as the worker has threads, none sharing a bench;
and a run that is stopped is stopped at once, which a thread can't be.

Imports `distributed`, which is optional: import this where it is known to be there.
"""

import asyncio
import contextlib
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from distributed import Scheduler, SchedulerPlugin, Worker, WorkerPlugin, get_worker
from distributed.protocol.pickle import dumps

from grader.errors import GraderError, InfrastructureError
from grader.executors.bench import Setup
from grader.executors.bench_process import BenchProcess, Broken
from grader.executors.parcel import Parcel
from grader.executors.versions import Versions
from grader.executors.work import Work
from grader.sandbox.offers import Offers, missing_layers
from grader.sandbox.sandbox import Isolation, unavailable

Result = TypeVar("Result")

TOPIC = "grader"
# a grading that breaks two processes in a row does it again
TRIES = 2


@dataclass(frozen=True)
class Place:
    """What a worker is to a run.

    Attributes:
        name: For people.
        slots: How many jobs at a time.
        problem: Why it can't be used; "" if it can.
    """

    name: str
    slots: int
    problem: str = ""


@dataclass(frozen=True)
class Done(Generic[Result]):
    """What a job gave."""

    result: Result


@dataclass(frozen=True)
class Failed:
    """What a job raised: a value, for Dask would write it to its log with the job."""

    error: GraderError


@dataclass(frozen=True)
class Lost:
    """The job broke its process, more than once."""


@dataclass(frozen=True)
class Refused:
    """The worker can't grade, now or any more."""

    why: str


Told = Done[Any] | Failed | Lost | Refused


class Workshop(WorkerPlugin):
    """A run's benches on one worker; closed with the run or the worker."""

    def __init__(self, parcel: Parcel, setup: Setup) -> None:
        """Prepare; processes start when jobs need them."""
        self._parcel = parcel
        self._setup = setup
        self._lock = threading.Lock()
        self._free: list[BenchProcess] = []
        self._all: set[BenchProcess] = set()
        self._closed = False

    def perform(self, job: Work[Any]) -> Told:
        """Grade a job in a free process, once more in a new one if that breaks."""
        for _ in range(TRIES):
            try:
                with self._process() as process:
                    return self._done(process, job)
            except Broken:
                if self._closed:
                    return Refused("the run has ended")
            except InfrastructureError as error:
                return Refused(str(error))
        return Lost()

    def _done(self, process: BenchProcess, job: Work[Any]) -> Told:
        try:
            return Done(process.perform(job))
        except GraderError as error:
            return Failed(error)

    @contextlib.contextmanager
    def _process(self) -> Iterator[BenchProcess]:
        """Lend a process; one that broke is not lent again."""
        process = self._taken()
        try:
            yield process
        except Broken:
            with self._lock:
                self._all.discard(process)
            process.close()
            raise
        with self._lock:
            self._free.append(process)

    def _taken(self) -> BenchProcess:
        with self._lock:
            if self._closed:
                raise InfrastructureError("the run has ended")
            process = self._free.pop() if self._free else self._started()
        process.require()
        return process

    def _started(self) -> BenchProcess:
        process = BenchProcess(self._parcel, self._setup)
        self._all.add(process)
        return process

    def warm_up(self) -> None:
        """Start a first process; it imports while the caller goes on.

        Raises:
            InfrastructureError: If it can't be started.
        """
        with self._lock:
            if not self._closed:
                self._free.append(self._started())

    async def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - Dask's interface
        """End all processes; the worker goes on answering meanwhile."""
        await asyncio.to_thread(self.close)

    def close(self) -> None:
        """End all processes and what they run."""
        with self._lock:
            self._closed = True
            processes, self._all = self._all, set()
        for process in processes:
            process.stop()
        for process in processes:
            process.close()


class Steward(SchedulerPlugin):
    """Clears up after a run on the scheduler: after each job, and after its client.

    A client that was killed can't say goodbye, and its benches would stay for ever.
    """

    def __init__(self, run: str, client: str) -> None:
        """Watch for a client's end.

        Args:
            run: Name of the run.
            client: Dask's name of the client.
        """
        self.name = run
        self._client = client
        self._message = {
            "op": "run",
            "function": dumps(close_workshop),
            "args": dumps((run,)),
        }
        self._telling: asyncio.Task[Any] | None = None

    async def start(self, scheduler: Scheduler) -> None:
        """Begin."""
        self._scheduler = scheduler

    def transition(
        self,
        key: Any,
        start: str,  # noqa: ARG002 - Dask's interface
        finish: str,
        *_more: object,
        **_options: object,
    ) -> None:
        """Forget a job that is done.

        Dask keeps the last thousand messages to each worker, to be looked at by its
        developers: with a submission in each, its memory would grow with the class.
        """
        if finish == "forgotten" and str(key).startswith(self.name):
            for line in self._scheduler.stream_comms.values():
                line.recent_message_log.clear()

    def remove_client(self, scheduler: Scheduler, client: str) -> None:
        """Tell the workers if it is ours."""
        if client == self._client:
            scheduler.remove_plugin(self.name)
            # kept, for the loop holds its tasks only weakly
            self._telling = asyncio.ensure_future(
                scheduler.broadcast(msg=self._message, on_error="ignore")
            )


def _unable(isolation: Isolation) -> str:
    """Return why this machine can't isolate so; "" if it can.

    Raises:
        InfrastructureError: If a worker can't even be started.
    """
    if isolation == "process":
        return ""
    if not sys.platform.startswith("linux"):
        return f"{sys.platform} can't confine student code"
    offers = Offers.found()
    missing = missing_layers(offers.layers, strict=isolation == "strict")
    if not missing:
        return ""
    return str(unavailable(isolation, missing, refused=offers.refused))


def open_workshop(run: str, parcel: Parcel, setup: Setup, versions: Versions) -> Place:
    """Prepare the worker that runs this for a run's jobs, if it can confine them.

    Args:
        run: Name of the run.
        parcel: The course.
        setup: How to grade.
        versions: What a mark depends on, as the client has it.
    """
    worker = get_worker()
    workshop = Workshop(parcel, setup)
    # first, so that a run that ends meanwhile finds what it has to close
    worker.plugins[run] = workshop
    try:
        problem = versions.difference_here()
        if not problem:
            workshop.warm_up()
            problem = _unable(setup.isolation)
    except InfrastructureError as error:
        problem = str(error)
    if problem:
        worker.plugins.pop(run, None)
        workshop.close()
    return Place(str(worker.name), worker.state.nthreads, problem)


def perform(run: str, attempt: int, job: Work[Any]) -> Told:
    """Grade a job on the worker that runs this; say at once that it has begun."""
    worker = get_worker()
    workshop = worker.plugins.get(run)
    if not isinstance(workshop, Workshop):
        return Refused("it has the course no longer")
    worker.log_event(TOPIC, {"run": run, "attempt": attempt})
    return workshop.perform(job)


async def close_workshop(run: str, dask_worker: Worker) -> None:
    """End a run's benches on a worker."""
    if run in dask_worker.plugins:
        await dask_worker.plugin_remove(run)
