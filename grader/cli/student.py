"""Commands that students use."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.cli.shared import (
    console,
    course_of,
    printable,
    show_json,
    sign_of,
)
from grader.domain.report import CheckResult, LabReport, Ungraded
from grader.domain.verdict import Outcome


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def labs(ctx: click.Context, *, as_json: bool) -> None:
    """List the labs of the course."""
    course = course_of(ctx)
    found = course.labs()
    if as_json:
        show_json([lab.model_dump(mode="json") for lab in found])
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("lab", "title", "tasks", "what it is about"):
        table.add_column(title)
    for lab in found:
        table.add_row(lab.name, lab.title, str(len(lab.tasks)), lab.summary)
    console().print(table)


@click.command()
@click.argument("lab")
@click.option(
    "--notebook", is_flag=True, help="A Jupyter notebook instead of a Python file."
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    help="Directory for the files; a new one called like the lab if left out.",
)
@click.pass_context
def new(ctx: click.Context, lab: str, *, notebook: bool, into: Path | None) -> None:
    """Start LAB: copy its handout and stub."""
    from grader.app.new import start_lab

    form: Literal["py", "ipynb"] = "ipynb" if notebook else "py"
    course = course_of(ctx)
    files = start_lab(course, lab, into=into or Path(lab), form=form)
    for file in files:
        click.echo(f"wrote {file}")
    click.echo(f"read {files[1]}, then try: grader check {files[0]}")


@click.command()
@click.argument("target", required=False)
@click.option("--lab", help="The lab, where the file's name does not tell.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option(
    "--isolation",
    type=click.Choice(["strict", "landlock", "process"]),
    help="How your code is run; the safest that this machine has if left out.",
)
@click.pass_context
def check(
    ctx: click.Context,
    target: str | None,
    *,
    lab: str | None,
    as_json: bool,
    isolation: Literal["strict", "landlock", "process"] | None,
) -> None:
    """Run the public checks on your work: TARGET is a lab, a file or a directory.

    Exits with 0 if every check passed, else with 1.
    """
    from grader.app.check import self_check
    from grader.app.isolation import best_isolation

    result = self_check(
        course_of(ctx),
        target,
        lab=lab,
        here=Path.cwd(),
        isolation=isolation or best_isolation(),
    )
    if as_json:
        show_json(result.model_dump(mode="json"))
    elif isinstance(result, Ungraded):
        click.echo(f"grader: {result.where}: {result.message}", err=True)
    else:
        _show_check(result, console())
    sys.exit(0 if _all_passed(result) else 1)


def _all_passed(result: LabReport | Ungraded) -> bool:
    return isinstance(result, LabReport) and all(
        check.outcome is Outcome.PASSED for check in result.checks
    )


def _show_check(report: LabReport, out: Console) -> None:
    out.print(Text(f"{report.lab_title}: public checks", style="bold"))
    for fault in report.faults:
        out.print(Text(printable(f"! {fault.where}: {fault.message}", out), "yellow"))
    for task in report.tasks:
        checks = [check for check in report.checks if check.task == task.id]
        if checks:
            _show_task(f"{task.id} {task.title}", checks, out)
    passed = sum(check.outcome is Outcome.PASSED for check in report.checks)
    out.print(f"\n{passed} of {len(report.checks)} public checks pass.", end=" ")
    out.print("Hidden checks with other inputs decide the marks.")
    if report.environment.isolation == "process":
        out.print(
            "Your code ran as a plain process: this system can't confine it.",
            style="bright_black",
        )


def _show_task(title: str, checks: list[CheckResult], out: Console) -> None:
    out.print(Text(printable(title, out), style="bold"))
    told = False
    for check in checks:
        sign, word, colour = sign_of(check, out)
        line = Text(f"  {sign} ", style=colour)
        line.append(printable(check.title, out), style="default")
        if check.outcome is not Outcome.PASSED:
            line.append(f"  ({word})", style=colour)
        out.print(line)
        # one issue at a time: what comes after it may be its consequence
        if check.outcome is not Outcome.PASSED and not told:
            told = True
            _show_feedback(check, out)


def _show_feedback(check: CheckResult, out: Console) -> None:
    lines = [check.feedback] if check.feedback else []
    if check.diagnosis:
        certain = "This looks like" if check.diagnosis.certain else "Consistent with"
        name = check.diagnosis.mistake.replace("_", " ")
        lines.append(f"{certain} “{name}”: {check.diagnosis.says}")
        if check.diagnosis.concept:
            lines.append(f"Look up: {check.diagnosis.concept}")
    if check.example:
        lines.append(f"call      {check.example.call}")
        lines.append(f"yours     {check.example.got}")
        lines.append(f"expected  {check.example.expected}")
    for line in lines:
        out.print(Text(printable(f"      {line}", out)))


@click.command()
@click.argument("target", required=False)
@click.option("--lab", help="The lab, where the file's name does not tell.")
@click.option("--name", help="Your name or id; the login name if left out.")
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Directory for the zip; the current one if left out.",
)
@click.pass_context
def submit(
    ctx: click.Context,
    target: str | None,
    *,
    lab: str | None,
    name: str | None,
    to: Path,
) -> None:
    """Pack your work as <student>-<lab>.zip, ready to hand in."""
    from grader.app.submit import hand_in

    packed = hand_in(
        course_of(ctx),
        target,
        student=name
        or os.environ.get("USER")
        or os.environ.get("USERNAME")
        or "student",
        lab=lab,
        here=Path.cwd(),
        to=to,
        clock=lambda: datetime.now(UTC),
    )
    click.echo(f"packed {packed.file.name} as {packed.path}")
    click.echo(f"receipt {packed.receipt}: keep it, your teacher can check it")
