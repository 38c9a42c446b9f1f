"""The command with which a teacher verifies receipts."""

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from grader.cli.shared import console, language_of, printable, show_json
from grader.domain.text import clean
from grader.languages import Language

if TYPE_CHECKING:
    from grader.app.receipt import Held


@click.command("receipt")
@click.argument("what", nargs=-1, required=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Look in the gradebook of this folder with reports, too.",
)
@click.option(
    "--gradebook",
    metavar="URL",
    envvar="GRADER_GRADEBOOK",
    show_envvar=True,
    help="Look in this gradebook, too.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def receipt_(
    ctx: click.Context,
    what: tuple[str, ...],
    *,
    out: Path | None,
    gradebook: str | None,
    as_json: bool,
) -> None:
    """Verify what `grader submit` packed: WHAT is zips, folders of zips, and receipts.

    Without a receipt, shows that of each hand-in and whether the file in it is the one
    that was packed. With receipts, looks for the hand-ins that they belong to.

    Exits with 1 if a receipt has no hand-in, or a file is not what was packed.
    """
    from grader.app.receipt import asked_for, held, matching

    wanted, places = asked_for(what)
    if wanted and not (places or out or gradebook):
        raise click.UsageError("say where to look: a zip, a folder, or --out RESULTS")
    found = [*held(places), *_in_gradebook(out, gradebook, wanted)]
    lost: tuple[str, ...] = ()
    if wanted:
        those, lost = matching(found, wanted)
        found = [*those]
    if as_json:
        listed = [one.model_dump(mode="json") for one in found]
        show_json({"found": listed, "not_found": lost})
    else:
        _show(found, lost, language_of(ctx))
    is_all_good = found and not lost and all(one.is_good for one in found)
    sys.exit(0 if is_all_good else 1)


def _in_gradebook(
    out: Path | None, url: str | None, wanted: tuple[str, ...]
) -> "Iterator[Held]":
    if not wanted or not (out or url):
        return
    from grader.app.grade import open_gradebook
    from grader.app.receipt import in_gradebook
    from grader.cli.gradebook import existing_folder

    with open_gradebook(existing_folder(out or Path("results"), url), url) as book:
        yield from in_gradebook(book, wanted)


def _show(found: "list[Held]", lost: tuple[str, ...], language: Language) -> None:
    out, _ = console(), language.text
    for one in found:
        sign, colour = ("✓", "green") if one.is_good else ("✗", "red")
        line = Text(f"{printable(sign, out)} ", style=colour)
        line.append(one.receipt or _("no receipt"), style="bold default")
        out.print(line)
        for text in _described(one, language):
            out.print(Text(printable(f"  {text}", out)))
    for code in lost:
        told = _("no hand-in with the receipt {code}").format(code=clean(code, 60))
        click.echo(f"grader: {told}", err=True)
    if not found and not lost:
        told = _("nothing there that `grader submit` packed")
        click.echo(f"grader: {told}", err=True)


def _described(one: "Held", language: Language) -> Iterator[str]:
    _ = language.text
    if one.receipt:
        yield f"{clean(one.student, 80)}, {one.lab}, SHA-256 {one.sha256}"
    if one.submitted_at:
        told = _("{moment} by the student's clock")
        yield told.format(moment=_moment(one.submitted_at))
    if one.recorded_at:
        told = _("{moment} first seen by a grading")
        yield told.format(moment=_moment(one.recorded_at))
    yield one.where
    yield language.told(one.trouble) or _("the file is the one that was packed")


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
