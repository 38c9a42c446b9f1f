"""Stubs from solutions."""

import pytest

from grader.errors import LabError
from grader.labs.regions import solution_without_markers, stub_of

SOLUTION = '''def f(x):
    """Return x."""
    # solution T1: write f
    y = x
    return y
    # end solution


K = 3
'''


def test_a_region_becomes_a_hole_with_its_tasks_words():
    assert stub_of(SOLUTION) == (
        'def f(x):\n    """Return x."""\n'
        '    raise NotImplementedError("T1: write f")\n\n\nK = 3\n'
    )


def test_without_markers_the_solution_is_as_a_student_writes_it():
    text = solution_without_markers(SOLUTION)

    assert "solution" not in text
    assert "return y" in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("x = 1\n", "no region", id="none"),
        pytest.param("# solution T1: a\n", "never ends", id="open"),
        pytest.param("# end solution\n", "never began", id="closed"),
        pytest.param(
            "# solution T1: a\n# solution T2: b\n# end solution\n",
            "inside",
            id="nested",
        ),
    ],
)
def test_broken_markers_are_a_broken_lab(text, message):
    with pytest.raises(LabError, match=message):
        stub_of(text)
