"""Whose file is it, and for which lab: what file and folder names tell.

Names come from students and from learning platforms: they are cleaned before they become
part of a path, and no two students may end up as one.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import cache
from typing import NamedTuple

LONGEST = 80
# a path component may have 255 bytes; room is left for a suffix
LONGEST_BYTES = 200
# control, invisible (bidirectional marks among them), surrogate, private, unassigned,
# line and paragraph separators
REMOVED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# separators, and what Windows allows in no name
# Source: Microsoft, "Naming Files, Paths, and Namespaces"
FORBIDDEN = frozenset('/\\:*?"<>|')
RESERVED = re.compile(
    r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE
)

# Moodle: Full name_ID_assignsubmission_file[_]; the id tells namesakes apart
MOODLE = re.compile(r"(.+?)_assignsubmission_(?:file|onlinetext)_?")
# Canvas: name[_LATE]_USER_ATTACHMENT; the last number is new with each hand-in
CANVAS = re.compile(r"([^\W\d_]+)(?:_LATE)?_(\d+)_\d{4,}", re.IGNORECASE)

# "(1)" from browsers, "copy" from desktops
COPY = r"(?: ?\(\d+\)|[-_ ]+copy(?: \d+)?)*"
SEPARATOR = r"[-_. ]+"


class StemMatch(NamedTuple):
    """What a file's name without its suffix says.

    Attributes:
        lab: The lab, None if the name speaks of none.
        owner: The student, None if the name speaks of none.
        exact: Whether the name is the lab's and nothing more.
    """

    lab: str | None
    owner: str | None
    exact: bool


def path_component(raw: str) -> str:
    """Return a name that is safe as a file's or folder's on every system.

    Letters of all scripts stay; control characters, separators and what Windows forbids
    go. Never empty, never `.` or `..`, at most 80 characters and 200 bytes.
    """
    composed = unicodedata.normalize("NFC", raw[: 8 * LONGEST])
    spaced = "".join(" " if char.isspace() else char for char in composed)
    kept = "".join(
        char
        for char in spaced
        if char not in FORBIDDEN and unicodedata.category(char) not in REMOVED
    )
    # what stood on both sides of a removed character may compose
    whole = unicodedata.normalize("NFC", " ".join(kept.split()))
    # Windows drops dots and spaces at the end, a dot at the front hides a file
    name = _cut(whole.strip(". "))
    if not name:
        return "unnamed"
    return f"_{name}" if RESERVED.fullmatch(name) else name


def _cut(name: str) -> str:
    short = name[: LONGEST - 1]
    while len(short.encode()) > LONGEST_BYTES:
        short = short[:-1]
    return short.rstrip(". ")


def tell_apart(raw_names: Iterable[str]) -> dict[str, str]:
    """Return a path component for each name, no two alike on any file system.

    Names that differ only by case or by what cleaning removes get " (2)", " (3)"..., in
    alphabetical order, so that the same class always gets the same names.
    """
    taken: set[str] = set()
    names = {}
    for raw in sorted(set(raw_names)):
        base = path_component(raw)
        name, number = base, 2
        while _same(name) in taken:
            suffix = f" ({number})"
            name, number = base[: LONGEST - len(suffix)] + suffix, number + 1
        taken.add(_same(name))
        names[raw] = name
    return names


def _same(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())


def without_platform_marks(raw: str) -> str:
    """Return a student's name without what Moodle or Canvas put around it."""
    if moodle := MOODLE.fullmatch(raw):
        return moodle[1]
    if canvas := CANVAS.fullmatch(raw):
        return f"{canvas[1]}_{canvas[2]}"
    return raw


def is_own_test(stem: str) -> bool:
    """Return whether a file's name is that of tests that a student wrote."""
    return re.match(r"test[-_ ]", stem, re.IGNORECASE) is not None


def match_stem(stem: str, labs: Collection[str]) -> StemMatch:
    """Tell lab and student from `alice_logic_gates`, `logic-gates_alice`, `logic_gates`.

    The longest lab's name wins: `logistic_regression` is not `regression` by a student
    called `logistic`. A student's own tests (`test_logic_gates`) speak of no lab.

    Args:
        stem: A file's name without its suffix.
        labs: Names of all labs.
    """
    if re.match(r"test[-_ ]", stem, re.IGNORECASE):
        return StemMatch(None, None, exact=False)
    for lab in sorted(labs, key=lambda name: (-len(name), name)):
        if found := _pattern(lab).fullmatch(stem):
            owner = found["before"] or found["after"]
            marked = without_platform_marks(owner) if owner else None
            return StemMatch(lab, marked, exact=owner is None)
    return StemMatch(None, None, exact=False)


@cache
def _pattern(lab: str) -> re.Pattern[str]:
    words = r"[-_ ]".join(re.escape(word) for word in lab.split("_"))
    # Canvas adds -1, -2 to a name handed in again; without a student in front of the
    # lab's name such a number is the student
    again = rf"(?P<before>.+?){SEPARATOR}{words}(?:-\d{{1,2}})?{COPY}"
    alone = rf"{words}{COPY}(?:{SEPARATOR}(?P<after>.+))?"
    return re.compile(rf"{again}(?:{SEPARATOR}.+)?|{alone}", re.IGNORECASE)
