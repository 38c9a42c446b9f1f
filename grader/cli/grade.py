"""Grade a class."""

import sys
from collections import defaultdict
from pathlib import Path
from typing import Literal, Self

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from grader.app.grade import GradeOptions, grade_class
from grader.app.grade import Progress as GradeProgress
from grader.app.isolation import best_confinement
from grader.app.jobs import default_jobs
from grader.cli.shared import console, course_of, printable, show_json
from grader.domain.report import ClassReport, Ungraded
from grader.reports.summary import tampering_line


@click.command()
@click.argument(
    "submissions", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True)
)
@click.option("--lab", help="The lab, where the files' names do not tell.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("results"),
    show_default=True,
    help="Folder for reports.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="Submissions side by side; one for each CPU if left out.",
)
@click.option(
    "--isolation",
    type=click.Choice(["strict", "landlock", "process"]),
    help="How student code is confined, and never less; if left out, the best of strict "
    "and landlock that this machine has.",
)
@click.option("--seed", type=click.IntRange(min=0), help="Replay a report's seed.")
@click.option("--json", "as_json", is_flag=True, help="The summary for programs.")
@click.pass_context
def grade(
    ctx: click.Context,
    submissions: tuple[Path, ...],
    *,
    lab: str | None,
    out: Path,
    jobs: int | None,
    isolation: Literal["strict", "landlock", "process"] | None,
    seed: int | None,
    as_json: bool,
) -> None:
    """Grade SUBMISSIONS: folders, zips or single files.

    Exits with 0 if everything could be graded, whatever the marks, else with 1.
    """
    options = GradeOptions(
        isolation=isolation or best_confinement(),
        jobs=jobs or default_jobs(),
        lab=lab,
        seed=seed,
    )
    course = course_of(ctx)
    with _ProgressBar(Console(stderr=True)) as bar:
        report = grade_class(
            course, submissions, out=out, options=options, progress=bar.update
        )
    if as_json:
        show_json(_summary(report, out))
    else:
        _show_class(report, out, console())
    sys.exit(1 if report.ungraded else 0)


class _ProgressBar:
    """A bar on a terminal; a line for each submission elsewhere."""

    def __init__(self, out: Console) -> None:
        self._out = out
        self._bar = Progress(
            TextColumn("grading"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.description}", markup=False),
            console=out,
            disable=not out.is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._bar.stop()

    def update(self, progress: GradeProgress) -> None:
        latest = progress.latest
        name = f"{latest.student} {latest.lab}"
        if self._out.is_terminal:
            self._bar.update(
                self._task,
                total=progress.total,
                completed=progress.done,
                description=printable(name, self._out),
            )
            return
        result = "NOT GRADED" if isinstance(latest, Ungraded) else f"{latest.score:g}"
        line = f"{progress.done}/{progress.total} {name}: {result}"
        self._out.print(Text(printable(line, self._out)), soft_wrap=True)


def _show_class(report: ClassReport, out_dir: Path, out: Console) -> None:
    scores: dict[str, dict[str, float]] = defaultdict(dict)
    for result in report.reports:
        scores[result.student][result.lab] = result.score
    labs = list(dict.fromkeys(result.lab for result in report.reports))
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("student")
    for lab in labs:
        table.add_column(lab, justify="right")
    for student, row in sorted(scores.items()):
        cells = [f"{row[lab]:g}" if lab in row else "" for lab in labs]
        table.add_row(Text(printable(student, out)), *cells)
    if scores:
        out.print(table)
    for problem in report.ungraded:
        text = f"not graded: {problem.student} {problem.lab}: {problem.message}"
        out.print(Text(printable(text, out), style="red"))
    if look := tampering_line(report.reports):
        out.print(Text(printable(look, out), style="yellow"))
    graded = len(report.reports)
    out.print(f"\n{graded} graded, {len(report.ungraded)} not.", end=" ")
    out.print(Text(f"Dashboard: {out_dir / 'index.html'}"), soft_wrap=True)


def _summary(report: ClassReport, out_dir: Path) -> dict[str, object]:
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
    }
