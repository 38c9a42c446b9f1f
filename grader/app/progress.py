"""How far a grading run is: what it says of itself, and what can be told from that.

A run says in notices what happens; a `Tally` counts them and says at any moment how much
is done, what runs, what is slow and how long the rest will take. It keeps numbers, not
reports: as much for ten hand-ins as for ten thousand.
"""

import statistics
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from grader.domain.report import LabReport, Ungraded

# fewer gradings of a lab say nothing about the next
FEWEST_SEEN = 3
# of a lab: enough for a median, and soon right again when the machine gets slower
LATEST = 101
# A training that draws a bad start is tried again, up to three times in all, and that is
# how it should be; what takes longer than three typical ones is worth a look.
SLOW_TIMES = 3.0
# below that nobody would look, and a busy machine alone may do it
SLOW_S = 10.0


@dataclass(frozen=True)
class Received:
    """So many hand-ins were read, before the run knows what there is to do."""

    count: int


@dataclass(frozen=True)
class Started:
    """The run knows what there is to do.

    Attributes:
        total: All hand-ins, each of which becomes one `Unchanged` or `JobEnded`.
        unchanged: How many of them stand in the gradebook and need no grading.
        left: How many of each lab are to be graded, by the lab's name.
        processes: How many side by side; 0 on a cluster, where nobody knows.
    """

    total: int
    unchanged: int
    left: Mapping[str, int]
    processes: int


@dataclass(frozen=True)
class Unchanged:
    """A hand-in stands in the gradebook as it is: nothing is graded."""

    student: str
    lab: str
    score: float
    max_score: float
    sha256: str


@dataclass(frozen=True)
class JobBegun:
    """A grading began; once more under the same number if the first was lost.

    Attributes:
        number: Of the job in this run.
        by: Which process or machine; "" where there is only one.
    """

    number: int
    student: str
    lab: str
    by: str = ""


@dataclass(frozen=True)
class JobEnded:
    """A hand-in is graded and kept, or it can't be graded.

    Attributes:
        outcome: The report, or why there is none.
        before: The score that it had when it was graded last, if it was.
        number: Of the job in this run; None if it was refused before it became one.
    """

    outcome: LabReport | Ungraded
    before: float | None = None
    number: int | None = None


@dataclass(frozen=True)
class MarkChanged:
    """A mark is another than before this run; `before` is None for a first one."""

    student: str
    lab: str
    before: float | None
    after: float | None
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Remark:
    """A line on what is graded, or on the machines: one joined, one was lost."""

    text: str


Notice = Received | Started | Unchanged | JobBegun | JobEnded | MarkChanged | Remark


@dataclass(frozen=True)
class Running:
    """A grading that goes on.

    Attributes:
        seconds: Since it began.
        slow: Whether it takes much longer than its lab's usually do.
    """

    student: str
    lab: str
    by: str
    seconds: float
    slow: bool


@dataclass(frozen=True)
class Remaining:
    """How long the rest will take.

    Attributes:
        seconds: From now on.
        at_least: Whether that leaves out what nobody can know yet: a lab of which too
            little was graded, or a grading that has taken longer than usual already.
    """

    seconds: float
    at_least: bool


@dataclass(frozen=True)
class Snapshot:
    """How far the run is.

    Attributes:
        total: All hand-ins; None until they are known.
        received: Read so far.
        unchanged: Taken from the gradebook.
        graded: In this run.
        failed: Those that can't be graded.
        running: The longest first.
        remaining: None as long as it can't be said.
        per_minute: Gradings ended, lately; None as long as it can't be said.
    """

    total: int | None
    received: int
    unchanged: int
    graded: int
    failed: int
    running: tuple[Running, ...]
    remaining: Remaining | None
    per_minute: float | None

    @property
    def done(self) -> int:
        """Return how many hand-ins nothing more will happen to."""
        return self.unchanged + self.graded + self.failed

    @property
    def left(self) -> int | None:
        """Return how many are not done; None until they are known."""
        return None if self.total is None else self.total - self.done


@dataclass
class _Lab:
    """What is known of one lab's gradings.

    Attributes:
        left: To be graded, those that run included.
        latest: Seconds that the latest took, from begun to ended.
    """

    left: int = 0
    latest: deque[float] = field(default_factory=lambda: deque(maxlen=LATEST))

    @property
    def is_known(self) -> bool:
        return len(self.latest) >= FEWEST_SEEN

    def is_slow(self, seconds: float) -> bool:
        """Return whether a grading that has run so long is worth a look."""
        return (
            self.is_known
            and seconds > SLOW_S
            and seconds > SLOW_TIMES * statistics.median(self.latest)
        )

    def rest_s(self, seconds: float) -> float:
        """Return how much longer one takes that has run so long; 0 if nobody knows.

        That is what those of the latest took that ran longer still.
        """
        longer = [took - seconds for took in self.latest if took > seconds]
        return statistics.fmean(longer) if self.is_known and longer else 0.0


@dataclass(frozen=True)
class _Begun:
    notice: JobBegun
    at: float


class Tally:
    """Counts what a run says; another thread may ask it how far the run is."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with nothing.

        Args:
            clock: Seconds, never going back.
        """
        self._clock = clock
        self._lock = threading.Lock()
        self._total: int | None = None
        self._processes = 0
        self._received = self._unchanged = self._graded = self._failed = 0
        self._labs: dict[str, _Lab] = {}
        self._running: dict[int, _Begun] = {}
        self._ends: deque[float] = deque(maxlen=LATEST)

    def take(self, notice: Notice) -> None:
        """Count a notice."""
        with self._lock:
            match notice:
                case Received():
                    self._received = notice.count
                case Started():
                    self._start(notice)
                case Unchanged():
                    self._unchanged += 1
                case JobBegun():
                    self._begin(notice)
                case JobEnded():
                    self._end(notice)
                case MarkChanged() | Remark():
                    pass

    def _lab(self, name: str) -> _Lab:
        return self._labs.setdefault(name, _Lab())

    def _start(self, notice: Started) -> None:
        self._total = notice.total
        self._processes = notice.processes
        for name, left in notice.left.items():
            self._lab(name).left = left

    def _begin(self, notice: JobBegun) -> None:
        self._running.pop(notice.number, None)
        if 0 < self._processes <= len(self._running):
            self._forget_one_of(notice.by)
        self._running[notice.number] = _Begun(notice, self._clock())

    def _forget_one_of(self, by: str) -> None:
        """Drop the grading of a process that begins another: it died with the first.

        That one waits for another turn.
        """
        for number, begun in self._running.items():
            if begun.notice.by == by:
                del self._running[number]
                return

    def _end(self, notice: JobEnded) -> None:
        if isinstance(notice.outcome, Ungraded):
            self._failed += 1
        else:
            self._graded += 1
        if notice.number is None:
            return
        now = self._clock()
        lab = self._lab(notice.outcome.lab)
        lab.left -= 1
        self._ends.append(now)
        begun = self._running.pop(notice.number, None)
        if begun is not None:
            lab.latest.append(now - begun.at)

    def snapshot(self) -> Snapshot:
        """Return how far the run is now."""
        with self._lock:
            return self._snapshot(self._clock())

    def _snapshot(self, now: float) -> Snapshot:
        running = [
            Running(
                student=begun.notice.student,
                lab=begun.notice.lab,
                by=begun.notice.by,
                seconds=now - begun.at,
                slow=self._lab(begun.notice.lab).is_slow(now - begun.at),
            )
            for begun in self._running.values()
        ]
        running.sort(key=lambda one: -one.seconds)
        return Snapshot(
            total=self._total,
            received=self._received,
            unchanged=self._unchanged,
            graded=self._graded,
            failed=self._failed,
            running=tuple(running),
            remaining=self._remaining(running),
            per_minute=self._per_minute(),
        )

    def _remaining(self, running: list[Running]) -> Remaining | None:
        """Return the work that is left, shared by the processes.

        Made of means: a median would leave out the endless loops that a class has, and
        they are where the time goes. No grading can be shared, so that what is left takes
        no less than its longest piece, however many processes there are.
        """
        pieces = [self._labs[one.lab].rest_s(one.seconds) for one in running]
        work_s = sum(pieces)
        begun = Counter(one.lab for one in running)
        at_least = any(one.slow or not self._labs[one.lab].is_known for one in running)
        for name, lab in self._labs.items():
            waiting = lab.left - begun[name]
            if waiting <= 0:
                continue
            at_least = at_least or not lab.is_known
            pieces.append(lab.rest_s(0))
            work_s += waiting * lab.rest_s(0)
        processes = max(self._processes, len(running), 1)
        seconds = max(work_s / processes, *pieces, 0)
        # "at least nothing" says nothing
        known = self._total is not None and (seconds > 0 or not at_least)
        return Remaining(seconds, at_least) if known else None

    def _per_minute(self) -> float | None:
        if len(self._ends) <= FEWEST_SEEN:
            return None
        took_s = self._ends[-1] - self._ends[0]
        return 60 * (len(self._ends) - 1) / took_s if took_s > 0 else None
