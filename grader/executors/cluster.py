"""A run's line to a Dask cluster: what is handed to its workers, what is heard of them.

Each job goes to a worker of our choice, a few at a time, and Dask carries it: so we know
what a lost worker had in hand, and neither our memory nor the scheduler's grows with the
class. Everything that is heard, from any thread, comes out of one queue.

Imports `distributed`, which is optional: import this where it is known to be there.
"""

import asyncio
import contextlib
import itertools
import logging
import queue
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import Any, Self

from distributed import Client, Future, KilledWorker, Security
from distributed.client import FutureCancelledError
from distributed.comm.core import connect

from grader.errors import InfrastructureError
from grader.executors.bench import Setup
from grader.executors.parcel import Parcel
from grader.executors.versions import Versions
from grader.executors.work import Work
from grader.executors.workshop import (
    TOPIC,
    Place,
    Steward,
    Told,
    close_workshop,
    open_workshop,
    perform,
)

# on the network of one house; a scheduler that needs longer is not there
CONNECT_S = 10.0
# Dask's loggers that speak of lost connections
LOUD = ("distributed.client", "distributed.core", "distributed.utils")
# Dask's own topic of what happens to its workers
MEMBERS = "all"


@dataclass(frozen=True)
class Joined:
    """A worker is there; it has not been looked at."""

    address: str


@dataclass(frozen=True)
class Left:
    """A worker is gone, by plan or not."""

    address: str
    planned: bool


@dataclass(frozen=True)
class Opened:
    """A worker was looked at."""

    address: str
    place: Place


@dataclass(frozen=True)
class Started:
    """A worker began with what it was handed."""

    attempt: int


@dataclass(frozen=True)
class Returned:
    """What came of what a worker was handed; None if the worker died with it."""

    attempt: int
    told: Told | None


@dataclass(frozen=True)
class Severed:
    """The run can't go on, in words: the scheduler is gone, or Dask failed."""

    why: str


Heard = Joined | Left | Opened | Started | Returned | Severed


class Cluster:
    """A Dask cluster as one run sees it."""

    def __init__(
        self, client: Client, parcel: Parcel, setup: Setup, versions: Versions
    ) -> None:
        """Begin to listen; the workers that are there are heard of first."""
        self._client = client
        self._parcel = parcel
        self._setup = setup
        self._versions = versions
        self._run = f"grader-{uuid.uuid4().hex}"
        self._heard: queue.SimpleQueue[Heard] = queue.SimpleQueue()
        self._attempts = itertools.count(1)
        self._numbers = itertools.count(1)
        self._futures: dict[int, Future[Told]] = {}
        self._opening: dict[str, Future[Place]] = {}
        self._opened: set[str] = set()

    @classmethod
    @contextlib.contextmanager
    def joined(
        cls, address: str, parcel: Parcel, setup: Setup, versions: Versions
    ) -> Iterator[Self]:
        """Yield a cluster; afterwards nothing of ours is left on it.

        Raises:
            InfrastructureError: If no scheduler answers, or it is not one of ours.
        """
        with _quiet():
            cluster = cls(_connected(address), parcel, setup, versions)
            try:
                cluster._listen()
                yield cluster
            finally:
                cluster._close()

    def _listen(self) -> None:
        try:
            self._client.register_plugin(Steward(self._run, self._client.id))
        except Exception as error:
            # what a scheduler of other versions answers is anything
            raise InfrastructureError(
                f"the scheduler can't take part: {_line(error)}; install the same grader "
                "there as here"
            ) from error
        self._client.subscribe_topic(MEMBERS, self._member)
        self._client.subscribe_topic(TOPIC, self._told)
        self.look()

    def look(self) -> None:
        """Ask again which workers there are; those not heard of are heard of then."""
        try:
            for address in self._there():
                self._heard.put(Joined(address))
        except (OSError, RuntimeError) as error:
            self._heard.put(Severed(f"the scheduler was lost ({_line(error)})"))

    def _there(self) -> set[str]:
        return set(self._client.scheduler_info(n_workers=-1)["workers"])

    # Dask's threads call these

    def _member(self, event: tuple[float, Any]) -> None:
        match event[1]:
            case {"action": "add-worker", "worker": str(address)}:
                self._heard.put(Joined(address))
            case {"action": "remove-worker", "worker": str(address), **rest}:
                self._heard.put(Left(address, planned=bool(rest.get("expected"))))
            case _:
                pass

    def _told(self, event: tuple[float, Any]) -> None:
        match event[1]:
            case {"run": self._run, "attempt": int(attempt)}:
                self._heard.put(Started(attempt))
            case _:
                pass

    def _follow(
        self,
        future: "Future[Any]",
        arrived: Callable[[Any, BaseException | None], Heard],
    ) -> None:
        """Fetch a result as soon as it is there."""

        async def fetch() -> None:
            try:
                heard = arrived(await future, None)
            # a cancelled one is no Exception; what else there is, is judged when heard
            except (Exception, CancelledError) as error:  # noqa: BLE001
                heard = arrived(None, error)
            self._heard.put(heard)

        loop = self._client.loop
        # None after its end alone
        if loop is not None:
            loop.add_callback(fetch)

    # the run calls these

    def next(self, timeout_s: float) -> Heard | None:
        """Return what is heard next; None if nothing is for so long."""
        try:
            return self._heard.get(timeout=timeout_s)
        except queue.Empty:
            pass
        return (
            None if self._client.status == "running" else Severed("the line was lost")
        )

    def open(self, address: str) -> None:
        """Send a worker the course and have it looked at."""

        def arrived(place: Place | None, error: BaseException | None) -> Heard:
            awaited = self._opening.pop(address, None)
            if isinstance(error, CancelledError) and awaited is not None:
                return Severed(f"the scheduler was lost ({_line(error)})")
            return Opened(address, place or Place(address, 0, _line(error)))

        future = self._submit(
            address, open_workshop, self._parcel, self._setup, self._versions
        )
        self._opened.add(address)
        self._opening[address] = future
        self._follow(future, arrived)

    def hand(self, address: str, job: Work[Any]) -> int:
        """Hand a worker a job; return the number under which it is heard of."""
        attempt = next(self._attempts)

        def arrived(told: Told | None, error: BaseException | None) -> Heard:
            # one that we dropped is cancelled too
            if isinstance(error, KilledWorker | None) or attempt not in self._futures:
                return Returned(attempt, told)
            what = "the scheduler was lost"
            if not isinstance(error, CancelledError):
                what = "a job could not be carried"
            return Severed(f"{what} ({_line(error)})")

        future = self._submit(address, perform, attempt, job)
        self._futures[attempt] = future
        self._follow(future, arrived)
        return attempt

    def _submit(
        self, address: str, task: Callable[..., Any], *arguments: object
    ) -> "Future[Any]":
        """Let a worker, and no other, do something.

        Raises:
            InfrastructureError: If it can't be sent.
        """
        try:
            return self._client.submit(
                task,
                self._run,
                *arguments,
                key=f"{self._run}-{next(self._numbers)}",
                workers=[address],
                allow_other_workers=False,
            )
        except Exception as error:
            # a line that has just ended, or a job that can't be pickled
            raise InfrastructureError(
                f"a job can't be sent to the cluster: {_line(error)}"
            ) from error

    def drop(self, attempt: int) -> None:
        """Forget what was handed out, done or not."""
        self._futures.pop(attempt).release()
        if self._client.scheduler_comm is not None:
            # as the steward does it on the other end of the line
            self._client.scheduler_comm.recent_message_log.clear()

    def forget(self, address: str) -> None:
        """Forget a worker that is gone."""
        self._opened.discard(address)
        self._opening.pop(address, None)

    def _close(self) -> None:
        self._futures.clear()
        self._opening.clear()
        try:
            if self._client.status == "running":
                # Dask would wait half a minute for one that is gone
                workers = list(self._opened & self._there())
                self._client.run(
                    close_workshop, self._run, workers=workers, on_error="ignore"
                )
        except (OSError, RuntimeError):
            # the scheduler has gone; what it had of ours ends with its workers
            pass
        finally:
            self._client.close()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask from telling in pages what we tell in a line."""

    # of this run alone: another may begin before it ends
    def mute(record: logging.LogRecord) -> bool:
        return record.levelno >= logging.CRITICAL

    for name in LOUD:
        logging.getLogger(name).addFilter(mute)
    try:
        yield
    finally:
        for name in LOUD:
            logging.getLogger(name).removeFilter(mute)


def _connected(address: str) -> Client:
    try:
        asyncio.run(_reach(address))
        return Client(address, timeout=CONNECT_S, set_as_default=False, name="grader")
    except Exception as error:
        # by scheme, port and certificates: OSError, ValueError, TypeError, RuntimeError
        raise InfrastructureError(
            f"no Dask scheduler answers at {address!r} ({_line(error)}); start one with "
            "`dask scheduler` and give the address that it prints"
        ) from error


async def _reach(address: str) -> None:
    """Connect and disconnect: a client that can't connect would leave its threads."""
    certificates = Security().get_connection_args("client")
    line = await connect(address, timeout=CONNECT_S, **certificates)
    await line.close()


def _line(error: BaseException | None) -> str:
    if isinstance(error, FutureCancelledError):
        return error.reason
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
