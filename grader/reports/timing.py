"""How long the submissions of each lab computed."""

import math
import statistics
from collections.abc import Sequence

from grader.domain.frozen import Frozen
from grader.domain.report import LabReport

# the plot's axis: where it begins, and ticks that people know, in seconds
_SHORTEST = 0.1
_TICKS = (0.1, 1.0, 10.0, 60.0, 600.0, 3600.0, 36_000.0)
_BINS = 48


class LabTimes(Frozen):
    """Processor seconds of one lab's submissions.

    Attributes:
        nine_tenths: Nine of ten took no longer.
        bins: Number of submissions in equal parts of the axis.
    """

    lab: str
    title: str
    n: int
    median: float
    nine_tenths: float
    longest: float
    total: float
    bins: tuple[int, ...]


class Times(Frozen):
    """All labs on one logarithmic axis.

    Attributes:
        ticks: Seconds, and where on the axis, 0..1.
    """

    labs: tuple[LabTimes, ...]
    ticks: tuple[tuple[float, float], ...]


def times(reports: Sequence[LabReport]) -> Times:
    """Return the times of all labs, in the order in which the labs come up."""
    by_lab: dict[str, list[LabReport]] = {}
    for report in reports:
        by_lab.setdefault(report.lab, []).append(report)
    longest = max((report.cpu_seconds for report in reports), default=0)
    end = next((tick for tick in _TICKS[1:] if tick >= longest), longest)
    return Times(
        labs=tuple(_of_lab(own, end) for own in by_lab.values()),
        ticks=tuple((tick, place(tick, end)) for tick in _TICKS if tick <= end),
    )


def place(seconds: float, end: float) -> float:
    """Return where a time stands on the axis, 0..1; what is shorter stands at 0."""
    span = math.log(end / _SHORTEST)
    return min(math.log(max(seconds, _SHORTEST) / _SHORTEST) / span, 1.0)


def _of_lab(reports: Sequence[LabReport], end: float) -> LabTimes:
    took = sorted(report.cpu_seconds for report in reports)
    bins = [0] * _BINS
    for seconds in took:
        bins[min(int(_BINS * place(seconds, end)), _BINS - 1)] += 1
    return LabTimes(
        lab=reports[-1].lab,
        title=reports[-1].lab_title,
        n=len(took),
        median=statistics.median(took),
        nine_tenths=took[math.ceil(0.9 * len(took)) - 1],
        longest=took[-1],
        total=sum(took),
        bins=tuple(bins),
    )
