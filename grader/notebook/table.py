"""The results of a self-check: a table in a notebook, lines of text elsewhere.

A host shows what it can: JupyterLab, VS Code and Colab the styled HTML, GitHub the same
without its styles, a terminal the text.
"""

from collections.abc import Iterator

from grader.domain.frozen import Frozen
from grader.domain.report import CheckResult, TaskLine
from grader.domain.verdict import Outcome
from grader.languages import Language
from grader.reports.lines import told_lines
from grader.reports.templating import render_html
from grader.reports.words import mistake_name, outcome_words

SIGNS = {
    Outcome.PASSED: "✓",
    Outcome.PARTIAL: "◐",
    Outcome.FAILED: "✗",
    Outcome.RAISED: "✗",
    Outcome.TIMED_OUT: "✗",
    Outcome.OUT_OF_MEMORY: "✗",
    Outcome.NOT_ATTEMPTED: "·",
    Outcome.SKIPPED: "–",
}
# what there is nothing to mend in yet
QUIET = {Outcome.PASSED, Outcome.NOT_ATTEMPTED, Outcome.SKIPPED}
INDENT = " " * 6


class ShownCheck(Frozen):
    """One check as it is shown.

    Attributes:
        result: How it went.
        sign: A character for the outcome; `word` says the same.
        mistake: The diagnosis' name for people, "" without a diagnosis.
        first: Whether it is the one to begin with: told in full at once.
    """

    result: CheckResult
    sign: str
    word: str
    mistake: str
    first: bool

    @property
    def told(self) -> bool:
        """Return whether there is something to mend, and words for it."""
        told = self.result.feedback or self.result.diagnosis or self.result.example
        return self.result.outcome not in QUIET and bool(told)

    @property
    def remark(self) -> str:
        """Return why it is not there yet, for a check that has nothing to mend."""
        quiet = self.result.outcome in QUIET - {Outcome.PASSED}
        return self.result.feedback if quiet else ""


class ShownTask(Frozen):
    """A task with its checks."""

    id: str
    title: str
    checks: tuple[ShownCheck, ...]


class CheckTable:
    """How a notebook's functions did in the public checks of a lab."""

    def __init__(
        self,
        *,
        title: str,
        tasks: tuple[TaskLine, ...],
        checks: tuple[CheckResult, ...],
        language: Language,
    ) -> None:
        """Keep the results.

        Args:
            title: The lab's.
            tasks: In the order of the handout.
            checks: One each.
            language: In which the table is read.
        """
        self.checks = checks
        self._title = title
        self._language = language
        self._tasks = tuple(self._shown(tasks))

    @property
    def passed(self) -> int:
        """Return how many checks passed."""
        return sum(check.outcome is Outcome.PASSED for check in self.checks)

    def __repr__(self) -> str:
        """Return the table as text, as `grader check` prints it."""
        return "\n".join(self._lines())

    def _repr_html_(self) -> str:
        """Return the table for a notebook."""
        return render_html(
            "notebook.html.j2",
            language=self._language,
            title=self._title,
            tasks=self._tasks,
            summary=self._summary(),
        )

    def _shown(self, tasks: tuple[TaskLine, ...]) -> Iterator[ShownTask]:
        words = outcome_words(self._language)
        by_task = {
            task.id: [check for check in self.checks if check.task == task.id]
            for task in tasks
        }
        ordered = [check for checks in by_task.values() for check in checks]
        first = next((one for one in ordered if one.outcome not in QUIET), None)
        for task in tasks:
            shown = tuple(
                ShownCheck(
                    result=check,
                    sign=SIGNS[check.outcome],
                    word=words[check.outcome],
                    mistake=mistake_name(check.diagnosis.mistake)
                    if check.diagnosis
                    else "",
                    first=check is first,
                )
                for check in by_task[task.id]
            )
            if shown:
                yield ShownTask(id=task.id, title=task.title, checks=shown)

    def _summary(self) -> str:
        _ = self._language.text
        passed = _("{n} of {m} public checks pass.")
        rest = _("Hidden checks with other inputs decide the marks.")
        return f"{passed.format(n=self.passed, m=len(self.checks))} {rest}"

    def _lines(self) -> Iterator[str]:
        _, told = self._language.text, self._language.told
        yield _("{lab}: public checks").format(lab=told(self._title))
        for task in self._tasks:
            yield f"{task.id} {told(task.title)}"
            # one issue at a time: what comes after it may be its consequence
            issue = next((c for c in task.checks if c.told or c.remark), None)
            for check in task.checks:
                passed = check.result.outcome is Outcome.PASSED
                word = "" if passed else f"  ({check.word})"
                yield f"  {check.sign} {told(check.result.title)}{word}"
                if check is issue:
                    yield from (
                        INDENT + line
                        for line in told_lines(check.result, self._language)
                    )
        yield ""
        yield self._summary()
