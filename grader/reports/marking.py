"""How marks are told: to the teacher on the dashboard, to a student on the own page."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from grader.domain.frozen import Frozen
from grader.domain.mark import Mark, Marks, Total
from grader.domain.moments import moment_in
from grader.domain.policy import LabPolicy
from grader.languages import ENGLISH, Language
from grader.reports.words import number

# a longer list says how many it leaves out
_SHOWN = 60


class ShownMark(Frozen):
    """A mark on the student's page: no author, no number of others.

    Attributes:
        score: What the checks gave; None if it is the mark.
        why: Sentences, in the order in which they were applied.
    """

    mark: float
    max_score: float
    score: float | None
    why: tuple[str, ...]


class ShownRules(Frozen):
    """One lab's rules and how the class did under them.

    Attributes:
        due: In the course's zone, "" without a date.
        late_rule: In words, "" if lateness costs nothing.
        mean: Of the marks; None without any.
    """

    lab: str
    due: str
    closes: str
    late_rule: str
    attempts: str
    weight: str
    marks: int
    mean: float | None
    late: int
    missing: int
    excused: int


class Decision(Frozen):
    """One override that changes a mark, for the teacher."""

    student: str
    lab: str
    what: str
    author: str
    reason: str
    at: datetime


class ShownMarks(Frozen):
    """What the dashboard says of marks.

    Attributes:
        strangers: Who handed in and is not on the roster; `more_strangers` not listed.
        undated: Student and lab of hand-ins without a time of receipt.
        flagged: Of those that a platform called late, and nothing tells how late.
    """

    rules: tuple[ShownRules, ...]
    decisions: tuple[Decision, ...]
    strangers: tuple[str, ...]
    more_strangers: int
    undated: tuple[str, ...]
    more_undated: int
    flagged: tuple[str, ...]
    more_flagged: int
    late: int
    missing: int
    notes: tuple[str, ...]

    @property
    def worth_showing(self) -> bool:
        """Return whether there is anything to say."""
        return bool(self.rules or self.decisions)


def student_mark(
    marks: Marks | None,
    student: str,
    lab: str,
    *,
    score: float,
    sha256: str,
    language: Language = ENGLISH,
) -> ShownMark | None:
    """Return what a student's page says of the mark, None if the score is all of it.

    Args:
        marks: Of the class; None if nothing but scores counts.
        student: Whose page.
        lab: On which lab.
        score: That the page shows.
        sha256: Of the hand-in that the page is about.
        language: The reader's; the sentences of the mark itself stay English.
    """
    mark = marks.marks.get((student, lab)) if marks else None
    if mark is None:
        return None
    other = mark.sha256 is not None and mark.sha256 != sha256
    if not (mark.needs_words or other):
        return None
    note = language.text("another hand-in counts than the one of this report")
    return ShownMark(
        mark=mark.mark,
        max_score=mark.max_score,
        score=None if mark.mark == score else score,
        why=((note, *mark.why) if other else mark.why),
    )


def cell_remarks(
    mark: Mark | None,
    standing: Total | None,
    lab: str,
    language: Language = ENGLISH,
) -> tuple[str, ...]:
    """Return the few words beside a mark in the table of students."""
    _ = language.text
    remarks = []
    if mark is not None:
        if mark.missing:
            remarks.append(_("missing"))
        if mark.late_s > 0 or mark.flagged:
            cost = f" −{number(mark.penalty, language)}" if mark.penalty else ""
            remarks.append(_("late") + cost)
        if mark.overridden:
            remarks.append(_("set"))
        if mark.undated:
            remarks.append(_("no time"))
    if standing is not None:
        if lab in standing.excused:
            remarks.append(_("excused"))
        if lab in standing.dropped:
            remarks.append(_("dropped"))
    return tuple(remarks)


def shown_marks(marks: Marks, language: Language = ENGLISH) -> ShownMarks:
    """Return what the dashboard says of marks; little without a policy."""
    policy = marks.policy
    by_lab: dict[str, list[Mark]] = {lab: [] for lab in marks.labs}
    for mark in marks.marks.values():
        by_lab.setdefault(mark.lab, []).append(mark)
    rules = {one.lab: one for one in policy.labs}
    undated = [
        f"{one.student}, {one.lab}"
        for one in marks.marks.values()
        if one.undated and not one.flagged
    ]
    flagged = [
        f"{one.student}, {one.lab}" for one in marks.marks.values() if one.flagged
    ]
    return ShownMarks(
        rules=tuple(
            _rules(rules.get(lab, LabPolicy(lab=lab)), own, marks, language)
            for lab, own in by_lab.items()
            if policy.stated
        ),
        decisions=tuple(_decisions(marks.marks.values(), language)),
        strangers=marks.strangers[:_SHOWN],
        more_strangers=max(0, len(marks.strangers) - _SHOWN),
        undated=tuple(undated[:_SHOWN]),
        more_undated=max(0, len(undated) - _SHOWN),
        flagged=tuple(flagged[:_SHOWN]),
        more_flagged=max(0, len(flagged) - _SHOWN),
        late=sum(one.late_s > 0 or one.flagged for one in marks.marks.values()),
        missing=sum(one.missing for one in marks.marks.values()),
        notes=tuple(_notes(marks, language)),
    )


def _rules(
    rules: LabPolicy, own: Sequence[Mark], marks: Marks, language: Language
) -> ShownRules:
    zone = marks.policy.timezone
    last = rules.attempts == "last"
    attempts = language.text("last") if last else language.text("best")
    return ShownRules(
        lab=rules.lab,
        due=moment_in(rules.due, zone) if rules.due else "",
        closes=moment_in(rules.closes, zone) if rules.closes else "",
        late_rule=late_rule(rules, language),
        attempts=attempts,
        weight=number(rules.weight, language),
        marks=len(own),
        mean=sum(one.mark for one in own) / len(own) if own else None,
        late=sum(one.late_s > 0 or one.flagged for one in own),
        missing=sum(one.missing for one in own),
        excused=sum(rules.lab in one.excused for one in marks.totals.values()),
    )


def late_rule(rules: LabPolicy, language: Language = ENGLISH) -> str:
    """Return what lateness costs: `−10 % of the maximum per day, at most 50 %`."""
    _ = language.text
    late = rules.late
    if rules.due is None or not (late.percent and late.at_most):
        return ""
    percent = number(late.percent, language)
    rule = {
        ("maximum", "day"): _("−{percent} % of the maximum per day"),
        ("maximum", "hour"): _("−{percent} % of the maximum per hour"),
        ("score", "day"): _("−{percent} % of the score per day"),
        ("score", "hour"): _("−{percent} % of the score per hour"),
    }[late.of, late.per].format(percent=percent)
    if rules.grace_minutes:
        grace = number(rules.grace_minutes, language)
        rule += _(" after {minutes} min").format(minutes=grace)
    if late.at_most < 100:
        most = number(late.at_most, language)
        rule += _(", at most {percent} %").format(percent=most)
    return rule


def _decisions(marks: Iterable[Mark], language: Language) -> Iterable[Decision]:
    for mark in marks:
        checks = {check.check: check for check in mark.check_overrides}
        for one in (*checks.values(), *([mark.override] if mark.override else [])):
            what = one.check or language.text("the mark")
            points = number(one.points or 0, language)
            yield Decision(
                student=mark.student,
                lab=mark.lab,
                what=language.text("{what}: {points} points").format(
                    what=what, points=points
                ),
                author=one.author,
                reason=one.reason,
                at=one.at,
            )


def _notes(marks: Marks, language: Language) -> Iterable[str]:
    drop = marks.policy.drop_lowest
    if marks.policy.stated:
        yield language.text(
            "The total is the weighted mean of the labs that count so far, 0 to 100"
        )
    if drop:
        yield language.plural(
            "the lowest lab is dropped", "the lowest {n} labs are dropped", drop
        )
    if marks.policy.roster is not None:
        yield language.plural(
            "{n} student is on the roster",
            "{n} students are on the roster",
            len(marks.policy.roster),
        )
