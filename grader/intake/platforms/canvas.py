"""Canvas's "Download Submissions": one flat zip, all that is known in the files' names.

`doejane_LATE_12_3456_logic_gates-1.py` is the file 3456 of the user 12, whose sortable name
is "Doe, Jane", handed in late. Members of the zip bear the time of the download.
Source: `lib/content_zipper.rb` of Canvas
"""

import re
from dataclasses import replace
from pathlib import PurePosixPath

from grader.intake.platforms.download import (
    Download,
    HandedIn,
    Listing,
    below,
    person,
)
from grader.intake.tree import Item

# smaller numbers are more likely a student's own: alice_1_2_mlp.py
FEWEST_DIGITS = 4
# a name is in small letters and holds no number between underscores, so the first two are
# the user's and the file's, whatever the file is called
OWNER = r"(?P<name>[^A-Z]*?)(?P<late>_LATE)?_(?P<user>\d+)"
UPLOAD = re.compile(OWNER + r"_(?P<file>\d+)_(?P<original>.+)", re.DOTALL)
# but a group's name may end in one: lab_group_3_12_3456_mlp.py
CERTAIN_UPLOAD = re.compile(
    OWNER + rf"_(?P<file>\d{{{FEWEST_DIGITS},}})_(?P<original>.+)", re.DOTALL
)
TYPED = re.compile(
    r"(?P<name>[^A-Z]*?)(?P<late>_LATE)?_(?P<user>\d+)_(?P<kind>text|link)\.html"
)
NAMELESS_UPLOAD = re.compile(
    r"(?P<late>LATE_)?(?P<name>anon)_(?P<user>[A-Za-z0-9]+)_(?P<file>\d+)_(?P<original>.+)",
    re.DOTALL,
)
NAMELESS_TYPED = re.compile(
    r"(?P<late>LATE_)?(?P<name>anon)_(?P<user>[A-Za-z0-9]+)_(?P<kind>text|link)\.html"
)
FORMS = (NAMELESS_UPLOAD, NAMELESS_TYPED, CERTAIN_UPLOAD, UPLOAD, TYPED)
# added to a name that the student has used before
AGAIN = re.compile(r"-\d{1,2}$")
NO_CODE = {
    "text": "is text that was typed into Canvas, expected a file: ask for it",
    "link": "is a link that was handed in on Canvas, expected a file: ask for it",
}


def recognise(listing: Listing) -> Download | None:
    """Return a Canvas download, None if it is none."""
    matches = [(item, _match(item)) for item in listing.items]
    files = [_handed_in(item, match) for item, match in matches if match]
    strangers = [item for item, match in matches if match is None]
    certain = all(map(_is_certain, (match for _, match in matches if match)))
    if not files or (not listing.forced and (_has_work(strangers) or not certain)):
        return None
    return Download("canvas", tuple(files), tuple(strangers))


def _match(item: Item) -> re.Match[str] | None:
    if len(item.parts) > 1:
        return None
    return next(
        (found for form in FORMS if (found := form.fullmatch(item.parts[0]))), None
    )


def _has_work(items: list[Item]) -> bool:
    return bool(Listing(tuple(items), "").work)


def _is_certain(match: re.Match[str]) -> bool:
    number = match.groupdict().get("file")
    return number is None or len(number) >= FEWEST_DIGITS


def _handed_in(item: Item, match: re.Match[str]) -> HandedIn:
    fields = match.groupdict()
    who = person("canvas", fields["user"], name=fields["name"])
    told = replace(item, marked_late=fields["late"] is not None, dated=False)
    if kind := fields.get("kind"):
        return HandedIn(replace(told, path=None, problem=NO_CODE[kind]), (who,))
    original = PurePosixPath(fields["original"])
    stem = AGAIN.sub("", original.stem) or original.stem
    plain = below(told, 0, name=f"{stem}{original.suffix}")
    # Canvas numbers files as they come
    return HandedIn(replace(plain, order=int(fields["file"][:18])), (who,))
