"""Find the one file that a student means by a lab's name, a path or nothing."""

import difflib
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from grader.errors import SubmissionError

SUFFIXES = (".py", ".ipynb")
# what a stub has where the student's code belongs, in a notebook's JSON as well
HOLE = re.compile(rb'NotImplementedError\(\\?"T\d+:')


def find_work(target: str | None, *, labs: Collection[str], here: Path) -> Path:
    """Return the student's file.

    Args:
        target: A lab's name, a file, a directory, or None for "what is here".
        labs: Names of the course's labs.
        here: The current directory.

    Raises:
        SubmissionError: If there is no such file, or more than one.
    """
    if target is not None and Path(target).suffix in SUFFIXES:
        return _named_file(target, here)
    places = _places(target, labs=labs, here=here)
    names = [target] if target in labs else labs
    found = [
        place / f"{name}{suffix}"
        for place in places
        for name in names
        for suffix in SUFFIXES
        if (place / f"{name}{suffix}").is_file()
    ]
    if not found:
        raise SubmissionError(_nothing(target, labs))
    if len(found) > 1:
        listed = ", ".join(str(path.relative_to(here)) for path in found)
        raise SubmissionError(f"which one? {listed}: name the file")
    return found[0]


def _named_file(target: str, here: Path) -> Path:
    path = here / target
    if path.is_file():
        return path
    if path.is_dir():
        raise SubmissionError(f"{target} is a folder, expected a file")
    raise SubmissionError(f"there is no file {target}")


def _places(
    target: str | None, *, labs: Collection[str], here: Path
) -> tuple[Path, ...]:
    """Return the directories to look in: of one that is named, no other."""
    if target is None:
        return (here,)
    if target in labs:
        return (here, here / target)
    if target and (here / target).is_dir():
        return (here / target,)
    near = difflib.get_close_matches(target.lower(), labs, n=1)
    hint = f"did you mean {near[0]}?" if near else f"the labs are {', '.join(labs)}"
    raise SubmissionError(f"{target!r} is no lab and no file; {hint}")


def _nothing(target: str | None, labs: Collection[str]) -> str:
    """Return what to tell whoever has no file of a lab."""
    if target is None:
        return "there is no lab's file here; name one, or start with `grader new LAB`"
    if target in labs:
        return (
            f"found {target}.py or {target}.ipynb neither here nor in a folder of that "
            "name; `grader new LAB` starts a lab"
        )
    return (
        f"there is no lab's file in {target}; name one, or start with `grader new LAB`"
    )


def lab_of(path: Path, labs: Collection[str]) -> str:
    """Return the lab that a file belongs to.

    Raises:
        SubmissionError: If its name contains no lab's name.
    """
    matches = [name for name in labs if name in path.stem]
    if not matches:
        raise SubmissionError(
            f"{path.name} is called like no lab; expected one of "
            f"{', '.join(f'{name}.py' for name in labs)}, or say --lab"
        )
    return max(matches, key=len)


def most_written(lab: str, *, places: Sequence[Path]) -> Path:
    """Return the file that a student works in, where stubs may lie beside it.

    That is the one in which the fewest functions are missing; among equals, the newest.

    Raises:
        SubmissionError: If there is none.
    """
    paths = [place / f"{lab}{suffix}" for place in places for suffix in SUFFIXES]
    found = [path for path in dict.fromkeys(paths) if path.is_file()]
    if not found:
        listed = " or ".join(f"{lab}{suffix}" for suffix in SUFFIXES)
        raise SubmissionError(f"there is no {listed} in {places[0]}")
    return min(found, key=lambda path: (_holes(path), -path.stat().st_mtime_ns))


def _holes(path: Path) -> int:
    try:
        return len(HOLE.findall(path.read_bytes()))
    except OSError as error:
        raise SubmissionError(f"{path} can't be read: {error.strerror}") from error
