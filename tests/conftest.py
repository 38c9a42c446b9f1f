"""What many tests share: a tiny course, submissions of it, a confined sandbox."""

import sys
from pathlib import Path

import pytest

from grader.domain.submission import Cell, Submission
from grader.errors import InfrastructureError
from grader.labs.course import Course
from grader.sandbox.sandbox import Sandbox

TINY_COURSE = Path(__file__).parent / "course"


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
def plain():
    """A sandbox of plain processes, as on macOS and Windows."""
    with Sandbox(isolation="process") as sandbox:
        yield sandbox


@pytest.fixture
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
