"""Build what students get: by an allow-list, scanned for leaks, the same bytes each time.

The solutions are the only source of the stubs: these are made afresh, so that what someone
did to a stub on disk can't leave.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.app.release_files import lab_files, stale_stubs
from grader.app.release_names import portable
from grader.app.release_readme import readmes
from grader.app.wheel import wheel, zipped
from grader.domain.lab import Lab
from grader.errors import InfrastructureError, LabError
from grader.labs.course import Course
from grader.labs.leaks import Leak, find_leaks, secrets_of, without_shown
from grader.labs.loading import load_lab

LIST = "release.json"
MADE_BY = "grader release"
SOURCES = ("assignments", "reference")
# what Python leaves behind wherever a lab's checks were run
LITTER = frozenset({"__pycache__", ".ipynb_checkpoints"})


@dataclass(frozen=True)
class Released:
    """What became of a release.

    Attributes:
        folder: Where it is, if nothing leaks.
        labs: Names of the labs in it.
        files: Its files with their sizes in bytes, in order.
        stale: Stubs on disk that are not what the solutions make, from the course's root.
        leaks: What would have left; then nothing was written.
    """

    folder: Path
    labs: tuple[str, ...]
    files: Mapping[str, int]
    stale: tuple[str, ...]
    leaks: tuple[Leak, ...]


def release(
    course: Course, names: Sequence[str], *, out: Path, as_zips: bool = False
) -> Released:
    """Write what students get of some labs into a folder, all of it or nothing.

    Args:
        course: The teacher's, with `reference/`.
        names: The labs, all if there are none.
        out: A new or empty folder, or an earlier release, which is replaced.
        as_zips: One zip for each lab, each with all that it needs, in place of folders.

    Raises:
        LabError: If there is no reference, a lab is broken or incomplete, or a name can't
            be one on every system.
        InfrastructureError: If the wheel can't be made, if the folder is something else
            than a release of ours, or if it can't be written.
    """
    if not course.has_reference:
        raise LabError(
            f"{course.root} has no reference/: only a teacher's course can be released"
        )
    _require_room(out, course)
    labs = [course.lab(name) for name in dict.fromkeys(names)] or [*course.labs()]
    contents = {lab.name: _checked_files(course, lab) for lab in labs}
    package = wheel()
    groups = {f"{lab.name}.zip/": [lab] for lab in labs} if as_zips else {"": labs}
    parcels = {
        prefix: _parcel(course, group, contents, package)
        for prefix, group in groups.items()
    }
    scanned = _different(parcels)
    portable(scanned)
    prefixes = {lab.name: prefix for prefix, group in groups.items() for lab in group}
    leaks = without_shown(find_leaks(scanned, secrets_of(course)), course, prefixes)
    files = _packed(labs, parcels) if as_zips else parcels[""]
    if not leaks:
        _move_into_place(files, out)
    return Released(
        folder=out,
        labs=tuple(lab.name for lab in labs),
        files={name: len(content) for name, content in files.items()},
        stale=tuple(path for lab in labs for path in stale_stubs(course, lab.name)),
        leaks=leaks,
    )


def _checked_files(course: Course, lab: Lab) -> dict[str, bytes]:
    """Return a lab's files, if the lab is one that can be graded."""
    load_lab(course, lab.name, reference=True)
    return lab_files(course, lab.name)


def _parcel(
    course: Course,
    labs: Sequence[Lab],
    contents: Mapping[str, Mapping[str, bytes]],
    package: tuple[str, bytes],
) -> dict[str, bytes]:
    """Return all files of a folder in which the labs can be worked on."""
    name, content = package
    files = {
        path: data for lab in labs for path, data in sorted(contents[lab.name].items())
    }
    texts = readmes(course, labs, wheel=name)
    files |= {title: text.encode("utf-8") for title, text in texts.items()}
    files[name] = content
    files[LIST] = _listed(labs, files)
    return files


def _different(parcels: Mapping[str, Mapping[str, bytes]]) -> dict[str, bytes]:
    """Return all that leaves, by path; what leaves in several zips, in the first.

    The zips themselves are made of these files and their names, and of nothing else.
    """
    seen: set[tuple[str, bytes]] = set()
    files: dict[str, bytes] = {}
    for prefix, parcel in parcels.items():
        for name, content in parcel.items():
            if (name, content) not in seen:
                seen.add((name, content))
                files[prefix + name] = content
    return files


def _packed(
    labs: Sequence[Lab], parcels: Mapping[str, Mapping[str, bytes]]
) -> dict[str, bytes]:
    files = {prefix.rstrip("/"): zipped(parcel) for prefix, parcel in parcels.items()}
    files[LIST] = _listed(labs, files)
    return files


def _listed(labs: Sequence[Lab], files: Mapping[str, bytes]) -> bytes:
    content = {
        "made_by": MADE_BY,
        "labs": {lab.name: lab.version for lab in labs},
        "files": {
            name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
            for name, data in files.items()
        },
    }
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def _require_room(out: Path, course: Course) -> None:
    """Refuse a folder that is not ours to replace."""
    here = out.resolve()
    for taken in (course.root, *(course.root / part for part in SOURCES)):
        inside = taken != course.root and here.is_relative_to(taken)
        if inside or taken.is_relative_to(here):
            raise InfrastructureError(
                f"{out} is part of the course itself: choose another --out"
            )
    if not out.exists() and not out.is_symlink():
        return
    if not out.is_dir() or out.is_symlink():
        raise InfrastructureError(f"{out} is no folder: choose another --out")
    ours = _files_of_earlier(out)
    strange = sorted(path for path in _files_in(out) if path not in ours)
    if strange:
        raise InfrastructureError(
            f"{out} holds {strange[0]}, which no release wrote: move it away or choose "
            "another --out"
        )


def _files_in(folder: Path) -> list[str]:
    return [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if (path.is_symlink() or not path.is_dir())
        and not LITTER & set(path.relative_to(folder).parts)
    ]


def _files_of_earlier(folder: Path) -> frozenset[str]:
    try:
        content: Any = json.loads((folder / LIST).read_text(encoding="utf-8"))
        if content["made_by"] == MADE_BY:
            return frozenset({*content["files"], LIST})
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return frozenset()


def _move_into_place(files: Mapping[str, bytes], out: Path) -> None:
    """Write a folder beside the place and move it there, all of it or nothing."""
    here = out.resolve()
    fresh = here.with_name(f".{here.name}.{os.getpid()}.part")
    old = here.with_name(f".{here.name}.{os.getpid()}.old")
    try:
        here.parent.mkdir(parents=True, exist_ok=True)
        try:
            _write(files, fresh)
            if here.exists():
                here.rename(old)
            try:
                fresh.rename(here)
            except OSError:
                if old.exists():
                    old.rename(here)
                raise
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        msg = f"{out} can't be written ({error.strerror}): choose another --out"
        raise InfrastructureError(msg) from error


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    folder.mkdir()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        # whatever the umask: students' copies are alike
        path.chmod(0o644)
    for path in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        path.chmod(0o755)
