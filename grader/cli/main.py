"""The `grader` command. Subcommands are imported when they are called."""

import contextlib
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

from grader.errors import GraderError

# command -> module, function, help; so that `grader --help` imports none of them
COMMANDS = {
    "labs": ("grader.cli.student", "labs", "List the labs."),
    "new": ("grader.cli.student", "new", "Start a lab: get its handout and stub."),
    "check": ("grader.cli.student", "check", "Check your work before you hand it in."),
    "submit": ("grader.cli.student", "submit", "Pack your work to hand it in."),
    "grade": ("grader.cli.grade", "grade", "Grade what a class handed in."),
    "report": ("grader.cli.report", "report", "Write the reports again."),
    "override": ("grader.cli.override", "override", "Set a mark by hand."),
    "why": ("grader.cli.why", "why", "Tell why a student has this mark."),
    "verify": ("grader.cli.verify", "verify", "Prove that the labs grade right."),
    "calibrate": ("grader.cli.calibrate", "calibrate", "Measure right solutions."),
    "stubs": ("grader.cli.verify", "stubs", "Make the stubs from the solutions."),
    "doctor": ("grader.cli.doctor", "doctor", "Look at what this machine can do."),
}
# what answers our signals unless somebody chose otherwise
USUAL = (signal.SIG_DFL, signal.default_int_handler)
# in a context's `meta`: a function that ends us if somebody has asked for it
INSIST = "grader.insist"
# the longest that workers take to go
TIDYING_S = 10
STUDENT = ("labs", "new", "check", "submit")


class LazyGroup(click.Group):
    """A group whose commands are imported on use, and whose errors are one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order of a course."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        module, function, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), function)
        return command

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

    def invoke(self, ctx: click.Context) -> Any:
        """Run, and turn our own errors into one line on stderr and exit code 1."""
        try:
            with _leaving_in_order() as ending:
                ctx.meta[INSIST] = ending.insist
                return super().invoke(ctx)
        except GraderError as error:
            _complain(str(error))
            sys.exit(1)
        except KeyboardInterrupt:
            click.echo("grader: stopped", err=True)
            sys.exit(130)
        except BrokenPipeError:
            # `grader labs | head`: the reader has seen enough
            from grader.cli.shared import silence

            silence()
            sys.exit(0)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            _complain(f"{where}{error.strerror or error}")
            sys.exit(1)


def _complain(text: str) -> None:
    """Write one line to stderr; a file's name in it may hold a terminal's escapes."""
    from grader.domain.text import clean

    click.echo(f"grader: {clean(text)}", err=True)


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
@click.version_option(package_name="grader", message="%(version)s")
@click.pass_context
def main(ctx: click.Context, course: Path | None) -> None:
    """Neural-network labs: check your own work, or grade a class's."""
    ctx.obj = course


if __name__ == "__main__":
    main()
