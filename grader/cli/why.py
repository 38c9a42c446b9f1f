"""Tell why a student has this mark: `grader why`."""

from collections.abc import Iterator
from pathlib import Path

import click
from rich.text import Text

from grader.app.grade import open_gradebook
from grader.app.why import Explanation
from grader.app.why import why as explain
from grader.cli.gradebook import existing_folder, gradebook_options
from grader.cli.shared import console, course_of, printable, show_json
from grader.domain.mark import Mark, Override
from grader.domain.text import clean
from grader.executors.bench import now


@click.command()
@click.argument("student")
@click.argument("lab")
@gradebook_options
@click.option("--json", "as_json", is_flag=True, help="All of it for programs.")
@click.pass_context
def why(
    ctx: click.Context,
    student: str,
    lab: str,
    *,
    out: Path,
    gradebook: str | None,
    as_json: bool,
) -> None:
    """Tell why STUDENT has this mark in LAB: for the teacher's eyes.

    How today's mark comes about, then all that happened: what was received when, how it
    was graded, what a teacher decided, which marks that gave.
    """
    course = course_of(ctx)
    with open_gradebook(existing_folder(out, gradebook), gradebook) as book:
        explanation = explain(course, book, clean(student), lab, at=now())
    if as_json:
        show_json(explanation.model_dump(mode="json"))
        return
    out_ = console()
    for line in _lines(explanation):
        out_.print(Text(printable(line, out_)), soft_wrap=True)


def _lines(one: Explanation) -> Iterator[str]:
    mark = one.mark
    yield f"{clean(one.student)}, {one.lab}: {_shown(mark)}"
    yield from (f"  {line}" for line in _reasons(one))
    if one.total.total is not None:
        yield f"\nTotal so far: {one.total.total:g} of 100"
        yield from (f"  {line}" for line in one.total.why)
    yield "\nWhat happened"
    for event in one.trail:
        who = "" if event.actor == "grader" else f", by {clean(event.actor)}"
        moment = f"{event.at:%Y-%m-%d %H:%M:%S} UTC"
        yield f"  {moment}  {event.kind:<10} {clean(event.text)}{who}"
    if not one.trail:
        yield "  nothing"


def _shown(mark: Mark | None) -> str:
    return f"{mark.mark:g} of {mark.max_score:g}" if mark else "no mark yet"


def _reasons(one: Explanation) -> Iterator[str]:
    mark, grading = one.mark, one.grading
    if mark is not None:
        if mark.score is not None and mark.sha256 is not None:
            yield (
                f"the checks gave {mark.score:g} of {mark.max_score:g} to hand-in "
                f"{mark.sha256[:12]}"
            )
        yield from mark.why
        if mark.extension is not None and mark.extension.reason:
            yield f"reason of the extension: {mark.extension.reason}"
        decisions = (*mark.check_overrides, *([mark.override] if mark.override else []))
        yield from map(_decided, decisions)
    if one.excuse is not None:
        reason = f": {one.excuse.reason}" if one.excuse.reason else ""
        yield f"excused, the lab does not count{reason}"
    if not one.total.enrolled:
        yield "the student is not on the roster"
    if grading is not None:
        yield (
            f"graded {grading.graded_at:%Y-%m-%d %H:%M:%S} UTC, lab version "
            f"{grading.lab_version}, seed {grading.seed}, isolation {grading.isolation}, "
            f"Python {grading.python}"
        )


def _decided(one: Override) -> str:
    what = one.check or "the mark"
    return f"{what} was set by {one.author}, {one.at:%Y-%m-%d %H:%M:%S} UTC"
