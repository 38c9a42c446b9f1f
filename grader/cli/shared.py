"""What several commands need: the course, the console, how an outcome looks."""

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from grader.domain.report import CheckResult
from grader.domain.verdict import Outcome
from grader.labs.course import Course

# columns of a table in a file or a pipe: nothing is cut off
UNCUT = 400
# (sign, word, colour): never colour alone
LOOK = {
    Outcome.PASSED: ("✓", "passed", "green"),
    Outcome.PARTIAL: ("◐", "partly", "yellow"),
    Outcome.FAILED: ("✗", "failed", "red"),
    Outcome.RAISED: ("✗", "raised an error", "red"),
    Outcome.TIMED_OUT: ("✗", "took too long", "red"),
    Outcome.OUT_OF_MEMORY: ("✗", "out of memory", "red"),
    Outcome.NOT_ATTEMPTED: ("·", "not written yet", "bright_black"),
    Outcome.SKIPPED: ("–", "waits", "bright_black"),
}
ASCII = str.maketrans(
    {
        "→": "->",
        "“": "'",
        "”": "'",
        "✓": "+",
        "◐": "~",
        "✗": "x",
        "·": ".",
        "–": "-",
        "…": "...",
    }
)


def course_of(ctx: click.Context) -> Course:
    """Return the course that a command works in."""
    return Course.find(ctx.obj or Path.cwd())


class _Console(Console):
    """A console whose reader may leave early: the exit code stays what it would be."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        silence()


def console() -> Console:
    """Return where people read; plain text, as wide as it is, when it is no terminal."""
    terminal = sys.stdout.isatty()
    width = None if terminal else UNCUT
    return _Console(highlight=False, soft_wrap=not terminal, width=width)


def silence() -> None:
    """Send what is still printed to nowhere: the reader of our output is gone."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def printable(text: str, out: Console) -> str:
    """Return text that the terminal's encoding can show."""
    if out.encoding.lower().startswith("utf"):
        return text
    plain = text.translate(ASCII)
    return plain.encode(out.encoding, "replace").decode(out.encoding)


def sign_of(check: CheckResult, out: Console) -> tuple[str, str, str]:
    """Return how a check's outcome is shown: sign, word, colour."""
    sign, word, colour = LOOK[check.outcome]
    return printable(sign, out), word, colour


def show_json(value: Any) -> None:
    """Write a value as JSON for programs, escaped where the encoding asks for it."""
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    text = json.dumps(value, ensure_ascii=not unicode, indent=1, default=str)
    try:
        click.echo(text)
    except BrokenPipeError:
        silence()


def change_of(before: float | None, after: float | None) -> str:
    """Return "70 → 85.5"; a mark that there is none of is named so."""
    told = ("no mark" if mark is None else f"{mark:g}" for mark in (before, after))
    return " → ".join(told)


def comma(items: Iterable[str]) -> str:
    """Return items in one line."""
    return ", ".join(items)
