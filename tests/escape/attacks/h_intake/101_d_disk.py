# Class 101: one long file, many short ones, and deleted ones that stay open.
# hopes: the disk is full: reports of others can't be written
# stopped by: rlimits: the length of a file; the size of the work directory, where it is a
#   file system of its own; the supervisor, where it is not
# deserves: 60
# tells: File too large|No space left|wrote more than|disk|Too many open files
# tampering: none
import os

import matplotlib.pyplot as plt
import numpy as np

MOST = 200 << 20
PIECE = b"x" * (4 << 20)


def one_file():
    with open("long", "wb") as file:
        for _ in range(MOST // len(PIECE)):
            file.write(PIECE)


def many_files():
    for number in range(MOST // len(PIECE)):
        with open(f"{number}", "wb") as file:
            file.write(PIECE)


def deleted_files():
    files = []
    for number in range(MOST // len(PIECE)):
        files.append(open(f"gone{number}", "wb", buffering=0))
        os.unlink(f"gone{number}")
        files[-1].write(PIECE)


def fill():
    """Write 200 MB, where 8 are allowed; raises if none of the ways led there."""
    told = []
    for way in (one_file, many_files, deleted_files):
        try:
            way()
        except OSError as error:
            told.append(f"{way.__name__}: {error}")
            for name in os.listdir("."):
                if not name.endswith(".py"):
                    os.unlink(name)
        else:
            return
    raise OSError("; ".join(told))


def double(x):
    fill()
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
