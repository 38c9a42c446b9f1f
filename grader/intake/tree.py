"""Listing what lies in a folder, without following a link or opening a file."""

import itertools
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from grader.domain.identity import Identity
from grader.domain.text import clean
from grader.errors import InfrastructureError, SubmissionError
from grader.intake.files import kind_of, modified_at
from grader.intake.limits import IntakeLimits

CODE = frozenset({".py", ".ipynb"})
ARCHIVE = ".zip"
# a folder that holds all of these files is what a grading wrote; some of them by chance,
# or to be overlooked, make no such folder
RESULTS_MARKS = frozenset({"published.json", "index.html", "grades.csv"})
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
        handed_at: When it was handed in, as the platform tells; None if none does.
        marked_late: Whether the platform called it late.
        dated: Whether `modified` tells when it was handed in: a platform's download has
            its own time.
        order: Of a student's files the later handed in has the larger number; 0 where
            nothing tells.
        identity: Who handed it in, to the platform that it comes from.
    """

    parts: tuple[str, ...]
    where: str
    path: Path | None
    modified: datetime | None = None
    problem: str = ""
    handed_at: datetime | None = None
    marked_late: bool = False
    dated: bool = True
    order: int = 0
    identity: Identity | None = None

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


def walk(
    root: Path, *, limits: IntakeLimits, but: Path | None = None
) -> tuple[Item, ...]:
    """Return all files below a folder, in the order of their names.

    Links, FIFOs, devices and sockets come with their `problem` told, and so do folders
    that are too deep, too full or closed to us: one student's folder costs nobody else's.
    Results of an earlier grading that lie among the submissions are passed over.

    Args:
        root: The folder.
        limits: What is too deep or too full.
        but: A folder that is passed over too, with all that is in it.

    Raises:
        SubmissionError: If too much lies in the folder itself.
        InfrastructureError: If it can't be listed.
    """
    left = limits.folder_entries
    try:
        listed = _listed(root, left)
    except OSError as error:
        msg = f"{clean(str(root), 200)} can't be listed ({error.strerror})"
        raise InfrastructureError(msg) from error
    if len(listed) > left:
        msg = f"{clean(root.name, 100)} {_too_full(left)}"
        raise SubmissionError(msg)
    shown = [entry for entry in listed if not _is_passed_over(entry, but)]
    folders = [entry for entry in shown if entry.is_dir(follow_symlinks=False)]
    items = [
        _item(entry, (entry.name,), root.name)
        for entry in shown
        if not entry.is_dir(follow_symlinks=False)
    ]
    left -= len(listed)
    for folder in folders:
        # a folder alone may hold the whole class
        most = min(left, limits.student_entries) if len(folders) > 1 else left
        below, entries = _below(folder, root.name, limits, most, but=but)
        items += below
        left -= entries
    return tuple(sorted(items, key=lambda item: item.parts))


def _is_passed_over(entry: os.DirEntry[str], but: Path | None) -> bool:
    return is_left_behind(entry.name) or (but is not None and entry.path == str(but))


def _below(
    top: os.DirEntry[str],
    root: str,
    limits: IntakeLimits,
    most: int,
    *,
    but: Path | None,
) -> tuple[list[Item], int]:
    """Return the files below a folder, and how many entries were counted."""
    items: list[Item] = []
    folders: list[tuple[str, tuple[str, ...]]] = [(top.path, (top.name,))]
    entries = 0
    while folders:
        folder, parts = folders.pop()
        if len(parts) > limits.folder_depth:
            depth = f"lies more than {limits.folder_depth} folders deep: move it up"
            items.append(_closed(parts, root, depth))
            continue
        try:
            listed = _listed(Path(folder), most - entries)
        except OSError as error:
            denied = f"can't be listed ({error.strerror}): check its permissions"
            items.append(_closed(parts, root, denied))
            continue
        entries += len(listed)
        if entries > most:
            return [_closed((top.name,), root, _too_full(most))], most
        files = {entry.name for entry in listed if entry.is_file(follow_symlinks=False)}
        if files >= RESULTS_MARKS:
            continue
        if not listed and PurePosixPath(parts[-1]).suffix.lower() in CODE:
            named = "is a folder, expected a regular file: hand in the file itself"
            items.append(_closed(parts, root, named))
        for entry in listed:
            below = (*parts, entry.name)
            if _is_passed_over(entry, but):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append((entry.path, below))
            else:
                items.append(_item(entry, below, root))
    return items, entries


def _listed(folder: Path, most: int) -> list[os.DirEntry[str]]:
    """Return the entries of a folder, in the order of their names; one more than most.

    Raises:
        OSError: If the folder can't be listed.
    """
    with os.scandir(folder) as entries:
        some = itertools.islice(entries, most + 1)
        return sorted(some, key=lambda entry: entry.name)


def _too_full(most: int) -> str:
    return f"has more than {most:,} files and folders: give a smaller folder"


def _closed(parts: tuple[str, ...], root: str, problem: str) -> Item:
    return Item(parts, shown_path((root, *parts)), None, problem=problem)


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
