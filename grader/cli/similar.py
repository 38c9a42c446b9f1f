"""The command that shows which hand-ins are alike."""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table
from rich.text import Text

from grader.cli.shared import console, course_of, printable, show_json
from grader.domain.text import clean

if TYPE_CHECKING:
    from grader.app.similar import Likeness
    from grader.similarity.compare import Pair, Same

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
        msg = "say what to compare: folders, zips and files, or --out RESULTS"
        raise click.UsageError(msg)
    from grader.app.similar import alike

    course = course_of(ctx)
    with nullcontext() if submissions else _opened(out, gradebook) as book:
        likeness = alike(course, lab, paths=submissions, book=book, least=least)
    if html:
        _write(html, likeness)
    if as_json:
        show_json(_as_json(likeness))
    else:
        _show(likeness, html)


def _opened(out: Path | None, url: str | None) -> Any:
    from grader.app.grade import open_gradebook
    from grader.cli.gradebook import existing_folder

    return open_gradebook(existing_folder(out or Path("results"), url), url)


def _write(html: Path, likeness: "Likeness") -> None:
    from grader.similarity.page import similar_html

    page = similar_html(likeness.comparison, title=likeness.title, left=likeness.left)
    html.parent.mkdir(parents=True, exist_ok=True)
    html.write_text(page, encoding="utf-8")


def _show(likeness: "Likeness", html: Path | None) -> None:
    out = console()
    found = likeness.comparison
    solution = " and the solution" if found.n_hand_ins < len(found.hands) else ""
    out.print(
        f"{found.n_hand_ins} hand-ins{solution}, {found.n_pairs:,} pairs compared; alike by"
        f" {found.least:.0%} or more: {found.n_alike:,}"
    )
    if found.pairs:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for title in ("alike", "all code", "pair", "also the same"):
            table.add_column(title)
        for pair in found.pairs[:MOST_ROWS]:
            names = (found.hands[one].shown for one in (pair.one, pair.other))
            who = " and ".join(clean(name, 60) for name in names)
            cells = (f"{pair.alike:.0%}", f"{pair.plain:.0%}", who, _also(pair))
            table.add_row(*(Text(printable(cell, out)) for cell in cells))
        out.print(table)
    if found.n_alike > MOST_ROWS:
        out.print(f"and {found.n_alike - MOST_ROWS:,} more pairs")
    for one in likeness.left:
        line = f"not compared: {clean(one.student, 80)}: {clean(one.reason, 200)}"
        out.print(Text(printable(line, out), "yellow"))
    if html:
        out.print(Text(printable(f"side by side: {html}", out)))
    elif found.pairs:
        out.print(
            "--html FILE shows them side by side. Alike is not copied: look, and ask."
        )


def _also(pair: "Pair") -> str:
    kinds = {
        "names": pair.names,
        "comments": pair.comments,
        "strings": pair.texts,
        "mistakes": pair.mistakes,
    }
    return ", ".join(
        f"{same.count} of {same.of} {word}"
        for word, same in kinds.items()
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
        "pairs": [
            {
                "students": [names[pair.one], names[pair.other]],
                "alike": round(pair.alike, 4),
                "all_code": round(pair.plain, 4),
                "names": _same(pair.names),
                "comments": _same(pair.comments),
                "strings": _same(pair.texts),
                "mistakes": _same(pair.mistakes),
            }
            for pair in found.pairs
        ],
        "n_alike": found.n_alike,
        "groups": [[names[member] for member in group] for group in found.groups],
    }


def _same(same: "Same") -> dict[str, Any]:
    return {"count": same.count, "of": same.of, "some": list(same.some)}
