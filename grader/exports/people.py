"""Whose line it is: from a platform's ids, logins and names to the students of a class.

A mark in the wrong line is worse than one that is missing, so a key that could mean two
students means nobody, and what was not placed is told.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from grader.domain.identity import Identity, Platform
from grader.domain.policy import Enrolled

# Canvas writes a name that begins with "=" so that no spreadsheet computes it
_AS_TEXT = re.compile(r'="(.*)"')


@dataclass(frozen=True)
class Key:
    """One way to know a student by.

    Attributes:
        kind: `id` (the platform's own), `number` (the university's), `login` or `name`.
        text: As the platform's file has it.
    """

    kind: str
    text: str


@dataclass(frozen=True)
class Places:
    """Which line is whose.

    Attributes:
        lines: By student.
        doubtful: What was not placed because two could be meant, one line of text each.
        doubted: The students in those.
        by_name: The students who were placed by nothing but a name.
    """

    lines: Mapping[str, int] = field(default_factory=dict)
    doubtful: tuple[str, ...] = ()
    doubted: frozenset[str] = frozenset()
    by_name: tuple[str, ...] = ()


class People:
    """The students of a class, by everything that a platform may know them by."""

    def __init__(
        self,
        students: Iterable[str],
        identities: Mapping[str, Sequence[Identity]],
        roster: Iterable[Enrolled],
        *,
        platform: Platform,
    ) -> None:
        """Index them.

        Args:
            students: Everybody who may be meant.
            identities: What platforms call them; other platforms' ids are not looked at.
            roster: What the teacher's list says of them.
            platform: Whose file is read.
        """
        self._known: dict[Key, set[str]] = defaultdict(set)
        self._ids: dict[str, set[str]] = defaultdict(set)
        people = {one.student: one for one in roster}
        for student in dict.fromkeys(students):
            own = identities.get(student, ())
            for key in _keys(student, own, people.get(student), platform):
                self._known[key].add(student)
                if key.kind == "id":
                    self._ids[student].add(key.text)

    def whose(self, keys: Sequence[Key], *, one_id: bool) -> tuple[frozenset[str], str]:
        """Return whom a line's keys mean, and by which kind of key.

        The first key that anybody is known by decides.

        Args:
            keys: Of one line, the surest first.
            one_id: Whether a student has one id only, so that a line with another id is
                somebody else's, whatever its name.
        """
        given = {_plain(key).text for key in keys if key.kind == "id"} - {""}
        for key in keys:
            found = self._known.get(_plain(key), set()) if key.text.strip() else set()
            if one_id and given:
                found = {
                    one for one in found if not self._ids[one] or self._ids[one] & given
                }
            if found:
                return frozenset(found), key.kind
        return frozenset(), ""

    def places(
        self, lines: Mapping[int, Sequence[Key]], *, one_id: bool = False
    ) -> Places:
        """Return which line is whose.

        Args:
            lines: Keys by the number of the line, the surest first.
            one_id: As for `whose`.
        """
        claims: dict[str, list[int]] = defaultdict(list)
        doubtful: list[str] = []
        doubted: set[str] = set()
        kinds: dict[int, str] = {}
        for line, keys in lines.items():
            found, kinds[line] = self.whose(keys, one_id=one_id)
            if len(found) > 1:
                listed = ", ".join(sorted(found))
                doubtful.append(f"{_shown(keys)} could be {listed}: not written")
                doubted |= found
            for student in found if len(found) == 1 else ():
                claims[student].append(line)
        placed = {}
        for student, own in claims.items():
            sure = [line for line in own if kinds[line] == "id"]
            if len(chosen := sure or own) == 1:
                placed[student] = chosen[0]
            else:
                listed = " and ".join(_shown(lines[line]) for line in chosen)
                doubtful.append(f"{student} could be {listed}: not written")
                doubted.add(student)
        named = tuple(one for one, line in placed.items() if kinds[line] == "name")
        return Places(
            placed, tuple(doubtful), frozenset(doubted - set(placed)), by_name=named
        )


def _keys(
    student: str,
    identities: Sequence[Identity],
    enrolled: Enrolled | None,
    platform: Platform,
) -> Iterable[Key]:
    """Yield everything that a student may be known by."""
    known = [one for one in identities if one.platform == platform]
    found = [Key("id", one.id) for one in known]
    found += [Key("login", student), Key("number", student), Key("name", student)]
    # platforms make underscores of the spaces in a name
    found.append(Key("name", student.replace("_", " ")))
    for one in identities:
        found += [Key("login", one.email), Key("name", one.name)]
    if enrolled is not None:
        found += [Key("number", enrolled.id), Key("login", enrolled.id)]
        found += [Key("login", enrolled.email), Key("name", enrolled.name)]
    return (_plain(key) for key in found if key.text.strip())


def _plain(key: Key) -> Key:
    """Return a key as it is compared: without case, in the order of first name, last."""
    text = unicodedata.normalize("NFKC", key.text).strip()
    if key.kind == "name":
        if quoted := _AS_TEXT.fullmatch(text):
            text = quoted[1]
        last, comma, first = text.partition(",")
        text = f"{first} {last}" if comma and "," not in first else text
    return Key(key.kind, " ".join(text.casefold().split()))


def _shown(keys: Sequence[Key]) -> str:
    """Return a line's keys for people."""
    texts = dict.fromkeys(key.text.strip() for key in reversed(keys))
    return " / ".join(text for text in texts if text) or "a line without a name"
