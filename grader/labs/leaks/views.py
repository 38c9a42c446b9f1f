"""Bytes as the texts that a student could read from them.

A wheel is its members, a notebook its cells and outputs, a picture its captions; what is
written as base64, hexadecimal digits, UTF-16 or packed by zlib is also what it says.
"""

import base64
import binascii
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# a text in a text in a text: nobody hides a solution deeper by accident
DEEPEST = 3
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}(?:\s+[A-Za-z0-9+/_-]{24,}={0,2})*")
HEX = re.compile(r"(?:[0-9a-fA-F]{2}){24,}")
PACKED = (b"x\x01", b"x\x9c", b"x\xda", b"\x1f\x8b")
PNG = b"\x89PNG\r\n\x1a\n"
LARGEST_PACKED = 1 << 24


@dataclass(frozen=True)
class View:
    """One text of a file.

    Attributes:
        file: The file, with the archives around it: `x.whl/grader/errors.py`.
        part: What of it, "" for the file as it is: `cell 3`, `base64 in line 7`.
        text: The text.
    """

    file: str
    part: str
    text: str

    def place(self, line: int) -> str:
        """Return where a line of the text is, for people."""
        return ", ".join(filter(None, (self.part, f"line {line}")))


def views_of(file: str, content: bytes) -> Iterator[View]:
    """Return all texts of a file, the file's own first."""
    return _views(file, "", content, 0)


def _views(file: str, part: str, content: bytes, depth: int) -> Iterator[View]:
    if depth > DEEPEST:
        return
    if content.startswith(b"PK\x03\x04"):
        yield from _members(file, content, depth)
        return
    text = _decoded(content)
    cells = _cells(text) if file.endswith(".ipynb") and not part else None
    if cells is None:
        yield View(file, part, text)
        if "\\n" in text:
            yield View(file, part, _unescaped(text))
        yield from _inside(file, part, text, depth)
    else:
        for where, cell in cells:
            yield View(file, where, cell)
            yield from _inside(file, where, cell, depth)
    for caption in _captions(content):
        yield from _views(file, _join(part, "caption"), caption, depth + 1)
    if (unpacked := _unpacked(content)) is not None:
        yield from _views(file, _join(part, "unpacked"), unpacked, depth + 1)


def _members(file: str, content: bytes, depth: int) -> Iterator[View]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in archive.infolist():
                inner = f"{file}/{info.filename}"
                yield from _views(inner, "", archive.read(info), depth + 1)
                if info.comment:
                    yield View(inner, "comment", _decoded(info.comment))
            if archive.comment:
                yield View(file, "comment", _decoded(archive.comment))
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError):
        yield View(file, "", content.decode("latin-1"))


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    zeros = content[:4096].count(0)
    if zeros * 4 > len(content[:4096]) > 0:
        # every second byte is 0: Latin text without a mark that says so
        big = content[::2].count(0) > content[1::2].count(0)
        return content.decode("utf-16-be" if big else "utf-16-le", "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _unescaped(text: str) -> str:
    """Return the lines that hold texts of several lines, as strings in code and JSON do.

    Each stays the line that it is, and the others are empty.
    """
    return "\n".join(
        re.sub(r"\\[nrt]", " ", line) if "\\n" in line else ""
        for line in text.splitlines()
    )


def _cells(text: str) -> list[tuple[str, str]] | None:
    """Return what a notebook's strings are, by where; None if it is no notebook."""
    try:
        content = json.loads(text)
        cells = content["cells"]
        found = []
        for number, cell in enumerate(cells, start=1):
            found.append((f"cell {number}", _joined(cell.get("source", ""))))
            rest = {key: value for key, value in cell.items() if key != "source"}
            found += [(f"cell {number} {path}", told) for path, told in _strings(rest)]
        rest = {key: value for key, value in content.items() if key != "cells"}
        return found + _strings(rest)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _joined(value: Any) -> str:
    return value if isinstance(value, str) else "".join(map(str, value))


def _strings(value: Any, path: str = "") -> list[tuple[str, str]]:
    """Return the texts in JSON, keys among them, by their paths."""
    if isinstance(value, dict):
        found = [(path, " ".join(value))] if value else []
        for key, inner in value.items():
            found += _strings(inner, f"{path}.{key}".strip("."))
        return found
    if isinstance(value, list):
        if value and all(isinstance(one, str) for one in value):
            return [(path, "".join(value))]
        return [pair for one in value for pair in _strings(one, path)]
    return [(path, str(value))]


def _inside(file: str, part: str, text: str, depth: int) -> Iterator[View]:
    """Return what encoded runs of a text say, where they say something."""
    for pattern, decode in ((HEX, _from_hex), (BASE64, _from_base64)):
        for match in pattern.finditer(text):
            content = decode(match.group())
            if content is None:
                continue
            line = text.count("\n", 0, match.start()) + 1
            told = "hexadecimal" if pattern is HEX else "base64"
            where = _join(part, f"{told} in line {line}")
            yield from _views(file, where, content, depth + 1)


def _from_hex(run: str) -> bytes | None:
    return _if_telling(bytes.fromhex(run))


def _from_base64(run: str) -> bytes | None:
    plain = "".join(run.split()).rstrip("=")
    try:
        content = base64.b64decode(
            plain + "=" * (-len(plain) % 4), altchars=b"-_" if "-" in plain else None
        )
    except (binascii.Error, ValueError):
        return None
    return _if_telling(content)


def _if_telling(content: bytes) -> bytes | None:
    """Return bytes that are a text or are packed; a hash or a long word is neither."""
    if content.startswith((*PACKED, PNG, b"PK\x03\x04")):
        return content
    text = _decoded(content)
    printable = sum(one.isprintable() or one in "\r\n\t" for one in text)
    return content if text.isascii() and printable == len(text) > 0 else None


def _unpacked(content: bytes) -> bytes | None:
    if not content.startswith(PACKED):
        return None
    try:
        return zlib.decompressobj(wbits=47).decompress(content, LARGEST_PACKED)
    except zlib.error:
        return None


def _captions(content: bytes) -> Iterator[bytes]:
    """Return the texts that a PNG carries.

    Source: PNG specification, section 11.3.3 (tEXt, zTXt, iTXt).
    """
    at = len(PNG) if content.startswith(PNG) else len(content)
    while at + 8 <= len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        kind, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + size]
        if kind in {b"tEXt", b"iTXt", b"eXIf"}:
            yield body.replace(b"\0", b" ")
        elif kind == b"zTXt":
            yield body.split(b"\0", 1)[-1][1:]
        at += 12 + size


def _join(*parts: str) -> str:
    return ", ".join(filter(None, parts))
