"""The words that reports use for outcomes, dates and counts."""

from datetime import UTC, datetime
from typing import Literal

from grader.domain.verdict import Outcome

# A student reads these beside an icon: they say what happened, not what the student is.
OUTCOME_WORDS = {
    Outcome.PASSED: "passed",
    Outcome.PARTIAL: "partly right",
    Outcome.FAILED: "not yet right",
    Outcome.RAISED: "stopped with an error",
    Outcome.TIMED_OUT: "took too long",
    Outcome.OUT_OF_MEMORY: "ran out of memory",
    Outcome.NOT_ATTEMPTED: "not written yet",
    Outcome.SKIPPED: "not run",
}

ISOLATION_WORDS: dict[Literal["strict", "landlock", "process", "none"], str] = {
    "strict": "confined by the kernel, in namespaces of its own",
    "landlock": "confined by the kernel (Landlock)",
    "process": "in a process of its own, not confined by the kernel",
    "none": "not isolated",
}


def moment(when: datetime) -> str:
    """Return `5 March 2026, 14:07 UTC`; a time without a zone is shown without one."""
    if when.tzinfo is None:
        return f"{when.day} {when:%B %Y, %H:%M}"
    utc = when.astimezone(UTC)
    return f"{utc.day} {utc:%B %Y, %H:%M} UTC"


def plural(count: int, one: str, many: str = "") -> str:
    """Return `1 check` or `3 checks`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def mistake_name(name: str) -> str:
    """Return a mistake's name for people: `sign_reversed` becomes `sign reversed`."""
    return name.replace("_", " ")
