"""Read a course's policy: `course.toml` beside `assignments/`, and the roster it names.

A mistake in them is one line that names the file, the line, the key, what was got and
what was expected. Nothing is guessed: a time that no clock shows, a student who is not on
the roster, a key that nobody knows are refused.
"""

import difflib
import json
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import ValidationError

from grader.domain.policy import (
    Enrolled,
    Excuse,
    Extension,
    LabPolicy,
    LateRule,
    Policy,
)
from grader.domain.teams import Teams
from grader.domain.text import clean
from grader.errors import LabError
from grader.labs.course import Course
from grader.labs.course_toml import (
    EXPECTED,
    NO_LATE_RULE,
    CourseTable,
    ExtensionTable,
    LabTable,
    Table,
    table_at,
)
from grader.labs.roster import read_roster
from grader.labs.toml_lines import Key, dotted, line_of

FILE = "course.toml"
# a date alone is the whole day
END_OF_DAY = time.max
FIRST_YEAR, LAST_YEAR = 1970, 9000
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def read_policy(course: Course) -> Policy:
    """Return the course's policy; without a `course.toml` everything counts as it is.

    Raises:
        LabError: If it is broken: one line that names file, line and key.
    """
    names = [lab.name for lab in course.labs()]
    path = course.root / FILE
    # a link that leads nowhere is a mistake, not "no policy"
    if not (path.exists() or path.is_symlink()):
        return Policy(labs=tuple(LabPolicy(lab=name) for name in names))
    return _Reader(path, names).policy()


class _Reader:
    """One reading of one file; it knows where to point."""

    def __init__(self, path: Path, labs: Sequence[str]) -> None:
        self._path = path
        self._labs = labs
        self._text = _text(path)
        self._table = self._validated(_toml(path, self._text))
        self._zone = self._read_zone(self._table.timezone)
        self._roster = self._read_roster(self._table.roster)
        self._teams = Teams(self._roster or ())

    def policy(self) -> Policy:
        table = self._table
        for name in table.labs:
            self._check_lab(("labs", name), name)
        # a file that names labs names those of the course
        named = set(table.labs) or set(self._labs)
        rules = {name: self._lab(name, counts=name in named) for name in self._labs}
        self._check_drop(rules.values())
        return Policy(
            stated=True,
            timezone=table.timezone,
            labs=tuple(rules.values()),
            roster=self._roster,
            extensions=tuple(self._teams.each(self._extensions(rules))),
            excused=tuple(self._teams.each(self._excuses())),
            drop_lowest=table.drop_lowest,
            decimals=table.decimals,
        )

    def _validated(self, content: Mapping[str, Any]) -> CourseTable:
        try:
            return CourseTable.model_validate(content)
        except ValidationError as error:
            mistakes = [
                (one["loc"], one["type"], one["input"]) for one in error.errors()
            ]
        key, kind, got = min(mistakes, key=lambda one: line_of(self._text, one[0]))
        if kind == "extra_forbidden":
            raise self._unknown(key)
        if kind == "missing":
            name = str(key[-1])
            raise self._refusal(key[:-1], f"no {name}", f"{name}, {EXPECTED[name]}")
        raise self._refusal(
            key, _shown(got), EXPECTED.get(str(key[-1]), "a table of keys")
        )

    def _read_zone(self, name: str) -> tzinfo:
        try:
            return ZoneInfo(name)
        # a name may also be that of a folder or of a file that is no zone
        except (KeyError, ValueError, OSError) as error:
            hint = _near(name, available_timezones()) or EXPECTED["timezone"]
            raise self._refusal(("timezone",), _shown(name), hint) from error

    def _read_roster(self, name: str | None) -> tuple[Enrolled, ...] | None:
        if name is None:
            return None
        path = self._path.parent / name
        if not path.is_file():
            got = f"{_shown(name)}, which is not there"
            raise self._refusal(("roster",), got, EXPECTED["roster"])
        return read_roster(path)

    def _lab(self, name: str, *, counts: bool) -> LabPolicy:
        common, own = self._table, self._table.labs.get(name, LabTable())
        due = self._own_or_common(name, "due")
        closes = self._own_or_common(name, "closes")
        self._check_dates(name, due, closes)
        late = own.late or common.late or NO_LATE_RULE
        grace = common.grace_minutes if own.grace_minutes is None else own.grace_minutes
        return LabPolicy(
            lab=name,
            due=due,
            closes=closes if due else None,
            after_closing=own.after_closing or common.after_closing,
            grace_minutes=grace,
            late=LateRule.model_validate(late.model_dump()),
            attempts=own.attempts or common.attempts,
            weight=own.weight if counts else 0,
        )

    def _own_or_common(self, lab: str, name: str) -> datetime | None:
        own = getattr(self._table.labs.get(lab), name, None)
        if own is not None:
            return self._moment(("labs", lab, name), own)
        return self._moment((name,), getattr(self._table, name))

    def _check_dates(
        self, lab: str, due: datetime | None, closes: datetime | None
    ) -> None:
        if closes is None:
            return
        own = self._table.labs.get(lab, LabTable())
        if due is None and own.closes is not None:
            got = _shown(own.closes)
            raise self._refusal(
                ("labs", lab, "closes"), got, "that the lab has a due date too"
            )
        if due is not None and closes.astimezone(UTC) < due.astimezone(UTC):
            whose = ("labs", lab) if own.closes or own.due else ()
            key = (*whose, "due" if own.due and not own.closes else "closes")
            if key[-1] == "due":
                raise self._refusal(
                    key, _shown(due), f"a date before it closes, {_shown(closes)}"
                )
            raise self._refusal(
                key, _shown(closes), f"a date after it is due, {_shown(due)}"
            )

    def _check_drop(self, rules: Collection[LabPolicy]) -> None:
        counting = sum(one.weight > 0 for one in rules)
        if self._table.drop_lowest and self._table.drop_lowest >= counting:
            got = str(self._table.drop_lowest)
            raise self._refusal(
                ("drop_lowest",), got, f"fewer than the {counting} that count"
            )

    def _extensions(self, rules: Mapping[str, LabPolicy]) -> Iterator[Extension]:
        for index, one in enumerate(self._table.extensions):
            key = ("extensions", index)
            self._check_student((*key, "student"), one.student)
            if one.lab is not None:
                self._check_lab((*key, "lab"), one.lab)
            if (one.due is None) == (one.days is None):
                got = "neither due nor days" if one.due is None else "both due and days"
                raise self._refusal(key, got, "one of them")
            yield self._extension(key, one, rules)

    def _extension(
        self, key: Key, one: ExtensionTable, rules: Mapping[str, LabPolicy]
    ) -> Extension:
        concerned = [rules[one.lab]] if one.lab else list(rules.values())
        dates = [lab.due for lab in concerned if lab.due is not None]
        if not dates:
            what = "which has no due date" if one.lab else "but no lab has a due date"
            got = f"{_shown(one.lab)}, {what}" if one.lab else f"an extension, {what}"
            raise self._refusal(
                (*key, "lab") if one.lab else key, got, "a lab that has one"
            )
        due = self._moment((*key, "due"), one.due)
        if due is not None and all(_utc(due) <= _utc(date) for date in dates):
            earliest = min(dates, key=_utc)
            expected = f"a date after the lab's, {_shown(earliest)}"
            raise self._refusal((*key, "due"), _shown(one.due), expected)
        return Extension(
            student=clean(one.student),
            lab=one.lab,
            due=due,
            days=one.days or 0,
            reason=clean(one.reason),
        )

    def _excuses(self) -> Iterator[Excuse]:
        for index, one in enumerate(self._table.excused):
            key = ("excused", index)
            self._check_student((*key, "student"), one.student)
            self._check_lab((*key, "lab"), one.lab)
            yield Excuse(
                student=clean(one.student), lab=one.lab, reason=clean(one.reason)
            )

    def _check_lab(self, key: Key, name: str) -> None:
        if name not in self._labs:
            listed = f"one of {', '.join(self._labs)}"
            raise self._refusal(
                key,
                f"{_shown(name)}, which is no lab of this course",
                _near(name, self._labs) or listed,
            )

    def _check_student(self, key: Key, name: str) -> None:
        if self._roster is None:
            return
        names = [one.student for one in self._roster]
        teams = [team for one in self._roster for team in one.teams]
        if clean(name) not in {*names, *teams}:
            who = "a student or a team on it" if teams else "a student who is on it"
            expected = _near(name, [*names, *teams]) or who
            got = f"{_shown(name)}, who is not on the roster {self._table.roster}"
            raise self._refusal(key, got, expected)

    def _moment(self, key: Key, value: date | None) -> datetime | None:
        if value is None:
            return None
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise self._refusal(key, _shown(value), f"a year from {FIRST_YEAR} on")
        if not isinstance(value, datetime):
            value = datetime.combine(value, END_OF_DAY)
        if value.tzinfo is not None:
            return value
        # where clocks go back an hour comes twice: the later one is meant
        moment = _utc(value.replace(tzinfo=self._zone, fold=1)).astimezone(self._zone)
        if moment.replace(tzinfo=None) != value:
            zone = self._table.timezone
            raise self._refusal(
                key, _shown(value), f"a time that a clock in {zone} shows"
            )
        return moment

    def _unknown(self, key: Key) -> LabError:
        known = list(table_at(tuple(key[:-1])).model_fields)
        hint = _near(str(key[-1]), known) or f"one of {', '.join(known)}"
        return self._refusal(key, "a key that nobody knows", hint)

    def _refusal(self, key: Key, got: str, expected: str) -> LabError:
        line = line_of(self._text, key)
        where = f"{self._path}, line {line}: {clean(dotted(key), 200)}"
        hint = f"; {expected}" if expected.endswith("?") else f", expected {expected}"
        return LabError(f"{where}: got {got}{hint}")


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LabError(f"{path} can't be read: {error.strerror}") from error
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise LabError(f"{path}, line {line}: not UTF-8; save it as UTF-8") from error


def _toml(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line = place[1] if place and place[1] else str(text.count("\n") + 1)
        what = _PLACE.sub("", str(error))
        raise LabError(f"{path}, line {line}: not TOML: {clean(what)}") from error


def _utc(moment: datetime) -> datetime:
    # datetimes of one zone are compared by their clocks, which go back once a year
    return moment.astimezone(UTC)


def _near(name: str, names: Collection[str]) -> str:
    near = difflib.get_close_matches(name, sorted(names), n=1)
    return f"did you mean {near[0]}?" if near else ""


def _shown(value: object) -> str:
    """Return a value as TOML has it, tables and arrays by their kind."""
    match value:
        case dict() | Table():
            return "a table"
        case list():
            return "an array"
        case datetime():
            return value.isoformat(
                timespec="minutes" if not value.second else "seconds"
            )
        case date() | time():
            return value.isoformat()
        case _:
            return clean(json.dumps(value, ensure_ascii=False, default=str), 100)
