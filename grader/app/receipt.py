"""Receipts: which hand-in does one belong to, and is it what was packed."""

import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath

from grader.domain.frozen import Frozen
from grader.domain.text import clean
from grader.errors import InfrastructureError, SubmissionError
from grader.intake import differences, read_manifest, receipt
from grader.intake.archive import Room, unpack
from grader.intake.files import read_regular
from grader.intake.limits import IntakeLimits
from grader.intake.manifest import LIMIT_BYTES, MANIFEST_NAME, read_receipt
from grader.intake.tree import ARCHIVE, CODE, shown_path, walk
from grader.store.gradebook import Gradebook


class Held(Frozen):
    """A hand-in that the teacher has.

    Attributes:
        where: The zip, or where the gradebook has it from.
        receipt: Empty if there is no manifest that could be read.
        student: As the manifest, or the gradebook, has it.
        sha256: Of the file that was packed.
        submitted_at: By the student's clock.
        recorded_at: When a grading first saw it, by the teacher's.
        trouble: Why it is not what was packed; empty if it is.
    """

    where: str
    receipt: str = ""
    student: str = ""
    lab: str = ""
    sha256: str = ""
    submitted_at: datetime | None = None
    recorded_at: datetime | None = None
    trouble: str = ""

    @property
    def is_good(self) -> bool:
        """Return whether the file is the one that the receipt was given for."""
        return bool(self.receipt) and not self.trouble


def asked_for(what: Iterable[str]) -> tuple[tuple[str, ...], tuple[Path, ...]]:
    """Return the receipts among what a teacher typed, and the zips and folders.

    Raises:
        SubmissionError: If something is neither, or a receipt was mistyped.
    """
    codes, places = [], []
    for one in what:
        if Path(one).exists():
            places.append(Path(one))
        elif set(one) & set("./\\"):
            msg = f"there is no {clean(one, 200)}: check the path"
            raise SubmissionError(msg)
        else:
            codes.append(read_receipt(one))
    return tuple(codes), tuple(places)


def held(places: Iterable[Path]) -> Iterator[Held]:
    """Yield the hand-ins of `grader submit` in zips and folders of zips.

    A zip of a whole class is looked into. Zips without a manifest are of no interest,
    unless they were named.

    Raises:
        SubmissionError: If too much lies in a folder.
        InfrastructureError: If a folder can't be listed.
    """
    for place in places:
        if not place.is_dir():
            found = list(_in_zip(place, str(place)))
            yield from found or [_without(str(place), f"has no {MANIFEST_NAME}")]
            continue
        for item in walk(place, limits=IntakeLimits()):
            if item.suffix == ARCHIVE and item.path is not None:
                yield from _in_zip(item.path, item.where)


def _in_zip(path: Path, where: str, *, depth: int = 0) -> Iterator[Held]:
    limits = IntakeLimits()
    with tempfile.TemporaryDirectory(prefix="grader-") as folder:
        try:
            room = Room(limits.unpacked_bytes)
            inside = unpack(
                path, into=Path(folder), limits=limits, room=room, wanted=_is_wanted
            )
        except (SubmissionError, InfrastructureError) as error:
            yield _without(where, str(error))
            return
        files = {one.parts: one.path for one in inside if one.path is not None}
        for parts, member in files.items():
            shown = f"{where}/{shown_path(parts)}"
            if parts[-1] == MANIFEST_NAME:
                yield _described(member, parts, files, where=where)
            elif parts[-1].lower().endswith(ARCHIVE) and depth < limits.nested_archives:
                yield from _in_zip(member, shown, depth=depth + 1)


def _is_wanted(inside: PurePosixPath) -> bool:
    suffix = inside.suffix.lower()
    return suffix in CODE | {ARCHIVE} or inside.name == MANIFEST_NAME


def _described(
    path: Path,
    parts: tuple[str, ...],
    files: Mapping[tuple[str, ...], Path],
    *,
    where: str,
) -> Held:
    try:
        manifest = read_manifest(read_regular(path, limit_bytes=LIMIT_BYTES))
        beside = files.get((*parts[:-1], manifest.file))
        if beside is None:
            trouble = f"{manifest.file}, of which it speaks, is not beside it"
        else:
            limit = IntakeLimits().file_bytes(beside.suffix)
            faults = differences(manifest, read_regular(beside, limit_bytes=limit))
            trouble = "".join(fault.message for fault in faults)
    except (SubmissionError, InfrastructureError) as error:
        return _without(where, str(error))
    return Held(
        where=clean(where, 300),
        receipt=receipt(manifest),
        student=manifest.student,
        lab=manifest.lab,
        sha256=manifest.sha256,
        submitted_at=manifest.submitted_at,
        trouble=trouble,
    )


def _without(where: str, trouble: str) -> Held:
    return Held(where=clean(where, 300), trouble=trouble)


def in_gradebook(book: Gradebook, codes: Iterable[str]) -> Iterator[Held]:
    """Yield the hand-ins that were taken in with some receipts."""
    for code in codes:
        for one in book.receipts(code):
            yield Held(
                where=clean(one.place, 300),
                receipt=code,
                student=one.student,
                lab=one.lab,
                sha256=one.sha256,
                submitted_at=one.submitted_at,
                recorded_at=one.recorded_at,
            )


def matching(
    found: Iterable[Held], codes: Collection[str]
) -> tuple[tuple[Held, ...], tuple[str, ...]]:
    """Return the hand-ins that receipts belong to, and the receipts that have none."""
    those = tuple(one for one in found if one.receipt in codes)
    known = {one.receipt for one in those}
    return those, tuple(code for code in codes if code not in known)
