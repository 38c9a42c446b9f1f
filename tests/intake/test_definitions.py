import ast
import json
import time

import pytest

from grader import intake
from grader.intake import IntakeLimits
from grader.intake.notebook import notebook_code

STUB = 'def f(x):\n    """Say."""\n    raise NotImplementedError("T1: write f")'


def read(*cells):
    """Return what a notebook's cells become; a pair is (type, source)."""
    entries = [
        {"cell_type": kind, "metadata": {}, "source": source}
        for kind, source in (("code", c) if isinstance(c, str) else c for c in cells)
    ]
    document = {"cells": entries, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    raw = json.dumps(document).encode()
    found = notebook_code(raw, name="lab.ipynb", limits=IntakeLimits())
    told = [(fault.where, fault.message) for fault in found.faults]
    return {cell.index: cell.code for cell in found.cells}, told


def test_late_stub_leaves_the_rest_of_its_cell_on_its_lines():
    codes, told = read("def f(x): return x", f"a = 1\n{STUB}\nb = 2")

    assert codes[2] == "a = 1\n\n\n\nb = 2"
    assert told == [
        ("cell 2", "repaired: the stub of f was left out, cell 1 has it written")
    ]


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param((STUB, "def f(x): return x"), id="stub-above"),
        pytest.param((STUB, STUB), id="stub-twice"),
        pytest.param(("def f(x): return x", "def f(x): return x"), id="word-for-word"),
        pytest.param(("class A:\n    def f(self): return 1", STUB), id="method"),
    ],
)
def test_function_is_as_the_last_cell_has_it_and_nothing_is_told_of_it(cells):
    codes, told = read(*cells)

    assert list(codes.values()) == list(cells)
    assert [where for where, _ in told if where != "the notebook"] == []


@pytest.mark.parametrize(
    "later",
    [
        pytest.param("def f(x):\n    y = x\n    raise NotImplementedError", id="begun"),
        pytest.param("def f(x):\n    pass", id="passes"),
        pytest.param(f"@cached\n{STUB}", id="decorated"),
        pytest.param("def f(x):\n    raise ValueError", id="another-error"),
    ],
)
def test_what_is_more_than_a_stub_replaces_and_is_told(later):
    codes, told = read("def f(x): return x", later)

    assert codes[2] == later
    assert told == [("cell 2", "f is also defined in cell 1: this later one counts")]


def test_a_broken_cell_defines_nothing_that_a_stub_could_replace():
    codes, told = read("def f(x) return x", STUB)

    assert codes[2] == STUB
    assert told == []


def test_prose_is_no_code_and_an_example_that_code_has_too_is_not_told():
    _, told = read(
        ("markdown", "x = 3 is the answer, because\ndef f is short for define"),
        ("markdown", "Write it like this:\n```python\ndef f(x):\n    ...\n```"),
        ("markdown", "An example:\n```python\nf(3)\ny = 2\n```"),
        ("raw", "import of goods"),
        "def f(x): return x",
    )

    assert told == []


def test_import_cell_that_became_text_is_told():
    _, told = read(("markdown", "import numpy as np\nX, y = 1, 2"), "z = np.zeros(3)")

    assert told == [
        ("cell 1", "it is markdown and looks like code (np, X, y): it was not run")
    ]


def test_names_of_a_long_text_are_cut():
    _, told = read(("raw", "\n".join(f"n{i} = 1" for i in range(9))), "x = 1")

    assert "(n0, n1, n2, n3, n4, …)" in told[0][1]


@pytest.mark.parametrize(
    "second",
    [
        pytest.param("    y = 2", id="makes-sense-alone"),
        pytest.param("retrun x", id="no-python-joined-either"),
    ],
)
def test_cells_are_not_joined_where_that_is_not_plain(second):
    codes, _ = read("def f(x):\n    z = x", second)

    assert list(codes) == [1, 2]


def test_function_in_three_cells_is_joined():
    codes, told = read("def f(x):\n    if x:", "        return 1", "    return 2")

    assert codes == {1: "def f(x):\n    if x:\n        return 1\n    return 2"}
    assert [where for where, _ in told] == ["cell 2", "cell 3"]


def test_quotation_marks_in_texts_stay_and_those_in_code_are_repaired():
    codes, told = read("a = '“quoted”\u00a0…'", "b = “text”", "c = “broken")

    assert codes == {1: "a = '“quoted”\u00a0…'", 2: 'b = "text"', 3: "c = “broken"}
    assert told == [("cell 2", "repaired: 2 typographic signs in its code")]


def test_magics_in_a_repaired_cell_are_still_made_plain():
    codes, _ = read("%cd ..\nx\u00a0= “a”")

    assert codes[1] == "get_ipython().run_line_magic('cd', '..')\nx = \"a\""


@pytest.mark.parametrize(
    ("source", "mended"),
    [
        # only with tabs of 8 the two lines are one block
        pytest.param(
            "if x:\n\ty\n        z", "if x:\n        y\n        z", id="eight"
        ),
        pytest.param("if x:\n\ty\n    z", "if x:\n    y\n    z", id="four"),
        # z is within or without, by the width
        pytest.param("if a:\n    if b:\n        y\n\tz", None, id="either"),
    ],
)
def test_tabs_among_spaces_are_read_where_one_width_alone_makes_sense(source, mended):
    codes, _ = read(source)

    assert codes[1] == (mended or source)


def test_code_beyond_what_is_parsed_is_run_as_it_is():
    long = "x = 1\n" * 20_000

    codes, told = read(long, "def f(x): return x", STUB)

    assert codes[1] == long
    assert codes[3] == "\n\n"
    assert len(told) == 1


def test_rules_about_the_code_read_what_can_run_of_it(handed_in, notebook):
    raw = notebook("def f(x): return x", "this is no Python", "%cd ..\ny = f(1)")

    submission = intake.read(handed_in("logic_gates.ipynb", raw))

    assert [cell.broken for cell in submission.cells] == [False, True, False]
    names = [type(one).__name__ for one in ast.parse(submission.source).body]
    assert names == ["FunctionDef", "Expr", "Assign"]


def test_megabytes_of_text_are_not_searched_for_code():
    blank = "\n" * 3_000_000 + "`" * 3_000_000
    started = time.process_time()

    _, told = read(("markdown", blank), ("raw", "x = 1\n" * 100_000), "y = 1")

    assert told == []
    assert time.process_time() - started < 5
