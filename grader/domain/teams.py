"""Teams: what a team hands in, each of its members has handed in.

A hand-in is kept and graded under the name of whoever handed it in. Who the members are
is asked when marks are computed, so a roster that changes needs no grading again.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol, Self, TypeVar

from grader.domain.policy import Enrolled

# Canvas's and Moodle's number behind a name that is on no roster yet
NUMBERED = re.compile(r"(.+)_\d+")


class OfStudent(Protocol):
    """Something that is one student's, or a team's."""

    @property
    def student(self) -> str:
        """Return whose."""

    def model_copy(self, *, update: Mapping[str, Any]) -> Self:
        """Return a copy with other values."""


OneS = TypeVar("OneS", bound=OfStudent)


class Teams:
    """The teams of a roster, found by what platforms and folders call them."""

    def __init__(self, roster: Iterable[Enrolled] = ()) -> None:
        """Index them."""
        self._members: dict[str, list[str]] = defaultdict(list)
        self._students: set[str] = set()
        for one in roster:
            self._students.add(one.student)
            for team in one.teams:
                self._members[team].append(one.student)
        self._squashed: dict[str, set[str]] = defaultdict(set)
        for team in self._members:
            self._squashed[squashed(team)].add(team)

    def named(self, name: str) -> str | None:
        """Return the team that is called so, as the roster has it.

        Case, spaces and punctuation are no difference, as platforms drop them, nor is the
        number that a platform puts behind it. None if there is none, or a student of the
        roster is called so.
        """
        if not self._members or name in self._students:
            return None
        if name in self._members:
            return name
        numbered = NUMBERED.fullmatch(name)
        for text in (name, numbered[1] if numbered else ""):
            plain = squashed(text)
            found = self._squashed.get(plain, set()) if plain else set()
            if len(found) == 1:
                return next(iter(found))
        return None

    def members(self, team: str) -> tuple[str, ...]:
        """Return who is in a team, in the roster's order."""
        return tuple(self._members.get(team, ()))

    def of(self, students: Iterable[str]) -> str | None:
        """Return the team that some students are, nobody else and all of them."""
        wanted = sorted(students)
        return next(
            (t for t, own in self._members.items() if sorted(own) == wanted), None
        )

    def people(self, name: str) -> tuple[str, ...]:
        """Return the members of the team that is called so, else whoever is."""
        team = self.named(name)
        return (name,) if team is None else self.members(team)

    def each(self, things: Iterable[OneS]) -> Iterator[OneS]:
        """Yield what is a student's as it is, and what is a team's once a member."""
        for one in things:
            people = self.people(one.student)
            if people == (one.student,):
                yield one
            else:
                for student in people:
                    yield one.model_copy(update={"student": student})


def squashed(text: str) -> str:
    """Return a name's letters and digits alone: platforms drop the rest."""
    composed = unicodedata.normalize("NFC", text.casefold())
    return "".join(char for char in composed if char.isalnum())
