"""The command that shows which hand-ins are alike."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.cli.shared import console, course_of, language_of, printable, show_json
from grader.domain.text import clean
from grader.languages import Language

if TYPE_CHECKING:
    from grader.app.similar import Likeness
    from grader.similarity.compare import Comparison, Pair, Same
    from grader.similarity.twins import Twin

# of pairs on the terminal; the page and the JSON have more
MOST_ROWS = 20
# see docs/design/similarity.md for what it lets through and what it keeps back
LEAST = 0.4


@click.command()
@click.argument("submissions", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--lab", required=True, help="Whose hand-ins to compare.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Compare what was graded into this folder.",
)
@click.option(
    "--gradebook",
    metavar="URL",
    envvar="GRADER_GRADEBOOK",
    show_envvar=True,
    help="Compare what is in this gradebook.",
)
@click.option(
    "--least",
    type=click.FloatRange(0, 1),
    default=LEAST,
    show_default=True,
    help="Show pairs from this likeness on.",
)
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a page with the pairs side by side.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def similar(
    ctx: click.Context,
    submissions: tuple[Path, ...],
    *,
    lab: str,
    out: Path | None,
    gradebook: str | None,
    least: float,
    html: Path | None,
    as_json: bool,
) -> None:
    """Show which hand-ins of a lab are alike, with the stub left out.

    SUBMISSIONS is what `grader grade` takes. New names, another order, other spaces and
    a notebook in place of a script hide nothing. Alike is not copied: look, and ask.
    """
    if bool(submissions) == bool(out or (gradebook and not submissions)):
        raise click.UsageError(
            "say what to compare: folders, zips and files, or --out RESULTS"
        )
    from grader.app.similar import alike

    course = course_of(ctx)
    with nullcontext() if submissions else _opened(out, gradebook) as book:
        likeness = alike(course, lab, paths=submissions, book=book, least=least)
    if html:
        _write(html, likeness)
    if as_json:
        show_json(_as_json(likeness))
    else:
        _show(likeness, html, language_of(ctx))


def _opened(out: Path | None, url: str | None) -> Any:
    from grader.app.grade import open_gradebook
    from grader.cli.gradebook import existing_folder

    return open_gradebook(existing_folder(out or Path("results"), url), url)


def _write(html: Path, likeness: "Likeness") -> None:
    from grader.similarity.page import similar_html

    page = similar_html(likeness.comparison, title=likeness.title, left=likeness.left)
    html.parent.mkdir(parents=True, exist_ok=True)
    html.write_text(page, encoding="utf-8")


def _show(likeness: "Likeness", html: Path | None, language: Language) -> None:
    out, _ = console(), language.text
    found = likeness.comparison
    has_solution = found.n_hand_ins < len(found.hands)
    hand_ins = language.plural("{n} hand-in", "{n} hand-ins", found.n_hand_ins)
    line = _("{hand_ins}; pairs compared: {pairs}; alike by {least} or more: {alike}")
    told = line.format(
        hand_ins=f"{hand_ins} {_('and the solution')}" if has_solution else hand_ins,
        pairs=f"{found.n_pairs:,}",
        least=f"{found.least:.0%}",
        alike=f"{found.n_alike:,}",
    )
    out.print(Text(printable(told, out)))
    if found.alike:
        _print(
            out,
            [_("alike"), _("all code"), _("pair"), _("also the same")],
            _pairs(found, language),
        )
    if found.n_alike > MOST_ROWS:
        more = f"{found.n_alike - MOST_ROWS:,}"
        out.print(_("and {n} more pairs").format(n=more))
    if found.by_function:
        out.print(Text(printable(_("functions that few have:"), out)))
        _print(
            out,
            [_("tokens"), _("the same"), _("had by"), _("function"), _("pair")],
            _functions(found, language),
        )
    if found.solved:
        out.print(Text(printable(_("like the course's solution:"), out)))
        _print(
            out,
            [_("alike"), _("all code"), _("student"), _("functions that few have")],
            _solved(found),
        )
    for one in likeness.left:
        line = _("not compared: {student}: {reason}").format(
            student=clean(one.student, 80),
            reason=language.told(clean(one.reason, 200)),
        )
        out.print(Text(printable(line, out), "yellow"))
    if html:
        line = _("side by side: {file}").format(file=html)
        out.print(Text(printable(line, out)))
    elif found.pairs or found.solved:
        advice = _(
            "--html FILE shows them side by side. Alike is not copied: look, and ask."
        )
        out.print(Text(printable(advice, out)))


def _print(out: Console, titles: Iterable[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in titles:
        table.add_column(printable(title, out))
    for row in rows:
        table.add_row(*(Text(printable(cell, out)) for cell in row))
    out.print(table)


def _pairs(found: "Comparison", language: Language) -> Iterator[Sequence[str]]:
    for pair in found.alike[:MOST_ROWS]:
        who, also = _who(found, pair, language), _also(pair, language)
        yield f"{pair.alike:.0%}", f"{pair.plain:.0%}", who, also


def _functions(found: "Comparison", language: Language) -> Iterator[Sequence[str]]:
    """Yield a row for each pair: its most telling function, and how many more."""
    for pair in found.by_function[:MOST_ROWS]:
        twin, *others = pair.twins
        name = clean(twin.one.name, 40)
        if others:
            name = language.text("{name} and {n} more").format(name=name, n=len(others))
        who = _who(found, pair, language)
        yield f"{twin.weight:.0f}", f"{twin.share:.0%}", f"{twin.holders}", name, who


def _solved(found: "Comparison") -> Iterator[Sequence[str]]:
    for pair in found.solved[:MOST_ROWS]:
        student = clean(found.hands[pair.one].shown, 60)
        names = ", ".join(clean(twin.one.name, 40) for twin in pair.twins[:3])
        more = ", …" if len(pair.twins) > 3 else ""
        yield f"{pair.alike:.0%}", f"{pair.plain:.0%}", student, names + more


def _who(found: "Comparison", pair: "Pair", language: Language) -> str:
    names = (found.hands[one].shown for one in (pair.one, pair.other))
    return f" {language.text('and')} ".join(clean(name, 60) for name in names)


def _also(pair: "Pair", language: Language) -> str:
    _ = language.text
    kinds = {
        _("names: {n} of {m}"): pair.names,
        _("comments: {n} of {m}"): pair.comments,
        _("strings: {n} of {m}"): pair.texts,
        _("mistakes: {n} of {m}"): pair.mistakes,
    }
    return ", ".join(
        told.format(n=same.count, m=same.of)
        for told, same in kinds.items()
        if same.count
    )


def _as_json(likeness: "Likeness") -> dict[str, Any]:
    found = likeness.comparison
    names = [hand.shown for hand in found.hands]
    return {
        "lab": likeness.title,
        "compared": names,
        "not_compared": [vars(one) for one in likeness.left],
        "least": found.least,
        "pairs": [_pair(found, pair) for pair in found.pairs],
        "by_function": [
            [names[pair.one], names[pair.other]] for pair in found.by_function
        ],
        "solution": [_pair(found, pair) for pair in found.solved],
        "n_alike": found.n_alike,
        "groups": [[names[member] for member in group] for group in found.groups],
    }


def _pair(found: "Comparison", pair: "Pair") -> dict[str, Any]:
    like = found.like_solution
    ends = (pair.one, pair.other)
    return {
        "students": [found.hands[end].shown for end in ends],
        "alike": round(pair.alike, 4),
        "all_code": round(pair.plain, 4),
        "like_solution": [round(like[end], 4) for end in ends] if like else None,
        "functions": [_twin(twin) for twin in pair.twins],
        "names": _same(pair.names),
        "comments": _same(pair.comments),
        "strings": _same(pair.texts),
        "mistakes": _same(pair.mistakes),
    }


def _twin(twin: "Twin") -> dict[str, Any]:
    ends = (twin.one, twin.other)
    return {
        "names": [one.name for one in ends],
        "lines": [[one.first, one.last] for one in ends],
        "tokens": round(twin.weight, 1),
        "same": round(twin.share, 4),
        "had_by": twin.holders,
    }


def _same(same: "Same") -> dict[str, Any]:
    return {"count": same.count, "of": same.of, "some": list(same.some)}
