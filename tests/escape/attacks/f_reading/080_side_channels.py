# Class 80: tell the hidden inputs by what a report measures.
# hopes: a line number, a size, or words in a picture of the report tell the input
# stopped by: inputs are new for each hand-in, so what was learned is worth nothing
# deserves: 40
# tells: Lines?|line \d+|has shape \(\d+,\)
# tampering: none
import matplotlib.pyplot as plt
import numpy as np


def exec_line(number):
    """Fail in line `number` of this file."""
    code = compile("\n" * (number - 1) + "raise KeyError", __file__, "exec")
    exec(code)


seen = []


def double(x):
    seen.append(np.asarray(x).tolist())
    # eight bits of the first number are the line that failed
    bits = int(np.float64(np.ravel(x)[0]).view(np.uint64)) >> 40
    exec_line(1 + bits % 256)


def total(x):
    # and eight more the length of what came back
    return np.zeros(int(np.float64(x[0]).view(np.uint64)) >> 44 & 255)


def draw(x, y):
    # a picture of a right figure, and words in it
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel=f"x {seen[0]}", ylabel=f"y {list(x)}")
    return figure


def slope(w, x):
    return np.sum(x * (1 - np.tanh(w * x) ** 2))
