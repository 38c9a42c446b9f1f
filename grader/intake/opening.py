"""Opening the zips among what is given, no further than anybody's answer needs."""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from grader.intake.archive import Room, unpack
from grader.intake.limits import IntakeLimits
from grader.intake.manifest import MANIFEST_NAME
from grader.intake.platforms import is_told_by_platform
from grader.intake.tree import ARCHIVE, CODE, Item, is_left_behind, shown_path


def unpacked(
    archive: Item,
    path: Path,
    into: Path,
    limits: IntakeLimits,
    room: Room,
    *,
    is_given: bool,
) -> tuple[Item, ...]:
    """Return what lies in an archive; code, manifests and zips are copied out.

    Of one that the teacher gives, what a platform wrote is copied too, and a bad file in
    it is one student's problem.
    """
    members = unpack(
        path,
        into=into,
        limits=limits.of_a_class() if is_given else limits,
        room=room,
        wanted=_is_wanted_of_a_class if is_given else _is_wanted,
        each_alone=is_given,
    )
    return tuple(
        Item(
            parts=member.parts,
            where=f"{archive.where}/{shown_path(member.parts)}",
            path=member.path,
            modified=member.modified or archive.modified,
            problem=member.problem,
            handed_at=archive.handed_at,
            marked_late=archive.marked_late,
            dated=archive.dated,
            order=archive.order,
            identity=archive.identity,
        )
        for member in members
        if not any(is_left_behind(part) for part in member.parts)
    )


def small_zips_first(items: Sequence[Item], archives: int) -> list[Item]:
    """Return items, zips in a zip at the end: honest ones before those that fill it."""
    return sorted(items, key=zip_size) if archives else list(items)


def zip_size(item: Item) -> int:
    """Return the size of a zip, 0 for what is none."""
    return item.path.stat().st_size if item.path and item.suffix == ARCHIVE else 0


def _is_wanted(inside: PurePosixPath) -> bool:
    return (
        inside.suffix.lower() in CODE | {ARCHIVE} or inside.name == MANIFEST_NAME
    ) and not any(is_left_behind(part) for part in inside.parts)


def _is_wanted_of_a_class(inside: PurePosixPath) -> bool:
    return _is_wanted(inside) or is_told_by_platform(inside)
