"""What the commands that open a gradebook have in common."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from grader.app.grade import GRADEBOOK_FILE
from grader.errors import LabError
from grader.store.folder import ResultsFolder


def gradebook_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--out` and `--gradebook`."""
    out = click.option(
        "--out",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("results"),
        show_default=True,
        help="Folder with the reports.",
    )
    url = click.option(
        "--gradebook",
        metavar="URL",
        envvar="GRADER_GRADEBOOK",
        show_envvar=True,
        help="Database; the one in the folder with the reports if left out.",
    )
    return out(url(command))


def existing_folder(out: Path, url: str | None) -> ResultsFolder:
    """Return the results folder of an earlier grading.

    Raises:
        LabError: If there is no gradebook: nothing was graded there.
    """
    if url is None and not (out / GRADEBOOK_FILE).is_file():
        raise LabError(
            f"there is no gradebook in {out}: grade first, or say --out or --gradebook"
        )
    return ResultsFolder(out)
