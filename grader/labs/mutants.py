"""Submissions made from the solution: right, empty, or right but for one mistake."""

import ast
import inspect
import textwrap
from collections.abc import Iterator

from grader.domain.mistake import Mistake
from grader.labs.regions import solution_without_markers

# what the mistake's body calls `solution`: the right functions, as they were before
SNAPSHOT = """

import types as _types

solution = _types.SimpleNamespace(**globals())
"""


def mutant_of(solution: str, mistake: Mistake) -> str:
    """Return the solution's text with one mistake in it.

    The wrong function is appended under the name that it replaces, so every other
    function of the file calls it, as in the file of a student who made that mistake.
    """
    parts = [solution_without_markers(solution), SNAPSHOT]
    parts += [_definition(part) for part in _parts(mistake)]
    return "\n\n".join(parts)


def replaced_by(mistake: Mistake) -> frozenset[str]:
    """Return the functions that a mistake replaces, with those of its parts."""
    return frozenset(part.replaces for part in _parts(mistake))


def _parts(mistake: Mistake) -> Iterator[Mistake]:
    yield mistake
    for other in mistake.together_with:
        yield from _parts(other)


def _definition(mistake: Mistake) -> str:
    text = textwrap.dedent(inspect.getsource(mistake.function))
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.FunctionDef)  # noqa: S101 - `mistake` decorates functions
    node.name = mistake.replaces
    node.decorator_list = []
    return ast.unparse(node)
