"""The lab's checks on a submission, in this process; those that train run elsewhere.

Importing TensorFlow takes seconds and training more: what needs them is judged in real
workers, by the tests of all labs in tests/architecture.
"""

import sys
from pathlib import Path

import matplotlib as mpl
import pytest

from grader.checks import Draws, InProcessStudent
from grader.domain.figure_claim import figure_from
from grader.domain.student import CallFailed
from grader.domain.verdict import Outcome, Verdict
from grader.grading.lending import to_lend
from grader.grading.plan import in_order
from grader.labs.course import Course
from grader.labs.loading import load_lab
from grader.labs.mutants import mutant_of
from grader.labs.regions import solution_without_markers, stub_of
from grader.wire import portable
from grader.worker import figures
from grader.worker.module import StudentModule

mpl.use("Agg")
HERE = Path(__file__).parent
NAME = "augmentation"
LOADED = load_lab(Course(HERE.parents[2]), NAME)
OURS = {"grader", NAME, "__main__"}
QUICK = {task.id for task in LOADED.lab.tasks} - {"T5"}


class Desk:
    """Runs checks on submissions."""

    def __init__(self, directory):
        self._directory = directory
        self.solution = self.submission(solution_without_markers(LOADED.solution))
        self.stub = self.submission(stub_of(LOADED.solution))

    def submission(self, code):
        """Run code as the worker does and return the names that it defines."""
        # the worker hides the grader's modules and registers the student's
        kept = {n: m for n, m in sys.modules.items() if n.partition(".")[0] in OURS}
        try:
            student = StudentModule(NAME, notebook=False, directory=self._directory)
            student.run([(1, code)])
        finally:
            sys.modules.pop(NAME, None)
            sys.modules.update(kept)
            figures.close_all()
        return student.namespace

    def with_code(self, code):
        """Return the solution's names after some more code."""
        return self.submission(solution_without_markers(LOADED.solution) + code)

    def mutant(self, known):
        return self.submission(mutant_of(LOADED.solution, known))

    def hidden(self, names, *, seed=1, tasks=QUICK):
        """Return check id -> verdict; of some tasks only, the others taken as solved."""
        verdicts = {}
        for check in in_order(LOADED.lab, LOADED.hidden):
            if check.task not in tasks:
                continue
            waits = any(verdicts[name].credit < 1 for name in check.after)
            verdicts[check.id] = (
                Verdict(outcome=Outcome.SKIPPED, credit=0)
                if waits
                else self._run(check, names, seed, self._lent(check, verdicts))
            )
        return verdicts

    def public(self, names, *, tasks=QUICK):
        checks = [check for check in LOADED.public if check.task in tasks]
        return {check.id: self._run(check, names, 1, {}) for check in checks}

    def _run(self, check, names, seed, lent):
        student = InProcessStudent(
            names,
            mistakes=LOADED.mistakes,
            check_id=check.id,
            on_figure=lambda figure: figure_from(portable(figures.extract(figure))),
        )
        try:
            return check.run(student.replaced(lent), Draws(seed, NAME, check.id))
        except CallFailed as failure:
            return Verdict(outcome=failure.outcome, credit=0, feedback=failure.message)
        finally:
            figures.close_all()

    def _lent(self, check, verdicts):
        task_of = {one.id: one.task for one in LOADED.hidden}
        failed = {task_of[name] for name, v in verdicts.items() if v.credit < 1}
        solved = {task.id for task in LOADED.lab.tasks} - failed
        return {
            name: self.solution[name] for name in to_lend(LOADED.lab, check, solved)
        }


@pytest.fixture(scope="session")
def desk(tmp_path_factory):
    return Desk(tmp_path_factory.mktemp("student"))


@pytest.fixture(scope="session")
def loaded():
    return LOADED


def pytest_generate_tests(metafunc):
    # mistakes about training lose their points in workers only
    quick = [
        known
        for known in LOADED.mistakes
        if LOADED.lab.task_of(known.replaces).id in QUICK
    ]
    if "known" in metafunc.fixturenames:
        metafunc.parametrize("known", quick, ids=[known.name for known in quick])
