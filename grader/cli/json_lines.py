"""A grading run as JSON Lines, for programs: one object a line, written at once.

`docs/progress.md` says what stands in them, and is held to it by a test.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Self, TextIO

from grader.app.progress import (
    JobBegun,
    JobEnded,
    MarkChanged,
    Notice,
    Received,
    Remark,
    Started,
    Unchanged,
)
from grader.cli.shared import silence
from grader.domain.report import LabReport, Ungraded

# the first line says it; another number means that a field has another meaning
VERSION = 1


class JsonDisplay:
    """Writes what happens; nothing else may write to the same place."""

    def __init__(
        self,
        out: TextIO,
        *,
        run: Mapping[str, Any],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Prepare.

        Args:
            out: Where the lines go.
            run: What the first line says beside what a run says of itself.
            now: The time, with its zone.
        """
        self._out = out
        self._unicode = (out.encoding or "").lower().startswith("utf")
        self._run = run
        self._now = now

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def write(self, event: str, fields: Mapping[str, Any]) -> None:
        """Write one line; a reader who has left changes nothing."""
        at = self._now().isoformat(timespec="milliseconds")
        line = {"event": event, "at": at, **fields}
        text = json.dumps(line, ensure_ascii=not self._unicode, default=str)
        try:
            self._out.write(text + "\n")
            self._out.flush()
        except BrokenPipeError:
            silence()

    def take(self, notice: Notice) -> None:
        """Write what a program may want to know."""
        match notice:
            case Started():
                self.write("run", {**self._run, **_started(notice)})
            case JobBegun():
                self.write("begun", _begun(notice))
            case JobEnded(outcome=Ungraded() as problem, number=number):
                self.write("ungraded", {"job": number, **problem.model_dump()})
            case JobEnded(outcome=LabReport() as report):
                self.write("graded", _graded(notice, report))
            case Unchanged():
                self.write("graded", _unchanged(notice))
            case MarkChanged():
                self.write("changed", _changed(notice))
            case Remark(text):
                self.write("remark", {"text": text})
            case Received():
                pass


def _started(notice: Started) -> dict[str, Any]:
    return {
        "version": VERSION,
        "total": notice.total,
        "unchanged": notice.unchanged,
        "left": dict(notice.left),
        "jobs": notice.processes,
    }


def _begun(notice: JobBegun) -> dict[str, Any]:
    return {
        "job": notice.number,
        "student": notice.student,
        "lab": notice.lab,
        "by": notice.by,
    }


def _graded(notice: JobEnded, report: LabReport) -> dict[str, Any]:
    return {
        "job": notice.number,
        "student": report.student,
        "lab": report.lab,
        "score": report.score,
        "max_score": report.max_score,
        "before": notice.before,
        "sha256": report.submission.sha256,
        "seconds": report.seconds,
        "unchanged": False,
    }


def _unchanged(notice: Unchanged) -> dict[str, Any]:
    return {
        "job": None,
        "student": notice.student,
        "lab": notice.lab,
        "score": notice.score,
        "max_score": notice.max_score,
        "before": notice.score,
        "sha256": notice.sha256,
        "seconds": 0.0,
        "unchanged": True,
    }


def _changed(notice: MarkChanged) -> dict[str, Any]:
    return {
        "student": notice.student,
        "lab": notice.lab,
        "before": notice.before,
        "after": notice.after,
        "why": list(notice.why),
    }
