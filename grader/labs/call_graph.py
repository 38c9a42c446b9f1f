"""Which functions of a solution can reach which others: what a mistake can change."""

import ast
from collections.abc import Iterable

LOOK_UPS = {"globals", "locals", "vars", "getattr", "eval", "exec", "import_module"}


def reaching(source: str, changed: Iterable[str]) -> frozenset[str]:
    r"""Return the top-level names that refer to a changed one, directly or by others.

    A name counts as referred to wherever it stands as a variable or an attribute, and as
    a string where names are looked up by strings; so the answer may be too large but not
    too small, unless names are put together while the code runs.

    Args:
        source: A solution's text.
        changed: Names of functions; they are part of the answer.

    >>> source = "def f(): pass\ndef g(): return f()\ndef h(): return g"
    >>> sorted(reaching(source, ["g"]))
    ['g', 'h']
    """
    mentions = _mentions(source)
    found = set(changed)
    while True:
        more = {name for name, others in mentions.items() if others & found} - found
        if not more:
            return frozenset(found)
        found |= more


def _mentions(source: str) -> dict[str, set[str]]:
    """Return for each top-level name everything that its definitions mention."""
    mentions: dict[str, set[str]] = {}
    for statement in ast.parse(source).body:
        words = _words(statement)
        for name in _defined(statement):
            mentions.setdefault(name, set()).update(words)
    return mentions


def _words(tree: ast.AST) -> set[str]:
    words, texts = set(), set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=word) | ast.Attribute(attr=word):
                words.add(word)
            case ast.Constant(value=str(text)):
                texts.add(text)
    # elsewhere "softmax" is the name of a layer's activation
    return words | texts if words & LOOK_UPS else words


def _defined(statement: ast.stmt) -> Iterable[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
    else:
        # assignments, also those inside of a top-level `if` or `with`
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
