"""The form of `course.toml`: its tables and keys, and what each of them expects."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from grader.domain.policy import HEAVIEST, MOST_DAYS, MOST_MINUTES, UTC_NAME

NO_PENALTY = "none"
_MOMENT = "a date, or a date with a time such as 2026-03-05T23:59:00"
# what a message says; keys of one name expect the same in every table
EXPECTED = {
    "timezone": 'a zone such as "Europe/Moscow"',
    "roster": "the name of a CSV file beside it",
    "due": _MOMENT,
    "closes": _MOMENT,
    "after_closing": '"refused" or "zero"',
    "grace_minutes": f"minutes, 0 to {MOST_MINUTES}",
    "late": '"none" or a table with per, percent, of and at_most',
    "per": '"day" or "hour"',
    "percent": "a number from 0 to 100",
    "of": '"maximum" or "score"',
    "at_most": "a number from 0 to 100",
    "attempts": '"best" or "last"',
    "weight": "a number that is not negative",
    "drop_lowest": "a whole number that is not negative",
    "decimals": "0, 1 or 2",
    "labs": "a table [labs.NAME] for each lab",
    "extensions": "tables [[extensions]]",
    "excused": "tables [[excused]]",
    "student": "a student's name, as the folder of the hand-ins is called",
    "lab": "a lab's name",
    "days": f"a number of days, more than 0 and at most {MOST_DAYS}",
    "reason": "a text in quotes",
}


def _is_date(value: object) -> date:
    # a datetime is a date too
    if not isinstance(value, date):
        raise ValueError(value)  # noqa: TRY004 - pydantic passes a TypeError on
    return value


def _late(value: object) -> object:
    return {"percent": 0.0} if value == NO_PENALTY else value


Moment = Annotated[Any, BeforeValidator(_is_date)]


class Table(BaseModel):
    """A table of the file: a number is no text, and no key is overlooked."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class LateTable(Table):
    """`[late]`: what lateness costs."""

    per: Literal["day", "hour"] = "day"
    percent: float = Field(ge=0, le=100)
    of: Literal["maximum", "score"] = "maximum"
    at_most: float = Field(default=100, ge=0, le=100)


NO_LATE_RULE = LateTable(percent=0)
Late = Annotated[LateTable | None, BeforeValidator(_late)]


class LabTable(Table):
    """`[labs.NAME]`: what is different for one lab."""

    due: Moment = None
    closes: Moment = None
    after_closing: Literal["refused", "zero"] | None = None
    grace_minutes: float | None = Field(default=None, ge=0, le=MOST_MINUTES)
    late: Late = None
    attempts: Literal["best", "last"] | None = None
    weight: float = Field(default=1, ge=0, le=HEAVIEST)


class ExtensionTable(Table):
    """`[[extensions]]`: more time for one student."""

    student: str = Field(min_length=1)
    lab: str | None = None
    due: Moment = None
    days: float | None = Field(default=None, gt=0, le=MOST_DAYS)
    reason: str = ""


class ExcusedTable(Table):
    """`[[excused]]`: a lab that is left out of a student's total."""

    student: str = Field(min_length=1)
    lab: str
    reason: str = ""


class CourseTable(Table):
    """The whole file."""

    timezone: str = UTC_NAME
    roster: str | None = None
    due: Moment = None
    closes: Moment = None
    after_closing: Literal["refused", "zero"] = "refused"
    grace_minutes: float = Field(default=0, ge=0, le=MOST_MINUTES)
    late: Late = None
    attempts: Literal["best", "last"] = "best"
    drop_lowest: int = Field(default=0, ge=0)
    decimals: int = Field(default=2, ge=0, le=2)
    labs: dict[str, LabTable] = Field(default_factory=dict)
    extensions: list[ExtensionTable] = Field(default_factory=list)
    excused: list[ExcusedTable] = Field(default_factory=list)


def table_at(key: tuple[str | int, ...]) -> type[Table]:
    """Return the kind of the table that stands at a key."""
    match key:
        case (*_, "late"):
            return LateTable
        case ("labs", _):
            return LabTable
        case ("extensions", _):
            return ExtensionTable
        case ("excused", _):
            return ExcusedTable
        case _:
            return CourseTable
