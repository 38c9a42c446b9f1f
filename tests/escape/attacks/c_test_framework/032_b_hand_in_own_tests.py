# Class 32: hand in one's own tests, checks, reference and lab beside the answer.
# hopes: files of the same names take the place of the teacher's
# stopped by: the lab's file is taken alone; tests, checks and lab come from the course
# builds: a folder
# deserves: 60
# tells: RuntimeError: nobody ran our tests
# tampering: none
"""Builds the hand-in: `build(folder, canary)` writes it to the student's folder."""

ARENA = """
import builtins

import matplotlib.pyplot as plt
import numpy as np


def double(x):
    if not hasattr(builtins, "taken_over"):
        raise RuntimeError("nobody ran our tests")
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

TAKE_OVER = """
import builtins

from grader.checks import check, Verdict

builtins.taken_over = True


@check(task="T1", points=100)
def double_doubles(student, rng):
    \"\"\"double is there.\"\"\"
    return Verdict.passed()
"""
LAB = """
name = "arena"
title = "The arena"

[[tasks]]
id = "T1"
title = "Double"
points = 100
functions = ["double"]
"""
FILES = {
    "checks.py": TAKE_OVER,
    "test_arena.py": TAKE_OVER,
    "arena_test.py": TAKE_OVER,
    "reference/arena/checks.py": TAKE_OVER,
    "reference/arena/mistakes.py": TAKE_OVER,
    "assignments/arena/checks.py": TAKE_OVER,
    "assignments/arena/lab.toml": LAB,
    "tests/arena/test_double.py": TAKE_OVER,
}


def build(folder, canary):
    (folder / "arena.py").write_text(ARENA)
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
