"""Checks that look at several things: partial credit, one piece of advice at a time."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.domain.verdict import Outcome, Picture, Verdict
from grader.errors import LabError


@dataclass(frozen=True)
class Item:
    """One thing that a rubric looks at.

    Attributes:
        credit: Its share of the check's points, 0..1; 0 makes it a hint.
        ok: Whether it is as it should be; only a true bool is (NaN is no evidence).
        feedback: What to tell the student if it is not.
        right: What to tell if it is, "both axes are labelled"; may be left out.
    """

    credit: float
    ok: Any
    feedback: str
    right: str = ""

    @property
    def holds(self) -> bool:
        """Return whether there is positive evidence."""
        return isinstance(self.ok, bool | np.bool_) and bool(self.ok)


def rubric(*items: Item, pictures: tuple[Picture, ...] = ()) -> Verdict:
    """Return a verdict whose credit is that of the items that hold.

    The feedback says first what is right, then the first thing that is not: one issue
    at a time. An item without credit gives its hint and costs nothing.

    Args:
        items: What to look at, most important first; their credits add up to 1.
        pictures: Shown to people.

    Raises:
        LabError: If the credits don't add up to 1.
    """
    _demand_whole((item.credit for item in items), "rubric items")
    wrong = [item for item in items if not item.holds]
    costly = [item for item in wrong if item.credit > 0]
    if not costly:
        hint = wrong[0].feedback if wrong else ""
        return Verdict.passed(hint, pictures=pictures)
    return Verdict.failed(
        _what_works(items) + costly[0].feedback,
        credit=_rounded(item.credit for item in items if item.holds),
        pictures=pictures,
    )


def weighted(*parts: tuple[float, Verdict]) -> Verdict:
    """Return one verdict made of several, each with its share of the points.

    Feedback, diagnosis and example are those of the first part that did not pass;
    pictures of all are kept.

    Args:
        parts: Pairs of share and verdict, most important first; shares add up to 1.

    Raises:
        LabError: If the shares don't add up to 1.
    """
    _demand_whole((share for share, _ in parts), "shares")
    verdicts = [verdict for share, verdict in parts if share > 0]
    pictures = tuple(picture for verdict in verdicts for picture in verdict.pictures)
    first = next((v for v in verdicts if v.outcome is not Outcome.PASSED), None)
    if first is None:
        hints = (verdict.feedback for verdict in verdicts if verdict.feedback)
        return Verdict.passed(next(hints, ""), pictures=pictures)
    credit = _rounded(share * verdict.credit for share, verdict in parts)
    return Verdict(
        outcome=_outcome(first, credit),
        credit=credit,
        feedback=first.feedback,
        note="; ".join(verdict.note for verdict in verdicts if verdict.note),
        diagnosis=first.diagnosis,
        example=first.example,
        pictures=pictures,
    )


def credit_for(verdict: Verdict, credits_: Mapping[str, float]) -> Verdict:
    """Return the verdict with the credit that its diagnosed mistake keeps.

    A mean in place of a sum, say, may keep half. Any other verdict stays as it is.

    Args:
        verdict: What a library said.
        credits_: Name of a mistake -> credit in [0, 1).

    Raises:
        LabError: If a credit is not in [0, 1).
    """
    if not all(0 <= credit < 1 for credit in credits_.values()):
        raise LabError(f"credits {dict(credits_)} must be in [0, 1)")
    named = verdict.diagnosis.mistake if verdict.diagnosis else ""
    if verdict.outcome is Outcome.PASSED or named not in credits_:
        return verdict
    return Verdict.failed(
        verdict.feedback,
        credit=credits_[named],
        note=verdict.note,
        diagnosis=verdict.diagnosis,
        example=verdict.example,
        pictures=verdict.pictures,
    )


def _outcome(first: Verdict, credit: float) -> Outcome:
    if credit > 0:
        return Outcome.PARTIAL
    # a first part that earned something worth nothing is still a failure here
    return Outcome.FAILED if first.outcome is Outcome.PARTIAL else first.outcome


def _what_works(items: Iterable[Item]) -> str:
    right = [item.right for item in items if item.holds and item.right]
    return f"Right: {'; '.join(right)}. " if right else ""


def _rounded(credits_: Iterable[float]) -> float:
    # 0.1 + 0.2 + 0.7 is not 1: sums of decimal shares are cut to what was meant
    return round(math.fsum(credits_), 9)


def _demand_whole(shares: Iterable[float], what: str) -> None:
    listed = list(shares)
    total = math.fsum(listed)
    if any(share < 0 for share in listed) or not math.isclose(total, 1, abs_tol=1e-9):
        raise LabError(f"the credits of {what} add up to {total:g}, expected 1")
