"""Grade a class."""

import contextlib
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, Self

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.app.grade import GradeOptions, grade_class
from grader.app.isolation import best_confinement
from grader.app.jobs import default_jobs
from grader.app.progress import MarkChanged, Notice, Tally
from grader.cli.gradebook import refuse_others_files
from grader.cli.json_lines import JsonDisplay
from grader.cli.main import INSIST
from grader.cli.progress import Display, LineDisplay, LiveDisplay, counts
from grader.cli.shared import (
    aside,
    change_of,
    console,
    course_of,
    language_of,
    printable,
    written_language,
)
from grader.domain.report import ClassReport
from grader.errors import GraderError
from grader.intake import FORMATS, Format
from grader.labs.policy import FILE as POLICY_FILE
from grader.languages import Language
from grader.reports.summary import tampering_line, with_tampering

INTERRUPTED = 130
# of changed marks; the rest is in the gradebook's trail
MOST_CHANGES = 50


@click.command()
@click.argument(
    "submissions", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True)
)
@click.option("--lab", help="The lab, where the files' names do not tell.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="What SUBMISSIONS are: which platform's download, or plain folders. Found out if "
    "left out.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("results"),
    show_default=True,
    help="Folder for reports.",
)
@click.option(
    "--gradebook",
    metavar="URL",
    envvar="GRADER_GRADEBOOK",
    show_envvar=True,
    help="Database of all gradings, as SQLAlchemy writes it, such as "
    "postgresql://teacher@server/course; gradebook.sqlite in the folder for reports if "
    "left out. A password is better off in the variable than on the command line.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="Submissions side by side; one for each CPU if left out.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "dask"]),
    default="local",
    show_default=True,
    help="Where to grade: on this machine, or on a cluster.",
)
@click.option(
    "--scheduler", metavar="ADDRESS", help="Of the cluster, such as tcp://node1:8786."
)
@click.option("--regrade", is_flag=True, help="Grade what has not changed, too.")
@click.option(
    "--isolation",
    type=click.Choice(["strict", "landlock", "process"]),
    help="How student code is confined, and never less; if left out, the best of strict "
    "and landlock that this machine has.",
)
@click.option("--seed", type=click.IntRange(min=0), help="Replay a report's seed.")
@click.option(
    "--json", "as_json", is_flag=True, help="For programs: JSON, line by line."
)
@click.pass_context
def grade(
    ctx: click.Context,
    submissions: tuple[Path, ...],
    *,
    lab: str | None,
    form: Format | None,
    out: Path,
    gradebook: str | None,
    jobs: int | None,
    engine: Literal["local", "dask"],
    scheduler: str | None,
    regrade: bool,
    isolation: Literal["strict", "landlock", "process"] | None,
    seed: int | None,
    as_json: bool,
) -> None:
    """Grade SUBMISSIONS: folders, zips or single files.

    What has been graded and has not changed is not graded again, so the same command
    goes on where a run stopped.

    Exits with 0 if everything could be graded, whatever the marks, else with 1.
    """
    _require_both_or_none(engine, scheduler)
    refuse_others_files(out)
    options = GradeOptions(
        isolation=isolation or best_confinement(),
        jobs=jobs or default_jobs(),
        lab=lab,
        seed=seed,
        engine=engine,
        scheduler=scheduler,
        regrade=regrade,
        gradebook=gradebook,
        form=form,
        language=written_language(ctx),
    )
    course = course_of(ctx)
    insist = ctx.meta.get(INSIST, lambda: None)
    told = _Telling(
        out,
        options=options,
        as_json=as_json,
        insist=insist,
        language=language_of(ctx),
    )
    try:
        with told, _failures_while_stopping(insist):
            report = grade_class(
                course, submissions, out=out, options=options, progress=told.take
            )
    except (KeyboardInterrupt, SystemExit) as stop:
        told.stop()
        # SystemExit: of a signal, see `main`
        sys.exit(stop.code if isinstance(stop, SystemExit) else INTERRUPTED)
    told.finish(report, is_marked=(course.root / POLICY_FILE).is_file())
    sys.exit(1 if report.ungraded else 0)


@contextlib.contextmanager
def _failures_while_stopping(insist: Callable[[], None]) -> Iterator[None]:
    """Stop as somebody asked, whatever fails while we tidy up: the next run finds it."""
    try:
        yield
    except GraderError:
        insist()
        raise


def _require_both_or_none(engine: str, scheduler: str | None) -> None:
    if engine == "dask" and not scheduler:
        raise click.UsageError(
            "--engine dask needs --scheduler ADDRESS, such as tcp://node1:8786"
        )
    if engine != "dask" and scheduler:
        raise click.UsageError("--scheduler is for --engine dask; add that")


class _Telling:
    """Tells people, or a program, what a run does and what came out."""

    def __init__(
        self,
        out_dir: Path,
        *,
        options: GradeOptions,
        as_json: bool,
        insist: Callable[[], None],
        language: Language,
    ) -> None:
        self._language = language
        self._out_dir = out_dir
        self._insist = insist
        self._tally = Tally()
        self._changes: list[MarkChanged] = []
        self._json = JsonDisplay(sys.stdout, run=_header(options, out_dir))
        self._as_json = as_json
        self._displays: list[Display] = [self._json] if as_json else []
        stderr = aside()
        if stderr.is_terminal and not (as_json and sys.stdout.isatty()):
            self._displays.append(LiveDisplay(stderr, self._tally, language=language))
        elif not as_json:
            self._displays.append(LineDisplay(stderr, self._tally, language=language))
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        for display in self._displays:
            self._open.enter_context(display)
        return self

    def __exit__(self, *exception: object) -> None:
        self._open.close()

    def take(self, notice: Notice) -> None:
        """Tell what happens."""
        self._tally.take(notice)
        if isinstance(notice, MarkChanged) and notice.before is not None:
            self._changes.append(notice)
        for display in self._displays:
            display.take(notice)
        self._insist()

    def stop(self) -> None:
        """Tell that somebody stopped the run."""
        now = self._tally.snapshot()
        if self._as_json:
            self._json.write("stopped", {"graded": now.graded, "left": now.left})
        _ = self._language.text
        if now.left is None:
            line = _("stopped: {n} graded and kept; run the same command to go on")
        else:
            line = _(
                "stopped: {n} graded and kept, {m} left; run the same command to go on"
            )
        click.echo(line.format(n=now.graded, m=now.left), err=True)

    def finish(self, report: ClassReport, *, is_marked: bool) -> None:
        """Tell what came out.

        Args:
            report: The class.
            is_marked: Whether a policy makes marks of the scores.
        """
        if self._as_json:
            self._json.write("summary", _summary(report, self._out_dir))
            return
        out, _ = console(), self._language.text
        _show_class(report, out, self._language)
        if is_marked:
            line = _("scores; the marks by {file} are in grades.csv")
            out.print(Text(printable(line.format(file=POLICY_FILE), out)))
        _show_changes(self._changes, out, self._language)
        line = _("{counts}. Dashboard: {path}").format(
            counts=counts(self._tally.snapshot(), self._language),
            path=self._out_dir / "index.html",
        )
        out.print(Text(printable(f"\n{line}", out)), soft_wrap=True)


def _header(options: GradeOptions, out_dir: Path) -> dict[str, Any]:
    return {
        "out": str(out_dir),
        "engine": options.engine,
        "isolation": options.isolation,
        "regrade": options.regrade,
    }


def _show_class(report: ClassReport, out: Console, language: Language) -> None:
    _ = language.text
    scores: dict[str, dict[str, float]] = defaultdict(dict)
    for result in report.reports:
        scores[result.student][result.lab] = result.score
    labs = list(dict.fromkeys(result.lab for result in report.reports))
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(printable(_("student"), out))
    for lab in labs:
        table.add_column(lab, justify="right")
    for student, row in sorted(scores.items()):
        cells = [f"{row[lab]:g}" if lab in row else "" for lab in labs]
        table.add_row(Text(printable(student, out)), *cells)
    if scores:
        out.print(table)
    for problem in report.ungraded:
        text = _("not graded: {whose}: {message}").format(
            # of which lab a file is that can't be opened, nobody knows
            whose=f"{problem.student} {problem.lab}".rstrip(),
            message=language.told(problem.message),
        )
        out.print(Text(printable(text, out), style="red"))
    if look := tampering_line(report.reports):
        out.print(Text(printable(language.told(look), out), style="yellow"))


def _show_changes(
    changes: Sequence[MarkChanged], out: Console, language: Language
) -> None:
    _ = language.text
    for change in changes[:MOST_CHANGES]:
        why = f" ({'; '.join(map(language.told, change.why))})" if change.why else ""
        line = _("changed: {student} {lab}: {moved}").format(
            student=change.student,
            lab=change.lab,
            moved=change_of(change.before, change.after, language),
        )
        out.print(Text(printable(f"{line}{why}", out)))
    if (more := len(changes) - MOST_CHANGES) > 0:
        out.print(printable(_("... and {n} more marks changed").format(n=more), out))


def _summary(report: ClassReport, out_dir: Path) -> dict[str, Any]:
    """Return all that stands in the gradebook now, in short."""
    return {
        "out": str(out_dir),
        "graded": [
            {
                "student": r.student,
                "lab": r.lab,
                "score": r.score,
                "max_score": r.max_score,
            }
            for r in report.reports
        ],
        "ungraded": [problem.model_dump(mode="json") for problem in report.ungraded],
        # the stream is the teacher's own, as the terminal is; no table has this
        "tampering": [
            {
                "student": r.student,
                "lab": r.lab,
                "kinds": [found.kind for found in r.tampering],
                "certain": any(found.certain for found in r.tampering),
            }
            for r in with_tampering(report.reports)
        ],
    }
