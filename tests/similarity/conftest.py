import pytest

from grader.domain.submission import Cell, Submission
from grader.similarity.compare import Hand
from grader.similarity.fingerprints import fingerprints
from grader.similarity.functions import functions_of
from grader.similarity.own_code import Given, own_code


def submitted(code, student="ada"):
    """Return a submission: of one text, or of a notebook's cells."""
    cells = [code] if isinstance(code, str) else code
    return Submission(
        student=student,
        lab="tiny",
        kind="py" if isinstance(code, str) else "ipynb",
        cells=tuple(Cell(index=i, code=c) for i, c in enumerate(cells, start=1)),
        files=(),
        sha256="",
    )


def handed(code, student="ada", *, given=None, mistakes=()):
    given = given or Given()
    own = own_code(submitted(code, student), given)
    return Hand(
        student=student,
        file="tiny.py",
        code=own,
        prints=fingerprints(own),
        functions=functions_of(own, given),
        mistakes=frozenset(mistakes),
    )


@pytest.fixture
def submission():
    return submitted


@pytest.fixture
def hand():
    return handed
