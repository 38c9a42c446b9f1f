"""Runs this lab's checks on names in this process, as a failing test then shows its cause.

Each check by itself, without lending; what needs TensorFlow is left to real workers.
"""

import runpy
from pathlib import Path

import matplotlib as mpl
import pytest

from grader.checks import CallFailed, Draws, InProcessStudent, Outcome, Verdict
from grader.domain.figure_claim import figure_from
from grader.grading.plan import in_order
from grader.labs.course import Course
from grader.labs.loading import load_lab
from grader.labs.mutants import mutant_of
from grader.labs.regions import solution_without_markers, stub_of
from grader.wire import portable
from grader.worker import figures

NAME = "regression"
LOADED = load_lab(Course(Path(__file__).parents[3]), NAME)
# they train: a worker's business, and `grader verify`'s
GATES = {"sgd_arrives_at_least_squares", "sine_is_learned", "tf_line_fits"}
CODE = solution_without_markers(LOADED.solution)


def figure_data(figure):
    return figure_from(portable(figures.extract(figure)))


def verdict_of(check, namespace, source, seed):
    student = InProcessStudent(
        namespace,
        source=source,
        mistakes=LOADED.mistakes,
        check_id=check.id,
        on_figure=figure_data,
    )
    try:
        return check.run(student, Draws(seed, NAME, check.id))
    except CallFailed as failure:
        return Verdict(outcome=failure.outcome, credit=0, feedback=failure.message)
    finally:
        figures.close_all()


def judged(namespace, checks, *, source="", seed=1):
    """Return check id -> verdict; skipped where a prerequisite did not pass."""
    verdicts = {}
    for check in in_order(LOADED.lab, checks):
        waits = any(
            verdicts[name].credit < 1 for name in check.after if name in verdicts
        )
        verdicts[check.id] = (
            Verdict(outcome=Outcome.SKIPPED, credit=0)
            if waits
            else verdict_of(check, namespace, source, seed)
        )
    return verdicts


@pytest.fixture(scope="session")
def loaded():
    return LOADED


@pytest.fixture(scope="session")
def judge():
    return judged


@pytest.fixture(scope="session")
def checks():
    """Return the hidden checks of some tasks, gates apart and without TensorFlow."""

    def some(*tasks):
        return [
            check
            for check in LOADED.hidden
            if check.id not in GATES
            and check.task != "T9"
            and (not tasks or check.task in tasks)
        ]

    return some


@pytest.fixture(scope="session")
def names_of(tmp_path_factory):
    """Run code and return the names that it defines."""
    mpl.use("Agg")
    directory = tmp_path_factory.mktemp("submissions")

    def run(code):
        path = directory / f"{NAME}.py"
        path.write_text(code, encoding="utf-8")
        return runpy.run_path(str(path), run_name=NAME)

    return run


@pytest.fixture(scope="session")
def lab(names_of):
    """The solution's names."""
    return names_of(CODE)


@pytest.fixture(scope="session")
def with_code(names_of):
    """Return the solution's names after some more code."""
    return lambda more: names_of(CODE + more)


@pytest.fixture(scope="session")
def stub(names_of):
    return names_of(stub_of(LOADED.solution))


@pytest.fixture
def mutant(names_of, request):
    """A mistake, and the names of a submission that is right but for it."""
    return request.param, names_of(mutant_of(LOADED.solution, request.param))


def pytest_generate_tests(metafunc):
    if "mutant" in metafunc.fixturenames:
        # what only TensorFlow shows is seen in real workers
        seen = [m for m in LOADED.mistakes if m.replaces != "sgd_line_tf"]
        ids = [mistake.name for mistake in seen]
        metafunc.parametrize("mutant", seen, indirect=True, ids=ids)
