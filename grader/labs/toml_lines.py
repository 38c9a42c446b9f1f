"""The line of a key in a TOML file, for messages: the standard parser keeps none."""

import bisect
import tomllib
from collections.abc import Sequence
from typing import Any

Key = Sequence[str | int]


def line_of(text: str, key: Key) -> int:
    """Return the line, from 1, on which the statement begins that gives a key its value.

    The file is parsed as far as each of a few lines: the key stands where it is first
    there. For a key that is nowhere (one that is missing from a table) it is the line of
    the table that should hold it.

    Args:
        text: Valid TOML, lines parted by a line feed.
        key: Names of tables and keys; numbers, from 0, for elements of arrays.
    """
    lines = text.split("\n")
    while key and not _has(tomllib.loads(text), key):
        key = key[:-1]
    if not key:
        return 1

    def is_there(line: int) -> bool:
        return _has(_parsed(lines, line), key)

    return bisect.bisect_left(range(1, len(lines) + 1), x=True, key=is_there) + 1


def dotted(key: Key) -> str:
    """Return a key as people write it: `extensions[2].student`, elements from 1."""
    text = "".join(f"[{one + 1}]" if isinstance(one, int) else f".{one}" for one in key)
    return text.removeprefix(".")


def _parsed(lines: Sequence[str], least: int) -> dict[str, Any]:
    """Return the content of the first `least` lines, or of as many more as it takes."""
    for count in range(least, len(lines)):
        head = "\n".join(lines[:count])
        # an array of several lines may be open there
        for end in ("", "\n]"):
            try:
                return tomllib.loads(head + end)
            except tomllib.TOMLDecodeError:
                continue
    return tomllib.loads("\n".join(lines))


def _has(content: Any, key: Key) -> bool:
    for one in key:
        match content, one:
            case dict(), str() if one in content:
                content = content[one]
            case list(), int() if one < len(content):
                content = content[one]
            case _:
                return False
    return True
