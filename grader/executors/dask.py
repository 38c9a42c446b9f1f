"""Much work on many machines: a Dask cluster whose workers keep benches of their own.

The course and each submission travel as data; results come back as they are found. What
a lost worker had in hand is done again elsewhere. The cluster is not ours: it is there
before and after, and workers may come and go while we use it. `docs/clusters.md` shows
how to start one.
"""

import importlib
import logging
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic

from grader.errors import InfrastructureError
from grader.executors.bench import Setup
from grader.executors.parcel import pack
from grader.executors.versions import Versions
from grader.executors.work import Begun, Ended, Event, Result, Work
from grader.labs.course import Course

if TYPE_CHECKING:
    from grader.executors.cluster import Cluster, Heard, Left, Opened, Returned

# jobs that a worker has for each of its threads: one that it works on and the next
AHEAD = 2
# workers that may be lost with a job before it is given up; from the second on it goes
# alone, so that no other is suspected with it
MOST_LOSSES = 3
ALONE_FROM = 2
# how long without news before we look around, and say what we wait for
PATIENCE_S = 30.0

_log = logging.getLogger(__name__)


def run_dask(
    jobs: Sequence[Work[Result]],
    setup: Setup,
    *,
    scheduler: str,
    notice: Callable[[str], None] = _log.warning,
) -> Generator[Event[Result], None, None]:
    """Yield when jobs begin, by which worker, and their results as they come.

    Closing the generator, or an interrupt, stops what runs and leaves nothing of ours on
    the cluster. While there is no worker it waits for one, and says so.

    Args:
        jobs: What to do; each must be picklable, and its result too. Each is asked for
            when a worker has room for it, and not kept.
        setup: What they share; the level of isolation holds on every worker, and one
            that hasn't got it takes no part.
        scheduler: Its address: `host:8786`, `tcp://host:8786` or `tls://host:8786`.
        notice: Called with a line for people when workers join, are left out or lost.

    Raises:
        LabError: If the course can't be read.
        InfrastructureError: If Dask is not installed, the scheduler does not answer or is
            lost, or no worker may be used.
    """
    try:
        importlib.import_module("distributed")
    except ImportError as error:
        raise InfrastructureError(
            "--engine dask needs the package distributed: pip install 'grader[dask]'"
        ) from error
    from grader.executors.cluster import Cluster

    versions = Versions.needed(Course(setup.course).labs())
    parcel = pack(setup.course, reference=not setup.public_only)
    with Cluster.joined(scheduler, parcel, setup, versions) as cluster:
        yield from _Run(jobs, cluster, notice).events()


@dataclass
class _Node:
    """A worker that may be used.

    Attributes:
        name: For people.
        slots: How many jobs at a time.
        held: The attempts that it has, by number.
        begun: Those that it works on.
    """

    name: str
    slots: int
    held: set[int] = field(default_factory=set)
    begun: set[int] = field(default_factory=set)

    def drop(self, number: int) -> None:
        """Forget an attempt."""
        self.held.discard(number)
        self.begun.discard(number)


@dataclass(frozen=True)
class _Attempt:
    index: int
    address: str


class _Run(Generic[Result]):
    """Which jobs are where."""

    def __init__(
        self,
        jobs: Sequence[Work[Result]],
        cluster: "Cluster",
        notice: Callable[[str], None],
    ) -> None:
        self._jobs = jobs
        self._cluster = cluster
        self._notice = notice
        self._next = 0
        self._again: deque[int] = deque()
        self._alone: deque[int] = deque()
        self._losses: Counter[int] = Counter()
        self._unfinished = len(jobs)
        self._attempts: dict[int, _Attempt] = {}
        self._nodes: dict[str, _Node] = {}
        self._opening: set[str] = set()
        self._left_out: dict[str, str] = {}

    def events(self) -> Iterator[Event[Result]]:
        """Yield what happens until all jobs are done."""
        from grader.executors.cluster import (
            Joined,
            Left,
            Opened,
            Returned,
            Severed,
            Started,
        )

        while self._unfinished:
            match self._heard():
                case Joined(address):
                    self._open(address)
                case Opened() as opened:
                    self._admit(opened)
                case Left() as left:
                    yield from self._bury(left)
                case Started(attempt):
                    yield from self._begun(attempt)
                case Returned() as returned:
                    yield from self._ended(returned)
                case Severed(why):
                    raise InfrastructureError(
                        f"Dask: {why}; nothing graded is lost: run it again to go on"
                    )
            self._hand_out()

    def _heard(self) -> "Heard":
        while (heard := self._cluster.next(PATIENCE_S)) is None:
            if not self._nodes:
                self._require_hope()
                self._notice(self._waiting())
            self._cluster.look()
        return heard

    def _require_hope(self) -> None:
        """Don't wait for ever beside workers that none of may be used."""
        begun = self._unfinished < len(self._jobs)
        if self._left_out and not self._opening and not begun:
            why = next(iter(self._left_out.values()))
            raise InfrastructureError(f"no worker of the cluster may be used: {why}")

    def _waiting(self) -> str:
        until = "those that are there answer" if self._opening else "one joins"
        return f"no worker to grade with: {self._unfinished} to do wait until {until}"

    def _open(self, address: str) -> None:
        if address not in {*self._nodes, *self._opening, *self._left_out}:
            self._opening.add(address)
            self._cluster.open(address)

    def _admit(self, opened: "Opened") -> None:
        address, place = opened.address, opened.place
        if address not in self._opening:
            return
        self._opening.remove(address)
        if place.problem:
            self._leave_out(address, place.name, place.problem)
            return
        self._nodes[address] = _Node(place.name, place.slots)
        self._notice(f"worker {place.name} joined, for {place.slots} at a time")

    def _leave_out(self, address: str, name: str, why: str) -> None:
        self._left_out[address] = why
        self._notice(f"worker {name} is left out: {why}")

    def _bury(self, left: "Left") -> Iterator[Event[Result]]:
        self._cluster.forget(left.address)
        self._opening.discard(left.address)
        self._left_out.pop(left.address, None)
        node = self._nodes.pop(left.address, None)
        if node is None:
            return
        how = "left" if left.planned else "was lost"
        back = f"; {len(node.held)} in hand go to others" if node.held else ""
        self._notice(f"worker {node.name} {how}{back}")
        for attempt in sorted(node.held):
            yield from self._take_back(attempt, suspected=not left.planned)
        if not self._nodes:
            self._notice(self._waiting())

    def _take_back(self, attempt: int, *, suspected: bool) -> Iterator[Event[Result]]:
        """Put a job back in line, or give it up if it was lost too often."""
        index = self._recalled(attempt)
        self._losses[index] += suspected
        if self._losses[index] >= MOST_LOSSES:
            yield self._given_up(index)
        elif self._losses[index] >= ALONE_FROM:
            self._alone.append(index)
        else:
            self._again.append(index)

    def _given_up(self, index: int) -> Ended[Result]:
        self._unfinished -= 1
        return Ended(index, self._jobs[index].lost())

    def _begun(self, number: int) -> Iterator[Event[Result]]:
        attempt = self._attempts.get(number)
        if attempt is not None:
            node = self._nodes[attempt.address]
            node.begun.add(number)
            yield Begun(attempt.index, node.name)

    def _ended(self, returned: "Returned") -> Iterator[Event[Result]]:
        from grader.executors.workshop import Done, Failed, Lost, Refused

        attempt = self._attempts.get(returned.attempt)
        if attempt is None:
            # a worker that was given up for lost finished it after all
            return
        match returned.told:
            case None:
                yield from self._take_back(returned.attempt, suspected=True)
            case Refused(why):
                yield from self._retire(attempt.address, why)
            case Failed(error):
                raise error
            case Lost():
                self._recalled(returned.attempt)
                yield self._given_up(attempt.index)
            case Done(result):
                self._recalled(returned.attempt)
                self._unfinished -= 1
                yield Ended(attempt.index, result)

    def _retire(self, address: str, why: str) -> Iterator[Event[Result]]:
        """Use a worker no longer that can't go on."""
        node = self._nodes.pop(address)
        for attempt in sorted(node.held):
            yield from self._take_back(attempt, suspected=False)
        self._leave_out(address, node.name, why)

    def _hand_out(self) -> None:
        """Fill the workers: all their slots first, then one job more for each."""
        self._call_back()
        for depth in range(1, AHEAD + 1):
            for address, node in self._nodes.items():
                while len(node.held) < depth * node.slots:
                    index = self._choice(node)
                    if index is None:
                        break
                    number = self._cluster.hand(address, self._jobs[index])
                    node.held.add(number)
                    self._attempts[number] = _Attempt(index, address)

    def _call_back(self) -> None:
        """Take what waits in a worker's line, where another has nothing left to do."""
        if self._again or self._next < len(self._jobs):
            return
        free = sum(
            max(node.slots - len(node.held), 0)
            for node in self._nodes.values()
            if not self._has_suspect(node)
        )
        for node in self._nodes.values():
            over = len(node.held) - node.slots
            waiting = sorted(node.held - node.begun, reverse=True)
            for number in waiting[: max(min(free, over), 0)]:
                free -= 1
                self._again.append(self._recalled(number))

    def _recalled(self, number: int) -> int:
        """Forget an attempt; return its job."""
        attempt = self._attempts.pop(number)
        self._cluster.drop(number)
        if attempt.address in self._nodes:
            self._nodes[attempt.address].drop(number)
        return attempt.index

    def _choice(self, node: _Node) -> int | None:
        """Return the job that a worker with room for it gets next."""
        if self._has_suspect(node):
            return None
        if self._alone and not node.held:
            return self._alone.popleft()
        if self._again:
            return self._again.popleft()
        if self._next < len(self._jobs):
            self._next += 1
            return self._next - 1
        return None

    def _has_suspect(self, node: _Node) -> bool:
        indices = (self._attempts[number].index for number in node.held)
        return any(self._losses[index] >= ALONE_FROM for index in indices)
