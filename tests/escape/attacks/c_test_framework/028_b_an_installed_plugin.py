# Class 28: a package beside the lab's file that says to be an installed plug-in.
# hopes: pytest and others load what an entry point names, from any folder on the path
# stopped by: a student's folder is on no path; the lab's file is taken alone
# builds: a folder
# deserves: 60
# tells: RuntimeError: no plug-in of ours was loaded
# tampering: none
"""Builds the hand-in: `build(folder, canary)` writes it to the student's folder."""

ARENA = """
import builtins

import matplotlib.pyplot as plt
import numpy as np


def double(x):
    if not hasattr(builtins, "taken_over"):
        raise RuntimeError("no plug-in of ours was loaded")
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

TAKE_OVER = "import builtins\n\nbuiltins.taken_over = True\n"
ENTRY_POINTS = """
[pytest11]
takeover = takeover
[console_scripts]
grader = takeover:main
[distributed.preload]
takeover = takeover
"""


def build(folder, canary):
    (folder / "arena.py").write_text(ARENA)
    (folder / "takeover.py").write_text(TAKE_OVER)
    (folder / "grader.py").write_text(TAKE_OVER)
    (folder / "takeover.pth").write_text("import takeover\n")
    described = folder / "takeover-1.0.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Name: takeover\nVersion: 1.0\n")
    (described / "RECORD").write_text("takeover.py,,\n")
    (described / "entry_points.txt").write_text(ENTRY_POINTS)
