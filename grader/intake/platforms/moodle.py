"""Moodle's "Download all submissions": a folder for each person, or one flat zip.

`Jane Doe_1234_assignsubmission_file/logic_gates.py`, with another `_` in older versions;
flat: `Jane Doe_1234_assignsubmission_file_logic_gates.py`. The number is the participant's
in this assignment, and the grading worksheet's too. Where teams hand in, the team stands in
the person's place; where marking is blind, the word for "Participant". Members of the zip
bear the time of the download.
Source: `mod/assign/classes/downloader.php` of Moodle
"""

import re
from dataclasses import replace

from grader.domain.identity import Identity
from grader.intake.platforms.download import (
    Download,
    HandedIn,
    Listing,
    below,
    person,
)
from grader.intake.tree import Item

# a name's own underscores became spaces; old versions, or whoever unpacked it, did the
# reverse. Who is in no team hands in for a team without a number
PREFIX = r"(?P<name>.+?)(?:_(?P<id>\d+))?_assignsubmission_(?P<kind>[a-z]+)"
FOLDER = re.compile(PREFIX + r"_?")
FLAT = re.compile(PREFIX + r"_(?P<file>.+)", re.DOTALL)
TYPED = "is text that was typed into Moodle, expected a file: ask for it"


def recognise(listing: Listing) -> Download | None:
    """Return a Moodle download, None if it is none."""
    files, rest = [], []
    for item in listing.items:
        match = (FOLDER if len(item.parts) > 1 else FLAT).fullmatch(item.parts[0])
        handed_in = _handed_in(item, match) if match else None
        if handed_in is None:
            rest.append(item)
        else:
            files.append(handed_in)
    strangers = Listing(tuple(rest), "").work
    if not files or (strangers and not listing.forced):
        return None
    return Download("moodle", tuple(files), tuple(rest))


def _handed_in(item: Item, match: re.Match[str]) -> HandedIn | None:
    """Return a file and whose it is, None if it is no file that was handed in."""
    who = _person(match)
    if match["kind"] == "file":
        flat = match.groupdict().get("file")
        plain = below(item, 0, name=flat) if flat else below(item, 1)
        return HandedIn(replace(plain, dated=False), (who,))
    if match["kind"] == "onlinetext" and item.suffix == ".html":
        plain = below(item, len(item.parts) - 1)
        return HandedIn(replace(plain, path=None, problem=TYPED), (who,))
    return None


def _person(match: re.Match[str]) -> Identity:
    name = match["name"].replace("_", " ")
    return person("moodle", match["id"] or name, name=name)
