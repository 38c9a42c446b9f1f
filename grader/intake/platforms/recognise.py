"""Asking each platform's module whether a download is its own."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Literal

from grader.domain.identity import Platform
from grader.domain.text import clean
from grader.errors import GraderError
from grader.intake.platforms import canvas, classroom, gradescope, moodle, nbgrader
from grader.intake.platforms.download import Download, Listing

Format = Literal["canvas", "moodle", "gradescope", "classroom", "nbgrader", "folders"]
FORMATS: tuple[Format, ...] = (
    *("canvas", "moodle", "gradescope", "classroom", "nbgrader"),
    "folders",
)
# the surest first
MODULES: Mapping[Platform, Callable[[Listing], Download | None]] = {
    "gradescope": gradescope.recognise,
    "moodle": moodle.recognise,
    "canvas": canvas.recognise,
    "nbgrader": nbgrader.recognise,
    "classroom": classroom.recognise,
}
NAMES: Mapping[Platform, str] = {
    "canvas": "Canvas",
    "moodle": "Moodle",
    "gradescope": "Gradescope",
    "classroom": "GitHub Classroom",
    "nbgrader": "nbgrader",
}
LOOKS: Mapping[Platform, str] = {
    "canvas": "files called NAME_123_4567_FILE",
    "moodle": "folders called NAME_123_assignsubmission_file",
    "gradescope": f"{gradescope.METADATA} beside its folders",
    "classroom": "repositories in ASSIGNMENT-submissions, or a list of them",
    "nbgrader": "submitted/STUDENT/ASSIGNMENT/NOTEBOOK",
}
# folders around a download
MOST_WRAPPERS = 4
# in a folder that was packed with its own folder
LIST_DEPTH = 2


class NotRecognisedError(GraderError):
    """The teacher says that something is a platform's, and it does not look so."""


def recognise(listing: Listing, form: Format | None = None) -> Download | None:
    """Return the download that some files are, None if they are just files.

    Args:
        listing: The files.
        form: The format, if the teacher says so.

    Raises:
        NotRecognisedError: If they are not what the teacher says.
    """
    if form == "folders":
        return None
    if listing.doubtful and form is None:
        return moodle.recognise(_as_folder(listing))
    wanted = [form] if form else list(MODULES)
    for forced in (False, True) if form else (False,):
        for level in _levels(replace(listing, forced=forced)):
            for platform in wanted:
                if found := MODULES[platform](level):
                    return found
        if "moodle" in wanted and (found := moodle.recognise(_as_folder(listing))):
            return found
    if form is None:
        return None
    where = clean(listing.root, 100)
    raise NotRecognisedError(
        f"{where} does not look like a download from {NAMES[form]}, expected "
        f"{LOOKS[form]}: give what was downloaded, or leave out --format"
    )


def _levels(listing: Listing) -> Iterator[Listing]:
    """Yield the files as they lie, then within the folders around them."""
    level: Listing | None = listing
    for _ in range(MOST_WRAPPERS):
        if level is None:
            return
        yield level
        level = level.inner()


def _as_folder(listing: Listing) -> Listing:
    """Return the files with the folder that was given in front: one student's, perhaps."""
    items = (replace(one, parts=(listing.root, *one.parts)) for one in listing.items)
    return replace(listing, items=tuple(items), root="")


def is_told_by_platform(inside: PurePosixPath) -> bool:
    """Return whether a file in a zip is one in which a platform says whose is what."""
    is_list = (
        inside.suffix.lower() == classroom.LIST and len(inside.parts) <= LIST_DEPTH
    )
    return is_list or inside.name in {gradescope.METADATA, nbgrader.TIMESTAMP}


def summary(platform: Platform, owners: int, late: int = 0, *, teams: int = 0) -> str:
    """Return the line that tells the teacher what was recognised.

    Args:
        platform: Which.
        owners: How many handed in, teams among them.
        late: How many of them the platform marked late.
        teams: How many of them are teams of the roster.
    """
    counted = ((owners - teams, "student"), (teams, "team"))
    many = [f"{n:,} {one}{'' if n == 1 else 's'}" for n, one in counted if n]
    marked = f", {late:,} marked late" if late else ""
    return f"{NAMES[platform]} submissions: {' and '.join(many)}{marked}"
