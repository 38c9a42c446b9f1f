"""Bytes of a notebook to its code cells; outputs are dropped unread.

Jupyter's own reader validates all of a notebook and answers with the first thing that
its schema dislikes, in a dozen kinds of exception. Grading needs the code alone, so this
takes what is there, and says what it had to repair. The rules of the formats 1 to 4 for
code cells are few: where the cells lie, and what their source is called.
Source: nbformat documentation, "The Notebook file format"
"""

import ast
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from grader.domain.submission import Cell, Fault
from grader.domain.text import clean
from grader.errors import SubmissionError
from grader.intake.definitions import (
    THE_NOTEBOOK,
    Text,
    cells_named,
    tell_of_text_like_code,
    without_late_stubs,
)
from grader.intake.drafts import Draft, Reader, drafts_of
from grader.intake.limits import IntakeLimits
from grader.intake.mending import Mended, UnmendableError, json_of, text_of

CELL_TYPES = frozenset({"code", "markdown", "raw", "heading", "html", "text"})
# what makes a text a program rather than a few words that happen to parse
STATEMENTS = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign)
# of format 4: from 4.5 on, each cell has an id
IDS_SINCE_MINOR = 5
# a list or dict takes up to 250 bytes and another value up to 120; a plot that is kept as
# JSON has thousands of the first and a hundred thousands of the second
MOST_BRACKETS = 500_000
MOST_VALUES = 2_000_000
MOST_CELLS = 10_000
MOST_FAULTS = 50


class Code(NamedTuple):
    """What a file's bytes hold.

    Attributes:
        kind: What they are, whatever the file is called.
        cells: Those with code, in order, numbered among all cells from 1.
        faults: What was repaired or left out.
    """

    kind: Literal["py", "ipynb"]
    cells: tuple[Cell, ...]
    faults: tuple[Fault, ...] = ()


class _Faults:
    """A list of faults that a hostile notebook can't make endless."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._more = 0

    def add(self, where: str, message: str) -> None:
        if len(self._faults) < MOST_FAULTS:
            self._faults.append(Fault(where=where, message=clean(message, 300)))
        else:
            self._more += 1

    def all(self) -> tuple[Fault, ...]:
        if self._more:
            rest = Fault(where=THE_NOTEBOOK, message=f"{self._more} more faults")
            return (*self._faults, rest)
        return tuple(self._faults)


def notebook_code(raw: bytes, *, name: str, limits: IntakeLimits) -> Code:
    """Return the code cells of a notebook, IPython's syntax made plain Python.

    Args:
        raw: The file's bytes.
        name: The file's name, for messages.
        limits: How much code it may hold.

    Raises:
        SubmissionError: If the bytes are no Python notebook, or have too much code.
    """
    text, notes = _text(raw, name)
    mended = _mended(text, name)
    if mended is None:
        return _python(text, name, limits, notes)
    document = mended.document
    if not isinstance(document, dict):
        msg = f"{name} is JSON but not a notebook: hand in the file saved by Jupyter"
        raise SubmissionError(msg)
    faults = _Faults()
    for note in (*notes, *mended.notes):
        faults.add(THE_NOTEBOOK, note)
    entries = _cells(document, name)
    if len(entries) > MOST_CELLS:
        msg = f"{name} has {len(entries):,} cells, expected at most {MOST_CELLS:,}"
        raise SubmissionError(msg)
    _refuse_other_languages(document, name)
    _note_python_2(document, faults)
    if not mended.partial:
        _note_repairs(document, entries, faults)
    cells = _code_cells(entries, faults)
    sources = list(_sources(cells, faults))
    _refuse_much(sum(len(source.encode()) for _, source in sources), name, limits)
    return Code("ipynb", _plain_cells(sources, entries, faults), faults.all())


def _text(raw: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    if not raw.strip(b"\0 \t\r\n"):
        msg = f"{name} is empty, expected a notebook: save it in Jupyter, hand it in again"
        raise SubmissionError(msg)
    # counted before a parser makes objects of them; in a text they count as well
    brackets = raw.count(b"{") + raw.count(b"[")
    if brackets > MOST_BRACKETS or raw.count(b",") > MOST_VALUES:
        msg = f"{name} has too many JSON objects: clear its outputs, hand it in again"
        raise SubmissionError(msg)
    return text_of(raw)


def _mended(text: str, name: str) -> Mended | None:
    """Return a notebook's JSON; None if the text is a program in Python."""
    try:
        return json_of(text)
    except RecursionError as error:
        msg = f"{name} is nested too deeply, expected a notebook: save it in Jupyter"
        raise SubmissionError(msg) from error
    except UnmendableError as error:
        if _is_program(text):
            return None
        msg = f"{name} is not a notebook: {error}"
        raise SubmissionError(msg) from error


def _is_program(text: str) -> bool:
    tree = None if "\0" in text else Reader().tree(text)
    return tree is not None and any(isinstance(one, STATEMENTS) for one in tree.body)


def _python(text: str, name: str, limits: IntakeLimits, notes: tuple[str, ...]) -> Code:
    """Return a program that is called a notebook as the program that it is."""
    _refuse_much(len(text.encode("utf-8", "replace")), name, limits)
    told = (*notes, "it is a Python file named .ipynb: name it .py")
    code = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    faults = tuple(Fault(where=name, message=note) for note in told)
    return Code("py", (Cell(index=1, code=code),), faults)


def _refuse_much(size: int, name: str, limits: IntakeLimits) -> None:
    if size > limits.code_bytes:
        msg = (
            f"{name} has {size:,} bytes of code, expected at most"
            f" {limits.code_bytes:,}: hand in the lab's code alone"
        )
        raise SubmissionError(msg)


def _cells(document: dict[str, Any], name: str) -> list[Any]:
    """Return the list of cells, wherever this format has it."""
    cells = document.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = document.get("worksheets")
    if isinstance(sheets, list):
        found = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        return [cell for cells in found if isinstance(cells, list) for cell in cells]
    msg = f"{name} is JSON but has no cells: hand in the file saved by Jupyter"
    raise SubmissionError(msg)


def _note_python_2(document: dict[str, Any], faults: _Faults) -> None:
    metadata = document.get("metadata")
    info = metadata.get("language_info") if isinstance(metadata, dict) else None
    version = info.get("version") if isinstance(info, dict) else None
    if isinstance(version, str) and version.startswith("2."):
        faults.add(THE_NOTEBOOK, "it was run by Python 2: here it is run by Python 3")


def _refuse_other_languages(document: dict[str, Any], name: str) -> None:
    metadata = document.get("metadata")
    for key, field in (("kernelspec", "language"), ("language_info", "name")):
        described = metadata.get(key) if isinstance(metadata, dict) else None
        language = described.get(field) if isinstance(described, dict) else None
        if not isinstance(language, str) or not language:
            continue
        if "python" not in language.lower():
            msg = (
                f"{name} is a notebook in {clean(language, 40)}, expected Python:"
                " choose a Python kernel"
            )
            raise SubmissionError(msg)


def _note_repairs(document: dict[str, Any], cells: list[Any], faults: _Faults) -> None:
    """Note what Jupyter would have to make up: version, ids, metadata."""
    major, minor = document.get("nbformat"), document.get("nbformat_minor")
    if not isinstance(major, int):
        faults.add(THE_NOTEBOOK, "repaired: its format's version is missing")
    elif major != 4:
        faults.add(
            THE_NOTEBOOK, f"repaired: format {min(major, 99)} was read as format 4"
        )
    numbered = [(n, cell) for n, cell in enumerate(cells, 1) if isinstance(cell, dict)]
    bare = [n for n, cell in numbered if not isinstance(cell.get("metadata"), dict)]
    if bare:
        faults.add(THE_NOTEBOOK, f"repaired: {cells_named(bare)} without metadata")
    if major != 4 or not isinstance(minor, int) or minor < IDS_SINCE_MINOR:
        return
    ids = [(n, cell.get("id")) for n, cell in numbered]
    texts = [(n, given) for n, given in ids if isinstance(given, str)]
    if missing := [n for n, given in ids if not isinstance(given, str)]:
        faults.add(THE_NOTEBOOK, f"repaired: {cells_named(missing)} without an id")
    # filled from the end, so that of several cells the first owns the id
    owners = {given: n for n, given in reversed(texts)}
    if doubled := [n for n, given in texts if owners[given] != n]:
        faults.add(
            THE_NOTEBOOK, f"repaired: {cells_named(doubled)} with an earlier cell's id"
        )


def _code_cells(
    entries: list[Any], faults: _Faults
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield number and entry of each code cell."""
    for index, cell in enumerate(entries, start=1):
        kind = cell.get("cell_type") if isinstance(cell, dict) else None
        if not isinstance(kind, str) or kind not in CELL_TYPES:
            faults.add(f"cell {index}", "left out: it is no notebook cell")
        elif kind == "code":
            yield index, cell


def _sources(
    cells: Iterator[tuple[int, dict[str, Any]]], faults: _Faults
) -> Iterator[tuple[int, str]]:
    """Yield number and source of each code cell that has any code."""
    for index, cell in cells:
        source = _source(cell)
        if source is None:
            faults.add(f"cell {index}", "left out: its source is no text")
        elif source.strip():
            yield index, source


def _source(cell: dict[str, Any]) -> str | None:
    """Return a cell's source, None if it can't be compiled whatever it says."""
    # formats 1 to 3 call it `input` or `code`
    source = next((cell[key] for key in ("source", "input", "code") if key in cell), "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str) or "\0" in source:
        return None
    try:
        source.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return None
    return source.replace("\r\n", "\n").replace("\r", "\n")


def _plain_cells(
    sources: list[tuple[int, str]], entries: list[Any], faults: _Faults
) -> tuple[Cell, ...]:
    reader = Reader()
    drafts = drafts_of(sources, reader, faults.add)
    if not drafts:
        faults.add(THE_NOTEBOOK, "it has no code to run: was another file meant?")
    kept = without_late_stubs(drafts, faults.add)
    tell_of_text_like_code(_texts(entries), drafts, reader, faults.add)
    return tuple(_cell(draft) for draft in kept)


def _texts(entries: list[Any]) -> Iterator[Text]:
    for index, cell in enumerate(entries, start=1):
        kind = cell.get("cell_type") if isinstance(cell, dict) else None
        if kind in ("markdown", "raw") and (source := _source(cell)):
            yield Text(index, kind, source)


def _cell(draft: Draft) -> Cell:
    return Cell(index=draft.index, code=draft.code, broken=draft.broken)
