"""Tell why a student has this mark: `grader why`."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click
from rich.text import Text

from grader.app.grade import open_gradebook
from grader.app.why import Explanation
from grader.app.why import why as explain
from grader.cli.gradebook import existing_folder, gradebook_options
from grader.cli.shared import console, course_of, language_of, printable, show_json
from grader.domain.mark import Mark, Override
from grader.domain.text import clean
from grader.executors.bench import now
from grader.languages import Language


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
    for line in _lines(explanation, language_of(ctx)):
        out_.print(Text(printable(line, out_)), soft_wrap=True)


def _lines(one: Explanation, language: Language) -> Iterator[str]:
    _, told = language.text, language.told
    yield f"{clean(one.student)}, {one.lab}: {_shown(one.mark, language)}"
    yield from (f"  {line}" for line in _reasons(one, language))
    if one.total.total is not None:
        line = _("Total so far: {total} of 100").format(total=f"{one.total.total:g}")
        yield f"\n{line}"
        yield from (f"  {told(line)}" for line in one.total.why)
    yield "\n" + _("What happened")
    for event in one.trail:
        who = _(", by {name}").format(name=clean(event.actor))
        by = "" if event.actor == "grader" else who
        yield f"  {_moment(event.at)}  {event.kind:<10} {told(clean(event.text))}{by}"
    if not one.trail:
        yield "  " + _("nothing")


def _shown(mark: Mark | None, language: Language) -> str:
    if mark is None:
        return language.text("no mark yet")
    shown = language.text("{mark} of {points}")
    return shown.format(mark=f"{mark.mark:g}", points=f"{mark.max_score:g}")


def _reasons(one: Explanation, language: Language) -> Iterator[str]:
    _, mark, grading = language.text, one.mark, one.grading
    if mark is not None:
        if mark.score is not None and mark.sha256 is not None:
            line = _("the checks gave {score} of {points} to hand-in {sha256}")
            yield line.format(
                score=f"{mark.score:g}",
                points=f"{mark.max_score:g}",
                sha256=mark.sha256[:12],
            )
        yield from map(language.told, mark.why)
        if mark.extension is not None and mark.extension.reason:
            line = _("reason of the extension: {reason}")
            yield line.format(reason=mark.extension.reason)
        decisions = (*mark.check_overrides, *([mark.override] if mark.override else []))
        yield from (_decided(decision, language) for decision in decisions)
    if one.excuse is not None:
        reason = f": {one.excuse.reason}" if one.excuse.reason else ""
        yield _("excused, the lab does not count") + reason
    if not one.total.enrolled:
        yield _("the student is not on the roster")
    if grading is not None:
        line = _(
            "graded {moment}, lab version {version}, seed {seed}, isolation {isolation}, "
            "Python {python}"
        )
        yield line.format(
            moment=_moment(grading.graded_at),
            version=grading.lab_version,
            seed=grading.seed,
            isolation=grading.isolation,
            python=grading.python,
        )


def _decided(one: Override, language: Language) -> str:
    line = language.text("{what} was set by {author}, {moment}")
    what = one.check or language.text("the mark")
    return line.format(what=what, author=one.author, moment=_moment(one.at))


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
