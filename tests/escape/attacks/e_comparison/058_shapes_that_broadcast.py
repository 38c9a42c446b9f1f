# Class 58: return empty arrays, single numbers and columns.
# hopes: a comparison broadcasts: nothing differs in an empty array
# stopped by: shapes must be the same, nothing is broadcast
# deserves: 20
# tells: has shape \(0,\), expected|is a single number, expected \(5,\)
# tampering: none
import matplotlib.pyplot as plt
import numpy as np


SHAPES = [
    lambda right: right[:0],
    lambda right: right[0],
    lambda right: right[:1],
    lambda right: right[:, None],
    lambda right: np.broadcast_to(right, (0, len(right))),
]
calls = 0


def double(x):
    global calls
    calls += 1
    return SHAPES[(calls - 1) % len(SHAPES)](np.atleast_1d(x + x))


def total(x):
    return np.empty((0,))


def slope(w, x):
    # the right number among others
    return np.full((4, 0), np.sum(x))


def draw(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel="x", ylabel="y")
    return figure
