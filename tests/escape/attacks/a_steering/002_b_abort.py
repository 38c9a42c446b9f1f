# Class 2: end the process by a crash that no handler of Python's sees.
# hopes: finalisers and the reporter are skipped, and so is the mark
# stopped by: fail closed: no answer is no pass; each submission is a process of its own
# deserves: 60
# tells: crashed Python \(SIG(ABRT|SEGV|ILL)\)
# tampering: none
import os

import matplotlib.pyplot as plt
import numpy as np


def double(x):
    os.abort()


def total(x):
    return np.sum(x)


def slope(w, x):
    return np.sum(x * (1 - np.tanh(w * x) ** 2))


def draw(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel="x", ylabel="y")
    return figure
