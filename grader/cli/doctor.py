"""Look at this machine."""

import dataclasses
import sys
import textwrap
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

import click
from rich.console import Console
from rich.text import Text

from grader.cli.shared import console, printable, show_json

if TYPE_CHECKING:
    from grader.app.doctor import Finding, Without
    from grader.sandbox.promises.nouns import Promise, Tried
    from grader.sandbox.sandbox import Isolation

SIGNS = {True: ("✓", "green"), False: ("✗", "red"), None: ("·", "bright_black")}
PLAIN_TRUTH = (
    "At the level process student code runs with your rights: it can read your files, "
    "start programs and use the network. Fine for your own work. To grade other "
    "people's, use Linux 5.13 or newer, in a virtual machine if need be, and run "
    "grader doctor there."
)
# fewer are named one by one
MANY = 6
HOW_TO_READ = (
    "✗ falls when this one layer is missing, so that layer alone holds it; · another "
    "layer holds it too. all: no layer of the kernel's, only the supervisor and the clock."
)


@click.command()
@click.option(
    "--isolation",
    type=click.Choice(["strict", "landlock", "process"]),
    help="Try this level; the best that this machine has if left out.",
)
@click.option(
    "--without",
    multiple=True,
    metavar="LAYER",
    help="Leave a layer out, to see what the others hold; may be repeated.",
)
@click.option(
    "--layers", "matrix", is_flag=True, help="Leave out each layer, one at a time."
)
@click.option("--verbose", is_flag=True, help="One line for each promise.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def doctor(
    *,
    isolation: Literal["strict", "landlock", "process"] | None,
    without: tuple[str, ...],
    matrix: bool,
    verbose: bool,
    as_json: bool,
) -> None:
    """Look at this machine: what works, what is missing, and its cure.

    Then try for real what student code must not be able to do. The exit code is 0 if
    all that the level promises holds, else 1. Leaving layers out is for measuring:
    grader grade never does.
    """
    from grader.app.doctor import examine

    if matrix and without:
        raise click.UsageError("--layers leaves out each layer by itself")
    out = console()
    out.quiet = as_json
    seen = examine()
    if unknown := set(without).difference(seen.layers):
        names = ", ".join(seen.layers) or "none"
        raise click.UsageError(f"no layer {min(unknown)} here; there are: {names}")
    _show_findings(seen.findings, out)
    level = isolation or seen.isolation
    fit = level is not None and all(each.holds is not False for each in seen.findings)
    answer: dict[str, Any] = {
        "isolation": level,
        "without": without,
        "findings": [dataclasses.asdict(finding) for finding in seen.findings],
    }
    if level is not None and matrix:
        answer["layers"] = _leave_out_each(level, out)
    elif level is not None:
        tried = _try_all(level, without, out, verbose=verbose)
        fit = fit and all(each.holds for each in tried)
        answer["promises"] = [_plain(each) for each in tried]
    if as_json:
        show_json(answer)
    sys.exit(0 if fit else 1)


def _show_findings(findings: Iterable["Finding"], out: Console) -> None:
    for finding in findings:
        _line(out, finding.holds, f"{finding.name}: {finding.says}")
        if finding.holds is not True and finding.cure:
            _more(out, f"→ {finding.cure}")


def _try_all(
    level: "Isolation", without: Sequence[str], out: Console, *, verbose: bool
) -> list["Tried"]:
    """Try what a level promises and show it, group by group as it is known."""
    from grader.app.doctor import conform, not_promised

    left_out = f", without {', '.join(without)} (a measurement)" if without else ""
    out.print()
    _more(out, f"What student code can't do at the level {level}{left_out}:", indent=0)
    tried: list[Tried] = []
    results = conform(level, without=without)
    for group, members in groupby(results, key=lambda each: each.promise.group):
        of_group = list(members)
        # what was left out on purpose needs no cure
        _show_group(group, of_group, out, verbose=verbose, cures=not without)
        tried += of_group
    if others := not_promised(level):
        _show_others(level, others, out, verbose=verbose)
    held = sum(each.holds for each in tried)
    out.print()
    _line(out, held == len(tried), f"{held} of {len(tried)} promises hold")
    if level == "process":
        _more(out, PLAIN_TRUTH, indent=0)
    return tried


def _show_group(
    group: str,
    tried: Sequence["Tried"],
    out: Console,
    *,
    verbose: bool,
    cures: bool,
) -> None:
    held = sum(each.holds for each in tried)
    counted = f"{held}" if held == len(tried) else f"{held} of {len(tried)}"
    _line(out, held == len(tried), f"{group}: {counted} hold")
    for each in tried:
        promise = each.promise
        if verbose or not each.holds:
            _line(out, each.holds, f"{promise.name}: {promise.says}", indent=2)
        if not each.holds:
            _more(out, f"here {each.happened}", indent=4)
            if cures:
                _more(out, f"→ {promise.cure}", indent=4)


def _show_others(
    level: "Isolation", others: Sequence["Promise"], out: Console, *, verbose: bool
) -> None:
    """Show what only a higher level promises; one by one where that is few."""
    _line(out, None, f"not promised by {level}: {len(others)} more")
    if verbose or len(others) < MANY:
        for promise in others:
            levels = "" if level == "process" else f" ({', '.join(promise.levels)})"
            _line(out, None, f"{promise.name}: {promise.says}{levels}", indent=2)


def _leave_out_each(level: "Isolation", out: Console) -> list[dict[str, Any]]:
    """Measure what each layer holds alone, and show it as a table."""
    from grader.app.doctor import layers_left_out, promised

    columns = []
    out.print(f"\nWhich promises of {level} fall without a layer:")
    with out.status("a minute or two ..."):
        for number, column in enumerate(layers_left_out(level), start=1):
            columns.append(column)
            falls = f"{len(column.fallen)} fall"
            says = f"no worker starts: {column.refused}" if column.refused else falls
            _more(out, f"{number:2} {column.layer}: {says}", indent=0)
    width = max(len(promise.name) for promise in promised(level))
    numbers = "".join(f"{number:3}" for number in range(1, len(columns) + 1))
    out.print(f"\n{'':{width}}{numbers}")
    for promise in promised(level):
        cells = "".join(f"  {_cell(promise.name, column)}" for column in columns)
        out.print(printable(f"{promise.name:{width}}{cells}", out))
    _more(out, HOW_TO_READ, indent=0)
    return [dataclasses.asdict(column) for column in columns]


def _cell(name: str, column: "Without") -> str:
    if column.refused:
        return " "
    return "✗" if name in column.fallen else "·"


def _plain(tried: "Tried") -> dict[str, Any]:
    promise = tried.promise
    return {
        "name": promise.name,
        "group": promise.group,
        "says": promise.says,
        "holds": tried.holds,
        "happened": tried.happened,
        "cure": promise.cure,
        "seconds": round(tried.wall_s, 3),
    }


def _line(out: Console, holds: bool | None, text: str, *, indent: int = 0) -> None:
    """Print a sign and a text, wrapped to the terminal's width behind the sign."""
    sign, colour = SIGNS[holds]
    first, *rest = _wrapped(text, out, indent + 2)
    line = Text(" " * indent)
    line.append(printable(sign, out), style=colour)
    line.append(f" {first}")
    out.print(line, soft_wrap=True)
    for each in rest:
        out.print(Text(" " * (indent + 2) + each), soft_wrap=True)


def _more(out: Console, text: str, *, indent: int = 2) -> None:
    """Print a text that belongs to the line above."""
    for each in _wrapped(text, out, indent):
        out.print(Text(" " * indent + each), soft_wrap=True)


def _wrapped(text: str, out: Console, indent: int) -> list[str]:
    return textwrap.wrap(
        printable(text, out),
        max(20, out.width - indent),
        break_long_words=False,
        break_on_hyphens=False,
    )
