"""Prove that the labs grade right, and make their stubs."""

import dataclasses
import sys
from typing import Literal

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.app.jobs import default_jobs
from grader.app.verify import verify as verify_labs
from grader.app.verify_rows import Row
from grader.cli.shared import comma, console, course_of, language_of, show_json
from grader.languages import Language


@click.command()
@click.argument("labs", nargs=-1)
@click.option("--jobs", type=click.IntRange(min=1), help="Gradings side by side.")
@click.option(
    "--isolation",
    type=click.Choice(["strict", "landlock", "process"]),
    help="The safest that this machine has if left out.",
)
@click.option(
    "--whole",
    is_flag=True,
    help="Run all checks for all mistakes, also those that a mistake can't reach, and "
    "every training as often as a student's work may try.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def verify(
    ctx: click.Context,
    labs: tuple[str, ...],
    *,
    jobs: int | None,
    isolation: Literal["strict", "landlock", "process"] | None,
    whole: bool,
    as_json: bool,
) -> None:
    """Prove that LABS (all if left out) grade right; exits with 1 if one does not.

    The solution must score 100 and the stub 0; the solution with one known mistake must
    lose points in the checks that the mistake names, be told its name, and score what
    the lab's table says.
    """
    from grader.app.isolation import best_isolation

    course = course_of(ctx)
    # a moving line on a terminal, nothing elsewhere
    with Console(stderr=True).status("verifying") as status:
        rows = verify_labs(
            course,
            labs or [lab.name for lab in course.labs()],
            isolation=isolation or best_isolation(),
            jobs=jobs or default_jobs(),
            whole=whole,
            progress=lambda row: status.update(f"verified {row.lab} {row.name}"),
        )
    if as_json:
        show_json([dataclasses.asdict(row) for row in rows])
    else:
        _show_rows(rows, console(), language_of(ctx))
    sys.exit(1 if any(row.problems for row in rows) else 0)


def _show_rows(rows: tuple[Row, ...], out: Console, language: Language) -> None:
    _ = language.text
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in (_("lab"), _("case")):
        table.add_column(title)
    # "expected" alone is a value that a check expects
    for title in (_("expected score"), _("score")):
        table.add_column(title, justify="right")
    table.add_column(_("loses points in"))
    table.add_column(_("named"))
    for row in rows:
        if row.kind == "gate":
            continue
        holds = not row.problems
        table.add_row(
            row.lab,
            row.name,
            "" if row.expected is None else f"{row.expected:g}",
            "" if row.score is None else f"{row.score:g}",
            comma(row.lost) if row.kind == "mistake" else "",
            comma(row.named),
            style="" if holds else "red",
        )
    out.print(table)
    for row in rows:
        if row.evidence:
            out.print(Text(f"{row.lab} {row.name}: {row.evidence}"))
    bad = [row for row in rows if row.problems]
    for row in bad:
        for problem in row.problems:
            out.print(Text(f"{row.lab} {row.name}: {problem}", style="red"))
    out.print(_("{n} cases, {m} wrong.").format(n=len(rows), m=len(bad)))


@click.command()
@click.argument("labs", nargs=-1)
@click.pass_context
def stubs(ctx: click.Context, labs: tuple[str, ...]) -> None:
    """Write the stubs of LABS (all if left out) from their solutions."""
    from grader.app.stubs import write_stubs

    course, _ = course_of(ctx), language_of(ctx).text
    changed = write_stubs(course, labs or [lab.name for lab in course.labs()])
    for path in changed:
        click.echo(_("wrote {file}").format(file=path.relative_to(course.root)))
    if not changed:
        click.echo(_("all stubs are up to date"))
