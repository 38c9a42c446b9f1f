"""Look at this machine."""

import dataclasses
import sys

import click
from rich.text import Text

from grader.cli.shared import console, printable, show_json


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def doctor(*, as_json: bool) -> None:
    """Look at this machine: what works, what is missing, and its cure."""
    from grader.app.doctor import examine

    findings = list(examine())
    if as_json:
        show_json([dataclasses.asdict(finding) for finding in findings])
    else:
        out = console()
        for finding in findings:
            sign = {True: "✓", False: "✗", None: "·"}[finding.holds]
            line = f"{printable(sign, out)} {finding.name}: {finding.says}"
            if finding.holds is not True and finding.cure:
                line += f" → {finding.cure}" if sign != "·" else f" ({finding.cure})"
            out.print(Text(printable(line, out)), soft_wrap=True)
    sys.exit(1 if any(finding.holds is False for finding in findings) else 0)
