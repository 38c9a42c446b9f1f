"""What people of a platform are called among us: as on the roster, else as best we can."""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from grader.domain.identity import Identity
from grader.domain.policy import Enrolled
from grader.domain.teams import Teams, squashed

# of a name whose order nobody knows: more would be too many orders
MOST_WORDS = 5


def called(
    people: Iterable[Identity], roster: Sequence[Enrolled] = ()
) -> dict[Identity, str]:
    """Return a student's or a team's name for each person of one download.

    Somebody on the roster is called as there: found by the id, then by the mail, then by
    the name, where only one line of the roster and only one person fit. So is a team; its
    name goes before the id, which is that of the member whom Canvas shows for it. Others
    are called as the platform does, with the id where that alone tells namesakes apart.
    """
    unique = tuple(dict.fromkeys(people))
    lines, teams = _Lines(roster), Teams(roster)
    found = {one: _team(one, lines, teams) or lines.find(one) for one in unique}
    # Moodle used to give a team's files once for each member
    claims = Counter(
        name
        for one, name in found.items()
        if name and not (one.platform == "moodle" and teams.members(name))
    )
    names = Counter(one.name for one in unique)
    return {
        one: student
        if (student := found[one]) and claims[student] < 2
        else _own(one, alone=names[one.name] == 1)
        for one in unique
    }


def _team(one: Identity, lines: "_Lines", teams: Teams) -> str | None:
    """Return the team of the roster that is meant, None if it is a student or nobody."""
    if lines.named(one.name):
        return None
    match one.platform:
        case "moodle":
            return teams.named(one.name) or _before_a_member(one.name, lines, teams)
        case "classroom" | "nbgrader":
            # there the id is a name, too
            return teams.named(one.name) or teams.named(one.id)
        case _:
            return teams.named(one.name)


def _before_a_member(name: str, lines: "_Lines", teams: Teams) -> str | None:
    """Return the team in "Team-Jane Doe", as older versions of Moodle write it."""
    for hyphen in re.finditer("-", name):
        team = teams.named(name[: hyphen.start()])
        if team and lines.named(name[hyphen.end() :]) in teams.members(team):
            return team
    return None


def _own(one: Identity, *, alone: bool) -> str:
    """Return what the platform calls somebody, unlike anybody else in the download."""
    match one.platform:
        case "canvas":
            # "doejane" is a word for people to recognise, the number is what stays
            return f"{one.name}_{one.id}" if one.name else one.id
        case "nbgrader":
            return one.id
        case "moodle" if " " not in one.name.strip() and one.name != one.id:
            # "Participant", in whatever language: blind marking has nothing but numbers
            return f"{one.name}_{one.id}"
        case _:
            name = one.name or one.id
            return name if alone or name == one.id else f"{name}_{one.id}"


class _Lines:
    """The roster, found by what platforms tell."""

    def __init__(self, roster: Sequence[Enrolled]) -> None:
        self._roster = roster
        self._ids: dict[str, set[int]] = defaultdict(set)
        self._mails: dict[str, set[int]] = defaultdict(set)
        self._names: dict[str, set[int]] = defaultdict(set)
        for number, line in enumerate(roster):
            for text in filter(None, (line.id, line.student)):
                self._ids[_plain(text)].add(number)
            if line.email:
                self._mails[_plain(line.email)].add(number)
            for text in (line.name, line.student):
                for order in _orders(text):
                    self._names[order].add(number)

    def find(self, one: Identity) -> str | None:
        """Return the student on the only line that fits, None if there is none."""
        name = self._by_name(one.name)
        if one.platform == "moodle":
            # its numbers are of this assignment, and those on a roster of something else
            return self._only(name)
        known = set(self._ids[_plain(one.id)])
        if one.platform == "classroom" and one.name:
            # what the teacher called them there: a number, a mail, a name
            known |= self._ids[_plain(one.name)]
        # Canvas's own numbers may by chance be another student's at the university
        known = {
            number
            for number in known
            if one.platform != "canvas" or self._may_be(number, one.name)
        }
        mails = self._mails[_plain(one.email)] if one.email else set()
        return next(
            (found for fits in (known, mails, name) if (found := self._only(fits))),
            None,
        )

    def named(self, name: str) -> str | None:
        """Return the only student who is called so, in any order of the words."""
        return self._only(self._by_name(name))

    def _by_name(self, name: str) -> set[int]:
        return set(self._names[squashed(name)]) if squashed(name) else set()

    def _only(self, numbers: set[int]) -> str | None:
        return self._roster[min(numbers)].student if len(numbers) == 1 else None

    def _may_be(self, number: int, name: str) -> bool:
        """Return whether a line's name and the one on the platform have a word in common.

        Where the roster has nothing but logins, nothing speaks against it.
        """
        line = self._roster[number]
        name_there = line.name or (line.student if " " in line.student else "")
        words = [squashed(word) for word in name_there.split()]
        long = [word for word in words if len(word) > 1 and not word.isdigit()]
        return not long or any(word in squashed(name) for word in long)


def _plain(text: str) -> str:
    return text.strip().casefold()


def _orders(text: str) -> set[str]:
    """Return a name's words run together, in every order: "Doe, Jane" is doejane."""
    words = [plain for word in text.split() if (plain := squashed(word))]
    if len(words) > MOST_WORDS:
        return {"".join(words)}
    return {"".join(order) for order in itertools.permutations(words)} - {""}
