"""Calibrate a lab's gates on right solutions."""

import sys
from pathlib import Path
from typing import Literal, Self

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from grader.app.calibrate import CalibratedGate, CalibrateOptions, Progress
from grader.app.calibrate import calibrate as calibrate_lab
from grader.app.jobs import default_jobs
from grader.cli.shared import console, course_of, printable
from grader.domain.calibration import LARGEST_FALSE_FAIL

MOST_PROBLEMS = 5


@click.command()
@click.argument("lab")
@click.option(
    "--gate",
    "gates",
    multiple=True,
    metavar="NAME",
    help="A gate, again for more; all of the lab's if left out.",
)
@click.option(
    "--runs",
    type=click.IntRange(min=1),
    help="Runs of each gate; what its attempts need, at least 100, if left out.",
)
@click.option(
    "--style",
    "styles",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Another right solution, .py or .ipynb; again for more. They take turns.",
)
@click.option("--add", is_flag=True, help="Keep earlier runs and add to them.")
@click.option("--jobs", type=click.IntRange(min=1), help="Runs side by side.")
@click.option(
    "--isolation",
    type=click.Choice(["strict", "landlock", "process"]),
    help="The safest that this machine has if left out.",
)
@click.pass_context
def calibrate(
    ctx: click.Context,
    lab: str,
    *,
    gates: tuple[str, ...],
    runs: int | None,
    styles: tuple[Path, ...],
    add: bool,
    jobs: int | None,
    isolation: Literal["strict", "landlock", "process"] | None,
) -> None:
    """Measure how often right solutions of LAB miss its gates.

    Writes calibration.json beside the hidden checks. Exits with 1 if a gate may fail a
    right solution more often than once in 10,000.
    """
    from grader.app.isolation import best_isolation

    options = CalibrateOptions(
        isolation=isolation or best_isolation(),
        jobs=jobs or default_jobs(),
        gates=gates,
        runs=runs,
        styles=styles,
        add=add,
    )
    done: list[CalibratedGate] = []
    try:
        with _ProgressBar(Console(stderr=True)) as bar:
            calibrate_lab(
                course_of(ctx),
                lab,
                options=options,
                progress=bar.update,
                finished=done.append,
            )
    except KeyboardInterrupt:
        _show(done, console())
        kept = ", ".join(result.gate.name for result in done) or "nothing"
        click.echo(f"stopped; written: {kept}", err=True)
        raise
    _show(done, console())
    sys.exit(0 if all(result.is_fair for result in done) else 1)


class _ProgressBar:
    """A bar on a terminal; elsewhere a line for each tenth of the runs."""

    def __init__(self, out: Console) -> None:
        self._out = out
        self._bar = Bar(
            TextColumn("calibrating"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
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

    def update(self, progress: Progress) -> None:
        done, total = progress.done, progress.total
        if self._out.is_terminal:
            self._bar.update(
                self._task, total=total, completed=done, description=progress.gate
            )
        elif 10 * done // total > 10 * (done - 1) // total:
            self._out.print(f"{done}/{total} runs, now {progress.gate}")


def _show(results: list[CalibratedGate], out: Console) -> None:
    if not results:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("gate", "data", "quantity"):
        table.add_column(title)
    for title in ("runs", "failed", "min", "5 %", "median", "95 %", "max"):
        table.add_column(title, justify="right")
    for title in ("asked", "bound", "CPU s"):
        table.add_column(title, justify="right")
    for result in results:
        for cells in _rows(result):
            style = "" if result.is_fair else "red"
            table.add_row(*(printable(cell, out) for cell in cells), style=style)
    out.print(table)
    for result in results:
        _show_problems(result, out)


def _rows(result: CalibratedGate) -> list[list[str]]:
    """Return a row for each threshold; `failed` counts the runs that miss this one."""
    runs = result.calibration
    rows = []
    for condition in result.conditions:
        summary = runs.summary.get(condition.quantity)
        spread = (
            ["-"] * 5
            if summary is None
            else [f"{value:.4g}" for value in summary.model_dump().values()]
        )
        rows.append(
            [
                result.gate.name,
                result.source,
                condition.quantity,
                str(runs.runs),
                str(runs.failures([condition])),
                *spread,
                f"{condition.sense} {condition.threshold:g}",
                f"{result.bound:.1g}",
                f"{runs.cpu_s:.2g}",
            ]
        )
    return rows


def _show_problems(result: CalibratedGate, out: Console) -> None:
    for problem in result.problems[:MOST_PROBLEMS]:
        text = f"{result.gate.name}: {problem}"
        out.print(Text(printable(text, out), style="red"))
    if (more := len(result.problems) - MOST_PROBLEMS) > 0:
        out.print(f"... and {more} more runs without a value")
    if not result.is_fair:
        out.print(
            Text(
                f"{result.gate.name} may fail a right solution with probability "
                f"{result.bound:.1g}, more than {LARGEST_FALSE_FAIL:g}",
                style="red",
            )
        )
