"""Judge a trained solution by what it reaches: few gates, wide, calibrated.

    @gate(at_least={"accuracy": {"embedded": 0.7, "full": 0.75}}, attempts=3)
    def letters_are_read(student, rng):
        \"\"\"Share of the letters that the student's network reads.\"\"\"
        ...

    letters_are_read.judge(student, rng)  # in a check

Training is random, so a right solution misses any threshold now and then: it has several
attempts, each with draws of its own, and `grader calibrate` measures how often right
solutions miss. The power gate for drawn inputs is another thing, in `power_gate`.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from grader.domain.calibration import Calibration, Condition
from grader.domain.draws import Draws
from grader.domain.gate import Gate, Measure, Threshold
from grader.domain.student import StudentCode
from grader.domain.verdict import Outcome, Verdict
from grader.errors import LabError


def gate(
    *,
    at_least: Threshold | Mapping[str, Threshold] | None = None,
    at_most: Threshold | Mapping[str, Threshold] | None = None,
    attempts: int = 3,
    credit: Mapping[str, float] | None = None,
    source: Callable[[], str] | None = None,
) -> Callable[[Measure], "OutcomeGate"]:
    """Declare a function of a lab's checks as a gate.

    The function runs the student's code once, with all its randomness drawn from `rng`,
    and returns a number, or a dict of numbers by name. It must need nothing but its
    arguments and what the module knows: it also runs when nobody is judged.

    Args:
        at_least: Smallest value that passes: a number if the function returns one, else
            by name. Each may be given for each source of data,
            {"embedded": 0.7, "full": 0.75}.
        at_most: Largest value that passes, likewise.
        attempts: How many runs a solution has, at least 1; the best counts.
        credit: Quantity -> what it earns when it alone is right; adds up to 1. All or
            nothing if left out.
        source: Returns which data there are; MNIST's if left out.

    Raises:
        LabError: If there is no threshold, no attempt, or the credits don't add up.
    """

    def declare(function: Measure) -> OutcomeGate:
        name = function.__name__
        if not function.__doc__:
            raise LabError(f"gate {name} needs a docstring: it says what is measured")
        declared = OutcomeGate(
            name=name,
            title=function.__doc__.strip().splitlines()[0],
            function=function,
            at_least=_by_quantity(at_least, name),
            at_most=_by_quantity(at_most, name),
            attempts=attempts,
            credit=dict(credit or {}),
            source=source or _mnist_source,
        )
        _validate(declared)
        return declared

    return declare


def _mnist_source() -> str:
    # only labs with thresholds for each source load the images
    from grader.data import mnist

    return mnist().source


def _by_quantity(
    given: Threshold | Mapping[str, Threshold] | None, name: str
) -> dict[str, Threshold]:
    """Return thresholds by quantity; a lone one is that of the function's own value."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        return {name: given}
    if given.keys() <= {"embedded", "full"}:
        return {name: given}  # type: ignore[dict-item]
    return dict(given)


def _validate(declared: Gate) -> None:
    quantities = {*declared.at_least, *declared.at_most}
    if not quantities:
        raise LabError(f"gate {declared.name} needs at_least or at_most")
    if declared.attempts < 1:
        raise LabError(f"gate {declared.name}: attempts must be at least 1")
    for source in declared.sources:
        declared.conditions(source)
    if declared.credit and (
        declared.credit.keys() != quantities
        or min(declared.credit.values()) <= 0
        or not math.isclose(math.fsum(declared.credit.values()), 1)
    ):
        raise LabError(
            f"gate {declared.name}: credit must name {', '.join(sorted(quantities))} "
            "with shares above 0 that add up to 1"
        )


@dataclass(frozen=True)
class Attempt:
    """One run and what it is worth.

    Attributes:
        number: From 1.
        values: What was measured.
        missed: Conditions that do not hold, in the order of the declaration.
        credit: What it would earn.
    """

    number: int
    values: Mapping[str, float]
    missed: tuple[Condition, ...]
    credit: float

    @property
    def rank(self) -> tuple[float, int, float]:
        """Return a key by which the best attempt comes first."""
        furthest = max(condition.distance(self.values) for condition in self.missed)
        return (-self.credit, len(self.missed), furthest)


@dataclass(frozen=True, eq=False)
class OutcomeGate(Gate):
    """A gate that judges; `gate` makes them."""

    def judge(self, student: StudentCode, rng: Draws) -> Verdict:
        """Return whether the best of some runs reaches every threshold.

        Stops at the first run that does. NaN and missing quantities reach nothing.

        Raises:
            CallFailed: If a call gave no value in any run: errors and time-outs are no
                bad luck that another draw would mend.
        """
        source = self.current_source()
        conditions = self.conditions(source)
        # one number from the check's stream, so that attempts don't depend on each other
        seed = int.from_bytes(rng.bytes(16), "little")
        missed: list[Attempt] = []
        most = student.most_attempts
        attempts = self.attempts if most is None else min(self.attempts, most)
        for number in range(1, attempts + 1):
            values = self.measure(student, Draws(seed, self.name, str(number)))
            attempt = self._attempt(number, values, conditions)
            if not attempt.missed:
                return self._passed(attempt, conditions)
            missed.append(attempt)
        best = min(missed, key=lambda attempt: attempt.rank)
        return self._failed(best, self.calibrations.get(source))

    def _attempt(
        self,
        number: int,
        values: Mapping[str, float],
        conditions: tuple[Condition, ...],
    ) -> Attempt:
        missed = tuple(each for each in conditions if not each.holds(values))
        lost = {condition.quantity for condition in missed}
        earned = math.fsum(c for name, c in self.credit.items() if name not in lost)
        return Attempt(number, values, missed, credit=round(earned, 9))

    def _passed(self, attempt: Attempt, conditions: tuple[Condition, ...]) -> Verdict:
        reached = ", ".join(
            f"{_words(each.quantity)} {attempt.values[each.quantity]:.4g} "
            f"(asked: {each.sense} {each.threshold:g})"
            for each in conditions
        )
        note = f"{reached}; run {attempt.number} of at most {self.attempts}"
        return Verdict(outcome=Outcome.PASSED, credit=1, note=note)

    def _failed(self, best: Attempt, calibration: Calibration | None) -> Verdict:
        return Verdict.failed(
            self._feedback(best),
            credit=best.credit,
            note=self._note(best.missed[0], calibration),
        )

    def _feedback(self, best: Attempt) -> str:
        condition = best.missed[0]
        quantity = _words(condition.quantity)
        asked = f"{condition.sense} {condition.threshold:g} is asked"
        if condition.quantity not in best.values:
            return f"The {quantity} could not be measured; {asked}."
        value = best.values[condition.quantity]
        runs = f" in the best of {self.attempts} runs" if self.attempts > 1 else ""
        if not math.isfinite(value):
            return f"The {quantity} is no finite number{runs}; {asked}."
        return f"The {quantity} is {_told(value, condition)}{runs}; {asked}."

    def _note(self, condition: Condition, calibration: Calibration | None) -> str:
        if calibration is None:
            return "right solutions: not calibrated here"
        summary = calibration.summary.get(condition.quantity)
        if summary is None:
            return f"right solutions: {condition.quantity} was not calibrated"
        worst = condition.worst((summary.min, summary.max))
        name = "min" if condition.sense == "at least" else "max"
        conditions = self.conditions(self.current_source())
        bound = calibration.false_fail_bound(conditions, attempts=self.attempts)
        return (
            f"right solutions: {calibration.runs} runs, {name} {worst:.4g}, "
            f"median {summary.median:.4g}, false-fail bound {bound:.1g}"
        )


def _words(name: str) -> str:
    return name.replace("_", " ")


def _told(value: float, condition: Condition) -> str:
    """Return the value with so many digits that it does not look like the threshold."""
    texts: Any = (f"{value:.{digits}g}" for digits in range(4, 17))
    return next(
        (t for t in texts if not condition.holds({condition.quantity: float(t)})),
        repr(value),
    )
