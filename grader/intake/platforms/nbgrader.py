"""nbgrader's tree: `submitted/<student>/<assignment>/`, each with a `timestamp.txt`.

The times are as good as the exchange: where students write to it themselves, so are they.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

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

TIMESTAMP = "timestamp.txt"
SECRET = "submission_secret.txt"  # noqa: S105 - a file's name
OWN_FILES = frozenset({TIMESTAMP, SECRET})
SUBMITTED = "submitted"
# what else lies beside it in a course
CONFIGURATION = "nbgrader_config.py"
STEPS = frozenset({"source", "release", "autograded", "feedback", "solution"})
MOST_BYTES = 1000
# <student>/<assignment>/<file>
FEWEST_PARTS = 3


def recognise(listing: Listing) -> Download | None:
    """Return a tree of nbgrader's, None if it is none."""
    tops = {item.parts[0] for item in listing.items}
    if tops == {SUBMITTED}:
        # the folder itself, which says what it is
        return None
    if _is_course(listing):
        inner = tuple(below(one, 1) for one in _below(SUBMITTED, listing.items))
        others = tuple(one for one in listing.items if one.parts[0] != SUBMITTED)
        found = recognise(replace(listing, items=inner, root=SUBMITTED))
        return found and replace(found, rest=(*found.rest, *others))
    work = listing.work
    if not work or any(len(item.parts) < FEWEST_PARTS for item in work):
        return None
    stamps = {
        item.parts[:2]: item for item in listing.items if item.parts[2:] == (TIMESTAMP,)
    }
    stamped = all(item.parts[:2] in stamps for item in work)
    if not (stamped or listing.forced or listing.root == SUBMITTED):
        return None
    times = {pair: _time(item) for pair, item in stamps.items()}
    files = [
        _handed_in(item, times.get(item.parts[:2]))
        for item in listing.items
        if len(item.parts) >= FEWEST_PARTS and item.parts[-1] not in OWN_FILES
    ]
    rest = (item for item in listing.items if len(item.parts) < FEWEST_PARTS)
    return Download("nbgrader", tuple(files), tuple(rest))


def _is_course(listing: Listing) -> bool:
    """Return whether it is nbgrader's folder of a course, `submitted` among others."""
    folders = {item.parts[0] for item in listing.items if len(item.parts) > 1}
    loose = {item.parts[0] for item in listing.work if len(item.parts) == 1}
    return SUBMITTED in folders <= {SUBMITTED, *STEPS} and loose <= {CONFIGURATION}


def _below(top: str, items: Iterable[Item]) -> list[Item]:
    return [item for item in items if item.parts[0] == top and len(item.parts) > 1]


def _handed_in(item: Item, at: datetime | None) -> HandedIn:
    who = person("nbgrader", item.parts[0])
    return HandedIn(replace(below(item, 1), handed_at=at), (who,))


def _time(item: Item) -> datetime | None:
    text = text_of(item, limit_bytes=MOST_BYTES)
    return moment(re.sub(r"\s+", " ", text)) if text else None
