"""Runs this lab's checks in this process: same order, lending and skipping as the engine.

The engine's own tests run the same files in confined workers; here a failure shows its
traceback.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import pytest

from grader.checks import Draws, InProcessStudent
from grader.domain.check import Check
from grader.domain.figure_claim import figure_from
from grader.domain.student import CallFailed
from grader.domain.verdict import Outcome, Verdict
from grader.grading.lending import to_lend
from grader.grading.plan import in_order
from grader.grading.view import SOURCE
from grader.intake import Found, read
from grader.labs.call_graph import reaching
from grader.labs.course import Course
from grader.labs.loading import load_lab
from grader.labs.mutants import mutant_of, replaced_by
from grader.labs.regions import solution_without_markers, stub_of
from grader.wire import portable
from grader.worker import figures
from grader.worker.module import StudentModule

mpl.use("Agg")
HERE = Path(__file__).parent
NAME = "logic_gates"
LOADED = load_lab(Course(HERE.parents[2]), NAME)


@dataclass(frozen=True)
class Graded:
    """Verdicts by check id, and the score."""

    verdicts: dict[str, Verdict]
    score: float

    @property
    def lost(self):
        return {name for name, verdict in self.verdicts.items() if verdict.credit < 1}

    @property
    def named(self):
        diagnoses = [verdict.diagnosis for verdict in self.verdicts.values()]
        return {diagnosis.mistake for diagnosis in diagnoses if diagnosis}


class Asked(InProcessStudent):
    """A student that notes what is asked of it: names of functions, or its text."""

    def __init__(self, *args, notes, **options):
        super().__init__(*args, **options)
        self._notes = notes

    @property
    def source(self):
        self._notes.add(SOURCE)
        return super().source

    def call(self, name, args, kwargs):
        self._notes.add(name)
        return super().call(name, args, kwargs)


def _figure(value):
    return figure_from(portable(figures.extract(value)))


class Desk:
    """Loads a submission's cells and runs checks on them."""

    def __init__(self, loaded, directory):
        self.loaded = loaded
        self.directory = directory
        self._reference = self.namespace(
            [(1, solution_without_markers(loaded.solution))]
        )
        self._asked = {}
        # of the seed that is drawn where nothing else is said
        self._right = self.grade(self._reference, asked=self._asked).verdicts

    def namespace(self, cells, *, notebook=False):
        kept = {
            name: module
            for name, module in sys.modules.items()
            if name.partition(".")[0] in {"grader", NAME, "__main__"}
        }
        try:
            student = StudentModule(NAME, notebook=notebook, directory=self.directory)
            self.faults = student.run(cells)
        finally:
            sys.modules.pop(NAME, None)
            sys.modules.update(kept)
        return student.namespace

    def unaffected(self, mistake):
        """Return the solution's verdicts of the checks that a mistake can't reach."""
        changed = {SOURCE, *reaching(self.loaded.solution, replaced_by(mistake))}
        return {
            name: verdict
            for name, verdict in self._right.items()
            if not self._asked[name] & changed
        }

    def grade(self, namespace, *, seed=1, source="", known=(), asked=None):
        verdicts = {}
        asked = {} if asked is None else asked
        for check in in_order(self.loaded.lab, self.loaded.hidden):
            done = [other for other in self.loaded.hidden if other.id in verdicts]
            failed = {one.task for one in done if verdicts[one.id].credit < 1}
            solved = {one.task for one in done} - failed
            lent = to_lend(self.loaded.lab, check, solved)
            student = Asked(
                namespace,
                notes=asked.setdefault(check.id, set()),
                source=source,
                mistakes=self.loaded.mistakes,
                check_id=check.id,
                on_figure=_figure,
            ).replaced({name: self._reference[name] for name in lent})
            if any(verdicts[name].credit < 1 for name in check.after):
                verdicts[check.id] = Verdict(outcome=Outcome.SKIPPED, credit=0)
            elif check.id in known:
                verdicts[check.id] = known[check.id]
            else:
                verdicts[check.id] = self.run(check, student, seed)
        points = {check.id: check.points for check in self.loaded.hidden}
        score = sum(points[name] * verdict.credit for name, verdict in verdicts.items())
        return Graded(verdicts, round(score, 2))

    def run(self, check: Check, student, seed):
        try:
            return check.run(student, Draws(seed, NAME, check.id))
        except CallFailed as failure:
            return Verdict(outcome=failure.outcome, credit=0, feedback=failure.message)
        finally:
            figures.close_all()

    def public(self, namespace, *, seed=1):
        student = InProcessStudent(namespace, on_figure=_figure)
        return {c.id: self.run(c, student, seed) for c in self.loaded.public}


@pytest.fixture(scope="session")
def loaded():
    return LOADED


@pytest.fixture(scope="session")
def desk(tmp_path_factory):
    return Desk(LOADED, tmp_path_factory.mktemp("student"))


@pytest.fixture(scope="session")
def reference(desk):
    """Return the solution's names, markers removed, as a student would have them."""
    return desk.namespace([(1, solution_without_markers(LOADED.solution))])


@pytest.fixture(scope="session")
def stub(desk):
    return desk.namespace([(1, stub_of(LOADED.solution))])


@pytest.fixture
def variant(desk, request):
    """Return the names that a file of `variants/` defines."""
    path = HERE / "variants" / request.param
    submission = read(Found(student="variant", lab=NAME, path=path))
    cells = [(cell.index, cell.code) for cell in submission.cells]
    return desk.namespace(cells, notebook=submission.kind == "ipynb")


@pytest.fixture
def mutant(desk, request):
    """Return the solution's names with one mistake among them."""
    code = mutant_of(LOADED.solution, request.param)
    return request.param, desk.namespace([(1, code)])


def pytest_generate_tests(metafunc):
    if "variant" in metafunc.fixturenames:
        names = sorted(path.name for path in (HERE / "variants").glob("*.*"))
        metafunc.parametrize("variant", names, indirect=True)
    if "mutant" in metafunc.fixturenames:
        known = LOADED.mistakes
        metafunc.parametrize(
            "mutant", known, indirect=True, ids=[mistake.name for mistake in known]
        )
