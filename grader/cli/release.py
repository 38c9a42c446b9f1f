"""Build what students get."""

import sys
from pathlib import Path

import click

from grader.app.release import Released
from grader.cli.shared import comma, course_of, language_of, show_json
from grader.domain.text import clean
from grader.languages import Language


@click.command()
@click.argument("labs", nargs=-1)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("release"),
    show_default=True,
    help="Folder for what students get: a new one, or an earlier release.",
)
@click.option(
    "--zip", "as_zips", is_flag=True, help="A zip for each lab, with all it needs."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def release(
    ctx: click.Context,
    labs: tuple[str, ...],
    *,
    out: Path,
    as_zips: bool,
    as_json: bool,
) -> None:
    """Build what students get of LABS (all if left out); exits with 1 if it would leak.

    Handouts, stubs made afresh from the solutions, public checks and a wheel of the
    grader, the same bytes each time. Every byte is scanned for solutions, hidden checks,
    mistakes and expected values first: if one is found, nothing is written.
    """
    from grader.app.release import release as build

    done = build(course_of(ctx), labs, out=out, as_zips=as_zips)
    if as_json:
        _show_as_json(done)
    else:
        _show(done, language_of(ctx))
    if done.leaks:
        line = language_of(ctx).plural(
            "{n} leak, so nothing was released",
            "{n} leaks, so nothing was released",
            len(done.leaks),
        )
        click.echo(f"grader: {line}", err=True)
        sys.exit(1)


def _show(done: Released, language: Language) -> None:
    _ = language.text
    for leak in done.leaks:
        click.echo(clean(str(leak)))
    for path in done.stale:
        stale = _(
            "{path} is not what the solution makes: students get a fresh one, "
            "`grader stubs` mends yours"
        )
        click.echo(stale.format(path=path))
    if done.leaks:
        return
    size = sum(done.files.values()) / 1e6
    click.echo(_("released {labs}").format(labs=comma(done.labs)))
    files = language.plural("{n} file", "{n} files", len(done.files))
    line = _("{files}, {size} MB, no leak: {folder}")
    click.echo(line.format(files=files, size=f"{size:.1f}", folder=done.folder))


def _show_as_json(done: Released) -> None:
    show_json(
        {
            "folder": None if done.leaks else str(done.folder),
            "labs": done.labs,
            "files": done.files,
            "stale": done.stale,
            "leaks": [
                {
                    "file": leak.file,
                    "place": leak.place,
                    "what": leak.what,
                    "name": leak.name,
                    "lab": leak.lab,
                    "origin": leak.origin,
                }
                for leak in done.leaks
            ],
        }
    )
