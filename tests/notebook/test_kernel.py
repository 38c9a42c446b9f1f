"""The self-check in a real kernel: nothing is restarted, nothing is left behind.

The tests share the kernel, as a student's cells do; each defines what it needs.
"""

import json

import pytest

pytestmark = pytest.mark.xdist_group("kernel")

# all that a careless function may do to the kernel that it runs in
CARELESS = """
import os, random, warnings
import numpy as np
import matplotlib.pyplot as plt

def double(x):
    random.seed(3)
    np.random.seed(3)
    np.seterr(all="raise")
    np.set_printoptions(precision=2)
    warnings.simplefilter("ignore")
    plt.rcParams["lines.linewidth"] = 9
    plt.plot([1, 2])
    plt.show()
    plt.figure(7)
    os.chdir(os.path.dirname(os.getcwd()))
    return 2 * x
"""
STATE = """
print([
    random.getstate(), np.random.get_state()[1].tolist(), np.geterr(),
    np.get_printoptions(), warnings.filters, plt.rcParams["lines.linewidth"],
    plt.get_backend(), plt.get_fignums(), [len(a.lines) for a in mine.axes],
    os.getcwd(), sorted(globals()),
])
"""


@pytest.fixture(autouse=True)
def imported(kernel):
    assert kernel.run("from grader.notebook import check").status == "ok"


def test_a_function_that_is_defined_anew_is_checked_anew(kernel):
    kernel.run("def double(x): return x + 3")
    wrong = kernel.run("check('tiny')")
    kernel.run("def double(x): return 2 * x")
    right = kernel.run("check('tiny')")
    again = kernel.run("check('tiny')")

    assert "0 of 1 public checks pass" in wrong.shown["text/plain"]
    assert "1 of 1 public checks pass" in right.shown["text/plain"]
    assert again.shown == right.shown
    assert "<table>" in right.shown["text/html"]


def test_an_error_is_told_with_the_line_in_its_cell_and_without_a_traceback(kernel):
    kernel.run("def double(x):\n    y = x\n    return y / 0")
    number = kernel.run("print(len(In) - 2)").printed.strip()

    cell = kernel.run("check('tiny')")

    told = f"ZeroDivisionError: division by zero (cell [{number}], line 3)"
    assert (cell.status, cell.traceback) == ("ok", [])
    assert told in cell.shown["text/plain"]
    assert "Traceback" not in cell.shown["text/plain"]


def test_a_cell_that_was_not_run_is_asked_for(kernel):
    kernel.run("double = None")

    shown = kernel.run("check('tiny')").shown["text/plain"]

    assert "there is no function double here: run the cell that defines it" in shown


def test_whoever_interrupts_a_check_gets_the_kernel_back(kernel):
    kernel.run(
        "kept = 5\ndef double(x):\n    print('on and on', flush=True)\n    while True: pass"
    )

    cell = kernel.run("check('tiny')", interrupt_at="on and on")

    (line,) = cell.traceback
    assert cell.status == "error"
    assert line.startswith("grader: you stopped T1, doubles_two")
    assert kernel.run("print(kept)").printed == "5\n"


def test_the_kernel_is_afterwards_what_it_was_before(kernel):
    kernel.run(CARELESS)
    kernel.run("mine = plt.figure(7); mine.gca().plot([1, 2]); double_is = double")
    # inline backends close figures at the end of a cell, so all of it is one cell
    cell = kernel.run(
        f"mine = plt.figure(7); mine.gca().plot([1]); t = 0\n{STATE}\n"
        f"t = check('tiny').passed\n{STATE}\nprint(t)"
    )

    before, after, passed = cell.printed.strip().split("\n")
    assert passed == "1"
    assert after == before


def test_a_lab_that_is_not_there_is_one_line(kernel):
    cell = kernel.run("check('tinny')")

    assert cell.status == "error"
    assert cell.traceback == ["grader: there is no lab 'tinny'; did you mean tiny?"]


def test_a_lab_that_changed_on_disk_needs_no_restart(kernel, folder):
    kernel.run("def double(x): return 2 * x\ncheck('tiny')")
    checks = folder / "checks.py"
    text = checks.read_text()

    checks.write_text(text.replace("double(2) is 4", "twice two is four, again"))
    try:
        shown = kernel.run("check('tiny')").shown["text/plain"]
    finally:
        checks.write_text(text)

    assert "twice two is four, again" in shown


def test_the_notebook_that_students_get_checks_itself(kernel, folder):
    notebook = json.loads((folder / "tiny.ipynb").read_text())
    cells = [c for c in notebook["cells"] if c["cell_type"] == "code"]

    ran = [kernel.run("".join(cell["source"])) for cell in cells]

    assert [cell.status for cell in ran] == ["ok"] * len(cells)
    assert "not written yet" in ran[-1].shown["text/plain"]
    assert "T1: write double" in ran[-1].shown["text/html"]


def test_a_grader_that_was_upgraded_meanwhile_is_used_without_a_restart(kernel):
    kernel.run("import sys, grader.notebook.upgrades as old\nold.LOADED = '0.0'")
    kernel.run("def double(x): return 2 * x")

    shown = kernel.run("check('tiny')").shown["text/plain"]

    new = kernel.run("print(sys.modules['grader.notebook.upgrades'] is old)").printed
    assert "1 of 1 public checks pass" in shown
    assert new == "False\n"
