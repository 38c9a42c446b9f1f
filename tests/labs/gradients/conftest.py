"""Runs this lab's checks on names in this process, as a failing test then shows its cause."""

import runpy
from dataclasses import dataclass, field
from pathlib import Path

import matplotlib as mpl
import pytest

from grader.checks import CallFailed, Draws, InProcessStudent, Verdict
from grader.domain.figure_claim import figure_from
from grader.labs.course import Course
from grader.labs.loading import load_lab
from grader.labs.mutants import mutant_of
from grader.labs.regions import solution_without_markers, stub_of
from grader.wire import portable
from grader.worker import figures

ROOT = Path(__file__).parents[3]
NAME = "gradients"
LOADED = load_lab(Course(ROOT), NAME)


@dataclass
class Graded:
    """Verdicts by check id, and the points that were lost."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    lost_points: float = 0

    @property
    def lost(self):
        return {name for name, verdict in self.verdicts.items() if verdict.credit < 1}

    @property
    def named(self):
        found = [verdict.diagnosis for verdict in self.verdicts.values()]
        return {diagnosis.mistake for diagnosis in found if diagnosis}


def figure_data(figure):
    return figure_from(portable(figures.extract(figure)))


def run_check(check, student, seed):
    try:
        return check.run(student, Draws(seed, NAME, check.id))
    except CallFailed as failure:
        return Verdict(outcome=failure.outcome, credit=0, feedback=failure.message)
    finally:
        figures.close_all()


def judged(namespace, checks, *, source="", seed=1, mistakes=LOADED.mistakes):
    """Return what checks say about names, without lending."""
    graded = Graded()
    for check in checks:
        student = InProcessStudent(
            namespace,
            source=source,
            mistakes=mistakes,
            check_id=check.id,
            on_figure=figure_data,
        )
        verdict = run_check(check, student, seed)
        graded.verdicts[check.id] = verdict
        graded.lost_points += check.points * (1 - verdict.credit)
    return graded


@pytest.fixture(scope="session")
def loaded():
    return LOADED


@pytest.fixture(scope="session")
def judge():
    return judged


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
def code():
    return solution_without_markers(LOADED.solution)


@pytest.fixture(scope="session")
def lab(names_of, code):
    """The solution's names."""
    return names_of(code)


@pytest.fixture(scope="session")
def stub(names_of):
    return names_of(stub_of(LOADED.solution))


@pytest.fixture
def mutant(names_of, request):
    """A mistake, the code and the names of a submission that is right but for it."""
    code = mutant_of(LOADED.solution, request.param)
    return request.param, code, names_of(code)


def pytest_generate_tests(metafunc):
    if "mutant" in metafunc.fixturenames:
        ids = [mistake.name for mistake in LOADED.mistakes]
        metafunc.parametrize("mutant", LOADED.mistakes, indirect=True, ids=ids)
