"""Writing marks into a downloaded file: what is the same for every platform.

A mark is a share of what there is to get: where the platform's assignment has other points
than the lab, it is scaled. A cell that says the same already stays as it is written, and
one that says something else is changed and counted.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from decimal import Decimal

from grader.domain.exact import exact, points, rounded
from grader.domain.mark import Mark
from grader.exports.people import Places
from grader.exports.sheet import Sheet, number_in, number_text

DECIMALS = 2
# of those who were found by name alone
MOST_NAMES = 5


@dataclass(frozen=True)
class Entries:
    """What there is to write of one lab.

    Attributes:
        marks: By student.
        excused: Students for whom the lab does not count.
    """

    marks: Mapping[str, Mark]
    excused: AbstractSet[str] = frozenset()


@dataclass(frozen=True)
class Filled:
    """A file with marks in it.

    Attributes:
        column: Header of the column that was filled.
        scale: `100 to 20` if marks were scaled; else empty.
        new: Marks that were written where nothing stood.
        changed: Marks that were written where something else stood: `ada: 7 to 8.50`.
        same: Marks that stood there already.
        remarks: What a person should know, one line each.
    """

    content: bytes
    column: str
    scale: str = ""
    new: int = 0
    changed: tuple[str, ...] = ()
    same: int = 0
    remarks: tuple[str, ...] = ()


@dataclass
class Filling:
    """One file while it is filled.

    Attributes:
        sheet: The file.
        column: Number of the column for marks.
        maximum: Of the platform's assignment; None to write marks as they are.
        comma: Whether numbers have a decimal comma.
    """

    sheet: Sheet
    column: int
    maximum: Decimal | None
    comma: bool
    remarks: list[str] = field(default_factory=list)
    scales: set[str] = field(default_factory=set)
    new: int = 0
    changed: list[str] = field(default_factory=list)
    same: int = 0

    def put_mark(self, row: int, mark: Mark) -> None:
        """Write a mark, unless it stands there already or is out of range."""
        value = self._value(mark)
        most = self.maximum or exact(mark.max_score)
        if not 0 <= value <= most:
            self.remarks.append(
                f"{mark.student}: got {points(value)} points, expected 0 to "
                f"{points(most)}: not written"
            )
            return
        if number_in(self.sheet.value(row, self.column)) == value:
            self.same += 1
            return
        self.put(row, mark.student, number_text(value, comma=self.comma))

    def put(self, row: int, student: str, text: str) -> None:
        """Write the cell for a student's mark, unless it says so already."""
        was = self.sheet.value(row, self.column).strip()
        if was == text:
            self.same += 1
            return
        self.sheet.set(row, self.column, text)
        if was:
            self.changed.append(f"{student}: {was} to {text}")
        else:
            self.new += 1

    def _value(self, mark: Mark) -> Decimal:
        got, most = exact(mark.mark), exact(mark.max_score)
        if self.maximum is None or most <= 0 or most == self.maximum:
            return rounded(got, DECIMALS)
        self.scales.add(f"{points(most)} to {points(self.maximum)}")
        return rounded(got * self.maximum / most, DECIMALS)

    def tell_unplaced(self, entries: Entries, places: Places) -> None:
        """Tell who has a mark and no line, and who was found by nothing but a name."""
        self.remarks += places.doubtful
        if by_name := [one for one in places.by_name if one in entries.marks]:
            listed = ", ".join(by_name[:MOST_NAMES])
            more = ", ..." if len(by_name) > MOST_NAMES else ""
            self.remarks.append(
                f"{len(by_name)} found by name alone ({listed}{more}): look at them, or "
                "put ids or addresses on the roster"
            )
        for student in _missing(entries, places):
            self.remarks.append(f"{student} is not in {self.sheet.name}: not written")

    def filled(self) -> Filled:
        """Return the file."""
        return Filled(
            content=self.sheet.render(),
            column=self.sheet.header[self.column],
            scale=", ".join(sorted(self.scales)),
            new=self.new,
            changed=tuple(self.changed),
            same=self.same,
            remarks=tuple(self.remarks),
        )


def _missing(entries: Entries, places: Places) -> Iterable[str]:
    known = {*places.lines, *places.doubted}
    return sorted({*entries.marks, *entries.excused} - known)
