"""Finished sentences, told again in another language.

A check writes "dw has shape (3,), expected (4,)" long before anybody asks in which
language it is read. So a catalogue has "{subject} has shape {shape}, expected {other}":
what stands for the places is cut out and put into the translation. Between its fixed
parts a place takes as little as it can; parts are looked for from left to right and never
again, so the time is linear in the length of the text, whatever a student wrote into it.
"""

import gettext
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

# as a catalogue writes a place; other braces are what they are
PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
# no feedback is longer; what is, is a student's text
MOST_CHARACTERS = 4000
# sentences in a row that are looked at together
MOST_SENTENCES = 12
# between things in a list, and how many there may be
LISTED = "; "
MOST_LISTED = 40
# between the names of two mistakes that were made at once
BOTH = "+"
# a list in a sentence in a place, and so on
DEEPEST = 6
# the place of a number, which decides the plural form
COUNT = "n"
# places that hold nothing else: a number; names as in "dw, b1 and b2"
_FORMS = {
    COUNT: re.compile(r"\d{1,9}(?:,\d{3}){0,3}"),
    "parts": re.compile(r"[^\s:;,]+(?:(?:,| and) [^\s:;,]+)*"),
}
# places that hold a word of ours, never a name of the student's
WORDS = frozenset({"quantity", "sense", "noun"})
# sentences and parts of them that are looked up for one text: a picture of many curves
# takes a hundred
MOST_TRIED = 400
# places that hold what a student wrote in a figure
_THEIRS = frozenset({"label"})
# a template with less to hold on to would fit what it does not mean
FEWEST_LETTERS = 4
# what is told again and again: titles, and the same feedback of a whole class
MOST_REMEMBERED = 5000
# from the two forms of a text and a number to the translation
Choose = Callable[[str, str, int], str]
_BOUNDARY = re.compile(r"(?<=[.?!])\s+")


@dataclass(frozen=True)
class Template:
    """A sentence with places.

    Attributes:
        parts: The fixed texts before, between and after the places.
        names: The places' names in order.
        translation: From what is in the places to a text with the same places.
    """

    parts: tuple[str, ...]
    names: tuple[str, ...]
    translation: Callable[[Mapping[str, str]], str]

    @classmethod
    def of(cls, message: str, translation: str) -> Self:
        """Return the template that a catalogue's entry is."""
        return cls.choosing(message, lambda _: translation)

    @classmethod
    def choosing(
        cls, message: str, translation: Callable[[Mapping[str, str]], str]
    ) -> Self:
        """Return a template whose translation depends on what is in its places."""
        pieces = PLACE.split(message)
        return cls(tuple(pieces[::2]), tuple(pieces[1::2]), translation)

    @property
    def fixed(self) -> int:
        """Return how many letters are fixed."""
        return sum(map(str.isalpha, "".join(self.parts)))

    @property
    def letter(self) -> str:
        """Return what the sentence begins with, small; "" for a place."""
        return self.parts[0][:1].lower()

    def values(self, text: str) -> dict[str, str] | None:
        """Return what stands in the places, or None if the text is another sentence."""
        first, *middle, last = self.parts
        if not text.startswith(first) or not text.endswith(last):
            return None
        end = len(text) - len(last)
        # no sentence begins with an empty place
        at, found = len(first), []
        if not first and middle and text.startswith(middle[0]):
            return None
        for part in middle:
            next_at = text.find(part, at, end)
            if next_at < 0:
                return None
            found.append(text[at:next_at])
            at = next_at + len(part)
        if at > end:
            return None
        values = dict(zip(self.names, [*found, text[at:end]], strict=True))
        fits = all(
            form.fullmatch(values[n]) for n, form in _FORMS.items() if n in values
        )
        return values if fits else None

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the translation with values in its places."""
        return PLACE.sub(lambda place: values[place[1]], self.translation(values))


class Sentences:
    """What can be told in one language."""

    def __init__(
        self,
        translations: Mapping[str, str] | None = None,
        plurals: Sequence[tuple[str, str]] = (),
        choose: Choose = gettext.ngettext,
    ) -> None:
        """Take a catalogue's entries.

        Args:
            translations: English text -> translation.
            plurals: Pairs of texts with a number, `{n}`.
            choose: Returns the form of such a pair that goes with a number.
        """
        texts = translations or {}
        self._exact = {m: t for m, t in texts.items() if not PLACE.search(m)}
        templates = [Template.of(m, t) for m, t in texts.items() if PLACE.search(m)]
        for pair in plurals:
            for form in pair:
                if PLACE.search(form):
                    templates.append(_counted(pair, form, choose))
                else:
                    self._exact[form] = choose(*pair, 1)
        # what says most is tried first, in letters, then in parts
        self._templates = sorted(
            (one for one in templates if one.fixed >= FEWEST_LETTERS),
            key=lambda one: (-one.fixed, -len(one.parts)),
        )
        self._letters = {one.letter for one in self._templates}
        self._by_letter: dict[str, tuple[list[Template], list[Template]]] = {}
        self._remembered: dict[str, str] = {}
        self._left = 0

    def told(self, text: str) -> str:
        """Return a text of one or several sentences, each translated if it is known."""
        if not self._exact and not self._templates:
            return text
        if (known := self._remembered.get(text)) is not None:
            return known
        if len(text) > MOST_CHARACTERS:
            return text
        self._left = MOST_TRIED
        found = self._several(text, DEEPEST)
        if len(self._remembered) < MOST_REMEMBERED:
            self._remembered[text] = found
        return found

    def _several(self, text: str, depth: int) -> str:
        """Translate a text: each of its sentences, or all at once, or what is known of it."""
        sentences = _BOUNDARY.split(text)
        if len(sentences) > MOST_SENTENCES:
            return text
        told = [self._one(sentence, depth) for sentence in sentences]
        if None in told and len(told) > 1:
            return " ".join(self._runs(sentences, depth))
        return " ".join(filter(None, told)) or text

    def _runs(self, sentences: Sequence[str], depth: int) -> Iterator[str]:
        """Yield the longest runs of sentences that are known, and the others as they are."""
        first = 0
        while first < len(sentences):
            for last in range(len(sentences), first, -1):
                told = self._one(" ".join(sentences[first:last]), depth)
                if told is not None:
                    break
            else:
                last, told = first + 1, sentences[first]
            yield told
            first = last

    def _one(self, text: str, depth: int) -> str | None:
        """Translate one sentence; with a full stop or a capital that the entry lacks."""
        self._left -= 1
        if self._left < 0:
            return None
        for variant, restored in _variants(text):
            if variant in self._exact:
                return restored(self._exact[variant])
        # lists before templates, whose places would swallow what else is listed
        whole, others = self._beginning_with(text[:1].lower())
        told = self._filled(text, whole, depth)
        if told is None:
            told = self._listed(text, LISTED, depth)
        if told is None:
            told = self._filled(text, others, depth)
        for separator in (" and ", BOTH):
            if told is None:
                told = self._listed(text, separator, depth)
        return told

    def _listed(self, text: str, separator: str, depth: int) -> str | None:
        """Translate what is listed, if all of it is known or a name."""
        parts = text.split(separator)
        if not depth or not 1 < len(parts) <= MOST_LISTED:
            return None
        told = []
        for part in parts:
            # between "and" a word is a name
            is_name = separator != LISTED and " " not in part
            one = None if is_name else self._one(part, depth - 1)
            if one is None and " " in part:
                return None
            told.append(one or part)
        word = separator.strip()
        return separator.replace(word, self._exact.get(word, word)).join(told)

    def _filled(
        self, text: str, templates: Sequence[Template], depth: int
    ) -> str | None:
        if not depth:
            return None
        variants = tuple(_variants(text))
        for template in templates:
            for variant, restored in variants:
                values = template.values(variant)
                if values is not None:
                    told = {
                        name: self._value(name, value, depth - 1)
                        for name, value in values.items()
                    }
                    return restored(template.filled(told))
        return None

    def _beginning_with(
        self, letter: str
    ) -> tuple[Sequence[Template], Sequence[Template]]:
        """Return templates of sentences that may begin so: with a list's sign, without."""
        key = letter if letter in self._letters else ""
        if key not in self._by_letter:
            some = [o for o in self._templates if o.letter in {"", key}]
            listing = [one for one in some if any(LISTED in p for p in one.parts)]
            self._by_letter[key] = listing, [o for o in some if o not in listing]
        return self._by_letter[key]

    def _value(self, name: str, text: str, depth: int) -> str:
        """Translate what stands in a place; a single word is a name and stays."""
        if name in WORDS:
            return self._exact.get(text, text)
        inner = text.strip()
        if " " not in inner or name in _THEIRS:
            return text
        return text.replace(inner, self._several(inner, depth))


def _counted(pair: tuple[str, str], form: str, choose: Choose) -> Template:
    def chosen(values: Mapping[str, str]) -> str:
        return choose(*pair, int(values.get(COUNT, "0").replace(",", "")))

    return Template.choosing(form, chosen)


def _variants(text: str) -> Iterator[tuple[str, Callable[[str], str]]]:
    """Yield a sentence as it may stand in a catalogue, and how its translation ends up."""
    yield text, str
    if text.endswith("."):
        yield text[:-1], lambda told: f"{told}."
    if text[:1].isupper():
        lower = text[0].lower() + text[1:]
        yield lower, _capital
        if text.endswith("."):
            yield lower[:-1], lambda told: f"{_capital(told)}."
    if not text.endswith((".", "?", "!")):
        # inside of another sentence it has none
        yield f"{text}.", lambda told: told.removesuffix(".")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
