"""How a grading run looks to people while it goes on: live on a terminal, or in lines."""

from types import TracebackType
from typing import Protocol, Self

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from grader.app.progress import (
    JobEnded,
    Notice,
    Remaining,
    Remark,
    Running,
    Snapshot,
    Started,
    Tally,
)
from grader.cli.shared import printable
from grader.domain.report import Ungraded
from grader.domain.text import clean

# names come from a class's folders; nobody reads more of one
NAME_LENGTH = 60
# enough for eyes, and nothing for the machine
PER_SECOND = 4
# of those that run side by side, the ones that have run longest
MOST_RUNNING = 12
# where there is no terminal: how often a run of any size says how far it is
SUMMARIES = 10
# a class so small is over before anybody asks
SMALL_CLASS = 20
# columns of a terminal: of "12 min 35 s", of that and "slow" with what is between them,
# and what is left of a name on the narrowest
SECONDS = 11
BESIDE = 2 + 2 + SECONDS + 2 + len("slow") + 1
SHORTEST_NAME = 6
MINUTE_S = 60


class Display(Protocol):
    """Something that shows a run's notices while it is open."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def take(self, notice: Notice) -> None:
        """Show it."""
        ...


def duration(seconds: float) -> str:
    """Return how long something takes, as precise as it is of use.

    From a minute on in steps of 5 s, from ten minutes on in minutes.
    """
    if seconds < MINUTE_S:
        return f"{seconds:.0f} s"
    if seconds < 10 * MINUTE_S:
        minutes, rest = divmod(5 * round(seconds / 5), MINUTE_S)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(round(seconds / MINUTE_S), 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def remaining(rest: Remaining | None) -> str:
    """Return how long the rest takes, in words."""
    if rest is None:
        return "time left not known yet"
    return f"{'at least' if rest.at_least else 'about'} {duration(rest.seconds)} left"


def counts(now: Snapshot) -> str:
    """Return what was done so far, in words."""
    parts = [f"{now.graded} graded"]
    if now.unchanged:
        parts.append(f"{now.unchanged} unchanged")
    if now.failed:
        parts.append(f"{now.failed} not graded")
    return ", ".join(parts)


class LiveDisplay:
    """A bar, counts and what runs now, on a terminal of any width."""

    def __init__(self, out: Console, tally: Tally) -> None:
        """Prepare; nothing is shown before it is opened.

        Args:
            out: A terminal.
            tally: Which has every notice before we see it.
        """
        self._out = out
        self._tally = tally
        self._live = Live(
            console=out,
            get_renderable=self._render,
            refresh_per_second=PER_SECOND,
            transient=True,
            # stdout may be a file for programs
            redirect_stdout=False,
        )

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._live.stop()

    def take(self, notice: Notice) -> None:
        """Leave numbers to the tally: the screen follows by itself."""
        if isinstance(notice, Remark):
            # above what is drawn again and again
            self._live.console.print(Text(printable(notice.text, self._out)))

    def _render(self) -> RenderableType:
        now = self._tally.snapshot()
        return Group(self._bar(now), self._facts(now), self._running(now))

    def _bar(self, now: Snapshot) -> Table:
        grid = Table.grid(expand=True, padding=(0, 1))
        grid.add_column()
        grid.add_column(ratio=1)
        grid.add_column(justify="right", no_wrap=True)
        bar = ProgressBar(total=now.total, completed=now.done, pulse=now.total is None)
        grid.add_row(
            "reading" if now.total is None else "grading",
            bar,
            str(now.received) if now.total is None else f"{now.done}/{now.total}",
        )
        return grid

    def _facts(self, now: Snapshot) -> Text:
        if now.total is None:
            return Text()
        facts = [counts(now)]
        over = now.done >= now.total
        facts.append("writing reports" if over else remaining(now.remaining))
        if now.per_minute is not None:
            facts.append(f"{now.per_minute:.0f} a minute")
        return Text(printable(" · ".join(facts), self._out))

    def _running(self, now: Snapshot) -> Table:
        shown = now.running[:MOST_RUNNING]
        # the name gives way where it is narrow: seconds are what one looks for
        labs = max((cell_len(_where(one)) for one in shown), default=0)
        labs = min(labs, self._out.width // 3)
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(
            no_wrap=True, max_width=max(self._out.width - labs - BESIDE, SHORTEST_NAME)
        )
        grid.add_column(no_wrap=True, max_width=labs)
        grid.add_column(no_wrap=True, justify="right", min_width=SECONDS)
        grid.add_column(no_wrap=True)
        for one in shown:
            grid.add_row(
                self._name(one.student),
                self._name(_where(one)),
                duration(one.seconds),
                "slow" if one.slow else "",
                style="yellow" if one.slow else "",
            )
        if more := len(now.running) - len(shown):
            grid.add_row(f"and {more} more")
        return grid

    def _name(self, text: str) -> Text:
        return Text(printable(clean(text, NAME_LENGTH), self._out))


def _where(one: Running) -> str:
    """Return the lab, and the machine; a number is just one of our own processes."""
    return one.lab if not one.by or one.by.isdigit() else f"{one.lab} on {one.by}"


class LineDisplay:
    """A line for each hand-in, and now and then one that says how far the run is."""

    def __init__(self, out: Console, tally: Tally) -> None:
        """Prepare.

        Args:
            out: No terminal.
            tally: Which has every notice before we see it.
        """
        self._out = out
        self._tally = tally
        self._said = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def take(self, notice: Notice) -> None:
        """Print it if it is worth a line."""
        if isinstance(notice, Started) and notice.unchanged:
            self._print(f"{notice.unchanged} of {notice.total} are unchanged")
        elif isinstance(notice, Remark):
            self._print(notice.text)
        elif isinstance(notice, JobEnded):
            now = self._tally.snapshot()
            self._print(f"{now.done}/{now.total} {_ended(notice)}")
            self._sum_up(now)

    def _sum_up(self, now: Snapshot) -> None:
        if now.total is None or now.total < SMALL_CLASS or now.done >= now.total:
            return
        part = SUMMARIES * now.done // now.total
        if part > self._said:
            self._said = part
            rest = remaining(now.remaining)
            self._print(f"{now.done} of {now.total}: {counts(now)}; {rest}")

    def _print(self, line: str) -> None:
        self._out.print(Text(printable(line, self._out)), soft_wrap=True)


def _ended(notice: JobEnded) -> str:
    outcome = notice.outcome
    name = clean(f"{outcome.student} {outcome.lab}", 2 * NAME_LENGTH)
    if isinstance(outcome, Ungraded):
        return f"{name}: NOT GRADED"
    if notice.before is None or notice.before == outcome.score:
        return f"{name}: {outcome.score:g}"
    return f"{name}: {notice.before:g} → {outcome.score:g}"
