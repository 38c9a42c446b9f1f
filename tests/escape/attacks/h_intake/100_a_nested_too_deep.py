# Class 100: code that is nested so deep that its parser fails, crashes or never ends.
# hopes: the static checks give up, or the grading process does; both before a line is run
# stopped by: only the worker parses what nobody has asked about, and it is one process a
#   student
# deserves: 60
# tells: there is no double|SyntaxError|RecursionError|MemoryError|nested
# builds: a folder
# tampering: none
"""Builds the hand-in: `build(folder, canary)` writes it to the student's folder."""

import json

WORKS = """
import matplotlib.pyplot as plt
import numpy as np

def total(x):
    return np.sum(x)

def slope(w, x):
    return np.sum(x * (1 - np.tanh(w * x) ** 2))

def draw(x, y):
    plt.plot(x, y, "o")
    plt.xlabel("x")
    plt.ylabel("y")
"""
DEEP = (
    "double = " + "(" * 5_000 + "1" + ")" * 5_000,
    "double = " + "-" * 100_000 + "1",
    "double = " + "lambda: " * 20_000 + "1",
    "double = " + "not " * 50_000 + "1",
    "double = x" + ".x" * 100_000,
    "double = " + "1 + " * 100_000 + "1",
    "\n".join(" " * depth + "if 1:" for depth in range(200)),
    "double = " + 'f"{' * 200,
    "double = " + "9" * 10_000,
    # where a notebook's own syntax is looked for: backtracking, again and again
    "%time " * 20_000,
    "a" * 200_000 + "?",
    "x = \\\n" * 20_000 + "%a",
)


def build(folder, canary):
    cells = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}
        for source in (*DEEP, WORKS)
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (folder / "arena.ipynb").write_text(json.dumps(notebook))
