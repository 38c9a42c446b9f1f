"""The lab's checks on a submission, in this process: order, skipping, lending as graded."""

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
from grader.intake import Found, read
from grader.labs.course import Course
from grader.labs.loading import load_lab
from grader.labs.mutants import mutant_of
from grader.labs.regions import solution_without_markers, stub_of
from grader.wire import portable
from grader.worker import figures
from grader.worker.module import StudentModule

mpl.use("Agg")
HERE = Path(__file__).parent
NAME = "half_adder"
LOADED = load_lab(Course(HERE.parents[2]), NAME)
OURS = {"grader", NAME, "__main__"}


def names_of(cells, directory, *, notebook=False):
    """Run cells as the worker does and return the names that they define."""
    # the worker hides the grader's modules and registers the student's
    kept = {n: m for n, m in sys.modules.items() if n.partition(".")[0] in OURS}
    try:
        student = StudentModule(NAME, notebook=notebook, directory=directory)
        student.run(cells)
    finally:
        sys.modules.pop(NAME, None)
        sys.modules.update(kept)
        figures.close_all()
    return student.namespace


class Desk:
    """Runs checks on submissions."""

    def __init__(self, directory):
        self._directory = directory
        self.solution = self.submission(solution_without_markers(LOADED.solution))

    def submission(self, code):
        return names_of([(1, code)], self._directory)

    def with_code(self, code):
        """Return the solution's names after some more code."""
        return self.submission(solution_without_markers(LOADED.solution) + code)

    def file(self, path):
        found = read(Found(student="variant", lab=NAME, path=path))
        cells = [(cell.index, cell.code) for cell in found.cells]
        return names_of(cells, self._directory, notebook=found.kind == "ipynb")

    def hidden(self, names, *, seed=1, tasks=None):
        """Return check id -> verdict; of some tasks only, the others taken as solved."""
        verdicts = {}
        for check in in_order(LOADED.lab, LOADED.hidden):
            if tasks and check.task not in tasks:
                continue
            waits = any(verdicts[name].credit < 1 for name in check.after)
            verdicts[check.id] = (
                Verdict(outcome=Outcome.SKIPPED, credit=0)
                if waits
                else self.run(check, names, seed, self._lent(check, verdicts))
            )
        return verdicts

    def public(self, names):
        return {check.id: self.run(check, names, 1, {}) for check in LOADED.public}

    def run(self, check, names, seed, lent):
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


@pytest.fixture(scope="session")
def stub(desk):
    return desk.submission(stub_of(LOADED.solution))


@pytest.fixture
def variant(desk, request):
    return desk.file(HERE / "variants" / request.param)


@pytest.fixture
def mutant(desk, request):
    return request.param, desk.submission(mutant_of(LOADED.solution, request.param))


def pytest_generate_tests(metafunc):
    paths = sorted((HERE / "variants").glob("*.*"))
    for fixture, params, ids in (
        ("variant", [path.name for path in paths], [path.stem for path in paths]),
        ("mutant", LOADED.mistakes, [known.name for known in LOADED.mistakes]),
    ):
        if fixture in metafunc.fixturenames:
            metafunc.parametrize(fixture, params, indirect=True, ids=ids)
