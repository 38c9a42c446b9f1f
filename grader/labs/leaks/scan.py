"""Look for secrets in the texts of a release.

What counts as a copy was chosen on the seven labs of this course, such that what students
are meant to get is none:

- ten tokens of a region in a row, whatever its variables are called, two of them anchors;
  or nine with three names as they are; a shorter region as a whole;
- an expression or statements of a region of nine tokens, whatever its variables are called,
  five of them signs, numbers or names that can't be changed;
- of a hidden function's telling tokens three in five, in runs of twelve;
- its name, or a sentence of its docstring, or twelve words of a longer one; the same of
  its feedback and of teachers' notes, from seven words on;
- an expected value to four digits, in the lab's own files and in what belongs to all;
- a dictionary's key beside the value that it has to have.

What the stubs have, too, is public.
"""

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from grader.labs.leaks.leak import Leak
from grader.labs.leaks.numbers import numbers_in, significant, within
from grader.labs.leaks.runs import Hit, Runs, Sentences
from grader.labs.leaks.secrets import (
    DIGITS_OF_CONSTANT,
    DIGITS_OF_MEASUREMENT,
    Answer,
    Number,
    Origin,
    Secrets,
    Told,
)
from grader.labs.leaks.tokens import Tokens, anchors, names, tokens_of
from grader.labs.leaks.views import View, views_of

RENAMED_TOKENS, RENAMED_ANCHORS = 10, 2
WRITTEN_TOKENS, WRITTEN_NAMES = 9, 3
SHORTEST_REGION = 6
FUNCTION_TOKENS, FUNCTION_ANCHORS, FUNCTION_SHARE = 12, 3, 0.6
# fewer telling tokens tell nothing
FUNCTION_LEAST = 16
LONGEST_SENTENCE = 12
# years, sizes and counts are everywhere; thirds and sixteenths are worked out by hand
SMALL_WHOLE, BY_HAND = 10_000, 48
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
IDENTIFIER = re.compile(r"[^\W\d]\w*")


def find_leaks(files: Mapping[str, bytes], secrets: Secrets) -> tuple[Leak, ...]:
    """Return every secret that some file holds, once for each file, in order.

    Args:
        files: What is to leave, by path; archives are looked into.
        secrets: What must not.
    """
    return Search(secrets).leaks(files)


class Search:
    """Everything secret, ready to be looked up."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        solutions = (*secrets.regions, *secrets.pieces)
        # in one list, so that all are found in one pass over a text
        self._code = (*solutions, *secrets.functions)
        self._n_solutions = len(solutions)
        self._renamed: Runs[int] = Runs()
        self._as_written: Runs[int] = Runs()
        # of each function, how many of its tokens tell
        self._telling: dict[int, int] = {}
        self._note_regions()
        self._note_functions()
        self._names = {told.text: told for told in secrets.names}
        self._sentences: Sentences[Told] = Sentences()
        for told in secrets.sentences:
            self._sentences.add(told, _words(told.text), LONGEST_SENTENCE)
        self._answers: dict[str, list[Answer]] = defaultdict(list)
        for answer in secrets.answers:
            self._answers[answer.key].append(answer)
        self._forget_what_is_public()
        self._numbers_of = functools.cache(self._numbers_for)

    def leaks(self, files: Mapping[str, bytes]) -> tuple[Leak, ...]:
        """Return what `find_leaks` returns."""
        found: dict[tuple[str, str, str], Leak] = {}
        for file, content in files.items():
            for leak in self._in_file(file, content):
                found.setdefault((leak.file, leak.lab, leak.what), leak)
        return tuple(sorted(found.values()))

    def _in_file(self, file: str, content: bytes) -> Iterator[Leak]:
        yield from self._in_names(View(file, "its name", file))
        for view in views_of(file, content):
            yield from self._in_code(view)
            yield from self._in_names(view)
            yield from self._in_sentences(view)
            yield from self._in_numbers(view)
            yield from self._in_answers(view)

    def _note_regions(self) -> None:
        for number, code in enumerate(self._secrets.regions):
            tokens, literal = code.tokens, code.tokens.as_written()
            for start, size in _runs(tokens, RENAMED_TOKENS):
                if anchors(tokens.classes[start : start + size]) >= RENAMED_ANCHORS:
                    self._renamed.add(number, tokens, start, size)
            for start, size in _runs(tokens, WRITTEN_TOKENS):
                if names(tokens.texts[start : start + size]) >= WRITTEN_NAMES:
                    self._as_written.add(number, literal, start, size)
        for number in range(len(self._secrets.regions), self._n_solutions):
            tokens = self._code[number].tokens
            self._renamed.add(number, tokens, 0, len(tokens.texts))

    def _note_functions(self) -> None:
        size = FUNCTION_TOKENS
        for number in range(self._n_solutions, len(self._code)):
            tokens = self._code[number].tokens
            telling: set[int] = set()
            for start in range(len(tokens.texts) - size + 1):
                if anchors(tokens.classes[start : start + size]) >= FUNCTION_ANCHORS:
                    self._renamed.add(number, tokens, start, size)
                    telling.update(range(start, start + size))
            self._telling[number] = len(telling)

    def _forget_what_is_public(self) -> None:
        for stub in self._secrets.stubs.values():
            tokens = tokens_of(stub, fixed=self._secrets.fixed)
            self._renamed.forget(tokens)
            self._as_written.forget(tokens.as_written())
            self._sentences.forget(_words(stub))

    def _in_code(self, view: View) -> Iterator[Leak]:
        tokens = tokens_of(view.text, fixed=self._secrets.fixed)
        yield from self._in_tokens(view, tokens)
        if (code := tokens.without_comments()) is not None:
            yield from self._in_tokens(view, code)

    def _in_tokens(self, view: View, tokens: Tokens) -> Iterator[Leak]:
        bodies: list[Hit[int]] = []
        for hit in self._renamed.in_text(tokens):
            if hit.of < self._n_solutions:
                yield self._solution(view, tokens, hit)
            else:
                bodies.append(hit)
        for hit in self._as_written.in_text(tokens.as_written()):
            yield self._solution(view, tokens, hit)
        yield from self._in_bodies(view, tokens, bodies)

    def _solution(self, view: View, tokens: Tokens, hit: Hit[int]) -> Leak:
        code = self._code[hit.of]
        told = f"{code.origin.what} ({code.origin.name})"
        line = code.tokens.lines[hit.start]
        return _leak(view, tokens.lines[hit.here], told, code.origin, line)

    def _in_bodies(
        self, view: View, tokens: Tokens, hits: Iterable[Hit[int]]
    ) -> Iterator[Leak]:
        found: dict[int, set[int]] = defaultdict(set)
        first: dict[int, tuple[int, int]] = {}
        for hit in hits:
            found[hit.of].update(range(hit.start, hit.start + hit.size))
            first.setdefault(hit.of, (hit.start, hit.here))
        for number, places in found.items():
            share = FUNCTION_SHARE * self._telling[number]
            if len(places) >= max(FUNCTION_LEAST, share):
                start, here = first[number]
                code = self._code[number]
                line = code.tokens.lines[start]
                yield _leak(
                    view, tokens.lines[here], code.origin.what, code.origin, line
                )

    def _in_names(self, view: View) -> Iterator[Leak]:
        for line, text in enumerate(view.text.splitlines(), start=1):
            for name in IDENTIFIER.findall(text):
                if told := self._names.get(name):
                    what = f"the name of {told.origin.what}"
                    yield _leak(view, line, what, told.origin, told.line)

    def _in_sentences(self, view: View) -> Iterator[Leak]:
        words: list[str] = []
        lines: list[int] = []
        for number, text in enumerate(view.text.splitlines(), start=1):
            found = _words(text)
            words += found
            lines += [number] * len(found)
        for told, here in self._sentences.in_text(words):
            what = f"what {told.origin.what} says"
            yield _leak(view, lines[here], what, told.origin, told.line)

    def _in_numbers(self, view: View) -> Iterator[Leak]:
        numbers, values = self._numbers_of(_lab_of(view.file))
        for line, text in enumerate(view.text.splitlines(), start=1):
            for value, half, digits in numbers_in(text):
                if digits < DIGITS_OF_CONSTANT:
                    continue
                for at in within(values, value, half):
                    number = numbers[at]
                    if digits >= _digits_needed(number):
                        what = f"the value {value:.15g} of {number.origin.what}"
                        yield _leak(view, line, what, number.origin, number.line)

    def _numbers_for(self, lab: str | None) -> tuple[list[Number], list[float]]:
        """Return the values that a lab's file must not hold, sorted; None for all."""
        kept = sorted(
            (
                number
                for number in self._secrets.numbers
                if lab in {None, number.origin.lab} and _points_somewhere(number.value)
            ),
            key=lambda number: number.value,
        )
        values = [number.value for number in kept]
        public: set[tuple[str, float]] = set()
        for own, stub in self._secrets.stubs.items():
            for line in stub.splitlines():
                for value, half, digits in numbers_in(line):
                    if digits >= DIGITS_OF_CONSTANT:
                        public |= {
                            (own, values[i]) for i in within(values, value, half)
                        }
        kept = [one for one in kept if (one.origin.lab, one.value) not in public]
        return kept, [number.value for number in kept]

    def _in_answers(self, view: View) -> Iterator[Leak]:
        for line, text in enumerate(view.text.splitlines(), start=1):
            for key in self._answers.keys() & set(IDENTIFIER.findall(text)):
                for answer in self._answers[key]:
                    if _answered(text, answer):
                        what = f"the answer to {key}"
                        yield _leak(view, line, what, answer.origin, answer.line)


def _runs(tokens: Tokens, size: int) -> Iterator[tuple[int, int]]:
    """Return where runs begin and how long they are: a short region is one run."""
    length = len(tokens.texts)
    if length > size:
        for start in range(length - size + 1):
            yield start, size
        return
    # an expression is the answer without its `return`, too
    for start in {0, int(tokens.texts[:1] == ["return"])}:
        if length - start >= SHORTEST_REGION:
            yield start, length - start


def _words(text: str) -> list[str]:
    return [word.lower() for word in WORD.findall(text)]


def _lab_of(file: str) -> str | None:
    """Return the lab whose file it is; None for what belongs to all."""
    found = re.search(r"(?:^|/)assignments/([^/]+)/", file)
    return found[1] if found else None


def _points_somewhere(value: float) -> bool:
    """Return whether a number is more than a count or a simple fraction."""
    parts = value * BY_HAND
    return value >= SMALL_WHOLE or abs(parts - round(parts)) > 1e-9


def _digits_needed(number: Number) -> int:
    """Return how many digits of a number point to it; of a measured one, more."""
    digits = significant(number.value)
    return max(DIGITS_OF_CONSTANT, min(digits, DIGITS_OF_MEASUREMENT) * number.measured)


def _answered(text: str, answer: Answer) -> bool:
    return _pattern(answer).search(text) is not None


@functools.cache
def _pattern(answer: Answer) -> re.Pattern[str]:
    """Return what finds a key beside its value, in code and in prose."""
    tokens = re.findall(r"\w+(?:\.\d+)?|[^\w\s'\"(),]", answer.value)
    value = r"[\s(),'\"]*".join(map(re.escape, tokens))
    between = r"""["'`*]*\]?\s*(?::|=+|->|→|is|\|)?[\s(\["'`*]*"""
    return re.compile(rf"\b{re.escape(answer.key)}{between}{value}(?![\w.]*\w)")


def _leak(view: View, line: int, what: str, origin: Origin, origin_line: int) -> Leak:
    place = view.part if view.part == "its name" else view.place(line)
    return Leak(
        file=view.file,
        place=place,
        what=what,
        name=origin.name,
        lab=origin.lab,
        origin=origin.at(origin_line),
    )
