"""Marks into a gradebook that was downloaded from Canvas.

Canvas's own importer decides what is what here: which lines are no students, by what it
knows a student, which columns it ignores. A column's header ends in the assignment's id;
a header without one would make a new assignment, so none is ever added.

Source: canvas-lms, `lib/gradebook_importer.rb` and `lib/gradebook_exporter.rb`.
"""

import re
from collections.abc import Mapping

from grader.domain.lab import Lab
from grader.errors import LabError
from grader.exports.filling import Entries, Filled, Filling
from grader.exports.people import Key, People
from grader.exports.sheet import Sheet, number_in

EXCUSED = "EX"
# who does not have the assignment
NOT_ASSIGNED = "N/A"
POINTS = "Points Possible"
TEST_STUDENTS = frozenset({"student, test", "test student"})
_TITLE = re.compile(r"(.*?)\s*\((\d+)\)")
_NO_ASSIGNMENT = re.compile(r"(Current|Final|Override) (Score|Points|Grade|Status)")
_NO_STUDENT = re.compile(r"\s*(muted|manual posting.*)?\s*", re.IGNORECASE)


def fill_gradebook(
    content: bytes,
    *,
    name: str,
    lab: Lab,
    entries: Entries,
    people: People,
    column: str | None = None,
) -> Filled:
    """Return the gradebook with a lab's marks in one column, all else as it was.

    An excused mark becomes `EX`. What Canvas has excused stays so, and who does not have
    the assignment keeps `N/A`: both are told.

    Args:
        content: The downloaded file.
        name: Its name, for messages.
        lab: Its title or name is that of the assignment.
        entries: What to write.
        people: Who is who.
        column: The assignment: its header, title or id; by the lab if left out.

    Raises:
        LabError: If it is no gradebook of Canvas, or nothing or too much tells the column.
    """
    sheet = Sheet(content, name=name)
    last = _last_column_of_people(sheet)
    points_row = _points_row(sheet)
    place = _assignment(sheet, last, points_row, lab, column)
    maximum = number_in(sheet.value(points_row, place)) if points_row else None
    filling = Filling(
        sheet=sheet,
        column=place,
        maximum=maximum or None,
        comma=sheet.comma_in(range(last + 1, len(sheet.header))),
    )
    if not maximum:
        filling.remarks.append(
            f"{sheet.header[place]} has no points possible: marks are written as they are"
        )
    lines = {row: _keys(sheet, row, last) for row in _students(sheet)}
    places = people.places(lines, one_id=True)
    for student, row in places.lines.items():
        _put(filling, row, student, entries)
    filling.tell_unplaced(entries, places)
    return filling.filled()


def _put(filling: Filling, row: int, student: str, entries: Entries) -> None:
    was = filling.sheet.value(row, filling.column).strip().upper()
    mark = entries.marks.get(student)
    if student in entries.excused:
        filling.put(row, student, EXCUSED)
    elif mark is not None and was in {EXCUSED, NOT_ASSIGNED}:
        why = "is excused" if was == EXCUSED else "does not have the assignment"
        filling.remarks.append(f"{student} {why} in Canvas ({was}): not overwritten")
    elif mark is not None:
        filling.put_mark(row, mark)


def _last_column_of_people(sheet: Sheet) -> int:
    """Return the number of the column with sections, the last that every file has.

    Raises:
        LabError: If this is no gradebook of Canvas.
    """
    header = sheet.header
    split = len(header) > 4 and "LastName" in header[0] and "FirstName" in header[1]
    ids = 2 if split else 1
    sections = [i for i, title in enumerate(header) if title.strip() == "Section"]
    is_ours = (split or "Student" in header[0]) and "ID" in header[ids : ids + 1]
    if not is_ours or not sections:
        got = ", ".join(header[:4])[:100]
        raise LabError(
            f"{sheet.name}: got the columns {got!r}, expected Student, ID, SIS Login ID, "
            "Section; in Canvas choose Grades, Export, Export Entire Gradebook"
        )
    return sections[0]


def _points_row(sheet: Sheet) -> int:
    """Return the number of the line with the points possible, 0 for none."""
    rows = range(1, sheet.height)
    return next((row for row in rows if POINTS in sheet.value(row, 0)), 0)


def _assignment(
    sheet: Sheet, last: int, points_row: int, lab: Lab, wanted: str | None
) -> int:
    """Return the number of the column to fill.

    Raises:
        LabError: If none or several may be meant; lists them.
    """
    known = {
        place: title
        for place, title in enumerate(sheet.header)
        if place > last
        and not _NO_ASSIGNMENT.search(title)
        and (_TITLE.fullmatch(title) or title == wanted)
        and not _is_read_only(sheet.value(points_row, place) if points_row else "")
    }
    names = {wanted} if wanted else {lab.title, lab.name}
    found = _named(known, {_plain(one) for one in names})
    if len(found) == 1:
        return found[0]
    listed = "; ".join(known.values()) or "none"
    meant = f"{wanted!r}" if wanted else f"{lab.title!r} or {lab.name!r}"
    many = "several assignments are" if found else "no assignment is"
    raise LabError(
        f"{sheet.name}: {many} called {meant}; say --column with one of: {listed}"
    )


def _named(known: Mapping[int, str], names: set[str]) -> list[int]:
    exact = [place for place, title in known.items() if _plain(title) in names]
    parts = {place: _TITLE.fullmatch(title) for place, title in known.items()}
    by_part = [
        place
        for place, match in parts.items()
        if match and {_plain(match[1]), match[2]} & names
    ]
    return exact or by_part


def _plain(title: str) -> str:
    return " ".join(title.casefold().replace("_", " ").split())


def _is_read_only(points: str) -> bool:
    # "(read only)", in the language of whoever downloaded it
    return bool(points.strip()) and number_in(points) is None


def _students(sheet: Sheet) -> list[int]:
    """Return the numbers of the lines that are about students."""
    return [
        row
        for row in range(1, sheet.height)
        if not sheet.is_blank(row)
        and POINTS not in sheet.value(row, 0)
        and not all(_NO_STUDENT.fullmatch(cell) for cell in sheet.values(row))
        and sheet.value(row, 0).strip().casefold() not in TEST_STUDENTS
    ]


def _keys(sheet: Sheet, row: int, last: int) -> list[Key]:
    """Return what Canvas knows a student by, in its own order.

    A roster may have Canvas's own number as the university's: before the name, that helps.
    """
    cells = {title.strip(): sheet.value(row, i) for i, title in enumerate(sheet.header)}
    name = cells.get("Student", "")
    if not name and last:
        name = f"{cells.get('FirstName', '')} {cells.get('LastName', '')}"
    return [
        Key("id", cells.get("ID", "")),
        Key("number", cells.get("SIS User ID", "")),
        Key("login", cells.get("SIS Login ID", "")),
        Key("number", cells.get("ID", "")),
        Key("name", name),
    ]
