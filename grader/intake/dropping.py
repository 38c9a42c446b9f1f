"""Bringing a packed hand-in to the drop folder: whole or not at all, over nothing.

Think of a share in which every student may write and none may list, that is slow and goes
away. A name that is taken is left alone, whoever's it is: a second hand-in gets its receipt
behind its name, and a grading takes the newest of a student. Nothing here is POSIX alone.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from grader.domain.text import clean
from grader.errors import InfrastructureError


@dataclass(frozen=True)
class Dropped:
    """Where a hand-in lies now.

    Attributes:
        path: The copy.
        is_beside: Whether something lay there under its name already.
        is_read_back: Whether the copy could be read again, and is the same.
    """

    path: Path
    is_beside: bool
    is_read_back: bool


def drop(packed: Path, folder: Path, *, receipt: str) -> Dropped:
    """Copy a packed hand-in into a folder that exists.

    Args:
        packed: The zip.
        folder: Where to; not made: a share that is not there must not become a folder.
        receipt: Of the hand-in; its start tells two of the same name apart.

    Raises:
        InfrastructureError: If it does not lie there whole; nothing is left of it then.
    """
    content = packed.read_bytes()
    if not folder.is_dir():
        raise _failed(folder, "there is no such folder")
    names = (packed.name, f"{packed.stem}-{receipt[:5]}{packed.suffix}")
    # a dot file: whoever collects the folder meanwhile leaves it out
    part = folder / f".{packed.stem}-{receipt}.part"
    try:
        is_read_back = _written(part, content)
        target = _moved(part, [folder / name for name in names], content)
    except OSError as error:
        raise _failed(folder, error.strerror or str(error)) from error
    finally:
        _remove(part)
    return Dropped(target, target.name != packed.name, is_read_back)


def _written(part: Path, content: bytes) -> bool:
    """Write, and return whether what was written could be read again.

    Raises:
        OSError: If it can't be written, or reads otherwise.
    """
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        found = part.read_bytes()
    except PermissionError:
        return False  # a folder to throw into
    if hashlib.sha256(found).digest() != hashlib.sha256(content).digest():
        msg = "what arrived differs from what was sent"
        raise OSError(msg)
    return True


def _moved(part: Path, targets: list[Path], content: bytes) -> Path:
    """Give the part the first name that is free and return it.

    Raises:
        OSError: If there is none, or it can't be moved.
    """
    for target in targets:
        try:
            # whoever makes the file owns the name: two who come at once don't meet
            target.open("xb").close()
        except FileExistsError:
            if _holds(target, content):
                return target
            continue
        try:
            part.replace(target)
        except OSError:
            _remove(target)
            raise
        return target
    msg = f"{targets[-1].name} is there already"
    raise OSError(msg)


def _holds(target: Path, content: bytes) -> bool:
    try:
        return target.read_bytes() == content
    except OSError:
        return False  # somebody else's


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # the share is gone, and with it our right to tidy up


def _failed(folder: Path, why: str) -> InfrastructureError:
    return InfrastructureError(
        f"nothing was copied to {clean(str(folder), 200)} ({clean(why, 200)})"
    )
