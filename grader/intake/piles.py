"""What was found so far, by owner; in the end, one file for each owner and lab."""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable

from grader.domain.report import Ungraded
from grader.domain.submission import Fault
from grader.errors import GraderError, InfrastructureError
from grader.intake.choosing import choose
from grader.intake.downloads import Downloads
from grader.intake.found import Collected
from grader.intake.limits import IntakeLimits
from grader.intake.names import tell_apart, without_platform_marks
from grader.intake.tree import Item

# of one student's; nobody reads more, and a folder may hold thousands
MOST_REFUSALS = 20


class Piles:
    """A pile of files for each owner, and what belongs on none."""

    def __init__(
        self, labs: Collection[str], lab: str | None, limits: IntakeLimits
    ) -> None:
        """Start with none.

        Args:
            labs: Names of all labs.
            lab: If given, only this lab.
            limits: How much of a file is read to compare it with another.
        """
        self._labs = labs
        self._lab = lab
        self._limits = limits
        self._items: dict[str, list[Item]] = defaultdict(list)
        self._notes: dict[str, list[Fault]] = defaultdict(list)
        self._refused: list[Ungraded] = []
        self._ignored: list[str] = []

    def keep(self, owner: str, item: Item) -> None:
        """Put a file on its owner's pile."""
        self._items[_key(owner)].append(item)

    def note(self, owner: str, fault: Fault) -> None:
        """Note what concerns all files of an owner."""
        self._notes[owner].append(fault)

    def ignore(self, item: Item) -> None:
        """Note a file that is nobody's answer."""
        self._ignored.append(item.where)

    def refuse(self, owner: str, where: str, error: GraderError) -> None:
        """Note what somebody handed in that can't be read."""
        ours = isinstance(error, InfrastructureError)
        refusal = Ungraded(
            student=_key(owner),
            lab=self._lab or "",
            whose="infrastructure" if ours else "submission",
            where=where,
            message=str(error),
        )
        self._refused.append(refusal)

    def collected(self, downloads: Downloads) -> Collected:
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
        ignored += downloads.ignored
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
                # whose team handed in is on no pile
                names.get(_key(owner), _key(owner)): tuple(known)
                for owner, known in downloads.identities.items()
            },
            notices=downloads.notices,
        )


def _key(owner: str) -> str:
    """Return what an owner's files are kept under."""
    return composed(without_platform_marks(owner))


def composed(name: str) -> str:
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
