"""Results that lie far from what one would expect: a reason for a look, and no verdict.

Four kinds, each told with its numbers. *Far from the own others*: a score in one lab
that does not go with the same student's other labs. *Only the public checks*: all public
checks pass and few hidden ones, where the class does well in both. *Jump*: a hand-in
minutes after another one of the same student has most of the points that were missing.
*Slow*: computing time far above the class's.

Distances from a class are counted in robust standard deviations, so the outliers themselves don't
hide each other, and each kind has a least distance in plain units besides: in a class
that is all alike, a point more is no outlier.
"""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Literal

from grader.domain.frozen import Frozen
from grader.domain.mark import Attempt
from grader.domain.report import CheckResult, LabReport
from grader.domain.verdict import Outcome
from grader.languages import ENGLISH, Language
from grader.reports.words import number, with_comma

Pair = tuple[str, str]

# Source: Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993), 3.3: modified
# z-scores; 1.4826 makes the MAD a standard deviation where all is normal.
_FAR = 3.5
_MAD_TO_DEVIATION = 1.4826

# with fewer there is no "usual"
_FEWEST = 8
_FEWEST_LABS = 3
_FEWEST_CHECKS = 3
# least distances: shares of the points, times the median, seconds
_SHARE = 0.3
_TIMES = 3.0
_SECONDS = 2.0
_HIDDEN_SHARE = 0.5
# a jump: share of the points, within; what came closer together was unpacked together
_JUMP_SHARE = 0.5
_JUMP_S = 15 * 60
_TOGETHER_S = 10


class Outlier(Frozen):
    """One result that lies far off.

    Attributes:
        kind: `score`, `public`, `jump` or `time`.
        says: What is far from what, with the numbers.
    """

    student: str
    lab: str
    kind: Literal["score", "public", "jump", "time"]
    says: str


def outliers(
    reports: Sequence[LabReport],
    language: Language = ENGLISH,
    *,
    attempts: Sequence[Attempt] = (),
) -> tuple[Outlier, ...]:
    """Return what lies far off: scores, then public checks, jumps, and times.

    Args:
        reports: Of a class, any number of labs.
        language: The reader's.
        attempts: All graded hand-ins, also those that do not count.
    """
    by_lab: dict[str, list[LabReport]] = {}
    for report in reports:
        by_lab.setdefault(report.lab, []).append(report)
    return (
        *_far_from_own_others(reports, language),
        *(one for lab in by_lab.values() for one in _only_public(lab, language)),
        *_jumps(attempts, language),
        *(one for lab in by_lab.values() for one in _slow(lab, language)),
    )


def _far_from_own_others(
    reports: Sequence[LabReport], language: Language
) -> Iterable[Outlier]:
    shares = {(r.student, r.lab): r.score / r.max_score for r in reports if r.max_score}
    far = sorted(_surprises(shares).items(), key=lambda item: -abs(item[1]))
    for (student, lab), apart in far:
        own = [s for (who, what), s in shares.items() if who == student and what != lab]
        yield Outlier(
            student=student,
            lab=lab,
            kind="score",
            says=(
                language.text(
                    "{score} % of the points here, {usual} % in the own other labs"
                )
                if apart < 0
                else language.text(
                    "{score} % of the points here, only {usual} % in the own other labs"
                )
            ).format(
                score=round(100 * shares[student, lab]),
                usual=round(100 * statistics.median(own)),
            ),
        )


def _surprises(shares: Mapping[Pair, float]) -> dict[Pair, float]:
    """Return by how much far-off results differ from what the own others suggest."""
    by_lab: dict[str, list[float]] = {}
    for (_, lab), share in shares.items():
        by_lab.setdefault(lab, []).append(share)
    usual = {
        lab: statistics.median(all_)
        for lab, all_ in by_lab.items()
        if len(all_) >= _FEWEST
    }
    beyond: dict[str, dict[str, float]] = {}
    for (student, lab), share in shares.items():
        if lab in usual:
            beyond.setdefault(student, {})[lab] = share - usual[lab]
    apart: dict[str, dict[str, float]] = {}
    for student, own in beyond.items():
        if len(own) >= _FEWEST_LABS:
            for lab, value in own.items():
                others = [other for name, other in own.items() if name != lab]
                apart.setdefault(lab, {})[student] = value - statistics.median(others)
    return {
        (student, lab): own[student]
        for lab, own in apart.items()
        for student in _far(own, least=_SHARE)
    }


def _only_public(reports: Sequence[LabReport], language: Language) -> Iterable[Outlier]:
    hidden: dict[str, list[CheckResult]] = {}
    public: dict[str, int] = {}
    for report in reports:
        shown = [check for check in report.checks if not check.hidden]
        rest = [check for check in report.checks if check.hidden]
        if min(len(shown), len(rest)) >= _FEWEST_CHECKS and _passed(shown) == len(
            shown
        ):
            hidden[report.student], public[report.student] = rest, len(shown)
    if len(hidden) < _FEWEST:
        return
    shares = {who: _passed(rest) / len(rest) for who, rest in hidden.items()}
    usual = statistics.median(shares.values())
    for student, share in shares.items():
        if share <= usual - _HIDDEN_SHARE:
            yield Outlier(
                student=student,
                lab=reports[0].lab,
                kind="public",
                says=language.text(
                    "passes all {n} public checks, but {passed} of {hidden} hidden ones"
                ).format(
                    n=public[student],
                    passed=_passed(hidden[student]),
                    hidden=len(hidden[student]),
                ),
            )


def _passed(checks: Iterable[CheckResult]) -> int:
    return sum(check.outcome is Outcome.PASSED for check in checks)


def _jumps(attempts: Iterable[Attempt], language: Language) -> Iterable[Outlier]:
    """Yield what rose by much within minutes, the highest rise first.

    From nothing is no jump: a file that did not run, or a stub, has no points, and does
    not tell what was done by then.
    """
    own: dict[Pair, list[tuple[datetime, float]]] = {}
    for one in attempts:
        if one.received_at is not None and one.max_score > 0:
            came = (one.received_at, one.score / one.max_score)
            own.setdefault((one.student, one.lab), []).append(came)
    jumps = {pair: _highest_rise(sorted(came)) for pair, came in own.items()}
    for (student, lab), (rise, before, minutes) in sorted(
        jumps.items(), key=lambda item: -item[1][0]
    ):
        if rise:
            says = language.text(
                "{before} % of the points, and {after} % in a hand-in {minutes} min later"
            ).format(
                before=round(100 * before),
                after=round(100 * (before + rise)),
                minutes=minutes,
            )
            yield Outlier(student=student, lab=lab, kind="jump", says=says)


def _highest_rise(
    came: Iterable[tuple[datetime, float]],
) -> tuple[float, float, int]:
    """Return the highest jump, what it began from, and its minutes; 0 if there is none.

    Args:
        came: When hand-ins came and their shares of the points, in order.
    """
    highest = (0.0, 0.0, 0)
    for (then, before), (now, after) in pairwise(came):
        seconds = (now - then).total_seconds()
        if (
            before > 0
            and after - before >= max(_JUMP_SHARE, highest[0])
            and _TOGETHER_S <= seconds <= _JUMP_S
        ):
            highest = (after - before, before, max(round(seconds / 60), 1))
    return highest


def _slow(reports: Sequence[LabReport], language: Language) -> Iterable[Outlier]:
    took = {report.student: report.cpu_seconds for report in reports}
    if len(took) < _FEWEST:
        return
    usual = statistics.median(took.values())
    # factors, not differences: twice as long is as far from once as once from half
    logs = {who: math.log(max(seconds, 0.01)) for who, seconds in took.items()}
    far = _far(logs, least=math.log(_TIMES))
    for student in far:
        if took[student] > usual + _SECONDS:
            yield Outlier(
                student=student,
                lab=reports[0].lab,
                kind="time",
                says=language.text(
                    "{seconds} s of computing; the class's median is {usual} s"
                ).format(
                    seconds=with_comma(f"{took[student]:.1f}", language),
                    usual=number(usual, language),
                ),
            )


def _far(values: Mapping[str, float], *, least: float) -> list[str]:
    """Return whose values are far from the median, the farthest first."""
    if len(values) < _FEWEST:
        return []
    middle = statistics.median(values.values())
    distances = {who: abs(value - middle) for who, value in values.items()}
    deviation = _MAD_TO_DEVIATION * statistics.median(distances.values())
    bound = max(_FAR * deviation, least)
    far = [who for who, distance in distances.items() if distance >= bound]
    return sorted(far, key=lambda who: (-distances[who], who))
