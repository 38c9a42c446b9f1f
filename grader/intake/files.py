"""Opening a student's file: a regular one, no link, no more of it than agreed.

A FIFO would block its reader for ever, a device never ends, a link may point at the
solution; so the kind is looked at on the open descriptor, not on the name.
"""

import errno
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

from grader.domain.text import clean
from grader.errors import InfrastructureError, SubmissionError

# Windows has none of them, and no FIFOs in its folders either
FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
KINDS = (
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def kind_of(mode: int) -> str:
    """Return what a file mode stands for: "a symbolic link", "a regular file"..."""
    return next((name for test, name in KINDS if test(mode)), "a regular file")


def modified_at(status: os.stat_result) -> datetime | None:
    """Return the modification time in UTC, None if it is beyond what Python can tell."""
    try:
        return datetime.fromtimestamp(status.st_mtime, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def open_regular(path: Path, *, limit_bytes: int) -> int:
    """Return an open descriptor of a regular file; the caller closes it.

    Raises:
        SubmissionError: If it is anything but a regular file, is gone or is too big.
        InfrastructureError: If the disk or the permissions let us down.
    """
    name = clean(path.name, 100)
    try:
        # a link on a system without O_NOFOLLOW is only seen here
        _refuse_special(path.lstat(), name)
        descriptor = os.open(path, FLAGS)
    except OSError as error:
        raise _explained(error, name) from error
    try:
        status = os.fstat(descriptor)
        _refuse_special(status, name)
        _refuse_big(status.st_size, limit_bytes, name)
    except (OSError, SubmissionError):
        os.close(descriptor)
        raise
    return descriptor


def read_regular(path: Path, *, limit_bytes: int) -> bytes:
    """Return the bytes of a regular file.

    Raises:
        SubmissionError: If it is anything but a regular file, is gone or is too big.
        InfrastructureError: If the disk or the permissions let us down.
    """
    name = clean(path.name, 100)
    with os.fdopen(open_regular(path, limit_bytes=limit_bytes), "rb") as file:
        try:
            # one byte more tells a file that has grown since it was opened
            content = file.read(limit_bytes + 1)
        except OSError as error:
            raise _explained(error, name) from error
    _refuse_big(len(content), limit_bytes, name)
    return content


def _refuse_special(status: os.stat_result, name: str) -> None:
    if not stat.S_ISREG(status.st_mode):
        msg = (
            f"{name} is {kind_of(status.st_mode)}, expected a regular file:"
            " hand in the file itself"
        )
        raise SubmissionError(msg)


def _refuse_big(size: int, limit_bytes: int, name: str) -> None:
    if size > limit_bytes:
        msg = (
            f"{name} has {size:,} bytes or more, expected at most {limit_bytes:,}:"
            " clear outputs and embedded pictures"
        )
        raise SubmissionError(msg)


def _explained(error: OSError, name: str) -> SubmissionError | InfrastructureError:
    if error.errno == errno.ENOENT:
        return SubmissionError(f"{name} does not exist: check the path")
    if error.errno == errno.ELOOP:
        return SubmissionError(
            f"{name} is a symbolic link, expected a regular file:"
            " hand in the file itself"
        )
    return InfrastructureError(
        f"{name} can't be read ({error.strerror}): check its permissions"
    )
