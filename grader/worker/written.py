"""What the student's code wrote to its private directory, as bytes.

Regular files only: a link could point at anything, and a pipe never ends.
"""

import os
import re
import stat
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np

MAX_BYTES = 64 * 2**20
# names looked at, matching or not
MAX_LOOKED_AT = 20_000


def files(
    directory: Path, pattern: str, *, at_most: int, leave_out: Collection[str] = ()
) -> dict[str, np.ndarray[Any, Any]]:
    """Return the files below a directory whose relative path matches.

    Args:
        directory: Where to look; links are not followed.
        pattern: `*` and `?` within a name, `**` across folders: "logs/**" is all below.
        at_most: How many there may be.
        leave_out: Paths of files that are not the code's work.

    Returns:
        uint8 arrays by relative path with forward slashes.

    Raises:
        ValueError: If there are more files, or more bytes, than that.
        OSError: If one can't be read.
    """
    wanted = _expression(pattern)
    found: dict[str, np.ndarray[Any, Any]] = {}
    room = MAX_BYTES
    for path in _regular(directory):
        name = path.relative_to(directory).as_posix()
        if str(path) in leave_out or not wanted.fullmatch(name):
            continue
        if len(found) == at_most:
            msg = f"your code wrote more than {at_most} files that match {pattern}"
            raise ValueError(msg)
        content = _content(path, room)
        room -= len(content)
        found[name] = np.frombuffer(content, np.uint8)
    return found


def _expression(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meaning.get(part, re.escape(part)) for part in parts))


def _regular(directory: Path) -> Iterator[Path]:
    looked_at = 0
    for folder, folders, names in os.walk(directory):
        folders.sort()
        for name in sorted(names):
            looked_at += 1
            if looked_at > MAX_LOOKED_AT:
                msg = f"your code wrote more than {MAX_LOOKED_AT} files"
                raise ValueError(msg)
            path = Path(folder, name)
            # a name that is no text can't be asked for either
            if name.isprintable() and stat.S_ISREG(path.lstat().st_mode):
                yield path


def _content(path: Path, room: int) -> bytes:
    with path.open("rb") as file:
        # one byte more than fits: the size that the system tells may be out of date
        content = file.read(room + 1)
    if len(content) > room:
        msg = f"the files that your code wrote are larger than {MAX_BYTES >> 20} MB"
        raise ValueError(msg)
    return content
