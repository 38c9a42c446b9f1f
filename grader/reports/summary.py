"""Statistics of a grading run, as pure functions of the reports.

The dashboard and the CSV files show the same numbers because both take them from here.
"""

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence

from pydantic import Field

from grader.domain.frozen import Frozen
from grader.domain.mark import Mark, Marks, Total
from grader.domain.policy import Policy
from grader.domain.report import CheckResult, ClassReport, LabReport, Ungraded
from grader.domain.verdict import Outcome
from grader.reports.words import plural

# a correlation of fewer is noise
FEWEST_TO_CORRELATE = 5


class Distribution(Frozen):
    """How the scores of one lab are spread.

    Attributes:
        n: Number of scores.
        mean: In points, like the next three.
        median: Middle score.
        lowest: Smallest score.
        highest: Largest score.
        bins: Number of scores in each of equally wide parts of 0..max_score; a part
            holds its lower edge, the last one its upper edge too.
    """

    n: int
    mean: float
    median: float
    lowest: float
    highest: float
    bins: tuple[int, ...]


class CheckStatistics(Frozen):
    """How a class did in one check.

    Attributes:
        n: Number of submissions in which it stood.
        passed: How many passed.
        pass_rate: passed / n.
        mean_credit: Mean share of the points, 0..1.
        discrimination: See `discrimination`.
        outcomes: How often each outcome came up.
    """

    id: str
    task: str
    title: str
    hidden: bool
    points: float
    n: int
    passed: int
    pass_rate: float
    mean_credit: float
    discrimination: float | None
    outcomes: dict[Outcome, int]


class CommonMistake(Frozen):
    """One mistake that was named, and who made it.

    Attributes:
        certain: Number of students whose answer equals the mistake's; for the others
            it is only consistent with it.
        checks: Ids of the checks that named it.
        students: Each once, in alphabetical order.
    """

    lab: str
    mistake: str
    says: str
    concept: str
    certain: int
    checks: tuple[str, ...]
    students: tuple[str, ...]


class CommonFault(Frozen):
    """One thing that did not go through, or was repaired, and with whom.

    Attributes:
        where: (student, lab, place in the file), in the order of the reports.
        students: How many they are.
    """

    message: str
    where: tuple[tuple[str, str, str], ...]
    students: int


class LabSummary(Frozen):
    """One lab of a grading run; `max_score` in points."""

    lab: str
    title: str
    max_score: float
    distribution: Distribution
    checks: tuple[CheckStatistics, ...]


class GradeRow(Frozen):
    """What one student handed in.

    Attributes:
        reports: By lab.
        ungraded: What could not be graded.
        total: Sum of the scores, of the marks if there are any, or the weighted total of
            the course's policy; None if there is nothing to sum up, which is not a zero.
        marks: By lab.
        standing: What makes up the total; None without marks.
    """

    student: str
    reports: dict[str, LabReport]
    ungraded: tuple[Ungraded, ...]
    total: float | None
    marks: dict[str, Mark] = Field(default_factory=dict)
    standing: Total | None = None


class Gradebook(Frozen):
    """Students × labs.

    Attributes:
        labs: Names, in the order in which they come up; also those of which nothing
            could be graded.
        max_score: The greatest total: the sum of all labs' greatest scores, in points; 100
            under a policy.
        rows: In alphabetical order of the students.
    """

    labs: tuple[str, ...]
    max_score: float
    rows: tuple[GradeRow, ...]


def gradebook(report: ClassReport, marks: Marks | None = None) -> Gradebook:
    """Return one row per student, whether graded or not, and for all on the roster.

    Of two reports on the same student and lab the later in the list counts.
    """
    graded: dict[str, dict[str, LabReport]] = {}
    ungraded: dict[str, list[Ungraded]] = {}
    for item in report.reports:
        graded.setdefault(item.student, {})[item.lab] = item
    for other in report.ungraded:
        ungraded.setdefault(other.student, []).append(other)
    marks = marks or Marks(Policy())
    labs = dict.fromkeys(marks.labs)
    labs |= dict.fromkeys(r.lab for r in report.reports)
    labs |= dict.fromkeys(u.lab for u in report.ungraded if u.lab)
    greatest = [(one.lab, one.max_score) for one in report.reports]
    greatest += [(one.lab, one.max_score) for one in marks.marks.values()]
    # the largest comes last and stays
    max_scores = dict(sorted(greatest))
    own: dict[str, dict[str, Mark]] = {}
    for (student, lab), mark in marks.marks.items():
        own.setdefault(student, {})[lab] = mark
    return Gradebook(
        labs=tuple(labs),
        max_score=100 if marks.policy.stated else sum(max_scores.values()),
        rows=tuple(
            _row(
                student,
                graded.get(student, {}),
                ungraded.get(student, []),
                own.get(student, {}),
                marks,
            )
            for student in _alphabetical([*graded, *ungraded, *marks.totals])
        ),
    )


def _row(
    student: str,
    reports: dict[str, LabReport],
    ungraded: Sequence[Ungraded],
    own: dict[str, Mark],
    marks: Marks,
) -> GradeRow:
    points = [mark.mark for mark in own.values()]
    points += [one.score for lab, one in reports.items() if lab not in own]
    standing = marks.totals.get(student)
    weighted = standing.total if standing else None
    return GradeRow(
        student=student,
        reports=reports,
        ungraded=tuple(ungraded),
        total=weighted if marks.policy.stated else sum(points) if points else None,
        marks=own,
        standing=standing,
    )


def _alphabetical(names: Iterable[str]) -> list[str]:
    return sorted(set(names), key=lambda name: (name.casefold(), name))


def lab_summaries(
    reports: Sequence[LabReport], *, checks: bool = True
) -> tuple[LabSummary, ...]:
    """Return one summary per lab, in the order in which the labs come up.

    Args:
        reports: Of any number of labs.
        checks: Whether to summarise the checks too, the larger part of the work.
    """
    by_lab: dict[str, list[LabReport]] = {}
    for report in reports:
        by_lab.setdefault(report.lab, []).append(report)
    return tuple(_lab_summary(group, checks=checks) for group in by_lab.values())


def _lab_summary(reports: Sequence[LabReport], *, checks: bool) -> LabSummary:
    max_score = max(report.max_score for report in reports)
    return LabSummary(
        lab=reports[-1].lab,
        title=reports[-1].lab_title,
        max_score=max_score,
        distribution=distribution([r.score for r in reports], max_score=max_score),
        checks=check_statistics(reports) if checks else (),
    )


def distribution(
    scores: Sequence[float], *, max_score: float, bins: int = 10
) -> Distribution:
    """Return the spread of one lab's scores.

    Args:
        scores: In points, at least one.
        max_score: Upper edge of the last bin; 0 puts all scores into the first.
        bins: Number of equally wide bins.
    """
    counts = [0] * bins
    for score in scores:
        part = int(bins * score / max_score) if max_score > 0 else 0
        counts[min(max(part, 0), bins - 1)] += 1
    return Distribution(
        n=len(scores),
        mean=statistics.fmean(scores),
        median=statistics.median(scores),
        lowest=min(scores),
        highest=max(scores),
        bins=tuple(counts),
    )


def credit(check: CheckResult) -> float:
    """Return the share of a check's points that was earned, 0..1.

    A public check is worth no points: there a pass is 1 and anything else 0.
    """
    if check.points > 0:
        return check.earned / check.points
    return float(check.outcome is Outcome.PASSED)


def check_statistics(reports: Sequence[LabReport]) -> tuple[CheckStatistics, ...]:
    """Return the statistics of each check of one lab, task by task as in the handout."""
    results: dict[str, list[CheckResult]] = {}
    rests: dict[str, list[float]] = {}
    for report in reports:
        whole = sum(check.earned for check in report.checks)
        for check in report.checks:
            results.setdefault(check.id, []).append(check)
            rests.setdefault(check.id, []).append(whole - check.earned)
    found = [_of_check(group, rests[key]) for key, group in results.items()]
    tasks = {line.id: place for place, line in enumerate(reports[-1].tasks)}
    return tuple(sorted(found, key=lambda check: tasks.get(check.task, len(tasks))))


def _of_check(
    results: Sequence[CheckResult], rests: Sequence[float]
) -> CheckStatistics:
    credits_ = [credit(result) for result in results]
    outcomes = Counter(result.outcome for result in results)
    last = results[-1]
    return CheckStatistics(
        id=last.id,
        task=last.task,
        title=last.title,
        hidden=last.hidden,
        points=last.points,
        n=len(results),
        passed=outcomes[Outcome.PASSED],
        pass_rate=outcomes[Outcome.PASSED] / len(results),
        mean_credit=statistics.fmean(credits_),
        discrimination=discrimination(credits_, rests),
        outcomes=dict(outcomes),
    )


def discrimination(credits_: Sequence[float], rests: Sequence[float]) -> float | None:
    """Return how well a check tells strong submissions from weak ones, -1..1.

    The correlation of the check's credit with the sum of all other checks' points
    (point-biserial where the credit is 0 or 1). The check's own points are left out, or
    it would correlate with itself.

    Source: Henrysson, "Correction of item-total correlations in item analysis",
    Psychometrika 28 (1963).

    Args:
        credits_: One per submission, 0..1.
        rests: Points in the other checks, in the same order.

    Returns:
        None for fewer than five submissions, where it would be noise, and where all
        credits or all rests are equal.
    """
    if len(credits_) < FEWEST_TO_CORRELATE or _constant(credits_) or _constant(rests):
        return None
    return statistics.correlation(credits_, rests)


def _constant(values: Sequence[float]) -> bool:
    # sums of the same points in another order differ in the last bits
    return max(values) - min(values) <= 1e-9


def common_mistakes(reports: Iterable[LabReport]) -> tuple[CommonMistake, ...]:
    """Return the mistakes that were named, the commonest first."""
    named: dict[tuple[str, str], list[tuple[str, CheckResult]]] = {}
    for report in reports:
        for check in report.checks:
            if check.diagnosis:
                key = (report.lab, check.diagnosis.mistake)
                named.setdefault(key, []).append((report.student, check))
    mistakes = [_mistake(lab, cases) for (lab, _), cases in named.items()]
    return tuple(sorted(mistakes, key=lambda m: (-len(m.students), m.lab, m.mistake)))


def _mistake(lab: str, cases: Sequence[tuple[str, CheckResult]]) -> CommonMistake:
    found = [(student, check.id, check.diagnosis) for student, check in cases]
    certain = {student for student, _, why in found if why and why.certain}
    diagnosis = next(why for _, _, why in found if why)
    return CommonMistake(
        lab=lab,
        mistake=diagnosis.mistake,
        says=diagnosis.says,
        concept=diagnosis.concept,
        certain=len(certain),
        checks=tuple(dict.fromkeys(check for _, check, _ in found)),
        students=tuple(_alphabetical(student for student, _, _ in found)),
    )


def slowest(reports: Iterable[LabReport], *, n: int = 10) -> tuple[LabReport, ...]:
    """Return the reports that used most CPU time, the slowest first."""
    return tuple(sorted(reports, key=lambda r: r.cpu_seconds, reverse=True)[:n])


def with_faults(reports: Iterable[LabReport]) -> tuple[LabReport, ...]:
    """Return the reports that hold faults, in their order; a repair is none."""
    return tuple(r for r in reports if any(not f.repaired for f in r.faults))


def with_repairs(reports: Iterable[LabReport]) -> tuple[LabReport, ...]:
    """Return the reports on files that were repaired, in their order."""
    return tuple(r for r in reports if any(f.repaired for f in r.faults))


def common_faults(reports: Iterable[LabReport]) -> tuple[CommonFault, ...]:
    """Return what did not go through, first what happened to most students."""
    return _common(reports, repaired=False)


def common_repairs(reports: Iterable[LabReport]) -> tuple[CommonFault, ...]:
    """Return what was repaired, first what was for most students."""
    return _common(reports, repaired=True)


def _common(reports: Iterable[LabReport], *, repaired: bool) -> tuple[CommonFault, ...]:
    found: dict[str, list[tuple[str, str, str]]] = {}
    for report in reports:
        for fault in report.faults:
            if fault.repaired is repaired:
                place = (report.student, report.lab, fault.where)
                found.setdefault(fault.message, []).append(place)
    faults = (
        CommonFault(
            message=message,
            where=tuple(where),
            students=len({student for student, _, _ in where}),
        )
        for message, where in found.items()
    )
    return tuple(sorted(faults, key=lambda fault: -fault.students))


def with_tampering(reports: Iterable[LabReport]) -> tuple[LabReport, ...]:
    """Return the reports that look like tampering, what is certain first."""
    found = (report for report in reports if report.tampering)
    return tuple(sorted(found, key=lambda report: not _is_certain(report)))


def tampering_line(reports: Iterable[LabReport]) -> str:
    """Return one line for the teacher's terminal, "" if nothing looks like tampering."""
    found = with_tampering(reports)
    if not found:
        return ""
    certain = sum(_is_certain(report) for report in found)
    beyond = f", {certain} of them beyond doubt" if certain else ""
    return (
        f"{plural(len(found), 'submission')} to look at: tampering, or what looks like "
        f"it{beyond}; no mark was changed"
    )


def _is_certain(report: LabReport) -> bool:
    return any(found.certain for found in report.tampering)
