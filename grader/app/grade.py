"""Grade what a class handed in, and leave reports that hold even if the run is cut."""

import contextlib
import functools
import tempfile
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.domain.report import ClassReport, LabReport, Ungraded
from grader.errors import SubmissionError
from grader.executors.bench import Job, Outcome, Setup, now
from grader.executors.inline import run_inline
from grader.executors.pool import run_pool
from grader.intake import Found, IntakeLimits, collect, read
from grader.labs.course import Course
from grader.reports.dashboard import dashboard_html
from grader.reports.student import student_html, student_markdown
from grader.reports.tables import checks_csv, grades_csv
from grader.sandbox.sandbox import Isolation
from grader.store.folder import KEY_FILE, ResultsFolder

# without it, spreadsheets take UTF-8 for a local encoding and garble names
SPREADSHEET_MARK = "\ufeff"
CLASS_FILES = ("index.html", "grades.csv", "checks.csv")


@dataclass(frozen=True)
class Progress:
    """What a progress display shows.

    Attributes:
        done: Submissions finished, graded or not.
        total: All submissions.
        latest: The one that just finished.
    """

    done: int
    total: int
    latest: Outcome


@dataclass(frozen=True)
class GradeOptions:
    """How to grade.

    Attributes:
        isolation: How student code is confined.
        jobs: How many submissions side by side.
        lab: The lab, where the files' names do not tell.
        seed: A seed for all, to replay a grading; None for each hand-in's own.
    """

    isolation: Isolation
    jobs: int
    lab: str | None = None
    seed: int | None = None


def grade_class(
    course: Course,
    paths: Sequence[Path],
    *,
    out: Path,
    options: GradeOptions,
    progress: Callable[[Progress], None] = lambda _progress: None,
) -> ClassReport:
    """Grade all submissions below some paths and write every report.

    Each student's reports are written as soon as they are known, so that nothing graded
    is lost if the run ends early.

    Args:
        course: Where the labs are.
        paths: Directories, zips or single files.
        out: The results folder.
        options: How to grade.
        progress: Called after each submission.

    Raises:
        LabError: If `options.lab` does not exist.
        SubmissionError: If there is nothing to grade.
        InfrastructureError: If results can't be written.
    """
    folder = ResultsFolder(out)
    labs = [lab.name for lab in course.labs()]
    if options.lab is not None:
        course.lab(options.lab)
    with tempfile.TemporaryDirectory(prefix="grader-intake-") as unpacked:
        collected = collect(paths, labs=labs, lab=options.lab, into=Path(unpacked))
        if not collected.found and not collected.refused:
            listed = ", ".join(str(path) for path in paths)
            raise SubmissionError(
                f"nothing to grade in {listed}: no file is called like a lab "
                f"({', '.join(f'{lab}.py' for lab in labs)}, or .ipynb)"
            )
        outcomes: list[Outcome] = list(collected.refused)
        total = len(collected.found) + len(outcomes)
        jobs = [_job(found, folder, options.seed) for found in collected.found]
        # closed at once when a report can't be written or somebody presses Ctrl-C
        with contextlib.closing(_run(jobs, course, options)) as run:
            for _, outcome in run:
                outcomes.append(outcome)
                if isinstance(outcome, LabReport):
                    _write_report(folder, outcome)
                progress(Progress(len(outcomes), total, outcome))
    title = ", ".join(path.resolve().stem for path in paths)
    return _write_class(folder, course, outcomes, title=title)


def _job(found: Found, folder: ResultsFolder, seed: int | None) -> Job:
    own = folder.seed(lab=found.lab, student=found.student)
    return Job(
        student=found.student,
        lab=found.lab,
        where=found.where or found.path.name,
        read=functools.partial(read, found, limits=IntakeLimits()),
        seed=own if seed is None else seed,
        mixed=seed is None,
    )


def _run(
    jobs: Sequence[Job], course: Course, options: GradeOptions
) -> Generator[tuple[int, Outcome], None, None]:
    setup = Setup(course=course.root, isolation=options.isolation)
    processes = min(options.jobs, len(jobs))
    if processes <= 1:
        return run_inline(jobs, setup)
    return run_pool(jobs, setup, processes=processes)


def report_path(report: LabReport, suffix: str) -> str:
    """Return where a report stands below the results folder."""
    # a student may be called like one of the files that lie beside the students'
    taken = report.student.casefold() in (*CLASS_FILES, KEY_FILE)
    student = f"{report.student}_" if taken else report.student
    return f"{student}/{report.lab}.{suffix}"


def _write_report(folder: ResultsFolder, report: LabReport) -> None:
    folder.write(report_path(report, "json"), report.model_dump_json(indent=1) + "\n")
    folder.write(report_path(report, "html"), student_html(report))
    folder.write(report_path(report, "md"), student_markdown(report))


def _link_siblings(folder: ResultsFolder, reports: Sequence[LabReport]) -> None:
    """Write the reports of students with several labs again, with links between them."""
    by_student: dict[str, list[LabReport]] = defaultdict(list)
    for report in reports:
        by_student[report.student].append(report)
    for own in by_student.values():
        for report in own if len(own) > 1 else ():
            others = tuple(other for other in own if other is not report)
            page = student_html(report, siblings=others)
            folder.write(report_path(report, "html"), page)


def _write_class(
    folder: ResultsFolder, course: Course, outcomes: Iterable[Outcome], *, title: str
) -> ClassReport:
    results = list(outcomes)
    reports = [result for result in results if isinstance(result, LabReport)]
    order = [lab.name for lab in course.labs()]
    reports.sort(key=lambda report: (order.index(report.lab), report.student))
    summary = ClassReport(
        title=title,
        created_at=now(),
        reports=tuple(reports),
        ungraded=tuple(result for result in results if isinstance(result, Ungraded)),
    )
    hrefs = {
        (report.student, report.lab): report_path(report, "html") for report in reports
    }
    _link_siblings(folder, reports)
    folder.write("index.html", dashboard_html(summary, hrefs=hrefs))
    folder.write("grades.csv", SPREADSHEET_MARK + grades_csv(summary))
    folder.write("checks.csv", SPREADSHEET_MARK + checks_csv(summary))
    return summary
