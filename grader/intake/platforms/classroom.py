"""GitHub Classroom: what `gh classroom clone student-repos` leaves, and its lists.

`logic-gates-submissions/logic-gates-octocat/` is the repository of the login octocat. Who
that is, and when the last push came, stands in the list of grades that Classroom gives out
(`gh classroom assignment-grades`); who it is, in `classroom_roster.csv` too. They are
looked for in the folder of the clones and beside it. Nothing is read from `.git`: its times
are the student's clock's, and the files' are those of the clone.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from grader.domain.identity import Identity
from grader.intake.platforms.download import (
    Download,
    HandedIn,
    Listing,
    below,
    moment,
    person,
    text_of,
)
from grader.intake.tree import Item

CLONES = "-submissions"
LIST = ".csv"
MOST_BYTES = 5_000_000
# of other lists that lie about
MOST_LISTS = 20


@dataclass
class _Lists:
    """What Classroom's lists tell.

    Attributes:
        owners: Logins, by repository.
        times: Of the last push, by repository.
        names: In the roster, by login.
        items: The lists themselves.
    """

    owners: dict[str, list[str]] = field(default_factory=dict)
    times: dict[str, datetime | None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)


def recognise(listing: Listing) -> Download | None:
    """Return the clones of an assignment, None if they are none."""
    folders = {item.parts[0] for item in listing.items if len(item.parts) > 1}
    if not folders:
        return None
    inside = [item for item in listing.items if len(item.parts) == 1]
    lists = _lists([*inside, *listing.beside])
    slug = listing.root.removesuffix(CLONES)
    logins = {folder: _logins(folder, slug, lists) for folder in folders}
    # one that nobody can name, in a folder of any name, makes it any folder
    certain = all(logins.values()) and (
        listing.root != slug or folders <= set(lists.owners)
    )
    loose = Listing(tuple(inside), "").work
    if not any(logins.values()) or (not listing.forced and (loose or not certain)):
        return None
    files = [
        _handed_in(item, logins[item.parts[0]], lists)
        for item in listing.items
        if len(item.parts) > 1
    ]
    return Download("classroom", tuple(files), tuple(inside))


def _logins(folder: str, slug: str, lists: _Lists) -> Sequence[str]:
    """Return whose repository it is; by its name, where no list says so."""
    if owners := lists.owners.get(folder):
        return owners
    login = folder.removeprefix(f"{slug}-")
    return [login] if login != folder and login else []


def _handed_in(item: Item, logins: Iterable[str], lists: _Lists) -> HandedIn:
    folder = item.parts[0]
    people = tuple(_person(login, lists.names) for login in logins)
    plain = replace(below(item, 1), handed_at=lists.times.get(folder), dated=False)
    return HandedIn(plain, people, otherwise=folder)


def _person(login: str, names: Mapping[str, str]) -> Identity:
    name = names.get(login.casefold(), "")
    email = name if "@" in name and " " not in name else ""
    return person("classroom", login, name=name, email=email)


def _lists(items: Iterable[Item]) -> _Lists:
    found = _Lists()
    for item in [one for one in items if one.suffix == LIST][:MOST_LISTS]:
        for row in _rows(item):
            _take(row, found)
    return found


def _rows(item: Item) -> Iterator[Mapping[str, str]]:
    """Yield the rows of a list of Classroom's; nothing of any other."""
    text = text_of(item, limit_bytes=MOST_BYTES)
    if text is None or "github_username" not in text.split("\n", maxsplit=1)[0]:
        return
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    try:
        for row in reader:
            yield {key: value or "" for key, value in row.items() if key}
    except csv.Error:
        return


def _take(row: Mapping[str, str], lists: _Lists) -> None:
    login = row.get("github_username", "").strip()
    if not login:
        return
    called = (
        row.get("roster_identifier") or row.get("identifier") or row.get("name") or ""
    )
    if called.strip():
        lists.names.setdefault(login.casefold(), called.strip())
    # "organisation/repository", or the repository alone
    repository = row.get("student_repository_name", "").strip().rpartition("/")[2]
    if not repository:
        return
    owners = lists.owners.setdefault(repository, [])
    if login not in owners:
        owners.append(login)
    lists.times[repository] = moment(row.get("submission_timestamp", ""))
