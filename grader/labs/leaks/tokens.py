"""Text as tokens, so that a copy is found however it is laid out, quoted or renamed.

Quotes, commas, round brackets and line ends are no tokens: formatters move them. What a
student may rename (variables) can be told from what they can't (attributes, arguments'
names, numbers, the lab's own functions), which are the *anchors* of a copy.
"""

import builtins
import keyword
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

TOKEN = re.compile(
    r"(?<=[(,])\s*[^\W\d]\w*\s*=(?!=)"  # an argument's name
    r"|^\s+[^\W\d]\w*=(?!=)"  # the same on a line of its own
    r"|\.?[^\W\d]\w*"  # a name or an attribute
    r"|\d[\d_]*\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?"
    r"|\*\*|//|==|!=|<=|>=|[-+*/%@<>=\[\]{}:|&^~]"
)
COMMENT = re.compile(r"(?:^|(?<=\s))#(?!\w).*$")
# names that everybody writes alike
MODULES = frozenset(
    {"np", "numpy", "plt", "matplotlib", "keras", "tf", "tensorflow", "layers"}
)
KNOWN = frozenset({*keyword.kwlist, *dir(builtins), *MODULES})
# so common in any code that they point to none
COMMON = frozenset(
    {
        *keyword.kwlist,
        *("range", "len", "zip", "float", "int", "list", "tuple", "isinstance"),
        *("np", "array", "print", "enumerate", "abs", "sum", "min", "max"),
        # of every check and every mistake
        *("student", "solution", "rng", "rubric", "Verdict", "values", "check", "Item"),
    }
)
# of any statement that has brackets or gives something a name
FRAMES = frozenset({"[", "]", "{", "}", ":", "=", "return"})
# larger whole numbers are not all floats
EXACT = 2.0**53
ANY = "\N{WHITE SQUARE}"


@dataclass(frozen=True)
class Tokens:
    """A text's tokens, side by side with their lines and with what renaming leaves.

    Attributes:
        texts: As they are written, each number in one way.
        lines: Where, from 1.
        classes: The same, ANY for what may be renamed.
        commented: Places of those that stand in comments.
    """

    texts: Sequence[str]
    lines: Sequence[int]
    classes: Sequence[str]
    commented: frozenset[int] = frozenset()

    def shape(self, start: int, size: int) -> tuple[str, ...]:
        """Return a run with its variables numbered in the order in which they come."""
        numbers: dict[str, str] = {}
        return tuple(
            numbers.setdefault(text, f"{ANY}{len(numbers)}") if kind == ANY else text
            for text, kind in zip(
                self.texts[start : start + size],
                self.classes[start : start + size],
                strict=True,
            )
        )

    def as_written(self) -> "Tokens":
        """Return the same, in which nothing may be renamed."""
        return Tokens(self.texts, self.lines, self.texts, self.commented)

    def without_comments(self) -> "Tokens | None":
        """Return the code between the comments; None if there are none."""
        if not self.commented:
            return None
        kept = [at for at in range(len(self.texts)) if at not in self.commented]
        return Tokens(
            [self.texts[at] for at in kept],
            [self.lines[at] for at in kept],
            [self.classes[at] for at in kept],
        )


def tokens_of(text: str, *, fixed: frozenset[str], first_line: int = 1) -> Tokens:
    """Return a text's tokens.

    Args:
        text: Code, or prose that may hold some.
        fixed: Names that nobody can rename: the functions that the labs ask for.
        first_line: The number of its first line.
    """
    texts: list[str] = []
    lines: list[int] = []
    classes: list[str] = []
    commented: list[int] = []
    known: dict[str, tuple[str, str]] = {}
    for number, line in enumerate(text.splitlines(), start=first_line):
        comment = COMMENT.search(line) if "#" in line else None
        end = comment.start() if comment else len(line)
        for match in TOKEN.finditer(line):
            one = match.group()
            if (read := known.get(one)) is None:
                plain = _plain(one)
                read = known[one] = (plain, _class(plain, fixed))
            if match.start() >= end:
                commented.append(len(texts))
            texts.append(read[0])
            lines.append(number)
            classes.append(read[1])
    return Tokens(texts, lines, classes, frozenset(commented))


def anchors(classes: Iterable[str]) -> int:
    """Return how many different tokens point to one piece of code."""
    return len(
        {
            one
            for one in classes
            if one != ANY and one not in COMMON and _is_word(one) and not _is_plain(one)
        }
    )


def names(texts: Iterable[str]) -> int:
    """Return how many different names there are, `range` and `np` not counted."""
    return len(
        {one for one in texts if one not in COMMON and one.strip(".=").isidentifier()}
    )


def telling(tokens: Tokens) -> int:
    """Return how many tokens say what is done: all but brackets and new variables."""
    plain = [one for one in tokens.classes if one != ANY and one not in FRAMES]
    variables = [
        text
        for text, kind in zip(tokens.texts, tokens.classes, strict=True)
        if kind == ANY
    ]
    return len(plain) + len(variables) - len(set(variables))


def _plain(text: str) -> str:
    """Return a token as all write it: 1e-4 is 0.0001, and 1.0 is 1."""
    if text[-1] == "=":
        return "".join(text.split())
    if not (text[0].isdecimal() or text[1:2].isdecimal()):
        return text
    try:
        value = float(text)
    except ValueError:
        return text
    return str(int(value)) if value.is_integer() and value < EXACT else repr(value)


def _class(text: str, fixed: frozenset[str]) -> str:
    renamable = text.isidentifier() and text not in KNOWN and text not in fixed
    return ANY if renamable else text


def _is_word(text: str) -> bool:
    return text[-1].isalnum() or text[0] == "." or (len(text) > 2 and text[-1] == "=")


def _is_plain(text: str) -> bool:
    """Return whether a token is a number that turns up everywhere: 0, 1.0, 0.5, 100."""
    return text[0].isdigit() and len(text.replace(".", "").strip("0")) < 2
