"""Read a roster: CSV as spreadsheets and learning platforms write it."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from grader.domain.policy import Enrolled
from grader.domain.teams import squashed
from grader.domain.text import clean
from grader.errors import LabError

SEPARATORS = {",": "a comma", ";": "a semicolon", "\t": "a tab"}
# column -> what else it may be called
COLUMNS = {
    "student": (),
    "name": (),
    "email": (),
    "group": ("section",),
    "id": (),
    "team": ("teams",),
}
# between the teams of one student
BETWEEN = ";"
# a university's largest course is a tenth of it
MOST_BYTES = 20_000_000


def read_roster(path: Path) -> tuple[Enrolled, ...]:
    """Return who is enrolled, in the file's order.

    UTF-8, with commas, semicolons or tabs. The column `student` is needed, in which names
    stand as the folders of the hand-ins are called; columns that are not ours are left
    alone, and so are empty lines.

    Raises:
        LabError: If it can't be read or understood, names a student twice, or a team so
            that it can't be told from a student or from another team; one line that names
            the file and the line.
    """
    text = _text(path)
    delimiter = _delimiter(path, text)
    found: dict[str, int] = {}
    students = []
    for line, row in _rows(path, text, delimiter):
        student = clean(row.get("student", ""))
        if not student:
            raise LabError(f"{path}, line {line}: no name in the column student")
        if student in found:
            raise LabError(
                f"{path}, line {line}: {student} stands in line {found[student]} "
                "already; leave one of them"
            )
        found[student] = line
        students.append(_enrolled(student, row))
    if not students:
        raise LabError(f"{path}, line 1: no student below the header")
    _check_teams(path, students, [found[one.student] for one in students])
    return tuple(students)


def _enrolled(student: str, row: Mapping[str, str]) -> Enrolled:
    fields = {name: cell for name, cell in row.items() if name != "team"}
    teams = dict.fromkeys(map(clean, row.get("team", "").split(BETWEEN)))
    named = tuple(filter(None, teams))
    return Enrolled.model_validate({**fields, "student": student, "teams": named})


def _check_teams(
    path: Path, students: Sequence[Enrolled], lines: Sequence[int]
) -> None:
    """Refuse teams that platforms' names of files could not tell apart.

    Raises:
        LabError: If a team is called like a student or, but for case and punctuation,
            like another team.
    """
    taken: dict[str, int] = {}
    for one, line in zip(students, lines, strict=True):
        for name in filter(None, map(squashed, (one.student, one.name, one.id))):
            taken.setdefault(name, line)
    written: dict[str, tuple[str, int]] = {}
    for one, line in zip(students, lines, strict=True):
        for team in one.teams:
            plain = squashed(team)
            before, first = written.setdefault(plain, (team, line))
            if not plain:
                raise LabError(
                    f"{path}, line {line}: got the team {team}, expected a name with a "
                    "letter or a digit"
                )
            if plain in taken:
                raise LabError(
                    f"{path}, line {line}: the team {team} is called like the student in "
                    f"line {taken[plain]}; give the team another name"
                )
            if before != team:
                raise LabError(
                    f"{path}, line {line}: platforms write the team {team} like {before} "
                    f"in line {first}; spell one team alike, and two with other letters"
                )


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise LabError(f"{path}: larger than 20 MB, which no roster is")
        content = path.read_bytes()
    except OSError as error:
        raise LabError(f"{path} can't be read: {error.strerror}") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise LabError(
            f"{path}, line {line}: not UTF-8; in a spreadsheet save it as “CSV UTF-8”"
        ) from error


def _delimiter(path: Path, text: str) -> str:
    header = text.split("\n", maxsplit=1)[0]
    for delimiter in SEPARATORS:
        if "student" in _names(next(csv.reader([header], delimiter=delimiter), [])):
            return delimiter
    raise LabError(
        f"{path}, line 1: got the columns {clean(header, 100)!r}, expected one that is "
        "called student"
    )


def _names(header: list[str]) -> list[str]:
    """Return the columns by our names; what is not ours as it is."""
    ours = {
        other: name for name, others in COLUMNS.items() for other in (name, *others)
    }
    plain = [cell.strip().casefold() for cell in header]
    return [ours.get(cell, cell) for cell in plain]


def _rows(
    path: Path, text: str, delimiter: str
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield each row's first line and its cells by our columns; no empty rows."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names: list[str] = []
    line = 1
    try:
        for cells in reader:
            if not names:
                names = _header(path, cells)
            elif any(cell.strip() for cell in cells):
                if len(cells) > len(names):
                    raise LabError(
                        f"{path}, line {line}: got {len(cells)} cells, expected at most "
                        f"{len(names)} as in the header; put quotes round a cell that "
                        f"holds {SEPARATORS[delimiter]}"
                    )
                pairs = zip(names, cells, strict=False)
                yield line, {key: clean(cell) for key, cell in pairs if key in COLUMNS}
            line = reader.line_num + 1
    except csv.Error as error:
        raise LabError(f"{path}, line {reader.line_num}: not CSV: {error}") from error


def _header(path: Path, cells: list[str]) -> list[str]:
    names = _names(cells)
    for name in COLUMNS:
        if names.count(name) > 1:
            raise LabError(
                f"{path}, line 1: two columns are called {name}, expected one"
            )
    return names
