# Class 101: ask for memory in all the ways that there are (3 GB here, if nothing stops it).
# hopes: the machine swaps, or the kernel ends the grading process instead
# stopped by: rlimits: memory and addresses; seccomp: shared memory, which they do not count;
#   the supervisor watches the resident size
# deserves: 60
# tells: MemoryError|held more than|out of memory|Cannot allocate
# tampering: none
import mmap

import matplotlib.pyplot as plt
import numpy as np

MOST = 3 << 30
PIECE = 64 << 20
kept = []


def arrays():
    for _ in range(MOST // PIECE):
        kept.append(np.empty(PIECE, np.uint8))


def pages():
    for _ in range(MOST // PIECE):
        kept.append(mmap.mmap(-1, PIECE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))


def shared():
    for _ in range(MOST // PIECE):
        kept.append(mmap.mmap(-1, PIECE))


def fill():
    """Fill the memory; raises when none of the ways led to 3 GB."""
    told = []
    for way in (arrays, pages, shared):
        kept.clear()
        try:
            way()
        except (MemoryError, OSError, ValueError) as error:
            told.append(f"{way.__name__}: {type(error).__name__} {error}")
        else:
            return
    kept.clear()
    raise MemoryError("; ".join(told))


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
