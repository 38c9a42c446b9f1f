"""Marks into an offline grading worksheet that was downloaded from Moodle.

The headers are in the language of whoever downloaded it, so columns are known by the
words of several languages and else by what stands in them. The file's order is Moodle's:
who it is, the status, the grade with its maximum beside it, times, feedback. Moodle takes
a line if its `Last modified (grade)` has not changed since: that column is left alone.

Source: Moodle, `mod/assign/gradingtable.php`,
`mod/assign/feedback/offline/importgradeslib.php`.
"""

import html
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grader.domain.mark import Mark
from grader.domain.report import LabReport
from grader.domain.verdict import Outcome
from grader.errors import LabError
from grader.exports.filling import Entries, Filled, Filling
from grader.exports.moodle_words import WORDS, Words
from grader.exports.people import Key, People
from grader.exports.sheet import Sheet, number_in
from grader.languages import ENGLISH, Language
from grader.reports.text import csv_cell
from grader.reports.words import number

# of a comment: more is in the report
MOST_ISSUES = 5
_PARTICIPANT = re.compile(r"(.*?)(\d+)", re.DOTALL)


@dataclass(frozen=True)
class Columns:
    """Where what stands; -1 for a column that is not there.

    Attributes:
        participant: `Participant 123`.
        grade: To be filled; the maximum is the next one.
        feedback: For comments.
    """

    participant: int
    grade: int
    feedback: int


def fill_worksheet(
    content: bytes,
    *,
    name: str,
    entries: Entries,
    people: People,
    comments: Mapping[str, str] | None = None,
    column: str | None = None,
) -> Filled:
    """Return the worksheet with marks in it, all else as it was.

    Who is excused keeps the line as it is: a worksheet has no word for that.

    Args:
        content: The downloaded file.
        name: Its name, for messages.
        entries: What to write.
        people: Who is who.
        comments: By student, plain text for the feedback; None to leave feedback alone.
        column: Header of the column for grades, where nothing else tells.

    Raises:
        LabError: If it is no worksheet, its columns can't be told, the assignment has a
            scale and no points, or there is no column for comments.
    """
    sheet = Sheet(content, name=name)
    columns = _columns(sheet, column)
    if comments is not None and columns.feedback < 0:
        listed = ", ".join(sheet.header)
        raise LabError(
            f"{name}: got the columns {listed}, expected one for feedback comments; "
            "switch them on in the assignment's settings, or leave --comments out"
        )
    rows = _students(sheet)
    naming = _naming(sheet, rows, columns)
    lines = {row: _keys(sheet, row, columns, naming) for row in rows}
    places = people.places(lines)
    filling = Filling(
        sheet=sheet,
        column=columns.grade,
        maximum=None,
        comma=sheet.comma_in((columns.grade, columns.grade + 1)),
    )
    for student, row in places.lines.items():
        if student in entries.excused:
            filling.remarks.append(f"{student} is excused: not written")
        elif (mark := entries.marks.get(student)) is not None:
            filling.maximum = _maximum(sheet, row, columns)
            filling.put_mark(row, mark)
            if comments is not None:
                _put_comment(filling, row, columns, student, comments.get(student, ""))
    filling.tell_unplaced(Entries(entries.marks), places)
    return filling.filled()


def comment_on(
    mark: Mark, report: LabReport | None, *, language: Language = ENGLISH
) -> str:
    """Return a few plain words on a mark: how it came about, what is not right yet."""
    _ = language.text
    told = [
        _("{n} of {m} points").format(
            n=number(mark.mark, language), m=number(mark.max_score, language)
        ),
        *(language.told(sentence) for sentence in mark.why),
    ]
    if report is not None and report.submission.sha256 == mark.sha256:
        open_ = [
            f"{check.task} {language.told(check.title).rstrip('.')}"
            for check in report.checks
            if check.points > 0 and check.outcome is not Outcome.PASSED
        ]
        shown = open_[:MOST_ISSUES]
        if (more := len(open_) - MOST_ISSUES) > 0:
            shown.append(language.plural("{n} more", "{n} more", more))
        if shown:
            # a title says what should be so
            told.append(_("not right yet: {checks}").format(checks="; ".join(shown)))
    return "; ".join(told)


def _put_comment(
    filling: Filling, row: int, columns: Columns, student: str, text: str
) -> None:
    sheet = filling.sheet
    was = sheet.value(row, columns.feedback)
    # Moodle takes it for HTML; an apostrophe can't open anything there
    new = csv_cell(html.escape(text, quote=False))
    if was.strip() and was != new:
        filling.remarks.append(f"{student} has a comment already: it is kept")
    elif text and was != new:
        sheet.set(row, columns.feedback, new)


def _students(sheet: Sheet) -> list[int]:
    return [row for row in range(1, sheet.height) if not sheet.is_blank(row)]


def _columns(sheet: Sheet, wanted: str | None) -> Columns:
    """Return where what stands.

    Raises:
        LabError: If this is no worksheet, or it can't be told.
    """
    rows = _students(sheet)
    participant = _participants(sheet, rows)
    if participant < 0 or not rows:
        got = ", ".join(sheet.header[:4])[:100]
        raise LabError(
            f"{sheet.name}: got the columns {got!r}, expected a first column with cells "
            "such as “Participant 123”; in Moodle choose “Download grading worksheet”"
        )
    header = [" ".join(title.casefold().split()) for title in sheet.header]
    words = [one for one in WORDS if _speaks(one, header)]
    grade = (
        _wanted(sheet, wanted) if wanted else _grade(sheet, rows, participant, words)
    )
    if words and not any(one.modified in header for one in words):
        raise LabError(
            f"{sheet.name}: got no column {words[0].modified!r}, without which Moodle "
            "takes no worksheet; download it again"
        )
    feedback = [
        place
        for place, title in enumerate(header)
        if place > grade and any(title == one.feedback for one in words)
    ]
    return Columns(participant, grade, feedback[0] if feedback else -1)


def _participants(sheet: Sheet, rows: list[int]) -> int:
    """Return the first column whose cells are one word and different numbers."""
    for column in range(len(sheet.header)):
        found = [_PARTICIPANT.fullmatch(sheet.value(row, column)) for row in rows]
        matches = [one for one in found if one]
        if (
            len(matches) == len(rows)
            and len({one[2] for one in matches}) == len(rows)
            and len({one[1] for one in matches}) == 1
        ):
            return column
    return -1


def _speaks(words: Words, header: list[str]) -> bool:
    """Return whether a header is in a language: the grade, and beside it its maximum."""
    pairs = itertools.pairwise(header)
    return any(
        left == words.grade and right in {words.maximum, words.scale}
        for left, right in pairs
    )


def _wanted(sheet: Sheet, wanted: str) -> int:
    found = [i for i, title in enumerate(sheet.header) if title.strip() == wanted]
    if len(found) != 1 or found[0] + 1 >= len(sheet.header):
        listed = ", ".join(sheet.header)
        raise LabError(
            f"{sheet.name}: got --column {wanted}, expected one of: {listed}"
        )
    return found[0]


def _grade(sheet: Sheet, rows: list[int], participant: int, words: list[Words]) -> int:
    """Return the column for grades: by its words, or by the maximum that stands beside."""
    header = [" ".join(title.casefold().split()) for title in sheet.header]
    found = [
        place
        for place in range(participant + 1, len(header) - 1)
        if any(
            header[place] == one.grade and header[place + 1] in {one.maximum, one.scale}
            for one in words
        )
        or (not words and _is_grade(sheet, rows, place))
    ]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(sheet.header)
    raise LabError(
        f"{sheet.name}: nothing tells which column is for grades; say --column with one "
        f"of: {listed}"
    )


def _is_grade(sheet: Sheet, rows: list[int], column: int) -> bool:
    """Return whether one maximum stands beside, and nothing above it here."""
    beside = {sheet.value(row, column + 1).strip() for row in rows}
    most = number_in(beside.pop()) if len(beside) == 1 else None
    if most is None or most <= 0:
        return False
    cells = [sheet.value(row, column).strip() for row in rows]
    got = [number_in(cell) for cell in cells]
    return all(
        not cell or (value is not None and 0 <= value <= most)
        for cell, value in zip(cells, got, strict=True)
    )


def _maximum(sheet: Sheet, row: int, columns: Columns) -> Decimal:
    """Return the points of the assignment.

    Raises:
        LabError: If it has a scale.
    """
    cell = sheet.value(row, columns.grade + 1)
    most = number_in(cell)
    if most is None or most <= 0:
        shown = ", ".join(cell.split("\n"))[:60]
        raise LabError(
            f"{sheet.name}, line {sheet.line(row)}: got the scale {shown!r}, expected "
            "points; set the assignment's grade to points in Moodle and download again"
        )
    return most


def _keys(sheet: Sheet, row: int, columns: Columns, naming: Sequence[int]) -> list[Key]:
    """Return what a student may be known by: the participant's number, then the rest.

    Under blind marking nothing else stands there.
    """
    match = _PARTICIPANT.fullmatch(sheet.value(row, columns.participant))
    cells = [sheet.value(row, place) for place in naming]
    return [
        Key("id", match[2] if match else ""),
        *(Key(kind, cell) for kind in ("number", "login") for cell in cells),
        Key("name", sheet.value(row, columns.participant + 1)),
    ]


def _naming(sheet: Sheet, rows: list[int], columns: Columns) -> list[int]:
    """Return the columns after the name that tell students apart: numbers, addresses.

    The first that does not is the status; a group's number after it is nobody's.
    """

    def tells_apart(column: int) -> bool:
        found = [cell for row in rows if (cell := sheet.value(row, column).strip())]
        return len(set(found)) == len(found)

    after_name = range(columns.participant + 2, columns.grade)
    return list(itertools.takewhile(tells_apart, after_name))
