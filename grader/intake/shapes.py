"""Whose files lie there: a class's or one student's, by what files and folders are called."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from grader.intake.manifest import MANIFEST_NAME
from grader.intake.names import is_own_test, match_stem
from grader.intake.tree import ARCHIVE, CODE, Item


@dataclass(frozen=True)
class Shapes:
    """Tells a class from a student.

    Attributes:
        labs: Names of all labs.
        lab: The only one that counts, if the teacher says so.
    """

    labs: Collection[str]
    lab: str | None

    def students_folders(self, items: Sequence[Item]) -> set[str]:
        """Return the top folders that are students'.

        In a student's own folder, with an answer at its top, a folder of data is none.
        """
        if not self.is_one_students(items):
            return {item.parts[0] for item in items if len(item.parts) > 1}
        return {item.parts[0] for item in items if self.kind(item)}

    def is_one_students(self, items: Iterable[Item]) -> bool:
        """Return whether an answer lies at the top, called by a lab's name alone."""
        return any(
            match_stem(item.stem, self.labs).exact
            for item in items
            if len(item.parts) == 1 and item.suffix in CODE
        )

    def owner_of(self, item: Item, fallback: str) -> str | None:
        """Return the student that a file's name tells of, None if it tells nothing."""
        if item.parts[-1] == MANIFEST_NAME:
            return fallback
        if item.suffix not in CODE | {ARCHIVE}:
            return None
        match = match_stem(item.stem, self.labs)
        if match.lab:
            return match.owner or fallback
        if item.suffix in CODE and (self.lab is None or is_own_test(item.stem)):
            return None
        return item.stem

    def is_class(self, items: Iterable[Item], *, least: int = 2) -> bool:
        """Return whether the folders at the top, or files' names, are students'.

        Args:
            items: The files.
            least: How many folders with the same lab are a class, rather than one
                student's versions.
        """
        folders, owners = defaultdict(set), set()
        nameless: Counter[str] = Counter()
        for item in items:
            kind = self.kind(item)
            if len(item.parts) == 1 and item.suffix in CODE:
                owners.add(match_stem(item.stem, self.labs).owner)
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
            self.lab is not None and len(nameless) > 2 and set(nameless.values()) == {1}
        )

    def kind(self, item: Item) -> str | None:
        """Return what two students' files have in common: the lab, or being a zip."""
        if item.suffix == ARCHIVE:
            return ARCHIVE
        return match_stem(item.stem, self.labs).lab if item.suffix in CODE else None

    def unwrapped(self, items: Sequence[Item], *, least: int) -> Sequence[Item]:
        """Return the items without the folders that wrap a whole class."""
        inner = list(items)
        while len({item.parts[0] for item in inner}) == 1:
            if any(len(item.parts) == 1 for item in inner):
                break
            inner = [replace(item, parts=item.parts[1:]) for item in inner]
            if self.is_class(inner, least=least):
                return inner
        return items
