"""Commands that students use."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.cli.shared import (
    console,
    course_of,
    language_of,
    printable,
    show_json,
    sign_of,
)
from grader.domain.report import CheckResult, LabReport, Ungraded
from grader.domain.verdict import Example, Outcome
from grader.languages import Language


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
    language = language_of(ctx)
    out = console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in (
        language.text("lab"),
        language.text("title"),
        language.text("tasks"),
        language.text("what it is about"),
    ):
        table.add_column(title)
    for lab in found:
        table.add_row(
            lab.name,
            Text(printable(language.told(lab.title), out)),
            str(len(lab.tasks)),
            Text(printable(language.told(lab.summary), out)),
        )
    out.print(table)


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
    language = language_of(ctx)
    for file in files:
        click.echo(language.text("wrote {file}").format(file=file))
    advice = language.text("read {handout}, then try: grader check {file}")
    click.echo(advice.format(handout=files[1], file=files[0]))


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
        told = language_of(ctx).told(result.message)
        click.echo(f"grader: {result.where}: {told}", err=True)
    else:
        _CheckTable(console(), language_of(ctx)).show(result)
    sys.exit(0 if _all_passed(result) else 1)


def _all_passed(result: LabReport | Ungraded) -> bool:
    return isinstance(result, LabReport) and all(
        check.outcome is Outcome.PASSED for check in result.checks
    )


@dataclass(frozen=True)
class _CheckTable:
    """Shows what the public checks said."""

    out: Console
    language: Language

    def show(self, report: LabReport) -> None:
        text = self.language.text
        title = self.language.told(report.lab_title)
        self._line(text("{lab}: public checks").format(lab=title), "bold")
        for fault in report.faults:
            where, message = map(self.language.told, (fault.where, fault.message))
            self._line(f"! {where}: {message}", "yellow")
        for task in report.tasks:
            checks = [check for check in report.checks if check.task == task.id]
            if checks:
                self._task(f"{task.id} {self.language.told(task.title)}", checks)
        passed = sum(check.outcome is Outcome.PASSED for check in report.checks)
        counted = text("{n} of {m} public checks pass.")
        self._line(
            "\n"
            + counted.format(n=passed, m=len(report.checks))
            + " "
            + text("Hidden checks with other inputs decide the marks.")
        )
        if report.environment.isolation == "process":
            self._line(
                text("Your code ran as a plain process: this system can't confine it."),
                "bright_black",
            )

    def _line(self, line: str, style: str = "") -> None:
        self.out.print(Text(printable(line, self.out), style))

    def _task(self, title: str, checks: Sequence[CheckResult]) -> None:
        self._line(title, "bold")
        told = False
        for check in checks:
            sign, word, colour = sign_of(check, self.out, language=self.language)
            line = Text(f"  {sign} ", style=colour)
            line.append(
                printable(self.language.told(check.title), self.out), style="default"
            )
            if check.outcome is not Outcome.PASSED:
                line.append(f"  ({printable(word, self.out)})", style=colour)
            self.out.print(line)
            # one issue at a time: what comes after it may be its consequence
            if check.outcome is not Outcome.PASSED and not told:
                told = True
                for text in self._feedback(check):
                    self._line(f"      {text}")

    def _feedback(self, check: CheckResult) -> Iterator[str]:
        text, told = self.language.text, self.language.told
        if check.feedback:
            yield told(check.feedback)
        if check.diagnosis:
            name = told(check.diagnosis.mistake.replace("_", " "))
            says = told(check.diagnosis.says)
            likely = (
                text("This looks like “{name}”: {says}")
                if check.diagnosis.certain
                else text("Consistent with “{name}”: {says}")
            )
            yield likely.format(name=name, says=says)
            if check.diagnosis.concept:
                concept = told(check.diagnosis.concept)
                yield text("Look up: {concept}").format(concept=concept)
        if check.example:
            yield from self._example(check.example)

    def _example(self, example: Example) -> Iterator[str]:
        rows = {
            self.language.text("call"): self.language.told(example.call),
            self.language.text("yours"): example.got,
            self.language.text("expected"): example.expected,
        }
        width = max(map(len, rows)) + 2
        for name, value in rows.items():
            yield f"{name:{width}}{value}"
