"""Bytes of a notebook to its code cells; outputs are dropped unread.

Jupyter's own reader validates all of a notebook and answers with the first thing that
its schema dislikes, in a dozen kinds of exception. Grading needs the code alone, so this
takes what is there, and says what it had to repair. The rules of the formats 1 to 4 for
code cells are few: where the cells lie, and what their source is called.
Source: nbformat documentation, "The Notebook file format"
"""

import json
from collections.abc import Collection, Iterator
from typing import Any, Literal, NamedTuple

from grader.domain.submission import Cell, Fault
from grader.domain.text import clean
from grader.errors import SubmissionError
from grader.intake.limits import IntakeLimits
from grader.intake.magics import BUDGET, plain_python

THE_NOTEBOOK = "the notebook"
CELL_TYPES = frozenset({"code", "markdown", "raw", "heading", "html"})
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
    document = _parsed(raw, name)
    faults = _Faults()
    entries = _cells(document, name, faults)
    if len(entries) > MOST_CELLS:
        msg = f"{name} has {len(entries):,} cells, expected at most {MOST_CELLS:,}"
        raise SubmissionError(msg)
    _refuse_other_languages(document, name)
    _note_repairs(document, entries, faults)
    sources = list(_sources(entries, faults))
    size = sum(len(source.encode()) for _, source in sources)
    if size > limits.code_bytes:
        msg = (
            f"{name} has {size:,} bytes of code, expected at most"
            f" {limits.code_bytes:,}: hand in the lab's code alone"
        )
        raise SubmissionError(msg)
    cells = tuple(_plain_cells(sources, faults))
    return Code("ipynb", cells, faults.all())


def _parsed(raw: bytes, name: str) -> dict[str, Any]:
    if not raw.strip():
        msg = f"{name} is empty, expected a notebook: save it in Jupyter, hand it in again"
        raise SubmissionError(msg)
    # counted before a parser makes objects of them; in a text they count as well
    brackets = raw.count(b"{") + raw.count(b"[")
    if brackets > MOST_BRACKETS or raw.count(b",") > MOST_VALUES:
        msg = f"{name} has too many JSON objects: clear its outputs, hand it in again"
        raise SubmissionError(msg)
    try:
        document = json.loads(raw)
    except RecursionError as error:
        msg = f"{name} is nested too deeply, expected a notebook: save it in Jupyter"
        raise SubmissionError(msg) from error
    except ValueError as error:
        msg = f"{name} is not a notebook: {_no_json(raw, error)}"
        raise SubmissionError(msg) from error
    if not isinstance(document, dict):
        msg = f"{name} is JSON but not a notebook: hand in the file saved by Jupyter"
        raise SubmissionError(msg)
    return document


def _no_json(raw: bytes, error: ValueError) -> str:
    """Say what the file probably is, and what to do."""
    start = raw.lstrip()[:100]
    if start.startswith(b"<"):
        return "it is a web page; download the file itself (on GitHub: Raw)"
    if start.startswith(b"PK"):
        return "it is a zip; unpack it, or name it .zip"
    if b"\n<<<<<<< " in raw:
        return "it has a merge conflict; resolve it and save it in Jupyter"
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno} is no JSON; save it in Jupyter, hand it in again"
    return "it is no JSON; save it in Jupyter, hand it in again"


def _cells(document: dict[str, Any], name: str, faults: _Faults) -> list[Any]:
    """Return the list of cells, wherever this format has it."""
    version = document.get("nbformat")
    if not isinstance(version, int):
        faults.add(THE_NOTEBOOK, "its format's version is missing")
    elif version != 4:
        faults.add(THE_NOTEBOOK, f"format {min(version, 99)} was read as format 4")
    cells = document.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = document.get("worksheets")
    if isinstance(sheets, list):
        found = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        return [cell for cells in found if isinstance(cells, list) for cell in cells]
    msg = f"{name} is JSON but has no cells: hand in the file saved by Jupyter"
    raise SubmissionError(msg)


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
    """Note ids and metadata that Jupyter would have to make up."""
    major, minor = document.get("nbformat"), document.get("nbformat_minor")
    numbered = [(n, cell) for n, cell in enumerate(cells, 1) if isinstance(cell, dict)]
    bare = [n for n, cell in numbered if not isinstance(cell.get("metadata"), dict)]
    if bare:
        faults.add(THE_NOTEBOOK, f"{_cells_named(bare)} without metadata")
    if major != 4 or not isinstance(minor, int) or minor < IDS_SINCE_MINOR:
        return
    ids = [(n, cell.get("id")) for n, cell in numbered]
    texts = [(n, given) for n, given in ids if isinstance(given, str)]
    if missing := [n for n, given in ids if not isinstance(given, str)]:
        faults.add(THE_NOTEBOOK, f"{_cells_named(missing)} without an id")
    # filled from the end, so that of several cells the first owns the id
    owners = {given: n for n, given in reversed(texts)}
    if doubled := [n for n, given in texts if owners[given] != n]:
        faults.add(THE_NOTEBOOK, f"{_cells_named(doubled)} with an earlier cell's id")


def _cells_named(indices: Collection[int]) -> str:
    """Return "cells 1, 2, 3 and 4 more"."""
    first = list(indices)[:3]
    more = f" and {len(indices) - len(first)} more" if len(indices) > len(first) else ""
    noun = "cell" if len(indices) == 1 else "cells"
    return f"{noun} {', '.join(map(str, first))}{more}"


def _sources(cells: list[Any], faults: _Faults) -> Iterator[tuple[int, str]]:
    """Yield number and source of each code cell that has any code."""
    for index, cell in enumerate(cells, start=1):
        where = f"cell {index}"
        kind = cell.get("cell_type") if isinstance(cell, dict) else None
        if not isinstance(kind, str) or kind not in CELL_TYPES:
            faults.add(where, "left out: it is no notebook cell")
        elif kind == "code":
            source = _source(cell)
            if source is None:
                faults.add(where, "left out: its source is no text")
            elif source.strip():
                yield index, source


def _source(cell: dict[str, Any]) -> str | None:
    """Return a code cell's source, None if it can't be compiled whatever it says."""
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


def _plain_cells(sources: list[tuple[int, str]], faults: _Faults) -> Iterator[Cell]:
    budget = BUDGET
    for index, source in sources:
        plain = plain_python(source, budget=budget)
        budget -= plain.cost
        for note in plain.notes:
            faults.add(f"cell {index}", note)
        if plain.code:
            yield Cell(index=index, code=plain.code)
