"""Runs of tokens or words that are secret, found in one pass over a text."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from grader.labs.leaks.tokens import ANY, Tokens

# so many tokens decide whether a place is worth a second look
HEAD = 4
FEWEST_WORDS = 5

Key = tuple[str, ...]
T = TypeVar("T", bound=Hashable)
# shape, whose, where
_Runs = list[tuple[Key, T, int]]
NOTHING: Mapping[Any, Any] = {}


@dataclass(frozen=True)
class Hit(Generic[T]):
    """A secret run in a text.

    Attributes:
        of: What it was noted for.
        start: Where the run begins in the secret.
        here: Where it begins in the text.
        size: Its tokens.
    """

    of: T
    start: int
    here: int
    size: int


class Runs(Generic[T]):
    """Runs of tokens, compared up to the names of variables."""

    def __init__(self) -> None:
        # head -> where in the run it is and how long that is -> classes -> runs
        self._by_head: dict[Key, dict[tuple[int, int], dict[Key, _Runs[T]]]] = {}

    def add(self, of: T, tokens: Tokens, start: int, size: int) -> None:
        """Note a run of at least `HEAD` tokens."""
        classes = tuple(tokens.classes[start : start + size])
        # by the part that says most: four names in a row are in any text
        skip, head = max(enumerate(_heads(classes, HEAD)), key=_says)
        places = self._by_head.setdefault(head, {})
        runs = places.setdefault((skip, size), {}).setdefault(classes, [])
        runs.append((tokens.shape(start, size), of, start))

    def forget(self, public: Tokens) -> None:
        """Leave out the runs that a public text has, too."""
        for here, runs in self._alike(public):
            size = len(runs[0][0])
            shape = public.shape(here, size)
            runs[:] = [one for one in runs if one[0] != shape]

    def in_text(self, tokens: Tokens) -> Iterator[Hit[T]]:
        """Return the noted runs that a text has."""
        for here, runs in self._alike(tokens):
            size = len(runs[0][0])
            shape = tokens.shape(here, size)
            for other, of, start in runs:
                if other == shape:
                    yield Hit(of, start, here, size)

    def _alike(self, tokens: Tokens) -> Iterator[tuple[int, _Runs[T]]]:
        """Return where a text has the classes of runs, and these."""
        classes = tokens.classes
        # looked up by `map`: every token of a release passes here
        found = map(self._by_head.get, _heads(classes, HEAD))
        for at, places in enumerate(found):
            for (skip, size), by_classes in (places or NOTHING).items():
                here = at - skip
                if here >= 0:
                    runs = by_classes.get(tuple(classes[here : here + size]))
                    if runs:
                        yield here, runs


def _says(item: tuple[int, Key]) -> tuple[int, int]:
    """Return how much a head says, and of two that say the same prefers the first."""
    skip, head = item
    return len({*head} - {ANY}), -skip


class Sentences(Generic[T]):
    """Runs of words."""

    def __init__(self) -> None:
        self._by_head: dict[Key, dict[Key, T]] = defaultdict(dict)

    def add(self, of: T, words: Sequence[str], longest: int) -> None:
        """Note a sentence, a longer one by its runs of so many words."""
        size = min(len(words), longest)
        if size >= FEWEST_WORDS:
            for start in range(len(words) - size + 1):
                run = tuple(words[start : start + size])
                self._by_head[run[:FEWEST_WORDS]].setdefault(run, of)

    def forget(self, public: Sequence[str]) -> None:
        """Leave out what a public text says, too."""
        for run in [run for run, _, _ in self._found(public)]:
            self._by_head[run[:FEWEST_WORDS]].pop(run, None)

    def in_text(self, words: Sequence[str]) -> Iterator[tuple[T, int]]:
        """Return whose runs a text has, and where."""
        for _, of, here in self._found(words):
            yield of, here

    def _found(self, words: Sequence[str]) -> Iterator[tuple[Key, T, int]]:
        found = map(self._by_head.get, _heads(words, FEWEST_WORDS))
        for here, runs in enumerate(found):
            for run, of in (runs or NOTHING).items():
                if tuple(words[here : here + len(run)]) == run:
                    yield run, of, here


def _heads(items: Sequence[str], size: int) -> Iterator[Key]:
    return zip(*(items[skip:] for skip in range(size)), strict=False)
