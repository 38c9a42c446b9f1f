"""What several commands need: the course, the console, how an outcome looks."""

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import click
from rich.console import Console

from grader.cli.usage import can_show, code_of
from grader.domain.report import CheckResult
from grader.domain.verdict import Outcome
from grader.errors import LabError
from grader.labs.course import Course
from grader.labs.translations import course_language
from grader.languages import ENGLISH, Language

# in a context's `meta`: the language that was read
LANGUAGE = "grader.language"
# columns of a table in a file or a pipe: nothing is cut off
UNCUT = 400
# (sign, colour): never colour alone, see `sign_of`
LOOK = {
    Outcome.PASSED: ("✓", "green"),
    Outcome.PARTIAL: ("◐", "yellow"),
    Outcome.FAILED: ("✗", "red"),
    Outcome.RAISED: ("✗", "red"),
    Outcome.TIMED_OUT: ("✗", "red"),
    Outcome.OUT_OF_MEMORY: ("✗", "red"),
    Outcome.NOT_ATTEMPTED: ("·", "bright_black"),
    Outcome.SKIPPED: ("–", "bright_black"),
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
        # Russian, on a terminal of DOS
        "«": '"',
        "»": '"',
        "—": "-",
    }
)


def course_of(ctx: click.Context) -> Course:
    """Return the course that a command works in."""
    return Course.find(ctx.obj or Path.cwd(), is_named=ctx.obj is not None)


def language_of(ctx: click.Context) -> Language:
    """Return the language to speak on the terminal: `--lang`, else the locale's.

    English where the terminal has not the letters.

    Raises:
        LabError: If a catalogue can't be read.
    """
    language = written_language(ctx)
    return language if can_show(language) else ENGLISH


def written_language(ctx: click.Context) -> Language:
    """Return the language to write files in, whatever the terminal can show.

    Raises:
        LabError: If a catalogue can't be read.
    """
    meta = ctx.find_root().meta
    if LANGUAGE not in meta:
        meta[LANGUAGE] = _read_language(ctx, code_of(ctx))
    found: Language = meta[LANGUAGE]
    return found


def _read_language(ctx: click.Context, code: str) -> Language:
    if code == ENGLISH.code:
        return ENGLISH
    try:
        course = course_of(ctx)
    except LabError:
        # whoever needs the course will say so
        course = None
    return course_language(course, code)


class _Console(Console):
    """A console whose reader may leave early: the exit code stays what it would be."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        silence(self.file)


def console() -> Console:
    """Return where people read; plain text, as wide as it is, when it is no terminal."""
    terminal = sys.stdout.isatty()
    width = None if terminal else UNCUT
    return _Console(highlight=False, soft_wrap=not terminal, width=width)


def aside() -> Console:
    """Return where people read how it goes, beside the output: standard error."""
    return _Console(stderr=True, highlight=False)


def silence(stream: IO[str] | None = None) -> None:
    """Send what is still printed to nowhere: its reader is gone.

    Args:
        stream: Standard error or output; the latter if left out.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, (stream or sys.stdout).fileno())
    os.close(nowhere)


def printable(text: str, out: Console) -> str:
    """Return text that the terminal's encoding can show."""
    if out.encoding.lower().startswith("utf"):
        return text
    plain = text.translate(ASCII)
    return plain.encode(out.encoding, "replace").decode(out.encoding)


def sign_of(
    check: CheckResult, out: Console, *, language: Language = ENGLISH
) -> tuple[str, str, str]:
    """Return how a check's outcome is shown: sign, word, colour."""
    sign, colour = LOOK[check.outcome]
    return printable(sign, out), _words(language)[check.outcome], colour


def _words(language: Language) -> dict[Outcome, str]:
    _ = language.text
    return {
        Outcome.PASSED: _("passed"),
        Outcome.PARTIAL: _("partly"),
        Outcome.FAILED: _("failed"),
        Outcome.RAISED: _("raised an error"),
        Outcome.TIMED_OUT: _("took too long"),
        Outcome.OUT_OF_MEMORY: _("out of memory"),
        Outcome.NOT_ATTEMPTED: _("not written yet"),
        Outcome.SKIPPED: _("waits"),
    }


def show_json(value: Any) -> None:
    """Write a value as JSON for programs, escaped where the encoding asks for it."""
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    text = json.dumps(value, ensure_ascii=not unicode, indent=1, default=str)
    try:
        click.echo(text)
    except BrokenPipeError:
        silence()


def change_of(before: float | None, after: float | None, language: Language) -> str:
    """Return "70 → 85.5"; a mark that there is none of is named so."""
    none = language.text("no mark")
    told = (none if mark is None else f"{mark:g}" for mark in (before, after))
    return " → ".join(told)


def comma(items: Iterable[str]) -> str:
    """Return items in one line."""
    return ", ".join(items)
