"""Bytes that should be a notebook to JSON, mended where it is plain how.

Files are cut off by a full disk or a lost connection, filled up with null bytes by a crash,
saved in the encoding of another decade, or left with the marks of a merge. What can still
be read is read, and each repair is told. Nothing here guesses at code: a cell is read
whole or left out.
"""

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

# a letter of another alphabet seldom stands alone, an accent nearly always does
WORD_BYTES = 3
# enough words to tell an alphabet
SAMPLE_BYTES = 100_000
# strings, brackets and commas of a broken file that are looked at: some seconds
MOST_TOKENS = 3_000_000
# possessive, so that a string without an end is read once
TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+(?P<end>"?)|[\[\]{},]', re.DOTALL)
CELLS_AT = ["{", "["]
ONE_CELL_AT = ["{", "[", "{"]


class Mended(NamedTuple):
    """A notebook's JSON.

    Attributes:
        document: The value, most likely a dict.
        notes: What was repaired, one line each.
        partial: Whether some of it is missing, so that no metadata means nothing.
    """

    document: Any
    notes: tuple[str, ...] = ()
    partial: bool = False


class UnmendableError(ValueError):
    """The bytes are no JSON, and what they lack is not plain; the message says where."""


def text_of(raw: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the text of a file's bytes, and what was repaired for it.

    JSON is UTF-8, sometimes UTF-16 or UTF-32. Bytes that are neither are read as the one
    of Windows' encodings that they look like: where that is wrong it spoils comments and
    texts, but no code, which is ASCII.

    Args:
        raw: The file's bytes.
    """
    encoding = json.detect_encoding(raw)
    try:
        text = raw.decode(encoding, "surrogatepass")
        notes: tuple[str, ...] = ()
    except UnicodeDecodeError:
        text, note = _decoded_somehow(raw, encoding)
        notes = (note,)
    filled = text.rstrip("\0")
    if len(filled) < len(text):
        lost = len(text) - len(filled)
        notes = (*notes, f"repaired: {lost:,} null characters at its end")
    return filled, notes


def _decoded_somehow(raw: bytes, encoding: str) -> tuple[str, str]:
    if not encoding.startswith("utf-8"):
        return raw.decode(encoding, "replace"), f"repaired: damaged {encoding.upper()}"
    lenient = raw.decode("utf-8", "surrogateescape")
    good = lenient.encode("utf-8", "ignore").decode()
    broken = len(lenient) - len(good)
    if len(good) - len(good.encode("ascii", "ignore")) >= broken:
        verb = "is" if broken == 1 else "are"
        note = f"repaired: {broken:,} of its bytes {verb} no UTF-8"
        return raw.decode("utf-8", "replace"), note
    words = re.sub(rb"[\0-\x7f]+", b" ", raw)[:SAMPLE_BYTES].split()
    cyrillic = 2 * sum(len(word) >= WORD_BYTES for word in words) > len(words)
    code, name = ("cp1251", "Windows-1251") if cyrillic else ("cp1252", "Windows-1252")
    return raw.decode(
        code, "replace"
    ), f"repaired: it is no UTF-8, it was read as {name}"


def json_of(text: str) -> Mended:
    """Return the JSON value in a notebook's text.

    Args:
        text: What `text_of` returned.

    Raises:
        UnmendableError: If no cell of it can be read.
        RecursionError: If it is nested too deeply.
    """
    try:
        return Mended(json.loads(text))
    except json.JSONDecodeError as error:
        broken = error
    except ValueError as error:
        # a number of more digits than Python converts
        raise UnmendableError("it is no JSON") from error
    for attempt in (_without_tail, _with_controls, _one_side, _cell_by_cell):
        try:
            found = attempt(text, broken)
        except ValueError:
            continue
        if found is not None:
            return found
    raise UnmendableError(_reason(text, broken)) from broken


def _reason(text: str, broken: json.JSONDecodeError) -> str:
    """Say what the file probably is."""
    start = text.lstrip()[:100]
    if start.startswith("<"):
        return "it is a web page; download the file itself (on GitHub: Raw)"
    if start.startswith("PK"):
        return "it is a zip; unpack it, or name it .zip"
    if "\n<<<<<<< " in text:
        return "it has a merge conflict; resolve it and save it in Jupyter"
    return f"line {broken.lineno} is no JSON; save it in Jupyter, hand it in again"


def _without_tail(text: str, broken: json.JSONDecodeError) -> Mended | None:
    if not broken.msg.startswith("Extra data"):
        return None
    document, _ = json.JSONDecoder().raw_decode(text.lstrip("\ufeff \t\r\n"))
    note = f"repaired: what follows its end in line {broken.lineno} was left out"
    return Mended(document, (note,))


def _with_controls(text: str, broken: json.JSONDecodeError) -> Mended | None:
    if not broken.msg.startswith("Invalid control character"):
        return None
    note = f"repaired: line {broken.lineno} has a line break or tab within a JSON text"
    return Mended(json.loads(text, strict=False), (note,))


def _one_side(text: str, _: json.JSONDecodeError) -> Mended | None:
    """Return a file with conflicts of git's as one of its two sides."""
    if "\n<<<<<<< " not in text:
        return None
    for side in ("upper", "lower"):
        try:
            document = json.loads("\n".join(_lines_of_side(text, side)))
        except ValueError:
            continue
        note = (
            f"repaired: it has a merge conflict, of whose sides the {side} one was read"
        )
        return Mended(document, (note,))
    return None


def _lines_of_side(text: str, side: str) -> Iterator[str]:
    within = "both"
    for line in text.split("\n"):
        if line.startswith("<<<<<<< "):
            within = "upper"
        elif within == "upper" and line.startswith("||||||| "):
            within = "base"
        elif within in {"upper", "base"} and line.rstrip() == "=======":
            within = "lower"
        elif within == "lower" and line.startswith(">>>>>>> "):
            within = "both"
        elif within in {"both", side}:
            yield line


def _cell_by_cell(text: str, broken: json.JSONDecodeError) -> Mended | None:
    """Return the cells of format 4 that are whole, None in place of each broken one."""
    scan = _Scan(text)
    cells = [_value(text[start:end]) for start, end in scan.cells]
    rest = scan.rest_of_last_cell()
    last = None if rest is None else _value(rest)
    if isinstance(last, dict) and "source" in last:
        cells.append(last)
    if not any(isinstance(cell, dict) for cell in cells):
        return None
    head = _value(text[: scan.first] + "[]}")
    document = head if isinstance(head, dict) else {}
    if scan.ended:
        note = f"repaired: its JSON is broken in line {broken.lineno}, its whole cells were read"
    else:
        # as a person would say it: after the last cell that is there
        note = f"it is cut off after cell {len(cells)}: was it downloaded to the end?"
    return Mended({**document, "cells": cells}, (note,), partial=True)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


class _Scan:
    """Where the cells of a broken notebook lie, told by its quotes and brackets.

    Attributes:
        first: Where their list begins; 0 without one.
        cells: Beginning and end of each whole one.
        ended: Whether their list was closed.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._within: list[str] = []
        self._before = ""
        self._start: int | None = None
        self._comma: int | None = None
        self.first = 0
        self.cells: list[tuple[int, int]] = []
        self.ended = False
        self._look()

    def _look(self) -> None:
        for token in self._tokens():
            sign = token[0]
            if sign in {"[", "{"}:
                self._open(sign, token.start())
            elif sign in {"]", "}"}:
                self._close(token.end())
            elif sign == "," and self._within == ONE_CELL_AT:
                self._comma = token.start()
            if self.ended or not self._within:
                return
            self._before = sign

    def _tokens(self) -> Iterator[re.Match[str]]:
        """Yield strings and signs, up to a string that never ends."""
        for token in itertools.islice(TOKEN.finditer(self._text), MOST_TOKENS):
            if token[0][0] == '"' and not token["end"]:
                return
            yield token

    def _open(self, sign: str, at: int) -> None:
        if sign == "[" and self._within == ["{"] and self._before == '"cells"':
            self.first = at
        elif sign == "{" and self._within == CELLS_AT and self.first:
            self._start, self._comma = at, None
        self._within.append(sign)

    def _close(self, end: int) -> None:
        self._within = self._within[:-1]
        if self._within == CELLS_AT and self._start is not None:
            self.cells.append((self._start, end))
            self._start = None
        self.ended = bool(self.first) and self._within == ["{"]

    def rest_of_last_cell(self) -> str | None:
        """Return the cell that the file breaks off in, with its last field left out."""
        if self._start is None or self._comma is None:
            return None
        return self._text[self._start : self._comma] + "}"
