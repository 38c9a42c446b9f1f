"""What of a submission is the student's own: its functions and lines, without the stub's.

Each function is a part of its own, so that their order tells nothing. Out of a part are
left what the lab dictates (the signature of a function that the stub names) and what is no
code (docstrings). What is left out is blanked, not cut: places stay those of the original.
"""

import ast
import io
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.domain.submission import Submission
from grader.domain.syntax import MAX_SOURCE, UnparsableError, parsed
from grader.errors import SubmissionError

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# what stands in a file for its reader or for Jupyter alone
IDLE_CALLS = frozenset({"check", "get_ipython", "print"})
# a shorter comment says nothing about who wrote it
LEAST_COMMENT = 8
LEAST_TEXT = 4


@dataclass(frozen=True)
class Part:
    """A function, or lines between functions.

    Attributes:
        start: Where it begins in the cell.
        text: What stands there, what is not the student's blanked out.
    """

    start: int
    text: str


@dataclass(frozen=True)
class OwnCell:
    """One cell, or a whole file, of a submission.

    Attributes:
        index: As a person counts.
        code: All of it.
        parts: The student's.
    """

    index: int
    code: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class OwnCode:
    """A submission as it is compared.

    Attributes:
        cells: Those with code.
        names: Identifiers that the student chose.
        comments: As written, without the sign and the spaces around.
        texts: Strings of several letters.
        left_out: Cells that are no Python, by their index.
    """

    cells: tuple[OwnCell, ...]
    names: frozenset[str]
    comments: frozenset[str]
    texts: frozenset[str]
    left_out: tuple[int, ...] = ()


@dataclass(frozen=True)
class Given:
    """What the course gives everybody: its stub.

    Attributes:
        functions: Names that the lab dictates.
        statements: Statements of the stub, as syntax without places.
        names: All identifiers of the stub.
        text: All of the stub, every run of white space made one space.
    """

    functions: frozenset[str] = frozenset()
    statements: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    text: str = ""

    def without(self, words: Iterable[str]) -> frozenset[str]:
        """Return the comments or strings that do not stand in the stub."""
        return frozenset(word for word in words if word not in self.text)


def given_by(stub: str) -> Given:
    """Return what is no student's, from the stub's text.

    Raises:
        ValueError: If the stub is no Python.
    """
    tree = parsed(stub)
    return Given(
        functions=frozenset(
            node.name for node in ast.walk(tree) if isinstance(node, FUNCTIONS)
        ),
        statements=frozenset(bare(statement) for statement in tree.body),
        names=_words(tree)[0],
        text=" ".join(stub.split()),
    )


def own_code(submission: Submission, given: Given) -> OwnCode:
    """Return what of a submission is to be compared.

    Raises:
        SubmissionError: If there is none: no Python, too long, or nothing but the stub.
    """
    if len(submission.source) > MAX_SOURCE:
        msg = f"it has more than {MAX_SOURCE:,} characters of code"
        raise SubmissionError(msg)
    cells, left_out = [], []
    names: set[str] = set()
    comments: set[str] = set()
    texts: set[str] = set()
    for cell in submission.cells:
        try:
            tree = parsed(cell.code)
            parts = tuple(_parts(tree.body, cell.code, given))
            own_names, own_texts = _words(tree)
        except (UnparsableError, RecursionError):
            left_out.append(cell.index)
            continue
        cells.append(OwnCell(cell.index, cell.code, parts))
        names |= own_names
        texts |= own_texts
        comments |= _comments(cell.code)
    if left_out and not cells:
        msg = "it is no Python that can be read"
        raise SubmissionError(msg)
    if not any(cell.parts for cell in cells):
        msg = "it has nothing but the stub"
        raise SubmissionError(msg)
    return OwnCode(
        cells=tuple(cells),
        names=frozenset(names) - given.names,
        comments=given.without(comments),
        texts=given.without(texts),
        left_out=tuple(left_out),
    )


def _parts(
    body: Iterable[ast.stmt], code: str, given: Given, *, in_class: bool = False
) -> Iterator[Part]:
    place = _Places(code)
    between: list[ast.stmt] = []
    for statement in body:
        if not in_class and _is_idle(statement, given):
            continue
        if not isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
            between.append(statement)
            continue
        if between:
            yield _part(between, place, given)
            between = []
        if isinstance(statement, ast.ClassDef):
            yield from _parts(statement.body, code, given, in_class=True)
        elif part := _function(statement, place, given):
            yield part
    if between:
        yield _part(between, place, given)


def _is_idle(statement: ast.stmt, given: Given) -> bool:
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return True
    if isinstance(statement, ast.Expr):
        if isinstance(statement.value, ast.Constant):
            return True
        called = statement.value.func if isinstance(statement.value, ast.Call) else None
        while isinstance(called, ast.Attribute | ast.Call):
            called = called.value if isinstance(called, ast.Attribute) else called.func
        if isinstance(called, ast.Name) and called.id in IDLE_CALLS:
            return True
    return bare(statement) in given.statements


def _function(
    node: ast.FunctionDef | ast.AsyncFunctionDef, place: "_Places", given: Given
) -> Part | None:
    """Return a function without its docstring, and without a signature of the lab's."""
    body = node.body[1:] if ast.get_docstring(node, clean=False) else node.body
    if not body or (len(body) == 1 and isinstance(body[0], ast.Raise)):
        return None
    part = _part(body, place, given)
    if node.name in given.functions:
        return part
    head = place.text(place.start(node), place.start(node.body[0]))
    gap = place.start(body[0]) - place.start(node.body[0])
    return Part(place.start(node), f"{head}{' ' * gap}{part.text}")


def _part(body: list[ast.stmt], place: "_Places", given: Given) -> Part:
    """Return lines, inner docstrings and statements of the stub's blanked."""
    start, end = place.start(body[0]), place.end(body[-1])
    text = place.text(start, end)
    for node in _blanked(body, given):
        first, last = place.start(node) - start, place.end(node) - start
        text = f"{text[:first]}{' ' * (last - first)}{text[last:]}"
    return Part(start, text)


def _blanked(body: Iterable[ast.stmt], given: Given) -> Iterator[ast.stmt]:
    for statement in body:
        if bare(statement) in given.statements:
            yield statement
        for node in ast.walk(statement):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                yield node


class _Places:
    """Places of syntax in a text: lines and UTF-8 columns to characters."""

    def __init__(self, code: str) -> None:
        self._code = code
        self._lines = code.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def text(self, start: int, end: int) -> str:
        return self._code[start:end]

    def start(self, node: ast.stmt) -> int:
        decorators = getattr(node, "decorator_list", [])
        first = decorators[0] if decorators else node
        return self._place(first.lineno, first.col_offset)

    def end(self, node: ast.stmt) -> int:
        return self._place(node.end_lineno or 1, node.end_col_offset or 0)

    def _place(self, line: int, column: int) -> int:
        raw = self._lines[line - 1].encode()[:column]
        return self._starts[line - 1] + len(raw.decode(errors="ignore"))


def bare(statement: ast.stmt) -> str:
    """Return a statement's syntax without docstring and places."""
    if isinstance(statement, FUNCTIONS) and ast.get_docstring(statement, clean=False):
        body = statement.body[1:]
        return f"{statement.name} {ast.dump(statement.args)} {[*map(ast.dump, body)]}"
    return ast.dump(statement)


def _words(tree: ast.Module) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that a text gives to things, and its strings."""
    names: set[str] = set()
    texts: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = " ".join(node.value.split())
            if len(text) >= LEAST_TEXT:
                texts.add(text)
    return frozenset(names), frozenset(texts)


def _comments(code: str) -> frozenset[str]:
    """Return the comments, as far as the text can be cut into tokens."""
    found: set[str] = set()
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            text = " ".join(token.string.lstrip("#").split())
            if token.type == tokenize.COMMENT and len(text) >= LEAST_COMMENT:
                found.add(text)
    except (tokenize.TokenError, SyntaxError):
        pass
    return frozenset(found)
