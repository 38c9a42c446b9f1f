"""A CSV file that somebody downloaded, kept byte for byte but for the cells that are set.

`csv` reads cells and forgets how they were written: which were quoted, where lines end,
what stood in an empty line. Whoever uploads the file again would send changes that nobody
made. So each cell is kept as it is written, and only one that is set is written anew, in
the file's own manner.

What is kept, too: the byte-order mark, the separator, the decimal comma, columns and lines
that nobody knows.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from grader.errors import LabError

MARK = "\ufeff"
SEPARATORS = (",", ";", "\t")
# a university's largest course is a tenth of it
MOST_BYTES = 20_000_000
_NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
_LINE_END = re.compile(r"\r\n|\n|\r")


class Sheet:
    """The cells of a downloaded CSV file."""

    def __init__(self, content: bytes, *, name: str) -> None:
        """Read it.

        Args:
            content: The file's bytes.
            name: The file's name, for messages.

        Raises:
            LabError: If it is no UTF-8, empty, too large, or a quote is left open.
        """
        self.name = name
        text = _text(content, name)
        self._mark = MARK if text.startswith(MARK) else ""
        text = text.removeprefix(MARK)
        self._separator = _separator(text)
        self._rows = _cells(text, self._separator, name)
        if not any(cell.value.strip() for row in self._rows for cell in row):
            raise LabError(f"{name} is empty: download it again")
        for row in range(self.height):
            if len(self._rows[row]) > len(self.header) and not self.is_blank(row):
                # a quote in a wrong place moves cells to other columns
                raise self._torn(row)

    @property
    def header(self) -> tuple[str, ...]:
        """Return the values of the first line."""
        return self.values(0)

    @property
    def height(self) -> int:
        """Return how many lines there are, the header with them."""
        return len(self._rows)

    def values(self, row: int) -> tuple[str, ...]:
        """Return the values of one line, from 0; as many as it has."""
        return tuple(cell.value for cell in self._rows[row])

    def value(self, row: int, column: int) -> str:
        """Return one value; empty where the line is shorter."""
        cells = self._rows[row]
        return cells[column].value if column < len(cells) else ""

    def is_blank(self, row: int) -> bool:
        """Return whether nothing but separators and spaces stands in a line."""
        return not any(cell.value.strip() for cell in self._rows[row])

    def line(self, row: int) -> int:
        """Return the number of a line of cells in the file, from 1, as editors count."""
        return self._rows[row].line

    def set(self, row: int, column: int, text: str) -> None:
        """Write one cell, in quotes if it was or must be.

        Raises:
            LabError: If the line has no such cell.
        """
        cells = self._rows[row]
        if column >= len(cells):
            raise self._torn(row)
        was = cells[column]
        quoted = was.raw.startswith('"') or _needs_quotes(text, self._separator)
        raw = '"' + text.replace('"', '""') + '"' if quoted else text
        cells[column] = _Cell(raw, text)

    def _torn(self, row: int) -> LabError:
        return LabError(
            f"{self.name}, line {self.line(row)}: got {len(self._rows[row])} cells, "
            f"expected {len(self.header)} as in the header; download the file again"
        )

    def render(self) -> bytes:
        """Return the file's bytes."""
        lines = (
            self._separator.join(cell.raw for cell in row) + row.end
            for row in self._rows
        )
        return (self._mark + "".join(lines)).encode()

    def comma_in(self, columns: Sequence[int]) -> bool:
        """Return whether numbers in some columns have a decimal comma."""
        cells = (
            self.value(row, column) for row in range(self.height) for column in columns
        )
        found = [cell.strip() for cell in cells if _NUMBER.fullmatch(cell.strip())]
        return any("," in cell for cell in found) and not any("." in c for c in found)


class _Cell:
    """One cell as it is written, and what it says."""

    __slots__ = ("raw", "value")

    def __init__(self, raw: str, value: str) -> None:
        self.raw = raw
        self.value = value


class _Row(list[_Cell]):
    """One line of cells; a quoted cell may hold line ends, so it may be several lines."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.end = ""


def number_in(text: str) -> Decimal | None:
    """Return the number in a cell, with a decimal point or comma; None for none."""
    plain = text.strip()
    return Decimal(plain.replace(",", ".")) if _NUMBER.fullmatch(plain) else None


def number_text(value: Decimal, *, comma: bool) -> str:
    """Return a number with two decimals, as platforms write marks: `85.50`."""
    text = f"{value:.2f}"
    return text.replace(".", ",") if comma else text


def _text(content: bytes, name: str) -> str:
    if len(content) > MOST_BYTES:
        raise LabError(f"{name}: larger than 20 MB, which no gradebook is")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise LabError(
            f"{name}, line {line}: not UTF-8; download it again and do not save it in a "
            "spreadsheet, or save it as “CSV UTF-8”"
        ) from error


def _separator(text: str) -> str:
    """Return what separates most cells in the header."""
    header = _unquoted(text)
    return max(SEPARATORS, key=header.count)


def _unquoted(text: str) -> str:
    """Return the first line of cells without what stands in quotes."""
    quoted = False
    for place, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif character in "\r\n" and not quoted and place:
            return re.sub(r'"[^"]*"', "", text[:place])
    return re.sub(r'"[^"]*"', "", text)


def _cells(text: str, separator: str, name: str) -> list[_Row]:
    """Return the cells line by line, each with the end of its line.

    Source: RFC 4180. A quote inside a cell without quotes is a quote, and what follows a
    closing quote belongs to the cell, as readers of CSV agree.
    """
    plain = re.compile(f"[^{re.escape(separator)}\r\n]*")
    rows: list[_Row] = []
    place, line = 0, 1
    while place < len(text):
        row = _Row(line)
        while True:
            start = place
            value = ""
            if text.startswith('"', place):
                value, place = _quoted(text, place, line=line, name=name)
            rest = plain.match(text, place)
            place = rest.end() if rest else place
            raw = text[start:place]
            row.append(_Cell(raw, value + (rest.group() if rest else "")))
            line += len(_LINE_END.findall(raw))
            if not text.startswith(separator, place):
                break
            place += 1
        if end := _LINE_END.match(text, place):
            row.end, place = end.group(), end.end()
            line += 1
        rows.append(row)
    return rows


def _quoted(text: str, start: int, *, line: int, name: str) -> tuple[str, int]:
    """Return what stands in quotes, and where it ends."""
    place = start + 1
    while (place := text.find('"', place)) >= 0:
        if not text.startswith('""', place):
            return text[start + 1 : place].replace('""', '"'), place + 1
        place += 2
    raise LabError(
        f"{name}, line {line}: a quote is opened and never closed; download it again"
    )


def _needs_quotes(text: str, separator: str) -> bool:
    return any(c in text for c in (separator, '"', "\r", "\n")) or text != text.strip()
