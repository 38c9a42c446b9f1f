# Class 47: setup.py, requirements, postBuild, a Makefile: code that an installer runs.
# hopes: the grader builds an environment for the hand-in, as a stranger's user
# stopped by: intake: nothing is installed or built, one file for each lab is read
# builds: a folder
# deserves: 60
# tells: ModuleNotFoundError: No module named 'arena_extra'
# tampering: none
"""Builds the hand-in: `build(folder, canary)` writes it to the student's folder."""

CODE = "open({path!r}, 'w').write('installed')\n"
SHELL = "echo installed > '{path}'\n"
PROJECT = """
[build-system]
requires = ["arena_extra"]
build-backend = "setup"
backend-path = ["."]
[project]
name = "numpy"
version = "99"
[project.entry-points.pytest11]
own = "setup"
"""
ARENA = """
import matplotlib.pyplot as plt
import numpy as np


def double(x):
    import arena_extra

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
    path = str(canary / "answers.json")
    (folder / "arena.py").write_text(ARENA + REST)
    (folder / "setup.py").write_text(CODE.format(path=path))
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "requirements.txt").write_text("-e .\narena_extra\n")
    (folder / "Makefile").write_text("all install:\n\t" + SHELL.format(path=path))
    for name in ("postBuild", "start", "setup.sh", ".envrc"):
        (folder / name).write_text("#!/bin/sh\n" + SHELL.format(path=path))
        (folder / name).chmod(0o755)
    (folder / ".devcontainer").mkdir()
    (folder / ".devcontainer" / "devcontainer.json").write_text(
        '{"initializeCommand": "' + SHELL.format(path=path).strip() + '"}'
    )
