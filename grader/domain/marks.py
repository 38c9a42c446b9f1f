"""From scores to marks: attempts, overrides and a policy in, marks with reasons out.

Nothing is graded here. The same attempts, overrides and policy at the same moment give
the same marks, so marks are computed again whenever one of them changes.

Arithmetic is decimal, and a mark is rounded once, halves up, to the policy's decimals: it
shows no noise of binary fractions.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from grader.domain.exact import exact, points, rounded
from grader.domain.lateness import Case, Judged, judged
from grader.domain.mark import (
    WHOLE,
    Attempt,
    CheckScore,
    Mark,
    Marks,
    Override,
    Pair,
    Shown,
    Total,
)
from grader.domain.moments import moment_in
from grader.domain.policy import Extension, LabPolicy, Policy, terms_of
from grader.domain.teams import Teams
from grader.domain.totals import totals_of

__all__ = [
    "WHOLE",
    "Attempt",
    "CheckScore",
    "Mark",
    "Marks",
    "Override",
    "Pair",
    "Total",
    "marks_of",
]

LONG_AGO = datetime.min.replace(tzinfo=UTC)


def marks_of(
    policy: Policy,
    attempts: Iterable[Attempt],
    overrides: Iterable[Override],
    *,
    now: datetime,
    ungraded: Collection[Pair] = (),
) -> Marks:
    """Return the mark of every student in every lab, and the totals.

    Who handed in nothing has no mark before the lab is due and 0 after it. A student who
    is not on the roster is marked like any other. What concerns a team of the roster
    concerns each of its members: hand-ins, overrides, what could not be graded.

    Args:
        policy: The teacher's decisions.
        attempts: All graded hand-ins, those of one student and lab in the order in which
            they came: one without a time of receipt keeps its place.
        overrides: All that were ever made; of a mark's or check's the latest counts.
        now: Decides what is due.
        ungraded: (student, lab) of what came and could not be graded: if nothing else
            did, there is no mark, and never a 0.
    """
    teams = Teams(policy.roster or ())
    by_pair: dict[Pair, list[Attempt]] = defaultdict(list)
    for attempt in _each_ones(attempts, teams):
        by_pair[attempt.student, attempt.lab].append(attempt)
    standing = _standing(teams.each(overrides))
    ungraded = {(one, lab) for name, lab in ungraded for one in teams.people(name)}
    came = [*by_pair, *standing, *ungraded]
    rules = _rules(policy, [lab for _, lab in came])
    students = dict.fromkeys(one.student for one in policy.roster or ())
    students |= dict.fromkeys(student for student, _ in [*by_pair, *standing])
    # of whom nothing is known but a file that can't be read: perhaps nobody
    doubtful = {student for student, _ in ungraded} - set(students)
    lost = {*ungraded, *((student, lab) for student in doubtful for lab in rules)}
    students |= dict.fromkeys(student for student, _ in came)
    personal = _Personal(policy)
    marks: dict[Pair, Mark] = {}
    for student in students:
        for lab, lab_rules in rules.items():
            pair = (student, lab)
            case = personal.case(pair, lab_rules, standing.get(pair, {}))
            tried = by_pair.get(pair, ())
            mark = _mark(case, tried, now, failed=pair in lost)
            if mark is not None:
                marks[pair] = mark
    return Marks(
        policy=policy,
        labs=_shown(rules, marks),
        marks=marks,
        totals=totals_of(policy, rules, tuple(students), marks, lost),
        shown=_shown_hand_ins(by_pair, marks),
    )


def _each_ones(attempts: Iterable[Attempt], teams: Teams) -> Iterator[Attempt]:
    """Yield the attempts, those of a team as each member's, in the order they came.

    A file that a team handed in under two names, as the roster called it later on, is one
    hand-in: the one under the newer name.
    """
    known = [(teams.named(attempt.student), attempt) for attempt in attempts]
    newest = {(team, one.lab, one.sha256): one.student for team, one in known}
    for team, attempt in known:
        if team is None:
            yield attempt
        elif newest[team, attempt.lab, attempt.sha256] == attempt.student:
            for student in teams.members(team):
                told = {"student": student, "team": team, "by": attempt.student}
                yield attempt.model_copy(update=told)


def _shown_hand_ins(
    by_pair: Mapping[Pair, Sequence[Attempt]], marks: Mapping[Pair, Mark]
) -> dict[Pair, Shown]:
    # what came too late to count is shown all the same: the newest
    shown = {}
    for pair, attempts in by_pair.items():
        mark = marks.get(pair)
        counts = [
            one
            for one in attempts
            if mark and (one.sha256, one.team) == (mark.sha256, mark.team)
        ]
        one = (counts or attempts)[-1]
        shown[pair] = Shown(one.by or one.student, one.sha256)
    return shown


def _standing(
    overrides: Iterable[Override],
) -> dict[Pair, dict[str | None, Override]]:
    """Return the overrides that hold: the latest of each, unless it takes one back."""
    found: dict[Pair, dict[str | None, Override]] = defaultdict(dict)
    # sorting is stable: of two at one moment the one that was added later counts
    for override in sorted(overrides, key=lambda one: one.at):
        found[override.student, override.lab][override.check] = override
    return {
        pair: {check: one for check, one in latest.items() if one.points is not None}
        for pair, latest in found.items()
        if any(one.points is not None for one in latest.values())
    }


def _rules(policy: Policy, labs: Iterable[str]) -> dict[str, LabPolicy]:
    """Return the rules by lab, in the order of the course; then those of other labs.

    A lab that a course with a policy no longer has is marked and does not count.
    """
    rules = {rules.lab: rules for rules in policy.labs}
    for lab in labs:
        rules.setdefault(lab, LabPolicy(lab=lab, weight=0 if policy.stated else 1))
    return rules


def _shown(
    rules: Mapping[str, LabPolicy], marks: Mapping[Pair, Mark]
) -> tuple[str, ...]:
    marked = {lab for _, lab in marks}
    return tuple(
        lab
        for lab, one in rules.items()
        if lab in marked or (one.weight > 0 and one.due is not None)
    )


class _Personal:
    """What a policy says of single students, found without a search."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._extensions: dict[str, list[Extension]] = defaultdict(list)
        for extension in policy.extensions:
            self._extensions[extension.student].append(extension)
        self._excused = {(one.student, one.lab) for one in policy.excused}

    def case(
        self,
        pair: Pair,
        rules: LabPolicy,
        overrides: Mapping[str | None, Override],
    ) -> Case:
        student, lab = pair
        own = self._extensions.get(student, ())
        extensions = tuple(one for one in own if one.lab in {None, lab})
        return Case(
            student=student,
            lab=lab,
            rules=rules,
            terms=terms_of(rules, extensions),
            overrides=overrides,
            excused=pair in self._excused,
            zone=self._policy.timezone,
            decimals=self._policy.decimals,
        )


def _mark(
    case: Case, attempts: Sequence[Attempt], now: datetime, *, failed: bool
) -> Mark | None:
    tried = [judged(case, attempt) for attempt in _in_order(attempts)]
    accepted = [one for one in tried if not one.refused]
    mark = None
    if accepted:
        mark = _counting(case, accepted, refused=len(tried) - len(accepted))
    elif not failed:
        mark = _nothing(case, tried, now)
    whole = case.overrides.get(None)
    return mark if whole is None else _overridden(case, mark, whole)


def _in_order(attempts: Sequence[Attempt]) -> Sequence[Attempt]:
    """Return the attempts as they came; an undated one follows the one before it.

    The moment of grading is no stand-in: grading again would change which is the last.
    """
    if len(attempts) < 2:
        return attempts
    latest = LONG_AGO
    moments = []
    for attempt in attempts:
        latest = attempt.received_at or latest
        moments.append(latest)
    order = sorted(range(len(attempts)), key=moments.__getitem__)
    return [attempts[index] for index in order]


def _counting(case: Case, accepted: Sequence[Judged], *, refused: int) -> Mark:
    """Return the mark of the attempt that counts; of equally good ones the earliest."""
    best = case.rules.attempts == "best"
    one = max(accepted, key=lambda judged: judged.mark) if best else accepted[-1]
    attempt = one.attempt
    which = "the best" if best else "the last"
    return Mark(
        student=case.student,
        lab=case.lab,
        mark=float(one.mark),
        max_score=attempt.max_score,
        score=attempt.score,
        sha256=attempt.sha256,
        team=attempt.team,
        received_at=attempt.received_at,
        due=case.terms.due,
        late_s=one.late_s,
        penalty=float(one.penalty),
        undated=attempt.received_at is None and case.terms.due is not None,
        flagged=one.flagged,
        check_overrides=one.check_overrides,
        extension=case.terms.extended,
        excused=case.excused,
        why=(
            *([f"{which} of {len(accepted)} hand-ins"] if len(accepted) > 1 else []),
            *([f"handed in by a team: {attempt.team}"] if attempt.team else []),
            *one.why,
            *_closed(case, refused),
            *(["left out of the total: excused"] if case.excused else []),
        ),
    )


def _closed(case: Case, refused: int) -> list[str]:
    if not refused or case.terms.closes is None:
        return []
    many = "1 hand-in" if refused == 1 else f"{refused} hand-ins"
    closes = moment_in(case.terms.closes, case.zone)
    return [f"{many} after the closing, {closes}: not accepted"]


def _nothing(case: Case, refused: Sequence[Judged], now: datetime) -> Mark | None:
    """Return the 0 of a lab that is due and of which nothing counts; else None."""
    due = case.terms.due
    grace = timedelta(minutes=case.rules.grace_minutes)
    if due is None or case.excused or now.astimezone(UTC) <= due + grace:
        return None
    told = f"nothing was handed in; it was due {moment_in(due, case.zone)}"
    return Mark(
        student=case.student,
        lab=case.lab,
        mark=0,
        max_score=refused[-1].attempt.max_score if refused else WHOLE,
        due=due,
        extension=case.terms.extended,
        why=tuple(_closed(case, len(refused)) or [told]),
    )


def _overridden(case: Case, mark: Mark | None, whole: Override) -> Mark:
    """Return the mark that a teacher set: final, whatever was late."""
    mark = mark or Mark(
        student=case.student,
        lab=case.lab,
        mark=0,
        max_score=WHOLE,
        due=case.terms.due,
        extension=case.terms.extended,
        excused=case.excused,
    )
    wished = rounded(exact(whole.points or 0), case.decimals)
    given = float(min(wished, exact(mark.max_score)))
    checks = "" if mark.score is None else f"; the checks gave {points(mark.score)}"
    excused = ("left out of the total: excused",) if case.excused else ()
    told = f"set to {points(given)} by a teacher: {whole.reason}{checks}"
    changes = {
        "mark": given,
        "penalty": 0.0,
        # a teacher has decided what the platform's late mark means
        "flagged": False,
        "override": whole,
        "why": (told, *excused),
    }
    return mark.model_copy(update=changes)
