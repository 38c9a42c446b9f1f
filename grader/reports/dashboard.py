"""The teacher's page on a grading run: one file that works without a server.

It sorts and filters with a small script of ours, which the page's content security
policy allows by its hash; no other script can run, whatever a student's name contains.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

from grader.domain.frozen import Frozen
from grader.domain.mark import Mark, Marks
from grader.domain.report import ClassReport, LabReport
from grader.domain.submission import Fault
from grader.domain.tampering import Tampering
from grader.domain.verdict import Outcome
from grader.reports.marking import cell_remarks, shown_marks
from grader.reports.summary import (
    CheckStatistics,
    CommonMistake,
    GradeRow,
    LabSummary,
    common_mistakes,
    gradebook,
    lab_summaries,
    slowest,
    with_faults,
    with_tampering,
)
from grader.reports.templating import render_html, verbatim
from grader.reports.text import number, relative_url
from grader.reports.words import ISOLATION_WORDS, mistake_name

Hrefs = Mapping[tuple[str, str], str]

# A page of a thousand students stays quick: a longer list says how many it leaves out,
# and that they stand in checks.csv.
_SHOWN_NAMES = 60
_SHOWN_MISTAKES = 25

# Below this a check tells strong submissions from weak ones badly.
# Source: Ebel, Measuring Educational Achievement (1965), guide to discrimination indices.
_POOR_DISCRIMINATION = 0.2


class Link(Frozen):
    """A name with the student's report; `href` is "" where there is none."""

    name: str
    href: str


class Bar(Frozen):
    """One bar of a histogram: the interval in percent, and its height, 0..1."""

    low: int
    high: int
    count: int
    height: float


class ShownCheckLine(Frozen):
    """A check's statistics with the words for them.

    Attributes:
        ended: The outcomes other than passed, "3 failed, 1 timed out".
        remark: What is odd about its discrimination, "" if nothing is.
        alarming: Whether it is odd enough to look at the check.
    """

    statistics: CheckStatistics
    ended: str
    remark: str
    alarming: bool


class ShownLab(Frozen):
    """One lab's card."""

    summary: LabSummary
    bars: tuple[Bar, ...]
    checks: tuple[ShownCheckLine, ...]


class ShownMistake(Frozen):
    """One mistake with links to those who made it; `more` are not listed."""

    mistake: CommonMistake
    name: str
    lab_title: str
    checks: tuple[str, ...]
    share: float
    who: tuple[Link, ...]
    more: int


class Cell(Frozen):
    """One lab of one student: a mark, `ungraded`, or `–` for nothing handed in.

    Attributes:
        level: 0..4, the fifth of the mark, for the shade behind the number.
        remarks: Why it is not the score, or not there: `late −10`, `missing`.
    """

    text: str
    href: str
    level: int | None = None
    remarks: tuple[str, ...] = ()


class ShownRow(Frozen):
    """One student's line.

    Attributes:
        total: None if nothing was graded.
        tampering: How often something looked like it.
        flagged: Whether there are faults, tampering, or something not graded.
    """

    student: str
    cells: tuple[Cell, ...]
    total: float | None
    faults: int
    tampering: int
    flagged: bool
    cpu_seconds: float


class ShownCase(Frozen):
    """One report that stands in a list: slow, with faults, or with tampering."""

    student: Link
    lab_title: str
    cpu_seconds: float
    slowest_check: str
    faults: tuple[Fault, ...]
    tampering: tuple[Tampering, ...]


class Isolation(Frozen):
    """How many submissions ran how; `who` only where it was not confined."""

    words: str
    confined: bool
    count: int
    who: tuple[Link, ...]
    more: int


def dashboard_html(
    report: ClassReport, *, hrefs: Hrefs, marks: Marks | None = None
) -> str:
    """Return the class dashboard, for the teacher.

    Args:
        report: The grading run.
        hrefs: Path of each report's page, relative to the dashboard and not yet
            percent-encoded, by student and lab. What is missing gets no link.
        marks: What counts; the scores if left out.
    """
    script = verbatim("dashboard.js.j2")
    book = gradebook(report, marks)
    labs = lab_summaries(report.reports)
    mistakes = common_mistakes(report.reports)
    return render_html(
        "dashboard.html.j2",
        run=report,
        script=script,
        script_hash=_hash(script),
        labs=[_lab(lab) for lab in labs],
        columns=_columns(report, book.labs),
        max_score=book.max_score,
        weighted=marks is not None and marks.policy.stated,
        marking=shown_marks(marks) if marks else None,
        rows=[_row(row, book.labs, hrefs) for row in book.rows],
        mean_share=_mean_share(report.reports),
        mistakes=_mistakes(report.reports, mistakes[:_SHOWN_MISTAKES], hrefs),
        rarer=len(mistakes[_SHOWN_MISTAKES:]),
        slow=[_case(item, hrefs) for item in slowest(report.reports)],
        faults=[_case(item, hrefs) for item in with_faults(report.reports)],
        tampering=[_case(item, hrefs) for item in with_tampering(report.reports)],
        isolation=_isolation(report.reports, hrefs),
        software=_software(report.reports),
    )


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")


def _columns(report: ClassReport, labs: Sequence[str]) -> list[tuple[str, str]]:
    titles = {item.lab: item.lab_title for item in report.reports}
    return [(lab, titles.get(lab, lab)) for lab in labs]


def _mean_share(reports: Sequence[LabReport]) -> float | None:
    shares = [r.score / r.max_score for r in reports if r.max_score > 0]
    return sum(shares) / len(shares) if shares else None


def _link(student: str, lab: str, hrefs: Hrefs) -> Link:
    return Link(name=student, href=relative_url(hrefs.get((student, lab), "")))


def _lab(summary: LabSummary) -> ShownLab:
    bins = summary.distribution.bins
    step = 100 // len(bins)
    return ShownLab(
        summary=summary,
        bars=tuple(
            Bar(low=i * step, high=(i + 1) * step, count=n, height=n / max(bins))
            for i, n in enumerate(bins)
        ),
        checks=tuple(_check_line(check) for check in summary.checks),
    )


def _check_line(check: CheckStatistics) -> ShownCheckLine:
    ended = [
        f"{check.outcomes[outcome]} {outcome.value.replace('_', ' ')}"
        for outcome in Outcome
        if outcome is not Outcome.PASSED and check.outcomes.get(outcome)
    ]
    value = check.discrimination
    alarming = value is not None and value < 0
    poor = value is not None and value < _POOR_DISCRIMINATION
    return ShownCheckLine(
        statistics=check,
        ended=", ".join(ended),
        remark="the stronger fail it" if alarming else "tells little" if poor else "",
        alarming=alarming,
    )


def _mistakes(
    reports: Sequence[LabReport], mistakes: Sequence[CommonMistake], hrefs: Hrefs
) -> list[ShownMistake]:
    titles = {report.lab: report.lab_title for report in reports}
    handed_in = Counter(report.lab for report in reports)
    checks = {(r.lab, check.id): check.title for r in reports for check in r.checks}
    return [
        ShownMistake(
            mistake=item,
            name=mistake_name(item.mistake),
            lab_title=titles[item.lab],
            checks=tuple(checks[item.lab, check] for check in item.checks),
            share=len(item.students) / handed_in[item.lab],
            who=_links(item.students, item.lab, hrefs),
            more=max(0, len(item.students) - _SHOWN_NAMES),
        )
        for item in mistakes
    ]


def _links(students: Sequence[str], lab: str, hrefs: Hrefs) -> tuple[Link, ...]:
    return tuple(_link(student, lab, hrefs) for student in students[:_SHOWN_NAMES])


def _row(row: GradeRow, labs: Sequence[str], hrefs: Hrefs) -> ShownRow:
    reports = row.reports.values()
    faults = sum(len(report.faults) for report in reports)
    tampering = sum(found.times for report in reports for found in report.tampering)
    return ShownRow(
        student=row.student,
        cells=tuple(_cell(row, lab, hrefs) for lab in labs),
        total=row.total,
        faults=faults,
        tampering=tampering,
        flagged=faults > 0
        or tampering > 0
        or bool(row.ungraded)
        or not (row.standing is None or row.standing.enrolled)
        or any(mark.undated for mark in row.marks.values()),
        cpu_seconds=sum(report.cpu_seconds for report in reports),
    )


def _cell(row: GradeRow, lab: str, hrefs: Hrefs) -> Cell:
    report, mark = row.reports.get(lab), row.marks.get(lab)
    remarks = cell_remarks(mark, row.standing, lab)
    if mark is None and report is None:
        came = any(item.lab == lab for item in row.ungraded)
        if came:
            return Cell(text="ungraded", href="#ungraded", remarks=remarks)
        return Cell(text="–", href="", remarks=remarks)
    points, most = _counting(mark, report)
    share = points / most if most > 0 else 0
    return Cell(
        text=number(points),
        href=_link(row.student, lab, hrefs).href if report else "",
        level=min(max(int(5 * share), 0), 4),
        remarks=remarks,
    )


def _counting(mark: Mark | None, report: LabReport | None) -> tuple[float, float]:
    """Return what counts, and of how many points."""
    if mark is not None:
        return mark.mark, mark.max_score
    return (report.score, report.max_score) if report else (0, 0)


def _case(report: LabReport, hrefs: Hrefs) -> ShownCase:
    slow = max(report.checks, key=lambda check: check.seconds, default=None)
    return ShownCase(
        student=_link(report.student, report.lab, hrefs),
        lab_title=report.lab_title,
        cpu_seconds=report.cpu_seconds,
        slowest_check=f"{slow.title} ({slow.seconds:.1f} s)" if slow else "",
        faults=report.faults,
        tampering=report.tampering,
    )


def _isolation(reports: Sequence[LabReport], hrefs: Hrefs) -> list[Isolation]:
    return [
        Isolation(
            words=words,
            confined=level in {"strict", "landlock"},
            count=len(ran),
            who=tuple(_link(r.student, r.lab, hrefs) for r in ran[:_SHOWN_NAMES]),
            more=max(0, len(ran) - _SHOWN_NAMES),
        )
        for level, words in ISOLATION_WORDS.items()
        if (ran := [r for r in reports if r.environment.isolation == level])
    ]


def _software(reports: Sequence[LabReport]) -> list[str]:
    names = (
        f"Python {r.environment.python}, NumPy {r.environment.numpy}"
        + (
            f", TensorFlow {r.environment.tensorflow}"
            if r.environment.tensorflow
            else ""
        )
        + "".join(f", {data}" for data in r.environment.data)
        for r in reports
    )
    return [f"{text} ({count})" for text, count in Counter(names).most_common(5)]
