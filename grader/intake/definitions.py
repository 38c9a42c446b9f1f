"""What a notebook defines twice, and what it only seems to define.

Cells are copied up and down: the lab's empty stub is left below the student's function,
where it would take its place; a function stands in two versions; a cell became text. It is
told, and a stub never replaces an answer.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from grader.domain.syntax import MAX_SOURCE
from grader.intake.drafts import Draft, Reader, Tell

MOST_NAMED = 5
# before a parser is asked: lines as Python begins them
LOOKS_LIKE_CODE = re.compile(
    r"^[ \t]*(?:def |class |import \w|from \w[\w.]* import |\w+ *=[^=])", re.MULTILINE
)
FENCED = re.compile(
    r"^ *```+ *(?:python|py)?\d? *\n(.*?)^ *```", re.DOTALL | re.MULTILINE
)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
BINDING = (*FUNCTIONS, ast.Import, ast.ImportFrom, ast.Assign)
THE_NOTEBOOK = "the notebook"


@dataclass(frozen=True)
class Text:
    """A cell that is not run.

    Attributes:
        index: Its number among all cells, from 1.
        kind: "markdown" or "raw".
        source: What it says.
    """

    index: int
    kind: str
    source: str


@dataclass(frozen=True)
class _Known:
    """A function as it was last defined."""

    cell: int
    dump: str
    is_stub: bool


def without_late_stubs(drafts: Sequence[Draft], tell: Tell) -> list[Draft]:
    """Return the cells without the stubs of functions that were written before.

    Args:
        drafts: The cells.
        tell: Is told of each such stub, and of functions and cells that stand twice.
    """
    known: dict[str, _Known] = {}
    codes: dict[str, int] = {}
    copies: list[int] = []
    kept = []
    for draft in drafts:
        stubs, again = _met(draft, known)
        if draft.code.strip() in codes and _functions(draft):
            copies.append(draft.index)
        codes.setdefault(draft.code.strip(), draft.index)
        for name, before in again.items():
            there = f"also defined in cell {before}"
            tell(f"cell {draft.index}", f"{name} is {there}: this later one counts")
        for node in stubs:
            there = f"cell {known[node.name].cell} has it written"
            told = f"repaired: the stub of {node.name} was left out, {there}"
            tell(f"cell {draft.index}", told)
        kept.append(_without(draft, stubs) if stubs else draft)
    if copies:
        noun = "is a copy" if len(copies) == 1 else "are copies"
        tell(THE_NOTEBOOK, f"{cells_named(copies)} {noun} of earlier cells")
    return kept


def _met(
    draft: Draft, known: dict[str, _Known]
) -> tuple[list[ast.FunctionDef], dict[str, int]]:
    """Return a cell's late stubs and what it defines anew, by the cell that did before."""
    stubs, again = [], {}
    for node in _functions(draft):
        dump, before = _dump(node), known.get(node.name)
        if before is None or before.is_stub:
            pass
        elif is_stub(node):
            stubs.append(node)
            continue
        elif before.cell != draft.index and before.dump != dump:
            again[node.name] = before.cell
        known[node.name] = _Known(draft.index, dump, is_stub(node))
    return stubs, again


def _functions(draft: Draft) -> list[ast.FunctionDef]:
    body = draft.tree.body if draft.tree else []
    return [node for node in body if isinstance(node, ast.FunctionDef)]


def _dump(node: ast.AST) -> str:
    try:
        return ast.dump(node)
    except (RecursionError, MemoryError):
        # a sum of a thousand terms: like nothing else
        return repr(node)


def is_stub(node: ast.FunctionDef) -> bool:
    """Return whether a function's whole body says that it is not implemented."""
    body = node.body[1:] if ast.get_docstring(node, clean=False) else node.body
    if len(body) != 1 or not isinstance(body[0], ast.Raise) or node.decorator_list:
        return False
    raised = body[0].exc
    name = raised.func if isinstance(raised, ast.Call) else raised
    return isinstance(name, ast.Name) and name.id == "NotImplementedError"


def _without(draft: Draft, stubs: Iterable[ast.FunctionDef]) -> Draft:
    """Return a cell with empty lines in place of some of its functions."""
    lines = draft.code.split("\n")
    for node in stubs:
        end = node.end_lineno or node.lineno
        lines[node.lineno - 1 : end] = [""] * (end - node.lineno + 1)
    return replace(draft, plain=draft.plain._replace(code="\n".join(lines)))


def tell_of_text_like_code(
    texts: Iterable[Text], drafts: Sequence[Draft], reader: Reader, tell: Tell
) -> None:
    """Tell of text cells that would define what no code cell does.

    Args:
        texts: The cells that are not run.
        drafts: Those that are.
        reader: What parses them.
        tell: Is told of each.
    """
    trees = [draft.tree for draft in drafts if draft.tree]
    bound = {name for tree in trees for one in ast.walk(tree) for name in _names(one)}
    for text in texts:
        found = [name for name in _names_in(text.source, reader) if name not in bound]
        if found:
            more = "" if len(found) <= MOST_NAMED else ", …"
            names = ", ".join(found[:MOST_NAMED]) + more
            tell(
                f"cell {text.index}",
                f"it is {text.kind} and looks like code ({names}): it was not run",
            )


def _names_in(text: str, reader: Reader) -> list[str]:
    if len(text) > MAX_SOURCE or not LOOKS_LIKE_CODE.search(text):
        return []
    tree = reader.tree(text)
    if tree is not None:
        return _defined(tree, BINDING)
    blocks = [reader.tree(match[1]) for match in FENCED.finditer(text)]
    # what a fence shows may be an example; a function is more than that
    return [name for tree in blocks if tree for name in _defined(tree, FUNCTIONS)]


def _defined(tree: ast.Module, kinds: tuple[type[ast.stmt], ...]) -> list[str]:
    """Return what a text defines at its top, in order, each name once."""
    found = [one for one in tree.body if isinstance(one, kinds)]
    return list(dict.fromkeys(name for one in found for name in _names(one)))


def _names(statement: ast.AST) -> Iterator[str]:
    if isinstance(statement, FUNCTIONS):
        yield statement.name
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            yield alias.asname or alias.name.split(".")[0]
    elif isinstance(statement, ast.Assign):
        nodes = (node for one in statement.targets for node in ast.walk(one))
        yield from (node.id for node in nodes if isinstance(node, ast.Name))


def cells_named(indices: Sequence[int]) -> str:
    """Return "cells 1, 2, 3 and 4 more"."""
    first = list(indices)[:3]
    more = f" and {len(indices) - len(first)} more" if len(indices) > len(first) else ""
    noun = "cell" if len(indices) == 1 else "cells"
    return f"{noun} {', '.join(map(str, first))}{more}"
