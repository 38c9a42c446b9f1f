"""From the sources of code cells to cells that a worker can run, and what was repaired.

Each cell is made plain Python. Where that is none, two repairs are tried that leave no
doubt: characters of a word processor, and a function that was split in two.
"""

import ast
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from grader.domain.syntax import MAX_SOURCE, UnparsableError, parsed
from grader.intake.magics import BUDGET, Plain, plain_python
from grader.intake.typography import retyped

Tell = Callable[[str, str], None]
IPYTHON_LINE = re.compile(r"^[ \t]*[!%]|^\w+ *= *[!%]", re.MULTILINE)


class Reader:
    """Parses cells, as many characters of them as the trusted side has time for."""

    def __init__(self) -> None:
        """Begin with the whole budget."""
        self._left = MAX_SOURCE
        self._magics = BUDGET

    def tree(self, code: str) -> ast.Module | None:
        """Return plain Python's syntax tree; None if it is none, or there is no time."""
        if len(code) > self._left:
            return None
        self._left -= len(code)
        try:
            return parsed(code)
        except UnparsableError:
            return None

    def _has_time_for(self, code: str) -> bool:
        """Return whether `tree` would look at a code of this length."""
        return len(code) <= self._left

    def draft(self, index: int, source: str) -> "Draft":
        """Return a cell without IPython's syntax."""
        plain = plain_python(source, budget=self._magics)
        self._magics -= plain.cost
        known = self._has_time_for(plain.code)
        tree = self.tree(plain.code)
        return Draft(index, source, plain, tree, broken=known and not tree)


@dataclass(frozen=True)
class Draft:
    """A code cell on its way.

    Attributes:
        index: Its number among all cells, from 1.
        source: As the notebook has it.
        plain: Without IPython's syntax.
        tree: Of its code; None if it was not parsed.
        broken: Whether its code is surely no Python.
    """

    index: int
    source: str
    plain: Plain
    tree: ast.Module | None
    broken: bool

    @property
    def code(self) -> str:
        """Return plain Python; empty if nothing of it is to be run."""
        return self.plain.code

    @property
    def stands_alone(self) -> bool:
        """Return whether nothing says that a part of it lies in another cell."""
        body = self.tree.body if self.tree else []
        return not self.broken and not any(_returns(one) for one in body)


def plain_script(code: str) -> Plain:
    """Return a `.py` file without IPython's lines, which exports of notebooks keep.

    It is left as it is where it is Python already, or would not be afterwards.

    Args:
        code: The file's text.
    """
    too_long = len(code) > MAX_SOURCE
    if too_long or not IPYTHON_LINE.search(code) or Reader().tree(code) is not None:
        return Plain(code)
    plain = Reader().draft(1, code)
    if plain.tree is None or not plain.code:
        return Plain(code)
    note = "repaired: it is a notebook's export, with lines for IPython (`!`, `%`)"
    return Plain(plain.code, (note, *plain.plain.notes))


def drafts_of(
    sources: Iterable[tuple[int, str]], reader: Reader, tell: Tell
) -> list[Draft]:
    """Return the cells, repaired.

    Args:
        sources: Number and source of each code cell.
        reader: What parses them.
        tell: Is told where something was repaired, and what.
    """
    drafts: list[Draft] = []
    for index, source in sources:
        draft = _retyped(reader.draft(index, source), reader)
        if drafts and not draft.stands_alone:
            joined = _joined(drafts[-1], draft, reader)
            if joined is not None:
                line = drafts[-1].source.count("\n") + 2
                told = f"repaired: it goes on with the code of cell {joined.index}"
                tell(f"cell {index}", f"{told} and was read there, from line {line} on")
                drafts[-1] = joined
                continue
        drafts.append(draft)
    written = any(draft.plain.writes for draft in drafts)
    for draft in drafts:
        for note in draft.plain.notes:
            # what `%run` would run has been run
            if not (written and note.startswith("`%run`")):
                tell(f"cell {draft.index}", note)
    return [draft for draft in drafts if draft.code]


def _retyped(draft: Draft, reader: Reader) -> Draft:
    if not draft.broken:
        return draft
    again = retyped(draft.source, reads=lambda text: reader.draft(0, text).tree)
    if again is None:
        return draft
    mended = reader.draft(draft.index, again.source)
    if mended.tree is None:
        return draft
    notes = (again.note, *mended.plain.notes)
    return replace(mended, plain=mended.plain._replace(notes=notes))


def _joined(before: Draft, after: Draft, reader: Reader) -> Draft | None:
    """Return two cells as one if only that makes Python of the second."""
    last = before.tree.body[-1] if before.tree and before.tree.body else None
    open_ended = before.broken or isinstance(last, ast.FunctionDef | ast.ClassDef)
    if not open_ended:
        return None
    source = f"{before.source}\n{after.source}"
    joined = reader.draft(before.index, source)
    return joined if joined.tree is not None and joined.stands_alone else None


def _returns(statement: ast.stmt) -> bool:
    """Return whether a statement at a cell's top returns from a function."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return False
    if isinstance(statement, ast.Return):
        return True
    children = ast.iter_child_nodes(statement)
    return any(_returns(one) for one in children if isinstance(one, ast.stmt))
