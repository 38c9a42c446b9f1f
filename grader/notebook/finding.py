"""Find a lab's files from where a notebook lies, which may be anywhere.

In a course's folder they lie above. In Colab, or where the notebook was downloaded alone,
they are what the student put beside it: the lab's folder or its zip, as released.
"""

import contextlib
import functools
import hashlib
import os
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from grader.errors import GraderError, LabError
from grader.intake.archive import Room, unpack
from grader.intake.limits import IntakeLimits
from grader.labs.course import Course

# what public checks are made of; the student's own files stay where they are
SUFFIXES = frozenset({".toml", ".py", ".po", ".json", ".csv", ".npz"})
LARGEST_LAB_BYTES = 64 * 2**20
# a folder of downloads holds many
MOST_ZIPS = 20


def places(namespace: Mapping[str, Any], environ: Mapping[str, str]) -> list[Path]:
    """Return the kernel's directory, and the notebook's where the program tells it.

    Args:
        namespace: The kernel's names; VS Code puts the notebook's path there.
        environ: Jupyter puts it here.
    """
    told = (namespace.get("__vsc_ipynb_file__"), environ.get("JPY_SESSION_NAME"))
    folders = [Path(path).parent for path in told if isinstance(path, str) and path]
    found = [Path.cwd(), *(folder for folder in folders if folder.is_dir())]
    return list(dict.fromkeys(path.resolve() for path in found))


def course_near(places: Iterable[Path], lab: str) -> Course:
    """Return a course that has the lab: around a place, below it or in a zip there.

    Args:
        places: Directories or zips, in the order in which they are tried.
        lab: The lab's name.

    Raises:
        LabError: If there is none.
    """
    known: LabError | None = None
    for place in places:
        for course in _courses(place, lab):
            try:
                if course.lab(lab).name == lab:
                    return course
            except LabError as error:
                known = known or error
    if known is not None:
        raise known
    raise LabError(
        f"the files of the lab {lab!r} are not here: put {lab}.zip, as you got it, into "
        f'{Path.cwd()}, or name their folder: check("{lab}", course="FOLDER")'
    )


def _courses(place: Path, lab: str) -> Iterator[Course]:
    if place.is_file():
        yield from _in_zip(place, lab)
        return
    try:
        yield Course.find(place)
    except LabError:
        if "GRADER_COURSE" in os.environ:
            raise
    for folder in sorted(place.glob(f"*/assignments/{lab}/lab.toml")):
        yield Course(folder.parents[2])
    for contract in (place / "lab.toml", *sorted(place.glob(f"{lab}*/lab.toml"))):
        if contract.is_file():
            yield from _alone(contract.parent, lab)
    for archive in _zips(place, lab):
        yield from _in_zip(archive, lab)


def _zips(place: Path, lab: str) -> list[Path]:
    """Return the zips of a folder: those called like the lab first, the newest first."""
    found = [path for path in place.glob("*.zip") if path.is_file()]
    found.sort(key=lambda path: (lab not in path.name, -path.stat().st_mtime))
    return found[:MOST_ZIPS]


def _alone(folder: Path, lab: str) -> Iterator[Course]:
    """Yield a course of a lab's folder that lies in none."""
    files = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.suffix in SUFFIXES and path.is_file() and path.name != f"{lab}.py"
    }
    if sum(path.stat().st_size for path in files.values()) <= LARGEST_LAB_BYTES:
        yield from _courses_of(files, lab)


def _in_zip(archive: Path, lab: str) -> Iterator[Course]:
    """Yield the course of a lab's files in a zip; any other zip is passed over."""
    with tempfile.TemporaryDirectory(prefix="grader-") as name:
        try:
            members = unpack(
                archive,
                into=Path(name),
                limits=IntakeLimits(),
                room=Room(LARGEST_LAB_BYTES),
                wanted=functools.partial(_is_of_lab, lab=lab),
            )
        except GraderError:
            return
        wanted = [member for member in members if member.path is not None]
        files = {
            PurePosixPath(*one.parts[_folder(one.parts, lab) :]).as_posix(): one.path
            for one in wanted
            if one.path is not None
        }
        if "lab.toml" in files:
            yield from _courses_of(files, lab)


def _is_of_lab(path: PurePosixPath, *, lab: str) -> bool:
    folder = _folder(path.parts, lab)
    return 0 < folder < len(path.parts) and path.suffix in SUFFIXES


def _folder(parts: tuple[str, ...], lab: str) -> int:
    """Return how many parts lead into the lab's folder; 0 if none does."""
    return parts.index(lab) + 1 if lab in parts[:-1] else 0


def _courses_of(files: Mapping[str, Path], lab: str) -> Iterator[Course]:
    """Yield the course of a lab's files, unless they say that they are another's."""
    # a contract that can't be read is told by whoever reads it
    with contextlib.suppress(ValueError):
        contract = tomllib.loads(files["lab.toml"].read_text(encoding="utf-8-sig"))
        if contract.get("name") != lab:
            return
    yield _course_of(files, lab)


def _course_of(files: Mapping[str, Path], lab: str) -> Course:
    """Return a course of these files, copied once to where this kernel keeps them."""
    content = {name: path.read_bytes() for name, path in sorted(files.items())}
    digest = hashlib.sha256(repr(content).encode()).hexdigest()
    root = Path(_kept().name, digest[:16])
    for name, data in content.items():
        target = root / "assignments" / lab / name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    return Course(root)


@functools.cache
def _kept() -> "tempfile.TemporaryDirectory[str]":
    """Return a directory that lives as long as the kernel."""
    return tempfile.TemporaryDirectory(prefix="grader-", ignore_cleanup_errors=True)
