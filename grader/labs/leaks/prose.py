"""What teachers say in words: their notes on a lab, and the feedback of hidden checks.

Handouts and public checks speak of the same things, so a few words in a row are no sign:
only sentences of some length are secret.
"""

import ast
import re
from collections.abc import Iterator

SENTENCE = re.compile(r"(?<=[.!?])\s+")
HEADING = re.compile(r"#+\s+(.*)")
# a line of its own: a list's, a table's
ITEM = re.compile(r"\s*(?:[-*]\s|\||\d+\.\s)")
FEWEST_WORDS = 7


def is_long(sentence: str) -> bool:
    """Return whether a sentence has so many words that it points to its author."""
    return len(sentence.split()) >= FEWEST_WORDS


def notes_in(text: str) -> Iterator[tuple[int, str, str]]:
    """Return line, heading above and text of each long sentence of Markdown."""
    heading, begin, lines = "", 1, list[str]()
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        title = HEADING.match(line)
        if title or not line.strip() or ITEM.match(line):
            for sentence in SENTENCE.split(" ".join(lines)):
                if is_long(sentence):
                    yield begin, heading, sentence
            lines.clear()
        if title:
            heading = title[1].strip()
        elif line.strip():
            begin = begin if lines else number
            lines.append(line.strip())


def feedback_in(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """Return line, function and text of each long string that is no docstring.

    What stands between two fields of an f-string is a text of its own.
    """
    for statement in tree.body:
        name = getattr(statement, "name", "")
        docstrings: set[int] = set()
        # from the outside in: what a string stands in comes before it
        for node in ast.walk(statement):
            match node:
                case ast.Expr():
                    docstrings.add(id(node.value))
                case ast.Constant(value=str() as text) if is_long(text):
                    if id(node) not in docstrings:
                        yield node.lineno, name, text
