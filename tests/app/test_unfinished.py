import json
import os

import pytest

from grader.app.unfinished import Work, what_is_missing
from grader.intake import Found, read

BOTH = "def double(x):\n    return x + x\n\ndef total(x):\n    return sum(x)\n"


def cell(source, *, ran=1, failed=False):
    error = {
        "output_type": "error",
        "ename": "NameError",
        "evalue": "",
        "traceback": [],
    }
    return {
        "cell_type": "code",
        "metadata": {},
        "execution_count": ran,
        "outputs": [error] if failed else [],
        "source": source,
    }


def notebook(*cells):
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(document)


@pytest.fixture
def missing(tmp_path, tiny_course):
    """Return a function that says what is missing in a file of the tiny lab."""

    def run(text, *, name="tiny.py"):
        file = tmp_path / name
        file.write_text(text)
        submission = read(Found(student="ada", lab="tiny", path=file))
        work = Work(file, file.read_bytes(), submission.cells)
        lab = tiny_course.lab("tiny")
        return what_is_missing(work, lab, assignment=tiny_course.assignment("tiny"))

    return run


def test_finished_work_misses_nothing(missing):
    assert missing(BOTH) == ()


def test_a_task_is_named_whose_function_is_absent(missing):
    assert missing("def double(x):\n    return x\n") == (
        "T2 Total is not written yet: total",
    )


def test_a_function_that_still_says_so_is_not_written(missing):
    code = BOTH.replace("return sum(x)", 'raise NotImplementedError("T2: write total")')

    assert missing(code) == ("T2 Total is not written yet: total",)


@pytest.mark.parametrize(
    "code",
    [
        "double = total = lambda x: x",
        "double, total = (lambda x: x), sum",
        "try:\n    from numpy import double\nexcept ImportError:\n    pass\nfrom m import f as total",
        "if True:\n    def double(x): return x\nclass total: pass",
    ],
)
def test_a_function_may_come_about_in_any_way(missing, code):
    assert missing(code) == ()


def test_a_later_definition_counts(missing):
    assert missing("def double(x):\n    raise NotImplementedError\n" + BOTH) == ()


def test_the_unchanged_stub_is_told_alone(missing, tiny_course):
    stub = (tiny_course.assignment("tiny") / "tiny.py").read_text()

    assert missing(stub) == ("the file is the lab's stub, unchanged: is it saved?",)


def test_code_that_is_no_python_is_told_with_its_line(missing):
    told = missing(BOTH + "def total(:\n")

    assert told[0] == "tiny.py: your code is not valid Python in line 6."


def test_a_broken_cell_hides_no_other_cell(missing):
    text = notebook(cell("def broken(:"), cell(BOTH))

    assert missing(text, name="tiny.ipynb") == (
        "cell 1: your code is not valid Python in line 1.",
    )


def test_cells_that_stopped_are_told_by_their_numbers(missing):
    text = notebook(cell(BOTH), cell("oops", failed=True), cell("1 / 0", failed=True))

    assert missing(text, name="tiny.ipynb") == (
        "cells that stopped with an error: 2, 3",
    )


def test_a_notebook_in_which_nothing_ran_may_not_be_saved(missing):
    assert missing(notebook(cell(BOTH, ran=None)), name="tiny.ipynb") == (
        "no cell of the notebook was run: is it saved?",
    )


def test_files_that_stay_at_home_are_told(missing, tmp_path):
    (tmp_path / "mine.py").touch()
    (tmp_path / "weights.npz").touch()
    code = 'import mine, numpy\nW = open("weights.npz")\nV = open("absent.npz")\n'

    assert missing(code + BOTH) == (
        "not handed in, though your code uses it: mine.py, weights.npz",
    )


@pytest.mark.parametrize(("changed_at", "told"), [(0, 0), (4e9, 1)])
def test_the_other_form_is_told_if_it_is_newer(missing, tmp_path, changed_at, told):
    other = tmp_path / "tiny.ipynb"
    other.write_text(notebook(cell(BOTH)))
    os.utime(other, (changed_at, changed_at))

    lines = missing(BOTH)

    assert sum("tiny.ipynb is newer" in line for line in lines) == told


def test_the_other_form_as_it_came_is_no_work(missing, tmp_path, tiny_course):
    stub = tiny_course.assignment("tiny") / "tiny.ipynb"
    other = tmp_path / "tiny.ipynb"
    other.write_bytes(stub.read_bytes())
    os.utime(other, (4e9, 4e9))

    assert missing(BOTH) == ()


def test_a_notebook_that_was_mended_is_looked_at_for_its_code(missing):
    assert missing(BOTH, name="tiny.ipynb") == ()
