"""What is missing in a file that is about to be handed in, without running it.

The public checks tell more, but they need a worker, and they see the code alone: not that
a cell stopped, that a file which the code reads stays behind, that the other form is newer.
"""

import ast
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.domain.lab import Lab
from grader.domain.submission import Cell
from grader.domain.syntax import UnparsableError, parsed
from grader.domain.text import clean
from grader.languages import ENGLISH, Language

OTHER_FORM = {".py": ".ipynb", ".ipynb": ".py"}
# of a notebook's cells or a program's names, in one line
MOST_NAMED = 6
# no file's name that a program reads is longer
LONGEST_NAME = 200
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Work:
    """A student's file as it is about to be handed in.

    Attributes:
        file: Where it lies.
        content: Its bytes.
        cells: Its code.
    """

    file: Path
    content: bytes
    cells: tuple[Cell, ...]


def what_is_missing(
    work: Work, lab: Lab, *, assignment: Path, language: Language = ENGLISH
) -> tuple[str, ...]:
    """Return what a student would want to know before handing in, one line each.

    Args:
        work: What goes in.
        lab: Which tasks there are.
        assignment: The lab's folder, with the stub.
        language: Of the lines.
    """
    stub = assignment / f"{lab.name}{work.file.suffix.lower()}"
    if stub.is_file() and stub.read_bytes() == work.content:
        return (language.text("the file is the lab's stub, unchanged: is it saved?"),)
    trees, broken = _trees(work, language)
    return (
        *broken,
        *_not_written(trees, lab, language),
        *_failed_cells(work, language),
        *_left_behind(trees, work.file, language),
        *_newer_form(work.file, assignment, language),
    )


def _trees(work: Work, language: Language) -> tuple[list[ast.Module], list[str]]:
    trees, broken = [], []
    for cell in work.cells:
        try:
            trees.append(parsed(cell.code))
        except UnparsableError as error:
            where = (
                language.text("cell {n}").format(n=cell.index)
                if work.file.suffix.lower() == ".ipynb"
                else clean(work.file.name, 100)
            )
            broken.append(f"{where}: {language.told(str(error))}")
    return trees, broken


def _not_written(
    trees: Iterable[ast.Module], lab: Lab, language: Language
) -> Iterator[str]:
    bound: dict[str, ast.stmt] = {}
    for tree in trees:
        for statement in _statements(tree.body):
            bound |= dict.fromkeys(_names_of(statement), statement)
    for task in lab.tasks:
        names = [name for name in task.functions if _is_open(bound.get(name))]
        if names:
            line = language.text("{task} is not written yet: {names}")
            title = f"{task.id} {language.told(task.title)}"
            yield line.format(task=title, names=", ".join(names))


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a module, those in its `if`, `try` and `with` too."""
    for statement in body:
        yield statement
        if not isinstance(statement, DEFINITIONS):
            for field in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(statement, field, ()))
            for handler in getattr(statement, "handlers", ()):
                yield from _statements(handler.body)


def _names_of(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement gives a meaning to."""
    if isinstance(statement, DEFINITIONS):
        yield statement.name
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            yield alias.asname or alias.name
    elif isinstance(statement, ast.Assign | ast.AnnAssign):
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id


def _is_open(statement: ast.stmt | None) -> bool:
    """Return whether a function is absent, or still says that it is not implemented."""
    if statement is None:
        return True
    return isinstance(statement, ast.FunctionDef) and any(
        isinstance(line, ast.Raise) and _is_not_implemented(line.exc)
        for line in statement.body
    )


def _is_not_implemented(raised: ast.expr | None) -> bool:
    name = raised.func if isinstance(raised, ast.Call) else raised
    return isinstance(name, ast.Name) and name.id == "NotImplementedError"


def _failed_cells(work: Work, language: Language) -> Iterator[str]:
    """Yield what a notebook's own outputs tell: which cells stopped, whether any ran."""
    cells = list(_code_cells(work.content)) if work.file.suffix == ".ipynb" else []
    failed = [number for number, cell in cells if _stopped(cell)]
    if failed:
        line = language.text("cells that stopped with an error: {cells}")
        yield line.format(cells=_listed(failed))
    if cells and not any(cell.get("execution_count") for _, cell in cells):
        yield language.text("no cell of the notebook was run: is it saved?")


def _code_cells(content: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        # damaged, and mended when it is read; its outputs are not looked for
        return
    cells = document.get("cells") if isinstance(document, dict) else None
    for number, cell in enumerate(cells if isinstance(cells, list) else [], start=1):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            yield number, cell


def _stopped(cell: dict[str, Any]) -> bool:
    outputs = cell.get("outputs")
    return isinstance(outputs, list) and any(
        isinstance(one, dict) and one.get("output_type") == "error" for one in outputs
    )


def _left_behind(
    trees: Iterable[ast.Module], file: Path, language: Language
) -> Iterator[str]:
    """Yield the files that the code imports or names and that stay at home."""
    wanted = sorted({name for tree in trees for name in _files_named(tree)})
    own = {file.name, f"{file.stem}.py", f"{file.stem}.ipynb"}
    found = [name for name in wanted if name not in own and _lies_in(file.parent, name)]
    if found:
        line = language.text("not handed in, though your code uses it: {files}")
        yield line.format(files=_listed([clean(name, 60) for name in found]))


def _files_named(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (f"{alias.name.split('.')[0]}.py" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield f"{node.module.split('.')[0]}.py"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            name = node.value
            if "." in name and len(name) <= LONGEST_NAME and name.isprintable():
                yield name


def _lies_in(folder: Path, name: str) -> bool:
    try:
        return (folder / name).is_file()
    except (OSError, ValueError):
        return False


def _newer_form(file: Path, stub: Path, language: Language) -> Iterator[str]:
    """Yield a line if the work may be in the other form of the file."""
    other = file.with_suffix(OTHER_FORM.get(file.suffix.lower(), file.suffix))
    if other == file or not other.is_file():
        return
    if _is_same(other, stub / other.name):
        return
    if other.stat().st_mtime > file.stat().st_mtime:
        line = language.text("{other} is newer and is not handed in: which one counts?")
        yield line.format(other=clean(other.name, 100))


def _is_same(file: Path, stub: Path) -> bool:
    try:
        return stub.is_file() and stub.read_bytes() == file.read_bytes()
    except OSError:
        return False  # what can't be read is no reason not to hand in


def _listed(items: Iterable[object]) -> str:
    texts = [str(item) for item in items]
    more = len(texts) - MOST_NAMED
    return ", ".join(texts[:MOST_NAMED]) + (f" (+{more})" if more > 0 else "")
