"""Platforms' downloads among what is given: whose each file is, and what to say of them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.domain.identity import Identity, Platform
from grader.domain.policy import Enrolled
from grader.domain.teams import Teams
from grader.intake.files import modified_at
from grader.intake.platforms import (
    Download,
    Format,
    HandedIn,
    Listing,
    called,
    recognise,
    summary,
)
from grader.intake.tree import ARCHIVE, Item, shown_path

# beside a folder of clones; nobody keeps more there
MOST_BESIDE = 20


@dataclass(frozen=True)
class Owned:
    """A file of a download, and what the student is called among us."""

    owner: str
    item: Item


class Downloads:
    """Recognises downloads, and remembers who was in them."""

    def __init__(
        self, form: Format | None = None, roster: Sequence[Enrolled] = ()
    ) -> None:
        """Start with none.

        Args:
            form: Which platform's they are, if the teacher says so.
            roster: Who is enrolled.
        """
        self._form = form
        self._roster = roster
        self._teams = Teams(roster)
        self._identities: dict[str, list[Identity]] = defaultdict(list)
        self.ignored: list[str] = []
        self._people: dict[Platform, set[str]] = defaultdict(set)
        self._late: dict[Platform, set[str]] = defaultdict(set)

    @property
    def identities(self) -> Mapping[str, Sequence[Identity]]:
        """Return who people are to their platforms, by what they are called among us."""
        return self._identities

    @property
    def notices(self) -> tuple[str, ...]:
        """Return a line for each platform that something came from."""
        return tuple(
            summary(
                platform,
                len(people),
                len(self._late[platform]),
                teams=sum(bool(self._teams.members(name)) for name in people),
            )
            for platform, people in self._people.items()
        )

    def owned(self, listing: Listing) -> Sequence[Owned] | None:
        """Return a download's files with their owners, None if it is no download.

        Raises:
            NotRecognisedError: If it is not what the teacher says.
        """
        return self._owned(recognise(listing, self._form))

    def owned_loose(self, listing: Listing) -> Sequence[Owned] | None:
        """Return the same of files that were given one by one.

        A zip among them is a download of its own, whatever the teacher says of it.

        Raises:
            NotRecognisedError: If there are no zips, and it is not what the teacher says.
        """
        zips = any(item.suffix == ARCHIVE for item in listing.items)
        form = None if zips and self._form != "folders" else self._form
        return self._owned(recognise(listing, form))

    def _owned(self, download: Download | None) -> Sequence[Owned] | None:
        if download is None:
            return None
        people = [one for file in download.files for one in file.people]
        names = called(people, self._roster)
        for one, name in names.items():
            self._identities[name].append(one)
        self.ignored += [item.where for item in download.rest]
        owned = [one for file in download.files for one in self._of(file, names)]
        self._count(download.platform, owned)
        return owned

    def _of(self, file: HandedIn, names: Mapping[Identity, str]) -> Iterator[Owned]:
        """Yield a file for each of its people, once if they are a team of the roster."""
        people = [(names[one], one) for one in file.people]
        team = self._teams.of(name for name, _ in people) if len(people) > 1 else None
        if team or not people:
            yield Owned(team or file.otherwise, replace(file.item, identity=None))
        else:
            for name, one in people:
                yield Owned(name, replace(file.item, identity=one))

    def _count(self, platform: Platform, owned: Sequence[Owned]) -> None:
        late = {one.owner for one in owned if one.item.marked_late}
        self._people[platform] |= {one.owner for one in owned}
        self._late[platform] |= late


def listing_of(root: Path, items: tuple[Item, ...], *, doubtful: bool) -> Listing:
    """Return a folder's files, and the lists beside it that a platform may have given.

    Args:
        root: The folder.
        items: What lies in it.
        doubtful: Whether it may be one student's.
    """
    try:
        lists = sorted(root.parent.glob("*.csv"))[:MOST_BESIDE]
        beside = tuple(
            Item(
                (path.name,), shown_path((path.name,)), path, modified_at(path.lstat())
            )
            for path in lists
        )
    except OSError:
        beside = ()
    return Listing(items, root.name, beside=beside, doubtful=doubtful)
