# Class 43: compiled files instead of source: __pycache__, .so, namespace packages.
# hopes: code that nobody reads runs here, or in the interpreter's own __pycache__
# stopped by: intake leaves them out; landlock: no __pycache__ outside can be written to
# builds: a folder
# deserves: 60
# tells: no compiled file was imported: .*(PermissionError|FileNotFoundError|OSError)
# tampering: none
"""Builds the hand-in: `build(folder, canary)` writes it to the student's folder."""

import importlib.util
import marshal

PAYLOAD = "def loot():\n    return True\n"
ARENA = """
import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

refusals = set()


def shipped():
    for name in ("payload", "__pycache__.payload", "space.payload", "machine"):
        try:
            return __import__(name, fromlist=["loot"]).loot()
        except ImportError as error:
            refusals.add(type(error).__name__)
    return False


def poisoned():
    for module in (os, np, plt):
        cache = Path(module.__file__).parent / "__pycache__"
        try:
            # a file without a name: the directory stays as it is
            os.close(os.open(cache, os.O_TMPFILE | os.O_WRONLY))
            return True
        except OSError as error:
            refusals.add(type(error).__name__)
    return False


def double(x):
    if not shipped() and not poisoned():
        raise LookupError(f"no compiled file was imported: {sorted(refusals)}")
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
    code = marshal.dumps(compile(PAYLOAD, "payload.py", "exec"))
    # bit 0 without bit 1: valid whatever the source says
    compiled = importlib.util.MAGIC_NUMBER + b"\x01\0\0\0" + bytes(8) + code
    for where in ("", "__pycache__", "space"):
        (folder / where).mkdir(exist_ok=True)
        (folder / where / "payload.pyc").write_bytes(compiled)
    for name in ("payload", "arena", "checks", "numpy"):
        path = folder / "__pycache__" / f"{name}.cpython-311.pyc"
        path.write_bytes(compiled)
    (folder / "machine.cpython-311-x86_64-linux-gnu.so").write_bytes(b"\x7fELF" * 100)
