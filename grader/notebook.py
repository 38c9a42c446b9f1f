"""Self-check inside a notebook: `from grader.notebook import check; check("logic_gates")`.

The public checks run on the functions as they are in the kernel now, saved or not. It is
the student's own process, so nothing is confined, and nothing secret is here. That is
also why it may use the worker's reading of figures: here, this process is the worker.
"""

import html
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks.in_process import InProcessStudent
from grader.domain.check import Check
from grader.domain.draws import Draws
from grader.domain.figure import FigureData
from grader.domain.figure_claim import figure_from
from grader.domain.student import CallFailed
from grader.domain.verdict import Outcome, Verdict
from grader.labs.course import Course
from grader.labs.loading import load_lab
from grader.wire import portable
from grader.worker import figures, written
from grader.worker.models import ask, to_plain

SIGNS = {Outcome.PASSED: "✓", Outcome.NOT_ATTEMPTED: "·", Outcome.SKIPPED: "–"}


class CheckTable:
    """The results of a self-check: a table in a notebook, lines of text elsewhere."""

    def __init__(self, title: str, results: list[tuple[Check, Verdict]]) -> None:
        """Keep the verdicts in the order of the checks."""
        self._title = title
        self._results = results

    @property
    def passed(self) -> int:
        """Return how many checks passed."""
        return sum(v.outcome is Outcome.PASSED for _, v in self._results)

    def _lines(self) -> list[tuple[str, str, str, str]]:
        return [
            (check.task, SIGNS.get(v.outcome, "✗"), check.title, _told(v))
            for check, v in self._results
        ]

    def _summary(self) -> str:
        return (
            f"{self.passed} of {len(self._results)} public checks pass. "
            "Hidden checks with other inputs decide the marks."
        )

    def __repr__(self) -> str:
        lines = [self._title]
        for task, sign, title, told in self._lines():
            lines.append(f"{task:4} {sign} {title}")
            lines += [f"       {told}"] if told else []
        return "\n".join([*lines, self._summary()])

    def _repr_html_(self) -> str:
        rows = "".join(
            "<tr><td>{}</td><td>{}</td><td style='text-align:left'>{}{}</td></tr>".format(
                html.escape(task),
                html.escape(sign),
                html.escape(title),
                f"<br><small>{html.escape(told)}</small>" if told else "",
            )
            for task, sign, title, told in self._lines()
        )
        return (
            f"<table><caption>{html.escape(self._title)}</caption>"
            "<thead><tr><th>task</th><th>result</th><th>check</th></tr></thead>"
            f"<tbody>{rows}</tbody></table><p>{html.escape(self._summary())}</p>"
        )


def _told(verdict: Verdict) -> str:
    parts = [verdict.feedback]
    if verdict.diagnosis:
        parts.append(verdict.diagnosis.says)
    if verdict.example:
        example = verdict.example
        parts.append(f"{example.call} gave {example.got}, expected {example.expected}")
    if verdict.outcome is Outcome.PASSED:
        return ""
    return " ".join(part for part in parts if part)


def check(lab: str, *, namespace: Mapping[str, Any] | None = None) -> CheckTable:
    """Run a lab's public checks on the functions of this notebook.

    Args:
        lab: The lab's name.
        namespace: Where the functions are; the notebook's own if left out.

    Raises:
        LabError: If there is no such lab near the notebook's directory.
    """
    course = Course.find(Path.cwd())
    loaded = load_lab(course, lab, reference=False)
    own = dict(vars(sys.modules["__main__"]) if namespace is None else namespace)
    student = InProcessStudent(
        own, on_figure=_figure, to_plain=to_plain, read_files=_files, ask=ask
    )
    results = [(one, _verdict(one, student, lab)) for one in loaded.public]
    return CheckTable(f"{loaded.lab.title}: public checks", results)


def _figure(figure: Any) -> FigureData:
    return figure_from(portable(figures.extract(figure)))


def _files(pattern: str, at_most: int) -> Mapping[str, NDArray[np.uint8]]:
    return written.files(Path.cwd(), pattern, at_most=at_most)


def _verdict(one: Check, student: InProcessStudent, lab: str) -> Verdict:
    try:
        return one.run(student, Draws(0, lab, one.id))
    except CallFailed as failure:
        return Verdict(outcome=failure.outcome, credit=0, feedback=failure.message)
