"""Unpacking a zip that a student made: every member is looked at before any is written.

Members are written under names of ours, so a member's own name can lead nowhere. What is
refused all the same (`..`, links, bombs, two members of one name) is refused because no
honest archive has it. Nothing is believed that the archive says about its sizes: the
copy stops where the sum of the sizes would.
"""

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
from grader.intake.files import kind_of, read_regular
from grader.intake.limits import IntakeLimits
from grader.intake.names import path_component

LONGEST_NAME = 1000
CHUNK_BYTES = 65_536
# a directory entry is 46 bytes, a name and some extra fields
ENTRY_BYTES = 1024
ENCRYPTED = 0x1
NAMED_IN_UTF8 = 0x800
DAMAGED = (
    zipfile.BadZipFile,
    NotImplementedError,
    EOFError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True)
class Member:
    """A file in an archive.

    Attributes:
        parts: Its folders and its name.
        path: Where it was unpacked to; None if nobody wanted it.
        modified: By the archive, which knows no time zone: taken as UTC.
    """

    parts: tuple[str, ...]
    path: Path | None
    modified: datetime | None


def unpack(
    archive: Path,
    *,
    into: Path,
    limits: IntakeLimits,
    wanted: Callable[[PurePosixPath], bool],
) -> tuple[Member, ...]:
    """Return the files in a zip, the wanted ones copied to a new folder under `into`.

    Raises:
        SubmissionError: If the archive is damaged, or unsafe in any of its members.
        InfrastructureError: If there is no room, or the disk fails.
    """
    name = clean(archive.name, 100)
    try:
        with _opened(archive, limits) as zipped:
            safe = _checked(zipped.infolist(), name, limits)
            folder = Path(tempfile.mkdtemp(prefix="zip-", dir=into))
            return tuple(
                _member(zipped, info, parts, folder / str(number), wanted)
                for number, (info, parts) in enumerate(safe)
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

    limit_bytes = CHUNK_BYTES

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self.limit_bytes:
            msg = f"a table of contents of {size} bytes"
            raise zipfile.BadZipFile(msg)
        return super().read(self.limit_bytes + 1 if size is None else size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        try:
            return super().seek(offset, whence)
        except OSError as error:
            # an offset out of range is the archive's fault, not the disk's
            raise zipfile.BadZipFile(str(error)) from error


@contextmanager
def _opened(archive: Path, limits: IntakeLimits) -> Iterator[zipfile.ZipFile]:
    read_regular(archive, limit_bytes=limits.archive_bytes)
    with _Bounded(archive, "rb") as file:
        file.limit_bytes = max(2 * CHUNK_BYTES, limits.archive_members * ENTRY_BYTES)
        with zipfile.ZipFile(file) as zipped:
            yield zipped


