"""What many tests share: a tiny course, submissions of it, a confined sandbox."""

import importlib.util
import os
import sys
from pathlib import Path

import pytest

from grader.domain.submission import Cell, Submission
from grader.errors import InfrastructureError
from grader.executors.bench import Bench, Setup
from grader.labs.course import Course
from grader.sandbox.sandbox import Sandbox

TINY_COURSE = Path(__file__).parent / "course"
COURSE = Path(__file__).parents[1]
# as the caller set it: the tests themselves use the embedded images
FULL_MNIST = os.environ.get("GRADER_MNIST", "")


@pytest.fixture(scope="session", autouse=True)
def embedded_mnist():
    """Let every test use the small set, whatever else this machine has."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADER_MNIST", "embedded")
        yield


@pytest.fixture
def full_mnist(monkeypatch):
    """Use the full set; skips where GRADER_MNIST does not name it."""
    if not FULL_MNIST or FULL_MNIST == "embedded":
        pytest.skip("GRADER_MNIST names no full MNIST")
    monkeypatch.setenv("GRADER_MNIST", FULL_MNIST)


@pytest.fixture(scope="session")
def tiny_course():
    """A course of one small lab, with its reference."""
    return Course(TINY_COURSE)


@pytest.fixture(scope="session")
def confined():
    """A sandbox at the level `landlock`; skips where the machine has none."""
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux can confine a process by itself")
    with Sandbox(isolation="landlock", preload=("numpy",)) as sandbox:
        try:
            sandbox.require()
        except InfrastructureError as error:
            pytest.skip(str(error))
        yield sandbox


@pytest.fixture(scope="session")
def bench(confined):
    """A bench that grades the course's own labs; its workers are shared by all tests."""
    assert confined is not None
    with Bench(Setup(course=COURSE, isolation="landlock")) as bench:
        yield bench


@pytest.fixture(scope="session")
def plain():
    """A sandbox of plain processes, as on macOS and Windows."""
    with Sandbox(isolation="process") as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def keras_sandbox(bench):
    """A confined sandbox with TensorFlow imported, which takes seconds: one for all.

    Mark its users `xdist_group("tensorflow")`, so that one process has it.
    """
    if importlib.util.find_spec("tensorflow") is None:
        pytest.skip("TensorFlow is not installed")
    # as the labs name them that need no more: their workers come from there, too
    return bench.sandbox(("numpy", "matplotlib", "tensorflow"))


@pytest.fixture(scope="session")
def submission_of():
    """Make a submission of the tiny lab from text, or from a list of cells."""

    def make(code, *, lab="tiny"):
        cells = [code] if isinstance(code, str) else code
        return Submission(
            student="ada",
            lab=lab,
            kind="py" if isinstance(code, str) else "ipynb",
            cells=tuple(Cell(index=i, code=c) for i, c in enumerate(cells, start=1)),
            files=(),
            sha256="0" * 64,
        )

    return make
