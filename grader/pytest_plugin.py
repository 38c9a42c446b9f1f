"""The plugin of pytest that collects a lab's public checks: `pytest assignments/LAB`.

    assignments/logic_gates/checks.py::T1::step_example PASSED

It is loaded in every run of pytest where the grader is installed, so it imports nothing
until it is asked for a lab, and leaves alone what does not look exactly like one.

All of a lab's selected checks run in one go, on the student's file, in a worker process
confined as `grader check` does; each item then says how its check went. What is not
written yet fails: an untouched stub must not look like success.
"""

import dataclasses
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from grader.domain.check import Check
    from grader.domain.report import CheckResult, LabReport, Ungraded

OPTION = "grader_file"
CHECKS, CONTRACT, LABS, TEACHERS = "checks.py", "lab.toml", "assignments", "reference"


class NotYetRight(Exception):  # noqa: N818 - a student reads it in pytest's summary
    """A check did not pass; the text is what the student is told."""


class NotChecked(Exception):  # noqa: N818 - the same
    """The file could not be checked at all."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the student name the file that is checked."""
    told = "the file that a lab's public checks look at, a .py or .ipynb"
    parser.getgroup("grader").addoption(
        "--grader-file", dest=OPTION, metavar="FILE", help=told
    )
    parser.addini(OPTION, f"{told}, relative to the configuration file")


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Take a lab's `checks.py` for what it is, instead of a module with tests."""
    found = yield
    if file_path.name == CHECKS and _is_meant(file_path, parent.config):
        return [LabFile.from_parent(parent, path=file_path)]
    return found


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let an item last as long as its check, whichever of them made all checks run."""
    report = yield
    if isinstance(item, CheckItem) and call.when == "call":
        item.complete(report)
    return report


def pytest_report_collectionfinish(
    config: pytest.Config, items: list[pytest.Item]
) -> list[str]:
    """Say which files are checked."""
    here = config.invocation_params.dir
    files = dict.fromkeys(one.file for one in items if isinstance(one, CheckItem))
    works = [(file.lab, file.work) for file in files]
    return [
        f"grader: {lab} is checked in "
        f"{work.relative_to(here) if work.is_relative_to(here) else work}"
        for lab, work in works
    ]


def _is_meant(path: Path, config: pytest.Config) -> bool:
    """Return whether a file is a lab's checks and whoever started pytest meant it.

    Tests may lie around a course that they use: it is collected where the command names
    the lab or the folder of the labs, or the course itself where it is a student's.
    """
    labs = path.parents[1]
    if labs.name != LABS or not path.with_name(CONTRACT).is_file():
        return False
    meant = {path, path.parent, labs}
    if not (labs.parent / TEACHERS).is_dir():
        meant.add(labs.parent)
    here = config.invocation_params.dir
    named = {(here / argument.split("::")[0]).resolve() for argument in config.args}
    return not named.isdisjoint(one.resolve() for one in meant)


class LabFile(pytest.File):
    """A lab's `checks.py`."""

    work: Path
    _report: "LabReport | Ungraded | None" = None

    def collect(self) -> "Iterator[TaskOfLab]":
        """Yield the tasks that have public checks.

        Raises:
            CollectError: If the lab is broken, or there is no file to check; one line.
        """
        from grader.errors import GraderError
        from grader.labs.course import Course
        from grader.labs.loading import load_lab

        try:
            # not forgotten in between: a run of pytest sees one state of the files
            loaded = load_lab(Course(self.path.parents[2]), self.lab, reference=False)
            self.work = self._work()
        except GraderError as error:
            raise self.CollectError(f"grader: {error}") from error
        for task in loaded.lab.tasks:
            checks = [check for check in loaded.public if check.task == task.id]
            if checks:
                yield TaskOfLab.from_parent(self, name=task.id, checks=checks)

    @property
    def lab(self) -> str:
        """Return the lab's name."""
        return self.path.parent.name

    def _work(self) -> Path:
        from grader.app.find import most_written

        option = self.config.getoption(OPTION)
        here = self.config.invocation_params.dir
        if option:
            return _existing(here / option)
        if named := self.config.getini(OPTION):
            return _existing((self.config.inipath or here).parent / str(named))
        return most_written(self.lab, places=[self.path.parent, here, here / self.lab])

    def report(self) -> "LabReport":
        """Return how the selected checks went; they run when first asked for.

        Raises:
            NotChecked: If the file could not be checked.
        """
        from grader.domain.report import Ungraded

        if self._report is None:
            self._report = self._run()
        if isinstance(self._report, Ungraded):
            raise NotChecked(f"{self._report.where}: {self._report.message}")
        return self._report

    def _run(self) -> "LabReport | Ungraded":
        from grader.app.check import self_check
        from grader.app.isolation import best_isolation
        from grader.domain.report import Ungraded
        from grader.errors import GraderError
        from grader.labs.course import Course

        items = [one for one in self.session.items if isinstance(one, CheckItem)]
        try:
            return self_check(
                Course(self.path.parents[2]),
                str(self.work),
                lab=self.lab,
                here=self.config.invocation_params.dir,
                isolation=best_isolation(),
                only=[item.check.id for item in items if item.file is self],
            )
        except GraderError as error:
            return Ungraded(
                student="you",
                lab=self.lab,
                whose="infrastructure",
                where=self.work.name,
                message=str(error),
            )


def _existing(path: Path) -> Path:
    from grader.errors import SubmissionError

    if not path.is_file():
        raise SubmissionError(f"--grader-file: there is no file {path}")
    return path


class TaskOfLab(pytest.Collector):
    """The public checks of one task, so that `-k T6` selects them."""

    def __init__(self, *, checks: "list[Check]", **node: Any) -> None:
        """Keep the task's checks."""
        super().__init__(**node)
        self._checks = checks

    def collect(self) -> "Iterator[CheckItem]":
        """Yield one item for each check."""
        for check in self._checks:
            yield CheckItem.from_parent(self, name=check.id, check=check)


class CheckItem(pytest.Item):
    """One public check of the student's file."""

    def __init__(self, *, check: "Check", **node: Any) -> None:
        """Keep the check."""
        super().__init__(**node)
        self.check = check
        self._result: CheckResult | None = None

    @property
    def file(self) -> LabFile:
        """Return the lab that it belongs to."""
        found = self.getparent(LabFile)
        assert found is not None  # noqa: S101 - no other collector makes items
        return found

    def runtest(self) -> None:
        """Say how the check went.

        Raises:
            NotYetRight: If it did not pass.
            NotChecked: If the file could not be checked.
        """
        from grader.domain.verdict import Outcome

        results = {result.id: result for result in self.file.report().checks}
        self._result = result = results[self.check.id]
        if result.outcome is Outcome.SKIPPED:
            pytest.skip(result.feedback)
        if result.outcome is not Outcome.PASSED:
            raise NotYetRight(self._told(result))

    def _told(self, result: "CheckResult") -> str:
        from grader.app.reader import readers_language
        from grader.labs.course import Course
        from grader.reports.lines import told_lines
        from grader.reports.words import outcome_words

        language = readers_language(Course(self.path.parents[2]))
        lines = [
            f"{outcome_words(language)[result.outcome]}: {language.told(result.title)}"
        ]
        lines += told_lines(result, language)
        lines += [f"! {one.where}: {one.message}" for one in self.file.report().faults]
        return "\n".join(lines)

    def complete(self, report: pytest.TestReport) -> None:
        """Put the check's own time and place into pytest's report."""
        report.duration = self._result.seconds if self._result else report.duration
        if report.skipped and isinstance(report.longrepr, tuple):
            path, line, _ = self.reportinfo()
            report.longrepr = (str(path), line + 1, report.longrepr[2])

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> Any:
        """Return what the student is told; a traceback of ours would only hide it."""
        if not isinstance(excinfo.value, NotYetRight | NotChecked):
            return super().repr_failure(excinfo, style)
        shown: Any = excinfo.getrepr(style="value")
        path, line, _ = self.reportinfo()
        crash = dataclasses.replace(
            shown.reprcrash,
            path=str(path),
            lineno=line + 1,
            # pytest's summary has room for one line
            message=self._result.feedback if self._result else str(excinfo.value),
        )
        # the second is what pytest-xdist sends
        shown.reprcrash, shown.chain = crash, [(shown.reprtraceback, crash, None)]
        return shown

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the check is written, and its name for headings."""
        line = self.check.run.__code__.co_firstlineno - 1
        task = self.parent.name if self.parent else ""
        return self.path, line, f"{task} {self.name}"
