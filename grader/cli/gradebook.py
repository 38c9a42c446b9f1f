"""What the commands that open a gradebook have in common."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from grader.app.grade import GRADEBOOK_FILE
from grader.app.publish import CLASS_FILES, STATE_FILE
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
    file = out / GRADEBOOK_FILE
    if url is None and not file.is_file():
        raise LabError(
            f"there is no gradebook in {out}: grade first, or say --out or --gradebook"
        )
    # a file that was copied to a full disk: its reports must not be written over
    if url is None and not file.stat().st_size:
        raise LabError(f"the gradebook {file} is empty: put a copy of it there")
    return ResultsFolder(out)


def refuse_others_files(out: Path) -> None:
    """Refuse a folder in which files that we would replace are not ours.

    `--out .` beside a `grades.csv` from somewhere else would be the end of it.

    Raises:
        LabError: If it holds such a file.
    """
    if any((out / ours).exists() for ours in (GRADEBOOK_FILE, STATE_FILE)):
        return
    for name in CLASS_FILES:
        if (out / name).exists():
            raise LabError(
                f"{out} holds {name}, which no grading wrote: move it away or choose "
                "another --out"
            )
