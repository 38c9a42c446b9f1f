# Class 10: write the results file oneself, wherever it may be.
# hopes: a mark for which nothing has to be worked out
# stopped by: landlock: only the own directory can be written; in `strict` the results
#   are in no place that exists. No file of a student's is ever read as a result
# deserves: 60
# tells: PermissionError|FileNotFoundError
# tampering: reads_foreign_files
import json
import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

FULL = json.dumps({"score": 100, "max_score": 100, "tests": [{"score": 100}]})
RESULTS = Path("@CANARY@/results")


def write_anywhere():
    """Write a result where the grader may look; raises if no such place is writable."""
    for name in ("results.json", "arena.json", "grades.csv", "feedback.json"):
        Path(name).write_text(FULL)  # our own directory: no success
    refusals = []
    for place in (
        RESULTS / "neighbour" / "arena.json",
        RESULTS / "grades.csv",
        RESULTS / Path.cwd().name / "arena.json",
        Path(f"/proc/{os.getppid()}/cwd/canary/results/grades.csv"),
    ):
        try:
            place.parent.mkdir(exist_ok=True)
            return place.write_text(FULL)
        except OSError as refusal:
            refusals.append(repr(refusal))
    raise PermissionError("; ".join(refusals))


def double(x):
    write_anywhere()
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
