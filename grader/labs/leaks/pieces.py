"""A solution in pieces: its expressions, its statements, and runs of statements.

A line of arithmetic has nothing but variables and signs. With other names for its variables
it is still the same tree, and a tree with enough in it is nobody else's: the forward pass
of a network written out in a check is found although its `h` is called `hidden` there.
"""

import ast
from collections.abc import Iterator, Sequence

from grader.labs.leaks.tokens import Tokens, telling, tokens_of

# fewer tokens are anybody's: `x @ w + b` has five, three of which are variables. In three
# million characters of NumPy, SciPy, pandas, Keras and scikit-learn these find nothing
FEWEST_TOKENS, FEWEST_TELLING = 9, 5
LEAVES = (ast.Name, ast.Constant)


def pieces_of(
    tree: ast.AST, lines: Sequence[str], *, fixed: frozenset[str], first: int
) -> Iterator[Tokens]:
    """Return the tokens of each piece of code that is large enough to be told.

    Args:
        tree: The code's tree, its first line being 1.
        lines: The text that it was made of.
        fixed: Names that nobody can rename.
        first: The number of the first line in the file.
    """
    for start, end in _spans(tree):
        text = _between(lines, start, end)
        tokens = tokens_of(text, fixed=fixed, first_line=first + start.lineno - 1)
        tokens = tokens.without_comments() or tokens
        if len(tokens.texts) >= FEWEST_TOKENS and telling(tokens) >= FEWEST_TELLING:
            yield tokens


def _spans(tree: ast.AST) -> Iterator[tuple["_Node", "_Node"]]:
    """Return the first and the last node of each piece."""
    for node in ast.walk(tree):
        if isinstance(node, ast.expr | ast.stmt) and not isinstance(node, LEAVES):
            yield node, node
        for block in ("body", "orelse"):
            run = getattr(node, block, None)
            # a conditional expression's are expressions
            if isinstance(run, list):
                for start, one in enumerate(run):
                    yield from ((one, last) for last in run[start + 1 :])


_Node = ast.expr | ast.stmt


def _between(lines: Sequence[str], start: _Node, end: _Node) -> str:
    """Return the text from the beginning of a node to the end of another one."""
    first, last = start.lineno - 1, (end.end_lineno or end.lineno) - 1
    # columns count bytes
    found = [line.encode() for line in lines[first : last + 1]]
    found[-1] = found[-1][: end.end_col_offset]
    found[0] = found[0][start.col_offset :]
    return b"\n".join(found).decode()
