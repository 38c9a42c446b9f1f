"""Marks for other systems: `grader export`."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from grader.app.export import Export, read_outcomes
from grader.app.grade import open_gradebook
from grader.cli.gradebook import existing_folder, gradebook_options
from grader.cli.shared import (
    console,
    course_of,
    language_of,
    printable,
    written_language,
)
from grader.domain.report import LabReport, Ungraded
from grader.domain.text import clean
from grader.errors import LabError
from grader.executors.bench import now
from grader.exports.filling import Filled
from grader.exports.github import reporter_json, step_output, step_summary
from grader.exports.gradescope import refused_json, results_json
from grader.exports.junit import Scored, junit_xml
from grader.languages import Language
from grader.reports.tables import CSV_ENCODING
from grader.store.folder import ResultsFolder

# of remarks; nobody reads more, and what is wrong with one is often wrong with all
MOST_REMARKS = 25
FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)

lab_option = click.option(
    "--lab", help="The lab; the only one that has marks if left out."
)
labs_option = click.option("--lab", help="Only this lab.")
column_option = click.option(
    "--column", help="Which column to fill, by its header, where nothing else tells."
)


def report_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--report`."""
    option = click.option(
        "--report",
        "reports",
        multiple=True,
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="A report to take instead of the gradebook: what `grader check --json` "
        "printed, or a JSON file of the results folder.",
    )
    return option(command)


def download_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--into`, `--to` and `--in-place`."""
    into = click.option(
        "--into",
        required=True,
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="The file that you downloaded.",
    )
    to = click.option(
        "--to", type=FILE, help="The file to write; NAME-marked.csv if left out."
    )
    in_place = click.option(
        "--in-place", is_flag=True, help="Write into the downloaded file itself."
    )
    return into(to(in_place(command)))


@click.group()
def export() -> None:
    """Write the marks in the form that another system reads."""


@export.command(short_help="Fill in Canvas's gradebook.")
@download_options
@lab_option
@column_option
@gradebook_options
@click.pass_context
def canvas(
    ctx: click.Context,
    *,
    into: Path,
    to: Path | None,
    in_place: bool,
    lab: str | None,
    column: str | None,
    out: Path,
    gradebook: str | None,
) -> None:
    """Fill in a gradebook that was exported from Canvas (CSV).

    Everything but the marks of one assignment stays byte for byte as it is. A mark is
    scaled to the assignment's points; who is excused gets EX.
    """
    target = _target(into, to, in_place=in_place)
    with _exporting(ctx, out, gradebook) as class_:
        filled = class_.canvas(
            into.read_bytes(), name=into.name, lab=class_.lab(lab), column=column
        )
    _write_filled(filled, target, language_of(ctx))


@export.command(short_help="Fill in Moodle's grading worksheet.")
@download_options
@lab_option
@column_option
@click.option(
    "--comments",
    is_flag=True,
    help="Write a few words into the feedback comments, too.",
)
@gradebook_options
@click.pass_context
def moodle(
    ctx: click.Context,
    *,
    into: Path,
    to: Path | None,
    in_place: bool,
    lab: str | None,
    column: str | None,
    comments: bool,
    out: Path,
    gradebook: str | None,
) -> None:
    """Fill in an offline grading worksheet that was downloaded from Moodle.

    Its language does not matter. Everything but the grades stays byte for byte as it is. A
    mark is scaled to the assignment's maximum.
    """
    target = _target(into, to, in_place=in_place)
    with _exporting(ctx, out, gradebook) as class_:
        filled = class_.moodle(
            into.read_bytes(),
            name=into.name,
            lab=class_.lab(lab),
            column=column,
            comments=comments,
            language=written_language(ctx),
        )
    _write_filled(filled, target, language_of(ctx))


@export.command(short_help="Write results.json for Gradescope.")
@click.option(
    "--to", required=True, type=FOLDER, help="Folder for <student>/<lab>/results.json."
)
@labs_option
@report_option
@gradebook_options
@click.pass_context
def gradescope(
    ctx: click.Context,
    *,
    to: Path,
    lab: str | None,
    reports: tuple[Path, ...],
    out: Path,
    gradebook: str | None,
) -> None:
    """Write Gradescope's results.json for each submission."""
    language = written_language(ctx)
    if reports:
        files = [
            (
                f"{one.student}/{one.lab}/results.json",
                refused_json(one, language=language)
                if isinstance(one, Ungraded)
                else results_json(one, language=language),
            )
            for one in read_outcomes(reports)
        ]
    else:
        with _exporting(ctx, out, gradebook) as class_:
            files = list(class_.gradescope(lab, language=language))
    _write_all(to, files, language_of(ctx))


@export.command("gradescope-autograder", short_help="Pack a zip that grades there.")
@click.argument("lab")
@click.option("--to", type=FILE, help="The zip; LAB-autograder.zip if left out.")
@click.option(
    "--allow-process",
    is_flag=True,
    help="Let it grade where nothing confines student code: a submission can then read "
    "the solution and write its own result.",
)
@click.pass_context
def autograder(
    ctx: click.Context, lab: str, *, to: Path | None, allow_process: bool
) -> None:
    """Pack the zip that grades LAB on Gradescope.

    It holds the solution and the hidden checks: it is for Gradescope alone. Written over
    an earlier one it keeps that one's secret, so that submissions keep their inputs.
    """
    from grader.app.autograder import build_autograder

    target = to or Path(f"{lab}-autograder.zip")
    content = build_autograder(
        course_of(ctx),
        lab,
        allow_process=allow_process,
        language=written_language(ctx).code,
        earlier=target.read_bytes() if target.is_file() else None,
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    _write(target, content)
    line = language_of(ctx).text(
        "wrote {file}: it holds the solution, give it to Gradescope alone"
    )
    click.echo(line.format(file=target))


@export.command("gradescope-run", hidden=True)
@click.option("--root", type=FOLDER, default=Path("/autograder"))
def gradescope_run(*, root: Path) -> None:
    """Grade one submission; what the autograder's zip calls."""
    from grader.app.autograder import run_autograder

    graded = run_autograder(root)
    # Gradescope shows this to teachers only
    if isinstance(graded.outcome, LabReport):
        report = graded.outcome
        click.echo(f"{report.student}: {report.score:g} of {report.max_score:g}")
        click.echo(f"seed {graded.seed}, isolation {graded.isolation}")
        for found in report.tampering:
            click.echo(f"looks like tampering: {found.kind}")
    else:
        click.echo(f"not graded: {graded.outcome.message}")


@export.command(short_help="Write JUnit XML.")
@click.option("--to", type=FILE, help="The file to write; printed if left out.")
@labs_option
@report_option
@gradebook_options
@click.pass_context
def junit(
    ctx: click.Context,
    *,
    to: Path | None,
    lab: str | None,
    reports: tuple[Path, ...],
    out: Path,
    gradebook: str | None,
) -> None:
    """Write JUnit XML: one suite for each report, one case for each check."""
    if reports:
        outcomes = read_outcomes(reports)
        scored = [Scored(one) for one in outcomes if isinstance(one, LabReport)]
        ungraded = [one for one in outcomes if isinstance(one, Ungraded)]
        text = junit_xml(scored, ungraded=ungraded)
    else:
        with _exporting(ctx, out, gradebook) as class_:
            text = class_.junit(lab)
    _print_or_write(text.encode(), to, language=language_of(ctx))


@export.command(short_help="Write what GitHub Classroom reads.")
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    help="With --report the file that GITHUB_OUTPUT names, to which a line is added; it "
    "is printed if left out. Without --report a folder for <student>/<lab>/.",
)
@click.option(
    "--summary", type=FILE, help="The file that GITHUB_STEP_SUMMARY names: added to."
)
@labs_option
@report_option
@gradebook_options
@click.pass_context
def github(
    ctx: click.Context,
    *,
    to: Path | None,
    summary: Path | None,
    lab: str | None,
    reports: tuple[Path, ...],
    out: Path,
    gradebook: str | None,
) -> None:
    """Write what GitHub Classroom's reporter reads, and a summary for the workflow's page.

    In a student's repository, with --report: there are public checks only, and the number
    shows how far the work is.
    """
    language = written_language(ctx)
    if len(reports) > 1:
        raise click.UsageError("got several --report, expected one for each step")
    if reports:
        (outcome,) = read_outcomes(reports)
        line = step_output(reporter_json(outcome, language=language))
        _print_or_write(line.encode(), to, language=language_of(ctx), add=True)
        if summary:
            _add(summary, step_summary(outcome, language=language).encode())
        return
    if to is None or summary is not None:
        raise click.UsageError("say --report FILE, or --to FOLDER for the whole class")
    with _exporting(ctx, out, gradebook) as class_:
        found = class_.reports(lab)
    files = []
    for report in found:
        folder = f"{report.student}/{report.lab}"
        files += [
            (
                f"{folder}/output.txt",
                step_output(reporter_json(report, language=language)),
            ),
            (f"{folder}/summary.md", step_summary(report, language=language)),
        ]
    _write_all(to, files, language_of(ctx))


@export.command("csv", short_help="Write a table of all checks with ids.")
@click.option("--to", type=FILE, help="The file to write; printed if left out.")
@click.option(
    "--no-bom", is_flag=True, help="Leave out the mark that makes Excel read UTF-8."
)
@labs_option
@gradebook_options
@click.pass_context
def csv_(
    ctx: click.Context,
    *,
    to: Path | None,
    no_bom: bool,
    lab: str | None,
    out: Path,
    gradebook: str | None,
) -> None:
    """Write a table of every check with all ids that the students are known by."""
    with _exporting(ctx, out, gradebook) as class_:
        text = class_.checks(lab)
    content = text.encode("utf-8" if no_bom else CSV_ENCODING)
    _print_or_write(content, to, language=language_of(ctx))


@contextmanager
def _exporting(ctx: click.Context, out: Path, url: str | None) -> Iterator[Export]:
    folder = existing_folder(out, url)
    with open_gradebook(folder, url) as book:
        yield Export(course_of(ctx), book, at=now())


def _target(into: Path, to: Path | None, *, in_place: bool) -> Path:
    """Return where to write: never over what was downloaded, unless that is asked for."""
    if in_place and to is not None:
        raise click.UsageError("say one of --to and --in-place")
    if in_place:
        return into
    target = to or into.with_name(f"{into.stem}-marked{into.suffix or '.csv'}")
    if target.resolve() == into.resolve():
        raise LabError(
            f"{target} is the downloaded file: say another --to, or --in-place"
        )
    return target


def _write_filled(filled: Filled, target: Path, language: Language) -> None:
    """Write a filled file, and tell what was done."""
    _write(target, filled.content)
    out, _ = console(), language.text
    line = _(
        "{column}: {new} marks written, {changed} changed, {same} as they were"
    ).format(
        column=filled.column,
        new=filled.new,
        changed=len(filled.changed),
        same=filled.same,
    )
    out.print(Text(printable(line, out)), soft_wrap=True)
    if filled.scale:
        line = _("scaled from {scale} points").format(scale=filled.scale)
        out.print(Text(printable(line, out)))
    for change in filled.changed[:MOST_REMARKS]:
        out.print(Text(printable(f"  {clean(change)}", out)), soft_wrap=True)
    if (more := len(filled.changed) - MOST_REMARKS) > 0:
        out.print(printable(f"  ... {_('and {n} more').format(n=more)}", out))
    wrote = _("wrote {file}").format(file=target)
    out.print(Text(printable(wrote, out)), soft_wrap=True)
    for remark in filled.remarks[:MOST_REMARKS]:
        # names in a downloaded file may hold a terminal's escapes
        click.echo(f"grader: {clean(language.told(remark))}", err=True)
    if (more := len(filled.remarks) - MOST_REMARKS) > 0:
        click.echo(f"grader: ... {_('and {n} more').format(n=more)}", err=True)


def _write_all(to: Path, files: list[tuple[str, str]], language: Language) -> None:
    if not files:
        raise LabError("nothing was graded: there is nothing to write")
    folder = ResultsFolder(to)
    for path, text in files:
        folder.write(path, text)
    line = language.plural("{n} file", "{n} files", len(files))
    told = language.text("wrote {files} below {folder}")
    click.echo(told.format(files=line, folder=to))


def _print_or_write(
    content: bytes, to: Path | None, *, language: Language, add: bool = False
) -> None:
    if to is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    elif add:
        _add(to, content)
    else:
        _write(to, content)
        click.echo(language.text("wrote {file}").format(file=to))


def _write(target: Path, content: bytes) -> None:
    """Write a file whole or not at all; into what is no file, such as /dev/stdout."""
    if target.exists() and not target.is_file():
        target.write_bytes(content)
        return
    # where a link leads, so that it stays one
    real = target.resolve()
    ResultsFolder(real.parent).write_bytes(real.name, content)


def _add(path: Path, content: bytes) -> None:
    with path.open("ab") as file:
        file.write(content)
