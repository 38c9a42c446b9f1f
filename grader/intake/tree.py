"""Listing what lies in a folder, without following a link or opening a file."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from grader.domain.text import clean
from grader.errors import InfrastructureError, SubmissionError
from grader.intake.files import kind_of, modified_at
from grader.intake.limits import IntakeLimits

CODE = frozenset({".py", ".ipynb"})
ARCHIVE = ".zip"
# a folder that holds it is what a grading wrote, not what anybody handed in
RESULTS_MARK = "seed.key"
# what systems and tools leave behind, never somebody's work
LEFT_BEHIND = frozenset(
    {"__macosx", "__pycache__", "node_modules", "site-packages", "venv"}
    | {"desktop.ini", "thumbs.db"}
)


@dataclass(frozen=True)
class Item:
    """A file of a folder or an archive.

    Attributes:
        parts: Its folders and its name, below what was given.
        where: The same for people, with what was given in front.
        path: Where its bytes are; None if they are of no interest.
        modified: Modification time, UTC.
        problem: Why it must not be opened, one line; empty if it may.
    """

    parts: tuple[str, ...]
    where: str
    path: Path | None
    modified: datetime | None = None
    problem: str = ""

    @property
    def stem(self) -> str:
        """Return the name without its suffix."""
        return PurePosixPath(self.parts[-1]).stem

    @property
    def suffix(self) -> str:
        """Return the suffix in lower case, with its dot."""
        return PurePosixPath(self.parts[-1]).suffix.lower()

    @property
    def folder(self) -> str:
        """Return where it lies, for people."""
        return str(PurePosixPath(self.where).parent)


def is_left_behind(name: str) -> bool:
    """Return whether a file or folder of that name is passed over without a word."""
    return name.startswith(".") or name.casefold() in LEFT_BEHIND


def walk(root: Path, *, limits: IntakeLimits) -> tuple[Item, ...]:
    """Return all files below a folder, in the order of their names.

    Links, FIFOs, devices and sockets come with their `problem` told. Results of an earlier
    grading that lie among the submissions are passed over.

    Raises:
        SubmissionError: If there are too many files, or too deep.
        InfrastructureError: If a folder can't be listed.
    """
    items: list[Item] = []
    folders: list[tuple[Path, tuple[str, ...]]] = [(root, ())]
    entries = 0
    while folders:
        folder, parts = folders.pop()
        listed = _listed(folder)
        if parts and any(entry.name == RESULTS_MARK for entry in listed):
            continue
        for entry in listed:
            entries += 1
            _refuse_endless(root, entries, len(parts), limits)
            below = (*parts, entry.name)
            if is_left_behind(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append((folder / entry.name, below))
            else:
                items.append(_item(entry, below, root.name))
    return tuple(sorted(items, key=lambda item: item.parts))


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        msg = f"{clean(str(folder), 200)} can't be listed ({error.strerror})"
        raise InfrastructureError(msg) from error


def _refuse_endless(root: Path, entries: int, depth: int, limits: IntakeLimits) -> None:
    if entries > limits.folder_entries or depth > limits.folder_depth:
        msg = (
            f"{clean(root.name, 100)} has more than {limits.folder_entries:,} files or"
            f" {limits.folder_depth} folders within folders: give a smaller folder"
        )
        raise SubmissionError(msg)


def _item(entry: os.DirEntry[str], parts: tuple[str, ...], root: str) -> Item:
    where = shown_path((root, *parts))
    path = Path(entry.path)
    if entry.is_file(follow_symlinks=False):
        modified = modified_at(entry.stat(follow_symlinks=False))
        return Item(parts, where, path, modified)
    kind = kind_of(entry.stat(follow_symlinks=False).st_mode)
    problem = f"is {kind}, expected a regular file: hand in the file itself"
    return Item(parts, where, None, problem=problem)


def shown_path(parts: tuple[str, ...]) -> str:
    """Return a path for people: one line, no control characters."""
    return "/".join(clean(part, 100).replace("/", "") or "_" for part in parts)
