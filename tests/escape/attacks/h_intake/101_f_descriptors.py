# Class 101: open pipes and copy descriptors until there are no more.
# hopes: the whole machine runs out of open files
# stopped by: rlimits: open files per process, and there is one process
# deserves: 60
# tells: Too many open files
# tampering: none
import os

import matplotlib.pyplot as plt
import numpy as np

MOST = 20_000


def exhaust():
    """Open 20,000 descriptors; raises if that can't be done."""
    kept = []
    try:
        for _ in range(MOST // 3):
            kept += os.pipe()
            kept.append(os.dup(kept[0]))
    finally:
        for descriptor in kept:
            os.close(descriptor)


def double(x):
    exhaust()
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
