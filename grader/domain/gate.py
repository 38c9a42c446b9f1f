"""A gate as a teacher declares it: what to measure after a training, and how much of it.

One function measures, for calibration on right solutions and for judging a student's, so
that the threshold and the mark can't mean different things.
"""

import ast
import functools
import hashlib
import inspect
import math
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from grader.domain.calibration import Calibration, Condition
from grader.domain.draws import Draws
from grader.domain.student import StudentCode
from grader.errors import LabError

# a number, or one for each source of data: {"embedded": 0.86, "full": 0.885}
Threshold = float | Mapping[str, float]
Measure = Callable[[StudentCode, Draws], Any]
# where the thresholds are the same whatever the data
ANY_SOURCE = "any"


@dataclass(frozen=True, eq=False)
class Gate:
    """A quantity of a trained solution that has to reach a threshold.

    Attributes:
        name: The function's name.
        title: First line of its docstring.
        function: Runs the student's code once and returns a number, or one by name.
        at_least: Quantity -> smallest value that passes.
        at_most: Quantity -> largest value that passes.
        attempts: How often a run may be repeated with other draws; the best counts.
        credit: Quantity -> its share of the credit; empty for all or nothing.
        source: Returns which data there are, "embedded" or "full".
        calibrations: Source of the data -> runs of right solutions; filled in when the
            lab is loaded, empty in a student's copy.
    """

    name: str
    title: str
    function: Measure
    at_least: Mapping[str, Threshold]
    at_most: Mapping[str, Threshold]
    attempts: int
    credit: Mapping[str, float]
    source: Callable[[], str]
    calibrations: dict[str, Calibration] = field(default_factory=dict)

    def measure(self, student: StudentCode, rng: Draws) -> dict[str, float]:
        """Return what one run of the student's code gives; NaN for what is no number.

        Raises:
            CallFailed: If a call gave no value.
        """
        value = self.function(student, rng)
        values = value if isinstance(value, Mapping) else {self.name: value}
        return {str(name): _number(each) for name, each in values.items()}

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the sources of data that the thresholds name, or ("any",)."""
        named = [
            source
            for threshold in (*self.at_least.values(), *self.at_most.values())
            if isinstance(threshold, Mapping)
            for source in threshold
        ]
        return tuple(dict.fromkeys(named)) or (ANY_SOURCE,)

    def current_source(self) -> str:
        """Return which thresholds hold here; labs without data never load any."""
        return ANY_SOURCE if self.sources == (ANY_SOURCE,) else self.source()

    def conditions(self, source: str) -> tuple[Condition, ...]:
        """Return the thresholds that hold for a source of data.

        Raises:
            LabError: If a quantity has none for it.
        """
        return tuple(
            Condition(
                quantity=quantity,
                sense=sense,
                threshold=self._threshold(quantity, threshold, source),
            )
            for sense, thresholds in self._sides()
            for quantity, threshold in thresholds.items()
        )

    def _sides(
        self,
    ) -> tuple[tuple[Literal["at least", "at most"], Mapping[str, Threshold]], ...]:
        return (("at least", self.at_least), ("at most", self.at_most))

    def _threshold(self, quantity: str, threshold: Threshold, source: str) -> float:
        if not isinstance(threshold, Mapping):
            return float(threshold)
        if source not in threshold:
            raise LabError(
                f"gate {self.name} has no threshold of {quantity} for {source} data"
            )
        return float(threshold[source])

    @functools.cached_property
    def fingerprint(self) -> str:
        """Return a hash of what the function does: comments and layout don't matter.

        A calibration that was measured by another function proves nothing about this one.
        """
        source = textwrap.dedent(inspect.getsource(self.function))
        (definition,) = ast.parse(source).body
        body = definition.body[1:]  # type: ignore[attr-defined]
        text = "\n".join(ast.unparse(statement) for statement in body)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def _number(value: Any) -> float:
    """Return a real number as a float; NaN for anything else that `float` would read."""
    if isinstance(value, np.ndarray):
        # an array of no dimension is a number
        value = value[()]
    if not isinstance(value, int | float | np.integer | np.floating | np.bool_):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.nan
