"""What `reference/<lab>/calibration.json` holds under "gates": runs of right solutions.

All values are kept, not only their summary, so that anybody can count again how many of
the runs fail at the thresholds of today. The file may hold other keys for a lab's own use.
"""

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Literal, Self

from pydantic import Field, model_validator

from grader.domain.frozen import Frozen
from grader.numerics.binomial import upper_limit

# of right solutions; 200 students with 10 gates each are then failed 0.2 times
LARGEST_FALSE_FAIL = 1e-4
DIGITS = 6


class Condition(Frozen):
    """One threshold of a gate, for one source of data.

    Attributes:
        quantity: What is measured, `accuracy`.
        sense: Whether the value may not be below or not above the threshold.
        threshold: In the quantity's unit.
    """

    quantity: str
    sense: Literal["at least", "at most"]
    threshold: float

    def holds(self, values: Mapping[str, float]) -> bool:
        """Return whether the quantity was measured and is within; NaN is not."""
        value = values.get(self.quantity, math.nan)
        if self.sense == "at least":
            return value >= self.threshold
        return value <= self.threshold

    def distance(self, values: Mapping[str, float]) -> float:
        """Return how far the value is on the wrong side, in thresholds; inf for NaN."""
        if self.holds(values):
            return 0.0
        value = values.get(self.quantity, math.nan)
        if not math.isfinite(value):
            return math.inf
        return abs(value - self.threshold) / max(abs(self.threshold), 1e-12)

    def worst(self, values: Sequence[float]) -> float:
        """Return the value nearest to failing."""
        return min(values) if self.sense == "at least" else max(values)


class Summary(Frozen):
    """The distribution of one quantity, over the runs that gave a value."""

    min: float
    p05: float
    median: float
    p95: float
    max: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """Return the summary of at least one value."""
        ordered = sorted(values)
        return cls(
            min=ordered[0],
            p05=rounded(_quantile(ordered, 0.05)),
            median=rounded(statistics.median(ordered)),
            p95=rounded(_quantile(ordered, 0.95)),
            max=ordered[-1],
        )


class Calibration(Frozen):
    """Runs of right solutions through one gate, with one source of data.

    Attributes:
        function: Fingerprint of the gate's function when it measured.
        styles: Submission -> how many of the runs were its.
        failed: Runs that gave no value because the code raised or took too long.
        values: Quantity -> its value in each of the other runs; None where it was not a
            finite number.
        summary: Quantity -> its distribution, for people.
        cpu_s: Mean CPU seconds of the student's code in a run.
    """

    function: str
    styles: dict[str, int]
    failed: int = Field(default=0, ge=0)
    values: dict[str, tuple[float | None, ...]]
    summary: dict[str, Summary]
    cpu_s: float = Field(ge=0)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        for quantity, values in self.values.items():
            if len(values) != self.runs - self.failed:
                msg = (
                    f"{len(values)} values of {quantity}, but {self.runs} runs of which "
                    f"{self.failed} failed"
                )
                raise ValueError(msg)
        return self

    @classmethod
    def of(
        cls,
        rows: Sequence[Mapping[str, float] | None],
        *,
        function: str,
        styles: Mapping[str, int],
        cpu_s: float,
    ) -> Self:
        """Return the calibration of some runs.

        Args:
            rows: What each run measured; None if it failed.
            function: Fingerprint of the gate's function.
            styles: Submission -> number of runs.
            cpu_s: Mean CPU seconds of a run.
        """
        measured = [row for row in rows if row is not None]
        names = list(dict.fromkeys(name for row in measured for name in row))
        values = {
            name: tuple(_finite(row.get(name, math.nan)) for row in measured)
            for name in names
        }
        numbers = {
            name: [value for value in column if value is not None]
            for name, column in values.items()
        }
        return cls(
            function=function,
            styles=dict(styles),
            failed=len(rows) - len(measured),
            values=values,
            summary={
                name: Summary.of(column) for name, column in numbers.items() if column
            },
            cpu_s=rounded(cpu_s),
        )

    @property
    def runs(self) -> int:
        """Return how many runs there were."""
        return sum(self.styles.values())

    def rows(self) -> list[dict[str, float]]:
        """Return what each run that gave values measured; NaN where it was no number."""
        columns = [
            [math.nan if value is None else value for value in column]
            for column in self.values.values()
        ]
        return [
            dict(zip(self.values, row, strict=True))
            for row in zip(*columns, strict=True)
        ]

    def failures(self, conditions: Sequence[Condition]) -> int:
        """Return how many runs fail at least one of the conditions."""
        failing = sum(
            not all(condition.holds(row) for condition in conditions)
            for row in self.rows()
        )
        return self.failed + failing

    def false_fail_bound(
        self, conditions: Sequence[Condition], *, attempts: int
    ) -> float:
        """Return a 95 % bound on the probability of failing a right solution.

        It is that of all attempts failing. It holds for solutions like those that ran
        here, and because each attempt makes its own draws: attempts are independent.
        """
        if self.runs == 0:
            return 1.0
        return upper_limit(self.failures(conditions), self.runs) ** attempts


def runs_needed(attempts: int) -> int:
    """Return how many runs without a failure prove that a gate is fair enough."""
    # (1 - 0.05^(1/n))^attempts <= LARGEST_FALSE_FAIL, solved for n
    per_attempt = LARGEST_FALSE_FAIL ** (1 / attempts)
    return math.ceil(math.log(0.05) / math.log1p(-per_attempt))


def rounded(value: float) -> float:
    """Return the value with as many digits as the file keeps."""
    return float(f"{value:.{DIGITS}g}")


def _finite(value: float) -> float | None:
    return rounded(value) if math.isfinite(value) else None


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile by linear interpolation, as NumPy's default does."""
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
