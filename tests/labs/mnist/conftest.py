"""The lab's NumPy checks on a submission, in this process; Keras runs in workers only."""

import sys
from pathlib import Path

import matplotlib as mpl
import pytest

from grader.checks import Draws, InProcessStudent
from grader.domain.figure_claim import figure_from
from grader.domain.student import CallFailed
from grader.domain.verdict import Verdict
from grader.executors.bench import Job
from grader.intake import Found, read
from grader.labs.course import Course
from grader.labs.loading import load_lab
from grader.labs.regions import solution_without_markers
from grader.wire import portable
from grader.worker import figures

mpl.use("Agg")
HERE = Path(__file__).parent
ROOT = HERE.parents[2]
LOADED = load_lab(Course(ROOT), "mnist")
SOLUTION = solution_without_markers(LOADED.solution)


class Desk:
    """Runs single checks on a submission's names."""

    def names(self, code=""):
        """Return the names of the solution after some more code."""
        namespace = {"__name__": "mnist"}
        exec(f"{SOLUTION}\n\n{code}", namespace)  # noqa: S102
        return namespace

    def verdict(self, name, names, *, seed=1):
        """Return what one check says, nothing lent."""
        (check,) = (one for one in (*LOADED.hidden, *LOADED.public) if one.id == name)
        student = InProcessStudent(
            names,
            mistakes=LOADED.mistakes,
            check_id=check.id,
            on_figure=lambda figure: figure_from(portable(figures.extract(figure))),
        )
        try:
            return check.run(student, Draws(seed, "mnist", check.id))
        except CallFailed as failure:
            return Verdict(outcome=failure.outcome, credit=0, feedback=failure.message)
        finally:
            figures.close_all()
            # the student's file does not outlive its checks
            sys.modules.pop("mnist", None)


@pytest.fixture(scope="session")
def desk():
    return Desk()


@pytest.fixture(scope="session")
def loaded():
    return LOADED


@pytest.fixture
def graded(bench, tmp_path):
    """Return the report on the solution with one of the wrong files behind it.

    Of the checks that carry points; each gate trains as often as is said.
    """

    def grade(name, *, most_attempts=None):
        wrong = (HERE / "wrong" / f"{name}.py").read_text(encoding="utf-8")
        path = tmp_path / "mnist.py"
        path.write_text(f"{SOLUTION}\n\n{wrong}", encoding="utf-8")
        found = Found(student=name, lab="mnist", path=path)
        job = Job(
            student=name,
            lab="mnist",
            where=path.name,
            read=lambda: read(found),
            seed=3,
            hidden_only=True,
            most_attempts=most_attempts,
        )
        return bench.grade(job)

    return grade
