"""The report that a student reads, as an HTML page and as Markdown.

The templates see a `StudentView`, which is copied field by field from the report: the
seed, the notes and the concrete values of hidden checks are not among its fields, so no
template can show them.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from grader.domain.frozen import Frozen
from grader.domain.mark import Marks
from grader.domain.report import CheckResult, LabReport, TaskLine
from grader.domain.submission import Fault
from grader.domain.verdict import Diagnosis, Example, Outcome, Picture
from grader.languages import ENGLISH, Language
from grader.reports.marking import ShownMark, student_mark
from grader.reports.templating import render_html, render_markdown
from grader.reports.text import clean, one_line, relative_url
from grader.reports.words import isolation_words, mistake_name, outcome_words

# A notebook can fail in a thousand cells; the first ones tell why.
_SHOWN_FAULTS = 10
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


# what an error says of itself; shorter texts are alike by chance
_TELLING = 20


class ShownPicture(Frozen):
    """A figure; `png` is empty if the bytes are no PNG, `alt` if nobody described it."""

    title: str
    alt: str
    png: bytes


class ShownCheck(Frozen):
    """One check, without what is the teacher's.

    Attributes:
        outcome: Names the icon and the colour.
        word: The outcome for people.
        mistake: The diagnosis' name for people, "" without a diagnosis.
        opened: Whether its details are shown at once.
        cause: What stopped it, the same text wherever it is the same error; "" if none.
    """

    title: str
    outcome: Outcome
    word: str
    hidden: bool
    points: float
    earned: float
    feedback: str
    diagnosis: Diagnosis | None
    mistake: str
    example: Example | None
    pictures: tuple[ShownPicture, ...]
    opened: bool
    cause: str

    @property
    def passed(self) -> bool:
        """Return whether it earned everything."""
        return self.outcome is Outcome.PASSED

    @property
    def waits(self) -> bool:
        """Return whether it was not run."""
        return self.outcome is Outcome.SKIPPED

    @property
    def has_details(self) -> bool:
        """Return whether there is more to show than its line."""
        return bool(self.feedback or self.diagnosis or self.example or self.pictures)


class ShownTask(Frozen):
    """One task with its checks, `points` and `earned` in points.

    Attributes:
        held_up: Whether nothing is wrong with it but an error that another task tells.
    """

    id: str
    title: str
    points: float
    earned: float
    checks: tuple[ShownCheck, ...]
    held_up: bool = False

    @property
    def first_open(self) -> ShownCheck | None:
        """Return the first check that is there to mend."""
        return next((c for c in self.checks if not (c.passed or c.waits)), None)

    @property
    def complete(self) -> bool:
        """Return whether there are checks and all of them passed."""
        return bool(self.checks) and all(check.passed for check in self.checks)

    @property
    def unwritten(self) -> bool:
        """Return whether every check found a stub, or waits for one that did."""
        outcomes = {check.outcome for check in self.checks}
        return Outcome.NOT_ATTEMPTED in outcomes and outcomes <= {
            Outcome.NOT_ATTEMPTED,
            Outcome.SKIPPED,
        }


class Sibling(Frozen):
    """Another lab of the same student: a line with a link; `score` is what counts."""

    title: str
    href: str
    score: float
    max_score: float


class StudentView(Frozen):
    """All that a student may see of a report.

    Attributes:
        mark: What counts, where it is not the score.
        practice: Only public checks were run, so there is no score yet.
        waiting: Number of hidden checks that were not run; 0 if it is not known.
        waiting_points: What they are worth.
        faults: What did not go through.
        more_faults: Number of faults beyond those in `faults`.
        repairs: What was put right on the way in.
        more_repairs: Number of repairs beyond those in `repairs`.
    """

    lab_title: str
    lab_version: str
    student: str
    score: float
    max_score: float
    mark: ShownMark | None
    practice: bool
    waiting: int
    waiting_points: float
    tasks: tuple[ShownTask, ...]
    faults: tuple[Fault, ...]
    more_faults: int
    repairs: tuple[Fault, ...]
    more_repairs: int
    siblings: tuple[Sibling, ...]
    files: tuple[str, ...]
    sha256: str
    received_at: datetime | None
    graded_at: datetime
    software: tuple[str, ...]
    isolation: str

    @property
    def solved(self) -> tuple[ShownTask, ...]:
        """Return the tasks of which every check passed."""
        return tuple(task for task in self.tasks if task.complete)

    @property
    def open(self) -> tuple[ShownTask, ...]:
        """Return the tasks that were begun and are not right, as in the handout."""
        rest = (task for task in self.tasks if not task.complete)
        return tuple(task for task in rest if task.checks and not task.unwritten)

    @property
    def unsolved(self) -> tuple[ShownTask, ...]:
        """Return those of the open ones that have something of their own to say."""
        return tuple(task for task in self.open if not task.held_up)

    @property
    def held_up(self) -> tuple[ShownTask, ...]:
        """Return those of the open ones that only wait for another's error to be mended."""
        return tuple(task for task in self.open if task.held_up)

    @property
    def start(self) -> ShownTask | None:
        """Return the task to begin with, of those that have something to mend."""
        return next((task for task in self.unsolved if task.first_open), None)

    @property
    def begin(self) -> ShownTask | None:
        """Return the task to begin with where there is nothing to mend, only to write."""
        return None if self.open else next(iter(self.unwritten), None)

    @property
    def unwritten(self) -> tuple[ShownTask, ...]:
        """Return the tasks that were not begun, as in the handout."""
        return tuple(task for task in self.tasks if task.unwritten)

    @property
    def unchecked(self) -> tuple[ShownTask, ...]:
        """Return the tasks of which no check was run."""
        return tuple(task for task in self.tasks if not task.checks)

    @property
    def checks(self) -> tuple[ShownCheck, ...]:
        """Return all checks, in the order of the tasks."""
        return tuple(check for task in self.tasks for check in task.checks)


def student_html(
    report: LabReport,
    *,
    siblings: Sequence[LabReport] = (),
    waiting: int = 0,
    marks: Marks | None = None,
    language: Language = ENGLISH,
) -> str:
    """Return a self-contained page for the student: no seed, no notes.

    Args:
        report: The result.
        siblings: Reports on other labs of the same student, whose pages lie beside this
            one as `<lab>.html`.
        waiting: Number of hidden checks that are still to come, where only public
            checks were run.
        marks: Of the class: what counts, where it is not the score.
        language: The reader's.
    """
    view = student_view(
        report, siblings=siblings, waiting=waiting, marks=marks, language=language
    )
    return render_html("student.html.j2", view=view, language=language)


def student_markdown(
    report: LabReport,
    *,
    waiting: int = 0,
    marks: Marks | None = None,
    language: Language = ENGLISH,
) -> str:
    """Return the same as CommonMark; a figure is given by its title and description."""
    view = student_view(report, waiting=waiting, marks=marks, language=language)
    return render_markdown("student.md.j2", view=view, language=language)


def student_view(
    report: LabReport,
    *,
    siblings: Sequence[LabReport] = (),
    waiting: int = 0,
    marks: Marks | None = None,
    language: Language = ENGLISH,
) -> StudentView:
    """Return what the student may see of a report.

    Outcomes, marks and how it was run are told in the language; what the checks said is
    left to the templates.
    """
    tasks = _tasks(report, language)
    practice = not any(check.hidden for check in report.checks)
    public_points = sum(check.points for check in report.checks)
    faults = tuple(fault for fault in report.faults if not fault.repaired)
    repairs = tuple(fault for fault in report.faults if fault.repaired)
    return StudentView(
        lab_title=report.lab_title,
        lab_version=report.lab_version,
        student=report.student,
        score=report.score,
        max_score=report.max_score,
        mark=student_mark(
            marks,
            report.student,
            report.lab,
            score=report.score,
            sha256=report.submission.sha256,
            language=language,
        ),
        practice=practice,
        waiting=waiting if practice else 0,
        waiting_points=sum(task.points for task in tasks) - public_points,
        tasks=tasks,
        faults=faults[:_SHOWN_FAULTS],
        more_faults=len(faults[_SHOWN_FAULTS:]),
        repairs=repairs[:_SHOWN_FAULTS],
        more_repairs=len(repairs[_SHOWN_FAULTS:]),
        siblings=tuple(
            _sibling(other, marks) for other in siblings if other.lab != report.lab
        ),
        files=tuple(file.name for file in report.submission.files),
        sha256=report.submission.sha256,
        received_at=report.submission.received_at,
        graded_at=report.graded_at,
        software=_software(report, language),
        isolation=isolation_words(language)[report.environment.isolation],
    )


def _tasks(report: LabReport, language: Language) -> tuple[ShownTask, ...]:
    lines = {line.id: line for line in report.tasks}
    for check in report.checks:
        # a check of a task that the lab does not list must not get lost
        lines.setdefault(check.task, TaskLine(id=check.task, title="", points=0))
    by_task = {
        key: [check for check in report.checks if check.task == key] for key in lines
    }
    words = outcome_words(language)
    told: set[str] = set()
    tasks = []
    for key, line in lines.items():
        task = _task(line, by_task[key], words, told)
        told |= {check.cause for check in task.checks} - {""}
        tasks.append(task)
    return tuple(tasks)


def _to_fix(check: CheckResult) -> bool:
    return check.outcome not in {Outcome.PASSED, Outcome.SKIPPED}


def _task(
    line: TaskLine,
    checks: Sequence[CheckResult],
    words: Mapping[Outcome, str],
    told: Collection[str],
) -> ShownTask:
    """Return one task; `told` are the errors that the tasks before it have told."""
    first = next(
        (c for c in checks if _to_fix(c) and _cause(c, told) not in told),
        None,
    )
    return ShownTask(
        id=line.id,
        title=line.title,
        points=line.points,
        earned=sum(check.earned for check in checks),
        checks=tuple(
            _check(check, words, opened=check is first, cause=_cause(check, told))
            for check in checks
        ),
        held_up=any(map(_to_fix, checks))
        and all(
            _cause(check, told) in told
            for check in checks
            if check.outcome is not Outcome.SKIPPED
        ),
    )


def _cause(check: CheckResult, told: Collection[str]) -> str:
    """Return what stopped a check, without the function's name that it begins with."""
    if check.outcome is not Outcome.RAISED:
        # it met an error that was told before, and tells it within a sentence of its own
        return next((cause for cause in told if cause in check.feedback), "")
    cause = check.feedback.partition(" ")[2]
    return cause if len(cause) >= _TELLING else ""


def _check(
    check: CheckResult, words: Mapping[Outcome, str], *, opened: bool, cause: str
) -> ShownCheck:
    return ShownCheck(
        title=check.title,
        outcome=check.outcome,
        word=words[check.outcome],
        hidden=check.hidden,
        points=check.points,
        earned=check.earned,
        feedback=clean(check.feedback),
        diagnosis=check.diagnosis,
        mistake=mistake_name(check.diagnosis.mistake) if check.diagnosis else "",
        # the engine has moved it into the note already; a slip there shows nothing here
        example=None if check.hidden else check.example,
        pictures=tuple(_picture(picture) for picture in check.pictures),
        opened=opened,
        cause=cause,
    )


def _picture(picture: Picture) -> ShownPicture:
    return ShownPicture(
        title=one_line(picture.title),
        alt=one_line(picture.alt, limit=1000),
        png=picture.png if picture.png.startswith(_PNG_SIGNATURE) else b"",
    )


def _sibling(report: LabReport, marks: Marks | None) -> Sibling:
    mark = marks.marks.get((report.student, report.lab)) if marks else None
    return Sibling(
        title=report.lab_title,
        href=relative_url(f"{report.lab}.html"),
        score=report.score if mark is None else mark.mark,
        max_score=report.max_score,
    )


def _software(report: LabReport, language: Language) -> tuple[str, ...]:
    environment = report.environment
    named = (
        ("Python", environment.python),
        ("NumPy", environment.numpy),
        ("TensorFlow", environment.tensorflow),
    )
    versions = (f"{name} {version}" for name, version in named if version)
    return (*versions, *map(language.told, environment.data))
