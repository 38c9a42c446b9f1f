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
from grader.languages import ENGLISH, Language

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


def duration(seconds: float, language: Language = ENGLISH) -> str:
    """Return how long something takes, as precise as it is of use.

    From a minute on in steps of 5 s, from ten minutes on in minutes.
    """
    _ = language.text
    if seconds < MINUTE_S:
        return _("{seconds} s").format(seconds=f"{seconds:.0f}")
    hours = rest = 0
    if seconds < 10 * MINUTE_S:
        minutes, rest = divmod(5 * round(seconds / 5), MINUTE_S)
    else:
        hours, minutes = divmod(round(seconds / MINUTE_S), 60)
    parts = {
        _("{hours} h"): hours,
        _("{minutes} min"): minutes,
        _("{seconds} s"): rest,
    }
    told = [
        text.format(hours=count, minutes=count, seconds=count)
        for text, count in parts.items()
        if count
    ]
    return " ".join(told)


def remaining(rest: Remaining | None, language: Language = ENGLISH) -> str:
    """Return how long the rest takes, in words."""
    _ = language.text
    if rest is None:
        return _("time left not known yet")
    told = _("at least {time} left") if rest.at_least else _("about {time} left")
    return told.format(time=duration(rest.seconds, language))


def counts(now: Snapshot, language: Language = ENGLISH) -> str:
    """Return what was done so far, in words."""
    _ = language.text
    parts = [_("{n} graded").format(n=now.graded)]
    if now.unchanged:
        parts.append(_("{n} unchanged").format(n=now.unchanged))
    if now.failed:
        parts.append(_("{n} not graded").format(n=now.failed))
    return ", ".join(parts)


class LiveDisplay:
    """A bar, counts and what runs now, on a terminal of any width."""

    def __init__(
        self, out: Console, tally: Tally, *, language: Language = ENGLISH
    ) -> None:
        """Prepare; nothing is shown before it is opened.

        Args:
            out: A terminal.
            tally: Which has every notice before we see it.
            language: To speak in.
        """
        self._out = out
        self._tally = tally
        self._language = language
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
            told = self._language.told(notice.text)
            self._live.console.print(Text(printable(told, self._out)))

    def _render(self) -> RenderableType:
        now = self._tally.snapshot()
        return Group(self._bar(now), self._facts(now), self._running(now))

    def _bar(self, now: Snapshot) -> Table:
        grid = Table.grid(expand=True, padding=(0, 1))
        grid.add_column()
        grid.add_column(ratio=1)
        grid.add_column(justify="right", no_wrap=True)
        bar = ProgressBar(total=now.total, completed=now.done, pulse=now.total is None)
        _ = self._language.text
        doing = _("reading") if now.total is None else _("grading")
        grid.add_row(
            printable(doing, self._out),
            bar,
            str(now.received) if now.total is None else f"{now.done}/{now.total}",
        )
        return grid

    def _facts(self, now: Snapshot) -> Text:
        if now.total is None:
            return Text()
        _ = self._language.text
        facts = [counts(now, self._language)]
        over = now.done >= now.total
        rest = remaining(now.remaining, self._language)
        facts.append(_("writing reports") if over else rest)
        if now.per_minute is not None:
            facts.append(_("{n} a minute").format(n=f"{now.per_minute:.0f}"))
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
        slow = printable(self._language.text("slow"), self._out)
        for one in shown:
            grid.add_row(
                self._name(one.student),
                self._name(_where(one)),
                printable(duration(one.seconds, self._language), self._out),
                slow if one.slow else "",
                style="yellow" if one.slow else "",
            )
        if more := len(now.running) - len(shown):
            told = self._language.text("and {n} more").format(n=more)
            grid.add_row(printable(told, self._out))
        return grid

    def _name(self, text: str) -> Text:
        return Text(printable(clean(text, NAME_LENGTH), self._out))


def _where(one: Running) -> str:
    """Return the lab, and the machine; a number is just one of our own processes."""
    return one.lab if not one.by or one.by.isdigit() else f"{one.lab} on {one.by}"


class LineDisplay:
    """A line for each hand-in, and now and then one that says how far the run is."""

    def __init__(
        self, out: Console, tally: Tally, *, language: Language = ENGLISH
    ) -> None:
        """Prepare.

        Args:
            out: No terminal.
            tally: Which has every notice before we see it.
            language: To speak in.
        """
        self._out = out
        self._tally = tally
        self._language = language
        self._said = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def take(self, notice: Notice) -> None:
        """Print it if it is worth a line."""
        if isinstance(notice, Started) and notice.unchanged:
            told = self._language.text("{n} of {m} are unchanged")
            self._print(told.format(n=notice.unchanged, m=notice.total))
        elif isinstance(notice, Remark):
            self._print(self._language.told(notice.text))
        elif isinstance(notice, JobEnded):
            now = self._tally.snapshot()
            self._print(f"{now.done}/{now.total} {_ended(notice, self._language)}")
            self._sum_up(now)

    def _sum_up(self, now: Snapshot) -> None:
        if now.total is None or now.total < SMALL_CLASS or now.done >= now.total:
            return
        part = SUMMARIES * now.done // now.total
        if part > self._said:
            self._said = part
            rest = remaining(now.remaining, self._language)
            told = self._language.text("{n} of {m}: {counts}; {rest}")
            so_far = counts(now, self._language)
            self._print(told.format(n=now.done, m=now.total, counts=so_far, rest=rest))

    def _print(self, line: str) -> None:
        self._out.print(Text(printable(line, self._out)), soft_wrap=True)


def _ended(notice: JobEnded, language: Language) -> str:
    outcome = notice.outcome
    name = clean(f"{outcome.student} {outcome.lab}", 2 * NAME_LENGTH)
    if isinstance(outcome, Ungraded):
        return f"{name}: {language.text('NOT GRADED')}"
    if notice.before is None or notice.before == outcome.score:
        return f"{name}: {outcome.score:g}"
    return f"{name}: {notice.before:g} → {outcome.score:g}"
