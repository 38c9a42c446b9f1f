"""The result of grading one submission: the content of `OUT/<student>/<lab>.json`.

Everything that the HTML, Markdown and CSV show is computed from this and nothing else,
so a report can be rendered again years later. The file is the teacher's: it holds the
seed and the notes. What is made for students leaves those out.
"""

from datetime import datetime
from typing import Literal

from pydantic import Field

from grader.domain.frozen import Frozen
from grader.domain.submission import Fault, SubmittedFile
from grader.domain.tampering import Tampering
from grader.domain.verdict import Diagnosis, Example, Outcome, Picture


class SubmissionRecord(Frozen):
    """What was graded."""

    sha256: str
    files: tuple[SubmittedFile, ...]
    received_at: datetime | None = None


class Environment(Frozen):
    """Where it was graded.

    Attributes:
        isolation: `strict` (confined, and in namespaces of its own), `landlock` (confined
            by the kernel) or `process` (a plain process).
        layers: What exactly confined it.
        threads: Threads that numerical libraries were given.
        data: Data sets that were used, in words.
    """

    python: str
    numpy: str
    tensorflow: str | None = None
    isolation: Literal["strict", "landlock", "process", "none"]
    layers: tuple[str, ...] = ()
    threads: int = 1
    data: tuple[str, ...] = ()


class CheckResult(Frozen):
    """One check, as it went.

    Attributes:
        example: Concrete values; None for a hidden check, whose values are in `note`.
        seconds: Wall time of the check.
    """

    id: str
    task: str
    title: str
    hidden: bool
    points: float
    earned: float
    outcome: Outcome
    feedback: str = ""
    diagnosis: Diagnosis | None = None
    note: str = ""
    example: Example | None = None
    pictures: tuple[Picture, ...] = ()
    seconds: float = Field(ge=0)


class TaskLine(Frozen):
    """A task's title, for reports that group checks by task."""

    id: str
    title: str
    points: float


class LabReport(Frozen):
    """One student's result in one lab.

    Attributes:
        tampering: What looks like tampering; the teacher's alone, and it moves no mark.
    """

    schema_version: Literal[1] = 1
    lab: str
    lab_title: str
    lab_version: str
    student: str
    score: float
    max_score: float
    seed: str = Field(description="Secret seed of the random inputs, decimal digits.")
    submission: SubmissionRecord
    environment: Environment
    tasks: tuple[TaskLine, ...]
    checks: tuple[CheckResult, ...]
    faults: tuple[Fault, ...] = ()
    tampering: tuple[Tampering, ...] = ()
    graded_at: datetime
    seconds: float = Field(ge=0)
    cpu_seconds: float = Field(ge=0)


class Ungraded(Frozen):
    """A submission that could not be graded, and why.

    Attributes:
        whose: `submission` (it can't be read), `lab` or `infrastructure`.
        where: The file's name.
        message: One line: what is wrong and what to do.
    """

    student: str
    lab: str
    whose: Literal["submission", "lab", "infrastructure"]
    where: str
    message: str


class ClassReport(Frozen):
    """A grading run: what the dashboard and the CSV show."""

    title: str
    created_at: datetime
    reports: tuple[LabReport, ...]
    ungraded: tuple[Ungraded, ...] = ()
