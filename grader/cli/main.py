"""The `grader` command. Subcommands are imported when they are called."""

import contextlib
import difflib
import importlib
import math
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from grader.cli.streams import stand_in_for_closed
from grader.cli.usage import CODE, Telling, in_language, reader_language, telling
from grader.errors import GraderError

# command -> module, function, help; so that `grader --help` imports none of them
COMMANDS = {
    "labs": ("grader.cli.student", "labs", "List the labs."),
    "new": ("grader.cli.student", "new", "Start a lab: get its handout and stub."),
    "check": ("grader.cli.student", "check", "Check your work before you hand it in."),
    "submit": ("grader.cli.submit", "submit", "Hand in: check, pack, get a receipt."),
    "grade": ("grader.cli.grade", "grade", "Grade what a class handed in."),
    "report": ("grader.cli.report", "report", "Write the reports again."),
    "export": ("grader.cli.export", "export", "Write marks for other systems."),
    "override": ("grader.cli.override", "override", "Set a mark by hand."),
    "receipt": ("grader.cli.receipt", "receipt_", "Verify a hand-in's receipt."),
    "similar": ("grader.cli.similar", "similar", "Show which hand-ins are alike."),
    "why": ("grader.cli.why", "why", "Tell why a student has this mark."),
    "verify": ("grader.cli.verify", "verify", "Prove that the labs grade right."),
    "calibrate": ("grader.cli.calibrate", "calibrate", "Measure right solutions."),
    "stubs": ("grader.cli.verify", "stubs", "Make the stubs from the solutions."),
    "release": ("grader.cli.release", "release", "Build what students get."),
    "doctor": ("grader.cli.doctor", "doctor", "Look at what this machine can do."),
}
# what answers our signals unless somebody chose otherwise
USUAL = (signal.SIG_DFL, signal.default_int_handler)
# in a context's `meta`: a function that ends us if somebody has asked for it
INSIST = "grader.insist"
# the longest that workers take to go
TIDYING_S = 10
# what a shell makes of a program that SIGPIPE ended
UNREAD = 141
STUDENT = ("labs", "new", "check", "submit")
LANG = "--lang"


class LazyGroup(click.Group):
    """A group whose commands are imported on use, and whose errors are one line."""

    context_class = Telling

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order of a course."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        module, function, _ = COMMANDS[cmd_name]
        return telling(getattr(importlib.import_module(module), function))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; for a name that is none, say which is nearest."""
        # click would look among `commands`, which are imported already
        near = difflib.get_close_matches(args[0], COMMANDS, n=1)
        if near and near[0] != args[0]:
            raise click.UsageError(
                f"No such command {args[0]!r}. Did you mean {near[0]!r}?", ctx
            )
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run as a program; what can't even be said is one line, too."""
        stand_in_for_closed()
        try:
            return super().main(*args, **extra)
        except OSError as error:
            # help that has nowhere to go: a full disk, say
            click.echo(f"grader: {error.strerror or error}", err=True)
            sys.exit(1)

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write the commands by who uses them, without importing any."""
        del ctx
        for title, names in (
            ("For students", STUDENT),
            ("For teachers", [name for name in COMMANDS if name not in STUDENT]),
        ):
            with formatter.section(title):
                formatter.write_dl([(name, COMMANDS[name][2]) for name in names])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take `--lang` wherever it stands: people write `grader check --lang ru`."""
        try:
            ordered = _language_first(args)
            # before anything is read: what is wrong with the rest is said in it, too
            if (code := _named(ordered)) is not None:
                ctx.meta[CODE] = code
            return super().parse_args(ctx, ordered)
        except click.UsageError as error:
            raise in_language(error, ctx) from error

    def invoke(self, ctx: click.Context) -> Any:
        """Run, and turn our own errors into one line on stderr and exit code 1."""
        try:
            with _leaving_in_order() as ending:
                ctx.meta[INSIST] = ending.insist
                return super().invoke(ctx)
        except click.UsageError as error:
            raise in_language(error, ctx) from error
        except GraderError as error:
            _complain(str(error), ctx)
            sys.exit(1)
        except click.Abort:
            # somebody was asked, and said no
            _stopped(ctx)
            sys.exit(1)
        except KeyboardInterrupt:
            _stopped(ctx)
            sys.exit(130)
        except BrokenPipeError:
            # the reader has seen enough, and nobody knows what we had still to do
            from grader.cli.shared import silence

            silence()
            sys.exit(UNREAD)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            _complain(f"{where}{error.strerror or error}", ctx)
            sys.exit(1)


def _language_first(args: list[str]) -> list[str]:
    """Move `--lang` with its value to the front, the last one if there are several."""
    end = args.index("--") if "--" in args else len(args)
    first: list[str] = []
    rest: list[str] = []
    place = 0
    while place < end:
        argument = args[place]
        if argument == LANG and place + 1 == end:
            raise click.BadOptionUsage(LANG, f"{LANG} needs a language, such as ru")
        width = 2 if argument == LANG else 1
        is_ours = argument == LANG or argument.startswith(f"{LANG}=")
        (first if is_ours else rest).extend(args[place : place + width])
        place += width
    return [*first, *rest, *args[end:]]


def _named(args: list[str]) -> str | None:
    """Return the last language that arguments begin with."""
    code = None
    while args and args[0].startswith(LANG):
        if args[0] == LANG:
            code, args = args[1], args[2:]
        else:
            code, args = args[0].removeprefix(f"{LANG}="), args[1:]
    return code


def _choose(ctx: click.Context, parameter: click.Parameter, code: str | None) -> None:
    """Keep the language that --lang names."""
    del parameter
    if code is None:
        return
    from grader.languages.catalogue import codes

    if code not in codes():
        listed = ", ".join(codes())
        raise click.BadParameter(f"there is no {code!r}; there are {listed}")
    ctx.meta[CODE] = code


def _stopped(ctx: click.Context) -> None:
    click.echo(f"grader: {reader_language(ctx).text('stopped')}", err=True)


def _complain(text: str, ctx: click.Context) -> None:
    """Write one line to stderr; a file's name in it may hold a terminal's escapes."""
    from grader.cli.shared import language_of
    from grader.domain.text import clean

    try:
        told = language_of(ctx).told(text)
    except GraderError:
        # a catalogue is broken: that may be what we have to say
        told = text
    click.echo(f"grader: {clean(told)}", err=True)


class _Ending:
    """Ends us in order at a signal, by an exception.

    What comes on its heels is the same wish once more: a second exception would end the
    tidying up. An exception that strikes in a destructor is lost, for Python ignores what
    those raise: whoever does long work asks now and then, by `insist`.
    """

    def __init__(self) -> None:
        self._last = -math.inf
        self._wish: int | None = None

    def __call__(self, number: int, _frame: object) -> None:
        now = time.monotonic()
        if now - self._last > TIDYING_S:
            self._last = now
            self._wish = number
            self.insist()

    def insist(self) -> None:
        """End us if somebody has asked for it."""
        if self._wish is None:
            return
        if self._wish == signal.SIGINT:
            raise KeyboardInterrupt
        raise SystemExit(128 + self._wish)


@contextlib.contextmanager
def _leaving_in_order() -> Iterator[_Ending]:
    """Have the signals that end us end our workers and remove their directories."""
    # Windows has no SIGHUP; nohup ignores it; only the main thread may ask
    before = {
        number: handler
        for name in ("SIGINT", "SIGTERM", "SIGHUP")
        if (number := getattr(signal, name, None)) is not None
        and (handler := signal.getsignal(number)) in USUAL
        and threading.current_thread() is threading.main_thread()
    }
    ending = _Ending()
    for number in before:
        signal.signal(number, ending)
    try:
        yield ending
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--course",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Directory with assignments/; the current one or a parent if left out.",
)
@click.option(
    LANG,
    metavar="CODE",
    callback=_choose,
    expose_value=False,
    help="Language, en or ru; the locale's, or that of GRADER_LANG, if left out.",
)
@click.version_option(package_name="grader", message="%(version)s")
@click.pass_context
def main(ctx: click.Context, course: Path | None) -> None:
    """Neural-network labs: check your own work, or grade a class's."""
    ctx.obj = course


if __name__ == "__main__":
    main()
