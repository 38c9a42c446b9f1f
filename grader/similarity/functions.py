"""Functions as trees without names, for one that was copied among many of one's own.

A whole hand-in hides a copied function: the rest is the student's. So functions are
compared one by one. Their variables are numbered in the order in which they come, in each
expression and each statement anew; attributes, numbers and the names of libraries and of the
lab's own functions stay, for nobody can change them. What is the same in two is then told
by pieces: whole functions, statements, expressions of some size.
"""

import ast
import builtins
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b

from grader.domain.syntax import UnparsableError, parsed
from grader.similarity.own_code import FUNCTIONS, Given, OwnCode, bare

# of nodes: `x @ w + b` has six
SMALLEST_PIECE = 8
# larger ones are told by what is in them; nested deep they would take minutes
LARGEST_PIECE = 250
# as everybody calls them; other names may be anybody's
KNOWN = frozenset(
    {*dir(builtins), "np", "numpy", "plt", "matplotlib", "tf", "tensorflow", "keras"}
)
# what has no say: contexts, and types that are written for the reader
SILENT = (ast.expr_context, ast.type_ignore)
UNREAD = frozenset({"annotation", "returns", "type_comment", "decorator_list", "kind"})


@dataclass(frozen=True)
class Function:
    """A function of a student's, without what is the stub's.

    Attributes:
        name: As the student calls it, a method with its class.
        cell: Index into the cells, from 0.
        first: Its first line in the cell, from 1.
        last: Its last line.
        size: How many nodes its tree has.
        pieces: Where each piece begins in it and how many nodes it has, by its hash.
    """

    name: str
    cell: int
    first: int
    last: int
    size: int
    pieces: Mapping[int, tuple[int, int]] = field(repr=False, hash=False)


def functions_of(
    own: OwnCode, given: Given, *, public: Collection[int] = ()
) -> tuple[Function, ...]:
    """Return the functions of a submission that are more than the stub has.

    Args:
        own: The submission.
        given: What is the course's.
        public: Hashes of pieces that the stub has.
    """
    return tuple(
        function
        for number, cell in enumerate(own.cells)
        for function in _in_cell(cell.code, number, given, public)
    )


def _in_cell(
    code: str, cell: int, given: Given, public: Collection[int]
) -> Iterator[Function]:
    try:
        named = [*_named(parsed(code).body, "")]
    except UnparsableError:
        return
    for name, node in named:
        # as deep as that is no function that a person wrote
        with suppress(RecursionError):
            function = _function(name, node, cell, given, public)
            if function.pieces:
                yield function


def _named(
    body: Iterable[ast.stmt], prefix: str
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for node in body:
        if isinstance(node, FUNCTIONS):
            yield f"{prefix}{node.name}", node
        elif isinstance(node, ast.ClassDef):
            yield from _named(node.body, f"{prefix}{node.name}.")


def _function(
    name: str,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    cell: int,
    given: Given,
    public: Collection[int],
) -> Function:
    flat = _Flat(given.functions | KNOWN)
    if bare(node) not in given.statements:
        flat.block([one for one in node.body if bare(one) not in given.statements])
    return Function(
        name=name,
        cell=cell,
        first=node.lineno,
        last=node.end_lineno or node.lineno,
        size=len(flat.nodes),
        pieces={value: place for value, place in flat.pieces() if value not in public},
    )


class _Flat:
    """A tree as a list of its nodes, the outer before the inner, and where each ends."""

    def __init__(self, kept: frozenset[str]) -> None:
        self._kept = kept
        # what stands there, and whether it is a variable's name
        self.nodes: list[tuple[str, bool]] = []
        self._spans: list[tuple[int, int]] = []

    def block(self, body: Iterable[ast.stmt]) -> None:
        start = len(self.nodes)
        for one in body:
            self._add(one)
        self._spans.append((start, len(self.nodes)))

    def pieces(self) -> Iterator[tuple[int, tuple[int, int]]]:
        """Return the hash, the begin and the size of each piece."""
        for start, end in self._spans:
            if end - start >= SMALLEST_PIECE:
                yield self._hash(start, end), (start, end - start)

    def _hash(self, start: int, end: int) -> int:
        numbers: dict[str, str] = {}
        words = (
            numbers.setdefault(word, str(len(numbers))) if is_variable else word
            for word, is_variable in self.nodes[start:end]
        )
        digest = blake2b("\0".join(words).encode(errors="replace"), digest_size=8)
        return int.from_bytes(digest.digest())

    def _add(self, node: ast.AST) -> None:
        if isinstance(node, SILENT) or _is_note(node):
            return
        start = len(self.nodes)
        self._note(node)
        for name, value in ast.iter_fields(node):
            if name in UNREAD:
                continue
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, ast.AST):
                    self._add(part)
        size = len(self.nodes) - start
        if isinstance(node, ast.expr | ast.stmt) and size <= LARGEST_PIECE:
            self._spans.append((start, start + size))

    def _note(self, node: ast.AST) -> None:
        kind = type(node).__name__
        match node:
            case ast.Name(id=name):
                self.nodes.append((name, name not in self._kept))
            case ast.arg(arg=name) | ast.FunctionDef(name=name):
                self.nodes += [(kind, False), (name, True)]
            case ast.Attribute(attr=name) | ast.keyword(arg=name):
                self.nodes.append((f"{kind} {name}", False))
            case ast.Constant(value=str() as text) if " " in text:
                # a title or a label, in whatever words
                self.nodes.append((kind, False))
            case ast.Constant(value=value):
                self.nodes.append((f"={value!r}", False))
            case _:
                self.nodes.append((kind, False))


def _is_note(node: ast.AST) -> bool:
    """Return whether a statement is a docstring, or dots."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
