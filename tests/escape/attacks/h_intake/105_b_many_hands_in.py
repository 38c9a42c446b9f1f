# Class 105: the work several times, one of them with a date in the future, one of a neighbour.
# hopes: the best of them counts, or each of them does, or the neighbour gets the bad one
# stopped by: one file counts, the newest that is called exactly like the lab, and it is its
#   folder's; the others are named in the report
# builds: a folder
# deserves: 100
# tells: also handed in and not graded
# tampering: none
"""Builds the hand-in: `build(folder, canary)` writes it to the student's folder."""

import os

WORK = """
import matplotlib.pyplot as plt
import numpy as np

def double(x):
    return x + x

def total(x):
    return np.sum(x)

def slope(w, x):
    return np.sum(x * (1 - np.tanh(w * x) ** 2))

def draw(x, y):
    plt.plot(x, y, "o")
    plt.xlabel("x")
    plt.ylabel("y")
"""
FUTURE = 4_000_000_000


def build(folder, canary):
    for name in ("neighbour_arena.py", "arena (1).py", "arena copy.py", "index.html"):
        (folder / name).write_text("import nothing_that_is_there\n")
    (folder / "arena.py").write_text(WORK)
    os.utime(folder / "arena.py", (FUTURE, FUTURE))
    for name in ("results", "arena.json", "grades.csv", "gradebook.sqlite"):
        (folder / name).mkdir()
        (folder / name / "arena.json").write_text('{"score": 100}')
