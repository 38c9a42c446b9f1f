"""Unpacking a zip that a student made: every member is looked at before any is written.

Members are written under names of ours, so a member's own name can lead nowhere. What is
refused all the same (`..`, links, bombs, two members of one name) is refused because no
honest archive has it; in a platform's archive of a whole class, what one student put
there is told and left out. Nothing is believed that the archive says about its sizes: the
copy stops where the sum of the sizes would.
"""

import os
import re
import shutil
import stat
import struct
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path, PurePosixPath

from grader.domain.text import clean
from grader.errors import InfrastructureError, SubmissionError
from grader.intake.files import kind_of, open_regular
from grader.intake.limits import IntakeLimits
from grader.intake.names import path_component

LONGEST_NAME = 1000
CHUNK_BYTES = 65_536
# a directory entry is 46 bytes, a name and some extra fields
ENTRY_BYTES = 1024
# what a zip says that was made without times
NO_TIME = (1980, 1, 1, 0, 0, 0)
ENCRYPTED = 0x1
NAMED_IN_UTF8 = 0x800
WORD = re.compile(r"[^\W\d_]+")
CYRILLIC = re.compile("[А-Яа-яЁё]+")
# fewer may be a French "à" between spaces
FEWEST_CYRILLIC = 3
DAMAGED = (
    zipfile.BadZipFile,
    NotImplementedError,
    EOFError,
    OverflowError,
    ValueError,
    struct.error,
    zlib.error,
)


@dataclass
class Room:
    """How many bytes a zip, and the zips in it, may still take on the disk."""

    left_bytes: int


@dataclass(frozen=True)
class Member:
    """A file in an archive.

    Attributes:
        parts: Its folders and its name.
        path: Where it was unpacked to; None if nobody wanted it.
        modified: By the archive, which knows no time zone: taken as UTC. None if the
            archive tells none.
        problem: Why it was not unpacked though it was wanted, one line; empty if it was.
    """

    parts: tuple[str, ...]
    path: Path | None
    modified: datetime | None
    problem: str = ""


@dataclass(frozen=True)
class _Checked:
    """A member that may be written, unless it has a problem."""

    info: zipfile.ZipInfo
    parts: tuple[str, ...]
    problem: str


def unpack(
    archive: Path,
    *,
    into: Path,
    limits: IntakeLimits,
    room: Room,
    wanted: Callable[[PurePosixPath], bool],
    each_alone: bool = False,
) -> tuple[Member, ...]:
    """Return the files in a zip, the wanted ones copied to a new folder under `into`.

    Args:
        archive: The zip.
        into: An existing folder.
        limits: What is refused as too big.
        room: What the wanted files may take; reduced by what they say they do.
        wanted: Tells by its path whether a file is copied.
        each_alone: Whether many people's files are in it: one that is no plain file, or
            would grow too much, is left out with its problem told, and costs nobody else.

    Raises:
        SubmissionError: If the archive is damaged, too big, or unsafe in any member.
        InfrastructureError: If there is no room, or the disk fails.
    """
    name = clean(archive.name, 100)
    try:
        with _opened(archive, limits) as zipped:
            safe = _checked(zipped, name, limits, each_alone=each_alone)
            needed = sum(
                one.info.file_size
                for one in safe
                if not one.problem and wanted(PurePosixPath(*one.parts))
            )
            _take(room, needed, name)
            folder = Path(tempfile.mkdtemp(prefix="zip-", dir=into))
            return tuple(
                _member(zipped, one, folder / str(number), wanted)
                for number, one in enumerate(safe)
            )
    except DAMAGED as error:
        msg = f"{name} is not a zip, or is damaged: pack it again"
        raise SubmissionError(msg) from error
    except OSError as error:
        msg = f"{name} can't be unpacked ({error.strerror}): check the disk"
        raise InfrastructureError(msg) from error


class _Bounded(FileIO):
    """A file that gives no more at once than an honest table of contents has.

    `zipfile` reads the whole table, as long as the archive says it is, and makes an
    object of some 600 bytes for each 46 of it, before anybody can count the members.
    """

    def __init__(self, descriptor: int, *, limit_bytes: int) -> None:
        super().__init__(descriptor)
        self._limit_bytes = limit_bytes

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self._limit_bytes:
            msg = f"a table of contents of {size} bytes"
            raise zipfile.BadZipFile(msg)
        return super().read(size) or b""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        try:
            return super().seek(offset, whence)
        except OSError as error:
            # an offset out of range is the archive's fault, not the disk's
            raise zipfile.BadZipFile(str(error)) from error


@contextmanager
def _opened(archive: Path, limits: IntakeLimits) -> Iterator[zipfile.ZipFile]:
    descriptor = open_regular(archive, limit_bytes=limits.archive_bytes)
    limit_bytes = max(2 * CHUNK_BYTES, limits.archive_members * ENTRY_BYTES)
    with (
        _Bounded(descriptor, limit_bytes=limit_bytes) as file,
        zipfile.ZipFile(file) as zipped,
    ):
        yield zipped


def _take(room: Room, needed: int, name: str) -> None:
    if needed > room.left_bytes:
        msg = (
            f"{name} would unpack to {needed:,} bytes, {room.left_bytes:,} are left for"
            " it and the zips around it: hand in the lab's files alone"
        )
        raise SubmissionError(msg)
    room.left_bytes -= needed


def _checked(
    zipped: zipfile.ZipFile, name: str, limits: IntakeLimits, *, each_alone: bool
) -> list[_Checked]:
    """Return the archive's files with their cleaned paths.

    Raises:
        SubmissionError: If any member, wanted or not, is unsafe; of members that are each
            alone, only if a name leads out of the archive.
    """
    infos = zipped.infolist()
    if len(infos) > limits.archive_members:
        msg = (
            f"{name} has {len(infos):,} members, expected at most"
            f" {limits.archive_members:,}: pack only the lab's files"
        )
        raise SubmissionError(msg)
    _refuse_overlap(zipped, infos, name)
    _refuse_big(infos, name, limits)
    if not each_alone:
        _refuse_bombs(infos, name, limits)
    files = []
    seen: set[tuple[str, ...]] = set()
    for info in infos:
        parts = _safe_parts(info, name)
        problem = _problem(info) or (_bomb(info, limits) if each_alone else "")
        if problem and not each_alone:
            raise _unsafe(info, name, problem)
        if info.is_dir():
            continue
        if (key := _collision_key(parts)) in seen:
            if not each_alone:
                msg = f"{name} has two members called {_shown(info)}: pack it again"
                raise SubmissionError(msg)
            problem = problem or "is in the zip twice: pack it again"
        seen.add(key)
        files.append(_Checked(info, parts, problem))
    return files


def _refuse_overlap(
    zipped: zipfile.ZipFile, infos: Sequence[zipfile.ZipInfo], name: str
) -> None:
    """Refuse members that can't lie side by side in the file.

    Some bombs list the same bytes again and again; others claim to be packed worse than
    they are, which would get them past the ratio.
    Source: D. Fifield, "A better zip bomb", WOOT 2019
    """
    assert zipped.fp is not None  # noqa: S101 - it is open
    size = os.fstat(zipped.fp.fileno()).st_size
    if sum(info.compress_size for info in infos) > size:
        msg = f"{name} has members that overlap each other: pack it again"
        raise SubmissionError(msg)


def _refuse_big(
    infos: Sequence[zipfile.ZipInfo], name: str, limits: IntakeLimits
) -> None:
    total = sum(info.file_size for info in infos)
    if total > limits.archive_bytes:
        msg = (
            f"{name} unpacks to {total:,} bytes, expected at most"
            f" {limits.archive_bytes:,}: pack only the lab's files"
        )
        raise SubmissionError(msg)


def _refuse_bombs(
    infos: Sequence[zipfile.ZipInfo], name: str, limits: IntakeLimits
) -> None:
    total = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    sizes = [(name, total, packed)]
    sizes += [(_shown(info), info.file_size, info.compress_size) for info in infos]
    for what, size, packed_size in sizes:
        if grows := _growth(size, packed_size, limits):
            raise SubmissionError(f"{name} is not unpacked: {what} {grows}")


def _bomb(info: zipfile.ZipInfo, limits: IntakeLimits) -> str:
    return _growth(info.file_size, info.compress_size, limits)


def _growth(size: int, packed_size: int, limits: IntakeLimits) -> str:
    """Return what is wrong with a packed size, "" if nothing is."""
    if size <= limits.ratio_from_bytes or size <= limits.ratio * packed_size:
        return ""
    return (
        f"would grow from {packed_size:,} to {size:,} bytes; expected less than"
        f" {limits.ratio:g} times its size"
    )


def _safe_parts(info: zipfile.ZipInfo, archive: str) -> tuple[str, ...]:
    """Return a member's path below the archive.

    Raises:
        SubmissionError: If it leads anywhere else.
    """
    # Windows programs may write backslashes
    path = _decoded(info).replace("\\", "/")
    parts = tuple(part for part in path.split("/") if part not in {"", "."})
    problem = None
    if path.startswith("/") or re.match(r"[A-Za-z]:", path):
        problem = "has an absolute path"
    elif ".." in parts:
        problem = "leads out of the archive"
    elif not parts or "\0" in info.orig_filename or len(path) > LONGEST_NAME:
        problem = "has an unusable name"
    if problem:
        raise _unsafe(info, archive, problem)
    return parts


def _problem(info: zipfile.ZipInfo) -> str:
    """Return why a member is no plain file or folder, "" if it is one."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return f"is {kind_of(kind)}"
    if info.flag_bits & ENCRYPTED:
        return "is encrypted"
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        # bzip2 and LZMA may ask for gigabytes of memory before the first byte
        return "is packed by an unusual method"
    return ""


def _unsafe(info: zipfile.ZipInfo, archive: str, problem: str) -> SubmissionError:
    return SubmissionError(
        f"{archive} is not unpacked: {_shown(info)} {problem};"
        " expected plain files: pack them again"
    )


def _decoded(info: zipfile.ZipInfo) -> str:
    """Return a member's name, in UTF-8 if it can be: macOS writes that unmarked."""
    if info.flag_bits & NAMED_IN_UTF8:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeError:
        return info.filename
    try:
        return raw.decode()
    except UnicodeError:
        return _in_russian(raw) or info.filename


def _in_russian(raw: bytes) -> str:
    """Return a name as Windows writes it in Russian, "" if it is hardly one.

    The same bytes are accented letters elsewhere. Those stand among plain ones; Cyrillic
    letters make up whole words.
    """
    name = raw.decode("cp866")
    foreign = [word for word in WORD.findall(name) if not word.isascii()]
    letters = sum(map(len, foreign))
    whole = all(CYRILLIC.fullmatch(word) for word in foreign)
    return name if whole and letters >= FEWEST_CYRILLIC else ""


def _shown(info: zipfile.ZipInfo) -> str:
    return clean(_decoded(info), 80) or "a member without a name"


def _collision_key(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return what two names share that are one file on some system.

    The first folder counts as it is: two students may differ only by case.
    """
    exact = parts[:1] if len(parts) > 1 else ()
    folded = (part.casefold() for part in parts[len(exact) :])
    return exact + tuple(unicodedata.normalize("NFC", part) for part in folded)


def _member(
    zipped: zipfile.ZipFile,
    one: _Checked,
    folder: Path,
    wanted: Callable[[PurePosixPath], bool],
) -> Member:
    info, parts, inside = one.info, one.parts, PurePosixPath(*one.parts)
    if one.problem or not wanted(inside):
        return Member(parts, None, _modified(info), one.problem)
    folder.mkdir()
    target = folder / f"{path_component(inside.stem)}{inside.suffix.lower()}"
    with zipped.open(info) as source, target.open("xb") as copy:
        # zipfile ends a member at its declared size, which was counted above
        shutil.copyfileobj(source, copy, CHUNK_BYTES)
    return Member(parts, target, _modified(info))


def _modified(info: zipfile.ZipInfo) -> datetime | None:
    if info.date_time == NO_TIME:
        return None
    try:
        return datetime(*info.date_time, tzinfo=UTC)
    except ValueError:
        return None
