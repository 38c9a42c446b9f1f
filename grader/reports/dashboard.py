"""The teacher's page on a grading run: one file that works without a server.

It sorts and filters with a small script of ours, which the page's content security
policy allows by its hash; no other script can run, whatever a student's name contains.
What is filtered by stands in the page's address, so that a view can be sent to others.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence

from grader.domain.frozen import Frozen
from grader.domain.mark import Attempt, Marks
from grader.domain.report import ClassReport, LabReport
from grader.domain.tampering import Tampering
from grader.domain.verdict import Outcome
from grader.languages import ENGLISH, Language
from grader.reports.marking import shown_marks
from grader.reports.outliers import Outlier, outliers
from grader.reports.rows import Hrefs, Link, Table, link
from grader.reports.scatter import (
    FEW,
    HEIGHT_PX,
    POOR,
    Scatter,
    is_alarming,
    region_words,
    scatter,
)
from grader.reports.summary import (
    CheckStatistics,
    CommonFault,
    CommonMistake,
    LabSummary,
    common_faults,
    common_mistakes,
    common_repairs,
    gradebook,
    lab_summaries,
    slowest,
    with_faults,
    with_repairs,
    with_tampering,
)
from grader.reports.templating import render_html, verbatim
from grader.reports.timing import times
from grader.reports.words import isolation_words, mistake_name, outcome_words

# A page of a thousand students stays quick: a longer list says how many it leaves out,
# and where they stand.
_SHOWN_NAMES = 60
_SHOWN_MISTAKES = 25
_SHOWN_FAULTS = 40
# they look alike in bars; the numbers beside them tell them apart
_ALL_RED = {Outcome.FAILED, Outcome.RAISED, Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY}
# of each kind
_SHOWN_OUTLIERS = 20
# where each was made by one student, so many stand there, and the rest is folded away
_MISTAKES_AT_ONCE = 3
# so many names stand beside a mistake, more are folded away
_NAMES_AT_ONCE = 3


class Bar(Frozen):
    """One bar of a histogram: the interval in percent, and its height, 0..1."""

    low: int
    high: int
    count: int
    height: float


class Part(Frozen):
    """One outcome's share of a check's bar."""

    outcome: Outcome
    share: float


class ShownCheckLine(Frozen):
    """A check's statistics with the words for them.

    Attributes:
        key: Names the check in the page's address.
        place: In the list that rows refer to.
        parts: How it ended, passed first.
        ended: The outcomes other than passed, "3 not yet right, 1 took too long".
        remark: What is odd about its discrimination, "" if nothing is.
        alarming: Whether it is odd enough to look at the check.
    """

    key: str
    place: int
    statistics: CheckStatistics
    parts: tuple[Part, ...]
    ended: str
    remark: str
    alarming: bool


class ShownLab(Frozen):
    """One lab's card; `alarming` is how many checks it has to look at."""

    summary: LabSummary
    bars: tuple[Bar, ...]
    checks: tuple[ShownCheckLine, ...]
    scatter: Scatter | None
    alarming: int


class ShownMistake(Frozen):
    """One mistake with links to those who made it; `more` are not listed."""

    key: str
    mistake: CommonMistake
    name: str
    lab_title: str
    checks: tuple[str, ...]
    share: float
    who: tuple[Link, ...]
    more: int


class ShownFault(Frozen):
    """One thing that did not go through: who, in which lab and where."""

    fault: CommonFault
    who: tuple[tuple[Link, str, str], ...]
    more: int


class ShownOutlier(Frozen):
    """One result that lies far off."""

    outlier: Outlier
    student: Link
    lab_title: str


class ShownCase(Frozen):
    """One report that stands in a list: slow, or with tampering."""

    student: Link
    lab_title: str
    cpu_seconds: float
    slowest_check: str
    slowest_seconds: float
    tampering: tuple[Tampering, ...]


class Isolation(Frozen):
    """How many submissions ran how; `who` only where it was not confined."""

    words: str
    confined: bool
    count: int
    who: tuple[Link, ...]
    more: int


def dashboard_html(
    report: ClassReport,
    *,
    hrefs: Hrefs,
    marks: Marks | None = None,
    attempts: Sequence[Attempt] = (),
    language: Language = ENGLISH,
) -> str:
    """Return the class dashboard, for the teacher.

    Args:
        report: The grading run.
        hrefs: Path of each report's page, relative to the dashboard and not yet
            percent-encoded, by student and lab. What is missing gets no link.
        marks: What counts; the scores if left out.
        attempts: All graded hand-ins, also those that do not count.
        language: The reader's.
    """
    script = verbatim("dashboard.js.j2")
    reports = report.reports
    book = gradebook(report, marks)
    labs = _labs(lab_summaries(reports), language)
    mistakes = common_mistakes(reports)
    shown = mistakes[:_SHOWN_MISTAKES]
    far = outliers(reports, language, attempts=attempts)
    farthest = _first_of_each_kind(far)
    table = Table(
        book.labs,
        hrefs,
        mistakes={(one.lab, one.mistake): place for place, one in enumerate(shown)},
        checks={
            (lab.summary.lab, check.statistics.id): check.place
            for lab in labs
            for check in lab.checks
        },
        outliers=Counter(one.student for one in far),
        language=language,
    )
    titles = {item.lab: item.lab_title for item in reports}
    faults, repairs = common_faults(reports), common_repairs(reports)
    return render_html(
        "dashboard.html.j2",
        language=language,
        run=report,
        script=script,
        script_hash=_hash(script),
        labs=labs,
        columns=[(lab, titles.get(lab, lab)) for lab in book.labs],
        max_score=book.max_score,
        weighted=marks is not None and marks.policy.stated,
        marking=shown_marks(marks, language) if marks else None,
        rows=[table.row(row) for row in book.rows],
        mean_share=_mean_share(reports),
        mistakes=_mistakes(reports, shown, hrefs),
        at_once=sum(len(one.students) > 1 for one in shown) or _MISTAKES_AT_ONCE,
        rarer=len(mistakes[_SHOWN_MISTAKES:]),
        outliers=[_outlier(one, hrefs, titles) for one in farthest],
        more_outliers=len(far) - len(farthest),
        times=times(reports),
        slow=[_case(item, hrefs) for item in slowest(reports)],
        faults=[_fault(item, hrefs) for item in faults[:_SHOWN_FAULTS]],
        rarer_faults=len(faults[_SHOWN_FAULTS:]),
        with_faults=len(with_faults(reports)),
        repairs=[_fault(item, hrefs) for item in repairs[:_SHOWN_FAULTS]],
        rarer_repairs=len(repairs[_SHOWN_FAULTS:]),
        with_repairs=len(with_repairs(reports)),
        tampering=[_case(item, hrefs) for item in with_tampering(reports)],
        isolation=_isolation(reports, hrefs, language),
        software=_software(reports, language),
        tones=_tones(language),
        regions=region_words(language),
        few=FEW,
        plane_px=HEIGHT_PX,
        names_at_once=_NAMES_AT_ONCE,
    )


def _tones(language: Language) -> list[tuple[Outcome, str]]:
    """Return the colours of bars, and the outcomes that each stands for."""
    words = outcome_words(language)
    by_tone: dict[Outcome, list[str]] = {}
    for outcome in Outcome:
        tone = Outcome.FAILED if outcome in _ALL_RED else outcome
        by_tone.setdefault(tone, []).append(words[outcome])
    return [(tone, ", ".join(those)) for tone, those in by_tone.items()]


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")


def _mean_share(reports: Sequence[LabReport]) -> float | None:
    shares = [r.score / r.max_score for r in reports if r.max_score > 0]
    return sum(shares) / len(shares) if shares else None


def _labs(summaries: Sequence[LabSummary], language: Language) -> list[ShownLab]:
    shown: list[ShownLab] = []
    place = 0
    for summary in summaries:
        bins = summary.distribution.bins
        step = 100 // len(bins)
        shown.append(
            ShownLab(
                summary=summary,
                bars=tuple(
                    Bar(
                        low=i * step, high=(i + 1) * step, count=n, height=n / max(bins)
                    )
                    for i, n in enumerate(bins)
                ),
                checks=tuple(
                    _check_line(summary.lab, check, place + i, language)
                    for i, check in enumerate(summary.checks)
                ),
                scatter=scatter(summary.checks, language),
                alarming=sum(map(is_alarming, summary.checks)),
            )
        )
        place += len(summary.checks)
    return shown


def _check_line(
    lab: str, check: CheckStatistics, place: int, language: Language
) -> ShownCheckLine:
    words = outcome_words(language)
    ended = [
        f"{check.outcomes[outcome]} {words[outcome]}"
        for outcome in Outcome
        if outcome is not Outcome.PASSED and check.outcomes.get(outcome)
    ]
    return ShownCheckLine(
        key=f"{lab}/{check.id}",
        place=place,
        statistics=check,
        parts=tuple(
            Part(outcome=outcome, share=check.outcomes[outcome] / check.n)
            for outcome in Outcome
            if check.outcomes.get(outcome)
        ),
        ended=", ".join(ended),
        remark=_remark(check, language),
        alarming=is_alarming(check),
    )


def _remark(check: CheckStatistics, language: Language) -> str:
    value = check.discrimination
    if value is None or value >= POOR:
        return ""
    if value >= 0:
        return language.text("tells little")
    if is_alarming(check):
        return language.text("the stronger fail it")
    return language.text("the stronger fail it, perhaps by chance")


def _mistakes(
    reports: Sequence[LabReport], mistakes: Sequence[CommonMistake], hrefs: Hrefs
) -> list[ShownMistake]:
    titles = {report.lab: report.lab_title for report in reports}
    handed_in = Counter(report.lab for report in reports)
    checks = {(r.lab, check.id): check.title for r in reports for check in r.checks}
    return [
        ShownMistake(
            key=f"{item.lab}/{item.mistake}",
            mistake=item,
            name=mistake_name(item.mistake),
            lab_title=titles[item.lab],
            checks=tuple(checks[item.lab, check] for check in item.checks),
            share=len(item.students) / handed_in[item.lab],
            who=tuple(link(s, item.lab, hrefs) for s in item.students[:_SHOWN_NAMES]),
            more=max(0, len(item.students) - _SHOWN_NAMES),
        )
        for item in mistakes
    ]


def _fault(fault: CommonFault, hrefs: Hrefs) -> ShownFault:
    return ShownFault(
        fault=fault,
        who=tuple(
            (link(student, lab, hrefs), lab, where)
            for student, lab, where in fault.where[:_SHOWN_NAMES]
        ),
        more=len(fault.where[_SHOWN_NAMES:]),
    )


def _first_of_each_kind(found: Sequence[Outlier]) -> list[Outlier]:
    """Return the farthest of each kind; the table of students marks all of them."""
    kept: Counter[str] = Counter()
    first = []
    for one in found:
        kept[one.kind] += 1
        if kept[one.kind] <= _SHOWN_OUTLIERS:
            first.append(one)
    return first


def _outlier(outlier: Outlier, hrefs: Hrefs, titles: dict[str, str]) -> ShownOutlier:
    return ShownOutlier(
        outlier=outlier,
        student=link(outlier.student, outlier.lab, hrefs),
        lab_title=titles.get(outlier.lab, outlier.lab),
    )


def _case(report: LabReport, hrefs: Hrefs) -> ShownCase:
    slow = max(report.checks, key=lambda check: check.seconds, default=None)
    return ShownCase(
        student=link(report.student, report.lab, hrefs),
        lab_title=report.lab_title,
        cpu_seconds=report.cpu_seconds,
        slowest_check=slow.title if slow else "",
        slowest_seconds=slow.seconds if slow else 0,
        tampering=report.tampering,
    )


def _isolation(
    reports: Sequence[LabReport], hrefs: Hrefs, language: Language
) -> list[Isolation]:
    return [
        Isolation(
            words=words,
            confined=level in {"strict", "landlock"},
            count=len(ran),
            who=tuple(link(r.student, r.lab, hrefs) for r in ran[:_SHOWN_NAMES]),
            more=max(0, len(ran) - _SHOWN_NAMES),
        )
        for level, words in isolation_words(language).items()
        if (ran := [r for r in reports if r.environment.isolation == level])
    ]


def _software(reports: Sequence[LabReport], language: Language = ENGLISH) -> list[str]:
    names = (
        f"Python {r.environment.python}, NumPy {r.environment.numpy}"
        + (
            f", TensorFlow {r.environment.tensorflow}"
            if r.environment.tensorflow
            else ""
        )
        + "".join(f", {language.told(data)}" for data in r.environment.data)
        for r in reports
    )
    return [f"{text} ({count})" for text, count in Counter(names).most_common(5)]
