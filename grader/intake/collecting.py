"""Finding who handed in what: in a folder, a zip, zips in a folder, or one file.

A platform or the teacher names the folders, so a folder's name says best who the student
is; then a manifest; then the name of the file. Nothing is opened here but zips and
manifests, and one student's broken hand-in never stops the others'.
"""

import difflib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from grader.domain.policy import Enrolled
from grader.domain.report import Ungraded
from grader.domain.submission import Fault
from grader.domain.text import clean
from grader.errors import GraderError, InfrastructureError, SubmissionError
from grader.intake.archive import Room, unpack
from grader.intake.choosing import choose, expected_names
from grader.intake.downloads import Downloads, Owned, listing_of
from grader.intake.files import modified_at, read_regular
from grader.intake.found import Collected
from grader.intake.limits import IntakeLimits
from grader.intake.manifest import LIMIT_BYTES, MANIFEST_NAME, read_manifest
from grader.intake.names import (
    is_own_test,
    match_stem,
    tell_apart,
    without_platform_marks,
)
from grader.intake.platforms import Format, Listing, is_told_by_platform
from grader.intake.tree import ARCHIVE, CODE, Item, is_left_behind, shown_path, walk

# whose parent folder has no name: that of a file in the root of a disk
NAMELESS = "unnamed"
# of one student's; nobody reads more, and a folder may hold thousands
MOST_REFUSALS = 20


class UnknownLabError(GraderError):
    """The command line names a lab that there is none of."""


class NothingThereError(GraderError):
    """The command line names a path at which there is nothing."""


def collect(
    paths: Sequence[Path],
    *,
    labs: Collection[str],
    lab: str | None,
    into: Path,
    limits: IntakeLimits | None = None,
    results: Path | None = None,
    form: Format | None = None,
    roster: Sequence[Enrolled] = (),
) -> Collected:
    """Find the submissions in folders, zips and files.

    What a learning platform gave is recognised as a whole; then it says whose is what.
    Otherwise:

    In a folder or a zip of folders, the student is the first folder below it. Several
    folders that lie side by side (`class/*`) are taken as students' folders, unless two
    of the folders in one of them hold the same lab: then it is a class.

    Args:
        paths: What the teacher names: links are followed here, and nowhere else.
        labs: Names of all labs.
        lab: If given, only this lab; a student's single file counts for it whatever its
            name.
        into: An existing folder that zips are unpacked to; keep it until all is read.
        limits: What is refused as too big.
        results: Where this grading writes to: passed over.
        form: Which platform's download it is, or `folders`; None to find out.
        roster: Who is enrolled: people whom a platform names are called as there.

    Raises:
        UnknownLabError: If there is no lab of that name.
        NothingThereError: If a path does not exist.
        NotRecognisedError: If a path is not what `form` says.
    """
    if lab is not None and lab not in labs:
        raise UnknownLabError(_no_such_lab(lab, labs))
    but = results.resolve() if results else None
    downloads = Downloads(form, roster)
    collector = _Collector(
        labs, lab, into, limits or IntakeLimits(), but=but, downloads=downloads
    )
    real = [_resolved(path) for path in paths]
    folders = [path for path in dict.fromkeys(real) if path.is_dir()]
    beside_each_other: dict[Path, list[Path]] = defaultdict(list)
    for path in dict.fromkeys(real):
        if path not in folders:
            beside_each_other[path.parent].append(path)
    for files in beside_each_other.values():
        collector.add_files(files)
    for path in folders:
        beside = sum(other.parent == path.parent for other in folders)
        collector.add_folder(path, is_one_of_many=beside > 1)
    return collector.collected()


def _no_such_lab(lab: str, labs: Collection[str]) -> str:
    near = difflib.get_close_matches(lab, labs, n=1, cutoff=0.5)
    hint = (
        f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(labs))}"
    )
    return f"there is no lab called {clean(lab, 60)}: {hint}"


def _resolved(path: Path) -> Path:
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        msg = f"there is no {clean(str(path), 200)}: check the path"
        raise NothingThereError(msg) from error


class _Collector:
    """Sorts files by their owner, then chooses one for each owner and lab."""

    def __init__(
        self,
        labs: Collection[str],
        lab: str | None,
        into: Path,
        limits: IntakeLimits,
        *,
        but: Path | None,
        downloads: Downloads,
    ) -> None:
        self._labs = labs
        self._lab = lab
        self._into = into
        self._limits = limits
        self._but = but
        self._items: dict[str, list[Item]] = defaultdict(list)
        self._notes: dict[str, list[Fault]] = defaultdict(list)
        self._refused: list[Ungraded] = []
        self._ignored: list[str] = []
        self._downloads = downloads

    def add_folder(self, root: Path, *, is_one_of_many: bool) -> None:
        try:
            items = walk(root, limits=self._limits, but=self._but)
        except (SubmissionError, InfrastructureError) as error:
            self._refuse(root.name, shown_path((root.name,)), error)
            return
        owned = self._downloads.owned(listing_of(root, items, doubtful=is_one_of_many))
        if owned is not None:
            self._take_all(owned, archives=0)
            return
        if is_one_of_many and not self._is_class(items):
            items = tuple(
                replace(item, parts=(root.name, *item.parts)) for item in items
            )
        self._sort(items, fallback=root.name or NAMELESS, archives=0)

    def add_files(self, paths: Sequence[Path]) -> None:
        """Add files that lie in one folder."""
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
        owner = self._owner_of(item, fallback)
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
            self._refuse(item.stem, where, SubmissionError(message))
        elif owner:
            self._keep(owner, item)
        else:
            message = f"{where} is not named after a lab: {expected_names(self._lab)}"
            self._refuse(item.stem, where, SubmissionError(message))

    def collected(self) -> Collected:
        """Return all, students' names made safe and told apart."""
        parts = [
            choose(
                owner,
                items,
                labs=self._labs,
                lab=self._lab,
                limits=self._limits,
                notes=self._notes[owner],
            )
            for owner, items in self._items.items()
        ]
        found = [one for part in parts for one in part.found]
        refused = [one for part in parts for one in part.refused] + self._refused
        refused = _few_of_each(refused)
        ignored = [one for part in parts for one in part.ignored] + self._ignored
        ignored += self._downloads.ignored
        names = tell_apart({*self._items, *(one.student for one in refused)})
        return Collected(
            found=tuple(
                one.model_copy(update={"student": names[one.student]})
                for one in sorted(found, key=lambda one: (names[one.student], one.lab))
            ),
            refused=tuple(
                one.model_copy(update={"student": names[one.student]})
                for one in sorted(
                    refused, key=lambda one: (names[one.student], one.where)
                )
            ),
            ignored=tuple(sorted(set(ignored))),
            identities={
                names[_key(owner)]: tuple(known)
                for owner, known in self._downloads.identities.items()
                if _key(owner) in names
            },
            notices=self._downloads.notices,
        )

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
        items = self._unwrapped(items, least=2 if archives else 3)
        at_work = self._students_folders(items)
        is_one_students = self._is_one_students(items)
        for item in _small_zips_first(items, archives):
            if len(item.parts) > 1:
                owner = item.parts[0] if item.parts[0] in at_work else None
            else:
                owner = self._owner_of(item, fallback)
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
                self._keep(owner, item)
            else:
                self._ignored.append(item.where)

    def _students_folders(self, items: Sequence[Item]) -> set[str]:
        """Return the top folders that are students'.

        In a student's own folder, with an answer at its top, a folder of data is none.
        """
        if not self._is_one_students(items):
            return {item.parts[0] for item in items if len(item.parts) > 1}
        return {item.parts[0] for item in items if self._kind(item)}

    def _is_one_students(self, items: Iterable[Item]) -> bool:
        """Return whether an answer lies at the top, called by a lab's name alone."""
        return any(
            match_stem(item.stem, self._labs).exact
            for item in items
            if len(item.parts) == 1 and item.suffix in CODE
        )

    def _owner_of(self, item: Item, fallback: str) -> str | None:
        """Return the student that a file's name tells of, None if it tells nothing."""
        if item.parts[-1] == MANIFEST_NAME:
            return fallback
        if item.suffix not in CODE | {ARCHIVE}:
            return None
        match = match_stem(item.stem, self._labs)
        if match.lab:
            return match.owner or fallback
        if item.suffix in CODE and (self._lab is None or is_own_test(item.stem)):
            return None
        return item.stem

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
        named = owner or self._owner_of(item, fallback) or fallback
        if archives > self._limits.nested_archives or item.path is None:
            self._keep(named, item)
            return
        try:
            inside = _unpacked(
                item, item.path, self._into, self._limits, room, is_given=is_given
            )
        except (SubmissionError, InfrastructureError) as error:
            self._refuse(named, item.where, error)
            return
        packer = None if owner else self._packer(item, inside)
        if is_given and not packer:
            owned = self._downloads.owned(Listing(inside, item.stem))
            if owned is not None:
                self._take_all(owned, archives=archives + 1, room=room)
                return
        if owner or packer or not (is_given or self._is_class(inside)):
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
            in_order = sorted(owned, key=lambda one: _zip_size(one.item))
        for one in in_order:
            self._take(one.owner, one.item, archives, room or rooms[one.owner])

    def _take(self, owner: str, item: Item, archives: int, room: Room) -> None:
        """Give a file to its owner, or what is in it if it is a zip."""
        if item.suffix == ARCHIVE and not item.problem:
            self._add_archive(item, owner, fallback=owner, archives=archives, room=room)
        else:
            self._keep(owner, item)

    def _keep_all(
        self, owner: str, items: Sequence[Item], archives: int, room: Room
    ) -> None:
        for item in _small_zips_first(items, archives):
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
        student = _composed(manifest.student)
        if (
            f"{student}-{manifest.lab}".casefold()
            not in _composed(archive.stem).casefold()
        ):
            message = f"its manifest names {clean(student, 100)}: check whose it is"
            self._notes[student].append(Fault(where=archive.where, message=message))
        return student

    def _is_class(self, items: Iterable[Item], *, least: int = 2) -> bool:
        """Return whether the folders at the top, or files' names, are students'.

        Args:
            items: The files.
            least: How many folders with the same lab are a class, rather than one
                student's versions.
        """
        folders, owners = defaultdict(set), set()
        nameless: Counter[str] = Counter()
        for item in items:
            kind = self._kind(item)
            if len(item.parts) == 1 and item.suffix in CODE:
                owners.add(match_stem(item.stem, self._labs).owner)
            elif kind and len(item.parts) > 1:
                folders[kind].add(item.parts[0])
            elif item.suffix in CODE and len(item.parts) > 1:
                nameless[item.parts[0]] += 1
        # two drafts of one student may be called by names too: mlp_old, mlp_new
        if (
            max(map(len, folders.values()), default=0) >= least
            or len(owners - {None}) > 2
        ):
            return True
        # with --lab, a file of any name may be an answer; src, lib and tests have more
        return (
            self._lab is not None
            and len(nameless) > 2
            and set(nameless.values()) == {1}
        )

    def _kind(self, item: Item) -> str | None:
        """Return what two students' files have in common: the lab, or being a zip."""
        if item.suffix == ARCHIVE:
            return ARCHIVE
        return match_stem(item.stem, self._labs).lab if item.suffix in CODE else None

    def _unwrapped(self, items: Sequence[Item], *, least: int) -> Sequence[Item]:
        """Return the items without the folders that wrap a whole class."""
        inner = list(items)
        while len({item.parts[0] for item in inner}) == 1:
            if any(len(item.parts) == 1 for item in inner):
                break
            inner = [replace(item, parts=item.parts[1:]) for item in inner]
            if self._is_class(inner, least=least):
                return inner
        return items

    def _new_room(self) -> Room:
        return Room(self._limits.unpacked_bytes)

    def _keep(self, owner: str, item: Item) -> None:
        self._items[_key(owner)].append(item)

    def _refuse(self, owner: str, where: str, error: GraderError) -> None:
        ours = isinstance(error, InfrastructureError)
        refusal = Ungraded(
            student=_key(owner),
            lab=self._lab or "",
            whose="infrastructure" if ours else "submission",
            where=where,
            message=str(error),
        )
        self._refused.append(refusal)


def _given(path: Path) -> Item:
    where = shown_path((path.name,))
    return Item((path.name,), where, path, modified_at(path.stat()))


def _key(owner: str) -> str:
    """Return what an owner's files are kept under."""
    return _composed(without_platform_marks(owner))


def _composed(name: str) -> str:
    """Return a name in the one form of Unicode in which equal names are equal."""
    return unicodedata.normalize("NFC", name)


def _few_of_each(refused: Iterable[Ungraded]) -> list[Ungraded]:
    """Return refusals, those of a student beyond the first few as one."""
    by_student: dict[str, list[Ungraded]] = defaultdict(list)
    for one in refused:
        by_student[one.student].append(one)
    few = []
    for own in by_student.values():
        few += own[:MOST_REFUSALS]
        if more := own[MOST_REFUSALS:]:
            message = f"and {len(more):,} more files that can't be read"
            few.append(more[0].model_copy(update={"message": message}))
    return few


def _small_zips_first(items: Sequence[Item], archives: int) -> list[Item]:
    """Return items, zips in a zip at the end: honest ones before those that fill it."""
    return sorted(items, key=_zip_size) if archives else list(items)


def _zip_size(item: Item) -> int:
    """Return the size of a zip, 0 for what is none."""
    return item.path.stat().st_size if item.path and item.suffix == ARCHIVE else 0


def _unpacked(
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


def _is_wanted(inside: PurePosixPath) -> bool:
    return (
        inside.suffix.lower() in CODE | {ARCHIVE} or inside.name == MANIFEST_NAME
    ) and not any(is_left_behind(part) for part in inside.parts)


def _is_wanted_of_a_class(inside: PurePosixPath) -> bool:
    return _is_wanted(inside) or is_told_by_platform(inside)
