"""Grade what a class handed in; go on where an earlier run stopped.

What came is written down before anything is graded, and each grading the moment it is
done, so a run can be cut off anywhere: the next one does what is left.
"""

import contextlib
import getpass
import tempfile
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from grader.app.due import Due, Jobs, Plan, Taken, plan, take_all_in
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
from grader.app.publish import Published, Publisher
from grader.domain.mark import Pair
from grader.domain.report import ClassReport, Ungraded
from grader.errors import LabError, SubmissionError
from grader.executors.bench import Outcome, Setup, now
from grader.executors.dask import run_dask
from grader.executors.inline import run_inline
from grader.executors.pool import run_pool
from grader.executors.work import Begun, Event
from grader.intake import Collected, Format, collect
from grader.labs.course import Course
from grader.labs.policy import read_policy
from grader.languages import ENGLISH, Language
from grader.sandbox.sandbox import Isolation
from grader.store.folder import ResultsFolder
from grader.store.gradebook import Gradebook

GRADEBOOK_FILE = "gradebook.sqlite"


@dataclass(frozen=True)
class GradeOptions:
    """How to grade.

    Attributes:
        isolation: How student code is confined.
        jobs: How many submissions side by side, on this machine.
        lab: The lab, where the files' names do not tell.
        seed: A seed for all, to replay a grading; None for each hand-in's own.
        engine: Where: in processes of this machine, or on a Dask cluster.
        scheduler: Address of the cluster's scheduler.
        regrade: Whether to grade what has not changed, too.
        gradebook: URL of the database; None for a file in the results folder.
        form: Which platform's download the submissions are, or `folders`; None to find
            out.
        language: Of the pages.
    """

    isolation: Isolation
    jobs: int
    lab: str | None = None
    seed: int | None = None
    engine: Literal["local", "dask"] = "local"
    scheduler: str | None = None
    regrade: bool = False
    gradebook: str | None = None
    form: Format | None = None
    language: Language = ENGLISH


def grade_class(
    course: Course,
    paths: Sequence[Path],
    *,
    out: Path,
    options: GradeOptions,
    progress: Callable[[Notice], None] = lambda _notice: None,
    clock: Callable[[], datetime] = now,
) -> ClassReport:
    """Grade what is new or has changed below some paths, and write every report.

    Each student's report is kept as soon as it is known, so that nothing graded is lost
    if the run ends early; the next run goes on.

    Args:
        course: Where the labs are.
        paths: Directories, zips or single files.
        out: The results folder.
        options: How to grade.
        progress: Called with what happens.
        clock: Tells the time.

    Returns:
        The whole gradebook, reports without pictures, examples and notes.

    Raises:
        LabError: If `options.lab` does not exist, or `course.toml` is broken.
        SubmissionError: If there is nothing to grade.
        InfrastructureError: If results can't be written.
    """
    labs = [lab.name for lab in course.labs()]
    if options.lab is not None:
        course.lab(options.lab)
    policy = read_policy(course)
    with tempfile.TemporaryDirectory(prefix="grader-intake-") as unpacked:
        collected = collect(
            paths,
            labs=labs,
            lab=options.lab,
            into=Path(unpacked),
            results=out,
            form=options.form,
            roster=policy.roster or (),
        )
        # before anything is written: a mistyped path leaves no results folder behind
        if not collected.found and not collected.refused:
            raise _nothing_in(paths, labs)
        folder = ResultsFolder(out)
        with open_gradebook(folder, options.gradebook) as book:
            publisher = Publisher(folder, book, policy, language=options.language)
            run = _Run(course, paths, options, book, publisher, progress, clock)
            run.grade(collected)
            book.title = ", ".join(path.resolve().stem for path in paths)
            return run.publish(book.title, labs).report


def open_gradebook(folder: ResultsFolder, url: str | None) -> Gradebook:
    """Return the gradebook of a results folder, or the one of a URL.

    Raises:
        LabError: If it is empty beside reports: a copy that went wrong.
        InfrastructureError: If it can't be used.
    """
    if url is not None:
        return Gradebook(url)
    file = folder.root.resolve() / GRADEBOOK_FILE
    # grading anew would write over reports whose marks are gone
    if file.is_file() and not file.stat().st_size and any(file.parent.glob("*/*.json")):
        raise LabError(
            f"the gradebook {file} is empty, but there are reports beside it: put a copy "
            "of it there, or choose another folder with --out"
        )
    return Gradebook(f"sqlite:///{file}")


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        # a container may run us as a user without a name
        return "unknown"


def _nothing_in(paths: Sequence[Path], labs: Sequence[str]) -> SubmissionError:
    listed = ", ".join(str(path) for path in paths)
    return SubmissionError(
        f"nothing to grade in {listed}: no file is called like a lab "
        f"({', '.join(f'{lab}.py' for lab in labs)}, or .ipynb)"
    )


@dataclass(frozen=True)
class _Run:
    """One run over a class."""

    course: Course
    paths: Sequence[Path]
    options: GradeOptions
    book: Gradebook
    publisher: Publisher
    progress: Callable[[Notice], None]
    clock: Callable[[], datetime]

    def grade(self, collected: Collected) -> None:
        """Grade what is due of what was collected."""
        for line in collected.notices:
            self.progress(Remark(line))
        self.book.identify(collected.identities)
        taken = take_all_in(self.book, collected.found, at=self.clock())
        refused = (*collected.refused, *taken.refused)
        self.progress(Received(len(taken.ids) + len(refused)))
        pairs = {(one.student, one.lab) for one in collected.found}
        students = {student for student, _ in pairs} | {one.student for one in refused}
        folders = {path.resolve().name for path in self.paths}
        self.book.forget_ungraded(students, folders=folders)
        todo = self._plan(taken, pairs)
        self._tell_start(todo, refused)
        if todo.due:
            self._work(todo.due)

    def _plan(self, taken: Taken, pairs: set[Pair]) -> Plan:
        standings = self.book.standings(pairs)
        if self.options.regrade:
            wanted = [
                one.id for one in standings if one.id in taken.ids or not one.unreadable
            ]
            self.book.ask_again(wanted, at=self.clock(), actor=_login())
            standings = self.book.standings(pairs)
        seed = self.options.seed
        todo = plan(self.book, self.course, taken.ids, standings, seed=seed)
        if not todo.earlier:
            return todo
        for number, key in todo.earlier:
            self.book.restore(number, key, at=self.clock())
        standings = self.book.standings(pairs)
        return plan(self.book, self.course, taken.ids, standings, seed=seed)

    def _tell_start(self, todo: Plan, refused: Sequence[Ungraded]) -> None:
        self.progress(
            Started(
                total=len(todo.due) + len(todo.unchanged) + len(refused),
                unchanged=len(todo.unchanged),
                left=Counter(one.lab for one in todo.due),
                processes=0
                if self.options.engine == "dask"
                else min(self.options.jobs, max(len(todo.due), 1)),
            )
        )
        for one in todo.unchanged:
            self.progress(
                Unchanged(
                    student=one.student,
                    lab=one.lab,
                    score=one.score or 0,
                    max_score=one.max_score or 0,
                    sha256=one.sha256,
                )
            )
        for problem in refused:
            self.book.record_ungraded(problem, at=self.clock())
            self.progress(JobEnded(problem))

    def _work(self, due: Sequence[Due]) -> None:
        # closed at once when a report can't be written or somebody presses Ctrl-C
        with contextlib.closing(self._run(Jobs(self.book, due))) as run:
            for event in run:
                one = due[event.index]
                if isinstance(event, Begun):
                    begun = JobBegun(event.index, one.student, one.lab, event.by)
                    self.progress(begun)
                else:
                    outcome = self._keep(one, event.result)
                    self.progress(JobEnded(outcome, one.before, event.index))

    def _run(self, jobs: Jobs) -> Generator[Event[Outcome], None, None]:
        setup = Setup(course=self.course.root, isolation=self.options.isolation)
        if self.options.engine == "dask":
            scheduler = self.options.scheduler or ""
            return run_dask(jobs, setup, scheduler=scheduler, notice=self._remark)
        processes = min(self.options.jobs, len(jobs))
        if processes <= 1:
            return run_inline(jobs, setup)
        return run_pool(jobs, setup, processes=processes)

    def _remark(self, text: str) -> None:
        self.progress(Remark(text))

    def _keep(self, one: Due, outcome: Outcome) -> Outcome:
        if isinstance(outcome, Ungraded):
            unreadable = one.id if outcome.whose == "submission" else None
            self.book.record_ungraded(outcome, at=self.clock(), unreadable=unreadable)
            return outcome
        if not self.book.record(one.id, one.key, outcome):
            # another run on the same gradebook was first: its grading is the one
            sha256 = outcome.submission.sha256
            outcome = self.book.report(one.student, one.lab, sha256)
        self.publisher.publish(outcome)
        return outcome

    def publish(self, title: str, labs: Sequence[str]) -> Published:
        """Write all that is not as it should be, and tell which marks changed."""
        published = self.publisher.publish_all(title, labs=labs, at=self.clock())
        for change in published.changes:
            mark = published.marks.marks.get((change.student, change.lab))
            told = MarkChanged(
                student=change.student,
                lab=change.lab,
                before=change.before,
                after=change.after,
                why=mark.why if mark else (),
            )
            self.progress(told)
        return published
