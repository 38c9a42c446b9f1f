"""Sorting files by their owner, zips opened on the way."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from grader.domain.submission import Fault
from grader.domain.text import clean
from grader.errors import InfrastructureError, SubmissionError
from grader.intake.archive import Room
from grader.intake.choosing import expected_names
from grader.intake.downloads import Downloads, Owned, listing_of
from grader.intake.files import modified_at, read_regular
from grader.intake.limits import IntakeLimits
from grader.intake.manifest import LIMIT_BYTES, MANIFEST_NAME, read_manifest
from grader.intake.opening import small_zips_first, unpacked, zip_size
from grader.intake.piles import Piles, composed
from grader.intake.platforms import Listing
from grader.intake.shapes import Shapes
from grader.intake.tree import ARCHIVE, CODE, Item, shown_path, walk

# whose parent folder has no name: that of a file in the root of a disk
NAMELESS = "unnamed"


class Sorter:
    """Gives each file to its owner."""

    def __init__(
        self,
        shapes: Shapes,
        piles: Piles,
        downloads: Downloads,
        *,
        into: Path,
        limits: IntakeLimits,
        but: Path | None,
    ) -> None:
        """Start without a file.

        Args:
            shapes: Tells whose a folder is.
            piles: Where the files go.
            downloads: Recognises what platforms give.
            into: An existing folder that zips are unpacked to.
            limits: What is refused as too big.
            but: A folder that is passed over.
        """
        self._shapes = shapes
        self._piles = piles
        self._downloads = downloads
        self._into = into
        self._limits = limits
        self._but = but

    def add_folder(self, root: Path, *, is_one_of_many: bool) -> None:
        """Add all that lies in a folder.

        Raises:
            NotRecognisedError: If it is not the download that the teacher says.
        """
        try:
            items = walk(root, limits=self._limits, but=self._but)
        except (SubmissionError, InfrastructureError) as error:
            self._piles.refuse(root.name, shown_path((root.name,)), error)
            return
        owned = self._downloads.owned(listing_of(root, items, doubtful=is_one_of_many))
        if owned is not None:
            self._take_all(owned, archives=0)
            return
        if is_one_of_many and not self._shapes.is_class(items):
            items = tuple(
                replace(item, parts=(root.name, *item.parts)) for item in items
            )
        self._sort(items, fallback=root.name or NAMELESS, archives=0)

    def add_files(self, paths: Sequence[Path]) -> None:
        """Add files that lie in one folder.

        Raises:
            NotRecognisedError: If they are not the download that the teacher says.
        """
        items = tuple(_given(path) for path in paths)
        owned = self._downloads.owned_loose(Listing(items, paths[0].parent.name))
        if owned is not None:
            self._take_all(owned, archives=0)
            return
        for path, item in zip(paths, items, strict=True):
            self._add_file(path, item)

    def _add_file(self, path: Path, item: Item) -> None:
        where = item.where
        fallback = path.parent.name or NAMELESS
        owner = self._shapes.owner_of(item, fallback)
        if item.suffix == ARCHIVE:
            self._add_archive(
                item,
                None,
                fallback=fallback,
                archives=0,
                room=Room(self._limits.class_bytes),
                is_given=True,
            )
        elif item.suffix not in CODE or not path.is_file():
            message = f"{where} is no .py, .ipynb or .zip file, and no folder"
            self._piles.refuse(item.stem, where, SubmissionError(message))
        elif owner:
            self._piles.keep(owner, item)
        else:
            message = (
                f"{where} is not named after a lab: {expected_names(self._shapes.lab)}"
            )
            self._piles.refuse(item.stem, where, SubmissionError(message))

    def _sort(
        self,
        items: Sequence[Item],
        *,
        fallback: str,
        archives: int,
        room: Room | None = None,
    ) -> None:
        """Give each file below a folder or in an archive to its owner.

        Args:
            items: The files.
            fallback: Whose `logic_gates.py` is that lies in no folder.
            archives: How many archives they lie in.
            room: What the outermost of them leaves for zips; None in a folder, where
                each student's folder or zip has its own.
        """
        rooms: defaultdict[str, Room] = defaultdict(self._new_room)
        # whoever packs a class packs its folder too; in a folder, two versions by the
        # only student are as likely as two students in one folder too many
        items = self._shapes.unwrapped(items, least=2 if archives else 3)
        at_work = self._shapes.students_folders(items)
        is_one_students = self._shapes.is_one_students(items)
        for item in small_zips_first(items, archives):
            if len(item.parts) > 1:
                owner = item.parts[0] if item.parts[0] in at_work else None
            else:
                owner = self._shapes.owner_of(item, fallback)
                if item.problem and not owner and not is_one_students:
                    # a link or a closed folder stands where a student's should
                    owner = item.parts[0]
            if item.suffix == ARCHIVE and not item.problem:
                self._add_archive(
                    item,
                    owner if len(item.parts) > 1 else None,
                    fallback=fallback,
                    archives=archives,
                    room=room or rooms[item.parts[0]],
                )
            elif owner:
                self._piles.keep(owner, item)
            else:
                self._piles.ignore(item)

    def _add_archive(
        self,
        item: Item,
        owner: str | None,
        *,
        fallback: str,
        archives: int,
        room: Room,
        is_given: bool = False,
    ) -> None:
        """Unpack an archive and give its files to their owners.

        Args:
            item: The archive.
            owner: Whose folder it lies in, if it does.
            fallback: Whose it is if its name tells nothing.
            archives: How many archives it lies in.
            room: What it may take.
            is_given: Whether the teacher named it, so that it may hold a class.
        """
        named = owner or self._shapes.owner_of(item, fallback) or fallback
        if archives > self._limits.nested_archives or item.path is None:
            self._piles.keep(named, item)
            return
        try:
            inside = unpacked(
                item, item.path, self._into, self._limits, room, is_given=is_given
            )
        except (SubmissionError, InfrastructureError) as error:
            self._piles.refuse(named, item.where, error)
            return
        packer = None if owner else self._packer(item, inside)
        if is_given and not packer:
            owned = self._downloads.owned(Listing(inside, item.stem))
            if owned is not None:
                self._take_all(owned, archives=archives + 1, room=room)
                return
        if owner or packer or not (is_given or self._shapes.is_class(inside)):
            self._keep_all(owner or packer or named, inside, archives + 1, room)
        else:
            self._sort(inside, fallback=named, archives=archives + 1, room=room)

    def _take_all(
        self, owned: Sequence[Owned], *, archives: int, room: Room | None = None
    ) -> None:
        """Take a platform's files, zips in a zip at the end."""
        rooms: defaultdict[str, Room] = defaultdict(self._new_room)
        in_order = owned
        if archives:
            in_order = sorted(owned, key=lambda one: zip_size(one.item))
        for one in in_order:
            self._take(one.owner, one.item, archives, room or rooms[one.owner])

    def _take(self, owner: str, item: Item, archives: int, room: Room) -> None:
        """Give a file to its owner, or what is in it if it is a zip."""
        if item.suffix == ARCHIVE and not item.problem:
            self._add_archive(item, owner, fallback=owner, archives=archives, room=room)
        else:
            self._piles.keep(owner, item)

    def _keep_all(
        self, owner: str, items: Sequence[Item], archives: int, room: Room
    ) -> None:
        for item in small_zips_first(items, archives):
            self._take(owner, item, archives, room)

    def _packer(self, archive: Item, inside: Iterable[Item]) -> str | None:
        """Return the student that a hand-in's manifest names."""
        path = next((one.path for one in inside if one.parts == (MANIFEST_NAME,)), None)
        if path is None:
            return None
        try:
            manifest = read_manifest(read_regular(path, limit_bytes=LIMIT_BYTES))
        except (SubmissionError, InfrastructureError):
            return None  # choosing tells what is wrong with it
        student = composed(manifest.student)
        if (
            f"{student}-{manifest.lab}".casefold()
            not in composed(archive.stem).casefold()
        ):
            message = f"its manifest names {clean(student, 100)}: check whose it is"
            self._piles.note(student, Fault(where=archive.where, message=message))
        return student

    def _new_room(self) -> Room:
        return Room(self._limits.unpacked_bytes)


def _given(path: Path) -> Item:
    where = shown_path((path.name,))
    return Item((path.name,), where, path, modified_at(path.stat()))
