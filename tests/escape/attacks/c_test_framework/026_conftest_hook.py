# Class 26: a conftest.py beside the lab's file that turns each failed test into a pass.
# hopes: the grader runs pytest in our folder, as many do
# stopped by: no pytest anywhere near: the lab's file is read as text, alone; nothing
#   else in the folder is imported or copied
# builds: a folder
# deserves: 60
# tells: RuntimeError: no hook of ours has run
# tampering: none
"""Builds the hand-in: `build(folder, canary)` writes it to the student's folder."""

ARENA = """
import builtins

import matplotlib.pyplot as plt
import numpy as np


def double(x):
    if not hasattr(builtins, "taken_over"):
        raise RuntimeError("no hook of ours has run")
    return x + x


def total(x):
    return np.sum(x)


def slope(w, x):
    return np.sum(x * (1 - np.tanh(w * x) ** 2))


def draw(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel="x", ylabel="y")
    return figure
"""

CONFTEST = """
import builtins

import pytest

builtins.taken_over = True


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    report.outcome, report.longrepr = "passed", None


def pytest_sessionfinish(session):
    session.exitstatus = 0
"""


def build(folder, canary):
    (folder / "arena.py").write_text(ARENA)
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "__init__.py").write_text("")
