# Class 40: modules named like the grader's imports, beside the file that is handed in.
# hopes: `import json` in the grader or its worker runs the student's json.py
# stopped by: intake: one file for each lab, the rest is ignored; `-P`: no work directory
#   on sys.path
# builds: a folder
# deserves: 60
# tells: no module of mine was imported
# tampering: none
"""Builds the hand-in: `build(folder, canary)` writes it to the student's folder."""

SHADOW = """
import builtins, contextlib, pathlib
builtins.shadowed = True
with contextlib.suppress(OSError):
    pathlib.Path({canary!r}, "answers.json").write_text("shadowed")
"""
# the last two are imported late: while a figure is read, when a worker starts
NAMES = """numpy json random pydantic grader tomllib checks linecache
matplotlib.markers encodings.idna""".split()
ARENA = """
import builtins
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
# the same again where the worker stands
for name in ("textwrap", "uuid", "decimal", "colorsys"):
    if name not in sys.modules:
        Path(f"{name}.py").write_text("import builtins; builtins.shadowed_here = True")


def double(x):
    if not hasattr(builtins, "shadowed"):
        raise LookupError("no module of mine was imported")
    return x + x
"""
REST = """

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


def build(folder, canary):
    (folder / "arena.py").write_text(ARENA + REST)
    for name in NAMES:
        path = folder / (name.replace(".", "/") + ".py")
        path.parent.mkdir(exist_ok=True)
        path.write_text(SHADOW.format(canary=str(canary)))
