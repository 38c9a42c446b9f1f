"""What a platform's download is to us: files, each with the people who handed it in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from grader.domain.identity import Identity, Platform
from grader.domain.text import clean
from grader.errors import InfrastructureError, SubmissionError
from grader.intake.files import read_regular
from grader.intake.tree import ARCHIVE, CODE, Item

# names and numbers of people; more is nobody's
LONGEST = 200
FIRST_YEAR, LAST_YEAR = 1990, 2200


@dataclass(frozen=True)
class HandedIn:
    """A file and whose it is.

    Attributes:
        item: With its parts below the student's folder, and what the platform tells of
            it.
        people: Who handed it in: several for a group, none where the platform does not
            say.
        otherwise: What the student is called if there are no people.
    """

    item: Item
    people: tuple[Identity, ...]
    otherwise: str = ""


@dataclass(frozen=True)
class Download:
    """A platform's download.

    Attributes:
        files: All that students handed in.
        rest: What belongs to nobody: lists of marks, and so on.
    """

    platform: Platform
    files: tuple[HandedIn, ...]
    rest: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Listing:
    """Files among which a download may be.

    Attributes:
        items: The files.
        root: The name of what they lie in.
        beside: Files that lie beside it, where that is a folder.
        forced: Whether the teacher says that it is this platform's.
        doubtful: Whether it may be what one student handed in: then nothing in it is
            believed, only what it is called itself.
    """

    items: tuple[Item, ...]
    root: str
    beside: tuple[Item, ...] = ()
    forced: bool = False
    doubtful: bool = False

    @property
    def work(self) -> tuple[Item, ...]:
        """Return what may be somebody's answer: code, and zips of it."""
        return tuple(one for one in self.items if one.suffix in CODE | {ARCHIVE})

    def inner(self) -> "Listing | None":
        """Return what lies in the only folder, None if there is more than that."""
        tops = {item.parts[0] for item in self.items}
        if len(tops) != 1 or any(len(item.parts) < 2 for item in self.items):
            return None
        items = tuple(below(item, 1) for item in self.items)
        return replace(self, items=items, root=tops.pop())


def below(item: Item, count: int, *, name: str | None = None) -> Item:
    """Return a file without its first folders.

    Args:
        item: The file.
        count: How many folders are taken away.
        name: What it is called in place of its name.
    """
    parts = item.parts[count:]
    return replace(item, parts=parts if name is None else (*parts[:-1], name))


def person(platform: Platform, id: str, *, name: str = "", email: str = "") -> Identity:  # noqa: A002
    """Return an identity, made of what stands in names and lists."""
    return Identity(
        platform=platform,
        id=clean(id, LONGEST),
        name=clean(name, LONGEST),
        email=clean(email, LONGEST),
    )


def text_of(item: Item, *, limit_bytes: int) -> str | None:
    """Return what stands in a small file, None if it can't be read."""
    if item.path is None:
        return None
    try:
        content = read_regular(item.path, limit_bytes=limit_bytes)
    except (SubmissionError, InfrastructureError):
        return None
    return content.decode("utf-8-sig", "replace")


def named(items: Sequence[Item], *parts: str) -> Item | None:
    """Return the file at a path, None if there is none."""
    return next((item for item in items if item.parts == parts), None)


def moment(text: str) -> datetime | None:
    """Return the moment that a platform writes, None if it is none with a known zone.

    ISO 8601, and what Ruby and nbgrader write: `2024-01-05 18:03:44.123456789 UTC`. One
    without a zone is in UTC.
    """
    plain = text.strip()
    for zone in (" UTC", " GMT", " Z"):
        plain = plain.removesuffix(zone)
    # Ruby's nanoseconds; and "+01:00" after a space
    head, dot, tail = plain.partition(".")
    if dot:
        digits = len(tail) - len(tail.lstrip("0123456789"))
        plain = f"{head}.{tail[: min(digits, 6)]}{tail[digits:]}"
    try:
        found = datetime.fromisoformat(plain.replace(" +", "+").replace(" -", "-"))
        zoned = found if found.tzinfo else found.replace(tzinfo=UTC)
        moved = zoned.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    # no platform is older, and nobody can compute with the end of time
    return moved if FIRST_YEAR <= moved.year <= LAST_YEAR else None
