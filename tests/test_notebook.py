"""The self-check inside a notebook."""

from pathlib import Path

import pytest

from grader import notebook
from grader.checks.in_process import InProcessStudent
from grader.errors import LabError
from grader.notebook import check

COURSE = Path(__file__).parent / "course"


@pytest.fixture(autouse=True)
def in_the_course(monkeypatch):
    monkeypatch.chdir(COURSE)


def test_functions_of_the_kernel_are_checked_as_they_are_now():
    table = check("tiny", namespace={"double": lambda x: 2 * x})

    assert table.passed == 1
    assert "1 of 1 public checks pass" in repr(table)


def test_a_wrong_answer_is_shown_beside_the_right_one():
    table = check("tiny", namespace={"double": lambda x: x + 3})

    assert table.passed == 0
    assert "gave 5, expected 4" in repr(table)


def test_what_is_not_written_is_no_error():
    assert "there is no function" in repr(check("tiny", namespace={})).lower() or (
        "there is no double" in repr(check("tiny", namespace={}))
    )


def test_the_table_is_markup_of_ours_only():
    def double(_x):
        raise ValueError("<script>alert(1)</script>")

    shown = check("tiny", namespace={"double": double})._repr_html_()

    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_hidden_checks_are_never_loaded_in_a_students_kernel():
    table = check("tiny", namespace={"double": lambda x: 2 * x})

    assert "twice its argument" not in repr(table)


def test_an_unknown_lab_gets_the_nearest_name():
    with pytest.raises(LabError, match="did you mean tiny"):
        check("tinny")


@pytest.mark.parametrize("returns", [True, False], ids=["returned", "left-to-pyplot"])
def test_a_plot_is_checked_in_the_kernel_too(returns):
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    def draw():
        figure, axes = plt.subplots()
        axes.plot([1, 2], [3, 4], label="loss")
        return figure if returns else None

    open_before = plt.get_fignums()
    student = InProcessStudent({"draw": draw}, on_figure=notebook._figure)

    assert student.draw().axes[0].series[0].y == (3.0, 4.0)
    assert plt.get_fignums() == open_before
