"""Write the reports again: `grader report`."""

from pathlib import Path

import click
from rich.text import Text

from grader.app.grade import open_gradebook
from grader.app.report import report as write_again
from grader.cli.gradebook import (
    existing_folder,
    gradebook_options,
    refuse_others_files,
)
from grader.cli.shared import (
    change_of,
    console,
    course_of,
    language_of,
    printable,
    written_language,
)
from grader.executors.bench import now


@click.command()
@gradebook_options
@click.pass_context
def report(ctx: click.Context, *, out: Path, gradebook: str | None) -> None:
    """Write all reports again, with marks by today's course.toml; nothing is graded.

    Prints the marks that changed.
    """
    course = course_of(ctx)
    folder = existing_folder(out, gradebook)
    refuse_others_files(out)
    with open_gradebook(folder, gradebook) as book:
        language = written_language(ctx)
        published = write_again(course, book, folder, at=now(), language=language)
    out_, shown = console(), language_of(ctx)
    for change in published.changes:
        moved = change_of(change.before, change.after, shown)
        line = f"{change.student}, {change.lab}: {moved}"
        out_.print(Text(printable(line, out_)), soft_wrap=True)
    for student in published.marks.strangers:
        line = shown.text("not on the roster: {student}").format(student=student)
        out_.print(Text(printable(line, out_), style="yellow"))
    counted = shown.text("{n} of {m} marks changed. Dashboard: {path}").format(
        n=len(published.changes),
        m=len(published.marks.marks),
        path=folder.root / "index.html",
    )
    out_.print(Text(printable(counted, out_)), soft_wrap=True)
