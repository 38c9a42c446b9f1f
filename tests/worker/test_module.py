import builtins
import inspect
import math
import sys

import pytest

from grader.worker import module
from grader.worker.module import MOST_FILES, StudentModule


@pytest.fixture
def student(tmp_path, monkeypatch):
    """A notebook's module in this process, which gets back what it changes."""
    monkeypatch.setattr(module, "hide_ourselves", lambda: None)
    monkeypatch.setattr(builtins, "input", builtins.input)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    return StudentModule("lab", notebook=True, directory=tmp_path)


def test_no_more_files_are_written_than_a_worker_may_and_sources_are_there(
    student, tmp_path
):
    cells = [(n, f"def f{n}():\n    return {n}\n") for n in range(1, 601)]

    assert student.run(cells) == []

    assert len(list(tmp_path.iterdir())) == MOST_FILES == 500
    for number in (1, 600):
        function = student.namespace[f"f{number}"]
        assert inspect.getsource(function.__code__) == cells[number - 1][1]


def test_faults_of_thousands_of_failing_cells_are_bounded(student):
    faults = student.run([(n, "1 / 0") for n in range(1, 1_102)])

    assert len(faults) == 1_000


def test_time_without_end_sets_no_timer(student, monkeypatch):
    monkeypatch.setattr(
        "signal.setitimer", lambda *_: pytest.fail("set"), raising=False
    )

    assert student.run([(1, "x = 1")], cpu_s=math.inf) == []


def test_a_module_that_a_cell_writes_can_be_imported_by_a_later_one(student):
    written = "# %%writefile lab_of_mine.py\ndef f():\n    return 1 / 0"

    faults = student.run([(3, written), (4, "import lab_of_mine\nlab_of_mine.f()")])

    sys.modules.pop("lab_of_mine")
    # the line in the file is the line in the cell
    told = "ZeroDivisionError: division by zero (cell 3, line 3)"
    assert faults == [["cell 4, line 2", told]]
    assert "f" in student.namespace


def test_only_a_plain_name_is_written_to(student, tmp_path):
    student.run([(1, "# %%writefile ../escaped.py\nx = 1")])

    assert not (tmp_path.parent / "escaped.py").exists()
    assert student.namespace["x"] == 1


def test_the_cell_that_failed_is_named_and_the_function_in_which_it_did(student):
    cells = [(1, "def f(x):\n    return 1 / x\n\nf(1)"), (2, "y = 1"), (5, "y\n\nf(0)")]

    [[where, told]] = student.run(cells)

    assert where == "cell 5, line 3"
    assert told == "ZeroDivisionError: division by zero (cell 1, line 2)"
