"""Decide about a mark: `grader override`."""

import getpass
import math
from pathlib import Path

import click
from rich.text import Text

from grader.app.grade import open_gradebook
from grader.app.override import override as keep
from grader.cli.gradebook import (
    existing_folder,
    gradebook_options,
    refuse_others_files,
)
from grader.cli.shared import (
    console,
    course_of,
    language_of,
    printable,
    written_language,
)
from grader.domain.mark import MOST_POINTS, Mark, Override
from grader.domain.text import clean
from grader.executors.bench import now
from grader.languages import Language


@click.command()
@click.argument("student")
@click.argument("lab")
@click.option("--check", metavar="ID", help="A check; the whole mark if left out.")
@click.option(
    "--points",
    type=click.FloatRange(min=0, max=MOST_POINTS),
    help="What the mark or the check becomes.",
)
@click.option("--take-back", is_flag=True, help="Undo the decision that holds.")
@click.option(
    "--reason", required=True, help="Why; the student reads it, without your name."
)
@click.option("--author", help="Who decides; your login name if left out.")
@gradebook_options
@click.pass_context
def override(
    ctx: click.Context,
    student: str,
    lab: str,
    *,
    check: str | None,
    points: float | None,
    take_back: bool,
    reason: str,
    author: str | None,
    out: Path,
    gradebook: str | None,
) -> None:
    """Set the mark of STUDENT in LAB, or the points of one of its checks.

    A mark that is set so is final: lateness costs nothing on top. With --check the score
    is summed up again, and lateness applies. It holds until it is taken back, whatever is
    graded again.
    """
    if (points is None) != take_back:
        raise click.UsageError("say one of --points and --take-back")
    if points is not None and math.isnan(points):
        raise click.UsageError("--points is not a number")
    if not clean(reason):
        raise click.UsageError("--reason is empty: say why")
    decision = Override(
        student=clean(student),
        lab=lab,
        check=check,
        points=points,
        author=author or _login(),
        reason=reason,
        at=now(),
    )
    course = course_of(ctx)
    folder = existing_folder(out, gradebook)
    refuse_others_files(out)
    with open_gradebook(folder, gradebook) as book:
        decided = keep(course, book, folder, decision, language=written_language(ctx))
    out_, shown = console(), language_of(ctx)
    before, after = (_mark(one, shown) for one in (decided.before, decided.after))
    out_.print(Text(printable(f"{student}, {lab}: {before} → {after}", out_)))
    for sentence in decided.after.why if decided.after else ():
        out_.print(Text(printable(f"  {shown.told(sentence)}", out_)))


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError) as error:
        raise click.UsageError("nothing tells your name: say --author NAME") from error


def _mark(mark: Mark | None, language: Language) -> str:
    if mark is None:
        return language.text("no mark")
    told = language.text("{mark} of {points}")
    return told.format(mark=f"{mark.mark:g}", points=f"{mark.max_score:g}")
