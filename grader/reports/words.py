"""The words that reports use for outcomes, dates and counts, in the reader's language."""

from datetime import UTC, datetime
from typing import Literal

from grader.domain.verdict import Outcome
from grader.languages import ENGLISH, Language
from grader.reports import text

Isolated = Literal["strict", "landlock", "process", "none"]

# Source: Unicode CLDR 46, numbers/symbols/decimal.
_DECIMAL_COMMA = frozenset({"ru"})


def outcome_words(language: Language = ENGLISH) -> dict[Outcome, str]:
    """Return the outcomes for people.

    A student reads these beside an icon: they say what happened, not what the student is.
    """
    _ = language.text
    return {
        Outcome.PASSED: _("passed"),
        Outcome.PARTIAL: _("partly right"),
        Outcome.FAILED: _("not yet right"),
        Outcome.RAISED: _("stopped with an error"),
        Outcome.TIMED_OUT: _("took too long"),
        Outcome.OUT_OF_MEMORY: _("ran out of memory"),
        Outcome.NOT_ATTEMPTED: _("not written yet"),
        Outcome.SKIPPED: _("not run"),
    }


def isolation_words(language: Language = ENGLISH) -> dict[Isolated, str]:
    """Return how a submission was confined, as the end of "it ran ..."."""
    _ = language.text
    return {
        "strict": _("confined by the kernel, in namespaces of its own"),
        "landlock": _("confined by the kernel (Landlock)"),
        "process": _("in a process of its own, not confined by the kernel"),
        "none": _("not isolated"),
    }


def number(value: float, language: Language = ENGLISH) -> str:
    """Return a number of points with at most two decimals and no needless zeros."""
    return with_comma(text.number(value), language)


def with_comma(digits: str, language: Language = ENGLISH) -> str:
    """Return digits with the reader's decimal sign."""
    return digits.replace(".", ",") if language.code in _DECIMAL_COMMA else digits


def moment(when: datetime, language: Language = ENGLISH) -> str:
    """Return `5 March 2026, 14:07 UTC`; a time without a zone is shown without one."""
    utc = when.astimezone(UTC) if when.tzinfo else when
    zone = " UTC" if when.tzinfo else ""
    month = _months(language)[utc.month - 1]
    return f"{utc.day} {month} {utc:%Y, %H:%M}{zone}"


def _months(language: Language) -> tuple[str, ...]:
    """Return the months' names as they stand in a date."""
    _ = language.text
    return (
        *(_("January"), _("February"), _("March"), _("April"), _("May"), _("June")),
        *(_("July"), _("August"), _("September"), _("October"), _("November")),
        _("December"),
    )


def plural(count: int, one: str, many: str = "") -> str:
    """Return `1 check` or `3 checks`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def mistake_name(name: str) -> str:
    """Return a mistake's name for people: `doubled_twice` becomes `doubled twice`."""
    return name.replace("_", " ")
