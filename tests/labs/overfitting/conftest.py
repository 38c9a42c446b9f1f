"""The lab's checks on a submission: in this process where nothing trains, else in workers."""

import sys
from pathlib import Path

import matplotlib as mpl
import pytest

from grader.checks import Draws, InProcessStudent
from grader.domain.figure_claim import figure_from
from grader.domain.student import CallFailed
from grader.domain.verdict import Outcome, Verdict
from grader.executors.bench import Job
from grader.grading.lending import to_lend
from grader.grading.plan import in_order
from grader.intake import Found, read
from grader.labs.course import Course
from grader.labs.loading import load_lab
from grader.labs.mutants import mutant_of
from grader.labs.regions import solution_without_markers, stub_of
from grader.wire import portable
from grader.worker import figures

mpl.use("Agg")
HERE = Path(__file__).parent
NAME = "overfitting"
LOADED = load_lab(Course(HERE.parents[2]), NAME)
SOLUTION = solution_without_markers(LOADED.solution)
# TensorFlow takes seconds to import and more to train: verify judges these in workers
TRAINS = {"T2", "T6"}
QUICK = {check.id for check in LOADED.hidden if check.task not in TRAINS}


def names_of(code):
    """Return the names that a file's code defines, as in a module of the lab's name."""
    namespace = {"__name__": NAME}
    kept = sys.modules.get(NAME)
    try:
        exec(code, namespace)  # noqa: S102
    finally:
        if kept is None:
            sys.modules.pop(NAME, None)
    return namespace


class Desk:
    """Runs the quick checks on submissions."""

    solution = names_of(SOLUTION)
    stub = names_of(stub_of(LOADED.solution))

    def with_code(self, code):
        """Return the solution's names after some more code."""
        return names_of(f"{SOLUTION}\n\n{code}")

    def hidden(self, names, *, seed=1, tasks=None):
        """Return quick check -> verdict; of some tasks only, others taken as solved."""
        verdicts = {}
        for check in in_order(LOADED.lab, LOADED.hidden):
            if check.id not in QUICK or (tasks and check.task not in tasks):
                continue
            waits = any(verdicts[name].credit < 1 for name in check.after)
            verdicts[check.id] = (
                Verdict(outcome=Outcome.SKIPPED, credit=0)
                if waits
                else self.run(check, names, seed, self._lent(check, verdicts))
            )
        return verdicts

    def public(self, names):
        """Return the verdicts of the public checks that don't train."""
        return {
            check.id: self.run(check, names, 1, {})
            for check in LOADED.public
            if check.task not in TRAINS
        }

    def run(self, check, names, seed, lent):
        """Return what one check says."""
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
def desk():
    return Desk()


@pytest.fixture(scope="session")
def loaded():
    return LOADED


@pytest.fixture
def mutant(request):
    return request.param, names_of(mutant_of(LOADED.solution, request.param))


@pytest.fixture
def graded(bench, tmp_path):
    """Return the report on the solution with one of the wrong files behind it."""

    def grade(name, *, seed=3):
        wrong = (HERE / "wrong" / f"{name}.py").read_text(encoding="utf-8")
        path = tmp_path / f"{NAME}.py"
        path.write_text(f"{SOLUTION}\n\n{wrong}", encoding="utf-8")
        found = Found(student=name, lab=NAME, path=path)
        return bench.grade(Job(name, NAME, path.name, lambda: read(found), seed=seed))

    return grade


def pytest_generate_tests(metafunc):
    if "mutant" in metafunc.fixturenames:
        quick = [known for known in LOADED.mistakes if QUICK.issuperset(known.fails)]
        ids = [known.name for known in quick]
        metafunc.parametrize("mutant", quick, indirect=True, ids=ids)
