"""Characters that word processors and web pages put in place of Python's own.

Only a cell that is no Python as it stands is changed, and only if it is Python then; so a
quotation mark in a text stays what it is. Which of them were changed is told.
"""

import ast
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

Reading = Callable[[str], ast.Module | None]

# no-break and typographic spaces, from Unicode's category Zs
SPACES = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# soft hyphens, zero-width characters, marks of direction, a byte order mark
UNSEEN = re.compile(
    r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
SIGNS = {
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‘’‚‛′", "'"),
    **dict.fromkeys("−‐‑‒–—", "-"),
    "…": "...",
    # signs that East Asian keyboards write in full width
    **{chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)},
}
QUOTES_AND_SIGNS = re.compile(f"[{re.escape(''.join(SIGNS))}]")
INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
MIXED_INDENT = re.compile(r"^ *\t", re.MULTILINE)


class Retyped(NamedTuple):
    """A cell's source with other characters, and what to tell of it."""

    source: str
    note: str


def retyped(source: str, *, reads: Reading) -> Retyped | None:
    """Return a source that is no Python as one that is; None if that can't be done.

    Args:
        source: A cell's source, IPython's syntax included.
        reads: Returns its syntax tree, None if it is no Python.
    """
    for candidate in _with_other_characters(source):
        if reads(candidate.source) is not None:
            return candidate
    return _with_one_kind_of_indent(source, reads)


def _with_other_characters(source: str) -> Iterator[Retyped]:
    spaced, spaces = SPACES.subn(" ", source)
    seen, unseen = UNSEEN.subn("", spaced)
    notes = [_counted(spaces, "special space")] if spaces else []
    notes += [_counted(unseen, "invisible character")] if unseen else []
    if notes:
        yield Retyped(seen, _note(notes))
    plain, signs = QUOTES_AND_SIGNS.subn(lambda match: SIGNS[match[0]], seen)
    if signs:
        found = [*notes, _counted(signs, "typographic sign")]
        yield Retyped(plain, _note(found))


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _note(found: list[str]) -> str:
    return f"repaired: {' and '.join(found)} in its code"


def _with_tabs_of(width: int, source: str) -> str:
    return INDENT.sub(lambda match: match[0].expandtabs(width), source)


def _with_one_kind_of_indent(source: str, reads: Reading) -> Retyped | None:
    """Return a source whose tabs are spaces, if only one width of them makes sense."""
    if not MIXED_INDENT.search(source):
        return None
    trees = {}
    for width in (4, 8):
        spaced = _with_tabs_of(width, source)
        if (tree := reads(spaced)) is not None:
            trees[ast.dump(tree)] = (spaced, width)
    if len(trees) != 1:
        return None
    [(spaced, width)] = trees.values()
    note = f"repaired: tabs and spaces are mixed, a tab was read as {width} spaces"
    return Retyped(spaced, note)
