"""Help, and complaints about a command line, in the reader's language.

click writes both, in English; what it writes is translated where it is shown. No
catalogue is looked for before there is something to show, and none for English. Nothing
here imports what a command needs: `grader --help` is quick.
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from grader.languages import Language

# in a context's `meta`: the code that --lang names
CODE = "grader.code"
# help that is shown because nothing was asked is in the language already; click 8.2 or newer
IS_HELP: Any = getattr(click.exceptions, "NoArgsIsHelpError", ())
# of help: what click adds about an option, such as "[default: results]"
EXTRA = re.compile(r"\A(.*?)(?:(?:  |\A)\[([^\[\]]*)\])?\Z", re.DOTALL)
BETWEEN_EXTRAS = "; "
# what is filled in, as usage lines and options write it
METAVAR = re.compile(r"(?<![-\w])[A-Z]{2,}(?: RANGE)?(?!\w)")


def code_of(ctx: click.Context) -> str:
    """Return the code of the reader's language: that of `--lang`, else the locale's."""
    from grader.languages.catalogue import codes
    from grader.languages.choosing import preferred, system_locale

    named = ctx.find_root().meta.get(CODE)
    return named or preferred(os.environ, codes(), system=system_locale())


def can_show(language: "Language") -> bool:
    """Return whether the terminal has a language's letters."""
    # a word that every catalogue has stands for its letters
    word = language.text("passed")
    try:
        word.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def reader_language(ctx: click.Context) -> "Language":
    """Return the language of help: without the catalogues of labs, which need a course."""
    from grader.languages import ENGLISH
    from grader.languages.catalogue import language

    found = language(code_of(ctx))
    return found if can_show(found) else ENGLISH


def is_english(language: "Language") -> bool:
    """Return whether click's own words will do."""
    return language.code == "en"


class Telling(click.Context):
    """A context whose help is in the reader's language."""

    def make_formatter(self) -> click.HelpFormatter:
        """Return what writes the help."""
        language = reader_language(self)
        plain = super().make_formatter()
        return plain if is_english(language) else Translator(language, plain.width)


def telling(command: click.Command) -> click.Command:
    """Have a command and those below it show help in the reader's language."""
    command.context_class = Telling
    for below in getattr(command, "commands", {}).values():
        telling(below)
    return command


class Translator(click.HelpFormatter):
    """Writes help in another language."""

    def __init__(self, language: "Language", width: int) -> None:
        """Take a language and the columns of the terminal."""
        super().__init__(width=width)
        self._language = language

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how a command is called."""
        usage = self._language.text("Usage:")
        super().write_usage(
            prog, _metavars(args, self._language), prefix or f"{usage} "
        )

    def write_heading(self, heading: str) -> None:
        """Write the title of a section."""
        super().write_heading(self._language.text(heading))

    def write_text(self, text: str) -> None:
        """Write what a command does."""
        told = map(self._language.text, paragraphs(text))
        super().write_text("\n\n".join(told))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write options or commands, each with its help."""
        told = [
            (_metavars(name, self._language), self._described(text))
            for name, text in rows
        ]
        super().write_dl(told, col_max, col_spacing)

    def _described(self, text: str) -> str:
        help_, extra = EXTRA.findall(text)[0]
        told = self._language.text(" ".join(help_.split()))
        if not extra:
            return told
        extras = map(self._language.told, extra.split(BETWEEN_EXTRAS))
        return f"{told}  [{BETWEEN_EXTRAS.join(extras)}]".lstrip()


def paragraphs(text: str) -> Iterator[str]:
    """Yield a help text's paragraphs as catalogues have them, each one line."""
    for paragraph in text.split("\n\n"):
        yield " ".join(paragraph.split())


def _metavars(text: str, language: "Language") -> str:
    return METAVAR.sub(lambda found: language.text(found[0]), text)


def in_language(error: click.UsageError, ctx: click.Context) -> click.UsageError:
    """Return a complaint about the command line as its reader gets it."""
    language = reader_language(ctx)
    if is_english(language) or isinstance(error, IS_HELP):
        return error
    return ToldError(error, language)


class ToldError(click.UsageError):
    """A complaint of click's, or of a command about its options, in another language."""

    def __init__(self, error: click.UsageError, language: "Language") -> None:
        """Take what went wrong, and a language."""
        told = language.told(error.format_message())
        parameter = getattr(error, "param", None)
        if parameter is not None and error.ctx is not None:
            # called as in the usage
            hint = parameter.get_error_hint(error.ctx)
            told = told.replace(hint, _metavars(hint, language))
        super().__init__(told, error.ctx)
        self._language = language

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the usage, where to find help, and what is wrong."""
        _ = self._language.text
        lines = []
        if self.ctx is not None:
            hint = _("Try '{command} {option}' for help.")
            told = hint.format(command=self.ctx.command_path, option="--help")
            lines += [self.ctx.get_usage(), told, ""]
        lines.append(_("Error: {message}").format(message=self.format_message()))
        click.echo("\n".join(lines), file=file, err=file is None)
