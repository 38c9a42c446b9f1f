# Class 7: allocate until somebody has to give in.
# hopes: the grader dies of it, or gives the marks to a student who had no memory
# stopped by: rlimits (RLIMIT_DATA); behind it the supervisor that looks at the size
# deserves: 60
# tells: MemoryError|held more than 512 MB|out of memory
# tampering: none
import matplotlib.pyplot as plt
import numpy as np


def double(x):
    kept = [np.empty(2**25) for _ in range(11)]  # 11 times 256 MiB
    for block in kept:
        block.fill(0)
    return x + x + kept[-1][0]


def total(x):
    return np.sum(x)


def slope(w, x):
    return np.sum(x * (1 - np.tanh(w * x) ** 2))


def draw(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel="x", ylabel="y")
    return figure
