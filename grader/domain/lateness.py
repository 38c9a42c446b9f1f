"""One hand-in under the rules of its lab: decisions about checks, then lateness."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from grader.domain.exact import exact, points, rounded
from grader.domain.mark import Attempt, Override
from grader.domain.moments import moment_in, plural, span
from grader.domain.policy import LabPolicy, Terms

PERIOD_S = {"day": 86_400, "hour": 3_600}


@dataclass(frozen=True)
class Case:
    """One student's lab: all that decides beside the hand-ins.

    Attributes:
        overrides: Those that hold, by check; None for the mark as a whole.
        zone: In which moments are told.
        decimals: Of a mark.
    """

    student: str
    lab: str
    rules: LabPolicy
    terms: Terms
    overrides: Mapping[str | None, Override]
    excused: bool
    zone: str
    decimals: int


@dataclass(frozen=True)
class Judged:
    """What a hand-in would give.

    Attributes:
        mark: Rounded.
        penalty: What lateness cost, so that mark + penalty is the score, rounded.
        late_s: Seconds after the due date; 0 within the grace.
        refused: Whether it came after the closing and is no attempt.
        flagged: Whether the platform called it late and nothing tells how late it was.
        check_overrides: Those that apply.
        why: Sentences.
    """

    attempt: Attempt
    mark: Decimal
    penalty: Decimal
    late_s: float
    refused: bool
    flagged: bool
    check_overrides: tuple[Override, ...]
    why: tuple[str, ...]


def judged(case: Case, attempt: Attempt) -> Judged:
    """Return what a hand-in gives by itself."""
    score, applied, told = _with_overrides(case, attempt)
    late_s = _late_s(case, attempt)
    closed = late_s > 0 and _is_closed(case, attempt)
    cost = _cost(case, late_s, score=score, max_score=exact(attempt.max_score))
    whole = min(rounded(score, case.decimals), exact(attempt.max_score))
    left = 0 if closed else min(rounded(score - cost, case.decimals), whole)
    mark = max(Decimal(left), Decimal(0))
    return Judged(
        attempt=attempt,
        mark=mark,
        penalty=whole - mark,
        late_s=late_s,
        refused=closed and case.rules.after_closing == "refused",
        flagged=_is_flagged(case, attempt),
        check_overrides=applied,
        why=(*told, *_time(case, attempt, late_s, closed=closed, cost=whole - mark)),
    )


def _with_overrides(
    case: Case, attempt: Attempt
) -> tuple[Decimal, tuple[Override, ...], tuple[str, ...]]:
    """Return the score with what was decided about checks, and what there is to say."""
    checks = {check.id: check for check in attempt.checks}
    score, applied, told = exact(attempt.score), [], []
    for name, override in case.overrides.items():
        if name is None or override.points is None:
            continue
        if name not in checks:
            told.append(
                f"a decision about {name} changes nothing: the lab has no such check"
            )
            continue
        check = checks[name]
        given = min(exact(override.points), exact(check.points))
        score += given - exact(check.earned)
        applied.append(override)
        told.append(
            f"{name}: {points(given)} of {points(check.points)} points in place of "
            f"{points(check.earned)}, set by a teacher: {override.reason}"
        )
    limited = max(Decimal(0), min(score, exact(attempt.max_score)))
    return limited, tuple(applied), tuple(told)


def _late_s(case: Case, attempt: Attempt) -> float:
    """Return how late it came; one of which nobody knows is not late."""
    due = case.terms.due
    if due is None or attempt.received_at is None:
        return 0.0
    seconds = (attempt.received_at - due).total_seconds()
    return seconds if seconds > 60 * case.rules.grace_minutes else 0.0


def _is_closed(case: Case, attempt: Attempt) -> bool:
    closes, received = case.terms.closes, attempt.received_at
    return closes is not None and received is not None and received > closes


def _is_flagged(case: Case, attempt: Attempt) -> bool:
    """Return whether the platform called it late and no time that we have explains it.

    What came after the lab's own date and is forgiven by the grace or an extension was
    late for the platform, which knows of neither.
    """
    due, received = case.rules.due, attempt.received_at
    explained = due is not None and received is not None and received > due
    return attempt.marked_late and not explained


def _periods(case: Case, late_s: float) -> int:
    beyond = late_s - 60 * case.rules.grace_minutes
    return math.ceil(beyond / PERIOD_S[case.rules.late.per]) if beyond > 0 else 0


def _percent(case: Case, late_s: float) -> Decimal:
    rule = case.rules.late
    return min(exact(rule.percent) * _periods(case, late_s), exact(rule.at_most))


def _cost(case: Case, late_s: float, *, score: Decimal, max_score: Decimal) -> Decimal:
    base = max_score if case.rules.late.of == "maximum" else score
    return base * _percent(case, late_s) / 100


def _time(
    case: Case, attempt: Attempt, late_s: float, *, closed: bool, cost: Decimal
) -> Iterator[str]:
    """Yield what there is to say of when it came."""
    due, closes = case.terms.due, case.terms.closes
    if due is None:
        if attempt.marked_late:
            yield "the platform marked it late"
        return
    if case.terms.extended:
        yield f"due {moment_in(due, case.zone)}, which is later than for others"
    if _is_flagged(case, attempt):
        yield (
            "the platform marked it late and nothing tells by how much: it costs nothing "
            "until a teacher decides"
        )
    elif attempt.received_at is None:
        yield "nothing tells when it came: taken as in time"
    elif closed and closes is not None:
        yield f"came after the closing, {moment_in(closes, case.zone)}: 0"
    elif late_s > 0:
        yield (
            f"{span(late_s)} late (due {moment_in(due, case.zone)}): "
            f"{_price(case, late_s, cost) if cost > 0 else 'costs nothing'}"
        )
    elif attempt.received_at > due:
        yield (
            f"{span((attempt.received_at - due).total_seconds())} after the due date, "
            f"within the grace of {span(60 * case.rules.grace_minutes)}"
        )


def _price(case: Case, late_s: float, cost: Decimal) -> str:
    rule, periods = case.rules.late, _periods(case, late_s)
    percent = _percent(case, late_s)
    capped = percent < exact(rule.percent) * periods
    begun = "the most there is" if capped else f"{plural(periods, rule.per)} begun"
    return f"−{points(percent)} % of the {rule.of} ({begun}), {points(cost)} points"
